// TrioConverter: the result for each kind of instrument, note and window, with both cuts.
#include "musicvae/data/trio_converter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "data/piece.hpp"
#include "musicvae/error.hpp"
#include "musicvae/model/named_configs.hpp"
#include "musicvae/model/representations/trio.hpp"

namespace musicvae::data {
namespace {

using test::counts;
using test::kBar;
using test::kStep;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::ThrowsMessage;

const TrioConverterOptions aligned{.bars = 4};
constexpr Cut cuts[] = {Cut::bar_aligned, Cut::reference};

/// A file at 480 ticks per quarter, built instrument by instrument.
class Song {
 public:
  /// A note of `length` ticks at the start of each of these bars.
  Song& play(int track, int program, int channel, std::initializer_list<int> bars, int pitch = 60, std::int64_t length = 4 * kStep) {
    for (const int at : bars) {
      notes_.notes.push_back({.pitch = pitch,
                              .velocity = 90,
                              .start = {at * kBar},
                              .end = {at * kBar + length},
                              .channel = channel,
                              .program = program,
                              .track = track});
      notes_.end = std::max(notes_.end, notes_.notes.back().end);
    }
    return *this;
  }
  Song& melody(std::initializer_list<int> bars, int track = 0) { return play(track, 0, track, bars); }
  Song& bass(std::initializer_list<int> bars) { return play(4, 33, 4, bars, 36); }
  Song& drums(std::initializer_list<int> bars, int track = 5, int pitch = 36) { return play(track, 0, 9, bars, pitch, 60); }

  [[nodiscard]] NoteSequence& notes() { return notes_; }
  [[nodiscard]] ConvertedTrios convert(Cut cut = Cut::bar_aligned, int bars = 4) const {
    return TrioConverter({.cut = cut, .bars = bars}).convert(notes_);
  }

 private:
  NoteSequence notes_;
};

std::vector<std::int64_t> bars(const ConvertedTrios& file) {
  std::vector<std::int64_t> result;
  for (const auto& window : file.windows.windows) result.push_back(window.bar);
  return result;
}

Trio trio_of(const ConvertedTrios& file, std::size_t window, int bars = 4) {
  const auto first = static_cast<std::size_t>(file.windows.windows.at(window).first_row) * 3;
  return TrioRepresentation::from_rows(std::span(file.windows.rows).subspan(first, static_cast<std::size_t>(bars) * 16 * 3));
}

TEST(TrioConverter, AWindowStartsAtEachBar) {
  for (const Cut cut : cuts) {
    const Song song = Song().melody({0, 1, 2, 3, 4, 5}).bass({0, 2, 4, 5}).drums({0, 1, 2, 3, 4, 5});
    const ConvertedTrios file = song.convert(cut);
    EXPECT_THAT(bars(file), ElementsAre(0, 1, 2)) << name(cut);
    EXPECT_TRUE(file.left_out.empty());
    const Trio second = trio_of(file, 1);
    EXPECT_EQ(second.melody().num_notes(), 4);
    EXPECT_EQ(second.bass().num_notes(), 2);
    EXPECT_EQ(second.bass().at(16), 36);
    EXPECT_EQ(second.melody().at(4), Melody::kOff);
    EXPECT_EQ(second.drums().hits(), 4);
    ASSERT_EQ(file.tracks.size(), 3U);
    EXPECT_EQ(file.tracks[0], (TrioTrack{.instrument = {0, 0, 0}, .part = TrioPart::melody, .notes = 6, .windows = 3}));
    EXPECT_EQ(file.tracks[2].part, TrioPart::drums);
  }
}

TEST(TrioConverter, EachMelodyFormsATrioWithTheRest) {
  for (const Cut cut : cuts) {
    const ConvertedTrios file = Song().melody({0, 1, 2, 3}).melody({0, 3}, 1).bass({0, 3}).drums({0, 3}).convert(cut);
    EXPECT_THAT(bars(file), ElementsAre(0, 0)) << name(cut);
    EXPECT_EQ(trio_of(file, 0).melody().num_notes(), 4);
    EXPECT_EQ(trio_of(file, 1).melody().num_notes(), 2);
    EXPECT_EQ(file.tracks[1].windows, 1);
    EXPECT_EQ(file.tracks[2].windows, 2);
  }
}

// A drum kit is often split over tracks.
TEST(TrioConverter, DrumTracksAreOneDrumPart) {
  const Song song = Song().melody({0, 1, 2, 3}).bass({0, 3}).drums({0, 3}).drums({1, 2, 3}, 6, 38);
  const ConvertedTrios merged = song.convert();
  EXPECT_THAT(bars(merged), ElementsAre(0));
  EXPECT_EQ(trio_of(merged, 0).drums().hits(), 5);
  EXPECT_EQ(merged.tracks[2].windows, 1);
  EXPECT_EQ(merged.tracks[3].windows, 1);
  EXPECT_THAT(bars(song.convert(Cut::reference)), ElementsAre(0, 0)) << "the reference makes a trio with each";
}

TEST(TrioConverter, APartMayRestForTwoBarsAtEachSideOfANote) {
  // The bass rests in bars 1 to 4, then in 6 to 10.
  const Song song = Song().melody({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}).bass({0, 5, 11}).drums({0, 2, 4, 6, 8, 10, 11});
  const ConvertedTrios file = song.convert();
  EXPECT_THAT(bars(file), ElementsAre(0, 2, 3, 4)) << "in bars 1 to 4 the bass has no note at all; bar 8 is three bars from any";
  EXPECT_EQ(file.left_out[LeftOut::resting_part], 5);
  EXPECT_EQ(file.left_out[LeftOut::incomplete_trio], 4 + 1 + 3) << "the melody's, the bass's and the drums' notes from bar 8 on";
  EXPECT_EQ(file.tracks[1].left_out[LeftOut::incomplete_trio], 1);
  EXPECT_THAT(bars(song.convert(Cut::reference)), ElementsAre(0, 1, 2, 3, 4)) << "the reference keeps windows without a note of the bass";
}

TEST(TrioConverter, TheReferenceIsLenientAtBothEnds) {
  // The drums begin in bar 4 of 8.
  const Song song = Song().melody({0, 1, 2, 3, 4, 5, 6, 7}).bass({0, 2, 4, 6, 7}).drums({4, 5, 6, 7});
  EXPECT_THAT(bars(song.convert()), ElementsAre(2, 3, 4));
  EXPECT_THAT(bars(song.convert(Cut::reference)), ElementsAre(0, 1, 2, 3, 4));
}

TEST(TrioConverter, NamesThePartThatIsMissing) {
  for (const Cut cut : cuts) {
    EXPECT_EQ(Song().bass({0, 3}).drums({0, 3}).convert(cut).left_out, counts({{LeftOut::no_melody, 1}, {LeftOut::incomplete_trio, 4}}));
    EXPECT_EQ(Song().melody({0, 3}).drums({0, 3}).convert(cut).left_out, counts({{LeftOut::no_bass, 1}, {LeftOut::incomplete_trio, 4}}));
    EXPECT_EQ(Song().melody({0, 3}).bass({0, 3}).convert(cut).left_out, counts({{LeftOut::no_drums, 1}, {LeftOut::incomplete_trio, 4}}));
    EXPECT_EQ(Song().melody({0, 2}).bass({0}).drums({0}).convert(cut).left_out,
              counts({{LeftOut::too_short, 1}, {LeftOut::short_stretch, 4}}));
    EXPECT_EQ(Song().play(0, 48, 0, {0, 3}).convert(cut).left_out, counts({{LeftOut::no_notes, 1}, {LeftOut::other_program, 2}}));
    Song waltz = Song().melody({0, 3}).bass({0, 3}).drums({0, 3});
    waltz.notes().time_signatures = {{{}, 3, 4}};
    EXPECT_EQ(waltz.convert(cut).left_out, counts({{LeftOut::odd_meter, 1}, {LeftOut::other_meter, 6}}));
  }
}

TEST(TrioConverter, CountsNotesWithTheirTracks) {
  Song song = Song().melody({0, 1, 2, 3}).bass({0, 3}).drums({0, 3}).play(6, 48, 6, {0, 1});
  song.play(0, 0, 0, {0}, 110).play(0, 0, 0, {0}, 50).drums({0}).drums({1}, 5, 20);
  song.notes().notes.push_back({.pitch = 60, .velocity = 0, .start = {kBar}, .end = {kBar + kStep}, .channel = 0});
  song.notes().unended = {{.pitch = 60, .velocity = 9, .start = {kBar}, .end = {kBar}, .channel = 0},
                          {.pitch = 38, .velocity = 9, .start = {kBar}, .end = {kBar}, .channel = 9, .track = 5}};
  for (const Cut cut : cuts) {
    const ConvertedTrios file = song.convert(cut);
    EXPECT_THAT(bars(file), ElementsAre(0)) << name(cut);
    EXPECT_EQ(file.tracks[0].left_out,
              counts({{LeftOut::outside_range, 1}, {LeftOut::collision, 1}, {LeftOut::no_velocity, 1}, {LeftOut::unended, 1}}));
    EXPECT_EQ(file.tracks[0].notes, 8);
    LeftOutCounts drums = counts({{LeftOut::collision, 1}, {LeftOut::unknown_pitch, 1}});
    if (cut == Cut::reference) drums.add(LeftOut::unended);
    EXPECT_EQ(file.tracks[2].left_out, drums);
    EXPECT_EQ(file.tracks[3].left_out, counts({{LeftOut::other_program, 2}}));
    EXPECT_FALSE(file.tracks[3].part);
  }
}

TEST(TrioConverter, UsesTheFirstSixteenInstruments) {
  Song song = Song().melody({0, 3}).bass({0, 3});
  for (int i = 0; i < 14; ++i) song.play(10 + i, 48, 0, {0});
  song.drums({0, 3});
  for (const Cut cut : cuts) {
    const ConvertedTrios file = song.convert(cut);
    EXPECT_THAT(file.windows.windows, IsEmpty());
    EXPECT_EQ(file.left_out[LeftOut::surplus_instrument], 2);
  }
}

TEST(TrioConverter, PartsOfOtherMetersAreLeftOut) {
  Song song = Song().melody({0, 3, 4, 5}).bass({0, 3, 4, 5}).drums({0, 3, 4, 5});
  song.notes().time_signatures = {{{}, 4, 4}, {{4 * kBar}, 3, 4}};
  for (const Cut cut : cuts) {
    const ConvertedTrios file = song.convert(cut);
    EXPECT_THAT(bars(file), ElementsAre(0)) << name(cut);
    EXPECT_EQ(file.left_out, counts({{LeftOut::other_meter, 6}}));
  }
}

TEST(TrioConverter, AClosingHitOpensNoNewBar) {
  const Song song = Song().melody({0, 1, 2, 3}).bass({0, 3}).drums({0, 3, 4});
  const ConvertedTrios file = song.convert();
  EXPECT_THAT(bars(file), ElementsAre(0));
  EXPECT_EQ(file.left_out, counts({{LeftOut::past_the_end, 1}}));
}

TEST(TrioConverter, AWindowIsAnExactSlice) {
  // A melody note of two bars ends on beat 2 of bar 2.
  const Song song = Song().play(0, 0, 0, {0}, 60, 2 * kBar + 4 * kStep).melody({3, 4}).bass({0, 2, 4}).drums({0, 2, 4});
  for (const Cut cut : cuts) {
    const ConvertedTrios file = song.convert(cut);
    ASSERT_THAT(bars(file), ElementsAre(0, 1)) << name(cut);
    EXPECT_EQ(trio_of(file, 1), trio_of(file, 0).slice(16, 48).concat(trio_of(file, 1).slice(48, 16)));
    EXPECT_EQ(trio_of(file, 1).melody().at(0), Melody::kHold);
    EXPECT_EQ(trio_of(file, 1).melody().at(16 + 4), Melody::kOff);
    EXPECT_EQ(file.windows.rows.size(), 5U * 16U * 3U) << "the two windows share rows";
  }
}

TEST(TrioConverter, RefusesWhatItCannotCut) {
  EXPECT_THROW(TrioConverter({.bars = 0}), ArgumentError);
  EXPECT_THROW(TrioConverter({.bars = 65}), ArgumentError);
  EXPECT_THAT([] { (void)TrioConverter({.cut = Cut::reference_drums}); },
              ThrowsMessage<ArgumentError>(HasSubstr("the cut reference-drums is for drums; use bar-aligned or reference")));
}

TEST(TrioConverter, IsTheConverterOfTrioConfigs) {
  const WindowSetInfo info = converter_for(named_config("hierdec-trio_16bar"))->info();
  EXPECT_EQ(info.steps, 256);
  EXPECT_EQ(info.depth, 3);
  EXPECT_EQ(info.cut, Cut::bar_aligned);
  EXPECT_EQ(converter_for(named_config("trio_4bar"))->info().steps, 64);
  const ConvertedTrios file = Song().melody({0, 1, 2, 3}).bass({0, 3}).drums({0, 3}).convert();
  NoteSequence notes = Song().melody({0, 1, 2, 3}).bass({0, 3}).drums({0, 3}).notes();
  const ConvertedFile rows = TrioConverter(aligned).to_windows(notes, {});
  EXPECT_EQ(rows.windows, file.windows);
  EXPECT_EQ(rows.windows.rows.size(), 64U * 3U);
}

}  // namespace
}  // namespace musicvae::data
