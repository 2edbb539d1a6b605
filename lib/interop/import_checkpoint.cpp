#include "musicvae/interop/import_checkpoint.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>

#include "cudnn.hpp"
#include "foreign_model.hpp"
#include "musicvae/error.hpp"
#include "musicvae/file.hpp"
#include "musicvae/interop/tensor_bundle.hpp"
#include "musicvae/model/named_configs.hpp"
#include "musicvae/model/tensor_specs.hpp"
#include "musicvae/model/weights.hpp"

namespace musicvae::interop {
namespace {

namespace fs = std::filesystem;

// The names of TensorFlow's training state: AdamOptimizer's slots and powers, and the step.
constexpr std::string_view kFirstMoment = "/Adam";
constexpr std::string_view kSecondMoment = "/Adam_1";
constexpr const char* kBeta1Power = "beta1_power";
constexpr const char* kBeta2Power = "beta2_power";
constexpr const char* kStep = "global_step";
// Adam's decay rates, as float32 (train::Adam).
constexpr float kBeta1 = 0.9F;
constexpr float kBeta2 = 0.999F;

bool is_training_state(const std::string& name) {
  return name == kStep || name == kBeta1Power || name == kBeta2Power || name.ends_with(kFirstMoment) || name.ends_with(kSecondMoment);
}

bool is_model_tensor(const std::string& name) {
  const auto begins = [&](std::string_view prefix) { return name.starts_with(prefix); };
  return (begins("encoder/") || begins("decoder/") || begins("core_decoder/")) && !is_training_state(name);
}

// ---- the config -----------------------------------------------------------------------------------------------------

/// The first tensor that does not fit a config; empty: all fit. Tensors of the encoder may be missing.
std::string misfit(const ForeignTensors& tensors, const ModelConfig& config) {
  std::map<std::string, std::vector<std::int64_t>> specs;
  for (TensorSpec& spec : tensor_specs(config)) {
    const auto found = tensors.find(spec.name);
    if (found == tensors.end() && !spec.name.starts_with("encoder/")) {
      return "tensor \"" + spec.name + "\" " + shape_text(spec.shape) + " of config \"" + config.name + "\" is missing";
    }
    if (found != tensors.end() && found->second.shape != spec.shape) {
      return "tensor \"" + spec.name + "\" has shape " + shape_text(found->second.shape) + ", but config \"" + config.name + "\" needs " +
             shape_text(spec.shape);
    }
    specs.emplace(std::move(spec.name), std::move(spec.shape));
  }
  for (const auto& [name, tensor] : tensors) {
    if (is_model_tensor(name) && !specs.contains(name)) {
      return "tensor \"" + name + "\" " + shape_text(tensor.shape) + " is none of config \"" + config.name + "\"";
    }
  }
  return "";
}

std::string misfit(const ForeignModel& model, const ModelConfig& config) {
  if (model.may_be && !model.may_be(config)) return "it is of " + model.description + ", which is not config \"" + config.name + "\"";
  try {
    return misfit(without_cudnn(model, config), config);
  } catch (const ModelError& error) {
    return error.what();
  }
}

std::string names_of(const std::vector<const ModelConfig*>& configs) {
  std::string names;
  for (const ModelConfig* config : configs) names += (names.empty() ? "" : ", ") + config->name;
  return names;
}

// Whether two configs differ only in their name and in how they are trained.
bool same_model(const ModelConfig& one, ModelConfig other) {
  other.name = one.name;
  other.training = one.training;
  return one == other;
}

// The named configs that fit. Of those that are the same model, the first: the table lists Magenta's before ours.
std::vector<const ModelConfig*> fitting_configs(const ForeignModel& model) {
  std::vector<const ModelConfig*> fitting;
  for (const ModelConfig& config : named_configs()) {
    const auto same = [&](const ModelConfig* other) { return same_model(*other, config); };
    if (std::none_of(fitting.begin(), fitting.end(), same) && misfit(model, config).empty()) fitting.push_back(&config);
  }
  return fitting;
}

void demand_musicvae(const ForeignModel& model) {
  const auto is_vae = [](const auto& tensor) { return is_model_tensor(tensor.first); };
  if (std::any_of(model.tensors.begin(), model.tensors.end(), is_vae)) return;
  std::string found;
  bool rnn = false;
  for (const auto& [name, tensor] : model.tensors) {
    rnn = rnn || name.starts_with("rnn/") || name.starts_with("fully_connected/");
    if (!is_training_state(name) && std::count(found.begin(), found.end(), ',') < 3) found += (found.empty() ? "" : ", ") + name;
  }
  throw ModelError(model.path.string() + ": is no MusicVAE" + (rnn ? " but a MusicRNN" : "") + ": it has " +
                   (found.empty() ? "no variables" : found) + "; name the checkpoint of a MusicVAE");
}

// Of several configs that fit, the one whose name is the longest in the name of the checkpoint; null if that is not one.
const ModelConfig* named_by(const std::string& name, const std::vector<const ModelConfig*>& configs) {
  const ModelConfig* best = nullptr;
  for (const ModelConfig* config : configs) {
    if (name.find(config->name) != std::string::npos && (best == nullptr || config->name.size() > best->name.size())) best = config;
  }
  return best;
}

ModelConfig find_config(const ForeignModel& model) {
  if (model.config) return *model.config;
  const std::vector<const ModelConfig*> fitting = fitting_configs(model);
  if (fitting.size() == 1) return *fitting.front();
  if (const ModelConfig* named = named_by(model.name, fitting)) return *named;
  // Our mel_4bar has the tensors of Magenta's cat-mel_2bar_small. Where no name tells, it is Magenta's.
  const auto is_magentas = [](const ModelConfig* config) { return is_magenta_config(config->name); };
  if (std::count_if(fitting.begin(), fitting.end(), is_magentas) == 1) return **std::find_if(fitting.begin(), fitting.end(), is_magentas);
  if (!fitting.empty()) {
    throw ConfigError(model.path.string() + ": its tensors fit several configs; say which it is: " + names_of(fitting));
  }
  std::string reason = misfit(model, named_configs().front());
  for (const ModelConfig& config : named_configs()) {
    if (model.name.find(config.name) != std::string::npos) reason = misfit(model, config);
  }
  throw ModelError(model.path.string() + ": fits no named config (" + reason + "); give its config as a file");
}

void demand_fit(const ForeignModel& model, const ModelConfig& config) {
  const std::string reason = misfit(model, config);
  if (reason.empty()) return;
  const std::vector<const ModelConfig*> fitting = fitting_configs(model);
  throw ModelError(model.path.string() + ": " + reason + "; " +
                   (fitting.empty() ? "no named config fits, so give its config as a file" : "these configs fit: " + names_of(fitting)));
}

// ---- the training state ---------------------------------------------------------------------------------------------

std::optional<double> number_in(const ForeignTensors& tensors, const std::string& name) {
  const auto found = tensors.find(name);
  if (found == tensors.end() || count_of(found->second.shape) != 1) return std::nullopt;
  return static_cast<double>(found->second.values().floats().front());
}

// beta2_power is 0.999^(updates + 1) in float32, until it is too small to tell. Rounding moves it, so that a difference that small from the
// step is none.
std::int64_t adam_updates(const ForeignTensors& tensors, std::int64_t step) {
  const std::optional<double> power = number_in(tensors, kBeta2Power);
  if (!power || !(*power > 1e-30) || !(*power < 1.0)) return step;
  const auto updates = static_cast<std::int64_t>(std::llround(std::log(*power) / std::log(static_cast<double>(kBeta2)))) - 1;
  return std::abs(updates - step) <= step / 5000 ? step : std::max<std::int64_t>(updates, 0);
}

std::int64_t step_of(const ForeignModel& model, const ForeignTensors& tensors) {
  const std::optional<double> step = number_in(tensors, kStep);
  if (!step) return 0;
  constexpr double kMost = 1e15;
  if (!(*step >= 0.0 && *step <= kMost))
    throw ModelError(model.path.string() + ": its global_step is out of range; get the checkpoint again");
  return static_cast<std::int64_t>(*step);
}

// The moments of every tensor; nothing if one is missing.
std::optional<Weights> moments(const ForeignTensors& tensors, const Weights& weights, std::string_view slot) {
  Weights result;
  for (const auto& [name, tensor] : weights) {
    const auto found = tensors.find(name + std::string(slot));
    if (found == tensors.end() || found->second.shape != tensor.shape) return std::nullopt;
    result.emplace(name, Tensor{tensor.shape, found->second.values()});
  }
  return result;
}

std::optional<train::Checkpoint> training_state(const ForeignTensors& tensors, const ModelFile& model, std::int64_t step,
                                                const std::string& source) {
  if (!model.lacks.empty() || !tensors.contains(kStep)) return std::nullopt;
  std::optional<Weights> first = moments(tensors, model.weights, kFirstMoment);
  std::optional<Weights> second = moments(tensors, model.weights, kSecondMoment);
  if (!first || !second) return std::nullopt;
  check_weights(*first, model.config, source + ": Adam's first moments");
  check_weights(*second, model.config, source + ": Adam's second moments");
  train::Checkpoint checkpoint;
  checkpoint.config = model.config;
  checkpoint.drum_map = model.drum_map;
  checkpoint.step = step;
  if (const std::int64_t updates = adam_updates(tensors, step); updates != step) checkpoint.adam_updates = updates;
  checkpoint.weights = model.weights;
  checkpoint.adam_m = std::move(*first);
  checkpoint.adam_v = std::move(*second);
  return checkpoint;
}

// ---- export ---------------------------------------------------------------------------------------------------------

/// Variables of a checkpoint to write, with what their views need.
struct Variables {
  std::map<std::string, std::vector<float>> widened{};  // halves, as float32
  std::map<std::string, TensorView> views{};

  void add(const std::string& name, const Tensor& tensor) {
    if (tensor.values.dtype() == Dtype::f32) {
      views.emplace(name, view_of(tensor));
      return;
    }
    const std::vector<float>& values = widened[name] = tensor.values.floats();
    views.emplace(name, view_of(std::span<const float>(values), tensor.shape));
  }
  void add(const std::string& name, const float& number) { views.emplace(name, view_of(std::span<const float>(&number, 1), {})); }
  void add(const std::string& name, const std::int64_t& number) {
    views.emplace(name, view_of(std::span<const std::int64_t>(&number, 1), {}));
  }
};

float power_after(float beta, std::int64_t updates) {
  float power = beta;
  for (std::int64_t i = 0; i < updates && power > 0.0F; ++i) power *= beta;
  return power;
}

}  // namespace

ForeignModel open_foreign(const fs::path& path) {
  std::error_code ec;
  fs::path folder = path;
  const std::string file = path.filename().string();
  for (const char* known : {"config.json", "weights_manifest.json", "manifest.json", "converter.json"}) {
    if (file == known) folder = path.has_parent_path() ? path.parent_path() : ".";
  }
  if (fs::is_regular_file(folder / "weights_manifest.json", ec)) return open_magenta_js(FileSet::of_folder(folder));
  if (fs::is_regular_file(folder / "manifest.json", ec)) return open_deeplearn_js(FileSet::of_folder(folder));
  return open_tensorflow(path);
}

std::string shape_text(const std::vector<std::int64_t>& shape) {
  std::string text = "[";
  for (const std::int64_t extent : shape) text += (text.size() > 1 ? ", " : "") + std::to_string(extent);
  return text + "]";
}

std::optional<std::int64_t> count_of(const std::vector<std::int64_t>& shape) {
  constexpr std::int64_t kMost = std::int64_t{1} << 60;
  std::int64_t count = 1;
  for (const std::int64_t extent : shape) {
    if (extent < 0 || (extent > 0 && count > kMost / extent)) return std::nullopt;
    count *= extent;
  }
  return count;
}

ImportedCheckpoint import_checkpoint(const fs::path& path, const std::optional<ModelConfig>& config) {
  const ForeignModel foreign = open_foreign(path);
  demand_musicvae(foreign);
  ImportedCheckpoint imported{.format = foreign.format, .left_out = foreign.left_out};
  ModelFile& model = imported.model;
  model.config = config ? *config : find_config(foreign);
  model.config.validate();
  demand_fit(foreign, model.config);
  const ForeignTensors tensors = without_cudnn(foreign, model.config);
  for (const TensorSpec& spec : tensor_specs(model.config)) {
    if (const auto found = tensors.find(spec.name); found != tensors.end()) {
      model.weights.emplace(spec.name, Tensor{spec.shape, found->second.values()});
    }
  }
  model.lacks = missing_encoder_tensors(model.weights, model.config, path.string());
  check_weights(model.weights, model.config, path.string(), model.lacks);
  const bool is_groove = model.config.representation->name() == "groove";
  model.drum_map = foreign.drum_map.value_or(is_groove ? DrumMap::roland() : DrumMap::reduced());
  model.licence = foreign.licence;
  const std::int64_t step = step_of(foreign, tensors);
  nlohmann::ordered_json summary = {{"imported", path.filename().string()}, {"format", foreign.format}};
  if (tensors.contains(kStep)) summary["steps"] = step;
  model.training = summary.dump();
  imported.training = training_state(tensors, model, step, path.string());
  for (const auto& [name, tensor] : tensors) {
    if (!model.weights.contains(name) && !is_training_state(name)) imported.left_out.push_back(name);
  }
  return imported;
}

fs::path write_run(const ImportedCheckpoint& imported, const fs::path& folder) {
  if (!imported.training) {
    throw ModelError(imported.format +
                     " without training to go on from (global_step, and Adam's moments of every tensor): no run can be "
                     "made of it; train from the weights of the imported model instead (init)");
  }
  if (const auto old = train::checkpoints_in(folder); !old.empty()) {
    throw ArgumentError(folder.string() + ": contains a run already (" + old.back().filename().string() + "); name another folder");
  }
  std::error_code ec;
  fs::create_directories(folder, ec);
  if (ec) throw FileError(folder.string() + ": cannot be made: " + ec.message() + "; check its permissions or name another folder");
  fs::path path = train::checkpoint_path(folder, imported.training->step);
  write_file_atomically(path, imported.training->serialize());
  return path;
}

void export_tensorflow(const fs::path& prefix, const ModelFile& model) {
  check_weights(model.weights, model.config, "model \"" + model.config.name + "\"");
  const auto summary = nlohmann::ordered_json::parse(model.training, nullptr, /*allow_exceptions=*/false);
  std::int64_t step = 0;
  for (const char* field : {"step", "steps", "weights_of_step"}) {  // the last one that is there counts
    if (summary.is_object() && summary.contains(field) && summary[field].is_number_integer()) step = summary[field].get<std::int64_t>();
  }
  Variables variables;
  for (const auto& [name, tensor] : model.weights) variables.add(name, tensor);
  variables.add(kStep, step);
  write_tensor_bundle(prefix, variables.views);
}

void export_tensorflow(const fs::path& prefix, const train::Checkpoint& checkpoint) {
  const std::int64_t updates = checkpoint.adam_updates.value_or(checkpoint.step);
  const float beta1_power = power_after(kBeta1, updates);
  const float beta2_power = power_after(kBeta2, updates);
  Variables variables;
  for (const auto& [name, tensor] : checkpoint.weights) variables.add(name, tensor);
  for (const auto& [name, tensor] : checkpoint.adam_m) variables.add(name + std::string(kFirstMoment), tensor);
  for (const auto& [name, tensor] : checkpoint.adam_v) variables.add(name + std::string(kSecondMoment), tensor);
  variables.add(kStep, checkpoint.step);
  variables.add(kBeta1Power, beta1_power);
  variables.add(kBeta2Power, beta2_power);
  write_tensor_bundle(prefix, variables.views);
}

}  // namespace musicvae::interop
