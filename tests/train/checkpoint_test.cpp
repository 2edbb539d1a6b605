// Checkpoints: a round trip preserves everything, and an incomplete or unsuitable checkpoint gives an error that says what is wrong.
#include "musicvae/train/checkpoint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "musicvae/error.hpp"
#include "musicvae/file.hpp"
#include "musicvae/model/model_file.hpp"
#include "musicvae/model/tensor_specs.hpp"
#include "temp_folder.hpp"

namespace musicvae::train {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

Weights numbered(const ModelConfig& config, float first) {
  Weights weights;
  for (const TensorSpec& spec : tensor_specs(config)) {
    std::int64_t count = 1;
    for (const std::int64_t extent : spec.shape) count *= extent;
    std::vector<float> values;
    for (std::int64_t i = 0; i < count; ++i) values.push_back(first += 0.25F);
    weights.emplace(spec.name, Tensor{spec.shape, std::move(values)});
  }
  return weights;
}

Checkpoint example() {
  Checkpoint checkpoint;
  checkpoint.config = {.name = "small", .steps = 8, .encoder = {.units = {3}}, .latent = 2, .decoder = {.units = {2}}};
  checkpoint.step = 1234567;
  checkpoint.seed = 0xFFFFFFFFFFFFFFFFULL;
  checkpoint.batch = 7;
  checkpoint.data = "ours, 3 windows";
  checkpoint.augmentation = {.velocity_scale = 0.1, .swing = 0.2, .timing_scale = 0.3};
  checkpoint.best = Checkpoint::Best{.step = 1200000, .loss = 60.1};
  checkpoint.weights = numbered(checkpoint.config, 0.0F);
  checkpoint.adam_m = numbered(checkpoint.config, -500.0F);
  checkpoint.adam_v = numbered(checkpoint.config, 1000.0F);
  return checkpoint;
}

class CheckpointTest : public testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path write(const std::string& bytes) const {
    const std::filesystem::path path = folder_ / "checkpoint_00000001.safetensors";
    write_file_atomically(path, bytes);
    return path;
  }
  // The bytes of `example` with its JSON entry modified.
  template <class Change>
  [[nodiscard]] std::filesystem::path write_changed(Change change) const {
    const SafetensorsFile file = SafetensorsFile::read(write(example().serialize()));
    auto metadata = file.view().metadata;
    auto json = nlohmann::ordered_json::parse(metadata.at("musicvae"));
    change(json);
    metadata["musicvae"] = json.dump();
    return write(serialize_safetensors(file.view().tensors, metadata));
  }
  test::TempFolder folder_;
};

TEST_F(CheckpointTest, IsAModelToo) {
  Checkpoint checkpoint = example();
  checkpoint.drum_map = DrumMap::reduced();
  const ModelFile model = ModelFile::read(write(checkpoint.serialize()));
  EXPECT_EQ(model.config, checkpoint.config);
  EXPECT_EQ(model.weights, checkpoint.weights);
  EXPECT_EQ(model.drum_map, DrumMap::reduced());
  const auto training = nlohmann::ordered_json::parse(model.training);
  EXPECT_EQ(training["step"], checkpoint.step);
  EXPECT_EQ(training["data"], checkpoint.data);
}

TEST_F(CheckpointTest, OneFromBeforeThereWasAugmentationHasNone) {
  const auto path = write_changed([](auto& json) { json.erase("augmentation"); });
  EXPECT_EQ(Checkpoint::read(path).augmentation, Augmentation{});
}

TEST_F(CheckpointTest, ComesBackAsItWas) {
  const Checkpoint before = example();
  const Checkpoint after = Checkpoint::read(write(before.serialize()));
  EXPECT_EQ(after.config, before.config);
  EXPECT_EQ(after.step, before.step);
  EXPECT_EQ(after.seed, before.seed);
  EXPECT_EQ(after.batch, before.batch);
  EXPECT_EQ(after.data, before.data);
  EXPECT_EQ(after.augmentation, before.augmentation);
  EXPECT_EQ(after.best, before.best);
  EXPECT_EQ(after.weights, before.weights);
  EXPECT_EQ(after.adam_m, before.adam_m);
  EXPECT_EQ(after.adam_v, before.adam_v);
}

TEST_F(CheckpointTest, CutShortAnywhereIsAFormatError) {
  const std::string whole = example().serialize();
  for (const std::size_t size : {std::size_t{0}, std::size_t{5}, std::size_t{100}, whole.size() / 2, whole.size() - 1}) {
    EXPECT_THROW((void)Checkpoint::read(write(whole.substr(0, size))), FormatError) << size;
  }
}

TEST_F(CheckpointTest, AnotherVersionKindOrFieldIsNamed) {
  EXPECT_THAT([&] { (void)Checkpoint::read(write_changed([](auto& json) { json["version"] = 2; })); },
              ThrowsMessage<ModelError>(HasSubstr("version 2")));
  EXPECT_THAT([&] { (void)Checkpoint::read(write_changed([](auto& json) { json.erase("seed"); })); },
              ThrowsMessage<ModelError>(HasSubstr("seed")));
  EXPECT_THAT([&] { (void)Checkpoint::read(write_changed([](auto& json) { json["step"] = -1; })); },
              ThrowsMessage<ModelError>(HasSubstr("step is -1")));
  ModelFile model;
  model.config = example().config;
  model.weights = example().weights;
  EXPECT_THAT([&] { (void)Checkpoint::read(write(model.serialize())); }, ThrowsMessage<ModelError>(HasSubstr("kind \"model\"")));
}

TEST_F(CheckpointTest, AMissingSpareOrInfiniteTensorIsNamed) {
  Checkpoint checkpoint = example();
  checkpoint.adam_v.erase("encoder/mu/bias");
  EXPECT_THAT([&] { (void)Checkpoint::read(write(checkpoint.serialize())); },
              ThrowsMessage<ModelError>(testing::AllOf(HasSubstr("adam/v/"), HasSubstr("encoder/mu/bias"))));
  checkpoint = example();
  checkpoint.adam_m["more"] = Tensor{{1}, {0.0F}};
  EXPECT_THAT([&] { (void)Checkpoint::read(write(checkpoint.serialize())); },
              ThrowsMessage<ModelError>(HasSubstr("\"more\" is not expected")));
  checkpoint = example();
  std::vector<float> values = checkpoint.weights["encoder/mu/bias"].values.floats();
  values[1] = std::numeric_limits<float>::quiet_NaN();
  checkpoint.weights["encoder/mu/bias"].values = std::move(values);
  EXPECT_THAT([&] { (void)Checkpoint::read(write(checkpoint.serialize())); }, ThrowsMessage<ModelError>(HasSubstr("not finite")));
}

TEST_F(CheckpointTest, AFoldersCheckpointsAreListedByStep) {
  EXPECT_EQ(checkpoint_path("run", 1000), "run/checkpoint_00001000.safetensors");
  EXPECT_EQ(checkpoint_path("run", 1234567890), "run/checkpoint_1234567890.safetensors");
  for (const std::int64_t step : {1234567890, 999, 1000}) test::spill(checkpoint_path(folder_.path(), step), "");
  for (const char* other :
       {"checkpoint_.safetensors", "checkpoint_12x.safetensors", "checkpoint_00000007.safetensors.aB3dEf", "best.safetensors"}) {
    test::spill(folder_ / other, "");
  }
  EXPECT_THAT(checkpoints_in(folder_.path()),
              testing::ElementsAre(checkpoint_path(folder_.path(), 999), checkpoint_path(folder_.path(), 1000),
                                   checkpoint_path(folder_.path(), 1234567890)));
  EXPECT_TRUE(checkpoints_in(folder_ / "absent").empty());
}

}  // namespace
}  // namespace musicvae::train
