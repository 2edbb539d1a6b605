#include "musicvae/sequence/drum_tensor.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "musicvae/error.hpp"

namespace musicvae {
namespace {

TEST(DrumTensor, PutsEachPartInItsPlaceAndTurnsTheOffset) {
  DrumSequence groove(2);
  groove.set(1, Drum::open_hihat, 0.75F, -0.5F);  // a quarter of a step early
  std::vector<float> rows(2 * 27, 9.0F);
  to_tensor(groove, rows);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const float expected = i == 27 + 3 ? 1.0F : i == 27 + 12 ? 0.75F : i == 27 + 21 ? 0.5F : 0.0F;
    EXPECT_EQ(rows[i], expected) << i;
    EXPECT_FALSE(std::signbit(rows[i])) << i;
  }
}

TEST(DrumTensor, ComesBackEqual) {
  DrumSequence groove(64, {.steps_per_quarter = 4});
  for (int step = 0; step < 64; step += 3)
    groove.set(step, static_cast<Drum>(step % kDrums), static_cast<float>(step) / 64.0F, 1.0F - static_cast<float>(step) / 32.0F);
  std::vector<float> rows(64 * 27);
  to_tensor(groove, rows);
  EXPECT_EQ(from_tensor(rows, 64, groove.grid()), groove);
  std::vector<float> again(64 * 27);
  to_tensor(from_tensor(rows, 64), again);
  EXPECT_EQ(again, rows);
}

TEST(DrumTensor, ReadsOnlyHitsAndHoldsThemToTheirRanges) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  std::vector<float> rows(27);
  const auto set = [&](int drum, float hit, float velocity, float offset) {
    rows[static_cast<std::size_t>(drum)] = hit;
    rows[static_cast<std::size_t>(9 + drum)] = velocity;
    rows[static_cast<std::size_t>(18 + drum)] = offset;
  };
  set(0, 0.5F, 0.9F, 0.3F);  // not above one half
  set(1, 0.51F, 1.5F, 3.0F);
  set(2, 1.0F, -0.2F, -3.0F);
  set(3, nan, 0.5F, 0.5F);
  set(4, 1.0F, nan, nan);
  const DrumSequence groove = from_tensor(rows, 1);
  EXPECT_EQ(groove.hits(), 3);
  EXPECT_EQ(groove.at(0, Drum::kick), Cell{});
  EXPECT_EQ(groove.at(0, Drum::snare), (Cell{true, 1.0F, -1.0F}));
  EXPECT_EQ(groove.at(0, Drum::closed_hihat), (Cell{true, 0.0F, 1.0F}));
  EXPECT_EQ(groove.at(0, Drum::low_tom), (Cell{true, 0.0F, 0.0F}));
}

TEST(DrumTensor, WrongSizesThrow) {
  std::vector<float> rows(27);
  EXPECT_THROW(to_tensor(DrumSequence(2), rows), ArgumentError);
  EXPECT_THROW(static_cast<void>(from_tensor(rows, 2)), ArgumentError);
  EXPECT_THROW(static_cast<void>(from_tensor(rows, -1)), ArgumentError);
}

}  // namespace
}  // namespace musicvae
