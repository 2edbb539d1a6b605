#include "interop/tar.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "foreign_files.hpp"

namespace musicvae::interop {
namespace {

using testing::HasSubstr;

std::string tar_error(const std::string& tar) {
  return error_of([&] { (void)read_tar(bytes_of(tar), "x.tar"); });
}

TEST(Tar, ListsRegularFilesAndSkipsFolders) {
  const std::string tar = tar_of({{"model/", "", '5'}, {"model/a.index", "abc"}, {"./model/b", std::string(600, 'b')}});
  ASSERT_TRUE(looks_like_tar(bytes_of(tar)));
  const auto files = read_tar(bytes_of(tar), "x.tar");
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files.at("model/a.index").size(), 3U);
  EXPECT_EQ(files.at("model/b").size(), 600U);
}

TEST(Tar, LongNamesOfPaxAndGnu) {
  const std::string name(180, 'n');
  const std::string record = " path=" + name + "\n";
  const std::string pax = std::to_string(record.size() + 3) + record;
  EXPECT_TRUE(read_tar(bytes_of(tar_of({{"x", pax, 'x'}, {"short", "1"}})), "x.tar").contains(name));
  const std::string gnu = tar_of({{"././@LongLink", name + std::string(1, '\0'), 'L'}, {"short", "1"}});
  EXPECT_TRUE(read_tar(bytes_of(gnu), "x.tar").contains(name));
}

TEST(Tar, RefusesNamesThatLeaveTheFolder) {
  for (const char* name : {"../x", "/etc/x", "a/../../x"}) {
    EXPECT_THAT(tar_error(tar_of({{name, "x"}})), HasSubstr("is not a name inside the folder")) << name;
  }
}

TEST(Tar, RefusesLinksAndTwins) {
  EXPECT_THAT(tar_error(tar_of({{"x", "", '2'}})), HasSubstr("is a link or a device"));
  EXPECT_THAT(tar_error(tar_of({{"x", "1"}, {"./x", "2"}})), HasSubstr("is there twice"));
}

TEST(Tar, RefusesDamage) {
  const std::string sound = tar_of({{"x", std::string(600, 'x')}});
  EXPECT_THAT(tar_error(sound.substr(0, 700)), HasSubstr("is larger than the tar"));
  EXPECT_THAT(tar_error(sound.substr(0, 300)), HasSubstr("cut short inside a header"));
  std::string changed = sound;
  changed[3] = 'y';
  EXPECT_THAT(tar_error(changed), HasSubstr("its checksum does not match"));
  EXPECT_THAT(tar_error(tar_of({{"x", "9999999 path=y\n", 'x'}, {"y", ""}})), HasSubstr("a pax header of the tar is damaged"));
}

}  // namespace
}  // namespace musicvae::interop
