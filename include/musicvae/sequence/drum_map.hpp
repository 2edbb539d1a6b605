// DrumMap: the nine drum classes of the MusicVAE drum models, and maps from MIDI pitches to them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "musicvae/enum_names.hpp"

namespace musicvae {

/// The nine drum classes, in the order of the model's columns (Gillick et al. 2019, table 1).
enum class Drum : std::uint8_t { kick, snare, closed_hihat, open_hihat, low_tom, mid_tom, high_tom, crash, ride };

/// The number of drum classes.
inline constexpr int kDrums = 9;

/// The names of the drums, in the order of the enumerators.
inline constexpr std::array<std::string_view, kDrums> kDrumNames = {"kick",    "snare",    "closed_hihat", "open_hihat", "low_tom",
                                                                    "mid_tom", "high_tom", "crash",        "ride"};

/// The names of the drums on the command line and in Python. The aliases are their names in version 0.1.
template <>
struct EnumNames<Drum> {
  static constexpr std::array<std::string_view, kDrums> names = kDrumNames;
  static constexpr std::string_view what = "drum";
  static constexpr std::array aliases = {EnumAlias<Drum>{"closed hi-hat", Drum::closed_hihat},
                                         EnumAlias<Drum>{"open hi-hat", Drum::open_hihat}, EnumAlias<Drum>{"low tom", Drum::low_tom},
                                         EnumAlias<Drum>{"mid tom", Drum::mid_tom}, EnumAlias<Drum>{"high tom", Drum::high_tom}};
};

/// The drum in words, such as "closed hi-hat": for pictures, for tables, and for drum maps in files, which have held these words since
/// version 0.1.
[[nodiscard]] constexpr std::string_view display_name(Drum drum) {
  for (const EnumAlias<Drum>& alias : EnumNames<Drum>::aliases) {
    if (alias.value == drum) return alias.text;
  }
  return name(drum);
}

/// A named, editable map from MIDI pitches to the nine classes and back (each class has one output pitch). A regular value.
/// musicvae/model/drum_map_file.hpp loads a map from JSON.
class DrumMap {
 public:
  /// A map without pitches. The output pitch of each class is its General MIDI pitch.
  explicit DrumMap(std::string name);

  [[nodiscard]] const std::string& name() const { return name_; }
  void rename(std::string name) { name_ = std::move(name); }

  /// The class of a pitch (0..127), if the map contains the pitch.
  [[nodiscard]] std::optional<Drum> drum(int pitch) const {
    if (pitch < 0 || pitch > 127 || class_of_[static_cast<std::size_t>(pitch)] == kUnmapped) return std::nullopt;
    return static_cast<Drum>(class_of_[static_cast<std::size_t>(pitch)]);
  }

  /// The output pitch of a class.
  [[nodiscard]] int pitch(Drum drum) const { return pitch_of_[static_cast<std::size_t>(drum)]; }

  /// All pitches of a class, ascending.
  [[nodiscard]] std::vector<int> pitches(Drum drum) const;

  [[nodiscard]] int size() const;

  /// Maps `pitch` to `drum`. Throws ArgumentError unless 0 <= pitch <= 127.
  void map(int pitch, Drum drum);
  /// Removes `pitch` from the map. Throws as map() does.
  void unmap(int pitch);
  /// Makes `pitch` the output pitch of `drum`, and maps `pitch` to `drum`. Throws as map() does.
  void write_as(Drum drum, int pitch);

  /// A copy of this map, completed with the pitches that it lacks and `other` contains.
  [[nodiscard]] DrumMap completed_by(const DrumMap& other) const;

  /// A copy of this map in which every pitch that it lacks is mapped to `drum`.
  [[nodiscard]] DrumMap completed_by(Drum drum) const;

  friend bool operator==(const DrumMap&, const DrumMap&) = default;

  /// The default: roland(), completed with the General MIDI pitches of reduced(). It suits recordings of drum kits and General MIDI files
  /// alike.
  [[nodiscard]] static DrumMap standard();

  /// The 22 pitches of the Roland TD-11 on which the Groove MIDI Dataset was played (Gillick et al. 2019, table 1).
  [[nodiscard]] static DrumMap roland();

  /// The 61 pitches of General MIDI drums (27 to 87) and the two additional hi-hats of the TD-11 (22, 26), reduced to nine classes as
  /// Magenta does at inference.
  [[nodiscard]] static DrumMap reduced();

 private:
  static constexpr std::int8_t kUnmapped = -1;

  std::string name_;
  std::array<std::int8_t, 128> class_of_{};
  std::array<int, kDrums> pitch_of_{36, 38, 42, 46, 45, 48, 50, 49, 51};
};

}  // namespace musicvae
