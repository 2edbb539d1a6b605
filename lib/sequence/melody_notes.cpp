#include "musicvae/sequence/melody_notes.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "musicvae/error.hpp"
#include "musicvae/sequence/drum_notes.hpp"
#include "sequence/note_grid.hpp"
#include "sequence/step_checks.hpp"

namespace musicvae {
namespace {

void check_sound(const MelodySound& sound) {
  const auto check = [](const char* what, int value, int lowest, int highest) {
    if (value < lowest || value > highest) {
      throw ArgumentError("to notes: " + std::string(what) + " " + std::to_string(value) + " is out of range; use " +
                          std::to_string(lowest) + " to " + std::to_string(highest));
    }
  };
  check("velocity", sound.velocity, 1, 127);
  check("program", sound.program, 0, 127);
  check("channel", sound.channel, 0, 15);
  if (sound.channel == 9) throw ArgumentError("to notes: channel 9 is for drums; use another one for a melody");
}

/// The chord of each step.
ChordSequence chords_of(const NoteSequence& notes, const Grid& grid, int steps, LeftOutCounts& left_out) {
  ChordSequence chords(steps);
  for (const ChordAnnotation& annotation : notes.chords) {
    Chord chord;
    try {
      chord = read_chord(annotation.symbol).chord;
    } catch (const ArgumentError&) {
      left_out.add(LeftOut::unknown_chord);
    }
    const std::int64_t step = detail::nearest_step(annotation.at, notes.tempo_map.ticks_per_quarter(), grid.steps_per_quarter).step;
    const int first = static_cast<int>(std::clamp<std::int64_t>(step, 0, steps));
    chords.set(first, steps - first, chord);
  }
  return chords;
}

}  // namespace

StepNote to_step_note(const Note& note, int ticks_per_quarter, int steps_per_quarter) {
  const std::int64_t start = detail::nearest_step(note.start, ticks_per_quarter, steps_per_quarter).step;
  const std::int64_t end = detail::nearest_step(note.end, ticks_per_quarter, steps_per_quarter).step;
  return {start, std::max(start + 1, end), note.pitch};
}

Melody to_melody(std::vector<StepNote> notes, int steps, Grid grid, LeftOutCounts& left_out) {
  Melody melody(steps, grid);
  std::stable_sort(notes.begin(), notes.end(),
                   [](const StepNote& a, const StepNote& b) { return std::pair(a.start, -a.pitch) < std::pair(b.start, -b.pitch); });
  std::int64_t end = 0;  // of the note before
  for (const StepNote& note : notes) {
    if (note.start < 0) {
      left_out.add(LeftOut::before_the_start);
    } else if (note.start >= steps) {
      left_out.add(LeftOut::past_the_end);
    } else if (melody.at(static_cast<int>(note.start)) >= 0) {
      left_out.add(LeftOut::collision);
    } else {
      if (end > 0 && end < note.start) melody.set(static_cast<int>(end), Melody::kOff);
      melody.set(static_cast<int>(note.start), note.pitch);
      end = note.end;
    }
  }
  if (end > 0 && end < steps) melody.set(static_cast<int>(end), Melody::kOff);
  return melody;
}

QuantizedMelody melody_from_notes(const NoteSequence& notes, Grid grid, std::optional<int> bars) {
  detail::check_grid("from notes", grid);
  if (bars) detail::check_bars(*bars, grid);
  QuantizedMelody result{Melody(0, grid), {}};
  result.left_out.add(LeftOut::unended, static_cast<std::int64_t>(notes.unended.size()));
  std::vector<StepNote> line;
  std::int64_t last_start = 0;
  std::int64_t last_end = 0;
  for (const Note& note : notes.notes) {
    if (note.is_drum()) {
      result.left_out.add(LeftOut::drum_note);
    } else if (note.velocity == 0) {
      result.left_out.add(LeftOut::no_velocity);
    } else if (note.pitch < 0 || note.pitch > Melody::kMaxPitch) {
      result.left_out.add(LeftOut::outside_range);
    } else {
      line.push_back(to_step_note(note, notes.tempo_map.ticks_per_quarter(), grid.steps_per_quarter));
      last_start = std::max(last_start, line.back().start);
      last_end = std::max(last_end, line.back().end);
    }
  }
  const std::int64_t per_bar = grid.steps_per_bar();
  std::int64_t length = bars.value_or(0);
  if (!bars) length = std::max((last_end + per_bar - 1) / per_bar, detail::end_step(notes, grid, last_start) / per_bar);
  length = std::min(length, kMaxSteps / per_bar) * per_bar;
  result.melody = to_melody(std::move(line), static_cast<int>(length), grid, result.left_out);
  if (!notes.chords.empty()) result.melody = result.melody.with_chords(chords_of(notes, grid, result.melody.steps(), result.left_out));
  return result;
}

NoteSequence to_notes(const Melody& melody, double qpm, MelodySound sound, int ticks_per_quarter) {
  check_sound(sound);
  NoteSequence result = detail::notes_on_grid(melody.grid(), melody.steps(), qpm, ticks_per_quarter);
  const std::int64_t ticks_per_step = ticks_per_quarter / melody.grid().steps_per_quarter;
  for (int step = 0; step < melody.chords().steps(); ++step) {
    const Chord chord = melody.chords().at(step);
    if (step == 0 || chord != melody.chords().at(step - 1)) result.chords.push_back({{step * ticks_per_step}, chord.name()});
  }
  bool sounding = false;
  for (int step = 0; step < melody.steps(); ++step) {
    const int event = melody.at(step);
    const Ticks now{step * ticks_per_step};
    if (event == Melody::kHold) continue;
    if (sounding) result.notes.back().end = now;
    sounding = event != Melody::kOff;
    if (!sounding) continue;
    result.notes.push_back(
        {.pitch = event, .velocity = sound.velocity, .start = now, .end = result.end, .channel = sound.channel, .program = sound.program});
  }
  return result;
}

}  // namespace musicvae
