#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <random>

#include "attribute_options.hpp"
#include "chord_options.hpp"
#include "model_options.hpp"
#include "music_file.hpp"
#include "musicvae/engine/sampler.hpp"
#include "musicvae/error.hpp"
#include "musicvae/interop/note_sequence_json.hpp"
#include "musicvae/model/find_model.hpp"
#include "musicvae/model/hit_notes.hpp"
#include "musicvae/model/model_file.hpp"
#include "musicvae/sequence/drum_notes.hpp"
#include "verbs.hpp"

namespace musicvae::app {
namespace {

struct SampleOptions {
  std::string model = default_model();
  std::uint64_t n = 4;
  float temperature = 1.0F;
  std::optional<float> feel_temperature;
  std::optional<std::uint64_t> seed;
  std::optional<int> bars;
  double qpm = 120.0;
  std::string out = "grooves";
  std::string format = "mid";
  AttributeOptions attributes;
  ChordOptions chords;
};

struct Sample {
  NoteSequence notes;
  double bars;
};

// Decodes points z to notes, whatever kind of music the model is for.
std::vector<Sample> decode_notes(Sampler& sampler, std::span<const float> z, const DecodeOptions& options, double qpm) {
  const MusicVae& model = sampler.model();
  const ModelConfig& config = model.config();
  const DecodedTensors decoded = sampler.decode_rows(z, options);
  const std::size_t window = static_cast<std::size_t>(decoded.steps) * static_cast<std::size_t>(config.output_depth());
  const double bars = static_cast<double>(config.representation->step_count(decoded.steps)) / model.grid().steps_per_bar();
  std::vector<Sample> samples;
  for (std::size_t at = 0; at < decoded.tensors.size(); at += window) {
    samples.push_back({config.representation->notes(config.head->output(), std::span(decoded.tensors).subspan(at, window), decoded.steps,
                                                    model.grid(), model.drum_map(), qpm),
                       bars});
  }
  return samples;
}

template <class Value>
void sample_files(const SampleOptions& options, const ModelFile& file, const Output& output) {
  using Kind = MusicKind<Value>;
  const Amounts amounts = options.attributes.amounts();
  Sampler sampler{MusicVae(file)};
  apply_attributes({}, file.attributes, amounts);  // so that an unknown attribute is an error before the first file is written
  const ReadChords chords = options.chords.read(sampler.model().grid());
  // Without --seed every call gives different music. The seed is reported, so that any of them can be made again.
  const std::uint64_t seed = options.seed ? *options.seed : std::random_device{}();
  const DrumMap& map = sampler.model().drum_map();
  (void)to_notes(DrumSequence(), map, options.qpm);  // so that an invalid tempo is an error before the first file is written
  make_folder(options.out);

  WrittenFiles files;
  Progress progress(output, std::string(Value::kPlural));
  constexpr std::uint64_t batch = 256;  // bounds the memory: a million samples need no more than these
  for (std::uint64_t first = 0; first < options.n; first += batch) {
    const int count = static_cast<int>(std::min(batch, options.n - first));
    std::vector<float> z = sampler.prior(seed, count, first);
    apply_attributes(z, file.attributes, amounts);
    const std::vector<Sample> samples = decode_notes(sampler, z,
                                                     {.temperature = options.temperature,
                                                      .seed = seed,
                                                      .bars = options.bars,
                                                      .first = first,
                                                      .feel_temperature = options.feel_temperature,
                                                      .chords = chords.chords},
                                                     options.qpm);
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const std::filesystem::path path =
          std::filesystem::path(options.out) / fmt::format("{}_{}.{}", Kind::kOne, first + i, options.format);
      interop::write_notes(samples[i].notes, path);
      files.add(path, samples[i].bars, samples[i].notes.notes.size(), Kind::kCounted);
    }
    progress(first + samples.size(), options.n);
  }
  nlohmann::ordered_json report = {
      {"model", options.model}, {"temperature", options.temperature}, {"seed", seed},
      {"qpm", options.qpm},     {"amounts", to_json(amounts)},        {std::string(Value::kPlural), files.json}};
  report_chords(options.chords, chords, report);
  output.result(
      files.text + fmt::format("model {}, temperature {}, seed {}", options.model, options.temperature, seed) + remark_lines(chords),
      report);
}

void run_sample(const SampleOptions& options, const Output& output) {
  if (options.n < 1) throw ArgumentError("sample: n is 0; ask for 1 or more");
  const ModelFile file = ModelFile::read(find_model(options.model));
  with_music(file.config, [&]<class Value>() { sample_files<Value>(options, file, output); });
}

}  // namespace

void add_sample(CLI::App& command, const Output& output) {
  const auto options = std::make_shared<SampleOptions>();
  CLI::App* verb = command.add_subcommand("sample", "Sample new grooves, melodies, trios or tracks as MIDI files");
  verb->footer(
      "Example: musicvae sample -n 4 --seed 7 -o out\n         musicvae sample -n 4 --style funk --density 1 --seed 7 -o out\n"
      "Writes out/groove_0.mid, out/groove_1.mid, ...; a model of melodies writes out/melody_0.mid, ...");
  add_model_option(*verb, options->model);
  verb->add_option("-n", options->n, "Number of files")->check(CLI::NonNegativeNumber)->capture_default_str();
  add_temperature_options(*verb, options->temperature, options->feel_temperature);
  add_seed_option(*verb, options->seed);
  verb->add_option("--bars", options->bars, "Bars per file, up to the model's window [default: the whole window]");
  options->attributes.add_to(*verb);
  options->chords.add_to(*verb);
  verb->add_option("--qpm", options->qpm, "Tempo of the files, in quarter notes per minute")->capture_default_str();
  verb->add_option("-o,--out", options->out, "Folder for the files; created if it does not exist")->capture_default_str();
  add_format_option(*verb, options->format);
  verb->callback([options, &output] { run_sample(*options, output); });
}

}  // namespace musicvae::app
