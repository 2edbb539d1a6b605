// encode and decode: from the model's tensors to its latent space and back, as safetensors files.
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "chord_options.hpp"
#include "model_options.hpp"
#include "musicvae/engine/sampler.hpp"
#include "musicvae/error.hpp"
#include "musicvae/file.hpp"
#include "musicvae/model/find_model.hpp"
#include "musicvae/model/safetensors.hpp"
#include "verbs.hpp"

namespace musicvae::app {
namespace {

struct EncodeVerbOptions {
  std::string in;
  std::string out;
  std::string model = default_model();
  Precision precision = Precision::fp32;
};

struct DecodeVerbOptions {
  std::string in;
  std::string out;
  std::string model = default_model();
  bool threshold = false;
  float temperature = 0.0F;
  std::optional<float> feel_temperature;
  std::uint64_t seed = 0;
  ChordOptions chords;
};

// The tensor's values, after a check that its shape is [N, ...tail].
std::vector<float> values_of(const SafetensorsFile& file, const std::string& key, const std::vector<std::int64_t>& tail) {
  const TensorView& tensor = file.at(key);
  const std::vector<std::int64_t>& shape = tensor.shape;
  if (shape.size() != tail.size() + 1 || !std::equal(tail.begin(), tail.end(), shape.begin() + 1) || shape[0] < 1) {
    throw ModelError(fmt::format("{}: tensor \"{}\" has shape [{}]; the model needs [N, {}] with N of 1 or more", file.path().string(), key,
                                 fmt::join(shape, ", "), fmt::join(tail, ", ")));
  }
  return tensor.floats();
}

void encode(const EncodeVerbOptions& options, const Output& output) {
  const MusicVae model = MusicVae::load(find_model(options.model));
  const ModelConfig& config = model.config();
  const SafetensorsFile in = SafetensorsFile::read(options.in);
  const std::vector<float> x = values_of(in, "tensors", {config.steps, config.input_depth() + config.control_depth()});
  const std::size_t size = static_cast<std::size_t>(config.steps) * static_cast<std::size_t>(config.input_depth() + config.control_depth());
  MusicVae::expect(x, x.size(), "encode: x");
  const Latents latents = model.encode_each(x.size() / size,
                                            [&](std::size_t w, std::span<float> window) {
                                              std::copy_n(x.begin() + static_cast<std::ptrdiff_t>(w * size), size, window.begin());
                                              return config.steps;
                                            },
                                            {.precision = options.precision});
  const auto n = static_cast<std::int64_t>(latents.mu.size()) / config.latent;
  write_file_atomically(options.out,
                        serialize_safetensors({{"mu", view_of(std::span<const float>(latents.mu), {n, config.latent})},
                                               {"sigma", view_of(std::span<const float>(latents.sigma), {n, config.latent})}}));
  output.result(fmt::format("{}: mu and sigma [{}, {}]", options.out, n, config.latent),
                {{"file", options.out}, {"windows", n}, {"latent", config.latent}});
}

void decode(const DecodeVerbOptions& options, const Output& output) {
  Sampler sampler(MusicVae::load(find_model(options.model)));
  const ModelConfig& config = sampler.model().config();
  const SafetensorsFile in = SafetensorsFile::read(options.in);
  const std::string key = in.view().tensors.contains("z") ? "z" : "mu";
  const std::vector<float> z = values_of(in, key, {config.latent});
  const bool controlled = config.control_depth() > 0 && in.view().tensors.contains("controls");
  const std::vector<float> controls = controlled ? values_of(in, "controls", {config.steps, config.control_depth()}) : std::vector<float>();
  const ReadChords chords = options.chords.read(sampler.model().grid());
  const DecodedTensors decoded = sampler.decode_tensors(
      z, {.temperature = options.temperature, .seed = options.seed, .feel_temperature = options.feel_temperature, .chords = chords.chords},
      {.controls = controls});
  const auto n = static_cast<std::int64_t>(z.size()) / config.latent;
  const std::vector<std::int64_t> shape = {n, decoded.steps, config.output_depth()};
  write_file_atomically(options.out, serialize_safetensors({{"logits", view_of(std::span<const float>(decoded.logits), shape)},
                                                            {"tensors", view_of(std::span<const float>(decoded.tensors), shape)}}));
  nlohmann::ordered_json report = {{"file", options.out}, {"windows", n}, {"steps", decoded.steps}, {"from", key}};
  report_chords(options.chords, chords, report);
  output.result(fmt::format("{}: logits and tensors [{}] from {}{}", options.out, fmt::join(shape, ", "), key, remark_lines(chords)),
                report);
}

}  // namespace

void add_encode(CLI::App& command, const Output& output) {
  const auto options = std::make_shared<EncodeVerbOptions>();
  CLI::App* verb = command.add_subcommand("encode", "Encode tensors to the latent space");
  verb->footer(
      "Example: musicvae encode -i x.safetensors -o z.safetensors\nReads \"tensors\" [N, steps, input depth + control depth] and writes "
      "\"mu\" and \"sigma\" [N, latent]. musicvae convert --config writes such tensors.");
  verb->add_option("-i,--in", options->in, "A safetensors file with \"tensors\"")->required();
  verb->add_option("-o,--out", options->out, "The safetensors file to write")->required();
  add_model_option(*verb, options->model);
  add_precision_option(*verb, options->precision);
  verb->callback([options, &output] { encode(*options, output); });
}

void add_decode(CLI::App& command, const Output& output) {
  const auto options = std::make_shared<DecodeVerbOptions>();
  CLI::App* verb = command.add_subcommand("decode", "Decode latent points to tensors");
  verb->footer(
      "Example: musicvae decode -i z.safetensors -o y.safetensors --threshold\nReads \"z\" (or \"mu\") [N, latent] and, for a model with a "
      "control track, \"controls\". Writes \"logits\" and \"tensors\" [N, steps, output depth].");
  verb->add_option("-i,--in", options->in, "A safetensors file with \"z\" or \"mu\"")->required();
  verb->add_option("-o,--out", options->out, "The safetensors file to write")->required();
  add_model_option(*verb, options->model);
  auto* threshold =
      verb->add_flag("--threshold", options->threshold, "Choose what is likeliest, such as a hit whose logit is above 0 (the default)");
  verb->add_option("--temperature", options->temperature, "Sample instead; 1: with the model's probabilities")->excludes(threshold);
  add_feel_temperature_option(*verb, options->feel_temperature);
  add_seed_option(*verb, options->seed);
  options->chords.add_to(*verb);
  verb->callback([options, &output] { decode(*options, output); });
}

}  // namespace musicvae::app
