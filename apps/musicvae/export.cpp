#include <fmt/core.h>

#include <memory>

#include "musicvae/file.hpp"
#include "musicvae/model/find_model.hpp"
#include "musicvae/model/model_file.hpp"
#include "verbs.hpp"

namespace musicvae::app {
namespace {

struct ExportOptions {
  std::string in;
  std::string out;
  std::string licence;
  bool half = false;
};

void run_export(const ExportOptions& options, const Output& output) {
  ModelFile file = ModelFile::read(find_model(options.in));
  if (!options.licence.empty()) file.licence = options.licence;
  const std::string bytes = file.serialize(options.half);
  write_file_atomically(options.out, bytes);
  output.result(
      fmt::format("{}: {:.1f} MB in {} precision", options.out, static_cast<double>(bytes.size()) / 1e6, options.half ? "half" : "single"),
      {{"file", options.out}, {"bytes", bytes.size()}, {"half", options.half}});
}

}  // namespace

void add_export(CLI::App& command, const Output& output) {
  const auto options = std::make_shared<ExportOptions>();
  CLI::App* verb = command.add_subcommand("export", "Rewrite a model file: in half precision, with its licence");
  verb->footer("Example: musicvae export run/model.safetensors --half --licence \"CC BY 4.0\" -o mine.safetensors");
  verb->add_option("in", options->in, "A shipped model's name, or a model file")->required();
  verb->add_option("-o,--out", options->out, "The model file to write")->required();
  verb->add_flag("--half", options->half, "Store the weights in 16 bits, which halves the size");
  verb->add_option("--licence", options->licence, "Licence of the weights, and credit for the data behind them");
  verb->callback([options, &output] { run_export(*options, output); });
}

}  // namespace musicvae::app
