#include "musicvae/evaluation/distribution.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "musicvae/error.hpp"
#include "musicvae/numerics/philox.hpp"

namespace musicvae::evaluation {
namespace {

std::vector<double> normal(double mean, double spread, std::uint64_t seed, std::size_t n = 20000) {
  std::vector<float> draws(n);
  numerics::RandomStream{seed}.normals(0, draws);
  std::vector<double> values;
  for (const float draw : draws) values.push_back(mean + spread * double{draw});
  return values;
}

// The overlap of N(0, 1) and N(distance, 1) is 2 Phi(-distance / 2).
double overlap_of_normals(double distance) {
  return std::erfc(distance / 2.0 / std::numbers::sqrt2);
}

TEST(Distribution, IsThatOfNormalsInClosedForm) {
  for (const double distance : {0.0, 0.5, 1.0, 2.0}) {
    const DistributionSimilarity similarity = compare(normal(0, 1, 1), normal(distance, 1, 2));
    EXPECT_NEAR(similarity.overlap, overlap_of_normals(distance), 0.02) << distance;
    // Where the other sample has few numbers or none, the kernels fall faster than its density, so the estimate is above the true value.
    EXPECT_GE(similarity.kl, 0.95 * distance * distance / 2.0) << distance;
    EXPECT_LE(similarity.kl, 0.02 + 1.2 * distance * distance / 2.0) << distance;
  }
  // KL(N(0, 1) || N(0, 2)) = ln 2 + 1/8 - 1/2; in the other direction it is -ln 2 + 2 - 1/2. The first argument is the reference.
  const std::vector<double> narrow = normal(0, 1, 1);
  const std::vector<double> wide = normal(0, 2, 2);
  EXPECT_NEAR(compare(narrow, wide).kl, std::numbers::ln2 + 0.125 - 0.5, 0.02);
  EXPECT_GT(compare(wide, narrow).kl, -std::numbers::ln2 + 2.0 - 0.5);
  EXPECT_GT(compare(normal(0, 1, 1), normal(4, 1, 2)).kl, 6.0);
}

TEST(Distribution, DoesNotDependOnUnitsOrOnHowManyThereAre) {
  const std::vector<double> a = normal(0, 1, 1);
  const std::vector<double> b = normal(1, 1, 2, 300);
  std::vector<double> a_ms;
  std::vector<double> b_ms;
  for (const double value : a) a_ms.push_back(1000.0 * value + 7.0);
  for (const double value : b) b_ms.push_back(1000.0 * value + 7.0);
  EXPECT_NEAR(compare(a, b).overlap, compare(a_ms, b_ms).overlap, 1e-9);
  EXPECT_NEAR(compare(a, b).kl, compare(a_ms, b_ms).kl, 1e-9);
  EXPECT_NEAR(compare(a, b).overlap, overlap_of_normals(1.0), 0.06);
}

TEST(Distribution, OfTheSameIsWhole) {
  const std::vector<double> values = normal(3, 2, 5, 100);
  EXPECT_NEAR(compare(values, values).overlap, 1.0, 1e-9);
  EXPECT_NEAR(compare(values, values).kl, 0.0, 1e-9);
  const std::vector<double> equal = {2.0, 2.0, 2.0};
  EXPECT_EQ(compare(equal, equal).overlap, 1.0);
  EXPECT_EQ(compare(equal, equal).kl, 0.0);
}

TEST(Distribution, OfWhatLiesApartIsNothing) {
  const std::vector<double> two = {2.0, 2.0};
  const std::vector<double> three = {3.0};
  EXPECT_NEAR(compare(two, three).overlap, 0.0, 1e-9);
  EXPECT_GT(compare(two, three).kl, 10.0);
  EXPECT_TRUE(std::isfinite(compare(two, three).kl));
}

TEST(Distribution, RefusesWhatItCannotCompare) {
  const std::vector<double> one = {1.0};
  const std::vector<double> bad = {1.0, std::numeric_limits<double>::quiet_NaN()};
  EXPECT_THROW((void)compare({}, one), ArgumentError);
  EXPECT_THROW((void)compare(one, {}), ArgumentError);
  EXPECT_THROW((void)compare(one, bad), ArgumentError);
}

}  // namespace
}  // namespace musicvae::evaluation
