// The C library: music from notes, cells and MIDI, and back.
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "c_handles.hpp"
#include "musicvae/sequence/drum_notes.hpp"

namespace musicvae {
namespace {

using test::CModel;
using test::CMusic;
using test::expect_error;
using test::expect_ok;
using test::tiny;

musicvae_note hit(double beat, int pitch, int velocity = 100) {
  return {.start_beats = beat,
          .end_beats = beat + 0.25,
          .start_seconds = 0.0,
          .end_seconds = 0.0,
          .pitch = pitch,
          .velocity = velocity,
          .program = 0,
          .instrument = 0,
          .drum = 1};
}

musicvae_note tone(double start, double end, int pitch, int program = 0) {
  musicvae_note note = hit(start, pitch);
  note.end_beats = end;
  note.program = program;
  note.instrument = program;
  note.drum = 0;
  return note;
}

CMusic music_from(const CModel& model, const std::vector<musicvae_note>& notes, int bars = 0, std::int64_t* left_out = nullptr) {
  return test::made_one(
      [&](musicvae_music** music) { return musicvae_music_from_notes(model.get(), notes.data(), notes.size(), bars, music, left_out); });
}

int steps_of(const CMusic& music) {
  musicvae_music_info info{};
  info.size = sizeof info;
  expect_ok(musicvae_music_get_info(music.get(), &info));
  return info.steps;
}

TEST(CMusic, CellsAndBack) {
  const CModel model = test::load(tiny("groovae_4bar"));
  std::vector<musicvae_cell> cells(32 * MUSICVAE_DRUMS);
  cells[MUSICVAE_KICK] = {1, 1.0F, 0.0F};
  cells[4 * MUSICVAE_DRUMS + MUSICVAE_SNARE] = {1, 0.5F, -0.25F};
  const CMusic music =
      test::made_one([&](musicvae_music** made) { return musicvae_music_from_cells(model.get(), cells.data(), 32, made); });
  const std::vector<musicvae_cell> back = test::cells_of(music);
  ASSERT_EQ(back.size(), cells.size());
  EXPECT_EQ(std::memcmp(back.data(), cells.data(), cells.size() * sizeof cells[0]), 0);

  musicvae_music_info info{};
  info.size = sizeof info;
  expect_ok(musicvae_music_get_info(music.get(), &info));
  EXPECT_EQ(info.steps, 32);
  EXPECT_EQ(info.steps_per_quarter, 4);
  EXPECT_STREQ(info.kind, "grooves");

  const std::vector<musicvae_note> notes = test::notes_of(music, 60.0);
  ASSERT_EQ(notes.size(), 2U);
  EXPECT_EQ(notes[0].pitch, 36);
  EXPECT_EQ(notes[0].velocity, 127);
  EXPECT_EQ(notes[1].pitch, 38);
  EXPECT_EQ(notes[1].velocity, 64);
  EXPECT_EQ(notes[1].drum, 1);
  EXPECT_DOUBLE_EQ(notes[1].start_beats, 1.0 - 0.125 * 0.25);
  EXPECT_DOUBLE_EQ(notes[1].start_seconds, notes[1].start_beats);  // 60 beats per minute
  EXPECT_DOUBLE_EQ(notes[1].end_beats, notes[1].start_beats + 0.25);
}

TEST(CMusic, NotesGiveWhatTheyGiveInCpp) {
  const CModel model = test::load(tiny("groovae_4bar"));
  DrumSequence groove(64);
  for (int step = 0; step < 64; ++step) groove.set(step, static_cast<Drum>(step % kDrums), 0.3F + 0.01F * static_cast<float>(step), 0.5F);
  const NoteSequence notes = to_notes(groove, DrumMap::roland());
  const std::string file = serialize_midi(notes);
  std::int64_t left_out = -1;
  const CMusic music = test::made_one(
      [&](musicvae_music** made) { return musicvae_music_from_midi(model.get(), file.data(), file.size(), 0, made, &left_out); });
  EXPECT_EQ(left_out, 0);
  EXPECT_EQ(test::midi_of(music), test::midi_of(from_notes(notes, DrumMap::roland()).sequence, DrumMap::roland()));
  const CMusic again = music_from(model, test::notes_of(music));
  EXPECT_EQ(test::midi_of(again), test::midi_of(music));
}

// Notes of music, and the file of these notes, are the same whichever way they are made.
TEST(CMusic, NotesAndFilesOfEveryKindAgree) {
  for (const char* config : {"groovae_4bar", "mel_2bar", "trio_4bar", "tracks"}) {
    const CModel model = test::load(tiny(config));
    for (const CMusic& music : test::sampled(model, 3, 5)) {
      const std::string file = test::midi_of(music, 97.0);
      const std::vector<musicvae_note> notes = test::notes_of(music, 97.0);
      const auto parsed = test::all_of<musicvae_note>([&](musicvae_note* array, std::size_t capacity, std::size_t* count) {
        return musicvae_notes_from_midi(file.data(), file.size(), array, capacity, count);
      });
      ASSERT_EQ(parsed.size(), notes.size()) << config;
      for (std::size_t i = 0; i < notes.size(); ++i) {
        EXPECT_DOUBLE_EQ(parsed[i].start_seconds, notes[i].start_seconds) << config;
        EXPECT_DOUBLE_EQ(parsed[i].end_beats, notes[i].end_beats) << config;
        EXPECT_EQ(parsed[i].pitch, notes[i].pitch) << config;
        EXPECT_EQ(parsed[i].velocity, notes[i].velocity) << config;
        EXPECT_EQ(parsed[i].program, notes[i].program) << config;
        EXPECT_EQ(parsed[i].drum, notes[i].drum) << config;
      }
      const double beats = steps_of(music) / static_cast<double>(std::string(config) == "tracks" ? 24 : 4);
      const auto written = test::all_of<char>([&](char* array, std::size_t capacity, std::size_t* size) {
        return musicvae_notes_to_midi(notes.data(), notes.size(), 97.0, beats, array, capacity, size);
      });
      const NoteSequence a = parse_midi(std::as_bytes(std::span(file)), "a");
      const NoteSequence b = parse_midi(std::as_bytes(std::span(written)), "b");
      EXPECT_EQ(a.end, b.end) << config;
      EXPECT_EQ(a.tempo_map, b.tempo_map) << config;
      EXPECT_EQ(a.notes.size(), b.notes.size()) << config;
    }
  }
}

TEST(CMusic, AGroovesFileIsTheSameFromItsNotes) {
  const CModel model = test::load(tiny("groovae_4bar"));
  const CMusic music = std::move(test::sampled(model, 1, 5)[0]);
  const std::vector<musicvae_note> notes = test::notes_of(music, 97.0);
  const auto written = test::all_of<char>([&](char* array, std::size_t capacity, std::size_t* size) {
    return musicvae_notes_to_midi(notes.data(), notes.size(), 97.0, 16.0, array, capacity, size);
  });
  EXPECT_EQ(std::string(written.begin(), written.end()), test::midi_of(music, 97.0));
}

TEST(CMusic, NotesOfEveryKindFindTheirPart) {
  const std::vector<musicvae_note> notes = {tone(0.0, 1.0, 72), tone(1.0, 2.0, 74), tone(0.0, 4.0, 40, 33), hit(0.0, 36), hit(1.0, 38)};
  const auto count = [&](const char* config, std::int64_t left_out_expected) {
    std::int64_t left_out = -1;
    const std::vector<musicvae_note> found = test::notes_of(music_from(test::load(tiny(config)), notes, 1, &left_out));
    EXPECT_EQ(left_out, left_out_expected) << config;
    return found.size();
  };
  EXPECT_EQ(count("groovae_4bar", 3), 2U);
  EXPECT_EQ(count("mel_2bar", 3), 2U);  // the drums, and the bass note below the first tone
  EXPECT_EQ(count("trio_4bar", 0), 5U);
  EXPECT_EQ(count("tracks", 0), 5U);
}

TEST(CMusic, TapsAreNotesOfAnyPitch) {
  const std::vector<musicvae_note> taps = {tone(0.0, 0.1, 60), tone(1.5, 1.6, 99)};
  std::int64_t left_out = -1;
  EXPECT_EQ(test::notes_of(music_from(test::load(tiny("groovae_2bar_tap_fixed_velocity")), taps, 0, &left_out)).size(), 2U);
  EXPECT_EQ(left_out, 0);
  EXPECT_EQ(test::notes_of(music_from(test::load(tiny("groovae_4bar")), taps, 0, &left_out)).size(), 0U);
  EXPECT_EQ(left_out, 2);
}

TEST(CMusic, LengthInBars) {
  const CModel model = test::load(tiny("groovae_4bar"));
  EXPECT_EQ(steps_of(music_from(model, {hit(4.5, 36)})), 32);
  EXPECT_EQ(steps_of(music_from(model, {hit(4.5, 36)}, 3)), 48);
  EXPECT_EQ(steps_of(music_from(model, {}, 2)), 32);
}

TEST(CMusic, ArraysThatAreTooSmall) {
  const CModel model = test::load(tiny("groovae_4bar"));
  const CMusic music = music_from(model, {hit(0.0, 36), hit(1.0, 38)}, 1);
  std::size_t count = 0;
  musicvae_note notes[2];
  notes[0].pitch = -7;
  expect_error(musicvae_music_notes(music.get(), 120.0, notes, 1, &count), MUSICVAE_ERROR_BUFFER, "room for 1, but 2 are needed");
  EXPECT_EQ(count, 2U);
  EXPECT_EQ(notes[0].pitch, -7);
  char bytes[4];
  expect_error(musicvae_music_to_midi(music.get(), 120.0, bytes, sizeof bytes, &count), MUSICVAE_ERROR_BUFFER, "musicvae_music_to_midi");
  musicvae_cell cell;
  expect_error(musicvae_music_cells(music.get(), &cell, 1, &count), MUSICVAE_ERROR_BUFFER, "144 are needed");
}

TEST(CMusic, ValuesOutOfRange) {
  const CModel model = test::load(tiny("groovae_4bar"));
  musicvae_music* music = nullptr;
  const auto from = [&](const musicvae_note& note) { return musicvae_music_from_notes(model.get(), &note, 1, 0, &music, nullptr); };
  expect_error(from(hit(0.0, 128)), MUSICVAE_ERROR_ARGUMENT, "note 0's pitch is 128; use 0 to 127");
  expect_error(from(hit(0.0, 36, 200)), MUSICVAE_ERROR_ARGUMENT, "note 0's velocity is 200; use 0 to 127");
  expect_error(from(hit(std::numeric_limits<double>::quiet_NaN(), 36)), MUSICVAE_ERROR_ARGUMENT, "note 0's start is nan");
  expect_error(from(hit(1e300, 36)), MUSICVAE_ERROR_ARGUMENT, "note 0's start is");
  expect_error(from(tone(2.0, 1.0, 36)), MUSICVAE_ERROR_ARGUMENT, "note 0 ends before it starts");
  expect_error(musicvae_music_from_notes(model.get(), nullptr, 0, -1, &music, nullptr), MUSICVAE_ERROR_ARGUMENT, "-1 bars");
  expect_error(musicvae_music_from_notes(model.get(), nullptr, 1, 0, &music, nullptr), MUSICVAE_ERROR_ARGUMENT, "notes is NULL");
  const musicvae_cell loud[MUSICVAE_DRUMS] = {{1, 1.5F, 0.0F}};
  expect_error(musicvae_music_from_cells(model.get(), loud, 1, &music), MUSICVAE_ERROR_ARGUMENT, "1.5");
  expect_error(musicvae_music_from_cells(model.get(), loud, -1, &music), MUSICVAE_ERROR_ARGUMENT, "-1");
  EXPECT_EQ(music, nullptr);

  const CMusic silence = music_from(model, {}, 1);
  std::size_t count = 0;
  for (const double qpm : {0.0, -1.0, std::numeric_limits<double>::infinity(), std::nan("")}) {
    expect_error(musicvae_music_notes(silence.get(), qpm, nullptr, 0, &count), MUSICVAE_ERROR_ARGUMENT, "qpm");
    expect_error(musicvae_music_to_midi(silence.get(), qpm, nullptr, 0, &count), MUSICVAE_ERROR_ARGUMENT, "qpm");
    EXPECT_EQ(musicvae_notes_to_midi(nullptr, 0, qpm, 4.0, nullptr, 0, &count), MUSICVAE_ERROR_ARGUMENT);
  }
  const musicvae_note late = hit(9.0, 36);
  expect_error(musicvae_notes_to_midi(&late, 1, 120.0, 8.0, nullptr, 0, &count), MUSICVAE_ERROR_ARGUMENT, "start tick");
}

TEST(CMusic, NullsAndWrongSizes) {
  const CModel model = test::load(tiny("groovae_4bar"));
  const CMusic silence = music_from(model, {}, 1);
  const musicvae_cell cells[MUSICVAE_DRUMS] = {};
  musicvae_music* music = nullptr;
  musicvae_music_info info{};
  std::size_t count = 0;
  expect_error(musicvae_music_from_notes(nullptr, nullptr, 0, 0, &music, nullptr), MUSICVAE_ERROR_ARGUMENT, "model is NULL");
  expect_error(musicvae_music_from_notes(model.get(), nullptr, 0, 0, nullptr, nullptr), MUSICVAE_ERROR_ARGUMENT, "music is NULL");
  expect_error(musicvae_music_from_midi(nullptr, "", 0, 0, &music, nullptr), MUSICVAE_ERROR_ARGUMENT, "model is NULL");
  expect_error(musicvae_music_from_midi(model.get(), nullptr, 1, 0, &music, nullptr), MUSICVAE_ERROR_ARGUMENT, "bytes is NULL");
  expect_error(musicvae_music_from_midi(model.get(), "", 0, 0, nullptr, nullptr), MUSICVAE_ERROR_ARGUMENT, "music is NULL");
  expect_error(musicvae_music_from_cells(nullptr, cells, 1, &music), MUSICVAE_ERROR_ARGUMENT, "model is NULL");
  expect_error(musicvae_music_from_cells(model.get(), nullptr, 1, &music), MUSICVAE_ERROR_ARGUMENT, "cells is NULL");
  expect_error(musicvae_music_from_cells(model.get(), cells, 1, nullptr), MUSICVAE_ERROR_ARGUMENT, "music is NULL");
  expect_error(musicvae_music_get_info(nullptr, &info), MUSICVAE_ERROR_ARGUMENT, "music is NULL");
  expect_error(musicvae_music_get_info(silence.get(), nullptr), MUSICVAE_ERROR_ARGUMENT, "info is NULL");
  expect_error(musicvae_music_get_info(silence.get(), &info), MUSICVAE_ERROR_STRUCT, "musicvae_music_info");
  expect_error(musicvae_music_notes(nullptr, 120.0, nullptr, 0, &count), MUSICVAE_ERROR_ARGUMENT, "music is NULL");
  expect_error(musicvae_music_notes(silence.get(), 120.0, nullptr, 0, nullptr), MUSICVAE_ERROR_ARGUMENT, "count is NULL");
  expect_error(musicvae_music_cells(nullptr, nullptr, 0, &count), MUSICVAE_ERROR_ARGUMENT, "music is NULL");
  expect_error(musicvae_music_cells(silence.get(), nullptr, 0, nullptr), MUSICVAE_ERROR_ARGUMENT, "count is NULL");
  expect_error(musicvae_music_to_midi(nullptr, 120.0, nullptr, 0, &count), MUSICVAE_ERROR_ARGUMENT, "music is NULL");
  expect_error(musicvae_music_to_midi(silence.get(), 120.0, nullptr, 0, nullptr), MUSICVAE_ERROR_ARGUMENT, "size is NULL");
  expect_error(musicvae_notes_to_midi(nullptr, 1, 120.0, 0.0, nullptr, 0, &count), MUSICVAE_ERROR_ARGUMENT, "notes is NULL");
  expect_error(musicvae_notes_to_midi(nullptr, 0, 120.0, 0.0, nullptr, 0, nullptr), MUSICVAE_ERROR_ARGUMENT, "size is NULL");
  expect_error(musicvae_notes_from_midi(nullptr, 1, nullptr, 0, &count), MUSICVAE_ERROR_ARGUMENT, "bytes is NULL");
  expect_error(musicvae_notes_from_midi("", 0, nullptr, 0, nullptr), MUSICVAE_ERROR_ARGUMENT, "count is NULL");
}

TEST(CMusic, FilesThatAreNoMidi) {
  const CModel model = test::load(tiny("groovae_4bar"));
  musicvae_music* music = nullptr;
  std::size_t count = 0;
  const std::string file = test::midi_of(test::sampled(model, 1, 1)[0]);
  for (const std::string& bytes : {std::string(), file.substr(0, 20), file.substr(0, file.size() - 1), "RIFF" + file}) {
    expect_error(musicvae_music_from_midi(model.get(), bytes.data(), bytes.size(), 0, &music, nullptr), MUSICVAE_ERROR_FORMAT,
                 "the MIDI file in memory: byte ");
    expect_error(musicvae_notes_from_midi(bytes.data(), bytes.size(), nullptr, 0, &count), MUSICVAE_ERROR_FORMAT, "byte ");
  }
  EXPECT_EQ(music, nullptr);
}

TEST(CMusic, CellsAreForGroovesOnly) {
  const CModel melodies = test::load(tiny("mel_2bar"));
  const musicvae_cell cells[MUSICVAE_DRUMS] = {};
  musicvae_music* music = nullptr;
  std::size_t count = 0;
  expect_error(musicvae_music_from_cells(melodies.get(), cells, 1, &music), MUSICVAE_ERROR_CONFIG, "for melodies, not grooves");
  expect_error(musicvae_music_cells(test::sampled(melodies, 1, 1)[0].get(), nullptr, 0, &count), MUSICVAE_ERROR_CONFIG,
               "musicvae_music_cells: the music is melodies, not grooves");
}

}  // namespace
}  // namespace musicvae
