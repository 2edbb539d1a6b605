#include "musicvae/data/latent_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
  const Attributes attributes = attributes_of(model_, set);
  EXPECT_THAT(attributes, testing::IsSupersetOf(
                              {testing::Key("density"), testing::Key("velocity"), testing::Key("style:funk"), testing::Key("style:rock")}))
      << "the first part of a style";
  EXPECT_EQ(attributes.at("density").high_windows, static_cast<std::int64_t>(set.size() / 4));
  EXPECT_EQ(attributes_of(model_, set, {.threads = 3}), attributes);
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
  EXPECT_THROW(static_cast<void>(attributes_of(model_, one_file)), ArgumentError) << "too few windows";
}

}  // namespace
}  // namespace musicvae::data
