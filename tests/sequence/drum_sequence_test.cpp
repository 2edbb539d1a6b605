#include "musicvae/sequence/drum_sequence.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <type_traits>
#include <utility>

#include "musicvae/error.hpp"

namespace musicvae {
namespace {

static_assert(std::is_nothrow_move_constructible_v<DrumSequence>);
static_assert(std::is_nothrow_move_assignable_v<DrumSequence>);

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

DrumSequence beat() {
  DrumSequence result(16);
  result.set(0, Drum::kick, 1.0F);
  result.set(4, Drum::snare, 0.5F, -0.25F);
  result.set(15, Drum::ride, 0.0F, 1.0F);
  return result;
}

TEST(Grid, StepsOfABar) {
  EXPECT_EQ(Grid{}.steps_per_bar(), 16);
  EXPECT_EQ((Grid{4, 3, 4}.steps_per_bar()), 12);
  EXPECT_EQ((Grid{4, 7, 8}.steps_per_bar()), 14);
  EXPECT_EQ((Grid{4, 2, 2}.steps_per_bar()), 16);
  EXPECT_EQ((Grid{12, 6, 8}.steps_per_bar()), 36);
}

TEST(DrumSequence, IsEmptyUnlessTold) {
  const DrumSequence sequence;
  EXPECT_EQ(sequence.steps(), 0);
  EXPECT_EQ(sequence.bars(), 0.0);
  EXPECT_EQ(sequence.hits(), 0);
  EXPECT_EQ(sequence.density(), 0.0);
  EXPECT_EQ(DrumSequence(16).at(15, Drum::ride), Cell{});
}

TEST(DrumSequence, KeepsWhatIsSetAndNothingElse) {
  const DrumSequence sequence = beat();
  EXPECT_EQ(sequence.at(0, Drum::kick), (Cell{true, 1.0F, 0.0F}));
  EXPECT_EQ(sequence.at(4, Drum::snare), (Cell{true, 0.5F, -0.25F}));
  EXPECT_EQ(sequence.at(15, Drum::ride), (Cell{true, 0.0F, 1.0F}));
  EXPECT_EQ(sequence.at(0, Drum::snare), Cell{});
  EXPECT_EQ(sequence.hits(), 3);
  EXPECT_DOUBLE_EQ(sequence.density(), 3.0 / (16 * 9));
  EXPECT_EQ(sequence.bars(), 1.0);
  EXPECT_EQ(DrumSequence(6, {4, 3, 4}).bars(), 0.5);
}

TEST(DrumSequence, EraseSilencesOneCell) {
  DrumSequence sequence = beat();
  sequence.erase(4, Drum::snare);
  EXPECT_EQ(sequence.at(4, Drum::snare), Cell{});
  EXPECT_EQ(sequence.hits(), 2);
}

TEST(DrumSequence, IsARegularValue) {
  const DrumSequence a = beat();
  DrumSequence b = a;
  EXPECT_EQ(a, b);
  b.set(0, Drum::kick, 0.9F);
  EXPECT_NE(a, b);
  EXPECT_EQ(a.at(0, Drum::kick).velocity, 1.0F) << "a copy is a copy";
  b = a;
  EXPECT_EQ(a, b);
  const DrumSequence c = std::move(b);
  EXPECT_EQ(a, c);
  EXPECT_NE(DrumSequence(12), DrumSequence(16));
  EXPECT_NE(DrumSequence(12), DrumSequence(12, {4, 3, 4}));
}

TEST(DrumSequence, SliceAndConcatTakeApartAndPutTogether) {
  const DrumSequence whole = beat();
  const DrumSequence front = whole.slice(0, 4);
  const DrumSequence back = whole.slice(4, 12);
  EXPECT_EQ(front.steps(), 4);
  EXPECT_EQ(front.hits(), 1);
  EXPECT_EQ(back.at(0, Drum::snare), whole.at(4, Drum::snare));
  EXPECT_EQ(front.concat(back), whole);
  EXPECT_EQ(whole.slice(16, 0), DrumSequence());
  EXPECT_EQ(whole.concat(whole).hits(), 6);
  EXPECT_EQ(DrumSequence(0, {4, 3, 4}).concat(DrumSequence(12, {4, 3, 4})), DrumSequence(12, {4, 3, 4}));
}

TEST(DrumSequence, WhatIsOutOfRangeIsAnErrorAndChangesNothing) {
  DrumSequence sequence = beat();
  EXPECT_THROW(static_cast<void>(sequence.at(16, Drum::kick)), ArgumentError);
  EXPECT_THROW(static_cast<void>(sequence.at(-1, Drum::kick)), ArgumentError);
  EXPECT_THROW(sequence.erase(16, Drum::kick), ArgumentError);
  for (const float velocity : {-0.1F, 1.1F, kNan}) EXPECT_THROW(sequence.set(1, Drum::kick, velocity), ArgumentError);
  for (const float offset : {-1.1F, 1.1F, kNan}) EXPECT_THROW(sequence.set(1, Drum::kick, 0.5F, offset), ArgumentError);
  EXPECT_THROW(sequence.set(16, Drum::kick), ArgumentError);
  constexpr int most = std::numeric_limits<int>::max();
  for (const auto& [first, count] : {std::pair(-1, 2), std::pair(0, 17), std::pair(16, 1), std::pair(0, -1), std::pair(most, most)}) {
    EXPECT_THROW(static_cast<void>(sequence.slice(first, count)), ArgumentError) << first << " " << count;
  }
  EXPECT_THROW(static_cast<void>(sequence.concat(DrumSequence(12, {4, 3, 4}))), ArgumentError);
  EXPECT_THROW(DrumSequence(-1), ArgumentError);
  EXPECT_THROW(DrumSequence(1, {0, 4, 4}), ArgumentError);
  EXPECT_THROW(DrumSequence(1, {4, 4, 0}), ArgumentError);
  EXPECT_THROW(DrumSequence(1, {4, 1, 64}), ArgumentError) << "no step fits into such a bar";
  EXPECT_EQ(sequence, beat());
}

}  // namespace
}  // namespace musicvae
