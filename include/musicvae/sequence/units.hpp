// Units as types: a tick count and a time in seconds cannot be mixed up.
#pragma once

#include <compare>
#include <cstdint>

namespace musicvae {

/// A position or length in MIDI ticks.
struct Ticks {
  std::int64_t value = 0;
  friend constexpr auto operator<=>(Ticks, Ticks) = default;
  friend constexpr Ticks operator+(Ticks a, Ticks b) { return {a.value + b.value}; }
  friend constexpr Ticks operator-(Ticks a, Ticks b) { return {a.value - b.value}; }
};

/// A position or length in seconds.
struct Seconds {
  double value = 0.0;
  friend constexpr auto operator<=>(Seconds, Seconds) = default;
  friend constexpr Seconds operator+(Seconds a, Seconds b) { return {a.value + b.value}; }
  friend constexpr Seconds operator-(Seconds a, Seconds b) { return {a.value - b.value}; }
};

}  // namespace musicvae
