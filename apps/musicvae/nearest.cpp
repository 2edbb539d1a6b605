#include "musicvae/latent/nearest.hpp"

#include <fmt/core.h>

#include <memory>

#include "model_options.hpp"
#include "music_file.hpp"
#include "musicvae/data/groove_dataset.hpp"
#include "musicvae/latent/latent_table.hpp"
#include "musicvae/model/find_model.hpp"
#include "verbs.hpp"

namespace musicvae::app {
namespace {

struct NearestOptions {
  std::string in;
  std::string data;
  std::string model = default_model();
  DrumOptions drum_options;
  int k = 5;
  Precision precision = Precision::fp32;
};

template <class Value>
void find_nearest(const NearestOptions& options, const MusicVae& model, const Output& output) {
  const MusicFile<Value> in = read_music<Value>(options.in, model, options.drum_options);
  const MusicPart<Value> window = first_window(in, model);
  const std::vector<float> mu = model.encode(window.music, {}, options.precision).mu;
  const data::PrepareOptions prepare{.converter = data::converter_for(model.config())};
  const data::WindowSet windows = data::open_windows(options.data, prepare);
  const std::vector<float> table = [&] {
    Progress progress(output, "windows");
    return latent_table(model, windows,
                        {.precision = options.precision, .progress = [&](std::size_t done, std::size_t all) { progress(done, all); }});
  }();
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  std::string text = fmt::format("{:>8}  {:>4}  {:12}  file", "distance", "bar", "style");
  for (const Neighbour& neighbour : nearest(table, mu, options.k)) {
    const data::SourceFile& file = windows.file(neighbour.row);
    const std::int64_t bar = windows.bar(neighbour.row);
    text += fmt::format("\n{:8.3f}  {:4}  {:12}  {}", neighbour.distance, bar, data::primary_style(file.style), file.path);
    rows.push_back({{"file", file.path}, {"bar", bar}, {"style", file.style}, {"distance", neighbour.distance}});
  }
  text += in.remarks(window);
  nlohmann::ordered_json json = {
      {"like", options.in}, {"bars", window.bars()}, {"data", options.data}, {"windows", windows.size()}, {"nearest", rows}};
  json.update(in.reading.json());
  output.result(text, json);
}

void run_nearest(const NearestOptions& options, const Output& output) {
  const MusicVae model = MusicVae::load(find_model(options.model));
  with_music(model.config(), [&]<class Value>() { find_nearest<Value>(options, model, output); });
}

}  // namespace

void add_nearest(CLI::App& command, const Output& output) {
  const auto options = std::make_shared<NearestOptions>();
  CLI::App* verb = command.add_subcommand("nearest", "Find the windows of a dataset that are most similar to a groove or other music");
  verb->footer(
      "Example: musicvae nearest in.mid --data groove.mvds -k 5\nCompares the file's first window by Euclidean distance between mu. bar is "
      "the bar of its file, counted from 0, at which a window begins.");
  verb->add_option("in", options->in, "A MIDI file in 4/4")->required();
  verb->add_option("--data", options->data, "A prepared dataset, or any input of musicvae preprocess")->required();
  verb->add_option("-k", options->k, "Number of windows")->capture_default_str();
  add_model_option(*verb, options->model);
  add_precision_option(*verb, options->precision);
  options->drum_options.add_to(*verb, model_map);
  verb->callback([options, &output] { run_nearest(*options, output); });
}

}  // namespace musicvae::app
