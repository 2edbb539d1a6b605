// The effects of attributes as a table of colours.
#pragma once

#include <string>

#include "musicvae/latent/attribute_effects.hpp"

namespace musicvae::render {

/// Draws a row for each attribute that is shifted and a column for each that is measured. A cell has two halves: the change after a shift
/// down (left) and up (right), in units of the range of the data. Blue is less, red is more, and pale is no change. The result is a
/// document like that of music_svg. Throws ArgumentError for effects without attributes.
[[nodiscard]] std::string attribute_effects_svg(const AttributeEffects& effects, const std::string& title = {});

}  // namespace musicvae::render
