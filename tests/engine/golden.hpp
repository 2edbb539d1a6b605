// A reference file of Magenta's numbers as tensors, and as a model: its sizes are read from the shapes.
#pragma once

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "musicvae/engine/music_vae.hpp"

namespace musicvae::tests {

class Golden {
 public:
  explicit Golden(const std::filesystem::path& path) : file_(SafetensorsFile::read(path)) {}
  /// From tests/data/golden.
  static Golden named(const std::string& name) {
    return Golden(std::filesystem::path(MUSICVAE_TEST_DATA) / "golden" / (name + ".safetensors"));
  }

  [[nodiscard]] bool has(const std::string& name) const { return file_.view().tensors.contains(name); }
  [[nodiscard]] std::vector<float> floats(const std::string& name) const { return file_.at(name).floats(); }
  [[nodiscard]] std::vector<int> ints(const std::string& name) const {
    const std::vector<std::int64_t> values = file_.at(name).integers();
    return {values.begin(), values.end()};
  }
  [[nodiscard]] int extent(const std::string& name, std::size_t axis) const { return static_cast<int>(file_.at(name).shape.at(axis)); }

  /// The tensors below `prefix`, without it.
  [[nodiscard]] Weights weights(const std::string& prefix = "vars/") const {
    Weights result;
    for (const auto& [name, tensor] : file_.view().tensors) {
      if (name.starts_with(prefix)) result[name.substr(prefix.size())] = {tensor.shape, tensor.floats()};
    }
    return result;
  }

  /// The config of a tiny public model.
  [[nodiscard]] ModelConfig config() const {
    ModelConfig config;
    config.name = "tiny";
    config.steps = extent("in/x_out", 1);
    config.control_depth = has("in/controls") ? extent("in/controls", 2) : 0;
    config.input_depth = extent("in/x_in", 2);
    config.output_depth = extent("in/x_out", 2);
    config.latent = extent("in/eps", 1);
    config.head = config.output_depth == 512 ? OutputHead::categorical : OutputHead::groove;
    const Weights all = weights();
    if (all.contains(std::string(tensor_names::conductor_initial_state) + "/bias")) config.conductor.emplace();
    const auto units = [&](const auto& name) {
      std::vector<int> result;
      for (int l = 0; all.contains(name(l) + "/bias"); ++l) result.push_back(static_cast<int>(all.at(name(l) + "/bias").shape[0]) / 4);
      return result;
    };
    config.encoder_units = units([](int l) { return tensor_names::encoder_cell(l, "fw"); });
    config.decoder_units = units([&](int l) { return tensor_names::decoder_cell(config, l); });
    if (config.conductor) {
      config.conductor->units = units(tensor_names::conductor_cell);
      const std::int64_t inputs = all.at(tensor_names::conductor_cell(0) + "/kernel").shape[0] - config.conductor->units[0];
      config.conductor->autoregressive = inputs > 1;
    }
    return config;
  }

  [[nodiscard]] MusicVae model(engine::Isa isa = engine::best_isa()) const {
    return {config(), weights(), DrumMap::roland(), "golden", isa};
  }

  /// The encoder's input: x_in with the control track beside it.
  [[nodiscard]] std::vector<float> encoder_input() const {
    const std::vector<float> x = floats("in/x_in");
    if (!has("in/controls")) return x;
    const std::vector<float> controls = floats("in/controls");
    const auto width = static_cast<std::size_t>(extent("in/x_in", 2));
    const auto control = static_cast<std::size_t>(extent("in/controls", 2));
    std::vector<float> result;
    for (std::size_t row = 0; row < x.size() / width; ++row) {
      result.insert(result.end(), x.begin() + static_cast<std::ptrdiff_t>(row * width),
                    x.begin() + static_cast<std::ptrdiff_t>((row + 1) * width));
      result.insert(result.end(), controls.begin() + static_cast<std::ptrdiff_t>(row * control),
                    controls.begin() + static_cast<std::ptrdiff_t>((row + 1) * control));
    }
    return result;
  }

  [[nodiscard]] std::vector<float> controls() const { return has("in/controls") ? floats("in/controls") : std::vector<float>{}; }

 private:
  SafetensorsFile file_;
};

/// The largest difference; infinite when the sizes differ or a number is NaN.
inline float largest_difference(std::span<const float> a, std::span<const float> b) {
  if (a.size() != b.size() || a.empty()) return INFINITY;
  float largest = 0.0F;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const float difference = std::abs(a[i] - b[i]);
    if (!(difference <= largest)) largest = std::isnan(difference) ? INFINITY : difference;
  }
  return largest;
}

}  // namespace musicvae::tests
