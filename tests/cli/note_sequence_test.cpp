// Every verb that reads or writes music takes NoteSequences in JSON beside MIDI files, and does the same with them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "musicvae/file.hpp"
#include "musicvae/interop/note_sequence_json.hpp"
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
using test::spill;
using testing::HasSubstr;

class NoteSequenceVerbs : public testing::Test {
 protected:
  NoteSequenceVerbs() {
    DrumSequence groove(64);  // on the grid, where seconds and ticks say the same
    for (int step = 0; step < 64; step += 2) groove.set(step, step % 8 == 0 ? Drum::kick : Drum::closed_hihat, 0.5F);
    for (int step = 4; step < 64; step += 8) groove.set(step, Drum::snare, 0.9F);
    const NoteSequence notes = to_notes(groove, DrumMap::roland(), 90.0);
    for (const char* name : {"in.mid", "in.json"}) interop::write_notes(notes, file(name));
  }

  [[nodiscard]] std::string file(const std::string& name) const { return files_ / name; }
  [[nodiscard]] std::string model(const std::string& config) const {
    ModelFile model = test::tiny_model(named_config(config));
    model.attributes["density"] = {.direction = {1.0F, -1.0F, 0.5F, 0.25F}, .low = 1.0, .high = 2.0};
    write_file_atomically(file(config + ".safetensors"), model.serialize());
    return file(config + ".safetensors");
  }
  test::Ended run(const std::vector<std::string>& arguments) { return test::run(output_, MUSICVAE_COMMAND, arguments); }
  nlohmann::json json(std::vector<std::string> arguments) {
    arguments.emplace_back("--json");
    const test::Ended ended = run(arguments);
    EXPECT_EQ(ended.code, 0) << arguments.front() << ": " << ended.err;
    return nlohmann::json::parse(ended.out, nullptr, /*allow_exceptions=*/false);
  }
  // Expects two files of notes to say the same, within half a tick of 220 a quarter note at 90 qpm.
  static void expect_same_notes(const std::string& one, const std::string& other) {
    const NoteSequence a = by_pitch(interop::read_notes(one));
    const NoteSequence b = by_pitch(interop::read_notes(other));
    ASSERT_EQ(a.notes.size(), b.notes.size()) << one;
    ASSERT_FALSE(a.notes.empty()) << one;
    for (std::size_t i = 0; i < a.notes.size(); ++i) {
      EXPECT_EQ(a.notes[i].pitch, b.notes[i].pitch) << one;
      EXPECT_EQ(a.notes[i].velocity, b.notes[i].velocity) << one;
      EXPECT_NEAR(a.start_seconds(a.notes[i]).value, b.start_seconds(b.notes[i]).value, 0.004) << one;
    }
  }
  static NoteSequence by_pitch(NoteSequence notes) {
    const auto key = [](const Note& note) { return std::pair(note.pitch, note.start.value); };
    std::sort(notes.notes.begin(), notes.notes.end(), [&](const Note& x, const Note& y) { return key(x) < key(y); });
    return notes;
  }

  test::TempFolder files_;
  test::TempFolder output_;
};

TEST_F(NoteSequenceVerbs, WhatIsMadeOfJsonIsWhatIsMadeOfMidi) {
  struct Case {
    const char* verb;
    const char* config;
    std::vector<std::string> options;
  };
  for (const auto& [verb, config, options] :
       {Case{"reconstruct", "groovae_4bar", {}}, Case{"shift-attributes", "groovae_4bar", {"--density", "1"}},
        Case{"humanize", "groovae_2bar_humanize", {}}, Case{"tap-to-drums", "groovae_2bar_tap_fixed_velocity", {"--seed", "7"}},
        Case{"add-closed-hihat", "groovae_2bar_add_closed_hh", {}},
        Case{"infill", "groovae_2bar_infill", {"--drum", "snare", "--seed", "7"}},
        Case{"continue", "groovae_2bar_infill", {"--bars", "2", "--seed", "7"}}}) {
    for (const char* ending : {"mid", "json"}) {
      std::vector<std::string> arguments = {
          verb, file(std::string("in.") + ending), "-o", file(std::string("out.") + ending), "--model", model(config)};
      arguments.insert(arguments.end(), options.begin(), options.end());
      const test::Ended ended = run(arguments);
      ASSERT_EQ(ended.code, 0) << verb << ": " << ended.err;
    }
    EXPECT_EQ(slurp(file("out.json"))[0], '{') << verb;
    expect_same_notes(file("out.mid"), file("out.json"));
  }
}

TEST_F(NoteSequenceVerbs, FoldersOfMusicAreWrittenAsJson) {
  const std::string tiny = model("groovae_4bar");
  struct Case {
    const char* name;
    std::vector<std::string> arguments;
  };
  for (const auto& [name, arguments] :
       {Case{"groove", {"sample", "-n", "2", "--seed", "7", "--model", tiny}},
        Case{"interpolation", {"interpolate", file("in.json"), file("in.mid"), "--steps", "2", "--model", tiny}},
        Case{"similar", {"similar", file("in.json"), "-n", "2", "--seed", "7", "--temperature", "1", "--model", tiny}}}) {
    for (const char* format : {"mid", "json"}) {
      std::vector<std::string> all = arguments;
      for (const std::string& more : {std::string("--format"), std::string(format), std::string("-o"), file(format)}) all.push_back(more);
      json(all);
    }
    for (const char* number : {"_0.", "_1."})
      expect_same_notes(file(std::string("mid/") + name + number + "mid"), file(std::string("json/") + name + number + "json"));
  }
  expect_error(run({"sample", "--model", tiny, "--format", "wav", "-o", file("x")}), usage, "--format");
}

TEST_F(NoteSequenceVerbs, InfoDescribesThem) {
  const auto midi = json({"info", file("in.mid")});
  const auto notes = json({"info", file("in.json")});
  EXPECT_EQ(notes["kind"], "note_sequence");
  for (const char* field : {"notes", "drum_notes", "drums", "channels", "meters", "unknown_pitches"})
    EXPECT_EQ(notes[field], midi[field]) << field;
  const double sixteenth = 60.0 / 90.0 / 4.0;  // a NoteSequence ends with its last note, a MIDI file with its bar
  EXPECT_NEAR(notes["seconds"].get<double>(), midi["seconds"].get<double>() - sixteenth, 0.01);
  EXPECT_NEAR(notes["tempos"][0]["qpm"].get<double>(), 90.0, 0.01);
  EXPECT_THAT(run({"info", file("in.json")}).out, HasSubstr("in.json: NoteSequence, "));
  EXPECT_EQ(json({"info", "--tracks", file("in.json"), "--bars", "4"})["tracks"][0]["part"], "drums");
}

TEST_F(NoteSequenceVerbs, InfoAndPreprocessSayWhatJsonIsNoNoteSequence) {
  spill(file("vectors.json"), R"({"density": [1, 2]})");
  expect_error(run({"info", file("vectors.json")}), format_error, "is JSON, but no NoteSequence: it has \"density\" instead of notes");
  expect_error(run({"preprocess", file("vectors.json"), "-o", file("x.mvds")}), format_error, "is JSON, but no NoteSequence");
  spill(file("cut.json"), R"({"notes": [)");
  expect_error(run({"info", file("cut.json")}), format_error, "cut.json: is not JSON of this kind");
  spill(file("twice.json"), R"({"notes": [{"pitch": 36, "pitch": 38}]})");
  expect_error(run({"info", file("twice.json")}), format_error, "has \"pitch\" twice");
}

TEST_F(NoteSequenceVerbs, DatasetsAreMadeOfThem) {
  std::filesystem::create_directory(file("midi"));
  std::filesystem::create_directory(file("json"));
  std::filesystem::copy_file(file("in.mid"), file("midi/in.mid"));
  std::filesystem::copy_file(file("in.json"), file("json/in.json"));
  const auto midi = json({"preprocess", file("midi"), "-o", file("midi.mvds")});
  const auto folder = json({"preprocess", file("json"), "-o", file("json.mvds")});
  const auto one = json({"preprocess", file("in.json"), "-o", file("one.mvds")});
  EXPECT_EQ(midi["windows"], 1);
  for (const auto& made : {folder, one}) {
    EXPECT_EQ(made["windows"], midi["windows"]);
    EXPECT_EQ(made["left_out"], midi["left_out"]);
  }
  EXPECT_EQ(one["from"], "NoteSequence");
  const auto near = json({"nearest", file("in.json"), "--data", file("json.mvds"), "-k", "1", "--model", model("groovae_4bar")});
  EXPECT_NEAR(near["nearest"][0]["distance"].get<double>(), 0.0, 1e-4);
  // Records, and what is no NoteSequence is counted.
  spill(file("json/notes.json"), R"({"title": "mine"})");
  const auto records = json({"preprocess", file("json"), "--format", "tfrecord", "-o", file("x.tfrecord")});
  EXPECT_EQ(records["records"], 1);
  EXPECT_EQ(records["left_out"]["unreadable"], 1);
}

TEST_F(NoteSequenceVerbs, TensorsAndPicturesAreTheSame) {
  for (const char* ending : {"mid", "json"}) {
    const std::string in = file(std::string("in.") + ending);
    json({"convert", in, "-o", file(std::string(ending) + ".safetensors")});
    json({"plot", in, "-o", file(std::string(ending) + ".svg")});
  }
  const SafetensorsFile midi = SafetensorsFile::read(file("mid.safetensors"));
  const SafetensorsFile notes = SafetensorsFile::read(file("json.safetensors"));
  const std::vector<float> a = midi.view().tensors.at("tensors").floats();
  const std::vector<float> b = notes.view().tensors.at("tensors").floats();
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) ASSERT_NEAR(a[i], b[i], 0.02) << i;
  EXPECT_EQ(slurp(file("mid.svg")).size(), slurp(file("json.svg")).size());
}

TEST_F(NoteSequenceVerbs, TheChordsOfAFileAreItsOwn) {
  Melody melody(32);
  for (int step = 0; step < 32; step += 4) melody.set(step, 60);
  NoteSequence notes = to_notes(melody);
  notes.chords = {{Ticks{0}, "Am"}};
  interop::write_notes(notes, file("tune.json"));
  const std::string chords = model("cat-mel_2bar_med_chords");
  json({"reconstruct", file("tune.json"), "--model", chords, "-o", file("own.json")});
  json({"reconstruct", file("tune.json"), "--model", chords, "--chords", "Am Am", "-o", file("given.json")});
  json({"reconstruct", file("tune.json"), "--model", chords, "--chords", "F# F#", "-o", file("other.json")});
  EXPECT_EQ(interop::read_notes(file("own.json")).notes, interop::read_notes(file("given.json")).notes);
  EXPECT_NE(interop::read_notes(file("own.json")).notes, interop::read_notes(file("other.json")).notes);
}

}  // namespace
}  // namespace musicvae
