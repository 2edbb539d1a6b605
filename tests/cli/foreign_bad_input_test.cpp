// What musicvae import says of bad files of other programs: one line each, and nothing is written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "interop/bundle_wire.hpp"
#include "interop/foreign_files.hpp"
#include "interop/gzip_of.hpp"
#include "interop/sorted_table.hpp"
#include "interop/table_of.hpp"
#include "musicvae/interop/import_checkpoint.hpp"
#include "musicvae/interop/magenta_js.hpp"
#include "musicvae/interop/tensor_bundle.hpp"
#include "musicvae/model/named_configs.hpp"
#include "process.hpp"
#include "tiny_model.hpp"

namespace musicvae::test {
namespace {

using interop::tar_of;
using interop::TarEntry;
using nlohmann::ordered_json;

class ForeignBadInput : public testing::Test {
 protected:
  ForeignBadInput() {
    const ordered_json config = {
        {"base", "groovae_4bar"}, {"name", "tiny"}, {"encoder_units", {8}}, {"decoder_units", {8, 8}}, {"latent", 4}};
    spill(file("tiny.json"), config.dump());
    interop::export_tensorflow(file("tf/model.ckpt-7"), model_);
    interop::write_magenta_js(file("js"), model_);
    std::filesystem::create_directory(file("dl"));
    interop::write_deeplearn_js(file("dl"), model_);
    std::filesystem::remove(file("dl/converter.json"));
  }

  [[nodiscard]] std::string file(const std::string& name) const { return files_ / name; }
  [[nodiscard]] std::string index() const { return slurp(file("tf/model.ckpt-7.index")); }
  [[nodiscard]] std::string data() const { return slurp(file("tf/model.ckpt-7.data-00000-of-00001")); }

  /// Expects import to refuse `in` with one line that has `part`, and to write nothing.
  void refuses(const std::string& in, int code, const std::string& part) {
    const auto before = files_.entries();
    const Ended ended =
        run(output_, MUSICVAE_COMMAND, {"import", file(in), "--config-file", file("tiny.json"), "-o", file("x.safetensors")});
    expect_error(ended, code, part);
    EXPECT_EQ(files_.entries(), before);
  }
  void imports(const std::string& in) {
    const Ended ended = run(output_, MUSICVAE_COMMAND,
                            {"import", file(in), "--config-file", file("tiny.json"), "-o", (output_ / "x.safetensors").string()});
    EXPECT_EQ(ended.code, 0) << in << ": " << ended.err;
  }
  /// Writes a JSON file again with a change.
  template <class Change>
  void edit(const std::string& name, Change change) const {
    ordered_json json = ordered_json::parse(slurp(file(name)));
    change(json);
    spill(file(name), json.dump());
  }
  /// Writes the entry of one tensor of the index again with a change.
  template <class Change>
  void edit_entry(const std::string& tensor, Change change) const {
    const std::string bytes = index();
    std::map<std::string, std::string> entries;
    interop::read_sorted_table(interop::bytes_of(bytes), "x", [&](std::string_view key, std::span<const std::byte> value) {
      std::string text(reinterpret_cast<const char*>(value.data()), value.size());
      if (key == tensor) {
        interop::wire::BundleEntry entry = interop::wire::parse_entry(value);
        change(entry);
        text = interop::wire::serialize(entry);
      }
      entries.emplace(key, std::move(text));
    });
    spill(file("tf/model.ckpt-7.index"), interop::write_sorted_table(entries));
  }

  TempFolder files_;
  TempFolder output_;
  ModelFile model_ = tiny_model(named_config("groovae_4bar"));
};

TEST_F(ForeignBadInput, SoundFilesAreImported) {
  for (const char* name : {"tf", "tf/model.ckpt-7", "js", "dl"}) imports(name);
}

TEST_F(ForeignBadInput, AMissingShard) {
  std::filesystem::remove(file("tf/model.ckpt-7.data-00000-of-00001"));
  refuses("tf/model.ckpt-7", file_error, "tf: has no file \"model.ckpt-7.data-00000-of-00001\"; get all files of the checkpoint");
  std::filesystem::remove(file("js/group1-shard1of1"));
  refuses("js", file_error, "js: has no file \"group1-shard1of1\"; get all files of the checkpoint");
}

TEST_F(ForeignBadInput, AWrongChecksumNamesTensorAndFile) {
  std::string bytes = data();
  bytes[0] ^= 1;
  spill(file("tf/model.ckpt-7.data-00000-of-00001"), bytes);
  refuses(
      "tf/model.ckpt-7", format_error,
      "model.ckpt-7.data-00000-of-00001: tensor \"decoder/multi_rnn_cell/cell_0/lstm_cell/bias\" was changed or damaged: its checksum does "
      "not match; get the file again");
}

TEST_F(ForeignBadInput, ACutIndexOrDataFile) {
  const std::string whole = index();
  for (const std::size_t size : {std::size_t{0}, std::size_t{60}, whole.size() - 1}) {
    spill(file("tf/model.ckpt-7.index"), whole.substr(0, size));
    refuses("tf", format_error, "it is cut short or another file; get the file again");
  }
  spill(file("tf/model.ckpt-7.index"), whole);
  spill(file("tf/model.ckpt-7.data-00000-of-00001"), data().substr(0, 100));
  refuses("tf", format_error, "lies beyond its end; the file is cut short, get it again");
}

TEST_F(ForeignBadInput, AnotherModel) {
  const std::vector<float> values(6);
  const TensorView view = view_of(std::span<const float>(values), {2, 3});
  interop::write_tensor_bundle(file("rnn/x"),
                               {{"rnn/multi_rnn_cell/cell_0/basic_lstm_cell/kernel", view}, {"fully_connected/weights", view}});
  refuses("rnn", model_error,
          "is no MusicVAE but a MusicRNN: it has fully_connected/weights, rnn/multi_rnn_cell/cell_0/basic_lstm_cell/kernel; name the "
          "checkpoint "
          "of a MusicVAE");
  edit("js/config.json", [](ordered_json& json) { json["type"] = "MusicRNN"; });
  refuses("js", format_error, "is not the config of a MusicVAE, its type is \"MusicRNN\"; name the folder of a MusicVAE");
}

TEST_F(ForeignBadInput, ShortShards) {
  const std::string shard = slurp(file("js/group1-shard1of1"));
  spill(file("js/group1-shard1of1"), shard.substr(0, shard.size() - 4));
  refuses("js", format_error,
          "lies beyond the end of its files, which have " + std::to_string(shard.size() - 4) + " bytes; get them again");
  spill(file("js/group1-shard1of1"), shard + "more");
  refuses("js", format_error, "get them again");
  spill(file("dl/encoder_mu_bias"), "short");
  refuses("dl", format_error, "encoder_mu_bias: has 5 bytes, but its shape [4] in manifest.json needs another number; get the file again");
}

TEST_F(ForeignBadInput, AnUnknownType) {
  edit_entry("encoder/mu/bias", [](interop::wire::BundleEntry& entry) { entry.dtype = 18; });
  refuses("tf", format_error, "tensor \"encoder/mu/bias\" has the unknown type 18; save it as float32");
  edit("js/weights_manifest.json", [](ordered_json& json) { json[0]["weights"][0]["dtype"] = "complex64"; });
  refuses("js", format_error, "has the type \"complex64\"; only float32 is known");
}

TEST_F(ForeignBadInput, ATensorTwice) {
  const std::string header = interop::wire::serialize(interop::wire::BundleHeader{.num_shards = 1});
  const std::string entry = interop::wire::serialize(interop::wire::BundleEntry{.dtype = 1, .size = 4});
  const std::string block = interop::block_of({{"", header}, {"a", entry}, {"a", entry}});
  spill(file("tf/model.ckpt-7.index"), interop::table_of({interop::with_trailer(block, 0)}));
  refuses("tf", format_error, "\"a\" is there twice; get the file again");
  edit("js/weights_manifest.json", [](ordered_json& json) { json[0]["weights"][1]["name"] = json[0]["weights"][0]["name"]; });
  refuses("js", format_error, "is there twice; get the file again");
  std::string manifest = slurp(file("dl/manifest.json"));
  manifest.insert(1, R"("encoder/mu/bias": {"filename": "encoder_mu_bias", "shape": [4]},)");
  spill(file("dl/manifest.json"), manifest);
  refuses("dl", format_error, "manifest.json: has \"encoder/mu/bias\" twice; correct it");
}

TEST_F(ForeignBadInput, ATarBomb) {
  spill(file("x.tar.gz"), interop::gzip_of(std::string(std::size_t{80} << 20, '\0')));
  refuses("x.tar.gz", format_error, "unpacks to more than 32 times its size, as no checkpoint does; get the archive again");
  std::string tar = tar_of({{"model.ckpt-7.index", index()}});
  tar.replace(124, 11, "77777777777");  // 8 GiB
  interop::set_tar_checksum(tar);
  spill(file("x.tar"), tar);
  refuses("x.tar", format_error, "\"model.ckpt-7.index\" is larger than the tar; it is cut short or damaged; get the archive again");
}

TEST_F(ForeignBadInput, NamesThatClimbOut) {
  spill(file("secret"), "x");
  spill(file("x.tar"), tar_of({{"../model.ckpt-7.index", index()}}));
  refuses("x.tar", format_error, "\"../model.ckpt-7.index\" is not a name inside the folder");
  spill(file("y.tar"), tar_of({{"/etc/model.ckpt-7.index", index()}}));
  refuses("y.tar", format_error, "\"/etc/model.ckpt-7.index\" is not a name inside the folder");
  spill(file("z.tar"), tar_of({{"model.ckpt-7.index", "", '2'}}));
  refuses("z.tar", format_error, "is a link or a device; only files and folders are read");
  edit("js/weights_manifest.json", [](ordered_json& json) { json[0]["paths"][0] = "../secret"; });
  refuses("js", format_error, "\"../secret\" is not the name of a file inside the folder");
  edit("dl/manifest.json", [](ordered_json& json) { json["encoder/mu/bias"]["filename"] = "../secret"; });
  refuses("dl", format_error, "names \"../secret\", which is not inside the folder");
}

}  // namespace
}  // namespace musicvae::test
