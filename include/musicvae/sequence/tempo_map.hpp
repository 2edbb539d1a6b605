// TempoMap: where the tempo changes, and the time of each tick.
#pragma once

#include <cstdint>
#include <vector>

#include "musicvae/sequence/units.hpp"

namespace musicvae {

/// From `at` on, a quarter note lasts `microseconds_per_quarter` (as in a MIDI set-tempo event).
struct Tempo {
  Ticks at;
  std::uint32_t microseconds_per_quarter = 500'000;  ///< 1..2^24-1

  [[nodiscard]] double qpm() const { return 6e7 / microseconds_per_quarter; }
  friend bool operator==(const Tempo&, const Tempo&) = default;

  /// The tempo event nearest to `qpm` quarters per minute. Throws ArgumentError when no event can represent it (the slowest is 3.6).
  [[nodiscard]] static Tempo from_qpm(double qpm, Ticks at = {});

  static constexpr std::uint32_t kSlowest = 0xFF'FFFF;  ///< microseconds per quarter: the largest number in three bytes
};

/// A stretch of one tempo, from `at` to the next stretch.
struct TempoSegment {
  Ticks at;
  Seconds time;
  double seconds_per_tick = 0.0;
  double qpm = 0.0;  ///< as the reference computes it; its last bit may differ from that of Tempo::qpm()
};

/// Converts ticks to seconds and back across any number of tempo changes. The tempo is 120 qpm where none is set. The floating-point
/// operations have the same order as in pretty_midi. The reference converter rounds pretty_midi's times to steps, and a time that differs
/// in its last bit could round to another step. A regular value.
class TempoMap {
 public:
  /// 480 ticks per quarter, 120 qpm.
  TempoMap() : TempoMap(480) {}

  /// Throws ArgumentError unless `ticks_per_quarter` is at least 1 and the tempos are sorted, not before tick 0, and in range.
  explicit TempoMap(int ticks_per_quarter, std::vector<Tempo> tempos = {});

  [[nodiscard]] int ticks_per_quarter() const { return ticks_per_quarter_; }
  /// The tempo events in the order of their ticks, as in the file (with repetitions).
  [[nodiscard]] const std::vector<Tempo>& tempos() const { return tempos_; }
  /// The stretches of constant tempo: at least one, and the first begins at tick 0. A repeated tempo does not begin a new stretch.
  [[nodiscard]] const std::vector<TempoSegment>& segments() const { return segments_; }

  [[nodiscard]] Seconds seconds(Ticks at) const;

  /// The nearest tick. Throws ArgumentError when `time` is not finite or too large for a tick.
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
