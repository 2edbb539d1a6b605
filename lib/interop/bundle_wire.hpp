// What the index of a TensorBundle holds, in the wire format of protobuf. Schema: tensorflow/core/protobuf/tensor_bundle.proto.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "musicvae/model/safetensors.hpp"

namespace musicvae::interop::wire {

/// The entry of the empty name.
struct BundleHeader {
  std::int32_t num_shards = 0;
  std::int32_t endianness = 0;  ///< 0: little-endian
};

/// A tensor.
struct BundleEntry {
  std::int32_t dtype = 0;  ///< TensorFlow's DataType
  std::vector<std::int64_t> shape{};
  std::int32_t shard = 0;
  std::int64_t offset = 0;
  std::int64_t size = 0;
  std::uint32_t crc = 0;  ///< masked CRC-32C of the bytes
  bool sliced = false;
};

/// TensorFlow's number of text.
inline constexpr std::int32_t kText = 7;

/// The element type that TensorFlow numbers so (types.proto), if it is one of ours.
[[nodiscard]] std::optional<Dtype> dtype_of(std::int32_t number);
/// The reverse. There is a number for every type but 8-bit floats.
[[nodiscard]] std::int32_t number_of(Dtype dtype);

/// Both throw FormatError, without the name of the file, for bytes that are not a protobuf.
[[nodiscard]] BundleHeader parse_header(std::span<const std::byte> bytes);
[[nodiscard]] BundleEntry parse_entry(std::span<const std::byte> bytes);

[[nodiscard]] std::string serialize(const BundleHeader& header);
[[nodiscard]] std::string serialize(const BundleEntry& entry);

}  // namespace musicvae::interop::wire
