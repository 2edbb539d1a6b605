// configs: lists the named configs with their sizes, prints one of them as JSON, or checks a user's own.
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "model/json.hpp"
#include "musicvae/model/config_file.hpp"
#include "musicvae/model/named_configs.hpp"
#include "verbs.hpp"

namespace musicvae::app {
namespace {

constexpr const char* kRow = "{:<46} {:>4} {:>11} {:<28} {:<15} {:>4} {:<10} {:<14} {}\n";

struct ConfigsOptions {
  std::string name;
  std::string file;
};

std::string line(const ModelConfig& config) {
  const nlohmann::ordered_json row = config_summary(config);
  const std::string conductor =
      config.conductor ? fmt::format("{} x {}", config.conductor->segments, fmt::join(config.conductor->units, "+")) : "-";
  return fmt::format(kRow, config.name, row["bars"].dump().substr(0, row["bars"].dump().find(".0")), row["parameters"].get<std::int64_t>(),
                     row["input"].get<std::string>(), row["output"].get<std::string>(), config.latent,
                     fmt::format("{}", fmt::join(config.encoder.units, "+")), conductor,
                     fmt::format("{}", fmt::join(config.decoder.units, "+")));
}

void run_configs(const ConfigsOptions& options, const Output& output) {
  std::vector<ModelConfig> configs = named_configs();
  if (!options.file.empty()) configs = {read_config(options.file)};
  if (!options.name.empty()) {
    const nlohmann::ordered_json json = to_json(named_config(options.name));
    output.result(json.dump(2), json);
    return;
  }
  std::string text = fmt::format("{:<46} {:>4} {:>11} {:<28} {:<15} {:>4} {:<10} {:<13} {}\n", "config", "bars", "parameters", "input",
                                 "output", "z", "encoder", "conductor", "decoder");
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const ModelConfig& config : configs) {
    text += line(config);
    rows.push_back(config_summary(config));
  }
  text.pop_back();
  output.result(text, {{"configs", rows}});
}

}  // namespace

void add_configs(CLI::App& command, const Output& output) {
  const auto options = std::make_shared<ConfigsOptions>();
  CLI::App* verb = command.add_subcommand("configs", "List the named configs, or print one as JSON");
  verb->footer(
      "Example: musicvae configs\n         musicvae configs groovae_4bar > my.json\n         musicvae configs --config-file my.json\n"
      "The second command prints a config to edit. The third one checks it, and prints what is wrong or its size. musicvae train "
      "--config-file takes it.");
  CLI::Option* name = verb->add_option("name", options->name, "A named config to print as JSON");
  verb->add_option("--config-file", options->file, "Your own config to check")->excludes(name);
  verb->callback([options, &output] { run_configs(*options, output); });
}

}  // namespace musicvae::app
