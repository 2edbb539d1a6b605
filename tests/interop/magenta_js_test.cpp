#include "musicvae/interop/magenta_js.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "foreign_files.hpp"
#include "musicvae/error.hpp"
#include "musicvae/interop/import_checkpoint.hpp"
#include "musicvae/model/named_configs.hpp"
#include "musicvae/model/tensor_specs.hpp"
#include "temp_folder.hpp"
#include "tiny_model.hpp"

namespace musicvae::interop {
namespace {

using nlohmann::ordered_json;
using testing::HasSubstr;

class MagentaJs : public testing::Test {
 protected:
  [[nodiscard]] ordered_json json(const std::string& file) const { return ordered_json::parse(test::slurp(folder_ / file)); }
  [[nodiscard]] std::string error() const {
    return error_of([&] { (void)import_checkpoint(folder_.path(), model_.config); });
  }
  // Changes the manifest's first group.
  template <class Change>
  void edit(Change change) const {
    ordered_json manifest = json("weights_manifest.json");
    change(manifest[0]);
    test::spill(folder_ / "weights_manifest.json", manifest.dump());
  }

  test::TempFolder folder_;
  ModelFile model_ = test::tiny_model(named_config("groovae_4bar"));
};

TEST_F(MagentaJs, ComesBackBitForBit) {
  model_.licence = "CC BY 4.0";
  write_magenta_js(folder_.path(), model_);
  const ImportedCheckpoint imported = import_checkpoint(folder_ / "config.json");
  EXPECT_EQ(imported.model.weights, model_.weights);
  EXPECT_EQ(imported.model.config, model_.config);
  EXPECT_EQ(imported.model.drum_map, model_.drum_map);
  EXPECT_EQ(imported.model.licence, model_.licence);
}

TEST_F(MagentaJs, HasTheLayoutOfTheClient) {
  write_magenta_js(folder_.path(), model_);
  const ordered_json config = json("config.json");
  EXPECT_EQ(config["type"], "MusicVAE");
  EXPECT_EQ(config["dataConverter"]["type"], "GrooveConverter");
  const ordered_json& args = config["dataConverter"]["args"];
  EXPECT_EQ(args["numSteps"], 64);
  EXPECT_EQ(args["pitchClasses"].size(), 9U);
  EXPECT_EQ(args["pitchClasses"][1][0], model_.drum_map.pitch(Drum::snare));
  std::size_t size = 0;
  const ordered_json manifest = json("weights_manifest.json");
  for (const auto& tensor : manifest[0]["weights"]) {
    std::size_t count = 1;
    for (const auto& extent : tensor["shape"]) count *= extent.get<std::size_t>();
    EXPECT_EQ(tensor["dtype"], "float32");
    size += 4 * count;
  }
  EXPECT_EQ(std::filesystem::file_size(folder_ / "group1-shard1of1"), size);
}

TEST_F(MagentaJs, FilesOf4MebibytesMayCutATensor) {
  ModelConfig config = named_config("groovae_4bar");
  model_ = test::tiny_model(config);
  model_.config.encoder.units = {360};
  model_.weights.clear();
  float next = 0;
  for (const TensorSpec& spec : tensor_specs(model_.config)) {
    std::size_t count = 1;
    for (const std::int64_t extent : spec.shape) count *= static_cast<std::size_t>(extent);
    std::vector<float> values(count);
    for (float& value : values) value = (next += 1);
    model_.weights.emplace(spec.name, Tensor{spec.shape, std::move(values)});
  }
  const std::size_t bytes = write_magenta_js(folder_.path(), model_);
  ASSERT_GT(bytes, std::size_t{4} << 20);
  EXPECT_EQ(std::filesystem::file_size(folder_ / "group1-shard1of2"), std::size_t{4} << 20);
  EXPECT_EQ(import_checkpoint(folder_.path()).model.weights, model_.weights);
  // A smaller export in the same folder leaves nothing of the former one.
  write_magenta_js(folder_.path(), test::tiny_model(config));
  EXPECT_EQ(folder_.entries(), 3);
}

TEST_F(MagentaJs, QuantisedWeightsAreCloseEnough) {
  for (const auto& [precision, steps] : {std::pair(JsPrecision::uint8, 255.0), std::pair(JsPrecision::uint16, 65535.0)}) {
    write_magenta_js(folder_.path(), model_, precision);
    const ModelFile read = import_checkpoint(folder_.path()).model;
    for (const auto& [name, tensor] : model_.weights) {
      const std::vector<float> expected = tensor.values.floats();
      const std::vector<float> found = read.weights.at(name).values.floats();
      const auto [least, greatest] = std::minmax_element(expected.begin(), expected.end());
      const double half_step = static_cast<double>(*greatest - *least) / steps / 2 + 1e-6;
      for (std::size_t i = 0; i < expected.size(); ++i) ASSERT_NEAR(found[i], expected[i], half_step) << name;
    }
  }
  write_magenta_js(folder_.path(), model_, JsPrecision::float16);
  EXPECT_EQ(import_checkpoint(folder_.path()).model.weights.at("encoder/mu/bias").values.dtype(), Dtype::f16);
  for (const float value : model_.weights.at("encoder/mu/bias").values.floats()) {
    EXPECT_THAT(import_checkpoint(folder_.path()).model.weights.at("encoder/mu/bias").values.floats(),
                testing::Contains(from_half(to_half(value))));
  }
}

TEST_F(MagentaJs, EveryNamedConfigIsExportedOrTheReasonSaid) {
  const std::map<std::string, std::string> converters = {{"groovae_4bar", "GrooveConverter"},
                                                         {"groovae_2bar_humanize", "GrooveConverter"},
                                                         {"groovae_2bar_tap_fixed_velocity", "GrooveConverter"},
                                                         {"groovae_2bar_hits_control", "GrooveConverter"},
                                                         {"groovae_2bar_infill", "GrooveConverter"},
                                                         {"cat-mel_2bar_med_chords", "MelodyConverter"},
                                                         {"hier-trio_16bar", "TrioConverter"},
                                                         {"hier-multiperf_vel_1bar_med", "MultitrackConverter"},
                                                         {"hier-multiperf_vel_1bar_big_chords", "MultitrackConverter"},
                                                         {"cat-mel_2bar_small", "MelodyConverter"},
                                                         {"hier-mel_16bar", "MelodyConverter"},
                                                         {"cat-drums_2bar_small", "DrumsConverter"},
                                                         {"nade-drums_2bar_full", "DrumRollConverter"}};
  for (const auto& [name, converter] : converters) {
    model_ = test::tiny_model(named_config(name));
    write_magenta_js(folder_.path(), model_);
    EXPECT_EQ(json("config.json")["dataConverter"]["type"], converter) << name;
    EXPECT_EQ(import_checkpoint(folder_.path()).model.weights, model_.weights) << name;
    // The folder of another program does not have our config, but its converter tells.
    ordered_json config = json("config.json");
    config.erase("musicvae");
    test::spill(folder_ / "config.json", config.dump());
    EXPECT_EQ(import_checkpoint(folder_.path(), model_.config).model.weights, model_.weights) << name;
  }
  EXPECT_EQ(json("config.json")["dataConverter"]["args"]["pitchClasses"].size(), 61U);
  for (const auto& [name, why] : std::map<std::string, std::string>{{"flat-mel_16bar", "encoders of one layer only"},
                                                                    {"hier-groove_4bar", "encoders of one layer only"},
                                                                    {"hierdec-trio_16bar", "encoders of one layer only"},
                                                                    {"trio_4bar", "a conductor only with an encoder of two levels"},
                                                                    {"groovae_4bar_lookback", "no rows of grooves with the head feel"}}) {
    model_.config = named_config(name);
    EXPECT_THAT(error_of([&] { write_magenta_js(folder_.path(), model_); }), HasSubstr(why)) << name;
  }
}

TEST_F(MagentaJs, OtherTriosDecodersAndControlsAreExplained) {
  const auto obstacle = [&](ModelConfig config) {
    model_.config = std::move(config);
    return error_of([&] { write_magenta_js(folder_.path(), model_); });
  };
  ModelConfig config = named_config("hier-trio_16bar");
  config.encoder.units = {8};
  config.decoder.parts.clear();
  EXPECT_THAT(obstacle(config), HasSubstr("it runs trios only with a decoder for each part"));
  config = named_config("hier-mel_16bar");
  config.decoder.parts = {45, 45};
  EXPECT_THAT(obstacle(config), HasSubstr("it runs several decoders only for trios"));
  config = named_config("groovae_2bar_infill");
  config.representation = GrooveRepresentation({.task = Task::infill, .follows_input = true});
  EXPECT_THAT(obstacle(config), HasSubstr("its decoder cannot follow the input"));
}

TEST_F(MagentaJs, TheArgumentsOfEveryConverter) {
  const auto config_of = [&](const char* name) {
    model_ = test::tiny_model(named_config(name));
    write_magenta_js(folder_.path(), model_);
    return json("config.json");
  };
  ordered_json config = config_of("hier-trio_16bar");
  EXPECT_EQ(config["dataConverter"]["args"]["numSegments"], 16);
  EXPECT_EQ(config["dataConverter"]["args"]["bassArgs"], (ordered_json{{"minPitch", 21}, {"maxPitch", 108}}));
  EXPECT_EQ(config["dataConverter"]["args"]["drumsArgs"]["pitchClasses"].size(), 9U);
  EXPECT_FALSE(config.contains("chordEncoder"));
  config = config_of("hier-multiperf_vel_1bar_med_chords");
  EXPECT_EQ(config["dataConverter"]["args"],
            (ordered_json{{"numSteps", 512}, {"numSegments", 8}, {"stepsPerQuarter", 24}, {"totalSteps", 96}, {"numVelocityBins", 8}}));
  EXPECT_EQ(config["chordEncoder"], "TriadChordEncoder");
  EXPECT_FALSE(config.contains("extraControls"));
  EXPECT_EQ(config_of("groovae_2bar_infill")["extraControls"], ordered_json::parse(R"([{"name": "cells", "depth": 9}])"));
  EXPECT_EQ(config_of("groovae_2bar_hits_control")["extraControls"], ordered_json::parse(R"([{"name": "hits", "depth": 9}])"));
}

TEST_F(MagentaJs, AConverterOfAnotherModelIsNamed) {
  const auto refused = [&](const char* name, auto change) {
    model_ = test::tiny_model(named_config(name));
    write_magenta_js(folder_.path(), model_);
    ordered_json config = json("config.json");
    config.erase("musicvae");
    change(config);
    test::spill(folder_ / "config.json", config.dump());
    return error();
  };
  EXPECT_THAT(refused("cat-mel_2bar_small", [](ordered_json& c) { c["dataConverter"]["args"]["minPitch"] = 0; }), HasSubstr("minPitch 0"));
  EXPECT_THAT(refused("cat-mel_2bar_small", [](ordered_json& c) { c["conditionOnKey"] = true; }), HasSubstr("conditionOnKey"));
  EXPECT_THAT(refused("cat-mel_2bar_med_chords", [](ordered_json& c) { c["chordEncoder"] = "PitchChordEncoder"; }),
              HasSubstr("MelodyConverter, 32 steps, PitchChordEncoder, which is not config"));
  EXPECT_THAT(refused("cat-mel_2bar_med_chords", [](ordered_json& c) { c["chordEncoder"] = 1; }), HasSubstr("chordEncoder is not a text"));
  EXPECT_THAT(refused("hier-multiperf_vel_1bar_med", [](ordered_json& c) { c["dataConverter"]["args"]["totalSteps"] = 48; }),
              HasSubstr("totalSteps 48"));
  EXPECT_THAT(refused("hier-trio_16bar", [](ordered_json& c) { c["dataConverter"]["args"]["bassArgs"]["maxPitch"] = 90; }),
              HasSubstr("maxPitch 90"));
  EXPECT_THAT(refused("hier-trio_16bar", [](ordered_json& c) { c["dataConverter"]["args"]["melArgs"] = 3; }),
              HasSubstr("melArgs is not an object"));
  EXPECT_THAT(refused("cat-drums_2bar_small", [](ordered_json& c) { c["dataConverter"]["type"] = "DrumsOneHotConverter"; }),
              HasSubstr("it is of DrumsOneHotConverter, 32 steps"));
  EXPECT_THAT(refused("groovae_2bar_infill", [](ordered_json& c) { c["extraControls"][0]["name"] = "hits"; }), HasSubstr("control hits"));
  EXPECT_THAT(refused("groovae_2bar_infill", [](ordered_json& c) { c["extraControls"][0] = 1; }), HasSubstr("an extraControl has no name"));
  EXPECT_THAT(refused("groovae_2bar_infill", [](ordered_json& c) { c["extraControls"][0]["name"] = "mine"; }), "");
  EXPECT_THAT(refused("groovae_4bar", [](ordered_json& c) { c["dataConverter"]["args"]["splitInstruments"] = true; }),
              HasSubstr("splitInstruments"));
}

TEST_F(MagentaJs, AFolderOfMagentaSaysItsConfigByItsConverter) {
  model_ = test::tiny_model(named_config("groovae_2bar_humanize"));
  write_magenta_js(folder_.path(), model_);
  ordered_json config = json("config.json");
  config.erase("musicvae");
  test::spill(folder_ / "config.json", config.dump());
  EXPECT_EQ(import_checkpoint(folder_.path(), model_.config).model.weights, model_.weights);
  ModelConfig other = model_.config;
  other.representation = GrooveRepresentation();
  EXPECT_THAT(error_of([&] { (void)import_checkpoint(folder_.path(), other); }), HasSubstr("it is of GrooveConverter, 32 steps, humanize"));
}

TEST_F(MagentaJs, BadFilesAreOneLine) {
  write_magenta_js(folder_.path(), model_);
  const ordered_json sound = json("weights_manifest.json");
  edit([](ordered_json& group) { group["weights"].push_back(group["weights"][0]); });
  EXPECT_THAT(error(), HasSubstr("lies beyond the end of its files"));
  edit([&](ordered_json& group) { group = sound[0], group["weights"].erase(0); });
  EXPECT_THAT(error(), HasSubstr("but the tensors of their group"));
  edit([&](ordered_json& group) { group = sound[0], group["weights"][1]["name"] = group["weights"][0]["name"]; });
  EXPECT_THAT(error(), HasSubstr("is there twice"));
  edit([&](ordered_json& group) { group = sound[0], group["weights"][0]["dtype"] = "complex64"; });
  EXPECT_THAT(error(), HasSubstr("has the type \"complex64\"; only float32"));
  edit([&](ordered_json& group) { group = sound[0], group["weights"][0]["quantization"] = {{"dtype", "int4"}}; });
  EXPECT_THAT(error(), HasSubstr("is quantised as \"int4\""));
  edit([&](ordered_json& group) { group = sound[0], group["weights"][0]["quantization"] = {{"dtype", "uint8"}}; });
  EXPECT_THAT(error(), HasSubstr("has no scale"));
  edit([&](ordered_json& group) { group = sound[0], group["paths"] = {"../secret"}; });
  EXPECT_THAT(error(), HasSubstr("is not the name of a file inside the folder"));
  edit([&](ordered_json& group) { group = sound[0], group["paths"] = {"group1-shard1of1", "group1-shard1of1"}; });
  EXPECT_THAT(error(), HasSubstr("twice"));
  edit([&](ordered_json& group) { group = sound[0], group["paths"] = {"none"}; });
  EXPECT_THAT(error(), HasSubstr("has no file \"none\""));
  const std::string shard = test::slurp(folder_ / "group1-shard1of1");
  test::spill(folder_ / "group1-shard1of1", shard.substr(0, shard.size() - 1));
  test::spill(folder_ / "weights_manifest.json", sound.dump());
  EXPECT_THAT(error(), HasSubstr("lies beyond the end of its files"));
  test::spill(folder_ / "config.json", R"({"type": "MusicVAE", "type": "MusicVAE"})");
  EXPECT_THAT(error(), HasSubstr("has \"type\" twice"));
  test::spill(folder_ / "config.json", R"({"type": "MusicRNN"})");
  EXPECT_THAT(error(), HasSubstr("is not the config of a MusicVAE, its type is \"MusicRNN\""));
  test::spill(folder_ / "config.json", std::string(100000, '['));
  EXPECT_THAT(error(), HasSubstr("is not JSON"));
}

}  // namespace
}  // namespace musicvae::interop
