#include "musicvae/sequence/drum_map.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "musicvae/error.hpp"

namespace musicvae {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(DrumMap, RolandHasThe22PitchesOfTheGroovePaper) {
  const DrumMap map = DrumMap::roland();
  EXPECT_EQ(map.name(), "roland");
  EXPECT_EQ(map.size(), 22);
  EXPECT_THAT(map.pitches(Drum::kick), ElementsAre(36));
  EXPECT_THAT(map.pitches(Drum::snare), ElementsAre(37, 38, 40));
  EXPECT_THAT(map.pitches(Drum::closed_hihat), ElementsAre(22, 42, 44));
  EXPECT_THAT(map.pitches(Drum::open_hihat), ElementsAre(26, 46));
  EXPECT_THAT(map.pitches(Drum::low_tom), ElementsAre(43, 58));
  EXPECT_THAT(map.pitches(Drum::mid_tom), ElementsAre(45, 47));
  EXPECT_THAT(map.pitches(Drum::high_tom), ElementsAre(48, 50));
  EXPECT_THAT(map.pitches(Drum::crash), ElementsAre(49, 52, 55, 57));
  EXPECT_THAT(map.pitches(Drum::ride), ElementsAre(51, 53, 59));
}

TEST(DrumMap, ReducedHasThe61PitchesOfGeneralMidiAndTwoOfRoland) {
  const DrumMap map = DrumMap::reduced();
  EXPECT_EQ(map.name(), "reduced");
  EXPECT_EQ(map.size(), 61 + 2);
  for (int pitch = 27; pitch <= 87; ++pitch) EXPECT_NE(map.drum(pitch), std::nullopt) << pitch;
  EXPECT_EQ(map.drum(22), Drum::closed_hihat);
  EXPECT_EQ(map.drum(26), Drum::open_hihat);
  EXPECT_EQ(map.drum(45), Drum::low_tom) << "a mid tom in the Roland map";
  EXPECT_EQ(map.drum(48), Drum::mid_tom) << "a high tom in the Roland map";
  EXPECT_EQ(map.drum(58), Drum::crash) << "a low tom in the Roland map";
}

TEST(DrumMap, EachClassIsHeardAsItIsWritten) {
  const std::map<std::string, std::vector<int>> written = {{"roland", {36, 38, 42, 46, 43, 47, 50, 49, 51}},
                                                           {"reduced", {36, 38, 42, 46, 45, 48, 50, 49, 51}}};
  for (const DrumMap& map : {DrumMap::roland(), DrumMap::reduced()}) {
    for (int d = 0; d < kDrums; ++d) {
      const auto drum = static_cast<Drum>(d);
      EXPECT_EQ(map.pitch(drum), written.at(map.name())[static_cast<std::size_t>(d)]) << map.name() << " " << name(drum);
      EXPECT_EQ(map.drum(map.pitch(drum)), drum);
    }
  }
}

TEST(DrumMap, UnknownPitchesHaveNoDrum) {
  const DrumMap map = DrumMap::roland();
  for (const int pitch : {-1, 0, 35, 80, 127, 128, 1000}) EXPECT_EQ(map.drum(pitch), std::nullopt) << pitch;
}

TEST(DrumMap, CanBeEdited) {
  DrumMap map("mine");
  EXPECT_EQ(map.size(), 0);
  EXPECT_EQ(map.pitch(Drum::kick), 36) << "General MIDI until told";
  map.map(60, Drum::kick);
  map.write_as(Drum::snare, 61);
  EXPECT_EQ(map.drum(60), Drum::kick);
  EXPECT_EQ(map.drum(61), Drum::snare);
  EXPECT_EQ(map.pitch(Drum::snare), 61);
  map.map(60, Drum::ride);
  EXPECT_THAT(map.pitches(Drum::kick), IsEmpty()) << "a pitch has one drum";
  map.unmap(60);
  EXPECT_EQ(map.drum(60), std::nullopt);
  map.rename("yours");
  EXPECT_EQ(map.name(), "yours");
}

TEST(DrumMap, IsARegularValue) {
  DrumMap map = DrumMap::roland();
  EXPECT_EQ(map, DrumMap::roland());
  EXPECT_NE(map, DrumMap::reduced());
  map.unmap(36);
  EXPECT_NE(map, DrumMap::roland());
}

TEST(DrumMap, PitchesOutsideMidiAreAnErrorAndChangeNothing) {
  DrumMap map = DrumMap::roland();
  for (const int pitch : {-1, 128}) {
    EXPECT_THROW(map.map(pitch, Drum::kick), ArgumentError);
    EXPECT_THROW(map.unmap(pitch), ArgumentError);
    EXPECT_THROW(map.write_as(Drum::kick, pitch), ArgumentError);
  }
  EXPECT_EQ(map, DrumMap::roland());
}

TEST(Drum, NamesAreDistinct) {
  EXPECT_EQ(name(Drum::kick), "kick");
  EXPECT_EQ(name(Drum::ride), "ride");
  EXPECT_EQ(name(Drum::closed_hihat), "closed_hihat");
  EXPECT_EQ(display_name(Drum::closed_hihat), "closed hi-hat");
  EXPECT_EQ(display_name(Drum::kick), "kick");
  for (const std::string_view text : kDrumNames) {
    const Drum drum = from_name<Drum>(text);
    EXPECT_EQ(name(drum), text);
    EXPECT_EQ(from_name<Drum>(display_name(drum)), drum) << "the name in version 0.1";
  }
  EXPECT_EQ(std::set(kDrumNames.begin(), kDrumNames.end()).size(), static_cast<std::size_t>(kDrums));
}

}  // namespace
}  // namespace musicvae
