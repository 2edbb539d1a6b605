// The verbs that use the latent space: interpolate, similar, nearest, attributes, shift-attributes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>

#include "musicvae/file.hpp"
#include "musicvae/latent/attributes.hpp"
#include "musicvae/latent/interpolate.hpp"
#include "musicvae/latent/similar.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "musicvae/model/model_file.hpp"
#include "musicvae/sequence/drum_notes.hpp"
#include "process.hpp"
#include "small_groove_release.hpp"
#include "tiny_model.hpp"

namespace musicvae {
namespace {

using enum test::Code;
using test::expect_error;
using test::slurp;
using testing::HasSubstr;

class LatentVerbs : public testing::Test {
 protected:
  LatentVerbs() {
    write_file_atomically(model(), test::tiny_model().serialize());
    write_midi(to_notes(test::beat(4, 1), DrumMap::roland(), 90.0), a());
    write_midi(to_notes(test::beat(4, 4), DrumMap::roland(), 150.0), b());
    test::make_small_groove_release(files_ / "groove");
  }

  [[nodiscard]] std::string file(const std::string& name) const { return files_ / name; }
  [[nodiscard]] std::string model() const { return file("tiny.safetensors"); }
  [[nodiscard]] std::string a() const { return file("a.mid"); }
  [[nodiscard]] std::string b() const { return file("b.mid"); }

  test::Ended run(const std::vector<std::string>& arguments) { return test::run(output_, MUSICVAE_COMMAND, arguments); }

  nlohmann::json json(std::vector<std::string> arguments) {
    arguments.emplace_back("--json");
    const test::Ended ended = run(arguments);
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_EQ(ended.err, "");
    return nlohmann::json::parse(ended.out);
  }

  [[nodiscard]] static DrumSequence drums(const std::string& path) { return from_notes(read_midi(path), DrumMap::roland()).sequence; }
  /// `groove` after it was written to a file and read again.
  [[nodiscard]] static DrumSequence written(const DrumSequence& groove) {
    const std::string bytes = serialize_midi(to_notes(groove, DrumMap::roland()));
    return from_notes(parse_midi(std::as_bytes(std::span(bytes)), "groove"), DrumMap::roland()).sequence;
  }

  /// A model file with attributes.
  std::string with_attributes() {
    json({"attributes", model(), "--data", file("groove"), "-o", file("with.safetensors")});
    return file("with.safetensors");
  }

  test::TempFolder files_;
  test::TempFolder output_;
};

TEST_F(LatentVerbs, HelpGivesAnExample) {
  for (const char* verb : {"interpolate", "similar", "nearest", "attributes", "shift-attributes"})
    EXPECT_THAT(run({verb, "--help"}).out, HasSubstr(std::string("Example: musicvae ") + verb));
}

TEST_F(LatentVerbs, InterpolateWritesTheWay) {
  const nlohmann::json result = json({"interpolate", a(), b(), "--steps", "3", "--model", model(), "-o", file("out")});
  ASSERT_EQ(result["grooves"].size(), 3U);
  Sampler sampler(MusicVae::load(model()));
  const std::vector<DrumSequence> expected = interpolate(sampler, drums(a()), drums(b()), 3);
  for (int i = 0; i < 3; ++i) {
    const std::string path = file("out/interpolation_" + std::to_string(i) + ".mid");
    EXPECT_EQ(result["grooves"][static_cast<std::size_t>(i)]["file"], path);
    EXPECT_EQ(drums(path), written(expected[static_cast<std::size_t>(i)]));
    EXPECT_NEAR(read_midi(path).tempo_map.tempos().at(0).qpm(), 90.0, 1e-3) << "a's tempo";
  }
  json({"interpolate", a(), b(), "--steps", "3", "--method", "lerp", "--model", model(), "-o", file("straight")});
  EXPECT_EQ(slurp(file("out/interpolation_0.mid")), slurp(file("straight/interpolation_0.mid")));
}

TEST_F(LatentVerbs, SimilarWritesVariationsOfASeed) {
  const nlohmann::json result = json({"similar", a(), "-n", "3", "--noise", "1.5", "--seed", "7", "--model", model(), "-o", file("x")});
  EXPECT_EQ(result["seed"], 7);
  ASSERT_EQ(result["grooves"].size(), 3U);
  Sampler sampler(MusicVae::load(model()));
  const std::vector<DrumSequence> expected =
      similar(sampler, drums(a()), {.n = 3, .noise = 1.5F, .decode = {.temperature = 0.0F, .seed = 7}});
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(drums(file("x/similar_" + std::to_string(i) + ".mid")), written(expected[i]));
  const nlohmann::json unseeded = json({"similar", a(), "-n", "1", "--noise", "2", "--model", model(), "-o", file("y")});
  json({"similar", a(), "-n", "2", "--noise", "2", "--seed", unseeded["seed"].dump(), "--model", model(), "-o", file("z")});
  EXPECT_EQ(slurp(file("y/similar_0.mid")), slurp(file("z/similar_0.mid")));
}

TEST_F(LatentVerbs, NearestFindsAFileInItsDataset) {
  json({"preprocess", file("groove"), "-o", file("groove.mvds")});
  const std::string played = file("groove/drummer1/3.mid");
  for (const char* data : {"groove.mvds", "groove"}) {
    const nlohmann::json result = json({"nearest", played, "--data", file(data), "-k", "4", "--model", model()});
    ASSERT_EQ(result["nearest"].size(), 4U);
    EXPECT_EQ(result["nearest"][0]["file"], "drummer1/3.mid");
    EXPECT_EQ(result["nearest"][0]["style"], "rock/halftime");
    EXPECT_EQ(result["nearest"][0]["distance"], 0.0);
    EXPECT_LE(result["nearest"][1]["distance"], result["nearest"][2]["distance"]);
  }
  EXPECT_THAT(run({"nearest", played, "--data", file("groove.mvds"), "--model", model()}).out, HasSubstr("distance"));
}

TEST_F(LatentVerbs, AttributesAreKeptInTheModelFile) {
  const nlohmann::json result = json({"attributes", model(), "--data", file("groove"), "-o", file("with.safetensors")});
  EXPECT_TRUE(result["attributes"].contains("density"));
  EXPECT_TRUE(result["attributes"].contains("style:funk"));
  EXPECT_LT(result["attributes"]["density"]["low"], result["attributes"]["density"]["high"]);
  const ModelFile file_with = ModelFile::read(file("with.safetensors"));
  EXPECT_EQ(file_with.weights, test::tiny_model().weights);
  EXPECT_EQ(json({"info", file("with.safetensors")})["attributes"], result["attributes"]);
  EXPECT_THAT(run({"info", file("with.safetensors")}).out, HasSubstr("style:funk"));
  EXPECT_EQ(json({"info", model()})["attributes"].size(), 0U);
  EXPECT_EQ(json({"info", file("with.safetensors")})["prior"], "learned");
  EXPECT_EQ(json({"info", model()})["prior"], "standard normal");
  json({"export", file("with.safetensors"), "--half", "-o", file("half.safetensors")});
  EXPECT_EQ(ModelFile::read(file("half.safetensors")).attributes, file_with.attributes);

  const std::vector<std::string> of_split = {"attributes", model(), "--data", file("groove"), "-o", file("of_train.safetensors"),
                                             "--split"};
  const auto learned_from = [&](const char* split) {
    std::vector<std::string> arguments = of_split;
    arguments.emplace_back(split);
    return run(arguments);
  };
  EXPECT_EQ(learned_from("train").code, 0);
  EXPECT_NE(ModelFile::read(file("of_train.safetensors")).attributes, file_with.attributes);
  expect_error(learned_from("dev"), usage, "no split is called \"dev\"");
}

TEST_F(LatentVerbs, MoveGoesAlongAttributes) {
  const std::string with = with_attributes();
  const nlohmann::json result = json({"shift-attributes", a(), "--density", "1", "--velocity", "-0.5", "--attribute", "style:funk=1.5",
                                      "--model", with, "-o", file("m.mid")});
  EXPECT_EQ(result["amounts"], (nlohmann::json{{"density", 1.0}, {"velocity", -0.5}, {"style:funk", 1.5}}));
  const ModelFile model_file = ModelFile::read(with);
  Sampler sampler{MusicVae(model_file)};
  const Amounts amounts = {{"density", 1.0F}, {"velocity", -0.5F}, {"style:funk", 1.5F}};
  EXPECT_EQ(drums(file("m.mid")), written(shift_attributes(sampler, drums(a()), model_file.attributes, amounts)));
  EXPECT_NEAR(read_midi(file("m.mid")).tempo_map.tempos().at(0).qpm(), 90.0, 1e-3);
}

TEST_F(LatentVerbs, SampleGoesAlongAttributes) {
  const std::string with = with_attributes();
  json({"sample", "-n", "2", "--seed", "7", "--model", model(), "-o", file("anywhere")});
  json({"sample", "-n", "2", "--seed", "7", "--model", with, "-o", file("plain")});
  EXPECT_NE(slurp(file("anywhere/groove_1.mid")), slurp(file("plain/groove_1.mid"))) << "it samples where the grooves of the data lie";
  json({"sample", "-n", "2", "--seed", "7", "--model", with, "--density", "0", "-o", file("none")});
  EXPECT_EQ(slurp(file("plain/groove_1.mid")), slurp(file("none/groove_1.mid")));
  const nlohmann::json result =
      json({"sample", "-n", "2", "--seed", "7", "--model", with, "--attribute", "style:rock=4", "--density", "-4", "-o", file("far")});
  EXPECT_EQ(result["amounts"]["style:rock"], 4.0);
  EXPECT_NE(slurp(file("plain/groove_1.mid")), slurp(file("far/groove_1.mid")));
  const nlohmann::json short_form = json({"sample", "-n", "2", "--seed", "7", "--model", with, "--style", "rock", "-o", file("short")});
  json({"sample", "-n", "2", "--seed", "7", "--model", with, "--attribute", "style:rock=1", "-o", file("long")});
  EXPECT_EQ(short_form["amounts"], (nlohmann::json{{"style:rock", 1.0}}));
  EXPECT_EQ(slurp(file("short/groove_1.mid")), slurp(file("long/groove_1.mid")));
}

TEST_F(LatentVerbs, BadInputIsOneLineAndLeavesNothing) {
  const std::string with = with_attributes();
  const auto before = files_.entries();
  const auto refused = [&](std::vector<std::string> arguments, int code, const std::string& part) {
    if (std::find(arguments.begin(), arguments.end(), "--model") == arguments.end()) arguments.insert(arguments.end(), {"--model", with});
    expect_error(run(arguments), code, part);
  };
  refused({"interpolate", a(), b(), "--steps", "1", "-o", file("o")}, usage, "use 2 or more");
  refused({"interpolate", a(), b(), "--method", "curve", "-o", file("o")}, usage, "use slerp or lerp");
  refused({"interpolate", a(), file("no.mid"), "-o", file("o")}, file_error, "no.mid");
  refused({"similar", a(), "--noise", "3.5", "-o", file("o")}, usage, "use 0 (the reconstruction) to 3");
  refused({"similar", a(), "-n", "0", "-o", file("o")}, usage, "ask for 1 or more");
  refused({"similar", file("groove/drummer1/waltz.mid"), "-o", file("o")}, usage, "has bars of 3/4");
  refused({"nearest", a(), "--data", file("groove"), "-k", "1000"}, usage, "k is 1000; use 1 to ");
  refused({"nearest", a(), "--data", file("no.mvds")}, file_error, "no.mvds");
  refused({"shift-attributes", a(), "--attribute", "style:polka=1", "-o", file("o.mid")}, usage,
          "no attribute is called \"style:polka\"; use one of: density");
  refused({"shift-attributes", a(), "--style", "polka", "-o", file("o.mid")}, usage, "no attribute is called \"style:polka\"");
  refused({"shift-attributes", a(), "--style", "funk", "--attribute", "style:funk=2", "-o", file("o.mid")}, usage, "is given twice");
  refused({"shift-attributes", a(), "--density", "4.5", "-o", file("o.mid")}, usage, "use -4 to 4");
  refused({"shift-attributes", a(), "--density", "1", "--attribute", "density=1", "-o", file("o.mid")}, usage, "is given twice");
  for (const char* text : {"density", "density=", "=1", "density=1x", "density=one"})
    refused({"shift-attributes", a(), "--attribute", text, "-o", file("o.mid")}, usage, "is not NAME=AMOUNT");
  refused({"shift-attributes", a(), "--density", "1", "--model", model(), "-o", file("o.mid")}, usage, "the model has none");
  refused({"sample", "--swing", "9", "-o", file("o")}, usage, "\"swing\"");
  expect_error(run({"attributes", model(), "--data", a(), "-o", file("o.safetensors")}), usage, "1 windows are too few");
  expect_error(run({"attributes", file("no.safetensors"), "--data", file("groove"), "-o", file("o.safetensors")}), file_error,
               "no.safetensors");
  EXPECT_EQ(files_.entries(), before);
}

}  // namespace
}  // namespace musicvae
