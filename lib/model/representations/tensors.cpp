#include "musicvae/model/representations/tensors.hpp"

#include <algorithm>

namespace musicvae {

std::unique_ptr<Representation> TensorsRepresentation::clone() const {
  return std::make_unique<TensorsRepresentation>(*this);
}

void TensorsRepresentation::take_depths(const GivenDepths& depths) {
  depths_.input = depths.input.value_or(depths_.input);
  depths_.output = depths.output.value_or(depths_.output);
  depths_.control = depths.control.value_or(depths_.control);
}

void TensorsRepresentation::validate(const ModelConfig&, const ConfigCheck& check) const {
  check(depths_.input >= 1 && depths_.input <= 16384, "input_depth is out of range; use 1 to 16384");
  check(depths_.output >= 1 && depths_.output <= 16384, "output_depth is out of range; use 1 to 16384");
  check(depths_.control >= 0 && depths_.control <= 16384, "control_depth is out of range; use 0 to 16384");
}

void TensorsRepresentation::write_input(std::span<const float> row, std::span<const std::uint8_t>, std::span<float> input) const {
  std::copy(row.begin(), row.end(), input.begin());
}

void TensorsRepresentation::write_target(OutputFormat, std::span<const float> row, std::span<float> target) const {
  std::copy(row.begin(), row.end(), target.begin());
}

void TensorsRepresentation::write_hits(OutputFormat, std::span<const float> step, std::span<std::uint8_t> hits) const {
  std::transform(step.begin(), step.end(), hits.begin(), [](float value) { return static_cast<std::uint8_t>(value > 0.5F); });
}

NoteSequence TensorsRepresentation::notes(OutputFormat, std::span<const float>, int, Grid, const DrumMap&, double) const {
  throw ConfigError("converter tensors: its rows are not music; read them as tensors instead");
}

}  // namespace musicvae
