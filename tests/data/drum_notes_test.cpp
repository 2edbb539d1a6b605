#include "musicvae/sequence/drum_notes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <tuple>

#include "musicvae/error.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "musicvae/model/safetensors.hpp"
#include "musicvae/sequence/drum_tensor.hpp"
#include "musicvae/sequence/meter.hpp"
#include "paths.hpp"

namespace musicvae {
namespace {

const std::filesystem::path kGolden = std::filesystem::path(test::shared_folder) / "golden";

/// Random hits whose velocities and offsets can be stored exactly in a file at 480 ticks per quarter.
DrumSequence random_groove(int steps, Grid grid, unsigned seed) {
  std::mt19937 random(seed);
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const int half_step = 480 / grid.steps_per_quarter / 2;
  DrumSequence sequence(steps, grid);
  for (int step = 0; step < steps; ++step) {
    for (int d = 0; d < kDrums; ++d) {
      if (below(3) != 0) continue;
      const int late = step == 0 ? below(half_step) : below(2 * half_step) - half_step;
      const auto offset = static_cast<float>(static_cast<double>(2 * late) / (2.0 * half_step));
      sequence.set(step, static_cast<Drum>(d), cell_velocity(1 + below(127)), offset);
    }
  }
  return sequence;
}

/// Start, end, pitch and velocity of each note, in ticks.
std::multiset<std::tuple<std::int64_t, std::int64_t, int, int>> hits_of(const NoteSequence& sequence) {
  std::multiset<std::tuple<std::int64_t, std::int64_t, int, int>> result;
  for (const Note& note : sequence.notes) result.insert({note.start.value, note.end.value, note.pitch, note.velocity});
  return result;
}

TEST(DrumNotes, ComeBackAsTheyWere) {
  const Grid grids[] = {{},
                        {.steps_per_quarter = 8},
                        {.steps_per_quarter = 3},
                        {.beats_per_bar = 3},
                        {.steps_per_quarter = 4, .beats_per_bar = 7, .beat_unit = 8}};
  unsigned seed = 1;
  for (const Grid& grid : grids) {
    for (const DrumMap& map : {DrumMap::roland(), DrumMap::reduced()}) {
      const DrumSequence groove = random_groove(4 * grid.steps_per_bar(), grid, seed++);
      const NoteSequence notes = to_notes(groove, map, 97.0);
      EXPECT_EQ(notes.end.value, 4 * grid.steps_per_bar() * 480 / grid.steps_per_quarter) << "exactly 4 bars";
      EXPECT_EQ(notes.tempo_map.tempos(), std::vector<Tempo>{Tempo::from_qpm(97.0)});
      EXPECT_EQ(notes.time_signatures, (std::vector<TimeSignature>{{{}, grid.beats_per_bar, grid.beat_unit}}));
      const QuantizedDrums back = from_notes(notes, map, grid);
      EXPECT_EQ(back.sequence, groove);
      EXPECT_TRUE(back.left_out.empty());
    }
  }
}

TEST(DrumNotes, ComeBackThroughAMidiFile) {
  const DrumSequence groove = random_groove(64, {}, 9);
  const std::string bytes = serialize_midi(to_notes(groove, DrumMap::roland()));
  const NoteSequence read = parse_midi(std::as_bytes(std::span(bytes)), "groove.mid");
  EXPECT_EQ(read.end, Ticks{4 * 1920});
  EXPECT_EQ(from_notes(read, DrumMap::roland()).sequence, groove);
}

TEST(DrumNotes, NotesOfOnePitchDoNotOverlapAndNoneLeavesTheLoop) {
  DrumSequence groove(16);
  groove.set(0, Drum::kick, 0.5F, -1.0F);
  groove.set(1, Drum::kick, 0.5F, 1.0F);
  groove.set(2, Drum::kick, 0.5F, -1.0F);
  groove.set(15, Drum::kick, 0.0F, 1.0F);
  const NoteSequence notes = to_notes(groove, DrumMap::roland());
  EXPECT_THAT(hits_of(notes), testing::ElementsAre(std::tuple(0, 120, 36, 64), std::tuple(179, 180, 36, 64), std::tuple(180, 300, 36, 64),
                                                   std::tuple(1860, 1920, 36, 1)));
  EXPECT_EQ(notes.end, Ticks{1920});
}

TEST(DrumNotes, AnEmptySequenceIsAnEmptyFile) {
  const NoteSequence notes = to_notes(DrumSequence(0), DrumMap::roland());
  EXPECT_TRUE(notes.notes.empty());
  EXPECT_EQ(notes.end, Ticks{});
  EXPECT_EQ(from_notes(notes, DrumMap::roland()).sequence, DrumSequence(0));
  EXPECT_EQ(from_notes(to_notes(DrumSequence(32), DrumMap::roland()), DrumMap::roland()).sequence, DrumSequence(32)) << "silent bars stay";
}

TEST(DrumNotes, BarsAreAsManyAsAskedFor) {
  DrumSequence groove(64);
  groove.set(0, Drum::kick, 1.0F);
  groove.set(40, Drum::kick, 1.0F);
  const NoteSequence notes = to_notes(groove, DrumMap::roland());
  EXPECT_EQ(from_notes(notes, DrumMap::roland()).sequence.steps(), 64);
  const QuantizedDrums two = from_notes(notes, DrumMap::roland(), {}, 2);
  EXPECT_EQ(two.sequence, groove.slice(0, 32));
  EXPECT_EQ(two.left_out[LeftOut::past_the_end], 1);
  EXPECT_THROW((void)from_notes(notes, DrumMap::roland(), {}, -1), ArgumentError);
  EXPECT_THROW((void)from_notes(notes, DrumMap::roland(), {}, 1 << 20), ArgumentError);
}

TEST(DrumNotes, LaterThanAnyGridIsCounted) {
  NoteSequence notes = to_notes(DrumSequence(16), DrumMap::roland());
  for (std::int64_t tick : {std::int64_t{0}, std::int64_t{kMaxMidiTick.value}, std::int64_t{INT64_MAX}}) {
    notes.notes.push_back({.pitch = 36, .velocity = 1, .start = {tick}, .end = {tick}});
  }
  notes.end = {INT64_MAX};
  const QuantizedDrums drums = from_notes(notes, DrumMap::roland());
  EXPECT_EQ(drums.sequence.steps(), kMaxSteps);
  EXPECT_EQ(drums.sequence.hits(), 1);
  EXPECT_EQ(drums.left_out[LeftOut::past_the_end], 2);
}

/// Drum notes at these ticks (480 per quarter), in a piece that ends at `end`.
NoteSequence at(std::initializer_list<std::int64_t> ticks, std::int64_t end, int channel = 9) {
  NoteSequence notes;
  for (const std::int64_t tick : ticks) {
    notes.notes.push_back({.pitch = 36, .velocity = 100, .start = {tick}, .end = {tick + 10}, .channel = channel});
  }
  notes.end = {end};
  return notes;
}

TEST(DrumNotes, AnEarlyHitAfterTheLastBarBelongsToTheFirstDownbeatOfALoop) {
  const QuantizedDrums loop = from_notes(at({480, 1900}, 1920), DrumMap::roland());
  EXPECT_EQ(loop.sequence.steps(), 16);
  EXPECT_FLOAT_EQ(loop.sequence.at(0, Drum::kick).offset, -20.0F / 60.0F);
  EXPECT_TRUE(loop.left_out.empty());
  EXPECT_EQ(from_notes(at({480, 1900}, 1910), DrumMap::roland()).sequence.steps(), 16) << "its track ends with its last note";
  EXPECT_EQ(from_notes(at({480, 1900}, 1920), DrumMap::roland(), {}, 1).sequence.hits(), 2);
  EXPECT_EQ(from_notes(at({480, 1920}, 1980), DrumMap::roland()).sequence.steps(), 32) << "on the line it opens a bar";
  EXPECT_EQ(from_notes(at({480, 1900}, 2400), DrumMap::roland()).sequence.steps(), 32) << "the file goes on";
}

TEST(DrumNotes, AFarEndSaysNothing) {
  EXPECT_EQ(from_notes(at({0}, 60 * 1920), DrumMap::roland()).sequence.bars(), 60);
  EXPECT_EQ(from_notes(at({0}, 100 * 1920), DrumMap::roland()).sequence.bars(), 1);
}

TEST(DrumNotes, AnEarlyFirstDownbeatMayLieBeforeTheStart) {
  const QuantizedDrums drums = from_notes(at({-20, -70}, 1920), DrumMap::roland());
  EXPECT_FLOAT_EQ(drums.sequence.at(0, Drum::kick).offset, -20.0F / 60.0F);
  EXPECT_EQ(drums.left_out[LeftOut::before_the_start], 1);
}

TEST(DrumNotes, AreThoseOfTheChosenChannel) {
  NoteSequence notes = at({0, 480, 960}, 1920, 0);
  const QuantizedDrums guessed = from_notes(notes, DrumMap::roland());
  EXPECT_EQ(guessed.sequence.hits(), 3);
  EXPECT_TRUE(guessed.drums.guessed);
  notes.unended.push_back({.pitch = 38, .velocity = 1, .start = {0}, .end = {0}});
  const QuantizedDrums found = from_notes(notes, DrumMap::roland());
  EXPECT_EQ(found.sequence.hits(), 1) << "an unended note on channel 10 makes it the drum channel";
  EXPECT_EQ(found.left_out[LeftOut::not_a_drum], 3);
  EXPECT_EQ(from_notes(notes, DrumMap::roland(), {}, {}, DrumChannel::any()).sequence.hits(), 4);
  EXPECT_EQ(DrumChannel::from_name("10"), DrumChannel::of(9));
  EXPECT_EQ(DrumChannel::from_name("any"), DrumChannel::any());
  EXPECT_EQ(DrumChannel::from_name("auto"), DrumChannel());
  for (const char* name : {"", "0", "17", "1x", "drums"}) EXPECT_THROW((void)DrumChannel::from_name(name), ArgumentError) << name;
}

TEST(Meters, AreStretchesWithTheirBars) {
  NoteSequence notes = at({0, 480}, 480 * 17);
  EXPECT_EQ(meter_stretches(notes).size(), 1U);
  notes.time_signatures = {{{0}, 1, 4}, {{480}, 4, 4}, {{480 + 1920}, 4, 4}, {{480 * 30}, 3, 4}};
  const std::vector<MeterStretch> stretches = meter_stretches(notes);
  ASSERT_EQ(stretches.size(), 2U) << "a repeated meter and one after the music begin none";
  EXPECT_EQ(stretches[0].bars, 1);
  EXPECT_EQ(stretches[0].end, Ticks{480});
  EXPECT_EQ(stretches[1].first_bar, 1);
  EXPECT_EQ(stretches[1].end, std::nullopt);
}

TEST(Meters, ASliceHasTheTempoAndMeterThatHoldThere) {
  NoteSequence notes = at({0, 460, 480, 2400 - 20}, 4800);
  notes.tempo_map = TempoMap(480, {{{0}, 500'000}, {{100}, 400'000}, {{1000}, 300'000}});
  notes.time_signatures = {{{0}, 1, 4}, {{480}, 4, 4}};
  const NoteSequence part = slice(notes, {480}, Ticks{2400}, {60});
  EXPECT_EQ(part.tempo_map.tempos(), (std::vector<Tempo>{{{0}, 400'000}, {{520}, 300'000}}));
  EXPECT_EQ(part.time_signatures, (std::vector<TimeSignature>{{{0}, 4, 4}}));
  ASSERT_EQ(part.notes.size(), 2U) << "the early hit before 480 belongs to it, that before 2400 to what follows";
  EXPECT_EQ(part.notes[0].start, Ticks{-20});
  EXPECT_EQ(part.end, Ticks{1920});
  EXPECT_EQ(slice(notes, {}).notes, notes.notes);
}

TEST(DrumNotes, RefuseWhatMidiCannotHold) {
  const DrumSequence groove(16);
  EXPECT_THROW((void)to_notes(groove, DrumMap::roland(), 0.0), ArgumentError);
  EXPECT_THROW((void)to_notes(groove, DrumMap::roland(), std::nan("")), ArgumentError);
  EXPECT_THROW((void)to_notes(groove, DrumMap::roland(), 120.0, 30), ArgumentError);
  EXPECT_THROW((void)to_notes(groove, DrumMap::roland(), 120.0, 0), ArgumentError);
  EXPECT_THROW((void)to_notes(groove, DrumMap::roland(), 120.0, 40000), ArgumentError);
}

// Notes as the reference makes them: in seconds before they are written to MIDI, and as note_seq reads them back from its own MIDI file.
TEST(ReferenceNotes, AreThoseOfTheReference) {
  if (!std::filesystem::exists(kGolden / "inverse.json"))
    GTEST_SKIP() << "needs " << kGolden / "inverse.json"
                 << ", which is not here";
  std::ifstream in(kGolden / "inverse.json");
  const nlohmann::json expected = nlohmann::json::parse(in);
  const std::vector<float> windows = SafetensorsFile::read(kGolden / "inverse_windows.safetensors").at("windows").floats();
  for (const auto& [mode, map] : {std::pair{"train", DrumMap::roland()}, std::pair{"infer", DrumMap::reduced()}}) {
    for (std::size_t w = 0; w < 16; ++w) {
      SCOPED_TRACE(mode + std::to_string(w));
      const DrumSequence groove = from_tensor(std::span(windows).subspan(w * 64 * 27, 64 * 27), 64);
      const NoteSequence notes = to_reference_notes(groove, map);
      const nlohmann::json& record = expected[mode][w];
      ASSERT_EQ(notes.notes.size(), record["notes"].size());
      for (std::size_t i = 0; i < notes.notes.size(); ++i) {
        const nlohmann::json& note = record["notes"][i];
        EXPECT_EQ(notes.notes[i].pitch, note["pitch"]);
        EXPECT_EQ(notes.notes[i].velocity, note["velocity"]);
        EXPECT_EQ(notes.notes[i].start.value, std::max(0LL, std::llrint(note["start_time"].get<double>() * 440.0)));
        EXPECT_EQ(notes.notes[i].end.value, std::llrint(note["end_time"].get<double>() * 440.0));
      }
      // The notes in its MIDI file. Ends are not compared: there a note-off, or a velocity of 0, ends all notes of its pitch.
      std::multiset<std::tuple<std::int64_t, int, int>> ours;
      std::multiset<std::tuple<std::int64_t, int, int>> theirs;
      for (const Note& note : notes.notes) {
        if (note.velocity > 0) ours.insert({note.start.value, note.pitch, note.velocity});
      }
      for (const Note& note : read_midi(kGolden / "inverse_mid" / record["mid"].get<std::string>()).notes) {
        theirs.insert({note.start.value, note.pitch, note.velocity});
      }
      EXPECT_EQ(ours, theirs);
    }
  }
}

}  // namespace
}  // namespace musicvae
