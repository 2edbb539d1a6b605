#include "musicvae/sequence/drum_classes.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <set>

#include "musicvae/error.hpp"

namespace musicvae {
namespace {

TEST(DrumClasses, HaveNamesAndSizes) {
  EXPECT_EQ(count(DrumClasses::nine), 9);
  EXPECT_EQ(count(DrumClasses::full), 61);
  for (DrumClasses classes : {DrumClasses::nine, DrumClasses::full}) EXPECT_EQ(from_name<DrumClasses>(name(classes)), classes);
  try {
    (void)from_name<DrumClasses>("ten");
    FAIL() << "ten is no set";
  } catch (const ArgumentError& error) {
    EXPECT_STREQ(error.what(), "no drum classes are called \"ten\"; use nine or full");
  }
}

TEST(DrumClasses, FullIsGeneralMidiOneClassAPitch) {
  EXPECT_EQ(std::set<int>(kFullDrumPitches.begin(), kFullDrumPitches.end()).size(), 61U);
  for (int pitch = 27; pitch <= 87; ++pitch) {
    const std::optional<int> drum_class = full_drum_class(pitch);
    ASSERT_TRUE(drum_class) << pitch;
    EXPECT_EQ(full_drum_pitch(*drum_class), pitch);
  }
  for (int pitch : {-1, 0, 22, 26, 88, 127}) EXPECT_FALSE(full_drum_class(pitch)) << pitch;
  EXPECT_THROW((void)full_drum_pitch(-1), ArgumentError);
  EXPECT_THROW((void)full_drum_pitch(61), ArgumentError);
}

TEST(DrumClasses, FullStandsInTheOrderOfTheReducedMap) {
  static_assert(full_drum_class(36) == 0 && full_drum_class(38) == 2 && full_drum_class(42) == 17 && full_drum_class(82) == 60);
  const DrumMap map = DrumMap::reduced();
  auto last = Drum::kick;
  for (int pitch : kFullDrumPitches) {
    if (pitch == 43 || pitch == 52) continue;  // in the map these are a low tom and a crash
    const Drum drum = map.drum(pitch).value();
    EXPECT_GE(drum, last) << pitch;
    last = drum;
  }
}

}  // namespace
}  // namespace musicvae
