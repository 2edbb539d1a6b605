#include <fmt/core.h>

#include <memory>
#include <optional>

#include "chord_options.hpp"
#include "model_options.hpp"
#include "music_file.hpp"
#include "musicvae/latent/interpolate.hpp"
#include "musicvae/model/find_model.hpp"
#include "verbs.hpp"

namespace musicvae::app {
namespace {

struct InterpolateOptions {
  std::string from;
  std::string to;
  std::string out;
  std::string format = "mid";
  std::string model = default_model();
  DrumOptions drum_options;
  std::string method = "slerp";
  int steps = 5;
  float temperature = 0.0F;
  std::optional<float> feel_temperature;
  std::uint64_t seed = 0;
  ChordOptions chords;
};

template <class Value>
void interpolate_files(const InterpolateOptions& options, Sampler& sampler, const Output& output) {
  const ReadChords chords = options.chords.read(sampler.model().grid());
  const MusicFile<Value> from = read_music<Value>(options.from, sampler.model(), options.drum_options);
  const MusicFile<Value> to = read_music<Value>(options.to, sampler.model(), options.drum_options);
  const MusicPart<Value> first = first_window(from, sampler.model());
  const MusicPart<Value> last = first_window(to, sampler.model());
  const std::vector<Value> way = interpolate(
      sampler, first.music, last.music, options.steps, from_name<Interpolation>(options.method),
      {.temperature = options.temperature, .seed = options.seed, .feel_temperature = options.feel_temperature, .chords = chords.chords});
  make_folder(options.out);
  const WrittenFiles files = write_all(way, from, first.start, options.out, "interpolation", options.format);
  nlohmann::ordered_json json = {{"from", options.from},      {"to", options.to},       {"method", options.method},
                                 {"from_bars", first.bars()}, {"to_bars", last.bars()}, {std::string(Value::kPlural), files.json}};
  json.update((from.reading.remark().empty() ? to : from).reading.json());
  report_chords(options.chords, chords, json);
  output.result(files.text + fmt::format("from {} to {}, {}{}{}{}", options.from, options.to, options.method, from.remarks(first),
                                         to.remarks(last), remark_lines(chords)),
                json);
}

void run_interpolate(const InterpolateOptions& options, const Output& output) {
  Sampler sampler(MusicVae::load(find_model(options.model)));
  with_music(sampler.model().config(), [&]<class Value>() { interpolate_files<Value>(options, sampler, output); });
}

}  // namespace

void add_interpolate(CLI::App& command, const Output& output) {
  const auto options = std::make_shared<InterpolateOptions>();
  CLI::App* verb = command.add_subcommand("interpolate", "Make grooves between two grooves, or other music between two files of its kind");
  verb->footer(
      "Example: musicvae interpolate a.mid b.mid --steps 5 -o out\nWrites out/interpolation_0.mid, the reconstruction of a's first window, "
      "to out/interpolation_4.mid, that of b's. All have a's tempo.");
  verb->add_option("from", options->from, "A MIDI file in 4/4")->required();
  verb->add_option("to", options->to, "Another MIDI file in 4/4; the shorter of the two is repeated")->required();
  verb->add_option("-o,--out", options->out, "Folder for the files; created if it does not exist")->required();
  add_format_option(*verb, options->format);
  verb->add_option("--steps", options->steps, "Number of files, both ends included")->capture_default_str();
  verb->add_option("--method", options->method, "slerp (spherical) or lerp (linear)")->capture_default_str();
  add_model_option(*verb, options->model);
  options->drum_options.add_to(*verb, model_map);
  add_temperature_options(*verb, options->temperature, options->feel_temperature);
  add_seed_option(*verb, options->seed);
  options->chords.add_to(*verb);
  verb->callback([options, &output] { run_interpolate(*options, output); });
}

}  // namespace musicvae::app
