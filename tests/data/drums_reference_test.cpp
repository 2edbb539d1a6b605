// The cut reference-drums compared with what Magenta's own DrumsConverter made of synthetic files with melody, bass and drums.
//
// golden/multitrack/tensors.npz contains NAME/CONFIG/MODE, uint8 [windows, steps, depth]. Magenta 2.1.4 made them, and
// numpy.savez_compressed repacked them, for three configs that cover both kinds of output: nade-drums_2bar_reduced and nade-drums_2bar_full
// (rolls of hits), and cat-drums_2bar_small (one-hot over the 2^9 sets of hits). The windows are sorted by their bytes, because Magenta's
// own order is the order of a set. None of these files has more than 5 windows, so Magenta's limit left none out. expected.json contains
// all numbers of windows.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "data/npz.hpp"
#include "musicvae/data/groove_converter.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "musicvae/sequence/drum_classes.hpp"
#include "paths.hpp"

namespace musicvae::data {
namespace {

const std::filesystem::path kMultitrack = std::filesystem::path(test::data_folder) / "golden" / "multitrack";

using Bytes = std::vector<std::uint8_t>;

/// The file's windows as Magenta's rolls, [steps, depth] with values 0 and 1.
std::vector<Bytes> rolls(const NoteSequence& notes, DrumClasses classes) {
  const GrooveConverter converter({.cut = Cut::reference_drums, .drum_map = DrumMap::reduced(), .bars = 2, .classes = classes});
  const ConvertedFile file = converter.convert(notes);
  const std::int64_t depth = converter.info().depth;
  std::vector<Bytes> result;
  for (const FileWindows::Window& window : file.windows.windows) {
    const auto first = file.windows.rows.begin() + window.first_row * depth;
    result.emplace_back(first, first + converter.steps() * depth);
  }
  return result;
}

/// Converts a roll of nine classes to one-hot labels, [steps, 512]; the label is the sum of 2^class.
Bytes one_hot(const Bytes& roll) {
  Bytes result(roll.size() / 9 * 512);
  for (std::size_t step = 0; step < roll.size() / 9; ++step) {
    std::size_t label = 0;
    for (std::size_t drum = 0; drum < 9; ++drum) label += static_cast<std::size_t>(roll[step * 9 + drum]) << drum;
    result[step * 512 + label] = 1;
  }
  return result;
}

/// All windows, sorted by their bytes and concatenated.
Bytes sorted(std::vector<Bytes> windows) {
  std::sort(windows.begin(), windows.end());
  Bytes result;
  for (const Bytes& window : windows) result.insert(result.end(), window.begin(), window.end());
  return result;
}

TEST(DrumsReference, EqualsMagentasTensors) {
  const auto goldens = test::read_npz(kMultitrack / "tensors.npz");
  std::ifstream in(kMultitrack / "expected.json");
  const nlohmann::json expected = nlohmann::json::parse(in);
  ASSERT_EQ(expected.size(), 14U);
  std::size_t compared = 0;
  for (const auto& [name, record] : expected.items()) {
    const NoteSequence notes = read_midi(kMultitrack / (name + ".mid"));
    const std::vector<Bytes> nine = rolls(notes, DrumClasses::nine);
    std::vector<Bytes> labels;
    for (const Bytes& roll : nine) labels.push_back(one_hot(roll));
    const std::map<std::string, std::vector<Bytes>> made = {
        {"nade-drums_2bar_reduced", nine}, {"nade-drums_2bar_full", rolls(notes, DrumClasses::full)}, {"cat-drums_2bar_small", labels}};
    for (const auto& [config, windows] : made) {
      for (const std::string mode : {"train", "infer"}) {
        SCOPED_TRACE(name + " " + config + " " + mode);
        EXPECT_EQ(windows.size(), record[config + "/" + mode].get<std::size_t>());
        const auto golden = goldens.find(name + "/" + config + "/" + mode);
        EXPECT_EQ(windows.empty(), golden == goldens.end());
        if (golden == goldens.end()) continue;
        EXPECT_EQ(golden->second.descr, "|u1");
        EXPECT_TRUE(sorted(windows) == golden->second.as<std::uint8_t>());
        ++compared;
      }
    }
  }
  EXPECT_EQ(compared, goldens.size());
  EXPECT_EQ(compared, 30U);
}

}  // namespace
}  // namespace musicvae::data
