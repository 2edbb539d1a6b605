// The cut of Magenta's drum models without velocities: the result for each kind of note and window.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "data/piece.hpp"
#include "musicvae/error.hpp"
#include "musicvae/sequence/drum_classes.hpp"

namespace musicvae::data {
namespace {

using test::bars;
using test::counts;
using test::kBar;
using test::kick;
using test::kStep;
using test::Piece;
using test::snare;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

GrooveConverterOptions drums(int window_bars, DrumClasses classes = DrumClasses::nine) {
  return {.cut = Cut::reference_drums, .drum_map = DrumMap::reduced(), .bars = window_bars, .classes = classes};
}

/// The hits of window `w`, each as step * 100 + class.
std::vector<int> hits(const ConvertedFile& file, std::size_t w, int steps, int depth) {
  std::vector<int> result;
  const auto first = static_cast<std::size_t>(file.windows.windows.at(w).first_row * depth);
  for (int s = 0; s < steps; ++s) {
    for (int c = 0; c < depth; ++c) {
      const float value = file.windows.rows.at(first + static_cast<std::size_t>(s * depth + c));
      if (value == 1.0F) result.push_back(s * 100 + c);
      EXPECT_TRUE(value == 0.0F || value == 1.0F);
    }
  }
  return result;
}

/// A kick at the start of each of `n` bars, and a snare at a different place in each, so that no two bars are equal.
Piece different_bars(int n, std::int64_t first = 0) {
  Piece piece;
  for (int b = 0; b < n; ++b) {
    piece.note(first + b * kBar).note(first + b * kBar + (1 + b % 15) * kStep, snare).note(first + b * kBar + (1 + b / 15) * kStep, 42);
  }
  return piece;
}

std::int64_t hits_in_rows(const ConvertedFile& file) {
  return std::count(file.windows.rows.begin(), file.windows.rows.end(), 1.0F);
}

TEST(DrumsCut, RowsAreHitsOfNineOrSixtyOneClasses) {
  const Piece piece = Piece().note(0, kick).note(3 * kStep, 35).note(16 * kStep, 43).note(31 * kStep, 82, 1);
  EXPECT_THAT(hits(piece.convert(drums(2)), 0, 32, 9), ElementsAre(0, 300, 1604, 3108));
  EXPECT_THAT(hits(piece.convert(drums(2, DrumClasses::full)), 0, 32, 61), ElementsAre(0, 301, 1648, 3160));
  EXPECT_EQ(GrooveConverter(drums(2)).info().depth, 9);
  EXPECT_EQ(GrooveConverter(drums(2, DrumClasses::full)).info().depth, 61);
  EXPECT_EQ(GrooveConverter(drums(2, DrumClasses::full)).info().cut, Cut::reference_drums);
}

TEST(DrumsCut, TheMapDecidesTheNineClasses) {
  DrumMap map("claps");
  map.map(39, Drum::crash);
  const ConvertedFile file = Piece().note(0, 39).note(0, kick).convert({.cut = Cut::reference_drums, .drum_map = map, .bars = 1});
  EXPECT_THAT(hits(file, 0, 16, 9), ElementsAre(7));
  EXPECT_EQ(file.left_out, counts({{LeftOut::unknown_pitch, 1}}));
}

TEST(DrumsCut, OtherCutsHaveNineClasses) {
  for (Cut cut : {Cut::bar_aligned, Cut::reference, Cut::reference_tfds}) {
    try {
      const GrooveConverter converter({.cut = cut, .classes = DrumClasses::full});
      FAIL() << name(cut);
    } catch (const ArgumentError& error) {
      EXPECT_EQ(error.what(), "groove converter: the cut " + std::string(name(cut)) +
                                  " has nine drum classes, not the full 61; use nine, or the cut reference-drums");
    }
  }
}

TEST(DrumsCut, CutsAWindowAtEveryBar) {
  const ConvertedFile file = different_bars(5).convert(drums(2));
  EXPECT_THAT(bars(file), ElementsAre(0, 1, 2, 3));
  EXPECT_EQ(file.windows.rows.size(), 5U * 16 * 9) << "overlapping windows share rows";
  EXPECT_THAT(hits(file, 2, 32, 9), ElementsAre(0, 102, 301, 1600, 1702, 2001));
  EXPECT_TRUE(file.left_out.empty());
}

TEST(DrumsCut, ABarOfSilenceEndsAStretch) {
  // There are 15 empty steps between the two hits in the first case, and 16 in the second.
  EXPECT_THAT(bars(Piece().note(5 * kStep).note(21 * kStep).convert(drums(2))), ElementsAre(0));
  EXPECT_THAT(bars(Piece().note(5 * kStep).note(22 * kStep).convert(drums(2))), IsEmpty());
  EXPECT_EQ(Piece().note(5 * kStep).note(22 * kStep).convert(drums(2)).left_out,
            counts({{LeftOut::short_stretch, 2}, {LeftOut::too_short, 1}}));
}

TEST(DrumsCut, AStretchBeginsOnItsBarLineAndEndsOnOne) {
  const ConvertedFile file = Piece().note(3 * kBar + 5 * kStep).note(4 * kBar + 2 * kStep, snare).note(7 * kBar, snare).convert(drums(1));
  EXPECT_THAT(bars(file), ElementsAre(3, 4, 7));
  EXPECT_THAT(hits(file, 0, 16, 9), ElementsAre(500));
  EXPECT_THAT(hits(file, 1, 16, 9), ElementsAre(201));
  EXPECT_THAT(hits(file, 2, 16, 9), ElementsAre(1));
  EXPECT_EQ(file.windows.rows.size(), 3U * 16 * 9);
}

TEST(DrumsCut, NoWindowReachesOverASilence) {
  Piece piece = different_bars(2);
  Piece later = different_bars(3, 5 * kBar);
  for (const Note& note : later.notes().notes) piece.note(note.start.value, note.pitch);
  piece.note(20 * kBar);
  const ConvertedFile file = piece.convert(drums(2));
  EXPECT_THAT(bars(file), ElementsAre(0, 6)) << "bars 5 and 6 are as 0 and 1";
}

TEST(DrumsCut, WindowsOfTheSameHitsStayOnce) {
  const ConvertedFile file = Piece().beats(8).convert(drums(2));
  EXPECT_THAT(bars(file), ElementsAre(0));
  EXPECT_EQ(file.left_out, counts({{LeftOut::duplicate_window, 6}}));
  EXPECT_EQ(hits_in_rows(file), 32);
  const ConvertedFile louder = Piece().note(0, kick, 20).note(kBar, kick, 120).note(2 * kBar + 1).convert(drums(1));
  EXPECT_THAT(bars(louder), ElementsAre(0)) << "neither velocity nor timing counts";
  const ConvertedFile pitches = Piece().note(0, 36).note(kBar, 35).convert(drums(1));
  EXPECT_THAT(bars(pitches), ElementsAre(0)) << "both are kicks";
  EXPECT_THAT(bars(Piece().note(0, 36).note(kBar, 35).convert(drums(1, DrumClasses::full))), ElementsAre(0, 1));
}

TEST(DrumsCut, WindowsOfTheSameHitsStayInEachPart) {
  const ConvertedFile file = Piece().tempos({{{0}, 500'000}, {{2 * kBar}, 400'000}}).beats(4).convert(drums(1));
  EXPECT_THAT(bars(file), ElementsAre(0, 2));
  EXPECT_EQ(file.left_out, counts({{LeftOut::duplicate_window, 2}}));
}

TEST(DrumsCut, AChangeOfTempoBeginsANewPart) {
  // The tempo changes after half a bar: the second part's bars begin there.
  const Piece piece = Piece().tempos({{{0}, 500'000}, {{8 * kStep}, 300'000}}).note(4 * kStep).note(10 * kStep, snare).note(30 * kStep, 42);
  const ConvertedFile file = piece.convert(drums(1));
  EXPECT_THAT(bars(file), ElementsAre(0, 1, 2));
  EXPECT_THAT(hits(file, 0, 16, 9), ElementsAre(400));
  EXPECT_THAT(hits(file, 1, 16, 9), ElementsAre(201));
  EXPECT_THAT(hits(file, 2, 16, 9), ElementsAre(602));
  EXPECT_THAT(bars(Piece().tempos({{{0}, 400'000}, {{2 * kBar}, 400'000}}).beats(4).convert(drums(4))), ElementsAre(0))
      << "the same tempo again is no change";
  EXPECT_THAT(bars(Piece().tempos({{{0}, 400'000}, {{2 * kBar}, 300'000}}).beats(4).convert(drums(4))), IsEmpty());
}

TEST(DrumsCut, AnEarlyNoteStaysInItsPart) {
  // The snare is 10 ticks before the change, so it is quantized to the step of the change, which is bar 3 of the first part.
  const ConvertedFile file = Piece().tempos({{{0}, 500'000}, {{2 * kBar}, 300'000}}).beats(2).note(2 * kBar - 10, snare).convert(drums(1));
  EXPECT_THAT(bars(file), ElementsAre(0, 2));
  EXPECT_THAT(hits(file, 1, 16, 9), ElementsAre(1));
}

TEST(DrumsCut, OnlyBarsOfSixteenStepsCount) {
  EXPECT_EQ(Piece().meter(3, 4).beats(4).convert(drums(1)).left_out, counts({{LeftOut::other_meter, 16}, {LeftOut::odd_meter, 1}}));
  const ConvertedFile file = Piece().meter(4, 4).meter(3, 4, kBar).meter(2, 2, kBar + 1440).beats(3).convert(drums(1));
  EXPECT_THAT(bars(file), ElementsAre(0, 2, 3)) << "one bar of 4/4, one of 3/4, then 2/2";
  EXPECT_EQ(file.left_out, counts({{LeftOut::other_meter, 3}}));
  EXPECT_THAT(bars(Piece().meter(3, 4, kBar).beats(2).convert(drums(1))), ElementsAre(0)) << "a file begins in 4/4";
  EXPECT_THAT(bars(Piece().meter(4, 4).meter(4, 4, 2 * kBar).beats(4).convert(drums(4))), ElementsAre(0)) << "the same meter again";
  EXPECT_THAT(bars(Piece().meter(3, 4).meter(4, 4).beats(1).convert(drums(1))), ElementsAre(0)) << "the last of one tick counts";
  EXPECT_EQ(Piece().meter(3, 3).beats(1).convert(drums(1)).left_out[LeftOut::odd_meter], 1) << "no denominator for note_seq";
}

TEST(DrumsCut, AStretchHasAHundredBarsAtMost) {
  const ConvertedFile file = different_bars(130).convert(drums(4));
  EXPECT_EQ(file.windows.rows.size(), 100U * 16 * 9);
  EXPECT_EQ(file.windows.windows.size(), 97U);
  EXPECT_EQ(file.left_out[LeftOut::past_the_end] + file.left_out[LeftOut::collision] + hits_in_rows(file), 3 * 130);
  Piece piece = different_bars(130);
  piece.note(132 * kBar, 51);
  EXPECT_THAT(bars(piece.convert(drums(1))).back(), 132) << "the next stretch begins after all 130 bars";
}

TEST(DrumsCut, SaysWhyANoteIsNoHit) {
  Piece piece = Piece().beats(2);
  piece.note(0).note(3, kick).note(0, 20).note(0, kick, 100, 0).note(0, kick, 0).note(10 * kBar);
  piece.notes().notes.push_back({.pitch = kick, .velocity = 1, .start = {-1}, .end = {1}});
  piece.notes().notes.push_back({.pitch = kick, .velocity = 1, .start = {10 * kBar + 60}, .end = {10 * kBar + 60}});
  const ConvertedFile file = piece.convert(drums(2));
  EXPECT_EQ(file.left_out, counts({{LeftOut::collision, 2},
                                   {LeftOut::unknown_pitch, 1},
                                   {LeftOut::not_a_drum, 1},
                                   {LeftOut::no_velocity, 1},
                                   {LeftOut::before_the_start, 1},
                                   {LeftOut::past_the_end, 1},
                                   {LeftOut::short_stretch, 1}}));
  EXPECT_EQ(hits_in_rows(file), 8);
}

TEST(DrumsCut, AFileWithoutWindowsSaysWhy) {
  EXPECT_EQ(Piece().convert(drums(1)).left_out, counts({{LeftOut::no_notes, 1}}));
  EXPECT_EQ(Piece().note(0, kick, 100, 0).convert(drums(1)).left_out, counts({{LeftOut::not_a_drum, 1}, {LeftOut::no_notes, 1}}));
  EXPECT_EQ(Piece().beats(3).convert(drums(4)).left_out, counts({{LeftOut::short_stretch, 12}, {LeftOut::too_short, 1}}));
}

TEST(DrumsCut, IsBoundedWhateverTheFileSays) {
  Piece far = Piece().beats(1).note(std::int64_t{0x0FFF'FFFF}, snare);
  EXPECT_EQ(far.convert(drums(1)).left_out, counts({{LeftOut::past_the_end, 1}}));
  std::vector<Tempo> tempos;  // one part for each of 40,000 bars
  Piece many;
  for (int b = 0; b < 40'000; ++b) {
    tempos.push_back({{b * kBar}, b % 2 == 0 ? 500'000U : 400'000U});
    many.note(b * kBar);
  }
  const ConvertedFile file = many.tempos(std::move(tempos)).convert(drums(1));
  EXPECT_EQ(file.windows.windows.size(), 16'384U);
  EXPECT_EQ(file.left_out, counts({{LeftOut::past_the_end, 40'000 - 16'384}}));
}

}  // namespace
}  // namespace musicvae::data
