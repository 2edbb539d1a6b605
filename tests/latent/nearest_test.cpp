#include "musicvae/latent/nearest.hpp"
#include "musicvae/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace musicvae {
namespace {

using testing::ElementsAre;

TEST(Nearest, RowsByDistanceThenIndex) {
  const std::vector<float> table = {0, 5, 3, 4, 0, 0, 4, 3, 1, 0};
  const std::vector<float> origin = {0, 0};
  EXPECT_THAT(nearest(table, origin, 5),
              ElementsAre(Neighbour{2, 0.0}, Neighbour{4, 1.0}, Neighbour{0, 5.0}, Neighbour{1, 5.0}, Neighbour{3, 5.0}));
  EXPECT_THAT(nearest(table, origin, 3), ElementsAre(Neighbour{2, 0.0}, Neighbour{4, 1.0}, Neighbour{0, 5.0}));
  EXPECT_THAT(nearest(table, std::vector<float>{4, 3}, 1), ElementsAre(Neighbour{3, 0.0}));
}

TEST(Nearest, WrongArgumentsThrow) {
  const std::vector<float> table = {0, 1, 2, 3};
  const std::vector<float> point = {0, 0};
  for (const int k : {-1, 0, 3}) EXPECT_THROW(static_cast<void>(nearest(table, point, k)), ArgumentError);
  EXPECT_THROW(static_cast<void>(nearest(table, std::vector<float>(3), 1)), ArgumentError);
  EXPECT_THROW(static_cast<void>(nearest(table, {}, 1)), ArgumentError);
  EXPECT_THROW(static_cast<void>(nearest({}, point, 1)), ArgumentError);
  const std::vector<float> bad = {0, std::numeric_limits<float>::quiet_NaN()};
  EXPECT_THROW(static_cast<void>(nearest(table, bad, 1)), ArgumentError);
  EXPECT_THROW(static_cast<void>(nearest(bad, point, 1)), ArgumentError);
}

}  // namespace
}  // namespace musicvae
