// The trio representation: one of 90 classes of melody, one of 90 of bass, and one of 512 combinations of drums per step (Roberts et al.
// 2018, section 5.1).
#pragma once

#include <array>

#include "musicvae/model/representation.hpp"
#include "musicvae/model/representations/drums.hpp"
#include "musicvae/model/representations/melody.hpp"
#include "musicvae/sequence/trio.hpp"

namespace musicvae {

/// In and out: melody, bass and drums side by side, each one-hot: as in MelodyRepresentation, and as in DrumsRepresentation with nine
/// classes. A row has three columns, the class of each part. Drums have neither velocities nor offsets.
class TrioRepresentation final : public RepresentationOf<Trio> {
 public:
  /// The classes of each part.
  static constexpr std::array<int, kTrioParts> kClasses = {MelodyRepresentation::kClasses, MelodyRepresentation::kClasses, 1 << kDrums};

  [[nodiscard]] std::string_view name() const noexcept override { return "trio"; }
  [[nodiscard]] std::unique_ptr<Representation> clone() const override;
  void validate(const ModelConfig& config, const ConfigCheck& check) const override;
  [[nodiscard]] int input_depth() const noexcept override { return kDepth; }
  [[nodiscard]] int output_depth(OutputFormat) const noexcept override { return kDepth; }
  [[nodiscard]] std::vector<int> categories() const override { return {kClasses.begin(), kClasses.end()}; }
  [[nodiscard]] int cells() const noexcept override { return kTrioParts; }
  [[nodiscard]] bool takes_rows_of(int depth) const noexcept override { return depth == kTrioParts; }
  /// Throws ArgumentError for a number that is not a class.
  void write_input(std::span<const float> row, std::span<const std::uint8_t> hidden, std::span<float> input) const override;
  void write_target(OutputFormat format, std::span<const float> row, std::span<float> target) const override;
  void write_hits(OutputFormat format, std::span<const float> step, std::span<std::uint8_t> hits) const override;
  [[nodiscard]] NoteSequence notes(OutputFormat format, std::span<const float> output, int steps, Grid grid, const DrumMap& map,
                                   double qpm) const override;
  [[nodiscard]] bool target_is_input() const noexcept override { return true; }
  [[nodiscard]] bool transposes() const noexcept override { return true; }
  /// Moves melody and bass. A note that would leave the range stays an octave inside it.
  void transpose(std::span<float> row, int semitones) const override;
  /// Throws ArgumentError for a pitch outside MelodyRepresentation::kLowest to kHighest.
  [[nodiscard]] std::vector<float> rows(const Trio& trio) const override;
  /// The trio of such rows, [steps, 3]. Throws ArgumentError for a number that is not a class.
  [[nodiscard]] static Trio from_rows(std::span<const float> rows, Grid grid = {});
  [[nodiscard]] Trio value(OutputFormat format, std::span<const float> output, int steps, Grid grid) const override;
  [[nodiscard]] KnownRows known_rows(const Head& head, const Trio& window, const TrioMask& mask, bool whole, int steps) const override;

 private:
  static constexpr int kDepth = kClasses[0] + kClasses[1] + kClasses[2];
};

}  // namespace musicvae
