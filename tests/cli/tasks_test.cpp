// The verbs of tasks and configs: humanize, tap-to-drums, add-closed-hihat, infill, continue, configs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "musicvae/engine/tasks.hpp"
#include "musicvae/file.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "musicvae/model/config_file.hpp"
#include "musicvae/model/named_configs.hpp"
#include "musicvae/sequence/drum_notes.hpp"
#include "process.hpp"
#include "small_groove_release.hpp"
#include "tiny_model.hpp"

namespace musicvae {
namespace {

using enum test::Code;
using test::expect_error;
using testing::HasSubstr;

class TaskVerbs : public testing::Test {
 protected:
  TaskVerbs() { write_midi(to_notes(test::beat(5, 2), DrumMap::roland(), 90.0), file("in.mid")); }

  [[nodiscard]] std::string file(const std::string& name) const { return files_ / name; }
  // The path of a small model of a named config.
  [[nodiscard]] std::string model(const std::string& config) const {
    const std::string path = file(config + ".safetensors");
    write_file_atomically(path, test::tiny_model(named_config(config)).serialize());
    return path;
  }
  test::Ended run(const std::vector<std::string>& arguments) { return test::run(output_, MUSICVAE_COMMAND, arguments); }
  nlohmann::json json(std::vector<std::string> arguments) {
    arguments.emplace_back("--json");
    const test::Ended ended = run(arguments);
    EXPECT_EQ(ended.code, 0) << ended.err;
    return nlohmann::json::parse(ended.out);
  }
  [[nodiscard]] static DrumSequence drums(const std::string& path) { return from_notes(read_midi(path), DrumMap::roland()).sequence; }
  // The number of hits of one groove that another does not have, ignoring the cells for which `skip` is true.
  template <class Skip>
  [[nodiscard]] static int lost_hits(const DrumSequence& from, const DrumSequence& in, const Skip& skip) {
    int lost = 0;
    for (int step = 0; step < std::min(from.steps(), in.steps()); ++step) {
      for (int d = 0; d < kDrums; ++d) {
        const auto drum = static_cast<Drum>(d);
        lost += !skip(step, drum) && from.at(step, drum).hit && !in.at(step, drum).hit ? 1 : 0;
      }
    }
    return lost;
  }

  test::TempFolder files_;
  test::TempFolder output_;
};

constexpr auto nothing = [](int, Drum) { return false; };

TEST_F(TaskVerbs, HumanizeKeepsHitsAndTempo) {
  const auto result = json({"humanize", file("in.mid"), "--model", model("groovae_2bar_humanize"), "-o", file("out.mid")});
  EXPECT_EQ(result["bars"], 5.0);
  EXPECT_EQ(result["hits_in"], result["hits_out"]);
  EXPECT_NEAR(read_midi(file("out.mid")).tempo_map.tempos().front().qpm(), 90.0, 0.01);
  EXPECT_EQ(drums(file("out.mid")).steps(), 80);
}

TEST_F(TaskVerbs, HumanizePlaysAnotherFeelWithAnotherSeed) {
  const std::string feel = model("groovae_2bar_humanize_lookback");
  const auto played = [&](const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"humanize", file("in.mid"), "--model", feel, "-o", file("out.mid")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    json(arguments);
    return drums(file("out.mid"));
  };
  EXPECT_EQ(played({"--seed", "1"}), played({"--seed", "2"})) << "the means";
  EXPECT_NE(played({"--seed", "1", "--feel-temperature", "1"}), played({"--seed", "2", "--feel-temperature", "1"}));
  expect_error(run({"humanize", file("in.mid"), "--model", feel, "-o", file("out.mid"), "--feel-temperature", "-1"}), usage,
               "feel temperature -1");
}

TEST_F(TaskVerbs, TapsAndHats) {
  const auto taps = json({"tap-to-drums", file("in.mid"), "--model", model("groovae_4bar_tap_fixed_velocity"), "-o", file("drums.mid")});
  EXPECT_EQ(taps["bars"], 5.0);
  const auto hats = json({"add-closed-hihat", file("in.mid"), "--model", model("groovae_2bar_add_closed_hh"), "-o", file("hats.mid")});
  EXPECT_EQ(hats["bars"], 5.0);
  EXPECT_EQ(lost_hits(drums(file("in.mid")), drums(file("hats.mid")), [](int, Drum drum) { return drum == Drum::closed_hihat; }), 0);
}

TEST_F(TaskVerbs, InfillMakesWhatIsAskedFor) {
  for (const char* config : {"groovae_4bar", "groovae_4bar_infill", "cat-drums_2bar_small"}) {
    const std::string path = model(config);
    const auto result = json({"infill", file("in.mid"), "--model", path, "--drum", "snare", "--drum", "closed hi-hat", "--bars", "2-3",
                              "--seed", "7", "-o", file("out.mid")});
    EXPECT_EQ(result["cells"], 2 * 16 * 2) << config;
    EXPECT_EQ(result["seed"], 7);
    const auto asked = [](int step, Drum drum) { return step >= 16 && step < 48 && (drum == Drum::snare || drum == Drum::closed_hihat); };
    EXPECT_EQ(lost_hits(drums(file("in.mid")), drums(file("out.mid")), asked), 0) << config;
    const std::string first = test::slurp(file("out.mid"));
    json({"infill", file("in.mid"), "--model", path, "--drum", "snare", "--drum", "closed_hihat", "--bars", "2-3", "--seed", "7", "-o",
          file("out.mid")});
    EXPECT_EQ(test::slurp(file("out.mid")), first) << config;
  }
  EXPECT_EQ(json({"infill", file("in.mid"), "--model", model("groovae_4bar"), "--steps", "5-8", "-o", file("out.mid")})["cells"], 4 * 9);
}

TEST_F(TaskVerbs, ContinueAddsBars) {
  const std::string path = model("hier-groove_4bar");
  EXPECT_EQ(json({"continue", file("in.mid"), "--model", path, "--bars", "3", "--seed", "7", "-o", file("out.mid")})["new_bars"], 3);
  EXPECT_EQ(drums(file("out.mid")).steps(), 8 * 16);
  EXPECT_EQ(lost_hits(drums(file("in.mid")), drums(file("out.mid")), nothing), 0);
  json({"continue", file("in.mid"), "--model", path, "--bars", "3", "--alone", "--seed", "7", "-o", file("alone.mid")});
  EXPECT_EQ(drums(file("alone.mid")).steps(), 3 * 16);
}

TEST_F(TaskVerbs, SampleAndReconstructTakeEveryConfig) {
  for (const char* config : {"cat-drums_2bar_small", "nade-drums_2bar_full", "hierdec-drums_16bar", "groovae_2bar_infill"}) {
    const std::string path = model(config);
    EXPECT_EQ(json({"sample", "--model", path, "-n", "2", "--seed", "1", "-o", file("out")})["grooves"].size(), 2U) << config;
    EXPECT_EQ(json({"reconstruct", file("in.mid"), "--model", path, "-o", file("out.mid")})["bars"], 5.0) << config;
    EXPECT_EQ(json({"similar", file("in.mid"), "--model", path, "-n", "2", "-o", file("out")})["grooves"].size(), 2U) << config;
  }
  // A model with 61 drum classes writes each drum with its own pitch.
  json({"sample", "--model", model("nade-drums_2bar_full"), "-n", "1", "--temperature", "1", "--seed", "1", "-o", file("full")});
  std::set<int> pitches;
  for (const Note& note : read_midi(file("full/groove_0.mid")).notes) pitches.insert(note.pitch);
  EXPECT_GT(pitches.size(), 9U);
  EXPECT_EQ(json({"reconstruct", file("in.mid"), "--model", model("groovae_2bar_hits_control"), "-o", file("out.mid")})["bars"], 5.0);
}

TEST_F(TaskVerbs, ConfigsAreListedShownAndChecked) {
  const auto all = json({"configs"})["configs"];
  EXPECT_EQ(all.size(), named_configs().size());
  EXPECT_EQ(all[0]["name"], "groovae_4bar");
  EXPECT_EQ(all[0]["parameters"], 4085019);
  const test::Ended text = run({"configs"});
  EXPECT_THAT(text.out, HasSubstr("groovae_4bar "));
  EXPECT_THAT(text.out, HasSubstr("4085019"));
  EXPECT_THAT(text.out, HasSubstr("hits 62"));

  const test::Ended one = run({"configs", "nade-drums_2bar_full"});
  test::spill(file("mine.json"), one.out);
  EXPECT_EQ(read_config(file("mine.json")), named_config("nade-drums_2bar_full"));
  test::spill(file("wide.json"), R"({"base": "hier-groove_4bar", "steps": 128, "conductor": {"segments": 8}})");
  const auto wide = json({"configs", "--config-file", file("wide.json")})["configs"];
  EXPECT_EQ(wide[0]["name"], "wide");
  EXPECT_EQ(wide[0]["bars"], 8.0);
  EXPECT_EQ(read_config(file("wide.json")).conductor->units, named_config("hier-groove_4bar").conductor->units);
}

TEST_F(TaskVerbs, EachHasAModelWhereNoneIsNamed) {
  EXPECT_EQ(json({"humanize", file("in.mid"), "-o", file("out.mid")})["bars"], 5.0);
  EXPECT_EQ(json({"add-closed-hihat", file("in.mid"), "-o", file("out.mid")})["bars"], 5.0);
  EXPECT_GT(json({"infill", file("in.mid"), "--bars", "2", "-o", file("out.mid")})["cells"], 0);
  EXPECT_EQ(json({"continue", file("in.mid"), "--bars", "2", "-o", file("out.mid")})["new_bars"], 2);
  // tap-to-drums draws its hits: another seed gives another part. At temperature 0 the seed makes no difference.
  const auto drums_of = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"tap-to-drums", file("in.mid"), "-o", file("out.mid")});
    json(more);
    return test::slurp(file("out.mid"));
  };
  EXPECT_NE(drums_of({"--seed", "1"}), drums_of({"--seed", "2"}));
  EXPECT_EQ(drums_of({"--temperature", "0", "--seed", "1"}), drums_of({"--temperature", "0", "--seed", "2"}));
}

TEST_F(TaskVerbs, TheEarlierNamesOfVerbsStillWorkAndAreNotListed) {
  const std::string taps = model("groovae_2bar_tap_fixed_velocity");
  json({"tap-to-drums", file("in.mid"), "--model", taps, "--seed", "7", "-o", file("today.mid")});
  json({"tap2drum", file("in.mid"), "--model", taps, "--seed", "7", "-o", file("earlier.mid")});
  EXPECT_EQ(test::slurp(file("earlier.mid")), test::slurp(file("today.mid")));
  const std::string help = run({"--help"}).out;
  EXPECT_THAT(help, HasSubstr("tap-to-drums"));
  EXPECT_THAT(help, testing::Not(HasSubstr("tap2drum")));
  for (const char* verb : {"tap2drum", "add-hats", "move"}) EXPECT_EQ(run({verb, "--help"}).code, 0) << verb;
}

TEST_F(TaskVerbs, BadInputIsOneLine) {
  const std::string taps = model("groovae_2bar_tap_fixed_velocity");
  const std::string plain = model("groovae_4bar");
  expect_error(run({"humanize", file("in.mid"), "--model", taps, "-o", file("x.mid")}), usage,
               "does the task tap; use a model of task humanize");
  expect_error(run({"infill", file("in.mid"), "--model", taps, "--bars", "1", "-o", file("x.mid")}), usage, "use a model of task infill");
  expect_error(run({"infill", file("in.mid"), "--model", plain, "-o", file("x.mid")}), usage, "nothing to fill in");
  expect_error(run({"infill", file("in.mid"), "--model", plain, "--bars", "5-6", "-o", file("x.mid")}), usage, "use N or N-M within 1-5");
  expect_error(run({"infill", file("in.mid"), "--model", plain, "--bars", "two", "-o", file("x.mid")}), usage, "use N or N-M within 1-5");
  expect_error(run({"infill", file("in.mid"), "--model", plain, "--drum", "cowbell", "-o", file("x.mid")}), usage,
               "use one of: kick, snare");
  expect_error(run({"continue", file("in.mid"), "--model", plain, "--bars", "0", "-o", file("x.mid")}), usage, "0 bars; use 1 to 4096");
  EXPECT_FALSE(std::filesystem::exists(file("x.mid")));

  const auto config_error = [&](const std::string& text) {
    test::spill(file("bad.json"), text);
    return run({"configs", "--config-file", file("bad.json")});
  };
  expect_error(config_error("{"), model_error, "is not JSON");
  expect_error(config_error(R"({"stepps": 3})"), model_error, "unknown field \"stepps\"; allowed are: base");
  expect_error(config_error(R"({"steps": 0})"), model_error, "steps is out of range; use 1 to 65536");
  expect_error(config_error(R"({"base": "groovae"})"), model_error, "no config is called \"groovae\"; use one of: groovae_4bar");
  expect_error(run({"configs", "--config-file", file("none.json")}), file_error, "cannot be opened");
  expect_error(run({"configs", "none"}), model_error, "no config is called \"none\"");
}

}  // namespace
}  // namespace musicvae
