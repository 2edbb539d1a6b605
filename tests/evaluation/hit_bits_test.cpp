#include "hit_bits.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace musicvae::evaluation {
namespace {

TEST(NearestBits, AreInTheOrderOfTheirDistance) {
  std::vector<Bits> all(4, no_bits(70));
  set_bit(all[0], 3);
  set_bit(all[0], 69);
  set_bit(all[1], 3);
  set_bit(all[3], 3);
  Bits wanted = no_bits(70);
  set_bit(wanted, 3);
  EXPECT_EQ(nearest_bits(wanted, all, 9), (std::vector<std::size_t>{1, 3, 0, 2}));
  EXPECT_EQ(nearest_bits(wanted, all, 1), (std::vector<std::size_t>{1}));
  EXPECT_EQ(hamming_distance(all[0], all[2]), 2);
}

}  // namespace
}  // namespace musicvae::evaluation
