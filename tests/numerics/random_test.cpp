#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "musicvae/numerics/exact.hpp"
#include "musicvae/numerics/philox.hpp"

namespace musicvae::numerics {
namespace {

// Random123's published known-answer tests (kat_vectors, philox4x32 10).
TEST(Philox, GivesThePublishedAnswers) {
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}), (PhiloxCounter{0x6627E8D5U, 0xE169C58DU, 0xBC57AC4CU, 0x9B00DBD8U}));
  constexpr std::uint32_t ones = 0xFFFFFFFFU;
  EXPECT_EQ(philox4x32({ones, ones, ones, ones}, {ones, ones}), (PhiloxCounter{0x408F276DU, 0x41C83B0EU, 0xA20BC7C6U, 0x6D5451FDU}));
  EXPECT_EQ(philox4x32({0x243F6A88U, 0x85A308D3U, 0x13198A2EU, 0x03707344U}, {0xA4093822U, 0x299F31D0U}),
            (PhiloxCounter{0xD16CFE09U, 0x94FDCCEBU, 0x5001E420U, 0x24126EA1U}));
}

TEST(Philox, UniformsHave24BitsAndStayBelowOne) {
  EXPECT_EQ(uniform(0), 0.0F);
  EXPECT_EQ(uniform(0xFFU), 0.0F);
  EXPECT_EQ(uniform(0x100U), 0x1p-24F);
  EXPECT_EQ(uniform(0xFFFFFFFFU), 1.0F - 0x1p-24F);
}

TEST(RandomStream, EachPartOfTheKeyMatters) {
  const RandomStream stream{1, 2, Purpose::latent};
  const auto words = stream.words(3, 4);
  EXPECT_EQ(words, (RandomStream{1, 2, Purpose::latent}.words(3, 4)));
  EXPECT_NE(words, stream.words(3, 5));
  EXPECT_NE(words, stream.words(4, 4));
  EXPECT_NE(words, (RandomStream{1, 2, Purpose::hits}.words(3, 4)));
  EXPECT_NE(words, (RandomStream{1, 3, Purpose::latent}.words(3, 4)));
  EXPECT_NE(words, (RandomStream{1, 2 + (std::uint64_t{1} << 32), Purpose::latent}.words(3, 4)));
  EXPECT_NE(words, (RandomStream{2, 2, Purpose::latent}.words(3, 4)));
  EXPECT_NE(words, (RandomStream{1 + (std::uint64_t{1} << 32), 2, Purpose::latent}.words(3, 4)));
}

// Fixed numbers: if another platform, compiler or option changed one bit, every user's grooves would change.
TEST(RandomStream, IsTheSameEverywhere) {
  std::vector<float> numbers(6);
  RandomStream{7, 3, Purpose::latent}.normals(0, numbers);
  EXPECT_EQ(numbers,
            (std::vector<float>{0x1.753048p-1F, 0x1.6f8626p-1F, -0x1.8b122cp+0F, -0x1.1e3526p+0F, -0x1.ff75dep-1F, 0x1.0783e8p-2F}));
  RandomStream{7, 3, Purpose::hits}.uniforms(5, numbers);
  EXPECT_EQ(numbers, (std::vector<float>{0x1.b04f54p-1F, 0x1.8e1ba4p-1F, 0x1.c5352ap-1F, 0x1.13cacp-2F, 0x1.8e4c34p-1F, 0x1.b92eep-1F}));
}

struct Moments {
  double mean = 0, variance = 0, skewness = 0, kurtosis = 0, neighbours = 0;
};

Moments moments(const std::vector<float>& x) {
  Moments m;
  const auto n = static_cast<double>(x.size());
  m.mean = std::accumulate(x.begin(), x.end(), 0.0) / n;
  for (float value : x) m.variance += (value - m.mean) * (value - m.mean) / n;
  const double deviation = std::sqrt(m.variance);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double standard = (x[i] - m.mean) / deviation;
    m.skewness += standard * standard * standard / n;
    m.kurtosis += standard * standard * standard * standard / n;
    if (i > 0) m.neighbours += standard * (x[i - 1] - m.mean) / deviation / n;
  }
  return m;
}

constexpr int million = 1 << 20;

// Bounds: five standard errors of each statistic with a million numbers.
TEST(RandomStream, NormalsAreNormal) {
  std::vector<float> x(million);
  for (std::size_t i = 0; i < 4096; ++i) RandomStream{11, i, Purpose::latent}.normals(0, std::span(x).subspan(i * 256, 256));
  const Moments m = moments(x);
  EXPECT_NEAR(m.mean, 0.0, 5 * std::sqrt(1.0 / million));
  EXPECT_NEAR(m.variance, 1.0, 5 * std::sqrt(2.0 / million));
  EXPECT_NEAR(m.skewness, 0.0, 5 * std::sqrt(6.0 / million));
  EXPECT_NEAR(m.kurtosis, 3.0, 5 * std::sqrt(24.0 / million));
  EXPECT_NEAR(m.neighbours, 0.0, 5 * std::sqrt(1.0 / million));
  for (const double limit : {-3.0, -1.0, 0.0, 0.5, 2.0}) {  // the distribution itself, not only its moments
    const double expected = 0.5 * std::erfc(-limit / std::sqrt(2.0));
    const auto below = static_cast<double>(std::count_if(x.begin(), x.end(), [&](float value) { return value < limit; }));
    EXPECT_NEAR(below / million, expected, 5 * std::sqrt(expected * (1 - expected) / million)) << limit;
  }
}

TEST(RandomStream, UniformsAreUniform) {
  std::vector<float> x(million);
  for (std::size_t i = 0; i < 1024; ++i) {
    for (std::uint32_t step = 0; step < 64; ++step)
      RandomStream{11, i, Purpose::hits}.uniforms(step, std::span(x).subspan((i * 64 + step) * 16, 16));
  }
  const Moments m = moments(x);
  EXPECT_NEAR(m.mean, 0.5, 5 * std::sqrt(1.0 / 12 / million));
  EXPECT_NEAR(m.neighbours, 0.0, 5 * std::sqrt(1.0 / million));
  std::vector<double> bins(64);
  for (float value : x) bins[static_cast<std::size_t>(value * 64)] += 1;
  double chi_square = 0;
  for (double count : bins) chi_square += (count - million / 64.0) * (count - million / 64.0) / (million / 64.0);
  EXPECT_LT(chi_square, 63 + 5 * std::sqrt(2.0 * 63));
}

TEST(Exact, FunctionsAgreeWithTheLibrary) {
  constexpr double tau = 6.28318530717958647692;
  for (int i = 0; i < 20000; ++i) {
    const double turns = i / 20000.0;
    EXPECT_NEAR(exact::sin_turns(turns), std::sin(tau * turns), 1e-13) << turns;
    EXPECT_NEAR(exact::cos_turns(turns), std::cos(tau * turns), 1e-13) << turns;
    const double positive = std::exp((i - 10000) / 400.0);
    EXPECT_NEAR(exact::log(positive), std::log(positive), 1e-13 * std::max(1.0, std::abs(std::log(positive)))) << positive;
    const double x = (i - 10000) / 20.0;
    EXPECT_NEAR(exact::exp(x) / std::exp(x), 1.0, 1e-12) << x;
    const double cosine = (i - 10000) / 10000.0;
    EXPECT_NEAR(exact::acos_turns(cosine), std::acos(cosine) / tau, 1e-8) << cosine;
  }
  for (const double x : {-800.0, -300.0, -40.0, -12.0, -1.0, 0.0, 0.3, 5.0, 40.0, 900.0}) {
    const double expected = x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
    EXPECT_NEAR(exact::softplus(x), expected, 1e-10 * expected) << x;
  }
}

}  // namespace
}  // namespace musicvae::numerics
