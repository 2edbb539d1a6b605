// Where the tempo changes, and what time each tick has.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "musicvae/error.hpp"
#include "musicvae/sequence/units.hpp"

namespace musicvae {

/// From `at` on, a quarter note lasts `microseconds_per_quarter` (as a MIDI set-tempo event says it).
struct Tempo {
  Ticks at;
  std::uint32_t microseconds_per_quarter = 500'000;  ///< 1..2^24-1

  [[nodiscard]] double qpm() const { return 6e7 / microseconds_per_quarter; }
  friend bool operator==(const Tempo&, const Tempo&) = default;

  /// The tempo event nearest to `qpm` quarters a minute. Throws ArgumentError where no event can say it (3.6 is the slowest).
  [[nodiscard]] static Tempo from_qpm(double qpm, Ticks at = {}) {
    const double microseconds = std::round(6e7 / qpm);
    if (!(microseconds >= 1.0 && microseconds <= kSlowest)) {
      throw ArgumentError("tempo: " + std::to_string(qpm) + " quarters a minute cannot be written; use 3.6 to 60000000");
    }
    return {at, static_cast<std::uint32_t>(microseconds)};
  }

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
  explicit TempoMap(int ticks_per_quarter, std::vector<Tempo> tempos = {})
      : ticks_per_quarter_(ticks_per_quarter), tempos_(std::move(tempos)) {
    if (ticks_per_quarter < 1) throw ArgumentError("tempo map: " + std::to_string(ticks_per_quarter) + " ticks per quarter; use 1 or more");
    segments_.push_back(segment({}, {}, 500'000));
    Ticks last;
    for (const Tempo& tempo : tempos_) {
      if (tempo.at < last) {
        throw ArgumentError("tempo map: the tempo at tick " + std::to_string(tempo.at.value) + " stands after tick " +
                            std::to_string(last.value) + "; sort the tempos, from tick 0 on");
      }
      if (tempo.microseconds_per_quarter < 1 || tempo.microseconds_per_quarter > Tempo::kSlowest) {
        throw ArgumentError("tempo map: " + std::to_string(tempo.microseconds_per_quarter) + " microseconds per quarter; use 1 to " +
                            std::to_string(Tempo::kSlowest));
      }
      append(tempo);
      last = tempo.at;
    }
  }

  [[nodiscard]] int ticks_per_quarter() const { return ticks_per_quarter_; }
  /// The tempo events, in the order of their ticks, as the file had them (repetitions too).
  [[nodiscard]] const std::vector<Tempo>& tempos() const { return tempos_; }
  /// The stretches of constant tempo, at least one, the first from tick 0; repetitions of a tempo begin none.
  [[nodiscard]] const std::vector<TempoSegment>& segments() const { return segments_; }

  [[nodiscard]] Seconds seconds(Ticks at) const {
    return seconds(
        *std::prev(std::upper_bound(segments_.begin() + 1, segments_.end(), at, [](Ticks t, const TempoSegment& s) { return t < s.at; })),
        at);
  }

  /// The nearest tick. Throws ArgumentError when `time` is not finite or beyond all ticks.
  [[nodiscard]] Ticks ticks(Seconds time) const {
    const TempoSegment& s = *std::prev(
        std::upper_bound(segments_.begin() + 1, segments_.end(), time, [](Seconds t, const TempoSegment& x) { return t < x.time; }));
    const double past = (time - s.time).value / s.seconds_per_tick;
    if (!(std::abs(past) < 0x1p62))
      throw ArgumentError("tempo map: " + std::to_string(time.value) + " s is at no tick; use a time within the piece");
    return {s.at.value + std::llround(past)};
  }

  friend bool operator==(const TempoMap& a, const TempoMap& b) {
    return a.ticks_per_quarter_ == b.ticks_per_quarter_ && a.tempos_ == b.tempos_;
  }

 private:
  [[nodiscard]] TempoSegment segment(Ticks at, Seconds time, std::uint32_t microseconds_per_quarter) const {
    const double seconds_per_tick = 60.0 / ((6e7 / microseconds_per_quarter) * ticks_per_quarter_);
    return {at, time, seconds_per_tick, 60.0 / (seconds_per_tick * ticks_per_quarter_)};
  }

  static Seconds seconds(const TempoSegment& s, Ticks at) {
    // volatile: a product kept in a register may be fused with the sum, which rounds once where the reference rounds twice.
    const volatile double past = s.seconds_per_tick * static_cast<double>((at - s.at).value);
    return {s.time.value + past};
  }

  void append(const Tempo& tempo) {
    TempoSegment& last = segments_.back();
    const TempoSegment next = segment(tempo.at, seconds(last, tempo.at), tempo.microseconds_per_quarter);
    if (tempo.at == last.at) {
      last = next;
    } else if (next.seconds_per_tick != last.seconds_per_tick) {
      segments_.push_back(next);
    }
  }

  int ticks_per_quarter_;
  std::vector<Tempo> tempos_;
  std::vector<TempoSegment> segments_;
};

}  // namespace musicvae
