#include "musicvae/render/soundfont.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "environment.hpp"
#include "musicvae/error.hpp"
#include "temp_folder.hpp"

namespace musicvae::render {
namespace {

namespace fs = std::filesystem;
using test::TempFolder;
using test::Variable;

class Soundfonts : public testing::Test {
 protected:
  void add(const std::string& name) {
    fs::create_directories((folder_ / name).parent_path());
    test::spill(folder_ / name, "x");
  }
  [[nodiscard]] std::string found(const std::vector<std::string>& folders) const {
    std::vector<fs::path> paths;
    for (const std::string& folder : folders) paths.push_back(folder_ / folder);
    return find_soundfont(paths).lexically_relative(folder_.path()).string();
  }
  TempFolder folder_;
  Variable none_named_{"MUSICVAE_SOUNDFONT", nullptr};
};

TEST_F(Soundfonts, PrefersGeneralMidi) {
  add("a/Aardvark piano.sf2");
  EXPECT_EQ(found({"missing", "a"}), "a/Aardvark piano.sf2");
  add("b/Some GM bank.SF3");
  EXPECT_EQ(found({"a", "b"}), "b/Some GM bank.SF3");
  add("a/TimGM6mb.sf2");
  EXPECT_EQ(found({"a", "b"}), "a/TimGM6mb.sf2");
  add("b/FluidR3_GM.sf2");
  EXPECT_EQ(found({"a", "b"}), "b/FluidR3_GM.sf2");
  add("b/default-GM.sf2");
  EXPECT_EQ(found({"a", "b"}), "b/default-GM.sf2");
  add("a/default-GM.sf3");
  EXPECT_EQ(found({"a", "b"}), "a/default-GM.sf3") << "of equals, the first folder's";
}

TEST_F(Soundfonts, PassesOverWhatIsNone) {
  add("a/GM.txt");
  fs::create_directories(folder_ / "a/folder-GM.sf2");
  fs::create_symlink("nowhere.sf2", folder_ / "a/default-GM.sf2");
  EXPECT_THROW((void)found({"a"}), FileError);
}

TEST_F(Soundfonts, OneThatIsNamedComesFirst) {
  add("a/default-GM.sf2");
  const Variable named("MUSICVAE_SOUNDFONT", "/my/own.sf2");
  EXPECT_EQ(find_soundfont({folder_ / "a"}), "/my/own.sf2");
}

TEST_F(Soundfonts, NoneIsAnErrorThatSaysHowToGetOne) {
  try {
    (void)find_soundfont({});
    FAIL();
  } catch (const FileError& e) {
    EXPECT_NE(std::string(e.what()).find("apt install timgm6mb-soundfont"), std::string::npos);
  }
}

TEST_F(Soundfonts, FoldersFollowTheXdgVariables) {
  const auto has = [](const std::string& folder) {
    const std::vector<fs::path> folders = soundfont_folders();
    return std::find(folders.begin(), folders.end(), folder) != folders.end();
  };
  const Variable home("HOME", "/no/home");
  const Variable no_data_home("XDG_DATA_HOME", nullptr);
  const Variable no_data_folders("XDG_DATA_DIRS", nullptr);
  EXPECT_EQ(soundfont_folders().front(), "/no/home/.local/share/sounds/sf2");
  EXPECT_TRUE(has("/usr/share/sounds/sf2"));
  EXPECT_TRUE(has("/usr/share/sounds/sf3"));
  EXPECT_TRUE(has("/usr/share/soundfonts"));
  EXPECT_TRUE(has("/opt/homebrew/share/soundfonts"));
  const Variable data_home("XDG_DATA_HOME", "/data");
  const Variable data_folders("XDG_DATA_DIRS", ":/one::/two:");
  EXPECT_TRUE(has("/data/soundfonts"));
  EXPECT_TRUE(has("/one/soundfonts"));
  EXPECT_TRUE(has("/two/sounds/sf3"));
  EXPECT_FALSE(has("/usr/share/sounds/sf2"));
  EXPECT_FALSE(has("sounds/sf2")) << "an empty entry is no folder";
}

}  // namespace
}  // namespace musicvae::render
