// The options of the verbs that run a model.
#pragma once

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>

#include "musicvae/precision.hpp"

namespace musicvae::app {

inline void add_model_option(CLI::App& verb, std::string& model) {
  verb.add_option("--model", model, "A shipped model's name, or a model file")->capture_default_str();
}

/// The precision of the encoder.
inline void add_precision_option(CLI::App& verb, Precision& precision) {
  verb.add_option_function<std::string>(
          "--precision", [&precision](const std::string& text) { precision = from_name<Precision>(text); },
          "Precision of the encoder's matrix products: fp32, bf16 (faster on some processors, mu differs by about 0.2 %), or auto: "
          "bf16 where it is faster")
      ->check(CLI::IsMember({"auto", "fp32", "bf16"}))
      ->default_str(std::string(name(precision)));
}

/// What is used without --map: the model's map and General MIDI's pitches as well, so that files from any program have hits.
inline constexpr const char* model_map = "the model's, completed with General MIDI";

inline void add_feel_temperature_option(CLI::App& verb, std::optional<float>& feel_temperature) {
  verb.add_option("--feel-temperature", feel_temperature,
                  "The same for velocities and timing, for a model with a feel head; 0: their means [default: 1, or 0 at temperature 0]");
}

inline void add_temperature_options(CLI::App& verb, float& temperature, std::optional<float>& feel_temperature) {
  verb.add_option("--temperature", temperature, "0: the most likely hits; 1: sampled with the model's probabilities; above 1: more random")
      ->capture_default_str();
  add_feel_temperature_option(verb, feel_temperature);
}

/// What the files of a folder of music are. It ends their names.
inline void add_format_option(CLI::App& verb, std::string& format) {
  verb.add_option("--format", format, "mid: MIDI files; json: NoteSequences for magenta.js")
      ->check(CLI::IsMember({"mid", "json"}))
      ->capture_default_str();
}

/// Refuses a number beyond 64 bits, which would otherwise be read as the largest one.
inline std::string is_seed(const std::string& text) {
  std::uint64_t seed = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
  return error == std::errc() && end == text.data() + text.size() ? "" : text + " is not a seed; use 0 to 18446744073709551615";
}

/// A seed with a fixed default.
inline void add_seed_option(CLI::App& verb, std::uint64_t& seed) {
  verb.add_option("--seed", seed, "Seed of everything random, such as the hits if the temperature is above 0")
      ->check(is_seed)
      ->capture_default_str();
}

/// A seed that is a new one in each call if none is given.
inline void add_seed_option(CLI::App& verb, std::optional<std::uint64_t>& seed) {
  verb.add_option("--seed", seed, "The same seed gives the same grooves [default: a new seed, which is printed]")->check(is_seed);
}

}  // namespace musicvae::app
