#include "musicvae/latent/attributes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "musicvae/error.hpp"
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
