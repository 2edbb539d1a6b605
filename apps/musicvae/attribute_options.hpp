// The options of `sample` and `shift-attributes` that set how far to go along which attributes.
#pragma once

#include <CLI/CLI.hpp>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "musicvae/latent/attributes.hpp"

namespace musicvae::app {

/// An option for each feature of any kind of music (--density, --swing, --syncopation-8th, ...), --style NAME and --attribute NAME=AMOUNT.
class AttributeOptions {
 public:
  /// Adds the options to a verb; `this` must outlive it.
  void add_to(CLI::App& verb);

  /// The amounts that were given, including those of 0. Throws ArgumentError for an --attribute that is not NAME=AMOUNT, or one given
  /// twice.
  [[nodiscard]] Amounts amounts() const;

 private:
  Amounts features_;  // by name; contains only those that were given
  std::string style_;
  std::vector<std::string> others_;
};

/// {"density": 1.0, ...}
[[nodiscard]] nlohmann::ordered_json to_json(const Amounts& amounts);

}  // namespace musicvae::app
