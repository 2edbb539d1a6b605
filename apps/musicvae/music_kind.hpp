// What the command knows about each kind of music: its words, how files are read as it, and how it is written. A new kind is one more
// specialisation of MusicKind.
#pragma once

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "musicvae/data/window_set.hpp"
#include "musicvae/sequence/cell_mask.hpp"
#include "musicvae/sequence/drum_channel.hpp"
#include "musicvae/sequence/drum_map.hpp"
#include "musicvae/sequence/drum_sequence.hpp"
#include "musicvae/sequence/left_out.hpp"
#include "musicvae/sequence/melody.hpp"
#include "musicvae/sequence/melody_notes.hpp"
#include "musicvae/sequence/note_sequence.hpp"
#include "musicvae/sequence/step_mask.hpp"
#include "musicvae/sequence/tracks.hpp"
#include "musicvae/sequence/tracks_notes.hpp"
#include "musicvae/sequence/trio.hpp"
#include "musicvae/sequence/trio_mask.hpp"
#include "musicvae/sequence/trio_notes.hpp"

namespace musicvae::app {

/// Which notes of a file count as hits.
enum class Hits {
  drums,  ///< drum notes whose pitch the map knows
  all,    ///< taps: notes of any pitch on channel 10, or on any channel if channel 10 has none
};

/// How the drums of a file are found: the options --map and --drum-channel.
struct DrumOptions {
  std::string map;  ///< standard, roland, reduced or a JSON file; empty: the model's own map, or the verb's default
  std::string channel = "auto";
  Hits hits = Hits::drums;  ///< decided by the verb
  bool all_parts = true;    ///< whether each part of a trio must have notes; decided by the verb

  /// Adds both options to a verb. `map_default` names the map that is used without --map.
  void add_to(CLI::App& verb, const std::string& map_default);
  /// Whether the user set one of them.
  [[nodiscard]] bool given() const { return !map.empty() || channel != "auto"; }
};

/// The mean number of `what` per window of a dataset, and its key in JSON.
struct PerWindow {
  const char* key;
  const char* what;
  double mean;
};

template <class Value>
struct MusicKind;

template <>
struct MusicKind<DrumSequence> {
  static constexpr const char* kOne = "groove";
  static constexpr const char* kCounted = "hits";
  static constexpr bool kHasDrums = true;  ///< so that a drum map and the options of drums are for it

  /// How the notes of one file are read and played.
  class Reading {
   public:
    /// `path` begins messages. `usual` is the drum map without --map.
    Reading(const std::string& path, const NoteSequence& notes, const DrumOptions& options, const DrumMap& usual);
    /// A stretch of the file, on a grid of its own meter.
    [[nodiscard]] DrumSequence read(const NoteSequence& stretch, const Grid& grid, std::optional<int> bars, LeftOutCounts& left_out) const;
    [[nodiscard]] NoteSequence notes(const DrumSequence& groove) const;
    /// What the user should know; empty: nothing.
    [[nodiscard]] std::string remark() const;
    /// The same as fields of a verb's JSON.
    [[nodiscard]] nlohmann::ordered_json json() const { return {{"guessed_drums", !channels_.empty()}}; }
    /// What a file without hits lacks, and what to do about it.
    [[nodiscard]] std::string nothing(const LeftOutCounts& left_out) const;

   private:
    DrumMap map_;
    DrumChannel channel_;
    std::string channels_;  // "channel 1": taken for drums because channel 10 has no notes; otherwise empty
  };

  [[nodiscard]] static int count(const DrumSequence& groove) { return groove.hits(); }
  /// How many hits of `from` are in `made` too.
  [[nodiscard]] static int kept(const DrumSequence& made, const DrumSequence& from);
  /// Chooses these drums (none: all) in a stretch of steps.
  static void choose(CellMask& mask, const std::vector<std::string>& drums, int first, int count);
  /// The hits on beat 1 of bar 1: a cut by seconds loses some of those that were played a little early.
  [[nodiscard]] static PerWindow per_window(const data::WindowSet& windows);
  /// How the rows of a dataset were made: "drum map roland".
  [[nodiscard]] static std::string rows_text(const data::WindowSetInfo& info);
};

template <>
struct MusicKind<Melody> {
  static constexpr const char* kOne = "melody";
  static constexpr const char* kCounted = "notes";
  static constexpr bool kHasDrums = false;

  class Reading {
   public:
    /// Melodies are played as the file plays its first note that is not a drum. Throws ArgumentError for options of drums.
    Reading(const std::string& path, const NoteSequence& notes, const DrumOptions& options, const DrumMap& usual);
    /// The notes of all tracks as one line.
    [[nodiscard]] Melody read(const NoteSequence& stretch, const Grid& grid, std::optional<int> bars, LeftOutCounts& left_out) const;
    [[nodiscard]] NoteSequence notes(const Melody& melody) const { return to_notes(melody, 120.0, sound_); }
    [[nodiscard]] static std::string remark() { return {}; }
    [[nodiscard]] static nlohmann::ordered_json json() { return nlohmann::ordered_json::object(); }
    [[nodiscard]] static std::string nothing(const LeftOutCounts& left_out);

   private:
    MelodySound sound_;
  };

  [[nodiscard]] static int count(const Melody& melody) { return melody.num_notes(); }
  /// How many notes of `from` begin in `made` too, on the same step with the same pitch.
  [[nodiscard]] static int kept(const Melody& made, const Melody& from);
  /// Chooses a stretch of steps. Throws ArgumentError for any drum.
  static void choose(StepMask& mask, const std::vector<std::string>& drums, int first, int count);
  [[nodiscard]] static PerWindow per_window(const data::WindowSet& windows);
  [[nodiscard]] static std::string rows_text(const data::WindowSetInfo&) { return "a class per step"; }
};

template <>
struct MusicKind<Trio> {
  static constexpr const char* kOne = "trio";
  static constexpr const char* kCounted = "notes";
  static constexpr bool kHasDrums = true;

  class Reading {
   public:
    /// Melody and bass are played as the file plays them. Throws ArgumentError for another drum channel than 10, and, if all parts are
    /// demanded, for a file without one of them.
    Reading(const std::string& path, const NoteSequence& notes, const DrumOptions& options, const DrumMap& usual);
    /// The notes of all tracks of each part as one line.
    [[nodiscard]] Trio read(const NoteSequence& stretch, const Grid& grid, std::optional<int> bars, LeftOutCounts& left_out) const;
    [[nodiscard]] NoteSequence notes(const Trio& trio) const { return to_notes(trio, map_, 120.0, sound_); }
    [[nodiscard]] static std::string remark() { return {}; }
    [[nodiscard]] static nlohmann::ordered_json json() { return nlohmann::ordered_json::object(); }
    [[nodiscard]] static std::string nothing(const LeftOutCounts& left_out);

   private:
    DrumMap map_;
    TrioSound sound_;
  };

  /// The notes of all parts.
  [[nodiscard]] static int count(const Trio& trio);
  [[nodiscard]] static int kept(const Trio& made, const Trio& from);
  /// Chooses these parts (none: all) in a stretch of steps.
  static void choose(TrioMask& mask, const std::vector<std::string>& parts, int first, int count);
  [[nodiscard]] static PerWindow per_window(const data::WindowSet& windows);
  [[nodiscard]] static std::string rows_text(const data::WindowSetInfo& info);
};

template <>
struct MusicKind<Tracks> {
  static constexpr const char* kOne = "bar";
  static constexpr const char* kCounted = "notes";
  static constexpr bool kHasDrums = false;  // they have all drums of General MIDI

  class Reading {
   public:
    /// Throws ArgumentError for options of drums.
    Reading(const std::string& path, const NoteSequence& notes, const DrumOptions& options, const DrumMap& usual);
    /// Each instrument as a track.
    [[nodiscard]] Tracks read(const NoteSequence& stretch, const Grid& grid, std::optional<int> bars, LeftOutCounts& left_out) const;
    [[nodiscard]] NoteSequence notes(const Tracks& tracks) const { return to_notes(tracks); }
    [[nodiscard]] static std::string remark() { return {}; }
    [[nodiscard]] static nlohmann::ordered_json json() { return nlohmann::ordered_json::object(); }
    [[nodiscard]] static std::string nothing(const LeftOutCounts& left_out);
  };

  [[nodiscard]] static int count(const Tracks& tracks) { return tracks.num_notes(); }
  /// How many notes of `from` are in `made` too, with the same instrument, pitch and start.
  [[nodiscard]] static int kept(const Tracks& made, const Tracks& from);
  /// Chooses a stretch of steps. Throws ArgumentError for any drum.
  static void choose(StepMask& mask, const std::vector<std::string>& drums, int first, int count);
  [[nodiscard]] static PerWindow per_window(const data::WindowSet& windows);
  [[nodiscard]] static std::string rows_text(const data::WindowSetInfo&) { return "a token per row"; }
};

}  // namespace musicvae::app
