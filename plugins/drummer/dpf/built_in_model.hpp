// The model inside the plug-in.
#pragma once

#include <cstddef>
#include <span>

namespace musicvae::drummer {

/// The bytes of the shipped model of grooves.
[[nodiscard]] std::span<const std::byte> built_in_model();

}  // namespace musicvae::drummer
