#include <fmt/core.h>

#include <filesystem>
#include <memory>
#include <optional>

#include "groove_file.hpp"
#include "model_options.hpp"
#include "musicvae/latent/interpolate.hpp"
#include "musicvae/model/find_model.hpp"
#include "verbs.hpp"

namespace musicvae::app {
namespace {

struct InterpolateOptions {
  std::string from;
  std::string to;
  std::string out;
  std::string model = default_model();
  DrumOptions drum_options;
  std::string method = "slerp";
  int steps = 5;
  float temperature = 0.0F;
  std::optional<float> feel_temperature;
  std::uint64_t seed = 0;
};

void run_interpolate(const InterpolateOptions& options, const Output& output) {
  Sampler sampler(MusicVae::load(find_model(options.model)));
  const GrooveFile from = read_groove(options.from, sampler.model(), options.drum_options);
  const GrooveFile to = read_groove(options.to, sampler.model(), options.drum_options);
  const GroovePart first = first_window(from, sampler.model());
  const GroovePart last = first_window(to, sampler.model());
  const std::vector<DrumSequence> grooves =
      interpolate(sampler, first.groove, last.groove, options.steps, from_name<Interpolation>(options.method),
                  {.temperature = options.temperature, .seed = options.seed, .feel_temperature = options.feel_temperature});
  make_folder(options.out);
  nlohmann::ordered_json files = nlohmann::ordered_json::array();
  std::string text;
  for (std::size_t i = 0; i < grooves.size(); ++i) {
    const std::filesystem::path path = std::filesystem::path(options.out) / fmt::format("interpolation_{}.mid", i);
    write_groove(grooves[i], from, first.start, path);
    text += fmt::format("{}: {:g} bars, {} hits\n", path.string(), grooves[i].bars(), grooves[i].hits());
    files.push_back({{"file", path.string()}, {"bars", grooves[i].bars()}, {"hits", grooves[i].hits()}});
  }
  text += fmt::format("from {} to {}, {}{}{}", options.from, options.to, options.method, from.remarks(first), to.remarks(last));
  output.result(text, {{"from", options.from},
                       {"to", options.to},
                       {"method", options.method},
                       {"from_bars", first.bars()},
                       {"to_bars", last.bars()},
                       {"guessed_drums", from.guessed() || to.guessed()},
                       {"grooves", files}});
}

}  // namespace

void add_interpolate(CLI::App& command, const Output& output) {
  const auto options = std::make_shared<InterpolateOptions>();
  CLI::App* verb = command.add_subcommand("interpolate", "Make grooves between two grooves");
  verb->footer(
      "Example: musicvae interpolate a.mid b.mid --steps 5 -o out\nWrites out/interpolation_0.mid, the reconstruction of a's first window, "
      "to out/interpolation_4.mid, that of b's. All have a's tempo.");
  verb->add_option("from", options->from, "A MIDI file in 4/4")->required();
  verb->add_option("to", options->to, "Another MIDI file in 4/4; the shorter of the two is repeated")->required();
  verb->add_option("-o,--out", options->out, "Folder for the files; created if it does not exist")->required();
  verb->add_option("--steps", options->steps, "Number of grooves, both ends included")->capture_default_str();
  verb->add_option("--method", options->method, "slerp (spherical) or lerp (linear)")->capture_default_str();
  add_model_option(*verb, options->model);
  options->drum_options.add_to(*verb, model_map);
  add_temperature_options(*verb, options->temperature, options->feel_temperature);
  add_seed_option(*verb, options->seed);
  verb->callback([options, &output] { run_interpolate(*options, output); });
}

}  // namespace musicvae::app
