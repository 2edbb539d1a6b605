#include "musicvae/data/melody_converter.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include "melody_cut.hpp"
#include "meter_parts.hpp"
#include "musicvae/error.hpp"
#include "musicvae/model/representations/melody.hpp"
#include "musicvae/sequence/grid.hpp"
#include "musicvae/sequence/melody_notes.hpp"
#include "part_chords.hpp"

namespace musicvae::data {
namespace {

/// The cut bar_aligned of one file.
class BarAlignedMelodies {
 public:
  BarAlignedMelodies(const NoteSequence& notes, const MelodyConverterOptions& options) : notes_(notes), options_(options) {}

  ConvertedMelodies convert() && {
    const std::vector<MeterPart> parts = meter_parts(notes_);
    bool any_notes = false;
    bool any_fits = false;
    for (const MeterPart& part : parts) {
      std::vector<Note> usable = melody_notes(part.notes, options_, result_.left_out);
      std::erase_if(usable, [](const Note& note) { return note.velocity == 0; });
      any_notes = any_notes || !usable.empty();
      any_fits = any_fits || part.fits;
      if (!part.fits) {
        result_.left_out.add(LeftOut::other_meter, static_cast<std::int64_t>(usable.size()));
        continue;
      }
      std::optional<PartChords> chords;
      if (options_.chords) {
        chords = musical_chords(part.notes);
        result_.left_out.add(LeftOut::coincident_chord, chords->coincident());
      }
      for (const auto& [instrument, notes] : by_instrument(usable)) add(part, instrument, notes, chords);
    }
    if (result_.windows.empty() && result_.left_out[LeftOut::unknown_chord] == 0) {
      const LeftOut bad_meter = parts.size() == 1 ? LeftOut::odd_meter : LeftOut::several_meters;
      result_.left_out.add(!any_notes ? LeftOut::no_notes : any_fits ? LeftOut::too_short : bad_meter);
    }
    return std::move(result_);
  }

 private:
  static constexpr std::int64_t per_bar = Grid{}.steps_per_bar();

  /// Adds the windows of one instrument in a part that fits.
  void add(const MeterPart& part, const Instrument& instrument, std::span<const Note> notes, const std::optional<PartChords>& chords) {
    std::vector<StepNote> line;
    std::int64_t last_start = 0;
    std::int64_t last_end = 0;
    for (const Note& note : notes) {
      line.push_back(to_step_note(note, part.notes.tempo_map.ticks_per_quarter(), Grid{}.steps_per_quarter));
      last_start = std::max(last_start, line.back().start);
      last_end = std::max(last_end, line.back().end);
    }
    const std::int64_t most = std::min(part.bars.value_or(kMaxSteps), kMaxSteps / per_bar);
    const std::int64_t bars = std::min(std::max((last_end + per_bar - 1) / per_bar, clip_steps(part.notes, last_start) / per_bar), most);
    if (bars < options_.bars) return result_.left_out.add(LeftOut::short_stretch, static_cast<std::int64_t>(line.size()));
    const Melody melody = to_melody(std::move(line), static_cast<int>(bars * per_bar), Grid{}, result_.left_out);
    for (std::int64_t bar = 0; bar + options_.bars <= bars; ++bar) {
      Melody window = melody_window(melody, static_cast<int>(bar * per_bar), options_.bars * static_cast<int>(per_bar));
      if (window.num_notes() == 0) {
        result_.left_out.add(LeftOut::silent_window);
        continue;
      }
      if (chords) {
        std::optional<ChordSequence> known = chords->chords(bar * per_bar, window.steps());
        if (!known) {
          result_.left_out.add(LeftOut::unknown_chord);
          continue;
        }
        window = window.with_chords(*std::move(known));
      }
      result_.windows.push_back({std::move(window), part.first_bar + bar, instrument});
    }
  }

  const NoteSequence& notes_;
  const MelodyConverterOptions& options_;
  ConvertedMelodies result_;
};

void check_range(const char* what, int first, int last, std::pair<int, int> allowed) {
  if (first < allowed.first || first > last || last > allowed.second) {
    throw ArgumentError("melody converter: " + std::string(what) + " from " + std::to_string(first) + " to " + std::to_string(last) +
                        "; use a range within " + std::to_string(allowed.first) + " to " + std::to_string(allowed.second));
  }
}

}  // namespace

MelodyConverter::MelodyConverter(MelodyConverterOptions options) : options_(options) {
  if (options_.bars < 1 || options_.bars > 64)
    throw ArgumentError("melody converter: windows of " + std::to_string(options_.bars) + " bars; use 1 to 64");
  if (options_.cut != Cut::bar_aligned && options_.cut != Cut::reference)
    throw ArgumentError("melody converter: the cut " + std::string(name(options_.cut)) + " is for drums; use bar-aligned or reference");
  check_range("pitches", options_.lowest, options_.highest, {MelodyRepresentation::kLowest, MelodyRepresentation::kHighest});
  check_range("programs", options_.programs.first, options_.programs.last, {0, 127});
}

int MelodyConverter::steps() const {
  return options_.bars * Grid{}.steps_per_bar();
}

WindowSetInfo MelodyConverter::info() const {
  return {.cut = options_.cut, .steps = steps(), .depth = options_.chords ? 2 : 1, .music = std::string(Melody::kPlural)};
}

ConvertedFile MelodyConverter::to_windows(const NoteSequence& notes, const std::optional<TableTempo>&) const {
  const MelodyRepresentation representation({.chords = options_.chords});
  const auto depth = static_cast<std::size_t>(info().depth);
  ConvertedMelodies melodies = convert(notes);
  ConvertedFile file{.windows = {}, .left_out = melodies.left_out};
  for (const MelodyWindow& window : melodies.windows) {
    file.windows.windows.push_back({.first_row = static_cast<std::int64_t>(file.windows.rows.size() / depth), .bar = window.first_bar});
    const std::vector<float> rows = representation.rows(window.melody);
    file.windows.rows.insert(file.windows.rows.end(), rows.begin(), rows.end());
  }
  return file;
}

ConvertedMelodies MelodyConverter::convert(const NoteSequence& notes) const {
  if (options_.cut == Cut::reference) return convert_reference_melody(notes, options_);
  return BarAlignedMelodies(notes, options_).convert();
}

}  // namespace musicvae::data
