#include "step_model.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <vector>

namespace musicvae::evaluation {
namespace {

using Steps = std::vector<std::uint32_t>;

TEST(StepModel, KnowsNothingAtFirst) {
  EXPECT_NEAR(StepModel(512).log_likelihood(Steps{1, 2, 3}), -std::log(512.0), 1e-12);
  EXPECT_NEAR(StepModel(90).log_likelihood(Steps{1, 2, 89}), -std::log(90.0), 1e-12);
  EXPECT_EQ(StepModel(512).log_likelihood(Steps{}), 0.0);
}

TEST(StepModel, IsWittenAndBellsByHand) {
  StepModel model(512);
  model.learn(Steps({1, 1, 2}));
  // Without a history: 1 was seen twice and 2 once, so there are two kinds: p(1) = (2 + 2/512) / (3 + 2).
  const double one = (2.0 + 2.0 / 512.0) / 5.0;
  EXPECT_NEAR(model.log_likelihood(Steps({1})), std::log(one), 1e-12);
  // 1 was followed by 1 and by 2: p(2 | 1) = (1 + 2 p(2)) / (2 + 2).
  const double two = (1.0 + 2.0 / 512.0) / 5.0;
  EXPECT_NEAR(model.log_likelihood(Steps({1, 2})), (std::log(one) + std::log((1.0 + 2.0 * two) / 4.0)) / 2.0, 1e-12);
  // 7 was never seen, so the model uses the probabilities without a history.
  const double seven = (2.0 / 512.0) / 5.0;
  EXPECT_NEAR(model.log_likelihood(Steps({7, 2})), (std::log(seven) + std::log(two)) / 2.0, 1e-12);
}

TEST(StepModel, IsADistribution) {
  StepModel model(512);
  model.learn(Steps({1, 0, 3, 0, 1, 0, 3, 4, 1, 0, 3, 0}));
  const Steps past = {1, 0, 3, 0};
  double sum = 0.0;
  for (std::uint32_t next = 0; next < 512; ++next) {
    Steps steps = past;
    steps.push_back(next);
    sum += std::exp(5.0 * model.log_likelihood(steps) - 4.0 * model.log_likelihood(past));
  }
  EXPECT_NEAR(sum, 1.0, 1e-9);
}

}  // namespace
}  // namespace musicvae::evaluation
