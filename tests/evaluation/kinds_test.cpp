// What the measures know of each kind of music: distances, features and shares.
#include "evaluation/kinds/kinds.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <vector>

#include "small_music.hpp"

namespace musicvae::evaluation {
namespace {

using test::band;
using test::song;

TEST(TrioMeasures, MelodyAndBassAgreeInKeyIfTheyShareAScaleThatHasMostOfBoth) {
  const auto same_key = [](std::initializer_list<int> melody, std::initializer_list<int> bass) {
    Trio trio(32);
    const auto line = [](std::initializer_list<int> pitches) {
      Melody result(32);
      int step = 0;
      for (const int pitch : pitches) result.set(step++, pitch);
      return result;
    };
    return Measures<Trio>::shares().of(trio.with_melody(line(melody)).with_bass(line(bass))).front();
  };
  EXPECT_EQ(same_key({60, 62, 64, 65, 67, 69, 71}, {36, 43}), 1.0) << "C major";
  EXPECT_EQ(same_key({60, 62, 64, 65, 67, 69, 71}, {37, 42}), 0.0) << "C# and F# are in other keys";
  EXPECT_EQ(same_key({60, 62, 64, 65, 67, 69, 71}, {36, 42, 43}), 0.0) << "F# and C are in G major, which lacks F";
  EXPECT_EQ(same_key({60, 67}, {36, 42, 43}), 1.0) << "G major has all";
  EXPECT_TRUE(std::isnan(same_key({60}, {})));
}

TEST(TrioMeasures, TheDistanceIsThatAfterTheBestTranspositionOfBothLines) {
  const std::vector<Trio> known = {song(2), Trio(64)};
  const Measures<Trio>::Known all(known);
  EXPECT_EQ(all.nearest(song(2).transposed(3)).distance, 0);
  EXPECT_EQ(all.nearest(Trio(64)).index, 1U);
  const Melody higher = song(2).melody().transposed(1);
  EXPECT_EQ(all.nearest(song(2).with_melody(higher)).distance, std::min(song(2).bass().num_notes(), higher.num_notes()))
      << "one of the two lines is in the wrong key";
  DrumSequence drums = song(2).drums();
  drums.set(1, Drum::kick);
  drums.set(1, Drum::ride);
  EXPECT_EQ(all.nearest(song(2).with_drums(drums)).distance, 1) << "a step of the drums is one cell";
  EXPECT_NEAR(Measures<Trio>::difference(song(2), song(2).with_drums(drums)), 1.0 / (3 * 64), 1e-12);
}

TEST(TracksMeasures, TheDistanceIsTheNotesThatOnlyOneHasAfterTheBestTransposition) {
  const std::vector<Tracks> known = {Tracks(96), band(1)};
  const Measures<Tracks>::Known all(known);
  EXPECT_EQ(all.nearest(band(1)).index, 1U);
  EXPECT_EQ(all.nearest(band(1)).distance, 0);
  EXPECT_EQ(all.nearest(band(1).transposed(4)).distance, 0) << "a copy in another key";
  EXPECT_EQ(Measures<Tracks>::difference(band(1), band(1).transposed(4)), 1.0 - 2.0 * 3 / 12.0) << "the drums are the same";
  Tracks changed = band(1);
  changed.add({.program = 0, .notes = {{60, 80, 5, 9}}});
  EXPECT_EQ(all.nearest(changed).distance, 1) << "a note more";
  EXPECT_NEAR(Measures<Tracks>::difference(band(1), changed), 1.0 / 13.0, 1e-12);
  Tracks bass(96);
  bass.add({.program = 33, .notes = {{41, 90, 0, 24}}});
  EXPECT_EQ(all.nearest(bass).distance, 1) << "the empty bar is the nearest";
}

TEST(TracksMeasures, FeaturesOfABar) {
  const FeatureSet<Tracks> features = Measures<Tracks>::features({});
  const std::vector<double> values = features.of(band(0));
  const auto value = [&](const std::string& name) {
    return values.at(static_cast<std::size_t>(std::find(features.names.begin(), features.names.end(), name) - features.names.begin()));
  };
  EXPECT_EQ(value("notes"), 6.0);
  EXPECT_EQ(value("tracks"), 3.0);
  EXPECT_EQ(value("notes_per_track"), 2.0);
  EXPECT_EQ(value("drum_share"), 0.5);
  EXPECT_EQ(value("offbeat_share"), 0.0);
  EXPECT_NEAR(value("pitch"), (40 + 43 + 60) / 3.0, 1e-12);
  EXPECT_EQ(value("pitch_range"), 20.0);
  EXPECT_EQ(value("duration"), (24 + 48 + 96) / 3.0);
  EXPECT_NEAR(value("polyphony"), (24 + 48 + 96 + 6 + 6 + 6) / 96.0, 1e-12);
  EXPECT_EQ(features.names.size(), values.size());
  EXPECT_EQ(features.of(Tracks(96)).front(), 0.0);
  EXPECT_EQ(Measures<Tracks>::shares().names.size(), Measures<Tracks>::shares().of(band(0)).size());
}

TEST(MelodyMeasures, TheDistanceIsTheNumberOfStepsThatDifferInTheBestKey) {
  Melody melody(32);
  for (int step = 0; step < 32; step += 4) melody.set(step, 60 + step % 7);
  const std::vector<Melody> known = {melody, Melody(32)};
  const Measures<Melody>::Known all(known);
  const auto distance = [&](const Melody& other) { return all.nearest(other).distance; };
  EXPECT_EQ(distance(melody), 0);
  EXPECT_EQ(distance(melody.transposed(-5)), 0) << "a copy in another key";
  Melody changed = melody.transposed(3);
  changed.set(8, 80);
  EXPECT_EQ(distance(changed), 1) << "another pitch";
  changed.set(12, Melody::kHold);
  changed.set(13, 70);
  EXPECT_EQ(distance(changed), 3) << "and a note that begins later";
  changed.set(31, Melody::kOff);
  EXPECT_EQ(distance(changed), 4) << "and an end";
}

}  // namespace
}  // namespace musicvae::evaluation
