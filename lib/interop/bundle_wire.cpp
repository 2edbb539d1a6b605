#include "bundle_wire.hpp"

#include <algorithm>
#include <array>
#include <protozero/pbf_writer.hpp>
#include <utility>

#include "musicvae/error.hpp"
#include "pbf.hpp"

namespace musicvae::interop::wire {
namespace {

using pbf::get;
using pbf::parsed;
using pbf::read_shape;
using pbf::reader_of;
using protozero::pbf_reader;
using protozero::pbf_wire_type;
using protozero::pbf_writer;

enum HeaderField : std::uint32_t { num_shards = 1, endianness = 2, version = 3 };
enum EntryField : std::uint32_t { dtype = 1, shape = 2, shard_id = 3, offset = 4, size = 5, crc32c = 6, slices = 7 };
constexpr std::uint32_t kShapeDim = 2;
constexpr std::uint32_t kDimSize = 1;
constexpr std::uint32_t kVersionProducer = 1;
constexpr std::int32_t kProducer = 1;  // of the format that TensorFlow writes since 1.0

constexpr std::array kDtypes = {std::pair{Dtype::f32, 1},  std::pair{Dtype::f64, 2},      std::pair{Dtype::i32, 3},
                                std::pair{Dtype::u8, 4},   std::pair{Dtype::i16, 5},      std::pair{Dtype::i8, 6},
                                std::pair{Dtype::i64, 9},  std::pair{Dtype::boolean, 10}, std::pair{Dtype::bf16, 14},
                                std::pair{Dtype::u16, 17}, std::pair{Dtype::f16, 19},     std::pair{Dtype::u32, 22},
                                std::pair{Dtype::u64, 23}};

}  // namespace

std::optional<Dtype> dtype_of(std::int32_t number) {
  const auto found = std::find_if(kDtypes.begin(), kDtypes.end(), [&](const auto& pair) { return pair.second == number; });
  return found == kDtypes.end() ? std::nullopt : std::optional(found->first);
}

std::int32_t number_of(Dtype type) {
  const auto found = std::find_if(kDtypes.begin(), kDtypes.end(), [&](const auto& pair) { return pair.first == type; });
  if (found == kDtypes.end()) throw ArgumentError(std::string("TensorFlow checkpoint: cannot hold ") + name(type) + "; convert it to F32");
  return found->second;
}

BundleHeader parse_header(std::span<const std::byte> bytes) {
  return parsed([&] {
    BundleHeader header;
    for (pbf_reader reader = reader_of(bytes); reader.next();) {
      switch (reader.tag()) {
        case HeaderField::num_shards:
          get(reader, pbf_wire_type::varint, [&] { header.num_shards = reader.get_int32(); });
          break;
        case HeaderField::endianness:
          get(reader, pbf_wire_type::varint, [&] { header.endianness = reader.get_enum(); });
          break;
        default:
          reader.skip();
      }
    }
    return header;
  });
}

BundleEntry parse_entry(std::span<const std::byte> bytes) {
  return parsed([&] {
    BundleEntry entry;
    for (pbf_reader reader = reader_of(bytes); reader.next();) {
      switch (reader.tag()) {
        case EntryField::dtype:
          get(reader, pbf_wire_type::varint, [&] { entry.dtype = reader.get_enum(); });
          break;
        case EntryField::shape:
          get(reader, pbf_wire_type::length_delimited, [&] { entry.shape = read_shape(reader.get_message()); });
          break;
        case EntryField::shard_id:
          get(reader, pbf_wire_type::varint, [&] { entry.shard = reader.get_int32(); });
          break;
        case EntryField::offset:
          get(reader, pbf_wire_type::varint, [&] { entry.offset = reader.get_int64(); });
          break;
        case EntryField::size:
          get(reader, pbf_wire_type::varint, [&] { entry.size = reader.get_int64(); });
          break;
        case EntryField::crc32c:
          get(reader, pbf_wire_type::fixed32, [&] { entry.crc = reader.get_fixed32(); });
          break;
        case EntryField::slices:
          entry.sliced = true;
          reader.skip();
          break;
        default:
          reader.skip();
      }
    }
    return entry;
  });
}

std::string serialize(const BundleHeader& header) {
  std::string bytes;
  pbf_writer out(bytes);
  out.add_int32(HeaderField::num_shards, header.num_shards);
  if (header.endianness != 0) out.add_enum(HeaderField::endianness, header.endianness);
  pbf_writer(out, HeaderField::version).add_int32(kVersionProducer, kProducer);
  return bytes;
}

std::string serialize(const BundleEntry& entry) {
  std::string bytes;
  pbf_writer out(bytes);
  out.add_enum(EntryField::dtype, entry.dtype);
  {
    pbf_writer dims(out, EntryField::shape);
    for (const std::int64_t extent : entry.shape) pbf_writer(dims, kShapeDim).add_int64(kDimSize, extent);
  }
  if (entry.shard != 0) out.add_int32(EntryField::shard_id, entry.shard);
  if (entry.offset != 0) out.add_int64(EntryField::offset, entry.offset);
  if (entry.size != 0) out.add_int64(EntryField::size, entry.size);
  out.add_fixed32(EntryField::crc32c, entry.crc);
  return bytes;
}

}  // namespace musicvae::interop::wire
