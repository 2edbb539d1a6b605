// The main use case: grooves from a shipped model, selected by name, with the command's defaults.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "musicvae/engine/music_vae.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "musicvae/model/model_file.hpp"
#include "musicvae/sequence/drum_notes.hpp"
#include "process.hpp"
#include "small_groove_release.hpp"

namespace musicvae {
namespace {

using test::run;
using test::TempFolder;

TEST(ShippedModel, SaysWhereItComesFrom) {
  const TempFolder output;
  const test::Ended ended = run(output, MUSICVAE_COMMAND, {"info", "groove", "--json"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  const auto info = nlohmann::json::parse(ended.out);
  EXPECT_EQ(info["parameters"], 4'684'501);
  EXPECT_THAT(info["licence"].get<std::string>(), testing::HasSubstr("CC BY 4.0"));
  EXPECT_THAT(info["licence"].get<std::string>(), testing::HasSubstr("Groove MIDI Dataset"));
  EXPECT_TRUE(info["training"].contains("seed"));
  for (const char* attribute : {"density", "swing", "style:funk", "style:jazz"}) EXPECT_TRUE(info["attributes"].contains(attribute));
  EXPECT_LT(info["training"]["validation_loss"].get<double>(), 115.0);
}

// How much of a mapped file is resident, in kB.
double resident(const std::filesystem::path& file) {
  std::ifstream smaps("/proc/self/smaps");
  double sum = 0.0;
  bool inside = false;
  for (std::string line; std::getline(smaps, line);) {
    if (line.find('-') < line.find(' ')) inside = line.ends_with(file.string());  // the addresses of a mapping
    if (inside && line.starts_with("Rss:")) sum += std::stod(line.substr(4));
  }
  return sum;
}

TEST(ShippedModel, KeepsLittleOfItsFileInMemory) {
  if (!std::filesystem::exists("/proc/self/smaps")) GTEST_SKIP() << "this system does not say what is resident";
  const std::filesystem::path file = std::filesystem::canonical(MUSICVAE_SOURCE "/models/groovae_4bar.safetensors");
  const MusicVae model = MusicVae::load(file);
  EXPECT_LT(resident(file), 100.0);
  const ModelFile kept = ModelFile::read(file);
  const MusicVae from_kept(kept);
  EXPECT_GT(resident(file), 7000.0) << "so it can be seen";
  EXPECT_EQ(model.encode(test::beat(4, 1)).mu, from_kept.encode(test::beat(4, 1)).mu);
}

TEST(ShippedModel, IsTheOneInTheReadmesPicture) {
  const TempFolder files;
  const TempFolder output;
  ASSERT_EQ(run(output, MUSICVAE_COMMAND, {"sample", "-n", "4", "--seed", "7", "-o", files.path().string()}).code, 0);
  std::vector<std::string> plot = {"plot"};
  for (int i = 0; i < 4; ++i) plot.push_back((files / ("groove_" + std::to_string(i) + ".mid")).string());
  plot.insert(plot.end(), {"-o", (files / "grooves.svg").string()});
  ASSERT_EQ(run(output, MUSICVAE_COMMAND, plot).code, 0);
  EXPECT_TRUE(test::slurp(files / "grooves.svg") == test::slurp(MUSICVAE_SOURCE "/docs/images/grooves.svg"))
      << "draw docs/images/grooves.svg again, as this test does";
}

TEST(ShippedModel, SamplesGroovesThatLookLikeDrumming) {
  const TempFolder files;
  const TempFolder output;
  const test::Ended ended = run(output, MUSICVAE_COMMAND, {"sample", "-n", "32", "--seed", "7", "-o", files.path(), "--json"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  const auto result = nlohmann::json::parse(ended.out);
  double hits = 0;
  double on_quarters = 0;
  double kicks_on_downbeats = 0;
  for (const auto& groove : result["grooves"]) {
    const DrumSequence drums = from_notes(read_midi(groove["file"].get<std::string>()), DrumMap::roland()).sequence;
    ASSERT_EQ(drums.steps(), 64);
    hits += drums.hits();
    for (int step = 0; step < 64; ++step) {
      for (int d = 0; d < kDrums; ++d) on_quarters += static_cast<double>(step % 4 == 0 && drums.at(step, static_cast<Drum>(d)).hit);
    }
    for (int bar = 0; bar < 4; ++bar) kicks_on_downbeats += static_cast<double>(drums.at(16 * bar, Drum::kick).hit);
  }
  // The training windows have 76 hits, a third of them on quarters. White noise would have a quarter of its hits on quarters, and a kick on
  // one downbeat in ten.
  EXPECT_GT(hits / 32, 35);
  EXPECT_LT(hits / 32, 130);
  EXPECT_GT(on_quarters / hits, 0.29);
  EXPECT_GT(kicks_on_downbeats / (32 * 4), 0.25);
}

TEST(ShippedModel, KeepsMuchOfASimpleBeat) {
  const TempFolder files;
  const TempFolder output;
  write_midi(to_notes(test::beat(4, 1), DrumMap::roland()), files / "in.mid");
  const test::Ended ended = run(output, MUSICVAE_COMMAND, {"reconstruct", files / "in.mid", "-o", files / "out.mid", "--json"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_GT(nlohmann::json::parse(ended.out)["f1"].get<double>(), 0.5);
}

}  // namespace
}  // namespace musicvae
