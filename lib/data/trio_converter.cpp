#include "musicvae/data/trio_converter.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include "meter_parts.hpp"
#include "musicvae/error.hpp"
#include "musicvae/sequence/trio.hpp"
#include "reference_quantizer.hpp"
#include "tempo_parts.hpp"
#include "trio_windows.hpp"

namespace musicvae::data {
namespace {

/// The cut bar_aligned of a part that fits.
void add_bar_aligned(const MeterPart& part, TrioWindows& windows) {
  std::vector<TrioNote> line;
  std::int64_t last = 0;  // the last step on which a note begins
  std::int64_t end = 0;
  const auto add = [&](const Note& note) {
    const std::size_t track = windows.track_of(note);
    if (!windows.takes(track)) return;
    line.push_back({track, to_step_note(note, part.notes.tempo_map.ticks_per_quarter(), Grid{}.steps_per_quarter), note.velocity == 0});
    const StepNote& placed = line.back().note;
    last = std::max(last, placed.start);
    end = std::max(end, note.is_drum() ? placed.start : placed.end);  // a closing hit opens no new bar
  };
  for (const Note& note : part.notes.notes) add(note);
  for (const Note& note : part.notes.unended) {
    if (note.is_drum()) add(note);
  }
  const std::int64_t most = std::min(part.bars.value_or(TrioWindows::kMaxBars), TrioWindows::kMaxBars);
  const std::int64_t bars =
      std::max((end + TrioWindows::kPerBar - 1) / TrioWindows::kPerBar, clip_steps(part.notes, last) / TrioWindows::kPerBar);
  windows.add(part.first_bar, std::min(bars, most), line);
}

/// Counts the notes of a part that no window can contain.
void leave_out_part(const NoteSequence& part, TrioWindows& windows) {
  for (const auto* notes : {&part.notes, &part.unended}) {
    for (const Note& note : *notes) {
      const std::size_t track = windows.track_of(note);
      if (windows.takes(track)) windows.leave_out(track, LeftOut::other_meter);
    }
  }
}

ConvertedTrios convert_bar_aligned(const NoteSequence& notes, const TrioConverterOptions& options) {
  TrioWindows windows(notes, options);
  const std::vector<MeterPart> parts = meter_parts(notes);
  for (const MeterPart& part : parts) {
    if (!part.fits) {
      leave_out_part(part.notes, windows);
      continue;
    }
    for (const Note& note : part.notes.unended) {  // of drums, they are hits
      const std::size_t track = windows.track_of(note);
      if (!note.is_drum() && windows.takes(track)) windows.leave_out(track, LeftOut::unended);
    }
    add_bar_aligned(part, windows);
  }
  return std::move(windows).finish(parts.size() == 1 ? LeftOut::odd_meter : LeftOut::several_meters);
}

/// The cut reference of a part that fits. All of its notes count for its length.
void add_reference(const NoteSequence& notes, const TempoPart& part, std::span<const Note> in_part, TrioWindows& windows) {
  const ReferenceQuantizer quantizer(part.qpm);
  const auto step = [&](Ticks at) { return quantizer.step(notes.tempo_map.seconds(at).value - part.start_seconds); };
  std::vector<TrioNote> line;
  std::int64_t end = 0;
  for (const Note& note : in_part) {
    const std::int64_t start = step(note.start);
    const StepNote placed{start, std::max(start + 1, step(part.end ? std::min(note.end, *part.end) : note.end)), note.pitch};
    end = std::max(end, placed.end);
    const std::size_t track = windows.track_of(note);
    if (windows.takes(track)) line.push_back({track, placed, note.velocity == 0});
  }
  windows.add(part.first_bar, (end + TrioWindows::kPerBar - 1) / TrioWindows::kPerBar, line);
}

ConvertedTrios convert_reference(const NoteSequence& notes, const TrioConverterOptions& options) {
  TrioWindows windows(notes, options);
  const auto leave_out = [&](const Note& note, LeftOut reason) {
    const std::size_t track = windows.track_of(note);
    if (windows.takes(track)) windows.leave_out(track, reason);
  };
  const Ticks end = end_of_parts(notes);
  std::vector<Note> inside;
  for (const Note& note : notes.unended) leave_out(note, LeftOut::unended);
  for (const Note& note : notes.notes) {
    if (const auto reason = outside_parts(note, end)) {
      leave_out(note, *reason);
    } else {
      inside.push_back(note);
    }
  }
  for_each_part(tempo_parts(notes), inside, [&](const TempoPart& part, std::span<const Note> in_part) {
    if (part.fits()) return add_reference(notes, part, in_part, windows);
    for (const Note& note : in_part) leave_out(note, LeftOut::other_meter);
  });
  return std::move(windows).finish(LeftOut::odd_meter);
}

}  // namespace

TrioConverter::TrioConverter(TrioConverterOptions options) : options_(std::move(options)) {
  if (options_.bars < 1 || options_.bars > 64)
    throw ArgumentError("trio converter: windows of " + std::to_string(options_.bars) + " bars; use 1 to 64");
  if (options_.cut != Cut::bar_aligned && options_.cut != Cut::reference)
    throw ArgumentError("trio converter: the cut " + std::string(name(options_.cut)) + " is for drums; use bar-aligned or reference");
  if (!options_.drum_map) options_.drum_map = options_.cut == Cut::bar_aligned ? DrumMap::standard() : DrumMap::reduced();
}

WindowSetInfo TrioConverter::info() const {
  return {.cut = options_.cut,
          .steps = options_.bars * Grid{}.steps_per_bar(),
          .depth = kTrioParts,
          .drum_map = *options_.drum_map,
          .music = std::string(Trio::kPlural)};
}

ConvertedFile TrioConverter::to_windows(const NoteSequence& notes, const std::optional<TableTempo>&) const {
  ConvertedTrios trios = convert(notes);
  return {.windows = std::move(trios.windows), .left_out = trios.left_out};
}

ConvertedTrios TrioConverter::convert(const NoteSequence& notes) const {
  return options_.cut == Cut::reference ? convert_reference(notes, options_) : convert_bar_aligned(notes, options_);
}

}  // namespace musicvae::data
