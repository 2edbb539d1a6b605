#include "musicvae/model/representations/drums.hpp"

#include <algorithm>
#include <bit>

#include "musicvae/model/config.hpp"
#include "musicvae/model/hit_notes.hpp"
#include "musicvae/sequence/drum_classes.hpp"
#include "musicvae/sequence/drum_map.hpp"
#include "musicvae/sequence/drum_notes.hpp"
#include "musicvae/sequence/drum_tensor.hpp"

namespace musicvae {
namespace {

constexpr int kFullClasses = static_cast<int>(kFullDrumPitches.size());

// The drum of each of 61 classes.
const std::vector<Drum>& drums_of_full_classes() {
  static const std::vector<Drum> drums = [] {
    const DrumMap map = DrumMap::reduced();
    std::vector<Drum> result;
    for (int c = 0; c < kFullClasses; ++c) result.push_back(*map.drum(full_drum_pitch(c)));
    return result;
  }();
  return drums;
}

Drum drum_of(int drum_class, int classes) {
  return classes == kDrums ? static_cast<Drum>(drum_class) : drums_of_full_classes()[static_cast<std::size_t>(drum_class)];
}

unsigned category_of(std::span<const float> step) {
  return static_cast<unsigned>(std::max_element(step.begin(), step.end()) - step.begin());
}

}  // namespace

std::unique_ptr<Representation> DrumsRepresentation::clone() const {
  return std::make_unique<DrumsRepresentation>(*this);
}

void DrumsRepresentation::take_depths(const GivenDepths& depths) {
  if (depths.input) classes_ = *depths.input - 1;
}

void DrumsRepresentation::validate(const ModelConfig& config, const ConfigCheck& check) const {
  const OutputFormat format = config.head->output();
  check(format != OutputFormat::hits_with_feel, "head must be categorical or nade for the drums converter");
  if (format == OutputFormat::one_hot) {
    check(classes_ == kDrums,
          "input_depth must be 10 and output_depth 512 (9 drum classes) for the drums converter and the categorical head");
  } else {
    check(classes_ == kDrums || classes_ == kFullClasses,
          "output_depth must be 9 or 61 (drum classes) and input_depth one more for the drums converter and the nade head");
  }
}

int DrumsRepresentation::output_depth(OutputFormat format) const noexcept {
  return format == OutputFormat::one_hot ? 1 << std::clamp(classes_, 0, 30) : classes_;
}

bool DrumsRepresentation::takes_rows_of(int depth) const noexcept {
  return depth == classes_ || (depth == kDrumTensorDepth && classes_ == kDrums);
}

void DrumsRepresentation::write_input(std::span<const float> row, std::span<const std::uint8_t> hidden, std::span<float> input) const {
  bool any = false;
  for (int c = 0; c < classes_; ++c) {
    const auto at = static_cast<std::size_t>(c);
    const bool seen = hidden.empty() || hidden[static_cast<std::size_t>(drum_of(c, classes_))] == 0;
    input[at] = seen ? row[at] : 0.0F;
    any = any || input[at] > 0.5F;
  }
  input[static_cast<std::size_t>(classes_)] = any ? 0.0F : 1.0F;
}

void DrumsRepresentation::write_target(OutputFormat format, std::span<const float> row, std::span<float> target) const {
  const std::span<const float> hits = row.first(static_cast<std::size_t>(classes_));
  if (format == OutputFormat::hits) {
    std::copy(hits.begin(), hits.end(), target.begin());
    return;
  }
  std::size_t combination = 0;
  for (std::size_t c = 0; c < hits.size(); ++c) combination |= static_cast<std::size_t>(hits[c] > 0.5F ? 1 : 0) << c;
  std::fill(target.begin(), target.end(), 0.0F);
  target[combination] = 1.0F;
}

void DrumsRepresentation::write_hits(OutputFormat format, std::span<const float> step, std::span<std::uint8_t> hits) const {
  const unsigned combination = format == OutputFormat::one_hot ? category_of(step) : 0;
  std::fill(hits.begin(), hits.end(), std::uint8_t{0});
  for (int c = 0; c < classes_; ++c) {
    const bool hit = format == OutputFormat::one_hot ? (combination >> c & 1U) != 0 : step[static_cast<std::size_t>(c)] > 0.5F;
    if (hit) hits[static_cast<std::size_t>(drum_of(c, classes_))] = 1;
  }
}

NoteSequence DrumsRepresentation::notes(OutputFormat format, std::span<const float> output, int steps, Grid grid, const DrumMap& map,
                                        double qpm) const {
  if (classes_ == kFullClasses) return notes_of_hits(output, steps, grid, qpm);  // each class has its own pitch
  return to_notes(value(format, output, steps, grid), map, qpm);
}

std::vector<float> DrumsRepresentation::rows(const DrumSequence& groove) const {
  const auto steps = static_cast<std::size_t>(groove.steps());
  if (classes_ == kDrums) {
    std::vector<float> rows(steps * kDrumTensorDepth);
    to_tensor(groove, rows);
    return rows;
  }
  const DrumMap map = DrumMap::reduced();
  std::vector<float> rows(steps * static_cast<std::size_t>(classes_));
  for (int step = 0; step < groove.steps(); ++step) {
    for (int d = 0; d < kDrums; ++d) {
      if (!groove.at(step, static_cast<Drum>(d)).hit) continue;
      const int pitch = map.pitch(static_cast<Drum>(d));
      rows[static_cast<std::size_t>(step) * static_cast<std::size_t>(classes_) + static_cast<std::size_t>(*full_drum_class(pitch))] = 1.0F;
    }
  }
  return rows;
}

DrumSequence DrumsRepresentation::value(OutputFormat format, std::span<const float> output, int steps, Grid grid) const {
  if (format == OutputFormat::hits) return groove_of_hits(output, steps, grid);
  const auto depth = static_cast<std::size_t>(output_depth(format));
  if (output.size() != static_cast<std::size_t>(steps) * depth) {
    throw ArgumentError("groove: " + std::to_string(output.size()) + " numbers; give " + std::to_string(steps) + " steps x " +
                        std::to_string(depth));
  }
  DrumSequence groove(steps, grid);
  for (int step = 0; step < steps; ++step) {
    const unsigned combination = category_of(output.subspan(static_cast<std::size_t>(step) * depth, depth));
    for (int d = 0; d < kDrums; ++d) {
      if ((combination >> d & 1U) != 0) groove.set(step, static_cast<Drum>(d), kPlainVelocity);
    }
  }
  return groove;
}

KnownRows DrumsRepresentation::known_rows(const Head& head, const DrumSequence& window, const CellMask& mask, bool, int steps) const {
  const std::vector<float> rows = this->rows(window);
  const std::size_t from = window.steps() == 0 ? 0 : rows.size() / static_cast<std::size_t>(window.steps());
  const auto depth = static_cast<std::size_t>(output_depth(head.output()));
  KnownRows known{std::vector<float>(static_cast<std::size_t>(steps) * depth), std::vector<float>(static_cast<std::size_t>(steps) * depth)};
  for (int step = 0; step < window.steps(); ++step) {
    const std::size_t at = static_cast<std::size_t>(step) * depth;
    std::size_t known_classes = 0;  // bit c is drum class c
    std::size_t known_hits = 0;
    for (int c = 0; c < classes_; ++c) {
      if (mask.at(step, drum_of(c, classes_))) continue;
      const float hit = rows[static_cast<std::size_t>(step) * from + static_cast<std::size_t>(c)];
      if (head.output() == OutputFormat::hits) {
        known.cells[at + static_cast<std::size_t>(c)] = hit;
        known.mask[at + static_cast<std::size_t>(c)] = 1.0F;
      } else {
        known_classes |= std::size_t{1} << c;
        if (hit > 0.5F) known_hits |= std::size_t{1} << c;
      }
    }
    for (std::size_t combination = 0; head.output() == OutputFormat::one_hot && combination < depth; ++combination) {
      known.mask[at + combination] = (combination & known_classes) == known_hits ? 0.0F : 1.0F;
    }
  }
  return known;
}

DrumSequence groove_of_hits(std::span<const float> rows, int steps, Grid grid) {
  const std::size_t classes = steps == 0 ? kDrums : rows.size() / static_cast<std::size_t>(steps);
  if ((classes != kDrums && classes != kFullDrumPitches.size()) || rows.size() != static_cast<std::size_t>(steps) * classes) {
    throw ArgumentError("groove: " + std::to_string(rows.size()) + " hits; give " + std::to_string(steps) + " steps x 9 or 61");
  }
  DrumSequence groove(steps, grid);
  for (int step = 0; step < steps; ++step) {
    for (std::size_t c = 0; c < classes; ++c) {
      if (rows[static_cast<std::size_t>(step) * classes + c] <= 0.5F) continue;
      groove.set(step, drum_of(static_cast<int>(c), static_cast<int>(classes)), kPlainVelocity);
    }
  }
  return groove;
}

}  // namespace musicvae
