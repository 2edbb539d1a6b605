// The C library: versions, errors, loading and the facts of a model.
#include <algorithm>
#include <string>
#include <thread>

#include "c_handles.hpp"
#include "musicvae/model/representations/tensors.hpp"
#include "temp_folder.hpp"

namespace musicvae {
namespace {

using test::expect_error;
using test::expect_ok;
using test::tiny;
using testing::HasSubstr;

TEST(CVersion, IsThatOfTheHeader) {
  EXPECT_EQ(musicvae_abi_version(), std::uint32_t{MUSICVAE_ABI_VERSION});
  EXPECT_STREQ(musicvae_version(), MUSICVAE_PROJECT_VERSION);
}

musicvae_model_info info_of(const test::CModel& model) {
  musicvae_model_info info{};
  info.size = sizeof info;
  expect_ok(musicvae_model_get_info(model.get(), &info));
  return info;
}

TEST(CModel, LoadsFromAFileAndFromMemory) {
  const test::TempFolder folder;
  const std::string path = folder / "Möwe.safetensors";
  std::string bytes = tiny("groovae_4bar").serialize();
  test::spill(path, bytes);
  musicvae_model* loaded = nullptr;
  expect_ok(musicvae_model_load(path.c_str(), &loaded));
  const test::CModel from_file(loaded);
  const test::CModel from_memory = test::load(bytes);
  std::fill(bytes.begin(), bytes.end(), '\0');  // the model does not need them
  EXPECT_EQ(midi_of(test::sampled(from_file, 1, 7)[0]), midi_of(test::sampled(from_memory, 1, 7)[0]));
}

TEST(CModel, FactsOfEveryKind) {
  const auto expect = [](const std::string& config, const char* kind, int bars, int steps, int per_quarter, int lanes) {
    const ModelFile file = tiny(config);
    const test::CModel model = test::load(file);
    const musicvae_model_info info = info_of(model);
    EXPECT_EQ(info.name, file.config.name);
    EXPECT_EQ(info.licence, file.licence);
    EXPECT_STREQ(info.kind, kind);
    EXPECT_EQ(info.latent, file.config.latent);
    EXPECT_EQ(info.bars, bars) << config;
    EXPECT_EQ(info.steps, steps) << config;
    EXPECT_EQ(info.steps_per_quarter, per_quarter) << config;
    EXPECT_EQ(info.lanes, lanes) << config;
  };
  expect("groovae_4bar", "grooves", 4, 64, 4, 9);
  expect("groovae_2bar_humanize", "grooves", 2, 32, 4, 9);
  expect("mel_2bar", "melodies", 2, 32, 4, 1);
  expect("trio_4bar", "trios", 4, 64, 4, 3);
  expect("tracks", "tracks", 1, 96, 24, 1);
  EXPECT_STREQ(info_of(test::load(tiny("groovae_2bar_humanize"))).task, "humanize");
}

TEST(CModel, FilesThatAreNoModels) {
  const test::TempFolder folder;
  musicvae_model* model = nullptr;
  expect_error(musicvae_model_load((folder / "none.safetensors").c_str(), &model), MUSICVAE_ERROR_FILE, "none.safetensors");
  expect_error(musicvae_model_load(folder.path().c_str(), &model), MUSICVAE_ERROR_FILE, "is a folder");
  test::spill(folder / "a.mid", serialize_midi(to_notes(DrumSequence(16), DrumMap::roland())));
  expect_error(musicvae_model_load((folder / "a.mid").c_str(), &model), MUSICVAE_ERROR_FORMAT, "a.mid");
  const std::string bytes = tiny("groovae_4bar").serialize();
  for (const std::size_t size : {std::size_t{0}, std::size_t{7}, std::size_t{100}, bytes.size() / 2, bytes.size() - 1}) {
    expect_error(musicvae_model_load_memory(bytes.data(), size, &model), MUSICVAE_ERROR_FORMAT, "the model in memory: ");
  }
  std::string newer = bytes;
  newer.replace(newer.find("\\\"version\\\":1") + 12, 1, "9");
  expect_error(musicvae_model_load_memory(newer.data(), newer.size(), &model), MUSICVAE_ERROR_MODEL, "version");
  EXPECT_EQ(model, nullptr);
}

TEST(CModel, OfTensorsIsForNoMusic) {
  ModelConfig config{.name = "mine", .representation = TensorsRepresentation()};
  const std::string bytes = test::tiny_model(config).serialize();
  musicvae_model* model = nullptr;
  expect_error(musicvae_model_load_memory(bytes.data(), bytes.size(), &model), MUSICVAE_ERROR_CONFIG, "its model is for tensors");
}

TEST(CModel, WrongArguments) {
  const test::CModel model = test::load(tiny("groovae_4bar"));
  musicvae_model* out = nullptr;
  musicvae_model_info info{};
  expect_error(musicvae_model_load(nullptr, &out), MUSICVAE_ERROR_ARGUMENT, "musicvae_model_load: path is NULL");
  expect_error(musicvae_model_load("a", nullptr), MUSICVAE_ERROR_ARGUMENT, "musicvae_model_load: model is NULL");
  expect_error(musicvae_model_load_memory(nullptr, 1, &out), MUSICVAE_ERROR_ARGUMENT, "bytes is NULL");
  expect_error(musicvae_model_load_memory("a", 1, nullptr), MUSICVAE_ERROR_ARGUMENT, "model is NULL");
  expect_error(musicvae_model_get_info(nullptr, &info), MUSICVAE_ERROR_ARGUMENT, "model is NULL");
  expect_error(musicvae_model_get_info(model.get(), nullptr), MUSICVAE_ERROR_ARGUMENT, "info is NULL");
  expect_error(musicvae_model_get_info(model.get(), &info), MUSICVAE_ERROR_STRUCT, "musicvae_model_info: its size is 0");
  info.size = sizeof info + 8;  // of a later version
  expect_error(musicvae_model_get_info(model.get(), &info), MUSICVAE_ERROR_STRUCT, "use the musicvae.h of this library");
  EXPECT_EQ(info.name, nullptr);
  musicvae_model_free(nullptr);
  musicvae_music_free(nullptr);
  musicvae_stream_free(nullptr);
}

TEST(CError, BelongsToItsThread) {
  expect_error(musicvae_model_load("none", nullptr), MUSICVAE_ERROR_ARGUMENT, "model is NULL");
  std::thread([] {
    EXPECT_STREQ(musicvae_error_message(), "");
    expect_error(musicvae_model_load(nullptr, nullptr), MUSICVAE_ERROR_ARGUMENT, "path is NULL");
  }).join();
  EXPECT_THAT(musicvae_error_message(), HasSubstr("model is NULL"));
}

TEST(CError, ALongNameIsCutToWholeCharacters) {
  std::string path;
  for (int i = 0; i < 1000; ++i) path += "é";
  musicvae_model* model = nullptr;
  EXPECT_EQ(musicvae_model_load(path.c_str(), &model), MUSICVAE_ERROR_FILE);
  const std::string message = musicvae_error_message();
  EXPECT_EQ(message, path.substr(0, message.size()));
  EXPECT_EQ(message.size() % 2, 0U);
  EXPECT_GT(message.size(), 1000U);
}

TEST(CModel, MusicAndStreamsOutliveIt) {
  test::CModel model = test::load(tiny("groovae_4bar"));
  const std::vector<test::CMusic> music = test::sampled(model, 1, 3);
  musicvae_stream* made = nullptr;
  expect_ok(musicvae_stream_create(model.get(), nullptr, &made));
  const test::CStream stream(made);
  const std::string before = midi_of(music[0]);
  model.reset();
  EXPECT_EQ(midi_of(music[0]), before);
  musicvae_event events[MUSICVAE_STEP_EVENTS];
  std::size_t count = 0;
  expect_ok(musicvae_stream_start(stream.get(), 3, 0));
  for (int step = 0; step < 64; ++step) expect_ok(musicvae_stream_next(stream.get(), events, MUSICVAE_STEP_EVENTS, &count));
}

}  // namespace
}  // namespace musicvae
