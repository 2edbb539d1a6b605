#include "data/reference/quantized.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "data/reference_quantizer.hpp"
#include "musicvae/error.hpp"

namespace musicvae::data::reference {
namespace {

/// The only one of the events, by the rules of note_seq: the first in the order of the piece, if it holds from the start on and all events
/// after the earliest one are equal to it. `usual` is what holds before any event.
template <class Event, class Same>
std::optional<Event> single(const std::vector<Event>& events, Event usual, Same same) {
  if (events.empty()) return usual;
  std::vector<Event> sorted = events;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Event& a, const Event& b) { return a.at < b.at; });
  if (sorted.front().at != 0.0 && !same(sorted.front(), usual)) return {};
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    if (!same(sorted[i], events.front())) return {};
  }
  return events.front();
}

/// Throws ArgumentError for a tempo or a key that no music has.
void check_piece(const SecondsPiece& piece) {
  constexpr const char* who = "reference converter";
  for (const SecondsPiece::Tempo& tempo : piece.tempos) {
    if (!(tempo.qpm > 0.0) || !std::isfinite(tempo.qpm))
      refuse(who, "a tempo is " + std::to_string(tempo.qpm) + " qpm; use a number above 0");
  }
  for (const SecondsPiece::Key& key : piece.keys) {
    if (key.key < 0 || key.key > 11) refuse(who, "a key is " + std::to_string(key.key) + "; use 0 (C) to 11 (B)");
  }
}

}  // namespace

PitchClasses pitch_classes_of(const DrumMap& map) {
  PitchClasses result;
  for (int i = 0; i < kDrums; ++i) {
    const auto drum = static_cast<Drum>(i);
    result.push_back({map.pitch(drum)});
    for (const int pitch : map.pitches(drum)) {
      if (pitch != map.pitch(drum)) result.back().push_back(pitch);
    }
  }
  return result;
}

std::optional<Quantized> quantized(const SecondsPiece& piece, const StepGrid& grid, const char* who) {
  check_piece(piece);
  const auto tempo = single(piece.tempos, {}, [](const auto& a, const auto& b) { return a.qpm == b.qpm; });
  const auto meter =
      single(piece.meters, {}, [](const auto& a, const auto& b) { return a.numerator == b.numerator && a.denominator == b.denominator; });
  if (!tempo || !meter || meter->denominator < 1 || !std::has_single_bit(static_cast<unsigned>(meter->denominator))) return {};
  if (grid.steps_per_quarter * (4.0 / meter->denominator * meter->numerator) != static_cast<double>(grid.per_bar())) return {};

  Quantized result{.qpm = tempo->qpm, .meter = *meter};
  const double per_second = grid.steps_per_quarter * tempo->qpm / 60.0;
  const auto step = [&](double seconds) {
    const double at = rounded(seconds * per_second) + 0.5;
    if (!(at < static_cast<double>(kMaxSteps))) {
      refuse(who, "the piece has an event at " + std::to_string(seconds) + " s, after more than " + std::to_string(kMaxSteps) +
                      " steps; cut the piece");
    }
    return static_cast<std::int64_t>(std::max(at, -1.0));  // towards 0, so half a step before the start counts as the start
  };
  result.steps = step(piece.end);
  for (const SecondsNote& note : piece.notes) {
    QuantizedNote made{note, step(note.start), step(note.end)};
    if (made.start < 0 || made.end < 0) return {};
    made.end = std::max(made.end, made.start + 1);
    result.steps = std::max(result.steps, made.end);
    result.notes.push_back(made);
  }
  for (const SecondsPiece::Chord& chord : piece.chords) {
    if (step(chord.at) < 0) return {};
  }
  return result;
}

std::vector<SecondsPiece> pieces_of(const SecondsPiece& piece, bool split) {
  if (!split) return {piece};
  check_piece(piece);
  std::vector<SecondsPiece> pieces;
  for (SecondsPart& part : seconds_parts(piece)) pieces.push_back(piece_of(std::move(part)));
  return pieces;
}

SecondsPiece piece_of(SecondsPart part) {
  return {.tempos = {{0.0, part.qpm}},
          .meters = {{0.0, part.meter.numerator, part.meter.denominator}},
          .notes = std::move(part.notes),
          .pedals = std::move(part.pedals),
          .chords = std::move(part.chords),
          .keys = std::move(part.keys),
          .end = part.end};
}

std::vector<std::optional<std::size_t>> classes_of_pitches(const PitchClasses& classes) {
  std::vector<std::optional<std::size_t>> result(128);
  for (std::size_t i = 0; i < classes.size(); ++i) {
    for (const int pitch : classes[i]) result[static_cast<std::size_t>(pitch)] = i;
  }
  return result;
}

void refuse(const char* who, const std::string& text) {
  throw ArgumentError(std::string(who) + ": " + text);
}

void check_classes(const PitchClasses& classes, const char* who) {
  for (std::size_t i = 0; i < classes.size(); ++i) {
    if (classes[i].empty()) refuse(who, "class " + std::to_string(i) + " has no pitches; give each class one or more");
    for (const int pitch : classes[i]) {
      if (pitch < 0 || pitch > 127)
        refuse(who, "class " + std::to_string(i) + " has the pitch " + std::to_string(pitch) + "; use 0 to 127");
    }
  }
}

void check_number(const char* name, int value, int least, const char* who) {
  constexpr int most = 4096;
  if (value >= least && value <= most) return;
  refuse(who, std::string(name) + " is " + std::to_string(value) + "; use " + std::to_string(least) + " to " + std::to_string(most));
}

void check_pitches(int lowest, int highest, const char* who) {
  if (lowest >= 0 && highest <= 127 && lowest <= highest) return;
  refuse(who, "pitches from " + std::to_string(lowest) + " to " + std::to_string(highest) + "; use a range within 0 to 127");
}

void check_gap(double gap_bars, const char* who) {
  if (!(gap_bars >= 0.0)) refuse(who, "gap_bars is " + std::to_string(gap_bars) + "; use a number above 0, or 0 for no gap");
}

void check_tensor(const Tensor& tensor, int depth, const char* what, const char* who) {
  if (tensor.depth == static_cast<std::size_t>(depth) && tensor.values.size() == tensor.rows * tensor.depth) return;
  refuse(who, std::string("the ") + what + " has rows of " + std::to_string(tensor.depth) + "; give rows of " + std::to_string(depth));
}

std::size_t largest(const Tensor& tensor, std::size_t row, std::size_t first, std::size_t count) {
  const auto begin = tensor.values.begin() + static_cast<std::ptrdiff_t>(row * tensor.depth + first);
  return static_cast<std::size_t>(std::max_element(begin, begin + static_cast<std::ptrdiff_t>(count)) - begin);
}

}  // namespace musicvae::data::reference
