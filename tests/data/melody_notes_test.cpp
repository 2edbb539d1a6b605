#include "musicvae/sequence/melody_notes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include <nlohmann/json.hpp>

#include "data/npz.hpp"
#include "musicvae/error.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "musicvae/model/safetensors.hpp"
#include "paths.hpp"

namespace musicvae {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int hold = Melody::kHold;
constexpr int off = Melody::kOff;

Melody melody_of(const std::vector<int>& events, Grid grid = {}) {
  Melody result(static_cast<int>(events.size()), grid);
  for (int step = 0; step < result.steps(); ++step) result.set(step, events[static_cast<std::size_t>(step)]);
  return result;
}

TEST(MelodyNotes, KeepChords) {
  ChordSequence chords(16);
  chords.set(4, 12, Chord(9, ChordQuality::minor));
  chords.set(8, 4, Chord(11, ChordQuality::diminished));
  Melody melody(16);
  melody.set(0, 60);
  melody = melody.with_chords(chords);
  const NoteSequence notes = to_notes(melody);
  const std::vector<ChordAnnotation> expected = {{{0}, "N.C."}, {{480}, "Am"}, {{960}, "Bdim"}, {{1440}, "Am"}};
  EXPECT_EQ(notes.chords, expected);
  EXPECT_EQ(melody_from_notes(notes).melody, melody);
  EXPECT_TRUE(to_notes(Melody(16)).chords.empty());
}

TEST(MelodyNotes, CountAChordThatCannotBeRead) {
  NoteSequence notes = to_notes(Melody(16));
  notes.chords = {{{-100}, "F"}, {{470}, "Gsus4"}, {{970}, "C7"}, {{960 * 2}, "G"}};
  const QuantizedMelody read = melody_from_notes(notes);
  ChordSequence chords(16);
  chords.set(0, 4, Chord(5, ChordQuality::major));
  chords.set(8, 8, Chord(0, ChordQuality::major));
  EXPECT_EQ(read.melody.chords(), chords);
  EXPECT_EQ(read.left_out[LeftOut::unknown_chord], 1);
}

/// Pitch, start and end of each note, in ticks.
using Played = std::tuple<int, std::int64_t, std::int64_t>;

std::vector<Played> played(const NoteSequence& sequence) {
  std::vector<Played> result;
  for (const Note& note : sequence.notes) result.emplace_back(note.pitch, note.start.value, note.end.value);
  return result;
}

Note note(int pitch, std::int64_t start, std::int64_t end, int channel = 0) {
  return {.pitch = pitch, .velocity = 90, .start = {start}, .end = {end}, .channel = channel};
}

TEST(MelodyNotes, LastUntilTheNextNoteAnOffOrTheEnd) {
  const NoteSequence notes = to_notes(melody_of({hold, off, 60, hold, 62, off, hold, 62, 64, hold}));
  EXPECT_THAT(played(notes), ElementsAre(Played(60, 240, 480), Played(62, 480, 600), Played(62, 840, 960), Played(64, 960, 1200)));
  EXPECT_EQ(notes.end, Ticks{1200});
  EXPECT_EQ(notes.tempo_map, TempoMap(480, {Tempo{{}, 500'000}}));
  for (const Note& n : notes.notes) {
    EXPECT_EQ(n.velocity, 80);
    EXPECT_EQ(n.program, 0);
    EXPECT_EQ(n.channel, 0);
    EXPECT_FALSE(n.is_drum());
  }
  EXPECT_THAT(to_notes(melody_of({off, hold, off})).notes, IsEmpty());
}

TEST(MelodyNotes, SoundAsAskedFor) {
  const NoteSequence notes = to_notes(melody_of({60, hold}, {.steps_per_quarter = 3, .beats_per_bar = 3}), 90.0,
                                      {.velocity = 1, .program = 33, .channel = 15}, 96);
  ASSERT_EQ(notes.notes.size(), 1U);
  EXPECT_EQ(notes.notes[0], (Note{.pitch = 60, .velocity = 1, .start = {}, .end = {64}, .channel = 15, .program = 33}));
  EXPECT_EQ(notes.time_signatures, (std::vector<TimeSignature>{{{}, 3, 4}}));
  EXPECT_DOUBLE_EQ(notes.tempo_map.tempos().at(0).qpm(), Tempo::from_qpm(90.0).qpm());
}

TEST(MelodyNotes, RefuseWhatMidiCannotHold) {
  const Melody melody(16);
  EXPECT_THROW(static_cast<void>(to_notes(melody, 3.0)), ArgumentError);
  EXPECT_THROW(static_cast<void>(to_notes(melody, 120.0, {}, 482)), ArgumentError);
  EXPECT_THROW(static_cast<void>(to_notes(melody, 120.0, {.velocity = 0})), ArgumentError);
  EXPECT_THROW(static_cast<void>(to_notes(melody, 120.0, {.program = 128})), ArgumentError);
  EXPECT_THROW(static_cast<void>(to_notes(melody, 120.0, {.channel = 16})), ArgumentError);
  EXPECT_THROW(static_cast<void>(to_notes(melody, 120.0, {.channel = 9})), ArgumentError);
}

TEST(MelodyNotes, ComeBackAsTheyWere) {
  std::mt19937 random(1);
  for (const Grid& grid : {Grid{}, Grid{.steps_per_quarter = 3}, Grid{.beats_per_bar = 7, .beat_unit = 8}}) {
    Melody melody(4 * grid.steps_per_bar(), grid);
    bool sounding = false;
    for (int step = 0; step < melody.steps(); ++step) {
      const unsigned choice = random() % 4;
      if (choice == 0) melody.set(step, static_cast<int>(random() % 128));
      if (choice == 1 && sounding) melody.set(step, off);
      sounding = melody.at(step) >= 0 || (sounding && melody.at(step) == hold);
    }
    const NoteSequence notes = to_notes(melody, 97.0);
    const QuantizedMelody back = melody_from_notes(notes, grid);
    EXPECT_EQ(back.melody, melody);
    EXPECT_TRUE(back.left_out.empty());
    const std::string bytes = serialize_midi(notes);
    EXPECT_EQ(melody_from_notes(parse_midi(std::as_bytes(std::span(bytes)), "melody.mid"), grid).melody, melody);
  }
}

TEST(MelodyNotes, AreQuantisedToTheNearestStep) {
  NoteSequence notes;
  notes.notes = {note(60, 59, 179), note(62, 180, 190), note(64, 479, 480), note(65, 1900, 2000)};
  const QuantizedMelody result = melody_from_notes(notes);
  ASSERT_EQ(result.melody.steps(), 32) << "the last note begins bar 1";
  EXPECT_EQ(result.melody.slice(0, 7), melody_of({60, off, 62, off, 64, off, hold}));
  EXPECT_EQ(result.melody.slice(14, 4), melody_of({hold, hold, 65, off}));
  EXPECT_TRUE(result.left_out.empty());
}

TEST(MelodyNotes, TheHighestOfAStepStaysAndTheNextNoteEndsIt) {
  NoteSequence notes;
  notes.notes = {note(60, 0, 1920), note(72, 0, 240), note(67, 120, 360, 1)};
  const QuantizedMelody result = melody_from_notes(notes, {}, 1);
  EXPECT_EQ(result.melody.slice(0, 5), melody_of({72, 67, hold, off, hold}));
  EXPECT_EQ(result.melody.num_notes(), 2);
  LeftOutCounts counts;
  counts.add(LeftOut::collision);
  EXPECT_EQ(result.left_out, counts);
}

TEST(MelodyNotes, CountEveryNoteThatIsLeftOut) {
  NoteSequence notes;
  notes.notes = {note(60, 0, 120), note(36, 0, 120, 9), note(60, 1920, 2040), note(60, -300, 120), note(128, 0, 120)};
  notes.notes.push_back({.pitch = 60, .velocity = 0, .start = {240}, .end = {360}, .channel = 0});
  notes.unended = {note(62, 120, 120)};
  const QuantizedMelody result = melody_from_notes(notes, {}, 1);
  EXPECT_EQ(result.melody.num_notes(), 1);
  LeftOutCounts counts;
  for (const LeftOut reason : {LeftOut::drum_note, LeftOut::past_the_end, LeftOut::before_the_start, LeftOut::no_velocity, LeftOut::unended,
                               LeftOut::outside_range}) {
    counts.add(reason);
  }
  EXPECT_EQ(result.left_out, counts);
}

TEST(MelodyNotes, TheEndOfTheFileCountsUnlessItIsFarAway) {
  NoteSequence notes;
  notes.notes = {note(60, 0, 120)};
  const auto bars = [&](std::int64_t end) {
    notes.end = {end};
    return melody_from_notes(notes).melody.bars();
  };
  EXPECT_EQ(bars(120), 1.0);
  EXPECT_EQ(bars(4 * 1920), 4.0);
  EXPECT_EQ(bars(1920 * 1000), 1.0);
  EXPECT_THROW(static_cast<void>(melody_from_notes(notes, {}, -1)), ArgumentError);
  EXPECT_THROW(static_cast<void>(melody_from_notes(notes, {.steps_per_quarter = 0})), ArgumentError);
}

TEST(MelodyNotes, ALongWayOffIsCountedAndNotStored) {
  NoteSequence notes;
  notes.notes = {note(60, 0, std::int64_t{1} << 60), note(60, std::int64_t{1} << 60, (std::int64_t{1} << 60) + 1)};
  const QuantizedMelody result = melody_from_notes(notes);
  EXPECT_EQ(result.melody.steps(), kMaxSteps);
  EXPECT_EQ(result.left_out[LeftOut::past_the_end], 1);
}

/// What Magenta makes of tensors, in golden/public/melody_trio. Its README describes the files.
class MelodyNotesReference : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(folder_)) GTEST_SKIP() << "no reference numbers at " << test::shared_folder;
    windows_ = test::read_npz(folder_.parent_path() / "multitrack" / "tensors.npz");
  }
  [[nodiscard]] nlohmann::json json(const std::string& name) const {
    std::ifstream in(folder_ / name);
    return nlohmann::json::parse(in);
  }
  /// Compares the notes of `tokens` (0 hold, 1 off, p - 19 a pitch p, -1 a row of zeros) with those of `record`.
  static void compare(const std::vector<int>& tokens, const nlohmann::json& record) {
    Melody melody(static_cast<int>(tokens.size()));
    for (int step = 0; step < melody.steps(); ++step) {
      const int token = tokens[static_cast<std::size_t>(step)];
      if (token > 0) melody.set(step, token == 1 ? off : token + 19);
    }
    const NoteSequence notes = to_notes(melody);
    ASSERT_EQ(notes.notes.size(), record.at("notes").size());
    for (std::size_t i = 0; i < notes.notes.size(); ++i) {
      const Note& n = notes.notes[i];
      const auto& expected = record.at("notes").at(i);
      EXPECT_EQ(n.pitch, expected.at(0));
      EXPECT_EQ(n.velocity, expected.at(1));
      EXPECT_NEAR(notes.start_seconds(n).value, expected.at(2), 1e-9);
      EXPECT_NEAR(notes.end_seconds(n).value, expected.at(3), 1e-9);
      EXPECT_EQ(n.track, expected.at(4));
      EXPECT_EQ(n.program, expected.at(5));
      EXPECT_EQ(n.is_drum(), expected.at(6) != 0);
    }
    const double total = notes.notes.empty() ? 0.0 : notes.end_seconds(notes.notes.back()).value;
    EXPECT_NEAR(total, record.at("total_time"), 1e-9);
    EXPECT_EQ(notes.tempo_map.tempos().size(), record.at("tempos").size());
    EXPECT_EQ(notes.tempo_map.tempos().at(0).qpm(), record.at("tempos").at(0).at(1));
  }
  [[nodiscard]] std::vector<int> window(const std::string& key, std::size_t index) const {
    const test::NpyArray& golden = windows_.at(key);
    const std::size_t steps = golden.shape.at(1);
    const std::size_t depth = golden.shape.at(2);
    const std::vector<std::uint8_t> rows = golden.as<std::uint8_t>();
    std::vector<int> tokens;
    for (std::size_t step = 0; step < steps; ++step) {
      const auto row = rows.begin() + static_cast<std::ptrdiff_t>((index * steps + step) * depth);
      tokens.push_back(static_cast<int>(std::max_element(row, row + static_cast<std::ptrdiff_t>(depth)) - row));
    }
    return tokens;
  }
  [[nodiscard]] std::vector<int> sample(const std::string& kind, std::size_t index) const {
    const SafetensorsFile file = SafetensorsFile::read(folder_ / (kind + "_tiny.safetensors"));
    const TensorView& tokens = file.at("sample/tokens");
    const std::vector<std::int64_t> all = tokens.integers();
    const auto steps = static_cast<std::size_t>(tokens.shape.at(1));
    const auto first = all.begin() + static_cast<std::ptrdiff_t>(index * steps);
    return {first, first + static_cast<std::ptrdiff_t>(steps)};
  }

 private:
  std::filesystem::path folder_ = std::filesystem::path(test::shared_folder) / "golden" / "public" / "melody_trio";
  std::map<std::string, test::NpyArray> windows_;
};

TEST_F(MelodyNotesReference, EqualMagentasNotesOfWindowsAndSamples) {
  const std::map<std::string, std::string> configs = {{"cat-mel_2bar", "cat-mel_2bar_big"}, {"mel_16bar", "flat-mel_16bar"}};
  const nlohmann::json records = json("from_tensors.json");
  int compared = 0;
  for (const auto& [key, record] : records.items()) {
    if (key.find("trio_16bar") != std::string::npos) continue;
    SCOPED_TRACE(key);
    const std::filesystem::path path = key;  // multitrack/NAME/KIND/I or sample/KIND/I
    const std::size_t index = std::stoul(path.filename().string());
    const std::string kind = path.parent_path().filename().string();
    if (key.starts_with("sample/")) {
      compare(sample(kind, index), record);
    } else {
      const std::string name = path.parent_path().parent_path().filename().string();
      compare(window(name + "/" + configs.at(kind) + "/infer", index), record);
    }
    ++compared;
  }
  EXPECT_EQ(compared, 39);
}

TEST_F(MelodyNotesReference, EqualMagentasNotesOfHandMadeTensors) {
  const nlohmann::json records = json("from_tensors_handmade.json");
  int compared = 0;
  for (const auto& [key, record] : records.items()) {
    if (record.at("kind") == "trio_16bar") continue;
    SCOPED_TRACE(key);
    compare(record.at("tokens").get<std::vector<int>>(), record);
    ++compared;
  }
  EXPECT_EQ(compared, 7);
}

}  // namespace
}  // namespace musicvae
