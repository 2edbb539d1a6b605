// The melody representation: one of 90 classes per step (Roberts et al. 2018, section 4.1), with or without chords.
#pragma once

#include "musicvae/model/representation.hpp"
#include "musicvae/sequence/melody.hpp"

namespace musicvae {

/// What a melody model is given.
struct MelodySettings {
  bool chords = false;  ///< whether a control track has the chord of each step
};

/// In and out: one class per step, one-hot. Class 0 is hold, class 1 is off, and class 2 + i is a note of pitch kLowest + i that begins.
/// With chords, the control track is the chord's class, one-hot (Chord::category), "N.C." for a melody without chords. A row has one
/// column, the class, and with chords a second one, the chord's class.
class MelodyRepresentation final : public RepresentationOf<Melody> {
 public:
  static constexpr int kLowest = 21;    ///< A0, the lowest key of a piano
  static constexpr int kHighest = 108;  ///< C8, the highest
  static constexpr int kClasses = 2 + kHighest - kLowest + 1;
  static constexpr int kMostColumns = 2;  ///< of a row

  MelodyRepresentation() = default;
  explicit MelodyRepresentation(MelodySettings settings) : settings_(settings) {}

  /// Whether a note begins with this class.
  [[nodiscard]] static bool is_note(float category) { return category >= 2.0F; }

  [[nodiscard]] std::string_view name() const noexcept override { return "melody"; }
  [[nodiscard]] std::unique_ptr<Representation> clone() const override;
  void take_depths(const GivenDepths& depths) override;
  void validate(const ModelConfig& config, const ConfigCheck& check) const override;
  [[nodiscard]] int input_depth() const noexcept override { return kClasses; }
  [[nodiscard]] int output_depth(OutputFormat) const noexcept override { return kClasses; }
  [[nodiscard]] int control_depth() const noexcept override { return settings_.chords ? Chord::kClasses : 0; }
  [[nodiscard]] bool has_chords() const noexcept override { return settings_.chords; }
  [[nodiscard]] int cells() const noexcept override { return 1; }
  [[nodiscard]] bool takes_rows_of(int depth) const noexcept override { return depth == columns(); }
  /// Throws ArgumentError for a number that is not a class.
  void write_input(std::span<const float> row, std::span<const std::uint8_t> hidden, std::span<float> input) const override;
  void write_target(OutputFormat format, std::span<const float> row, std::span<float> target) const override;
  /// Throws ArgumentError for a number that is not a chord's class.
  void write_control(std::span<const float> row, std::span<const std::uint8_t> hidden, std::span<float> control) const override;
  [[nodiscard]] bool write_free_control(std::span<float> control) const override;
  void write_hits(OutputFormat format, std::span<const float> step, std::span<std::uint8_t> hits) const override;
  [[nodiscard]] NoteSequence notes(OutputFormat format, std::span<const float> output, int steps, Grid grid, const DrumMap& map,
                                   double qpm) const override;
  [[nodiscard]] bool target_is_input() const noexcept override { return true; }
  [[nodiscard]] bool transposes() const noexcept override { return true; }
  /// A note that would leave the range stays an octave inside it. The chord moves along.
  void transpose(std::span<float> row, int semitones) const override;
  /// Throws ArgumentError for a pitch outside kLowest to kHighest.
  [[nodiscard]] std::vector<float> rows(const Melody& melody) const override;
  /// The melody of such rows, [steps, depth], with its chords if the depth is 2. Throws ArgumentError for a number that is not a class.
  [[nodiscard]] static Melody from_rows(std::span<const float> rows, int depth = 1, Grid grid = {});
  [[nodiscard]] Melody value(OutputFormat format, std::span<const float> output, int steps, Grid grid) const override;
  [[nodiscard]] Melody with_control(Melody melody, std::span<const float> output, std::span<const float> control) const override;
  [[nodiscard]] KnownRows known_rows(const Head& head, const Melody& window, const StepMask& mask, bool whole, int steps) const override;

 private:
  [[nodiscard]] int columns() const noexcept { return settings_.chords ? 2 : 1; }

  MelodySettings settings_;
};

}  // namespace musicvae
