// attributes: finds a model's attributes in a dataset. move: moves a groove along them.
#include "musicvae/latent/attributes.hpp"

#include <fmt/core.h>

#include <memory>
#include <optional>

#include "attribute_options.hpp"
#include "groove_file.hpp"
#include "model_options.hpp"
#include "musicvae/data/groove_dataset.hpp"
#include "musicvae/file.hpp"
#include "musicvae/latent/latent_table.hpp"
#include "musicvae/model/find_model.hpp"
#include "musicvae/model/model_file.hpp"
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
  for (const FeatureAttribute& feature : kFeatureAttributes) {
    if (file.attributes.contains(feature.name)) continue;
    text += fmt::format("\n  {}: left out, because all windows have the same value", feature.name);
    flat.push_back(feature.name);
  }
  output.result(text,
                {{"file", options.out}, {"windows", windows.size()}, {"attributes", attributes_json(file.attributes)}, {"left_out", flat}});
}

void run_shift_attributes(const ShiftOptions& options, const Output& output) {
  const Amounts amounts = options.attributes.amounts();
  const ModelFile file = ModelFile::read(find_model(options.model));
  Sampler sampler{MusicVae(file)};
  const GrooveFile in = read_groove(options.in, sampler.model(), options.drum_options);
  const GroovePart& part = in.parts.front();
  const DrumSequence result =
      shift_attributes(sampler, part.groove, file.attributes, amounts,
                       {.temperature = options.temperature, .seed = options.seed, .feel_temperature = options.feel_temperature});
  write_groove(result, in, part.start, options.out);
  std::string text = fmt::format("{}: {:g} bars", options.out, result.bars());
  nlohmann::ordered_json before;
  nlohmann::ordered_json after;
  for (const FeatureAttribute& feature : kFeatureAttributes) {
    before[feature.name] = feature.value(part.groove);
    after[feature.name] = feature.value(result);
    text += fmt::format("\n  {:12} {:8.3f} -> {:8.3f}", feature.name, feature.value(part.groove), feature.value(result));
  }
  text += in.remarks(part);
  output.result(text, {{"file", options.out},
                       {"bars", result.bars()},
                       {"from_bars", part.bars()},
                       {"amounts", to_json(amounts)},
                       {"before", before},
                       {"after", after},
                       {"guessed_drums", in.guessed()},
                       {"left_out", to_json(in.left_out)}});
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

void add_shift_attributes(CLI::App& command, const Output& output) {
  const auto options = std::make_shared<ShiftOptions>();
  CLI::App* verb = command.add_subcommand("shift-attributes", "Change the attributes of a groove: denser, more swing, more funk");
  verb->footer(
      "Example: musicvae shift-attributes in.mid --density 1 --swing -0.5 --attribute style:funk=1 -o out.mid\n"
      "The model needs attributes. The model groove has them; musicvae attributes adds them to another model.\nA long groove is processed "
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
