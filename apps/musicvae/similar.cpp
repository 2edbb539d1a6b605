#include <fmt/core.h>

#include <memory>
#include <optional>
#include <random>

#include "chord_options.hpp"
#include "model_options.hpp"
#include "music_file.hpp"
#include "musicvae/latent/similar.hpp"
#include "musicvae/model/find_model.hpp"
#include "verbs.hpp"

namespace musicvae::app {
namespace {

struct SimilarOptions {
  std::string in;
  std::string out;
  std::string format = "mid";
  std::string model = default_model();
  DrumOptions drum_options;
  int n = 4;
  float noise = 0.5F;
  float temperature = 0.0F;
  std::optional<float> feel_temperature;
  std::optional<std::uint64_t> seed;
  ChordOptions chords;
};

template <class Value>
void vary_file(const SimilarOptions& options, Sampler& sampler, const Output& output) {
  const ReadChords chords = options.chords.read(sampler.model().grid());
  const MusicFile<Value> in = read_music<Value>(options.in, sampler.model(), options.drum_options);
  // Without --seed every call gives different variations. The seed is reported, so that any of them can be made again.
  const std::uint64_t seed = options.seed ? *options.seed : std::random_device{}();
  const MusicPart<Value> window = first_window(in, sampler.model());
  const std::vector<Value> variations = similar(
      sampler, window.music,
      {.n = options.n,
       .noise = options.noise,
       .decode = {
           .temperature = options.temperature, .seed = seed, .feel_temperature = options.feel_temperature, .chords = chords.chords}});
  make_folder(options.out);
  const WrittenFiles files = write_all(variations, in, window.start, options.out, "similar", options.format);
  nlohmann::ordered_json json = {
      {"like", options.in}, {"bars", window.bars()}, {"noise", options.noise}, {"seed", seed}, {std::string(Value::kPlural), files.json}};
  json.update(in.reading.json());
  report_chords(options.chords, chords, json);
  output.result(
      files.text + fmt::format("like {}, noise {}, seed {}{}{}", options.in, options.noise, seed, in.remarks(window), remark_lines(chords)),
      json);
}

void run_similar(const SimilarOptions& options, const Output& output) {
  Sampler sampler(MusicVae::load(find_model(options.model)));
  with_music(sampler.model().config(), [&]<class Value>() { vary_file<Value>(options, sampler, output); });
}

}  // namespace

void add_similar(CLI::App& command, const Output& output) {
  const auto options = std::make_shared<SimilarOptions>();
  CLI::App* verb = command.add_subcommand("similar", "Make variations of a groove or other music");
  verb->footer(
      "Example: musicvae similar in.mid -n 4 --noise 0.5 --seed 7 -o out\nWrites out/similar_0.mid, out/similar_1.mid, ...: variations of "
      "the file's first window.");
  verb->add_option("in", options->in, "A MIDI file in 4/4")->required();
  verb->add_option("-o,--out", options->out, "Folder for the files; created if it does not exist")->required();
  add_format_option(*verb, options->format);
  verb->add_option("-n", options->n, "Number of variations")->capture_default_str();
  verb->add_option("--noise", options->noise, "Distance from the original: 0 (its reconstruction) to 3")->capture_default_str();
  add_model_option(*verb, options->model);
  options->drum_options.add_to(*verb, model_map);
  add_temperature_options(*verb, options->temperature, options->feel_temperature);
  add_seed_option(*verb, options->seed);
  options->chords.add_to(*verb);
  verb->callback([options, &output] { run_similar(*options, output); });
}

}  // namespace musicvae::app
