#include "export.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "drummer.hpp"
#include "drummer/fake_host.hpp"
#include "musicvae/error.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "musicvae/sequence/drum_notes.hpp"
#include "packed_model.hpp"

namespace musicvae::drummer {
namespace {

namespace fs = std::filesystem;

std::string content(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// The bytes that `musicvae sample --seed` writes for the first groove.
std::string sampled_file(std::uint64_t seed, double tempo) {
  const std::shared_ptr<const DrummerModel> model = DrummerModel::from(test::shipped_model("hier-groove_4bar_lookback"));
  Sampler sampler(model->model);
  const DrumSequence groove = sampler.sample({.n = 1, .decode = {.seed = seed}}).front();
  return serialize_midi(to_notes(groove, model->model.drum_map(), tempo));
}

class DrummerExport : public testing::Test {
 protected:
  void SetUp() override { fs::remove_all(folder_); }
  void TearDown() override { fs::remove_all(folder_); }

  void export_now() {
    drummer_.set(Parameter::export_groove, 1);
    drummer_.set(Parameter::export_groove, 0);
    drummer_.settle();
  }
  int files() const {
    return fs::exists(folder_) ? static_cast<int>(std::distance(fs::directory_iterator(folder_), fs::directory_iterator())) : 0;
  }

  fs::path folder_ =
      fs::path(testing::TempDir()) / ("drummer-export-" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
  Drummer drummer_{test::shipped_model("hier-groove_4bar_lookback")};
};

TEST_F(DrummerExport, WritesTheBytesThatSampleWrites) {
  drummer_.use_folder(folder_ / "of" / "mine");
  drummer_.set(Parameter::seed, 7);
  drummer_.set(Parameter::tempo, 97);
  export_now();
  const fs::path path = folder_ / "of" / "mine" / "groove-7-0.mid";
  EXPECT_EQ(drummer_.status(), Status::exported);
  EXPECT_EQ(drummer_.message(), "exported as " + path.string());
  EXPECT_EQ(content(path), sampled_file(7, 97.0));
}

TEST_F(DrummerExport, HasTheTempoOfTheHost) {
  drummer_.use_folder(folder_);
  drummer_.activate(48'000.0);
  test::FakeHost host;
  host.play({{.frames = 512, .tempo = 174}}, 64,
            [&](int frames, const Transport& transport, MidiSink& sink) { drummer_.process(frames, transport, sink); });
  export_now();
  EXPECT_EQ(content(folder_ / "groove-0-0.mid"), sampled_file(0, 174.0));
}

TEST_F(DrummerExport, NeverReplacesAFile) {
  drummer_.use_folder(folder_);
  fs::create_directories(folder_);
  std::ofstream(folder_ / "groove-0-0.mid") << "mine";
  export_now();
  export_now();
  EXPECT_EQ(content(folder_ / "groove-0-0.mid"), "mine");
  EXPECT_EQ(content(folder_ / "groove-0-0-2.mid"), sampled_file(0, 120.0));
  EXPECT_EQ(content(folder_ / "groove-0-0-3.mid"), sampled_file(0, 120.0));
  EXPECT_EQ(files(), 3);
}

TEST_F(DrummerExport, OnePressIsOneFileAndHoldingItIsNoMore) {
  drummer_.use_folder(folder_);
  for (int i = 0; i < 3; ++i) drummer_.set(Parameter::export_groove, 1);
  drummer_.set(Parameter::seed, 1);
  drummer_.settle();
  EXPECT_EQ(files(), 1);
}

TEST_F(DrummerExport, IsWhatIsHeard) {
  DrumSequence groove(16);
  groove.set(0, Drum::kick, 1.0F, 0.0F);
  groove.set(3, Drum::kick, 0.5F, -0.4F);
  groove.set(8, Drum::snare, 0.7F, 0.6F);
  Feel feel;
  feel.timing = 0.5F;
  feel.swing = 1.0F;
  feel.velocity = 0.0F;
  feel.level[static_cast<std::size_t>(Drum::snare)] = 0.0F;
  const DrumSequence heard = as_played(pattern_of(groove), feel);
  EXPECT_EQ(heard.hits(), 2);
  EXPECT_FLOAT_EQ(heard.at(0, Drum::kick).velocity, 0.75F);
  EXPECT_FLOAT_EQ(heard.at(3, Drum::kick).velocity, 0.75F);
  EXPECT_NEAR(heard.at(3, Drum::kick).offset, 2.0 / 3.0 - 0.2, 1e-6);
  EXPECT_EQ(as_played(pattern_of(groove), {}), groove);
}

TEST_F(DrummerExport, SaysInOneLineWhyItFails) {
  fs::create_directories(folder_);
  std::ofstream(folder_ / "file") << "no folder";
  drummer_.use_folder(folder_ / "file");
  export_now();
  EXPECT_EQ(drummer_.status(), Status::export_failed);
  EXPECT_NE(drummer_.message().find("choose another folder"), std::string::npos) << drummer_.message();
  EXPECT_EQ(drummer_.message().find('\n'), std::string::npos);
  drummer_.set(Parameter::seed, 5);  // a new groove, and all is well
  drummer_.settle();
  EXPECT_EQ(drummer_.status(), Status::ready);

  Drummer without({});
  without.set(Parameter::export_groove, 1);
  without.settle();
  EXPECT_EQ(without.message(), "export: there is no pattern yet; make one first");
}

TEST_F(DrummerExport, TheFolderIsSaved) {
  drummer_.use_folder(folder_);
  Drummer other(test::shipped_model("hier-groove_4bar_lookback"));
  ASSERT_TRUE(other.restore(drummer_.state()));
  EXPECT_EQ(other.folder(), folder_.string());
}

TEST_F(DrummerExport, TheUsualFolderIsInTheDesktopsFolderForMusic) {
  fs::create_directories(folder_ / ".config");
  const std::string home = std::getenv("HOME") != nullptr ? std::getenv("HOME") : "";
  const std::string config = std::getenv("XDG_CONFIG_HOME") != nullptr ? std::getenv("XDG_CONFIG_HOME") : "";
  setenv("HOME", folder_.c_str(), 1);
  unsetenv("XDG_CONFIG_HOME");
  EXPECT_EQ(usual_export_folder(), folder_ / "Music" / "MusicVAE Drummer");
  std::ofstream(folder_ / ".config" / "user-dirs.dirs") << "# a comment\nXDG_DESKTOP_DIR=\"$HOME/Tisch\"\nXDG_MUSIC_DIR=\"$HOME/Musik\"\n";
  EXPECT_EQ(usual_export_folder(), folder_ / "Musik" / "MusicVAE Drummer");
  unsetenv("HOME");
  EXPECT_THROW(static_cast<void>(usual_export_folder()), FileError);
  if (!home.empty()) setenv("HOME", home.c_str(), 1);
  if (!config.empty()) setenv("XDG_CONFIG_HOME", config.c_str(), 1);
}

TEST(DrummerPackedModel, ComesBackAsItWasAndDamageIsAnError) {
  const std::span<const std::byte> file = test::shipped_model("humanize");
  const std::string packed = pack_model(file, 0x1234'5678U);
  EXPECT_LT(packed.size(), file.size() * 87 / 100);
  const std::optional<UnpackedModel> back = unpack_model(std::as_bytes(std::span(packed)));
  ASSERT_TRUE(back);
  EXPECT_TRUE(std::equal(back->bytes.begin(), back->bytes.end(), file.begin(), file.end()));
  EXPECT_EQ(back->checksum, 0x1234'5678U);
  EXPECT_FALSE(unpack_model(file));
  const auto unpack = [](std::string bytes) { return unpack_model(std::as_bytes(std::span(bytes))); };
  for (const std::size_t length : {std::size_t{8}, std::size_t{31}, packed.size() - 1}) {
    EXPECT_THROW(unpack(packed.substr(0, length)), FormatError) << length;
  }
  std::string damaged = packed;
  damaged[200] = static_cast<char>(damaged[200] ^ 0x55);
  EXPECT_THROW(unpack(damaged), FormatError);
}

}  // namespace
}  // namespace musicvae::drummer
