#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "musicvae/midi/midi_file.hpp"
#include "musicvae/render/drum_svg.hpp"
#include "musicvae/render/loss_curve.hpp"
#include "musicvae/render/picture.hpp"
#include "musicvae/sequence/drum_notes.hpp"
#include "report.hpp"
#include "verbs.hpp"

namespace musicvae::app {
namespace {

namespace fs = std::filesystem;

struct PlotOptions {
  std::vector<std::string> in;
  std::string out;
  std::string map = "roland";
  std::optional<int> bars;
  int columns = 0;
};

bool is_run(const fs::path& path) {
  std::error_code ec;
  return fs::is_directory(path, ec) || path.extension() == ".jsonl";
}

void plot_run(const PlotOptions& options, const Output& output) {
  const fs::path run = options.in.front();
  const render::LossCurve curve = render::read_loss_curve(run);
  const fs::path folder = run.extension() == ".jsonl" ? fs::absolute(run).parent_path() : fs::absolute(run).lexically_normal();
  const std::string name = (folder.has_filename() ? folder : folder.parent_path()).filename().string();
  render::write_picture(render::loss_svg(curve, "Loss of " + name), options.out);
  std::string text = fmt::format("{}: {} training losses, {} validation losses", options.out, curve.train.size(), curve.validation.size());
  nlohmann::ordered_json json = {{"file", options.out}, {"train", curve.train.size()}, {"validation", curve.validation.size()}};
  if (!curve.validation.empty()) {
    const auto best = std::min_element(curve.validation.begin(), curve.validation.end(),
                                       [](const render::LossPoint& a, const render::LossPoint& b) { return a.loss < b.loss; });
    text += fmt::format(", best {:.2f} at step {}", best->loss, best->step);
    json["best"] = {{"step", best->step}, {"loss", best->loss}};
  }
  output.result(text, json);
}

// The grid of a file: 16ths in its first meter; what does not fit 16ths, or has no meter, is drawn in 4/4.
Grid grid_of(const NoteSequence& notes) {
  Grid grid;
  if (notes.time_signatures.empty()) return grid;
  const TimeSignature& meter = notes.time_signatures.front();
  const int sixteenths = 16 * meter.numerator;
  if (meter.denominator >= 1 && sixteenths % meter.denominator == 0 && sixteenths >= meter.denominator)
    grid = {4, meter.numerator, meter.denominator};
  return grid;
}

void plot_midi(const PlotOptions& options, const Output& output) {
  const DrumMap map = drum_map_from(options.map);
  std::vector<render::Panel> panels;
  nlohmann::ordered_json grooves = nlohmann::ordered_json::array();
  std::string text;
  for (const std::string& in : options.in) {
    const NoteSequence notes = read_midi(in);
    QuantizedDrums drums = from_notes(notes, map, grid_of(notes));
    DrumSequence& sequence = drums.sequence;
    if (options.bars) sequence = sequence.slice(0, std::min(sequence.steps(), *options.bars * sequence.grid().steps_per_bar()));
    text += fmt::format("{}: {:g} bars, {} hits; left out: {}\n", in, sequence.bars(), sequence.hits(), to_text(drums.left_out));
    grooves.push_back({{"from", in}, {"bars", sequence.bars()}, {"hits", sequence.hits()}, {"left_out", to_json(drums.left_out)}});
    panels.push_back({std::move(sequence), fs::path(in).stem().string()});
  }
  render::write_picture(render::drum_svg(panels, {.columns = options.columns}), options.out);
  output.result(text + options.out, {{"file", options.out}, {"grooves", grooves}});
}

void run_plot(const PlotOptions& options, const Output& output) {
  if (options.bars && (*options.bars < 1 || *options.bars > render::kMaxPictureSteps))
    throw ArgumentError(fmt::format("plot: {} bars; use 1 to {}", *options.bars, render::kMaxPictureSteps));
  const auto runs = std::count_if(options.in.begin(), options.in.end(), is_run);
  if (runs == 0) return plot_midi(options, output);
  if (options.in.size() > 1) throw ArgumentError("plot: a training run gets a picture of its own; name it alone");
  plot_run(options, output);
}

}  // namespace

void add_plot(CLI::App& command, const Output& output) {
  const auto options = std::make_shared<PlotOptions>();
  CLI::App* verb = command.add_subcommand("plot", "Draw MIDI files or a training run's loss as an SVG or PNG picture");
  verb->footer(
      "Example: musicvae plot out/groove_0.mid out/groove_1.mid -o grooves.svg\n         musicvae plot run -o loss.svg\nA groove is drawn "
      "in 16ths: shade and height are velocity, a mark begins when it is played.");
  verb->add_option("in", options->in, "MIDI files, or one training run's folder")->required();
  verb->add_option("-o,--out", options->out, "The picture to write: .svg, or .png where rsvg-convert or cairosvg is installed")->required();
  verb->add_option("--map", options->map, "Drum map: roland, reduced or a JSON file")->capture_default_str();
  verb->add_option("--bars", options->bars, "Only so many bars from the start [default: all]");
  verb->add_option("--columns", options->columns, "How many grooves stand side by side; 0: as many as stay legible")->capture_default_str();
  verb->callback([options, &output] { run_plot(*options, output); });
}

}  // namespace musicvae::app
