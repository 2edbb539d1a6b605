#include "musicvae/data/latent_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <span>
#include <stdexcept>
#include <vector>

#include "musicvae/data/groove_dataset.hpp"
#include "musicvae/engine/attributes.hpp"
#include "musicvae/error.hpp"
#include "small_groove_release.hpp"
#include "temp_folder.hpp"
#include "tiny_model.hpp"

namespace musicvae::data {
namespace {

class LatentTable : public testing::Test {
 protected:
  LatentTable() { test::make_small_groove_release(folder_ / "groove"); }
  [[nodiscard]] WindowSet windows(int bars = 4) const { return open_windows(folder_ / "groove", {.converter = {.bars = bars}}); }
  test::TempFolder folder_;
  MusicVae model_{test::tiny_model()};
};

TEST_F(LatentTable, HasTheMuOfEveryWindow) {
  const WindowSet set = windows();
  std::size_t last = 0;
  const std::vector<float> table = latent_table(model_, set, {.threads = 1, .progress = [&](std::size_t done, std::size_t all) {
                                                                EXPECT_EQ(all, set.size());
                                                                last = done;
                                                              }});
  EXPECT_EQ(last, set.size());
  ASSERT_EQ(table.size(), set.size() * 4);
  for (std::size_t w = 0; w < set.size(); ++w) {
    const std::span<const float> row = std::span(table).subspan(w * 4, 4);
    ASSERT_THAT(std::vector<float>(row.begin(), row.end()), testing::ElementsAreArray(model_.encode(groove_of(set, w)).mu));
    ASSERT_EQ(model_.encode(groove_of(set, w)).mu, model_.encode(set.window(w)).mu);
  }
  EXPECT_EQ(latent_table(model_, set, {.threads = 3}), table);
  EXPECT_EQ(latent_table(model_, windows(2)).size(), windows(2).size() * 4) << "shorter windows than the model's are its encode's business";
}

TEST_F(LatentTable, AttributesOfASet) {
  const WindowSet set = windows();
  const Attributes attributes = latent_space_of(model_, set).attributes;
  EXPECT_THAT(attributes, testing::IsSupersetOf(
                              {testing::Key("density"), testing::Key("velocity"), testing::Key("style:funk"), testing::Key("style:rock")}))
      << "the first part of a style";
  EXPECT_EQ(attributes.at("density").high_windows, static_cast<std::int64_t>(set.size() / 4));
  EXPECT_EQ(latent_space_of(model_, set, {.threads = 3}).attributes, attributes);
}

TEST_F(LatentTable, PriorIsTheMixtureOfAllPosteriors) {
  const WindowSet set = windows();
  const LatentPrior prior = latent_space_of(model_, set).prior;
  ASSERT_EQ(prior.mean.size(), 4U);
  ASSERT_EQ(prior.factor.size(), 16U);
  EXPECT_EQ(latent_space_of(model_, set, {.threads = 3}).prior, prior);
  // Its moments, window by window: E z and E z z^T of a mixture are the means of the windows'.
  std::array<double, 4> mean{};
  std::array<double, 16> second{};
  for (std::size_t w = 0; w < set.size(); ++w) {
    const Latents q = model_.encode(groove_of(set, w));
    for (std::size_t i = 0; i < 4; ++i) {
      mean[i] += static_cast<double>(q.mu[i]) / static_cast<double>(set.size());
      for (std::size_t j = 0; j < 4; ++j) {
        double both = static_cast<double>(q.mu[i]) * static_cast<double>(q.mu[j]);
        if (i == j) both += static_cast<double>(q.sigma[i]) * static_cast<double>(q.sigma[i]);
        second[i * 4 + j] += both / static_cast<double>(set.size());
      }
    }
  }
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(prior.mean[i], mean[i], 1e-6);
    for (std::size_t j = 0; j < 4; ++j) {
      double product = 0.0;
      for (std::size_t k = 0; k < 4; ++k)
        product += static_cast<double>(prior.factor[i * 4 + k]) * static_cast<double>(prior.factor[j * 4 + k]);
      EXPECT_NEAR(product, second[i * 4 + j] - mean[i] * mean[j], 1e-5);
    }
  }
}

TEST_F(LatentTable, WhatCannotBeEncodedThrows) {
  const WindowSet set = windows();
  EXPECT_THROW(static_cast<void>(latent_table(model_, set.where([](const SourceFile&) { return false; }))), ArgumentError);
  EXPECT_THROW(static_cast<void>(latent_table(model_, set, {.threads = -1})), ArgumentError);
  for (const int threads : {1, 3}) EXPECT_THROW(static_cast<void>(latent_table(model_, windows(5), {.threads = threads})), ArgumentError);
  EXPECT_THROW(static_cast<void>(latent_table(
                   model_, set, {.threads = 2, .progress = [](std::size_t, std::size_t) { throw std::runtime_error("stop"); }})),
               std::runtime_error);
  const WindowSet one_file = set.where([](const SourceFile& file) { return file.path.ends_with("/0.mid"); });
  EXPECT_THROW(static_cast<void>(latent_space_of(model_, one_file)), ArgumentError) << "too few windows";
}

}  // namespace
}  // namespace musicvae::data
