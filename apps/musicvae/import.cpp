// import: models that Magenta trained or published, and training begun there.
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <memory>
#include <optional>

#include "musicvae/error.hpp"
#include "musicvae/file.hpp"
#include "musicvae/interop/import_checkpoint.hpp"
#include "musicvae/model/config_file.hpp"
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
};

// Writes the training checkpoint, from which `musicvae train --resume` goes on.
std::filesystem::path write_run(const interop::ImportedCheckpoint& imported, const ImportOptions& options) {
  if (!imported.training) {
    throw ModelError(options.in +
                     ": has no training to go on from (global_step, and Adam's moments of every tensor); leave out --run, and " +
                     "train --init MODEL starts from the weights");
  }
  make_folder(options.run);
  if (const auto old = train::checkpoints_in(options.run); !old.empty()) {
    throw ArgumentError(options.run + ": contains a run already (" + old.back().filename().string() + "); name another folder");
  }
  std::filesystem::path path = train::checkpoint_path(options.run, imported.training->step);
  write_file_atomically(path, imported.training->serialize());
  return path;
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
    const std::filesystem::path path = write_run(imported, options);
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
      "Example: musicvae import groovae_4bar.tar -o model.safetensors\nReads TensorFlow checkpoints (their name, folder or .tar) and the "
      "folders of magenta.js and deeplearn.js. With --run, musicvae train --resume --out RUN goes on where Magenta stopped.");
  verb->add_option("in", options->in, "The checkpoint, its folder or its .tar; a folder of magenta.js, or its config.json")->required();
  auto* config = verb->add_option("--config", options->config, "The model's config [default: the one that has tensors of these shapes]");
  verb->add_option("--config-file", options->config_file, "Your own config, a JSON file")->excludes(config);
  auto* out = verb->add_option("-o,--out", options->out, "The model file to write");
  auto* run = verb->add_option("--run", options->run, "Also, or only, write the training state to this new run folder");
  verb->add_option("--licence", options->licence, "Licence of the weights, and credit for the data behind them");
  verb->callback([options, out, run, &output] {
    if (out->count() == 0 && run->count() == 0) throw CLI::RequiredError("--out or --run");
    run_import(*options, output);
  });
}

}  // namespace musicvae::app
