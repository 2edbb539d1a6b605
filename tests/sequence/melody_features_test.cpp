#include "musicvae/sequence/melody_features.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>
#include <string>

namespace musicvae {
namespace {

// A melody of one bar with these notes, by step.
Melody bar_with(const std::map<int, int>& notes) {
  Melody melody(16);
  for (const auto& [step, pitch] : notes) melody.set(step, pitch);
  return melody;
}

TEST(MelodyFeatures, CDiatonicCountsTheNotesOfTheWhiteKeys) {
  EXPECT_EQ(c_diatonic(bar_with({{0, 60}, {2, 62}, {4, 64}, {6, 65}, {8, 67}, {10, 69}, {12, 71}})), 1.0) << "C major";
  EXPECT_EQ(c_diatonic(bar_with({{0, 61}, {2, 63}, {4, 66}, {6, 68}, {8, 70}})), 0.0) << "the black keys";
  EXPECT_EQ(c_diatonic(bar_with({{0, 24}, {2, 25}, {4, 107}, {6, 106}})), 0.5) << "in any octave";
}

TEST(MelodyFeatures, DensityCountsTheStepsOnWhichANoteBegins) {
  Melody melody = bar_with({{0, 60}, {8, 60}});
  melody.set(4, Melody::kOff);
  EXPECT_EQ(note_density(melody), 2.0 / 16.0) << "a note that ends does not begin";
  EXPECT_EQ(note_density(melody.concat(Melody(16))), 1.0 / 16.0);
}

TEST(MelodyFeatures, TheIntervalIsTheMeanDistanceFromNoteToNote) {
  EXPECT_EQ(average_interval(bar_with({{0, 60}, {5, 67}, {9, 66}})), 4.0) << "7 up and 1 down";
  EXPECT_EQ(average_interval(bar_with({{0, 60}, {5, 60}})), 0.0);
  EXPECT_EQ(average_interval(bar_with({{3, 60}})), 0.0) << "there is no interval";
}

TEST(MelodyFeatures, A16thIsSyncopatedIfNoNoteBeginsOnThe16thBefore) {
  EXPECT_EQ(syncopation_16th(bar_with({{1, 60}, {7, 60}})), 1.0);
  EXPECT_EQ(syncopation_16th(bar_with({{0, 60}, {1, 60}})), 0.0) << "the 16th before has a note";
  EXPECT_EQ(syncopation_16th(bar_with({{0, 60}, {2, 60}, {4, 60}, {5, 60}, {11, 60}})), 1.0 / 5.0);
  EXPECT_EQ(syncopation_8th(bar_with({{1, 60}, {7, 60}})), 0.0) << "they are not on an 8th";
}

TEST(MelodyFeatures, An8thIsSyncopatedIfNoNoteBeginsInThe8thBefore) {
  EXPECT_EQ(syncopation_8th(bar_with({{2, 60}, {14, 60}})), 1.0);
  EXPECT_EQ(syncopation_8th(bar_with({{0, 60}, {2, 60}})), 0.0);
  EXPECT_EQ(syncopation_8th(bar_with({{1, 60}, {2, 60}})), 0.0) << "a 16th before it counts, too";
  EXPECT_EQ(syncopation_8th(bar_with({{3, 60}, {6, 60}})), 0.5) << "a note in the beat before does not";
  EXPECT_EQ(syncopation_8th(bar_with({{0, 60}, {4, 60}, {8, 60}})), 0.0) << "the beats";
}

TEST(MelodyFeatures, OtherGridsAndSilence) {
  Melody fine(32, {8, 4, 4});
  fine.set(2, 60);   // the second 16th
  fine.set(12, 60);  // the second 8th of the second beat
  EXPECT_EQ(syncopation_16th(fine), 0.5);
  EXPECT_EQ(syncopation_8th(fine), 0.5);
  Melody triplets(12, {3, 4, 4});
  triplets.set(1, 60);
  EXPECT_EQ(syncopation_16th(triplets), 0.0) << "a grid without 16ths";
  for (const Feature<Melody>& feature : kFeatures<Melody>) {
    EXPECT_EQ(feature.value(Melody(0)), 0.0) << feature.name;
    EXPECT_EQ(feature.value(Melody(16)), 0.0) << feature.name;
  }
}

TEST(MelodyFeatures, HaveNamesOfTheirOwn) {
  std::set<std::string> names;
  for (const Feature<Melody>& feature : kFeatures<Melody>) names.insert(feature.name);
  EXPECT_EQ(names, (std::set<std::string>{"c_diatonic", "density", "interval", "syncopation_16th", "syncopation_8th"}));
}

}  // namespace
}  // namespace musicvae
