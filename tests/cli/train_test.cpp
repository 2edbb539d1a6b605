// musicvae train: a run, its end by Ctrl-C, resuming it, and the errors for bad input. Uses groovae_4bar with the smallest batches.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "musicvae/file.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "musicvae/sequence/melody.hpp"
#include "musicvae/sequence/melody_notes.hpp"
#include "musicvae/sequence/tracks_notes.hpp"
#include "musicvae/sequence/trio_notes.hpp"
#include "paths.hpp"
#include "process.hpp"
#include "small_disk.hpp"
#include "small_groove_release.hpp"

namespace musicvae {
namespace {

using test::expect_error;
using test::slurp;
using test::spill;
using test::TempFolder;

class Train : public testing::Test {
 protected:
  Train() {
    test::make_small_groove_release(files_ / "groove");
    EXPECT_EQ(run({"preprocess", file("groove"), "-o", file("d.mvds")}).code, 0);
  }
  [[nodiscard]] std::string file(const std::string& name) const { return files_ / name; }
  [[nodiscard]] std::vector<std::string> arguments(const std::string& out, const std::string& steps,
                                                   std::vector<std::string> more = {}) const {
    std::vector<std::string> all = {"train", "--data",  file("d.mvds"), "--out",     file(out), "--batch",
                                    "2",     "--steps", steps,          "--threads", "1"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  test::Ended run(const std::vector<std::string>& arguments) { return test::run(output_, MUSICVAE_COMMAND, arguments); }

  TempFolder files_;
  TempFolder output_;
};

TEST_F(Train, MakesAModelThatSamples) {
  const test::Ended ended =
      run(arguments("run", "3", {"--json", "--licence", "none", "--validate-every", "2", "--augment-velocity", "0.25"}));
  ASSERT_EQ(ended.code, 0) << ended.err;
  const auto result = nlohmann::json::parse(ended.out);
  EXPECT_EQ(result["step"], 3);
  EXPECT_EQ(result["stopped"], false);
  EXPECT_EQ(run({"sample", "--model", result["model"], "-n", "1", "-o", file("out")}).code, 0);
  const auto info = nlohmann::json::parse(run({"info", result["model"], "--json"}).out);
  EXPECT_EQ(info["licence"], "none");
  EXPECT_EQ(info["training"]["augmentation"],
            nlohmann::json({{"velocity_scale", 0.25}, {"swing", 0.0}, {"timing_scale", 0.0}, {"drum_swap", 0.0}, {"transpose", 0.0}}));
  EXPECT_NE(info["training"]["command"].get<std::string>().find("--batch 2"), std::string::npos);
  const std::string metrics = slurp(file("run/metrics.jsonl"));
  EXPECT_GE(std::count(metrics.begin(), metrics.end(), '\n'), 4) << "three updates and a validation";
}

TEST_F(Train, CutsWindowsForTheConfigAndTakesConfigsOfOnesOwn) {
  test::spill(file("mine.json"),
              R"({"base": "nade-drums_2bar_full", "encoder_units": [6], "decoder_units": [5, 5], "latent": 3, "nade_hidden": 4})");
  const test::Ended ended = run({"train", "--config-file", file("mine.json"), "--data", file("groove"), "--out", file("nade"), "--batch",
                                 "2", "--steps", "2", "--threads", "1", "--json"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  const std::string model = nlohmann::json::parse(ended.out)["model"];
  EXPECT_EQ(nlohmann::json::parse(run({"info", model, "--json"}).out)["config"]["name"], "mine");
  EXPECT_EQ(run({"sample", "--model", model, "-n", "1", "-o", file("out")}).code, 0);

  test::spill(file("bad.json"), R"({"base": "groovae_4bar", "latent": 0})");
  expect_error(run({"train", "--config-file", file("bad.json"), "--data", file("groove"), "--out", file("x")}), test::model_error,
               "latent is out of range");
  // A dataset with windows of four bars does not fit a config with two bars.
  expect_error(run({"train", "--config", "groovae_2bar_humanize", "--data", file("d.mvds"), "--out", file("x")}), test::model_error,
               "windows have 64 steps, not 32");
}

TEST_F(Train, TakesRecordsAndFoldersAsTheyAre) {
  std::filesystem::remove(file("groove/info.csv"));
  ASSERT_EQ(run({"preprocess", file("groove"), "--format", "tfrecord", "--gzip", "-o", file("d.tfrecord")}).code, 0);
  std::vector<std::string> of_records = arguments("records", "2");
  std::vector<std::string> of_folder = arguments("folder", "2");
  of_records[2] = file("d.tfrecord");
  of_folder[2] = file("groove");
  ASSERT_EQ(run(of_records).code, 0);
  ASSERT_EQ(run(of_folder).code, 0);
  const auto losses = [&](const std::string& run) {
    std::vector<double> result;
    std::istringstream lines(slurp(file(run + "/metrics.jsonl")));
    for (std::string line; std::getline(lines, line);) {
      const auto json = nlohmann::json::parse(line);
      if (json.contains("loss")) result.push_back(json["loss"]);
    }
    return result;
  };
  EXPECT_FALSE(losses("records").empty());
  EXPECT_EQ(losses("records"), losses("folder"));
}

TEST_F(Train, ARunThatWasStoppedAndResumedHasTheSameBits) {
  ASSERT_EQ(run(arguments("whole", "4")).code, 0);
  ASSERT_EQ(run(arguments("parts", "2")).code, 0);
  ASSERT_EQ(run(arguments("parts", "4", {"--resume"})).code, 0);
  EXPECT_EQ(slurp(file("whole/checkpoint_00000004.safetensors")), slurp(file("parts/checkpoint_00000004.safetensors")));
}

TEST_F(Train, CtrlCLeavesACheckpointToGoOnFrom) {
  test::Process process(output_, MUSICVAE_COMMAND, arguments("run", "100000"));
  const auto begun = [&] { return !slurp(file("run/metrics.jsonl")).empty(); };
  for (int i = 0; i < 1200 && !begun(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  ASSERT_TRUE(begun());
  process.signal(SIGINT);
  const test::Ended ended = process.wait();
  EXPECT_EQ(ended.code, 130) << ended.err;
  EXPECT_NE(ended.out.find("--resume"), std::string::npos);
  std::string checkpoint;
  for (const auto& entry : std::filesystem::directory_iterator(file("run"))) {
    if (entry.path().filename().string().rfind("checkpoint_", 0) == 0) checkpoint = entry.path();
  }
  const auto last = nlohmann::json::parse(run({"info", checkpoint, "--json"}).out);
  EXPECT_GE(last["step"], 1);
  EXPECT_EQ(run(arguments("run", std::to_string(last["step"].get<int>() + 1), {"--resume"})).code, 0);
}

#ifdef MUSICVAE_EXAMPLES_DIR
TEST_F(Train, TheExampleGoesFromTheDatasetToAModel) {
  const test::Ended ended =
      test::run(output_, std::string(MUSICVAE_EXAMPLES_DIR) + "/train_groove", {file("groove"), file("example"), "2", "2"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(run({"sample", "--model", file("example/run/model.safetensors"), "-n", "1", "-o", file("out")}).code, 0);
}

TEST_F(Train, AKindOfMusicOfOnesOwnDoesWhatGroovesDo) {
  const test::Ended ended = test::run(output_, std::string(MUSICVAE_EXAMPLES_DIR) + "/new_kind", {file("claves")});
  ASSERT_EQ(ended.code, 0) << ended.err;
  std::map<std::string, std::vector<std::string>> lines;
  std::istringstream out(ended.out);
  for (std::string what, steps; out >> what >> steps;) lines[what].push_back(steps);
  EXPECT_EQ(lines["sampled"].size(), 3U);
  EXPECT_EQ(lines["interpolated"].size(), 3U);
  EXPECT_EQ(lines["reconstructed"], lines["given"]) << "1000 updates on 16 windows are enough";
  EXPECT_EQ(lines["filled"].at(0).substr(0, 16), lines["given"].at(0).substr(0, 16)) << "the first bar stays";
  EXPECT_EQ(lines["continued"].at(0).size(), 32U);
  EXPECT_EQ(read_midi(file("claves/clave.mid")).notes.front().pitch, 75);
  expect_error(run({"sample", "--model", file("claves/run/model.safetensors"), "-o", file("out")}), 5,
               "head \"bernoulli\" is not known; use one of: groove, categorical, nade, feel");
}
#endif

TEST_F(Train, LearnsMelodies) {
  std::filesystem::create_directory(file("tunes"));
  for (int i = 0; i < 8; ++i) {
    Melody tune(64);
    for (int step = 0; step < 64; step += 2) tune.set(step, 60 + i + step / 2 % 5);
    write_midi(to_notes(tune), file("tunes") + "/" + std::to_string(i) + ".mid");
  }
  const test::Ended prepared = run({"preprocess", file("tunes"), "--config", "cat-mel_2bar_small", "-o", file("tunes.mvds")});
  ASSERT_EQ(prepared.code, 0) << prepared.err;
  EXPECT_NE(prepared.out.find("24 windows [32, 1] from 8 files"), std::string::npos) << prepared.out;
  EXPECT_NE(prepared.out.find("16.00 notes per window"), std::string::npos) << prepared.out;
  EXPECT_EQ(run({"preprocess", file("tunes"), "--config", "cat-mel_2bar_small", "--bars", "4"}).code, 2);

  spill(file("small.json"),
        R"({"base": "cat-mel_2bar_small", "name": "small", "encoder_units": [16], "decoder_units": [16, 16], "latent": 8})");
  const test::Ended trained = run({"train", "--config-file", file("small.json"), "--data", file("tunes.mvds"), "--out", file("mel"),
                                   "--steps", "3", "--batch", "4", "--threads", "1", "--augment-transpose", "5"});
  ASSERT_EQ(trained.code, 0) << trained.err;
  ASSERT_EQ(run({"sample", "--model", file("mel/model.safetensors"), "-n", "1", "--seed", "2", "-o", file("sampled")}).code, 0);
  for (const Note& note : read_midi(file("sampled/melody_0.mid")).notes) EXPECT_FALSE(note.is_drum());
}

TEST_F(Train, LearnsMelodiesWithChords) {
  std::filesystem::create_directory(file("tunes"));
  for (int i = 0; i < 4; ++i) {
    Melody tune(64);
    for (int step = 0; step < 64; step += 2) tune.set(step, 60 + i + 4 * (step / 2 % 3));
    write_midi(to_notes(tune), file("tunes") + "/" + std::to_string(i) + ".mid");
  }
  const test::Ended prepared = run({"preprocess", file("tunes"), "--config", "cat-mel_2bar_med_chords", "-o", file("tunes.mvds")});
  ASSERT_EQ(prepared.code, 0) << prepared.err;
  EXPECT_NE(prepared.out.find("12 windows [32, 2] from 4 files"), std::string::npos) << prepared.out;
  EXPECT_NE(prepared.out.find("16.00 notes per window"), std::string::npos) << prepared.out;
  spill(file("small.json"),
        R"({"base": "cat-mel_2bar_med_chords", "name": "small", "encoder_units": [16], "decoder_units": [16, 16], "latent": 8})");
  const test::Ended trained = run({"train", "--config-file", file("small.json"), "--data", file("tunes.mvds"), "--out", file("mel"),
                                   "--steps", "3", "--batch", "4", "--threads", "1", "--augment-transpose", "3"});
  ASSERT_EQ(trained.code, 0) << trained.err;
  const auto sample = [&](const std::vector<std::string>& more) {
    std::vector<std::string> all = {"sample", "--model", file("mel/model.safetensors"), "-n", "2", "--seed", "2", "-o", file("sampled")};
    all.insert(all.end(), more.begin(), more.end());
    return run(all);
  };
  const test::Ended sampled = sample({"--chords", "C Am7:2 G:2"});
  ASSERT_EQ(sampled.code, 0) << sampled.err;
  EXPECT_NE(sampled.out.find("Am7 is read as Am"), std::string::npos) << sampled.out;
  const test::Ended report = sample({"--chords", "C Am7", "--json"});
  EXPECT_EQ(nlohmann::json::parse(report.out).at("chord_remarks"), nlohmann::json({"Am7 is read as Am"}));
  EXPECT_EQ(sample({}).code, 0) << "without chords";
  expect_error(sample({"--chords", "C Am F G"}), 2, "they last 64 steps, and a window 32");
  expect_error(sample({"--chords", "C H"}), 2, "chord \"H\": is not a chord symbol");
  expect_error(sample({"--chords", "C Gsus4"}), 2, "chord \"Gsus4\": is not a major");
  expect_error(run({"sample", "--chords", "C Am F G", "-o", file("sampled")}), 2, "has no chords");
}

TEST_F(Train, LearnsTrios) {
  std::filesystem::create_directory(file("songs"));
  Melody tune(96);
  Melody bass(96);
  DrumSequence drums(96);
  for (int step = 0; step < 96; step += 2) tune.set(step, 60 + step / 2 % 5);
  for (int step = 0; step < 96; step += 8) bass.set(step, 36 + step / 8 % 3);
  for (int step = 0; step < 96; step += 4) drums.set(step, Drum::kick);
  const Trio song(tune, bass, drums);
  for (int i = 0; i < 4; ++i) write_midi(to_notes(song.transposed(i)), file("songs") + "/" + std::to_string(i) + ".mid");
  write_midi(to_notes(song.with_bass(Melody(96))), file("songs") + "/no_bass.mid");
  write_midi(to_notes(song.slice(0, 48)), file("songs") + "/short.mid");
  const test::Ended prepared = run({"preprocess", file("songs"), "--config", "trio_4bar", "-o", file("songs.mvds")});
  ASSERT_EQ(prepared.code, 0) << prepared.err;
  EXPECT_NE(prepared.out.find("12 windows [64, 3] from 6 files"), std::string::npos) << prepared.out;
  EXPECT_NE(prepared.out.find("56.00 notes per window"), std::string::npos) << prepared.out;
  EXPECT_NE(prepared.out.find("left out: 1 too_short, 42 short_stretch, 1 no_bass, 72 incomplete_trio"), std::string::npos) << prepared.out;
  EXPECT_EQ(run({"preprocess", file("songs"), "--config", "hierdec-trio_16bar", "-o", file("no.mvds")}).code, 4) << "no song has 16 bars";

  const nlohmann::json tracks = nlohmann::json::parse(run({"info", "--tracks", file("songs/no_bass.mid"), "--bars", "4", "--json"}).out);
  EXPECT_EQ(tracks["windows"], 0);
  EXPECT_EQ(tracks["left_out"], (nlohmann::json{{"no_bass", 1}, {"incomplete_trio", 72}}));
  EXPECT_EQ(tracks["tracks"].size(), 2U);
  EXPECT_EQ(tracks["tracks"][0]["part"], "melody");
  EXPECT_EQ(tracks["tracks"][1]["channel"], 10);
  const test::Ended read = run({"info", "--tracks", file("songs/0.mid"), "--bars", "4"});
  EXPECT_NE(read.out.find("3 trios of 4 bars from 3 instruments"), std::string::npos) << read.out;
  EXPECT_NE(read.out.find("program  33: bass    12 notes, in 3 windows; left out: nothing"), std::string::npos) << read.out;
  EXPECT_EQ(run({"info", "--tracks", file("songs/0.mid"), "--bars", "65"}).code, 2);

  spill(file("small.json"), R"({"base": "trio_4bar", "name": "small", "encoder_units": [16], "decoder_units": [16], "latent": 8})");
  const test::Ended trained = run({"train", "--config-file", file("small.json"), "--data", file("songs.mvds"), "--out", file("trio"),
                                   "--steps", "3", "--batch", "4", "--threads", "1", "--augment-transpose", "5"});
  ASSERT_EQ(trained.code, 0) << trained.err;
  ASSERT_EQ(run({"sample", "--model", file("trio/model.safetensors"), "-n", "1", "--seed", "2", "-o", file("sampled")}).code, 0);
  EXPECT_EQ(read_midi(file("sampled/trio_0.mid")).end, Ticks{4 * 4 * 480});

  const std::string model = file("trio/model.safetensors");
  const std::string in = file("songs/0.mid");
  ASSERT_EQ(run({"reconstruct", in, "--model", model, "-o", file("again.mid")}).code, 0);
  ASSERT_EQ(run({"interpolate", in, file("songs/1.mid"), "--model", model, "--steps", "3", "-o", file("way")}).code, 0);
  ASSERT_EQ(run({"continue", in, "--model", model, "--bars", "2", "--seed", "3", "-o", file("next.mid")}).code, 0);
  // The bass is missing, and a model can fill it in. The other verbs need a whole trio.
  const std::string no_bass = file("songs/no_bass.mid");
  const test::Ended filled = run({"infill", no_bass, "--model", model, "--part", "bass", "--seed", "3", "-o", file("filled.mid")});
  ASSERT_EQ(filled.code, 0) << filled.err;
  const QuantizedTrio whole = trio_from_notes(read_midi(file("filled.mid")));
  EXPECT_EQ(whole.trio.melody(), song.melody());
  EXPECT_EQ(whole.notes[2], 24);
  expect_error(run({"reconstruct", no_bass, "--model", model, "-o", file("no.mid")}), 2,
               "no_bass.mid: has no bass for a trio; give it a bass");
  expect_error(run({"infill", in, "--model", model, "--part", "piano", "-o", file("no.mid")}), 2,
               "no part of a trio is called \"piano\"; use melody, bass or drums");
}

TEST_F(Train, LearnsSeveralInstruments) {
  std::filesystem::create_directory(file("songs"));
  for (int i = 0; i < 8; ++i) {
    Tracks song(192);
    song.add({.program = 33, .notes = {{36 + i, 90, 0, 48}, {41 + i, 90, 96, 144}}});
    song.add({.drums = true, .notes = {{36, 100, 0, 6}, {38, 100, 48, 54}, {36, 100, 96, 102}, {38, 100, 144, 150}}});
    write_midi(to_notes(song), file("songs") + "/" + std::to_string(i) + ".mid");
  }
  const std::string config = "hier-multiperf_vel_1bar_med_chords";
  const test::Ended prepared = run({"preprocess", file("songs"), "--config", config, "--cut", "reference", "-o", file("songs.mvds")});
  ASSERT_EQ(prepared.code, 0) << prepared.err;
  EXPECT_NE(prepared.out.find("16 windows [512, 2] from 8 files"), std::string::npos) << prepared.out;
  EXPECT_NE(prepared.out.find("3.00 notes per window"), std::string::npos) << prepared.out;

  spill(file("small.json"), R"({"base": ")" + config +
                                R"(", "name": "small", "encoder_units": [8], "decoder_units": [8], "latent": 4,
                                    "conductor": {"units": [8], "segments": 8}})");
  const test::Ended trained = run({"train", "--config-file", file("small.json"), "--data", file("songs.mvds"), "--out", file("tracks"),
                                   "--steps", "3", "--batch", "4", "--threads", "1", "--augment-transpose", "3"});
  ASSERT_EQ(trained.code, 0) << trained.err;
  const std::vector<std::string> sample = {"sample", "--model", file("tracks/model.safetensors"), "-n", "1", "--seed", "2"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), sample.begin(), sample.end());
    return run(more);
  };
  const test::Ended sampled = with({"--chords", "Am", "-o", file("sampled")});
  ASSERT_EQ(sampled.code, 0) << sampled.err;
  EXPECT_EQ(read_midi(file("sampled/bar_0.mid")).end, Ticks{4 * 480});
  expect_error(with({"--chords", "C:2 Am:2", "-o", file("out")}), 2, "is played on one chord; give one");
}

TEST_F(Train, GoesOnFromACheckpointAndADatasetOfVersion01) {
  const std::filesystem::path old = std::filesystem::path(test::data_folder) / "version_0_1";
  std::filesystem::create_directory(file("run"));
  std::filesystem::copy(old / "checkpoint.safetensors", file("run/checkpoint_00000002.safetensors"));
  const test::Ended ended = run({"train", "--config-file", old / "tiny.json", "--data", old / "dataset.mvds", "--out", file("run"),
                                 "--steps", "3", "--batch", "2", "--threads", "1", "--resume"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  std::string last;
  std::istringstream lines(slurp(file("run/metrics.jsonl")));
  for (std::string line; std::getline(lines, line);) last = line;
  EXPECT_NEAR(nlohmann::json::parse(last)["loss"].get<double>(), 235.4751718878746, 0.01) << "the loss of the third update in version 0.1";
}

TEST_F(Train, BadInput) {
  expect_error(run({"train"}), 2, "--data");
  expect_error(run(arguments("run", "2", {"--config", "nope"})), 5, "groovae_4bar");
  expect_error(run(arguments("run", "2", {"--resume"})), 3, "run");
  expect_error(run(arguments("run", "2", {"--device", "tpu"})), 6, "tpu");
  expect_error(run(arguments("run", "2", {"--augment-swing", "0.6"})), 2, "swing is 0.6; use 0 to 0.5");
  expect_error(run(arguments("run", "2", {"--augment-timing", "2"})), 2, "timing_scale is 2; use 0 to 1");
  expect_error(run(arguments("run", "2", {"--augment-drums", "2"})), 2, "drum_swap is 2; use 0 to 1");
  std::string bytes = slurp(file("d.mvds"));
  bytes[bytes.size() - 5] = static_cast<char>(bytes[bytes.size() - 5] ^ 1);
  spill(file("d.mvds"), bytes);
  expect_error(run(arguments("run", "2")), 4, "checksum");
}

TEST_F(Train, ACheckpointCutShortIsNamed) {
  ASSERT_EQ(run(arguments("run", "1")).code, 0);
  const std::string path = file("run/checkpoint_00000001.safetensors");
  const std::string bytes = slurp(path);
  spill(path, bytes.substr(0, bytes.size() / 2));
  expect_error(run(arguments("run", "2", {"--resume"})), 4, "checkpoint_00000001.safetensors: byte ");
}

TEST_F(Train, AFullDiskIsNamedAndNothingHalfWrittenStays) {
  const test::SmallDisk disk(files_ / "disk", "20m");  // room for a model, but not for a checkpoint
  if (!disk.why_not().empty()) GTEST_SKIP() << disk.why_not();
  std::vector<std::string> all = arguments("unused", "1");
  all[4] = disk.path() / "run";
  expect_error(run(all), 3, "No space left");
  for (const auto& entry : std::filesystem::directory_iterator(disk.path() / "run")) {
    EXPECT_EQ(entry.path().string().find("checkpoint"), std::string::npos) << entry.path();
  }
}

}  // namespace
}  // namespace musicvae
