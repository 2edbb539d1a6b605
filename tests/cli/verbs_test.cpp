// Every verb of the command does what its --help promises.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "musicvae/engine/music_vae.hpp"
#include "musicvae/file.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "musicvae/sequence/drum_notes.hpp"
#include "process.hpp"
#include "small_groove_release.hpp"
#include "tiny_model.hpp"

namespace musicvae {
namespace {

using test::Ended;
using test::expect_error;
using test::slurp;
using test::TempFolder;
using testing::HasSubstr;

class Command : public testing::Test {
 protected:
  Command() { write_file_atomically(model(), test::tiny_model().serialize()); }

  [[nodiscard]] std::string model() const { return files_ / "tiny.safetensors"; }
  [[nodiscard]] std::string file(const std::string& name) const { return files_ / name; }

  Ended run(const std::vector<std::string>& arguments) { return test::run(output_, MUSICVAE_COMMAND, arguments); }

  /// Runs the command with --json and expects success.
  nlohmann::json json(std::vector<std::string> arguments) {
    arguments.emplace_back("--json");
    const Ended ended = run(arguments);
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_EQ(ended.err, "");
    return nlohmann::json::parse(ended.out);
  }

  /// A MIDI file with eight bars of a simple beat that is a little off the grid.
  std::string groove() {
    DrumSequence beat(128);
    for (int step = 0; step < 128; step += 2) beat.set(step, Drum::closed_hihat, 0.5F, 0.25F);
    for (int step = 0; step < 128; step += 8) beat.set(step, Drum::kick, 0.9F, -0.25F);
    for (int step = 4; step < 128; step += 8) beat.set(step, Drum::snare, 0.8F);
    write_midi(to_notes(beat, DrumMap::roland(), 100.0), file("beat.mid"));
    return file("beat.mid");
  }

  TempFolder files_;
  TempFolder output_;
};

TEST_F(Command, HelpGivesAnExampleForEveryVerb) {
  const std::string help = run({"--help"}).out;
  EXPECT_THAT(help, HasSubstr("Example: musicvae sample"));
  // "Subcommands:", then one line per verb, then an empty line.
  std::istringstream lines(help.substr(help.find("Subcommands:\n")));
  std::string line;
  std::getline(lines, line);
  int verbs = 0;
  while (std::getline(lines, line) && !line.empty()) {
    std::string verb;
    std::istringstream(line) >> verb;
    if (!line.starts_with("  ") || line.starts_with("   ")) continue;  // the description of a verb continues
    ++verbs;
    if (verb == "train" && !std::filesystem::exists(MUSICVAE_COMMAND "-train")) continue;  // a separate program, not in every build
    const Ended ended = run({verb, "--help"});
    EXPECT_EQ(ended.code, 0) << verb;
    EXPECT_THAT(ended.out, HasSubstr("Example: musicvae " + verb));
  }
  EXPECT_GE(verbs, 23);
  EXPECT_THAT(run({"--version"}).out, HasSubstr("musicvae "));
}

TEST_F(Command, SampleWritesTheGroovesOfASeed) {
  const nlohmann::json result = json({"sample", "--model", model(), "-n", "3", "--seed", "7", "-o", file("a"), "--qpm", "90"});
  EXPECT_EQ(result["seed"], 7);
  ASSERT_EQ(result["grooves"].size(), 3U);
  for (int i = 0; i < 3; ++i) {
    const NoteSequence notes = read_midi(file("a/groove_" + std::to_string(i) + ".mid"));
    EXPECT_EQ(notes.end, Ticks{4 * 4 * 480}) << "a loop of exactly four bars";
    EXPECT_NEAR(notes.tempo_map.tempos().at(0).qpm(), 90.0, 1e-3);
    EXPECT_EQ(result["grooves"][static_cast<std::size_t>(i)]["hits"], notes.notes.size());
  }
  ASSERT_EQ(run({"sample", "--model", model(), "-n", "300", "--seed", "7", "-o", file("b"), "--qpm", "90"}).code, 0);
  EXPECT_EQ(slurp(file("a/groove_2.mid")), slurp(file("b/groove_2.mid"))) << "groove 2 is the same however many are asked for";
  ASSERT_EQ(run({"sample", "--model", model(), "-n", "1", "--seed", "8", "-o", file("c"), "--qpm", "90"}).code, 0);
  EXPECT_NE(slurp(file("a/groove_0.mid")), slurp(file("c/groove_0.mid")));
}

TEST_F(Command, SampleReportsTheSeedItChose) {
  const nlohmann::json first = json({"sample", "--model", model(), "-n", "1", "-o", file("a")});
  json({"sample", "--model", model(), "-n", "1", "-o", file("b"), "--seed", first["seed"].dump()});
  EXPECT_EQ(slurp(file("a/groove_0.mid")), slurp(file("b/groove_0.mid")));
}

TEST_F(Command, SampleTakesFewerBars) {
  json({"sample", "--model", model(), "-n", "1", "--bars", "2", "-o", file("a")});
  EXPECT_EQ(read_midi(file("a/groove_0.mid")).end, Ticks{2 * 4 * 480});
}

TEST_F(Command, ReconstructKeepsLengthAndTempo) {
  const nlohmann::json result = json({"reconstruct", groove(), "-o", file("out.mid"), "--model", model()});
  EXPECT_EQ(result["bars"], 8.0);
  EXPECT_EQ(result["hits_in"], 64 + 16 + 16);
  const NoteSequence notes = read_midi(file("out.mid"));
  EXPECT_EQ(notes.end, Ticks{8 * 4 * 480});
  EXPECT_NEAR(notes.tempo_map.tempos().at(0).qpm(), 100.0, 1e-3);
  EXPECT_EQ(result["hits_out"], notes.notes.size());
}

TEST_F(Command, WindowsOfHitsAreAsWideAsTheirClasses) {
  const auto shape = [&] { return SafetensorsFile::read(file("x.safetensors")).at("tensors").shape; };
  nlohmann::json result = json({"convert", groove(), "--cut", "reference-drums", "--bars", "2", "-o", file("x.safetensors")});
  EXPECT_EQ(result["depth"], 9);
  EXPECT_EQ(result["windows"], 1) << "eight bars of one beat";
  EXPECT_EQ(result["left_out"]["duplicate_window"], 6);
  EXPECT_THAT(shape(), testing::ElementsAre(1, 32, 9));
  result = json({"convert", groove(), "--cut", "reference-drums", "--classes", "full", "-o", file("x.safetensors")});
  EXPECT_EQ(result["depth"], 61);
  EXPECT_THAT(shape(), testing::ElementsAre(1, 64, 61));
  expect_error(run({"encode", "-i", file("x.safetensors"), "-o", file("z.safetensors"), "--model", model()}), 5, "[1, 64, 61]");

  std::filesystem::create_directory(file("midi"));
  std::filesystem::copy_file(groove(), file("midi/beat.mid"));
  result = json({"preprocess", file("midi"), "--cut", "reference-drums", "--classes", "full", "--bars", "2", "-o", file("full.mvds")});
  EXPECT_EQ(result["windows"], 1);
  EXPECT_EQ(result["steps"], 32);
  EXPECT_EQ(result["depth"], 61);
  EXPECT_EQ(result["downbeat_hits_per_window"], 2.0) << "kick and closed hi-hat";
  const nlohmann::json info = json({"info", file("full.mvds")});
  EXPECT_EQ(info["cut"], "reference-drums");
  EXPECT_EQ(info["depth"], 61);
  EXPECT_THAT(run({"info", file("full.mvds")}).out, HasSubstr("cut reference-drums, one class per pitch, 1 windows [32, 61] from 1 files"));
}

TEST_F(Command, ConvertEncodeAndDecodeAreTheModelStepByStep) {
  EXPECT_EQ(json({"convert", groove(), "-o", file("x.safetensors")})["windows"], 5) << "eight bars, a window at each bar";
  EXPECT_EQ(json({"convert", groove(), "--cut", "reference", "-o", file("x.safetensors")})["windows"], 2);
  json({"encode", "-i", file("x.safetensors"), "-o", file("z.safetensors"), "--model", model()});
  json({"decode", "-i", file("z.safetensors"), "-o", file("y.safetensors"), "--model", model(), "--threshold"});

  const SafetensorsFile x = SafetensorsFile::read(file("x.safetensors"));
  const SafetensorsFile z = SafetensorsFile::read(file("z.safetensors"));
  const SafetensorsFile y = SafetensorsFile::read(file("y.safetensors"));
  EXPECT_THAT(x.at("tensors").shape, testing::ElementsAre(2, 64, 27));
  EXPECT_THAT(z.at("mu").shape, testing::ElementsAre(2, 4));
  EXPECT_THAT(z.at("sigma").shape, testing::ElementsAre(2, 4));
  EXPECT_THAT(y.at("tensors").shape, testing::ElementsAre(2, 64, 27));
  const MusicVae library = MusicVae::load(model());
  EXPECT_EQ(z.at("mu").floats(), library.encode(x.at("tensors").floats()).mu);
  json({"encode", "-i", file("x.safetensors"), "-o", file("z16.safetensors"), "--model", model(), "--precision", "bf16"});
  EXPECT_EQ(SafetensorsFile::read(file("z16.safetensors")).at("mu").floats(),
            library.encode(x.at("tensors").floats(), {}, Precision::bf16).mu);
  const std::vector<float> logits = y.at("logits").floats();
  const std::vector<float> tensors = y.at("tensors").floats();
  for (std::size_t i = 0; i < logits.size(); ++i) {
    if (i % 27 < 9) {
      ASSERT_EQ(tensors[i], logits[i] > 0 ? 1.0F : 0.0F);
    }
  }
}

TEST_F(Command, DecodeTakesZOrMuAndATemperature) {
  const std::vector<float> z(8, 0.5F);
  write_file_atomically(file("z.safetensors"), serialize_safetensors({{"z", view_of(std::span<const float>(z), {2, 4})}}));
  EXPECT_EQ(json({"decode", "-i", file("z.safetensors"), "-o", file("y.safetensors"), "--model", model(), "--temperature", "1", "--seed",
                  "3"})["from"],
            "z");
  const std::vector<float> tensors = SafetensorsFile::read(file("y.safetensors")).at("tensors").floats();
  EXPECT_FALSE(std::equal(tensors.begin(), tensors.begin() + 64 * 27, tensors.begin() + 64 * 27)) << "two samples of one z differ";
}

TEST_F(Command, PreprocessReportsWhatWasLeftOut) {
  test::make_small_groove_release(files_ / "groove");
  const nlohmann::json result = json({"preprocess", file("groove"), "-o", file("groove.mvds")});
  EXPECT_GT(result["windows"], 0);
  EXPECT_EQ(result["splits"]["train"].get<int>() + result["splits"]["validation"].get<int>() + result["splits"]["test"].get<int>(),
            result["windows"]);
  EXPECT_EQ(result["left_out"]["odd_meter"], 1);
  EXPECT_EQ(result["left_out"]["unreadable"], 1);
  const nlohmann::json info = json({"info", file("groove.mvds")});
  EXPECT_EQ(info["kind"], "dataset");
  EXPECT_EQ(info["windows"], result["windows"]);
  EXPECT_EQ(json({"preprocess", file("groove"), "-o", file("again.mvds"), "--threads", "1"})["windows"], result["windows"]);
  EXPECT_EQ(slurp(file("groove.mvds")), slurp(file("again.mvds")));
}

TEST_F(Command, ExportHalvesAModel) {
  json({"export", model(), "--half", "--licence", "CC BY 4.0", "-o", file("half.safetensors")});
  const nlohmann::json info = json({"info", file("half.safetensors")});
  EXPECT_EQ(info["kind"], "model");
  EXPECT_EQ(info["licence"], "CC BY 4.0");
  EXPECT_EQ(info["config"]["name"], "tiny");
  EXPECT_LT(std::filesystem::file_size(file("half.safetensors")), std::filesystem::file_size(model()));
}

TEST_F(Command, InfoKnowsEveryKindOfFile) {
  const nlohmann::json midi = json({"info", groove()});
  EXPECT_EQ(midi["kind"], "midi");
  EXPECT_EQ(midi["drums"]["kick"], 16);
  EXPECT_EQ(midi["meters"][0]["meter"], "4/4");
  EXPECT_EQ(json({"info", model()})["kind"], "model");
  json({"convert", groove(), "-o", file("x.safetensors")});
  EXPECT_EQ(json({"info", file("x.safetensors")})["tensors"]["tensors"], (std::vector<int>{5, 64, 27}));
}

}  // namespace
}  // namespace musicvae
