#include "musicvae/model/model_file.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <vector>

#include "model/json.hpp"
#include "musicvae/error.hpp"

namespace musicvae {
namespace {

constexpr const char* kAttributePrefix = "attributes/";
constexpr const char* kPriorPrefix = "prior/";
constexpr const char* kPriorShares = "prior/shares";
constexpr const char* kPriorMeans = "prior/means";
constexpr const char* kPriorFactor = "prior/factor";

// The tensors and the JSON entry must have the same attributes.
Attributes attributes_from(const SafetensorsView& view, const nlohmann::ordered_json& json, const std::string& source) {
  const std::string prefix = kAttributePrefix;
  Attributes attributes;
  for (const auto& [name, tensor] : view.tensors) {
    if (!name.starts_with(prefix)) continue;
    const std::string attribute = name.substr(prefix.size());
    const std::string where = source + ": attribute \"" + attribute + "\"";
    if (!json.is_object() || !json.contains(attribute))
      throw ModelError(where + " is not in its \"musicvae\" entry; compute the attributes again");
    attributes.emplace(attribute, attribute_from_json(json[attribute], tensor.floats(), where));
  }
  if (!json.is_object() || json.size() != attributes.size())
    throw ModelError(source + ": the attributes in its entry do not match its tensors; compute the attributes again");
  return attributes;
}

std::vector<std::string> names_from(const nlohmann::ordered_json& json, const std::string& source) {
  std::vector<std::string> names;
  for (const auto& name : json) {
    if (!name.is_string()) throw ModelError(source + ": the tensors that it lacks are not a list of names; get the model again");
    names.push_back(name.get<std::string>());
  }
  return names;
}

}  // namespace

ModelFile ModelFile::read(const std::filesystem::path& path) {
  const SafetensorsFile file = SafetensorsFile::read(path);
  return from(file.view(), path, file.owner());
}

ModelFile ModelFile::from(const SafetensorsView& view, const std::filesystem::path& source, const std::shared_ptr<const void>& owner) {
  const auto entry = view.metadata.find("musicvae");
  if (entry == view.metadata.end())
    throw ModelError(source.string() +
                     ": has no \"musicvae\" entry, so it is not a model of this library; convert it or name another file");
  const auto json = nlohmann::ordered_json::parse(entry->second, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) throw ModelError(source.string() + ": its \"musicvae\" entry is not JSON; get the model again");
  const std::string kind = json.value("kind", nlohmann::ordered_json()).dump();
  const bool is_checkpoint = kind == "\"checkpoint\"";
  if (!is_checkpoint && kind != "\"model\"") {
    throw ModelError(source.string() + ": is a musicvae file of kind " + kind + "; a model is needed here");
  }
  if (const std::string found = json.value("version", nlohmann::ordered_json()).dump(); found != std::to_string(kVersion)) {
    throw ModelError(source.string() + ": is a file of version " + found + "; this library reads version " + std::to_string(kVersion) +
                     ", so use the library that wrote it or a newer one");
  }
  ModelFile file;
  file.config = model_config_from_json(json.value("config", nlohmann::ordered_json()), source.string());
  if (is_checkpoint) {
    nlohmann::ordered_json training;
    for (const char* field : {"step", "seed", "batch", "data"}) training[field] = json.value(field, nlohmann::ordered_json());
    file.training = training.dump();
  } else {
    file.training = json.value("training", nlohmann::ordered_json::object()).dump();
  }
  file.drum_map = drum_map_from_json(json.value("drum_map", nlohmann::ordered_json()), source.string());
  if (const auto licence = json.find("licence"); licence != json.end() && licence->is_string()) file.licence = licence->get<std::string>();
  const std::string prefix = is_checkpoint ? "weights/" : "";
  for (const auto& [name, tensor] : view.tensors) {
    if (is_checkpoint && !name.starts_with(prefix)) continue;  // Adam's moments
    if (!is_checkpoint && name.starts_with(kAttributePrefix)) continue;
    if (!is_checkpoint && name.starts_with(kPriorPrefix)) {
      if (name == kPriorShares) file.prior.shares = tensor.floats();
      if (name == kPriorMeans) file.prior.means = tensor.floats();
      if (name == kPriorFactor) file.prior.factor = tensor.floats();
      continue;
    }
    file.weights.emplace(name.substr(prefix.size()), Tensor{tensor.shape, TensorValues(tensor, owner)});
  }
  file.lacks = names_from(json.value("lacks", nlohmann::ordered_json::array()), source.string());
  check_weights(file.weights, file.config, source.string(), file.lacks);
  if (!is_checkpoint) file.attributes = attributes_from(view, json.value("attributes", nlohmann::ordered_json::object()), source.string());
  check_attributes(file.attributes, file.config.latent, source.string());
  check_prior(file.prior, file.config.latent, source.string());
  return file;
}

std::string ModelFile::serialize(bool half) const {
  check_weights(weights, config, "model \"" + config.name + "\"", lacks);
  check_attributes(attributes, config.latent, "model \"" + config.name + "\"");
  check_prior(prior, config.latent, "model \"" + config.name + "\"");
  const auto summary = nlohmann::ordered_json::parse(training, nullptr, /*allow_exceptions=*/false);
  if (summary.is_discarded()) {
    throw ModelError("model \"" + config.name + "\": its training metadata is not JSON; give the text of a JSON object");
  }
  std::map<std::string, std::vector<float>> floats;
  std::map<std::string, std::vector<std::uint16_t>> halves;
  std::map<std::string, TensorView> tensors;
  for (const auto& [name, tensor] : weights) {
    if (tensor.values.dtype() == (half ? Dtype::f16 : Dtype::f32)) {
      tensors[name] = view_of(tensor);
      continue;
    }
    const std::vector<float>& values = floats[name] = tensor.values.floats();
    if (half) {
      std::transform(values.begin(), values.end(), std::back_inserter(halves[name]), to_half);
      tensors[name] = {Dtype::f16, tensor.shape, std::as_bytes(std::span(halves[name]))};
    } else {
      tensors[name] = view_of(std::span<const float>(values), tensor.shape);
    }
  }
  nlohmann::ordered_json entry = {{"kind", "model"},           {"version", kVersion},
                                  {"config", to_json(config)}, {"drum_map", to_json(drum_map)},
                                  {"training", summary},       {"licence", licence}};
  if (!lacks.empty()) entry["lacks"] = lacks;
  for (const auto& [name, attribute] : attributes) {
    tensors[kAttributePrefix + name] = view_of(std::span<const float>(attribute.direction), {config.latent});
    entry["attributes"][name] = to_json(attribute);
  }
  if (!prior.empty()) {
    const auto components = static_cast<std::int64_t>(prior.shares.size());
    tensors[kPriorShares] = view_of(std::span<const float>(prior.shares), {components});
    tensors[kPriorMeans] = view_of(std::span<const float>(prior.means), {components, config.latent});
    tensors[kPriorFactor] = view_of(std::span<const float>(prior.factor), {config.latent, config.latent});
  }
  return serialize_safetensors(tensors, {{"musicvae", entry.dump()}});
}

}  // namespace musicvae
