// Draws the face with Cairo: on a window of the plug-in, or on a picture in a test.
#pragma once

#include <cairo.h>

#include "face.hpp"

namespace musicvae::drummer::face {

/// Draws the whole face at its scale, from the context's origin. The context is left as it was.
void draw(cairo_t* context, const Face& face);

/// draw() in two parts, since drawing all of it takes a hundred times as long as what moves: the face, and on it the play head and the hits
/// that sound. The first part depends on the head only in whether it plays and which pattern.
void draw_still(cairo_t* context, const Face& face);
void draw_moving(cairo_t* context, const Face& face);

}  // namespace musicvae::drummer::face
