// Rounds products before they are added, so that every compiler and processor gives the same bits.
#pragma once

#include <concepts>

namespace musicvae {

/// Returns `value`, rounded to its type. Without this, a compiler may fuse a product with the sum that uses it (one rounding instead of
/// two) where the processor supports that, and one seed would give different bits on another machine. Put it around every product that is
/// added to something, unless the product is exact: a product of two floats as doubles, or a product with a power of two. tests/portability
/// finds the products that lack it.
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
