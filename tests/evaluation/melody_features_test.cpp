#include "musicvae/evaluation/melody_features.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace musicvae::evaluation {
namespace {

double feature(const Melody& melody, const std::string& name) {
  const std::vector<std::string> names = melody_feature_names();
  const auto found = std::find(names.begin(), names.end(), name);
  EXPECT_NE(found, names.end()) << name;
  const std::vector<double> values = features_of(melody);
  EXPECT_EQ(values.size(), names.size());
  return values.at(static_cast<std::size_t>(found - names.begin()));
}

// C4 for four steps, E4 for two, silence for two, and F#4 for eight; then the same bar with G4 at its end.
Melody small_melody() {
  Melody melody(32);
  for (const int bar : {0, 16}) {
    melody.set(bar, 60);
    melody.set(bar + 4, 64);
    melody.set(bar + 6, Melody::kOff);
    melody.set(bar + 8, 66);
  }
  melody.set(30, 67);
  return melody;
}

TEST(MelodyFeatures, AreThoseOfASmallMelody) {
  const Melody melody = small_melody();
  EXPECT_EQ(feature(melody, "notes"), 7.0);
  EXPECT_NEAR(feature(melody, "pitch"), (2 * (60 + 64 + 66) + 67) / 7.0, 1e-12);
  EXPECT_EQ(feature(melody, "pitch_range"), 7.0);
  EXPECT_NEAR(feature(melody, "interval"), (4 + 2 + 6 + 4 + 2 + 1) / 6.0, 1e-12);
  EXPECT_NEAR(feature(melody, "duration"), 28.0 / 7.0, 1e-12);
  EXPECT_NEAR(feature(melody, "silence"), 4.0 / 32.0, 1e-12);
  EXPECT_NEAR(feature(melody, "offbeat_share"), 1.0 / 7.0, 1e-12);
  EXPECT_NEAR(feature(melody, "pitch_class_entropy"), -3 * 2 / 7.0 * std::log2(2 / 7.0) - 1 / 7.0 * std::log2(1 / 7.0), 1e-12);
  EXPECT_EQ(feature(melody, "in_key"), 1.0) << "G major has F sharp";
  EXPECT_NEAR(feature(melody, "bar_repetition"), 15.0 / 16.0, 1e-12);
}

TEST(MelodyFeatures, KnowWhenNoScaleFits) {
  Melody melody(16);
  for (int step = 0; step < 12; ++step) melody.set(step, 60 + step);
  EXPECT_NEAR(feature(melody, "in_key"), 7.0 / 12.0, 1e-12);
  EXPECT_NEAR(feature(melody, "pitch_class_entropy"), std::log2(12.0), 1e-12);
  EXPECT_TRUE(std::isnan(feature(melody, "bar_repetition"))) << "one bar";
}

TEST(MelodyFeatures, OfSilenceAreThoseThatItHas) {
  const Melody silence(32);
  EXPECT_EQ(feature(silence, "notes"), 0.0);
  EXPECT_EQ(feature(silence, "silence"), 1.0);
  EXPECT_EQ(feature(silence, "bar_repetition"), 1.0);
  for (const char* name : {"pitch", "pitch_range", "interval", "duration", "offbeat_share", "pitch_class_entropy", "in_key"})
    EXPECT_TRUE(std::isnan(feature(silence, name))) << name;
  Melody one(32);
  one.set(0, 60);
  EXPECT_TRUE(std::isnan(feature(one, "interval"))) << "one note";
}

}  // namespace
}  // namespace musicvae::evaluation
