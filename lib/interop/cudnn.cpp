#include "cudnn.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "musicvae/error.hpp"
#include "musicvae/model/tensor_specs.hpp"

namespace musicvae::interop {
namespace {

constexpr std::string_view kCanonical = "/cudnn_compatible_lstm_cell/";
constexpr std::string_view kOurCell = "/lstm_cell/";
constexpr std::string_view kOpaque = "/opaque_kernel";
constexpr std::size_t kForget = 2;                           // in our order of the gates: i, c~, f, o
constexpr std::array<std::size_t, 4> kGates = {0, 2, 1, 3};  // cuDNN's place of each of our gates: it has i, f, c~, o

std::vector<LstmLayerSpec> all_lstm_layers(const ModelConfig& config) {
  std::vector<LstmLayerSpec> layers;
  const auto add = [&](std::vector<LstmLayerSpec> more) { layers.insert(layers.end(), more.begin(), more.end()); };
  for (int level = 0; level < encoder_level_count(config); ++level) {
    for (const char* direction : {"fw", "bw"}) add(encoder_layers(config, level, direction));
  }
  if (config.conductor) add(conductor_layers(config));
  for (int part = 0; part < static_cast<int>(output_parts(config).size()); ++part) add(decoder_layers(config, part));
  return layers;
}

std::vector<float> without_forget_bias(std::vector<float> bias) {
  const std::size_t units = bias.size() / 4;
  for (std::size_t i = kForget * units; i < (kForget + 1) * units; ++i) bias[i] -= 1.0F;
  return bias;
}

// The names that TensorFlow gives: those of Keras' stack of bidirectional layers have one part more.
std::string our_name(std::string name) {
  name.replace(name.find(kCanonical), kCanonical.size(), kOurCell);
  for (const std::string_view part : {std::string_view("/cudnn_lstm"), std::string_view("/stack_bidirectional_rnn")}) {
    if (const std::size_t at = name.find(part); at != std::string::npos) name.erase(at, part.size());
  }
  return name;
}

/// Where a layer's numbers are in an opaque vector.
struct Place {
  std::size_t inputs, units;
  std::size_t weights;  ///< index of the first
  std::size_t biases = 0;
};

std::vector<float> kernel_of(const std::vector<float>& all, const Place& place) {
  const auto [inputs, units, weights, biases] = place;
  std::vector<float> kernel((inputs + units) * 4 * units);
  for (std::size_t gate = 0; gate < 4; ++gate) {
    const std::size_t input = weights + kGates[gate] * units * inputs;
    const std::size_t state = weights + 4 * units * inputs + kGates[gate] * units * units;
    for (std::size_t unit = 0; unit < units; ++unit) {
      const std::size_t column = gate * units + unit;
      for (std::size_t i = 0; i < inputs; ++i) kernel[i * 4 * units + column] = all[input + unit * inputs + i];
      for (std::size_t i = 0; i < units; ++i) kernel[(inputs + i) * 4 * units + column] = all[state + unit * units + i];
    }
  }
  return kernel;
}

std::vector<float> bias_of(const std::vector<float>& all, const Place& place) {
  const std::size_t units = place.units;
  std::vector<float> bias(4 * units);
  for (std::size_t gate = 0; gate < 4; ++gate) {
    const std::size_t input = place.biases + kGates[gate] * units;
    for (std::size_t unit = 0; unit < units; ++unit) bias[gate * units + unit] = all[input + unit] + all[input + 4 * units + unit];
  }
  return without_forget_bias(std::move(bias));
}

// Replaces one opaque vector.
void expand(const std::string& name, const ForeignTensor& opaque, const ForeignModel& model, const ModelConfig& config,
            ForeignTensors& tensors) {
  std::string scope = name.substr(0, name.size() - kOpaque.size());
  if (scope.ends_with("/cudnn_lstm")) scope.resize(scope.rfind('/'));
  std::vector<std::pair<std::string, Place>> places;
  std::size_t at = 0;
  for (const LstmLayerSpec& layer : all_lstm_layers(config)) {
    if (!layer.cell.starts_with(scope + "/") || !layer.projection.empty()) continue;
    const auto inputs = static_cast<std::size_t>(layer.inputs);
    const auto units = static_cast<std::size_t>(layer.units);
    places.emplace_back(layer.cell, Place{inputs, units, at});
    at += 4 * units * (inputs + units);
  }
  for (auto& [cell, place] : places) at += 8 * (std::exchange(place.biases, at), place.units);
  if (places.empty() || opaque.shape != std::vector{static_cast<std::int64_t>(at)}) {
    throw ModelError(model.path.string() + ": tensor \"" + name + "\" has shape " + shape_text(opaque.shape) + "; the layers of config \"" +
                     config.name + "\" in its scope need [" + std::to_string(at) + "]");
  }
  for (const auto& layer : places) {
    const std::string& cell = layer.first;
    const Place place = layer.second;
    const auto units = static_cast<std::int64_t>(place.units);
    const auto values = opaque.values;
    tensors.insert_or_assign(cell + "/kernel", ForeignTensor{{static_cast<std::int64_t>(place.inputs) + units, 4 * units}, [values, place] {
                                                               return TensorValues(kernel_of(values().floats(), place));
                                                             }});
    tensors.insert_or_assign(cell + "/bias",
                             ForeignTensor{{4 * units}, [values, place] { return TensorValues(bias_of(values().floats(), place)); }});
  }
}

}  // namespace

ForeignTensors without_cudnn(const ForeignModel& model, const ModelConfig& config) {
  ForeignTensors tensors;
  for (const auto& [name, tensor] : model.tensors) {
    if (name.ends_with(kOpaque)) {
      expand(name, tensor, model, config, tensors);
    } else if (name.find(kCanonical) == std::string::npos) {
      tensors.insert_or_assign(name, tensor);
    } else if (name.ends_with("/bias")) {
      const auto values = tensor.values;
      tensors.insert_or_assign(our_name(name),
                               ForeignTensor{tensor.shape, [values] { return TensorValues(without_forget_bias(values().floats())); }});
    } else {
      tensors.insert_or_assign(our_name(name), tensor);
    }
  }
  return tensors;
}

}  // namespace musicvae::interop
