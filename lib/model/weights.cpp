#include "musicvae/model/weights.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <string_view>

#include "musicvae/error.hpp"
#include "musicvae/model/tensor_specs.hpp"

namespace musicvae {
namespace {

constexpr std::string_view kEncoder = "encoder/";

// The group that a tensor of the encoder is missing with.
std::string encoder_group(const std::string& name) {
  for (const std::string layer : {tensor_names::kMu, tensor_names::kSigma}) {
    if (name.starts_with(layer + "/")) return layer;
  }
  return name.substr(name.rfind('/') + 1);  // the kernels, or the biases, of all LSTM layers
}

// Tensors that a partial model says it lacks must be those that missing_encoder_tensors finds.
void check_lacks(const Weights& weights, const ModelConfig& config, const std::string& source, const std::vector<std::string>& lacks) {
  if (lacks.empty()) return;
  const std::vector<std::string> missing = missing_encoder_tensors(weights, config, source);
  for (const std::string& name : lacks) {
    if (std::find(missing.begin(), missing.end(), name) == missing.end()) {
      throw ModelError(source + ": is said to lack tensor \"" + name + "\", " +
                       (weights.contains(name) ? "but has it" : "which is not one of the encoder's") + "; get the whole model again");
    }
  }
}

}  // namespace

std::vector<std::string> missing_encoder_tensors(const Weights& weights, const ModelConfig& config, const std::string& source) {
  std::vector<std::string> missing;
  std::map<std::string, std::string> present;  // group -> one of its tensors
  for (const TensorSpec& spec : tensor_specs(config)) {
    if (!spec.name.starts_with(kEncoder)) continue;
    if (weights.contains(spec.name)) {
      present.emplace(encoder_group(spec.name), spec.name);
    } else {
      missing.push_back(spec.name);
    }
  }
  for (const std::string& name : missing) {
    if (const auto found = present.find(encoder_group(name)); found != present.end()) {
      throw ModelError(source + ": tensor \"" + name + "\" is missing, but \"" + found->second +
                       "\" is there; a partial model lacks whole groups of the encoder's tensors, so get the whole model again");
    }
  }
  return missing;
}

void check_weights(const Weights& weights, const ModelConfig& config, const std::string& source, const std::vector<std::string>& lacks) {
  check_lacks(weights, config, source, lacks);
  const auto text = [](const std::vector<std::int64_t>& shape) {
    std::string result = "[";
    for (std::size_t i = 0; i < shape.size(); ++i) result += (i != 0 ? ", " : "") + std::to_string(shape[i]);
    return result + "]";
  };
  std::set<std::string> wanted;
  for (const TensorSpec& spec : tensor_specs(config)) {
    wanted.insert(spec.name);
    const auto found = weights.find(spec.name);
    if (found == weights.end() && std::find(lacks.begin(), lacks.end(), spec.name) != lacks.end()) continue;
    if (found == weights.end())
      throw ModelError(source + ": tensor \"" + spec.name + "\" is missing; config \"" + config.name +
                       "\" needs it, so get the whole model again");
    const Tensor& tensor = found->second;
    std::int64_t count = 1;
    for (std::int64_t extent : spec.shape) count *= extent;
    if (tensor.shape != spec.shape || static_cast<std::int64_t>(tensor.values.size()) != count) {
      throw ModelError(source + ": tensor \"" + spec.name + "\" has shape " + text(tensor.shape) + "; config \"" + config.name +
                       "\" needs " + text(spec.shape));
    }
    if (const std::size_t i = tensor.values.first_not_finite(); i < tensor.values.size()) {
      throw ModelError(source + ": tensor \"" + spec.name + "\" is not finite at element " + std::to_string(i) +
                       "; its training diverged, so use an earlier checkpoint");
    }
  }
  for (const auto& [name, tensor] : weights) {
    if (!wanted.contains(name))
      throw ModelError(source + ": tensor \"" + name + "\" is not expected; config \"" + config.name +
                       "\" has no tensor of that name, so the file belongs to another model");
  }
}

}  // namespace musicvae
