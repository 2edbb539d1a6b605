// Records and folders on the command line: preprocess, info, and the errors for bad input.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "musicvae/data/groove_dataset.hpp"
#include "musicvae/data/tfrecord.hpp"
#include "process.hpp"
#include "small_disk.hpp"
#include "small_groove_release.hpp"

namespace musicvae {
namespace {

using enum test::Code;
using test::expect_error;
using test::slurp;
using test::spill;
using test::TempFolder;
using testing::HasSubstr;

class Records : public testing::Test {
 protected:
  Records() {
    std::filesystem::create_directories(file("midi/sub"));
    write_midi(to_notes(test::beat(6, 0), DrumMap::roland(), 100.0), file("midi/a.mid"));
    write_midi(to_notes(test::beat(5, 1), DrumMap::roland(), 140.0), file("midi/sub/b.midi"));
    NoteSequence melody = to_notes(test::beat(4, 2), DrumMap::roland());
    for (Note& note : melody.notes) {
      note.channel = 0;
      note.pitch += 36;  // to pitches that are no drums
    }
    write_midi(melody, file("midi/melody.mid"));
    spill(file("midi/broken.mid"), "this is no MIDI file");
  }

  [[nodiscard]] std::string file(const std::string& name) const { return files_ / name; }
  test::Ended run(const std::vector<std::string>& arguments) { return test::run(output_, MUSICVAE_COMMAND, arguments); }

  /// Runs the command with --json and expects success.
  nlohmann::json json(std::vector<std::string> arguments) {
    arguments.emplace_back("--json");
    const test::Ended ended = run(arguments);
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_EQ(ended.err, "");
    return nlohmann::json::parse(ended.out);
  }

  std::string make_records(const std::string& name = "x.tfrecord") {
    EXPECT_EQ(run({"preprocess", file("midi"), "--format", "tfrecord", "-o", file(name)}).code, 0);
    return file(name);
  }

  TempFolder files_;
  TempFolder output_;
};

TEST_F(Records, PreprocessWritesThemAndSaysWhatWasLeftOut) {
  const nlohmann::json result = json({"preprocess", file("midi"), "--format", "tfrecord", "-o", file("x.tfrecord")});
  EXPECT_EQ(result["records"], 2);
  EXPECT_EQ(result["files"], 4);
  EXPECT_EQ(result["left_out"]["unreadable"], 1);
  EXPECT_EQ(result["left_out"]["no_notes"], 1);
  EXPECT_GT(result["left_out"]["not_a_drum"], 10);
  ASSERT_EQ(result["files_with_left_out"].size(), 2U);
  EXPECT_EQ(result["files_with_left_out"][0]["path"], "broken.mid");
  EXPECT_THAT(result["files_with_left_out"][0]["error"].get<std::string>(), HasSubstr("broken.mid: byte 0"));

  const nlohmann::json all = json({"preprocess", file("midi"), "--format", "tfrecord", "--all-instruments", "-o", file("all.tfrecord")});
  EXPECT_EQ(all["records"], 3);
  EXPECT_FALSE(all["left_out"].contains("not_a_drum"));
  const nlohmann::json packed = json({"preprocess", file("midi"), "--format", "tfrecord", "--gzip", "-o", file("packed.tfrecord")});
  EXPECT_EQ(packed["notes"], result["notes"]);
  EXPECT_LT(std::filesystem::file_size(file("packed.tfrecord")), std::filesystem::file_size(file("x.tfrecord")));
  EXPECT_THAT(run({"preprocess", file("midi"), "--format", "tfrecord", "-o", file("x.tfrecord")}).out,
              AllOf(HasSubstr("2 records"), HasSubstr("left out: "), HasSubstr("1 unreadable")));
}

TEST_F(Records, PreprocessMakesTheSameWindowsOfFilesAndRecords) {
  const std::string records = make_records();
  const nlohmann::json of_files = json({"preprocess", file("midi"), "-o", file("a.mvds")});
  const nlohmann::json of_records = json({"preprocess", records, "-o", file("b.mvds")});
  EXPECT_EQ(of_files["windows"], 3 + 2);
  EXPECT_EQ(of_files["splits"]["train"], 5);
  EXPECT_EQ(of_files["from"], "folder");
  EXPECT_EQ(of_records["windows"], 5);
  EXPECT_EQ(of_records["from"], "records file");
  EXPECT_EQ(of_records["downbeat_hits_per_window"], of_files["downbeat_hits_per_window"]);
}

TEST_F(Records, InfoListsThem) {
  const nlohmann::json info = json({"info", make_records()});
  EXPECT_EQ(info["kind"], "tfrecord");
  EXPECT_EQ(info["compression"], "none");
  EXPECT_EQ(info["records"], 2);
  EXPECT_EQ(info["sequences"][1]["filename"], "sub/b.midi");
  EXPECT_EQ(info["sequences"][1]["meters"][0]["meter"], "4/4");
  EXPECT_NEAR(info["sequences"][0]["tempos"][0]["qpm"].get<double>(), 100.0, 1e-3);
  EXPECT_EQ(info["notes"], info["sequences"][0]["notes"].get<int>() + info["sequences"][1]["notes"].get<int>());
  EXPECT_EQ(info["drum_notes"], info["notes"]);
  EXPECT_TRUE(info["damaged"].empty());
  EXPECT_THAT(run({"info", file("x.tfrecord")}).out,
              AllOf(HasSubstr("2 NoteSequences"), HasSubstr("record 0: a.mid"), HasSubstr("100.00 to 140.00 qpm")));
}

TEST_F(Records, InfoAndPreprocessKeepWhatIsSound) {
  const std::string bytes = slurp(make_records());
  spill(file("cut.tfrecord"), bytes.substr(0, bytes.size() - 20));
  const nlohmann::json info = json({"info", file("cut.tfrecord")});
  EXPECT_EQ(info["records"], 1);
  ASSERT_EQ(info["damaged"].size(), 1U);
  EXPECT_EQ(info["damaged"][0]["record"], 1);
  EXPECT_THAT(info["damaged"][0]["error"].get<std::string>(), HasSubstr("record 1 is cut short"));
  EXPECT_THAT(run({"info", file("cut.tfrecord")}).out, HasSubstr("cut short"));
  EXPECT_EQ(json({"preprocess", file("cut.tfrecord"), "-o", file("x.mvds")})["windows"], 3);
  const nlohmann::json mended = json({"preprocess", file("cut.tfrecord"), "--format", "tfrecord", "-o", file("mended.tfrecord")});
  EXPECT_EQ(mended["records"], 1);
  EXPECT_EQ(mended["left_out"]["unreadable"], 1);
  EXPECT_TRUE(json({"info", file("mended.tfrecord")})["damaged"].empty());
}

TEST_F(Records, BadInputIsNamed) {
  const std::string bytes = slurp(make_records());
  const auto before = files_.entries();
  expect_error(run({"preprocess", file("midi"), "--format", "csv", "-o", file("y")}), usage, "csv");
  expect_error(run({"preprocess", file("midi"), "--gzip", "-o", file("y")}), usage, "--gzip is not for --format mvds");
  expect_error(run({"preprocess", file("midi"), "--all-instruments", "-o", file("y")}), usage, "--all-instruments");
  expect_error(run({"preprocess", file("midi"), "--format", "tfrecord", "--cut", "bar-aligned", "-o", file("y")}), usage,
               "--cut is not for");
  expect_error(run({"preprocess", file("midi"), "--format", "tfrecord", "--bars", "2", "-o", file("y")}), usage, "--bars");
  expect_error(run({"preprocess", file("none.tfrecord"), "-o", file("y")}), file_error, "none.tfrecord");
  expect_error(run({"preprocess", file("midi"), "--format", "tfrecord", "-o", file("none/y")}), file_error, "create the folder first");
  EXPECT_EQ(files_.entries(), before);

  spill(file("bad.tfrecord"), bytes.substr(0, 30));
  expect_error(run({"info", file("bad.tfrecord")}), format_error, "bad.tfrecord: byte 0: record 0 is cut short");
  expect_error(run({"preprocess", file("bad.tfrecord"), "-o", file("y")}), format_error, "record 0");
  spill(file("bad.tfrecord"), "text and no records");
  expect_error(run({"preprocess", file("bad.tfrecord"), "-o", file("y")}), format_error, "not a TFRecord file");
  std::filesystem::create_directory(file("empty"));
  expect_error(run({"preprocess", file("empty"), "-o", file("y")}), file_error, "neither info.csv nor MIDI files");
  EXPECT_FALSE(std::filesystem::exists(file("y")));
}

TEST_F(Records, NamesThatAreNoUtf8DoNoHarm) {
  std::error_code ec;
  std::filesystem::rename(file("midi/a.mid"), file("midi/caf\xE9.mid"), ec);
  if (ec) GTEST_SKIP() << "this file system takes UTF-8 only: " << ec.message();
  spill(file("midi/br\xF6ken.mid"), "this is no MIDI file");
  EXPECT_EQ(json({"preprocess", file("midi"), "-o", file("x.mvds")})["left_out"]["unreadable"], 2);
  EXPECT_EQ(json({"info", make_records()})["sequences"][0]["filename"], "caf\xEF\xBF\xBD.mid");
}

TEST_F(Records, AFullDiskIsNamedAndNothingStays) {
  const test::SmallDisk disk(files_ / "disk", "4k");
  if (!disk.why_not().empty()) GTEST_SKIP() << disk.why_not();
  expect_error(run({"preprocess", file("midi"), "--format", "tfrecord", "-o", disk.path() / "x"}), file_error, "No space left");
  EXPECT_TRUE(std::filesystem::is_empty(disk.path()));
}

}  // namespace
}  // namespace musicvae
