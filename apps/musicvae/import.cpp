// import: models that Magenta trained or published, and training begun there.
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <memory>
#include <optional>

#include "musicvae/error.hpp"
#include "musicvae/file.hpp"
#include "musicvae/interop/attribute_json.hpp"
#include "musicvae/interop/import_checkpoint.hpp"
#include "musicvae/model/config_file.hpp"
#include "musicvae/model/find_model.hpp"
#include "musicvae/model/named_configs.hpp"
#include "verbs.hpp"

namespace musicvae::app {
namespace {

struct ImportOptions {
  std::string in;
  std::string config;
  std::string config_file;
  std::string out;
  std::string run;
  std::string licence;
  std::string into;
};

// Attribute vectors of a web page, into a copy of a model.
void import_attributes(const ImportOptions& options, const Output& output) {
  ModelFile model = ModelFile::read(find_model(options.into));
  model.attributes = interop::read_attributes_json(options.in, model.config.latent);
  write_file_atomically(options.out, model.serialize());
  output.result(fmt::format("{}: {} with {} attribute vectors", options.out, options.into, model.attributes.size()),
                {{"file", options.out}, {"attributes", model.attributes.size()}});
}

void run_import(const ImportOptions& options, const Output& output) {
  std::optional<ModelConfig> config;
  if (!options.config.empty()) config = named_config(options.config);
  if (!options.config_file.empty()) config = read_config(options.config_file);
  interop::ImportedCheckpoint imported = interop::import_checkpoint(options.in, config);
  ModelFile& model = imported.model;
  if (!options.licence.empty()) model.licence = options.licence;
  std::string text = fmt::format("{}: {}, config {}", options.in, imported.format, model.config.name);
  nlohmann::ordered_json json = {{"from", options.in},
                                 {"format", imported.format},
                                 {"config", model.config.name},
                                 {"lacks", model.lacks},
                                 {"left_out", imported.left_out}};
  if (!model.lacks.empty()) text += fmt::format("\n  lacks {}, so the model decodes but cannot encode", fmt::join(model.lacks, ", "));
  if (!imported.left_out.empty()) text += fmt::format("\n  left out: {}", fmt::join(imported.left_out, ", "));
  if (!options.run.empty()) {
    const std::filesystem::path path = interop::write_run(imported, options.run);
    text += fmt::format("\n{}: step {}; musicvae train --resume goes on from it", path.string(), imported.training->step);
    json["checkpoint"] = path.string();
    json["step"] = imported.training->step;
  }
  if (!options.out.empty()) {
    const std::string bytes = model.serialize();
    write_file_atomically(options.out, bytes);
    text += fmt::format("\n{}: {:.1f} MB", options.out, static_cast<double>(bytes.size()) / 1e6);
    json["file"] = options.out;
  }
  output.result(text, json);
}

}  // namespace

void add_import(CLI::App& command, const Output& output) {
  const auto options = std::make_shared<ImportOptions>();
  CLI::App* verb = command.add_subcommand("import", "Convert a model of Magenta or magenta.js, or a training begun in Magenta");
  verb->footer(
      "Example: musicvae import groovae_4bar.tar -o model.safetensors\nReads TensorFlow checkpoints (their name, folder, .tar or .tar.gz) "
      "and the "
      "folders of magenta.js and deeplearn.js. With --run, musicvae train --resume --out RUN goes on where Magenta stopped.");
  verb->add_option("in", options->in, "The checkpoint, its folder or its .tar; a folder of magenta.js, or its config.json")->required();
  auto* config = verb->add_option("--config", options->config, "The model's config [default: the one that has tensors of these shapes]");
  verb->add_option("--config-file", options->config_file, "Your own config, a JSON file")->excludes(config);
  auto* out = verb->add_option("-o,--out", options->out, "The model file to write");
  auto* run = verb->add_option("--run", options->run, "Also, or only, write the training state to this new run folder");
  verb->add_option("--licence", options->licence, "Licence of the weights, and credit for the data behind them");
  auto* into = verb->add_option("--into", options->into, "Read attribute vectors from JSON instead, into a copy of this model");
  into->needs(out)->excludes(config)->excludes(run);
  verb->callback([options, out, run, &output] {
    if (out->count() == 0 && run->count() == 0) throw CLI::RequiredError("--out or --run");
    if (options->into.empty()) {
      run_import(*options, output);
    } else {
      import_attributes(*options, output);
    }
  });
}

}  // namespace musicvae::app
