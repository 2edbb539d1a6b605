// Melodies with chords, and inferred chords, compared with what Magenta's own code made of self-made sequences.
//
// golden/chords/sequences.json has the inputs, tensors.safetensors the windows of Magenta's OneHotMelodyConverter with chords, as classes
// sorted by events and chords, because Magenta's own order is that of a set. expected.json has the number of windows. from_tensors*.json
// have windows turned back into notes and chords, and inferred_chords.json what note_seq's chord inference finds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "data/timed_json.hpp"
#include "musicvae/data/chord_inference.hpp"
#include "musicvae/data/melody_converter.hpp"
#include "musicvae/error.hpp"
#include "musicvae/model/representations/melody.hpp"
#include "musicvae/model/safetensors.hpp"
#include "musicvae/sequence/melody_notes.hpp"
#include "paths.hpp"

namespace musicvae::data {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

const std::filesystem::path kChords = std::filesystem::path(test::data_folder) / "golden" / "chords";

json read_json(const std::string& name) {
  std::ifstream in(kChords / name);
  return json::parse(in);
}

/// Event classes and chord classes of a window.
using Window = std::pair<std::vector<int>, std::vector<int>>;

Window classes(const Melody& melody) {
  Window result;
  const std::vector<float> rows = MelodyRepresentation({.chords = true}).rows(melody);
  for (std::size_t i = 0; i < rows.size(); i += 2) {
    result.first.push_back(static_cast<int>(rows[i]));
    result.second.push_back(static_cast<int>(rows[i + 1]));
  }
  return result;
}

/// The windows of an input as the reference stores them.
std::vector<Window> golden_windows(const SafetensorsFile& file, const std::string& name) {
  if (!file.view().tensors.contains(name + "/events")) return {};
  const std::vector<std::int64_t> events = file.at(name + "/events").integers();
  const std::vector<std::int64_t> chords = file.at(name + "/chords").integers();
  std::vector<Window> result;
  for (std::ptrdiff_t i = 0; i < static_cast<std::ptrdiff_t>(events.size()); i += 32) {
    result.push_back({{events.begin() + i, events.begin() + i + 32}, {chords.begin() + i, chords.begin() + i + 32}});
  }
  return result;
}

TEST(ChordsReference, EqualsMagentasTensors) {
  const SafetensorsFile golden = SafetensorsFile::read(kChords / "tensors.safetensors");
  const json expected = read_json("expected.json");
  const MelodyConverter converter({.cut = Cut::reference, .bars = 2, .chords = true});
  const json sequences = read_json("sequences.json");
  ASSERT_EQ(sequences.size(), 26U);
  std::size_t compared = 0;
  for (const auto& [name, sequence] : sequences.items()) {
    SCOPED_TRACE(name);
    const ConvertedMelodies made = converter.convert(test::sequence_of(sequence));
    EXPECT_EQ(made.windows.size(), expected.at(name).get<std::size_t>());
    EXPECT_EQ(made.windows.empty(), made.left_out[LeftOut::refused_chords] + made.left_out[LeftOut::odd_meter] > 0);
    std::vector<Window> windows;
    for (const MelodyWindow& window : made.windows) windows.push_back(classes(window.melody));
    std::sort(windows.begin(), windows.end());
    EXPECT_EQ(windows, golden_windows(golden, name));
    compared += windows.size();
  }
  EXPECT_EQ(compared, 76U);
}

/// Notes and chords as the golden files store them.
json as_json(const NoteSequence& notes) {
  json result = {{"notes", json::array()}, {"chords", json::array()}};
  for (const Note& note : notes.notes) {
    result["notes"].push_back({note.pitch, note.velocity, notes.start_seconds(note).value, notes.end_seconds(note).value, 0, 0, 0});
  }
  for (const ChordAnnotation& chord : notes.chords) {
    result["chords"].push_back({notes.tempo_map.seconds(chord.at).value, chord.symbol});
  }
  return result;
}

/// The reference cuts the last 12 columns of the chords off, so it reads diminished chords as no chord.
Melody without_diminished(const Melody& melody) {
  ChordSequence chords = melody.chords();
  for (int step = 0; step < chords.steps(); ++step) {
    if (chords.at(step) >= Chord(0, ChordQuality::diminished)) chords.set(step, 1, {});
  }
  return melody.with_chords(chords);
}

/// A melody from classes; chords are null for none.
Melody melody_of(const json& events, const json& chords) {
  std::vector<float> rows;
  const int depth = chords.is_null() ? 1 : 2;
  for (std::size_t i = 0; i < events.size(); ++i) {
    rows.push_back(events.at(i).get<float>());
    if (depth == 2) rows.push_back(chords.at(i).get<float>());
  }
  return MelodyRepresentation::from_rows(rows, depth);
}

void expect_notes(const Melody& melody, const json& expected) {
  const json made = as_json(to_notes(without_diminished(melody)));
  EXPECT_EQ(made.at("notes"), expected.at("notes"));
  EXPECT_EQ(made.at("chords"), expected.at("chords"));
}

TEST(ChordsReference, TurnsWindowsBackIntoNotesAndChords) {
  const SafetensorsFile golden = SafetensorsFile::read(kChords / "tensors.safetensors");
  const json from_tensors = read_json("from_tensors.json");
  std::size_t compared = 0;
  for (const auto& [name, expected] : from_tensors.items()) {
    SCOPED_TRACE(name);
    const std::vector<Window> windows = golden_windows(golden, name);
    ASSERT_EQ(windows.size(), expected.size());
    for (std::size_t i = 0; i < windows.size(); ++i) expect_notes(melody_of(windows[i].first, windows[i].second), expected.at(i));
    compared += windows.size();
  }
  EXPECT_EQ(compared, 76U);
  const json handmade = read_json("from_tensors_handmade.json");
  EXPECT_EQ(handmade.size(), 8U);
  for (const auto& [name, expected] : handmade.items()) {
    SCOPED_TRACE(name);
    expect_notes(melody_of(expected.at("event_tokens"), expected.at("chord_tokens")), expected);
  }
}

TEST(ChordsReference, InfersTheChordsOfNoteSeq) {
  const json inferred = read_json("inferred_chords.json");
  const auto& decided_by_rounding = inferred.at("_decided_by_rounding");
  const json sequences = read_json("sequences.json");
  int compared = 0;
  int equal_anyway = 0;
  for (const auto& [name, expected] : inferred.items()) {
    if (name.starts_with("_")) continue;
    SCOPED_TRACE(name);
    const NoteSequence notes = test::sequence_of(sequences.at(name));
    const std::vector<ChordAnnotation> chords = infer_chords(notes);
    bool equal = chords.size() == expected.size();
    for (std::size_t i = 0; equal && i < chords.size(); ++i) {
      const double seconds = notes.tempo_map.seconds(chords[i].at).value;
      equal = chords[i].symbol == expected.at(i).at(1) && std::abs(seconds - expected.at(i).at(0).get<double>()) < 0.002;
    }
    if (std::find(decided_by_rounding.begin(), decided_by_rounding.end(), name) != decided_by_rounding.end()) {
      equal_anyway += equal ? 1 : 0;
    } else {
      EXPECT_TRUE(equal);
      ++compared;
    }
  }
  EXPECT_EQ(compared, 2);
  RecordProperty("equal_although_decided_by_rounding", equal_anyway);
  std::printf("%d of %zu inputs that rounding decides are equal, too\n", equal_anyway, decided_by_rounding.size());
}

TEST(ChordsReference, InferenceRefusesWhatItCannotRead) {
  NoteSequence notes;
  EXPECT_THAT([&] { (void)infer_chords(notes); }, ThrowsMessage<ArgumentError>(HasSubstr("no notes")));
  notes.notes = {{.pitch = 60, .velocity = 80, .start = {0}, .end = {480}, .channel = 0}};
  EXPECT_EQ(infer_chords(notes).size(), 1U);
  notes.time_signatures = {{{}, 8, 8}};
  EXPECT_THAT([&] { (void)infer_chords(notes); }, ThrowsMessage<ArgumentError>(HasSubstr("is in 8/8")));
  notes.time_signatures = {{{}, 4, 4}, {{480}, 3, 4}};
  notes.end = {1920};
  EXPECT_THAT([&] { (void)infer_chords(notes); }, ThrowsMessage<ArgumentError>(HasSubstr("several meters")));
  notes.time_signatures = {};
  notes.notes[0].end = {std::int64_t{960} * 1001};
  EXPECT_THAT([&] { (void)infer_chords(notes); }, ThrowsMessage<ArgumentError>(HasSubstr("needs 1001 chords")));
}

}  // namespace
}  // namespace musicvae::data
