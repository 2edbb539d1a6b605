#include "musicvae/latent/interpolate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "musicvae/error.hpp"
#include "musicvae/numerics/philox.hpp"

namespace musicvae {
namespace {

std::vector<float> point(std::uint64_t index) {
  std::vector<float> z(256);
  numerics::RandomStream{1, index, numerics::Purpose::latent}.normals(0, z);
  return z;
}

double length(const std::vector<float>& z) {
  double square = 0;
  for (float value : z) square += double{value} * double{value};
  return std::sqrt(square);
}

TEST(Interpolate, EndsAreExact) {
  const std::vector<float> a = point(0);
  const std::vector<float> b = point(1);
  EXPECT_EQ(lerp(a, b, 0.0F), a);
  EXPECT_EQ(lerp(a, b, 1.0F), b);
  EXPECT_EQ(slerp(a, b, 0.0F), a);
  EXPECT_EQ(slerp(a, b, 1.0F), b);
}

TEST(Interpolate, LerpIsStraight) {
  const std::vector<float> a = {0.0F, 4.0F};
  const std::vector<float> b = {8.0F, 0.0F};
  EXPECT_EQ(lerp(a, b, 0.25F), (std::vector<float>{2.0F, 3.0F}));
}

TEST(Interpolate, SlerpKeepsTheLengthAndTurnsEvenly) {
  const std::vector<float> a = {2.0F, 0.0F};
  const std::vector<float> b = {0.0F, 2.0F};
  for (const float t : {0.1F, 0.25F, 0.5F, 0.9F}) {
    const std::vector<float> z = slerp(a, b, t);
    EXPECT_NEAR(z[0], 2.0 * std::cos(1.5707963267948966 * double{t}), 1e-6);
    EXPECT_NEAR(z[1], 2.0 * std::sin(1.5707963267948966 * double{t}), 1e-6);
  }
  const double shortest = std::min(length(point(0)), length(point(1)));
  EXPECT_GT(length(slerp(point(0), point(1), 0.5F)), 0.95 * shortest);
  EXPECT_LT(length(lerp(point(0), point(1), 0.5F)), 0.85 * shortest);
}

TEST(Interpolate, ParallelOppositeAndZeroEndsAreLerp) {
  const std::vector<float> a = {1.0F, 2.0F};
  for (const std::vector<float>& b : {std::vector<float>{2.0F, 4.0F}, {-1.0F, -2.0F}, {0.0F, 0.0F}, a})
    EXPECT_EQ(slerp(a, b, 0.3F), lerp(a, b, 0.3F));
}

TEST(Interpolate, MethodsHaveNames) {
  EXPECT_EQ(from_name<Interpolation>("slerp"), Interpolation::slerp);
  EXPECT_EQ(from_name<Interpolation>("lerp"), Interpolation::lerp);
  EXPECT_THROW(static_cast<void>(from_name<Interpolation>("Slerp")), ArgumentError);
}

TEST(Interpolate, AWholeWayHasItsEndsAndEqualSteps) {
  const std::vector<float> a = point(0);
  const std::vector<float> b = point(1);
  for (const Interpolation method : {Interpolation::slerp, Interpolation::lerp}) {
    for (const int steps : {2, 3, 5, 100}) {
      const std::vector<float> way = interpolate(a, b, steps, method);
      ASSERT_EQ(way.size(), a.size() * static_cast<std::size_t>(steps));
      EXPECT_TRUE(std::equal(a.begin(), a.end(), way.begin()));
      EXPECT_TRUE(std::equal(b.begin(), b.end(), way.end() - static_cast<std::ptrdiff_t>(b.size())));
    }
  }
  const std::vector<float> from = {0.0F, 4.0F};
  const std::vector<float> to = {8.0F, 0.0F};
  EXPECT_EQ(interpolate(from, to, 5, Interpolation::lerp), (std::vector<float>{0, 4, 2, 3, 4, 2, 6, 1, 8, 0}));
}

TEST(Interpolate, WrongWaysThrow) {
  const std::vector<float> a = {1.0F, 2.0F};
  for (const int steps : {-1, 0, 1}) EXPECT_THROW(static_cast<void>(interpolate(a, a, steps)), ArgumentError);
  EXPECT_THROW(static_cast<void>(interpolate(a, std::vector<float>{1.0F}, 2)), ArgumentError);
}

TEST(Interpolate, WrongArgumentsThrow) {
  const std::vector<float> a = {1.0F, 2.0F};
  const std::vector<float> b = {1.0F};
  EXPECT_THROW(static_cast<void>(lerp(a, b, 0.5F)), ArgumentError);
  EXPECT_THROW(static_cast<void>(slerp(a, b, 0.5F)), ArgumentError);
  for (const float t : {-0.1F, 1.1F, std::numeric_limits<float>::quiet_NaN()}) {
    EXPECT_THROW(static_cast<void>(lerp(a, a, t)), ArgumentError);
    EXPECT_THROW(static_cast<void>(slerp(a, a, t)), ArgumentError);
  }
}

}  // namespace
}  // namespace musicvae
