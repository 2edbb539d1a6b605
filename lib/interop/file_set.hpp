// The files that a checkpoint consists of: those of a folder, or those inside a tar.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace musicvae::interop {

/// Whether a name stays inside its folder: relative, and without "..".
[[nodiscard]] bool is_inside(const std::filesystem::path& name);

/// The parts of "NAME.data-00000-of-00002", the name of a checkpoint's file.
struct ShardName {
  std::string name;
  int shards;  ///< how many files there are
};

/// Nothing for a name that does not end with `joint` and two numbers of five digits.
[[nodiscard]] std::optional<ShardName> parse_shard_name(const std::string& file, std::string_view joint);

/// The bytes of a file, which `owner` keeps alive.
struct FileBytes {
  std::span<const std::byte> bytes{};
  std::shared_ptr<const void> owner{};
  std::filesystem::path path{};  ///< names it in errors
};

/// A whole file, mapped where the system can. Throws FileError. `kind` says what to name instead of a folder or a device.
[[nodiscard]] FileBytes map_file(const std::filesystem::path& path, const std::string& kind);

class FileSet {
 public:
  /// The files in a folder (not those of the folders in it).
  [[nodiscard]] static FileSet of_folder(const std::filesystem::path& folder);
  /// The files inside a tar. Throws FormatError as read_tar does.
  [[nodiscard]] static FileSet of_tar(const FileBytes& tar);

  /// Their names, ascending; '/' separates the folders of a tar.
  [[nodiscard]] std::vector<std::string> names() const;
  [[nodiscard]] bool has(const std::string& name) const;
  /// The bytes of a file. Throws FileError if there is none of that name, or the name leaves the folder.
  [[nodiscard]] FileBytes at(const std::string& name) const;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  bool is_tar_ = false;
  std::map<std::string, std::span<const std::byte>> tar_files_;
  std::shared_ptr<const void> owner_;
};

}  // namespace musicvae::interop
