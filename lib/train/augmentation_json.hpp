// Augmentation as JSON, for checkpoints and for Python's augmentation={...}.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "musicvae/train/augmentation.hpp"

namespace musicvae::train {

/// {"velocity_scale": 0.0, "swing": 0.0, "timing_scale": 0.0, "drum_swap": 0.0, "transpose": 0.0}
[[nodiscard]] nlohmann::ordered_json to_json(const Augmentation& augmentation);
/// An absent field is 0. Throws ConfigError, which names the field and `source`, for an unknown field or one that is not a number. Ranges
/// are not checked.
[[nodiscard]] Augmentation augmentation_from_json(const nlohmann::ordered_json& json, const std::string& source);

}  // namespace musicvae::train
