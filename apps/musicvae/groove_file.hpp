// How the verbs that change a groove read it from a MIDI file, and write what became of it.
#pragma once

#include <filesystem>
#include <string>

#include "musicvae/engine/music_vae.hpp"
#include "musicvae/sequence/drum_map.hpp"
#include "musicvae/sequence/drum_notes.hpp"
#include "musicvae/sequence/tempo_map.hpp"

namespace musicvae::app {

/// A file's drums on a model's grid.
struct GrooveFile {
  DrumSequence groove;
  LeftOutCounts left_out;
  DrumMap map;
  TempoMap tempo_map;
};

/// Reads a whole file. `map`: roland, reduced or a JSON file; empty: the model's. Throws what read_midi throws, and ArgumentError for a
/// meter that the model's grid has not, or a file without drums that the map knows.
[[nodiscard]] GrooveFile read_groove(const std::string& path, const MusicVae& model, const std::string& map);

/// The part of a groove that the model sees at once: its first steps, or all where they are fewer.
[[nodiscard]] DrumSequence first_window(const DrumSequence& groove, const MusicVae& model);

/// Writes `groove` with the drum map and the tempo of the file that it was made from. Throws FileError.
void write_groove(const DrumSequence& groove, const GrooveFile& like, const std::filesystem::path& path);

}  // namespace musicvae::app
