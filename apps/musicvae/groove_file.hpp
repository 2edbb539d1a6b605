// How the verbs that change a groove read it from a MIDI file, and write what became of it.
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

/// How the drums of a file are found: --map and --drum-channel.
struct DrumOptions {
  std::string map;  ///< standard, roland, reduced or a JSON file; empty: the model's, or the verb's own
  std::string channel = "auto";

  /// Adds both to a verb. `map_default` names the map that is taken without --map.
  void add_to(CLI::App& verb, const std::string& map_default);
};

/// A stretch of one meter on a model's grid.
struct GroovePart {
  DrumSequence groove;
  Ticks start;                 ///< where it begins in the file
  std::int64_t first_bar = 0;  ///< in the file, from 0
  Grid meter;                  ///< of the file's meter; of as many steps a quarter note as the groove

  /// "bar 3", or "bars 2-5": as musicians count.
  [[nodiscard]] std::string bars() const;
};

/// A file's drums on a model's grid.
struct GrooveFile {
  std::string path;
  std::vector<GroovePart> parts{};  ///< none is empty
  LeftOutCounts left_out{};
  DrumMap map;
  NoteSequence timing{};      ///< tempos and meters; no notes
  bool keeps_meters = false;  ///< what is written has the file's meters
  std::string channels{};     ///< "channel 1": whose notes were taken for drums because none is on channel 10; else empty

  [[nodiscard]] int hits() const;
  [[nodiscard]] bool guessed() const { return !channels.empty(); }
  [[nodiscard]] double bars() const;  ///< of the file's meters
  /// What the user should know of how the file was read, each remark a line: the channels, the bars of `part` if the file has more.
  [[nodiscard]] std::string remarks(const GroovePart& part) const;
  [[nodiscard]] std::string remarks() const;  ///< the same of all parts
};

/// Which notes of a file count as hits.
enum class Hits {
  drums,  ///< drum notes of a pitch that the map knows
  all,    ///< whatever is on channel 10, or where that is silent on any channel; every pitch: taps
};

/// Reads a whole file, whatever its meters, as stretches of `grid`'s steps; with `map` where none is named. Throws what read_midi throws.
[[nodiscard]] GrooveFile read_stretches(const std::string& path, const Grid& grid, const DrumMap& map, const DrumOptions& options,
                                        Hits hits = Hits::drums);

/// The same for a model. Throws as above, and ArgumentError for a file without hits.
[[nodiscard]] GrooveFile read_any_meter(const std::string& path, const MusicVae& model, const DrumOptions& options,
                                        Hits hits = Hits::drums);

/// Reads the first stretch of a file that is in the model's meter and has hits: the one part of the result. Throws as above, and
/// ArgumentError for a file in other meters.
[[nodiscard]] GrooveFile read_groove(const std::string& path, const MusicVae& model, const DrumOptions& options);

/// What the model sees at once: the first window of the groove that has hits.
[[nodiscard]] GroovePart first_window(const GrooveFile& file, const MusicVae& model);

/// How many windows of the model a groove takes.
[[nodiscard]] std::uint64_t windows_of(const DrumSequence& groove, const MusicVae& model);

/// Writes `groove`, which begins at `start` of the file that it was made from, with that file's drum map and tempo. Throws FileError.
void write_groove(const DrumSequence& groove, const GrooveFile& like, Ticks start, const std::filesystem::path& path);

}  // namespace musicvae::app
