#include "golden.hpp"

#include "musicvae/model/heads/categorical.hpp"
#include "musicvae/model/representations/drums.hpp"
#include "musicvae/model/representations/melody.hpp"
#include "musicvae/model/representations/tensors.hpp"
#include "musicvae/model/representations/trio.hpp"
#include "paths.hpp"
#include "tiny_tracks.hpp"

namespace musicvae::train {
namespace {

// Of trios, the widths of the layers and max_beta.
void set_trio(ModelConfig& config) {
  const bool flat = config.name.starts_with("flat");
  config.representation = TrioRepresentation();
  config.encoder.units = config.name.starts_with("hier_") ? std::vector<int>{16} : std::vector<int>{16, 12};
  config.decoder.units = flat ? std::vector<int>{20, 16, 12} : std::vector<int>{16, 12};
  config.training.max_beta = flat ? 1.0 : 0.2;
  if (flat) return;
  config.conductor = ConductorConfig{.units = {16, 12}, .segments = 16};
  config.decoder.parts = TrioRepresentation().categories();
  if (config.name.starts_with("hier_")) config.encoder.levels = {16, 16};
}

// The sizes are those of golden/public/melody_trio/README.md.
ModelConfig tiny_of_tokens(ModelConfig config, const Golden& golden) {
  config.steps = static_cast<int>(golden.at("in/x_tokens").size(1));
  const bool chords = golden.has("in/control_tokens");
  config.representation = MelodyRepresentation({.chords = chords});
  config.head = CategoricalHead();
  config.training.free_bits = 2;
  config.training.dropout_keep = 1.0;
  if (chords) config.training.max_beta = 1.0;
  if (config.name.starts_with("cat_mel") && !chords) config.training.beta_rate = 0.99999;
  if (config.name.find("trio") != std::string::npos) {
    set_trio(config);
    return config;
  }
  if (config.name.starts_with("flat_mel")) config.decoder.units = {20, 16, 12};
  if (config.name.starts_with("flat_mel") || config.name.starts_with("hierdec_mel")) config.encoder.units = {24, 16};
  if (config.name.starts_with("hier")) config.conductor = ConductorConfig{.units = {24, 20}, .segments = 16};
  if (config.name.starts_with("hier_mel")) config.encoder.levels = {16, 16};
  return config;
}

ModelConfig tiny_config(const std::string& name, const Golden& golden) {
  ModelConfig config{.name = name, .encoder = {.units = {32}}, .latent = 16, .decoder = {.units = {24, 20}}};
  if (name.starts_with("multiperf")) return test::tiny_tracks_config(golden.has("in/control_tokens"));
  if (golden.has("in/x_tokens")) return tiny_of_tokens(config, golden);
  const torch::Tensor input = golden.at("in/x_in");
  config.steps = static_cast<int>(input.size(1));
  const int output = static_cast<int>(golden.at("in/x_out").size(2));
  if (output == 27) {
    config.representation = GrooveRepresentation({.task = golden.has("in/controls") ? Task::hits_control : Task::reconstruct});
  } else {
    config.head = CategoricalHead();
    config.representation = output == 512 ? Immutable<Representation>(DrumsRepresentation())
                                          : TensorsRepresentation({.input = static_cast<int>(input.size(2)), .output = output});
  }
  if (name.find("hier") != std::string::npos) {
    const int bars = config.steps / 16;
    config.encoder.units = {32, 32};
    config.decoder.units = {32, 32};
    config.conductor = ConductorConfig{.units = {32, 32}, .segments = bars, .autoregressive = name.ends_with("autoreg")};
  }
  if (name.find("trio") != std::string::npos) config.decoder.parts = {90, 90, 512};  // melody, bass, drums
  if (name.find("hier_trio") != std::string::npos) {
    config.encoder.units = {32};
    config.encoder.levels = {16, 16};
  }
  if (name.ends_with("residual")) {
    config.encoder.residual = config.decoder.residual = true;
    config.encoder.units = {32, 32};
    config.decoder.units = {24, 24};
  }
  config.training.free_bits = 2;
  config.training.dropout_keep = 1.0;
  return config;
}

// Classes of melodies or tokens of tracks [B, T], or classes of trios [B, T, 3], as rows with a single 1 per class; -1 is a row of zeros.
torch::Tensor one_hot(const torch::Tensor& tokens, int depth) {
  if (tokens.dim() == 2) return torch::arange(depth).eq(tokens.unsqueeze(2)).to(torch::kFloat32);
  std::vector<torch::Tensor> parts;
  for (const int classes : TrioRepresentation::kClasses)
    parts.push_back(torch::one_hot(tokens.select(2, static_cast<std::int64_t>(parts.size())), classes).to(torch::kFloat32));
  return torch::cat(parts, 2);
}

}  // namespace

TinyModel::TinyModel(const std::string& name) : golden(tiny_golden(name)) {
  torch::set_num_threads(1);  // with models this small, a second thread costs more than it gains
  config = tiny_config(name, golden);
  if (golden.has("in/x_tokens")) {
    batch.input = one_hot(golden.at("in/x_tokens"), config.input_depth()).transpose(0, 1).contiguous();
    batch.target = batch.input;
  } else {
    batch.input = golden.sequence("in/x_in");
    batch.target = golden.sequence("in/x_out");
  }
  if (golden.has("in/controls")) batch.control = golden.sequence("in/controls");
  if (golden.has("in/control_tokens")) {
    const torch::Tensor chords = golden.at("in/control_tokens").unsqueeze(2);
    batch.control = torch::arange(Chord::kClasses).eq(chords).to(torch::kFloat32).transpose(0, 1).contiguous();
  }
  if (golden.at("in/lengths").dim() == 1) batch.lengths = golden.at("in/lengths");
}

std::vector<std::string> tiny_models() {
  return {"groovae4_tiny",
          "groovae4_tiny_lengths",
          "groovae4_tiny_residual",
          "hier_groove_tiny",
          "hier_groove_tiny_autoreg",
          "cat_drums_tiny",
          "humanize_tiny",
          "hits_control_tiny",
          "cat_mel_2bar_small_tiny",
          "flat_mel_16bar_tiny",
          "hierdec_mel_16bar_tiny",
          "hier_mel_16bar_tiny",
          "cat_mel_2bar_med_chords_tiny"};
}

std::vector<std::string> shared_tiny_models() {
  return {"other_groovae4_tiny_residual",
          "other_groovae_2bar_humanize_tiny",
          "other_groovae_2bar_tap_fixed_velocity_tiny",
          "other_groovae_2bar_hits_control_tfds_tiny",
          "other_hierdec_mel_tiny",
          "other_hierdec_trio_tiny",
          "other_hier_trio_tiny",
          "flat_trio_16bar_tiny",
          "hierdec_trio_16bar_tiny",
          "hier_trio_16bar_tiny",
          "multiperf_tiny",
          "multiperf_chords_tiny"};
}

std::filesystem::path shared_golden(const std::string& file) {
  const std::filesystem::path path = std::filesystem::path(test::shared_folder) / "golden" / file;
  return std::filesystem::exists(path) ? path : std::filesystem::path();
}

std::filesystem::path tiny_golden(const std::string& name) {
  const std::string file = name + ".safetensors";
  const std::filesystem::path own = std::filesystem::path(test::data_folder) / "golden" / file;
  if (std::filesystem::exists(own)) return own;
  for (const char* folder : {"", "public/melody_trio/", "public/multiperf/"}) {
    const std::filesystem::path shared = shared_golden(folder + file);
    if (!shared.empty()) return shared;
  }
  return {};
}

Batch groove_batch(const Golden& golden) {
  const torch::Tensor x = golden.sequence("x");
  return {.input = x, .target = x};
}

}  // namespace musicvae::train
