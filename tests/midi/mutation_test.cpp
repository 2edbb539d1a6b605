// Damaged files: whatever bytes change, the reader returns notes or throws one of this library's errors. It never aborts, crashes or prints
// to stderr.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "damage.hpp"
#include "midi/groove_zip.hpp"
#include "musicvae/error.hpp"
#include "musicvae/file.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "paths.hpp"
#include "plain_midi.hpp"

namespace musicvae {
namespace {

using test::Bytes;
using test::Damage;

/// Reads `bytes`, then writes and reads again the notes in them. Returns whether they could be read.
bool survives(const Bytes& bytes, const std::filesystem::path& source) {
  NoteSequence sequence;
  try {
    sequence = parse_midi(bytes, source);
  } catch (const FormatError& error) {
    const std::string message = error.what();
    EXPECT_TRUE(message.starts_with(source.string() + ": byte ")) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    return false;
  }
  EXPECT_EQ(midi::parse_plain_midi(bytes, source), sequence) << source;  // libsmf and our own reader agree
  const std::string written = serialize_midi(sequence);
  EXPECT_EQ(parse_midi(std::as_bytes(std::span(written)), source), sequence) << source;
  return true;
}

void expect_survival(const std::vector<Bytes>& files, int rounds, const char* source) {
  Damage damage;
  int read = 0;
  int refused = 0;
  testing::internal::CaptureStderr();
  for (int round = 0; round < rounds; ++round) {
    for (Bytes bytes : files) {
      damage.apply(bytes);
      ++(survives(bytes, source) ? read : refused);
    }
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_GT(read, 100);
  EXPECT_GT(refused, 100);
}

TEST(MidiMutation, PublicFiles) {
  std::vector<Bytes> files;
  for (const auto& path : test::midi_files(std::filesystem::path(test::data_folder) / "golden" / "midi")) files.push_back(read_file(path));
  ASSERT_EQ(files.size(), 24U);
  expect_survival(files, 200, "public.mid");
}

TEST(MidiMutation, GrooveFiles) {
  std::vector<Bytes> files;
  for (const auto& [name, bytes] : test::groove_files()) {
    if (files.size() < 400) files.push_back(bytes);
  }
  if (files.empty()) GTEST_SKIP() << "the Groove MIDI Dataset is not in " << test::shared_folder << "/groove";
  expect_survival(files, 10, "groove.mid");
}

}  // namespace
}  // namespace musicvae
