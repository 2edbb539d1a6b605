// Music: from notes, cells and MIDI, and back.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "call.hpp"
#include "handles.hpp"
#include "midi/plain_midi.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "musicvae/sequence/drum_channel.hpp"
#include "musicvae/sequence/drum_notes.hpp"
#include "musicvae/sequence/left_out.hpp"
#include "musicvae/sequence/melody_notes.hpp"
#include "musicvae/sequence/tracks_notes.hpp"
#include "musicvae/sequence/trio_notes.hpp"
#include "note_arrays.hpp"

using namespace musicvae;

namespace {

constexpr const char* kMidiInMemory = "the MIDI file in memory";

// ---- notes as music, one function for each kind ----

template <class Value>
struct Quantized {
  Value value;
  LeftOutCounts left_out;
};

template <class Value>
Quantized<Value> quantized(const NoteSequence& notes, const MusicVae& model, std::optional<int> bars);

template <>
Quantized<DrumSequence> quantized(const NoteSequence& notes, const MusicVae& model, std::optional<int> bars) {
  DrumMap map = model.drum_map().completed_by(DrumMap::reduced());
  DrumChannel channel;
  if (model.config().task() == Task::tap) {  // every note is a tap
    map = map.completed_by(Drum::snare);
    if (!has_drum_channel(notes)) channel = DrumChannel::any();
  }
  QuantizedDrums drums = from_notes(notes, map, model.grid(), bars, channel);
  return {std::move(drums.sequence), drums.left_out};
}

template <>
Quantized<Melody> quantized(const NoteSequence& notes, const MusicVae& model, std::optional<int> bars) {
  QuantizedMelody melody = melody_from_notes(notes, model.grid(), bars);
  return {std::move(melody.melody), melody.left_out};
}

template <>
Quantized<Trio> quantized(const NoteSequence& notes, const MusicVae& model, std::optional<int> bars) {
  QuantizedTrio trio = trio_from_notes(notes, model.drum_map().completed_by(DrumMap::reduced()), model.grid(), bars);
  return {std::move(trio.trio), trio.left_out};
}

template <>
Quantized<Tracks> quantized(const NoteSequence& notes, const MusicVae& model, std::optional<int> bars) {
  QuantizedTracks tracks = tracks_from_notes(notes, model.grid(), bars);
  return {std::move(tracks.tracks), tracks.left_out};
}

void quantize(const musicvae_model& model, const NoteSequence& notes, std::int32_t bars, musicvae_music** music, std::int64_t* left_out) {
  const std::optional<int> length = bars == 0 ? std::nullopt : std::optional<int>(bars);
  LeftOutCounts counts;
  AnyMusic value = with_music(model.vae.config(), [&]<class Value>() -> AnyMusic {
    Quantized<Value> made = quantized<Value>(notes, model.vae, length);
    counts = made.left_out;
    return std::move(made.value);
  });
  *music = new musicvae_music{std::move(value), model.vae.drum_map()};
  if (left_out == nullptr) return;
  *left_out = 0;
  for (std::size_t reason = 0; reason < kLeftOutReasons; ++reason) *left_out += counts[static_cast<LeftOut>(reason)];
}

// ---- music as notes ----

NoteSequence sequence_of(const musicvae_music& music, double qpm) {
  return std::visit(
      [&](const auto& value) {
        if constexpr (requires { to_notes(value, music.map, qpm); }) {
          return to_notes(value, music.map, qpm);
        } else {
          return to_notes(value, qpm);
        }
      },
      music.value);
}

void give_midi(const NoteSequence& notes, void* bytes, size_t capacity, size_t* size, const char* function) {
  const std::string file = serialize_midi(notes);
  c::give(std::span<const char>(file), static_cast<char*>(bytes), capacity, size, function);
}

// A span of what a caller gives; NULL is allowed if there is nothing.
template <class Value>
std::span<const Value> given(const void* values, size_t count, const char* what) {
  if (count > 0) c::demand(values, what);
  return {static_cast<const Value*>(values), count};
}

}  // namespace

extern "C" {

musicvae_status musicvae_music_from_notes(const musicvae_model* model, const musicvae_note* notes, size_t count, int32_t bars,
                                          musicvae_music** music, int64_t* left_out) noexcept {
  return c::guarded([&] {
    c::demand(model, "musicvae_music_from_notes: model");
    c::demand(music, "musicvae_music_from_notes: music");
    const auto all = given<musicvae_note>(notes, count, "musicvae_music_from_notes: notes");
    quantize(*model, c::sequence_from(all, 120.0, 0.0), bars, music, left_out);
  });
}

musicvae_status musicvae_music_from_midi(const musicvae_model* model, const void* bytes, size_t size, int32_t bars, musicvae_music** music,
                                         int64_t* left_out) noexcept {
  return c::guarded([&] {
    c::demand(model, "musicvae_music_from_midi: model");
    c::demand(music, "musicvae_music_from_midi: music");
    const auto file = given<std::byte>(bytes, size, "musicvae_music_from_midi: bytes");
    quantize(*model, midi::parse_plain_midi(file, kMidiInMemory), bars, music, left_out);
  });
}

musicvae_status musicvae_music_from_cells(const musicvae_model* model, const musicvae_cell* cells, int32_t steps,
                                          musicvae_music** music) noexcept {
  return c::guarded([&] {
    c::demand(model, "musicvae_music_from_cells: model");
    c::demand(cells, "musicvae_music_from_cells: cells");
    c::demand(music, "musicvae_music_from_cells: music");
    (void)representation_of<DrumSequence>(model->vae.config());
    DrumSequence groove(steps, model->vae.grid());
    for (int step = 0; step < steps; ++step) {
      for (int d = 0; d < kDrums; ++d) {
        const musicvae_cell& cell = *cells++;
        if (cell.hit != 0) groove.set(step, static_cast<Drum>(d), cell.velocity, cell.offset);
      }
    }
    *music = new musicvae_music{std::move(groove), model->vae.drum_map()};
  });
}

void musicvae_music_free(musicvae_music* music) noexcept {
  delete music;
}

musicvae_status musicvae_music_get_info(const musicvae_music* music, musicvae_music_info* info) noexcept {
  return c::guarded([&] {
    c::demand(music, "musicvae_music_get_info: music");
    c::demand(info, "musicvae_music_get_info: info");
    c::demand_size(info->size, sizeof *info, "musicvae_music_info");
    std::visit(
        [&]<class Value>(const Value& value) {
          info->steps = value.steps();
          info->steps_per_quarter = value.grid().steps_per_quarter;
          info->kind = Value::kPlural.data();
        },
        music->value);
  });
}

musicvae_status musicvae_music_notes(const musicvae_music* music, double qpm, musicvae_note* notes, size_t capacity,
                                     size_t* count) noexcept {
  return c::guarded([&] {
    c::demand(music, "musicvae_music_notes: music");
    c::demand(count, "musicvae_music_notes: count");
    const std::vector<musicvae_note> all = c::notes_from(sequence_of(*music, qpm));
    c::give(std::span(all), notes, capacity, count, "musicvae_music_notes");
  });
}

musicvae_status musicvae_music_cells(const musicvae_music* music, musicvae_cell* cells, size_t capacity, size_t* count) noexcept {
  return c::guarded([&] {
    c::demand(music, "musicvae_music_cells: music");
    c::demand(count, "musicvae_music_cells: count");
    const auto& groove = c::music_as<DrumSequence>(*music, "musicvae_music_cells");
    std::vector<musicvae_cell> all;
    for (int step = 0; step < groove.steps(); ++step) {
      for (int d = 0; d < kDrums; ++d) {
        const Cell& cell = groove.at(step, static_cast<Drum>(d));
        all.push_back({cell.hit ? 1 : 0, cell.velocity, cell.offset});
      }
    }
    c::give(std::span<const musicvae_cell>(all), cells, capacity, count, "musicvae_music_cells");
  });
}

musicvae_status musicvae_music_to_midi(const musicvae_music* music, double qpm, void* bytes, size_t capacity, size_t* size) noexcept {
  return c::guarded([&] {
    c::demand(music, "musicvae_music_to_midi: music");
    c::demand(size, "musicvae_music_to_midi: size");
    give_midi(sequence_of(*music, qpm), bytes, capacity, size, "musicvae_music_to_midi");
  });
}

musicvae_status musicvae_notes_to_midi(const musicvae_note* notes, size_t count, double qpm, double beats, void* bytes, size_t capacity,
                                       size_t* size) noexcept {
  return c::guarded([&] {
    c::demand(size, "musicvae_notes_to_midi: size");
    const auto all = given<musicvae_note>(notes, count, "musicvae_notes_to_midi: notes");
    give_midi(c::sequence_from(all, qpm, beats), bytes, capacity, size, "musicvae_notes_to_midi");
  });
}

musicvae_status musicvae_notes_from_midi(const void* bytes, size_t size, musicvae_note* notes, size_t capacity, size_t* count) noexcept {
  return c::guarded([&] {
    c::demand(count, "musicvae_notes_from_midi: count");
    const auto file = given<std::byte>(bytes, size, "musicvae_notes_from_midi: bytes");
    const std::vector<musicvae_note> all = c::notes_from(midi::parse_plain_midi(file, kMidiInMemory));
    c::give(std::span(all), notes, capacity, count, "musicvae_notes_from_midi");
  });
}

}  // extern "C"
