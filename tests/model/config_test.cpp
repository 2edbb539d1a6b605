#include "musicvae/model/named_configs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "model/json.hpp"
#include "musicvae/error.hpp"
#include "musicvae/model/heads/categorical.hpp"
#include "musicvae/model/heads/feel.hpp"
#include "musicvae/model/model_file.hpp"
#include "musicvae/model/representations/drums.hpp"
#include "musicvae/model/representations/tensors.hpp"
#include "musicvae/model/safetensors.hpp"
#include "musicvae/model/tensor_specs.hpp"
#include "paths.hpp"

namespace musicvae {
namespace {

/// Names and shapes of the tensors under "vars/" in the golden file.
std::map<std::string, std::vector<std::int64_t>> golden_variables(const std::string& file) {
  const SafetensorsFile golden = SafetensorsFile::read(std::string(test::data_folder) + "/golden/" + file);
  std::map<std::string, std::vector<std::int64_t>> variables;
  for (const auto& [name, tensor] : golden.view().tensors) {
    if (name.starts_with("vars/")) variables[name.substr(5)] = tensor.shape;
  }
  return variables;
}

std::map<std::string, std::vector<std::int64_t>> variables_of(const ModelConfig& config) {
  std::map<std::string, std::vector<std::int64_t>> variables;
  for (const TensorSpec& spec : tensor_specs(config)) variables[spec.name] = spec.shape;
  return variables;
}

ModelConfig tiny_config() {
  return {.name = "tiny", .encoder = {.units = {32}}, .latent = 16, .decoder = {.units = {24, 20}}};
}

TEST(ModelConfig, HasTheReferencesVariables) {
  EXPECT_EQ(variables_of(tiny_config()), golden_variables("groovae4_tiny.safetensors"));

  ModelConfig control = tiny_config();
  control.representation = GrooveRepresentation({.task = Task::hits_control});
  EXPECT_EQ(variables_of(control), golden_variables("hits_control_tiny.safetensors"));

  ModelConfig categorical = tiny_config();
  categorical.head = CategoricalHead();
  categorical.representation = DrumsRepresentation();
  EXPECT_EQ(variables_of(categorical), golden_variables("cat_drums_tiny.safetensors"));

  ModelConfig hierarchical = tiny_config();
  hierarchical.encoder.units = {32, 32};
  hierarchical.decoder.units = {32, 32};
  hierarchical.conductor = {.units = {32, 32}, .segments = 4, .autoregressive = false};
  EXPECT_EQ(variables_of(hierarchical), golden_variables("hier_groove_tiny.safetensors"));
  hierarchical.conductor->autoregressive = true;
  EXPECT_EQ(variables_of(hierarchical), golden_variables("hier_groove_tiny_autoreg.safetensors"));

  ModelConfig residual = tiny_config();
  residual.encoder.units = {32, 32};
  residual.decoder.units = {24, 24};
  residual.encoder.residual = residual.decoder.residual = true;
  EXPECT_EQ(variables_of(residual), golden_variables("groovae4_tiny_residual.safetensors"));
}

TEST(ModelConfig, EveryNamedConfigIsValidAndGoesThroughJson) {
  for (const ModelConfig& config : named_configs()) {
    EXPECT_NO_THROW(config.validate());
    EXPECT_EQ(model_config_from_json(to_json(config), "x"), config);
  }
  ModelConfig hierarchical = tiny_config();
  hierarchical.conductor = {.units = {8}, .segments = 2, .autoregressive = true};
  hierarchical.head = CategoricalHead();
  hierarchical.representation = DrumsRepresentation();
  hierarchical.encoder.levels = {16, 4};
  hierarchical.training.sampling_schedule = SamplingSchedule::exponential;
  hierarchical.training.sampling_rate = 0.5;
  EXPECT_EQ(model_config_from_json(to_json(hierarchical), "x"), hierarchical);
}

// Its bytes in the file stay the same, too, so that a file of one version is equal to one of the next.
TEST(ModelConfig, OfAFileOfVersion01IsWrittenAsItWas) {
  const std::filesystem::path path = std::filesystem::path(test::data_folder) / "version_0_1/model.safetensors";
  const ModelFile file = ModelFile::read(path);
  EXPECT_EQ(file.config.task(), Task::tap);
  EXPECT_EQ(file.config.control_depth(), 27) << "the decoder follows the encoder's input";
  EXPECT_EQ(file.config.head, FeelHead({.bins = 4, .components = 1}));
  const SafetensorsFile raw = SafetensorsFile::read(path);
  EXPECT_THAT(raw.view().metadata.at("musicvae"), testing::HasSubstr("\"config\":" + to_json(file.config).dump()));
}

TEST(ModelConfig, GrooVae4BarHasTheReferencesParameterCount) {
  EXPECT_EQ(parameter_count(named_config("groovae_4bar")), 4'085'019);
}

TEST(ModelConfig, WrongConfigsNameTheField) {
  const auto error = [](const char* json) {
    try {
      (void)model_config_from_json(nlohmann::ordered_json::parse(json), "my.json");
    } catch (const ConfigError& e) {
      return std::string(e.what());
    }
    return std::string("no error");
  };
  EXPECT_EQ(error(R"({"name": "a"})"), "no error");
  EXPECT_THAT(error(R"([])"), testing::HasSubstr("is not a JSON object"));
  EXPECT_THAT(error(R"({"steps": 0})"), testing::HasSubstr("steps is out of range"));
  EXPECT_THAT(error(R"({"steps": 1.5})"), testing::HasSubstr("\"steps\" has a value of the wrong kind"));
  EXPECT_THAT(error(R"({"steps": 4294967360})"), testing::HasSubstr("\"steps\" has a value of the wrong kind"));
  EXPECT_THAT(error(R"({"encoder_units": []})"), testing::HasSubstr("encoder_units is wrong"));
  EXPECT_THAT(error(R"({"converter": "tensors", "output_depth": 28})"), testing::HasSubstr("three equal parts"));
  EXPECT_THAT(error(R"({"head": "softmax"})"),
              testing::HasSubstr("head \"softmax\" is not known; use one of: groove, categorical, nade, feel"));
  EXPECT_THAT(error(R"({"task": "sing"})"), testing::HasSubstr("task \"sing\" is not known; use one of: reconstruct, humanize"));
  EXPECT_THAT(error(R"({"head": "nade"})"), testing::HasSubstr("nade_hidden is wrong; use 1 to 16384"));
  EXPECT_THAT(error(R"({"head": "feel"})"), testing::HasSubstr("feel_bins is wrong; use 2 to 256"));
  EXPECT_THAT(error(R"({"head": "feel", "feel_bins": 24})"), testing::HasSubstr("feel_components is wrong; use 1 to 16"));
  EXPECT_THAT(error(R"({"feel_bins": 24})"),
              testing::HasSubstr("feel_bins is a setting of the feel head, which this config does not use; leave it out or set it to 0"));
  EXPECT_THAT(error(R"({"training": {"feel_weight": -1}})"), testing::HasSubstr("feel_weight is out of range"));
  EXPECT_THAT(error(R"({"training": {"feel_on_hits": 1}})"), testing::HasSubstr("\"feel_on_hits\" has a value of the wrong kind"));
  EXPECT_THAT(error(R"({"nade_hidden": 8})"), testing::HasSubstr("nade_hidden is a setting of the nade head"));
  EXPECT_THAT(error(R"({"head": "nade", "nade_hidden": 8})"), testing::HasSubstr("head must be groove or feel for the groove converter"));
  EXPECT_THAT(error(R"({"converter": "drums", "head": "nade", "nade_hidden": 8, "input_depth": 20})"),
              testing::HasSubstr("output_depth must be 9 or 61"));
  EXPECT_THAT(error(R"({"converter": "drums", "head": "nade", "nade_hidden": 8, "input_depth": 10, "output_depth": 61})"),
              testing::HasSubstr("output_depth is 61; it must be 9 for the drums converter and the nade head"));
  EXPECT_THAT(error(R"({"converter": "drums", "head": "categorical", "input_depth": 12})"), testing::HasSubstr("output_depth 512"));
  EXPECT_EQ(error(R"({"converter": "drums", "head": "categorical"})"), "no error") << "depths follow from converter and head";
  EXPECT_THAT(error(R"({"converter": "drums", "head": "categorical", "task": "tap"})"),
              testing::HasSubstr("task is a setting of the groove converter"));
  EXPECT_THAT(error(R"({"input_depth": 26})"), testing::HasSubstr("must be 27 for the groove converter"));
  EXPECT_THAT(error(R"({"control_depth": 9})"), testing::HasSubstr("control_depth must be 9 for the tasks hits_control and infill"));
  EXPECT_THAT(error(R"({"task": "hits_control", "control_depth": 0})"), testing::HasSubstr("control_depth is 0; it must be 9"));
  EXPECT_THAT(error(R"({"task": "hits_control", "control_depth": 36})"), testing::HasSubstr("or 27 more where the decoder follows"));
  EXPECT_THAT(error(R"({"control_depth": 27})"), testing::HasSubstr("or 27 more where the decoder follows"));
  EXPECT_EQ(error(R"({"task": "tap", "control_depth": 27})"), "no error");
  EXPECT_EQ(error(R"({"task": "infill", "control_depth": 36})"), "no error");
  EXPECT_EQ(error(R"({"lookback": [2, 63]})"), "no error");
  EXPECT_THAT(error(R"({"running_mean": true, "converter": "drums", "head": "categorical", "input_depth": 10, "output_depth": 512})"),
              testing::HasSubstr("running_mean is for the groove and feel heads"));
  for (const char* wrong : {R"({"lookback": [1]})", R"({"lookback": [64]})"})
    EXPECT_THAT(error(wrong), testing::HasSubstr("lookback is wrong; use up to 16 numbers of steps")) << wrong;
  EXPECT_THAT(error(R"({"note_dropout": 0.5})"), testing::HasSubstr("note_dropout is for the tasks tap"));
  EXPECT_THAT(error(R"({"note_dropout": 1.5, "task": "tap"})"), testing::HasSubstr("note_dropout is out of range"));
  EXPECT_THAT(error(R"({"encoder_levels": [16, 5]})"), testing::HasSubstr("encoder_levels is wrong; its product must be steps"));
  EXPECT_THAT(error(R"({"encoder_units": [1.5]})"), testing::HasSubstr("\"encoder_units\" has a value of the wrong kind"));
  EXPECT_THAT(error(R"({"output_parts": [9, 18]})"), testing::HasSubstr("output_parts need a conductor"));
  EXPECT_THAT(error(R"({"training": {"sampling_schedule": "linear"}})"), testing::HasSubstr("constant, exponential, inverse_sigmoid"));
  EXPECT_THAT(error(R"({"training": {"sampling_rate": 2}})"), testing::HasSubstr("use 0 to 1 for the constant schedule"));
  EXPECT_EQ(error(R"({"training": {"sampling_feel": false}})"), "no error");
  EXPECT_THAT(
      error(
          R"({"converter": "drums", "head": "categorical", "input_depth": 10, "output_depth": 512, "training": {"sampling_feel": false}})"),
      testing::HasSubstr("sampling_feel may be false only for the groove and feel heads"));
  EXPECT_THAT(error(R"({"training": {"sampling_schedule": "inverse_sigmoid"}})"), testing::HasSubstr("use 1 to 1e9"));
  EXPECT_THAT(error(R"({"conductor": {"units": [8], "segments": 3}})"), testing::HasSubstr("must divide"));
  EXPECT_THAT(error(R"({"conductor": {"units": [8], "bars": 3}})"), testing::HasSubstr("unknown field \"bars\""));
  EXPECT_THAT(error(R"({"training": {"dropout_keep": 0}})"), testing::HasSubstr("dropout_keep"));
  EXPECT_THROW((void)named_config("nope"), ConfigError);
}

TEST(NamedConfigs, HaveAllOfMagentas) {
  const std::vector<ModelConfig>& configs = named_configs();
  EXPECT_EQ(std::count_if(configs.begin(), configs.end(), [](const ModelConfig& config) { return is_magenta_config(config.name); }), 23);
  EXPECT_FALSE(is_magenta_config("mel_4bar"));
}

}  // namespace
}  // namespace musicvae
