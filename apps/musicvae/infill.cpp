// infill and continue: new cells inside a groove, and new bars after it.
#include <fmt/core.h>

#include <charconv>
#include <memory>
#include <optional>
#include <random>
#include <vector>

#include "groove_file.hpp"
#include "model_options.hpp"
#include "musicvae/engine/tasks.hpp"
#include "musicvae/model/find_model.hpp"
#include "report.hpp"
#include "verbs.hpp"

namespace musicvae::app {
namespace {

struct InfillOptions {
  std::string in;
  std::string out;
  std::string model;
  std::string map;
  std::vector<std::string> drums;
  std::string bars;
  std::string steps;
  int count = 4;
  bool alone = false;
  float temperature = 1.0F;
  std::optional<float> feel_temperature;
  std::optional<std::uint64_t> seed;
};

// "3" or "3-4", counted from 1, as first and count from 0.
std::pair<int, int> range_from(const std::string& text, const char* option, int most) {
  int first = 0;
  int last = 0;
  const char* const end = text.data() + text.size();
  auto [rest, error] = std::from_chars(text.data(), end, first);
  last = first;
  if (error == std::errc() && rest != end && *rest == '-') {
    const auto second = std::from_chars(rest + 1, end, last);
    rest = second.ptr;
    error = second.ec;
  }
  if (error != std::errc() || rest != end || first < 1 || last < first || last > most) {
    throw ArgumentError(fmt::format("{} {}: is not a part of the groove; use N or N-M within 1-{}", option, text, most));
  }
  return {first - 1, last - first + 1};
}

Drum drum_from(const std::string& text) {
  std::string names;
  for (int d = 0; d < kDrums; ++d) {
    if (name(static_cast<Drum>(d)) == text) return static_cast<Drum>(d);
    names += (d == 0 ? "" : ", ") + std::string(name(static_cast<Drum>(d)));
  }
  throw ArgumentError("--drum " + text + ": is no drum; use one of: " + names);
}

CellMask mask_from(const InfillOptions& options, const DrumSequence& groove) {
  CellMask mask(groove.steps());
  int first = 0;
  int count = groove.steps();
  if (!options.bars.empty()) {
    const int per_bar = groove.grid().steps_per_bar();
    std::tie(first, count) = range_from(options.bars, "--bars", (groove.steps() + per_bar - 1) / per_bar);
    first *= per_bar;
    count = std::min(count * per_bar, groove.steps() - first);
  } else if (!options.steps.empty()) {
    std::tie(first, count) = range_from(options.steps, "--steps", groove.steps());
  } else if (options.drums.empty()) {
    throw ArgumentError("infill: nothing to fill in; name it with --drum, --bars or --steps");
  }
  if (options.drums.empty()) mask.choose(first, count);
  for (const std::string& drum : options.drums) mask.choose(drum_from(drum), first, count);
  return mask;
}

// Without --seed every call gives another result; the seed is reported, so that each can be made again.
std::uint64_t seed_of(const InfillOptions& options) {
  return options.seed ? *options.seed : std::random_device{}();
}

void fill(const InfillOptions& options, const Output& output) {
  Sampler sampler(MusicVae::load(find_model(options.model)));
  const GrooveFile in = read_groove(options.in, sampler.model(), options.map);
  const CellMask mask = mask_from(options, in.groove);
  const std::uint64_t seed = seed_of(options);
  const DrumSequence result =
      infill(sampler, in.groove, mask, {.temperature = options.temperature, .seed = seed, .feel_temperature = options.feel_temperature});
  write_groove(result, in, options.out);
  int fresh = 0;
  for (int step = 0; step < result.steps(); ++step) {
    for (int d = 0; d < kDrums; ++d) fresh += mask.at(step, static_cast<Drum>(d)) && result.at(step, static_cast<Drum>(d)).hit ? 1 : 0;
  }
  output.result(fmt::format("{}: {:g} bars, {} of {} cells filled in, {} hits; seed {}; left out: {}", options.out, result.bars(),
                            mask.count(), result.steps() * kDrums, fresh, seed, to_text(in.left_out)),
                {{"file", options.out},
                 {"bars", result.bars()},
                 {"cells", mask.count()},
                 {"new_hits", fresh},
                 {"seed", seed},
                 {"left_out", to_json(in.left_out)}});
}

void go_on(const InfillOptions& options, const Output& output) {
  Sampler sampler(MusicVae::load(find_model(options.model)));
  const GrooveFile in = read_groove(options.in, sampler.model(), options.map);
  const std::uint64_t seed = seed_of(options);
  const DrumSequence next = continue_groove(
      sampler, in.groove, options.count, {.temperature = options.temperature, .seed = seed, .feel_temperature = options.feel_temperature});
  write_groove(options.alone ? next : in.groove.concat(next), in, options.out);
  output.result(
      fmt::format("{}: {} new bars, {} hits; seed {}; left out: {}", options.out, options.count, next.hits(), seed, to_text(in.left_out)),
      {{"file", options.out}, {"new_bars", options.count}, {"new_hits", next.hits()}, {"seed", seed}, {"left_out", to_json(in.left_out)}});
}

void add_common(CLI::App& verb, InfillOptions& options) {
  verb.add_option("in", options.in, "A MIDI file in 4/4")->required();
  verb.add_option("-o,--out", options.out, "The MIDI file to write")->required();
  verb.add_option("--model", options.model, "A shipped model's name, or a model file (task reconstruct or infill)")->capture_default_str();
  add_map_option(verb, options.map);
  add_temperature_options(verb, options.temperature, options.feel_temperature);
  add_seed_option(verb, options.seed);
}

}  // namespace

void add_infill(CLI::App& command, const Output& output) {
  const auto options = std::make_shared<InfillOptions>();
  options->model = default_model(Task::infill);
  CLI::App* verb = command.add_subcommand("infill", "Make some drums, bars or steps of a groove anew; the others stay");
  verb->footer(
      "Example: musicvae infill in.mid --drum \"closed hi-hat\" --bars 3-4 --seed 7 -o out.mid\n"
      "The model infill has learned it; a model that reconstructs, such as groove, does it through its latent space.");
  add_common(*verb, *options);
  verb->add_option("--drum", options->drums, "A drum to fill in; may be given several times [default: all]")->allow_extra_args(false);
  CLI::Option* bars = verb->add_option("--bars", options->bars, "Bars to fill in: N or N-M, counted from 1 [default: all]");
  verb->add_option("--steps", options->steps, "The same in steps")->excludes(bars);
  verb->callback([options, &output] { fill(*options, output); });
}

void add_continue(CLI::App& command, const Output& output) {
  const auto options = std::make_shared<InfillOptions>();
  options->model = default_model();
  CLI::App* verb = command.add_subcommand("continue", "Write the bars that follow a groove");
  verb->footer("Example: musicvae continue in.mid --bars 4 --seed 7 -o out.mid\nout.mid has the groove and the new bars after it.");
  add_common(*verb, *options);
  verb->add_option("--bars", options->count, "How many")->capture_default_str();
  verb->add_flag("--alone", options->alone, "Write the new bars without the groove");
  verb->callback([options, &output] { go_on(*options, output); });
}

}  // namespace musicvae::app
