#include "musicvae/latent/latent_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <stdexcept>
#include <vector>

#include "musicvae/data/groove_dataset.hpp"
#include "musicvae/error.hpp"
#include "musicvae/latent/attributes.hpp"
#include "musicvae/model/named_configs.hpp"
#include "musicvae/model/representation.hpp"
#include "musicvae/model/representations/melody.hpp"
#include "small_groove_release.hpp"
#include "temp_folder.hpp"
#include "tiny_model.hpp"

namespace musicvae::data {
namespace {

class LatentTable : public testing::Test {
 protected:
  LatentTable() { test::make_small_groove_release(folder_ / "groove"); }
  [[nodiscard]] WindowSet windows(int bars = 4) const {
    return open_windows(folder_ / "groove", {.converter = data::GrooveConverter({.bars = bars})});
  }
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

TEST_F(LatentTable, OfMelodies) {
  const ModelFile file = test::tiny_model(named_config("cat-mel_2bar_small"));
  const MusicVae model(file);
  WindowSetWriter writer({.steps = 32, .depth = 1, .music = "melodies"});
  std::vector<Melody> tunes;
  for (int w = 0; w < 9; ++w) {
    Melody tune(32);
    for (int step = w % 3; step < 32; step += 1 + w % 4) tune.set(step, 60 + w + step % 5);
    tunes.push_back(tune);
    writer.add({.path = std::to_string(w)}, {.rows = MelodyRepresentation().rows(tune), .windows = {{.first_row = 0, .bar = 0}}});
  }
  const WindowSet set = writer.finish();
  EXPECT_EQ(value_of<Melody>(set, 3), tunes[3]);
  EXPECT_EQ(latent_table(model, set), model.encode(tunes).mu);
  EXPECT_THAT(latent_space_of(model, set).attributes, testing::IsSupersetOf({testing::Key("c_diatonic"), testing::Key("density")}));
  EXPECT_THROW((void)latent_table(model_, set), ConfigError) << "a model of grooves";
  EXPECT_THROW((void)latent_table(model, windows()), ConfigError) << "windows of grooves";
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
  ASSERT_GT(prior.shares.size(), 1U) << "a mixture of several";
  ASSERT_EQ(prior.means.size(), 4 * prior.shares.size());
  ASSERT_EQ(prior.factor.size(), 16U);
  EXPECT_NO_THROW(check_prior(prior, 4, "the prior"));
  EXPECT_EQ(latent_space_of(model_, set, {.threads = 3}).prior, prior);
  // The expected moments, computed window by window: E z and E z z^T of a mixture are the means of the windows' moments.
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
  const auto over_components = [&](auto value) {
    double sum = 0.0;
    for (std::size_t k = 0; k < prior.shares.size(); ++k) sum += static_cast<double>(prior.shares[k]) * value(&prior.means[4 * k]);
    return sum;
  };
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(over_components([&](const float* m) { return static_cast<double>(m[i]); }), mean[i], 1e-6);
    for (std::size_t j = 0; j < 4; ++j) {
      double product = over_components([&](const float* m) { return static_cast<double>(m[i]) * static_cast<double>(m[j]); });
      for (std::size_t k = 0; k < 4; ++k)
        product += static_cast<double>(prior.factor[i * 4 + k]) * static_cast<double>(prior.factor[j * 4 + k]);
      EXPECT_NEAR(product, second[i * 4 + j], 1e-5);
    }
  }
}

// The components are where the grooves are: on average a groove is nearer to one of them than to the overall mean.
TEST_F(LatentTable, PriorHasComponentsWhereTheGroovesLie) {
  const WindowSet set = windows();
  const LatentPrior prior = latent_space_of(model_, set).prior;
  const std::vector<float> mu = latent_table(model_, set);
  const auto distance = [&](std::size_t window, const float* point) {
    double sum = 0.0;
    for (std::size_t i = 0; i < 4; ++i) sum += std::pow(static_cast<double>(mu[4 * window + i]) - static_cast<double>(point[i]), 2.0);
    return sum;
  };
  std::array<float, 4> mean{};
  for (std::size_t i = 0; i < mu.size(); ++i) mean[i % 4] += mu[i] / static_cast<float>(set.size());
  double whole = 0.0;
  double within = 0.0;
  for (std::size_t w = 0; w < set.size(); ++w) {
    whole += distance(w, mean.data());
    double nearest = distance(w, prior.means.data());
    for (std::size_t k = 1; k < prior.shares.size(); ++k) nearest = std::min(nearest, distance(w, &prior.means[4 * k]));
    within += nearest;
  }
  EXPECT_LT(within, 0.9 * whole);
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
