#include "hit_scores.hpp"

#include <gtest/gtest.h>

namespace musicvae::evaluation {
namespace {

TEST(HitScores, AreComputedFromTheCounts) {
  HitScores scores;
  for (int i = 0; i < 6; ++i) count(scores, true, true);
  for (int i = 0; i < 2; ++i) count(scores, false, true);
  for (int i = 0; i < 4; ++i) count(scores, true, false);
  count(scores, false, false);
  EXPECT_EQ(scores.true_positives, 6);
  EXPECT_EQ(scores.false_positives, 2);
  EXPECT_EQ(scores.false_negatives, 4);
  EXPECT_DOUBLE_EQ(scores.precision(), 6.0 / 8.0);
  EXPECT_DOUBLE_EQ(scores.recall(), 6.0 / 10.0);
  EXPECT_DOUBLE_EQ(scores.f1(), 12.0 / 18.0);
}

TEST(HitScores, AreZeroWithoutHits) {
  const HitScores scores;
  EXPECT_EQ(scores.precision(), 0.0);
  EXPECT_EQ(scores.recall(), 0.0);
  EXPECT_EQ(scores.f1(), 0.0);
}

TEST(HitScores, Add) {
  HitScores scores{.true_positives = 1, .false_positives = 2, .false_negatives = 3};
  scores += {.true_positives = 10, .false_positives = 20, .false_negatives = 30};
  EXPECT_EQ(scores.true_positives, 11);
  EXPECT_EQ(scores.false_positives, 22);
  EXPECT_EQ(scores.false_negatives, 33);
}

}  // namespace
}  // namespace musicvae::evaluation
