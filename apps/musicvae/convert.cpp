#include <fmt/core.h>

#include <memory>

#include "musicvae/data/groove_converter.hpp"
#include "musicvae/error.hpp"
#include "musicvae/file.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "musicvae/model/safetensors.hpp"
#include "report.hpp"
#include "verbs.hpp"

namespace musicvae::app {
namespace {

struct ConvertOptions {
  std::string in;
  std::string out;
  std::string cut = "bar-aligned";
  std::string map;
  std::string channel = "auto";
  std::string classes = "nine";
  int bars = 4;
};

void run_convert(const ConvertOptions& options, const Output& output) {
  const data::GrooveConverter converter({.cut = from_name<data::Cut>(options.cut),
                                         .drum_map = drum_map_if_named(options.map),
                                         .bars = options.bars,
                                         .classes = from_name<DrumClasses>(options.classes),
                                         .drum_channel = DrumChannel::from_name(options.channel)});
  const data::ConvertedFile converted = converter.convert(read_midi(options.in));
  if (converted.windows.windows.empty()) {
    throw FormatError(
        fmt::format("{}: gives no window of {} bars (left out: {}); try fewer --bars, or another --cut, --map or --drum-channel",
                    options.in, options.bars, to_text(converted.left_out)));
  }

  const int steps = converter.steps();
  const int depth = converter.info().depth;
  const auto window_size = static_cast<std::size_t>(steps * depth);
  std::vector<float> tensors;
  tensors.reserve(converted.windows.windows.size() * window_size);
  for (const auto& window : converted.windows.windows) {
    const auto first = converted.windows.rows.begin() + window.first_row * depth;
    tensors.insert(tensors.end(), first, first + static_cast<std::ptrdiff_t>(window_size));
  }
  const auto count = static_cast<std::int64_t>(converted.windows.windows.size());
  write_file_atomically(options.out, serialize_safetensors({{"tensors", view_of(std::span<const float>(tensors), {count, steps, depth})}}));
  output.result(
      fmt::format("{}: {} windows [{}, {}]; left out: {}{}", options.out, count, steps, depth, to_text(converted.left_out),
                  converted.guessed_drums ? "\nno note is on the drum channel 10, so all notes were read as drums (--drum-channel)" : ""),
      {{"file", options.out},
       {"windows", count},
       {"steps", steps},
       {"depth", depth},
       {"guessed_drums", converted.guessed_drums},
       {"left_out", to_json(converted.left_out)}});
}

}  // namespace

void add_convert(CLI::App& command, const Output& output) {
  const auto options = std::make_shared<ConvertOptions>();
  CLI::App* verb = command.add_subcommand("convert", "Convert a MIDI file to the model's tensors");
  verb->footer(
      "Example: musicvae convert in.mid --cut reference --map roland -o x.safetensors\nWrites the key \"tensors\", [N, 64, 27] for 4 "
      "bars; [N, 64, 9] or [N, 64, 61] with --cut reference-drums.");
  verb->add_option("in", options->in, "A MIDI file")->required();
  verb->add_option("-o,--out", options->out, "The safetensors file")->required();
  verb->add_option("--cut", options->cut, "How windows are cut: bar-aligned, reference, reference-tfds or reference-drums (hits only)")
      ->capture_default_str();
  add_cut_map_options(*verb, options->map, options->channel);
  verb->add_option("--classes", options->classes, "Drum classes of reference-drums: nine (as in --map) or full (61 pitches)")
      ->capture_default_str();
  verb->add_option("--bars", options->bars, "Bars per window")->capture_default_str();
  verb->callback([options, &output] { run_convert(*options, output); });
}

}  // namespace musicvae::app
