#include "reference_cut.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "musicvae/sequence/drum_notes.hpp"
#include "musicvae/sequence/drum_tensor.hpp"
#include "reference_quantizer.hpp"

namespace musicvae::data {
namespace {

constexpr Grid grid{};
constexpr std::int64_t per_bar = grid.steps_per_bar();

/// A note in seconds.
struct TimedNote {
  double start;
  double end;
  Drum drum;
  int velocity;
};

/// A file that the reference does not refuse.
struct TimedFile {
  double qpm = 120.0;
  std::vector<TimedNote> notes;
};

/// The single tempo of a file. It is recomputed from the length of a tick, as in pretty_midi, because the last bit matters.
std::optional<double> single_qpm(const TempoMap& map) {
  const double ticks = map.ticks_per_quarter();
  const auto seconds_per_tick = [ticks](std::uint32_t microseconds) { return 60.0 / ((6e7 / microseconds) * ticks); };
  double tempo = seconds_per_tick(500'000);
  for (const Tempo& event : map.tempos()) {
    const double next = seconds_per_tick(event.microseconds_per_quarter);
    if (event.at > Ticks{} && next != tempo) return {};
    tempo = next;
  }
  return 60.0 / (tempo * ticks);
}

/// The reason why note_seq's quantiser or the converter refuses these meters, or nothing.
std::optional<LeftOut> refused_meter(const std::vector<TimeSignature>& meters) {
  if (meters.empty()) return {};
  const TimeSignature& first = meters.front();
  if (first.at > Ticks{} && !(first.numerator == 4 && first.denominator == 4)) return LeftOut::several_meters;
  for (const TimeSignature& meter : meters) {
    if (meter.numerator != first.numerator || meter.denominator != first.denominator) return LeftOut::several_meters;
  }
  if (first.numerator != first.denominator) return LeftOut::odd_meter;
  return {};
}

/// The notes in seconds. If the file is refused, returns nothing and counts the reason.
std::optional<TimedFile> timed(const NoteSequence& notes, const DrumMap& map, LeftOutCounts& left_out) {
  if (const auto reason = refused_meter(notes.time_signatures)) {
    left_out.add(*reason);
    return {};
  }
  const std::optional<double> qpm = single_qpm(notes.tempo_map);
  if (!qpm) {
    left_out.add(LeftOut::several_tempos);
    return {};
  }
  TimedFile file{*qpm, {}};
  left_out.add(LeftOut::unended, static_cast<std::int64_t>(notes.unended.size()));
  file.notes.reserve(notes.notes.size());
  for (const Note& note : notes.notes) {
    const std::optional<Drum> drum = map.drum(note.pitch);
    if (!drum) {
      left_out.add(LeftOut::unknown_pitch);
    } else if (note.start < Ticks{}) {
      left_out.add(LeftOut::before_the_start);
    } else {
      file.notes.push_back({notes.start_seconds(note).value, notes.end_seconds(note).value, *drum, note.velocity});
    }
  }
  if (left_out[LeftOut::unknown_pitch] != 0) left_out.add(LeftOut::refused_pitch);
  if (left_out[LeftOut::unknown_pitch] != 0 || left_out[LeftOut::before_the_start] != 0) return {};
  if (file.notes.empty()) {
    left_out.add(LeftOut::no_notes);
    return {};
  }
  return file;
}

/// Length in whole bars, rounded up.
std::int64_t bars_of(const std::vector<Onset>& onsets) {
  std::int64_t last = 0;
  for (const Onset& onset : onsets) last = std::max(last, onset.step);
  return std::min(last / per_bar + 1, kMaxSteps / per_bar);
}

/// The end of the music as pretty_midi computes it.
double end_seconds(const NoteSequence& notes, std::optional<Ticks> last_event) {
  if (!last_event) return notes.tempo_map.seconds(notes.end).value;
  Ticks end = *last_event;
  for (const Note& note : notes.notes) end = std::max(end, note.end);
  return notes.tempo_map.seconds(end).value;
}

void append(std::vector<float>& rows, const DrumSequence& sequence) {
  const std::size_t old = rows.size();
  rows.resize(old + static_cast<std::size_t>(sequence.steps()) * kDrumTensorDepth);
  to_tensor(sequence, std::span(rows).subspan(old));
}

}  // namespace

ConvertedFile convert_reference(const NoteSequence& notes, const GrooveConverterOptions& options) {
  ConvertedFile result;
  const std::optional<TimedFile> file = timed(notes, *options.drum_map, result.left_out);
  if (!file) return result;
  const ReferenceQuantizer quantizer(file->qpm);
  std::vector<Onset> onsets;
  onsets.reserve(file->notes.size());
  for (const TimedNote& note : file->notes) onsets.push_back(quantizer.onset(note.start, note.drum, note.velocity));
  const std::int64_t windows = bars_of(onsets) / options.bars;
  if (windows == 0) {
    result.left_out.add(LeftOut::too_short);
    return result;
  }
  const std::int64_t steps = options.bars * per_bar;
  DrumSequence sequence(static_cast<int>(windows * steps), grid);
  for (const Onset& onset : onsets) place(sequence, onset, result.left_out);
  append(result.windows.rows, sequence);
  for (std::int64_t w = 0; w < windows; ++w) result.windows.windows.push_back({w * steps, w * options.bars});
  return result;
}

ConvertedFile convert_reference_tfds(const NoteSequence& notes, const GrooveConverterOptions& options, std::optional<TableTempo> table) {
  ConvertedFile result;
  const std::optional<TimedFile> file = timed(notes, *options.drum_map, result.left_out);
  if (!file) return result;
  const TableTempo tempo = table.value_or(TableTempo{.bpm = file->qpm});
  const double bar_seconds = 60.0 / tempo.bpm * tempo.beats_per_bar;
  const double length = std::nearbyint(end_seconds(notes, tempo.last_event) / bar_seconds);
  const auto bars = static_cast<std::int64_t>(std::min(length, static_cast<double>(kMaxSteps / per_bar)));
  if (bars < options.bars) result.left_out.add(LeftOut::too_short);

  const ReferenceQuantizer quantizer(file->qpm);
  const auto steps = static_cast<int>(options.bars * per_bar);
  std::vector<Onset> onsets;
  for (std::int64_t bar = 0; bar + options.bars <= bars; ++bar) {
    const double start = static_cast<double>(bar) * bar_seconds;
    const double end = static_cast<double>(bar + options.bars) * bar_seconds;
    onsets.clear();
    std::int64_t cut_off = 0;
    for (const TimedNote& note : file->notes) {
      if (note.start < start || note.start >= end) continue;
      if (note.end <= end) {
        onsets.push_back(quantizer.onset(note.start - start, note.drum, note.velocity));
      } else {
        ++cut_off;
      }
    }
    if (onsets.empty()) {
      result.left_out.add(LeftOut::silent_window);
    } else if (bars_of(onsets) < options.bars) {
      result.left_out.add(LeftOut::short_window);
    } else {
      DrumSequence sequence(steps, grid);
      for (const Onset& onset : onsets) place(sequence, onset, result.left_out);
      result.left_out.add(LeftOut::cut_off, cut_off);
      result.windows.windows.push_back({static_cast<std::int64_t>(result.windows.rows.size()) / kDrumTensorDepth, bar});
      append(result.windows.rows, sequence);
    }
  }
  return result;
}

}  // namespace musicvae::data
