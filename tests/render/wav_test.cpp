#include "musicvae/render/wav.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>

#include "musicvae/error.hpp"
#include "small_disk.hpp"
#include "temp_folder.hpp"
#include "wav_reader.hpp"

namespace musicvae::render {
namespace {

TEST(Wav, HeaderIsThatOfTheFormat) {
  const std::string bytes = serialize_wav({48'000, {0.0F, 0.0F, 0.0F, 0.0F}});
  const std::string expected(
      "RIFF\x2c\0\0\0WAVEfmt \x10\0\0\0\1\0\2\0\x80\xbb\0\0\0\xee\2\0\4\0\x10\0"
      "data\x08\0\0\0\0\0\0\0\0\0\0\0",
      52);
  EXPECT_EQ(bytes, expected);
}

TEST(Wav, SamplesAreRoundedToTheNearestAndClipped) {
  const test::Wav wav = test::parse_wav(serialize_wav({8'000, {0.0F, 1.0F, -1.0F, 0.5F, -0.25F, 1.6F / 32767, 3.0F, -1e30F}}));
  EXPECT_EQ(wav.sample_rate, 8'000);
  EXPECT_EQ(wav.samples, (std::vector<int>{0, 32767, -32767, 16384, -8192, 2, 32767, -32767}));
}

TEST(Wav, NoSamplesAreAWholeFile) {
  EXPECT_EQ(test::parse_wav(serialize_wav({44'100, {}})).samples.size(), 0U);
}

TEST(Wav, RefusesWhatAFileCannotHold) {
  EXPECT_THROW((void)serialize_wav({0, {0.0F, 0.0F}}), ArgumentError);
  EXPECT_THROW((void)serialize_wav({-44'100, {0.0F, 0.0F}}), ArgumentError);
  EXPECT_THROW((void)serialize_wav({2'000'000'000, {}}), ArgumentError);
  EXPECT_THROW((void)serialize_wav({44'100, {0.0F}}), ArgumentError);
  EXPECT_THROW((void)serialize_wav({44'100, {0.0F, std::numeric_limits<float>::quiet_NaN()}}), ArgumentError);
}

TEST(Wav, AFailedWriteLeavesTheFormerFile) {
  const test::TempFolder folder;
  const Audio small{8'000, std::vector<float>(8, 0.5F)};
  write_wav(small, folder / "x.wav");
  EXPECT_EQ(test::slurp(folder / "x.wav"), serialize_wav(small));
  EXPECT_THROW(write_wav({8'000, {0.0F, NAN}}, folder / "x.wav"), ArgumentError);
  EXPECT_EQ(test::slurp(folder / "x.wav"), serialize_wav(small));
  EXPECT_THROW(write_wav(small, folder / "no/x.wav"), FileError);

  const test::SmallDisk disk(folder / "disk", "16k");
  if (!disk.why_not().empty()) GTEST_SKIP() << disk.why_not();
  EXPECT_THROW(write_wav({8'000, std::vector<float>(100'000, 0.5F)}, disk.path() / "x.wav"), FileError);
  EXPECT_TRUE(std::filesystem::is_empty(disk.path()));
}

}  // namespace
}  // namespace musicvae::render
