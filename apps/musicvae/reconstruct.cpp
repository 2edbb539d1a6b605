#include <fmt/core.h>

#include <memory>
#include <optional>

#include "chord_options.hpp"
#include "model_options.hpp"
#include "music_file.hpp"
#include "musicvae/latent/reconstruct.hpp"
#include "musicvae/model/find_model.hpp"
#include "report.hpp"
#include "verbs.hpp"

namespace musicvae::app {
namespace {

struct ReconstructOptions {
  std::string in;
  std::string out;
  std::string model = default_model();
  DrumOptions drum_options;
  float temperature = 0.0F;
  std::optional<float> feel_temperature;
  std::uint64_t seed = 0;
  ChordOptions chords;
};

template <class Value>
void reconstruct_file(const ReconstructOptions& options, Sampler& sampler, const Output& output) {
  using Kind = MusicKind<Value>;
  const ReadChords chords = options.chords.read(sampler.model().grid());
  const MusicFile<Value> in = read_music<Value>(options.in, sampler.model(), options.drum_options);
  const MusicPart<Value>& part = in.parts.front();
  const Value result = reconstruct(
      sampler, part.music,
      {.temperature = options.temperature, .seed = options.seed, .feel_temperature = options.feel_temperature, .chords = chords.chords});
  write_music(result, in, part.start, options.out);

  const std::string counted = Kind::kCounted;
  const int kept = Kind::kept(result, part.music);
  const int made = Kind::count(result);
  const double f1 = 2.0 * kept / (made + in.count());
  nlohmann::ordered_json json = {{"file", options.out},
                                 {"bars", result.bars()},
                                 {"from_bars", part.bars()},
                                 {counted + "_in", in.count()},
                                 {counted + "_out", made},
                                 {counted + "_kept", kept},
                                 {"f1", f1},
                                 {"left_out", to_json(in.left_out)}};
  json.update(in.reading.json());
  report_chords(options.chords, chords, json);
  output.result(fmt::format("{}: {:g} bars, {} of {} {} kept, {} new (F1 {:.3f}); left out: {}{}{}", options.out, result.bars(), kept,
                            in.count(), counted, made - kept, f1, to_text(in.left_out), in.remarks(part), remark_lines(chords)),
                json);
}

void run_reconstruct(const ReconstructOptions& options, const Output& output) {
  Sampler sampler(MusicVae::load(find_model(options.model)));
  with_music(sampler.model().config(), [&]<class Value>() { reconstruct_file<Value>(options, sampler, output); });
}

}  // namespace

void add_reconstruct(CLI::App& command, const Output& output) {
  const auto options = std::make_shared<ReconstructOptions>();
  CLI::App* verb = command.add_subcommand("reconstruct", "Encode a groove or other music and decode it again");
  verb->footer(
      "Example: musicvae reconstruct in.mid -o out.mid\nShows what the model keeps of a groove. A long file is processed window by "
      "window.");
  verb->add_option("in", options->in, "A MIDI file in 4/4")->required();
  verb->add_option("-o,--out", options->out, "The MIDI file to write")->required();
  add_model_option(*verb, options->model);
  options->drum_options.add_to(*verb, model_map);
  add_temperature_options(*verb, options->temperature, options->feel_temperature);
  add_seed_option(*verb, options->seed);
  options->chords.add_to(*verb);
  verb->callback([options, &output] { run_reconstruct(*options, output); });
}

}  // namespace musicvae::app
