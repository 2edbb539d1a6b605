#include "interop/sorted_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "foreign_files.hpp"
#include "interop/snappy.hpp"
#include "table_of.hpp"

namespace musicvae::interop {
namespace {

using testing::HasSubstr;
using Entries = std::map<std::string, std::string>;

Entries entries_of(const std::string& table) {
  Entries entries;
  read_sorted_table(bytes_of(table), "x.index", [&](std::string_view key, std::span<const std::byte> value) {
    entries.emplace(key, std::string(reinterpret_cast<const char*>(value.data()), value.size()));
  });
  return entries;
}

std::string error_in(const std::string& table) {
  return error_of([&] { (void)entries_of(table); });
}

TEST(SortedTable, WhatIsWrittenIsRead) {
  Entries entries = {{"", "header"}};
  for (int i = 0; i < 100; ++i)
    entries.emplace("encoder/cell_" + std::to_string(i) + "/kernel", std::string(static_cast<std::size_t>(i), 'v'));
  EXPECT_EQ(entries_of(write_sorted_table(entries)), entries);
  EXPECT_EQ(entries_of(write_sorted_table({})), Entries());
}

TEST(SortedTable, ReadsSnappyBlocks) {
  // The block of {"ab": "cccccccc", "abd": ""}: a literal, a copy that repeats one byte, and the rest.
  const std::string plain =
      std::string{'\0', '\2', '\10'} + "ab" + "cccccccc" + std::string{'\2', '\1', '\0'} + "d" + number(0) + number(1);
  const std::string head = plain.substr(0, 6);
  const std::string rest = plain.substr(13);
  const std::string packed = std::string{static_cast<char>(plain.size()), static_cast<char>((head.size() - 1) << 2)} + head +
                             std::string{static_cast<char>(1 | (7 - 4) << 2), '\1'} +
                             std::string{static_cast<char>((rest.size() - 1) << 2)} + rest;
  EXPECT_EQ(entries_of(table_of({with_trailer(packed, 1)})), (Entries{{"ab", "cccccccc"}, {"abd", ""}}));
  std::string damaged = packed;
  damaged[9] = 90;  // the copy begins before the block
  EXPECT_THAT(error_in(table_of({with_trailer(damaged, 1)})), HasSubstr("a Snappy copy begins before the block"));
  damaged = packed;
  damaged[0] = 127;
  EXPECT_THAT(error_in(table_of({with_trailer(damaged, 1)})), HasSubstr("is shorter than it says"));
  EXPECT_THAT(error_in(table_of({with_trailer("\xFF\xFF\xFF\xFF\x0F", 1)})), HasSubstr("more than it can hold"));
}

TEST(SortedTable, SnappyLengthsAndOffsetsOfAllWidths) {
  const std::string text(300, 'x');
  const auto unpacked = [](const std::string& packed) {
    const std::vector<std::byte> bytes = unpack_snappy(ByteReader(bytes_of(packed), 0, "x"));
    return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  };
  const std::string literal = std::string{'\xAC', '\2', static_cast<char>(61 << 2), '\x2B', '\1'} + text;  // the length in two bytes
  EXPECT_EQ(unpacked(literal), text);
  const std::string wide = std::string{'\5', '\0', 'a'} + std::string{static_cast<char>(2 | 1 << 2), '\1', '\0'} +
                           std::string{static_cast<char>(3 | 1 << 2), '\2', '\0', '\0', '\0'};
  EXPECT_EQ(unpacked(wide), "aaaaa");
}

TEST(SortedTable, RefusesWhatIsNoTable) {
  EXPECT_THAT(error_in(""), HasSubstr("does not end as the index"));
  EXPECT_THAT(error_in(std::string(100, 'x')), HasSubstr("does not end as the index"));
}

TEST(SortedTable, RefusesDamage) {
  const std::string sound = table_of({with_trailer(block_of({{"a", "1"}}), 0)});
  std::string changed = sound;
  changed[4] = '2';
  EXPECT_THAT(error_in(changed), HasSubstr("its checksum does not match"));
  EXPECT_THAT(error_in(table_of({with_trailer(block_of({{"a", "1"}}), 7)})), HasSubstr("unknown compression 7"));
  EXPECT_THAT(error_in(table_of({with_trailer(block_of({{"a", "1"}, {"a", "2"}}), 0)})), HasSubstr("\"a\" is there twice"));
  EXPECT_THAT(error_in(table_of({with_trailer(block_of({{"b", "1"}, {"a", "2"}}), 0)})), HasSubstr("not in order"));
  EXPECT_THAT(error_in(table_of({with_trailer(std::string{'\3', '\1', '\0', 'a'} + number(0) + number(1), 0)})),
              HasSubstr("shares more than the key before it"));
  EXPECT_THAT(error_in(table_of({with_trailer(std::string{'\0', '\1', '\x7F', 'a'} + number(0) + number(1), 0)})),
              HasSubstr("a value of 127 bytes is cut short"));
  EXPECT_THAT(error_in(table_of({with_trailer(number(9), 0)})), HasSubstr("more restarts than bytes"));
}

TEST(SortedTable, ABlockThatIsListedTwiceIsRefused) {
  const std::string block = with_trailer(block_of({{"a", "1"}}), 0);
  std::string table = table_of({block, with_trailer(block_of({{"b", "1"}}), 0)});
  // The second handle of the index now names the first block.
  const std::size_t index = 2 * block.size();
  table[index + 10] = 0;
  std::string contents = table.substr(index, 12 + 8);
  table.replace(index, contents.size() + 5, with_trailer(contents, 0));
  EXPECT_THAT(error_in(table), HasSubstr("blocks overlap"));
}

}  // namespace
}  // namespace musicvae::interop
