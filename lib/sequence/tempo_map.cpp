#include "musicvae/sequence/tempo_map.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>
#include <utility>

#include "musicvae/error.hpp"

namespace musicvae {
namespace {

Seconds seconds_in_segment(const TempoSegment& s, Ticks at) {
  // volatile: otherwise the compiler may fuse the product with the sum, which rounds once where the reference rounds twice.
  const volatile double past = s.seconds_per_tick * static_cast<double>((at - s.at).value);
  return {s.time.value + past};
}

}  // namespace

Tempo Tempo::from_qpm(double qpm, Ticks at) {
  const double microseconds = std::round(6e7 / qpm);
  if (!(microseconds >= 1.0 && microseconds <= kSlowest)) {
    throw ArgumentError("tempo: " + std::to_string(qpm) + " quarter notes per minute cannot be written; use 3.6 to 60000000");
  }
  return {at, static_cast<std::uint32_t>(microseconds)};
}

TempoMap::TempoMap(int ticks_per_quarter, std::vector<Tempo> tempos) : ticks_per_quarter_(ticks_per_quarter), tempos_(std::move(tempos)) {
  if (ticks_per_quarter < 1) throw ArgumentError("tempo map: " + std::to_string(ticks_per_quarter) + " ticks per quarter; use 1 or more");
  segments_.push_back(segment({}, {}, 500'000));
  Ticks last;
  for (const Tempo& tempo : tempos_) {
    if (tempo.at < last) {
      throw ArgumentError("tempo map: the tempo at tick " + std::to_string(tempo.at.value) + " is listed after tick " +
                          std::to_string(last.value) + "; sort the tempos by tick, from 0 on");
    }
    if (tempo.microseconds_per_quarter < 1 || tempo.microseconds_per_quarter > Tempo::kSlowest) {
      throw ArgumentError("tempo map: " + std::to_string(tempo.microseconds_per_quarter) + " microseconds per quarter; use 1 to " +
                          std::to_string(Tempo::kSlowest));
    }
    append(tempo);
    last = tempo.at;
  }
}

Seconds TempoMap::seconds(Ticks at) const {
  return seconds_in_segment(
      *std::prev(std::upper_bound(segments_.begin() + 1, segments_.end(), at, [](Ticks t, const TempoSegment& s) { return t < s.at; })),
      at);
}

Ticks TempoMap::ticks(Seconds time) const {
  const TempoSegment& s = *std::prev(
      std::upper_bound(segments_.begin() + 1, segments_.end(), time, [](Seconds t, const TempoSegment& x) { return t < x.time; }));
  const double past = (time - s.time).value / s.seconds_per_tick;
  if (!(std::abs(past) < 0x1p62))
    throw ArgumentError("tempo map: " + std::to_string(time.value) + " s is out of range; use a time within the piece");
  return {s.at.value + std::llround(past)};
}

TempoSegment TempoMap::segment(Ticks at, Seconds time, std::uint32_t microseconds_per_quarter) const {
  const double seconds_per_tick = 60.0 / ((6e7 / microseconds_per_quarter) * ticks_per_quarter_);
  return {at, time, seconds_per_tick, 60.0 / (seconds_per_tick * ticks_per_quarter_)};
}

void TempoMap::append(const Tempo& tempo) {
  TempoSegment& last = segments_.back();
  const TempoSegment next = segment(tempo.at, seconds_in_segment(last, tempo.at), tempo.microseconds_per_quarter);
  if (tempo.at == last.at) {
    last = next;
  } else if (next.seconds_per_tick != last.seconds_per_tick) {
    segments_.push_back(next);
  }
}

}  // namespace musicvae
