#include "musicvae/data/tracks_converter.hpp"

#include <string>
#include <utility>

#include "meter_parts.hpp"
#include "musicvae/error.hpp"
#include "musicvae/model/representations/tracks.hpp"
#include "musicvae/sequence/tracks_notes.hpp"
#include "part_chords.hpp"
#include "tracks_cut.hpp"

namespace musicvae::data {
namespace {

ConvertedTracks convert_bar_aligned(const NoteSequence& notes, bool chords) {
  constexpr int steps_per_bar = TracksRepresentation::kSteps;
  ConvertedTracks result;
  const std::vector<MeterPart> parts = meter_parts(notes, Tracks::kGrid.steps_per_quarter);
  bool any_notes = false;
  bool any_fits = false;
  for (const MeterPart& part : parts) {
    if (!part.fits) {
      result.left_out.add(LeftOut::other_meter, static_cast<std::int64_t>(part.notes.notes.size() + part.notes.unended.size()));
      any_notes = any_notes || !part.notes.notes.empty();
      continue;
    }
    any_fits = any_fits || !part.notes.notes.empty();
    std::optional<int> bars;
    if (part.bars) bars = static_cast<int>(std::min(*part.bars, kMaxSteps / steps_per_bar));
    const QuantizedTracks made = tracks_from_notes(part.notes, Tracks::kGrid, bars);
    result.left_out += made.left_out;
    any_notes = any_notes || made.tracks.num_notes() > 0;
    std::optional<PartChords> of_part;
    if (chords) of_part = musical_chords(part.notes, Tracks::kGrid.steps_per_quarter);
    if (chords) result.left_out.add(LeftOut::coincident_chord, of_part->coincident());
    for (int first = 0; first < made.tracks.steps(); first += steps_per_bar) {
      if (!add_bar(made.tracks.slice(first, steps_per_bar), part.first_bar + first / steps_per_bar, result) || !chords) continue;
      Tracks& added = result.windows.back().tracks;
      if (std::optional<ChordSequence> known = of_part->chords(first, steps_per_bar)) {
        added = added.with_chords(*std::move(known));
      } else {
        result.left_out.add(LeftOut::unknown_chord);
        result.windows.pop_back();
      }
    }
  }
  if (result.windows.empty()) {
    const LeftOut bad_meter = parts.size() == 1 ? LeftOut::odd_meter : LeftOut::several_meters;
    if (!any_notes || !any_fits) result.left_out.add(any_notes ? bad_meter : LeftOut::no_notes);
  }
  return result;
}

}  // namespace

TracksConverter::TracksConverter(TracksConverterOptions options) : options_(options) {
  if (options_.cut != Cut::bar_aligned && options_.cut != Cut::reference)
    throw ArgumentError("tracks converter: the cut " + std::string(name(options_.cut)) + " is for drums; use bar-aligned or reference");
}

WindowSetInfo TracksConverter::info() const {
  return {.cut = options_.cut,
          .steps = TracksRepresentation::kTracks * TracksRepresentation::kRows,
          .depth = options_.chords ? 2 : 1,
          .music = std::string(Tracks::kPlural)};
}

ConvertedTracks TracksConverter::convert(const NoteSequence& notes) const {
  if (options_.cut == Cut::bar_aligned) return convert_bar_aligned(notes, options_.chords);
  LeftOutCounts left_out;
  const SecondsPiece in_seconds = seconds_of(notes, left_out);
  ConvertedTracks result = convert_reference_tracks(in_seconds, options_.chords);
  result.left_out += left_out;
  return result;
}

ConvertedFile TracksConverter::to_windows(const NoteSequence& notes, const std::optional<TableTempo>&) const {
  const TracksRepresentation representation({.chords = options_.chords});
  const ConvertedTracks made = convert(notes);
  ConvertedFile file{.windows = {}, .left_out = made.left_out};
  for (const TracksWindow& window : made.windows) {
    const std::size_t depth = options_.chords ? 2 : 1;
    file.windows.windows.push_back({.first_row = static_cast<std::int64_t>(file.windows.rows.size() / depth), .bar = window.bar});
    const std::vector<float> rows = representation.rows(window.tracks);
    file.windows.rows.insert(file.windows.rows.end(), rows.begin(), rows.end());
  }
  return file;
}

}  // namespace musicvae::data
