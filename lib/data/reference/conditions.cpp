#include "data/reference/conditions.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>

#include "data/chord_path.hpp"
#include "data/reference_quantizer.hpp"
#include "musicvae/sequence/chord.hpp"

namespace musicvae::data::reference {

bool infer_missing(SecondsPiece& piece, const Quantized& quantized_notes, const StepGrid& grid, ConditionKinds kinds) {
  const bool needs_chords = kinds.chords != ChordEncoding::none && piece.chords.empty();
  const bool needs_keys = kinds.keys && piece.keys.empty();
  if (!needs_chords && !needs_keys) return true;
  if (!piece.chords.empty()) return false;
  const std::optional<int> per_bar = chords_per_bar(quantized_notes.meter.numerator, quantized_notes.meter.denominator);
  if (!per_bar || grid.per_bar() % *per_bar != 0) return false;
  const double frame = static_cast<double>(grid.per_bar() / *per_bar) / (grid.steps_per_quarter * quantized_notes.qpm / 60.0);
  const double frames = std::ceil(piece.end / frame);
  if (!(frames >= 1.0 && frames <= static_cast<double>(kMostChordFrames))) return false;
  std::vector<SoundingPitch> pitches;
  for (const SecondsNote& note : piece.notes) {
    Note plain;
    plain.channel = note.drums ? plain.channel : 0;
    plain.program = note.program;
    if (has_pitch(plain) && note.pitch >= 0) pitches.push_back({note.pitch, note.start, note.end});
  }
  if (kinds.keys) piece.keys.clear();
  const std::vector<KeyAndChord> path = likeliest_path(pitches, frame, static_cast<std::int64_t>(frames));
  for (std::size_t i = 0; i < path.size(); ++i) {
    const double at = static_cast<double>(i) * frame;
    if (kinds.keys && (i == 0 || path[i].key != path[i - 1].key)) piece.keys.push_back({at, path[i].key});
    if (i == 0 || path[i].chord != path[i - 1].chord) piece.chords.push_back({at, path[i].chord});
  }
  return true;
}

std::optional<Conditions> Conditions::of(const SecondsPiece& piece, const Quantized& quantized_notes, const StepGrid& grid,
                                         ConditionKinds kinds) {
  const ReferenceQuantizer quantizer(quantized_notes.qpm, grid.steps_per_quarter);
  std::vector<StepChord> chords;
  if (kinds.chords != ChordEncoding::none) {
    for (const SecondsPiece::Chord& chord : piece.chords) {
      const std::int64_t step = quantizer.step(chord.at);
      if (step < quantized_notes.steps) chords.push_back({step, chord.symbol});
    }
    std::stable_sort(chords.begin(), chords.end(), [](const StepChord& a, const StepChord& b) { return a.step < b.step; });
  }
  PartChords by_step(chords);
  if (by_step.coincident() != 0) return {};
  std::vector<std::pair<double, int>> keys;
  const double per_second = grid.steps_per_quarter * quantized_notes.qpm / 60.0;
  for (const SecondsPiece::Key& key : piece.keys) keys.emplace_back(per_second * key.at, key.key);
  std::sort(keys.begin(), keys.end());
  return Conditions(kinds, std::move(by_step), std::move(keys));
}

int Conditions::key_of(std::int64_t step) const {
  const auto next = std::upper_bound(keys_.begin(), keys_.end(), static_cast<double>(step),
                                     [](double at, const std::pair<double, int>& key) { return at < key.first; });
  return next == keys_.begin() ? keys_.front().second : (next - 1)->second;
}

std::vector<int> Conditions::identity(std::int64_t first, std::size_t count) const {
  std::vector<int> result;
  if (kinds_.chords != ChordEncoding::none) result = chords_.symbols(first, static_cast<int>(count));
  for (std::size_t i = 0; kinds_.keys && i < count; ++i) result.push_back(key_of(first + static_cast<std::int64_t>(i)));
  return result;
}

std::optional<Tensor> Conditions::rows(std::int64_t first, std::size_t count, bool with_end) const {
  Tensor rows(count + (with_end ? 1 : 0), kinds_.depth());
  if (kinds_.chords != ChordEncoding::none) {
    const std::optional<ChordSequence> chords = chords_.chords(first, static_cast<int>(count));
    if (!chords) return {};
    for (std::size_t i = 0; i < count; ++i) {
      const int category = chords->at(static_cast<int>(i)).category();
      if (category >= chord_classes(kinds_.chords)) return {};
      rows.at(i, static_cast<std::size_t>(category)) = 1.0;
    }
  }
  for (std::size_t i = 0; kinds_.keys && i < count; ++i) {
    const auto key = static_cast<std::size_t>(key_of(first + static_cast<std::int64_t>(i)));
    rows.at(i, rows.depth - ConditionKinds::kKeyColumns + key) = 1.0;
  }
  if (with_end && count > 0)
    std::copy_n(rows.values.end() - 2 * static_cast<std::ptrdiff_t>(rows.depth), rows.depth,
                rows.values.end() - static_cast<std::ptrdiff_t>(rows.depth));
  return rows;
}

void write_conditions(SecondsPiece& piece, const Tensor& control, std::size_t count, double step_seconds, ConditionKinds kinds) {
  const std::size_t chord_columns = control.depth - ConditionKinds::kKeyColumns;
  for (std::size_t step = 0; step < std::min(count, control.rows); ++step) {
    const double at = static_cast<double>(step) * step_seconds;
    if (kinds.chords != ChordEncoding::none) {
      std::string symbol = Chord::of_class(static_cast<int>(largest(control, step, 0, chord_columns))).name();
      if (piece.chords.empty() || piece.chords.back().symbol != symbol) piece.chords.push_back({at, std::move(symbol)});
    }
    if (kinds.keys) {
      const auto key = static_cast<int>(largest(control, step, chord_columns, ConditionKinds::kKeyColumns));
      if (piece.keys.empty() || piece.keys.back().key != key) piece.keys.push_back({at, key});
    }
  }
}

}  // namespace musicvae::data::reference
