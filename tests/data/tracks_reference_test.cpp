// The cut reference of tracks compared with what Magenta's own MultiInstrumentPerformanceConverter made of synthetic pieces
// (golden/public/multiperf, whose README describes the files), and its bars turned back into notes.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "data/tracks_cut.hpp"
#include "musicvae/data/tracks_converter.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "musicvae/model/representations/tracks.hpp"
#include "musicvae/model/safetensors.hpp"
#include "musicvae/sequence/tracks_notes.hpp"
#include "paths.hpp"

namespace musicvae::data {
namespace {

using nlohmann::json;

constexpr std::size_t kRows = TracksRepresentation::kRows;
constexpr std::size_t kWindow = TracksRepresentation::kTracks * kRows;

class TracksReference : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no reference numbers at " << test::shared_folder;
  }

  static json read(const std::string& name) {
    std::ifstream in(folder / name);
    return json::parse(in);
  }

  /// Magenta's tokens of a piece; empty if it has no bars.
  static std::vector<std::int64_t> tokens_of(const SafetensorsFile& tensors, const std::string& name) {
    const auto found = tensors.view().tensors.find(name + "/tokens");
    return found == tensors.view().tensors.end() ? std::vector<std::int64_t>() : found->second.integers();
  }

  inline static const std::filesystem::path folder = std::filesystem::path(test::shared_folder) / "golden" / "public" / "multiperf";
};

/// The rows of all bars, with -1 for a row of zeros.
std::vector<std::int64_t> rows_of(const ConvertedTracks& made) {
  std::vector<std::int64_t> result;
  for (const TracksWindow& window : made.windows) {
    for (const float row : TracksRepresentation().rows(window.tracks))
      result.push_back(static_cast<std::int64_t>(row) % TracksRepresentation::kDrumRow);
  }
  return result;
}

SecondsPiece piece_of(const json& record) {
  SecondsPiece piece;
  for (const json& tempo : record.at("tempos")) piece.tempos.push_back({tempo.at(0), tempo.at(1)});
  for (const json& meter : record.at("time_signatures")) piece.meters.push_back({meter.at(0), meter.at(1), meter.at(2)});
  for (const json& note : record.at("notes")) {
    piece.notes.push_back({.pitch = note.at(0),
                           .velocity = note.at(1),
                           .start = note.at(2),
                           .end = note.at(3),
                           .instrument = note.at(4),
                           .program = note.at(5),
                           .drums = note.at(6) != 0});
  }
  for (const json& control : record.at("controls")) {
    if (control.at(1) == 64) piece.pedals.push_back({control.at(0), control.at(2) >= 64, control.at(3)});
  }
  for (const json& chord : record.at("chords")) piece.chords.push_back({chord.at(0), chord.at(1)});
  piece.end = record.at("total_time");
  return piece;
}

TEST_F(TracksReference, EqualsMagentasTensorsOfMidiFiles) {
  const SafetensorsFile tensors = SafetensorsFile::read(folder / "tensors.safetensors");
  const TracksConverter converter({.cut = Cut::reference});
  int files = 0;
  std::size_t bars = 0;
  const json expected = read("expected.json");
  for (const auto& [name, count] : expected.items()) {
    if (!std::filesystem::exists(folder / (name + ".mid"))) continue;
    SCOPED_TRACE(name);
    const ConvertedTracks made = converter.convert(read_midi(folder / (name + ".mid")));
    EXPECT_EQ(made.windows.size(), count.at("multiperf").get<std::size_t>());
    EXPECT_EQ(rows_of(made), tokens_of(tensors, name));
    ++files;
    bars += made.windows.size();
  }
  EXPECT_EQ(files, 22);
  EXPECT_EQ(bars, 59U);
}

TEST_F(TracksReference, EqualsMagentasTensorsOfPiecesInSeconds) {
  const SafetensorsFile tensors = SafetensorsFile::read(folder / "tensors.safetensors");
  const json expected = read("expected.json");
  int compared = 0;
  const json sequences = read("sequences.json");
  for (const auto& [name, record] : sequences.items()) {
    SCOPED_TRACE(name);
    const ConvertedTracks made = convert_reference_tracks(piece_of(record));
    if (!expected.at(name).at("multiperf").is_number()) {  // Magenta stops with an error
      EXPECT_EQ(made.windows.size(), 1U);
      continue;
    }
    EXPECT_EQ(rows_of(made), tokens_of(tensors, name));
    ++compared;
  }
  EXPECT_EQ(compared, 29);
}

/// The columns of all bars' rows, with -1 for rows of zeros: tokens, and chords.
std::pair<std::vector<std::int64_t>, std::vector<std::int64_t>> columns_of(const ConvertedTracks& made) {
  std::pair<std::vector<std::int64_t>, std::vector<std::int64_t>> result;
  for (const TracksWindow& window : made.windows) {
    const std::vector<float> rows = TracksRepresentation({.chords = true}).rows(window.tracks);
    for (std::size_t i = 0; i < rows.size(); i += 2) {
      result.first.push_back(static_cast<std::int64_t>(rows[i]) % TracksRepresentation::kDrumRow);
      result.second.push_back(static_cast<std::int64_t>(rows[i + 1]));
    }
  }
  return result;
}

TEST_F(TracksReference, EqualsMagentasTensorsWithChords) {
  const SafetensorsFile tensors = SafetensorsFile::read(folder / "tensors.safetensors");
  const json expected = read("expected.json");
  const json sequences = read("sequences.json");
  int compared = 0;
  int symbols = 0;
  for (const auto& [name, record] : sequences.items()) {
    SCOPED_TRACE(name);
    if (!expected.at(name).at("multiperf_chords").is_number()) continue;
    const ConvertedTracks made = convert_reference_tracks(piece_of(record), /*chords=*/true);
    EXPECT_EQ(made.windows.size(), expected.at(name).at("multiperf_chords").get<std::size_t>());
    const bool other_bars = tensors.view().tensors.contains(name + "/chords_tokens");
    const auto [tokens, chords] = columns_of(made);
    EXPECT_EQ(tokens, other_bars ? tensors.at(name + "/chords_tokens").integers() : tokens_of(tensors, name));
    ++compared;
    if (tokens.empty() || expected.at(name).contains("chords_decided_by_rounding")) continue;
    EXPECT_EQ(chords, tensors.at(name + "/chords").integers());
    ++symbols;
  }
  EXPECT_EQ(compared, 29);
  EXPECT_GT(symbols, 15);
}

/// [pitch, velocity, start, end, track, program, drums], sorted; tracks are counted among those that have notes.
using NoteRow = std::tuple<int, int, double, double, int, int, int>;

std::vector<NoteRow> sorted(std::vector<NoteRow> rows) {
  std::map<int, int> dense;
  for (const NoteRow& row : rows) dense[std::get<4>(row)] = 0;
  int number = 0;
  for (auto& [track, place] : dense) place = number++;
  for (NoteRow& row : rows) std::get<4>(row) = dense[std::get<4>(row)];
  std::sort(rows.begin(), rows.end());
  return rows;
}

std::vector<NoteRow> notes_in(const json& record) {
  std::vector<NoteRow> rows;
  for (const json& n : record.at("notes")) rows.emplace_back(n.at(0), n.at(1), n.at(2), n.at(3), n.at(4), n.at(5), n.at(6));
  return sorted(rows);
}

/// The notes of a bar's rows, as the model's output becomes notes.
std::vector<NoteRow> notes_from(const std::vector<std::int64_t>& tokens) {
  std::vector<float> output(kWindow * TracksRepresentation::kTokens);
  for (std::size_t row = 0; row < tokens.size(); ++row) {
    if (tokens[row] >= 0) output[row * TracksRepresentation::kTokens + static_cast<std::size_t>(tokens[row])] = 1.0F;
  }
  const NoteSequence made = TracksRepresentation().notes(OutputFormat::one_hot, output, kWindow, Tracks::kGrid, DrumMap::roland(), 120.0);
  std::vector<NoteRow> rows;
  for (const Note& note : made.notes) {
    // In steps, because Magenta's seconds are sums and ours are products.
    const auto step = [](Ticks at) { return static_cast<double>(at.value) / 20.0; };
    rows.emplace_back(note.pitch, note.velocity, step(note.start), step(note.end), note.track, note.program, note.is_drum() ? 1 : 0);
  }
  return sorted(rows);
}

/// Magenta's notes, in steps of 1/48 s.
std::vector<NoteRow> in_steps(std::vector<NoteRow> rows) {
  for (NoteRow& row : rows) {
    for (double* time : {&std::get<2>(row), &std::get<3>(row)}) {
      EXPECT_NEAR(*time * 48.0, std::round(*time * 48.0), 1e-9);
      *time = std::round(*time * 48.0);
    }
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

TEST_F(TracksReference, BarsBecomeTheSameNotes) {
  const SafetensorsFile tensors = SafetensorsFile::read(folder / "tensors.safetensors");
  std::size_t bars = 0;
  const json from_tensors = read("from_tensors.json");
  for (const auto& [name, expected] : from_tensors.items()) {
    if (!name.ends_with("/multiperf")) continue;
    SCOPED_TRACE(name);
    const std::vector<std::int64_t> tokens = tokens_of(tensors, name.substr(0, name.find('/')));
    ASSERT_EQ(tokens.size(), expected.size() * kWindow);
    for (std::size_t bar = 0; bar < expected.size(); ++bar) {
      const auto first = tokens.begin() + static_cast<std::ptrdiff_t>(bar * kWindow);
      EXPECT_EQ(notes_from({first, first + kWindow}), in_steps(notes_in(expected[bar]))) << bar;
      ++bars;
    }
  }
  EXPECT_GT(bars, 70U);
}

TEST_F(TracksReference, TokensInAnyOrderBecomeTheSameNotes) {
  int cases = 0;
  const json from_tensors_handmade = read("from_tensors_handmade.json");
  for (const auto& [name, record] : from_tensors_handmade.items()) {
    SCOPED_TRACE(name);
    if (!record.contains("tracks")) continue;
    std::vector<std::int64_t> tokens(kWindow, -1);
    for (std::size_t track = 0; track < record.at("tracks").size(); ++track) {
      for (std::size_t row = 0; row < record.at("tracks")[track].size(); ++row)
        tokens[track * kRows + row] = record.at("tracks")[track][row];
    }
    // Magenta stops with an error where it finds no chords. The notes are there all the same.
    EXPECT_EQ(notes_from(tokens), record.contains("error") ? std::vector<NoteRow>() : in_steps(notes_in(record)));
    ++cases;
  }
  EXPECT_GT(cases, 18);
}

// A bar's rows become its value with the chords, and the value becomes the same rows.
TEST_F(TracksReference, ChordsOfBarsComeBack) {
  const json sequences = read("sequences.json");
  const TracksRepresentation representation({.chords = true});
  std::size_t bars = 0;
  for (const auto& [name, record] : sequences.items()) {
    SCOPED_TRACE(name);
    for (const TracksWindow& window : convert_reference_tracks(piece_of(record), true).windows) {
      const std::vector<float> rows = representation.rows(window.tracks);
      EXPECT_EQ(representation.rows(TracksRepresentation::from_rows(rows, 2)), rows);
      ++bars;
    }
  }
  EXPECT_GT(bars, 50U);
}

TEST_F(TracksReference, SamplesBecomeTheSameNotes) {
  const std::vector<std::int64_t> tokens = SafetensorsFile::read(folder / "multiperf_tiny.safetensors").at("sample/tokens").integers();
  const json expected = read("sample_notes.json");
  for (std::size_t sample = 0; sample < 3; ++sample) {
    const auto first = tokens.begin() + static_cast<std::ptrdiff_t>(sample * kWindow);
    EXPECT_EQ(notes_from({first, first + kWindow}), in_steps(notes_in(expected.at("multiperf/" + std::to_string(sample)))));
  }
}

}  // namespace
}  // namespace musicvae::data
