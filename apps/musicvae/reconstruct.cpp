#include <fmt/core.h>

#include <memory>
#include <optional>

#include "groove_file.hpp"
#include "model_options.hpp"
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
};

void run_reconstruct(const ReconstructOptions& options, const Output& output) {
  Sampler sampler(MusicVae::load(find_model(options.model)));
  const GrooveFile in = read_groove(options.in, sampler.model(), options.drum_options);
  const GroovePart& part = in.parts.front();
  const DrumSequence result = reconstruct(
      sampler, part.groove, {.temperature = options.temperature, .seed = options.seed, .feel_temperature = options.feel_temperature});
  write_groove(result, in, part.start, options.out);

  int kept = 0;
  for (int step = 0; step < result.steps(); ++step) {
    for (int d = 0; d < kDrums; ++d) {
      const auto drum = static_cast<Drum>(d);
      kept += static_cast<int>(result.at(step, drum).hit && part.groove.at(step, drum).hit);
    }
  }
  const double f1 = 2.0 * kept / (result.hits() + in.hits());
  output.result(fmt::format("{}: {:g} bars, {} of {} hits kept, {} new (F1 {:.3f}); left out: {}{}", options.out, result.bars(), kept,
                            in.hits(), result.hits() - kept, f1, to_text(in.left_out), in.remarks(part)),
                {{"file", options.out},
                 {"bars", result.bars()},
                 {"from_bars", part.bars()},
                 {"hits_in", in.hits()},
                 {"hits_out", result.hits()},
                 {"hits_kept", kept},
                 {"f1", f1},
                 {"guessed_drums", in.guessed()},
                 {"left_out", to_json(in.left_out)}});
}

}  // namespace

void add_reconstruct(CLI::App& command, const Output& output) {
  const auto options = std::make_shared<ReconstructOptions>();
  CLI::App* verb = command.add_subcommand("reconstruct", "Encode a groove and decode it again");
  verb->footer(
      "Example: musicvae reconstruct in.mid -o out.mid\nShows what the model keeps of a groove. A long groove is processed window by "
      "window.");
  verb->add_option("in", options->in, "A MIDI file in 4/4")->required();
  verb->add_option("-o,--out", options->out, "The MIDI file to write")->required();
  add_model_option(*verb, options->model);
  options->drum_options.add_to(*verb, model_map);
  add_temperature_options(*verb, options->temperature, options->feel_temperature);
  add_seed_option(*verb, options->seed);
  verb->callback([options, &output] { run_reconstruct(*options, output); });
}

}  // namespace musicvae::app
