// The converter compared with Magenta's own output.
#include <glib.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>

#include "data/npz.hpp"
#include "musicvae/data/groove_converter.hpp"
#include "musicvae/data/groove_dataset.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "musicvae/model/safetensors.hpp"
#include "paths.hpp"
#include "temp_folder.hpp"

namespace musicvae::data {
namespace {

const std::filesystem::path public_midi = std::filesystem::path(test::data_folder) / "golden" / "midi";
const std::filesystem::path shared = test::shared_folder;
const std::filesystem::path groove_zip = shared / "groove" / "groove-v1.0.0-midionly.zip";

/// Tests on the full dataset and the large reference files.
class WholeDataset : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(groove_zip))
      GTEST_SKIP() << "needs " << groove_zip << " and the large reference numbers, which are not here";
  }
};

nlohmann::json read_json(const std::filesystem::path& path) {
  std::ifstream in(path);
  return nlohmann::json::parse(in);
}

std::string sha256(std::span<const float> values) {
  const std::unique_ptr<char, decltype(&g_free)> text(
      g_compute_checksum_for_data(G_CHECKSUM_SHA256, reinterpret_cast<const guchar*>(values.data()), values.size_bytes()), g_free);
  return text.get();
}

/// The windows concatenated, [N, steps, depth].
std::vector<float> tensors(const FileWindows& windows, int steps) {
  std::vector<float> result;
  for (const FileWindows::Window& window : windows.windows) {
    const auto first = windows.rows.begin() + window.first_row * 27;
    result.insert(result.end(), first, first + steps * 27);
  }
  return result;
}

/// Equal bit by bit: -0.0 differs from 0.0.
bool same_bits(std::span<const float> a, std::span<const float> b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size_bytes()) == 0);
}

const std::pair<std::string, DrumMap> modes[] = {{"train", DrumMap::roland()}, {"infer", DrumMap::reduced()}};

TEST(ReferenceCut, PublicFilesGiveTheSameBits) {
  const nlohmann::json expected = read_json(public_midi / "expected.json");
  const SafetensorsFile goldens = SafetensorsFile::read(public_midi / "tensors.safetensors");
  ASSERT_EQ(expected.size(), 24U);
  for (const auto& [name, record] : expected.items()) {
    const NoteSequence notes = read_midi(public_midi / (name + ".mid"));
    for (const auto& [mode, map] : modes) {
      SCOPED_TRACE(name + " " + mode);
      const ConvertedFile converted = GrooveConverter({.cut = Cut::reference, .drum_map = map}).convert(notes);
      if (record[mode].is_null()) {  // Magenta stops with a KeyError
        EXPECT_TRUE(converted.windows.windows.empty());
        EXPECT_EQ(converted.left_out[LeftOut::refused_pitch], 1);
        EXPECT_GT(converted.left_out[LeftOut::unknown_pitch], 0);
        continue;
      }
      EXPECT_EQ(converted.windows.windows.size(), record[mode].get<std::size_t>());
      EXPECT_TRUE(same_bits(tensors(converted.windows, 64), goldens.at(name + "/" + mode).floats()));
    }
  }
}

TEST(ReferenceCut, PublicFilesWithoutWindowsSayWhy) {
  const std::map<std::string, LeftOut> reasons = {
      {"07_three_four", LeftOut::odd_meter},  {"08_tempo_change", LeftOut::several_tempos}, {"09_meter_change", LeftOut::several_meters},
      {"10_short_3bars", LeftOut::too_short}, {"16_last_bar_empty", LeftOut::too_short},    {"21_no_notes", LeftOut::no_notes},
      {"22_one_note", LeftOut::too_short}};
  for (const auto& [name, reason] : reasons) {
    const ConvertedFile converted = GrooveConverter({.cut = Cut::reference}).convert(read_midi(public_midi / (name + ".mid")));
    EXPECT_EQ(converted.left_out[reason], 1) << name;
  }
}

TEST_F(WholeDataset, ReferenceCutGivesTheSameBits) {
  const nlohmann::json records = read_json(shared / "golden" / "converter_files.json");
  const test::TempFolder folder;
  for (const auto& [mode, map] : modes) {
    prepare(GrooveDataset::open(groove_zip), {.converter = GrooveConverter({.cut = Cut::reference, .drum_map = map})})
        .write(folder / "set.mvds");
    const WindowSet set = WindowSet::open(folder / "set.mvds");
    std::map<std::string, std::vector<float>> files;
    for (std::size_t w = 0; w < set.size(); ++w) {
      std::vector<float>& file = files[set.file(w).path];
      file.insert(file.end(), set.window(w).begin(), set.window(w).end());
    }
    const std::vector<float> goldens = test::read_npz(shared / "golden" / ("converter_" + mode + ".npz")).at("tensors").as<float>();
    std::size_t at = 0;
    for (const nlohmann::json& record : records) {
      SCOPED_TRACE(mode + " " + record["midi"].get<std::string>());
      const std::vector<float>& file = files[record["midi"].get<std::string>()];
      const std::size_t size = record[mode + "_n"].get<std::size_t>() * 64 * 27;
      ASSERT_EQ(file.size(), size);
      EXPECT_TRUE(same_bits(file, std::span(goldens).subspan(at, size)));
      EXPECT_EQ(size == 0 ? nlohmann::json() : nlohmann::json(sha256(file)), record[mode + "_sha256"]);
      at += size;
    }
    EXPECT_EQ(at, goldens.size());
  }
}

TEST_F(WholeDataset, ReferenceTfdsCutGivesThePublishedWindows) {
  const test::TempFolder folder;
  const GrooveDataset dataset = GrooveDataset::open(groove_zip);
  prepare(dataset, {.converter = GrooveConverter({.cut = Cut::reference_tfds})}).write(folder / "set.mvds");
  const WindowSet set = WindowSet::open(folder / "set.mvds");
  std::map<std::pair<std::string, std::int64_t>, std::size_t> ours;
  for (std::size_t w = 0; w < set.size(); ++w) {
    if (set.split(w) != Split::test) ours[{set.file(w).path, set.bar(w)}] = w;  // the reference does not contain the test split
  }
  auto golden = test::read_npz(shared / "golden" / "tfds_4bar.npz");
  const std::vector<float> published = golden.at("tensors").as<float>();
  const std::vector<std::int32_t> source = golden.at("source").as<std::int32_t>();
  EXPECT_EQ(ours.size(), source.size() / 2);
  std::int64_t hits = 0;
  std::int64_t found = 0;
  std::int64_t spare = 0;
  for (std::size_t i = 0; i < source.size() / 2; ++i) {
    const std::string& path = dataset.files()[static_cast<std::size_t>(source[2 * i])].path;
    const auto w = ours.find({path, source[2 * i + 1]});
    ASSERT_NE(w, ours.end()) << path << " bar " << source[2 * i + 1];
    const std::span<const float> window = set.window(w->second);
    const std::span<const float> reference = std::span(published).subspan(i * 64 * 27, 64 * 27);
    for (std::size_t cell = 0; cell < reference.size(); ++cell) {
      if (cell % 27 >= 9) continue;
      hits += reference[cell] > 0.5F;
      found += reference[cell] > 0.5F && window[cell] > 0.5F;
      spare += !(reference[cell] > 0.5F) && window[cell] > 0.5F;
    }
  }
  RecordProperty("hits", std::to_string(found) + " of " + std::to_string(hits));
  // The differences come from the published MIDI files, where times are rounded to ticks.
  EXPECT_GE(static_cast<double>(found), 0.995 * static_cast<double>(hits));
  EXPECT_LE(static_cast<double>(spare), 0.005 * static_cast<double>(hits));
}

double downbeat_hits(const WindowSet& set, Split split) {
  const std::vector<std::size_t> windows = set.windows(split);
  double hits = 0.0;
  for (std::size_t w : windows) {
    for (float hit : set.window(w).first(9)) hits += hit;
  }
  return hits / static_cast<double>(windows.size());
}

TEST_F(WholeDataset, OurCutKeepsTheDownbeatsThatThePublishedWindowsLose) {
  const test::TempFolder folder;
  const GrooveDataset dataset = GrooveDataset::open(groove_zip);
  for (Cut cut : {Cut::bar_aligned, Cut::reference_tfds}) {
    prepare(dataset, {.converter = GrooveConverter({.cut = cut})}).write(folder / std::string(name(cut)));
  }
  const WindowSet ours = WindowSet::open(folder / "bar-aligned");
  const WindowSet published = WindowSet::open(folder / "reference-tfds");
  for (Split split : {Split::train, Split::validation, Split::test}) {
    EXPECT_GT(downbeat_hits(ours, split), 1.85) << name(split);
    EXPECT_LT(downbeat_hits(published, split), 0.75) << name(split);
    EXPECT_GT(static_cast<double>(ours.windows(split).size()), 0.99 * static_cast<double>(published.windows(split).size())) << name(split);
  }
}

TEST_F(WholeDataset, OurCutAccountsForEveryNote) {
  const GrooveDataset dataset = GrooveDataset::open(groove_zip);
  const test::TempFolder folder;
  prepare(dataset).write(folder / "set.mvds");
  const WindowSet set = WindowSet::open(folder / "set.mvds");
  // Overlapping windows share rows: count each row of a file once.
  std::map<std::string, std::pair<const float*, const float*>> rows;
  for (std::size_t w = 0; w < set.size(); ++w) {
    auto& [first, last] = rows.try_emplace(set.file(w).path, set.window(w).data(), nullptr).first->second;
    last = set.window(w).data() + set.window(w).size();
  }
  std::int64_t notes = 0;
  for (const SourceFile& file : set.files()) {
    notes += file.notes;
    const auto windows = rows.find(file.path);
    if (windows == rows.end()) {
      EXPECT_EQ(file.left_out[LeftOut::too_short] + file.left_out[LeftOut::odd_meter] + file.left_out[LeftOut::several_meters], 1)
          << file.path;
      continue;
    }
    std::int64_t hits = 0;
    for (const float* row = windows->second.first; row != windows->second.second; row += 27) hits += std::count(row, row + 9, 1.0F);
    EXPECT_EQ(file.notes, hits + file.left_out[LeftOut::collision] + file.left_out[LeftOut::past_the_end]) << file.path;
  }
  EXPECT_EQ(notes, 446312) << "every note-on: 818 have no length";
}

}  // namespace
}  // namespace musicvae::data
