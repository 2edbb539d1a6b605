// An int that counts, as containers want it.
#pragma once

#include <cstddef>

namespace musicvae {

[[nodiscard]] inline std::size_t as_size(int count) {
  return static_cast<std::size_t>(count);
}

}  // namespace musicvae
