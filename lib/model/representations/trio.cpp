#include "musicvae/model/representations/trio.hpp"

#include <algorithm>

#include "musicvae/model/config.hpp"
#include "musicvae/sequence/trio_notes.hpp"

namespace musicvae {
namespace {

constexpr std::size_t kMelodyClasses = TrioRepresentation::kClasses[0];
constexpr std::size_t kBassAt = kMelodyClasses;
constexpr std::size_t kDrumsAt = 2 * kMelodyClasses;
constexpr std::size_t kDrumClasses = TrioRepresentation::kClasses[2];
constexpr std::array<std::size_t, kTrioParts> kFirstColumns = {0, kBassAt, kDrumsAt};

// The class of a part in a row of a dataset, which may have been made for something else.
std::size_t class_in(float row, std::size_t part) {
  if (row >= 0.0F && row < static_cast<float>(TrioRepresentation::kClasses[part])) return static_cast<std::size_t>(row);
  throw ArgumentError("trio: " + std::to_string(row) + " is not a class of the " + std::string(name(static_cast<TrioPart>(part))) +
                      "; use 0 to " + std::to_string(TrioRepresentation::kClasses[part] - 1));
}

// Bit d is drum d.
std::size_t combination_of(const DrumSequence& drums, int step) {
  std::size_t combination = 0;
  for (int d = 0; d < kDrums; ++d) combination |= static_cast<std::size_t>(drums.at(step, static_cast<Drum>(d)).hit ? 1 : 0) << d;
  return combination;
}

// The columns of one part, [steps, width], from all columns.
std::vector<float> columns(std::span<const float> output, std::size_t depth, std::size_t first, std::size_t width) {
  std::vector<float> part;
  part.reserve(output.size() / depth * width);
  for (std::size_t at = 0; at < output.size(); at += depth) {
    const std::span<const float> step = output.subspan(at + first, width);
    part.insert(part.end(), step.begin(), step.end());
  }
  return part;
}

}  // namespace

std::unique_ptr<Representation> TrioRepresentation::clone() const {
  return std::make_unique<TrioRepresentation>(*this);
}

void TrioRepresentation::validate(const ModelConfig& config, const ConfigCheck& check) const {
  check(config.head->output() == OutputFormat::one_hot, "head must be categorical for the trio converter");
}

void TrioRepresentation::write_input(std::span<const float> row, std::span<const std::uint8_t> hidden, std::span<float> input) const {
  std::fill(input.begin(), input.end(), 0.0F);
  for (std::size_t part = 0; part < kTrioParts; ++part) {
    if (hidden.empty() || hidden[part] == 0) input[kFirstColumns[part] + class_in(row[part], part)] = 1.0F;
  }
}

void TrioRepresentation::write_target(OutputFormat, std::span<const float> row, std::span<float> target) const {
  write_input(row, {}, target);
}

void TrioRepresentation::write_hits(OutputFormat format, std::span<const float> step, std::span<std::uint8_t> hits) const {
  const MelodyRepresentation melody;
  melody.write_hits(format, step.subspan(0, kMelodyClasses), hits.subspan(0, 1));
  melody.write_hits(format, step.subspan(kBassAt, kMelodyClasses), hits.subspan(1, 1));
  const std::span<const float> drums = step.subspan(kDrumsAt, kDrumClasses);
  hits[2] = static_cast<std::uint8_t>(std::max_element(drums.begin(), drums.end()) == drums.begin() ? 0 : 1);
}

NoteSequence TrioRepresentation::notes(OutputFormat format, std::span<const float> output, int steps, Grid grid, const DrumMap& map,
                                       double qpm) const {
  return to_notes(value(format, output, steps, grid), map, qpm);
}

void TrioRepresentation::transpose(std::span<float> row, int semitones) const {
  const MelodyRepresentation line;
  for (const std::size_t part : {0, 1}) line.transpose(row.subspan(part, 1), semitones);
}

std::vector<float> TrioRepresentation::rows(const Trio& trio) const {
  const MelodyRepresentation lines;
  const std::vector<float> melody = lines.rows(trio.melody());
  const std::vector<float> bass = lines.rows(trio.bass());
  std::vector<float> rows;
  rows.reserve(melody.size() * kTrioParts);
  for (std::size_t step = 0; step < melody.size(); ++step) {
    rows.push_back(melody[step]);
    rows.push_back(bass[step]);
    rows.push_back(static_cast<float>(combination_of(trio.drums(), static_cast<int>(step))));
  }
  return rows;
}

Trio TrioRepresentation::from_rows(std::span<const float> rows, Grid grid) {
  if (rows.size() % kTrioParts != 0) throw ArgumentError("trio: " + std::to_string(rows.size()) + " numbers; give rows of 3");
  const TrioRepresentation representation;
  const auto steps = static_cast<int>(rows.size() / kTrioParts);
  std::vector<float> one_hot(static_cast<std::size_t>(steps) * kDepth);
  for (std::size_t step = 0; step * kTrioParts < rows.size(); ++step) {
    representation.write_input(rows.subspan(step * kTrioParts, kTrioParts), {}, std::span(one_hot).subspan(step * kDepth, kDepth));
  }
  return representation.value(OutputFormat::one_hot, one_hot, steps, grid);
}

Trio TrioRepresentation::value(OutputFormat format, std::span<const float> output, int steps, Grid grid) const {
  if (output.size() != static_cast<std::size_t>(steps) * kDepth) {
    throw ArgumentError("trio: " + std::to_string(output.size()) + " numbers; give " + std::to_string(steps) + " steps x " +
                        std::to_string(kDepth));
  }
  const MelodyRepresentation line;
  const auto part = [&](std::size_t first, std::size_t width) { return columns(output, kDepth, first, width); };
  return {line.value(format, part(0, kMelodyClasses), steps, grid), line.value(format, part(kBassAt, kMelodyClasses), steps, grid),
          DrumsRepresentation().value(format, part(kDrumsAt, kDrumClasses), steps, grid)};
}

KnownRows TrioRepresentation::known_rows(const Head&, const Trio& window, const TrioMask& mask, bool, int steps) const {
  const auto size = static_cast<std::size_t>(steps) * kDepth;
  KnownRows known{std::vector<float>(size), std::vector<float>(size)};
  const std::vector<float> rows = this->rows(window);
  for (int step = 0; step < window.steps(); ++step) {
    for (std::size_t part = 0; part < kTrioParts; ++part) {
      if (mask.at(step, static_cast<TrioPart>(part))) continue;
      const std::size_t first = static_cast<std::size_t>(step) * kDepth + kFirstColumns[part];
      std::fill_n(known.mask.begin() + static_cast<std::ptrdiff_t>(first), kClasses[part], 1.0F);
      known.cells[first + static_cast<std::size_t>(rows[static_cast<std::size_t>(step) * kTrioParts + part])] = 1.0F;
    }
  }
  return known;
}

}  // namespace musicvae
