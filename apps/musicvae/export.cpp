#include <fmt/core.h>
#include <fmt/ranges.h>

#include <array>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "musicvae/enum_names.hpp"
#include "musicvae/error.hpp"
#include "musicvae/file.hpp"
#include "musicvae/interop/attribute_json.hpp"
#include "musicvae/interop/import_checkpoint.hpp"
#include "musicvae/interop/magenta_js.hpp"
#include "musicvae/model/find_model.hpp"
#include "musicvae/model/model_file.hpp"
#include "verbs.hpp"

namespace musicvae::app {

/// What `export` writes.
enum class ExportFormat { model, tensorflow, magenta_js, attributes };

}  // namespace musicvae::app

namespace musicvae {

template <>
struct EnumNames<app::ExportFormat> {
  static constexpr std::array<std::string_view, 4> names = {"model", "tensorflow", "magenta-js", "attributes"};
  static constexpr std::string_view what = "format";
};

}  // namespace musicvae

namespace musicvae::app {
namespace {

struct ExportOptions {
  std::string in;
  std::string out;
  std::string licence;
  std::string to = "model";
  std::string precision = "float32";
  bool half = false;
};

void export_model(const ModelFile& file, const ExportOptions& options, const Output& output) {
  const std::string bytes = file.serialize(options.half);
  write_file_atomically(options.out, bytes);
  output.result(
      fmt::format("{}: {:.1f} MB in {} precision", options.out, static_cast<double>(bytes.size()) / 1e6, options.half ? "half" : "single"),
      {{"file", options.out}, {"bytes", bytes.size()}, {"half", options.half}});
}

// A training checkpoint is written with its training state.
void export_tensorflow(const std::filesystem::path& path, const ModelFile& file, const ExportOptions& options, const Output& output) {
  const SafetensorsFile in = SafetensorsFile::read(path);
  const auto entry = nlohmann::ordered_json::parse(in.view().metadata.at("musicvae"));
  const bool training = entry.value("kind", "") == "checkpoint";
  if (training) {
    interop::export_tensorflow(options.out, train::Checkpoint::from(in.view(), path));
  } else {
    interop::export_tensorflow(options.out, file);
  }
  output.result(
      fmt::format("{}: TensorFlow checkpoint of config {}{}", options.out, file.config.name, training ? ", with the training state" : ""),
      {{"checkpoint", options.out}, {"config", file.config.name}, {"training", training}});
}

void export_magenta_js(const ModelFile& file, const ExportOptions& options, const Output& output) {
  const std::size_t bytes = interop::write_magenta_js(options.out, file, from_name<interop::JsPrecision>(options.precision));
  // A page has no place for these.
  std::vector<std::string> left_out;
  if (!file.prior.empty()) left_out.emplace_back("the learned prior, so that a page samples from a standard normal");
  if (!file.attributes.empty()) left_out.emplace_back("the attribute vectors, which --to attributes writes");
  output.result(fmt::format("{}: folder for magenta.js, {:.1f} MB in {}{}{}", options.out, static_cast<double>(bytes) / 1e6,
                            options.precision, left_out.empty() ? "" : "\n  left out: ", fmt::join(left_out, "; ")),
                {{"folder", options.out}, {"bytes", bytes}, {"precision", options.precision}, {"left_out", left_out}});
}

void export_attributes(const ModelFile& file, const ExportOptions& options, const Output& output) {
  if (file.attributes.empty()) throw ModelError(options.in + ": has no attributes; musicvae attributes finds them in a dataset");
  write_file_atomically(options.out, interop::attributes_json(file.attributes));
  output.result(fmt::format("{}: {} attribute vectors of {} numbers", options.out, file.attributes.size(), file.config.latent),
                {{"file", options.out}, {"attributes", file.attributes.size()}, {"latent", file.config.latent}});
}

void run_export(const ExportOptions& options, const Output& output) {
  const auto format = from_name<ExportFormat>(options.to);
  const std::filesystem::path path = find_model(options.in);
  ModelFile file = ModelFile::read(path);
  if (!options.licence.empty()) file.licence = options.licence;
  if (format == ExportFormat::model) export_model(file, options, output);
  if (format == ExportFormat::tensorflow) export_tensorflow(path, file, options, output);
  if (format == ExportFormat::attributes) export_attributes(file, options, output);
  if (format == ExportFormat::magenta_js) export_magenta_js(file, options, output);
}

}  // namespace

void add_export(CLI::App& command, const Output& output) {
  const auto options = std::make_shared<ExportOptions>();
  CLI::App* verb = command.add_subcommand("export", "Rewrite a model: in half precision, with its licence, for TensorFlow or magenta.js");
  verb->footer(
      "Example: musicvae export run/model.safetensors --half --licence \"CC BY 4.0\" -o mine.safetensors\n"
      "         musicvae export run/model.safetensors --to tensorflow -o magenta/model.ckpt-2\n"
      "         musicvae export run/model.safetensors --to magenta-js --precision uint16 -o page/model");
  verb->add_option("in", options->in, "A shipped model's name, or a model file")->required();
  verb->add_option(
          "-o,--out", options->out,
          "The model file to write; the name of a TensorFlow checkpoint (NAME.index, NAME.data-...); a folder for magenta.js; a JSON file")
      ->required();
  verb->add_option("--to", options->to,
                   "model (a model file), tensorflow (a checkpoint for Magenta), magenta-js (a folder for a web page) or attributes (the "
                   "model's attribute "
                   "vectors as JSON, for a web page)")
      ->capture_default_str();
  auto* half = verb->add_flag("--half", options->half, "Of a model file: store the weights in 16 bits, which halves the size");
  verb->add_option("--precision", options->precision, "Of a magenta-js folder: float32, float16, uint16 or uint8")
      ->excludes(half)
      ->capture_default_str();
  verb->add_option("--licence", options->licence, "Licence of the weights, and credit for the data behind them");
  verb->callback([options, &output] { run_export(*options, output); });
}

}  // namespace musicvae::app
