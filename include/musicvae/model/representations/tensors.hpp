// The tensors representation: rows that the library cannot make from music, such as a user's own.
#pragma once

#include "musicvae/model/representation.hpp"

namespace musicvae {

/// Widths of the rows.
struct TensorDepths {
  int input = 27;
  int output = 27;
  int control = 0;
};

/// Rows are taken, learned and output as they are.
class TensorsRepresentation final : public Representation {
 public:
  TensorsRepresentation() = default;
  explicit TensorsRepresentation(TensorDepths depths) : depths_(depths) {}

  [[nodiscard]] std::string_view name() const noexcept override { return "tensors"; }
  [[nodiscard]] std::string_view music() const noexcept override { return "tensors"; }
  [[nodiscard]] std::unique_ptr<Representation> clone() const override;
  void take_depths(const GivenDepths& depths) override;
  void validate(const ModelConfig& config, const ConfigCheck& check) const override;
  [[nodiscard]] int input_depth() const noexcept override { return depths_.input; }
  [[nodiscard]] int output_depth(OutputFormat) const noexcept override { return depths_.output; }
  [[nodiscard]] int control_depth() const noexcept override { return depths_.control; }
  [[nodiscard]] int cells() const noexcept override { return depths_.output; }
  [[nodiscard]] bool takes_rows_of(int depth) const noexcept override { return depth == depths_.input && depth == depths_.output; }
  void write_input(std::span<const float> row, std::span<const std::uint8_t> hidden, std::span<float> input) const override;
  void write_target(OutputFormat format, std::span<const float> row, std::span<float> target) const override;
  void write_hits(OutputFormat format, std::span<const float> step, std::span<std::uint8_t> hits) const override;
  [[nodiscard]] NoteSequence notes(OutputFormat format, std::span<const float> output, int steps, Grid grid, const DrumMap& map,
                                   double qpm) const override;
  [[nodiscard]] bool target_is_input() const noexcept override { return depths_.input == depths_.output; }

 private:
  TensorDepths depths_;
};

}  // namespace musicvae
