// Arithmetic that gives the same bits on every IEEE platform, and the elementary functions that random numbers need.
#pragma once

#include <bit>
#include <cstdint>

#include "musicvae/numerics/rounded.hpp"

/// Double-precision functions from +, *, / and bit patterns alone, because libm's results differ between platforms in the last place. The
/// relative error is below 1e-13, far below the half unit of a float that the results are rounded to. Functions that add to their argument
/// round it first. Otherwise, after inlining, a product of the caller would be fused with that sum.
namespace musicvae::numerics::exact {

/// Sum of c[i] * x^i.
template <int N>
[[nodiscard]] inline double polynomial(const double (&c)[N], double x) {
  double sum = c[N - 1];
  for (int i = N - 2; i >= 0; --i) sum = rounded(sum * x) + c[i];
  return sum;
}

/// ln x for normal x > 0: x = m 2^k with m in [sqrt(1/2), sqrt(2)), ln m = 2 atanh((m - 1) / (m + 1)).
[[nodiscard]] inline double log(double x) {
  constexpr double odd_reciprocals[] = {1.0,        1.0 / 3.0,  1.0 / 5.0,  1.0 / 7.0,  1.0 / 9.0,
                                        1.0 / 11.0, 1.0 / 13.0, 1.0 / 15.0, 1.0 / 17.0, 1.0 / 19.0};
  constexpr double ln2 = 0.69314718055994530942;
  const auto bits = std::bit_cast<std::uint64_t>(x);
  auto exponent = static_cast<std::int64_t>(bits >> 52) - 1023;
  double mantissa = std::bit_cast<double>((bits & 0x000F'FFFF'FFFF'FFFFU) | 0x3FF0'0000'0000'0000U);
  if (mantissa > 1.41421356237309504880) {
    mantissa *= 0.5;
    ++exponent;
  }
  const double t = (mantissa - 1.0) / (mantissa + 1.0);
  const double series = polynomial(odd_reciprocals, rounded(t * t));
  return rounded(static_cast<double>(exponent) * ln2) + rounded(2.0 * rounded(t * series));
}

/// e^x for -700 <= x <= 700: x = n ln 2 + r with |r| <= ln 2 / 2, and e^r by its series.
[[nodiscard]] inline double exp(double x) {
  constexpr double reciprocal_factorials[] = {
      1.0,          1.0,           1.0 / 2.0,      1.0 / 6.0,       1.0 / 24.0,       1.0 / 120.0,      1.0 / 720.0,
      1.0 / 5040.0, 1.0 / 40320.0, 1.0 / 362880.0, 1.0 / 3628800.0, 1.0 / 39916800.0, 1.0 / 479001600.0};
  constexpr double log2e = 1.44269504088896340736;
  constexpr double ln2_high = 6.93147180369123816490e-01;  // 32 significant bits, so n * ln2_high is exact
  constexpr double ln2_low = 1.90821492927058770002e-10;
  x = rounded(x);
  const double scaled = rounded(x * log2e);
  const auto n = static_cast<std::int64_t>(scaled < 0.0 ? scaled - 0.5 : scaled + 0.5);
  const auto count = static_cast<double>(n);
  const double r = (x - rounded(count * ln2_high)) - rounded(count * ln2_low);
  return polynomial(reciprocal_factorials, r) * std::bit_cast<double>(static_cast<std::uint64_t>(n + 1023) << 52);
}

/// ln(1 + e^x), the softplus, for any finite x.
[[nodiscard]] inline double softplus(double x) {
  x = rounded(x);
  const double magnitude = x < 0.0 ? -x : x;
  const double e = magnitude > 700.0 ? 0.0 : exp(-magnitude);
  const double tail = e < 1e-5 ? e - rounded(rounded(0.5 * e) * e) : log(1.0 + e);  // ln(1 + e), without losing a small e
  return (x > 0.0 ? x : 0.0) + tail;
}

/// cos(2 pi turns), 0 <= turns < 1, by its series after folding to an eighth of a turn.
[[nodiscard]] double cos_turns(double turns);

/// sin(2 pi turns), 0 <= turns < 1.
[[nodiscard]] inline double sin_turns(double turns) {
  constexpr double tau = 6.28318530717958647692;
  constexpr double sine[] = {
      1.0, -1.0 / 6.0, 1.0 / 120.0, -1.0 / 5040.0, 1.0 / 362880.0, -1.0 / 39916800.0, 1.0 / 6227020800.0, -1.0 / 1307674368000.0};
  turns = rounded(turns);
  if (turns >= 0.5) return -sin_turns(turns - 0.5);
  if (turns > 0.25) turns = 0.5 - turns;
  if (turns > 0.125) return cos_turns(0.25 - turns);
  const double angle = tau * turns;
  return angle * polynomial(sine, rounded(angle * angle));
}

[[nodiscard]] inline double cos_turns(double turns) {
  constexpr double tau = 6.28318530717958647692;
  constexpr double cosine[] = {1.0,           -1.0 / 2.0,       1.0 / 24.0,        -1.0 / 720.0,
                               1.0 / 40320.0, -1.0 / 3628800.0, 1.0 / 479001600.0, -1.0 / 87178291200.0};
  turns = rounded(turns);
  if (turns > 0.5) turns = 1.0 - turns;
  if (turns > 0.25) return -cos_turns(0.5 - turns);
  if (turns > 0.125) return sin_turns(0.25 - turns);
  const double angle = tau * turns;
  return polynomial(cosine, rounded(angle * angle));
}

/// The angle in turns, 0 to 1/2, whose cosine is x, -1 <= x <= 1. Bisection: this is not on the hot path.
[[nodiscard]] inline double acos_turns(double x) {
  double low = 0.0;
  double high = 0.5;
  for (int i = 0; i < 53; ++i) {
    const double middle = 0.5 * (low + high);
    (cos_turns(middle) > x ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace musicvae::numerics::exact
