#include "musicvae/latent/similar.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "musicvae/error.hpp"
#include "musicvae/latent/reconstruct.hpp"
#include "musicvae/numerics/philox.hpp"
#include "small_groove_release.hpp"
#include "tiny_model.hpp"

namespace musicvae {
namespace {

TEST(Similar, PointsAreMuAndNoise) {
  const std::vector<float> mu(256, 2.0F);
  const std::vector<float> z = similar_points(mu, {.n = 40, .noise = 0.5F, .decode = {.seed = 3}});
  double sum = 0;
  double square = 0;
  for (const float value : z) {
    sum += double{value} - 2.0;
    square += (double{value} - 2.0) * (double{value} - 2.0);
  }
  const auto n = static_cast<double>(z.size());
  EXPECT_NEAR(sum / n, 0.0, 5 * 0.5 / std::sqrt(n));
  EXPECT_NEAR(std::sqrt(square / n), 0.5, 5 * 0.5 / std::sqrt(2 * n));

  std::vector<float> eps(256);
  numerics::RandomStream{3, 7, numerics::Purpose::variation}.normals(0, eps);
  for (std::size_t i = 0; i < 256; ++i) EXPECT_EQ(z[7 * 256 + i], static_cast<float>(2.0 + 0.5 * double{eps[i]}));
  numerics::RandomStream{3, 7, numerics::Purpose::latent}.normals(0, eps);
  EXPECT_NE(z[7 * 256], static_cast<float>(2.0 + 0.5 * double{eps[0]})) << "not the noise that sample() draws";
}

TEST(Similar, AVariationDependsOnItsIndexAlone) {
  Sampler sampler{MusicVae(test::tiny_model())};
  const DrumSequence groove = test::beat(4, 1);
  const std::vector<DrumSequence> many = similar(sampler, groove, {.n = 9, .noise = 1.0F, .decode = {.temperature = 0.5F, .seed = 7}});
  ASSERT_EQ(many.size(), 9U);
  const std::vector<DrumSequence> few =
      similar(sampler, groove, {.n = 3, .noise = 1.0F, .decode = {.temperature = 0.5F, .seed = 7, .first = 4}});
  EXPECT_EQ(few, (std::vector<DrumSequence>{many[4], many[5], many[6]}));
  EXPECT_NE(many[0], many[1]);
  EXPECT_NE(similar(sampler, groove, {.n = 1, .noise = 1.0F, .decode = {.temperature = 0.5F, .seed = 8}})[0], many[0]);
}

TEST(Similar, WithoutNoiseItIsTheReconstruction) {
  Sampler sampler{MusicVae(test::tiny_model())};
  for (const int bars : {1, 2, 4}) {
    const DrumSequence groove = test::beat(bars, 1);
    for (const DrumSequence& made : similar(sampler, groove, {.n = 2, .noise = 0.0F})) EXPECT_EQ(made, reconstruct(sampler, groove));
  }
}

TEST(Similar, WrongArgumentsThrow) {
  Sampler sampler{MusicVae(test::tiny_model())};
  const DrumSequence groove = test::beat(4, 1);
  EXPECT_THROW(static_cast<void>(similar(sampler, groove, {.n = 0})), ArgumentError);
  for (const float noise : {-0.1F, 3.1F, std::numeric_limits<float>::quiet_NaN()})
    EXPECT_THROW(static_cast<void>(similar(sampler, groove, {.noise = noise})), ArgumentError);
  EXPECT_THROW(static_cast<void>(similar(sampler, groove, {.decode = {.temperature = -1.0F}})), ArgumentError);
  EXPECT_THROW(static_cast<void>(similar(sampler, test::beat(5, 1))), ArgumentError);
  EXPECT_THROW(static_cast<void>(similar(sampler, DrumSequence(0))), ArgumentError);
  EXPECT_THROW(static_cast<void>(similar(sampler, DrumSequence(12, {3, 4, 4}))), ArgumentError);
}

}  // namespace
}  // namespace musicvae
