#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "music_file.hpp"
#include "musicvae/error.hpp"
#include "musicvae/render/loss_curve.hpp"
#include "musicvae/render/music_svg.hpp"
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
  std::string music;  // the plural of a kind; empty: the first that each file has
  std::optional<int> bars;
  int columns = 0;
  bool infer_chords = false;
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

// The panels of a picture, and what is said of them.
struct Plotted {
  std::vector<render::Panel> panels;
  std::string text;
  nlohmann::ordered_json json;
};

template <class Value>
void add_file(Plotted& plotted, const PlotOptions& options, const MusicFile<Value>& file) {
  using Kind = MusicKind<Value>;
  double bars = 0.0;
  int count = 0;
  nlohmann::ordered_json stretches = nlohmann::ordered_json::array();
  for (const MusicPart<Value>& part : file.parts) {
    Value music = part.music.on_grid(part.meter);
    if (options.bars) {  // bars of the file, counted over all stretches
      const auto left = std::max<std::int64_t>(0, *options.bars - part.first_bar);
      if (left == 0) break;
      music = music.slice(0, static_cast<int>(std::min<std::int64_t>(music.steps(), left * part.meter.steps_per_bar())));
    }
    bars += music.bars();
    count += Kind::count(music);
    const std::string meter = fmt::format("{}/{}", part.meter.beats_per_bar, part.meter.beat_unit);
    stretches.push_back({{"bars", music.bars()}, {"first_bar", part.first_bar + 1}, {"meter", meter}});
    const std::string name = fs::path(file.path).stem().string();
    plotted.panels.push_back({std::move(music), file.parts.size() == 1 ? name : fmt::format("{}, {} of {}", name, part.bars(), meter)});
  }
  plotted.text +=
      fmt::format("{}: {:g} bars, {} {}; left out: {}{}\n", file.path, bars, count, Kind::kCounted, to_text(file.left_out), file.remarks());
  nlohmann::ordered_json entry = {
      {"from", file.path}, {"bars", bars}, {Kind::kCounted, count}, {"stretches", stretches}, {"left_out", to_json(file.left_out)}};
  entry.update(file.reading.json());
  plotted.json[std::string(Value::kPlural)].push_back(std::move(entry));
}

// Draws a file as the first kind of music that it has. A file without any is drawn as the first kind.
void add_any(Plotted& plotted, const PlotOptions& options, const std::string& in) {
  bool found = false;
  const auto try_kinds = [&](bool silent) {
    for_each_music([&]<class Value>() {
      const bool asked = options.music.empty() || options.music == Value::kPlural;
      const bool for_grooves = options.drum_options.given() && options.music.empty();
      if (found || !asked || (for_grooves && Value::kPlural != DrumSequence::kPlural)) return;
      const MusicFile<Value> file = read_stretches<Value>(in, {}, DrumMap::standard(), options.drum_options, options.infer_chords);
      if (file.count() == 0 && !silent) return;
      add_file(plotted, options, file);
      found = true;
    });
  };
  try_kinds(/*silent=*/false);
  if (!found) try_kinds(/*silent=*/true);
}

void plot_midi(const PlotOptions& options, const Output& output) {
  Plotted plotted;
  for (const std::string& in : options.in) add_any(plotted, options, in);
  render::write_picture(render::music_svg(plotted.panels, {.columns = options.columns}), options.out);
  nlohmann::ordered_json json = {{"file", options.out}};
  json.update(plotted.json);
  output.result(plotted.text + options.out, json);
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
      "in 16ths. Shade and height show the velocity, and the left edge of a mark is the time of the hit. A melody is a piano roll, and a "
      "trio has three lanes.");
  verb->add_option("in", options->in, "MIDI files, or one training run's folder")->required();
  verb->add_option("-o,--out", options->out, "The picture to write: .svg, or .png if rsvg-convert or cairosvg is installed")->required();
  options->drum_options.all_parts = false;
  options->drum_options.add_to(*verb, "standard");
  std::vector<std::string> kinds;
  for_each_music([&]<class Value>() { kinds.emplace_back(Value::kPlural); });
  verb->add_option("--music", options->music,
                   "Draw the files as this kind of music [default: grooves if a file has drums, otherwise melodies]")
      ->check(CLI::IsMember(kinds));
  verb->add_option("--bars", options->bars, "Number of bars to draw, from the start [default: all]");
  verb->add_option("--columns", options->columns, "Number of files per row; 0: as many as stay legible")->capture_default_str();
  verb->add_flag("--infer-chords", options->infer_chords, "Show the chords that the notes suggest, where a file has none of its own");
  verb->callback([options, &output] { run_plot(*options, output); });
}

}  // namespace musicvae::app
