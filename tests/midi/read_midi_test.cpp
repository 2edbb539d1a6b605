// What the reader understands, tested on hand-made files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "midi/midi_bytes.hpp"
#include "musicvae/midi/midi_file.hpp"

namespace musicvae {
namespace {

using test::big_endian;
using test::bytes;
using test::chunk;
using test::end_of_track;
using test::file;
using test::header;
using test::parse;
using testing::ElementsAre;
using testing::IsEmpty;

Note drum(int pitch, int velocity, std::int64_t start, std::int64_t end, int program = 0, int track = 0) {
  return {.pitch = pitch, .velocity = velocity, .start = {start}, .end = {end}, .channel = 9, .program = program, .track = track};
}

TEST(ReadMidi, TakesANoteAndTheEndOfTheTrack) {
  const NoteSequence sequence = parse(file(bytes({10, 0x99, 36, 100, 20, 0x89, 36, 64})));
  EXPECT_EQ(sequence.tempo_map.ticks_per_quarter(), 480);
  EXPECT_THAT(sequence.tempo_map.tempos(), IsEmpty());
  EXPECT_THAT(sequence.time_signatures, IsEmpty());
  EXPECT_THAT(sequence.notes, ElementsAre(drum(36, 100, 10, 30)));
  EXPECT_EQ(sequence.end, Ticks{30});
}

TEST(ReadMidi, RunningStatusAndVelocityZero) {
  EXPECT_THAT(parse(file(bytes({0, 0x99, 36, 100, 10, 38, 90, 10, 36, 0, 10, 38, 0}))).notes,
              ElementsAre(drum(36, 100, 0, 20), drum(38, 90, 10, 30)));
}

TEST(ReadMidi, RunningStatusOutlivesMetaAndSystemExclusive) {
  EXPECT_THAT(parse(file(bytes({0, 0x99, 36, 100, 5, 0xFF, 0x01, 2, 'h', 'i', 5, 0xF0, 2, 1, 0xF7, 5, 36, 0}))).notes,
              ElementsAre(drum(36, 100, 0, 15)));
}

TEST(ReadMidi, ANoteOffEndsEveryOpenNoteOfItsPitch) {
  EXPECT_THAT(parse(file(bytes({0, 0x99, 36, 1, 5, 36, 2, 5, 36, 0, 5, 36, 0}))).notes,
              ElementsAre(drum(36, 1, 0, 10), drum(36, 2, 5, 10)));
}

TEST(ReadMidi, ANoteThatBeginsWhereAnotherIsEndedStaysOpen) {
  EXPECT_THAT(parse(file(bytes({0, 0x99, 36, 1, 10, 36, 2, 0, 36, 0, 7, 36, 0}))).notes,
              ElementsAre(drum(36, 1, 0, 10), drum(36, 2, 10, 17)));
}

TEST(ReadMidi, ANoteEndedOnItsOwnTickIsUnended) {
  const NoteSequence sequence = parse(file(bytes({0, 0x99, 36, 1, 0, 36, 0, 10, 36, 0})));
  EXPECT_THAT(sequence.notes, IsEmpty());
  EXPECT_THAT(sequence.unended, ElementsAre(drum(36, 1, 0, 0)));
}

TEST(ReadMidi, ANoteThatIsNeverEndedIsUnended) {
  const NoteSequence sequence = parse(file(bytes({0, 0x99, 36, 1, 10, 38, 2, 10, 38, 0, 5, 36, 3})));
  EXPECT_THAT(sequence.notes, ElementsAre(drum(38, 2, 10, 20)));
  EXPECT_THAT(sequence.unended, ElementsAre(drum(36, 1, 0, 0), drum(36, 3, 25, 25)));
}

TEST(ReadMidi, AFileWithoutNoteOffsLosesNoHit) {
  std::string track;
  for (int i = 0; i < 100; ++i) track += bytes({10, 0x99, 36 + i % 2, 100});
  const NoteSequence sequence = parse(header(1, 2, 480) + chunk("MTrk", track + end_of_track) + chunk("MTrk", track + end_of_track));
  EXPECT_THAT(sequence.notes, IsEmpty());
  EXPECT_EQ(sequence.unended.size(), 200U);
}

TEST(ReadMidi, ANoteOffNeedsTheSameTrackAndChannel) {
  const std::string on = bytes({0, 0x99, 36, 1, 9, 0x88, 36, 0});
  const std::string off = bytes({10, 0x89, 36, 0});
  const NoteSequence sequence = parse(header(1, 2, 480) + chunk("MTrk", on + end_of_track) + chunk("MTrk", off + end_of_track));
  EXPECT_THAT(sequence.notes, IsEmpty());
  EXPECT_THAT(sequence.unended, ElementsAre(drum(36, 1, 0, 0)));
}

TEST(ReadMidi, NotesStandInTheOrderOfTheirEndsAndInstruments) {
  // 36 begins first and ends last. Channel 0's note, the first of its instrument, ends between two of the drums.
  EXPECT_THAT(parse(file(bytes({0, 0x99, 36, 1, 1, 0x99, 38, 2, 1, 0x90, 60, 3, 1, 0x89, 38, 0, 1, 0x80, 60, 0, 1, 0x89, 36, 0}))).notes,
              ElementsAre(drum(38, 2, 1, 3), drum(36, 1, 0, 5),
                          Note{.pitch = 60, .velocity = 3, .start = {2}, .end = {4}, .channel = 0, .program = 0, .track = 0}));
}

TEST(ReadMidi, ANoteHasTheProgramOfItsEndAndEachTrackItsOwn) {
  const std::string first = bytes({0, 0xC9, 5, 0, 0x99, 36, 1, 10, 0xC9, 6, 0, 0x89, 36, 0});
  const std::string second = bytes({0, 0x99, 36, 1, 10, 0x89, 36, 0});
  EXPECT_THAT(parse(header(1, 2, 480) + chunk("MTrk", first + end_of_track) + chunk("MTrk", second + end_of_track)).notes,
              ElementsAre(drum(36, 1, 0, 10, 6, 0), drum(36, 1, 0, 10, 0, 1)));
}

TEST(ReadMidi, TemposAndMetersComeFromEveryTrackInOrder) {
  const std::string first = bytes({100, 0xFF, 0x51, 3, 0x0F, 0x42, 0x40});                                  // 60 at 100
  const std::string second = bytes({50, 0xFF, 0x51, 3, 0x07, 0xA1, 0x20, 50, 0xFF, 0x58, 4, 7, 3, 24, 8});  // 120 at 50, 7/8 at 100
  const std::string third = bytes({100, 0xFF, 0x51, 3, 0x03, 0xD0, 0x90, 1, 0xFF, 0x58, 4, 4, 2, 24, 8});   // 240 at 100, 4/4 at 101
  const NoteSequence sequence = parse(header(1, 3, 480) + chunk("MTrk", first + end_of_track) + chunk("MTrk", second + end_of_track) +
                                      chunk("MTrk", third + end_of_track));
  EXPECT_THAT(sequence.tempo_map.tempos(), ElementsAre(Tempo{{50}, 500'000}, Tempo{{100}, 1'000'000}, Tempo{{100}, 250'000}));
  EXPECT_THAT(sequence.time_signatures, ElementsAre(TimeSignature{{100}, 7, 8}, TimeSignature{{101}, 4, 4}));
  EXPECT_EQ(sequence.end, Ticks{101});
}

TEST(ReadMidi, EveryTicksPerQuarterIsFine) {
  for (const int division : {1, 24, 96, 220, 480, 960, 0x7FFF}) {
    EXPECT_EQ(parse(header(0, 1, division) + chunk("MTrk", end_of_track)).tempo_map.ticks_per_quarter(), division);
  }
}

TEST(ReadMidi, LongMetaAndSystemExclusiveEventsArePassedOver) {
  const std::string text = bytes({0, 0xFF, 0x01, 0x82, 0x00}) + std::string(256, 'x');
  const std::string exclusive = bytes({5, 0xF0, 0x81, 0x00}) + std::string(127, 'x') + bytes({0xF7, 5, 0xF7, 0, 5, 0xF7, 1, 0x01});
  EXPECT_THAT(parse(file(text + bytes({0, 0x99, 36, 1}) + exclusive + bytes({5, 0x99, 36, 0}))).notes, ElementsAre(drum(36, 1, 0, 20)));
}

TEST(ReadMidi, OtherMessagesArePassedOverAndKeepTime) {
  EXPECT_THAT(parse(file(bytes({0,    0x99, 36,   1, 1,    0xA9, 36, 9,    1, 0xB9, 4, 90,   1, 0xD9, 3,    1, 0xE9, 0,  64, 1,
                                0xF8, 1,    0xFE, 1, 0xF1, 5,    1,  0xF2, 1, 2,    1, 0xF3, 1, 1,    0xF6, 1, 0x89, 36, 0})))
                  .notes,
              ElementsAre(drum(36, 1, 0, 11)));
}

TEST(ReadMidi, SustainPedalsAreKept) {
  const std::string track = bytes({5, 0xB2, 64, 64, 1, 64, 63, 1, 66, 127});  // down, up, another pedal
  EXPECT_THAT(parse(header(1, 2, 480) + chunk("MTrk", end_of_track) + chunk("MTrk", track + end_of_track)).pedals,
              ElementsAre(PedalChange{.at = {5}, .down = true, .channel = 2, .track = 1},
                          PedalChange{.at = {6}, .down = false, .channel = 2, .track = 1}));
}

TEST(ReadMidi, ALongGapIsLongerThanOneDeltaTimeOfWhatIsKept) {
  const std::string wait = bytes({0xA0, 0x80, 0x80, 0x00, 0xB9, 1, 1});  // a delta of 2^26 ticks, then a controller
  EXPECT_THAT(parse(file(bytes({0, 0x99, 36, 1}) + wait + wait + wait + bytes({0, 0x89, 36, 0}))).notes,
              ElementsAre(drum(36, 1, 0, 3 * (std::int64_t{1} << 26))));
}

TEST(ReadMidi, WhatTheFieldToleratesIsTolerated) {
  const std::string note = bytes({0, 0x99, 36, 1, 10, 0x89, 36, 0});
  const auto expected = ElementsAre(drum(36, 1, 0, 10));
  EXPECT_THAT(parse(header(0, 1, 480) + chunk("MTrk", note)).notes, expected) << "no end-of-track event";
  EXPECT_THAT(parse(file(note) + "trailing").notes, expected) << "bytes after the last track";
  EXPECT_THAT(parse(header(0, 1, 480) + chunk("MTrk", note + end_of_track + bytes({0, 0x99}))).notes, expected)
      << "bytes after the end of the track";
  EXPECT_THAT(parse(header(0, 1, 480) + chunk("XFIH", "anything") + chunk("MTrk", note + end_of_track)).notes, expected)
      << "an unknown chunk";
  EXPECT_THAT(parse(chunk("MThd", bytes({0, 0, 0, 1, 1, 0xE0, 99, 99})) + chunk("MTrk", note + end_of_track)).notes, expected)
      << "a longer header";
  EXPECT_THAT(parse(header(0, 1, 480) + chunk("MTrk", "") + "MTrk").notes, IsEmpty()) << "an empty track";
  EXPECT_EQ(parse(header(0, 2, 480) + chunk("MTrk", note) + chunk("MTrk", note)).notes.size(), 2U) << "format 0 with two tracks";
  EXPECT_EQ(parse(file(bytes({0, 0xFF, 0x51, 4, 0x0F, 0x42, 0x40, 0}))).tempo_map.tempos().size(), 1U) << "a longer tempo event";
  EXPECT_THAT(parse(file(bytes({0, 0xFF, 0x58, 2, 3, 2}))).time_signatures, ElementsAre(TimeSignature{{0}, 3, 4}))
      << "a time signature of two bytes";
  EXPECT_THAT(parse(file(bytes({0x80, 0x80, 0x80, 0x80, 0x00}) + note.substr(1))).notes, expected) << "a quantity with leading zeros";
  EXPECT_THAT(parse(header(2, 1, 480) + chunk("MTrk", note + end_of_track)).notes, expected) << "format 2 with one track";
}

TEST(ReadMidi, TheTracksThatAreThereAreRead) {
  const std::string track = chunk("MTrk", bytes({0, 0x99, 36, 1, 10, 0x89, 36, 0}) + end_of_track);
  const std::string other = chunk("XFIH", "abc");
  for (const int counted : {0, 1, 2, 3, 500}) {
    SCOPED_TRACE(counted);
    EXPECT_EQ(parse(header(1, counted, 480) + track + track).notes.size(), 2U);
    EXPECT_EQ(parse(header(1, counted, 480) + other + track + other + track + other).notes.size(), 2U);
  }
  EXPECT_EQ(parse(header(1, 1, 480) + track + track + "rubbish that is no chunk").notes.size(), 2U);
  const std::string swallowed = bytes({0, 0x99, 38, 1, 10, 0x89, 38, 0}) + end_of_track + track;
  EXPECT_EQ(parse(header(1, 2, 480) + "MTrk" + big_endian(swallowed.size(), 4) + swallowed).notes.size(), 2U)
      << "a chunk whose length swallows the next track";
}

TEST(ReadMidi, WhatFollowsTheEndOfTheTrackIsMusicUntilItMakesNoSense) {
  const std::string note = bytes({0, 0x99, 36, 1, 10, 0x89, 36, 0});
  const NoteSequence more = parse(header(0, 1, 480) + chunk("MTrk", note + end_of_track + note + end_of_track));
  EXPECT_THAT(more.notes, ElementsAre(drum(36, 1, 0, 10), drum(36, 1, 10, 20)));
  EXPECT_EQ(more.end, Ticks{20});
  const NoteSequence padded = parse(header(0, 1, 480) + chunk("MTrk", note + end_of_track + std::string(7, '\0')));
  EXPECT_THAT(padded.notes, ElementsAre(drum(36, 1, 0, 10)));
  EXPECT_EQ(padded.end, Ticks{10});
  const NoteSequence late = parse(header(0, 1, 480) + chunk("MTrk", note + bytes({100, 0xFF, 0x2F, 0, 0xFF, 0xFF, 0xFF, 0x7F, 0xF4})));
  EXPECT_EQ(late.end, Ticks{110}) << "rubbish has no time";
}

TEST(ReadMidi, ARiffFileIsUnwrapped) {
  const std::string midi = file(bytes({0, 0x99, 36, 1, 10, 0x89, 36, 0}));
  const auto riff_chunk = [](const std::string& id, const std::string& content) {
    const std::string size = big_endian(content.size(), 4);
    return id + std::string(size.rbegin(), size.rend()) + content + std::string(content.size() % 2, '\0');
  };
  EXPECT_EQ(parse(riff_chunk("RIFF", "RMID" + riff_chunk("data", midi))).notes.size(), 1U);
  EXPECT_EQ(parse(riff_chunk("RIFF", "RMID" + riff_chunk("LIST", "odd") + riff_chunk("data", midi))).notes.size(), 1U);
  EXPECT_EQ(parse("RIFF" + bytes({0, 0, 0, 0}) + "RMIDdata" + bytes({0xFF, 0xFF, 0xFF, 0x7F}) + midi).notes.size(), 1U) << "wrong lengths";
  EXPECT_TRUE(looks_like_midi(test::as_bytes(midi)));
  EXPECT_TRUE(looks_like_midi(test::as_bytes(riff_chunk("RIFF", "RMID" + riff_chunk("data", midi)))));
  EXPECT_FALSE(looks_like_midi(test::as_bytes("RIFFxxxxWAVE")));
}

TEST(ReadMidi, AMillionNotesInAFile) {
  std::string events;
  for (int i = 0; i < 1'000'000; ++i) events += bytes({1, 0x99, i & 127, 100, 1, i & 127, 0});
  EXPECT_EQ(parse(file(events)).notes.size(), 1'000'000U);
}

TEST(ReadMidi, ManyTemposOnOneTrackAndManyNotesOnTheNextStayLinear) {
  std::string tempos;
  std::string notes;
  for (int i = 0; i < 200'000; ++i) {
    tempos += bytes({1, 0xFF, 0x51, 3, 0x0F, i >> 8, i});
    notes += bytes({1, 0x99, 36, 100, 1, 36, 0});
  }
  const NoteSequence sequence = parse(header(1, 2, 480) + chunk("MTrk", tempos + end_of_track) + chunk("MTrk", notes + end_of_track));
  EXPECT_EQ(sequence.tempo_map.tempos().size(), 200'000U);
  EXPECT_EQ(sequence.notes.size(), 200'000U);
}

}  // namespace
}  // namespace musicvae
