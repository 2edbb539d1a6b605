// Converts a count from int to the type that containers use.
#pragma once

#include <cstddef>

namespace musicvae {

[[nodiscard]] inline std::size_t as_size(int count) {
  return static_cast<std::size_t>(count);
}

}  // namespace musicvae
