// import and export: from and to TensorFlow, magenta.js and JSON.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "interop/foreign_files.hpp"
#include "musicvae/interop/import_checkpoint.hpp"
#include "musicvae/model/named_configs.hpp"
#include "process.hpp"
#include "temp_folder.hpp"
#include "tiny_model.hpp"

namespace musicvae::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class InteropVerbs : public testing::Test {
 protected:
  InteropVerbs() {
    spill(file("tiny.safetensors"), model_.serialize());
    const json config = {{"base", "groovae_4bar"}, {"name", "tiny"}, {"encoder_units", {8}}, {"decoder_units", {8, 8}}, {"latent", 4}};
    spill(file("tiny.json"), config.dump());
  }

  [[nodiscard]] Ended run(const std::vector<std::string>& arguments) const { return Process(folder_, MUSICVAE_COMMAND, arguments).wait(); }
  [[nodiscard]] std::string file(const std::string& name) const { return folder_ / name; }
  void expect_error(const std::vector<std::string>& arguments, int code, const std::string& what) const {
    const Ended ended = run(arguments);
    EXPECT_EQ(ended.code, code) << ended.err;
    EXPECT_THAT(ended.err, HasSubstr(what));
    EXPECT_EQ(std::count(ended.err.begin(), ended.err.end(), '\n'), 1) << ended.err;
  }

  TempFolder folder_;
  ModelFile model_ = tiny_model(named_config("groovae_4bar"));
};

TEST_F(InteropVerbs, AModelGoesToTensorflowAndBack) {
  ASSERT_EQ(run({"export", file("tiny.safetensors"), "--to", "tensorflow", "-o", file("model.ckpt-0")}).code, 0);
  const Ended ended = run({"--json", "import", file("model.ckpt-0"), "--config-file", file("tiny.json"), "-o", file("back.safetensors")});
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(json::parse(ended.out)["format"], "a TensorFlow checkpoint");
  EXPECT_EQ(ModelFile::read(file("back.safetensors")).weights, model_.weights);
}

TEST_F(InteropVerbs, AModelGoesToMagentaJsAndBack) {
  ASSERT_EQ(run({"export", file("tiny.safetensors"), "--to", "magenta-js", "-o", file("page")}).code, 0);
  ASSERT_EQ(run({"import", file("page/config.json"), "-o", file("back.safetensors")}).code, 0);
  EXPECT_EQ(ModelFile::read(file("back.safetensors")).weights, model_.weights);
}

TEST_F(InteropVerbs, ATrainingGoesOnInARunFolder) {
  train::Checkpoint checkpoint;
  checkpoint.config = model_.config;
  checkpoint.step = 35026;
  checkpoint.weights = checkpoint.adam_m = checkpoint.adam_v = model_.weights;
  spill(file("ours.safetensors"), checkpoint.serialize());
  const Ended exported = run({"--json", "export", file("ours.safetensors"), "--to", "tensorflow", "-o", file("model.ckpt-35026")});
  ASSERT_EQ(exported.code, 0) << exported.err;
  EXPECT_EQ(json::parse(exported.out)["training"], true);
  const std::vector<std::string> import = {"import", file("model.ckpt-35026"), "--config-file", file("tiny.json"), "--run", file("run")};
  ASSERT_EQ(run(import).code, 0);
  const train::Checkpoint read = train::Checkpoint::read(train::checkpoint_path(file("run"), 35026));
  EXPECT_EQ(read.adam_v, checkpoint.adam_v);
  EXPECT_TRUE(read.imported());
  expect_error(import, usage, "contains a run already (checkpoint_00035026.safetensors)");
}

TEST_F(InteropVerbs, InfoSaysWhatAPartialModelLacks) {
  model_ = tiny_model(named_config("cat-mel_2bar_small"));
  std::filesystem::create_directory(file("dljs"));
  interop::write_deeplearn_js(file("dljs"), model_);
  for (const char* direction : {"fw", "bw"}) {
    std::filesystem::remove(
        file(std::string("dljs/encoder_cell_0_bidirectional_rnn_") + direction + "_multi_rnn_cell_cell_0_lstm_cell_kernel"));
  }
  const json config = {{"base", "cat-mel_2bar_small"}, {"name", "tiny"}, {"encoder_units", {8}}, {"decoder_units", {8, 8}}, {"latent", 4}};
  spill(file("melody.json"), config.dump());
  ASSERT_EQ(run({"import", file("dljs"), "--config-file", file("melody.json"), "-o", file("partial.safetensors")}).code, 0);
  EXPECT_THAT(run({"info", file("partial.safetensors")}).out,
              HasSubstr("lacks encoder/cell_0/bidirectional_rnn/fw/multi_rnn_cell/cell_0/lstm_cell/kernel"));
  EXPECT_EQ(run({"sample", "--model", file("partial.safetensors"), "-n", "2", "-o", file("out")}).code, 0);
}

TEST_F(InteropVerbs, AttributeVectors) {
  spill(file("vectors.json"), R"({"density": [1, 2, 3, 4]})");
  ASSERT_EQ(run({"import", file("vectors.json"), "--into", file("tiny.safetensors"), "-o", file("with.safetensors")}).code, 0);
  ASSERT_EQ(run({"export", file("with.safetensors"), "--to", "attributes", "-o", file("again.json")}).code, 0);
  EXPECT_EQ(json::parse(slurp(file("again.json"))), json::parse(slurp(file("vectors.json"))));
  expect_error({"export", file("tiny.safetensors"), "--to", "attributes", "-o", file("x.json")}, model_error, "has no attributes");
}

TEST_F(InteropVerbs, BadInputIsOneLineAndWritesNothing) {
  ASSERT_EQ(run({"export", file("tiny.safetensors"), "--to", "tensorflow", "-o", file("model.ckpt-0")}).code, 0);
  const auto refused = [&](int code, const std::string& what) {
    expect_error({"import", file("model.ckpt-0"), "--config-file", file("tiny.json"), "-o", file("x.safetensors")}, code, what);
    EXPECT_FALSE(std::filesystem::exists(file("x.safetensors")));
  };
  std::string data = slurp(file("model.ckpt-0.data-00000-of-00001"));
  data[0] ^= 1;
  spill(file("model.ckpt-0.data-00000-of-00001"), data);
  refused(format_error, "its checksum does not match");
  std::filesystem::remove(file("model.ckpt-0.data-00000-of-00001"));
  refused(file_error, "has no file \"model.ckpt-0.data-00000-of-00001\"");
  expect_error({"import", file("none"), "-o", file("x")}, file_error, "no such file or folder");
  expect_error({"import", file("none")}, usage, "--out or --run");
  expect_error({"export", file("tiny.safetensors"), "--to", "onnx", "-o", file("x")}, usage, "format");
  expect_error({"export", "hier-groove_4bar_lookback", "--to", "magenta-js", "-o", file("x")}, model_error,
               "magenta.js cannot run a model of it");
}

}  // namespace
}  // namespace musicvae::test
