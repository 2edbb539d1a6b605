#include "musicvae/model/model_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <functional>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>

#include "model/json.hpp"
#include "musicvae/engine/music_vae.hpp"
#include "musicvae/error.hpp"
#include "musicvae/model/drum_map_file.hpp"
#include "temp_folder.hpp"
#include "tiny_model.hpp"

namespace musicvae {
namespace {

ModelFile tiny() {
  ModelFile file = test::tiny_model();
  file.training = R"({"seed":7})";
  return file;
}

ModelFile reread(const std::string& bytes) {
  return ModelFile::from(parse_safetensors(std::as_bytes(std::span(bytes.data(), bytes.size())), "m.safetensors"), "m.safetensors");
}

/// The file's bytes with its JSON entry modified.
std::string edited(const std::function<void(nlohmann::ordered_json&)>& edit,
                   const std::function<void(std::map<std::string, TensorView>&)>& edit_tensors = {}) {
  const std::string bytes = tiny().serialize();
  SafetensorsView view = parse_safetensors(std::as_bytes(std::span(bytes.data(), bytes.size())), "m");
  auto json = nlohmann::ordered_json::parse(view.metadata.at("musicvae"));
  edit(json);
  if (edit_tensors) edit_tensors(view.tensors);
  return serialize_safetensors(view.tensors, {{"musicvae", json.dump()}});
}

std::string model_error(const std::string& bytes) {
  try {
    (void)reread(bytes);
  } catch (const Error& e) {
    return e.what();
  }
  return "no error";
}

const auto unchanged = [](nlohmann::ordered_json&) {};

TEST(ModelFile, KeepsEverything) {
  const ModelFile file = tiny();
  const ModelFile again = reread(file.serialize());
  EXPECT_EQ(again.config, file.config);
  EXPECT_EQ(again.drum_map, file.drum_map);
  EXPECT_EQ(again.training, file.training);
  EXPECT_EQ(again.licence, file.licence);
  EXPECT_EQ(again.weights, file.weights);
}

TEST(ModelFile, HalfPrecisionKeepsWeightsToElevenBits) {
  const ModelFile file = tiny();
  const ModelFile again = reread(file.serialize(/*half=*/true));
  for (const auto& [name, tensor] : file.weights) {
    EXPECT_EQ(again.weights.at(name).values.dtype(), Dtype::f16);
    const std::vector<float> halves = again.weights.at(name).values.floats();
    const std::vector<float> floats = tensor.values.floats();
    for (std::size_t i = 0; i < floats.size(); ++i) ASSERT_NEAR(halves[i], floats[i], std::abs(floats[i]) * 0x1p-11F + 0x1p-25F) << name;
  }
  EXPECT_EQ(again.serialize(/*half=*/true), file.serialize(/*half=*/true));
  EXPECT_EQ(reread(again.serialize()).weights, again.weights);
  EXPECT_LT(file.serialize(true).size(), file.serialize().size());
}

ModelFile with_attributes() {
  ModelFile file = tiny();
  file.attributes["density"] = {{0.1F, -0.2F, 1.0F / 3.0F, 4.0F}, 0.05, 0.25, 10, 11};
  file.attributes["style:funk"] = {{1.0F, 2.0F, 3.0F, 5.0F}, 0.5, 1.0, 40, 20};
  return file;
}

TEST(ModelFile, KeepsAttributesInFullPrecision) {
  const ModelFile file = with_attributes();
  for (const bool half : {false, true}) {
    const ModelFile again = reread(file.serialize(half));
    EXPECT_EQ(again.attributes, file.attributes);
    EXPECT_EQ(again.weights.size(), file.weights.size()) << "they are no weights";
  }
  EXPECT_TRUE(reread(tiny().serialize()).attributes.empty());
}

TEST(ModelFile, KeepsThePriorInFullPrecision) {
  ModelFile file = tiny();
  file.prior = {.shares = {0.25F, 0.75F},
                .means = {0.1F, 0.2F, 0.3F, 0.4F, -1, -2, -3, -4},
                .factor = {1.1F, 0, 0, 0, -0.1F, 1, 0, 0, 0, 0.3F, 1, 0, 0, 0, 0, 0.7F}};
  for (const bool half : {false, true}) {
    const ModelFile again = reread(file.serialize(half));
    EXPECT_EQ(again.prior, file.prior);
    EXPECT_EQ(again.weights.size(), file.weights.size()) << "it is no weight";
  }
  EXPECT_TRUE(reread(tiny().serialize()).prior.empty());
  for (const auto& spoil : std::vector<std::function<void(LatentPrior&)>>{
           [](LatentPrior& prior) { prior.means.pop_back(); }, [](LatentPrior& prior) { prior.factor.clear(); },
           [](LatentPrior& prior) { prior.shares.clear(); }, [](LatentPrior& prior) { prior.shares[0] = 0.5F; },
           [](LatentPrior& prior) {
             prior.shares = {1.25F, -0.25F};
           },
           [](LatentPrior& prior) { prior.means[0] = std::numeric_limits<float>::infinity(); },
           [](LatentPrior& prior) { prior.factor[4] = std::numeric_limits<float>::quiet_NaN(); },
           [](LatentPrior& prior) { prior.factor[1] = 0.5F; }}) {
    ModelFile wrong = file;
    spoil(wrong.prior);
    EXPECT_THROW(static_cast<void>(wrong.serialize()), ModelError);
    EXPECT_THROW(static_cast<void>(MusicVae(wrong)), ModelError);
  }
}

TEST(ModelFile, WrongAttributesAreNamed) {
  ModelFile file = with_attributes();
  file.attributes["density"].direction.pop_back();
  EXPECT_THROW(static_cast<void>(file.serialize()), ModelError);
  file.attributes["density"].direction.push_back(std::numeric_limits<float>::infinity());
  EXPECT_THROW(static_cast<void>(file.serialize()), ModelError);

  const std::string bytes = with_attributes().serialize();
  const SafetensorsView view = parse_safetensors(std::as_bytes(std::span(bytes.data(), bytes.size())), "m");
  const auto error = [&](const std::function<void(nlohmann::ordered_json&, std::map<std::string, TensorView>&)>& edit) {
    auto json = nlohmann::ordered_json::parse(view.metadata.at("musicvae"));
    auto tensors = view.tensors;
    edit(json, tensors);
    return model_error(serialize_safetensors(tensors, {{"musicvae", json.dump()}}));
  };
  EXPECT_EQ(error([](auto&, auto&) {}), "no error");
  EXPECT_THAT(error([](auto& j, auto&) { j["attributes"].erase("density"); }), testing::HasSubstr("attribute \"density\" is not in"));
  EXPECT_THAT(error([](auto& j, auto&) { j.erase("attributes"); }), testing::HasSubstr("attribute \"density\" is not in"));
  EXPECT_THAT(error([](auto& j, auto&) { j["attributes"] = 3; }), testing::HasSubstr("attribute \"density\" is not in"));
  EXPECT_THAT(error([](auto& j, auto&) { j["attributes"]["density"].erase("low"); }), testing::HasSubstr("lacks low, high"));
  EXPECT_THAT(error([](auto& j, auto&) { j["attributes"]["density"] = "much"; }), testing::HasSubstr("lacks low, high"));
  EXPECT_THAT(error([](auto&, auto& t) { t.erase("attributes/density"); }),
              testing::HasSubstr("the attributes in its entry do not match its tensors"));
  EXPECT_THAT(error([](auto&, auto& t) { t["attributes/density"] = t["encoder/mu/kernel"]; }),
              testing::HasSubstr("attribute \"density\" has "));
}

TEST(ModelFile, AWrongEntryIsRefused) {
  EXPECT_EQ(model_error(edited(unchanged)), "no error");
  EXPECT_THAT(model_error(serialize_safetensors({})), testing::HasSubstr("has no \"musicvae\" entry"));
  EXPECT_THAT(model_error(edited([](auto& j) { j["version"] = 2; })),
              testing::HasSubstr("is a file of version 2; this library reads version 1"));
  EXPECT_THAT(model_error(edited([](auto& j) { j.erase("version"); })), testing::HasSubstr("version null"));
  EXPECT_THAT(model_error(edited([](auto& j) { j["kind"] = "dataset"; })), testing::HasSubstr("of kind \"dataset\"; a model is needed"));
  EXPECT_THAT(model_error(edited([](auto& j) { j["config"]["latnet"] = 3; })),
              testing::HasSubstr("unknown field \"latnet\"; allowed are: "));
  EXPECT_THAT(model_error(edited([](auto& j) { j["config"]["latent"] = "a"; })),
              testing::HasSubstr("\"latent\" has a value of the wrong kind"));
  EXPECT_THAT(model_error(edited([](auto& j) { j.erase("drum_map"); })), testing::HasSubstr("drum map"));
}

TEST(ModelFile, WrongTensorsAreNamed) {
  EXPECT_THAT(model_error(edited(unchanged, [](auto& t) { t.erase("encoder/mu/bias"); })),
              testing::HasSubstr("tensor \"encoder/mu/bias\" is missing"));
  EXPECT_THAT(model_error(edited(unchanged, [](auto& t) { t["extra"] = t["encoder/mu/bias"]; })),
              testing::HasSubstr("tensor \"extra\" is not expected"));
  EXPECT_THAT(model_error(edited(unchanged,
                                 [](auto& t) {
                                   t["encoder/mu/bias"].shape = {2, 2};
                                 })),
              testing::HasSubstr("\"encoder/mu/bias\" has shape [2, 2]; config \"tiny\" needs [4]"));
  const std::vector<float> nan = {0, 1, std::numeric_limits<float>::quiet_NaN(), 0};
  EXPECT_THAT(model_error(edited(unchanged, [&](auto& t) { t["encoder/mu/bias"] = view_of(std::span<const float>(nan), {4}); })),
              testing::HasSubstr("\"encoder/mu/bias\" is not finite at element 2"));
}

TEST(DrumMapJson, GoesThereAndBack) {
  DrumMap map = DrumMap::reduced();
  map.rename("mine");
  map.write_as(Drum::snare, 40);
  EXPECT_EQ(drum_map_from_json(to_json(map), "x"), map);
}

TEST(DrumMapJson, GoesThroughAFile) {
  const test::TempFolder folder;
  DrumMap map = DrumMap::reduced();
  map.rename("mine");
  std::ofstream(folder / "map.json") << drum_map_text(map);
  EXPECT_EQ(load_drum_map(folder / "map.json"), map);
}

TEST(DrumMapJson, WrongMapsAreNamed) {
  const auto error = [](const std::function<void(nlohmann::ordered_json&)>& edit) {
    auto json = to_json(DrumMap::roland());
    edit(json);
    try {
      (void)drum_map_from_json(json, "map.json");
    } catch (const ConfigError& e) {
      return std::string(e.what());
    }
    return std::string("no error");
  };
  EXPECT_THAT(error([](auto& j) { j["classes"]["cowbell"] = {56}; }), testing::HasSubstr("map.json: drum map: \"cowbell\" is not a drum"));
  EXPECT_THAT(error([](auto& j) { j["classes"].erase("kick"); }), testing::HasSubstr("class \"kick\" has no pitches"));
  EXPECT_THAT(error([](auto& j) { j["classes"]["kick"] = {128}; }), testing::HasSubstr("class \"kick\" has 128"));
  EXPECT_THAT(error([](auto& j) { j["classes"]["kick"] = {38}; }), testing::HasSubstr("pitch 38 appears twice"));
  EXPECT_THAT(error([](auto& j) { j["classes"]["closed_hihat"] = {42}; }),
              testing::HasSubstr("\"closed hi-hat\" and \"closed_hihat\" are one drum"));
  EXPECT_THROW((void)load_drum_map("no/such/map.json"), FileError);
}

TEST(DrumMapJson, ReadsTheNamesOfDrumsOfBothVersions) {
  nlohmann::ordered_json json = to_json(DrumMap::roland());
  ASSERT_TRUE(json["classes"].contains("closed hi-hat")) << "files keep the bytes of version 0.1";
  json["classes"]["closed_hihat"] = json["classes"]["closed hi-hat"];
  json["classes"].erase("closed hi-hat");
  EXPECT_EQ(drum_map_from_json(json, "x"), DrumMap::roland());
}

TEST(DrumMapJson, MapsAreFoundByName) {
  EXPECT_EQ(find_drum_map("standard"), DrumMap::standard());
  EXPECT_EQ(find_drum_map("reduced"), DrumMap::reduced());
  EXPECT_THROW((void)find_drum_map("mine"), ArgumentError);
  EXPECT_THROW((void)find_drum_map("mine.json"), FileError);
}

}  // namespace
}  // namespace musicvae
