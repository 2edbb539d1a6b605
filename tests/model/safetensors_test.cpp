#include "musicvae/model/safetensors.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>

#include "musicvae/error.hpp"

namespace musicvae {
namespace {

std::span<const std::byte> bytes_of(const std::string& s) {
  return std::as_bytes(std::span(s.data(), s.size()));
}

std::string with_header(const std::string& header, const std::string& data = "") {
  std::string bytes(8, '\0');
  const std::uint64_t length = header.size();
  std::memcpy(bytes.data(), &length, 8);
  return bytes + header + data;
}

std::string parse_error(const std::string& bytes) {
  try {
    (void)parse_safetensors(bytes_of(bytes), "some.safetensors");
  } catch (const FormatError& e) {
    return e.what();
  }
  return "no error";
}

TEST(Half, EveryHalfSurvivesTheWayThroughFloat) {
  for (std::uint32_t h = 0; h < 0x10000; ++h) {
    const float f = from_half(static_cast<std::uint16_t>(h));
    if (std::isnan(f)) continue;
    ASSERT_EQ(to_half(f), h) << h;
  }
}

TEST(Half, RoundsToNearestEven) {
  EXPECT_EQ(from_half(to_half(1.0F + 0x1p-11F)), 1.0F);                // a tie goes to the even mantissa
  EXPECT_EQ(from_half(to_half(1.0F + 3 * 0x1p-11F)), 1.0F + 0x1p-9F);  // the next tie goes to the even one as well, upwards
  EXPECT_EQ(from_half(to_half(1.0F + 1.01F * 0x1p-11F)), 1.0F + 0x1p-10F);
  EXPECT_EQ(from_half(to_half(65519.0F)), 65504.0F);
  EXPECT_TRUE(std::isinf(from_half(to_half(65520.0F))));
  EXPECT_TRUE(std::isnan(from_half(to_half(std::numeric_limits<float>::quiet_NaN()))));
  EXPECT_EQ(from_half(to_half(0x1p-24F)), 0x1p-24F);
  EXPECT_EQ(from_half(to_half(0x1p-25F)), 0.0F);
  EXPECT_EQ(from_half(to_half(-0x1.8p-25F)), -0x1p-24F);
}

TEST(Safetensors, WritesWhatItReads) {
  std::vector<float> a(6);
  std::iota(a.begin(), a.end(), -2.5F);
  const std::vector<std::int64_t> b = {1, -2};
  const std::vector<double> none;
  const std::string bytes = serialize_safetensors({{"a", view_of(std::span<const float>(a), {2, 3})},
                                                   {"b", view_of(std::span<const std::int64_t>(b), {2})},
                                                   {"none", view_of(std::span<const double>(none), {0, 4})}},
                                                  {{"note", "héllo \"x\""}});
  const SafetensorsView view = parse_safetensors(bytes_of(bytes), "x");
  EXPECT_EQ(view.at("a", "x").floats(), a);
  EXPECT_THAT(view.at("a", "x").shape, testing::ElementsAre(2, 3));
  EXPECT_EQ(view.at("b", "x").integers(), b);
  EXPECT_EQ(view.at("none", "x").size(), 0U);
  EXPECT_EQ(view.metadata.at("note"), "héllo \"x\"");
  EXPECT_THROW((void)view.at("a", "x").integers(), ModelError);
  EXPECT_THROW((void)view_of(std::span<const float>(a), {4, 2}), ArgumentError);
}

TEST(Safetensors, ReadsFromAnyAlignment) {
  const std::vector<float> a = {1.5F, -7.0F};
  const std::string bytes = "x" + serialize_safetensors({{"a", view_of(std::span<const float>(a), {2})}});
  EXPECT_EQ(parse_safetensors(bytes_of(bytes).subspan(1), "x").at("a", "x").floats(), a);
}

TEST(Safetensors, AMissingTensorIsNamedWithWhatThereIs) {
  const std::vector<float> a = {1};
  const std::string bytes = serialize_safetensors({{"tensors", view_of(std::span<const float>(a), {1})}});
  const SafetensorsView view = parse_safetensors(bytes_of(bytes), "x");
  try {
    (void)view.at("mu", "z.safetensors");
    FAIL();
  } catch (const ModelError& e) {
    EXPECT_STREQ(e.what(), "z.safetensors: tensor \"mu\" is missing; the file has: tensors");
  }
}

TEST(Safetensors, BadBytesGetAnErrorThatSaysWhere) {
  const std::string f32 = R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
  EXPECT_EQ(parse_error(with_header(f32, "12345678")), "no error");
  EXPECT_THAT(parse_error(""), testing::HasSubstr("some.safetensors: byte 0: the file ends before"));
  EXPECT_THAT(parse_error("1234567"), testing::HasSubstr("byte 7"));
  EXPECT_THAT(parse_error(with_header(f32, "1234567")), testing::HasSubstr("cut short"));
  EXPECT_THAT(parse_error(with_header(f32, "123456789")), testing::HasSubstr("1 bytes after the last tensor"));
  EXPECT_THAT(parse_error(std::string(8, '\xff') + "{}"), testing::HasSubstr("the header says 18446744073709551615 bytes"));
  EXPECT_THAT(parse_error(with_header("{\"a\":")), testing::HasSubstr("not a JSON object"));
  EXPECT_THAT(parse_error(with_header("[1]")), testing::HasSubstr("not a JSON object"));
  EXPECT_THAT(parse_error(with_header(R"({"a":{"dtype":"F32"}})")), testing::HasSubstr("lacks dtype, shape or data_offsets"));
  EXPECT_THAT(parse_error(with_header(R"({"a":{"dtype":"Q4","shape":[2],"data_offsets":[0,8]}})", "12345678")),
              testing::HasSubstr("\"Q4\" is not part of the format"));
  EXPECT_THAT(parse_error(with_header(R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})", "12345678")),
              testing::HasSubstr("does not fill"));
  EXPECT_THAT(parse_error(with_header(R"({"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})", "12345678")),
              testing::HasSubstr("other than counts"));
  EXPECT_THAT(
      parse_error(with_header(R"({"a":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,8]}})", "12345678")),
      testing::HasSubstr("too large"));
  EXPECT_THAT(parse_error(with_header(
                  R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}})",
                  "123456781234")),
              testing::HasSubstr("overlap"));
  EXPECT_THAT(parse_error(with_header(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", "12345678")),
              testing::HasSubstr("belong to no tensor"));
  EXPECT_THAT(parse_error(with_header(R"({"__metadata__":{"a":1}})")), testing::HasSubstr("is not a string"));
}

TEST(Safetensors, ReadsTheTypesThatOthersWrite) {
  const auto floats = [](const std::string& dtype, const std::string& data, int count) {
    const std::string header = R"({"a":{"dtype":")" + dtype + R"(","shape":[)" + std::to_string(count) + R"(],"data_offsets":[0,)" +
                               std::to_string(data.size()) + "]}}";
    return parse_safetensors(bytes_of(with_header(header, data)), "x").at("a", "x").floats();
  };
  using testing::ElementsAre;
  EXPECT_THAT(floats("BF16", std::string("\x80\x3F\x00\xC0", 4), 2), ElementsAre(1.0F, -2.0F));
  EXPECT_THAT(floats("BOOL", std::string("\0\1", 2), 2), ElementsAre(0.0F, 1.0F));
  EXPECT_THAT(floats("I8", "\xFF", 1), ElementsAre(-1.0F));
  EXPECT_THAT(floats("I16", "\xFE\xFF", 1), ElementsAre(-2.0F));
  EXPECT_THAT(floats("U16", "\xFF\xFF", 1), ElementsAre(65535.0F));
  EXPECT_THAT(floats("U32", std::string("\0\0\1\0", 4), 1), ElementsAre(65536.0F));
  for (const auto& [dtype, size] : {std::pair{"U64", 8}, std::pair{"F8_E4M3", 1}, std::pair{"F8_E5M2", 1}}) {
    try {
      (void)floats(dtype, std::string(static_cast<std::size_t>(size), '\0'), 1);
      ADD_FAILURE() << dtype;
    } catch (const ModelError& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr(std::string(dtype) + " cannot be used; convert it to F32"));
    }
  }
}

TEST(Safetensors, ANameGivenTwiceIsAnError) {
  EXPECT_THAT(parse_error(with_header(
                  R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})", "12")),
              testing::HasSubstr("names \"a\" twice"));
}

TEST(Safetensors, OtherFormatsAreCalledByTheirName) {
  EXPECT_THAT(parse_error("\x93NUMPY and an array"), testing::HasSubstr(".npy"));
  EXPECT_THAT(parse_error("PK\x03\x04 and files"), testing::HasSubstr(".npz"));
  EXPECT_THAT(parse_error("MThd and tracks"), testing::HasSubstr("musicvae convert"));
}

TEST(Safetensors, AFileCutAtAnyByteIsRefused) {
  const std::vector<float> a = {1, 2, 3};
  const std::string bytes = serialize_safetensors({{"a", view_of(std::span<const float>(a), {3})}}, {{"k", "v"}});
  for (std::size_t n = 0; n < bytes.size(); ++n) ASSERT_NE(parse_error(bytes.substr(0, n)), "no error") << n;
}

TEST(Safetensors, MissingFilesAndFoldersAreFileErrors) {
  EXPECT_THROW((void)SafetensorsFile::read("no/such/file.safetensors"), FileError);
  EXPECT_THROW((void)SafetensorsFile::read(testing::TempDir()), FileError);
}

}  // namespace
}  // namespace musicvae
