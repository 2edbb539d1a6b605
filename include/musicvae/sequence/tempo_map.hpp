// Where the tempo changes, and what time each tick has.
#pragma once

#include <cstdint>
#include <vector>

#include "musicvae/sequence/units.hpp"

namespace musicvae {

/// From `at` on, a quarter note lasts `microseconds_per_quarter` (as a MIDI set-tempo event says it).
struct Tempo {
  Ticks at;
  std::uint32_t microseconds_per_quarter = 500'000;  ///< 1..2^24-1

  [[nodiscard]] double qpm() const { return 6e7 / microseconds_per_quarter; }
  friend bool operator==(const Tempo&, const Tempo&) = default;

  /// The tempo event nearest to `qpm` quarters a minute. Throws ArgumentError where no event can say it (3.6 is the slowest).
  [[nodiscard]] static Tempo from_qpm(double qpm, Ticks at = {});

  static constexpr std::uint32_t kSlowest = 0xFF'FFFF;  ///< microseconds per quarter; what three bytes hold
};

/// A stretch of one tempo, from `at` to the next stretch.
struct TempoSegment {
  Ticks at;
  Seconds time;
  double seconds_per_tick = 0.0;
  double qpm = 0.0;  ///< as the reference computes it; its last bit may differ from Tempo::qpm's
};

/// Ticks to seconds and back through any number of tempo changes; 120 qpm where none is set.
/// The order of the floating-point operations is that of pretty_midi, whose times the reference converter
/// rounds to steps: a time that differs in its last bit could land on another step. A regular value.
class TempoMap {
 public:
  /// 480 ticks a quarter, 120 qpm.
  TempoMap() : TempoMap(480) {}

  /// Throws ArgumentError unless there is at least one tick in a quarter and the tempos are sorted, from tick 0 on, and in their range.
  explicit TempoMap(int ticks_per_quarter, std::vector<Tempo> tempos = {});

  [[nodiscard]] int ticks_per_quarter() const { return ticks_per_quarter_; }
  /// The tempo events, in the order of their ticks, as the file had them (repetitions too).
  [[nodiscard]] const std::vector<Tempo>& tempos() const { return tempos_; }
  /// The stretches of constant tempo, at least one, the first from tick 0; repetitions of a tempo begin none.
  [[nodiscard]] const std::vector<TempoSegment>& segments() const { return segments_; }

  [[nodiscard]] Seconds seconds(Ticks at) const;

  /// The nearest tick. Throws ArgumentError when `time` is not finite or beyond all ticks.
  [[nodiscard]] Ticks ticks(Seconds time) const;

  friend bool operator==(const TempoMap& a, const TempoMap& b) {
    return a.ticks_per_quarter_ == b.ticks_per_quarter_ && a.tempos_ == b.tempos_;
  }

 private:
  [[nodiscard]] TempoSegment segment(Ticks at, Seconds time, std::uint32_t microseconds_per_quarter) const;
  void append(const Tempo& tempo);

  int ticks_per_quarter_;
  std::vector<Tempo> tempos_;
  std::vector<TempoSegment> segments_;
};

}  // namespace musicvae
