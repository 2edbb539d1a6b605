#include "musicvae/sequence/tracks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <type_traits>
#include <vector>

#include "musicvae/error.hpp"
#include "musicvae/model/representation.hpp"
#include "musicvae/sequence/tracks_notes.hpp"
#include "sequence/sustain.hpp"

namespace musicvae {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

static_assert(MusicValue<Tracks>);
static_assert(std::is_nothrow_move_constructible_v<Tracks>);

/// A bass and drums of one bar, and a long note of the bass.
Tracks duo() {
  Tracks tracks(96);
  tracks.add({.program = 33, .notes = {{40, 90, 0, 24}, {43, 80, 48, 96}}});
  tracks.add({.drums = true, .notes = {{36, 100, 0, 6}, {38, 100, 24, 30}, {42, 60, 0, 6}}});
  return tracks;
}

template <class Call>
std::string refusal(Call call) {
  try {
    call();
  } catch (const ArgumentError& error) {
    return error.what();
  }
  return "no error";
}

TEST(Tracks, HoldsTheNotesOfEachInstrumentInTime) {
  const Tracks tracks = duo();
  EXPECT_EQ(tracks.bars(), 1.0);
  EXPECT_EQ(tracks.num_notes(), 5);
  ASSERT_EQ(tracks.tracks().size(), 2U);
  EXPECT_THAT(tracks.tracks()[1].notes, ElementsAre(TrackNote{36, 100, 0, 6}, TrackNote{42, 60, 0, 6}, TrackNote{38, 100, 24, 30}));
  EXPECT_EQ(tracks, duo());
  EXPECT_NE(tracks, tracks.transposed(1));
}

TEST(Tracks, RefusesWhatMidiOrTheStepsCannotHold) {
  Tracks tracks(96);
  EXPECT_THAT(refusal([&] { tracks.add({.program = 128}); }), HasSubstr("program 128 is out of range; use 0 to 127"));
  EXPECT_THAT(refusal([&] { tracks.add({.program = 3, .drums = true}); }), HasSubstr("program 3 is out of range; use 0 to 0"));
  EXPECT_THAT(refusal([&] { tracks.add({.notes = {{60, 0, 0, 4}}}); }), HasSubstr("velocity 0 is out of range"));
  EXPECT_THAT(refusal([&] { tracks.add({.notes = {{128, 1, 0, 4}}}); }), HasSubstr("pitch 128"));
  EXPECT_THAT(refusal([&] { tracks.add({.notes = {{60, 1, 90, 97}}}); }), HasSubstr("from step 90 to 97"));
  EXPECT_THAT(refusal([&] { tracks.add({.notes = {{60, 1, 4, 4}}}); }), HasSubstr("at least one step"));
  EXPECT_EQ(tracks, Tracks(96));
}

TEST(Tracks, SlicesCutNotesAndLeaveSilentTracksOut) {
  const Tracks half = duo().slice(48, 24);
  ASSERT_EQ(half.tracks().size(), 1U);
  EXPECT_THAT(half.tracks()[0].notes, ElementsAre(TrackNote{43, 80, 0, 24}));
  EXPECT_EQ(half.steps(), 24);
  EXPECT_TRUE(duo().slice(30, 10).tracks().empty());
  EXPECT_THAT(refusal([] { (void)duo().slice(90, 7); }), HasSubstr("out of range"));
}

TEST(Tracks, JoinsInstrumentWithInstrument) {
  Tracks other(48);
  other.add({.drums = true, .notes = {{36, 100, 0, 6}}});
  other.add({.program = 33, .notes = {{50, 90, 0, 6}}});
  other.add({.program = 33, .notes = {{55, 90, 0, 6}}});
  const Tracks both = duo().concat(other);
  EXPECT_EQ(both.steps(), 144);
  ASSERT_EQ(both.tracks().size(), 3U);
  EXPECT_EQ(both.tracks()[0].notes.back(), (TrackNote{50, 90, 96, 102}));
  EXPECT_EQ(both.tracks()[1].notes.back(), (TrackNote{36, 100, 96, 102}));
  EXPECT_THAT(both.tracks()[2].notes, ElementsAre(TrackNote{55, 90, 96, 102}));
  EXPECT_EQ(both.slice(0, 96), duo());

  Tracks twice = duo();
  twice.append(twice);
  EXPECT_EQ(twice, duo().repeated(192));
  EXPECT_EQ(duo().repeated(48), duo().slice(0, 48));
  EXPECT_THAT(refusal([] { (void)Tracks(0).repeated(1); }), HasSubstr("without steps"));
  EXPECT_THAT(refusal([] { (void)duo().concat(Tracks(16, Grid{})); }), HasSubstr("grids differ"));
}

TEST(Tracks, TransposesAllButDrums) {
  const Tracks higher = duo().transposed(12);
  EXPECT_EQ(higher.tracks()[0].notes[0].pitch, 52);
  EXPECT_EQ(higher.tracks()[1], duo().tracks()[1]);
  EXPECT_EQ(higher.transposed(-12), duo());
  EXPECT_THAT(refusal([] { (void)duo().transposed(100); }), HasSubstr("out of 0 to 127"));
}

TEST(TracksNotes, ComeBackFromNotes) {
  const Tracks tracks = duo();
  for (const double qpm : {60.0, 133.0}) {
    const NoteSequence notes = to_notes(tracks, qpm, 96);
    EXPECT_EQ(notes.end, Ticks{4 * 96});
    EXPECT_EQ(tracks_from_notes(notes).tracks, tracks);
  }
  EXPECT_EQ(tracks_from_notes(to_notes(Tracks(192))).tracks, Tracks(192));
}

TEST(TracksNotes, QuantiseAndCount) {
  NoteSequence notes;
  notes.notes = {{.pitch = 60, .velocity = 80, .start = {-40}, .end = {100}, .channel = 0},
                 {.pitch = 62, .velocity = 0, .start = {0}, .end = {100}, .channel = 0},
                 {.pitch = 64, .velocity = 80, .start = {9}, .end = {11}, .channel = 0},
                 {.pitch = 65, .velocity = 80, .start = {10}, .end = {5000}, .channel = 0},
                 {.pitch = 67, .velocity = 80, .start = {1915}, .end = {2500}, .channel = 0, .program = 5}};
  notes.unended = {notes.notes[0]};
  const QuantizedTracks made = tracks_from_notes(notes, Tracks::kGrid, 1);
  EXPECT_EQ(made.left_out[LeftOut::before_the_start], 1);
  EXPECT_EQ(made.left_out[LeftOut::no_velocity], 1);
  EXPECT_EQ(made.left_out[LeftOut::unended], 1);
  EXPECT_EQ(made.left_out[LeftOut::past_the_end], 1);
  ASSERT_EQ(made.tracks.tracks().size(), 1U);
  EXPECT_THAT(made.tracks.tracks()[0].notes, ElementsAre(TrackNote{64, 80, 0, 1}, TrackNote{65, 80, 1, 96}));
  EXPECT_EQ(tracks_from_notes(notes).tracks.steps(), 3 * 96);
}

TEST(TracksNotes, GoOnWhileThePedalIsDown) {
  NoteSequence notes;
  notes.notes = {{.pitch = 60, .velocity = 80, .start = {0}, .end = {20}, .channel = 0},
                 {.pitch = 36, .velocity = 80, .start = {0}, .end = {20}, .channel = 9, .track = 1}};
  notes.pedals = {{.at = {0}, .down = true}, {.at = {480}, .down = false}};
  const Tracks made = tracks_from_notes(notes).tracks;
  EXPECT_EQ(made.tracks()[0].notes[0].end, 24);
  EXPECT_EQ(made.tracks()[1].notes[0].end, 1);
}

std::vector<double> ends_of(std::vector<detail::PedalledNote> notes, const std::vector<detail::PedalMove>& moves) {
  (void)detail::apply_pedal(notes, moves, 0.0);
  std::vector<double> ends;
  for (const detail::PedalledNote& note : notes) ends.push_back(note.removed ? -1.0 : note.end);
  return ends;
}

TEST(Pedal, EndsNotesWhenItGoesUpOrTheirPitchBeginsAgain) {
  EXPECT_THAT(ends_of({{0, 60, 0, 1}, {0, 62, 1, 2}, {0, 60, 3, 4}}, {{0, true, 0}, {5, false, 0}}), ElementsAre(3, 5, 5));
  // The pedal of another instrument; a note that begins before the pedal is down and ends while it is.
  EXPECT_THAT(ends_of({{1, 60, 0, 1}, {0, 60, 0, 2}}, {{1, true, 0}, {5, false, 0}}), ElementsAre(1, 5));
  // A key that is still down when the pedal goes up; a note that begins with another of its pitch.
  EXPECT_THAT(ends_of({{0, 60, 0, 9}, {0, 62, 0, 1}, {0, 62, 0, 2}}, {{0, true, 0}, {5, false, 0}}), ElementsAre(9, -1, 5));
  EXPECT_THAT(ends_of({{0, 60, 0, 1}}, {}), ElementsAre(1));
}

TEST(Pedal, ThatIsNeverReleasedEndsWithTheLastEvent) {
  std::vector<detail::PedalledNote> notes = {{0, 60, 0, 1}, {1, 50, 2, 7}};
  EXPECT_EQ(detail::apply_pedal(notes, std::vector<detail::PedalMove>{{0, true, 0}}, 9.0), 7.0);
  EXPECT_EQ(notes[0].end, 7.0);
}

}  // namespace
}  // namespace musicvae
