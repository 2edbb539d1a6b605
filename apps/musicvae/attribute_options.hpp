// How far to go along which attributes, as `sample` and `move` take it on the command line.
#pragma once

#include <CLI/CLI.hpp>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "musicvae/engine/attributes.hpp"

namespace musicvae::app {

/// --density, --syncopation, --velocity, --swing, --fill, --style NAME and --attribute NAME=AMOUNT.
class AttributeOptions {
 public:
  /// Adds the options to a verb; `this` must outlive it.
  void add_to(CLI::App& verb);

  /// What was asked for; an amount of 0 too. Throws ArgumentError for an --attribute that is no NAME=AMOUNT, or one named twice.
  [[nodiscard]] Amounts amounts() const;

 private:
  Amounts features_;  // by name; those that were not given stay out
  std::string style_;
  std::vector<std::string> others_;
};

/// {"density": 1.0, ...}
[[nodiscard]] nlohmann::ordered_json to_json(const Amounts& amounts);

}  // namespace musicvae::app
