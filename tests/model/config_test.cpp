#include "musicvae/model/config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "musicvae/model/config_json.hpp"
#include "musicvae/model/safetensors.hpp"

namespace musicvae {
namespace {

/// Names and shapes that the golden file has under "vars/".
std::map<std::string, std::vector<std::int64_t>> golden_variables(const std::string& file) {
  const SafetensorsFile golden = SafetensorsFile::read(std::string(MUSICVAE_TEST_DATA "/golden/") + file);
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

ModelConfig tiny() {
  return {.name = "tiny", .encoder_units = {32}, .decoder_units = {24, 20}, .latent = 16};
}

TEST(ModelConfig, HasTheReferencesVariables) {
  EXPECT_EQ(variables_of(tiny()), golden_variables("groovae4_tiny.safetensors"));

  ModelConfig control = tiny();
  control.control_depth = 9;
  EXPECT_EQ(variables_of(control), golden_variables("hits_control_tiny.safetensors"));

  ModelConfig categorical = tiny();
  categorical.input_depth = 10;
  categorical.output_depth = 512;
  EXPECT_EQ(variables_of(categorical), golden_variables("cat_drums_tiny.safetensors"));

  ModelConfig hierarchical = tiny();
  hierarchical.encoder_units = {32, 32};
  hierarchical.decoder_units = {32, 32};
  hierarchical.conductor = {.units = {32, 32}, .segments = 4, .autoregressive = false};
  EXPECT_EQ(variables_of(hierarchical), golden_variables("hier_groove_tiny.safetensors"));
  hierarchical.conductor->autoregressive = true;
  EXPECT_EQ(variables_of(hierarchical), golden_variables("hier_groove_tiny_autoreg.safetensors"));
}

TEST(ModelConfig, EveryNamedConfigIsValidAndGoesThroughJson) {
  for (const ModelConfig& config : named_configs()) {
    EXPECT_NO_THROW(config.validate());
    EXPECT_EQ(model_config_from_json(to_json(config), "x"), config);
  }
  ModelConfig hierarchical = tiny();
  hierarchical.conductor = {.units = {8}, .segments = 2, .autoregressive = true};
  hierarchical.head = OutputHead::categorical;
  EXPECT_EQ(model_config_from_json(to_json(hierarchical), "x"), hierarchical);
}

TEST(ModelConfig, GrooVae4BarHasTheReferencesParameterCount) {
  std::int64_t parameters = 0;
  for (const TensorSpec& spec : tensor_specs(named_config("groovae_4bar"))) {
    std::int64_t count = 1;
    for (std::int64_t extent : spec.shape) count *= extent;
    parameters += count;
  }
  EXPECT_EQ(parameters, 4'085'019);
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
  EXPECT_THAT(error(R"({"output_depth": 28})"), testing::HasSubstr("three equal parts"));
  EXPECT_THAT(error(R"({"head": "nade"})"), testing::HasSubstr("head \"nade\" is not known"));
  EXPECT_THAT(error(R"({"conductor": {"units": [8], "segments": 3}})"), testing::HasSubstr("must divide"));
  EXPECT_THAT(error(R"({"conductor": {"units": [8], "bars": 3}})"), testing::HasSubstr("unknown field \"bars\""));
  EXPECT_THAT(error(R"({"training": {"dropout_keep": 0}})"), testing::HasSubstr("dropout_keep"));
  EXPECT_THAT(error(R"({"residual_decoder": true})"), testing::HasSubstr("residual"));
  EXPECT_THROW((void)named_config("nope"), ConfigError);
}

}  // namespace
}  // namespace musicvae
