#include "musicvae/sequence/note_sequence.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "musicvae/sequence/meter.hpp"

namespace musicvae {
namespace {

NoteSequence two_notes() {
  NoteSequence sequence{};
  sequence.tempo_map = TempoMap(480, {{{480}, 1'000'000}});
  sequence.time_signatures = {{{0}, 4, 4}};
  sequence.notes = {{.pitch = 36, .velocity = 100, .start = {0}, .end = {480}},
                    {.pitch = 60, .velocity = 80, .start = {480}, .end = {960}, .channel = 0}};
  sequence.end = {1920};
  return sequence;
}

TEST(Note, ChannelTenIsTheDrumChannel) {
  EXPECT_TRUE(Note{}.is_drum());
  EXPECT_TRUE(two_notes().notes[0].is_drum());
  EXPECT_FALSE(two_notes().notes[1].is_drum());
}

TEST(NoteSequence, TimesFollowTheTempoMap) {
  const NoteSequence sequence = two_notes();
  EXPECT_DOUBLE_EQ(sequence.start_seconds(sequence.notes[1]).value, 0.5);
  EXPECT_DOUBLE_EQ(sequence.end_seconds(sequence.notes[1]).value, 1.5);
}

TEST(NoteSequence, IsARegularValue) {
  const NoteSequence a = two_notes();
  const auto differs = [&](auto change) {
    NoteSequence b = a;
    EXPECT_EQ(a, b);
    change(b);
    return a != b;
  };
  EXPECT_TRUE(differs([](NoteSequence& s) { s.tempo_map = TempoMap(480); }));
  EXPECT_TRUE(differs([](NoteSequence& s) { s.time_signatures[0].numerator = 3; }));
  EXPECT_TRUE(differs([](NoteSequence& s) { s.end = {0}; }));
  EXPECT_TRUE(differs([](NoteSequence& s) { s.notes.pop_back(); }));
  EXPECT_TRUE(differs([](NoteSequence& s) { s.notes[0].pitch = 38; }));
  EXPECT_TRUE(differs([](NoteSequence& s) { s.notes[0].velocity = 99; }));
  EXPECT_TRUE(differs([](NoteSequence& s) { s.notes[0].start = {1}; }));
  EXPECT_TRUE(differs([](NoteSequence& s) { s.notes[0].end = {1}; }));
  EXPECT_TRUE(differs([](NoteSequence& s) { s.notes[0].channel = 0; }));
  EXPECT_TRUE(differs([](NoteSequence& s) { s.notes[0].program = 1; }));
  EXPECT_TRUE(differs([](NoteSequence& s) { s.notes[0].track = 1; }));
  EXPECT_TRUE(differs([](NoteSequence& s) { s.chords = {{{0}, "C"}}; }));
  EXPECT_FALSE(differs([](NoteSequence&) {}));
}

TEST(NoteSequence, ASliceHasTheChordsThatHoldInIt) {
  NoteSequence notes = two_notes();
  notes.chords = {{{-5}, "C"}, {{400}, "F"}, {{960}, "G"}, {{1900}, "Am"}};
  const std::vector<ChordAnnotation> middle = {{{0}, "F"}, {{460}, "G"}};
  EXPECT_EQ(slice(notes, {500}, Ticks{1900}).chords, middle);
  const std::vector<ChordAnnotation> early = {{{0}, "G"}, {{932}, "Am"}};
  EXPECT_EQ(slice(notes, {968}, {}, {60}).chords, early);
  const std::vector<ChordAnnotation> without = {{{0}, "C"}, {{400}, "F"}};
  EXPECT_EQ(slice(notes, {}, Ticks{968}, {60}).chords, without) << "a chord a little before the border belongs to the part after it";
}

}  // namespace
}  // namespace musicvae
