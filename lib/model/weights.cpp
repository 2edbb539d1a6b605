#include "musicvae/model/weights.hpp"

#include <cstddef>
#include <set>

#include "musicvae/error.hpp"
#include "musicvae/model/tensor_specs.hpp"

namespace musicvae {

void check_weights(const Weights& weights, const ModelConfig& config, const std::string& source) {
  const auto text = [](const std::vector<std::int64_t>& shape) {
    std::string result = "[";
    for (std::size_t i = 0; i < shape.size(); ++i) result += (i != 0 ? ", " : "") + std::to_string(shape[i]);
    return result + "]";
  };
  std::set<std::string> wanted;
  for (const TensorSpec& spec : tensor_specs(config)) {
    wanted.insert(spec.name);
    const auto found = weights.find(spec.name);
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
