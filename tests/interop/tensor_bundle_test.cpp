#include "musicvae/interop/tensor_bundle.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "foreign_files.hpp"
#include "gzip_of.hpp"
#include "interop/bundle_wire.hpp"
#include "interop/sorted_table.hpp"
#include "musicvae/error.hpp"
#include "temp_folder.hpp"

namespace musicvae::interop {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Bundle : public testing::Test {
 protected:
  Bundle() {
    const TensorView kernel = view_of(std::span<const float>(kernel_), {2, 3});
    write_tensor_bundle(prefix_, {{"decoder/kernel", kernel},
                                  {"global_step", view_of(std::span<const std::int64_t>(&step_, 1), {})},
                                  {"half", {Dtype::f16, {2}, std::as_bytes(std::span(halves_))}},
                                  {"small", view_of(std::span<const std::int32_t>(small_), {3})}});
  }

  [[nodiscard]] std::filesystem::path file(const std::string& end) const { return prefix_.string() + end; }
  [[nodiscard]] std::string error() const {
    return error_of([&] {
      const TensorBundle bundle = TensorBundle::open(prefix_);
      for (const auto& [name, tensor] : bundle.tensors()) (void)bundle.read(name);
    });
  }

  // Writes the index again with one entry changed.
  template <class Change>
  void edit(const std::string& tensor, Change change) const {
    std::map<std::string, std::string> entries;
    const std::string index = test::slurp(file(".index"));
    read_sorted_table(bytes_of(index), "x", [&](std::string_view key, std::span<const std::byte> value) {
      std::string text(reinterpret_cast<const char*>(value.data()), value.size());
      if (key == tensor) {
        wire::BundleEntry entry = wire::parse_entry(value);
        change(entry);
        text = wire::serialize(entry);
      }
      entries.emplace(key, std::move(text));
    });
    test::spill(file(".index"), write_sorted_table(entries));
  }

  test::TempFolder folder_;
  std::filesystem::path prefix_ = folder_ / "model.ckpt-7";
  std::vector<float> kernel_{1, 2, 3, 4, 5, 6};
  std::vector<std::uint16_t> halves_{0x3C00, 0xC000};
  std::vector<std::int32_t> small_{1, -2, 3};
  std::int64_t step_ = 7;
};

TEST_F(Bundle, ComesBack) {
  const TensorBundle bundle = TensorBundle::open(prefix_);
  ASSERT_EQ(bundle.tensors().size(), 4U);
  EXPECT_EQ(bundle.tensors().at("decoder/kernel").shape, (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ(bundle.read("decoder/kernel").floats(), kernel_);
  EXPECT_EQ(bundle.read("global_step").integers(), std::vector<std::int64_t>{7});
  EXPECT_THAT(bundle.read("half").floats(), ElementsAre(1, -2));
  EXPECT_THAT(bundle.read("small").floats(), ElementsAre(1, -2, 3));
  EXPECT_THAT(error_of([&] { (void)bundle.read("none"); }), HasSubstr("has no tensor \"none\""));
}

TEST_F(Bundle, IsFoundByItsFolderAndItsFiles) {
  for (const std::filesystem::path& path : {folder_.path(), file(".index"), file(".data-00000-of-00001")}) {
    EXPECT_EQ(TensorBundle::open(path).name(), "model.ckpt-7") << path;
  }
  std::filesystem::remove(folder_ / "checkpoint");
  EXPECT_EQ(TensorBundle::open(folder_.path()).name(), "model.ckpt-7");
  for (const char* end : {".index", ".data-00000-of-00001"}) std::filesystem::copy_file(file(end), folder_ / (std::string("other") + end));
  EXPECT_THAT(error_of([&] { (void)TensorBundle::open(folder_.path()); }),
              HasSubstr("has several checkpoints; name one of: model.ckpt-7, other"));
  test::spill(folder_ / "checkpoint", "model_checkpoint_path: \"/content/drive/run/other\"\nall_model_checkpoint_paths: \"x\"\n");
  EXPECT_EQ(TensorBundle::open(folder_.path()).name(), "other");
}

TEST_F(Bundle, IsFoundInATar) {
  const std::string tar = tar_of({{"groovae_4bar/", "", '5'},
                                  {"groovae_4bar/model.ckpt-7.index", test::slurp(file(".index"))},
                                  {"groovae_4bar/model.ckpt-7.meta", "graph"},
                                  {"groovae_4bar/model.ckpt-7.data-00000-of-00001", test::slurp(file(".data-00000-of-00001"))}});
  test::spill(folder_ / "groovae_4bar.tar", tar);
  const TensorBundle bundle = TensorBundle::open(folder_ / "groovae_4bar.tar");
  EXPECT_EQ(bundle.name(), "groovae_4bar/model.ckpt-7");
  EXPECT_EQ(bundle.read("decoder/kernel").floats(), kernel_);
  test::spill(folder_ / "empty.tar", tar_of({{"x", "1"}}));
  EXPECT_THAT(error_of([&] { (void)TensorBundle::open(folder_ / "empty.tar"); }), HasSubstr("has no TensorFlow checkpoint"));
}

TEST_F(Bundle, IsFoundInAPackedTar) {
  const std::string packed =
      gzip_of(tar_of({{"groovae_4bar/model.ckpt-7.index", test::slurp(file(".index"))},
                      {"groovae_4bar/model.ckpt-7.data-00000-of-00001", test::slurp(file(".data-00000-of-00001"))}}));
  test::spill(folder_ / "x.tgz", packed);
  const TensorBundle bundle = TensorBundle::open(folder_ / "x.tgz");
  EXPECT_EQ(bundle.name(), "groovae_4bar/model.ckpt-7");
  EXPECT_EQ(bundle.read("decoder/kernel").floats(), kernel_);
  const auto error_of_packed = [&](const std::string& bytes) {
    test::spill(folder_ / "y.tar.gz", bytes);
    return error_of([&] { (void)TensorBundle::open(folder_ / "y.tar.gz"); });
  };
  EXPECT_THAT(error_of_packed(packed.substr(0, packed.size() / 2)), HasSubstr("y.tar.gz: the compressed stream is cut short"));
  EXPECT_THAT(error_of_packed("\x1F\x8B\x08 no stream"), HasSubstr("y.tar.gz: the compressed stream is damaged"));
  EXPECT_THAT(error_of_packed("\x1F\x8B\x07 another method"), HasSubstr("is neither a TensorFlow checkpoint nor a .tar of one"));
  EXPECT_THAT(error_of_packed(gzip_of("no tar")), HasSubstr("is neither a TensorFlow checkpoint nor a .tar of one"));
  // A bomb: 80 MiB of zeros in 80 KiB.
  EXPECT_THAT(error_of_packed(gzip_of(std::string(std::size_t{80} << 20, '\0'))), HasSubstr("unpacks to more than 32 times its size"));
}

TEST_F(Bundle, AnyStateFileIsHarmless) {
  const auto error_with = [&](const std::string& state) {
    test::spill(folder_ / "checkpoint", state);
    return error_of([&] { (void)TensorBundle::open(folder_.path()); });
  };
  EXPECT_THAT(error_with("model_checkpoint_path: \"../../etc/other\"\n"), "");  // only its last part counts, and there is one checkpoint
  EXPECT_THAT(error_with("model_checkpoint_path: \"" + std::string(1 << 20, 'x')), HasSubstr("names no checkpoint"));
  EXPECT_THAT(error_with("x: \"y\"\n" + std::string(1 << 20, ' ')), HasSubstr("names no checkpoint"));
}

TEST_F(Bundle, SeveralShards) {
  const std::string data = test::slurp(file(".data-00000-of-00001"));
  std::map<std::string, std::string> entries = {{"", wire::serialize(wire::BundleHeader{.num_shards = 2})}};
  const TensorBundle whole = TensorBundle::open(prefix_);
  std::int32_t shard = 0;
  for (const auto& [name, view] : whole.tensors()) {
    const std::string bytes(reinterpret_cast<const char*>(view.bytes.data()), view.bytes.size());
    entries.emplace(name, wire::serialize(wire::BundleEntry{.dtype = wire::number_of(view.dtype),
                                                            .shape = view.shape,
                                                            .shard = shard % 2,
                                                            .offset = 0,
                                                            .size = static_cast<std::int64_t>(bytes.size()),
                                                            .crc = 0}));
    if (shard < 2) test::spill(folder_ / ("two.data-0000" + std::to_string(shard) + "-of-00002"), bytes);
    ++shard;
  }
  entries.erase("half");
  entries.erase("small");
  test::spill(folder_ / "two.index", write_sorted_table(entries));
  const TensorBundle bundle = TensorBundle::open(folder_ / "two");
  EXPECT_EQ(bundle.tensors().at("decoder/kernel").floats(), kernel_);
  EXPECT_EQ(bundle.tensors().at("global_step").integers(), std::vector<std::int64_t>{7});
  std::filesystem::remove(folder_ / "two.data-00001-of-00002");
  EXPECT_THAT(error_of([&] { (void)TensorBundle::open(folder_ / "two"); }), HasSubstr("has no file \"two.data-00001-of-00002\""));
}

TEST_F(Bundle, TextIsLeftOutAndNamed) {
  edit("small", [](wire::BundleEntry& entry) { entry.dtype = wire::kText; });
  const TensorBundle bundle = TensorBundle::open(prefix_);
  EXPECT_THAT(bundle.text_tensors(), ElementsAre("small"));
  EXPECT_EQ(bundle.tensors().size(), 3U);
}

TEST_F(Bundle, AChangedByteNamesTheTensorAndTheFile) {
  std::string data = test::slurp(file(".data-00000-of-00001"));
  data[5] ^= 1;
  test::spill(file(".data-00000-of-00001"), data);
  EXPECT_THAT(error(), HasSubstr("model.ckpt-7.data-00000-of-00001: tensor \"decoder/kernel\" was changed or damaged"));
}

TEST_F(Bundle, ShortFiles) {
  std::filesystem::resize_file(file(".data-00000-of-00001"), 20);
  EXPECT_THAT(error(), HasSubstr("tensor \"decoder/kernel\" lies beyond its end"));
  std::filesystem::resize_file(file(".index"), 60);
  EXPECT_THAT(error(), HasSubstr("cut short or another file"));
  std::filesystem::remove(file(".index"));
  EXPECT_THAT(error(), HasSubstr("no TensorFlow checkpoint of that name"));
}

TEST_F(Bundle, EntriesThatCannotBe) {
  edit("small", [](wire::BundleEntry& entry) { entry.dtype = 99; });
  EXPECT_THAT(error(), HasSubstr("tensor \"small\" has the unknown type 99"));
  edit("small", [](wire::BundleEntry& entry) { entry.dtype = 3, entry.shape = {1 << 30, 1 << 30, 1 << 30}; });
  EXPECT_THAT(error(), HasSubstr("tensor \"small\" has an impossible shape"));
  edit("small", [](wire::BundleEntry& entry) { entry.shape = {5}; });
  EXPECT_THAT(error(), HasSubstr("tensor \"small\" has 12 bytes, but its shape needs 20"));
  edit("small", [](wire::BundleEntry& entry) { entry.shape = {3}, entry.shard = 4; });
  EXPECT_THAT(error(), HasSubstr("is in file 4 of 1"));
  edit("small", [](wire::BundleEntry& entry) { entry.shard = 0, entry.offset = -1; });
  EXPECT_THAT(error(), HasSubstr("lies beyond its end"));
}

TEST_F(Bundle, OtherFilesAreNamed) {
  test::spill(folder_ / "v1", test::slurp(file(".index")));
  EXPECT_THAT(error_of([&] { (void)TensorBundle::open(folder_ / "v1"); }), HasSubstr("format V1"));
  test::spill(folder_ / "x.mid", "MThd");
  EXPECT_THAT(error_of([&] { (void)TensorBundle::open(folder_ / "x.mid"); }), HasSubstr("is neither a TensorFlow checkpoint nor a .tar"));
  EXPECT_THAT(error_of([&] { (void)TensorBundle::open(folder_ / "none/x"); }), HasSubstr("no such file or folder"));
}

}  // namespace
}  // namespace musicvae::interop
