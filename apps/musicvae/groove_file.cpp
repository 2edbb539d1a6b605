#include "groove_file.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include "musicvae/error.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "report.hpp"

namespace musicvae::app {
namespace {

// The tempo events of `from`, at the ticks that they have with another resolution.
TempoMap rescaled(const TempoMap& from, int ticks_per_quarter) {
  std::vector<Tempo> tempos = from.tempos();
  for (Tempo& tempo : tempos) tempo.at.value = tempo.at.value * ticks_per_quarter / from.ticks_per_quarter();
  return TempoMap(ticks_per_quarter, tempos);
}

}  // namespace

GrooveFile read_groove(const std::string& path, const MusicVae& model, const std::string& map_name) {
  const DrumMap map = map_name.empty() ? model.drum_map() : drum_map_from(map_name);
  const NoteSequence notes = read_midi(path);
  const Grid grid = model.grid();
  for (const TimeSignature& meter : notes.time_signatures) {
    if (grid.steps_per_quarter * 4 * meter.numerator != grid.steps_per_bar() * meter.denominator) {
      throw ArgumentError(fmt::format("{}: has bars of {}/{}, and the model knows 4/4 only; cut the 4/4 part out of it", path,
                                      meter.numerator, meter.denominator));
    }
  }
  QuantizedDrums drums = from_notes(notes, map, grid);
  if (drums.sequence.hits() == 0)
    throw ArgumentError(path + ": has no drum notes that the map \"" + map.name() + "\" knows (left out: " + to_text(drums.left_out) +
                        "); choose another --map");
  return {std::move(drums.sequence), drums.left_out, map, notes.tempo_map};
}

DrumSequence first_window(const DrumSequence& groove, const MusicVae& model) {
  return groove.slice(0, std::min(groove.steps(), model.config().steps));
}

void write_groove(const DrumSequence& groove, const GrooveFile& like, const std::filesystem::path& path) {
  NoteSequence notes = to_notes(groove, like.map);
  notes.tempo_map = rescaled(like.tempo_map, notes.tempo_map.ticks_per_quarter());
  write_midi(notes, path);
}

}  // namespace musicvae::app
