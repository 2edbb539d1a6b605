#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "groove_file.hpp"
#include "musicvae/error.hpp"
#include "musicvae/render/drum_svg.hpp"
#include "musicvae/render/loss_curve.hpp"
#include "musicvae/render/picture.hpp"
#include "report.hpp"
#include "verbs.hpp"

namespace musicvae::app {
namespace {

namespace fs = std::filesystem;

struct PlotOptions {
  std::vector<std::string> in;
  std::string out;
  DrumOptions drum_options;
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

void plot_midi(const PlotOptions& options, const Output& output) {
  std::vector<render::Panel> panels;
  nlohmann::ordered_json grooves = nlohmann::ordered_json::array();
  std::string text;
  for (const std::string& in : options.in) {
    const GrooveFile file = read_stretches(in, {}, DrumMap::standard(), options.drum_options);
    double bars = 0.0;
    int hits = 0;
    nlohmann::ordered_json stretches = nlohmann::ordered_json::array();
    for (const GroovePart& part : file.parts) {
      DrumSequence sequence = part.groove.on_grid(part.meter);
      if (options.bars) {  // bars of the file, counted over all stretches
        const auto left = std::max<std::int64_t>(0, *options.bars - part.first_bar);
        if (left == 0) break;
        sequence = sequence.slice(0, static_cast<int>(std::min<std::int64_t>(sequence.steps(), left * part.meter.steps_per_bar())));
      }
      bars += sequence.bars();
      hits += sequence.hits();
      const std::string meter = fmt::format("{}/{}", part.meter.beats_per_bar, part.meter.beat_unit);
      stretches.push_back({{"bars", sequence.bars()}, {"first_bar", part.first_bar + 1}, {"meter", meter}});
      const std::string name = fs::path(in).stem().string();
      panels.push_back({std::move(sequence), file.parts.size() == 1 ? name : fmt::format("{}, {} of {}", name, part.bars(), meter)});
    }
    text += fmt::format("{}: {:g} bars, {} hits; left out: {}{}\n", in, bars, hits, to_text(file.left_out), file.remarks());
    grooves.push_back({{"from", in},
                       {"bars", bars},
                       {"hits", hits},
                       {"stretches", stretches},
                       {"guessed_drums", file.guessed()},
                       {"left_out", to_json(file.left_out)}});
  }
  render::write_picture(render::drum_svg(panels, {.columns = options.columns}), options.out);
  output.result(text + options.out, {{"file", options.out}, {"grooves", grooves}});
}

void run_plot(const PlotOptions& options, const Output& output) {
  if (options.bars && (*options.bars < 1 || *options.bars > render::kMaxPictureSteps))
    throw ArgumentError(fmt::format("plot: {} bars; use 1 to {}", *options.bars, render::kMaxPictureSteps));
  const auto runs = std::count_if(options.in.begin(), options.in.end(), is_run);
  if (runs == 0) return plot_midi(options, output);
  if (options.in.size() > 1) throw ArgumentError("plot: a training run cannot be drawn with other files; name it alone");
  plot_run(options, output);
}

}  // namespace

void add_plot(CLI::App& command, const Output& output) {
  const auto options = std::make_shared<PlotOptions>();
  CLI::App* verb = command.add_subcommand("plot", "Draw MIDI files or a training run's loss as an SVG or PNG picture");
  verb->footer(
      "Example: musicvae plot out/groove_0.mid out/groove_1.mid -o grooves.svg\n         musicvae plot run -o loss.svg\nA groove is drawn "
      "in 16ths. Shade and height show the velocity, and the left edge of a mark is the time of the hit.");
  verb->add_option("in", options->in, "MIDI files, or one training run's folder")->required();
  verb->add_option("-o,--out", options->out, "The picture to write: .svg, or .png if rsvg-convert or cairosvg is installed")->required();
  options->drum_options.add_to(*verb, "standard");
  verb->add_option("--bars", options->bars, "Number of bars to draw, from the start [default: all]");
  verb->add_option("--columns", options->columns, "Number of grooves per row; 0: as many as stay legible")->capture_default_str();
  verb->callback([options, &output] { run_plot(*options, output); });
}

}  // namespace musicvae::app
