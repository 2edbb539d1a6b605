// The groove representation: drums with velocities and timing (Gillick et al. 2019, section 3.2).
#pragma once

#include "musicvae/model/representation.hpp"
#include "musicvae/sequence/cell_mask.hpp"
#include "musicvae/sequence/drum_sequence.hpp"

namespace musicvae {

/// Settings of the groove representation.
struct GrooveSettings {
  Task task = Task::reconstruct;
  double note_dropout = 0.0;   ///< training hides hits from the encoder, soft ones more often; the share is drawn from 0 to this
  bool follows_input = false;  ///< the control track also has the encoder's input, so that the decoder can follow it
};

/// Rows [hits x9 | velocities x9 | offsets x9] in and out. The task decides what the encoder sees of them (Gillick et al. 2019, section
/// 3.4), and what marks the control track has: the hits (hits_control), or the cells to fill in (infill).
class GrooveRepresentation final : public RepresentationOf<DrumSequence> {
 public:
  GrooveRepresentation() = default;
  explicit GrooveRepresentation(GrooveSettings settings) : settings_(settings) {}
  [[nodiscard]] const GrooveSettings& settings() const noexcept { return settings_; }

  [[nodiscard]] std::string_view name() const noexcept override { return "groove"; }
  [[nodiscard]] std::unique_ptr<Representation> clone() const override;
  void fields(ConfigFields& fields) override;
  void take_depths(const GivenDepths& depths) override;
  void validate(const ModelConfig& config, const ConfigCheck& check) const override;
  [[nodiscard]] int input_depth() const noexcept override { return 3 * kDrums; }
  [[nodiscard]] int output_depth(OutputFormat) const noexcept override { return 3 * kDrums; }
  [[nodiscard]] int control_depth() const noexcept override { return info(task()).marks + (settings_.follows_input ? 3 * kDrums : 0); }
  [[nodiscard]] int cells() const noexcept override { return kDrums; }
  [[nodiscard]] std::string input_name() const override;
  [[nodiscard]] Task task() const noexcept override { return settings_.task; }
  [[nodiscard]] bool takes_rows_of(int depth) const noexcept override { return depth == 3 * kDrums; }
  void write_input(std::span<const float> row, std::span<const std::uint8_t> hidden, std::span<float> input) const override;
  void write_target(OutputFormat format, std::span<const float> row, std::span<float> target) const override;
  void write_control(std::span<const float> row, std::span<const std::uint8_t> hidden, std::span<float> control) const override;
  void write_hits(OutputFormat format, std::span<const float> step, std::span<std::uint8_t> hits) const override;
  [[nodiscard]] bool target_is_input() const noexcept override;
  [[nodiscard]] bool hides_cells(bool training) const noexcept override;
  [[nodiscard]] std::vector<std::uint8_t> draw_hidden_cells(std::span<const float> window,
                                                            const std::function<double()>& uniform) const override;
  [[nodiscard]] NoteSequence notes(OutputFormat format, std::span<const float> output, int steps, Grid grid, const DrumMap& map,
                                   double qpm) const override;
  [[nodiscard]] std::vector<float> rows(const DrumSequence& groove) const override;
  [[nodiscard]] DrumSequence value(OutputFormat format, std::span<const float> output, int steps, Grid grid) const override;
  [[nodiscard]] KnownRows known_rows(const Head& head, const DrumSequence& window, const CellMask& mask, bool whole,
                                     int steps) const override;

 private:
  GrooveSettings settings_;
};

}  // namespace musicvae
