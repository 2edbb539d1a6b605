// humanize, tap-to-drums and add-closed-hihat: apply the task that a model has learned to a whole file.
#include <fmt/core.h>

#include <memory>
#include <optional>

#include "model_options.hpp"
#include "music_file.hpp"
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

void run_tasks(const TasksOptions& options, Does does, const Output& output) {
  Sampler sampler(MusicVae::load(find_model(options.model)));
  const MusicFile<DrumSequence> in = read_any_meter<DrumSequence>(options.in, sampler.model(), options.drum_options);
  DrumSequence result(0, sampler.model().grid());
  std::uint64_t windows = 0;
  for (const MusicPart<DrumSequence>& part : in.parts) {
    result.append(
        does(sampler, part.music,
             {.temperature = options.temperature, .seed = options.seed, .first = windows, .feel_temperature = options.feel_temperature}));
    windows += windows_in(part.music.steps(), sampler.model());
  }
  write_music(result, in, {}, options.out);
  output.result(fmt::format("{}: {:g} bars, {} hits from {}; left out: {}{}", options.out, in.bars(), result.hits(), in.count(),
                            to_text(in.left_out), in.remarks()),
                {{"file", options.out},
                 {"bars", in.bars()},
                 {"hits_in", in.count()},
                 {"hits_out", result.hits()},
                 {"seed", options.seed},
                 {"guessed_drums", in.reading.json()["guessed_drums"]},
                 {"left_out", to_json(in.left_out)}});
}

struct TaskVerb {
  const char* name;
  const char* what;
  const char* footer;
  const char* configs;  // those that have learned the task
  const char* model;    // the default
  float temperature;    // the default
  Does does;
  Hits hits = Hits::drums;
};

void add(CLI::App& command, const Output& output, const TaskVerb& task) {
  const auto options = std::make_shared<TasksOptions>();
  options->model = task.model;
  options->temperature = task.temperature;
  options->drum_options.hits = task.hits;
  CLI::App* verb = command.add_subcommand(task.name, task.what);
  verb->footer(task.footer);
  verb->add_option("in", options->in, "A MIDI file")->required();
  verb->add_option("-o,--out", options->out, "The MIDI file to write")->required();
  verb->add_option("--model", options->model, fmt::format("A model that is trained for this task ({})", task.configs))
      ->capture_default_str();
  options->drum_options.add_to(*verb, model_map);
  add_temperature_options(*verb, options->temperature, options->feel_temperature);
  add_seed_option(*verb, options->seed);
  verb->callback([options, does = task.does, &output] { run_tasks(*options, does, output); });
}

}  // namespace

void add_humanize(CLI::App& command, const Output& output) {
  add(command, output,
      {.name = "humanize",
       .what = "Give a stiff groove a feel: keep its hits, and predict their velocities and timing",
       .footer = "Example: musicvae humanize stiff.mid -o played.mid\n"
                 "         musicvae humanize stiff.mid --feel-temperature 1 --seed 7 -o played.mid\n"
                 "The first command plays the mean feel, the second one of many. Another seed plays another feel.",
       .configs = "configs groovae_*_humanize, groovae_*_hits_control",
       .model = "humanize",
       .temperature = 0.0F,
       .does = humanize});
}

void add_tap_to_drums(CLI::App& command, const Output& output) {
  add(command, output,
      {.name = "tap-to-drums",
       .what = "Make a drum groove from tapped notes",
       .footer = "Example: musicvae tap-to-drums taps.mid --seed 7 -o drums.mid\n"
                 "It does not matter which drums the taps are on. Another seed plays another part. --temperature 0 plays the most likely "
                 "part,\nwithout toms and crashes.",
       .configs = "configs groovae_*_tap_fixed_velocity*",
       .model = "tap2drum",
       .temperature = 1.0F,
       .does = tap_to_drums,
       .hits = Hits::all});
}

void add_add_closed_hihat(CLI::App& command, const Output& output) {
  add(command, output,
      {.name = "add-closed-hihat",
       .what = "Add a closed hi-hat to a groove; its other drums stay",
       .footer = "Example: musicvae add-closed-hihat beat.mid -o beat_with_hats.mid",
       .configs = "configs groovae_*_add_closed_hh",
       .model = "add-hats",
       .temperature = 0.0F,
       .does = add_closed_hihat});
}

}  // namespace musicvae::app
