// How the verbs that cut files into windows let the user choose the windows.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "musicvae/data/file_converter.hpp"
#include "musicvae/model/config.hpp"
#include "musicvae/model/immutable.hpp"

namespace musicvae::app {

/// --config, or --cut, --classes and --bars; and --map and --drum-channel. An option that would have no effect is refused.
class WindowOptions {
 public:
  /// Adds the options to a verb and returns them.
  std::vector<CLI::Option*> add_to(CLI::App& verb);

  /// The named config; empty: none, so the windows are those of grooves.
  [[nodiscard]] const std::string& config_name() const { return config_; }
  /// The named config. Throws ConfigError for an unknown one.
  [[nodiscard]] std::optional<ModelConfig> config() const;
  /// The converter. Throws ArgumentError or ConfigError for what does not fit the config.
  [[nodiscard]] Immutable<data::FileConverter> converter() const;

 private:
  // Empty: not given.
  std::string config_;
  std::string cut_;
  std::string map_;
  std::string channel_;
  std::string classes_ = "nine";
  int bars_ = 4;
};

}  // namespace musicvae::app
