// What the readers of TensorFlow's protobufs share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <protozero/pbf_reader.hpp>
#include <span>
#include <string>
#include <vector>

#include "musicvae/error.hpp"

namespace musicvae::interop::pbf {

[[nodiscard]] inline protozero::pbf_reader reader_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Reads a field if its wire type is the expected one, and skips it otherwise, as protobuf does with unknown fields.
template <class Take>
void get(protozero::pbf_reader& reader, protozero::pbf_wire_type type, Take take) {
  if (reader.wire_type() == type) {
    take();
  } else {
    reader.skip();
  }
}

/// The result of `parse`. Throws FormatError, without the name of the file, for bytes that are not a protobuf.
template <class Parse>
auto parsed(Parse parse) {
  try {
    return parse();
  } catch (const protozero::exception& error) {
    throw FormatError(std::string("is damaged (") + error.what() + ")");
  }
}

/// The extents of a TensorShapeProto.
[[nodiscard]] inline std::vector<std::int64_t> read_shape(protozero::pbf_reader message) {
  constexpr std::uint32_t kDim = 2;
  constexpr std::uint32_t kSize = 1;
  std::vector<std::int64_t> shape;
  while (message.next(kDim, protozero::pbf_wire_type::length_delimited)) {
    protozero::pbf_reader dim = message.get_message();
    shape.push_back(0);
    while (dim.next(kSize, protozero::pbf_wire_type::varint)) shape.back() = dim.get_int64();
  }
  return shape;
}

}  // namespace musicvae::interop::pbf
