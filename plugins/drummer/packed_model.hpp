// A model file in fewer bytes, for the plug-in: f16 weights have few different high bytes, so these are coded by their frequency.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace musicvae::drummer {

struct UnpackedModel {
  std::vector<std::byte> bytes;
  std::uint32_t checksum = 0;  ///< that was packed: of the model file which the bytes are of
};

/// A mark, the checksum, the sizes, the high bytes deflated (Huffman codes alone), the low bytes as they are. Throws FormatError if zlib
/// fails.
[[nodiscard]] std::string pack_model(std::span<const std::byte> file, std::uint32_t checksum);

/// The same bytes again, or nothing for bytes without the mark. Throws FormatError for damaged ones.
[[nodiscard]] std::optional<UnpackedModel> unpack_model(std::span<const std::byte> packed);

}  // namespace musicvae::drummer
