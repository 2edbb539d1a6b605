// Which pitch is which drum: the nine classes of the MusicVAE drum models and the maps from MIDI pitches to them.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "musicvae/error.hpp"

namespace musicvae {

/// The nine drum classes, in the order of the model's columns (Gillick et al. 2019, table 1).
enum class Drum : std::uint8_t { kick, snare, closed_hihat, open_hihat, low_tom, mid_tom, high_tom, crash, ride };

/// How many classes there are.
inline constexpr int kDrums = 9;

/// Their names, in the order of the enumerators.
inline constexpr std::array<std::string_view, kDrums> kDrumNames = {"kick",    "snare",    "closed hi-hat", "open hi-hat", "low tom",
                                                                    "mid tom", "high tom", "crash",         "ride"};

/// The drum's name in files and on the command line: "closed hi-hat".
[[nodiscard]] constexpr std::string_view name(Drum drum) {
  return kDrumNames[static_cast<std::size_t>(drum)];
}

/// A named, editable map from MIDI pitches to the nine classes and back (each class has one output pitch).
/// A regular value. Loading and saving as JSON: musicvae/model/drum_map_json.hpp.
class DrumMap {
 public:
  /// A map that knows no pitch yet; each class is written as its General MIDI pitch.
  explicit DrumMap(std::string name) : name_(std::move(name)) { class_of_.fill(kUnmapped); }

  [[nodiscard]] const std::string& name() const { return name_; }
  void rename(std::string name) { name_ = std::move(name); }

  /// The class of a pitch (0..127), if the map knows it.
  [[nodiscard]] std::optional<Drum> drum(int pitch) const {
    if (pitch < 0 || pitch > 127 || class_of_[static_cast<std::size_t>(pitch)] == kUnmapped) return std::nullopt;
    return static_cast<Drum>(class_of_[static_cast<std::size_t>(pitch)]);
  }

  /// The pitch that a class is written with.
  [[nodiscard]] int pitch(Drum drum) const { return pitch_of_[static_cast<std::size_t>(drum)]; }

  /// All pitches of a class, ascending.
  [[nodiscard]] std::vector<int> pitches(Drum drum) const {
    std::vector<int> result;
    for (int p = 0; p < 128; ++p) {
      if (this->drum(p) == drum) result.push_back(p);
    }
    return result;
  }

  [[nodiscard]] int size() const {
    int n = 0;
    for (std::int8_t c : class_of_) n += c != kUnmapped;
    return n;
  }

  /// Lets `pitch` be heard as `drum`. Throws ArgumentError unless 0 <= pitch <= 127.
  void map(int pitch, Drum drum) { class_of_[checked(pitch)] = static_cast<std::int8_t>(drum); }
  /// Makes `pitch` unknown.
  void unmap(int pitch) { class_of_[checked(pitch)] = kUnmapped; }
  /// Writes `drum` as `pitch`, which is then heard as `drum` too.
  void write_as(Drum drum, int pitch) {
    map(pitch, drum);
    pitch_of_[static_cast<std::size_t>(drum)] = pitch;
  }

  /// This map, in which a pitch that it does not know is heard as `other` hears it.
  [[nodiscard]] DrumMap completed_by(const DrumMap& other) const {
    DrumMap map = *this;
    for (std::size_t pitch = 0; pitch < class_of_.size(); ++pitch) {
      if (map.class_of_[pitch] == kUnmapped) map.class_of_[pitch] = other.class_of_[pitch];
    }
    return map;
  }

  /// This map, in which every pitch that it does not know is heard as `drum`.
  [[nodiscard]] DrumMap completed_by(Drum drum) const {
    DrumMap map = *this;
    std::replace(map.class_of_.begin(), map.class_of_.end(), kUnmapped, static_cast<std::int8_t>(drum));
    return map;
  }

  friend bool operator==(const DrumMap&, const DrumMap&) = default;

  /// The default: roland(), and General MIDI's pitches that it lacks as in reduced(). It hears drum kits and General MIDI files alike.
  [[nodiscard]] static DrumMap standard() {
    DrumMap map = roland().completed_by(reduced());
    map.rename("standard");
    return map;
  }

  /// The 22 pitches of the Roland TD-11 that the Groove MIDI Dataset was played on (Gillick et al. 2019, table 1).
  [[nodiscard]] static DrumMap roland() {
    return make("roland", {{36}, {38, 37, 40}, {42, 22, 44}, {46, 26}, {43, 58}, {47, 45}, {50, 48}, {49, 52, 55, 57}, {51, 53, 59}});
  }

  /// The 61 pitches of General MIDI drums (27 to 87) and the TD-11's two more hi-hats (22, 26), reduced to nine classes as Magenta
  /// does at inference.
  [[nodiscard]] static DrumMap reduced() {
    return make("reduced", {{36, 35},
                            {38, 27, 28, 31, 32, 33, 34, 37, 39, 40, 56, 65, 66, 75, 85},
                            {42, 44, 54, 68, 69, 70, 71, 73, 78, 80, 22},
                            {46, 67, 72, 74, 79, 81, 26},
                            {45, 29, 41, 43, 61, 64, 84},
                            {48, 47, 60, 63, 77, 86, 87},
                            {50, 30, 62, 76, 83},
                            {49, 52, 55, 57, 58},
                            {51, 53, 59, 82}});
  }

 private:
  static constexpr std::int8_t kUnmapped = -1;

  static std::size_t checked(int pitch) {
    if (pitch < 0 || pitch > 127) throw ArgumentError("drum map: pitch " + std::to_string(pitch) + " is not a MIDI pitch; use 0 to 127");
    return static_cast<std::size_t>(pitch);
  }

  // The first pitch of each class is the one it is written with.
  static DrumMap make(std::string name, const std::vector<std::vector<int>>& classes) {
    DrumMap map(std::move(name));
    for (std::size_t c = 0; c < classes.size(); ++c) {
      for (int pitch : classes[c]) map.map(pitch, static_cast<Drum>(c));
      map.pitch_of_[c] = classes[c].front();
    }
    return map;
  }

  std::string name_;
  std::array<std::int8_t, 128> class_of_{};
  std::array<int, kDrums> pitch_of_{36, 38, 42, 46, 45, 48, 50, 49, 51};
};

}  // namespace musicvae
