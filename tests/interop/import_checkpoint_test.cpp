// Checkpoints of Magenta as models and training checkpoints of ours, and back.
#include "musicvae/interop/import_checkpoint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "foreign_files.hpp"
#include "musicvae/engine/music_vae.hpp"
#include "musicvae/error.hpp"
#include "musicvae/interop/tensor_bundle.hpp"
#include "musicvae/model/named_configs.hpp"
#include "musicvae/model/tensor_specs.hpp"
#include "temp_folder.hpp"
#include "tiny_model.hpp"

namespace musicvae::interop {
namespace {

using testing::HasSubstr;

// Weights of 0 in the shapes of a config.
ModelFile zeros(const ModelConfig& config) {
  ModelFile file;
  file.config = config;
  for (const TensorSpec& spec : tensor_specs(config)) {
    std::size_t count = 1;
    for (const std::int64_t extent : spec.shape) count *= static_cast<std::size_t>(extent);
    file.weights.emplace(spec.name, Tensor{spec.shape, std::vector<float>(count)});
  }
  return file;
}

class Import : public testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path export_of(const ModelFile& model, const std::string& name = "model.ckpt-0") const {
    export_tensorflow(folder_ / name, model);
    return folder_ / name;
  }
  [[nodiscard]] static std::string error(const std::filesystem::path& path, const std::optional<ModelConfig>& config = {}) {
    return error_of([&] { (void)import_checkpoint(path, config); });
  }

  // A checkpoint of these variables alone.
  [[nodiscard]] std::filesystem::path bundle(const std::vector<std::string>& names) const {
    static const std::vector<float> values(6);
    std::map<std::string, TensorView> views;
    for (const std::string& name : names) views.emplace(name, view_of(std::span<const float>(values), {2, 3}));
    write_tensor_bundle(folder_ / "bundle", views);
    return folder_ / "bundle";
  }

  test::TempFolder folder_;
  ModelFile tiny_ = test::tiny_model();
};

TEST_F(Import, AModelComesBackBitForBit) {
  tiny_.training = R"({"steps":2721})";
  const ImportedCheckpoint imported = import_checkpoint(export_of(tiny_), tiny_.config);
  EXPECT_EQ(imported.model.weights, tiny_.weights);
  EXPECT_EQ(imported.model.config, tiny_.config);
  EXPECT_EQ(imported.model.drum_map, DrumMap::roland());
  EXPECT_THAT(imported.model.training, HasSubstr("\"steps\":2721"));
  EXPECT_EQ(imported.format, "a TensorFlow checkpoint");
  EXPECT_FALSE(imported.training);  // it has no moments
  EXPECT_TRUE(imported.left_out.empty());
}

TEST_F(Import, EveryNamedConfigComesBack) {
  for (const ModelConfig& config : named_configs()) {
    const ModelFile model = test::tiny_model(config);
    EXPECT_EQ(import_checkpoint(export_of(model), model.config).model.weights, model.weights) << config.name;
  }
}

TEST_F(Import, HalvesAreWrittenAsFloats) {
  test::spill(folder_ / "half.safetensors", tiny_.serialize(/*half=*/true));
  const ModelFile half = ModelFile::read(folder_ / "half.safetensors");
  const auto path = export_of(half);
  EXPECT_EQ(TensorBundle::open(path).tensors().at("encoder/mu/bias").dtype, Dtype::f32);
  EXPECT_EQ(import_checkpoint(path, tiny_.config).model.weights, half.weights);
}

TEST_F(Import, ATrainingCheckpointComesBack) {
  train::Checkpoint checkpoint;
  checkpoint.config = tiny_.config;
  checkpoint.step = 2721;
  checkpoint.weights = checkpoint.adam_m = tiny_.weights;
  for (const auto& [name, tensor] : tiny_.weights) {
    std::vector<float> squares = tensor.values.floats();
    for (float& value : squares) value *= value;
    checkpoint.adam_v.emplace(name, Tensor{tensor.shape, std::move(squares)});
  }
  for (const std::optional<std::int64_t> updates :
       {std::optional<std::int64_t>(), std::optional<std::int64_t>(0), std::optional<std::int64_t>(900)}) {
    checkpoint.adam_updates = updates;
    export_tensorflow(folder_ / "model.ckpt-2721", checkpoint);
    const ImportedCheckpoint imported = import_checkpoint(folder_.path(), tiny_.config);
    ASSERT_TRUE(imported.training);
    EXPECT_EQ(imported.training->step, 2721);
    EXPECT_EQ(imported.training->adam_updates, updates);
    EXPECT_EQ(imported.training->weights, checkpoint.weights);
    EXPECT_EQ(imported.training->adam_m, checkpoint.adam_m);
    EXPECT_EQ(imported.training->adam_v, checkpoint.adam_v);
    EXPECT_TRUE(imported.training->imported());
    const std::string bytes = imported.training->serialize();
    const train::Checkpoint read = train::Checkpoint::from(parse_safetensors(bytes_of(bytes), "x"), "x");
    EXPECT_EQ(read.adam_updates, updates);
    EXPECT_TRUE(read.imported());
  }
}

TEST_F(Import, LateInTrainingRoundingOfThePowersIsNoDifference) {
  train::Checkpoint checkpoint;
  checkpoint.config = tiny_.config;
  checkpoint.weights = checkpoint.adam_m = checkpoint.adam_v = tiny_.weights;
  for (const std::int64_t step : {1, 100, 35026, 50058, 200000}) {
    checkpoint.step = step;
    export_tensorflow(folder_ / "x", checkpoint);
    EXPECT_EQ(import_checkpoint(folder_ / "x", tiny_.config).training->adam_updates, std::nullopt) << step;
  }
}

TEST_F(Import, TheConfigIsFoundFromTheShapes) {
  for (const char* name : {"cat-mel_2bar_small", "cat-drums_2bar_small"}) {
    EXPECT_EQ(import_checkpoint(export_of(zeros(named_config(name)))).model.config.name, name);
  }
}

TEST_F(Import, OurMelodiesOfFourBarsAreFoundByName) {
  EXPECT_EQ(import_checkpoint(export_of(zeros(named_config("mel_4bar")), "mel_4bar.ckpt")).model.config.name, "mel_4bar");
}

TEST_F(Import, OfSeveralConfigsTheNameTells) {
  const ModelFile groove = zeros(named_config("groovae_4bar"));
  const std::string message = error(export_of(groove, "x"));
  EXPECT_THAT(message, HasSubstr("its tensors fit several configs; say which it is: groovae_4bar, groovae_2bar_humanize"));
  EXPECT_EQ(import_checkpoint(export_of(groove, "groovae_2bar_humanize.ckpt")).model.config.name, "groovae_2bar_humanize");
  std::filesystem::create_directory(folder_ / "groovae_2bar_tap_fixed_velocity_note_dropout");
  const auto path = export_of(groove, "groovae_2bar_tap_fixed_velocity_note_dropout/model.ckpt-3");
  EXPECT_EQ(import_checkpoint(path.parent_path()).model.config.name, "groovae_2bar_tap_fixed_velocity_note_dropout");
}

TEST_F(Import, AMismatchNamesTensorShapeAndTheConfigsThatFit) {
  const std::string message = error(export_of(zeros(named_config("cat-mel_2bar_small"))), named_config("groovae_4bar"));
  EXPECT_THAT(message, HasSubstr("has shape [602, 2048], but config \"groovae_4bar\" needs [539, 2048]"));
  EXPECT_THAT(message, HasSubstr("these configs fit: cat-mel_2bar_small"));
  EXPECT_THAT(error(export_of(tiny_)), HasSubstr("fits no named config"));
}

TEST_F(Import, AnotherModelIsNamed) {
  EXPECT_THAT(error(bundle({"rnn/multi_rnn_cell/cell_0/basic_lstm_cell/kernel", "fully_connected/weights", "global_step"})),
              HasSubstr("is no MusicVAE but a MusicRNN: it has fully_connected/weights, rnn/multi_rnn_cell"));
  EXPECT_THAT(error(bundle({"conv/kernel"})), HasSubstr("is no MusicVAE: it has conv/kernel"));
}

TEST_F(Import, WhatAModelCannotHoldIsCounted) {
  export_tensorflow(folder_ / "x", tiny_);
  const TensorBundle bundle = TensorBundle::open(folder_ / "x");
  std::map<std::string, TensorView> views = bundle.tensors();
  const float rate = 0.5F;
  views.emplace("learning_rate", view_of(std::span<const float>(&rate, 1), {}));
  write_tensor_bundle(folder_ / "y", views);
  EXPECT_THAT(import_checkpoint(folder_ / "y", tiny_.config).left_out, testing::ElementsAre("learning_rate"));
}

TEST_F(Import, ADivergedModelIsRefused) {
  const Tensor& bias = tiny_.weights.at("encoder/mu/bias");
  std::vector<float> values = bias.values.floats();
  export_tensorflow(folder_ / "x", tiny_);
  const TensorBundle bundle = TensorBundle::open(folder_ / "x");
  std::map<std::string, TensorView> views = bundle.tensors();
  values[2] = std::nanf("");
  views["encoder/mu/bias"] = view_of(std::span<const float>(values), bias.shape);
  write_tensor_bundle(folder_ / "y", views);
  EXPECT_THAT(error(folder_ / "y", tiny_.config), HasSubstr("tensor \"encoder/mu/bias\" is not finite at element 2"));
}

// ---- cuDNN ----------------------------------------------------------------------------------------------------------

// The two directions of the encoder in cuDNN's canonical form, and the decoder as one opaque vector, with the numbers of a model.
std::map<std::string, std::pair<std::vector<std::int64_t>, std::vector<float>>> as_cudnn(const ModelFile& model) {
  std::map<std::string, std::pair<std::vector<std::int64_t>, std::vector<float>>> result;
  for (const auto& [name, tensor] : model.weights) result[name] = {tensor.shape, tensor.values.floats()};
  const auto with_forget_bias = [](std::vector<float> bias) {
    const std::size_t units = bias.size() / 4;
    for (std::size_t i = 2 * units; i < 3 * units; ++i) bias[i] += 1.0F;
    return bias;
  };
  for (const std::string direction : {"fw", "bw"}) {
    const std::string holder = "encoder/cell_0/bidirectional_rnn/" + direction + "/multi_rnn_cell/cell_0/";
    const std::string cudnn =
        "encoder/cudnn_lstm/cell_0/bidirectional_rnn/" + direction + "/multi_rnn_cell/cell_0/cudnn_compatible_lstm_cell/";
    result[cudnn + "kernel"] = result.extract(holder + "lstm_cell/kernel").mapped();
    result[cudnn + "bias"] = result.extract(holder + "lstm_cell/bias").mapped();
    result[cudnn + "bias"].second = with_forget_bias(result[cudnn + "bias"].second);
  }
  std::vector<float> opaque;
  std::vector<float> biases;
  for (const LstmLayerSpec& layer : decoder_layers(model.config)) {
    const std::vector<float> kernel = result.extract(layer.cell + "/kernel").mapped().second;
    const std::vector<float> bias = with_forget_bias(result.extract(layer.cell + "/bias").mapped().second);
    const int rows[] = {0, layer.inputs, layer.inputs + layer.units};
    for (int part = 0; part < 2; ++part) {
      for (const int gate : {0, 2, 1, 3}) {  // i, f, c~, o
        for (int unit = 0; unit < layer.units; ++unit) {
          for (int row = rows[part]; row < rows[part + 1]; ++row) {
            opaque.push_back(kernel[static_cast<std::size_t>(row * 4 * layer.units + gate * layer.units + unit)]);
          }
        }
      }
    }
    for (int part = 0; part < 2; ++part) {
      for (const int gate : {0, 2, 1, 3}) {
        for (int unit = 0; unit < layer.units; ++unit) {
          biases.push_back(bias[static_cast<std::size_t>(gate * layer.units + unit)] * (part == 0 ? 0.25F : 0.75F));
        }
      }
    }
  }
  opaque.insert(opaque.end(), biases.begin(), biases.end());
  result["decoder/cudnn_lstm/opaque_kernel"] = {{static_cast<std::int64_t>(opaque.size())}, opaque};
  return result;
}

TEST_F(Import, WeightsOfCudnnAreConverted) {
  const auto variables = as_cudnn(tiny_);
  std::map<std::string, TensorView> views;
  for (const auto& [name, variable] : variables) views.emplace(name, view_of(std::span<const float>(variable.second), variable.first));
  write_tensor_bundle(folder_ / "cudnn", views);
  const ModelFile model = import_checkpoint(folder_ / "cudnn", tiny_.config).model;
  for (const auto& [name, tensor] : tiny_.weights) {
    const std::vector<float> expected = tensor.values.floats();
    const std::vector<float> found = model.weights.at(name).values.floats();
    for (std::size_t i = 0; i < expected.size(); ++i) ASSERT_NEAR(found[i], expected[i], 5e-7) << name << " " << i;
  }
  ModelConfig wider = tiny_.config;
  wider.decoder.units = {9, 9};
  EXPECT_THAT(error(folder_ / "cudnn", wider), HasSubstr("the layers of config \"tiny\" in its scope need"));
}

}  // namespace
}  // namespace musicvae::interop
