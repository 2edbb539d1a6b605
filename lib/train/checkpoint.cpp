#include "musicvae/train/checkpoint.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <utility>

#include "augmentation_json.hpp"
#include "model/json.hpp"
#include "musicvae/error.hpp"

namespace musicvae::train {
namespace {

constexpr std::string_view kStem = "checkpoint_";
constexpr std::string_view kExtension = ".safetensors";

// The three tensors of a checkpoint for each tensor of the model.
template <class Self>
auto groups(Self& checkpoint) {
  return std::array{std::pair{std::string("weights/"), &checkpoint.weights}, std::pair{std::string("adam/m/"), &checkpoint.adam_m},
                    std::pair{std::string("adam/v/"), &checkpoint.adam_v}};
}

}  // namespace

Checkpoint Checkpoint::read(const std::filesystem::path& path) {
  return from(SafetensorsFile::read(path).view(), path);
}

Checkpoint Checkpoint::from(const SafetensorsView& view, const std::filesystem::path& source) {
  using Json = nlohmann::ordered_json;
  const auto refuse = [&](const std::string& what) { throw ModelError(source.string() + ": " + what); };
  const auto entry = view.metadata.find("musicvae");
  if (entry == view.metadata.end()) refuse("has no \"musicvae\" entry, so it is not a checkpoint; name another file");
  const Json json = Json::parse(entry->second, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) refuse("its \"musicvae\" entry is not JSON; resume from another checkpoint");
  if (const std::string kind = json.value("kind", Json()).dump(); kind != "\"checkpoint\"") {
    refuse("is a musicvae file of kind " + kind + "; a checkpoint is needed here");
  }
  if (const std::string found = json.value("version", Json()).dump(); found != std::to_string(kVersion)) {
    refuse("is a checkpoint of version " + found + "; this library reads version " + std::to_string(kVersion) +
           ", so continue with the library that wrote it");
  }
  Checkpoint checkpoint;
  checkpoint.config = model_config_from_json(json.value("config", Json()), source.string());
  checkpoint.drum_map = drum_map_from_json(json.value("drum_map", Json()), source.string());
  try {
    checkpoint.step = json.at("step").get<std::int64_t>();
    checkpoint.seed = json.at("seed").get<std::uint64_t>();
    checkpoint.batch = json.at("batch").get<int>();
    checkpoint.data = json.at("data").get<std::string>();
    checkpoint.precision = json.value("precision", checkpoint.precision);
    if (json.contains("adam_updates")) checkpoint.adam_updates = json["adam_updates"].get<std::int64_t>();
    checkpoint.augmentation = augmentation_from_json(json.value("augmentation", Json::object()), source.string());
    if (const Json& best = json.at("best"); !best.is_null()) {
      checkpoint.best = Best{best.at("step").get<std::int64_t>(), best.at("loss").get<double>()};
    }
  } catch (const Json::exception& error) {
    refuse(std::string("its \"musicvae\" entry lacks a field (") + error.what() + "); resume from another checkpoint");
  }
  if (checkpoint.step < 0) refuse("its step is " + std::to_string(checkpoint.step) + "; resume from another checkpoint");
  if (checkpoint.adam_updates.value_or(0) < 0) refuse("its adam_updates are below 0; resume from another checkpoint");
  for (const auto& [name, tensor] : view.tensors) {
    bool known = false;
    for (auto& [prefix, group] : groups(checkpoint)) {
      if (!name.starts_with(prefix)) continue;
      group->emplace(name.substr(prefix.size()), Tensor{tensor.shape, tensor.floats()});
      known = true;
    }
    if (!known) refuse("tensor \"" + name + "\" is not expected; a checkpoint has no tensor of that name, so resume from another one");
  }
  for (const auto& [prefix, group] : groups(checkpoint)) check_weights(*group, checkpoint.config, source.string() + ": " + prefix);
  return checkpoint;
}

std::string Checkpoint::serialize() const {
  nlohmann::ordered_json json = {{"kind", "checkpoint"},
                                 {"version", kVersion},
                                 {"step", step},
                                 {"seed", seed},
                                 {"batch", batch},
                                 {"data", data},
                                 {"precision", precision},
                                 {"augmentation", to_json(augmentation)},
                                 {"best", nullptr},
                                 {"config", to_json(config)},
                                 {"drum_map", to_json(drum_map)}};
  if (adam_updates) json["adam_updates"] = *adam_updates;
  if (best) json["best"] = {{"step", best->step}, {"loss", best->loss}};
  std::map<std::string, TensorView> tensors;
  for (const auto& [prefix, group] : groups(*this)) {
    for (const auto& [name, tensor] : *group) tensors.emplace(prefix + name, view_of(tensor));
  }
  return serialize_safetensors(tensors, {{"musicvae", json.dump()}});
}

std::filesystem::path checkpoint_path(const std::filesystem::path& folder, std::int64_t step) {
  const std::string digits = std::to_string(step);
  return folder / (std::string(kStem) + std::string(digits.size() < 8 ? 8 - digits.size() : 0, '0') + digits + std::string(kExtension));
}

std::optional<std::int64_t> checkpoint_step(const std::string& name) {
  if (!name.starts_with(kStem) || !name.ends_with(kExtension)) return std::nullopt;
  const std::string digits = name.substr(kStem.size(), name.size() - kStem.size() - kExtension.size());
  const bool all_digits = std::all_of(digits.begin(), digits.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
  if (digits.empty() || digits.size() > 18 || !all_digits) return std::nullopt;
  return std::stoll(digits);
}

std::vector<std::filesystem::path> checkpoints_in(const std::filesystem::path& folder) {
  std::vector<std::pair<std::int64_t, std::filesystem::path>> found;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
    if (const auto step = checkpoint_step(entry.path().filename().string())) found.emplace_back(*step, entry.path());
  }
  std::sort(found.begin(), found.end());
  std::vector<std::filesystem::path> paths;
  for (auto& [step, path] : found) paths.push_back(std::move(path));
  return paths;
}

}  // namespace musicvae::train
