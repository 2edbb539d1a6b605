// TensorBoard's files, read back by a separate reader that was written from the format's description.
#include "event_writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cstring>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "crc32c.hpp"
#include "musicvae/error.hpp"
#include "temp_folder.hpp"

namespace musicvae::train {
namespace {

std::uint32_t crc_of(std::string_view text) {
  return crc32c(std::as_bytes(std::span(text)));
}

TEST(Crc32c, IsTheCastagnoliChecksum) {
  EXPECT_EQ(crc_of("123456789"), 0xE3069283U);            // the check value from its catalogue entry
  EXPECT_EQ(crc_of(std::string(32, '\0')), 0x8A9136AAU);  // RFC 3720, B.4
  EXPECT_EQ(crc_of(std::string(32, '\xFF')), 0x62A8AB43U);
  EXPECT_EQ(crc32c(std::as_bytes(std::span(std::string_view("56789"))), crc_of("1234")), crc_of("123456789"));
}

template <class T>
T take(std::string_view& bytes) {
  T value;
  if (bytes.size() < sizeof(T)) throw std::runtime_error("cut short");
  std::memcpy(&value, bytes.data(), sizeof(T));
  bytes.remove_prefix(sizeof(T));
  return value;
}

std::uint64_t take_varint(std::string_view& bytes) {
  std::uint64_t value = 0;
  for (int shift = 0;; shift += 7) {
    const auto byte = take<unsigned char>(bytes);
    value |= std::uint64_t{byte & 0x7FU} << shift;
    if (byte < 0x80) return value;
  }
}

// A message's fields by number: length-delimited ones as strings, numbers as their bits.
struct Field {
  std::uint64_t number;
  std::uint64_t bits;
  std::string text;
};

std::vector<Field> fields(std::string_view bytes) {
  std::vector<Field> result;
  while (!bytes.empty()) {
    const std::uint64_t key = take_varint(bytes);
    Field field{key >> 3, 0, {}};
    switch (key & 7) {
      case 0:
        field.bits = take_varint(bytes);
        break;
      case 1:
        field.bits = take<std::uint64_t>(bytes);
        break;
      case 5:
        field.bits = take<std::uint32_t>(bytes);
        break;
      case 2: {
        const std::uint64_t size = take_varint(bytes);
        field.text = std::string(bytes.substr(0, size));
        bytes.remove_prefix(size);
        break;
      }
      default:
        throw std::runtime_error("unknown wire type");
    }
    result.push_back(std::move(field));
  }
  return result;
}

std::uint32_t mask(std::uint32_t crc) {
  return ((crc >> 15) | (crc << 17)) + 0xA282EAD8U;
}

std::vector<std::string> records(std::string_view bytes) {
  std::vector<std::string> result;
  while (!bytes.empty()) {
    const std::string length_bytes(bytes.substr(0, 8));
    const auto length = take<std::uint64_t>(bytes);
    EXPECT_EQ(take<std::uint32_t>(bytes), mask(crc_of(length_bytes)));
    result.emplace_back(bytes.substr(0, length));
    bytes.remove_prefix(length);
    EXPECT_EQ(take<std::uint32_t>(bytes), mask(crc_of(result.back())));
  }
  return result;
}

std::string only_file(const test::TempFolder& folder) {
  EXPECT_EQ(folder.entries(), 1);
  const std::filesystem::path path = std::filesystem::directory_iterator(folder.path())->path();
  EXPECT_THAT(path.filename().string(), testing::StartsWith("events.out.tfevents."));
  return test::slurp(path);
}

TEST(EventWriter, WritesScalarsThatReadBack) {
  const test::TempFolder folder;
  EventWriter writer(folder.path(), 0);
  writer.add(3, {{"train/loss", 1.5}, {"train/kl", -0.25}});
  writer.add(1000000, {{"train/loss", 2.5}});  // is flushed: readable while the writer is open

  const std::vector<std::string> all = records(only_file(folder));
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(fields(all[0]).back().text, "brain.Event:2");
  const auto scalars = [](const std::string& record, std::uint64_t step) {
    std::map<std::string, float> result;
    for (const Field& field : fields(record)) {
      EXPECT_TRUE(field.number != 1 || std::bit_cast<double>(field.bits) > 1.6e9);  // seconds since 1970
      EXPECT_TRUE(field.number != 2 || field.bits == step);
      if (field.number != 5) continue;
      for (const Field& value : fields(field.text)) {
        const std::vector<Field> parts = fields(value.text);
        EXPECT_EQ(parts.at(0).number, 1U);
        EXPECT_EQ(parts.at(1).number, 2U);
        result[parts[0].text] = std::bit_cast<float>(static_cast<std::uint32_t>(parts[1].bits));
      }
    }
    return result;
  };
  EXPECT_EQ(scalars(all[1], 3), (std::map<std::string, float>{{"train/loss", 1.5F}, {"train/kl", -0.25F}}));
  EXPECT_EQ(scalars(all[2], 1000000), (std::map<std::string, float>{{"train/loss", 2.5F}}));
}

TEST(EventWriter, SaysWhereItCannotWrite) {
  const test::TempFolder folder;
  EXPECT_THAT([&] { EventWriter(folder / "absent", 0); }, testing::ThrowsMessage<FileError>(testing::HasSubstr("cannot be written")));
}

}  // namespace
}  // namespace musicvae::train
