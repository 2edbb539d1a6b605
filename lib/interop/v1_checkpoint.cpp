#include "v1_checkpoint.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "bundle_wire.hpp"
#include "musicvae/error.hpp"
#include "pbf.hpp"
#include "sorted_table.hpp"

namespace musicvae::interop {
namespace {

using protozero::pbf_reader;
using protozero::pbf_wire_type;

// The numbers of the fields. The lists of values are those of a TensorProto.
enum SavedTensorSlices : std::uint32_t { slices_meta = 1, slices_data = 2 };
constexpr std::uint32_t kMetaTensor = 1;
enum SavedSliceMeta : std::uint32_t { meta_name = 1, meta_shape = 2, meta_type = 3, meta_slice = 4 };
enum SavedSlice : std::uint32_t { slice_name = 1, slice_extents = 2, slice_values = 3 };
constexpr std::uint32_t kSliceExtent = 1;
constexpr std::uint32_t kExtentLength = 2;
enum ValueList : std::uint32_t { float_values = 5, double_values = 6, int32_values = 7, int64_values = 10 };

/// What the first entry of a table says of a variable.
struct V1Variable {
  std::int32_t type = 0;
  std::vector<std::int64_t> shape{};
  int slices = 0;
};

/// The values of a variable.
struct V1Values {
  std::string name{};
  bool whole = true;
  std::vector<std::byte> bytes{};
};

// An extent without a length is a whole one.
bool is_whole(pbf_reader extents) {
  bool whole = true;
  while (extents.next(kSliceExtent, pbf_wire_type::length_delimited)) {
    pbf_reader extent = extents.get_message();
    while (extent.next(kExtentLength, pbf_wire_type::varint)) {
      whole = false;
      extent.skip();
    }
  }
  return whole;
}

std::pair<std::string, V1Variable> parse_variable(pbf_reader message) {
  std::string name;
  V1Variable variable;
  while (message.next()) {
    switch (message.tag_and_type()) {
      case protozero::tag_and_type(meta_name, pbf_wire_type::length_delimited):
        name = message.get_string();
        break;
      case protozero::tag_and_type(meta_shape, pbf_wire_type::length_delimited):
        variable.shape = pbf::read_shape(message.get_message());
        break;
      case protozero::tag_and_type(meta_type, pbf_wire_type::varint):
        variable.type = message.get_enum();
        break;
      case protozero::tag_and_type(meta_slice, pbf_wire_type::length_delimited):
        ++variable.slices;
        message.skip();
        break;
      default:
        message.skip();
    }
  }
  return {std::move(name), std::move(variable)};
}

template <class T>
void append_value(std::vector<std::byte>& bytes, T value) {
  const auto part = std::as_bytes(std::span(&value, 1));
  bytes.insert(bytes.end(), part.begin(), part.end());
}

std::vector<std::byte> parse_values(pbf_reader tensor) {
  std::vector<std::byte> bytes;
  while (tensor.next()) {
    switch (tensor.tag_and_type()) {
      case protozero::tag_and_type(float_values, pbf_wire_type::length_delimited):
      case protozero::tag_and_type(double_values, pbf_wire_type::length_delimited): {
        const auto packed = tensor.get_view();
        const auto part = std::as_bytes(std::span(packed.data(), packed.size()));
        bytes.insert(bytes.end(), part.begin(), part.end());
        break;
      }
      case protozero::tag_and_type(int32_values, pbf_wire_type::length_delimited):
        for (const std::int32_t value : tensor.get_packed_int32()) append_value(bytes, value);
        break;
      case protozero::tag_and_type(int64_values, pbf_wire_type::length_delimited):
        for (const std::int64_t value : tensor.get_packed_int64()) append_value(bytes, value);
        break;
      default:
        tensor.skip();
    }
  }
  return bytes;
}

V1Values parse_slice(pbf_reader message) {
  V1Values values;
  while (message.next()) {
    switch (message.tag_and_type()) {
      case protozero::tag_and_type(slice_name, pbf_wire_type::length_delimited):
        values.name = message.get_string();
        break;
      case protozero::tag_and_type(slice_extents, pbf_wire_type::length_delimited):
        values.whole = values.whole && is_whole(message.get_message());
        break;
      case protozero::tag_and_type(slice_values, pbf_wire_type::length_delimited):
        values.bytes = parse_values(message.get_message());
        break;
      default:
        message.skip();
    }
  }
  return values;
}

/// Reads one file.
class V1Table {
 public:
  V1Table(const FileBytes& file, ForeignModel& model) : path_(file.path.string()), model_(model) {
    read_sorted_table(file.bytes, file.path, [&](std::string_view, std::span<const std::byte> value) {
      try {
        pbf::parsed([&] {
          take(pbf::reader_of(value));
          return 0;
        });
      } catch (const FormatError& error) {
        if (std::string_view(error.what()).starts_with("is damaged")) fail(std::string("an entry ") + error.what());
        throw;
      }
    });
    if (!variables_.empty()) fail("tensor \"" + variables_.begin()->first + "\" has no values");
  }

 private:
  [[noreturn]] void fail(const std::string& what, const std::string& mend = "get the checkpoint again") const {
    throw FormatError(path_ + ": " + what + "; " + mend);
  }

  void take(pbf_reader slices) {
    while (slices.next()) {
      switch (slices.tag_and_type()) {
        case protozero::tag_and_type(slices_meta, pbf_wire_type::length_delimited): {
          pbf_reader meta = slices.get_message();
          while (meta.next(kMetaTensor, pbf_wire_type::length_delimited)) add(parse_variable(meta.get_message()));
          break;
        }
        case protozero::tag_and_type(slices_data, pbf_wire_type::length_delimited):
          fill(parse_slice(slices.get_message()));
          break;
        default:
          slices.skip();
      }
    }
  }

  void add(std::pair<std::string, V1Variable> entry) {
    const auto& [name, variable] = entry;
    const std::string where = "tensor \"" + name + "\" ";
    if (variable.type == wire::kText) {
      model_.left_out.push_back(name);
      text_.push_back(name);
      return;
    }
    if (!dtype_of(variable.type)) fail(where + "has the unknown type " + std::to_string(variable.type), "save it as float32");
    if (variable.slices > 1) fail(where + "is stored in slices", "save the variables without a partitioner");
    if (model_.tensors.contains(name) || !variables_.insert(std::move(entry)).second) fail(where + "is there twice");
  }

  void fill(V1Values values) {
    if (std::find(text_.begin(), text_.end(), values.name) != text_.end()) return;
    const std::string where = "tensor \"" + values.name + "\" ";
    const auto found = variables_.find(values.name);
    if (found == variables_.end())
      fail(where + (model_.tensors.contains(values.name) ? "is there twice" : "is not in the list of tensors"));
    const V1Variable& variable = found->second;
    if (!values.whole) fail(where + "is stored in slices", "save the variables without a partitioner");
    const Dtype dtype = *dtype_of(variable.type);
    const std::optional<std::int64_t> count = count_of(variable.shape);
    if (!count || values.bytes.size() != static_cast<std::uint64_t>(*count) * size_of(dtype)) {
      fail(where + "has " + std::to_string(values.bytes.size()) + " bytes, but its shape " + shape_text(variable.shape) +
           " needs another number");
    }
    const auto owner = std::make_shared<const std::vector<std::byte>>(std::move(values.bytes));
    const TensorView view{dtype, variable.shape, *owner};
    model_.tensors.emplace(values.name, ForeignTensor{variable.shape, [view, owner] { return TensorValues(view, owner); }});
    variables_.erase(found);
  }

  // The types that have a list of values here.
  static std::optional<Dtype> dtype_of(std::int32_t number) {
    const std::optional<Dtype> dtype = wire::dtype_of(number);
    const bool known = dtype == Dtype::f32 || dtype == Dtype::f64 || dtype == Dtype::i32 || dtype == Dtype::i64;
    return known ? dtype : std::nullopt;
  }

  std::string path_;
  ForeignModel& model_;
  std::map<std::string, V1Variable> variables_;  // those without values so far
  std::vector<std::string> text_;
};

}  // namespace

std::vector<std::string> v1_files(const FileSet& files, const std::string& name) {
  if (files.has(name)) return looks_like_sorted_table(files.at(name).bytes) ? std::vector{name} : std::vector<std::string>();
  std::vector<std::string> found;
  for (const std::string& file : files.names()) {
    const std::optional<ShardName> shard = parse_shard_name(file, kV1Joint);
    if (shard && shard->name == name) found.push_back(file);
  }
  return found;
}

void read_v1_checkpoint(const FileSet& files, const std::vector<std::string>& names, ForeignModel& model) {
  const std::optional<ShardName> shard = parse_shard_name(names.front(), kV1Joint);
  if (shard && names.size() != static_cast<std::size_t>(shard->shards)) {
    throw FileError(files.path().string() + ": has " + std::to_string(names.size()) + " of the " + std::to_string(shard->shards) +
                    " files of the checkpoint \"" + shard->name + "\"; get all files of the checkpoint");
  }
  for (const std::string& name : names) V1Table(files.at(name), model);
}

}  // namespace musicvae::interop
