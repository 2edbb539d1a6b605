// The models inside the plug-in.
#pragma once

#include <cstddef>
#include <span>

#include "drummer.hpp"

namespace musicvae::drummer {

/// The bytes of the shipped model of grooves, without its encoder.
[[nodiscard]] std::span<const std::byte> built_in_model();

/// The shipped models humanize and tap2drum.
[[nodiscard]] ListeningModels built_in_listening_models();

}  // namespace musicvae::drummer
