#include "golden.hpp"

namespace musicvae::train {
namespace {

ModelConfig tiny_config(const std::string& name, const Golden& golden) {
  ModelConfig config{.name = name, .encoder_units = {32}, .decoder_units = {24, 20}, .latent = 16};
  const torch::Tensor input = golden.at("in/x_in");
  config.steps = static_cast<int>(input.size(1));
  config.input_depth = static_cast<int>(input.size(2));
  config.output_depth = static_cast<int>(golden.at("in/x_out").size(2));
  if (golden.has("in/controls")) config.control_depth = static_cast<int>(golden.at("in/controls").size(2));
  if (name.starts_with("cat")) config.head = OutputHead::categorical;
  if (name.starts_with("hier")) {
    config.encoder_units = {32, 32};
    config.decoder_units = {32, 32};
    config.conductor = ConductorConfig{.units = {32, 32}, .segments = 4, .autoregressive = name.ends_with("autoreg")};
  }
  config.training.free_bits = 2;
  config.training.dropout_keep = 1.0;
  return config;
}

}  // namespace

TinyModel::TinyModel(const std::string& name) : golden(std::string(MUSICVAE_TEST_DATA) + "/golden/" + name + ".safetensors") {
  torch::set_num_threads(1);  // on models this small a second thread costs more than it saves
  config = tiny_config(name, golden);
  batch.input = golden.sequence("in/x_in");
  batch.target = golden.sequence("in/x_out");
  if (golden.has("in/controls")) batch.control = golden.sequence("in/controls");
  batch.lengths = golden.at("in/lengths");
}

std::vector<std::string> tiny_models() {
  return {"groovae4_tiny",  "groovae4_tiny_lengths", "hier_groove_tiny", "hier_groove_tiny_autoreg",
          "cat_drums_tiny", "humanize_tiny",         "hits_control_tiny"};
}

std::filesystem::path shared_golden(const std::string& file) {
  const std::filesystem::path path = std::filesystem::path(MUSICVAE_SHARED) / "golden" / file;
  return std::filesystem::exists(path) ? path : std::filesystem::path();
}

Batch groove_batch(const Golden& golden) {
  const torch::Tensor x = golden.sequence("x");
  return {.input = x, .target = x};
}

}  // namespace musicvae::train
