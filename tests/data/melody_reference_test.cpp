// The cut reference of melodies compared with what Magenta's own OneHotMelodyConverter made of synthetic files with melody, bass and drums.
//
// golden/multitrack/melody.npz contains NAME/CONFIG/MODE, uint8 [windows, steps, 90], one-hot: 0 hold, 1 off, else a pitch less 19. Magenta
// 2.1.4 made them, and numpy.savez_compressed repacked them, for the configs cat-mel_2bar_big, flat-mel_16bar and hierdec-mel_16bar. The
// windows are sorted by their bytes, because Magenta's own order is the order of a set. Magenta's limit of windows per file was switched
// off. expected.json contains all numbers of windows.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "data/npz.hpp"
#include "musicvae/data/melody_converter.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "paths.hpp"

namespace musicvae::data {
namespace {

const std::filesystem::path multitrack = std::filesystem::path(test::data_folder) / "golden" / "multitrack";

/// The names of Magenta's configs and their converters.
const std::map<std::string, MelodyConverterOptions> configs = {
    {"cat-mel_2bar_big", {.cut = Cut::reference, .bars = 2, .programs = kMelodyPrograms}},
    {"flat-mel_16bar", {.cut = Cut::reference, .bars = 16}},
    {"hierdec-mel_16bar", {.cut = Cut::reference, .bars = 16}}};

/// Magenta's class of an event.
std::size_t class_of(std::int8_t event) {
  return static_cast<std::size_t>(event < 0 ? event + 2 : event - 19);
}

/// The windows as Magenta's tensors, [windows, steps, 90], sorted by their bytes.
std::vector<std::uint8_t> one_hot(const std::vector<MelodyWindow>& windows) {
  std::vector<std::vector<std::uint8_t>> tensors;
  for (const MelodyWindow& window : windows) {
    std::vector<std::uint8_t>& rows = tensors.emplace_back();
    for (const std::int8_t event : window.melody.events()) {
      const std::size_t row = rows.size();
      rows.resize(row + 90);
      rows[row + class_of(event)] = 1;
    }
  }
  std::sort(tensors.begin(), tensors.end());
  std::vector<std::uint8_t> result;
  for (const auto& rows : tensors) result.insert(result.end(), rows.begin(), rows.end());
  return result;
}

nlohmann::json expected_counts() {
  std::ifstream in(multitrack / "expected.json");
  return nlohmann::json::parse(in);
}

/// The notes that are in windows, each by its instrument and its step in the file.
std::size_t notes_in(const std::vector<MelodyWindow>& windows) {
  std::set<std::pair<Instrument, std::int64_t>> found;
  for (const MelodyWindow& window : windows) {
    for (int step = 0; step < window.melody.steps(); ++step) {
      if (window.melody.at(step) >= 0) found.emplace(window.instrument, window.first_bar * 16 + step);
    }
  }
  return found.size();
}

/// The notes that are counted.
std::int64_t notes_counted(const LeftOutCounts& counts) {
  std::int64_t sum = 0;
  for (const LeftOut reason :
       {LeftOut::drum_note, LeftOut::other_program, LeftOut::outside_range, LeftOut::no_velocity, LeftOut::unended, LeftOut::collision,
        LeftOut::before_the_start, LeftOut::past_the_end, LeftOut::other_meter, LeftOut::short_stretch, LeftOut::refused_chords}) {
    sum += counts[reason];
  }
  return sum;
}

TEST(MelodyReference, EqualsMagentasTensors) {
  const auto goldens = test::read_npz(multitrack / "melody.npz");
  const nlohmann::json expected = expected_counts();
  ASSERT_EQ(expected.size(), 14U);
  std::size_t compared = 0;
  for (const auto& [name, record] : expected.items()) {
    const NoteSequence notes = read_midi(multitrack / (name + ".mid"));
    for (const auto& [config, options] : configs) {
      const ConvertedMelodies made = MelodyConverter(options).convert(notes);
      for (const std::string mode : {"train", "infer"}) {
        SCOPED_TRACE(name + " " + config + " " + mode);
        EXPECT_EQ(made.windows.size(), record[config + "/" + mode].get<std::size_t>());
        const auto golden = goldens.find(name + "/" + config + "/" + mode);
        EXPECT_EQ(made.windows.empty(), golden == goldens.end());
        if (golden == goldens.end()) continue;
        EXPECT_EQ(golden->second.descr, "|u1");
        EXPECT_TRUE(one_hot(made.windows) == golden->second.as<std::uint8_t>());
        ++compared;
      }
    }
  }
  EXPECT_EQ(compared, goldens.size());
  EXPECT_EQ(compared, 48U);
}

TEST(MelodyReference, EveryNoteIsUsedOrCounted) {
  std::size_t exact = 0;
  const nlohmann::json expected = expected_counts();
  for (const auto& [name, record] : expected.items()) {
    const NoteSequence notes = read_midi(multitrack / (name + ".mid"));
    const std::size_t all = notes.notes.size() + notes.unended.size();
    for (const auto& [config, options] : configs) {
      for (const Cut cut : {Cut::reference, Cut::bar_aligned}) {
        SCOPED_TRACE(name + " " + config + " " + std::string(musicvae::name(cut)));
        MelodyConverterOptions with_cut = options;
        with_cut.cut = cut;
        const ConvertedMelodies made = MelodyConverter(with_cut).convert(notes);
        if (made.left_out[LeftOut::duplicate_window] != 0) continue;  // the notes of a duplicate are used, but not at their own step
        EXPECT_EQ(notes_in(made.windows) + static_cast<std::size_t>(notes_counted(made.left_out)), all);
        ++exact;
      }
    }
  }
  EXPECT_GT(exact, 42U);
}

/// Notes of four tracks with any values, over changes of tempo and meter.
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
  for (int i = below(200); i > 0; --i) {
    const std::int64_t start = below(60'000) - 100;
    const int track = below(4);
    (below(10) == 0 ? notes.unended : notes.notes)
        .push_back({.pitch = below(128),
                    .velocity = below(20) == 0 ? 0 : 1 + below(127),
                    .start = {start},
                    .end = {start + below(4000)},
                    .channel = track == 3 ? 9 : track,
                    .program = 12 * track,
                    .track = track});
  }
  notes.end = {below(70'000)};
  return notes;
}

TEST(MelodyReference, EveryNoteOfRandomFilesIsUsedOrCounted) {
  std::size_t windows = 0;
  for (unsigned seed = 0; seed < 200; ++seed) {
    const NoteSequence notes = random_file(seed);
    for (const Cut cut : {Cut::reference, Cut::bar_aligned}) {
      SCOPED_TRACE(std::to_string(seed) + " " + std::string(name(cut)));
      const ConvertedMelodies made = MelodyConverter({.cut = cut, .bars = 2, .programs = {0, 20}}).convert(notes);
      if (made.left_out[LeftOut::duplicate_window] != 0) continue;
      EXPECT_EQ(notes_in(made.windows) + static_cast<std::size_t>(notes_counted(made.left_out)), notes.notes.size() + notes.unended.size());
      windows += made.windows.size();
    }
  }
  EXPECT_GT(windows, 1000U);
}

}  // namespace
}  // namespace musicvae::data
