#include <fmt/core.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <random>

#include "groove_file.hpp"
#include "model_options.hpp"
#include "musicvae/latent/similar.hpp"
#include "musicvae/model/find_model.hpp"
#include "verbs.hpp"

namespace musicvae::app {
namespace {

struct SimilarOptions {
  std::string in;
  std::string out;
  std::string model = default_model();
  DrumOptions drum_options;
  int n = 4;
  float noise = 0.5F;
  float temperature = 0.0F;
  std::optional<float> feel_temperature;
  std::optional<std::uint64_t> seed;
};

void run_similar(const SimilarOptions& options, const Output& output) {
  Sampler sampler(MusicVae::load(find_model(options.model)));
  const GrooveFile in = read_groove(options.in, sampler.model(), options.drum_options);
  // Without --seed every call gives different variations. The seed is reported, so that any of them can be made again.
  const std::uint64_t seed = options.seed ? *options.seed : std::random_device{}();
  const GroovePart window = first_window(in, sampler.model());
  const std::vector<DrumSequence> grooves =
      similar(sampler, window.groove,
              {.n = options.n,
               .noise = options.noise,
               .decode = {.temperature = options.temperature, .seed = seed, .feel_temperature = options.feel_temperature}});
  make_folder(options.out);
  nlohmann::ordered_json files = nlohmann::ordered_json::array();
  std::string text;
  for (std::size_t i = 0; i < grooves.size(); ++i) {
    const std::filesystem::path path = std::filesystem::path(options.out) / fmt::format("similar_{}.mid", i);
    write_groove(grooves[i], in, window.start, path);
    text += fmt::format("{}: {:g} bars, {} hits\n", path.string(), grooves[i].bars(), grooves[i].hits());
    files.push_back({{"file", path.string()}, {"bars", grooves[i].bars()}, {"hits", grooves[i].hits()}});
  }
  text += fmt::format("like {}, noise {}, seed {}{}", options.in, options.noise, seed, in.remarks(window));
  output.result(text, {{"like", options.in},
                       {"bars", window.bars()},
                       {"guessed_drums", in.guessed()},
                       {"noise", options.noise},
                       {"seed", seed},
                       {"grooves", files}});
}

}  // namespace

void add_similar(CLI::App& command, const Output& output) {
  const auto options = std::make_shared<SimilarOptions>();
  CLI::App* verb = command.add_subcommand("similar", "Make variations of a groove");
  verb->footer(
      "Example: musicvae similar in.mid -n 4 --noise 0.5 --seed 7 -o out\nWrites out/similar_0.mid, out/similar_1.mid, ...: variations of "
      "the file's first window.");
  verb->add_option("in", options->in, "A MIDI file in 4/4")->required();
  verb->add_option("-o,--out", options->out, "Folder for the files; created if it does not exist")->required();
  verb->add_option("-n", options->n, "Number of variations")->capture_default_str();
  verb->add_option("--noise", options->noise, "Distance from the groove: 0 (its reconstruction) to 3")->capture_default_str();
  add_model_option(*verb, options->model);
  options->drum_options.add_to(*verb, model_map);
  add_temperature_options(*verb, options->temperature, options->feel_temperature);
  add_seed_option(*verb, options->seed);
  verb->callback([options, &output] { run_similar(*options, output); });
}

}  // namespace musicvae::app
