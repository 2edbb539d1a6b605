// Bars of several instruments from files, and what is left out of them.
#include "musicvae/data/tracks_converter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "musicvae/error.hpp"
#include "musicvae/model/named_configs.hpp"
#include "musicvae/model/representations/tracks.hpp"

namespace musicvae::data {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::int64_t kBar = 4 * 480;

void play(NoteSequence& notes, int track, std::vector<int> pitches, std::int64_t start, std::int64_t length = 240) {
  for (const int pitch : pitches) {
    notes.notes.push_back({.pitch = pitch,
                           .velocity = 80,
                           .start = {start},
                           .end = {start + length},
                           .channel = track % 16 == 9 ? 10 : track % 16,
                           .program = track,
                           .track = track});
  }
  notes.end = std::max(notes.end, Ticks{start + length});
}

/// Two instruments with a chord of three notes in each of `bars` bars.
NoteSequence duo(int bars) {
  NoteSequence notes;
  for (int bar = 0; bar < bars; ++bar) {
    play(notes, 0, {60, 64, 67}, bar * kBar);
    play(notes, 33, {36, 43}, bar * kBar + 480);
  }
  return notes;
}

ConvertedTracks converted(const NoteSequence& notes, Cut cut = Cut::bar_aligned) {
  return TracksConverter({.cut = cut}).convert(notes);
}

TEST(TracksConverter, MakesABarOfEveryBar) {
  for (const Cut cut : {Cut::bar_aligned, Cut::reference}) {
    SCOPED_TRACE(name(cut));
    const ConvertedTracks made = converted(duo(3), cut);
    ASSERT_EQ(made.windows.size(), 3U);
    EXPECT_TRUE(made.left_out.empty());
    EXPECT_EQ(made.windows[2].bar, 2);
    ASSERT_EQ(made.windows[1].tracks.tracks().size(), 2U);
    EXPECT_EQ(made.windows[1].tracks.tracks()[1], (Track{.program = 33, .notes = {{36, 80, 24, 36}, {43, 80, 24, 36}}}));
  }
}

TEST(TracksConverter, MakesRowsOfItsConfig) {
  const TracksConverter converter;
  const ModelConfig& config = named_config("hier-multiperf_vel_1bar_med");
  EXPECT_EQ(converter.info().steps, config.steps);
  EXPECT_TRUE(config.representation->takes_rows_of(converter.info().depth));
  EXPECT_EQ(converter_for(config)->info(), converter.info());
  const ConvertedFile file = converter.to_windows(duo(2), {});
  EXPECT_EQ(file.windows.rows.size(), 2U * 512U);
  EXPECT_EQ(file.windows.windows, (std::vector<FileWindows::Window>{{0, 0}, {512, 1}}));
  EXPECT_THAT([] { TracksConverter({.cut = Cut::reference_drums}); },
              testing::ThrowsMessage<ArgumentError>(HasSubstr("the cut reference-drums is for drums; use bar-aligned or reference")));
}

// A chord that is played 8 ticks before its bar line, less than half a step of 20 ticks.
TEST(TracksConverter, KeepsAnEarlyDownbeatThatTheReferenceLoses) {
  NoteSequence notes = duo(2);
  for (Note& note : notes.notes) {
    if (note.start.value == kBar) note.start.value -= 8;
  }
  const ConvertedTracks ours = converted(notes);
  ASSERT_EQ(ours.windows.size(), 2U);
  EXPECT_EQ(ours.windows[1].tracks.tracks()[0].notes.size(), 3U);
  EXPECT_TRUE(ours.left_out.empty());
  const ConvertedTracks theirs = converted(notes, Cut::reference);
  EXPECT_EQ(theirs.windows.size(), 1U);
  EXPECT_EQ(theirs.left_out[LeftOut::past_the_end], 3);
  EXPECT_EQ(theirs.left_out[LeftOut::few_tracks], 1);
}

TEST(TracksConverter, CountsBarsThatAModelCannotTake) {
  for (const Cut cut : {Cut::bar_aligned, Cut::reference}) {
    SCOPED_TRACE(name(cut));
    NoteSequence notes = duo(1);
    play(notes, 0, {60, 62, 64, 65, 67}, 1 * kBar);  // alone
    for (int track = 0; track < 9; ++track) play(notes, track, {60}, 2 * kBar);
    play(notes, 0, {60}, 4 * kBar, kBar);      // after a silent bar
    play(notes, 1, {60}, 5 * kBar - 4, kBar);  // the reference loses it, and keeps its track
    for (int step = 0; step < 32; ++step) play(notes, 0, {60}, 5 * kBar + step * 60, 60);
    play(notes, 1, {60}, 5 * kBar);
    const ConvertedTracks made = converted(notes, cut);
    EXPECT_EQ(made.windows.size(), 1U);
    LeftOutCounts expected;
    for (const LeftOut reason : {LeftOut::few_tracks, LeftOut::many_tracks, LeftOut::silent_window, LeftOut::many_events})
      expected.add(reason);
    if (cut == Cut::reference) {
      expected.add(LeftOut::few_events);
      expected.add(LeftOut::past_the_end);
    } else {
      expected.add(LeftOut::few_tracks);
    }
    EXPECT_EQ(made.left_out, expected);
  }
}

TEST(TracksConverter, UsesThePartsInFourFour) {
  for (const Cut cut : {Cut::bar_aligned, Cut::reference}) {
    SCOPED_TRACE(name(cut));
    NoteSequence notes = duo(3);
    notes.time_signatures = {{{kBar}, 3, 4}};
    const ConvertedTracks made = converted(notes, cut);
    EXPECT_EQ(made.windows.size(), 1U);
    EXPECT_EQ(made.left_out[LeftOut::other_meter], 10);
    notes.time_signatures = {{{}, 3, 4}};
    EXPECT_EQ(converted(notes, cut).left_out[LeftOut::odd_meter], 1);
    notes.time_signatures = {{{}, 2, 2}};
    EXPECT_EQ(converted(notes, cut).windows.size(), 3U);
    EXPECT_EQ(converted(NoteSequence{}, cut).left_out[LeftOut::no_notes], 1);
  }
}

TEST(TracksConverter, HoldsNotesWithThePedal) {
  for (const Cut cut : {Cut::bar_aligned, Cut::reference}) {
    SCOPED_TRACE(name(cut));
    NoteSequence notes = duo(2);
    notes.pedals = {{.at = {0}, .down = true}, {.at = {960}, .down = false}};
    const ConvertedTracks made = converted(notes, cut);
    ASSERT_EQ(made.windows.size(), 2U);
    EXPECT_EQ(made.windows[0].tracks.tracks()[0].notes[0].end, 48);
    EXPECT_EQ(made.windows[0].tracks.tracks()[1].notes[0].end, 36);  // another channel
    EXPECT_EQ(made.windows[1].tracks.tracks()[0].notes[0].end, 12);
  }
}

TEST(TracksConverter, NeverThrowsBecauseOfNotes) {
  NoteSequence notes = duo(2);
  for (const int wrong : {-1, 128, 1000}) {
    play(notes, 0, {wrong}, 0);
    play(notes, 0, {60}, 0);
    notes.notes.back().velocity = wrong;
    play(notes, 0, {60}, 0);
    notes.notes.back().program = wrong;
  }
  play(notes, 0, {60}, -5000, 4000);
  EXPECT_EQ(converted(notes).left_out[LeftOut::outside_range], 9);
  EXPECT_EQ(converted(notes).left_out[LeftOut::before_the_start], 1);
  EXPECT_GT(converted(notes, Cut::reference).left_out[LeftOut::outside_range], 9);  // the whole bar, as the reference does
}

}  // namespace
}  // namespace musicvae::data
