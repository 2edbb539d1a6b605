// `musicvae render` and `musicvae plot`: the files they write, and the errors for bad input.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <nlohmann/json.hpp>

#include "environment.hpp"
#include "musicvae/error.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "musicvae/render/audio.hpp"
#include "musicvae/sequence/drum_notes.hpp"
#include "process.hpp"
#include "small_disk.hpp"
#include "wav_reader.hpp"

namespace musicvae {
namespace {

using enum test::Code;
using test::expect_error;
using test::slurp;
using test::spill;
using test::TempFolder;
using test::Variable;
using testing::HasSubstr;

class Pictures : public testing::Test {
 protected:
  [[nodiscard]] std::string file(const std::string& name) const { return files_ / name; }
  test::Ended run(const std::vector<std::string>& arguments) { return test::run(output_, MUSICVAE_COMMAND, arguments); }
  /// Writes two bars at 100 qpm with hi-hats on steps 0, 8, 16 and 24, the second one half a step early.
  void write_hats(const std::string& name) const {
    DrumSequence sequence(32);
    for (const int step : {0, 8, 16, 24}) sequence.set(step, Drum::closed_hihat, 0.9F, step == 8 ? -1.0F : 0.0F);
    write_midi(to_notes(sequence, DrumMap::roland(), 100.0), file(name));
  }
  TempFolder files_;
  TempFolder output_;
};

class Sounds : public Pictures {
 protected:
  void SetUp() override {
    try {
      (void)render::to_audio(NoteSequence{});
    } catch (const Error& e) {
      GTEST_SKIP() << e.what();
    }
  }
};

TEST_F(Sounds, AreHeardWhereTheNotesAre) {
  write_hats("a.mid");
  const test::Ended ended = run({"render", file("a.mid"), "-o", file("a.wav"), "--sample-rate", "22050"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("a.wav: 4.80 s, 4 notes\nsoundfont "));
  const test::Wav wav = test::parse_wav(slurp(file("a.wav")));
  EXPECT_EQ(wav.sample_rate, 22'050);
  EXPECT_NEAR(wav.seconds(), 4.8, 1e-3);
  const std::vector<double> onsets = wav.onsets(150);
  ASSERT_EQ(onsets.size(), 4U);
  const std::array<double, 4> expected = {0.0, 7.5 * 0.15, 16 * 0.15, 24 * 0.15};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(onsets[i], expected[i], 0.005);
}

TEST_F(Sounds, ManyFilesGoIntoAFolder) {
  write_hats("a.mid");
  write_hats("b.mid");
  const test::Ended ended = run({"render", file("a.mid"), file("b.mid"), "-o", file("new/sounds"), "--json"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  const auto json = nlohmann::json::parse(ended.out);
  EXPECT_EQ(json["sample_rate"], 44'100);
  ASSERT_EQ(json["files"].size(), 2U);
  EXPECT_EQ(json["files"][1]["file"], file("new/sounds/b.wav"));
  EXPECT_EQ(json["files"][1]["notes"], 4);
  EXPECT_GT(json["files"][1]["peak"], 0.05);
  EXPECT_EQ(slurp(file("new/sounds/a.wav")), slurp(file("new/sounds/b.wav"))) << "the same notes give the same bytes";
}

TEST_F(Sounds, BadInputLeavesNothing) {
  write_hats("a.mid");
  const std::string good = slurp(file("a.mid"));
  spill(file("cut.mid"), good.substr(0, good.size() - 6));
  spill(file("noise.sf2"), "no soundfont at all");
  const auto before = files_.entries();
  expect_error(run({"render", file("cut.mid"), "-o", file("out/")}), format_error, "cut.mid: byte ");
  expect_error(run({"render", file("no.mid"), "-o", file("a.wav")}), file_error, "no.mid: no such file");
  expect_error(run({"render", file("a.mid"), "-o", file("a.wav"), "--soundfont", file("no.sf2")}), file_error, "no.sf2: no such file");
  expect_error(run({"render", file("a.mid"), "-o", file("a.wav"), "--soundfont", file("noise.sf2")}), format_error, "noise.sf2: byte 0");
  expect_error(run({"render", file("a.mid"), "-o", file("a.wav"), "--sample-rate", "0"}), usage, "sample rate of 0");
  expect_error(run({"render", file("a.mid"), file("cut.mid"), "-o", file("a.wav")}), usage, "name a folder");
  expect_error(run({"render", file("a.mid"), file("./a.mid"), "-o", file("out")}), usage, "two of the files");
  expect_error(run({"render", file("a.mid"), "-o", file("no/a.wav")}), file_error, "no/a.wav");
  expect_error(run({"render", file("a.mid")}), usage, "--out");
  EXPECT_EQ(files_.entries(), before);
}

TEST_F(Sounds, AFullDiskLeavesNothing) {
  write_hats("a.mid");
  const test::SmallDisk disk(files_ / "disk", "64k");
  if (!disk.why_not().empty()) GTEST_SKIP() << disk.why_not();
  expect_error(run({"render", file("a.mid"), "-o", file("disk/a.wav")}), file_error, "a.wav: writing failed");
  EXPECT_TRUE(std::filesystem::is_empty(disk.path()));
}

TEST_F(Sounds, WithoutASoundfontItSaysHowToGetOne) {
  write_hats("a.mid");
  const Variable home("HOME", file("empty").c_str());
  const Variable data_home("XDG_DATA_HOME", nullptr);
  const Variable data_folders("XDG_DATA_DIRS", file("empty").c_str());
  const Variable named("MUSICVAE_SOUNDFONT", nullptr);
  expect_error(run({"render", file("a.mid"), "-o", file("a.wav")}), file_error, "no soundfont was found; apt install timgm6mb-soundfont");
}

TEST_F(Pictures, WithoutFluidSynthItSaysHowToGetIt) {
  write_hats("a.mid");
  const Variable library("MUSICVAE_FLUIDSYNTH", file("none.so").c_str());
  expect_error(run({"render", file("a.mid"), "-o", file("a.wav")}), device_error,
               "FluidSynth is not installed; apt install libfluidsynth3, or brew install fluid-synth");
  EXPECT_EQ(run({"plot", file("a.mid"), "-o", file("a.svg")}).code, 0) << "all else works without it";
}

TEST_F(Pictures, ShowGroovesSideBySide) {
  write_hats("a.mid");
  write_hats("b.mid");
  const test::Ended ended = run({"plot", file("a.mid"), file("b.mid"), "-o", file("x.svg")});
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(ended.out, file("a.mid") + ": 2 bars, 4 hits; left out: nothing\n" + file("b.mid") + ": 2 bars, 4 hits; left out: nothing\n" +
                           file("x.svg") + "\n");
  const std::string svg = slurp(file("x.svg"));
  EXPECT_EQ(svg.rfind("<svg ", 0), 0U);
  EXPECT_THAT(svg, HasSubstr("<desc>a: 2 bars of 4/4, 4 hits: closed hi-hat 4. b: 2 bars of 4/4, 4 hits"));
  EXPECT_THAT(svg, HasSubstr("closed hi-hat, bar 1 beat 3, velocity 114, 0.5 steps early"));

  const test::Ended one_bar = run({"plot", file("a.mid"), "-o", file("x.svg"), "--bars", "1", "--json"});
  ASSERT_EQ(one_bar.code, 0) << one_bar.err;
  EXPECT_EQ(nlohmann::json::parse(one_bar.out)["grooves"][0]["hits"], 2);
}

TEST_F(Pictures, PngIsDrawnByAProgramOrRefused) {
  write_hats("a.mid");
  {
    const Variable path("PATH", file("empty").c_str());
    expect_error(run({"plot", file("a.mid"), "-o", file("a.png")}), device_error,
                 "a.png: a PNG needs rsvg-convert or cairosvg; apt install librsvg2-bin, or pip install cairosvg, or name a .svg file");
    EXPECT_EQ(run({"plot", file("a.mid"), "-o", file("a.svg")}).code, 0) << "a .svg needs neither";
  }
  expect_error(run({"plot", file("a.mid"), "-o", file("a.jpg")}), usage, "a.jpg: a picture is SVG or PNG; name a .svg or .png file");

  std::filesystem::create_directories(file("programs"));
  const auto program = [&](const char* name, const std::string& does) {
    spill(file("programs/" + std::string(name)), "#!/bin/sh\n" + does + "\n");
    std::filesystem::permissions(file("programs/" + std::string(name)), std::filesystem::perms::owner_all);
  };
  const Variable path("PATH", file("programs").c_str());
  program("cairosvg", "test \"$1 $2\" = '--scale=2 -o' && echo drawn by cairosvg > \"$3\"");
  EXPECT_EQ(run({"plot", file("a.mid"), "-o", file("a.png")}).code, 0);
  EXPECT_EQ(slurp(file("a.png")), "drawn by cairosvg\n");
  program("rsvg-convert", "echo no; echo no >&2; exit 1");
  expect_error(run({"plot", file("a.mid"), "-o", file("b.png")}), device_error, "b.png: rsvg-convert cannot draw it; name a .svg file");
  EXPECT_FALSE(std::filesystem::exists(file("b.png")));
}

TEST_F(Pictures, PngIsAPng) {
  write_hats("a.mid");
  const test::Ended ended = run({"plot", file("a.mid"), "-o", file("a.png")});
  if (ended.code == device_error) GTEST_SKIP() << ended.err;
  ASSERT_EQ(ended.code, 0) << ended.err;
  const std::string png = slurp(file("a.png"));
  EXPECT_EQ(png.rfind("\x89PNG\r\n", 0), 0U);
  const auto width = static_cast<unsigned>(static_cast<unsigned char>(png.at(18)) << 8U | static_cast<unsigned char>(png.at(19)));
  EXPECT_EQ(width, 1920U) << "twice the picture's CSS pixels";
}

TEST_F(Pictures, FollowTheMeterAndTheMap) {
  DrumSequence waltz(12, {4, 3, 4});
  waltz.set(4, Drum::snare);
  NoteSequence notes = to_notes(waltz, DrumMap::roland());
  notes.notes.push_back({.pitch = 75, .velocity = 90, .start = {0}, .end = {100}});
  write_midi(notes, file("waltz.mid"));
  const test::Ended ended = run({"plot", file("waltz.mid"), "-o", file("x.svg"), "--map", "roland"});
  EXPECT_THAT(ended.out, HasSubstr("1 bars, 1 hits; left out: 1 unknown_pitch")) << ended.err;
  EXPECT_THAT(slurp(file("x.svg")), HasSubstr("1 bar of 3/4, 1 hit: snare 1"));
  for (const std::vector<std::string>& map : {std::vector<std::string>{}, {"--map", "reduced"}}) {
    std::vector<std::string> plot = {"plot", file("waltz.mid"), "-o", file("x.svg")};
    plot.insert(plot.end(), map.begin(), map.end());
    EXPECT_EQ(run(plot).code, 0);
    EXPECT_THAT(slurp(file("x.svg")), HasSubstr("2 hits: snare 2"));
  }
}

TEST_F(Pictures, ShowTheLossOfARun) {
  std::filesystem::create_directories(file("my run"));
  spill(file("my run/metrics.jsonl"), R"({"kind":"train","step":0,"loss":570.5})"
                                      "\n"
                                      R"({"kind":"validation","step":1,"sampled":{"loss":160.25}})"
                                      "\n");
  const test::Ended ended = run({"plot", file("my run") + "/", "-o", file("loss.svg")});
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(ended.out, file("loss.svg") + ": 1 training losses, 1 validation losses, best 160.25 at step 1\n");
  EXPECT_THAT(slurp(file("loss.svg")), HasSubstr("<title>Loss of my run</title>"));
}

TEST_F(Pictures, BadInputLeavesNothing) {
  write_hats("a.mid");
  const std::string good = slurp(file("a.mid"));
  spill(file("cut.mid"), good.substr(0, good.size() - 6));
  std::filesystem::create_directories(file("empty"));
  spill(file("bad.jsonl"), "words\n");
  NoteSequence endless = read_midi(file("a.mid"));
  endless.end = kMaxMidiTick;
  endless.notes.push_back({.pitch = 42, .velocity = 90, .start = kMaxMidiTick - Ticks{9}, .end = kMaxMidiTick});
  write_midi(endless, file("endless.mid"));
  const auto before = files_.entries();
  expect_error(run({"plot", file("a.mid"), file("cut.mid"), "-o", file("x.svg")}), format_error, "cut.mid: byte ");
  expect_error(run({"plot", file("no.mid"), "-o", file("x.svg")}), file_error, "no.mid: no such file");
  expect_error(run({"plot", file("empty"), "-o", file("x.svg")}), file_error, "metrics.jsonl: no such file");
  expect_error(run({"plot", file("bad.jsonl"), "-o", file("x.svg")}), format_error, "bad.jsonl: byte 0");
  expect_error(run({"plot", file("a.mid"), file("empty"), "-o", file("x.svg")}), usage, "name it alone");
  expect_error(run({"plot", file("a.mid"), "-o", file("x.svg"), "--bars", "0"}), usage, "0 bars");
  expect_error(run({"plot", file("a.mid"), "-o", file("x.svg"), "--columns", "-1"}), usage, "-1 columns");
  expect_error(run({"plot", file("a.mid"), "-o", file("x.svg"), "--map", "mine"}), usage, "\"mine\"");
  expect_error(run({"plot", file("endless.mid"), "-o", file("x.svg")}), usage, "too many for one picture");
  expect_error(run({"plot", file("a.mid"), "-o", file("no/x.svg")}), file_error, "no/x.svg");
  expect_error(run({"plot", file("a.mid")}), usage, "--out");
  EXPECT_EQ(files_.entries(), before);
}

TEST_F(Pictures, VerbsExplainThemselves) {
  EXPECT_THAT(run({"render", "--help"}).out, HasSubstr("Example: musicvae render out/groove_0.mid -o groove.wav"));
  EXPECT_THAT(run({"plot", "--help"}).out, HasSubstr("Example: musicvae plot out/groove_0.mid out/groove_1.mid -o grooves.svg"));
}

}  // namespace
}  // namespace musicvae
