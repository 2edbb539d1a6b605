// Choosing a step's output: the shares of sampled categories and hits, known cells, and a NADE computed by hand.
#include "musicvae/model/head.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "musicvae/numerics/layout.hpp"
#include "tiny_model.hpp"

namespace musicvae {
namespace {

using numerics::Rows;

std::unique_ptr<StepChooser> chooser_of(const Head& head, int depth, const Weights& weights = {}) {
  ModelConfig config{.name = "head", .representation = TensorsRepresentation({.output = depth})};
  return head.choosers(config, weights, numerics::kernels(numerics::best_isa()))(0);
}

// A row of the output layer, aligned and padded.
Rows row_of(const std::vector<float>& values) {
  Rows row(1, static_cast<int>(values.size()));
  std::copy(values.begin(), values.end(), row.row(0));
  return row;
}

// `feel` is the temperature of velocities and offsets.
std::vector<float> choose(const std::unique_ptr<StepChooser>& chooser, const std::vector<float>& logits, int depth, float temperature,
                          const std::vector<float>& random, const KnownCells& known = {}, float feel = 0.0F) {
  std::vector<float> chosen(static_cast<std::size_t>(depth), -1.0F);
  chooser->choose(row_of(logits).row(0), depth, {.temperature = temperature, .feel_temperature = feel}, random, known, chosen.data(),
                  nullptr);
  return chosen;
}

TEST(Categories, AreChosenByTheirProbabilities) {
  const auto chooser = chooser_of(CategoricalHead(), 4);
  const std::vector<float> logits = {0.0F, std::log(2.0F), std::log(3.0F), std::log(4.0F)};  // probabilities in tenths: 1, 2, 3, 4
  for (const float temperature : {1.0F, 0.5F}) {
    std::array<int, 4> counts{};
    constexpr int draws = 1000;
    for (int i = 0; i < draws; ++i) {
      const std::vector<float> chosen = choose(chooser, logits, 4, temperature, {(static_cast<float>(i) + 0.5F) / draws});
      float sum = 0.0F;
      for (std::size_t c = 0; c < 4; ++c) {
        sum += chosen[c];
        counts[c] += chosen[c] > 0.5F ? 1 : 0;
      }
      ASSERT_EQ(sum, 1.0F);
    }
    double total = 0.0;
    for (int c = 1; c <= 4; ++c) total += std::pow(c, 1.0 / temperature);
    for (int c = 1; c <= 4; ++c) {
      EXPECT_NEAR(counts[static_cast<std::size_t>(c - 1)], draws * std::pow(c, 1.0 / temperature) / total, 1.0) << c;
    }
  }
  EXPECT_EQ(choose(chooser, {0.0F, 5.0F, 5.0F, 1.0F}, 4, 0.0F, {0.9F}), (std::vector<float>{0, 1, 0, 0}));  // the first of equal logits
}

TEST(Categories, KeepToKnownCategories) {
  const auto chooser = chooser_of(CategoricalHead(), 8);
  const std::vector<float> logits = {9.0F, 1.0F, 8.0F, 2.0F, 7.0F, 3.0F, 6.0F, 4.0F};
  const std::vector<float> cells(8);
  const std::vector<float> mask = {1.0F, 0.0F, 1.0F, 0.0F, 1.0F, 1.0F, 1.0F, 1.0F};  // only combinations 1 and 3 remain
  EXPECT_EQ(choose(chooser, logits, 8, 0.0F, {0.0F}, {cells.data(), mask.data()})[3], 1.0F);
  std::array<int, 8> counts{};
  for (int i = 0; i < 1000; ++i) {
    const std::vector<float> chosen = choose(chooser, logits, 8, 1.0F, {static_cast<float>(i) / 1000.0F}, {cells.data(), mask.data()});
    for (std::size_t c = 0; c < 8; ++c) counts[c] += chosen[c] > 0.5F ? 1 : 0;
  }
  EXPECT_NEAR(counts[1], 1000 / (1 + std::exp(1.0)), 1.0);
  EXPECT_EQ(counts[1] + counts[3], 1000);
}

// The trio's three softmaxes in one part: each has its own uniform number and its own known cells.
TEST(Categories, OfSeveralGroupsAreChosenSideBySide) {
  ModelConfig config{.name = "trio", .representation = TrioRepresentation(), .head = CategoricalHead()};
  EXPECT_EQ(config.head->draws(config), 3);
  const auto chooser = config.head->choosers(config, {}, numerics::kernels(numerics::best_isa()))(0);
  std::vector<float> logits(692);
  logits[7] = logits[90 + 8] = logits[180 + 300] = 20.0F;
  const auto likely = [](int melody, int bass, int drums) {
    std::vector<float> row(692);
    row[static_cast<std::size_t>(melody)] = row[static_cast<std::size_t>(90 + bass)] = row[static_cast<std::size_t>(180 + drums)] = 1.0F;
    return row;
  };
  EXPECT_EQ(choose(chooser, logits, 692, 0.0F, {}), likely(7, 8, 300));
  // Of equal logits, the number decides: 0.5 of 90 classes is class 45, and 0.25 of 512 is class 128.
  EXPECT_EQ(choose(chooser, std::vector<float>(692), 692, 1.0F, {0.501F, 0.0F, 0.2501F}), likely(45, 0, 128));
  std::vector<float> cells(692);
  std::vector<float> mask(692);
  std::fill_n(mask.begin() + 90, 90, 1.0F);
  cells[90 + 33] = 1.0F;
  EXPECT_EQ(choose(chooser, logits, 692, 0.0F, {}, {cells.data(), mask.data()}), likely(7, 33, 300));

  std::vector<float> step(692);
  config.head->likeliest(config, logits, step);
  EXPECT_EQ(step, likely(7, 8, 300));
  const double three = config.head->loss(config, std::vector<float>(692), step).nll;
  EXPECT_NEAR(three, 2 * std::log(90.0) + std::log(512.0), 1e-6);

  // With a decoder for each part, each part has its own group and its own number.
  config.conductor = ConductorConfig{.units = {4}, .segments = 4};
  config.decoder.parts = {90, 90, 512};
  EXPECT_NO_THROW(config.validate());
  const auto drums = config.head->choosers(config, {}, numerics::kernels(numerics::best_isa()))(2);
  EXPECT_EQ(choose(drums, std::vector<float>(512), 512, 1.0F, {0.9F, 0.9F, 0.2501F})[128], 1.0F);
  config.decoder.parts = {180, 512};
  const auto lines = config.head->choosers(config, {}, numerics::kernels(numerics::best_isa()))(0);
  const std::vector<float> both = choose(lines, std::vector<float>(180), 180, 1.0F, {0.501F, 0.0F, 0.9F});
  EXPECT_EQ(both[45] + both[90], 2.0F);
  config.decoder.parts = {100, 80, 512};
  EXPECT_THROW(config.validate(), ConfigError);
}

TEST(Nade, IsItsFormula) {
  const ModelFile file = test::tiny_model({.name = "nade", .steps = 4, .representation = DrumsRepresentation(), .head = NadeHead(5)});
  const std::vector<float> encoder = file.weights.at("decoder/nade/w_enc").values.floats();
  const std::vector<float> decoder = file.weights.at("decoder/nade/w_dec_t").values.floats();
  const auto chooser = chooser_of(*file.config.head, 9, file.weights);
  std::vector<float> biases;
  for (int i = 0; i < 14; ++i) biases.push_back(0.4F * static_cast<float>(i % 5) - 0.8F);
  const std::vector<float> random = {0.1F, 0.9F, 0.5F, 0.3F, 0.7F, 0.2F, 0.8F, 0.4F, 0.6F};

  for (const float temperature : {0.0F, 1.0F, 0.25F}) {
    std::vector<float> chosen(9);
    std::vector<float> logits(9);
    chooser->choose(row_of(biases).row(0), 9, {.temperature = temperature}, random, {}, chosen.data(), logits.data());
    std::array<double, 5> hidden{};
    for (std::size_t h = 0; h < 5; ++h) hidden[h] = biases[h];
    for (std::size_t i = 0; i < 9; ++i) {
      double logit = biases[5 + i];
      for (std::size_t h = 0; h < 5; ++h) logit += decoder[i * 5 + h] / (1.0 + std::exp(-hidden[h]));
      EXPECT_NEAR(logits[i], logit, 1e-5) << i;
      const bool hit = temperature == 0.0F ? logit >= 0.0 : 1.0 / (1.0 + std::exp(-logit / temperature)) > random[i];
      ASSERT_EQ(chosen[i], hit ? 1.0F : 0.0F) << i;
      for (std::size_t h = 0; h < 5 && hit; ++h) hidden[h] += encoder[i * 5 + h];
    }
  }
  const std::vector<float> cells = {1, 0, 1, 0, 1, 0, 1, 0, 1};
  const std::vector<float> all(9, 1.0F);
  EXPECT_EQ(choose(chooser, biases, 9, 1.0F, random, {cells.data(), all.data()}), cells);
}

// Logits of one drum: its hit, and the probabilities of the bins of velocity and offset, each from one component narrow enough to stay
// within its bin.
std::vector<float> feel_logits(float hit, const std::vector<float>& velocity, const std::vector<float>& offset) {
  std::vector<float> logits = {hit};
  for (const std::vector<float>& part : {velocity, offset}) {
    for (const float p : part) logits.push_back(std::log(p));
    logits.insert(logits.end(), part.size(), 0.0F);   // means: at their initial positions
    logits.insert(logits.end(), part.size(), -5.0F);  // log scales
  }
  return logits;
}

TEST(Feel, SaysTheMeansAtTemperatureZero) {
  const auto chooser = chooser_of(FeelHead({.bins = 4, .components = 4}), 3);
  const std::vector<float> logits = feel_logits(1.0F, {0.1F, 0.2F, 0.3F, 0.4F}, {0.4F, 0.1F, 0.1F, 0.4F});
  std::vector<float> chosen(3);
  std::vector<float> cell_logits(3);
  chooser->choose(row_of(logits).row(0), 3, {}, {}, {}, chosen.data(), cell_logits.data());
  EXPECT_EQ(chosen[0], 1.0F);
  EXPECT_NEAR(chosen[1], 0.1 * 0.125 + 0.2 * 0.375 + 0.3 * 0.625 + 0.4 * 0.875, 1e-6);
  EXPECT_NEAR(chosen[2], 0.0, 1e-6);
  EXPECT_EQ(cell_logits[0], 1.0F);
  EXPECT_NEAR(1.0 / (1.0 + std::exp(-cell_logits[1])), chosen[1], 1e-6) << "as a groove head says it";
  EXPECT_NEAR(std::tanh(cell_logits[2]), chosen[2], 1e-6);
}

TEST(Feel, DrawsFromItsDensities) {
  const auto chooser = chooser_of(FeelHead({.bins = 4, .components = 4}), 3);
  const std::vector<float> logits = feel_logits(9.0F, {0.1F, 0.2F, 0.3F, 0.4F}, {0.4F, 0.1F, 0.1F, 0.4F});
  float temperature = 1.0F;
  float feel = 1.0F;
  const auto value_at = [&](float u, std::size_t part) {
    std::vector<float> random(3, 0.5F);
    random[part] = u;
    return choose(chooser, logits, 3, temperature, random, {}, feel)[part];
  };
  // The inverse of the cumulative distribution, which is 0.1, 0.3, 0.6 and 1 at the bins' ends and linear between them.
  for (const auto& [u, velocity] : {std::pair{0.0F, 0.0F}, {0.05F, 0.125F}, {0.1F, 0.25F}, {0.2F, 0.375F}, {0.45F, 0.625F}, {0.8F, 0.875F}})
    EXPECT_NEAR(value_at(u, 1), velocity, 1e-6) << u;
  for (const auto& [u, offset] : {std::pair{0.0F, -1.0F}, {0.2F, -0.75F}, {0.45F, -0.25F}, {0.8F, 0.75F}})
    EXPECT_NEAR(value_at(u, 2), offset, 1e-6) << u;
  EXPECT_NEAR(value_at(0x1.fffffep-1F, 1), 1.0F, 1e-6);

  temperature = 0.0F;  // for hits; feel has its own: at 0.5 probabilities are squared, 1, 4, 9 and 16 of 30
  feel = 0.5F;
  EXPECT_NEAR(value_at(9.5F / 30.0F, 1), 0.625F, 1e-6);
  EXPECT_NEAR(value_at(22.0F / 30.0F, 1), 0.875F, 1e-6);
  feel = 0.001F;
  EXPECT_NEAR(value_at(0.0F, 1), 0.75F, 1e-6) << "near 0 the likeliest bin alone is left";
  feel = 0.0F;
  EXPECT_NEAR(value_at(0.8F, 1), 0.625F, 1e-6) << "the mean";
}

// One component: a bin's probability is a difference of the logistic distribution function, and the outermost bins include the tails.
TEST(Feel, IsAMixtureOfLogisticDistributions) {
  const auto chooser = chooser_of(FeelHead({.bins = 4, .components = 1}), 3);
  const std::vector<float> logits = {9.0F, 7.0F, 0.2F, 0.5F, 7.0F, 0.0F, 0.0F};  // the weight of a single component does not matter
  const double scale = std::exp(0.5) / 2.0;
  const auto below = [&](double edge) { return 1.0 / (1.0 + std::exp(-(edge - 0.7) / scale)); };
  double mean = 0.0;
  for (int b = 0; b < 4; ++b) {
    const double from = b == 0 ? 0.0 : below(0.25 * b);
    const double to = b == 3 ? 1.0 : below(0.25 * (b + 1));
    mean += (to - from) * (b + 0.5) / 4.0;
    const std::vector<float> row = choose(chooser, logits, 3, 1.0F, {0.0F, static_cast<float>((from + to) / 2.0), 0.5F}, {}, 1.0F);
    EXPECT_NEAR(row[1], (b + 0.5) / 4.0, 1e-5) << b;
  }
  EXPECT_NEAR(choose(chooser, logits, 3, 0.0F, {})[1], mean, 1e-6);
  EXPECT_NEAR(choose(chooser, logits, 3, 0.0F, {})[2], 0.0, 1e-6);
}

TEST(Feel, IsOfHitsOnlyAndKeepsToWhatIsKnown) {
  const auto chooser = chooser_of(FeelHead({.bins = 2, .components = 2}), 3);
  EXPECT_EQ(choose(chooser, feel_logits(-1.0F, {0.5F, 0.5F}, {0.5F, 0.5F}), 3, 0.0F, {}), (std::vector<float>{0, 0, 0}));
  const std::vector<float> cells = {1.0F, 0.75F, -0.25F};
  const std::vector<float> hit_known = {1.0F, 0.0F, 0.0F};
  const std::vector<float> all_known(3, 1.0F);
  const std::vector<float> logits = feel_logits(-9.0F, {0.5F, 0.5F}, {0.5F, 0.5F});
  EXPECT_EQ(choose(chooser, logits, 3, 0.0F, {}, {cells.data(), hit_known.data()}), (std::vector<float>{1.0F, 0.5F, 0.0F}));
  EXPECT_EQ(choose(chooser, logits, 3, 1.0F, {0.5F, 0.5F, 0.5F}, {cells.data(), all_known.data()}), cells);
}

TEST(Groove, TakesKnownColumnsAsTheyAre) {
  const auto chooser = chooser_of(GrooveHead(), 27);
  const std::vector<float> logits(27, 1.0F);
  std::vector<float> cells(27, 0.0F);
  std::vector<float> mask(27, 0.0F);
  mask[4] = 1.0F;
  cells[9 + 5] = 0.25F;
  mask[9 + 5] = 1.0F;
  const std::vector<float> free = choose(chooser, logits, 27, 0.0F, {});
  const std::vector<float> kept = choose(chooser, logits, 27, 0.0F, {}, {cells.data(), mask.data()});
  for (std::size_t i = 0; i < 27; ++i) EXPECT_EQ(kept[i], i == 4 ? 0.0F : i == 14 ? 0.25F : free[i]) << i;
}

}  // namespace
}  // namespace musicvae
