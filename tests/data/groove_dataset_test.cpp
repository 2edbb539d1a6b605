#include "musicvae/data/groove_dataset.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zip.h>

#include <cstddef>
#include <map>
#include <span>
#include <stdexcept>
#include <string>

#include "musicvae/error.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "musicvae/sequence/drum_notes.hpp"
#include "small_disk.hpp"
#include "temp_folder.hpp"

namespace musicvae::data {
namespace {

using test::slurp;
using test::spill;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::ThrowsMessage;

using Files = std::map<std::string, std::string>;

const std::string header = "drummer,id,style,bpm,beat_type,time_signature,midi_filename,split\n";

/// A MIDI file with `bars` bars and a kick on each beat.
std::string midi(int bars) {
  DrumSequence groove(16 * bars);
  for (int step = 0; step < 16 * bars; step += 4) groove.set(step, Drum::kick, 1.0F);
  return serialize_midi(to_notes(groove, DrumMap::roland()));
}

std::span<const std::byte> as_bytes(const std::string& text) {
  return std::as_bytes(std::span(text));
}

/// A small dataset; file names are relative to the folder of info.csv.
Files small() {
  return {{"info.csv", header + "drummer1,1,funk/groove1,138,beat,4-4,drummer1/a.mid,train\n" +
                           "drummer1,2,\"jazz, \"\"free\"\"\",93.5,fill,6-8,drummer1/b.mid,validation\r\n" + "\n" +
                           "drummer2,3,rock,100,beat,4-4,drummer2/c.mid,test"},
          {"drummer1/a.mid", midi(6)},
          {"drummer1/b.mid", midi(4)},
          {"drummer2/c.mid", midi(2)}};
}

void write_folder(const std::filesystem::path& folder, const Files& files) {
  for (const auto& [name, bytes] : files) {
    std::filesystem::create_directories((folder / name).parent_path());
    spill(folder / name, bytes);
  }
}

void write_zip(const std::filesystem::path& path, const Files& files, const std::string& root = "", int method = ZIP_CM_DEFLATE) {
  zip_t* zip = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
  ASSERT_NE(zip, nullptr);
  for (const auto& [name, bytes] : files) {
    const zip_int64_t entry = zip_file_add(zip, (root + name).c_str(), zip_source_buffer(zip, bytes.data(), bytes.size(), 0), 0);
    ASSERT_GE(entry, 0);
    ASSERT_EQ(zip_set_file_compression(zip, static_cast<zip_uint64_t>(entry), method, 0), 0);
  }
  ASSERT_EQ(zip_close(zip), 0);
}

std::string prepared(const std::filesystem::path& path, PrepareOptions options = {}) {
  return prepare(GrooveDataset::open(path), options).bytes();
}

WindowSet prepare_set(const std::filesystem::path& dataset, const std::filesystem::path& out) {
  prepare(GrooveDataset::open(dataset)).write(out);
  return WindowSet::open(out);
}

TEST(GrooveDataset, ReadsTheTable) {
  const test::TempFolder folder;
  write_folder(folder.path(), small());
  const GrooveDataset dataset = GrooveDataset::open(folder.path());
  ASSERT_EQ(dataset.files().size(), 3U);
  EXPECT_EQ(dataset.files()[0],
            (SourceFile{.path = "drummer1/a.mid", .split = Split::train, .style = "funk/groove1", .beat_type = "beat", .bpm = 138}));
  EXPECT_EQ(dataset.files()[1], (SourceFile{.path = "drummer1/b.mid",
                                            .split = Split::validation,
                                            .style = "jazz, \"free\"",
                                            .beat_type = "fill",
                                            .bpm = 93.5,
                                            .beats_per_bar = 6,
                                            .beat_unit = 8}));
  EXPECT_EQ(dataset.files()[2].split, Split::test);
}

TEST(GrooveDataset, IsAlsoAListOfFilesAndNotes) {
  const test::TempFolder folder;
  spill(folder / "a.mid", midi(6));
  spill(folder / "broken.mid", "this is no MIDI file");
  const GrooveDataset dataset =
      GrooveDataset::of({folder / "a.mid", folder / "missing.mid", parse_midi(as_bytes(midi(5)), "5"), folder / "broken.mid"});
  EXPECT_EQ(dataset.kind(), GrooveDataset::Kind::list);
  const WindowSet set = prepare(dataset, {.threads = 2}).finish();
  ASSERT_EQ(set.files().size(), 4U);
  EXPECT_EQ(set.size(), 3U + 2U) << "a window for each bar that begins four bars";
  EXPECT_EQ(set.file(0).path, (folder / "a.mid").generic_string());
  EXPECT_EQ(set.file(4).path, "notes 2");
  EXPECT_EQ(set.files()[2].notes, 20);
  EXPECT_EQ(set.files()[2].bpm, 120.0);
  for (const std::size_t bad : {1U, 3U}) {
    EXPECT_EQ(set.files()[bad].left_out[LeftOut::unreadable], 1);
    EXPECT_THAT(set.files()[bad].error, HasSubstr(bad == 1 ? "missing.mid" : "broken.mid"));
  }
  EXPECT_EQ(write_records(dataset, folder / "x.tfrecord").size(), 4U);
  EXPECT_EQ(prepare(GrooveDataset::open(folder / "x.tfrecord")).finish().size(), set.size());
}

TEST(GrooveDataset, RefusesAListOfNothingOrOfFolders) {
  const test::TempFolder folder;
  EXPECT_THAT([] { (void)GrooveDataset::of({}); }, ThrowsMessage<ArgumentError>("dataset: the list is empty; give MIDI files or notes"));
  EXPECT_THAT([&] { (void)GrooveDataset::of({folder.path()}); },
              ThrowsMessage<ArgumentError>("dataset: " + folder.path().string() +
                                           " is a folder; list its files, or give the folder instead of a list"));
}

TEST(GrooveDataset, IsTheSameInEveryPackage) {
  const test::TempFolder folder;
  write_folder(folder / "groove", small());
  write_zip(folder / "flat.zip", small());
  write_zip(folder / "nested.zip", small(), "groove/");
  const std::string bytes = prepared(folder / "groove");
  EXPECT_EQ(prepared(folder.path()), bytes) << "the folder above";
  EXPECT_EQ(prepared(folder / "flat.zip"), bytes);
  EXPECT_EQ(prepared(folder / "nested.zip"), bytes);
}

TEST(GrooveDataset, IsAlsoOneFileOrAZipOfLoops) {
  const test::TempFolder folder;
  spill(folder / "one.mid", midi(6));
  EXPECT_EQ(prepare(GrooveDataset::open(folder / "one.mid")).finish().size(), 3U);
  EXPECT_EQ(open_windows(folder / "one.mid").size(), 3U);
  spill(folder / "cut.mid", midi(6).substr(0, 40));
  EXPECT_THAT([&] { (void)GrooveDataset::open(folder / "cut.mid"); }, ThrowsMessage<FormatError>(HasSubstr("cut.mid: byte 40")));
  write_zip(folder / "loops.zip", {{"pack/b.mid", midi(5)}, {"pack/a.MID", midi(4)}, {"readme.txt", "loops"}, {"c.rmi", midi(4)}});
  const GrooveDataset loops = GrooveDataset::open(folder / "loops.zip");
  EXPECT_EQ(loops.kind(), GrooveDataset::Kind::folder);
  const WindowSet set = prepare(loops, {.threads = 2}).finish();
  EXPECT_EQ(set.size(), 4U);
  EXPECT_EQ(set.file(1).path, "pack/a.MID") << "in the order of their names";
}

TEST(GrooveDataset, AnInfoTableOfSomethingElseDoesNotMatter) {
  const test::TempFolder folder;
  const Files files = {{"info.csv", "name,style,price\nloops,house,10\n"}, {"a.mid", midi(4)}};
  write_folder(folder / "loops", files);
  write_zip(folder / "loops.zip", files);
  for (const char* name : {"loops", "loops.zip"}) {
    EXPECT_EQ(GrooveDataset::open(folder / name).kind(), GrooveDataset::Kind::folder) << name;
    EXPECT_EQ(prepare(GrooveDataset::open(folder / name)).finish().size(), 1U) << name;
  }
}

TEST(GrooveDataset, SaysWhatIsWrongWithAPackage) {
  const test::TempFolder folder;
  const auto open = [&](const std::string& name) { return [path = folder / name] { (void)GrooveDataset::open(path); }; };
  std::filesystem::create_directories(folder / "empty");
  spill(folder / "text.zip", "this is not a zip");
  spill(folder / "nothing.zip", "");
  write_zip(folder / "other.zip", {{"readme.txt", "hello"}, {"a/b/info.csv", header}});
  EXPECT_THAT(open("missing.zip"), ThrowsMessage<FileError>(AllOf(HasSubstr("missing.zip"), HasSubstr("check the name"))));
  EXPECT_THAT(open("empty"), ThrowsMessage<FileError>(HasSubstr("info.csv")));
  EXPECT_THAT(open("other.zip"), ThrowsMessage<FileError>(HasSubstr("info.csv")));
  EXPECT_THAT(open("text.zip"), ThrowsMessage<FormatError>(AllOf(HasSubstr("text.zip"), HasSubstr("such as the Groove MIDI Dataset"))));
  EXPECT_THROW(open("nothing.zip")(), Error);
}

TEST(GrooveDataset, SaysWhichLineOfTheTableIsWrong) {
  const test::TempFolder folder;
  const auto open = [&](const std::string& table) {
    return [&folder, table] {
      spill(folder / "info.csv", table);
      (void)GrooveDataset::open(folder.path());
    };
  };
  const std::string good = "d,1,rock,100,beat,4-4,a.mid,train\n";
  EXPECT_NO_THROW(open(header + good)());
  EXPECT_NO_THROW(open("\xEF\xBB\xBF" + header + good)());
  EXPECT_THAT(open(""), ThrowsMessage<FormatError>(HasSubstr("empty")));
  EXPECT_THAT(open("drummer,id,style,bpm,beat_type,time_signature,midi_filename\n"), ThrowsMessage<FormatError>(HasSubstr("\"split\"")));
  EXPECT_THAT(open(header + good + "d,1,rock,100,beat,4-4,a.mid\n"),
              ThrowsMessage<FormatError>(AllOf(HasSubstr("line 3"), HasSubstr("7 fields"))));
  EXPECT_THAT(open(header + good + "d,1,rock,fast,beat,4-4,a.mid,train\n"),
              ThrowsMessage<FormatError>(AllOf(HasSubstr("line 3"), HasSubstr("fast"))));
  EXPECT_THAT(open(header + "d,1,rock,0,beat,4-4,a.mid,train\n"), ThrowsMessage<FormatError>(HasSubstr("line 2")));
  EXPECT_THAT(open(header + "d,1,rock,nan,beat,4-4,a.mid,train\n"), ThrowsMessage<FormatError>(HasSubstr("line 2")));
  EXPECT_THAT(open(header + "d,1,rock,100,beat,4,a.mid,train\n"), ThrowsMessage<FormatError>(HasSubstr("time_signature")));
  EXPECT_THAT(open(header + "d,1,rock,100,beat,4-0,a.mid,train\n"), ThrowsMessage<FormatError>(HasSubstr("time_signature")));
  EXPECT_THAT(open(header + "d,1,rock,100,beat,4-4,a.mid,\"one\ntwo\"\n"), ThrowsMessage<FormatError>(HasSubstr("one two")));
  EXPECT_THAT(open(header + "d,1,rock,100,beat,4-4,a.mid,trial\n"),
              ThrowsMessage<FormatError>(AllOf(HasSubstr("trial"), HasSubstr("validation"))));
  EXPECT_THAT(open(header + "d,\"1\n\n\",rock,100,beat,4-4,a.mid,train\nd,1,\"rock\n"),
              ThrowsMessage<FormatError>(AllOf(HasSubstr("line 5"), HasSubstr("quote"))));
  EXPECT_THAT(open(header + "d,\"1\"x,rock,100,beat,4-4,a.mid,train\n"), ThrowsMessage<FormatError>(HasSubstr("closing quote")));
}

TEST(Prepare, KeepsWhatTheTableSaysOfEachWindow) {
  const test::TempFolder folder;
  write_folder(folder.path(), small());
  const WindowSet set = prepare_set(folder.path(), folder / "set.mvds");
  EXPECT_THAT(set.windows(Split::train), ElementsAre(0, 1, 2));
  EXPECT_THAT(set.windows(Split::validation), ElementsAre(3));
  EXPECT_TRUE(set.windows(Split::test).empty());
  EXPECT_EQ(set.file(3).style, "jazz, \"free\"");
  EXPECT_EQ(set.files()[0].notes, 24);
  EXPECT_EQ(set.files()[2].left_out[LeftOut::too_short], 1);
}

TEST(Prepare, DoesNotDependOnTheThreads) {
  const test::TempFolder folder;
  Files files = small();
  for (int i = 0; i < 40; ++i) {
    const std::string name = std::to_string(i).append(".mid");
    files["info.csv"] += "\nd,1,rock,120,beat,4-4," + name + ",train";
    files[name] = midi(i % 9);
  }
  write_zip(folder / "set.zip", files);
  for (Cut cut : {Cut::bar_aligned, Cut::reference, Cut::reference_tfds}) {
    const std::string one = prepared(folder / "set.zip", {.converter = GrooveConverter({.cut = cut}), .threads = 1});
    EXPECT_EQ(prepared(folder / "set.zip", {.converter = GrooveConverter({.cut = cut}), .threads = 4}), one);
    EXPECT_EQ(prepared(folder / "set.zip", {.converter = GrooveConverter({.cut = cut}), .threads = 100}), one);
  }
  EXPECT_THROW((void)prepared(folder / "set.zip", {.threads = -1}), ArgumentError);
}

TEST(Prepare, CountsFilesThatCannotBeRead) {
  const test::TempFolder folder;
  Files files = small();
  files["info.csv"] = header;
  const Files bad = {{"text.mid", "not a MIDI file"}, {"empty.mid", ""}, {"cut.mid", midi(4).substr(0, 100)}};
  for (const char* name :
       {"text.mid", "empty.mid", "cut.mid", "missing.mid", "../outside.mid", "/etc/hostname", "drummer1", "drummer1/a.mid"}) {
    files["info.csv"] += std::string("d,1,rock,120,beat,4-4,") + name + ",train\n";
  }
  files.insert(bad.begin(), bad.end());
  write_folder(folder / "groove", files);
  write_zip(folder / "groove.zip", files);
  spill(folder / "outside.mid", midi(4));
  for (const char* dataset : {"groove", "groove.zip"}) {
    SCOPED_TRACE(dataset);
    const WindowSet set = prepare_set(folder / dataset, folder / "set.mvds");
    ASSERT_EQ(set.files().size(), 8U);
    for (std::size_t i = 0; i < 7; ++i) {
      SCOPED_TRACE(set.files()[i].path);
      EXPECT_EQ(set.files()[i].left_out[LeftOut::unreadable], 1);
      EXPECT_THAT(set.files()[i].error, HasSubstr(set.files()[i].path));
    }
    EXPECT_EQ(set.size(), 3U) << "the good file is there";
    EXPECT_EQ(set.files()[7].error, "");
  }
}

TEST(Prepare, FindsDamageInsideAZip) {
  const test::TempFolder folder;
  // Stored bytes: a changed velocity is still valid MIDI, so only the checksum reveals it. Deflated bytes: they no longer decompress.
  for (int method : {ZIP_CM_STORE, ZIP_CM_DEFLATE}) {
    SCOPED_TRACE(method);
    write_zip(folder / "set.zip", small(), "", method);
    std::string bytes = slurp(folder / "set.zip");
    const std::size_t at = method == ZIP_CM_STORE ? bytes.find("\x99\x24\x7F") + 2 : bytes.find("drummer1/a.mid") + 30;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x20);
    spill(folder / "set.zip", bytes);
    const WindowSet set = prepare_set(folder / "set.zip", folder / "set.mvds");
    EXPECT_EQ(set.files()[0].left_out[LeftOut::unreadable], 1);
    EXPECT_THAT(set.files()[0].error, HasSubstr("damaged"));
    EXPECT_EQ(set.size(), 1U);
  }
}

TEST(Prepare, TellsItsProgress) {
  const test::TempFolder folder;
  write_folder(folder.path(), small());
  for (int threads : {1, 3}) {
    std::vector<std::pair<std::size_t, std::size_t>> told;
    (void)prepared(folder.path(),
                   {.threads = threads, .progress = [&](std::size_t done, std::size_t files) { told.emplace_back(done, files); }});
    EXPECT_TRUE(std::is_sorted(told.begin(), told.end()));
    EXPECT_THAT(told, Each(Pair(testing::Le(3U), 3U)));
    EXPECT_EQ(told.back().first, 3U);
    if (threads == 1) {
      EXPECT_EQ(told.size(), 4U);
    }
  }
}

TEST(Prepare, StopsWhenItsProgressThrows) {
  const test::TempFolder folder;
  write_folder(folder.path(), small());
  const GrooveDataset dataset = GrooveDataset::open(folder.path());
  for (int threads : {1, 3}) {
    EXPECT_THROW(
        (void)prepare(dataset, {.threads = threads, .progress = [](std::size_t, std::size_t) { throw std::runtime_error("stop"); }}),
        std::runtime_error);
  }
}

TEST(Prepare, SaysThatTheDatasetIsGone) {
  const test::TempFolder folder;
  write_zip(folder / "set.zip", small());
  const GrooveDataset dataset = GrooveDataset::open(folder / "set.zip");
  std::filesystem::remove(folder / "set.zip");
  EXPECT_THROW((void)prepare(dataset, {.threads = 3}), FileError);
}

TEST(Prepare, LeavesNothingOnAFullDisk) {
  const test::TempFolder folder;
  write_folder(folder / "groove", small());
  const test::SmallDisk disk(folder / "disk", "16k");
  if (!disk.why_not().empty()) GTEST_SKIP() << disk.why_not();
  const WindowSetWriter writer = prepare(GrooveDataset::open(folder / "groove"));
  ASSERT_GT(writer.bytes().size(), 16U * 1024);
  EXPECT_THAT([&] { writer.write(disk.path() / "set.mvds"); },
              ThrowsMessage<FileError>(AllOf(HasSubstr("set.mvds"), HasSubstr("free some space"))));
  EXPECT_TRUE(std::filesystem::is_empty(disk.path()));
}

}  // namespace
}  // namespace musicvae::data
