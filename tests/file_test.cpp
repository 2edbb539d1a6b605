#include "musicvae/file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "environment.hpp"
#include "file_streams.hpp"
#include "musicvae/error.hpp"
#include "musicvae/model/find_model.hpp"
#include "musicvae/model/model_file.hpp"
#include "small_disk.hpp"
#include "temp_folder.hpp"

namespace musicvae {
namespace {

using test::slurp;
using test::SmallDisk;
using test::spill;
using test::TempFolder;

std::string error_of(const std::filesystem::path& path, std::string_view bytes) {
  try {
    write_file_atomically(path, bytes);
  } catch (const FileError& e) {
    return e.what();
  }
  return "no error";
}

TEST(WriteFile, ReplacesTheOldBytesAndLeavesNothingElse) {
  const TempFolder folder;
  write_file_atomically(folder / "a", "old");
  write_file_atomically(folder / "a", std::string("new\0bytes", 9));
  EXPECT_EQ(slurp(folder / "a"), std::string("new\0bytes", 9));
  EXPECT_EQ(folder.entries(), 1);
  struct stat status {};
  ASSERT_EQ(::stat((folder / "a").c_str(), &status), 0);
  const mode_t mask = ::umask(0);
  ::umask(mask);
  EXPECT_EQ(status.st_mode & 0777, 0666 & ~mask) << "readable as any other file, not only by its maker";
}

bool is_a(const std::string& name) {
  return name == "a";
}

TEST(AbandonedFiles, OfAKilledWriterAreRemoved) {
  const TempFolder folder;
  spill(folder / "a", "old");
  const pid_t child = ::fork();
  if (child == 0) {
    AtomicFile file(folder / "a");
    file.append("half");
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  ASSERT_EQ(folder.entries(), 2) << "the writer leaves its temporary file";
  remove_abandoned_files(folder.path(), is_a);
  EXPECT_EQ(folder.entries(), 1);
  EXPECT_EQ(slurp(folder / "a"), "old");
}

TEST(AbandonedFiles, OfALivingWriterStay) {
  const TempFolder folder;
  AtomicFile file(folder / "a");
  file.append("whole");
  remove_abandoned_files(folder.path(), is_a);
  file.commit();
  EXPECT_EQ(slurp(folder / "a"), "whole");
}

TEST(AbandonedFiles, WithOtherNamesStay) {
  const TempFolder folder;
  for (const char* name : {"a", "a.12345", "a.1234567", "a.12-456", "a-123456", "b.123456", ".123456", "a.123456.bak"}) {
    spill(folder / name, "x");
  }
  std::filesystem::create_directory(folder / "a.folder");
  std::filesystem::create_symlink(folder / "a", folder / "a.linked");
  const auto before = folder.entries();
  remove_abandoned_files(folder.path(), is_a);
  EXPECT_EQ(folder.entries(), before);
  spill(folder / "a.12aZ56", "x");
  remove_abandoned_files(folder.path(), is_a);
  EXPECT_EQ(folder.entries(), before);
  remove_abandoned_files(folder / "missing", is_a);
}

TEST(WriteFile, AMissingFolderIsNamed) {
  const TempFolder folder;
  EXPECT_THAT(error_of(folder / "no/a", "x"),
              testing::AllOf(testing::HasSubstr("no/a: cannot be written"), testing::HasSubstr("create the folder first")));
  EXPECT_THAT(error_of(folder.path(), "x"), testing::HasSubstr("name a file, not a folder"));
}

TEST(WriteFile, AnUnwritableFolderIsNamed) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere, so no folder is unwritable by its permissions; /proc stands in below";
  const TempFolder folder;
  std::filesystem::permissions(folder.path(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  EXPECT_THAT(error_of(folder / "a", "x"), testing::HasSubstr("check the folder's permissions"));
  std::filesystem::permissions(folder.path(), std::filesystem::perms::owner_all);
}

TEST(WriteFile, AFolderThatTakesNoFilesIsNamed) {
  EXPECT_THAT(error_of("/proc/groove.mid", "x"), testing::HasSubstr("/proc/groove.mid: cannot be written"));
}

TEST(WriteFile, WhatIsNoRegularFileStaysAsItIs) {
  const TempFolder folder;
  const std::filesystem::path pipe = folder / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_THAT(error_of(pipe, "new"), testing::AllOf(testing::HasSubstr("pipe"), testing::HasSubstr("not a regular file")));
  EXPECT_TRUE(std::filesystem::is_fifo(pipe));
  std::filesystem::create_symlink(pipe, folder / "link");
  EXPECT_THAT(error_of(folder / "link", "new"), testing::HasSubstr("not a regular file"));
  EXPECT_EQ(folder.entries(), 2);
}

TEST(WriteFile, FollowsALinkToTheFileThatItNames) {
  const TempFolder folder;
  spill(folder / "file", "old");
  std::filesystem::create_symlink("file", folder / "link");
  EXPECT_EQ(error_of(folder / "link", "new"), "no error");
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "link"));
  EXPECT_EQ(slurp(folder / "file"), "new");
  EXPECT_EQ(folder.entries(), 2);
}

TEST(WriteFile, OnAFullDiskTheOldFileStaysAndNothingElse) {
  const TempFolder folder;
  const SmallDisk disk(folder / "disk", "64k");
  if (!disk.why_not().empty()) GTEST_SKIP() << disk.why_not();
  const std::filesystem::path file = disk.path() / "a";
  write_file_atomically(file, "old");
  EXPECT_THAT(error_of(file, std::string(1 << 20, 'x')),
              testing::AllOf(testing::HasSubstr("No space left"), testing::HasSubstr("free some space")));
  EXPECT_EQ(slurp(file), "old");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(disk.path()), {}), 1);
}

TEST(ReadFile, ReadsOrSaysWhyNot) {
  const TempFolder folder;
  spill(folder / "a", "12345");
  EXPECT_EQ(read_file(folder / "a").size(), 5U);
  EXPECT_EQ(read_file("/proc/self/status").empty(), false) << "a file whose size is not known beforehand";
  EXPECT_THROW((void)read_file(folder / "b"), FileError);
  EXPECT_THROW((void)read_file(folder.path()), FileError);
  EXPECT_THROW((void)read_file(folder / "a", 4), FileError);
  EXPECT_THROW((void)read_file("/dev/zero", 1 << 20), FileError);
}

TEST(FindModel, LooksWhereTheVariableSays) {
  const TempFolder folder;
  spill(folder / "mine.safetensors", "x");
  ::setenv("MUSICVAE_MODELS", folder.path().c_str(), 1);
  EXPECT_EQ(find_model("mine"), folder / "mine.safetensors");
  EXPECT_EQ(find_model("some/path.safetensors"), "some/path.safetensors");
  const TempFolder own;
  spill(own / "own.safetensors", "x");
  spill(own / "mine.safetensors", "x");
  EXPECT_EQ(find_model("own", own.path()), own / "own.safetensors");
  EXPECT_EQ(find_model("mine", own.path()), folder / "mine.safetensors") << "MUSICVAE_MODELS comes first";
  try {
    (void)find_model("yours");
    FAIL();
  } catch (const FileError& e) {
    EXPECT_THAT(e.what(), testing::AllOf(testing::HasSubstr("model \"yours\""), testing::HasSubstr("mine")));
  }
  ::unsetenv("MUSICVAE_MODELS");
}

TEST(FindModel, KnowsShortNames) {
  const TempFolder folder;
  spill(folder / "hier-groove_4bar_lookback.safetensors", "x");
  const test::Variable models("MUSICVAE_MODELS", folder.path().c_str());
  for (const char* name : {"groove", "hier-groove_4bar_lookback"}) {
    EXPECT_EQ(find_model(name), folder / "hier-groove_4bar_lookback.safetensors") << name;
  }
  EXPECT_EQ(find_model(), find_model("groove"));
  try {
    (void)find_model("yours");
    FAIL();
  } catch (const FileError& e) {
    EXPECT_THAT(e.what(), testing::HasSubstr(" groove, hier-groove_4bar_lookback, ")) << "the list has both names, once";
  }
  spill(folder / "groove.safetensors", "x");
  EXPECT_EQ(find_model("groove"), folder / "groove.safetensors") << "a file of that very name comes first";
}

TEST(FindModel, TheDefaultOfEachTaskIsShipped) {
  const test::Variable models("MUSICVAE_MODELS", MUSICVAE_SOURCE "/models");
  for (const Task task : {Task::reconstruct, Task::humanize, Task::tap, Task::add_closed_hihat, Task::infill}) {
    EXPECT_EQ(ModelFile::read(find_model(default_model(task))).config.task(), task) << default_model(task);
  }
}

TEST(FindModel, ANameIsNoPathUnlessItIsWrittenAsOne) {
  const TempFolder folder;
  const TempFolder here;
  spill(folder / "groove.safetensors", "x");
  std::filesystem::create_directory(here / "groove");
  spill(here / "plain", "x");
  const test::Variable models("MUSICVAE_MODELS", folder.path().c_str());
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(here.path());
  EXPECT_EQ(find_model("groove"), folder / "groove.safetensors") << "the folder of that name is something else";
  EXPECT_EQ(find_model("./groove"), "./groove");
  EXPECT_EQ(find_model("groove.safetensors"), "groove.safetensors");
  EXPECT_EQ(find_model("plain"), "plain") << "a file whose name no shipped model has";
  std::filesystem::current_path(before);
}

}  // namespace
}  // namespace musicvae
