// Windows as a config's rows: the encoder's input for each task, computed by hand and compared with Magenta's converter.
#include "musicvae/model/representation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <limits>
#include <numeric>
#include <vector>

#include "musicvae/error.hpp"
#include "musicvae/model/heads/categorical.hpp"
#include "musicvae/model/named_configs.hpp"
#include "musicvae/model/representations/drums.hpp"
#include "musicvae/model/representations/melody.hpp"
#include "musicvae/model/representations/tensors.hpp"
#include "musicvae/model/representations/tracks.hpp"
#include "musicvae/model/representations/trio.hpp"
#include "musicvae/model/safetensors.hpp"
#include "paths.hpp"

namespace musicvae {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// One step with a kick at 0.9, a snare at 0.4 a little early and a closed hi-hat at 0.6 a little late.
std::vector<float> step_row() {
  DrumSequence groove(1);
  groove.set(0, Drum::kick, 0.9F, 0.0F);
  groove.set(0, Drum::snare, 0.4F, -0.5F);
  groove.set(0, Drum::closed_hihat, 0.6F, 0.25F);
  return representation_of<DrumSequence>(named_config("groovae_4bar")).rows(groove);
}

std::vector<float> input_of(const ModelConfig& config, const std::vector<float>& row, std::vector<std::uint8_t> hidden = {}) {
  std::vector<float> input(static_cast<std::size_t>(config.input_depth()), -1.0F);
  config.representation->write_input(row, hidden, input);
  return input;
}
std::vector<float> target_of(const ModelConfig& config, const std::vector<float>& row) {
  std::vector<float> target(static_cast<std::size_t>(config.output_depth()), -1.0F);
  config.representation->write_target(config.head->output(), row, target);
  return target;
}
std::vector<float> control_of(const ModelConfig& config, const std::vector<float>& row, std::vector<std::uint8_t> hidden = {}) {
  std::vector<float> control(static_cast<std::size_t>(config.control_depth()), -1.0F);
  config.representation->write_control(row, hidden, control);
  return control;
}

TEST(Representation, EachTaskSeesItsPart) {
  const std::vector<float> row = step_row();
  std::vector<float> expected = row;
  EXPECT_EQ(input_of(named_config("groovae_4bar"), row), row);
  EXPECT_EQ(input_of(named_config("groovae_2bar_hits_control"), row), row);
  EXPECT_EQ(control_of(named_config("groovae_2bar_hits_control"), row), std::vector<float>(row.begin(), row.begin() + 9));

  std::fill(expected.begin() + 9, expected.end(), 0.0F);
  EXPECT_EQ(input_of(named_config("groovae_2bar_humanize"), row), expected);

  expected = row;
  for (const std::size_t column : {2, 11, 20}) expected[column] = 0.0F;
  EXPECT_EQ(input_of(named_config("groovae_4bar_add_closed_hh"), row), expected);

  expected.assign(27, 0.0F);
  expected[3] = 1.0F;  // the kick is the loudest hit; its offset is 0
  EXPECT_EQ(input_of(named_config("groovae_2bar_tap_fixed_velocity"), row), expected);
  for (const char* name : {"groovae_4bar", "groovae_2bar_humanize", "groovae_2bar_tap_fixed_velocity", "groovae_4bar_infill"}) {
    EXPECT_EQ(target_of(named_config(name), row), row) << name;
  }
}

TEST(Representation, ADecoderThatFollowsSeesWhatTheEncoderSees) {
  const std::vector<float> row = step_row();
  for (const char* name : {"groovae_2bar_humanize_lookback", "groovae_2bar_tap_lookback", "groovae_2bar_add_closed_hh_lookback"})
    EXPECT_EQ(control_of(named_config(name), row), input_of(named_config(name), row)) << name;

  const std::vector<std::uint8_t> kick_hidden = {1, 0, 0, 0, 0, 0, 0, 0, 0};
  const ModelConfig& infill = named_config("groovae_2bar_infill_lookback");
  std::vector<float> expected = {1, 0, 0, 0, 0, 0, 0, 0, 0};
  const std::vector<float> seen = input_of(infill, row, kick_hidden);
  expected.insert(expected.end(), seen.begin(), seen.end());
  EXPECT_EQ(control_of(infill, row, kick_hidden), expected);
}

TEST(Representation, HiddenCellsAreNotSeen) {
  const std::vector<float> row = step_row();
  const std::vector<std::uint8_t> kick_hidden = {1, 0, 0, 0, 0, 0, 0, 0, 0};
  const ModelConfig& infill = named_config("groovae_4bar_infill");
  std::vector<float> expected = row;
  for (const std::size_t column : {0, 9, 18}) expected[column] = 0.0F;
  EXPECT_EQ(input_of(infill, row, kick_hidden), expected);
  EXPECT_THAT(control_of(infill, row, kick_hidden), ElementsAre(1, 0, 0, 0, 0, 0, 0, 0, 0));
  EXPECT_THAT(control_of(infill, row), testing::Each(0));

  const ModelConfig& taps = named_config("groovae_2bar_tap_fixed_velocity_note_dropout");
  expected.assign(27, 0.0F);
  expected[3] = 1.0F;
  expected[21] = -0.25F;  // the hi-hat is the loudest remaining hit: it is late, and in tensors positive is early
  EXPECT_EQ(input_of(taps, row, kick_hidden), expected);
  // If all hits are dropped, Magenta's converter takes the first drum, even though it is dropped.
  EXPECT_EQ(input_of(taps, row, std::vector<std::uint8_t>(9, 1))[3], 1.0F);
}

TEST(Representation, DrumsAreHitsAndCombinations) {
  const std::vector<float> row = step_row();
  const std::vector<float> silence(27);
  const ModelConfig& categories = named_config("cat-drums_2bar_small");
  EXPECT_THAT(input_of(categories, row), ElementsAre(1, 1, 1, 0, 0, 0, 0, 0, 0, 0));
  EXPECT_THAT(input_of(categories, silence), ElementsAre(0, 0, 0, 0, 0, 0, 0, 0, 0, 1));
  EXPECT_EQ(target_of(categories, row)[7], 1.0F);  // kick 1 + snare 2 + hi-hat 4
  EXPECT_EQ(target_of(categories, silence)[0], 1.0F);
  const ModelConfig& nade = named_config("nade-drums_2bar_reduced");
  EXPECT_EQ(input_of(nade, row), input_of(categories, row));
  EXPECT_EQ(target_of(nade, row), std::vector<float>(row.begin(), row.begin() + 9));
  // Rows with hits alone are accepted, too.
  EXPECT_EQ(input_of(nade, {row.begin(), row.begin() + 9}), input_of(nade, row));
}

TEST(Representation, GroovesComeBack) {
  DrumSequence groove(4);
  groove.set(0, Drum::kick, kPlainVelocity);
  groove.set(2, Drum::snare, kPlainVelocity);
  groove.set(2, Drum::crash, kPlainVelocity);
  groove.set(3, Drum::low_tom, kPlainVelocity);
  for (const char* name : {"cat-drums_2bar_small", "nade-drums_2bar_reduced", "nade-drums_2bar_full", "groovae_4bar"}) {
    const ModelConfig& config = named_config(name);
    const std::vector<float> rows = representation_of<DrumSequence>(config).rows(groove);
    const std::size_t depth = rows.size() / 4;
    EXPECT_TRUE(config.representation->takes_rows_of(static_cast<int>(depth))) << name;
    std::vector<float> said;
    for (std::size_t step = 0; step < 4; ++step) {
      const std::vector<float> target = target_of(config, {rows.begin() + static_cast<std::ptrdiff_t>(step * depth),
                                                           rows.begin() + static_cast<std::ptrdiff_t>((step + 1) * depth)});
      said.insert(said.end(), target.begin(), target.end());
    }
    EXPECT_EQ(representation_of<DrumSequence>(config).value(config.head->output(), said, 4, {}), groove) << name;
  }
}

TEST(Representation, MelodiesAreClasses) {
  const MelodyRepresentation representation;
  Melody melody(4);
  melody.set(0, 21);
  melody.set(1, Melody::kOff);
  melody.set(3, 108);
  const std::vector<float> rows = representation.rows(melody);
  EXPECT_EQ(rows, (std::vector<float>{2, 1, 0, 89}));
  EXPECT_EQ(MelodyRepresentation::from_rows(rows), melody);
  std::vector<float> one_hot(4 * 90);
  for (std::size_t step = 0; step < 4; ++step) {
    representation.write_input(std::span(rows).subspan(step, 1), {}, std::span(one_hot).subspan(step * 90, 90));
  }
  EXPECT_EQ(representation.value(OutputFormat::one_hot, one_hot, 4, {}), melody);
  const std::uint8_t hidden = 1;
  representation.write_input(std::span(rows).first(1), {&hidden, 1}, std::span(one_hot).first(90));
  EXPECT_EQ(one_hot[2], 0.0F);
  melody.set(3, 109);
  EXPECT_THROW((void)representation.rows(melody), ArgumentError);
  for (const float wrong : {-1.0F, 90.0F, std::numeric_limits<float>::quiet_NaN()}) {
    EXPECT_THROW(representation.write_input({&wrong, 1}, {}, std::span(one_hot).first(90)), ArgumentError);
    EXPECT_THROW((void)MelodyRepresentation::from_rows({&wrong, 1}), ArgumentError);
  }
}

TEST(Representation, ChordsAreAControlTrack) {
  const ModelConfig& config = named_config("cat-mel_2bar_med_chords");
  EXPECT_EQ(config.control_depth(), 49);
  EXPECT_EQ(named_config("cat-mel_2bar_small").control_depth(), 0);
  ChordSequence chords(4);
  chords.set(2, 2, read_chord("Bdim").chord);
  Melody melody(4);
  melody.set(1, 60);
  melody = melody.with_chords(chords);
  const RepresentationOf<Melody>& representation = representation_of<Melody>(config);
  const std::vector<float> rows = representation.rows(melody);
  EXPECT_EQ(rows, (std::vector<float>{0, 0, 41, 0, 0, 48, 0, 48}));
  EXPECT_TRUE(representation.takes_rows_of(2));
  EXPECT_FALSE(representation.takes_rows_of(1));
  EXPECT_EQ(MelodyRepresentation::from_rows(rows, 2), melody);
  EXPECT_EQ(representation.rows(melody.with_chords({})), (std::vector<float>{0, 0, 41, 0, 0, 0, 0, 0})) << "no chords are N.C.";
  EXPECT_EQ(MelodyRepresentation().rows(melody), (std::vector<float>{0, 41, 0, 0})) << "a model without chords does not see them";
  const std::vector<float> control = control_rows(config, melody);
  ASSERT_EQ(control.size(), 32U * 49U);
  EXPECT_EQ(std::accumulate(control.begin(), control.begin() + 4 * 49, 0.0F), 4.0F);
  EXPECT_EQ(control[0], 1.0F);
  EXPECT_EQ(control[2 * 49 + 48], 1.0F);
  EXPECT_EQ(representation.with_control(melody.with_chords({}), {}, std::span(control).first(4 * 49)), melody);
  std::vector<float> free(49, 2.0F);
  EXPECT_TRUE(config.representation->write_free_control(free));
  EXPECT_EQ(free[0], 1.0F);
  EXPECT_EQ(std::accumulate(free.begin(), free.end(), 0.0F), 1.0F);
  for (const float wrong : {-1.0F, 49.0F, std::numeric_limits<float>::quiet_NaN()}) {
    EXPECT_THROW(representation.write_control(std::vector<float>{0, wrong}, {}, free), ArgumentError);
  }
}

TEST(Representation, TriosAreThreeClasses) {
  const TrioRepresentation representation;
  Melody melody(4);
  melody.set(0, 60);
  Melody bass(4);
  bass.set(1, 36);
  bass.set(3, Melody::kOff);
  DrumSequence drums(4);
  drums.set(0, Drum::kick, kPlainVelocity);
  drums.set(0, Drum::closed_hihat, kPlainVelocity);
  drums.set(2, Drum::ride, kPlainVelocity);
  const Trio trio(melody, bass, drums);
  const std::vector<float> rows = representation.rows(trio);
  EXPECT_EQ(rows, (std::vector<float>{41, 0, 5, 0, 17, 0, 0, 0, 256, 0, 1, 0}));
  EXPECT_EQ(TrioRepresentation::from_rows(rows), trio);
  EXPECT_TRUE(representation.takes_rows_of(3));

  std::vector<float> input(692);
  representation.write_input(std::span(rows).first(3), {}, input);
  EXPECT_EQ(input[41] + input[90] + input[180 + 5], 3.0F);
  EXPECT_EQ(std::count(input.begin(), input.end(), 0.0F), 689);
  const std::array<std::uint8_t, 3> hidden = {0, 1, 1};
  representation.write_input(std::span(rows).first(3), hidden, input);
  EXPECT_EQ(std::count(input.begin(), input.end(), 0.0F), 691);
  EXPECT_EQ(input[41], 1.0F);
  std::array<std::uint8_t, 3> hits{};
  representation.write_target(OutputFormat::one_hot, std::span(rows).first(3), input);
  representation.write_hits(OutputFormat::one_hot, input, hits);
  EXPECT_EQ(hits, (std::array<std::uint8_t, 3>{1, 0, 1}));

  TrioMask mask(4);
  mask.choose(TrioPart::melody, 0, 4);
  const KnownRows known = representation.known_rows(CategoricalHead(), trio, mask, true, 5);
  ASSERT_EQ(known.mask.size(), 5U * 692U);
  EXPECT_EQ(std::count(known.mask.begin(), known.mask.end(), 1.0F), 4 * (90 + 512)) << "the melody and the fifth step are open";
  EXPECT_EQ(std::count(known.cells.begin(), known.cells.end(), 1.0F), 8);
  EXPECT_EQ(known.cells[692 + 90 + 17], 1.0F);

  const std::vector<std::vector<float>> wrong = {{-1, 0, 0}, {0, 90, 0}, {0, 0, 512}, {0, 0, std::numeric_limits<float>::quiet_NaN()}};
  for (const std::vector<float>& row : wrong) EXPECT_THROW((void)TrioRepresentation::from_rows(row), ArgumentError);
  EXPECT_THROW((void)TrioRepresentation::from_rows(std::vector<float>(4)), ArgumentError);
  EXPECT_THROW((void)representation.rows(trio.transposed(60)), ArgumentError);
}

// A bass and drums, each with its tokens written out.
TEST(Representation, TracksAreTokens) {
  const TracksRepresentation representation;
  Tracks bar(96);
  bar.add({.program = 33, .notes = {{40, 113, 0, 24}, {43, 113, 24, 96}}});
  bar.add({.drums = true, .notes = {{36, 17, 0, 6}}});
  const std::vector<int> bass = {393, 359, 40, 279, 168, 43, 327, 171, 489};
  const std::vector<int> drums = {488, 353, 36, 261, 164, 345, 489};
  EXPECT_EQ(TracksRepresentation::tokens(bar.tracks()[0]), bass);
  EXPECT_EQ(TracksRepresentation::tokens(bar.tracks()[1]), drums);
  EXPECT_EQ(TracksRepresentation::event_count(bar.tracks()[0]), 7);

  std::vector<float> expected(512, -1.0F);
  std::copy(bass.begin(), bass.end(), expected.begin());
  std::transform(drums.begin(), drums.end(), expected.begin() + 64, [](int token) { return static_cast<float>(token) + 490.0F; });
  for (std::size_t track = 2; track < 8; ++track) expected[track * 64] = 489.0F;
  const std::vector<float> rows = representation.rows(bar);
  EXPECT_EQ(rows, expected);
  EXPECT_EQ(TracksRepresentation::from_rows(rows), bar);

  std::vector<float> one_hot(512 * 490);
  for (std::size_t row = 0; row < 512; ++row) {
    representation.write_input(std::span(rows).subspan(row, 1), {}, std::span(one_hot).subspan(row * 490, 490));
  }
  EXPECT_EQ(representation.value(OutputFormat::one_hot, one_hot, 512, Tracks::kGrid), bar);
  EXPECT_EQ(std::count(one_hot.begin(), one_hot.end(), 1.0F), 9 + 7 + 6);
  for (const float wrong : {-2.0F, 980.0F, std::numeric_limits<float>::quiet_NaN()})
    EXPECT_THROW(representation.write_input({&wrong, 1}, {}, std::span(one_hot).first(490)), ArgumentError);
}

TEST(Representation, TheControlTrackOfTracksHasTheChordOfEachRow) {
  const ModelConfig& config = named_config("hier-multiperf_vel_1bar_med_chords");
  ChordSequence chords(96);
  chords.set(0, 48, read_chord("C").chord);
  chords.set(48, 48, read_chord("Am").chord);
  Tracks bar(96);
  bar.add({.program = 33, .notes = {{40, 113, 0, 24}, {43, 113, 60, 96}}});
  bar = bar.with_chords(chords);
  const std::vector<float> control = control_rows(config, bar);
  const std::vector<float> rows = representation_of<Tracks>(config).rows(bar);
  EXPECT_EQ(control, control_rows(config, rows, 2));
  const auto chord_of = [&](std::size_t row) {
    const auto begin = control.begin() + static_cast<std::ptrdiff_t>(row) * Chord::kClasses;
    return std::max_element(begin, begin + Chord::kClasses) - begin;
  };
  EXPECT_EQ(chord_of(1), read_chord("C").chord.category()) << "the first event";
  EXPECT_EQ(chord_of(7), read_chord("Am").chord.category()) << "the end of the last note";
}

TEST(Representation, TracksHaveALimit) {
  const TracksRepresentation representation;
  const auto refuses = [&](const Tracks& bar, const char* text) {
    EXPECT_THAT([&] { (void)representation.rows(bar); }, testing::ThrowsMessage<ArgumentError>(HasSubstr(text)));
  };
  Tracks bar(96);
  for (int track = 0; track < 8; ++track) bar.add({.notes = {{60, 80, 0, 96}}});
  EXPECT_EQ(representation.rows(bar).size(), 512U);
  bar.add({.notes = {{60, 80, 0, 96}}});
  refuses(bar, "9 tracks; a model takes 8");
  refuses(Tracks(97), "97 steps");
  refuses(Tracks(16, Grid{}), "24 steps per quarter");
  Tracks busy(96);
  Track track;
  for (int pitch = 40; pitch < 71; ++pitch) track.notes.push_back({pitch, 80, 0, 96});
  busy.add(track);  // 31 on, 31 off, a velocity and a shift
  refuses(busy, "track 0 has 64 events; a model takes 62");
}

TEST(Representation, TokensOfTracksMayComeInAnyOrder) {
  const auto notes = [](std::vector<int> tokens) { return TracksRepresentation::track_of(tokens).value().notes; };
  EXPECT_FALSE(TracksRepresentation::track_of(std::vector<int>{489, 60}).has_value());
  EXPECT_THAT(notes({60, 351, 489, 62}), ElementsAre(TrackNote{60, 100, 0, 96}));
  EXPECT_THAT(notes({188, 60, 257, 60, 257, 188, 257, 188}), ElementsAre(TrackNote{60, 100, 0, 4}, TrackNote{60, 100, 2, 6}));
  EXPECT_THAT(notes({60, 188, 255 + 90, 62, 255 + 20, 190, 64}), ElementsAre(TrackNote{62, 100, 90, 96}));
  const Track second = *TracksRepresentation::track_of(std::vector<int>{60, 365, 488});
  EXPECT_EQ(second.program, 5);
  EXPECT_FALSE(second.drums);
}

TEST(Representation, KnowsWhichRowsItTakes) {
  EXPECT_FALSE(named_config("groovae_4bar").representation->takes_rows_of(9));
  EXPECT_TRUE(named_config("cat-drums_2bar_big").representation->takes_rows_of(27));
  EXPECT_TRUE(named_config("cat-drums_2bar_big").representation->takes_rows_of(9));
  EXPECT_FALSE(named_config("cat-drums_2bar_big").representation->takes_rows_of(61));
  EXPECT_TRUE(named_config("nade-drums_2bar_full").representation->takes_rows_of(61));
  EXPECT_FALSE(named_config("nade-drums_2bar_full").representation->takes_rows_of(27));
  ModelConfig melody = named_config("groovae_4bar");
  melody.representation = TensorsRepresentation();
  EXPECT_THAT([&] { (void)representation_of<DrumSequence>(melody); },
              testing::ThrowsMessage<ConfigError>(HasSubstr("its model is for tensors, not grooves; use a model for grooves")));
  const ModelConfig& full = named_config("nade-drums_2bar_full");
  EXPECT_THAT([&] { (void)representation_of<DrumSequence>(full).value(full.head->output(), std::vector<float>(8), 1, {}); },
              testing::ThrowsMessage<ArgumentError>(HasSubstr("1 steps x 9 or 61")));
}

// Magenta's converter on four files of the dataset: from its outputs this library makes the same inputs and controls, bit by bit.
TEST(Representation, TasksAreTheReferences) {
  const std::filesystem::path path = std::filesystem::path(test::shared_folder) / "golden/converter_other.safetensors";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no reference numbers at " << test::shared_folder;
  const SafetensorsFile golden = SafetensorsFile::read(path);
  int tasks = 0;
  for (const auto& [theirs, ours] : {std::pair{"groovae_2bar_humanize", "groovae_2bar_humanize"},
                                     std::pair{"groovae_2bar_tap_fixed_velocity", "groovae_2bar_tap_fixed_velocity"},
                                     std::pair{"groovae_2bar_add_closed_hh", "groovae_2bar_add_closed_hh"},
                                     std::pair{"groovae_2bar_hits_control_tfds", "groovae_2bar_hits_control"}}) {
    const ModelConfig& config = named_config(ours);
    for (const char* mode : {"train", "infer"}) {
      for (int file = 0; file < 4; ++file) {
        const std::string name = std::string(theirs) + "/" + mode + "/" + std::to_string(file) + "/";
        const std::vector<float> outputs = golden.at(name + "outputs").floats();
        const std::vector<float> inputs = golden.at(name + "inputs").floats();
        const bool controlled = config.control_depth() > 0;
        const std::vector<float> controls = controlled ? golden.at(name + "controls").floats() : std::vector<float>();
        ASSERT_GT(outputs.size(), 0U) << name;
        ASSERT_EQ(inputs.size(), outputs.size()) << name;
        for (std::size_t step = 0; step < outputs.size() / 27; ++step) {
          const auto at = static_cast<std::ptrdiff_t>(step * 27);
          const std::vector<float> row(outputs.begin() + at, outputs.begin() + at + 27);
          ASSERT_EQ(input_of(config, row), std::vector<float>(inputs.begin() + at, inputs.begin() + at + 27)) << name << step;
          if (!controlled) continue;
          const auto control = controls.begin() + static_cast<std::ptrdiff_t>(step * 9);
          ASSERT_EQ(control_of(config, row), std::vector<float>(control, control + 9)) << name << step;
        }
      }
    }
    ++tasks;
  }
  EXPECT_EQ(tasks, 4);
}

}  // namespace
}  // namespace musicvae
