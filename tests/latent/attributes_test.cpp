#include "musicvae/latent/attributes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "musicvae/error.hpp"
#include "musicvae/latent/attribute_effects.hpp"
#include "musicvae/model/named_configs.hpp"
#include "small_groove_release.hpp"
#include "tiny_model.hpp"

namespace musicvae {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Key;

/// A groove of one bar with `hits` hits of the same velocity, on the grid and not syncopated.
DrumSequence even(int hits, float velocity = 0.5F) {
  DrumSequence groove(16);
  for (int i = 0; i < hits; ++i) groove.set(0, static_cast<Drum>(i), velocity);
  return groove;
}

/// Eight windows, 1 to 8 hits, at z = (hits, 0).
AttributeBuilder eight() {
  AttributeBuilder builder;
  for (const int hits : {3, 8, 1, 5, 7, 2, 4, 6}) {
    builder.add(even(hits), hits <= 2 ? "funk" : "rock", std::vector<float>{static_cast<float>(hits), 0.0F});
  }
  return builder;
}

std::string error_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const ArgumentError& e) {
    return e.what();
  }
  return "no error";
}

TEST(Attributes, AFeatureIsTheWayFromTheLowestQuarterToTheHighest) {
  const Attributes attributes = eight().finish();
  EXPECT_THAT(attributes, ElementsAre(Key("density"), Key("style:funk"), Key("style:rock")))
      << "velocity, swing, syncopation and fill are the same in all";
  const Attribute& density = attributes.at("density");
  EXPECT_THAT(density.direction, ElementsAre(7.5F - 1.5F, 0.0F));
  EXPECT_NEAR(density.low, 1.5 / 144, 1e-12);
  EXPECT_NEAR(density.high, 7.5 / 144, 1e-12);
  EXPECT_EQ(density.low_windows, 2);
  EXPECT_EQ(density.high_windows, 2);
}

TEST(Attributes, AStyleIsTheWayFromTheMeanOfAllToItsOwn) {
  const Attribute funk = eight().finish().at("style:funk");
  EXPECT_THAT(funk.direction, ElementsAre(1.5F - 4.5F, 0.0F));
  EXPECT_EQ(funk.low, 0.25);
  EXPECT_EQ(funk.high, 1.0);
  EXPECT_EQ(funk.low_windows, 8);
  EXPECT_EQ(funk.high_windows, 2);
}

TEST(Attributes, EveryFeatureThatVariesIsFound) {
  AttributeBuilder builder;
  for (int i = 0; i < 12; ++i) {
    DrumSequence groove = even(2, 0.1F + 0.05F * static_cast<float>(i));
    groove.set(1, Drum::kick, 0.5F, 0.05F * static_cast<float>(i));
    if (i > 6) groove.set(15, Drum::ride, 0.5F);                                                     // before a silent downbeat
    builder.add(groove.concat(even(i > 3 ? 2 : 1)), "", std::vector<float>{static_cast<float>(i)});  // the last bar has a snare or none
  }
  EXPECT_THAT(builder.finish(), ElementsAre(Key("density"), Key("fill"), Key("swing"), Key("syncopation"), Key("velocity")));
  EXPECT_EQ(builder.finish(), builder.finish());
}

TEST(Attributes, EqualValuesGoByTheOrderOfAdding) {
  AttributeBuilder builder;
  for (int i = 0; i < 8; ++i) builder.add(even(i == 7 ? 2 : 1), "", std::vector<float>{static_cast<float>(i)});
  EXPECT_THAT(builder.finish().at("density").direction, ElementsAre(6.5F - 0.5F));
}

TEST(Attributes, WrongWindowsThrow) {
  AttributeBuilder builder;
  EXPECT_THROW(builder.add(even(1), "", {}), ArgumentError);
  EXPECT_THROW(builder.add(even(1), "", std::vector<float>{std::numeric_limits<float>::infinity()}), ArgumentError);
  for (int i = 0; i < 7; ++i) builder.add(even(1 + i), "", std::vector<float>{1.0F, 2.0F});
  EXPECT_THAT(error_of([&] { builder.add(even(1), "", std::vector<float>{1.0F}); }), HasSubstr("window 7 has a mu of 1 numbers; give 2"));
  EXPECT_THAT(error_of([&] { (void)builder.finish(); }), HasSubstr("7 windows are too few; give 8 or more"));
  builder.add(even(8), "", std::vector<float>{1.0F, 2.0F});
  EXPECT_THAT(builder.finish(), ElementsAre(Key("density")));
}

TEST(Attributes, MelodiesHaveThoseOfThePaper) {
  AttributeBuilder builder;
  for (int i = 0; i < 8; ++i) {
    Melody melody(16);
    melody.set(0, 60 + i % 2);
    melody.set(i, 64);
    builder.add(melody, "waltz", std::vector<float>{static_cast<float>(i)});
  }
  EXPECT_THAT(builder.finish(), ElementsAre(Key("c_diatonic"), Key("density"), Key("interval"), Key("style:waltz"), Key("syncopation_16th"),
                                            Key("syncopation_8th")));
  EXPECT_THAT(error_of([&] { builder.add(even(1), "", std::vector<float>{1.0F}); }), HasSubstr("window 8 is another kind of music"));
}

TEST(Attributes, EffectsAreMeasuredOnTheSamePoints) {
  const ModelFile file = test::tiny_model();
  Sampler sampler{MusicVae(file)};
  const Attributes attributes = {{"density", {{3.0F, -2.0F, 0.5F, 3.0F}, 0.1, 0.3, 1, 1}},
                                 {"swing", {{0.0F, 0.0F, 0.0F, 0.0F}, -0.1, 0.1, 1, 1}},
                                 {"style:funk", {{1.0F, 0.0F, 0.0F, 0.0F}, 0.1, 1.0, 1, 1}}};
  const AttributeEffectOptions options{.samples = 20, .amount = 0.5F, .decode = {.temperature = 0.0F, .seed = 3}};
  const AttributeEffects effects = attribute_effects(sampler, attributes, options);
  EXPECT_THAT(effects.names, ElementsAre("density", "swing")) << "features of grooves, in their order";
  const auto mean_density = [&](float amount) {
    std::vector<float> z = sampler.prior(3, 20);
    apply_attributes(z, attributes, {{"density", amount}});
    double sum = 0.0;
    for (const DrumSequence& groove : sampler.decode(z, {.temperature = 0.0F, .seed = 3})) sum += groove.density();
    return sum / 20;
  };
  EXPECT_DOUBLE_EQ(effects.plain[0], mean_density(0.0F));
  EXPECT_DOUBLE_EQ(effects.up[0], mean_density(0.5F));
  EXPECT_DOUBLE_EQ(effects.down[0], mean_density(-0.5F));
  EXPECT_NE(effects.up[0], effects.plain[0]);
  EXPECT_NEAR(effects.change(effects.up, 0, 0), (effects.up[0] - effects.plain[0]) / 0.2, 1e-9) << "in units of the data's range";
  EXPECT_EQ(effects.up[2], effects.plain[0]) << "a shift by nothing changes nothing";
}

TEST(Attributes, EffectsOnMelodies) {
  const ModelFile file = test::tiny_model(named_config("cat-mel_2bar_small"));
  Sampler sampler{MusicVae(file)};
  const Attributes attributes = {{"interval", {{3.0F, -2.0F, 0.5F, 3.0F}, 1.0, 5.0, 1, 1}}};
  const AttributeEffects effects = attribute_effects(sampler, attributes, {.samples = 8, .decode = {.seed = 1}});
  EXPECT_THAT(effects.names, ElementsAre("interval"));
  EXPECT_NE(effects.up, effects.down);
  EXPECT_THAT(error_of([&] {
                (void)attribute_effects(sampler, {{"swing", attributes.at("interval")}});
              }),
              HasSubstr("the model has no attributes of its melodies"));
  EXPECT_THAT(error_of([&] { (void)attribute_effects(sampler, attributes, {.samples = 0}); }), HasSubstr("ask for 1 or more"));
  EXPECT_THAT(error_of([&] { (void)attribute_effects(sampler, attributes, {.amount = 4.5F}); }), HasSubstr("use up to 4"));
}

TEST(Attributes, TriosHaveThoseOfTheirMelodyAndTheirDrums) {
  AttributeBuilder builder;
  for (int i = 0; i < 8; ++i) {
    Melody melody(16);
    melody.set(0, 60 + i % 2);
    melody.set(i, 64);
    builder.add(Trio(melody, Melody(16), even(i + 1)), "", std::vector<float>{static_cast<float>(i)});
  }
  const Attributes attributes = builder.finish();
  EXPECT_THAT(attributes, ElementsAre(Key("c_diatonic"), Key("density"), Key("drum_density"), Key("interval"), Key("syncopation_16th"),
                                      Key("syncopation_8th")));
  EXPECT_THAT(attributes.at("drum_density").direction, ElementsAre(6.5F - 0.5F));
}

TEST(Attributes, EffectsOnTriosAndTracks) {
  const Attribute attribute = {{3.0F, -2.0F, 0.5F, 3.0F}, 0.0, 0.5, 1, 1};
  Sampler trios{MusicVae(test::tiny_model(named_config("trio_4bar")))};
  const AttributeEffects effects = attribute_effects(trios, {{"drum_density", attribute}, {"interval", attribute}}, {.samples = 4});
  EXPECT_THAT(effects.names, ElementsAre("interval", "drum_density"));
  EXPECT_NE(effects.up, effects.down);
  Sampler tracks{MusicVae(test::tiny_model(named_config("hier-multiperf_vel_1bar_med")))};
  const AttributeEffects of_tracks = attribute_effects(tracks, {{"track_count", attribute}, {"density", attribute}}, {.samples = 4});
  EXPECT_THAT(of_tracks.names, ElementsAre("density", "track_count"));
  EXPECT_NE(of_tracks.up, of_tracks.down);
  EXPECT_THAT(error_of([&] {
                (void)attribute_effects(tracks, {{"swing", attribute}});
              }),
              HasSubstr("the model has no attributes of its tracks"));
}

TEST(Attributes, ApplyingAddsUp) {
  const Attributes attributes = {{"a", {{1.0F, 2.0F}}}, {"b", {{0.0F, -4.0F}}}};
  std::vector<float> z = {0.0F, 0.0F, 10.0F, 20.0F};
  apply_attributes(z, attributes, {});
  EXPECT_THAT(z, ElementsAre(0.0F, 0.0F, 10.0F, 20.0F));
  apply_attributes(z, attributes, {{"a", 2.0F}, {"b", -0.5F}});
  EXPECT_THAT(z, ElementsAre(2.0F, 6.0F, 12.0F, 26.0F));
}

TEST(Attributes, WrongAmountsThrowAndChangeNothing) {
  const Attributes attributes = {{"density", {{1.0F, 2.0F}}}, {"style:funk", {{0.0F, 1.0F}}}};
  std::vector<float> z = {0.0F, 0.0F};
  const auto error = [&](const Amounts& amounts) { return error_of([&] { apply_attributes(z, attributes, amounts); }); };
  EXPECT_THAT(error({{"density", 1.0F}, {"style:fnuk", 1.0F}}),
              HasSubstr("no attribute is called \"style:fnuk\"; use one of: density, style:funk"));
  for (const float amount : {-4.1F, 4.1F, std::numeric_limits<float>::quiet_NaN()})
    EXPECT_THAT(error({{"density", amount}}), HasSubstr("is out of range; use -4 to 4"));
  EXPECT_EQ(error({{"density", 4.0F}, {"style:funk", -4.0F}}), "no error");
  EXPECT_THAT(z, ElementsAre(4.0F, 4.0F));
  EXPECT_THAT(error_of([&] { apply_attributes(z, {}, {{"density", 1.0F}}); }), HasSubstr("the model has none"));
  std::vector<float> odd(3);
  EXPECT_THAT(error_of([&] { apply_attributes(odd, attributes, {{"density", 1.0F}}); }), HasSubstr("give a multiple of 2 (latent)"));
}

TEST(Attributes, MovingAGrooveDecodesFromMuAndTheDirections) {
  Sampler sampler{MusicVae(test::tiny_model())};
  const Attributes attributes = {{"a", {{1.0F, -2.0F, 0.5F, 3.0F}}}};
  const DrumSequence groove = test::beat(4, 1);
  EXPECT_EQ(shift_attributes(sampler, groove, attributes, {{"a", 0.0F}}), reconstruct(sampler, groove));
  std::vector<float> z = sampler.model().encode(groove).mu;
  for (std::size_t i = 0; i < 4; ++i) z[i] += 1.5F * attributes.at("a").direction[i];
  EXPECT_EQ(shift_attributes(sampler, groove, attributes, {{"a", 1.5F}}), sampler.decode(z, {.temperature = 0.0F})[0]);
  EXPECT_EQ(shift_attributes(sampler, test::beat(6, 1), attributes, {{"a", 1.0F}}).steps(), 96) << "window by window";
  EXPECT_THROW(static_cast<void>(shift_attributes(sampler, DrumSequence(0), attributes, {})), ArgumentError);
}

}  // namespace
}  // namespace musicvae
