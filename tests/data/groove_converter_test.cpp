#include "musicvae/data/groove_converter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "data/piece.hpp"
#include "musicvae/error.hpp"
#include "musicvae/sequence/drum_tensor.hpp"

namespace musicvae::data {
namespace {

/// Window `w` as a groove.
DrumSequence window(const ConvertedFile& file, std::size_t w) {
  const auto first = static_cast<std::size_t>(file.windows.windows.at(w).first_row) * kDrumTensorDepth;
  return from_tensor(std::span(file.windows.rows).subspan(first, 64 * kDrumTensorDepth), 64);
}

using test::bars;
using test::counts;
using test::kick;
using test::Piece;
using test::snare;
using ::testing::ElementsAre;

TEST(OurCut, CutsAWindowAtEveryBar) {
  const ConvertedFile file = Piece().beats(6).convert();
  EXPECT_THAT(bars(file), ElementsAre(0, 1, 2));
  EXPECT_EQ(file.windows.rows.size(), 6U * 16 * 27) << "overlapping windows share rows";
  EXPECT_EQ(window(file, 2).hits(), 16);
  EXPECT_TRUE(file.left_out.empty());
}

TEST(OurCut, AnEarlyDownbeatStaysInItsWindow) {
  const Piece piece = Piece().beats(8).note(4 * 1920 - 20, snare, 127);  // 20 ticks before bar 5
  const ConvertedFile ours = piece.convert();
  const Cell cell = window(ours, 4).at(0, Drum::snare);
  EXPECT_TRUE(cell.hit);
  EXPECT_FLOAT_EQ(cell.velocity, 1.0F);
  EXPECT_FLOAT_EQ(cell.offset, -20.0F / 60.0F);
  const ConvertedFile published = piece.convert({.cut = Cut::reference_tfds});
  EXPECT_FALSE(window(published, 4).at(0, Drum::snare).hit) << "the published windows lose it";
}

TEST(OurCut, WorksInMusicalTime) {
  const ConvertedFile steady = Piece().beats(4).note(1920 + 133, snare).convert();
  const ConvertedFile changing =
      Piece().tempos({{{0}, 600'000}, {{1000}, 300'000}, {{2500}, 431'277}}).beats(4).note(1920 + 133, snare).convert();
  EXPECT_EQ(changing.windows, steady.windows);
  EXPECT_EQ(changing.windows.windows.size(), 1U);
}

TEST(OurCut, TheLoudestOfACellWinsAndTheFirstOfEqualOnes) {
  const ConvertedFile file = Piece().beats(4).note(10, snare, 50).note(5, snare, 90).note(20, snare, 90).note(0, 40, 89).convert();
  const Cell cell = window(file, 0).at(0, Drum::snare);
  EXPECT_FLOAT_EQ(cell.velocity, 90.0F / 127.0F);
  EXPECT_FLOAT_EQ(cell.offset, 5.0F / 60.0F);
  EXPECT_EQ(file.left_out, counts({{LeftOut::collision, 3}}));
}

TEST(OurCut, ANoteHalfwayGoesToTheLaterStep) {
  const ConvertedFile file = Piece().beats(4).note(60, snare).note(179, snare).convert();
  EXPECT_FLOAT_EQ(window(file, 0).at(1, Drum::snare).offset, -1.0F);
  EXPECT_EQ(file.left_out, counts({{LeftOut::collision, 1}})) << "179 is on step 1 too";
}

TEST(OurCut, CountsWhatItCannotUse) {
  const ConvertedFile file = Piece().beats(4).note(0, 90).note(0, 91).note(0, snare, 100, 0).convert();
  EXPECT_EQ(file.windows.windows.size(), 1U);
  EXPECT_EQ(file.left_out, counts({{LeftOut::unknown_pitch, 2}, {LeftOut::not_a_drum, 1}}));
}

TEST(OurCut, HearsGeneralMidiToo) {
  const ConvertedFile file = Piece().beats(4).note(0, 35).note(120, 54).note(240, 41).convert();
  EXPECT_TRUE(window(file, 0).at(1, Drum::closed_hihat).hit) << "a tambourine";
  EXPECT_TRUE(window(file, 0).at(2, Drum::low_tom).hit);
  EXPECT_EQ(file.left_out, counts({{LeftOut::collision, 1}})) << "both kicks";
  EXPECT_EQ(GrooveConverter().info().drum_map, DrumMap::standard());
  EXPECT_EQ(GrooveConverter({.cut = Cut::reference}).info().drum_map, DrumMap::roland());
}

TEST(OurCut, AHitNeedsNoLengthAndTheReferenceCountsThem) {
  Piece piece = Piece().beats(4);
  piece.notes().unended.push_back({.pitch = snare, .velocity = 90, .start = {480}, .end = {480}});
  EXPECT_TRUE(window(piece.convert(), 0).at(4, Drum::snare).hit);
  EXPECT_TRUE(piece.convert().left_out.empty());
  for (const Cut cut : {Cut::reference, Cut::reference_tfds, Cut::reference_drums}) {
    const ConvertedFile file = piece.convert({.cut = cut});
    EXPECT_EQ(file.windows.windows.size(), 1U) << name(cut);
    EXPECT_EQ(file.left_out[LeftOut::unended], 1) << name(cut);
  }
}

TEST(OurCut, FindsDrumsOnOtherChannels) {
  const auto on = [](int channel, int pitch = kick) {
    Piece piece;
    for (int beat = 0; beat < 16; ++beat) piece.note(480 * beat, pitch, 100, channel);
    return piece;
  };
  EXPECT_EQ(on(0).convert().windows.windows.size(), 1U);
  EXPECT_TRUE(on(0).convert().guessed_drums);
  EXPECT_FALSE(on(9).convert().guessed_drums);
  EXPECT_EQ(on(0, 72).convert().left_out, counts({{LeftOut::not_a_drum, 16}, {LeftOut::no_notes, 1}})) << "a melody";
  EXPECT_EQ(on(0).note(0, snare).convert().left_out, counts({{LeftOut::not_a_drum, 16}, {LeftOut::too_short, 1}}))
      << "channel 10 has drums";
  EXPECT_EQ(on(0, 72).convert({.drum_channel = DrumChannel::any()}).windows.windows.size(), 1U);
  EXPECT_EQ(on(3).note(0, snare, 100, 0).convert({.drum_channel = DrumChannel::of(3)}).left_out, counts({{LeftOut::not_a_drum, 1}}));
  EXPECT_EQ(on(0).convert({.drum_channel = DrumChannel::of(9)}).left_out, counts({{LeftOut::not_a_drum, 16}, {LeftOut::no_notes, 1}}));
}

TEST(OurCut, AFileThatEndsOnABarLineIsAClip) {
  Piece clip = Piece().beats(3).note(3 * 1920);
  EXPECT_EQ(clip.convert().left_out, counts({{LeftOut::too_short, 1}}));
  clip.notes().end = {4 * 1920};
  EXPECT_THAT(bars(clip.convert()), ElementsAre(0)) << "its last bar has beat 1 only";
  Piece loop = Piece().beats(4).note(4 * 1920 - 20, snare);
  loop.notes().end = {4 * 1920};
  EXPECT_FLOAT_EQ(window(loop.convert(), 0).at(0, Drum::snare).offset, -20.0F / 60.0F) << "an early hit for the next downbeat";
  EXPECT_TRUE(loop.convert().left_out.empty());
  Piece far = Piece().beats(4);
  far.notes().end = {1920 * 100'000};
  EXPECT_THAT(bars(far.convert()), ElementsAre(0));
}

TEST(OurCut, TakesOtherDrumMaps) {
  DrumMap map = DrumMap::roland();
  map.map(80, Drum::ride);
  const ConvertedFile file = Piece().beats(4).note(0, 80).convert({.drum_map = map});
  EXPECT_TRUE(window(file, 0).at(0, Drum::ride).hit);
  EXPECT_TRUE(file.left_out.empty());
}

TEST(OurCut, AClosingStrokeOpensNoBar) {
  EXPECT_EQ(Piece().beats(4).note(4 * 1920).convert().left_out, counts({{LeftOut::past_the_end, 1}}));
  EXPECT_EQ(Piece().beats(4).note(4 * 1920 - 10).convert().left_out, counts({{LeftOut::past_the_end, 1}}));
  EXPECT_THAT(bars(Piece().beats(4).note(4 * 1920 + 120).convert()), ElementsAre(0, 1)) << "but music does";
}

TEST(OurCut, AHitOnTheFirstDownbeatAloneIsABar) {
  EXPECT_THAT(bars(Piece().note(0).convert({.bars = 1})), ElementsAre(0));
}

TEST(OurCut, LeavesSilentWindowsOut) {
  const ConvertedFile file = Piece().beats(1).note(8 * 1920 + 480).convert();
  EXPECT_THAT(bars(file), ElementsAre(0, 5));
  EXPECT_EQ(file.left_out, counts({{LeftOut::silent_window, 4}}));
}

TEST(OurCut, TakesMetersOfSixteenStepsOnly) {
  EXPECT_THAT(bars(Piece().meter(4, 4).meter(2, 2, 1920).beats(4).convert()), ElementsAre(0));
  EXPECT_THAT(bars(Piece().meter(8, 8).beats(4).convert()), ElementsAre(0));
  EXPECT_EQ(Piece().meter(3, 4).beats(4).convert().left_out, counts({{LeftOut::odd_meter, 1}}));
  EXPECT_EQ(Piece().meter(3, 4).meter(6, 8, 1440).beats(4).convert().left_out, counts({{LeftOut::several_meters, 1}}));
}

TEST(OurCut, CutsEachStretchInFourFour) {
  const ConvertedFile pickup = Piece().meter(1, 4).meter(4, 4, 480).beats(5).convert();
  EXPECT_THAT(bars(pickup), ElementsAre(1, 2)) << "the pickup is bar 0";
  EXPECT_EQ(pickup.left_out, counts({{LeftOut::other_meter, 1}}));
  const ConvertedFile file = Piece().beats(12).meter(3, 4, 5 * 1920).meter(4, 4, 5 * 1920 + 2 * 1440).convert();
  EXPECT_THAT(bars(file), ElementsAre(0, 1, 7, 8, 9));
  EXPECT_EQ(file.left_out, counts({{LeftOut::other_meter, 6}}));
  EXPECT_EQ(window(file, 2).hits(), 16) << "rows of the second stretch";
  const ConvertedFile too_short = Piece().meter(4, 4).meter(3, 4, 1920).beats(4).convert();
  EXPECT_EQ(too_short.left_out, counts({{LeftOut::short_stretch, 4}, {LeftOut::other_meter, 12}}));
  EXPECT_EQ(Piece().meter(3, 4, 1920).beats(4).convert().left_out, too_short.left_out) << "a file begins in 4/4";
}

TEST(OurCut, ABarCutShortByAMeterIsNoBar) {
  const ConvertedFile file = Piece().beats(5).meter(3, 4, 4 * 1920 + 960).note(4 * 1920 + 480 + 7, snare).convert();
  EXPECT_THAT(bars(file), ElementsAre(0));
  EXPECT_EQ(file.left_out, counts({{LeftOut::other_meter, 5}}));
}

TEST(OurCut, AnEarlyHitBelongsToTheStretchAfterIt) {
  const ConvertedFile file = Piece().meter(1, 4).note(470, snare).meter(4, 4, 480).beats(5).convert();
  EXPECT_FLOAT_EQ(window(file, 0).at(0, Drum::snare).offset, -10.0F / 60.0F);
}

TEST(OurCut, AMeterAfterTheMusicDoesNotMatter) {
  EXPECT_THAT(bars(Piece().beats(4).meter(3, 4, 8 * 1920).convert()), ElementsAre(0));
}

TEST(EveryCut, SaysWhyAFileGivesNothing) {
  for (Cut cut : {Cut::bar_aligned, Cut::reference, Cut::reference_tfds}) {
    SCOPED_TRACE(name(cut));
    EXPECT_EQ(Piece().convert({.cut = cut}).left_out, counts({{LeftOut::no_notes, 1}}));
    EXPECT_EQ(Piece().beats(3).convert({.cut = cut}).left_out, counts({{LeftOut::too_short, 1}}));
    EXPECT_EQ(Piece().meter(6, 8).beats(4).convert({.cut = cut}).left_out, counts({{LeftOut::odd_meter, 1}}));
  }
}

TEST(EveryCut, SurvivesTheLongestFile) {
  for (Cut cut : {Cut::bar_aligned, Cut::reference, Cut::reference_tfds}) {
    const ConvertedFile file = Piece().beats(4).note(std::int64_t{0x0FFF'FFFF}, snare).convert({.cut = cut});
    EXPECT_FALSE(file.windows.windows.empty()) << name(cut);
    EXPECT_EQ(file.left_out[LeftOut::past_the_end], cut == Cut::reference_tfds ? 0 : 1) << name(cut);
  }
}

TEST(ReferenceCut, RefusesWhatTheReferenceRefuses) {
  const GrooveConverterOptions options{.cut = Cut::reference};
  EXPECT_EQ(Piece().tempos({{{0}, 500'000}, {{960}, 400'000}}).beats(4).convert(options).left_out, counts({{LeftOut::several_tempos, 1}}));
  EXPECT_EQ(Piece().tempos({{{960}, 400'000}}).beats(4).convert(options).left_out, counts({{LeftOut::several_tempos, 1}}));
  EXPECT_THAT(bars(Piece().tempos({{{0}, 400'000}, {{960}, 400'000}}).beats(4).convert(options)), ElementsAre(0)) << "the same tempo again";
  EXPECT_EQ(Piece().beats(4).note(0, 80).convert(options).left_out, counts({{LeftOut::unknown_pitch, 1}, {LeftOut::refused_pitch, 1}}));
  EXPECT_THAT(bars(Piece().beats(4).note(0, snare, 100, 3).convert(options)), ElementsAre(0)) << "it takes any channel for drums";
  EXPECT_EQ(Piece().meter(4, 4).meter(2, 2, 1920).beats(4).convert(options).left_out, counts({{LeftOut::several_meters, 1}}));
}

TEST(ReferenceCut, CutsSideBySideAndCountsTheTail) {
  const ConvertedFile file = Piece().beats(9).note(9 * 1920).convert({.cut = Cut::reference});
  EXPECT_THAT(bars(file), ElementsAre(0, 4));
  EXPECT_EQ(file.left_out, counts({{LeftOut::past_the_end, 5}}));
}

TEST(ReferenceTfdsCut, CutsBySecondsOfTheTable) {
  // The table gives 60 bpm, so each bar of the file at 120 qpm counts as half a bar: eight of them make one window.
  const ConvertedFile file = Piece().beats(8).convert({.cut = Cut::reference_tfds}, TableTempo{.bpm = 60.0});
  EXPECT_THAT(bars(file), ElementsAre(0));
  EXPECT_EQ(window(file, 0).hits(), 16) << "converted with the file's own tempo, first four bars";
  EXPECT_EQ(file.left_out, counts({{LeftOut::past_the_end, 16}}));
}

TEST(ReferenceTfdsCut, CountsWhatTheCutLoses) {
  const GrooveConverterOptions options{.cut = Cut::reference_tfds};
  EXPECT_EQ(Piece().beats(4).note(4 * 1920 - 30, snare).convert(options).left_out, counts({{LeftOut::cut_off, 1}}));
  EXPECT_EQ(Piece().beats(3).note(8 * 1920 - 120).convert(options).left_out,
            counts({{LeftOut::short_window, 3}, {LeftOut::silent_window, 1}}));
}

TEST(GrooveConverter, CutsOtherLengths) {
  const ConvertedFile file = Piece().beats(4).convert({.bars = 2});
  EXPECT_THAT(bars(file), ElementsAre(0, 1, 2));
  EXPECT_EQ(GrooveConverter({.bars = 2}).info().steps, 32);
  EXPECT_THROW(GrooveConverter({.bars = 0}), ArgumentError);
  EXPECT_THROW(GrooveConverter({.bars = 65}), ArgumentError);
}

}  // namespace
}  // namespace musicvae::data
