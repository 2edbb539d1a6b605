#include "musicvae/engine/encoder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/golden.hpp"
#include "musicvae/numerics/philox.hpp"
#include "tolerances.hpp"

namespace musicvae {
namespace {

using numerics::Isa;
using tests::Golden;

struct Windows {
  std::vector<float> x;
  std::vector<int> lengths;
  std::size_t size;  // numbers of a window

  Windows(const ModelConfig& config, std::size_t n) {
    size = static_cast<std::size_t>(config.steps) * static_cast<std::size_t>(config.input_depth() + config.control_depth());
    x.resize(n * size);
    numerics::RandomStream{7, 0, numerics::Purpose::latent}.normals(0, x);
    for (std::size_t i = 0; i < n; ++i) {
      const auto odd = static_cast<int>(i * 17 % static_cast<std::size_t>(config.steps));
      lengths.push_back(config.encoder.levels.empty() ? 1 + odd : config.steps);
    }
  }
  [[nodiscard]] Latents encoded(const MusicVae& model, std::size_t first, std::size_t count, Precision precision = Precision::fp32) const {
    return model.encode(std::span(x).subspan(first * size, count * size), std::span(lengths).subspan(first, count), precision);
  }
};

// sqrt(sum (a - b)^2 / sum b^2)
double distance(const std::vector<float>& a, const std::vector<float>& b) {
  double difference = 0.0;
  double all = 0.0;
  for (std::size_t i = 0; i < b.size(); ++i) {
    difference += std::pow(static_cast<double>(a[i]) - b[i], 2);
    all += std::pow(static_cast<double>(b[i]), 2);
  }
  return std::sqrt(difference / all);
}

// Flat, residual with projections, two layers, and levels.
class EncoderOf : public testing::TestWithParam<std::string> {};

// Few windows multiply the inputs of several steps at once; many compute 16 units after the other.
TEST_P(EncoderOf, AWindowIsTheSameInAnyBatch) {
  const MusicVae model = Golden::named(GetParam()).model();
  const Windows windows(model.config(), 200);  // more than one chunk of the encoder
  const Latents all = windows.encoded(model, 0, 200);
  const auto latent = static_cast<std::size_t>(model.config().latent);
  for (const auto& [first, count] : {std::pair<std::size_t, std::size_t>{0, 1}, {199, 1}, {1, 7}, {3, 31}, {100, 33}, {190, 10}}) {
    const Latents part = windows.encoded(model, first, count);
    const auto begin = static_cast<std::ptrdiff_t>(first * latent);
    EXPECT_TRUE(std::equal(part.mu.begin(), part.mu.end(), all.mu.begin() + begin)) << first << ", " << count;
    EXPECT_TRUE(std::equal(part.sigma.begin(), part.sigma.end(), all.sigma.begin() + begin)) << first << ", " << count;
  }
}

TEST_P(EncoderOf, Bfloat16IsNearFloats) {
  for (const Isa isa : numerics::kIsas) {
    if (!numerics::supported(isa)) continue;
    const MusicVae model = Golden::named(GetParam()).model(isa);
    for (const std::size_t n : {std::size_t{1}, std::size_t{40}}) {
      const Windows windows(model.config(), n);
      const Latents exact = windows.encoded(model, 0, n);
      const Latents rounded = windows.encoded(model, 0, n, Precision::bf16);
      EXPECT_NE(rounded.mu, exact.mu) << static_cast<int>(isa);
      EXPECT_LT(distance(rounded.mu, exact.mu), tolerance::bf16_latent) << static_cast<int>(isa) << ", " << n;
      EXPECT_LT(distance(rounded.sigma, exact.sigma), tolerance::bf16_latent) << static_cast<int>(isa) << ", " << n;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Models, EncoderOf,
                         testing::Values("groovae4_tiny", "groovae4_tiny_residual", "hits_control_tiny", "hier_groove_tiny",
                                         "hierdec_mel_16bar_tiny"),
                         [](const auto& test) { return test.param; });

TEST(EncoderPrecision, AutomaticIsTheFastOne) {
  const MusicVae model = Golden::named("groovae4_tiny").model();
  const Windows windows(model.config(), 3);
  const Precision fast = numerics::has_fast_bf16() ? Precision::bf16 : Precision::fp32;
  EXPECT_EQ(windows.encoded(model, 0, 3, Precision::automatic).mu, windows.encoded(model, 0, 3, fast).mu);
}

TEST(EncoderPrecision, ThreadsDoNotChangeTheNumbers) {
  const MusicVae model = Golden::named("groovae4_tiny").model();
  const Windows windows(model.config(), 150);
  const auto encoded = [&](int threads) {
    return model.encode_each(150,
                             [&](std::size_t i, std::span<float> x) {
                               std::copy_n(windows.x.begin() + static_cast<std::ptrdiff_t>(i * windows.size), windows.size, x.begin());
                               return model.config().steps;
                             },
                             {.precision = Precision::bf16, .threads = threads});
  };
  const Latents alone = encoded(1);
  EXPECT_EQ(encoded(3).mu, alone.mu);
  EXPECT_EQ(encoded(0).sigma, alone.sigma);
}

}  // namespace
}  // namespace musicvae
