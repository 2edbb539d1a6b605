// The verb evaluate.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "musicvae/data/groove_dataset.hpp"
#include "musicvae/evaluation/evaluation.hpp"
#include "musicvae/file.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "musicvae/model/model_file.hpp"
#include "musicvae/model/named_configs.hpp"
#include "musicvae/sequence/trio_notes.hpp"
#include "process.hpp"
#include "small_groove_release.hpp"
#include "tiny_model.hpp"

namespace musicvae {
namespace {

using testing::HasSubstr;

class EvaluateVerb : public testing::Test {
 protected:
  EvaluateVerb() {
    write_file_atomically(file("tiny.safetensors"), test::tiny_model().serialize());
    write_file_atomically(file("tap.safetensors"), test::tiny_model(named_config("groovae_2bar_tap_fixed_velocity")).serialize());
    test::make_small_groove_release(files_ / "groove");
  }
  [[nodiscard]] std::string file(const std::string& name) const { return files_ / name; }
  test::Ended run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "evaluate");
    return test::run(output_, MUSICVAE_COMMAND, arguments);
  }
  test::TempFolder files_;
  test::TempFolder output_;
};

TEST_F(EvaluateVerb, SaysWhatTheLibraryMeasures) {
  const test::Ended ended = run({file("tiny.safetensors"), "--data", file("groove"), "--samples", "30", "--pairs", "2", "--seed", "5",
                                 "--json", "-o", file("report.json")});
  ASSERT_EQ(ended.code, 0) << ended.err;
  const auto json = nlohmann::ordered_json::parse(ended.out);
  const data::WindowSet windows = data::open_windows(file("groove"));
  const evaluation::Report report =
      evaluation::evaluate(MusicVae::load(file("tiny.safetensors")), windows, {.samples = 30, .pairs = 2, .seed = 5});
  const auto expected = nlohmann::ordered_json::parse(evaluation::to_json(report));
  for (const auto& [key, value] : expected.items()) EXPECT_EQ(json[key].dump(), value.dump()) << key;
  EXPECT_EQ(json["cut"], "ours");
  std::ifstream written(file("report.json"));
  EXPECT_EQ(nlohmann::ordered_json::parse(written), json);
}

TEST_F(EvaluateVerb, MakesATable) {
  const test::Ended ended = run({file("tiny.safetensors"), "--data", file("groove"), "--samples", "30", "--pairs", "2"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  for (const char* text : {"hits NLL, nats", "free-running F1", "offset_spread:kick", "near-copies", "cross-fade"})
    EXPECT_THAT(ended.out, HasSubstr(text));
  const test::Ended tap = run({file("tap.safetensors"), "--data", file("groove"), "--samples", "30"});
  ASSERT_EQ(tap.code, 0) << tap.err;
  for (const char* text : {"task tap", "nearest 20", "closed hi-hat 0."}) EXPECT_THAT(tap.out, HasSubstr(text));
}

TEST_F(EvaluateVerb, MeasuresEachPartOfATrio) {
  write_file_atomically(file("trio.safetensors"), test::tiny_model(named_config("trio_4bar")).serialize());
  for (const char* split : {"train", "test"}) {
    std::filesystem::create_directories(files_ / "songs" / split);
    Melody line(64);
    for (int step = 0; step < 64; step += 2) line.set(step, 60 + step % 7);
    DrumSequence drums(64);
    for (int step = 0; step < 64; step += 4) drums.set(step, Drum::kick);
    write_midi(to_notes(Trio(line, line.transposed(-24), drums)), files_ / "songs" / split / "a.mid");
  }
  const test::Ended ended = run({file("trio.safetensors"), "--data", file("songs"), "--samples", "5", "--pairs", "2"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  for (const char* text :
       {"free-running accuracy", "bass, teacher-forced", "drums, free-running", "melody:pitch", "same_key", "cross-fade"})
    EXPECT_THAT(ended.out, HasSubstr(text));
}

TEST_F(EvaluateVerb, RefusesWhatDoesNotFit) {
  EXPECT_THAT(run({file("tiny.safetensors"), "--data", file("groove"), "--split", "tests"}).err,
              HasSubstr("use train, validation or test"));
  EXPECT_THAT(run({file("tiny.safetensors"), "--data", file("groove"), "--cut", "mine"}).err, HasSubstr("no cut is called"));
  EXPECT_EQ(run({file("tiny.safetensors"), "--data", file("nothing")}).code, 3);
  EXPECT_EQ(run({file("tiny.safetensors")}).code, 2);
}

TEST_F(EvaluateVerb, HelpGivesAnExample) {
  EXPECT_THAT(run({"--help"}).out, HasSubstr("Example: musicvae evaluate"));
}

}  // namespace
}  // namespace musicvae
