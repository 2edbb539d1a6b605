// Folders of MIDI files and TFRecord files as datasets, and datasets written as records.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "musicvae/data/groove_dataset.hpp"
#include "musicvae/error.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "small_disk.hpp"
#include "small_groove_release.hpp"
#include "temp_folder.hpp"

namespace musicvae::data {
namespace {

using test::beat;
using test::slurp;
using test::spill;
using test::TempFolder;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::ThrowsMessage;

NoteSequence notes(int bars, int variant, double qpm = 120.0) {
  return to_notes(beat(bars, variant), DrumMap::roland(), qpm);
}

/// Writes three grooves at two tempos, a melody, drums with a melody, a file that is not valid MIDI, and files that a dataset must ignore.
void make_folder(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder / "sub" / "deep");
  write_midi(notes(6, 0, 100.0), folder / "b.mid");
  write_midi(notes(5, 1), folder / "sub" / "a.MIDI");
  write_midi(notes(4, 2), folder / "sub" / "deep" / "c.Mid");
  NoteSequence melody = notes(4, 0);
  for (Note& note : melody.notes) {
    note.channel = 0;
    note.pitch += 36;  // to pitches that are no drums
  }
  write_midi(melody, folder / "melody.mid");
  NoteSequence both = notes(4, 0);
  for (std::size_t i = 0; i < both.notes.size(); i += 2) both.notes[i].channel = 3;
  write_midi(both, folder / "both.mid");
  spill(folder / "broken.mid", "no MIDI");
  spill(folder / "notes.txt", "no MIDI either");
}

std::vector<std::string> paths(const std::vector<SourceFile>& files) {
  std::vector<std::string> result;
  for (const SourceFile& file : files) result.push_back(file.path);
  return result;
}

std::vector<NoteSequenceRecord> records(const std::filesystem::path& path) {
  TfrecordReader reader(path);
  std::vector<NoteSequenceRecord> result;
  while (const auto bytes = reader.next()) result.push_back(parse_note_sequence(*bytes, reader.where()));
  return result;
}

TEST(FolderDataset, HasItsMidiFilesByName) {
  const TempFolder folder;
  make_folder(folder / "mine");
  const GrooveDataset dataset = GrooveDataset::open(folder / "mine");
  EXPECT_EQ(dataset.kind(), GrooveDataset::Kind::folder);
  EXPECT_THAT(paths(dataset.files()), ElementsAre("b.mid", "both.mid", "broken.mid", "melody.mid", "sub/a.MIDI", "sub/deep/c.Mid"));
  EXPECT_THAT(dataset.files(), Each(Field(&SourceFile::split, Split::train)));
}

TEST(FolderDataset, IsPrepared) {
  const TempFolder folder;
  make_folder(folder / "mine");
  const WindowSet set = prepare(GrooveDataset::open(folder / "mine")).finish();
  EXPECT_EQ(set.windows(Split::train).size(), set.size());
  const auto& files = set.files();
  ASSERT_EQ(files.size(), 6U);
  EXPECT_NEAR(files[0].bpm, 100.0, 1e-3) << "the file's own tempo";
  EXPECT_EQ(files[0].beats_per_bar, 4);
  EXPECT_EQ(files[2].left_out[LeftOut::unreadable], 1);
  EXPECT_THAT(files[2].error, HasSubstr("broken.mid"));
  EXPECT_EQ(files[3].left_out[LeftOut::no_notes], 1);
  EXPECT_EQ(files[3].left_out[LeftOut::not_a_drum], files[3].notes);
  EXPECT_GT(set.size(), 3U);
}

TEST(FolderDataset, WithoutMidiFilesSaysWhatItLooksFor) {
  const TempFolder folder;
  spill(folder / "a.txt", "x");
  EXPECT_THAT([&] { (void)GrooveDataset::open(folder.path()); },
              ThrowsMessage<FileError>(AllOf(HasSubstr("info.csv"), HasSubstr("*.mid"))));
}

TEST(WriteRecords, WritesTheDrumsOfEachFileAndCountsTheRest) {
  const TempFolder folder;
  make_folder(folder / "mine");
  const auto files = write_records(GrooveDataset::open(folder / "mine/"), folder / "x.tfrecord");
  ASSERT_EQ(files.size(), 6U);
  EXPECT_EQ(files[2].left_out[LeftOut::unreadable], 1);
  EXPECT_EQ(files[3].left_out[LeftOut::no_notes], 1);
  EXPECT_EQ(files[1].left_out[LeftOut::not_a_drum], (files[1].notes + 1) / 2);
  const auto written = records(folder / "x.tfrecord");
  ASSERT_EQ(written.size(), 4U);
  EXPECT_EQ(written[0].filename, "b.mid");
  EXPECT_EQ(written[0].collection_name, "mine");
  EXPECT_THAT(written[0].id, testing::StartsWith("/id/midi/mine/"));
  EXPECT_EQ(written[0].notes.notes, notes(6, 0, 100.0).notes);
  EXPECT_EQ(written[1].filename, "both.mid");
  EXPECT_EQ(static_cast<std::int64_t>(written[1].notes.notes.size()), files[1].notes / 2);
  EXPECT_EQ(written[2].filename, "sub/a.MIDI");
}

TEST(WriteRecords, KeepsAllInstrumentsWhenTold) {
  const TempFolder folder;
  make_folder(folder / "mine");
  const auto files = write_records(GrooveDataset::open(folder / "mine"), folder / "x.tfrecord", {.notes = RecordNotes::all});
  const auto written = records(folder / "x.tfrecord");
  ASSERT_EQ(written.size(), 5U);
  EXPECT_EQ(static_cast<std::int64_t>(written[1].notes.notes.size()), files[1].notes);
  EXPECT_EQ(files[1].left_out[LeftOut::not_a_drum], 0);
}

TEST(WriteRecords, TellsItsProgressAndLeavesNothingWhenItThrows) {
  const TempFolder folder;
  const TempFolder out;
  make_folder(folder / "mine");
  std::vector<std::size_t> told;
  const GrooveDataset dataset = GrooveDataset::open(folder / "mine");
  (void)write_records(dataset, out / "x", {.progress = [&](std::size_t done, std::size_t) { told.push_back(done); }});
  EXPECT_THAT(told, ElementsAre(0, 1, 2, 3, 4, 5, 6));
  const auto stop = [](std::size_t done, std::size_t) {
    if (done == 3) throw std::runtime_error("stop");
  };
  EXPECT_THROW((void)write_records(dataset, out / "y", {.progress = stop}), std::runtime_error);
  EXPECT_EQ(out.entries(), 1);
}

TEST(WriteRecords, OnAFullDiskNothingStays) {
  const TempFolder folder;
  make_folder(folder / "mine");
  const test::SmallDisk disk(folder / "disk", "4k");
  if (!disk.why_not().empty()) GTEST_SKIP() << disk.why_not();
  EXPECT_THAT([&] { (void)write_records(GrooveDataset::open(folder / "mine"), disk.path() / "x"); },
              ThrowsMessage<FileError>(HasSubstr("free some space")));
  EXPECT_TRUE(std::filesystem::is_empty(disk.path()));
}

TEST(RecordsDataset, GivesTheWindowsOfTheFiles) {
  const TempFolder folder;
  test::make_small_groove_release(folder / "groove");
  const GrooveDataset release = GrooveDataset::open(folder / "groove");
  for (const Compression compression : {Compression::none, Compression::gzip}) {
    SCOPED_TRACE(static_cast<int>(compression));
    const auto files = write_records(release, folder / "x.tfrecord", {.compression = compression});
    const GrooveDataset dataset = GrooveDataset::open(folder / "x.tfrecord");
    EXPECT_EQ(dataset.kind(), GrooveDataset::Kind::records);
    ASSERT_EQ(dataset.files().size(), 9U) << "one is no MIDI file";
    EXPECT_EQ(dataset.files()[8].path, "record 8");
    for (const Cut cut : {Cut::bar_aligned, Cut::reference}) {
      const WindowSet of_files = prepare(release, {.converter = GrooveConverter({.cut = cut})}).finish();
      const WindowSet of_records = prepare(dataset, {.converter = GrooveConverter({.cut = cut}), .threads = 3}).finish();
      EXPECT_EQ(of_records.files()[0].path, of_files.files()[0].path);
      EXPECT_EQ(of_records.windows(Split::train).size(), of_records.size());
      ASSERT_EQ(of_records.size(), of_files.size());
      for (std::size_t w = 0; w < of_files.size(); ++w) {
        EXPECT_TRUE(std::ranges::equal(of_files.window(w), of_records.window(w))) << w;
        EXPECT_EQ(of_files.bar(w), of_records.bar(w));
      }
    }
  }
}

TEST(RecordsDataset, DoesNotDependOnTheThreads) {
  const TempFolder folder;
  make_folder(folder / "mine");
  (void)write_records(GrooveDataset::open(folder / "mine"), folder / "x.tfrecord");
  const GrooveDataset dataset = GrooveDataset::open(folder / "x.tfrecord");
  EXPECT_EQ(prepare(dataset, {.threads = 1}).bytes(), prepare(dataset, {.threads = 4}).bytes());
}

TEST(RecordsDataset, RecordsOfRecordsAreTheSame) {
  const TempFolder folder;
  make_folder(folder / "mine");
  (void)write_records(GrooveDataset::open(folder / "mine"), folder / "x.tfrecord", {.notes = RecordNotes::all});
  (void)write_records(GrooveDataset::open(folder / "x.tfrecord"), folder / "y.tfrecord", {.notes = RecordNotes::all});
  EXPECT_TRUE(slurp(folder / "x.tfrecord") == slurp(folder / "y.tfrecord"));
}

TEST(RecordsDataset, ADamagedRecordIsCountedAndTheOthersKept) {
  const TempFolder folder;
  make_folder(folder / "mine");
  (void)write_records(GrooveDataset::open(folder / "mine"), folder / "x.tfrecord");
  const std::string bytes = slurp(folder / "x.tfrecord");

  std::string changed = bytes;
  changed[40] = static_cast<char>(changed[40] ^ 1);
  spill(folder / "changed.tfrecord", changed);
  for (const int threads : {1, 3}) {
    const WindowSet set = prepare(GrooveDataset::open(folder / "changed.tfrecord"), {.threads = threads}).finish();
    ASSERT_EQ(set.files().size(), 4U);
    EXPECT_EQ(set.files()[0].left_out[LeftOut::unreadable], 1);
    EXPECT_THAT(set.files()[0].error, HasSubstr("byte 0: record 0 was changed"));
    EXPECT_EQ(set.files()[2].path, "sub/a.MIDI");
    EXPECT_EQ(set.files()[2].left_out[LeftOut::unreadable], 0);
  }

  spill(folder / "cut.tfrecord", bytes.substr(0, bytes.size() - 10));
  for (const int threads : {1, 3}) {
    const WindowSet set = prepare(GrooveDataset::open(folder / "cut.tfrecord"), {.threads = threads}).finish();
    ASSERT_EQ(set.files().size(), 4U);
    EXPECT_THAT(set.files()[3].error, HasSubstr("record 3 is cut short"));
    EXPECT_EQ(set.files()[2].left_out[LeftOut::unreadable], 0);
  }

  TfrecordWriter writer(folder / "other.tfrecord");
  writer.add("\x0A\x7Fno NoteSequence");
  writer.add(serialize_note_sequence({.filename = "good.mid", .notes = notes(4, 0)}));
  writer.close();
  const WindowSet set = prepare(GrooveDataset::open(folder / "other.tfrecord")).finish();
  EXPECT_THAT(set.files()[0].error, HasSubstr("record 0: is not a NoteSequence"));
  EXPECT_EQ(set.files()[1].path, "good.mid");
  EXPECT_EQ(set.size(), 1U);
}

TEST(RecordsDataset, WhereNotOneRecordIsSoundThereIsNone) {
  const TempFolder folder;
  (void)TfrecordWriter(folder / "empty.tfrecord").close();
  EXPECT_TRUE(GrooveDataset::open(folder / "empty.tfrecord").files().empty());
  spill(folder / "text.tfrecord", "this is text and not records");
  EXPECT_THAT([&] { (void)GrooveDataset::open(folder / "text.tfrecord"); },
              ThrowsMessage<FormatError>(AllOf(HasSubstr("text.tfrecord: byte 0"), HasSubstr("not a TFRecord file"))));
}

TEST(OpenWindows, TakesWhateverThereIs) {
  const TempFolder folder;
  test::make_small_groove_release(folder / "groove");
  const GrooveDataset release = GrooveDataset::open(folder / "groove");
  prepare(release).write(folder / "x.mvds");
  (void)write_records(release, folder / "x.tfrecord", {.compression = Compression::gzip});
  const std::size_t windows = WindowSet::open(folder / "x.mvds").size();
  for (const char* name : {"groove", "x.mvds", "x.tfrecord"}) EXPECT_EQ(open_windows(folder / name).size(), windows) << name;
  EXPECT_EQ(open_windows(folder / "groove", {.converter = GrooveConverter({.bars = 2})}).steps(), 32);
  EXPECT_THROW((void)open_windows(folder / "missing"), FileError);
  spill(folder / "text", "text");
  EXPECT_THROW((void)open_windows(folder / "text"), FormatError);
}

}  // namespace
}  // namespace musicvae::data
