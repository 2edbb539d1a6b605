// Products that are rounded before they are added, so that every compiler and processor gives the same bits.
#pragma once

#include <concepts>

namespace musicvae {

/// Returns `value`, rounded to its type. Without it a compiler may fuse a product with the sum that takes it (one rounding instead of
/// two) wherever the processor can, and one seed would give other bits on another machine. Put it around every product that a sum takes,
/// unless the product is exact: of two floats as doubles, or with a power of two. tests/portability finds those that lack it.
template <std::floating_point T>
[[gnu::always_inline]] inline T rounded(T value) {
#if defined(__x86_64__)
  __asm__("" : "+x"(value));
#elif defined(__aarch64__)
  __asm__("" : "+w"(value));
#else
  __asm__("" : "+m"(value));
#endif
  return value;
}

}  // namespace musicvae
