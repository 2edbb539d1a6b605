// The reader gives what note_seq (pretty_midi) reads: the same notes in the same order, with times equal to the last bit.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <tuple>

#include "midi/groove_zip.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "paths.hpp"

namespace musicvae {
namespace {

using nlohmann::json;

json load(const std::filesystem::path& path) {
  std::ifstream in(path);
  return json::parse(in);
}

/// A NoteSequence in the form of the golden files.
json as_reference(const NoteSequence& sequence) {
  json result = {{"tpq", sequence.tempo_map.ticks_per_quarter()},
                 {"tempos", json::array()},
                 {"time_signatures", json::array()},
                 {"notes", json::array()}};
  for (const TempoSegment& s : sequence.tempo_map.segments()) result["tempos"].push_back({s.time.value, s.qpm});
  for (const TimeSignature& t : sequence.time_signatures) {
    result["time_signatures"].push_back({sequence.tempo_map.seconds(t.at).value, t.numerator, t.denominator});
  }
  std::map<std::tuple<int, int, int>, std::size_t> instruments;
  double total_time = 0.0;
  for (const Note& note : sequence.notes) {
    const std::size_t instrument =
        instruments.emplace(std::tuple(note.track, note.program, note.channel), instruments.size()).first->second;
    const double end = sequence.end_seconds(note).value;
    total_time = std::max(total_time, end);
    result["notes"].push_back(
        {note.pitch, note.velocity, sequence.start_seconds(note).value, end, instrument, note.program, note.is_drum()});
  }
  result["total_time"] = total_time;
  return result;
}

void expect_equal(const json& ours, const json& reference) {
  EXPECT_EQ(ours["tpq"], reference["tpq"]);
  EXPECT_EQ(ours["tempos"], reference["tempos"]);
  EXPECT_EQ(ours["time_signatures"], reference["time_signatures"]);
  EXPECT_EQ(ours["total_time"], reference["total_time"]);
  ASSERT_EQ(ours["notes"].size(), reference["notes"].size());
  for (std::size_t i = 0; i < ours["notes"].size(); ++i) ASSERT_EQ(ours["notes"][i], reference["notes"][i]) << "note " << i;
}

TEST(MidiReference, PublicFilesAreReadAsNoteSeqReadsThem) {
  const std::filesystem::path folder = std::filesystem::path(test::data_folder) / "golden" / "midi";
  const json expected = load(folder / "expected.json");
  ASSERT_EQ(expected.size(), 24U);
  for (const auto& [name, reference] : expected.items()) {
    SCOPED_TRACE(name);
    expect_equal(as_reference(read_midi(folder / (name + ".mid"))), reference);
  }
}

TEST(MidiReference, GrooveNotesAreReadAsNoteSeqReadsThem) {
  const auto& files = test::groove_files();
  if (files.empty()) GTEST_SKIP() << "the Groove MIDI Dataset is not in " << test::shared_folder << "/groove";
  const json golden = load(std::string(test::shared_folder) + "/golden/converter_24.json");
  ASSERT_EQ(golden["notes"].size(), 24U);
  for (const auto& [name, reference] : golden["notes"].items()) {
    SCOPED_TRACE(name);
    expect_equal(as_reference(parse_midi(files.at(name), name)), reference);
  }
}

TEST(MidiReference, EveryGrooveFileHasTheReferencesCounts) {
  const auto& files = test::groove_files();
  if (files.empty()) GTEST_SKIP() << "the Groove MIDI Dataset is not in " << test::shared_folder << "/groove";
  std::size_t notes = 0;
  for (const auto& [name, bytes] : files) notes += parse_midi(bytes, name).notes.size();
  EXPECT_EQ(files.size(), 1150U);
  EXPECT_EQ(notes, 445'494U);  // of 446,312 note-ons

  for (const json& reference : load(std::string(test::shared_folder) + "/golden/converter_files.json")) {
    SCOPED_TRACE(reference["midi"]);
    const json ours = as_reference(parse_midi(files.at(reference["midi"]), "groove"));
    EXPECT_EQ(ours["notes"].size(), reference["n_notes"]);
    EXPECT_EQ(ours["tpq"], reference["tpq"]);
    EXPECT_EQ(ours["tempos"], reference["tempos"]);
    EXPECT_EQ(ours["time_signatures"], reference["time_signatures"]);
    EXPECT_EQ(ours["total_time"], reference["total_time"]);
  }
}

}  // namespace
}  // namespace musicvae
