// Reads whole files with clear errors, and replaces files atomically: a reader sees the old bytes or the new ones, never a mixture.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace musicvae {

/// All bytes of a file. Throws FileError when it is missing, a directory, unreadable, or larger than `limit` bytes.
[[nodiscard]] std::vector<std::byte> read_file(const std::filesystem::path& path, std::uintmax_t limit = UINTMAX_MAX);

/// Whether a written file must survive a power failure from then on.
enum class Durable {
  yes,  ///< waits for the disk (fsync)
  no,   ///< for results that can be made again, such as a sampled groove; waits for the disk only if it replaces a file
};

/// Writes to a temporary name beside `path` and renames it to `path`. Throws FileError (no folder, unwritable, disk full); the temporary
/// file is then removed, and a former file at `path` is unchanged.
void write_file_atomically(const std::filesystem::path& path, std::string_view bytes, Durable durable = Durable::yes);

/// Removes from `folder` the temporary files that killed writers left behind, where `is_ours` returns true for the name of the file that
/// was being written. A temporary file that a living process is still writing is locked, so it stays. A file that cannot be removed also
/// stays. Throws nothing.
void remove_abandoned_files(const std::filesystem::path& folder, const std::function<bool(const std::string& name)>& is_ours);

}  // namespace musicvae
