// Draws the face with Cairo: on a window of the plug-in, or on a picture in a test.
#pragma once

#include <cairo.h>

#include "face.hpp"

namespace musicvae::drummer::face {

/// Draws the whole face at its scale, from the context's origin. The context is left as it was.
void draw(cairo_t* context, const Face& face);

}  // namespace musicvae::drummer::face
