// Augmentation as JSON: what checkpoints hold and Python's augmentation={...} is.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "musicvae/train/augmentation.hpp"

namespace musicvae::train {

/// {"velocity_scale": 0.0, "swing": 0.0, "timing_scale": 0.0, "drum_swap": 0.0}
[[nodiscard]] nlohmann::ordered_json to_json(const Augmentation& augmentation);
/// A field that is absent is 0; an unknown one or one that is no number is a ConfigError that names it and `source`. Ranges are not checked.
[[nodiscard]] Augmentation augmentation_from_json(const nlohmann::ordered_json& json, const std::string& source);

}  // namespace musicvae::train
