// The drums representation: hits alone (Roberts et al. 2018, sections 3.1 and 4.1).
#pragma once

#include "musicvae/model/representation.hpp"
#include "musicvae/sequence/cell_mask.hpp"
#include "musicvae/sequence/drum_sequence.hpp"

namespace musicvae {

/// The velocity of hits from a model without velocities, as in Magenta: 80 of 127.
inline constexpr float kPlainVelocity = 80.0F / 127.0F;

/// In: a column per drum class, and one that is 1 if there is no hit. Out: one of all combinations, in which class d is bit d (one_hot), or
/// the hits. There are 9 classes, or 61 (DrumClasses::full).
class DrumsRepresentation final : public RepresentationOf<DrumSequence> {
 public:
  DrumsRepresentation() = default;
  explicit DrumsRepresentation(int classes) : classes_(classes) {}

  [[nodiscard]] std::string_view name() const noexcept override { return "drums"; }
  [[nodiscard]] std::unique_ptr<Representation> clone() const override;
  void take_depths(const GivenDepths& depths) override;
  void validate(const ModelConfig& config, const ConfigCheck& check) const override;
  [[nodiscard]] int input_depth() const noexcept override { return classes_ + 1; }
  [[nodiscard]] int output_depth(OutputFormat format) const noexcept override;
  [[nodiscard]] int cells() const noexcept override { return kDrums; }
  [[nodiscard]] std::string input_name() const override { return "hits"; }
  [[nodiscard]] bool takes_rows_of(int depth) const noexcept override;
  void write_input(std::span<const float> row, std::span<const std::uint8_t> hidden, std::span<float> input) const override;
  void write_target(OutputFormat format, std::span<const float> row, std::span<float> target) const override;
  void write_hits(OutputFormat format, std::span<const float> step, std::span<std::uint8_t> hits) const override;
  [[nodiscard]] NoteSequence notes(OutputFormat format, std::span<const float> output, int steps, Grid grid, const DrumMap& map,
                                   double qpm) const override;
  [[nodiscard]] std::vector<float> rows(const DrumSequence& groove) const override;
  [[nodiscard]] DrumSequence value(OutputFormat format, std::span<const float> output, int steps, Grid grid) const override;
  [[nodiscard]] KnownRows known_rows(const Head& head, const DrumSequence& window, const CellMask& mask, bool whole,
                                     int steps) const override;

 private:
  int classes_ = kDrums;
};

/// Converts hits alone, [steps, 9 or 61] of 0/1, to a groove. Their velocity is kPlainVelocity, and DrumMap::reduced() turns 61 classes
/// into nine. Throws ArgumentError for another width.
[[nodiscard]] DrumSequence groove_of_hits(std::span<const float> rows, int steps, Grid grid = {});

}  // namespace musicvae
