// infill and continue: make new cells inside music, and new bars after it.
#include <fmt/core.h>

#include <charconv>
#include <memory>
#include <optional>
#include <random>
#include <vector>

#include "chord_options.hpp"
#include "model_options.hpp"
#include "music_file.hpp"
#include "musicvae/engine/tasks.hpp"
#include "musicvae/error.hpp"
#include "musicvae/model/find_model.hpp"
#include "report.hpp"
#include "verbs.hpp"

namespace musicvae::app {
namespace {

struct InfillOptions {
  std::string in;
  std::string out;
  std::string model;
  DrumOptions drum_options;
  std::vector<std::string> drums;
  std::string bars;
  std::string steps;
  int count = 4;
  bool alone = false;
  float temperature = 1.0F;
  std::optional<float> feel_temperature;
  std::optional<std::uint64_t> seed;
  ChordOptions chords;
};

// Parses "3" or "3-4", counted from 1, into first and count, with first from 0.
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
    throw ArgumentError(fmt::format("{} {} is not a part of the music; use N or N-M within 1-{}", option, text, most));
  }
  return {first - 1, last - first + 1};
}

// The step at which each bar of the file begins, and the step at which the last one ends.
template <class Value>
std::vector<int> bar_lines(const MusicFile<Value>& in) {
  std::vector<int> lines;
  int steps = 0;
  for (const MusicPart<Value>& part : in.parts) {
    for (int bar = 0; bar < part.music.steps(); bar += part.meter.steps_per_bar()) lines.push_back(steps + bar);
    steps += part.music.steps();
  }
  lines.push_back(steps);
  return lines;
}

template <class Value>
typename Value::Mask mask_from(const InfillOptions& options, const MusicFile<Value>& in) {
  const std::vector<int> bars = bar_lines(in);
  typename Value::Mask mask(bars.back());
  int first = 0;
  int count = bars.back();
  if (!options.bars.empty()) {
    const auto [bar, number] = range_from(options.bars, "--bars", static_cast<int>(bars.size()) - 1);
    first = bars[static_cast<std::size_t>(bar)];
    count = bars[static_cast<std::size_t>(bar + number)] - first;
  } else if (!options.steps.empty()) {
    std::tie(first, count) = range_from(options.steps, "--steps", bars.back());
  } else if (options.drums.empty()) {
    throw ArgumentError("infill: nothing to fill in; name it with --drum, --part, --bars or --steps");
  }
  MusicKind<Value>::choose(mask, options.drums, first, count);
  return mask;
}

// Without --seed every call gives a different result. The seed is reported, so that any result can be made again.
std::uint64_t seed_of(const InfillOptions& options) {
  return options.seed ? *options.seed : std::random_device{}();
}

template <class Value>
void fill(const InfillOptions& options, Sampler& sampler, const Output& output) {
  const ReadChords chords = options.chords.read(sampler.model().grid());
  const MusicFile<Value> in = read_any_meter<Value>(options.in, sampler.model(), options.drum_options);
  const typename Value::Mask mask = mask_from(options, in);
  const ChordSequence along = chords_along(sampler.model(), chords.chords, mask.steps());
  const std::uint64_t seed = seed_of(options);
  Value result(0, sampler.model().grid());
  std::uint64_t windows = 0;
  for (const MusicPart<Value>& part : in.parts) {
    const typename Value::Mask here = mask.slice(result.steps(), part.music.steps());
    const DecodeOptions decode{.temperature = options.temperature,
                               .seed = seed,
                               .first = windows,
                               .feel_temperature = options.feel_temperature,
                               .chords = along.empty() ? along : along.slice(result.steps(), part.music.steps())};
    result.append(here.count() == 0 ? part.music : infill(sampler, part.music, here, decode));
    windows += windows_in(part.music.steps(), sampler.model());
  }
  write_music(result, in, {}, options.out);
  const std::string counted = MusicKind<Value>::kCounted;
  const int fresh = MusicKind<Value>::count(mask.combine(result, Value(result.steps(), result.grid())));
  nlohmann::ordered_json json = {{"file", options.out},     {"bars", in.bars()}, {"cells", mask.count()},
                                 {"new_" + counted, fresh}, {"seed", seed},      {"left_out", to_json(in.left_out)}};
  json.update(in.reading.json());
  report_chords(options.chords, chords, json);
  output.result(
      fmt::format("{}: {:g} bars, {} of {} cells filled in, {} {}; seed {}; left out: {}{}{}", options.out, in.bars(), mask.count(),
                  mask.cells().size(), fresh, counted, seed, to_text(in.left_out), in.remarks(), remark_lines(chords)),
      json);
}

template <class Value>
void go_on(const InfillOptions& options, Sampler& sampler, const Output& output) {
  const ReadChords chords = options.chords.read(sampler.model().grid());
  const MusicFile<Value> in = read_music<Value>(options.in, sampler.model(), options.drum_options);
  const std::uint64_t seed = seed_of(options);
  const MusicPart<Value>& part = in.parts.front();
  const Value next = continue_groove(
      sampler, part.music, options.count,
      {.temperature = options.temperature, .seed = seed, .feel_temperature = options.feel_temperature, .chords = chords.chords});
  write_music(options.alone ? next : part.music.concat(next), in, part.start, options.out);
  const std::string counted = MusicKind<Value>::kCounted;
  const int fresh = MusicKind<Value>::count(next);
  nlohmann::ordered_json json = {
      {"file", options.out}, {"new_bars", options.count}, {"new_" + counted, fresh}, {"seed", seed}, {"left_out", to_json(in.left_out)}};
  json.update(in.reading.json());
  report_chords(options.chords, chords, json);
  output.result(fmt::format("{}: {} new bars, {} {}; seed {}; left out: {}{}{}", options.out, options.count, fresh, counted, seed,
                            to_text(in.left_out), in.remarks(part), remark_lines(chords)),
                json);
}

void add_common(CLI::App& verb, InfillOptions& options) {
  verb.add_option("in", options.in, "A MIDI file in 4/4")->required();
  verb.add_option("-o,--out", options.out, "The MIDI file to write")->required();
  verb.add_option("--model", options.model, "A shipped model's name, or a model file (task reconstruct or infill)")->capture_default_str();
  options.drum_options.add_to(verb, model_map);
  add_temperature_options(verb, options.temperature, options.feel_temperature);
  add_seed_option(verb, options.seed);
}

}  // namespace

void add_infill(CLI::App& command, const Output& output) {
  const auto options = std::make_shared<InfillOptions>();
  options->model = "infill";
  options->drum_options.all_parts = false;
  CLI::App* verb = command.add_subcommand(
      "infill", "Fill in some drums, bars or steps of a groove, bars or steps of a melody, or parts of a trio; the others stay");
  verb->footer(
      "Example: musicvae infill in.mid --drum closed_hihat --bars 3-4 --seed 7 -o out.mid\n"
      "The model infill is trained for this. A model that reconstructs, such as groove, does it through its latent space.");
  add_common(*verb, *options);
  verb->add_option("--drum,--part", options->drums,
                   "A drum, or a part of a trio (melody, bass or drums), to fill in; repeatable [default: all]")
      ->allow_extra_args(false);
  CLI::Option* bars = verb->add_option("--bars", options->bars, "Bars to fill in: N or N-M, counted from 1 [default: all]");
  verb->add_option("--steps", options->steps, "Steps to fill in: N or N-M, counted from 1")->excludes(bars);
  options->chords.add_to(*verb, "they last as long as the file, or as long as a window, and are repeated");
  verb->callback([options, &output] {
    Sampler sampler(MusicVae::load(find_model(options->model)));
    with_music(sampler.model().config(), [&]<class Value>() { fill<Value>(*options, sampler, output); });
  });
}

void add_continue(CLI::App& command, const Output& output) {
  const auto options = std::make_shared<InfillOptions>();
  options->model = default_model();
  CLI::App* verb = command.add_subcommand("continue", "Write the bars that follow a groove, a melody or a trio");
  verb->footer("Example: musicvae continue in.mid --bars 4 --seed 7 -o out.mid\nout.mid holds what was given, followed by the new bars.");
  add_common(*verb, *options);
  verb->add_option("--bars", options->count, "Number of new bars")->capture_default_str();
  verb->add_flag("--alone", options->alone, "Write only the new bars");
  options->chords.add_to(*verb, "they are those of the new bars and last as long, or as long as a window, and are repeated");
  verb->callback([options, &output] {
    Sampler sampler(MusicVae::load(find_model(options->model)));
    with_music(sampler.model().config(), [&]<class Value>() { go_on<Value>(*options, sampler, output); });
  });
}

}  // namespace musicvae::app
