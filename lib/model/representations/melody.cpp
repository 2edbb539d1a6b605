#include "musicvae/model/representations/melody.hpp"

#include <algorithm>
#include <utility>

#include "model/representations/chord_control.hpp"
#include "musicvae/model/config.hpp"
#include "musicvae/sequence/melody_notes.hpp"

namespace musicvae {
namespace {

constexpr int kHoldClass = 0;
constexpr int kOffClass = 1;
constexpr int kFirstPitchClass = 2;

int class_of(int event) {
  if (event == Melody::kHold) return kHoldClass;
  if (event == Melody::kOff) return kOffClass;
  if (event < MelodyRepresentation::kLowest || event > MelodyRepresentation::kHighest) {
    throw ArgumentError("melody: pitch " + std::to_string(event) + " is outside " + std::to_string(MelodyRepresentation::kLowest) + " to " +
                        std::to_string(MelodyRepresentation::kHighest) + "; transpose the melody");
  }
  return kFirstPitchClass + event - MelodyRepresentation::kLowest;
}

int event_of(int category) {
  if (category == kHoldClass) return Melody::kHold;
  if (category == kOffClass) return Melody::kOff;
  return MelodyRepresentation::kLowest + category - kFirstPitchClass;
}

// The class in a row of a dataset, which may have been made for something else.
int class_in(float row) {
  if (row >= 0.0F && row < static_cast<float>(MelodyRepresentation::kClasses)) return static_cast<int>(row);
  throw ArgumentError("melody: " + std::to_string(row) + " is not a class; use 0 to " + std::to_string(MelodyRepresentation::kClasses - 1));
}

// The index of the largest column; a row of zeros is a hold.
int class_of(std::span<const float> step) {
  return static_cast<int>(std::max_element(step.begin(), step.end()) - step.begin());
}

}  // namespace

std::unique_ptr<Representation> MelodyRepresentation::clone() const {
  return std::make_unique<MelodyRepresentation>(*this);
}

void MelodyRepresentation::take_depths(const GivenDepths& depths) {
  if (depths.control) settings_.chords = *depths.control > 0;
}

void MelodyRepresentation::validate(const ModelConfig& config, const ConfigCheck& check) const {
  check(config.head->output() == OutputFormat::one_hot, "head must be categorical for the melody converter");
}

void MelodyRepresentation::write_input(std::span<const float> row, std::span<const std::uint8_t> hidden, std::span<float> input) const {
  std::fill(input.begin(), input.end(), 0.0F);
  if (hidden.empty() || hidden.front() == 0) input[static_cast<std::size_t>(class_in(row.front()))] = 1.0F;
}

void MelodyRepresentation::write_target(OutputFormat, std::span<const float> row, std::span<float> target) const {
  write_input(row, {}, target);
}

void MelodyRepresentation::write_control(std::span<const float> row, std::span<const std::uint8_t>, std::span<float> control) const {
  if (settings_.chords) detail::write_chord(row[1], control);
}

bool MelodyRepresentation::write_free_control(std::span<float> control) const {
  if (settings_.chords) detail::write_chord(0.0F, control);
  return true;
}

void MelodyRepresentation::write_hits(OutputFormat, std::span<const float> step, std::span<std::uint8_t> hits) const {
  hits.front() = static_cast<std::uint8_t>(class_of(step) >= kFirstPitchClass ? 1 : 0);
}

NoteSequence MelodyRepresentation::notes(OutputFormat format, std::span<const float> output, int steps, Grid grid, const DrumMap&,
                                         double qpm) const {
  return to_notes(value(format, output, steps, grid), qpm);
}

std::vector<float> MelodyRepresentation::rows(const Melody& melody) const {
  std::vector<float> rows;
  for (int step = 0; step < melody.steps(); ++step) {
    rows.push_back(static_cast<float>(class_of(melody.at(step))));
    if (settings_.chords) rows.push_back(melody.chords().empty() ? 0.0F : static_cast<float>(melody.chords().at(step).category()));
  }
  return rows;
}

void MelodyRepresentation::transpose(std::span<float> row, int semitones) const {
  if (settings_.chords) row[1] = static_cast<float>(detail::chord_in(row[1]).transposed(semitones).category());
  if (!is_note(row.front())) return;
  const int moved = static_cast<int>(row.front()) + semitones;
  row.front() = static_cast<float>(moved < kFirstPitchClass ? moved + 12 : moved >= kClasses ? moved - 12 : moved);
}

Melody MelodyRepresentation::from_rows(std::span<const float> rows, int depth, Grid grid) {
  const auto columns = static_cast<std::size_t>(depth);
  Melody melody(static_cast<int>(rows.size() / columns), grid);
  ChordSequence chords(depth > 1 ? melody.steps() : 0);
  for (int step = 0; step < melody.steps(); ++step) {
    const std::span<const float> row = rows.subspan(static_cast<std::size_t>(step) * columns, columns);
    melody.set(step, event_of(class_in(row.front())));
    if (depth > 1) chords.set(step, 1, detail::chord_in(row[1]));
  }
  return melody.with_chords(std::move(chords));
}

Melody MelodyRepresentation::value(OutputFormat, std::span<const float> output, int steps, Grid grid) const {
  if (output.size() != static_cast<std::size_t>(steps) * kClasses) {
    throw ArgumentError("melody: " + std::to_string(output.size()) + " numbers; give " + std::to_string(steps) + " steps x " +
                        std::to_string(kClasses));
  }
  Melody melody(steps, grid);
  for (int step = 0; step < steps; ++step) {
    melody.set(step, event_of(class_of(output.subspan(static_cast<std::size_t>(step) * kClasses, kClasses))));
  }
  return melody;
}

Melody MelodyRepresentation::with_control(Melody melody, std::span<const float>, std::span<const float> control) const {
  if (!settings_.chords) return melody;
  return melody.with_chords(detail::chords_in(control));
}

KnownRows MelodyRepresentation::known_rows(const Head&, const Melody& window, const StepMask& mask, bool, int steps) const {
  const auto size = static_cast<std::size_t>(steps) * kClasses;
  KnownRows known{std::vector<float>(size), std::vector<float>(size)};
  for (int step = 0; step < window.steps(); ++step) {
    if (mask.at(step)) continue;
    const auto at = static_cast<std::ptrdiff_t>(step) * kClasses;
    std::fill_n(known.mask.begin() + at, kClasses, 1.0F);
    known.cells[static_cast<std::size_t>(at) + static_cast<std::size_t>(class_of(window.at(step)))] = 1.0F;
  }
  return known;
}

}  // namespace musicvae
