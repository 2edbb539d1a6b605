#include "musicvae/evaluation/window_features.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "musicvae/error.hpp"

namespace musicvae::evaluation {
namespace {

double feature(const DrumSequence& window, const std::string& name) {
  const std::vector<std::string> names = feature_names();
  const auto found = std::find(names.begin(), names.end(), name);
  EXPECT_NE(found, names.end()) << name;
  return features_of(window).at(static_cast<std::size_t>(found - names.begin()));
}

TEST(WindowFeatures, AreThoseOfASmallGroove) {
  DrumSequence groove(32);
  groove.set(0, Drum::kick, 1.0F, 0.0F);
  groove.set(0, Drum::crash, 0.5F, 0.5F);
  groove.set(3, Drum::snare, 0.75F, -0.5F);
  groove.set(16, Drum::kick, 0.75F, 0.25F);
  groove.set(19, Drum::snare, 0.5F, 0.5F);
  EXPECT_EQ(feature(groove, "density"), 5.0);
  EXPECT_EQ(feature(groove, "offbeat_share"), 0.4);
  EXPECT_EQ(feature(groove, "polyphony"), 1.25);
  EXPECT_DOUBLE_EQ(feature(groove, "self_similarity"), 2.0 / 3.0) << "kick and snare of three cells";
  EXPECT_EQ(feature(groove, "rate:kick"), 2.0 / 32.0);
  EXPECT_EQ(feature(groove, "rate:ride"), 0.0);
  EXPECT_NEAR(feature(groove, "velocity"), 0.7, 1e-12);
  EXPECT_NEAR(feature(groove, "velocity_spread"), std::sqrt((0.09 + 0.04 + 0.0025 + 0.0025 + 0.04) / 5.0), 1e-12);
  EXPECT_NEAR(feature(groove, "offset"), 0.15, 1e-12);
  EXPECT_NEAR(feature(groove, "offset:snare"), 0.0, 1e-12);
  EXPECT_NEAR(feature(groove, "offset_spread:snare"), 0.5, 1e-12);
  EXPECT_EQ(feature(groove, "offset_spread:kick"), 0.125);
  EXPECT_EQ(feature(groove, "swing"), 0.0) << "-0.5 and 0.5 on the off-beat 16ths";
  EXPECT_TRUE(std::isnan(feature(groove, "offset:ride")));
  EXPECT_TRUE(std::isnan(feature(groove, "offset_spread:crash"))) << "one hit has no spread";
}

TEST(WindowFeatures, OfSilenceAreThoseThatItHas) {
  const DrumSequence silence(32);
  EXPECT_EQ(feature(silence, "density"), 0.0);
  EXPECT_EQ(feature(silence, "self_similarity"), 1.0);
  EXPECT_EQ(feature(silence, "rate:kick"), 0.0);
  for (const char* name : {"offbeat_share", "polyphony", "syncopation", "velocity", "velocity_spread", "offset", "swing"})
    EXPECT_TRUE(std::isnan(feature(silence, name))) << name;
  EXPECT_TRUE(std::isnan(feature(DrumSequence(16), "self_similarity"))) << "one bar";
}

TEST(WindowFeatures, OfHitsAloneAreTheFirst) {
  const std::vector<std::string> all = feature_names();
  const std::vector<std::string> hits = feature_names(true);
  ASSERT_LT(hits.size(), all.size());
  EXPECT_TRUE(std::equal(hits.begin(), hits.end(), all.begin()));
  DrumSequence groove(32);
  groove.set(3, Drum::kick);
  EXPECT_EQ(features_of(groove, true).size(), hits.size());
  EXPECT_EQ(features_of(groove).size(), all.size());
}

}  // namespace
}  // namespace musicvae::evaluation
