#include "musicvae/data/window_set.hpp"
#include "musicvae/data/window_music.hpp"
#include "musicvae/model/named_configs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <numeric>

#include "musicvae/error.hpp"
#include "temp_folder.hpp"

namespace musicvae::data {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

class WindowSetTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path path(const std::string& file) const { return folder_ / file; }

  // 2 steps, depth 3: two files with rows 0, 1, 2, ... and overlapping windows.
  static WindowSetWriter small() {
    WindowSetWriter writer({.cut = Cut::reference, .steps = 2, .depth = 3, .drum_map = DrumMap::reduced()});
    FileWindows windows;
    windows.rows.resize(9);
    std::iota(windows.rows.begin(), windows.rows.end(), 0.0F);
    windows.windows = {{0, 0}, {1, 4}};
    SourceFile file{.path = "a \"crc32\":\"x\".mid",
                    .split = Split::train,
                    .style = "funk/groove1",
                    .beat_type = "fill",
                    .bpm = 93.5,
                    .beats_per_bar = 6,
                    .beat_unit = 8,
                    .notes = 17};
    file.left_out.add(LeftOut::collision, 3);
    writer.add(file, windows);
    writer.add({.path = "broken.mid", .split = Split::test, .error = "why"}, {});
    for (float& x : windows.rows) x += 100.0F;
    windows.windows = {{1, 7}};
    writer.add({.path = "b.mid", .split = Split::validation}, windows);
    return writer;
  }

  void write(const std::string& file, const std::string& bytes) const { test::spill(path(file), bytes); }

  test::TempFolder folder_;
};

TEST_F(WindowSetTest, WritesTheNameThatTheCutHadInVersion01) {
  WindowSetWriter writer({.cut = Cut::bar_aligned, .steps = 2, .depth = 3});
  writer.write(path("x.mvds"));
  EXPECT_THAT(test::slurp(path("x.mvds")), HasSubstr(R"(\"cut\":\"ours\")"));
  EXPECT_EQ(WindowSet::open(path("x.mvds")).info().cut, Cut::bar_aligned);
}

TEST_F(WindowSetTest, NamesItsKindOfMusic) {
  WindowSetWriter({.steps = 2, .depth = 1, .music = "melodies"}).write(path("melodies.mvds"));
  EXPECT_THAT(test::slurp(path("melodies.mvds")), HasSubstr(R"(\"music\":\"melodies\")"));
  EXPECT_EQ(WindowSet::open(path("melodies.mvds")).info().music, "melodies");
  WindowSetWriter({.steps = 2, .depth = 1, .music = "claves"}).write(path("claves.mvds"));
  EXPECT_EQ(WindowSet::open(path("claves.mvds")).info().music, "claves") << "the width alone does not decide";
  WindowSetWriter({.steps = 2, .depth = 27}).write(path("grooves.mvds"));
  EXPECT_EQ(test::slurp(path("grooves.mvds")).find("music\\\""), std::string::npos) << "grooves have the bytes of version 0.1";
  EXPECT_EQ(WindowSet::open(path("grooves.mvds")).info().music, "grooves");
}

TEST_F(WindowSetTest, FindsTheMusicOfAnOldFileByItsWidth) {
  // What a version that did not know the name wrote: the same file without it.
  WindowSetWriter({.steps = 2, .depth = 1}).write(path("old.mvds"));
  EXPECT_EQ(test::slurp(path("old.mvds")).find("music\\\""), std::string::npos);
  EXPECT_EQ(WindowSet::open(path("old.mvds")).info().music, "melodies");
}

TEST_F(WindowSetTest, MusicOfAnotherKindIsRefused) {
  const WindowSet melodies = WindowSetWriter({.steps = 32, .depth = 1, .music = "melodies"}).finish();
  const WindowSet grooves = WindowSetWriter({.steps = 32, .depth = 27}).finish();
  EXPECT_NO_THROW(check_music(melodies.info(), named_config("cat-mel_2bar_small")));
  EXPECT_NO_THROW(check_music(grooves.info(), named_config("groovae_2bar_humanize")));
  EXPECT_THAT([&] { check_music(melodies.info(), named_config("groovae_4bar")); },
              testing::ThrowsMessage<ConfigError>(HasSubstr("its model is for grooves, and the dataset has melodies")));
  EXPECT_THAT([&] { (void)groove_of(melodies, 0); }, testing::ThrowsMessage<ArgumentError>(HasSubstr("it has melodies, not grooves")));
  EXPECT_THAT([&] { (void)value_of<Melody>(grooves, 0); },
              testing::ThrowsMessage<ArgumentError>(HasSubstr("it has grooves, not melodies")));
  EXPECT_THROW((void)WindowSet::join(std::vector{melodies, grooves}), ArgumentError);
}

TEST_F(WindowSetTest, GivesBackWhatWasWritten) {
  small().write(path("x.mvds"));
  const WindowSet set = WindowSet::open(path("x.mvds"));
  ASSERT_EQ(set.size(), 3U);
  EXPECT_EQ(set.steps(), 2);
  EXPECT_EQ(set.depth(), 3);
  EXPECT_EQ(set.info(), (WindowSetInfo{.cut = Cut::reference, .steps = 2, .depth = 3, .drum_map = DrumMap::reduced()}));
  EXPECT_THAT(set.window(0), ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(set.window(1), ElementsAre(3, 4, 5, 6, 7, 8));
  EXPECT_THAT(set.window(2), ElementsAre(103, 104, 105, 106, 107, 108));
  EXPECT_EQ(set.window(0).data() + 3, set.window(1).data()) << "windows that overlap share their rows";
  EXPECT_THAT(set.windows(Split::train), ElementsAre(0, 1));
  EXPECT_THAT(set.windows(Split::validation), ElementsAre(2));
  EXPECT_THAT(set.windows(Split::test), ElementsAre());
  EXPECT_EQ(set.bar(1), 4);
  EXPECT_EQ(set.split(2), Split::validation);
  ASSERT_EQ(set.files().size(), 3U);
  SourceFile file{.path = "a \"crc32\":\"x\".mid",
                  .split = Split::train,
                  .style = "funk/groove1",
                  .beat_type = "fill",
                  .bpm = 93.5,
                  .beats_per_bar = 6,
                  .beat_unit = 8,
                  .notes = 17};
  file.left_out.add(LeftOut::collision, 3);
  EXPECT_EQ(set.file(1), file);
  EXPECT_EQ(set.files()[1].error, "why");
  EXPECT_EQ(set.file(2).path, "b.mid");
  EXPECT_THROW((void)set.window(3), ArgumentError);
}

TEST_F(WindowSetTest, IsAValueThatOutlivesItsFile) {
  small().write(path("x.mvds"));
  const WindowSet copy = [&] {
    const WindowSet set = WindowSet::open(path("x.mvds"));
    return set;
  }();
  std::filesystem::remove(path("x.mvds"));
  EXPECT_THAT(copy.window(2), ElementsAre(103, 104, 105, 106, 107, 108));
}

TEST_F(WindowSetTest, StaysInMemoryUntilItIsWritten) {
  const WindowSet set = small().finish();
  EXPECT_THAT(set.window(2), ElementsAre(103, 104, 105, 106, 107, 108));
  set.write(path("x.mvds"));
  const WindowSet again = WindowSet::open(path("x.mvds"));
  ASSERT_EQ(again.size(), set.size());
  for (std::size_t w = 0; w < set.size(); ++w) {
    EXPECT_THAT(again.window(w), ElementsAreArray(set.window(w)));
    EXPECT_EQ(again.bar(w), set.bar(w));
    EXPECT_EQ(again.file(w), set.file(w));
  }
  EXPECT_EQ(again.window(0).data() + 3, again.window(1).data()) << "windows that overlap share their rows";
}

TEST_F(WindowSetTest, KeepsTheFilesOneAsksForWithTheirWindows) {
  const WindowSet all = small().finish();
  const WindowSet part = all.where([](const SourceFile& file) { return file.split != Split::train; });
  ASSERT_EQ(part.size(), 1U);
  EXPECT_THAT(part.window(0), ElementsAre(103, 104, 105, 106, 107, 108));
  EXPECT_EQ(part.window(0).data(), all.window(2).data()) << "the rows are shared";
  EXPECT_EQ(part.bar(0), 7);
  ASSERT_EQ(part.files().size(), 2U);
  EXPECT_EQ(part.file(0).path, "b.mid");

  part.write(path("part.mvds"));
  const WindowSet again = WindowSet::open(path("part.mvds"));
  EXPECT_EQ(again.files(), part.files());
  EXPECT_EQ(again.info(), part.info());
  ASSERT_EQ(again.size(), 1U);
  EXPECT_THAT(again.window(0), ElementsAre(103, 104, 105, 106, 107, 108));
  EXPECT_EQ(again.bar(0), 7);
  EXPECT_EQ(all.where([](const SourceFile&) { return false; }).size(), 0U);
}

TEST_F(WindowSetTest, JoinedSetsAreOneAfterTheOther) {
  small().write(path("1.mvds"));
  WindowSetWriter(small().finish().info()).write(path("2.mvds"));  // has no file and no window
  const WindowSet last = small().finish().where([](const SourceFile& file) { return file.split == Split::validation; });
  const std::vector<WindowSet> parts = {WindowSet::open(path("1.mvds")), WindowSet::open(path("2.mvds")), last};
  const WindowSet all = WindowSet::join(parts);
  EXPECT_EQ(all.info(), small().finish().info());
  ASSERT_EQ(all.size(), 4U);
  EXPECT_THAT(all.window(0), ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(all.window(2), ElementsAre(103, 104, 105, 106, 107, 108));
  EXPECT_THAT(all.window(3), ElementsAre(103, 104, 105, 106, 107, 108));
  EXPECT_EQ(all.window(1).data(), parts[0].window(1).data()) << "the rows are shared";
  EXPECT_EQ(all.window(3).data(), last.window(0).data()) << "the rows are shared";
  EXPECT_EQ(all.bar(3), 7);
  ASSERT_EQ(all.files().size(), 4U);
  EXPECT_EQ(all.file(3), all.files()[3]);
  EXPECT_THAT(all.windows(Split::validation), ElementsAre(2, 3));

  const WindowSet again = WindowSet::join(std::vector{all, parts[0]});  // a joined set can be joined again, filtered and written
  const WindowSet kept = again.where([](const SourceFile& file) { return file.split == Split::train; });
  kept.write(path("kept.mvds"));
  const WindowSet read = WindowSet::open(path("kept.mvds"));
  ASSERT_EQ(read.size(), 4U);
  EXPECT_THAT(read.window(1), ElementsAre(3, 4, 5, 6, 7, 8));
  EXPECT_THAT(read.window(3), ElementsAre(3, 4, 5, 6, 7, 8));
}

TEST_F(WindowSetTest, JoinsOnlyWhatWasPreparedAlike) {
  const WindowSet one = small().finish();
  const WindowSet other = WindowSetWriter({.cut = Cut::reference, .steps = 2, .depth = 3, .drum_map = DrumMap::roland()}).finish();
  EXPECT_THAT([&] { (void)WindowSet::join(std::vector{one, other}); }, ThrowsMessage<ArgumentError>(HasSubstr("drum map")));
  EXPECT_THAT([&] { (void)WindowSet::join({}); }, ThrowsMessage<ArgumentError>(HasSubstr("nothing to join")));
}

TEST_F(WindowSetTest, AnEmptySetIsASet) {
  WindowSetWriter({.steps = 64, .depth = 27}).write(path("x.mvds"));
  EXPECT_EQ(WindowSet::open(path("x.mvds")).size(), 0U);
}

TEST_F(WindowSetTest, FindsEveryChangedByteAndEveryCut) {
  const std::string bytes = small().bytes();
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    write("x.mvds", changed);
    EXPECT_THROW((void)WindowSet::open(path("x.mvds")), FormatError) << "byte " << i;
  }
  for (std::size_t size = 0; size < bytes.size(); size += 3) {
    write("x.mvds", bytes.substr(0, size));
    EXPECT_THROW((void)WindowSet::open(path("x.mvds")), FormatError) << "cut at byte " << size;
  }
  write("x.mvds", bytes + "x");
  EXPECT_THROW((void)WindowSet::open(path("x.mvds")), FormatError);
}

TEST_F(WindowSetTest, SaysWhichFileIsWrongAndHowToMendIt) {
  std::string bytes = small().bytes();
  bytes.back() = static_cast<char>(bytes.back() ^ 4);
  write("x.mvds", bytes);
  EXPECT_THAT([&] { (void)WindowSet::open(path("x.mvds")); },
              ThrowsMessage<FormatError>(::testing::AllOf(HasSubstr("x.mvds"), HasSubstr("checksum"), HasSubstr("musicvae preprocess"))));
  EXPECT_THROW((void)WindowSet::open(path("missing.mvds")), FileError);
  EXPECT_THROW((void)WindowSet::open(folder_.path()), FileError);
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  EXPECT_THROW((void)WindowSet::open(path("pipe")), FileError) << "and does not wait for its other end";
  EXPECT_THROW(small().write(path("no/such/folder/x.mvds")), FileError);
}

TEST_F(WindowSetTest, RefusesRowsThatDoNotFit) {
  WindowSetWriter writer({.steps = 2, .depth = 3});
  EXPECT_THROW(writer.add({}, {.rows = std::vector<float>(8), .windows = {}}), ArgumentError);
  EXPECT_THROW(writer.add({}, {.rows = std::vector<float>(6), .windows = {{1, 0}}}), ArgumentError);
  EXPECT_THROW(writer.add({}, {.rows = std::vector<float>(6), .windows = {{-1, 0}}}), ArgumentError);
  EXPECT_THROW(WindowSetWriter({.steps = 0, .depth = 3}), ArgumentError);
}

}  // namespace
}  // namespace musicvae::data
