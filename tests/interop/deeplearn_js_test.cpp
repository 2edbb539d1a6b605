// deeplearn.js folders and partial models. The real one is Magenta's mel_2bar_small without the kernels of its encoder.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <vector>

#include "engine/golden.hpp"
#include "foreign_files.hpp"
#include "musicvae/engine/sampler.hpp"
#include "musicvae/error.hpp"
#include "musicvae/interop/import_checkpoint.hpp"
#include "musicvae/latent/interpolate.hpp"
#include "musicvae/model/named_configs.hpp"
#include "paths.hpp"
#include "temp_folder.hpp"
#include "tiny_model.hpp"
#include "tolerances.hpp"

namespace musicvae::interop {
namespace {

using testing::HasSubstr;

constexpr const char* kForwardKernel = "encoder/cell_0/bidirectional_rnn/fw/multi_rnn_cell/cell_0/lstm_cell/kernel";
constexpr const char* kBackwardKernel = "encoder/cell_0/bidirectional_rnn/bw/multi_rnn_cell/cell_0/lstm_cell/kernel";

// Magenta's released model; skips the test where the reference is not.
class Released : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(folder_)) GTEST_SKIP() << "no reference files at " << test::shared_folder;
  }
  std::filesystem::path folder_ = std::filesystem::path(test::shared_folder) / "interop" / "mel_2bar_small_dljs";
};

TEST_F(Released, DecodesGreedilyAsItDoesInTensorFlow) {
  const ImportedCheckpoint imported = import_checkpoint(folder_);
  EXPECT_EQ(imported.model.config, named_config("cat-mel_2bar_small"));
  EXPECT_EQ(imported.format, "a deeplearn.js folder");
  EXPECT_THAT(imported.model.lacks, testing::UnorderedElementsAre(kForwardKernel, kBackwardKernel));

  const tests::Golden golden(std::filesystem::path(test::shared_folder) / "interop" / "mel_2bar_small_greedy.safetensors");
  Sampler sampler{MusicVae(imported.model)};
  const DecodedTensors decoded = sampler.decode_tensors(golden.floats("z"), {.temperature = 0});
  EXPECT_LT(tests::largest_difference(decoded.logits, golden.floats("logits")), tolerance::logits);
  const std::vector<int> tokens = golden.ints("tokens");
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const auto step = decoded.tensors.begin() + static_cast<std::ptrdiff_t>(i * 90);
    ASSERT_EQ(std::max_element(step, step + 90) - step, tokens[i]) << i;
  }
}

TEST_F(Released, SamplesAndInterpolatesBetweenPoints) {
  Sampler sampler{MusicVae(import_checkpoint(folder_).model)};
  EXPECT_EQ(sampler.sample<Melody>({.n = 2, .decode = {.seed = 7}}).size(), 2U);
  const std::vector<float> ends = sampler.prior(3, 2);
  const std::span<const float> z(ends);
  const std::vector<float> path = interpolate(z.first(256), z.last(256), 5);
  EXPECT_EQ(sampler.decode<Melody>(path, {}).size(), 5U);
}

// A small model of melodies as such a folder.
class SmallFolder : public testing::Test {
 protected:
  SmallFolder() { write_deeplearn_js(folder_.path(), model_); }

  [[nodiscard]] std::string error() const {
    return error_of([&] { (void)import_checkpoint(folder_.path(), model_.config); });
  }
  void lose(const std::string& tensor) { std::filesystem::remove(folder_ / file_of(tensor)); }

  test::TempFolder folder_;
  ModelFile model_ = test::tiny_model(named_config("cat-mel_2bar_small"));
};

TEST_F(SmallFolder, ComesBackBitForBit) {
  const ImportedCheckpoint imported = import_checkpoint(folder_ / "manifest.json", model_.config);
  EXPECT_EQ(imported.model.weights, model_.weights);
  EXPECT_TRUE(imported.model.lacks.empty());
  EXPECT_FALSE(imported.training);
}

TEST_F(SmallFolder, APartialModelSaysWhatItLacksAndDoesNotEncode) {
  lose(kForwardKernel);
  lose(kBackwardKernel);
  const ModelFile model = import_checkpoint(folder_.path(), model_.config).model;
  test::spill(folder_ / "partial.safetensors", model.serialize());
  const ModelFile read = ModelFile::read(folder_ / "partial.safetensors");
  EXPECT_EQ(read.lacks, model.lacks);
  const MusicVae vae(read);
  const Melody melody(32, vae.grid());
  const std::string message = error_of([&] { (void)vae.encode(melody); });
  EXPECT_THAT(message, HasSubstr(kForwardKernel));
  EXPECT_THAT(message, HasSubstr(kBackwardKernel));
  EXPECT_THROW((void)vae.encode(std::vector(70, melody), {.threads = 2}), ModelError);
  Sampler sampler(vae);
  EXPECT_EQ(sampler.sample<Melody>({.n = 1}).size(), 1U);
}

TEST_F(SmallFolder, OnlyWholeGroupsOfTheEncoderMayBeMissing) {
  lose(kForwardKernel);
  EXPECT_THAT(error(), HasSubstr("a partial model lacks whole groups"));
  write_deeplearn_js(folder_.path(), model_);
  lose("decoder/output_projection/bias");
  EXPECT_THAT(error(), HasSubstr("tensor \"decoder/output_projection/bias\" [90] of config"));
}

TEST_F(SmallFolder, BadFilesAreOneLine) {
  std::filesystem::resize_file(folder_ / file_of("encoder/mu/bias"), 12);
  EXPECT_THAT(error(), HasSubstr("encoder_mu_bias: has 12 bytes, but its shape [4]"));
  test::spill(folder_ / "manifest.json", R"({"encoder/mu/bias": {"filename": "../x", "shape": [4]}})");
  EXPECT_THAT(error(), HasSubstr("which is not inside the folder"));
  test::spill(folder_ / "manifest.json", R"({"encoder/mu/bias": {"filename": "x", "shape": [4)");
  EXPECT_THAT(error(), HasSubstr("is not JSON"));
  test::spill(folder_ / "manifest.json", R"({"encoder/mu/bias": {"filename": "manifest.json", "shape": [-4]}})");
  EXPECT_THAT(error(), HasSubstr("has no shape of whole numbers"));
}

TEST_F(SmallFolder, AModelFileMayNotHideWhatItLacks) {
  ModelFile model = model_;
  model.weights.erase("encoder/mu/bias");
  EXPECT_THAT(error_of([&] { (void)model.serialize(); }), HasSubstr("\"encoder/mu/bias\" is missing"));
  model.lacks = {"encoder/mu/bias"};
  EXPECT_THAT(error_of([&] { (void)model.serialize(); }), HasSubstr("whole groups"));
  model.weights = model_.weights;
  EXPECT_THAT(error_of([&] { (void)model.serialize(); }), HasSubstr("but has it"));
  model.lacks = {"decoder/output_projection/bias"};
  model.weights.erase("decoder/output_projection/bias");
  EXPECT_THAT(error_of([&] { (void)model.serialize(); }), HasSubstr("not one of the encoder's"));
}

}  // namespace
}  // namespace musicvae::interop
