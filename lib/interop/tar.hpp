// The files inside a tar (POSIX ustar and pax, and GNU's long names), where they lie. Nothing is extracted.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <span>
#include <string>

namespace musicvae::interop {

/// Whether the bytes begin like a tar.
[[nodiscard]] bool looks_like_tar(std::span<const std::byte> bytes);

/// The bytes of each regular file by its name, "model/x.index". Folders are skipped. Throws FormatError for a header whose checksum or size
/// is wrong, a file that is cut short, a link or another kind of entry, a name twice, and a name that leaves the folder ("/x", "../x").
[[nodiscard]] std::map<std::string, std::span<const std::byte>> read_tar(std::span<const std::byte> bytes,
                                                                         const std::filesystem::path& source);

}  // namespace musicvae::interop
