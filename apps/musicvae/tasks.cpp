// humanize, tap2drum and add-hats: what a model that has learned a task does with a whole file.
#include <fmt/core.h>

#include <memory>

#include "groove_file.hpp"
#include "model_options.hpp"
#include "musicvae/engine/tasks.hpp"
#include "musicvae/model/find_model.hpp"
#include "report.hpp"
#include "verbs.hpp"

namespace musicvae::app {
namespace {

struct TasksOptions {
  std::string in;
  std::string out;
  std::string model;
  DrumOptions drum_options;
  float temperature = 0.0F;
  std::optional<float> feel_temperature;
  std::uint64_t seed = 0;
};

using Does = DrumSequence (*)(Sampler&, const DrumSequence&, const DecodeOptions&);

void run_tasks(const TasksOptions& options, Does does, Hits hits, const Output& output) {
  Sampler sampler(MusicVae::load(find_model(options.model)));
  const GrooveFile in = read_any_meter(options.in, sampler.model(), options.drum_options, hits);
  DrumSequence result(0, sampler.model().grid());
  std::uint64_t windows = 0;
  for (const GroovePart& part : in.parts) {
    result.append(
        does(sampler, part.groove,
             {.temperature = options.temperature, .seed = options.seed, .first = windows, .feel_temperature = options.feel_temperature}));
    windows += windows_of(part.groove, sampler.model());
  }
  write_groove(result, in, {}, options.out);
  output.result(fmt::format("{}: {:g} bars, {} hits from {}; left out: {}{}", options.out, in.bars(), result.hits(), in.hits(),
                            to_text(in.left_out), in.remarks()),
                {{"file", options.out},
                 {"bars", in.bars()},
                 {"hits_in", in.hits()},
                 {"hits_out", result.hits()},
                 {"seed", options.seed},
                 {"left_out", to_json(in.left_out)}});
}

void add(CLI::App& command, const Output& output, const char* name, const char* what, const char* footer, const char* configs, Does does,
         Hits hits = Hits::drums) {
  const auto options = std::make_shared<TasksOptions>();
  CLI::App* verb = command.add_subcommand(name, what);
  verb->footer(footer);
  verb->add_option("in", options->in, "A MIDI file")->required();
  verb->add_option("-o,--out", options->out, "The MIDI file to write")->required();
  verb->add_option("--model", options->model, fmt::format("A model that was trained for it ({})", configs))->required();
  options->drum_options.add_to(*verb, model_map);
  add_temperature_options(*verb, options->temperature, options->feel_temperature);
  add_seed_option(*verb, options->seed);
  verb->callback([options, does, hits, &output] { run_tasks(*options, does, hits, output); });
}

}  // namespace

void add_humanize(CLI::App& command, const Output& output) {
  add(command, output, "humanize", "Give a stiff groove a feel: its hits, with the model's velocities and timing",
      "Example: musicvae humanize stiff.mid --model humanize --feel-temperature 1 --seed 7 -o played.mid\nhumanize is a shipped model. "
      "Train one: musicvae train --config groovae_2bar_humanize_lookback --data groove.zip --out run",
      "configs groovae_*_humanize, groovae_*_hits_control", humanize);
}

void add_tap2drum(CLI::App& command, const Output& output) {
  add(command, output, "tap2drum", "Make a drum groove of tapped notes",
      "Example: musicvae tap2drum taps.mid --model tap2drum.safetensors -o drums.mid\nWhich drums the taps are on does not matter. Train a "
      "model: musicvae train --config groovae_2bar_tap_fixed_velocity --data groove.zip --out run",
      "configs groovae_*_tap_fixed_velocity*", tap_to_drums, Hits::all);
}

void add_add_hats(CLI::App& command, const Output& output) {
  add(command, output, "add-hats", "Put a closed hi-hat to a groove; its other drums stay",
      "Example: musicvae add-hats beat.mid --model add-hats.safetensors -o beat_with_hats.mid\nTrain a model: musicvae train --config "
      "groovae_2bar_add_closed_hh --data groove.zip --out run",
      "configs groovae_*_add_closed_hh", add_closed_hihat);
}

}  // namespace musicvae::app
