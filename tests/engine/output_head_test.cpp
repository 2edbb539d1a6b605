// What a step becomes: shares of sampled categories and hits, known cells, and a NADE by hand.
#include "musicvae/engine/output_head.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "tiny_model.hpp"

namespace musicvae::engine {
namespace {

// A row of the output layer, aligned and padded.
Rows row_of(const std::vector<float>& values) {
  Rows row(1, static_cast<int>(values.size()));
  std::copy(values.begin(), values.end(), row.row(0));
  return row;
}

std::vector<float> choose(OutputChooser& chooser, const std::vector<float>& logits, int depth, float temperature,
                          const std::vector<float>& random, const KnownCells& known = {}) {
  std::vector<float> chosen(static_cast<std::size_t>(depth), -1.0F);
  chooser.choose(row_of(logits).row(0), depth, temperature, random, known, chosen.data(), nullptr);
  return chosen;
}

TEST(Categories, AreChosenByTheirProbabilities) {
  OutputChooser chooser(kernels(best_isa()), OutputHead::categorical, 4, {});
  const std::vector<float> logits = {0.0F, std::log(2.0F), std::log(3.0F), std::log(4.0F)};  // tenths: 1, 2, 3, 4
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
  EXPECT_EQ(choose(chooser, {0.0F, 5.0F, 5.0F, 1.0F}, 4, 0.0F, {0.9F}), (std::vector<float>{0, 1, 0, 0}));  // the first of equals
}

TEST(Categories, KeepToKnownHits) {
  OutputChooser chooser(kernels(best_isa()), OutputHead::categorical, 8, {});
  const std::vector<float> logits = {9.0F, 1.0F, 8.0F, 2.0F, 7.0F, 3.0F, 6.0F, 4.0F};
  const std::vector<float> cells = {1.0F, 0.0F, 0.0F};
  const std::vector<float> mask = {1.0F, 0.0F, 1.0F};  // hit of class 0, none of class 2: combinations 1 and 3
  EXPECT_EQ(choose(chooser, logits, 8, 0.0F, {0.0F}, {cells.data(), mask.data()})[3], 1.0F);
  std::array<int, 8> counts{};
  for (int i = 0; i < 1000; ++i) {
    const std::vector<float> chosen = choose(chooser, logits, 8, 1.0F, {static_cast<float>(i) / 1000.0F}, {cells.data(), mask.data()});
    for (std::size_t c = 0; c < 8; ++c) counts[c] += chosen[c] > 0.5F ? 1 : 0;
  }
  EXPECT_NEAR(counts[1], 1000 / (1 + std::exp(1.0)), 1.0);
  EXPECT_EQ(counts[1] + counts[3], 1000);
}

TEST(Nade, IsItsFormula) {
  ModelConfig config{.name = "nade", .steps = 4, .input_depth = 10, .output_depth = 9, .head = OutputHead::nade};
  config.converter = Converter::drums;
  config.nade_hidden = 5;
  const ModelFile file = test::tiny_model(config);
  const NadeWeights weights(file.config, file.weights);
  const std::vector<float>& encoder = file.weights.at("decoder/nade/w_enc").values;
  const std::vector<float>& decoder = file.weights.at("decoder/nade/w_dec_t").values;
  OutputChooser chooser(kernels(best_isa()), OutputHead::nade, 9, weights);
  std::vector<float> biases;
  for (int i = 0; i < 14; ++i) biases.push_back(0.4F * static_cast<float>(i % 5) - 0.8F);
  const std::vector<float> random = {0.1F, 0.9F, 0.5F, 0.3F, 0.7F, 0.2F, 0.8F, 0.4F, 0.6F};

  for (const float temperature : {0.0F, 1.0F, 0.25F}) {
    std::vector<float> chosen(9);
    std::vector<float> logits(9);
    chooser.choose(row_of(biases).row(0), 9, temperature, random, {}, chosen.data(), logits.data());
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

TEST(Groove, TakesKnownColumnsAsTheyAre) {
  OutputChooser chooser(kernels(best_isa()), OutputHead::groove, 27, {});
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
}  // namespace musicvae::engine
