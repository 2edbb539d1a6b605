// Where the tempo changes, and what time each tick has.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "musicvae/sequence/units.hpp"

namespace musicvae {

/// From `at` on, a quarter note lasts `microseconds_per_quarter` (as a MIDI set-tempo event says it).
struct Tempo {
  Ticks at;
  std::uint32_t microseconds_per_quarter = 500'000;

  [[nodiscard]] double qpm() const { return 6e7 / microseconds_per_quarter; }
  friend bool operator==(const Tempo&, const Tempo&) = default;

  /// The tempo event nearest to `qpm` quarters a minute.
  static Tempo from_qpm(double qpm, Ticks at = {}) { return {at, static_cast<std::uint32_t>(std::lround(6e7 / qpm))}; }
};

/// Ticks to seconds and back through any number of tempo changes; 120 qpm where none is set.
/// The order of the floating-point operations is that of pretty_midi, whose times the reference converter
/// rounds to steps: a time that differs in its last bit could land on another step. A regular value.
class TempoMap {
 public:
  explicit TempoMap(int ticks_per_quarter = 480, std::vector<Tempo> tempos = {})
      : ticks_per_quarter_(ticks_per_quarter), tempos_(std::move(tempos)) {
    segments_.push_back({{}, 0.0, scale(500'000)});
    for (const Tempo& tempo : tempos_) append(tempo);
  }

  [[nodiscard]] int ticks_per_quarter() const { return ticks_per_quarter_; }
  /// The tempo events, in the order of their ticks, as the file had them (repetitions too).
  [[nodiscard]] const std::vector<Tempo>& tempos() const { return tempos_; }

  [[nodiscard]] Seconds seconds(Ticks at) const {
    const Segment& s =
        *std::prev(std::upper_bound(segments_.begin() + 1, segments_.end(), at, [](Ticks t, const Segment& x) { return t < x.at; }));
    return {s.seconds + s.seconds_per_tick * static_cast<double>(at.value - s.at.value)};
  }

  /// The nearest tick.
  [[nodiscard]] Ticks ticks(Seconds time) const {
    const Segment& s = *std::prev(
        std::upper_bound(segments_.begin() + 1, segments_.end(), time.value, [](double t, const Segment& x) { return t < x.seconds; }));
    return {s.at.value + std::llround((time.value - s.seconds) / s.seconds_per_tick)};
  }

  friend bool operator==(const TempoMap& a, const TempoMap& b) {
    return a.ticks_per_quarter_ == b.ticks_per_quarter_ && a.tempos_ == b.tempos_;
  }

 private:
  struct Segment {
    Ticks at;
    double seconds;
    double seconds_per_tick;
  };

  [[nodiscard]] double scale(std::uint32_t microseconds_per_quarter) const {
    return 60.0 / ((6e7 / microseconds_per_quarter) * ticks_per_quarter_);
  }

  void append(const Tempo& tempo) {
    const double seconds_per_tick = scale(tempo.microseconds_per_quarter);
    Segment& last = segments_.back();
    if (tempo.at <= last.at) {
      last.seconds_per_tick = seconds_per_tick;
    } else if (seconds_per_tick != last.seconds_per_tick) {
      segments_.push_back(
          {tempo.at, last.seconds + last.seconds_per_tick * static_cast<double>(tempo.at.value - last.at.value), seconds_per_tick});
    }
  }

  int ticks_per_quarter_;
  std::vector<Tempo> tempos_;
  std::vector<Segment> segments_;
};

}  // namespace musicvae
