// The writer's bytes, and round trips: what was read can be written and read again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "midi/groove_zip.hpp"
#include "midi/midi_bytes.hpp"
#include "musicvae/error.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "paths.hpp"
#include "temp_folder.hpp"

namespace musicvae {
namespace {

using test::bytes;
using test::chunk;
using test::header;
using test::parse;
using testing::ElementsAre;

constexpr Ticks bar{1920};

Note drum(int pitch, std::int64_t start, std::int64_t end) {
  return {.pitch = pitch, .velocity = 100, .start = {start}, .end = {end}};
}

NoteSequence one_bar(std::vector<Note> notes) {
  return {.tempo_map = TempoMap(480), .time_signatures = {}, .notes = std::move(notes), .end = bar};
}

/// The sequence after it was written and read again.
NoteSequence again(const NoteSequence& sequence) {
  return parse(serialize_midi(sequence));
}

std::string error_of(const NoteSequence& sequence) {
  try {
    static_cast<void>(serialize_midi(sequence));
  } catch (const ArgumentError& error) {
    return error.what();
  }
  return "no error";
}

TEST(WriteMidi, AOneBarLoopByteForByte) {
  NoteSequence sequence = one_bar({drum(36, 0, 120)});
  sequence.tempo_map = TempoMap(480, {{{0}, 500'000}});
  sequence.time_signatures = {{{0}, 7, 8}};
  EXPECT_EQ(serialize_midi(sequence),
            header(0, 1, 480) + chunk("MTrk", bytes({0,    0xFF, 0x51, 3,    0x07, 0xA1, 0x20, 0, 0xFF, 0x58, 4, 7, 3, 24, 8,  //
                                                     0,    0x99, 36,   100,  120,  0x89, 36,   0,                              //
                                                     0x8E, 0x08, 0xFF, 0x2F, 0})));
}

TEST(WriteMidi, EveryTrackEndsAtTheEnd) {
  NoteSequence sequence = one_bar({drum(36, 0, 120), drum(38, 480, 600)});
  sequence.notes[1].track = 2;
  const std::string end_at_bar = bytes({0x8F, 0x00, 0xFF, 0x2F, 0});
  const std::string file = serialize_midi(sequence);
  EXPECT_EQ(file.substr(0, 14), header(1, 3, 480));
  EXPECT_NE(file.find(chunk("MTrk", end_at_bar)), std::string::npos) << "the track between the two is empty and one bar long";
  EXPECT_EQ(parse(file), sequence);
}

TEST(WriteMidi, EndsComeBeforeStarts) {
  const NoteSequence sequence = one_bar({drum(36, 0, 120), drum(36, 120, 240), drum(36, 240, 360)});
  EXPECT_EQ(again(sequence), sequence);
}

TEST(WriteMidi, TheFirstDownbeatMayBeEarly) {
  EXPECT_THAT(again(one_bar({drum(36, -30, 90), drum(38, -30, -10)})).notes, ElementsAre(drum(38, 0, 1), drum(36, 0, 90)));
}

TEST(WriteMidi, TheLoopEndsOnTheBarLine) {
  const NoteSequence read = again(one_bar({drum(36, 1900, 2000)}));
  EXPECT_THAT(read.notes, ElementsAre(drum(36, 1900, 1920)));
  EXPECT_EQ(read.end, bar);
}

TEST(WriteMidi, WithoutAnEndTheLastEventIsTheEnd) {
  NoteSequence sequence = one_bar({drum(36, 10, 20), drum(38, 30, 30)});
  sequence.end = {};
  EXPECT_EQ(again(sequence).end, Ticks{31});
  sequence.time_signatures = {{{40}, 4, 4}};
  EXPECT_EQ(again(sequence).end, Ticks{40});
  EXPECT_EQ(again(NoteSequence{}), NoteSequence{});
}

TEST(WriteMidi, AShortNoteLastsATickAndASilentOneIsHeard) {
  NoteSequence sequence = one_bar({drum(36, 10, 10)});
  sequence.notes[0].velocity = 0;
  Note written = drum(36, 10, 11);
  written.velocity = 1;
  EXPECT_THAT(again(sequence).notes, ElementsAre(written));
}

TEST(WriteMidi, WhatChangesAfterTheEndIsLeftOut) {
  NoteSequence sequence = one_bar({drum(36, 0, 60)});
  sequence.tempo_map = TempoMap(480, {{{0}, 600'000}, {{1920}, 500'000}, {{1921}, 400'000}});
  sequence.time_signatures = {{{0}, 4, 4}, {{5000}, 3, 4}};
  const NoteSequence read = again(sequence);
  EXPECT_EQ(read.tempo_map.tempos(), (std::vector<Tempo>{{{0}, 600'000}, {{1920}, 500'000}}));
  EXPECT_EQ(read.time_signatures.size(), 1U);
  EXPECT_EQ(read.end, bar);
}

TEST(WriteMidi, UnendedNotesStayUnended) {
  NoteSequence sequence = one_bar({drum(36, 0, 60)});
  sequence.unended = {drum(38, 0, 0), drum(36, 240, 240), drum(38, 480, 480), drum(42, 1920, 1920)};
  EXPECT_EQ(again(sequence), sequence);
  sequence.unended = {drum(36, 30, 30)};
  EXPECT_THAT(again(sequence).notes, ElementsAre(drum(36, 0, 60), drum(36, 30, 60))) << "where another sounds, its end ends both";
}

TEST(WriteMidi, OverlappingNotesOfAPitchKeepTheirStarts) {
  const auto notes = again(one_bar({drum(36, 0, 200), drum(36, 100, 300)})).notes;
  EXPECT_THAT(notes, ElementsAre(drum(36, 0, 200), drum(36, 100, 200)));
}

TEST(WriteMidi, ProgramsAndChannelsAreKept) {
  NoteSequence sequence = one_bar({drum(36, 0, 50), drum(36, 100, 150), drum(60, 20, 160), drum(61, 110, 200)});
  sequence.notes[1].program = 8;
  sequence.notes[2].channel = 3;
  sequence.notes[3].channel = 3;
  sequence.notes[3].program = 40;
  EXPECT_EQ(again(sequence), sequence);
}

TEST(WriteMidi, WhatCannotBeWrittenIsAnError) {
  const auto with = [](auto change) {
    NoteSequence sequence = one_bar({drum(36, 0, 10), drum(36, 20, 30)});
    change(sequence, sequence.notes[1]);
    return error_of(sequence);
  };
  EXPECT_EQ(with([](auto&, Note& n) { n.pitch = 128; }), "writing MIDI: note 1's pitch is 128; use 0 to 127");
  EXPECT_EQ(with([](auto&, Note& n) { n.velocity = -1; }), "writing MIDI: note 1's velocity is -1; use 0 to 127");
  EXPECT_EQ(with([](auto&, Note& n) { n.channel = 16; }), "writing MIDI: note 1's channel is 16; use 0 to 15");
  EXPECT_EQ(with([](auto&, Note& n) { n.program = 128; }), "writing MIDI: note 1's program is 128; use 0 to 127");
  EXPECT_EQ(with([](auto&, Note& n) { n.track = 65535; }), "writing MIDI: note 1's track is 65535; use 0 to 65534");
  EXPECT_EQ(with([](auto&, Note& n) { n.end = {19}; }), "writing MIDI: note 1's end tick is 19; use 20 to 268435455");
  EXPECT_EQ(with([](auto&, Note& n) { n.start = n.end = bar; }), "writing MIDI: note 1's start tick is 1920; use 0 to 1919");
  EXPECT_EQ(with([](auto& s, Note& n) { s.end = {}, n.end = {std::numeric_limits<std::int64_t>::max()}; }),
            "writing MIDI: note 1's end tick is 9223372036854775807; use 20 to 268435455");
  EXPECT_EQ(with([](auto& s, Note&) { s.end = {-1}; }), "writing MIDI: the end tick is -1; use 0 to 268435455");
  EXPECT_EQ(with([](auto& s, Note&) { s.tempo_map = TempoMap(32768); }),
            "writing MIDI: the number of ticks per quarter is 32768; use 1 to 32767");
  EXPECT_EQ(with([](auto& s, Note&) {
              s.time_signatures = {{{-1}, 4, 4}};
            }),
            "writing MIDI: the time signature's tick is -1; use 0 to 268435455");
  EXPECT_EQ(with([](auto& s, Note&) {
              s.time_signatures = {{{0}, 0, 4}};
            }),
            "writing MIDI: the time signature's numerator is 0; use 1 to 255");
  EXPECT_EQ(with([](auto& s, Note&) {
              s.time_signatures = {{{0}, 4, 6}};
            }),
            "writing MIDI: the time signature's denominator is 6; use a power of two");
}

TEST(WriteMidi, WritesAFileWholeOrNotAtAll) {
  const test::TempFolder folder;
  const NoteSequence sequence = one_bar({drum(36, 0, 120)});
  write_midi(sequence, folder / "loop.mid");
  EXPECT_EQ(read_midi(folder / "loop.mid"), sequence);
  EXPECT_THROW(write_midi(one_bar({drum(128, 0, 120)}), folder / "loop.mid"), ArgumentError);
  EXPECT_EQ(read_midi(folder / "loop.mid"), sequence) << "the former file stays";
  EXPECT_THROW(write_midi(sequence, folder / "none" / "loop.mid"), FileError);
  EXPECT_THROW(write_midi(sequence, folder.path()), FileError);
  EXPECT_EQ(folder.entries(), 1) << "nothing half-written stays";
}

TEST(WriteMidi, AMillionNotes) {
  NoteSequence sequence = one_bar({});
  for (int i = 0; i < 1'000'000; ++i) sequence.notes.push_back(drum(i % 128, i, i + 100));
  sequence.end = {1'000'100};
  EXPECT_EQ(again(sequence), sequence);
  sequence.notes.reserve(3'000'000);
  std::copy_n(sequence.notes.begin(), 1'000'000, std::back_inserter(sequence.notes));
  std::copy_n(sequence.notes.begin(), 1'000'000, std::back_inserter(sequence.notes));
  EXPECT_NE(error_of(sequence).find("file's size in bytes is "), std::string::npos) << "no file is written that cannot be read";
}

TEST(MidiRoundTrip, PublicFiles) {
  const auto paths = test::midi_files(std::filesystem::path(test::data_folder) / "golden" / "midi");
  ASSERT_EQ(paths.size(), 24U);
  for (const auto& path : paths) {
    const NoteSequence sequence = read_midi(path);
    EXPECT_EQ(again(sequence), sequence) << path;
  }
}

TEST(MidiRoundTrip, EveryGrooveFile) {
  const auto& files = test::groove_files();
  if (files.empty()) GTEST_SKIP() << "the Groove MIDI Dataset is not in " << test::shared_folder << "/groove";
  ASSERT_EQ(files.size(), 1150U);
  for (const auto& [name, file] : files) {
    const NoteSequence sequence = parse_midi(file, name);
    EXPECT_EQ(again(sequence), sequence) << name;
  }
}

TEST(MidiRoundTrip, SustainPedals) {
  NoteSequence sequence;
  sequence.notes = {{.pitch = 60, .velocity = 80, .start = {0}, .end = {480}, .channel = 2, .track = 0}};
  sequence.pedals = {{.at = {0}, .down = true, .channel = 2},
                     {.at = {0}, .down = false, .channel = 2},
                     {.at = {960}, .down = true, .channel = 5, .track = 1}};
  sequence.end = {1920};
  EXPECT_EQ(again(sequence), sequence);
  sequence.pedals[2].channel = 16;
  EXPECT_THROW((void)serialize_midi(sequence), ArgumentError);
}

TEST(MidiRoundTrip, FilesOfSeveralTracks) {
  std::size_t files = 0;
  for (const char* folder : {"seed-samples", "golden/public/multitrack", "golden/sample_mid", "golden/inverse_mid"}) {
    for (const auto& path : test::midi_files(std::filesystem::path(test::shared_folder) / folder)) {
      const NoteSequence sequence = read_midi(path);
      EXPECT_EQ(again(sequence), sequence) << path;
      ++files;
    }
  }
  if (files == 0) GTEST_SKIP() << "no files in " << test::shared_folder << "/seed-samples and golden";
  EXPECT_GE(files, 20U + 14U);
}

}  // namespace
}  // namespace musicvae
