// Tasks keep their promises on every config, whatever its weights: known cells stay, and requested cells are made.
#include "musicvae/engine/tasks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "musicvae/error.hpp"
#include "musicvae/latent/interpolate.hpp"
#include "musicvae/latent/reconstruct.hpp"
#include "musicvae/model/named_configs.hpp"
#include "musicvae/sequence/melody.hpp"
#include "musicvae/sequence/trio.hpp"
#include "tiny_model.hpp"

#include <algorithm>
#include <optional>

namespace musicvae {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

Sampler sampler_of(const std::string& name) {
  return Sampler(MusicVae(test::tiny_model(named_config(name))));
}

// Kick on every quarter, snare on 2 and 4, hats on eighths except in the last bar; either stiff or with a feel.
DrumSequence beat(int bars, bool stiff = false) {
  DrumSequence groove(16 * bars);
  for (int step = 0; step < groove.steps(); ++step) {
    const float offset = stiff ? 0.0F : 0.1F * static_cast<float>(step % 5 - 2);
    const float velocity = stiff ? 0.8F : 0.5F + 0.02F * static_cast<float>(step % 16);
    if (step % 4 == 0) groove.set(step, Drum::kick, velocity, offset);
    if (step % 8 == 4) groove.set(step, Drum::snare, velocity, offset);
    if (step % 2 == 0 && step < 16 * (bars - 1)) groove.set(step, Drum::closed_hihat, velocity, offset);
  }
  return groove;
}

template <class Compare>
void each_cell(const DrumSequence& a, const DrumSequence& b, const Compare& compare) {
  ASSERT_EQ(a.steps(), b.steps());
  for (int step = 0; step < a.steps(); ++step) {
    for (int d = 0; d < kDrums; ++d)
      compare(step, static_cast<Drum>(d), a.at(step, static_cast<Drum>(d)), b.at(step, static_cast<Drum>(d)));
  }
}

TEST(Humanize, KeepsTheHitsAndGivesThemAFeel) {
  for (const char* name :
       {"groovae_2bar_humanize", "groovae_4bar_humanize", "groovae_2bar_hits_control", "groovae_2bar_humanize_lookback"}) {
    Sampler sampler = sampler_of(name);
    const DrumSequence stiff = beat(5, true);  // not a whole number of windows
    const DrumSequence played = humanize(sampler, stiff);
    int moved = 0;
    each_cell(stiff, played, [&](int step, Drum, const Cell& a, const Cell& b) {
      ASSERT_EQ(a.hit, b.hit) << name << " step " << step;
      moved += a.hit && a.velocity != b.velocity && b.offset != 0.0F ? 1 : 0;
    });
    EXPECT_EQ(moved, stiff.hits()) << name;
    EXPECT_EQ(humanize(sampler, stiff), played) << name;
  }
}

TEST(Humanize, DrawsAFeelOfTheSeedsWhereItIsAskedTo) {
  Sampler sampler = sampler_of("groovae_2bar_humanize_lookback");
  const auto played = [&](std::uint64_t seed, std::optional<float> feel) {
    return humanize(sampler, beat(2, true), {.temperature = 0.0F, .seed = seed, .feel_temperature = feel});
  };
  EXPECT_EQ(played(1, {}), played(2, 0.0F)) << "the means";
  EXPECT_NE(played(1, 1.0F), played(1, 0.0F));
  EXPECT_NE(played(1, 1.0F), played(2, 1.0F));
  EXPECT_THAT([&] { (void)played(1, -1.0F); }, ThrowsMessage<ArgumentError>(HasSubstr("feel temperature -1")));
}

TEST(Humanize, SeesHitsAloneAndFollowsTheSeedWhereHitsAreTheControl) {
  Sampler blind = sampler_of("groovae_2bar_humanize");
  EXPECT_EQ(humanize(blind, beat(2, true)), humanize(blind, beat(2, false)));
  Sampler controlled = sampler_of("groovae_2bar_hits_control");
  EXPECT_NE(humanize(controlled, beat(2), {.temperature = 0.0F, .seed = 1}),
            humanize(controlled, beat(2), {.temperature = 0.0F, .seed = 2}));
}

TEST(TapToDrums, HearsTheRhythmOnly) {
  for (const char* name : {"groovae_2bar_tap_fixed_velocity", "groovae_2bar_tap_lookback"}) {
    Sampler sampler = sampler_of(name);
    DrumSequence on_snare(48);
    DrumSequence on_ride(48);
    for (const int step : {0, 3, 8, 14, 33, 40}) {
      on_snare.set(step, Drum::snare, 0.3F, 0.2F);
      on_ride.set(step, Drum::ride, 0.9F, 0.2F);
    }
    const DrumSequence drums = tap_to_drums(sampler, on_snare);
    EXPECT_EQ(drums.steps(), 48);
    EXPECT_EQ(drums, tap_to_drums(sampler, on_ride));
    EXPECT_NE(drums, tap_to_drums(sampler, DrumSequence(48)));
  }
}

TEST(AddClosedHihat, TouchesNothingElse) {
  int hats = 0;  // of both models together: a single one with random weights may have none
  for (const char* name : {"groovae_2bar_add_closed_hh", "groovae_2bar_add_closed_hh_lookback"}) {
    Sampler sampler = sampler_of(name);
    const DrumSequence groove = beat(3);
    const DrumSequence result = add_closed_hihat(sampler, groove);
    each_cell(groove, result, [&](int step, Drum drum, const Cell& a, const Cell& b) {
      if (drum != Drum::closed_hihat) {
        ASSERT_EQ(a, b) << step;
      } else if (b.hit) {
        ++hats;
      }
    });
    DrumSequence without = groove;
    for (int step = 0; step < groove.steps(); ++step) without.erase(step, Drum::closed_hihat);
    EXPECT_EQ(add_closed_hihat(sampler, without), result);  // the groove's own hats have no effect
  }
  EXPECT_GT(hats, 0);
}

class OnEveryConfig : public testing::TestWithParam<std::string> {};

TEST_P(OnEveryConfig, InfillKeepsWhatIsKnown) {
  Sampler sampler = sampler_of(GetParam());
  const int bars = sampler.model().config().steps / 16 + 1;
  const DrumSequence groove = beat(bars);
  CellMask mask(groove.steps());
  mask.choose(Drum::snare, 0, groove.steps());
  mask.choose(16, 8);
  const DrumSequence filled = infill(sampler, groove, mask, {.temperature = 1.0F, .seed = 3});
  int fresh = 0;
  each_cell(groove, filled, [&](int step, Drum drum, const Cell& a, const Cell& b) {
    if (mask.at(step, drum)) {
      fresh += b.hit ? 1 : 0;
    } else {
      ASSERT_EQ(a, b) << "step " << step << " " << name(drum);
    }
  });
  EXPECT_GT(fresh, 0);
  EXPECT_EQ(infill(sampler, groove, mask, {.temperature = 1.0F, .seed = 3}), filled);
  EXPECT_NE(infill(sampler, groove, mask, {.temperature = 1.0F, .seed = 4}), filled);
  // The content of the hidden cells has no effect.
  DrumSequence other = groove;
  for (int step = 0; step < groove.steps(); ++step) other.set(step, Drum::snare, 1.0F, 0.9F);
  EXPECT_EQ(infill(sampler, other, mask, {.temperature = 1.0F, .seed = 3}), filled);
}

TEST_P(OnEveryConfig, ContinuesWithNewBars) {
  Sampler sampler = sampler_of(GetParam());
  const DrumSequence groove = beat(3);
  const DrumSequence next = continue_groove(sampler, groove, 5, {.temperature = 1.0F, .seed = 3});
  EXPECT_EQ(next.steps(), 5 * 16);
  EXPECT_GT(next.hits(), 0);
  EXPECT_EQ(next.slice(0, 16), continue_groove(sampler, groove, 1, {.temperature = 1.0F, .seed = 3}));
  EXPECT_NE(next, continue_groove(sampler, groove, 5, {.temperature = 1.0F, .seed = 4}));
}

INSTANTIATE_TEST_SUITE_P(Configs, OnEveryConfig,
                         testing::Values("groovae_4bar", "groovae_4bar_lookback", "groovae_2bar_infill", "groovae_2bar_infill_lookback",
                                         "cat-drums_2bar_small", "nade-drums_2bar_reduced", "nade-drums_2bar_full", "hier-groove_4bar",
                                         "hierdec-drums_16bar"),
                         [](const auto& instance) {
                           std::string name = instance.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

// Eighth notes up and down a scale, with a rest in each bar.
Melody tune(int bars) {
  Melody melody(16 * bars);
  for (int step = 0; step < melody.steps(); step += 2) melody.set(step, 60 + step / 2 % 7);
  for (int step = 8; step < melody.steps(); step += 16) melody.set(step, Melody::kOff);
  return melody;
}

class OnEveryMelodyConfig : public testing::TestWithParam<std::string> {};

TEST_P(OnEveryMelodyConfig, InfillKeepsWhatIsKnown) {
  Sampler sampler = sampler_of(GetParam());
  const Melody melody = tune(sampler.model().config().steps / 16 + 1);
  StepMask mask(melody.steps());
  mask.choose(8, 16);
  const Melody filled = infill(sampler, melody, mask, {.temperature = 1.0F, .seed = 3});
  ASSERT_EQ(filled.steps(), melody.steps());
  for (int step = 0; step < melody.steps(); ++step) {
    if (!mask.at(step)) {
      ASSERT_EQ(filled.at(step), melody.at(step)) << step;
    }
  }
  EXPECT_NE(filled, melody);
  EXPECT_EQ(infill(sampler, melody, mask, {.temperature = 1.0F, .seed = 3}), filled);
  EXPECT_NE(infill(sampler, melody, mask, {.temperature = 1.0F, .seed = 4}), filled);
}

TEST_P(OnEveryMelodyConfig, ContinuesWithNewBars) {
  Sampler sampler = sampler_of(GetParam());
  const Melody next = continue_groove(sampler, tune(3), 5, {.temperature = 1.0F, .seed = 3});
  EXPECT_EQ(next.steps(), 5 * 16);
  EXPECT_GT(next.num_notes(), 0);
  EXPECT_EQ(next.slice(0, 16), continue_groove(sampler, tune(3), 1, {.temperature = 1.0F, .seed = 3}));
}

TEST_P(OnEveryMelodyConfig, SamplesMelodiesThatItReconstructs) {
  Sampler sampler = sampler_of(GetParam());
  const std::vector<Melody> melodies = sampler.sample<Melody>({.n = 2, .decode = {.seed = 5}});
  ASSERT_EQ(melodies.size(), 2U);
  EXPECT_NE(melodies[0], melodies[1]);
  EXPECT_EQ(melodies[0].steps(), sampler.model().config().steps);
  EXPECT_EQ(reconstruct(sampler, melodies[0]), reconstruct(sampler, melodies[0]));
  EXPECT_THAT([&] { (void)sampler.sample({}); }, ThrowsMessage<ConfigError>(HasSubstr("its model is for melodies, not grooves")));
  Melody high(16);
  high.set(0, 120);
  EXPECT_THAT([&] { (void)sampler.model().encode(high); }, ThrowsMessage<ArgumentError>(HasSubstr("pitch 120 is outside 21 to 108")));
}

INSTANTIATE_TEST_SUITE_P(Configs, OnEveryMelodyConfig,
                         testing::Values("cat-mel_2bar_small", "flat-mel_16bar", "hierdec-mel_16bar", "hier-mel_16bar"),
                         [](const auto& instance) {
                           std::string name = instance.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(OnChords, InfillPlaysTheWholeOnThem) {
  Sampler sampler = sampler_of("cat-mel_2bar_med_chords");
  const Melody melody = tune(4).with_chords(read_chords("D D D D").chords);
  const ChordSequence chords = read_chords("C Am Bdim Eaug").chords;
  StepMask mask(melody.steps());
  mask.choose(8, 40);
  const auto filled = [&](const Melody& in, const ChordSequence& on) { return infill(sampler, in, mask, {.seed = 3, .chords = on}); };
  const Melody made = filled(melody, chords);
  EXPECT_EQ(made.chords(), chords);
  EXPECT_EQ(made, filled(tune(4).with_chords(chords), {})) << "as if they were its own";
  EXPECT_NE(made.with_chords({}), filled(melody, {}).with_chords({})) << "the model hears them";
  EXPECT_EQ(filled(melody, {}).chords(), melody.chords());
  EXPECT_EQ(filled(melody, chords.slice(0, 32)), filled(melody, chords.slice(0, 32).repeated(64))) << "a window of chords is repeated";
  for (int step = 0; step < melody.steps(); ++step) {
    if (!mask.at(step)) {
      ASSERT_EQ(made.at(step), melody.at(step)) << step;
    }
  }
  StepMask part(24);
  part.choose(0, 4);
  EXPECT_EQ(infill(sampler, melody.slice(0, 24), part, {.seed = 3, .chords = chords.slice(0, 32)}).chords(), chords.slice(0, 24));
}

TEST(OnChords, ContinueGoesOnOnThem) {
  Sampler sampler = sampler_of("cat-mel_2bar_med_chords");
  const Melody melody = tune(3).with_chords(read_chords("D D D").chords);
  const auto next = [&](int bars, const ChordSequence& on) { return continue_groove(sampler, melody, bars, {.seed = 3, .chords = on}); };
  const ChordSequence chords = read_chords("C Am Bdim Eaug F").chords;
  const Melody made = next(5, chords);
  EXPECT_EQ(made.chords(), chords);
  EXPECT_EQ(next(1, chords.slice(0, 16)), made.slice(0, 16));
  EXPECT_EQ(next(3, chords.slice(0, 32)).chords(), chords.slice(0, 32).repeated(48)) << "a window of chords is repeated";
  EXPECT_EQ(next(5, {}).chords(), ChordSequence(80));
  EXPECT_NE(made.with_chords({}), next(5, {}).with_chords({})) << "the model hears them";
}

TEST(OnChords, WhatDoesNotFitIsNamed) {
  Sampler sampler = sampler_of("cat-mel_2bar_med_chords");
  StepMask mask(64);
  mask.choose(0, 16);
  const ChordSequence three = read_chords("C F G").chords;
  EXPECT_THAT([&] { (void)infill(sampler, tune(4), mask, {.chords = three}); },
              ThrowsMessage<ArgumentError>("chords: they last 48 steps; give chords for all 64 steps, or for a window of 32, which is "
                                           "repeated, 16 per bar"));
  EXPECT_THAT([&] { (void)continue_groove(sampler, tune(4), 4, {.chords = three}); },
              ThrowsMessage<ArgumentError>(HasSubstr("they last 48 steps; give chords for all 64 steps")));
  Sampler melodies = sampler_of("cat-mel_2bar_small");
  Sampler grooves = sampler_of("groovae_4bar");
  CellMask cells(64);
  cells.choose(0, 16);
  const auto refused = ThrowsMessage<ArgumentError>(HasSubstr("has no chords; leave them out, or use a model with chords"));
  EXPECT_THAT([&] { (void)infill(melodies, tune(4), mask, {.chords = three}); }, refused);
  EXPECT_THAT([&] { (void)continue_groove(melodies, tune(4), 3, {.chords = three}); }, refused);
  EXPECT_THAT([&] { (void)infill(grooves, beat(4), cells, {.chords = three}); }, refused);
  EXPECT_THAT([&] { (void)continue_groove(grooves, beat(4), 3, {.chords = three}); }, refused);
}

class OnEveryTrioConfig : public testing::TestWithParam<std::string> {
 protected:
  // Eighth notes over a bass in quarters and a beat.
  static Trio song(int bars) {
    Melody melody(16 * bars);
    Melody bass(16 * bars);
    DrumSequence drums(16 * bars);
    for (int step = 0; step < melody.steps(); step += 2) melody.set(step, 60 + step / 2 % 7);
    for (int step = 0; step < bass.steps(); step += 4) bass.set(step, 36 + step / 4 % 5);
    for (int step = 0; step < drums.steps(); step += 4) drums.set(step, step % 8 == 0 ? Drum::kick : Drum::snare, 0.9F, 0.1F);
    return {melody, bass, drums};
  }
};

TEST_P(OnEveryTrioConfig, InfillsOnePartFromTheOthers) {
  Sampler sampler = sampler_of(GetParam());
  const Trio trio = song(sampler.model().config().steps / 16 + 1);
  TrioMask mask(trio.steps());
  mask.choose(TrioPart::bass, 8, 24);
  mask.choose(TrioPart::drums, 0, trio.steps());
  const Trio filled = infill(sampler, trio, mask, {.temperature = 1.0F, .seed = 3});
  ASSERT_EQ(filled.steps(), trio.steps());
  EXPECT_EQ(filled.melody(), trio.melody());
  EXPECT_EQ(filled.bass().slice(0, 8), trio.bass().slice(0, 8));
  EXPECT_EQ(filled.bass().slice(32, 16), trio.bass().slice(32, 16));
  EXPECT_NE(filled.bass(), trio.bass());
  EXPECT_NE(filled.drums(), trio.drums());
  EXPECT_EQ(infill(sampler, trio, mask, {.temperature = 1.0F, .seed = 3}), filled);
  EXPECT_NE(infill(sampler, trio, mask, {.temperature = 1.0F, .seed = 4}), filled);
  EXPECT_THAT([&] { (void)infill(sampler, trio, TrioMask(trio.steps())); },
              ThrowsMessage<ArgumentError>(HasSubstr("the mask selects no cell")));
}

TEST_P(OnEveryTrioConfig, SamplesContinuesAndInterpolates) {
  Sampler sampler = sampler_of(GetParam());
  const std::vector<Trio> trios = sampler.sample<Trio>({.n = 2, .decode = {.seed = 5}});
  ASSERT_EQ(trios.size(), 2U);
  EXPECT_NE(trios[0], trios[1]);
  EXPECT_EQ(trios[0].steps(), sampler.model().config().steps);
  EXPECT_EQ(sampler.sample<Trio>({.n = 1, .decode = {.seed = 5, .first = 1}})[0], trios[1]);
  EXPECT_EQ(interpolate(sampler, trios[0], trios[1], 3).front(), reconstruct(sampler, trios[0]));
  const Trio next = continue_groove(sampler, song(3), 5, {.temperature = 1.0F, .seed = 3});
  EXPECT_EQ(next.steps(), 5 * 16);
  EXPECT_THAT([&] { (void)sampler.sample<Melody>({}); }, ThrowsMessage<ConfigError>(HasSubstr("its model is for trios, not melodies")));
  EXPECT_THAT([&] { (void)sampler.model().encode(song(1).transposed(60)); },
              ThrowsMessage<ArgumentError>(HasSubstr("is outside 21 to 108")));
}

INSTANTIATE_TEST_SUITE_P(Configs, OnEveryTrioConfig,
                         testing::Values("flat-trio_16bar", "hierdec-trio_16bar", "hier-trio_16bar", "trio_4bar"),
                         [](const auto& instance) {
                           std::string name = instance.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(TaskErrors, ADecoderThatFollowsNeedsWhatToFollow) {
  Sampler taps = sampler_of("groovae_2bar_tap_lookback");
  EXPECT_THAT([&] { (void)taps.sample({}); },
              ThrowsMessage<ArgumentError>(HasSubstr("takes the input of its task as a control track; use tap")));
}

TEST(TaskErrors, AModelOfAnotherTaskIsRefused) {
  Sampler taps = sampler_of("groovae_2bar_tap_fixed_velocity");
  Sampler plain = sampler_of("groovae_4bar");
  const DrumSequence groove = beat(2);
  CellMask mask(groove.steps());
  mask.choose(0, 4);
  EXPECT_THAT([&] { (void)humanize(taps, groove); },
              ThrowsMessage<ArgumentError>(HasSubstr("does the task tap; use a model of task humanize or hits_control")));
  EXPECT_THAT([&] { (void)tap_to_drums(plain, groove); }, ThrowsMessage<ArgumentError>(HasSubstr("use a model of task tap")));
  EXPECT_THAT([&] { (void)add_closed_hihat(plain, groove); },
              ThrowsMessage<ArgumentError>(HasSubstr("use a model of task add_closed_hihat")));
  EXPECT_THAT([&] { (void)infill(taps, groove, mask); },
              ThrowsMessage<ArgumentError>(HasSubstr("use a model of task infill or reconstruct")));
  EXPECT_THAT([&] { (void)continue_groove(taps, groove, 1); }, ThrowsMessage<ArgumentError>(HasSubstr("infill or reconstruct")));
}

TEST(TaskErrors, WhatCannotBeIsSaid) {
  Sampler plain = sampler_of("groovae_4bar");
  Sampler feel = sampler_of("groovae_2bar_humanize");
  CellMask mask(32);
  EXPECT_THAT([&] { (void)infill(plain, beat(2), mask); }, ThrowsMessage<ArgumentError>(HasSubstr("selects no cell")));
  mask.choose(0, 4);
  EXPECT_THAT([&] { (void)infill(plain, beat(3), mask); },
              ThrowsMessage<ArgumentError>(HasSubstr("the mask has 32 steps and the groove 48")));
  EXPECT_THAT([&] { (void)humanize(feel, DrumSequence(0)); }, ThrowsMessage<ArgumentError>(HasSubstr("has no steps")));
  EXPECT_THAT([&] { (void)humanize(feel, DrumSequence(12, {.steps_per_quarter = 3})); }, ThrowsMessage<ArgumentError>(HasSubstr("grid")));
  EXPECT_THAT([&] { (void)continue_groove(plain, beat(2), 0); }, ThrowsMessage<ArgumentError>(HasSubstr("0 bars; use 1 to 4096")));
  EXPECT_THAT([&] { (void)continue_groove(plain, DrumSequence(8), 1); },
              ThrowsMessage<ArgumentError>(HasSubstr("has 8 steps; give a bar")));
  EXPECT_THAT([&] { mask.choose(Drum::kick, 30, 4); }, ThrowsMessage<ArgumentError>(HasSubstr("are out of range")));
  EXPECT_THAT([&] { CellMask(2, std::vector<std::uint8_t>(17)); }, ThrowsMessage<ArgumentError>(HasSubstr("give 2 steps x 9")));
}

}  // namespace
}  // namespace musicvae
