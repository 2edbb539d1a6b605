// Numeric features of grooves: grooves made by hand, with values computed by hand.
#include "musicvae/sequence/groove_features.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <vector>

namespace musicvae {
namespace {

DrumSequence pattern(std::initializer_list<int> steps, int length = 16, Drum drum = Drum::kick, Grid grid = {}) {
  DrumSequence groove(length, grid);
  for (const int step : steps) groove.set(step, drum);
  return groove;
}

TEST(GrooveFeatures, SilenceIsZero) {
  for (const DrumSequence& silence : {DrumSequence(0), DrumSequence(16)}) {
    EXPECT_EQ(mean_velocity(silence), 0.0);
    EXPECT_EQ(velocity_spread(silence), 0.0);
    EXPECT_EQ(offbeat_share(silence), 0.0);
    EXPECT_EQ(swing(silence), 0.0);
    EXPECT_EQ(fill(silence), 0.0);
    EXPECT_EQ(syncopation(silence), 0.0);
  }
}

TEST(GrooveFeatures, VelocitiesOfHits) {
  DrumSequence groove(16);
  groove.set(0, Drum::kick, 0.25F);
  groove.set(4, Drum::snare, 0.75F);
  EXPECT_EQ(mean_velocity(groove), 0.5);
  EXPECT_EQ(velocity_spread(groove), 0.25);
  groove.set(8, Drum::kick, 0.5F);
  EXPECT_EQ(mean_velocity(groove), 0.5);
  EXPECT_NEAR(velocity_spread(groove), std::sqrt(0.125 / 3), 1e-12);
  DrumSequence extreme(16);
  extreme.set(0, Drum::kick, 0.0F);
  extreme.set(1, Drum::kick, 1.0F);
  EXPECT_EQ(velocity_spread(extreme), 0.5) << "the most there is";
}

TEST(GrooveFeatures, OffbeatShareCountsBeatsOfTheMeter) {
  EXPECT_EQ(offbeat_share(pattern({0, 4, 8, 12})), 0.0);
  EXPECT_EQ(offbeat_share(pattern({0, 2, 4, 7})), 0.5);
  EXPECT_EQ(offbeat_share(pattern({2, 3}, 12, Drum::snare, {4, 6, 8})), 0.5) << "in 6/8 every second 16th is a beat";
}

TEST(GrooveFeatures, SwingIsTheLatenessOfOffbeat16thsInSteps) {
  DrumSequence groove(16);
  groove.set(0, Drum::closed_hihat, 0.8F, 0.5F);  // on the beat: is not counted
  groove.set(2, Drum::closed_hihat, 0.8F, 0.5F);  // an 8th: is not counted
  EXPECT_EQ(swing(groove), 0.0);
  groove.set(1, Drum::closed_hihat, 0.8F, 0.75F);
  EXPECT_EQ(swing(groove), 0.375);
  groove.set(3, Drum::snare, 0.8F, -0.25F);
  EXPECT_EQ(swing(groove), 0.125);
  EXPECT_EQ(swing(pattern({1, 3, 5})), 0.0) << "on the grid";
}

TEST(GrooveFeatures, SwingFinds16thsOnOtherGrids) {
  DrumSequence fine(48, {12, 4, 4});
  fine.set(3, Drum::kick, 0.8F, 0.5F);   // 16th 1
  fine.set(9, Drum::kick, 0.8F, 0.25F);  // 16th 3
  fine.set(4, Drum::kick, 0.8F, 1.0F);   // a triplet
  fine.set(6, Drum::kick, 0.8F, 1.0F);   // an 8th
  EXPECT_EQ(swing(fine), 0.1875);
  DrumSequence triplets(12, {3, 4, 4});
  for (int step = 0; step < 12; ++step) triplets.set(step, Drum::kick, 0.8F, 0.5F);
  EXPECT_EQ(swing(triplets), 0.0) << "no 16ths here";
}

TEST(GrooveFeatures, AFillIsHowMuchBusierSnareAndTomsAreInTheLastBar) {
  DrumSequence groove(48);
  for (const int step : {4, 12, 20, 28}) groove.set(step, Drum::snare);
  for (int step = 0; step < 48; ++step) groove.set(step, Drum::closed_hihat);  // hats are not part of it
  EXPECT_EQ(fill(groove), -4.0 / 32) << "a last bar without the backbeat";
  groove.set(36, Drum::snare);
  groove.set(44, Drum::snare);
  EXPECT_EQ(fill(groove), 0.0) << "three equal bars";
  for (const int step : {40, 41, 42, 43}) groove.set(step, Drum::low_tom);
  for (const int step : {38, 39}) groove.set(step, Drum::high_tom);
  groove.set(45, Drum::mid_tom);
  EXPECT_EQ(fill(groove), 7.0 / 16);
  EXPECT_EQ(fill(pattern({12, 13, 14, 15}, 16, Drum::snare)), 0.0) << "one bar has none before it";
}

TEST(GrooveFeatures, MetricalWeights) {
  EXPECT_EQ(metrical_weights({}), (std::vector<int>{0, -4, -3, -4, -2, -4, -3, -4, -1, -4, -3, -4, -2, -4, -3, -4}));
  EXPECT_EQ(metrical_weights({4, 3, 4}), (std::vector<int>{0, -3, -2, -3, -1, -3, -2, -3, -1, -3, -2, -3}));
  EXPECT_EQ(metrical_weights({2, 6, 8}), (std::vector<int>{0, -2, -2, -1, -2, -2})) << "two halves of three 8ths";
  EXPECT_EQ(metrical_weights({3, 4, 4}), (std::vector<int>{0, -3, -3, -2, -3, -3, -1, -3, -3, -2, -3, -3}));
  EXPECT_EQ(metrical_weights({1, 1, 4}), (std::vector<int>{0}));
}

TEST(GrooveFeatures, SyncopationOfKnownPatterns) {
  EXPECT_EQ(syncopation(pattern({0, 4, 8, 12})), 0.0);
  EXPECT_EQ(syncopation(pattern({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})), 0.0);
  EXPECT_EQ(syncopation(pattern({0})), 0.0);
  EXPECT_EQ(syncopation(pattern({15})), 4.0) << "before the silent first step of the next round";
  EXPECT_EQ(syncopation(pattern({14})), 3.0);
  EXPECT_EQ(syncopation(pattern({0, 3, 6, 8, 11, 14})), 4.0) << "3 before 4, and 11 before 12";
  EXPECT_EQ(syncopation(pattern({0, 3, 6, 10, 12})), 4.0) << "son clave: 3 before 4, and 6 before 8";
  EXPECT_EQ(syncopation(pattern({7})), 4.0) << "the heaviest silent step counts: 0, not 8";
}

TEST(GrooveFeatures, SyncopationIsAveragedOverBarsAndDrums) {
  EXPECT_EQ(syncopation(pattern({15}, 32)), 2.0);
  EXPECT_EQ(syncopation(pattern({15, 31}, 32)), 4.0);
  DrumSequence two = pattern({15});
  for (int step = 0; step < 16; ++step) two.set(step, Drum::closed_hihat);
  EXPECT_EQ(syncopation(two), 2.0) << "an even hi-hat fills no other drum's silence";
  EXPECT_EQ(syncopation(pattern({11}, 12, Drum::snare, {4, 3, 4})), 3.0);
}

TEST(GrooveFeatures, SyncopationIsAtMost15) {
  double most = 0.0;
  for (unsigned bits = 0; bits < 1U << 16U; ++bits) {
    DrumSequence groove(16);
    for (int step = 0; step < 16; ++step) {
      if ((bits >> step & 1U) != 0U) groove.set(step, Drum::kick);
    }
    most = std::max(most, syncopation(groove));
  }
  EXPECT_EQ(most, 15.0);
  EXPECT_EQ(syncopation(pattern({1, 3, 5, 7, 9, 11, 13, 15})), 15.0);
}

}  // namespace
}  // namespace musicvae
