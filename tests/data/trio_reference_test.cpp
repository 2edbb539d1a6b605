// The cut reference of trios, and notes of trios, compared with what Magenta's own TrioConverter made of synthetic files.
//
// golden/multitrack/trio.npz contains NAME/CONFIG/MODE, uint8 [windows, 256, 692], one-hot: melody, bass and drums side by side. Magenta
// 2.1.4 made them, and numpy.savez_compressed repacked them, for the configs flat-trio_16bar and hierdec-trio_16bar. The windows are sorted
// by their bytes. Magenta's limit of windows per file was switched off. expected.json contains all numbers of windows.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include <nlohmann/json.hpp>

#include "data/npz.hpp"
#include "musicvae/data/trio_converter.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "musicvae/model/representations/trio.hpp"
#include "musicvae/model/safetensors.hpp"
#include "paths.hpp"

namespace musicvae::data {
namespace {

constexpr std::size_t depth = 692;
const std::filesystem::path multitrack = std::filesystem::path(test::data_folder) / "golden" / "multitrack";

nlohmann::json json_of(const std::filesystem::path& path) {
  std::ifstream in(path);
  return nlohmann::json::parse(in);
}

/// The windows as Magenta's tensors, [windows, steps, 692], sorted by their bytes.
std::vector<std::uint8_t> one_hot(const ConvertedTrios& trios, int bars) {
  const TrioRepresentation representation;
  std::vector<std::vector<std::uint8_t>> tensors;
  for (const FileWindows::Window& window : trios.windows.windows) {
    std::vector<std::uint8_t>& rows = tensors.emplace_back();
    for (std::int64_t row = window.first_row; row < window.first_row + bars * 16; ++row) {
      std::vector<float> columns(depth);
      representation.write_target(OutputFormat::one_hot, std::span(trios.windows.rows).subspan(static_cast<std::size_t>(row) * 3, 3),
                                  columns);
      rows.insert(rows.end(), columns.begin(), columns.end());
    }
  }
  std::sort(tensors.begin(), tensors.end());
  std::vector<std::uint8_t> result;
  for (const auto& rows : tensors) result.insert(result.end(), rows.begin(), rows.end());
  return result;
}

TEST(TrioReference, EqualsMagentasTensors) {
  const auto goldens = test::read_npz(multitrack / "trio.npz");
  const nlohmann::json expected = json_of(multitrack / "expected.json");
  ASSERT_EQ(expected.size(), 14U);
  const TrioConverter converter({.cut = Cut::reference});
  std::size_t compared = 0;
  for (const auto& [name, record] : expected.items()) {
    const ConvertedTrios made = converter.convert(read_midi(multitrack / (name + ".mid")));
    for (const std::string config : {"flat-trio_16bar", "hierdec-trio_16bar"}) {
      for (const std::string mode : {"train", "infer"}) {
        SCOPED_TRACE(name + " " + config + " " + mode);
        EXPECT_EQ(made.windows.windows.size(), record[config + "/" + mode].get<std::size_t>());
        const auto golden = goldens.find(name + "/" + config + "/" + mode);
        EXPECT_EQ(made.windows.windows.empty(), golden == goldens.end());
        if (golden == goldens.end()) continue;
        EXPECT_TRUE(one_hot(made, 16) == golden->second.as<std::uint8_t>());
        ++compared;
      }
    }
  }
  EXPECT_EQ(compared, goldens.size());
  EXPECT_EQ(compared, 12U);
}

/// The notes in windows, of each track: bars of melodies and basses share no rows with other tracks, and neither does the one drum track.
std::int64_t notes_in(const ConvertedTrios& made, int bars) {
  std::set<std::tuple<std::size_t, std::int64_t, unsigned>> found;  // column and line, step in the file, class
  std::int64_t notes = 0;
  for (const FileWindows::Window& window : made.windows.windows) {
    for (std::int64_t step = 0; step < bars * 16; ++step) {
      for (std::size_t column = 0; column < 3; ++column) {
        const float category = made.windows.rows[static_cast<std::size_t>(window.first_row + step) * 3 + column];
        const auto number = static_cast<unsigned>(category);
        if (column < 2 ? number < 2 : number == 0) continue;
        if (!found.emplace(column, window.bar * 16 + step, number).second) continue;
        notes += column < 2 ? 1 : __builtin_popcount(number);
      }
    }
  }
  return notes;
}

std::int64_t notes_counted(const ConvertedTrios& made) {
  std::int64_t sum = 0;
  for (const TrioTrack& track : made.tracks) {
    for (std::size_t reason = 0; reason < kLeftOutReasons; ++reason) sum += track.left_out[static_cast<LeftOut>(reason)];
  }
  return sum;
}

/// Notes of a melody, a bass, drums and strings with any values, over changes of tempo and meter.
NoteSequence random_file(unsigned seed) {
  std::mt19937 random(seed);
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  NoteSequence notes;
  std::vector<Tempo> tempos;
  for (int i = below(3); i > 0; --i) tempos.push_back({{below(40'000)}, 300'000U + static_cast<std::uint32_t>(below(600'000))});
  std::sort(tempos.begin(), tempos.end(), [](const Tempo& a, const Tempo& b) { return a.at < b.at; });
  notes.tempo_map = TempoMap(480, tempos);
  constexpr std::pair<int, int> meters[] = {{4, 4}, {2, 2}, {3, 4}, {7, 8}};
  for (int i = below(3); i > 0; --i) {
    const auto& [numerator, denominator] = meters[below(4)];
    notes.time_signatures.push_back({{below(40'000)}, numerator, denominator});
  }
  for (int i = below(400); i > 0; --i) {
    const std::int64_t start = below(60'000) - 100;
    const int track = below(4);
    (below(10) == 0 ? notes.unended : notes.notes)
        .push_back({.pitch = below(128),
                    .velocity = below(20) == 0 ? 0 : 1 + below(127),
                    .start = {start},
                    .end = {start + below(4000)},
                    .channel = track == 3 ? 9 : track,
                    .program = 16 + 16 * track,
                    .track = track});
  }
  notes.end = {below(70'000)};
  return notes;
}

TEST(TrioReference, EveryNoteIsUsedOrCountedWithItsTrack) {
  std::size_t windows = 0;
  std::vector<NoteSequence> files;
  const nlohmann::json expected = json_of(multitrack / "expected.json");
  for (const auto& [name, record] : expected.items()) files.push_back(read_midi(multitrack / (name + ".mid")));
  files.erase(files.begin() + 7);  // it has two melodies, whose notes notes_in() cannot tell apart
  for (unsigned seed = 0; seed < 200; ++seed) files.push_back(random_file(seed));
  for (std::size_t i = 0; i < files.size(); ++i) {
    for (const Cut cut : {Cut::reference, Cut::bar_aligned}) {
      SCOPED_TRACE(std::to_string(i) + " " + std::string(name(cut)));
      const ConvertedTrios made = TrioConverter({.cut = cut, .bars = 2}).convert(files[i]);
      EXPECT_EQ(notes_in(made, 2) + notes_counted(made), static_cast<std::int64_t>(files[i].notes.size() + files[i].unended.size()));
      windows += made.windows.windows.size();
    }
  }
  EXPECT_GT(windows, 1000U);
}

/// What Magenta makes of tensors, in golden/public/melody_trio. Its README describes the files.
class TrioNotesReference : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(folder_)) GTEST_SKIP() << "no reference numbers at " << test::shared_folder;
  }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

  /// Compares the notes of `rows` [steps, 692] with those of `record`.
  static void compare(const std::vector<float>& rows, const nlohmann::json& record) {
    NoteSequence notes =
        TrioRepresentation().notes(OutputFormat::one_hot, rows, static_cast<int>(rows.size() / depth), Grid{}, DrumMap::reduced(), 120.0);
    std::sort(notes.notes.begin(), notes.notes.end(), [](const Note& a, const Note& b) {
      return std::tuple(a.channel, a.start, a.pitch) < std::tuple(b.channel, b.start, b.pitch);
    });
    ASSERT_EQ(notes.notes.size(), record.at("notes").size());
    double total = 0.0;
    for (std::size_t i = 0; i < notes.notes.size(); ++i) {
      const Note& n = notes.notes[i];
      const auto& expected = record.at("notes").at(i);
      EXPECT_EQ(n.pitch, expected.at(0));
      EXPECT_EQ(n.velocity, expected.at(1));
      EXPECT_NEAR(notes.start_seconds(n).value, expected.at(2), 1e-9);
      EXPECT_NEAR(notes.end_seconds(n).value, expected.at(3), 1e-9);
      EXPECT_EQ(n.channel, expected.at(4));
      EXPECT_EQ(n.program, expected.at(5));
      EXPECT_EQ(n.is_drum(), expected.at(6) != 0);
      total = std::max(total, notes.end_seconds(n).value);
    }
    EXPECT_NEAR(total, record.at("total_time"), 1e-9);
    EXPECT_EQ(notes.tempo_map.tempos().at(0).qpm(), record.at("tempos").at(0).at(1));
  }

  /// Rows of tokens [steps, 3]; -1 is a row of zeros.
  static std::vector<float> rows_of(const std::vector<std::int64_t>& tokens) {
    constexpr std::size_t firsts[] = {0, 90, 180};
    std::vector<float> rows(tokens.size() / 3 * depth);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      if (tokens[i] >= 0) rows[i / 3 * depth + firsts[i % 3] + static_cast<std::size_t>(tokens[i])] = 1.0F;
    }
    return rows;
  }

 private:
  std::filesystem::path folder_ = std::filesystem::path(test::shared_folder) / "golden" / "public" / "melody_trio";
};

TEST_F(TrioNotesReference, EqualMagentasNotesOfWindowsAndSamples) {
  const auto windows = test::read_npz(multitrack / "trio.npz");
  int compared = 0;
  const nlohmann::json records = json_of(folder() / "from_tensors.json");
  for (const auto& [key, record] : records.items()) {
    if (key.find("trio_16bar") == std::string::npos) continue;
    SCOPED_TRACE(key);
    const std::filesystem::path path = key;  // multitrack/NAME/KIND/I or sample/KIND/I
    const std::size_t index = std::stoul(path.filename().string());
    std::vector<float> rows;
    if (key.starts_with("sample/")) {
      const SafetensorsFile file = SafetensorsFile::read(folder() / (path.parent_path().filename().string() + "_tiny.safetensors"));
      const std::vector<std::int64_t> all = file.at("sample/tokens").integers();
      const auto first = all.begin() + static_cast<std::ptrdiff_t>(index * 256 * 3);
      rows = rows_of({first, first + std::ptrdiff_t{256} * 3});
    } else {
      const std::string name = path.parent_path().parent_path().filename().string();
      const std::vector<std::uint8_t> all = windows.at(name + "/flat-trio_16bar/infer").as<std::uint8_t>();
      const auto first = all.begin() + static_cast<std::ptrdiff_t>(index * 256 * depth);
      rows.assign(first, first + std::ptrdiff_t{256} * depth);
    }
    compare(rows, record);
    ++compared;
  }
  EXPECT_EQ(compared, 6);
}

TEST_F(TrioNotesReference, EqualMagentasNotesOfHandMadeTensors) {
  int compared = 0;
  const nlohmann::json records = json_of(folder() / "from_tensors_handmade.json");
  for (const auto& [key, record] : records.items()) {
    if (record.at("kind") != "trio_16bar") continue;
    SCOPED_TRACE(key);
    std::vector<std::int64_t> tokens;
    for (const auto& step : record.at("tokens")) {
      for (const auto& token : step) tokens.push_back(token);
    }
    compare(rows_of(tokens), record);
    ++compared;
  }
  EXPECT_EQ(compared, 3);
}

}  // namespace
}  // namespace musicvae::data
