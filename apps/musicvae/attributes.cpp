// attributes: finds a model's attributes in a dataset. attribute-effects: measures them. shift-attributes: moves music along them.
#include "musicvae/latent/attributes.hpp"

#include <fmt/core.h>

#include <memory>
#include <optional>

#include "attribute_options.hpp"
#include "model_options.hpp"
#include "music_file.hpp"
#include "musicvae/data/groove_dataset.hpp"
#include "musicvae/file.hpp"
#include "musicvae/latent/attribute_effects.hpp"
#include "musicvae/latent/latent_table.hpp"
#include "musicvae/model/find_model.hpp"
#include "musicvae/model/model_file.hpp"
#include "musicvae/render/attribute_effects_svg.hpp"
#include "musicvae/render/picture.hpp"
#include "report.hpp"
#include "verbs.hpp"

namespace musicvae::app {
namespace {

struct AttributesOptions {
  std::string model;
  std::string data;
  std::string out;
  std::string split;
  bool half = false;
};

struct ShiftOptions {
  std::string in;
  std::string out;
  std::string model = default_model();
  DrumOptions drum_options;
  float temperature = 0.0F;
  std::optional<float> feel_temperature;
  std::uint64_t seed = 0;
  AttributeOptions attributes;
};

struct EffectsOptions {
  std::string model = default_model();
  std::string out;
  int samples = 256;
  float amount = 1.0F;
  float temperature = 1.0F;
  std::uint64_t seed = 0;
};

void run_attributes(const AttributesOptions& options, const Output& output) {
  ModelFile file = ModelFile::read(find_model(options.model));
  const data::PrepareOptions prepare{.converter = data::converter_for(file.config)};
  data::WindowSet windows = data::open_windows(options.data, prepare);
  if (!options.split.empty()) {
    windows =
        windows.where([split = from_name<data::Split>(options.split)](const data::SourceFile& source) { return source.split == split; });
  }
  {
    Progress progress(output, "windows");
    LatentSpace space =
        latent_space_of(MusicVae(file), windows, {.progress = [&](std::size_t done, std::size_t all) { progress(done, all); }});
    file.attributes = std::move(space.attributes);
    file.prior = std::move(space.prior);
  }
  write_file_atomically(options.out, file.serialize(options.half));
  std::string text = fmt::format("{}: {} attributes and the prior from {} windows\n{}", options.out, file.attributes.size(), windows.size(),
                                 attribute_table(file.attributes));
  nlohmann::ordered_json flat = nlohmann::ordered_json::array();
  with_music(file.config, [&]<class Value>() {
    for (const Feature<Value>& feature : kFeatures<Value>) {
      if (file.attributes.contains(feature.name)) continue;
      text += fmt::format("\n  {}: left out, because all windows have the same value", feature.name);
      flat.push_back(feature.name);
    }
  });
  output.result(text,
                {{"file", options.out}, {"windows", windows.size()}, {"attributes", attributes_json(file.attributes)}, {"left_out", flat}});
}

template <class Value>
void shift_file(const ShiftOptions& options, const ModelFile& file, const Output& output) {
  const Amounts amounts = options.attributes.amounts();
  Sampler sampler{MusicVae(file)};
  const MusicFile<Value> in = read_music<Value>(options.in, sampler.model(), options.drum_options);
  const MusicPart<Value>& part = in.parts.front();
  const Value result =
      shift_attributes(sampler, part.music, file.attributes, amounts,
                       {.temperature = options.temperature, .seed = options.seed, .feel_temperature = options.feel_temperature});
  write_music(result, in, part.start, options.out);
  std::string text = fmt::format("{}: {:g} bars", options.out, result.bars());
  nlohmann::ordered_json before = nlohmann::ordered_json::object();
  nlohmann::ordered_json after = nlohmann::ordered_json::object();
  for (const Feature<Value>& feature : kFeatures<Value>) {
    before[feature.name] = feature.value(part.music);
    after[feature.name] = feature.value(result);
    text += fmt::format("\n  {:16} {:8.3f} -> {:8.3f}", feature.name, feature.value(part.music), feature.value(result));
  }
  text += in.remarks(part);
  nlohmann::ordered_json json = {
      {"file", options.out}, {"bars", result.bars()}, {"from_bars", part.bars()},        {"amounts", to_json(amounts)},
      {"before", before},    {"after", after},        {"left_out", to_json(in.left_out)}};
  json.update(in.reading.json());
  output.result(text, json);
}

void run_shift_attributes(const ShiftOptions& options, const Output& output) {
  const ModelFile file = ModelFile::read(find_model(options.model));
  with_music(file.config, [&]<class Value>() { shift_file<Value>(options, file, output); });
}

void run_attribute_effects(const EffectsOptions& options, const Output& output) {
  const ModelFile file = ModelFile::read(find_model(options.model));
  Sampler sampler{MusicVae(file)};
  const AttributeEffects effects = attribute_effects(
      sampler, file.attributes,
      {.samples = options.samples, .amount = options.amount, .decode = {.temperature = options.temperature, .seed = options.seed}});
  if (!options.out.empty()) render::write_picture(render::attribute_effects_svg(effects), options.out);
  const std::size_t n = effects.names.size();
  std::string text =
      fmt::format("{}: {} samples, shifted by {:g}; 1 is the distance from the lowest quarter of the data to the highest\n{:16}",
                  options.model, effects.samples, effects.amount, "shifted");
  for (const std::string& name : effects.names) text += fmt::format(" {:>17}", name);
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < n; ++i) {
    text += fmt::format("\n{:16}", effects.names[i]);
    for (std::size_t j = 0; j < n; ++j) {
      const double down = effects.change(effects.down, i, j);
      const double up = effects.change(effects.up, i, j);
      text += fmt::format("    {:+6.2f} {:+6.2f}", down, up);
      rows.push_back({{"shifted", effects.names[i]},
                      {"measured", effects.names[j]},
                      {"down", effects.down[i * n + j]},
                      {"plain", effects.plain[j]},
                      {"up", effects.up[i * n + j]},
                      {"change_down", down},
                      {"change_up", up}});
    }
  }
  if (!options.out.empty()) text += "\n" + options.out;
  nlohmann::ordered_json json = {
      {"model", options.model}, {"samples", effects.samples}, {"amount", effects.amount}, {"seed", options.seed}, {"effects", rows}};
  if (!options.out.empty()) json["file"] = options.out;
  output.result(text, json);
}

}  // namespace

void add_attributes(CLI::App& command, const Output& output) {
  const auto options = std::make_shared<AttributesOptions>();
  CLI::App* verb = command.add_subcommand(
      "attributes", "Learn attributes, such as density or style:funk, and a prior from a dataset, and write a model that has them");
  verb->footer(
      "Example: musicvae attributes groove --data groove.mvds -o mine.safetensors\n`musicvae sample` and `musicvae shift-attributes` then "
      "take "
      "--density 1 or --attribute style:funk=1. The new prior samples where the grooves of the data lie.");
  verb->add_option("model", options->model, "A shipped model's name, or a model file")->capture_default_str();
  verb->add_option("--data", options->data, "A prepared dataset, or any input of musicvae preprocess")->required();
  verb->add_option("-o,--out", options->out, "The model file to write")->required();
  verb->add_option("--split", options->split, "Use only this split: train, validation or test [default: all windows]");
  verb->add_flag("--half", options->half, "Store the weights in 16 bits, which halves the size");
  verb->callback([options, &output] { run_attributes(*options, output); });
}

void add_attribute_effects(CLI::App& command, const Output& output) {
  const auto options = std::make_shared<EffectsOptions>();
  CLI::App* verb = command.add_subcommand("attribute-effects", "Measure what a shift along each attribute of a model changes");
  verb->footer(
      "Example: musicvae attribute-effects groove -n 256 --seed 7 -o effects.svg\nSamples the model, shifts the samples down and up along "
      "each "
      "attribute, and measures all of them: docs/latent-space.md.");
  verb->add_option("model", options->model, "A shipped model's name, or a model file with attributes")->capture_default_str();
  verb->add_option("-o,--out", options->out, "A picture of the table: .svg, or .png if rsvg-convert or cairosvg is installed");
  verb->add_option("-n", options->samples, "Number of samples")->capture_default_str();
  verb->add_option("--amount", options->amount,
                   "How far to shift, up to 4; 1 is the distance from the lowest quarter of the data to the highest")
      ->capture_default_str();
  verb->add_option("--temperature", options->temperature, "0: the likeliest music; 1: sampled with the model's probabilities")
      ->capture_default_str();
  add_seed_option(*verb, options->seed);
  verb->callback([options, &output] { run_attribute_effects(*options, output); });
}

void add_shift_attributes(CLI::App& command, const Output& output) {
  const auto options = std::make_shared<ShiftOptions>();
  CLI::App* verb =
      command.add_subcommand("shift-attributes", "Change the attributes of a groove or other music: denser, more swing, more funk");
  verb->footer(
      "Example: musicvae shift-attributes in.mid --density 1 --swing -0.5 --attribute style:funk=1 -o out.mid\n"
      "The model needs attributes. The model groove has them; musicvae attributes adds them to another model.\nA long file is processed "
      "window by window.");
  verb->add_option("in", options->in, "A MIDI file in 4/4")->required();
  verb->add_option("-o,--out", options->out, "The MIDI file to write")->required();
  options->attributes.add_to(*verb);
  add_model_option(*verb, options->model);
  options->drum_options.add_to(*verb, model_map);
  add_temperature_options(*verb, options->temperature, options->feel_temperature);
  add_seed_option(*verb, options->seed);
  verb->callback([options, &output] { run_shift_attributes(*options, output); });
}

}  // namespace musicvae::app
