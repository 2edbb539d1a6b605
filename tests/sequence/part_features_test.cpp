// The features of music of several parts: trios and tracks.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "musicvae/sequence/tracks_features.hpp"
#include "musicvae/sequence/trio_features.hpp"

namespace musicvae {
namespace {

template <class Value>
std::map<std::string, double> features_of(const Value& value) {
  std::map<std::string, double> features;
  for (const Feature<Value>& feature : kFeatures<Value>) features[feature.name] = feature.value(value);
  return features;
}

TEST(TrioFeatures, AreThoseOfTheMelodyAndTheDensityOfTheDrums) {
  Melody melody(16);
  for (const auto& [step, pitch] : std::map<int, int>{{0, 60}, {3, 61}, {6, 65}}) melody.set(step, pitch);
  Melody bass(16);
  bass.set(1, 37);
  DrumSequence drums(16);
  drums.set(0, Drum::kick);
  drums.set(0, Drum::snare);
  drums.set(4, Drum::kick);
  std::map<std::string, double> expected;
  for (const Feature<Melody>& feature : kFeatures<Melody>) expected[feature.name] = feature.value(melody);
  expected["drum_density"] = 3.0 / (16 * 9);
  EXPECT_EQ(features_of(Trio(melody, bass, drums)), expected);
  EXPECT_EQ(expected.at("density"), 3.0 / 16.0);
}

TEST(TracksFeatures, CountNotesAndTracks) {
  Tracks tracks(96);
  tracks.add({.program = 33, .notes = {{40, 90, 0, 24}, {43, 80, 48, 96}}});
  tracks.add({.program = 1});
  tracks.add({.drums = true, .notes = {{36, 100, 0, 6}}});
  EXPECT_EQ(features_of(tracks), (std::map<std::string, double>{{"density", 3.0 / 4.0}, {"track_count", 2.0}}));
  EXPECT_EQ(notes_per_quarter(Tracks(0)), 0.0);
  EXPECT_EQ(notes_per_quarter(tracks.concat(Tracks(96))), 3.0 / 8.0);
}

}  // namespace
}  // namespace musicvae
