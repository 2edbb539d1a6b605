#include "musicvae/sequence/tracks_notes.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "musicvae/sequence/drum_notes.hpp"
#include "musicvae/sequence/melody_notes.hpp"
#include "sequence/note_grid.hpp"
#include "sequence/step_checks.hpp"
#include "sequence/sustain.hpp"

namespace musicvae {
namespace {

bool is_midi(const Note& note) {
  const auto fits = [](int value) { return value >= 0 && value <= 127; };
  return fits(note.pitch) && fits(note.velocity) && fits(note.program);
}

/// The number of the instrument of each note, in the order in which they come.
std::vector<int> instruments_of(const std::vector<Note>& notes) {
  std::map<std::tuple<int, int, int>, int> known;
  std::vector<int> result;
  for (const Note& note : notes) {
    result.push_back(known.emplace(std::tuple(note.track, note.program, note.channel), static_cast<int>(known.size())).first->second);
  }
  return result;
}

/// Moves the ends of the notes to where the pedal ends them. Leaves out the notes that other ones replace.
std::vector<Note> pedalled(const NoteSequence& notes, const std::vector<int>& instruments, LeftOutCounts& left_out) {
  std::vector<detail::PedalledNote> sounding;
  std::vector<detail::PedalMove> moves;
  std::map<std::tuple<int, int>, std::vector<int>> played;  // the instruments of a track and channel, without drums
  for (std::size_t i = 0; i < notes.notes.size(); ++i) {
    const Note& note = notes.notes[i];
    sounding.push_back({instruments[i], note.pitch, static_cast<double>(note.start.value), static_cast<double>(note.end.value)});
    std::vector<int>& here = played[{note.track, note.channel}];
    if (!note.is_drum() && std::find(here.begin(), here.end(), instruments[i]) == here.end()) here.push_back(instruments[i]);
  }
  for (const PedalChange& change : notes.pedals) {
    for (const int instrument : played[{change.track, change.channel}])
      moves.push_back({static_cast<double>(change.at.value), change.down, instrument});
  }
  (void)detail::apply_pedal(sounding, moves, 0.0);
  std::vector<Note> result = notes.notes;
  for (std::size_t i = 0; i < result.size(); ++i) {
    result[i].end = {static_cast<std::int64_t>(sounding[i].end)};
    if (!sounding[i].removed || result[i].velocity == 0) continue;
    left_out.add(LeftOut::collision);
    result[i].velocity = 0;
  }
  return result;
}

}  // namespace

QuantizedTracks tracks_from_notes(const NoteSequence& notes, Grid grid, std::optional<int> bars) {
  detail::check_grid("from notes", grid);
  if (bars) detail::check_bars(*bars, grid);
  QuantizedTracks result{Tracks(0, grid), {}};
  result.left_out.add(LeftOut::unended, static_cast<std::int64_t>(notes.unended.size()));
  const std::vector<int> instruments = instruments_of(notes.notes);
  struct Used {
    const Note* note;
    int instrument;
    StepNote steps;
  };
  const std::vector<Note> all = pedalled(notes, instruments, result.left_out);
  std::vector<Used> used;
  std::int64_t last_start = 0;
  std::int64_t last_end = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const StepNote steps = to_step_note(all[i], notes.tempo_map.ticks_per_quarter(), grid.steps_per_quarter);
    if (notes.notes[i].velocity == 0) {
      result.left_out.add(LeftOut::no_velocity);
    } else if (all[i].velocity == 0) {
      continue;  // replaced
    } else if (!is_midi(all[i])) {
      result.left_out.add(LeftOut::outside_range);
    } else if (steps.start < 0) {
      result.left_out.add(LeftOut::before_the_start);
    } else {
      used.push_back({&all[i], instruments[i], steps});
      last_start = std::max(last_start, steps.start);
      last_end = std::max(last_end, steps.end);
    }
  }
  const std::int64_t per_bar = grid.steps_per_bar();
  std::int64_t length = bars.value_or(0);
  if (!bars) length = std::max((last_end + per_bar - 1) / per_bar, detail::end_step(notes, grid, last_start) / per_bar);
  length = std::min(length, kMaxSteps / per_bar) * per_bar;

  std::map<std::tuple<bool, int, int>, Track> tracks;  // by drums, program and number
  for (const auto& [note, instrument, steps] : used) {
    if (steps.start >= length) {
      result.left_out.add(LeftOut::past_the_end);
      continue;
    }
    const int program = note->is_drum() ? 0 : note->program;
    Track& track = tracks[{note->is_drum(), program, instrument}];
    track.program = program;
    track.drums = note->is_drum();
    track.notes.push_back({.pitch = note->pitch,
                           .velocity = note->velocity,
                           .start = static_cast<int>(steps.start),
                           .end = static_cast<int>(std::min(steps.end, length))});
  }
  result.tracks = Tracks(static_cast<int>(length), grid);
  for (auto& [key, track] : tracks) result.tracks.add(std::move(track));
  return result;
}

NoteSequence to_notes(const Tracks& tracks, double qpm, int ticks_per_quarter) {
  constexpr int drum_channel = 9;
  constexpr std::array others = {0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15};
  NoteSequence result = detail::notes_on_grid(tracks.grid(), tracks.steps(), qpm, ticks_per_quarter);
  const std::int64_t ticks_per_step = ticks_per_quarter / tracks.grid().steps_per_quarter;
  std::size_t pitched = 0;
  int number = 0;
  for (const Track& track : tracks.tracks()) {
    const int channel = track.drums ? drum_channel : others[pitched++ % others.size()];
    for (const TrackNote& note : track.notes) {
      result.notes.push_back({.pitch = note.pitch,
                              .velocity = note.velocity,
                              .start = {note.start * ticks_per_step},
                              .end = {note.end * ticks_per_step},
                              .channel = channel,
                              .program = track.program,
                              .track = number});
    }
    ++number;
  }
  return result;
}

}  // namespace musicvae
