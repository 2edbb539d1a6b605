// Whole files: read with a clear error, or replace so that a reader sees the old bytes or the new ones and never half.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace musicvae {

/// All bytes of a file. Throws FileError when it is missing, a directory or unreadable, or above `limit` bytes.
[[nodiscard]] std::vector<std::byte> read_file(const std::filesystem::path& path, std::uintmax_t limit = UINTMAX_MAX);

/// Writes to a temporary name beside `path`, fsyncs, renames. Throws FileError (no folder, unwritable, disk full); the
/// temporary file is removed and a former `path` stays as it was.
void write_file_atomically(const std::filesystem::path& path, std::string_view bytes);

/// Removes from `folder` the temporary files of writers that were killed: those of the files whose names `is_ours` knows. One that a
/// living process is writing stays, as it is locked. A file that cannot be removed stays, too; throws nothing.
void remove_abandoned_files(const std::filesystem::path& folder, const std::function<bool(const std::string& name)>& is_ours);

}  // namespace musicvae
