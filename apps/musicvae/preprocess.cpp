#include <fmt/core.h>

#include <memory>

#include "musicvae/data/groove_dataset.hpp"
#include "report.hpp"
#include "verbs.hpp"

namespace musicvae::app {
namespace {

using namespace musicvae::data;

struct Options {
  std::string dataset;
  std::string out = "groove.mvds";
  std::string cut = "ours";
  std::string map = "roland";
  int bars = 4;
  int threads = 0;
};

nlohmann::ordered_json per_split(const WindowSet& set) {
  nlohmann::ordered_json json;
  for (std::size_t s = 0; s < kSplitNames.size(); ++s) json[std::string(kSplitNames[s])] = set.windows(static_cast<Split>(s)).size();
  return json;
}

// Hits on beat 1 of bar 1, a window: what a cut by seconds loses of the notes that were played a little early.
double downbeat_hits(const WindowSet& set) {
  double hits = 0;
  for (std::size_t w = 0; w < set.size(); ++w) {
    const std::span<const float> row = set.window(w).first(kDrums);
    hits += static_cast<double>(std::count(row.begin(), row.end(), 1.0F));
  }
  return set.size() == 0 ? 0.0 : hits / static_cast<double>(set.size());
}

void run(const Options& options, const Output& output) {
  const GrooveDataset dataset = GrooveDataset::open(options.dataset);
  PrepareOptions prepare_options{
      .converter = {.cut = cut_from_name(options.cut), .drum_map = drum_map_from(options.map), .bars = options.bars},
      .threads = options.threads};
  {
    Progress progress(output, "files");
    prepare_options.progress = [&](std::size_t done, std::size_t all) { progress(done, all); };
    prepare(dataset, prepare_options).write(options.out);
  }

  const WindowSet set = WindowSet::open(options.out);
  LeftOutCounts left_out;
  nlohmann::ordered_json files = nlohmann::ordered_json::array();
  for (const SourceFile& file : set.files()) {
    left_out += file.left_out;
    if (file.left_out.empty() && file.error.empty()) continue;
    files.push_back({{"path", file.path}, {"left_out", to_json(file.left_out)}});
    if (!file.error.empty()) files.back()["error"] = file.error;
  }
  const nlohmann::ordered_json splits = per_split(set);
  const double downbeats = downbeat_hits(set);
  output.result(fmt::format("{}: {} windows of {} steps from {} files (train {}, validation {}, test {}), {:.2f} hits on the first "
                            "downbeat of a window\nleft out: {}",
                            options.out, set.size(), set.steps(), set.files().size(), splits["train"].dump(), splits["validation"].dump(),
                            splits["test"].dump(), downbeats, to_text(left_out)),
                {{"file", options.out},
                 {"cut", options.cut},
                 {"windows", set.size()},
                 {"splits", splits},
                 {"steps", set.steps()},
                 {"files", set.files().size()},
                 {"downbeat_hits_per_window", downbeats},
                 {"left_out", to_json(left_out)},
                 {"files_with_left_out", files}});
}

}  // namespace

void add_preprocess(CLI::App& command, const Output& output) {
  const auto options = std::make_shared<Options>();
  CLI::App* verb = command.add_subcommand("preprocess", "Turn the Groove MIDI Dataset into a prepared dataset");
  verb->footer("Example: musicvae preprocess groove-v1.0.0-midionly.zip -o groove.mvds\nWhat each file lost, and why: --json.");
  verb->add_option("dataset", options->dataset, "The release's zip, or the folder it unpacks to")->required();
  verb->add_option("-o,--out", options->out, "The prepared dataset")->capture_default_str();
  verb->add_option("--cut", options->cut, "How windows are cut: ours, reference or reference-tfds")->capture_default_str();
  verb->add_option("--map", options->map, "Drum map: roland, reduced or a JSON file")->capture_default_str();
  verb->add_option("--bars", options->bars, "Bars of a window")->capture_default_str();
  verb->add_option("--threads", options->threads, "Threads; 0 is one for each core")->capture_default_str();
  verb->callback([options, &output] { run(*options, output); });
}

}  // namespace musicvae::app
