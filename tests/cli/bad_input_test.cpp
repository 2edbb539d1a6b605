// Bad input gets one line with what is wrong, where, and how to mend it; an exit code; and no half-written file.
#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <limits>
#include <map>

#include "musicvae/file.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "musicvae/sequence/drum_notes.hpp"
#include "process.hpp"
#include "small_disk.hpp"
#include "small_groove_release.hpp"
#include "tiny_model.hpp"

namespace musicvae {
namespace {

using enum test::Code;
using test::expect_error;
using test::slurp;
using test::spill;
using test::TempFolder;

class BadInput : public testing::Test {
 protected:
  BadInput() { write_file_atomically(model(), test::tiny_model().serialize()); }

  [[nodiscard]] std::string model() const { return files_ / "tiny.safetensors"; }
  [[nodiscard]] std::string file(const std::string& name) const { return files_ / name; }

  test::Ended run(const std::vector<std::string>& arguments) { return test::run(output_, MUSICVAE_COMMAND, arguments); }

  /// Expects every verb that reads a MIDI file to refuse `bytes` and write nothing.
  void refuses_midi(const std::string& bytes, int code, const std::string& part) {
    spill(file("in.mid"), bytes);
    const auto before = files_.entries();
    expect_error(run({"info", file("in.mid")}), code, part);
    expect_error(run({"convert", file("in.mid"), "-o", file("x.safetensors")}), code, part);
    expect_error(run({"reconstruct", file("in.mid"), "-o", file("out.mid"), "--model", model()}), code, part);
    EXPECT_EQ(files_.entries(), before);
  }

  TempFolder files_;
  TempFolder output_;
};

/// A MIDI file with one track of these event bytes.
std::string midi(const std::string& events, const std::string& division = std::string("\x01\xe0", 2)) {
  const auto big_endian = [](std::size_t n) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(n >> shift);
    return bytes;
  };
  return std::string("MThd\0\0\0\6\0\0\0\1", 12) + division + "MTrk" + big_endian(events.size()) + events;
}

const std::string one_hit = std::string("\x00\x99\x24\x64\x60\x89\x24\x00", 8);
const std::string end_of_track = std::string("\x00\xff\x2f\x00", 4);

TEST_F(BadInput, MidiFiles) {
  const std::string good = midi(one_hit + end_of_track);
  spill(file("good.mid"), good);
  EXPECT_EQ(run({"info", file("good.mid")}).code, 0);
  spill(file("ppq.mid"), midi(one_hit + end_of_track, std::string("\x7f\xff", 2)));
  EXPECT_EQ(run({"info", file("ppq.mid")}).code, 0) << "32767 ticks a quarter are allowed";

  refuses_midi(good.substr(0, good.size() - 6), format_error, "in.mid: byte ");
  refuses_midi(midi(one_hit + end_of_track, std::string("\0\0", 2)), format_error, "in.mid: byte 12");
  refuses_midi(midi(one_hit + end_of_track, std::string("\xe8\x28", 2)), format_error, "SMPTE");
  refuses_midi(midi("\xff\xff\xff\xff\x99\x24\x64" + end_of_track), format_error, "in.mid: byte ");
}

TEST_F(BadInput, HugeDeltaTimes) {
  std::string events;
  for (int i = 0; i < 40; ++i) events += std::string("\xff\xff\xff\x7f\x99\x24\x64", 7);
  refuses_midi(midi(events + end_of_track), format_error, "in.mid: byte ");
}

TEST_F(BadInput, FilesThatAreNoMidi) {
  const std::string noise = "\x89PNG\r\n\x1a\n some picture";
  for (const std::string& bytes : {std::string(), noise}) {
    spill(file("in.mid"), bytes);
    expect_error(run({"convert", file("in.mid"), "-o", file("x.safetensors")}), format_error, "in.mid: byte 0");
    expect_error(run({"info", file("in.mid")}), format_error, "in.mid: byte 0");
  }
}

TEST_F(BadInput, MuchNoiseAndAMillionNotes) {
  std::string noise(100'000'000, '\0');
  std::uint32_t state = 1;
  for (char& byte : noise) byte = static_cast<char>((state = state * 1664525U + 1013904223U) >> 24);
  spill(file("noise.mid"), noise);
  expect_error(run({"convert", file("noise.mid"), "-o", file("x.safetensors")}), file_error, "noise.mid: has 100000000 bytes");

  std::string events;
  for (int i = 0; i < 1'000'000; ++i) events += one_hit;
  spill(file("million.mid"), midi(events + end_of_track));
  EXPECT_EQ(run({"info", file("million.mid")}).code, 0);
  EXPECT_EQ(run({"convert", file("million.mid"), "-o", file("x.safetensors")}).code, 0);
}

TEST_F(BadInput, MissingFilesAndFolders) {
  expect_error(run({"info", file("no.mid")}), file_error, "no.mid: no such file");
  expect_error(run({"convert", files_.path(), "-o", file("x")}), file_error, "folder");
  expect_error(run({"convert", file("no.mid"), "-o", file("x")}), file_error, "no.mid");
  expect_error(run({"sample", "--model", file("no.safetensors"), "-o", file("o")}), file_error, "no.safetensors");
  expect_error(run({"sample", "--model", "no_such_name", "-o", file("o")}), file_error, "no_such_name");
  expect_error(run({"encode", "-i", file("no"), "-o", file("z"), "--model", model()}), file_error, "no: no such file");
  expect_error(run({"preprocess", file("no.zip"), "-o", file("d.mvds")}), file_error, "no.zip");
  EXPECT_EQ(files_.entries(), 1) << "only the model";
}

TEST_F(BadInput, WrongUse) {
  expect_error(run({}), usage, "see musicvae --help");
  expect_error(run({"dance"}), usage, "dance");
  expect_error(run({"sample", "-n", "0", "--model", model(), "-o", file("o")}), usage, "n is 0");
  expect_error(run({"sample", "--seed", "-1", "--model", model(), "-o", file("o")}), usage, "--seed");
  expect_error(run({"sample", "-n", "-1", "--model", model(), "-o", file("o")}), usage, "-n");
  expect_error(run({"sample", "--temperature", "-1", "--model", model(), "-o", file("o")}), usage, "temperature");
  expect_error(run({"sample", "--temperature", "nan", "--model", model(), "-o", file("o")}), usage, "temperature");
  expect_error(run({"sample", "--bars", "5", "--model", model(), "-o", file("o")}), usage, "5 bars");
  expect_error(run({"sample", "--qpm", "0", "--model", model(), "-o", file("o")}), usage, "qpm");
  spill(file("good.mid"), midi(one_hit + end_of_track));
  expect_error(run({"convert", file("good.mid"), "-o", file("x"), "--cut", "mine"}), usage, "\"mine\"");
  expect_error(run({"convert", file("good.mid"), "-o", file("x"), "--map", "mine"}), usage, "\"mine\"");
  expect_error(run({"convert", file("good.mid"), "-o", file("x"), "--classes", "ten"}), usage, "use nine or full");
  expect_error(run({"convert", file("good.mid"), "-o", file("x"), "--classes", "full"}), usage, "the cut reference-drums");
  expect_error(run({"convert", file("good.mid"), "-o", file("x"), "--bars", "0"}), usage, "bars");
  spill(file("map.json"), R"({"name": "x", "classes": {"kick": [200]}})");
  expect_error(run({"convert", file("good.mid"), "-o", file("x"), "--map", file("map.json")}), model_error, "map.json");
}

TEST_F(BadInput, Models) {
  const std::string bytes = slurp(model());
  const auto refuses = [&](const std::string& content, int code, const std::string& part) {
    spill(file("bad.safetensors"), content);
    expect_error(run({"sample", "--model", file("bad.safetensors"), "-o", file("o")}), code, part);
    EXPECT_FALSE(std::filesystem::exists(file("o")));
  };
  refuses(bytes.substr(0, bytes.size() / 2), format_error, "bad.safetensors: byte ");
  refuses("", format_error, "bad.safetensors: byte 0");
  std::string other_version = bytes;
  other_version.replace(other_version.find("\\\"version\\\":1"), 13, "\\\"version\\\":9");
  refuses(other_version, model_error, "version 9");

  ModelFile tiny = test::tiny_model();
  const auto edited = [&](const std::function<void(std::map<std::string, TensorView>&)>& edit) {
    SafetensorsView view = parse_safetensors(std::as_bytes(std::span(bytes.data(), bytes.size())), "x");
    edit(view.tensors);
    return serialize_safetensors(view.tensors, view.metadata);
  };
  const std::vector<float> four = {0, 1, 2, 3};
  const std::vector<float> nan = {0, std::numeric_limits<float>::quiet_NaN(), 0, 0};
  refuses(edited([](auto& t) { t.erase("encoder/mu/bias"); }), model_error, "\"encoder/mu/bias\" is missing");
  refuses(edited([&](auto& t) { t["spare"] = view_of(std::span<const float>(four), {4}); }), model_error, "\"spare\" is not expected");
  refuses(edited([&](auto& t) {
            t["encoder/mu/bias"] = view_of(std::span<const float>(four), {2, 2});
          }),
          model_error, "\"encoder/mu/bias\" has shape [2, 2]");
  refuses(edited([&](auto& t) { t["encoder/mu/bias"] = view_of(std::span<const float>(nan), {4}); }), model_error,
          "\"encoder/mu/bias\" is not finite");
}

TEST_F(BadInput, TensorFiles) {
  const std::vector<float> some(64 * 27, 0.0F);
  write_file_atomically(file("wrong.safetensors"),
                        serialize_safetensors({{"tensors", view_of(std::span<const float>(some), {27, 64, 1})}}));
  expect_error(run({"encode", "-i", file("wrong.safetensors"), "-o", file("z"), "--model", model()}), model_error,
               "has shape [27, 64, 1]; the model needs [N, 64, 27]");
  expect_error(run({"decode", "-i", file("wrong.safetensors"), "-o", file("y"), "--model", model()}), model_error, "\"mu\" is missing");
  const std::vector<float> nan(4, std::numeric_limits<float>::quiet_NaN());
  write_file_atomically(file("nan.safetensors"), serialize_safetensors({{"z", view_of(std::span<const float>(nan), {1, 4})}}));
  expect_error(run({"decode", "-i", file("nan.safetensors"), "-o", file("y"), "--model", model()}), usage, "not finite");
  expect_error(run({"decode", "-i", model(), "-o", file("y"), "--model", model(), "--threshold", "--temperature", "1"}), usage,
               "threshold");
}

TEST_F(BadInput, Datasets) {
  test::make_small_groove_release(files_ / "groove");
  ASSERT_EQ(run({"preprocess", file("groove"), "-o", file("d.mvds")}).code, 0);
  std::string bytes = slurp(file("d.mvds"));
  bytes[bytes.size() - 5] = static_cast<char>(bytes[bytes.size() - 5] ^ 1);
  spill(file("flipped.mvds"), bytes);
  expect_error(run({"info", file("flipped.mvds")}), format_error, "checksum");
  spill(file("cut.mvds"), bytes.substr(0, bytes.size() - 100));
  expect_error(run({"info", file("cut.mvds")}), format_error, "cut.mvds: byte ");
  std::filesystem::remove(files_ / "groove/info.csv");
  std::filesystem::remove_all(files_ / "groove/drummer1");
  expect_error(run({"preprocess", file("groove"), "-o", file("e.mvds")}), file_error, "info.csv");
  spill(file("no.zip"), "this is no zip");
  expect_error(run({"preprocess", file("no.zip"), "-o", file("e.mvds")}), format_error, "no.zip");
  EXPECT_FALSE(std::filesystem::exists(file("e.mvds")));
}

TEST_F(BadInput, GroovesThatTheModelCannotTake) {
  DrumSequence waltz(48, Grid{.steps_per_quarter = 4, .beats_per_bar = 3, .beat_unit = 4});
  waltz.set(0, Drum::kick);
  write_midi(to_notes(waltz, DrumMap::roland()), file("waltz.mid"));
  expect_error(run({"reconstruct", file("waltz.mid"), "-o", file("out.mid"), "--model", model()}), usage, "waltz.mid: has bars of 3/4");
  write_midi(NoteSequence{}, file("silent.mid"));
  expect_error(run({"reconstruct", file("silent.mid"), "-o", file("out.mid"), "--model", model()}), usage, "no drum notes");
  EXPECT_FALSE(std::filesystem::exists(file("out.mid")));
}

TEST_F(BadInput, FoldersThatCannotBeWritten) {
  expect_error(run({"sample", "--model", model(), "-o", "/proc/grooves"}), file_error, "/proc/grooves: cannot be created");
  expect_error(run({"sample", "--model", model(), "-o", model()}), file_error, "tiny.safetensors");
  spill(file("good.mid"), midi(one_hit + end_of_track));
  expect_error(run({"convert", file("good.mid"), "--bars", "1", "-o", file("no/x.safetensors")}), file_error, "create the folder first");
  expect_error(run({"reconstruct", file("good.mid"), "-o", files_.path(), "--model", model()}), file_error, "name a file, not a folder");
}

TEST_F(BadInput, JackWithoutTheDrummer) {
  std::filesystem::copy_file(MUSICVAE_COMMAND, file("musicvae"));  // nothing is beside it
  expect_error(test::run(output_, file("musicvae"), {"jack"}), device_error, "this build has no drummer");
}

TEST_F(BadInput, AFullDisk) {
  const test::SmallDisk disk(files_ / "disk", "16k");
  if (!disk.why_not().empty()) GTEST_SKIP() << disk.why_not();
  test::make_small_groove_release(files_ / "groove");
  const auto refuses = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"-o", disk.path() / "out"});
    expect_error(run(arguments), file_error, "No space left");
    EXPECT_TRUE(std::filesystem::is_empty(disk.path())) << "nothing half-written";
  };
  refuses({"preprocess", file("groove")});
  write_midi(to_notes(test::beat(64, 1), DrumMap::roland()), file("long.mid"));
  refuses({"convert", file("long.mid")});
  refuses({"export", model()});
}

}  // namespace
}  // namespace musicvae
