// One call from JavaScript: a request in, a reply out. Numbers that a program may have many of, such as the cells of grooves, are floats
// beside the JSON.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "musicvae/engine/sampler.hpp"
#include "musicvae/error.hpp"
#include "musicvae/latent/attributes.hpp"
#include "musicvae/model/any_music.hpp"
#include "musicvae/model/model_file.hpp"
#include "musicvae/sequence/chord_sequence.hpp"

namespace musicvae::js {

/// Numbers of one cell in the floats of a request or a reply: hit, velocity and offset.
inline constexpr std::size_t kCellNumbers = 3;

/// A model that JavaScript holds.
struct Model {
  explicit Model(const ModelFile& file) : attributes(file.attributes), licence(file.licence), sampler(MusicVae(file)) {}
  Attributes attributes;
  std::string licence;
  Sampler sampler;
};

/// What JavaScript asks for.
struct Request {
  nlohmann::json options;            ///< "verb", and the options of the verb
  std::span<const float> floats;     ///< grooves, latent points
  std::span<const std::byte> bytes;  ///< of a MIDI file

  /// The number, text or list called `name`. Throws ArgumentError for a value of another type.
  [[nodiscard]] std::optional<double> number(const char* name) const;
  [[nodiscard]] std::optional<std::string> text(const char* name) const;
  [[nodiscard]] std::vector<int> integers(const char* name) const;
  /// A whole number. Throws ArgumentError for a fraction, or one that is no int.
  [[nodiscard]] std::optional<int> integer(const char* name) const;
  /// A whole number from 0 to 2^64 - 1, which JavaScript sends as text. 0 if it is absent.
  [[nodiscard]] std::uint64_t whole(const char* name) const;
  /// The options temperature, feelTemperature, seed, first, bars and chords.
  [[nodiscard]] DecodeOptions decode(const Model& model) const;
  /// The option chords: symbols in a list or in one text, which read_chords() reads.
  [[nodiscard]] ChordSequence chords(const Grid& grid) const;
  /// The option attributes: amounts by name.
  [[nodiscard]] Amounts amounts() const;
  /// The values in `floats`: grooves, melodies, trios or tracks, as the option music says. The option steps has the number of steps of
  /// each, valueChords its chords (one name per step, or null), and for tracks the option tracks what is not in the floats. Throws
  /// ArgumentError for another kind of music.
  template <MusicValue Value>
  [[nodiscard]] std::vector<Value> values() const;
  /// The only one of them, or the first.
  template <MusicValue Value>
  [[nodiscard]] Value value() const {
    std::vector<Value> given = values<Value>();
    if (given.empty()) throw ArgumentError("music: is missing; give " + std::string(Value::kPlural));
    return std::move(given.front());
  }
};

/// What JavaScript gets.
struct Reply {
  nlohmann::json json = nlohmann::json::object();
  std::vector<float> floats{};
  std::string bytes{};

  /// Appends a value to the floats, its steps to "steps", and its chords, if its kind can have any, to "valueChords".
  template <MusicValue Value>
  void add(const Value& value);
  template <MusicValue Value>
  void add(const std::vector<Value>& values) {
    for (const Value& value : values) add(value);
  }
};

/// Does what a request asks a model for. Throws Error.
[[nodiscard]] Reply ask(Model& model, const Request& request);

/// The same for what needs no model: writing and reading MIDI files.
[[nodiscard]] Reply ask(const Request& request);

}  // namespace musicvae::js
