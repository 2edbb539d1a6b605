// The order of windows and the seeds of a step are functions of (seed, position) alone.
#include "data_order.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <vector>

#include "musicvae/error.hpp"

namespace musicvae::train {
namespace {

std::vector<std::size_t> take(DataOrder& order, std::uint64_t first, std::size_t count) {
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < count; ++i) result.push_back(order.at(first + i));
  return result;
}

TEST(DataOrder, EachEpochHoldsEachWindowOnceInAFreshOrder) {
  DataOrder order(100, 5);
  std::vector<std::size_t> all(100);
  std::iota(all.begin(), all.end(), std::size_t{0});
  const auto first = take(order, 0, 100);
  const auto second = take(order, 100, 100);
  EXPECT_THAT(first, testing::UnorderedElementsAreArray(all));
  EXPECT_THAT(second, testing::UnorderedElementsAreArray(all));
  EXPECT_NE(first, second);
  EXPECT_NE(first, all);
}

TEST(DataOrder, ReadsTheSameFromAnyPosition) {
  DataOrder a(7, 9);
  DataOrder b(7, 9);
  const auto whole = take(a, 0, 40);
  EXPECT_EQ(take(b, 25, 15), std::vector<std::size_t>(whole.begin() + 25, whole.end()));
  EXPECT_EQ(take(b, 0, 25), std::vector<std::size_t>(whole.begin(), whole.begin() + 25));
}

TEST(DataOrder, TheSeedDecides) {
  DataOrder a(50, 1);
  DataOrder b(50, 2);
  DataOrder c(50, (std::uint64_t{1} << 32) + 1);
  EXPECT_NE(take(a, 0, 50), take(b, 0, 50));
  EXPECT_NE(take(a, 0, 50), take(c, 0, 50));
}

TEST(DataOrder, EveryWindowComesFirstAboutEquallyOften) {
  std::vector<int> first(8);
  DataOrder order(8, 3);
  constexpr int epochs = 4000;
  for (std::uint64_t epoch = 0; epoch < epochs; ++epoch) ++first[order.at(epoch * 8)];
  // Binomial: 500 expected, with a standard deviation of 21.
  for (const int count : first) EXPECT_NEAR(count, epochs / 8, 5 * 21);
}

TEST(DataOrder, NeedsAWindow) {
  EXPECT_THROW(DataOrder(0, 1), ArgumentError);
}

TEST(StepSeed, IsNeverTheSameTwiceAndFitsTheGenerator) {
  std::set<std::uint64_t> seen;
  for (std::int64_t step = 0; step < 100000; ++step) seen.insert(step_seed(11, step));
  EXPECT_EQ(seen.size(), 100000U);
  EXPECT_LE(*seen.rbegin(), 0xFFFFFFFFU);
  EXPECT_NE(step_seed(11, 0), step_seed(12, 0));
}

}  // namespace
}  // namespace musicvae::train
