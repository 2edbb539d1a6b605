// TFRecord files: the format byte by byte, and the effect of damage on the records before, at and after it.
#include "musicvae/data/tfrecord.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "musicvae/error.hpp"
#include "small_disk.hpp"
#include "temp_folder.hpp"

namespace musicvae::data {
namespace {

using test::slurp;
using test::spill;
using test::TempFolder;
using testing::AllOf;
using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::ThrowsMessage;

// The checksum computed from its definition, bit by bit.
std::uint32_t masked_crc(std::string_view bytes) {
  std::uint32_t crc = ~0U;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0x82F63B78U : 0U);
  }
  return std::rotr(~crc, 15) + 0xA282EAD8U;
}

std::string little_endian(std::uint64_t value, std::size_t size) {
  std::string bytes;
  for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(value >> 8 * i);
  return bytes;
}

std::string head(std::uint64_t length) {
  const std::string bytes = little_endian(length, 8);
  return bytes + little_endian(masked_crc(bytes), 4);
}

std::string frame(const std::string& record) {
  return head(record.size()) + record + little_endian(masked_crc(record), 4);
}

/// Records of different lengths, among them an empty one and one with all byte values.
std::vector<std::string> records() {
  std::string all(1000, '\0');
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<char>(i * 7);
  return {"one", "", all, std::string(3'000'000, 'x'), "last"};
}

void write(const std::filesystem::path& path, const std::vector<std::string>& all, Compression compression = Compression::none) {
  TfrecordWriter writer(path, compression);
  for (const std::string& record : all) writer.add(record);
  writer.close();
}

struct Read {
  std::vector<std::string> records;
  std::vector<std::string> errors;
};

Read read(const std::filesystem::path& path) {
  Read result;
  TfrecordReader reader(path);
  for (;;) {
    try {
      const auto record = reader.next();
      if (!record) return result;
      result.records.emplace_back(reinterpret_cast<const char*>(record->data()), record->size());
    } catch (const FormatError& error) {
      result.errors.emplace_back(error.what());
    }
  }
}

TEST(Tfrecord, WritesTheFormatByteByByte) {
  const TempFolder folder;
  std::string expected;
  for (const std::string& record : records()) expected += frame(record);
  write(folder / "a", records());
  EXPECT_TRUE(slurp(folder / "a") == expected);
  write(folder / "empty", {});
  EXPECT_EQ(slurp(folder / "empty"), "");
}

TEST(Tfrecord, GivesBackWhatWasWritten) {
  const TempFolder folder;
  for (const Compression compression : {Compression::none, Compression::gzip, Compression::zlib}) {
    SCOPED_TRACE(static_cast<int>(compression));
    write(folder / "a", records(), compression);
    const Read result = read(folder / "a");
    EXPECT_TRUE(result.records == records());
    EXPECT_TRUE(result.errors.empty());
    EXPECT_EQ(TfrecordReader(folder / "a").compression(), compression);
    EXPECT_TRUE(looks_like_tfrecord(folder / "a"));
    write(folder / "empty", {}, compression);
    EXPECT_TRUE(read(folder / "empty").records.empty());
    EXPECT_TRUE(read(folder / "empty").errors.empty());
  }
  EXPECT_LT(std::filesystem::file_size(folder / "a"), 10'000U) << "packed";
}

TEST(Tfrecord, PacksTheSameBytesEveryTime) {
  const TempFolder folder;
  write(folder / "a", records(), Compression::gzip);
  write(folder / "b", records(), Compression::gzip);
  EXPECT_TRUE(slurp(folder / "a") == slurp(folder / "b"));
}

TEST(Tfrecord, ReadsGzipMembersInARow) {
  const TempFolder folder;
  write(folder / "a", {"one", "two"}, Compression::gzip);
  write(folder / "b", {"three"}, Compression::gzip);
  spill(folder / "both", slurp(folder / "a") + slurp(folder / "b"));
  EXPECT_THAT(read(folder / "both").records, ElementsAre("one", "two", "three"));
}

TEST(Tfrecord, KnowsAPlainFileWhoseLengthLooksLikeGzip) {
  const TempFolder folder;
  const std::string record(0x088B1F, 'r');  // little-endian: 1f 8b 08
  spill(folder / "a", frame(record));
  EXPECT_TRUE(read(folder / "a").records == std::vector{record});
}

TEST(Tfrecord, CutAnywhereTheRecordsBeforeAreKept) {
  const TempFolder folder;
  const std::vector<std::string> all = {"one", "", "three"};
  std::string bytes;
  std::vector<std::size_t> ends = {0};
  for (const std::string& record : all) ends.push_back((bytes += frame(record)).size());
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    SCOPED_TRACE(size);
    spill(folder / "a", bytes.substr(0, size));
    std::size_t whole = 0;
    while (whole < all.size() && ends[whole + 1] <= size) ++whole;
    const Read result = read(folder / "a");
    EXPECT_THAT(result.records, ElementsAreArray(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(whole)));
    if (ends[whole] == size) {
      EXPECT_TRUE(result.errors.empty());
    } else {
      const std::string number = std::to_string(whole);
      ASSERT_EQ(result.errors.size(), 1U);
      EXPECT_THAT(result.errors[0], AllOf(HasSubstr("a: byte " + std::to_string(ends[whole]) + ": record " + number + " is cut short"),
                                          HasSubstr("; get the file again")));
    }
  }
}

TEST(Tfrecord, ChangedAnywhereOnlyThatRecordIsLostOrAllFromIt) {
  const TempFolder folder;
  const std::vector<std::string> all = {"one", "two", "three"};
  const std::string bytes = frame(all[0]) + frame(all[1]) + frame(all[2]);
  const std::size_t begin = frame(all[0]).size();
  for (std::size_t at = begin; at < begin + frame(all[1]).size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      SCOPED_TRACE(at * 10 + static_cast<std::size_t>(bit));
      std::string changed = bytes;
      changed[at] = static_cast<char>(changed[at] ^ 1 << bit);
      spill(folder / "a", changed);
      const Read result = read(folder / "a");
      ASSERT_EQ(result.errors.size(), 1U);
      EXPECT_THAT(result.errors[0], HasSubstr("byte " + std::to_string(begin) + ": record 1 "));
      if (at < begin + 12) {
        EXPECT_THAT(result.records, ElementsAre("one")) << "its length is not to be trusted";
      } else {
        EXPECT_THAT(result.records, ElementsAre("one", "three"));
      }
    }
  }
}

TEST(Tfrecord, DamagedGzipKeepsEveryRecordBeforeTheDamage) {
  const TempFolder folder;
  std::vector<std::string> all;
  std::uint32_t state = 1;
  for (int i = 0; i < 2000; ++i) {
    std::string record(50, '\0');
    for (char& c : record) c = static_cast<char>((state = state * 1664525U + 1013904223U) >> 24);
    all.push_back(record);
  }
  write(folder / "a", all, Compression::gzip);
  const std::string bytes = slurp(folder / "a");
  const double per_record = static_cast<double>(bytes.size()) / static_cast<double>(all.size());
  for (const std::size_t at : {bytes.size() / 3, bytes.size() / 2, bytes.size() - 9}) {
    SCOPED_TRACE(at);
    spill(folder / "cut", bytes.substr(0, at));
    const Read cut = read(folder / "cut");
    ASSERT_EQ(cut.errors.size(), 1U);
    EXPECT_THAT(cut.errors[0],
                AllOf(HasSubstr("record " + std::to_string(cut.records.size())), HasSubstr("compressed stream is cut short")));
    EXPECT_TRUE(std::equal(cut.records.begin(), cut.records.end(), all.begin()));
    // A deflate block's code table precedes its data, so data before the cut can be decompressed almost to the last byte.
    EXPECT_GE(static_cast<double>(cut.records.size()), static_cast<double>(at) / per_record - 5.0);
  }
  spill(folder / "checksum", bytes.substr(0, bytes.size() - 8) + std::string(8, '\0'));
  const Read checksum = read(folder / "checksum");
  EXPECT_TRUE(checksum.records == all);
  EXPECT_THAT(checksum.errors, ElementsAre(HasSubstr("compressed stream is damaged")));
  spill(folder / "more", bytes + "more");
  EXPECT_TRUE(read(folder / "more").records == all);
  EXPECT_EQ(read(folder / "more").errors.size(), 1U) << "what follows is no gzip member";
}

TEST(Tfrecord, BelievesNoLength) {
  const TempFolder folder;
  spill(folder / "huge", head(std::uint64_t{1} << 60) + "x");
  EXPECT_THAT(read(folder / "huge").errors, ElementsAre(HasSubstr("more than the 1073741824 allowed")));
  spill(folder / "large", head(kMaxRecordSize) + "x");  // is read in pieces, so no gigabyte is allocated
  EXPECT_THAT(read(folder / "large").errors, ElementsAre(HasSubstr("with 13 bytes of 1073741840")));
}

TEST(Tfrecord, SaysWhatIsNoTfrecord) {
  const TempFolder folder;
  EXPECT_THROW((void)TfrecordReader(folder / "missing"), FileError);
  EXPECT_THROW((void)TfrecordReader(folder.path()), FileError);
  spill(folder / "text", "This is some text, and no record at all.");
  EXPECT_THAT(read(folder / "text").errors, ElementsAre(HasSubstr("not a TFRecord file")));
  EXPECT_FALSE(looks_like_tfrecord(folder / "text"));
  EXPECT_FALSE(looks_like_tfrecord(folder.path()));
  EXPECT_THROW((void)looks_like_tfrecord(folder / "missing"), FileError);
}

TEST(Tfrecord, WithoutCloseNothingStays) {
  const TempFolder folder;
  spill(folder / "a", "old");
  {
    TfrecordWriter writer(folder / "a");
    writer.add(std::string(1'000'000, 'x'));
    EXPECT_EQ(slurp(folder / "a"), "old");
  }
  EXPECT_EQ(slurp(folder / "a"), "old");
  EXPECT_EQ(folder.entries(), 1);
  TfrecordWriter writer(folder / "a");
  writer.close();
  EXPECT_EQ(slurp(folder / "a"), "");
  EXPECT_THROW(writer.add("late"), ArgumentError);
  EXPECT_THROW(writer.close(), ArgumentError);
  EXPECT_THROW(TfrecordWriter(folder / "none" / "a"), FileError);
}

TEST(Tfrecord, OnAFullDiskTheOldFileStaysAndNothingElse) {
  const TempFolder folder;
  const test::SmallDisk disk(folder / "disk", "64k");
  if (!disk.why_not().empty()) GTEST_SKIP() << disk.why_not();
  const std::filesystem::path path = disk.path() / "a";
  write(path, {"old"});
  const std::string old = slurp(path);
  EXPECT_THAT([&] { write(path, {std::string(1 << 20, 'x')}); },
              ThrowsMessage<FileError>(AllOf(HasSubstr("No space left"), HasSubstr("free some space"))));
  EXPECT_EQ(slurp(path), old);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(disk.path()), {}), 1);
}

}  // namespace
}  // namespace musicvae::data
