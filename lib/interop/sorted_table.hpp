// LevelDB's table format, in which TensorFlow stores the index of a checkpoint: blocks of keys and values in ascending order of the keys,
// an index of the blocks, and a footer. A block begins keys with the length that they share with the key before them, may be compressed
// with Snappy, and ends with its masked CRC-32C. LevelDB's library is not used: reading 48 bytes of footer and these blocks takes less
// code than a build that finds the library, and every length here is checked against the file.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace musicvae::interop {

/// Whether the bytes end with the footer of a table.
[[nodiscard]] bool looks_like_sorted_table(std::span<const std::byte> bytes);

/// Calls `take` with each key and its value, in ascending order; both are valid during the call only. Throws FormatError for a file that is
/// no table, is cut short or damaged, or has a key twice, and what `take` throws.
void read_sorted_table(std::span<const std::byte> bytes, const std::filesystem::path& source,
                       const std::function<void(std::string_view key, std::span<const std::byte> value)>& take);

/// The bytes of a table of these entries, in one uncompressed block.
[[nodiscard]] std::string write_sorted_table(const std::map<std::string, std::string>& entries);

}  // namespace musicvae::interop
