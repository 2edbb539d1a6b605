// How the verbs that change a groove read it from a MIDI file and write the result.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "musicvae/engine/music_vae.hpp"
#include "musicvae/sequence/drum_channel.hpp"
#include "musicvae/sequence/drum_map.hpp"
#include "musicvae/sequence/drum_notes.hpp"
#include "musicvae/sequence/meter.hpp"

namespace musicvae::app {

/// How the drums of a file are found: the options --map and --drum-channel.
struct DrumOptions {
  std::string map;  ///< standard, roland, reduced or a JSON file; empty: the model's own map, or the verb's default
  std::string channel = "auto";

  /// Adds both options to a verb. `map_default` names the map that is used without --map.
  void add_to(CLI::App& verb, const std::string& map_default);
};

/// A stretch of one meter on a model's grid.
struct GroovePart {
  DrumSequence groove;
  Ticks start;                 ///< where it begins in the file
  std::int64_t first_bar = 0;  ///< in the file, from 0
  Grid meter;                  ///< the file's meter, with as many steps per quarter note as the groove

  /// "bar 3", or "bars 2-5": counted from 1 as musicians do.
  [[nodiscard]] std::string bars() const;
};

/// A file's drums on a model's grid.
struct GrooveFile {
  std::string path;
  std::vector<GroovePart> parts{};  ///< none of them is empty
  LeftOutCounts left_out{};
  DrumMap map;
  NoteSequence timing{};      ///< tempos and meters; no notes
  bool keeps_meters = false;  ///< the output is written in the file's own meters
  std::string channels{};     ///< "channel 1": the channel taken for drums because channel 10 has no notes; otherwise empty

  [[nodiscard]] int hits() const;
  [[nodiscard]] bool guessed() const { return !channels.empty(); }
  [[nodiscard]] double bars() const;  ///< counted in the file's meters
  /// What the user should know about how the file was read, one remark per line: the channels, and the bars of `part` if the file has more.
  [[nodiscard]] std::string remarks(const GroovePart& part) const;
  [[nodiscard]] std::string remarks() const;  ///< the same for all parts
};

/// Which notes of a file count as hits.
enum class Hits {
  drums,  ///< drum notes whose pitch the map knows
  all,    ///< taps: notes of any pitch on channel 10, or on any channel if channel 10 has none
};

/// Reads a whole file, in any meters, as stretches of `grid`'s steps. Uses `map` where the options name none. Throws what read_midi throws.
[[nodiscard]] GrooveFile read_stretches(const std::string& path, const Grid& grid, const DrumMap& map, const DrumOptions& options,
                                        Hits hits = Hits::drums);

/// The same on a model's grid. Throws as above, and ArgumentError for a file without hits.
[[nodiscard]] GrooveFile read_any_meter(const std::string& path, const MusicVae& model, const DrumOptions& options,
                                        Hits hits = Hits::drums);

/// Reads the first stretch of a file that is in the model's meter and has hits; the result has this one part. Throws as above, and
/// ArgumentError for a file in other meters.
[[nodiscard]] GrooveFile read_groove(const std::string& path, const MusicVae& model, const DrumOptions& options);

/// The first window of the groove that has hits: what the model encodes at once.
[[nodiscard]] GroovePart first_window(const GrooveFile& file, const MusicVae& model);

/// How many of the model's windows the groove needs.
[[nodiscard]] std::uint64_t windows_of(const DrumSequence& groove, const MusicVae& model);

/// Writes `groove` with the drum map and tempo of `like`, the file it was made from, where it begins at `start`. Throws FileError.
void write_groove(const DrumSequence& groove, const GrooveFile& like, Ticks start, const std::filesystem::path& path);

}  // namespace musicvae::app
