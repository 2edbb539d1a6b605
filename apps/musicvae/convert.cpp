#include <fmt/core.h>

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "musicvae/error.hpp"
#include "musicvae/file.hpp"
#include "musicvae/interop/note_sequence_json.hpp"
#include "musicvae/model/safetensors.hpp"
#include "report.hpp"
#include "verbs.hpp"
#include "window_options.hpp"

namespace musicvae::app {
namespace {

struct ConvertOptions {
  std::string in;
  std::string out;
  WindowOptions windows;
};

// The tensors of all windows, [N, steps, depth].
struct Windows {
  std::vector<float> values;
  std::int64_t count = 0;
  int steps = 0;
  int depth = 0;
};

// The rows of the windows or, given a config, the input of its encoder.
Windows windows_of(const data::ConvertedFile& converted, const data::WindowSetInfo& info, const std::optional<ModelConfig>& config) {
  Windows result;
  result.count = static_cast<std::int64_t>(converted.windows.windows.size());
  result.steps = info.steps;
  result.depth = config ? config->input_depth() + config->control_depth() : info.depth;
  const std::size_t size = static_cast<std::size_t>(result.steps) * static_cast<std::size_t>(result.depth);
  for (const auto& window : converted.windows.windows) {
    const std::span<const float> rows = std::span(converted.windows.rows)
                                            .subspan(static_cast<std::size_t>(window.first_row * info.depth),
                                                     static_cast<std::size_t>(info.steps) * static_cast<std::size_t>(info.depth));
    std::vector<float> x(rows.begin(), rows.end());
    if (config) {
      x.assign(size, 0.0F);
      write_encoder_rows(*config, rows, static_cast<std::size_t>(info.depth), {}, x);
    }
    result.values.insert(result.values.end(), x.begin(), x.end());
  }
  return result;
}

void run_convert(const ConvertOptions& options, const Output& output) {
  const Immutable<data::FileConverter> converter = options.windows.converter();
  const data::WindowSetInfo info = converter->info();
  const data::ConvertedFile converted = converter->to_windows(interop::read_notes(options.in), std::nullopt);
  if (converted.windows.windows.empty()) {
    throw FormatError(
        fmt::format("{}: gives no window of {} bars of {} (left out: {}); try fewer --bars, or another --config, --cut, --map or "
                    "--drum-channel",
                    options.in, info.steps / Grid{}.steps_per_bar(), info.music, to_text(converted.left_out)));
  }
  const Windows windows = windows_of(converted, info, options.windows.config());
  write_file_atomically(
      options.out,
      serialize_safetensors({{"tensors", view_of(std::span<const float>(windows.values), {windows.count, windows.steps, windows.depth})}}));
  output.result(
      fmt::format("{}: {} windows [{}, {}]; left out: {}{}", options.out, windows.count, windows.steps, windows.depth,
                  to_text(converted.left_out),
                  converted.guessed_drums ? "\nno note is on the drum channel 10, so all notes were read as drums (--drum-channel)" : ""),
      {{"file", options.out},
       {"music", info.music},
       {"windows", windows.count},
       {"steps", windows.steps},
       {"depth", windows.depth},
       {"guessed_drums", converted.guessed_drums},
       {"left_out", to_json(converted.left_out)}});
}

}  // namespace

void add_convert(CLI::App& command, const Output& output) {
  const auto options = std::make_shared<ConvertOptions>();
  CLI::App* verb = command.add_subcommand("convert", "Convert a MIDI file to the model's tensors");
  verb->footer(
      "Example: musicvae convert in.mid --cut reference --map roland -o x.safetensors\n"
      "         musicvae convert tune.mid --config cat-mel_2bar_small -o tune.safetensors\n"
      "Writes the key \"tensors\", [N, 64, 27] for 4 bars; [N, 64, 9] or [N, 64, 61] with --cut reference-drums. With --config, it holds "
      "the input of that config's encoder, as musicvae encode takes it.");
  verb->add_option("in", options->in, "A MIDI file")->required();
  verb->add_option("-o,--out", options->out, "The safetensors file")->required();
  options->windows.add_to(*verb);
  verb->callback([options, &output] { run_convert(*options, output); });
}

}  // namespace musicvae::app
