// Every verb that works with a model or a file, on melodies.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "musicvae/data/window_music.hpp"
#include "musicvae/engine/tasks.hpp"
#include "musicvae/file.hpp"
#include "musicvae/interop/note_sequence_json.hpp"
#include "musicvae/latent/attributes.hpp"
#include "musicvae/latent/interpolate.hpp"
#include "musicvae/latent/reconstruct.hpp"
#include "musicvae/latent/similar.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "musicvae/model/model_file.hpp"
#include "musicvae/model/named_configs.hpp"
#include "musicvae/model/safetensors.hpp"
#include "musicvae/sequence/drum_notes.hpp"
#include "musicvae/sequence/melody_notes.hpp"
#include "process.hpp"
#include "small_groove_release.hpp"
#include "tiny_model.hpp"

namespace musicvae {
namespace {

using enum test::Code;
using test::expect_error;
using test::slurp;
using testing::HasSubstr;

// `bars` bars of a tune that depends on `variant`.
Melody tune(int bars, int variant) {
  Melody melody(16 * bars);
  for (int step = 0; step < melody.steps(); step += 2 + variant % 3) melody.set(step, 60 + (step * (variant + 1)) % 13);
  return melody;
}

class MelodyVerbs : public testing::Test {
 protected:
  MelodyVerbs() {
    write_file_atomically(model(), test::tiny_model(named_config("cat-mel_2bar_small")).serialize());
    write_midi(to_notes(tune(5, 1), 90.0, {.program = 73}), file("in.mid"));
    write_midi(to_notes(tune(2, 4), 150.0), file("b.mid"));
    write_midi(to_notes(test::beat(4, 1), DrumMap::roland()), file("drums.mid"));
    std::filesystem::create_directory(file("tunes"));
    for (int i = 0; i < 6; ++i) write_midi(to_notes(tune(4, i)), file("tunes/") + std::to_string(i) + ".mid");
  }

  [[nodiscard]] std::string file(const std::string& name) const { return files_ / name; }
  [[nodiscard]] std::string model() const { return file("tiny.safetensors"); }
  test::Ended run(const std::vector<std::string>& arguments) { return test::run(output_, MUSICVAE_COMMAND, arguments); }
  nlohmann::json json(std::vector<std::string> arguments) {
    arguments.emplace_back("--json");
    const test::Ended ended = run(arguments);
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_EQ(ended.err, "");
    return ended.code == 0 ? nlohmann::json::parse(ended.out) : nlohmann::json();
  }
  [[nodiscard]] static Melody melody(const std::string& path) { return melody_from_notes(read_midi(path)).melody; }
  // A melody after it was written to a file and read again.
  [[nodiscard]] static Melody written(const Melody& value) { return melody_from_notes(to_notes(value)).melody; }

  test::TempFolder files_;
  test::TempFolder output_;
};

TEST_F(MelodyVerbs, ReconstructKeepsTheTempoAndTheInstrument) {
  const nlohmann::json result = json({"reconstruct", file("in.mid"), "--model", model(), "-o", file("out.mid")});
  EXPECT_EQ(result["bars"], 5.0);
  EXPECT_EQ(result["notes_in"], tune(5, 1).num_notes());
  EXPECT_FALSE(result.contains("guessed_drums"));
  Sampler sampler(MusicVae::load(model()));
  const Melody expected = reconstruct(sampler, melody(file("in.mid")));
  EXPECT_EQ(melody(file("out.mid")), written(expected));
  EXPECT_EQ(result["notes_out"], expected.num_notes());
  const NoteSequence notes = read_midi(file("out.mid"));
  EXPECT_NEAR(notes.tempo_map.tempos().front().qpm(), 90.0, 1e-3);
  ASSERT_FALSE(notes.notes.empty());
  EXPECT_EQ(notes.notes.front().program, 73);
  EXPECT_THAT(run({"reconstruct", file("in.mid"), "--model", model(), "-o", file("out.mid")}).out, HasSubstr("notes kept"));
}

TEST_F(MelodyVerbs, SampleInterpolateAndSimilarNameTheirFiles) {
  const nlohmann::json samples = json({"sample", "--model", model(), "-n", "2", "--seed", "7", "-o", file("new")});
  ASSERT_EQ(samples["melodies"].size(), 2U);
  EXPECT_EQ(samples["melodies"][1]["file"], file("new/melody_1.mid"));
  Sampler sampler(MusicVae::load(model()));
  const std::vector<Melody> expected = sampler.sample<Melody>({.n = 2, .decode = {.temperature = 1.0F, .seed = 7}});
  EXPECT_EQ(melody(file("new/melody_1.mid")), written(expected[1]));
  EXPECT_EQ(samples["melodies"][1]["notes"], expected[1].num_notes());

  const nlohmann::json way = json({"interpolate", file("in.mid"), file("b.mid"), "--steps", "3", "--model", model(), "-o", file("way")});
  ASSERT_EQ(way["melodies"].size(), 3U);
  EXPECT_EQ(melody(file("way/interpolation_1.mid")), written(interpolate(sampler, tune(2, 1), melody(file("b.mid")), 3)[1]));

  const nlohmann::json more =
      json({"similar", file("b.mid"), "-n", "3", "--noise", "1.5", "--seed", "7", "--model", model(), "-o", file("x")});
  ASSERT_EQ(more["melodies"].size(), 3U);
  const SimilarOptions options{.n = 3, .noise = 1.5F, .decode = {.temperature = 0.0F, .seed = 7}};
  EXPECT_EQ(melody(file("x/similar_2.mid")), written(similar(sampler, melody(file("b.mid")), options)[2]));
}

TEST_F(MelodyVerbs, NearestFindsATuneInItsDataset) {
  json({"preprocess", file("tunes"), "--config", "cat-mel_2bar_small", "-o", file("tunes.mvds")});
  for (const char* data : {"tunes.mvds", "tunes"}) {
    const nlohmann::json result = json({"nearest", file("tunes/3.mid"), "--data", file(data), "-k", "2", "--model", model()});
    EXPECT_EQ(result["nearest"][0]["file"], "3.mid");
    EXPECT_EQ(result["nearest"][0]["distance"], 0.0);
  }
}

TEST_F(MelodyVerbs, InfillAndContinueKeepWhatIsThere) {
  const nlohmann::json filled =
      json({"infill", file("in.mid"), "--model", model(), "--bars", "2-3", "--seed", "7", "-o", file("filled.mid")});
  EXPECT_EQ(filled["cells"], 32);
  const Melody from = melody(file("in.mid"));
  const Melody made = melody(file("filled.mid"));
  EXPECT_EQ(made.slice(0, 16), from.slice(0, 16));
  for (int step = 48; step < 80; ++step) {
    EXPECT_TRUE(from.at(step) < 0 || made.at(step) == from.at(step)) << step;
  }
  EXPECT_EQ(filled["new_notes"], made.slice(16, 32).num_notes());
  EXPECT_EQ(json({"infill", file("in.mid"), "--model", model(), "--steps", "5-8", "-o", file("filled.mid")})["cells"], 4);

  const nlohmann::json more = json({"continue", file("in.mid"), "--model", model(), "--bars", "3", "--seed", "7", "-o", file("more.mid")});
  EXPECT_EQ(more["new_bars"], 3);
  EXPECT_EQ(melody(file("more.mid")).steps(), 8 * 16);
  EXPECT_EQ(melody(file("more.mid")).slice(0, 64), from.slice(0, 64));
}

TEST_F(MelodyVerbs, AttributesAreThoseOfThePaper) {
  const std::string with = file("with.safetensors");
  const nlohmann::json learned = json({"attributes", model(), "--data", file("tunes"), "-o", with});
  for (const char* name : {"c_diatonic", "density", "interval"}) EXPECT_TRUE(learned["attributes"].contains(name)) << name;
  EXPECT_EQ(learned["attributes"].size() + learned["left_out"].size(), 5U);
  const nlohmann::json shifted =
      json({"shift-attributes", file("in.mid"), "--c-diatonic", "1", "--interval", "-0.5", "--model", with, "-o", file("shifted.mid")});
  EXPECT_EQ(shifted["amounts"], (nlohmann::json{{"c_diatonic", 1.0}, {"interval", -0.5}}));
  EXPECT_EQ(shifted["before"]["interval"], average_interval(tune(5, 1)));
  Sampler sampler(MusicVae::load(with));
  const Melody expected =
      shift_attributes(sampler, melody(file("in.mid")), ModelFile::read(with).attributes, {{"c_diatonic", 1.0F}, {"interval", -0.5F}});
  EXPECT_EQ(melody(file("shifted.mid")), written(expected));
  expect_error(run({"shift-attributes", file("in.mid"), "--swing", "1", "--model", with, "-o", file("no.mid")}), usage,
               "no attribute is called \"swing\"; use one of: c_diatonic");
  json({"sample", "--model", with, "-n", "1", "--density", "1", "-o", file("dense")});

  const nlohmann::json effects = json({"attribute-effects", with, "-n", "12", "--seed", "3", "-o", file("effects.svg")});
  const std::size_t n = learned["attributes"].size();
  ASSERT_EQ(effects["effects"].size(), n * n);
  EXPECT_EQ(effects["effects"][1]["shifted"], "c_diatonic");
  EXPECT_EQ(effects["effects"][1]["measured"], "density");
  EXPECT_THAT(slurp(file("effects.svg")), HasSubstr("<svg"));
  expect_error(run({"attribute-effects", model()}), usage, "the model has no attributes of its melodies");
}

TEST_F(MelodyVerbs, EffectsOnGrooves) {
  write_file_atomically(file("groove.safetensors"), test::tiny_model().serialize());
  test::make_small_groove_release(files_ / "groove");
  const nlohmann::json learned = json({"attributes", file("groove.safetensors"), "--data", file("groove"), "-o", file("with.safetensors")});
  const std::size_t n = 5 - learned["left_out"].size();
  const nlohmann::json effects = json({"attribute-effects", file("with.safetensors"), "-n", "5"});
  EXPECT_EQ(effects["effects"][0]["shifted"], "density");
  EXPECT_EQ(effects["effects"].size(), n * n) << "styles are no features";
  EXPECT_THAT(run({"attribute-effects", file("with.safetensors"), "-n", "5"}).out, HasSubstr("shifted"));
}

TEST_F(MelodyVerbs, ConvertEncodeDecodeGoTogether) {
  const nlohmann::json tensors = json({"convert", file("b.mid"), "--config", "cat-mel_2bar_small", "-o", file("x.safetensors")});
  EXPECT_EQ(tensors["depth"], 90);
  EXPECT_EQ(tensors["music"], "melodies");
  json({"encode", "-i", file("x.safetensors"), "--model", model(), "-o", file("z.safetensors")});
  EXPECT_EQ(SafetensorsFile::read(file("z.safetensors")).at("mu").floats(), MusicVae::load(model()).encode(melody(file("b.mid"))).mu);
  EXPECT_EQ(json({"decode", "-i", file("z.safetensors"), "--model", model(), "-o", file("y.safetensors")})["steps"], 32);
}

TEST_F(MelodyVerbs, PlotDrawsAPianoRoll) {
  const nlohmann::json plotted = json({"plot", file("in.mid"), file("drums.mid"), "-o", file("both.svg")});
  EXPECT_EQ(plotted["melodies"][0]["notes"], tune(5, 1).num_notes());
  EXPECT_EQ(plotted["grooves"][0]["from"], file("drums.mid"));
  EXPECT_THAT(slurp(file("both.svg")), testing::AllOf(HasSubstr(">C4<"), HasSubstr(">kick<"), HasSubstr("beats long")));
  EXPECT_EQ(json({"plot", file("in.mid"), "--bars", "1", "-o", file("one.svg")})["melodies"][0]["bars"], 1.0);
  EXPECT_TRUE(json({"plot", file("in.mid"), "--music", "grooves", "-o", file("as.svg")}).contains("grooves"));
  EXPECT_TRUE(json({"plot", file("in.mid"), "--drum-channel", "any", "-o", file("as.svg")}).contains("grooves"));
  expect_error(run({"plot", file("in.mid"), "--music", "melodies", "--map", "roland", "-o", file("no.svg")}), usage, "are for grooves");
}

TEST_F(MelodyVerbs, InfillAndContinueOnChords) {
  const std::string with = file("chords.safetensors");
  write_file_atomically(with, test::tiny_model(named_config("cat-mel_2bar_med_chords")).serialize());
  write_midi(to_notes(tune(4, 1), 90.0), file("four.mid"));
  const std::vector<std::string> more = {"continue", file("four.mid"), "--model", with, "--bars", "4", "--seed", "7", "--alone"};
  const auto on = [](std::vector<std::string> arguments, const std::string& chords, const std::string& out) {
    arguments.insert(arguments.end(), {"--chords", chords, "-o", out});
    return arguments;
  };
  const nlohmann::json next = json(on(more, "C Am F G7", file("next.json")));
  EXPECT_EQ(next["chords"], "C Am F G7");
  EXPECT_EQ(next["chord_remarks"], nlohmann::json{"G7 is read as G"});
  const auto read = [&](const std::string& name) { return melody_from_notes(interop::read_notes(file(name))).melody; };
  const ChordSequence chords = read_chords("C Am F G").chords;
  EXPECT_EQ(read("next.json").chords(), chords);
  const nlohmann::json again = json(on(more, "C Am", file("again.json")));
  EXPECT_EQ(again["new_notes"], read("again.json").num_notes());
  EXPECT_EQ(read("again.json").chords(), chords.slice(0, 32).repeated(64));

  const std::vector<std::string> fill = {"infill", file("four.mid"), "--model", with, "--bars", "2", "--seed", "7"};
  EXPECT_EQ(json(on(fill, "C Am F G", file("filled.json")))["chords"], "C Am F G");
  EXPECT_EQ(read("filled.json").chords(), chords);
  EXPECT_EQ(read("filled.json").slice(32, 32).with_chords({}), tune(4, 1).slice(32, 32)) << "the other bars stay";
  json({"infill", file("four.mid"), "--model", with, "--bars", "2", "--seed", "7", "-o", file("own.json")});
  EXPECT_FALSE(read("own.json").chords().empty()) << "those that its notes suggest";

  for (const auto& verb : {more, fill}) {
    expect_error(run(on(verb, "C F G", file("no.mid"))), usage, "chords: they last 48 steps; give chords for all 64 steps");
    expect_error(run(on(verb, "C H", file("no.mid"))), usage, "\"H\": is not a chord symbol");
    std::vector<std::string> without = on(verb, "C Am", file("no.mid"));
    std::replace(without.begin(), without.end(), with, model());
    expect_error(run(without), usage, "chords: config \"cat-mel_2bar_small\" has no chords");
  }
  EXPECT_FALSE(std::filesystem::exists(file("no.mid")));
}

TEST_F(MelodyVerbs, PlotShowsChords) {
  const Melody on_chords = tune(2, 1).with_chords(read_chords("F#m:2 Bdim:2 Eb").chords);
  interop::write_notes(to_notes(on_chords), file("chords.json"));
  json({"plot", file("chords.json"), "-o", file("chords.svg")});
  EXPECT_THAT(slurp(file("chords.svg")), testing::AllOf(HasSubstr(">F#m<"), HasSubstr(">Bdim<"), HasSubstr(">Eb<")));
  json({"plot", file("chords.json"), "--infer-chords", "-o", file("same.svg")});
  EXPECT_EQ(slurp(file("same.svg")), slurp(file("chords.svg"))) << "its own chords stay";
  Melody arpeggio(16);
  for (int i = 0; i < 8; ++i) arpeggio.set(2 * i, std::vector<int>{60, 64, 67, 72}[static_cast<std::size_t>(i % 4)]);
  write_midi(to_notes(arpeggio), file("arpeggio.mid"));
  json({"plot", file("arpeggio.mid"), "-o", file("plain.svg")});
  json({"plot", file("arpeggio.mid"), "--infer-chords", "-o", file("inferred.svg")});
  EXPECT_THAT(slurp(file("plain.svg")), testing::Not(HasSubstr(">C<")));
  EXPECT_THAT(slurp(file("inferred.svg")), HasSubstr(">C<"));
}

TEST_F(MelodyVerbs, InfoNamesTheKind) {
  EXPECT_EQ(json({"info", model()})["music"], "melodies");
  EXPECT_EQ(run({"info", model()}).out.find("drum map"), std::string::npos);
  json({"preprocess", file("tunes"), "--config", "cat-mel_2bar_small", "-o", file("tunes.mvds")});
  EXPECT_EQ(json({"info", file("tunes.mvds")})["music"], "melodies");
  EXPECT_THAT(run({"info", file("tunes.mvds")}).out, HasSubstr("prepared dataset of melodies, cut bar-aligned, a class per step"));
}

TEST_F(MelodyVerbs, OtherMusicIsRefusedInOneLine) {
  write_file_atomically(file("groove.safetensors"), test::tiny_model().serialize());
  json({"preprocess", file("tunes"), "--config", "cat-mel_2bar_small", "-o", file("tunes.mvds")});
  for (const char* verb : {"reconstruct", "similar", "continue"}) {
    expect_error(run({verb, file("drums.mid"), "--model", model(), "-o", file("out")}), usage, "has no notes of a melody (left out: ");
    expect_error(run({verb, file("in.mid"), "--model", file("groove.safetensors"), "-o", file("out")}), usage, "has no drum notes");
    expect_error(run({verb, file("in.mid"), "--model", model(), "--map", "roland", "-o", file("out")}), usage,
                 "--map and --drum-channel are for grooves");
  }
  expect_error(run({"infill", file("in.mid"), "--model", model(), "--drum", "snare", "-o", file("o.mid")}), usage, "a melody has no drums");
  expect_error(run({"nearest", file("drums.mid"), "--data", file("tunes.mvds"), "--model", file("groove.safetensors")}), model_error,
               "its model is for grooves, and the dataset has melodies");
  expect_error(run({"attributes", file("groove.safetensors"), "--data", file("tunes.mvds"), "-o", file("a")}), model_error,
               "its model is for grooves, and the dataset has melodies");
  expect_error(run({"humanize", file("in.mid"), "--model", model(), "-o", file("o.mid")}), usage, "has no drum notes");
}

TEST_F(MelodyVerbs, OptionsThatWouldBeIgnoredAreRefused) {
  const auto refused = [&](const std::vector<std::string>& more, const std::string& part) {
    std::vector<std::string> arguments = {"preprocess", file("tunes"), "-o", file("no.mvds")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    expect_error(run(arguments), usage, part);
  };
  refused({"--config", "cat-mel_2bar_small", "--map", "roland"}, "it is for melodies, and a drum map is for grooves");
  refused({"--config", "cat-mel_2bar_small", "--drum-channel", "10"}, "a drum channel is for grooves");
  refused({"--config", "cat-mel_2bar_small", "--cut", "reference-tfds"}, "is for drums");
  refused({"--config", "nade-drums_2bar_full", "--cut", "reference"}, "its 61 drum classes need the cut reference-drums");
  EXPECT_FALSE(std::filesystem::exists(file("no.mvds")));
}

}  // namespace
}  // namespace musicvae
