// Checkpoints of TensorFlow's format V1, and variables under the names of former versions and of objects.
#include "interop/v1_checkpoint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <protozero/pbf_writer.hpp>

#include "foreign_files.hpp"
#include "interop/bundle_wire.hpp"
#include "interop/sorted_table.hpp"
#include "musicvae/error.hpp"
#include "musicvae/interop/import_checkpoint.hpp"
#include "musicvae/interop/tensor_bundle.hpp"
#include "table_of.hpp"
#include "temp_folder.hpp"
#include "tiny_model.hpp"

namespace musicvae::interop {
namespace {

using protozero::pbf_writer;
using testing::ElementsAre;
using testing::HasSubstr;

/// A variable as a V1 checkpoint has it. A test changes what should be wrong.
struct Variable {
  std::vector<std::int64_t> shape{};
  std::vector<float> floats{};
  std::vector<std::int64_t> integers{};
  std::int32_t type = 1;
  int slices = 1;
  bool whole = true;
  bool listed = true;
  bool has_values = true;
};
using Variables = std::map<std::string, Variable>;

// The extents as a message. protozero's nested writers would drop empty messages.
std::string extents_of(const Variable& variable) {
  std::string slice;
  for (const std::int64_t size : variable.shape) {
    std::string extent;
    if (!variable.whole) pbf_writer(extent).add_int64(2, size / 2);
    pbf_writer(slice).add_message(1, extent);
  }
  return slice;
}

std::string list_of(const Variables& variables) {
  std::string bytes;
  pbf_writer out(bytes);
  pbf_writer meta(out, 1);
  for (const auto& [name, variable] : variables) {
    if (!variable.listed) continue;
    pbf_writer entry(meta, 1);
    entry.add_string(1, name);
    {
      pbf_writer shape(entry, 2);
      for (const std::int64_t size : variable.shape) pbf_writer(shape, 2).add_int64(1, size);
    }
    entry.add_enum(3, variable.type);
    for (int i = 0; i < variable.slices; ++i) entry.add_message(4, extents_of(variable));
  }
  meta.commit();
  return bytes;
}

std::string values_of(const std::string& name, const Variable& variable) {
  std::string bytes;
  pbf_writer out(bytes);
  pbf_writer data(out, 2);
  data.add_string(1, name);
  data.add_message(2, extents_of(variable));
  {
    pbf_writer tensor(data, 3);
    if (!variable.floats.empty()) tensor.add_packed_float(5, variable.floats.begin(), variable.floats.end());
    if (!variable.integers.empty())
      tensor.add_packed_int64(variable.type == 3 ? 7 : 10, variable.integers.begin(), variable.integers.end());
  }
  data.commit();
  return bytes;
}

std::string v1_table(const Variables& variables) {
  std::map<std::string, std::string> entries = {{"", list_of(variables)}};
  for (const auto& [name, variable] : variables) {
    if (variable.has_values) entries.emplace(std::string(1, '\0') + name, values_of(name, variable));
  }
  return write_sorted_table(entries);
}

Variables variables_of(const ModelFile& model) {
  Variables variables;
  for (const auto& [name, tensor] : model.weights) variables[name] = {.shape = tensor.shape, .floats = tensor.values.floats()};
  return variables;
}

class V1 : public testing::Test {
 protected:
  [[nodiscard]] std::string error_with(const Variable& variable) const {
    Variables variables = variables_of(model_);
    variables["global_step"] = variable;
    test::spill(folder_ / "x", v1_table(variables));
    return error_of([&] { (void)import_checkpoint(folder_ / "x", model_.config); });
  }

  test::TempFolder folder_;
  ModelFile model_ = test::tiny_model();
};

TEST_F(V1, AModelWithItsTrainingIsRead) {
  Variables variables = variables_of(model_);
  for (const auto& [name, tensor] : model_.weights) {
    for (const char* slot : {"/Adam", "/Adam_1"}) variables[name + slot] = variables[name];
  }
  variables["global_step"] = {.integers = {2721}, .type = 9};
  variables["note"] = {.type = wire::kText};
  variables["rates"] = {.shape = {2}, .integers = {5, -6}, .type = 3};
  test::spill(folder_ / "model.ckpt-2721", v1_table(variables));
  const ImportedCheckpoint imported = import_checkpoint(folder_ / "model.ckpt-2721", model_.config);
  EXPECT_EQ(imported.model.weights, model_.weights);
  ASSERT_TRUE(imported.training);
  EXPECT_EQ(imported.training->step, 2721);
  EXPECT_EQ(imported.training->adam_v, model_.weights);
  EXPECT_THAT(imported.left_out, ElementsAre("note", "rates"));
}

TEST_F(V1, IsFoundByItsFolderInATarAndByAShard) {
  Variables one = variables_of(model_);
  Variables two;
  two.insert(one.extract("encoder/mu/bias"));
  const std::string state = "model_checkpoint_path: \"/content/model.ckpt-1-?\?\?\?\?-of-00002\"\n";
  test::spill(folder_ / "model.ckpt-1-00000-of-00002", v1_table(one));
  test::spill(folder_ / "model.ckpt-1-00001-of-00002", v1_table(two));
  test::spill(folder_ / "checkpoint", state);
  test::spill(folder_ / "x.tar", tar_of({{"run/checkpoint", state},
                                         {"run/model.ckpt-1-00000-of-00002", v1_table(one)},
                                         {"run/model.ckpt-1-00001-of-00002", v1_table(two)}}));
  for (const char* name : {"model.ckpt-1", "model.ckpt-1-00001-of-00002", "", "x.tar"}) {
    EXPECT_EQ(import_checkpoint(folder_ / name, model_.config).model.weights, model_.weights) << name;
  }
  std::filesystem::remove(folder_ / "model.ckpt-1-00000-of-00002");
  EXPECT_THAT(error_of([&] { (void)import_checkpoint(folder_.path(), model_.config); }),
              HasSubstr("has 1 of the 2 files of the checkpoint \"model.ckpt-1\""));
  test::spill(folder_ / "model.ckpt-1-00000-of-00002", v1_table(variables_of(model_)));
  EXPECT_THAT(error_of([&] { (void)import_checkpoint(folder_.path(), model_.config); }), HasSubstr("is there twice"));
}

TEST_F(V1, WhatCannotBeIsOneLine) {
  EXPECT_EQ(error_with({.integers = {7}, .type = 9}), "");
  EXPECT_THAT(error_with({.type = 9, .has_values = false}), HasSubstr("x: tensor \"global_step\" has no values"));
  EXPECT_THAT(error_with({.integers = {7}, .type = 9, .listed = false}), HasSubstr("is not in the list of tensors"));
  EXPECT_THAT(error_with({.shape = {3}, .floats = {1, 2}}), HasSubstr("has 8 bytes, but its shape [3] needs another number"));
  EXPECT_THAT(error_with({.shape = {1 << 30, 1 << 30, 1 << 30}, .floats = {1}}), HasSubstr("needs another number"));
  EXPECT_THAT(error_with({.floats = {1}, .type = 18}), HasSubstr("has the unknown type 18; save it as float32"));
  EXPECT_THAT(error_with({.shape = {2}, .floats = {1, 2}, .slices = 2}), HasSubstr("is stored in slices"));
  EXPECT_THAT(error_with({.shape = {2}, .floats = {1, 2}, .whole = false}), HasSubstr("is stored in slices"));
}

TEST_F(V1, DamageIsOneLine) {
  const auto error = [&](const std::string& bytes) {
    test::spill(folder_ / "x", bytes);
    return error_of([&] { (void)import_checkpoint(folder_ / "x", model_.config); });
  };
  std::string changed = v1_table(variables_of(model_));
  changed[100] ^= 1;
  EXPECT_THAT(error(changed), HasSubstr("its checksum does not match"));
  EXPECT_THAT(error(write_sorted_table({{"", "\x0A\x7F"}})), HasSubstr("an entry is damaged"));
  EXPECT_THAT(error(write_sorted_table({})), HasSubstr("is no MusicVAE: it has no variables"));
  test::spill(folder_ / "x", v1_table(variables_of(model_)));
  EXPECT_THAT(error_of([&] { (void)TensorBundle::open(folder_ / "x"); }), HasSubstr("format V1, which is no bundle; import it"));
}

// ---- former names ---------------------------------------------------------------------------------------------------

std::string former(std::string name, bool basic) {
  const auto replace = [&](const std::string& from, const std::string& to) {
    if (const std::size_t at = name.find(from); at != std::string::npos) name.replace(at, from.size(), to);
  };
  if (basic) replace("lstm_cell", "basic_lstm_cell");
  replace("/kernel", "/weights");
  replace("/bias", "/biases");
  return name;
}

TEST_F(V1, FormerNamesOfTheVariables) {
  for (const bool basic : {false, true}) {
    std::map<std::string, TensorView> views;
    for (const auto& [name, tensor] : model_.weights) {
      for (const char* slot : {"", "/Adam", "/Adam_1"}) views.emplace(former(name + slot, basic), view_of(tensor));
    }
    const std::int64_t step = 3;
    views.emplace("global_step", view_of(std::span<const std::int64_t>(&step, 1), {}));
    write_tensor_bundle(folder_ / "x", views);
    ASSERT_TRUE(TensorBundle::open(folder_ / "x").tensors().contains("encoder/mu/weights"));
    const ImportedCheckpoint imported = import_checkpoint(folder_ / "x", model_.config);
    EXPECT_EQ(imported.model.weights, model_.weights);
    ASSERT_TRUE(imported.training);
    EXPECT_EQ(imported.training->adam_m, model_.weights);
  }
}

TEST_F(V1, AFormerNameDoesNotReplaceAVariable) {
  std::map<std::string, TensorView> views;
  for (const auto& [name, tensor] : model_.weights) views.emplace(name, view_of(tensor));
  views.emplace("encoder/mu/biases", views.at("encoder/mu/bias"));
  write_tensor_bundle(folder_ / "x", views);
  EXPECT_THAT(error_of([&] { (void)import_checkpoint(folder_ / "x", model_.config); }),
              HasSubstr("tensor \"encoder/mu/biases\" [4] is none of config"));
}

// ---- names by object ------------------------------------------------------------------------------------------------

// The graph of objects of which each holds a variable.
std::string graph_of(const std::map<std::string, std::string>& full_names) {
  std::string bytes;
  pbf_writer out(bytes);
  for (const auto& [key, name] : full_names) {
    pbf_writer node(out, 1);
    pbf_writer attribute(node, 2);
    attribute.add_string(1, "VARIABLE_VALUE");
    attribute.add_string(2, name);
    attribute.add_string(3, key);
  }
  return bytes;
}

// Adds a text below 128 bytes or 16 KiB, as TensorFlow writes one.
void add_text(const std::filesystem::path& prefix, const std::string& name, const std::string& text, bool sound = true) {
  const std::string data_file = prefix.string() + ".data-00000-of-00001";
  const std::string index_file = prefix.string() + ".index";
  const std::string data = test::slurp(data_file);
  const std::string length = number(static_cast<std::uint32_t>(text.size()));
  const std::string check = number(masked_crc32c(bytes_of(length)));
  std::string varint;
  for (std::size_t left = text.size(); varint.empty() || left > 0; left >>= 7)
    varint += static_cast<char>((left & 0x7FU) | (left >= 0x80 ? 0x80U : 0U));
  const std::string stored = varint + check + text;
  const std::string checked = length + check + text;
  test::spill(data_file, data + stored);
  std::map<std::string, std::string> entries;
  const std::string index = test::slurp(index_file);
  read_sorted_table(bytes_of(index), "x", [&](std::string_view key, std::span<const std::byte> value) {
    entries.emplace(key, std::string(reinterpret_cast<const char*>(value.data()), value.size()));
  });
  entries[name] = wire::serialize(wire::BundleEntry{.dtype = wire::kText,
                                                    .offset = static_cast<std::int64_t>(data.size()),
                                                    .size = static_cast<std::int64_t>(stored.size()),
                                                    .crc = masked_crc32c(bytes_of(checked)) + (sound ? 0U : 1U)});
  test::spill(index_file, write_sorted_table(entries));
}

TEST_F(V1, NamesByObjectBecomeFullNames) {
  std::map<std::string, TensorView> views;
  std::map<std::string, std::string> names;
  for (const auto& [name, tensor] : model_.weights) {
    const std::string key = "v" + std::to_string(views.size()) + "/.ATTRIBUTES/VARIABLE_VALUE";
    views.emplace(key, view_of(tensor));
    names.emplace(key, name);
  }
  write_tensor_bundle(folder_ / "x", views);
  EXPECT_THAT(error_of([&] { (void)import_checkpoint(folder_ / "x", model_.config); }), HasSubstr("is no MusicVAE"));
  add_text(folder_ / "x", "_CHECKPOINTABLE_OBJECT_GRAPH", graph_of(names));
  const ImportedCheckpoint imported = import_checkpoint(folder_ / "x", model_.config);
  EXPECT_EQ(imported.model.weights, model_.weights);
  EXPECT_TRUE(imported.left_out.empty());
}

TEST_F(V1, ADamagedGraphOfObjectsIsOneLine) {
  const auto error = [&](const std::string& graph, bool sound) {
    const float number = 1;
    write_tensor_bundle(folder_ / "x", {{"a", view_of(std::span<const float>(&number, 1), {})}});
    add_text(folder_ / "x", "_CHECKPOINTABLE_OBJECT_GRAPH", graph, sound);
    return error_of([&] { (void)import_checkpoint(folder_ / "x", model_.config); });
  };
  EXPECT_THAT(error("", true), HasSubstr("is no MusicVAE"));
  EXPECT_THAT(error(graph_of({{"a", "b"}}), false), HasSubstr("the text \"_CHECKPOINTABLE_OBJECT_GRAPH\" was changed or damaged"));
  EXPECT_THAT(error("\x0A\x7F", true), HasSubstr("_CHECKPOINTABLE_OBJECT_GRAPH is damaged"));
}

}  // namespace
}  // namespace musicvae::interop
