// Bad input gives one line that names the file, the byte and the reason, and never reaches libsmf.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include "midi/midi_bytes.hpp"
#include "musicvae/error.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "temp_folder.hpp"

namespace musicvae {
namespace {

using test::big_endian;
using test::bytes;
using test::chunk;
using test::end_of_track;
using test::file;
using test::header;
using test::parse;

constexpr int first_event = 22;  // a 14-byte header and an 8-byte chunk header

/// Expects a FormatError with a single line that begins with "hand.mid: byte OFFSET: " and contains `reason`.
void expect_error(const std::string& text, std::size_t offset, const std::string& reason) {
  try {
    static_cast<void>(parse(text));
    ADD_FAILURE() << "no error; expected: " << reason;
  } catch (const FormatError& error) {
    const std::string message = error.what();
    EXPECT_TRUE(message.starts_with("hand.mid: byte " + std::to_string(offset) + ": ")) << message;
    EXPECT_NE(message.find(reason), std::string::npos) << message;
    EXPECT_NE(message.find("; "), std::string::npos) << "how to mend it: " << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  }
}

TEST(BadMidi, Header) {
  expect_error("", 0, "empty");
  expect_error("MT", 0, "not a MIDI file");
  expect_error("RIFFxxxxWAVEfmt ", 0, "not a MIDI file");
  expect_error("MThd", 4, "the file ends inside the MIDI header");
  expect_error(chunk("MThd", bytes({0, 0, 0, 1, 1})), 4, "has 5 bytes, but needs 6");
  expect_error("RIFF" + bytes({16, 0, 0, 0}) + "RMIDLIST" + bytes({0, 0, 0, 0}), 20, "does not contain a MIDI file");
  expect_error("RIFF" + bytes({16, 0, 0, 0}) + "RMIDdata" + bytes({4, 0, 0, 0}) + "JUNK", 20, "not a MIDI file");
  expect_error(header(2, 2, 480) + chunk("MTrk", end_of_track) + chunk("MTrk", end_of_track), 8, "format 2");
  expect_error(header(3, 1, 480) + chunk("MTrk", end_of_track), 8, "format 3 does not exist");
  expect_error(header(0, 0, 480), 14, "no track");
  expect_error(header(0, 1, 480), 14, "no track");
  expect_error(header(0, 1, 0) + chunk("MTrk", end_of_track), 12, "0 ticks per quarter");
  expect_error(header(0, 1, 0xE728) + chunk("MTrk", end_of_track), 12, "SMPTE");
}

TEST(BadMidi, Chunks) {
  expect_error(header(1, 2, 480) + chunk("MTrk", end_of_track) + "MTr", 29, "the file ends inside a chunk header");
  expect_error(header(1, 1, 480) + chunk("MTrk", end_of_track) + "MTrk" + big_endian(5, 4), 34, "the file ends inside a track");
  expect_error(header(0, 1, 480) + "MTrk" + big_endian(5, 4) + end_of_track, 26, "the file ends inside a track");
  expect_error(header(0, 1, 480) + "MTrk" + big_endian(0xFFFF'FFFF, 4) + end_of_track, 26, "the file ends inside a track");
  expect_error(header(0, 1, 480) + "MTrk" + big_endian(3, 4) + end_of_track, 25, "a track ends inside a meta event");
}

TEST(BadMidi, Events) {
  expect_error(file(bytes({0, 36, 100})), first_event + 1, "there is no running status");
  expect_error(file(bytes({0, 0x99, 0x80, 100})), first_event + 2, "data byte 0x80 of message 0x99");
  expect_error(file(bytes({0, 0x99, 36, 0xFF})), first_event + 3, "data byte 0xFF of message 0x99");
  expect_error(file(bytes({0, 0xF4})), first_event + 1, "status byte 0xF4 is not defined");
  expect_error(file(bytes({0x81, 0x80, 0x80, 0x80, 0x00, 0x99, 36, 1})), first_event, "does not fit the four bytes");
  expect_error(header(0, 1, 480) + chunk("MTrk", bytes({10})), first_event + 1, "no event after it");
  expect_error(header(0, 1, 480) + chunk("MTrk", bytes({0x81})), first_event + 1, "a track ends inside a delta time");
  expect_error(header(0, 1, 480) + chunk("MTrk", bytes({0, 0x99, 36})), first_event + 3, "a track ends inside a message");
  expect_error(header(0, 1, 480) + chunk("MTrk", bytes({0, 0xF0, 5, 1, 2})), first_event + 5,
               "a track ends inside a system exclusive message");
  expect_error(header(0, 1, 480) + chunk("MTrk", bytes({0, 0xFF, 1, 5, 'a'})), first_event + 5, "a track ends inside a meta event");
}

TEST(BadMidi, MetaEvents) {
  expect_error(file(bytes({0, 0xFF, 0x51, 2, 7, 7})), first_event + 4, "a tempo event has 2 bytes, but needs 3");
  expect_error(file(bytes({0, 0xFF, 0x51, 3, 0, 0, 0})), first_event + 4, "0 microseconds");
  expect_error(file(bytes({0, 0xFF, 0x58, 1, 4})), first_event + 4, "a time signature has 1 bytes, but needs 2");
  expect_error(file(bytes({0, 0xFF, 0x58, 4, 0, 2, 24, 8})), first_event + 4, "0 beats");
  expect_error(file(bytes({0, 0xFF, 0x58, 4, 4, 31, 24, 8})), first_event + 5, "1/2^31");
}

TEST(BadMidi, HugeDeltaTimes) {
  const std::string longest = bytes({0xFF, 0xFF, 0xFF, 0x7F, 0xB9, 1, 1});
  EXPECT_EQ(parse(file(longest)).end, kMaxMidiTick);
  expect_error(file(longest + bytes({1, 0xB9, 1, 1})), first_event + 7, "past tick 268435455");
  std::string many;
  for (int i = 0; i < 100; ++i) many += longest;
  expect_error(file(many), first_event + 7, "past tick 268435455");
}

TEST(BadMidi, EveryCutOfAFileIsAnError) {
  const std::string whole = header(1, 2, 480) +
                            chunk("MTrk", bytes({0, 0xFF, 0x51, 3, 7, 7, 7, 0, 0xFF, 0x58, 4, 4, 2, 24, 8}) + end_of_track) +
                            chunk("MTrk", bytes({0, 0x99, 36, 100, 0x81, 0x00, 36, 0, 0, 0xF0, 2, 1, 0xF7}) + end_of_track);
  ASSERT_EQ(parse(whole).notes.size(), 1U);
  const std::size_t second_track = whole.rfind("MTrk");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    SCOPED_TRACE(size);
    if (size == second_track) continue;  // the file has one complete track but a header that counts two: that is accepted
    EXPECT_THROW(static_cast<void>(parse(whole.substr(0, size))), FormatError);
  }
}

TEST(BadMidi, NoiseIsAnError) {
  std::mt19937 random(1);
  std::string noise(kMaxMidiFileSize, '\0');
  for (char& c : noise) c = static_cast<char>(random());
  expect_error(noise, 0, "not a MIDI file");
  const std::string start = header(0, 1, 480) + "MTrk" + big_endian(noise.size() - first_event, 4);
  noise.replace(0, start.size(), start);
  EXPECT_THROW(static_cast<void>(parse(noise)), FormatError);
}

void expect_file_error(const std::filesystem::path& path, const std::string& reason) {
  try {
    static_cast<void>(read_midi(path));
    ADD_FAILURE() << "no error; expected: " << reason;
  } catch (const FileError& error) {
    const std::string message = error.what();
    EXPECT_TRUE(message.starts_with(path.string())) << message;
    EXPECT_NE(message.find(reason), std::string::npos) << message;
  }
}

TEST(BadMidi, AMissingFileOrAFolder) {
  const test::TempFolder folder;
  expect_file_error(folder / "none.mid", "no such file");
  expect_file_error(folder.path(), "is a folder");
}

TEST(BadMidi, AHundredMegabytesOfNoise) {
  std::mt19937 random(1);
  std::string block(1'000'000, '\0');
  for (char& c : block) c = static_cast<char>(random());
  const test::TempFolder folder;
  const auto path = folder / "noise.mid";
  {
    std::ofstream out(path, std::ios::binary);
    for (int i = 0; i < 100; ++i) out << block;
  }
  expect_file_error(path, "has 100000000 bytes, more than the 16777216 allowed");
}

TEST(BadMidi, TooLargeInMemory) {
  const std::string large(kMaxMidiFileSize + 1, 'M');
  expect_error(large, kMaxMidiFileSize, "too large");
}

}  // namespace
}  // namespace musicvae
