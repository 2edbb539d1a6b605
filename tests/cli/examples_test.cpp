// The example programs run and produce what their first lines describe.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "musicvae/engine/sampler.hpp"
#include "musicvae/error.hpp"
#include "musicvae/file.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "musicvae/model/config_file.hpp"
#include "musicvae/model/named_configs.hpp"
#include "musicvae/render/audio.hpp"
#include "musicvae/sequence/drum_notes.hpp"
#include "process.hpp"
#include "small_groove_release.hpp"
#include "tiny_model.hpp"
#include "wav_reader.hpp"

namespace musicvae {
namespace {

using test::TempFolder;
using testing::HasSubstr;

class Examples : public testing::Test {
 protected:
  Examples() { write_file_atomically(file("tiny.safetensors"), test::tiny_model().serialize()); }
  [[nodiscard]] std::string file(const std::string& name) const { return files_ / name; }
  test::Ended run(const std::string& example, const std::vector<std::string>& arguments) {
    return test::run(output_, std::string(MUSICVAE_EXAMPLES_DIR) + "/" + example, arguments);
  }
  TempFolder files_;
  TempFolder output_;
};

TEST_F(Examples, SampleGrooves) {
  const test::Ended ended = run("sample_grooves", {file("tiny.safetensors"), file("out")});
  EXPECT_EQ(ended.code, 0) << ended.err;
  for (int i = 0; i < 4; ++i) EXPECT_EQ(read_midi(file("out/groove_" + std::to_string(i) + ".mid")).end, Ticks{4 * 4 * 480});
  EXPECT_EQ(run("sample_grooves", {file("no.safetensors"), file("out")}).code, 1);
  EXPECT_EQ(run("sample_grooves", {}).code, 2);
}

TEST_F(Examples, MorphTwoGrooves) {
  write_midi(to_notes(test::beat(4, 1), DrumMap::roland()), file("a.mid"));
  write_midi(to_notes(test::beat(2, 4), DrumMap::roland()), file("b.mid"));
  const test::Ended ended = run("morph_two_grooves", {file("tiny.safetensors"), file("a.mid"), file("b.mid"), file("morph.mid"), "3"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(read_midi(file("morph.mid")).end, Ticks{3 * 4 * 4 * 480});
}

TEST_F(Examples, VaryGroove) {
  write_midi(to_notes(test::beat(6, 1), DrumMap::roland()), file("a.mid"));
  const test::Ended ended = run("vary_groove", {file("tiny.safetensors"), file("a.mid"), file("out"), "1.5"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  for (int i = 0; i < 4; ++i) EXPECT_EQ(read_midi(file("out/variation_" + std::to_string(i) + ".mid")).end, Ticks{4 * 4 * 480});
  EXPECT_EQ(run("vary_groove", {file("tiny.safetensors"), file("a.mid"), file("out"), "4"}).code, 1);
  EXPECT_EQ(run("vary_groove", {}).code, 2);
}

TEST_F(Examples, EvaluateModel) {
  test::make_small_groove_release(file("groove"));
  const test::Ended ended = run("evaluate_model", {file("tiny.safetensors"), file("groove")});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_NE(ended.out.find("nats per window"), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("velocity_spread "), std::string::npos) << ended.out;
  EXPECT_EQ(run("evaluate_model", {file("tiny.safetensors"), file("nothing")}).code, 1);
  EXPECT_EQ(run("evaluate_model", {}).code, 2);
}

TEST_F(Examples, Trio) {
  write_file_atomically(file("trio.safetensors"), test::tiny_model(named_config("trio_4bar")).serialize());
  Melody bass(3 * 16);
  for (int step = 0; step < bass.steps(); step += 4) bass.set(step, 36 + step / 4 % 5);
  write_midi(to_notes(bass, 100.0, {.program = 33}), file("bass.mid"));
  const test::Ended ended = run("trio", {file("trio.safetensors"), file("bass.mid"), file("out.mid"), "3"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_NE(ended.out.find("12 bass notes"), std::string::npos) << ended.out;
  const QuantizedTrio made = trio_from_notes(read_midi(file("out.mid")));
  EXPECT_EQ(made.trio.bass(), bass);
  EXPECT_GT(made.notes[0], 0);
  EXPECT_GT(made.notes[2], 0);
  EXPECT_EQ(run("trio", {file("tiny.safetensors"), file("bass.mid"), file("no.mid")}).code, 1) << "a model of grooves";
  EXPECT_EQ(run("trio", {}).code, 2);
}

TEST_F(Examples, SampleMelody) {
  write_file_atomically(file("melody.safetensors"), test::tiny_model(named_config("cat-mel_2bar_small")).serialize());
  const test::Ended ended = run("sample_melody", {file("melody.safetensors"), file("melodies"), "3"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(std::count(ended.out.begin(), ended.out.end(), '\n'), 5);
  EXPECT_EQ(read_midi(file("melodies/melody_4.mid")).end, Ticks{2 * 4 * 480});
  EXPECT_EQ(run("sample_melody", {file("tiny.safetensors"), file("no")}).code, 1) << "a model of grooves";
  EXPECT_EQ(run("sample_melody", {}).code, 2);
}

TEST_F(Examples, Harmonise) {
  write_file_atomically(file("chords.safetensors"), test::tiny_model(named_config("cat-mel_2bar_med_chords")).serialize());
  Melody tune(32);
  for (int step = 0; step < 32; step += 4) tune.set(step, 60 + step / 4);
  write_midi(to_notes(tune), file("tune.mid"));
  const test::Ended ended = run("harmonise", {file("chords.safetensors"), file("tune.mid"), file("harmonised"), "C Am7", "F:2 G:2 C"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("Am7 is read as Am"));
  EXPECT_THAT(ended.out, HasSubstr("on F:2 G:2 C:"));
  const NoteSequence made = read_midi(file("harmonised/on_chords_1.mid"));
  EXPECT_EQ(std::count_if(made.notes.begin(), made.notes.end(), [](const Note& note) { return note.channel == 1; }), 9);
  const test::Ended wrong = run("harmonise", {file("chords.safetensors"), file("tune.mid"), file("harmonised"), "C"});
  EXPECT_EQ(wrong.code, 1);
  EXPECT_THAT(wrong.err, HasSubstr("they last 16 steps, and a window 32"));
  EXPECT_EQ(run("harmonise", {}).code, 2);
}

TEST_F(Examples, FindSimilar) {
  test::make_small_groove_release(file("groove"));
  const std::vector<std::string> arguments = {file("tiny.safetensors"), file("groove/drummer1/5.mid"), file("groove"), "3"};
  const test::Ended ended = run("find_similar", arguments);
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(ended.out.rfind("   0.000  drummer1/5.mid, bar 0", 0), 0U) << ended.out;
  EXPECT_EQ(std::count(ended.out.begin(), ended.out.end(), '\n'), 3);
  EXPECT_EQ(run("find_similar", {arguments[0], arguments[1], file("nowhere")}).code, 1);
  EXPECT_EQ(run("find_similar", {}).code, 2);
}

TEST_F(Examples, ShiftAttribute) {
  test::make_small_groove_release(file("groove"));
  write_midi(to_notes(test::beat(6, 1), DrumMap::roland()), file("a.mid"));
  const test::Ended ended =
      run("shift_attribute", {file("tiny.safetensors"), file("groove"), file("a.mid"), file("out.mid"), "style:funk", "-1"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_NE(ended.out.find("style:rock"), std::string::npos);
  EXPECT_EQ(read_midi(file("out.mid")).end, Ticks{6 * 4 * 480}) << "a long groove goes window by window";
  EXPECT_EQ(run("shift_attribute", {file("tiny.safetensors"), file("groove"), file("a.mid"), file("no.mid"), "style:polka"}).code, 1);
  EXPECT_EQ(run("shift_attribute", {}).code, 2);
}

TEST_F(Examples, TasksOnAFile) {
  write_midi(to_notes(test::beat(3, 4), DrumMap::roland()), file("in.mid"));
  const auto model = [&](const std::string& config) {
    write_file_atomically(file(config), test::tiny_model(named_config(config)).serialize());
    return file(config);
  };
  const auto bars_of = [&](const std::string& example, const std::string& config) {
    std::filesystem::remove(file("out.mid"));
    const test::Ended ended = run(example, {model(config), file("in.mid"), file("out.mid")});
    EXPECT_EQ(ended.code, 0) << example << ": " << ended.err;
    return read_midi(file("out.mid")).end.value / (4 * 480);
  };
  EXPECT_EQ(bars_of("humanize_groove", "groovae_2bar_humanize"), 3);
  EXPECT_EQ(bars_of("tap_to_drums", "groovae_2bar_tap_fixed_velocity"), 3);
  EXPECT_EQ(bars_of("add_closed_hihat", "groovae_2bar_add_closed_hh"), 3);
  EXPECT_EQ(bars_of("fill_in_cells", "groovae_4bar_infill"), 3);
  EXPECT_EQ(bars_of("continue_groove", "cat-drums_2bar_small"), 3 + 4);
  EXPECT_EQ(run("humanize_groove", {file("tiny.safetensors"), file("in.mid"), file("out.mid")}).code, 1) << "a model of another task";
  for (const char* example : {"humanize_groove", "tap_to_drums", "add_closed_hihat", "fill_in_cells", "continue_groove", "list_configs"}) {
    EXPECT_EQ(run(example, {}).code, 2) << example;
  }
}

TEST_F(Examples, ListConfigs) {
  const test::Ended ended = run("list_configs", {file("mine.json")});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_NE(ended.out.find("hierdec-drums_16bar"), std::string::npos);
  const ModelConfig mine = read_config(file("mine.json"));
  ModelConfig theirs = named_config("cat-drums_4bar_big");
  theirs.name = mine.name;
  EXPECT_EQ(mine, theirs);
}

TEST_F(Examples, StreamGroovePlaysWhatTheSamplerSamples) {
  ModelFile model = test::tiny_model();
  const auto latent = static_cast<std::size_t>(model.config.latent);
  model.prior = {.shares = {0.5F, 0.5F}, .means = std::vector<float>(2 * latent, 0.5F), .factor = std::vector<float>(latent * latent)};
  for (std::size_t i = 0; i < latent; ++i) model.prior.factor[i * latent + i] = i % 2 == 0 ? 0.5F : 2.0F;
  write_file_atomically(file("prior.safetensors"), model.serialize());
  const test::Ended ended = run("stream_groove", {file("prior.safetensors"), file("stream.mid"), "3"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  const DrumSequence played = from_notes(read_midi(file("stream.mid")), DrumMap::roland()).sequence;
  DrumSequence sampled(0);
  for (const DrumSequence& groove : Sampler{MusicVae(model)}.sample({.n = 3, .decode = {.seed = 7}})) {
    sampled = sampled.concat(groove);
  }
  sampled = from_notes(to_notes(sampled, DrumMap::roland()), DrumMap::roland()).sequence;  // a file has no hit before tick 0
  ASSERT_GT(sampled.hits(), 0);
  ASSERT_EQ(played.steps(), sampled.steps());
  for (int step = 0; step < played.steps(); ++step) {
    for (int d = 0; d < kDrums; ++d) {
      const Cell& a = played.at(step, static_cast<Drum>(d));
      const Cell& b = sampled.at(step, static_cast<Drum>(d));
      EXPECT_EQ(a.hit, b.hit) << "step " << step << ", drum " << d;
      EXPECT_NEAR(a.offset, b.offset, 1.0 / 60 + 1e-6) << "step " << step << ", drum " << d;  // one tick
    }
  }
}

TEST_F(Examples, HearAndSeeAGroove) {
  try {
    (void)render::to_audio(NoteSequence{});
  } catch (const Error& e) {
    GTEST_SKIP() << e.what();
  }
  const test::Ended ended = run("hear_and_see_a_groove", {file("tiny.safetensors"), file("out")});
  EXPECT_EQ(ended.code, 0) << ended.err;
  const NoteSequence notes = read_midi(file("out/groove.mid"));
  const test::Wav wav = test::parse_wav(test::slurp(file("out/groove.wav")));
  EXPECT_GE(wav.seconds(), notes.tempo_map.seconds(notes.end).value - 1e-3);
  EXPECT_GT(wav.peak(0.0, wav.seconds()), 300);
  EXPECT_NE(test::slurp(file("out/groove.svg")).find("<title>Seed 7</title>"), std::string::npos);
}

}  // namespace
}  // namespace musicvae
