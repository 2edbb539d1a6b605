// A reference file of Magenta's values, as tensors and as a model whose sizes are read from the tensors' shapes.
#pragma once

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "musicvae/engine/music_vae.hpp"
#include "musicvae/model/heads/categorical.hpp"
#include "musicvae/model/representations/drums.hpp"
#include "musicvae/model/representations/melody.hpp"
#include "musicvae/model/representations/tensors.hpp"
#include "musicvae/model/representations/trio.hpp"
#include "musicvae/model/safetensors.hpp"
#include "musicvae/model/tensor_specs.hpp"
#include "paths.hpp"

namespace musicvae::tests {

class Golden {
 public:
  explicit Golden(const std::filesystem::path& path) : file_(SafetensorsFile::read(path)) {}
  /// Reads a file from tests/data/golden.
  static Golden named(const std::string& name) {
    return Golden(std::filesystem::path(test::data_folder) / "golden" / (name + ".safetensors"));
  }

  [[nodiscard]] bool has(const std::string& name) const { return file_.view().tensors.contains(name); }
  [[nodiscard]] std::vector<float> floats(const std::string& name) const { return file_.at(name).floats(); }
  [[nodiscard]] std::vector<int> ints(const std::string& name) const {
    const std::vector<std::int64_t> values = file_.at(name).integers();
    return {values.begin(), values.end()};
  }
  [[nodiscard]] int extent(const std::string& name, std::size_t axis) const { return static_cast<int>(file_.at(name).shape.at(axis)); }

  [[nodiscard]] int extent_or(const std::string& name, std::size_t axis, int otherwise) const {
    return has(name) ? extent(name, axis) : otherwise;
  }

  /// The tensors whose names begin with `prefix`, with the prefix removed.
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
    const bool tokens = has("in/x_tokens");
    config.steps = extent(tokens ? "in/x_tokens" : "in/x_out", 1);
    const int output = tokens ? total(token_widths("in/x_tokens")) : extent("in/x_out", 2);
    config.latent = extent("in/eps", 1);
    if (tokens) {
      config.head = CategoricalHead();
      config.representation = output == MelodyRepresentation::kClasses
                                  ? Immutable<Representation>(MelodyRepresentation({.chords = has("in/control_tokens")}))
                                  : TrioRepresentation();
    } else if (output == 27) {
      config.representation = GrooveRepresentation({.task = has("in/controls") ? Task::hits_control : Task::reconstruct});
    } else {
      config.head = CategoricalHead();
      if (output == 512) {
        config.representation = DrumsRepresentation();
      } else {
        config.representation = TensorsRepresentation({.input = extent("in/x_in", 2), .output = output});
      }
    }
    const Weights all = weights();
    const auto has = [&](const std::string& name) { return all.contains(name + "/bias"); };
    if (has(tensor_names::kConductorInitialState)) config.conductor.emplace();
    if (has("encoder/hierarchical_level_0/cell_0/bidirectional_rnn/fw/multi_rnn_cell/cell_0/lstm_cell")) config.encoder.levels = {16, 16};
    if (output == 692 && config.conductor) config.decoder.parts = {90, 90, 512};  // a trio: melody, bass, drums
    config.encoder.residual = has("encoder/cell_0/bidirectional_rnn/fw/multi_rnn_cell/cell_0/input_projection_wrapper");
    config.decoder.residual = has("decoder/multi_rnn_cell/cell_0/input_projection_wrapper");
    // The units of those layers of a config with the most layers that the file has, too.
    const auto units = [&](std::vector<int>& field, const auto& layers_of) {
      field = {1, 1, 1};
      std::vector<int> result;
      for (const LstmLayerSpec& layer : layers_of(config)) {
        if (has(layer.cell)) result.push_back(static_cast<int>(all.at(layer.cell + "/bias").shape[0]) / 4);
      }
      field = result;
    };
    units(config.encoder.units, [](const ModelConfig& c) { return encoder_layers(c, 0, "fw"); });
    if (config.decoder.residual) {  // only the first layer has an input projection, so both layers have the same width
      config.decoder.units = {24, 24};
    } else {
      if (config.conductor) config.conductor->units = {1};
      units(config.decoder.units, [](const ModelConfig& c) { return decoder_layers(c); });
    }
    if (config.conductor) {
      const std::string cell = "decoder/hierarchical_level_0/cell_";
      config.conductor->units.clear();
      for (int l = 0; has(cell + std::to_string(l) + "/lstm_cell"); ++l) {
        config.conductor->units.push_back(static_cast<int>(all.at(cell + std::to_string(l) + "/lstm_cell/bias").shape[0]) / 4);
      }
      config.conductor->segments = extent_or("out/core0/seg15", 0, 0) > 0 ? 16 : 4;
      config.conductor->autoregressive = all.at(cell + "0/lstm_cell/kernel").shape[0] - config.conductor->units[0] > 1;
    }
    return config;
  }

  [[nodiscard]] MusicVae model(numerics::Isa isa = numerics::best_isa()) const {
    return {config(), weights(), DrumMap::roland(), "golden", isa};
  }

  /// The windows to predict.
  [[nodiscard]] std::vector<float> target() const { return has("in/x_tokens") ? one_hot("in/x_tokens") : floats("in/x_out"); }

  /// Classes of melodies or chords [n, steps], or of trios [n, steps, 3], as rows with a single 1 per class.
  [[nodiscard]] std::vector<float> one_hot(const std::string& name) const {
    std::vector<float> rows;
    const std::vector<int> widths = token_widths(name);
    std::size_t column = 0;
    for (const int token : ints(name)) {
      const auto width = static_cast<std::size_t>(widths[column++ % widths.size()]);
      rows.resize(rows.size() + width);
      rows[rows.size() - width + static_cast<std::size_t>(token)] = 1.0F;
    }
    return rows;
  }

  /// Classes of chords; empty if the file has no such tensor.
  [[nodiscard]] ChordSequence chords(const std::string& name) const {
    ChordSequence result;
    if (!has(name)) return result;
    for (const int token : ints(name)) {
      ChordSequence next(1);
      next.set(0, 1, Chord::of_class(token));
      result.append(next);
    }
    return result;
  }

  /// The encoder's input: x_in and the control track side by side.
  [[nodiscard]] std::vector<float> encoder_input() const {
    const std::vector<float> x = has("in/x_tokens") ? target() : floats("in/x_in");
    const std::vector<float> controls = this->controls();
    if (controls.empty()) return x;
    const auto width = static_cast<std::size_t>(config().input_depth());
    const std::size_t control = controls.size() / (x.size() / width);
    std::vector<float> result;
    for (std::size_t row = 0; row < x.size() / width; ++row) {
      result.insert(result.end(), x.begin() + static_cast<std::ptrdiff_t>(row * width),
                    x.begin() + static_cast<std::ptrdiff_t>((row + 1) * width));
      result.insert(result.end(), controls.begin() + static_cast<std::ptrdiff_t>(row * control),
                    controls.begin() + static_cast<std::ptrdiff_t>((row + 1) * control));
    }
    return result;
  }

  [[nodiscard]] std::vector<float> controls() const {
    if (has("in/controls")) return floats("in/controls");
    return has("in/control_tokens") ? one_hot("in/control_tokens") : std::vector<float>{};
  }

 private:
  // The number of classes of each token of a step.
  [[nodiscard]] std::vector<int> token_widths(const std::string& name) const {
    if (name == "in/control_tokens") return {Chord::kClasses};
    if (file_.at(name).shape.size() < 3) return {MelodyRepresentation::kClasses};
    return TrioRepresentation().categories();
  }

  SafetensorsFile file_;
};

/// The largest absolute difference; infinite if the sizes differ or a number is NaN.
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
