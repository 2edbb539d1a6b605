// Snappy, the compression of a table's blocks.
#pragma once

#include <cstddef>
#include <vector>

#include "byte_reader.hpp"

namespace musicvae::interop {

/// The bytes that a Snappy block holds (format description 1.1, without framing). Throws FormatError for a damaged block. Memory grows with
/// the bytes that the block can hold, not with the length that it claims.
[[nodiscard]] std::vector<std::byte> unpack_snappy(ByteReader packed);

}  // namespace musicvae::interop
