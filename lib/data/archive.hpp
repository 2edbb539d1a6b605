// The files of a dataset in a folder or a zip.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

struct zip;

namespace musicvae::data {

/// The prefix of the file `marker` in a folder: "" at the top, "NAME/" one folder below (the first by name), or nothing.
[[nodiscard]] std::optional<std::string> root_of(const std::filesystem::path& folder, const std::string& marker);

/// Names use '/' as separator. One thread at a time; each thread opens its own.
class Archive {
 public:
  /// `path` is a folder or a zip; names are relative to its top. Throws FileError (missing, unreadable) or FormatError (a file that is not
  /// a zip).
  explicit Archive(std::filesystem::path path);

  /// `path` is a folder or a zip with the file `marker` at its top or one folder below; names are relative to the place of that file.
  /// Throws FileError (missing, unreadable, without `marker`) or FormatError (a file that is not a zip).
  Archive(std::filesystem::path path, const std::string& marker);

  /// The files of a zip, in its order; empty for a folder.
  [[nodiscard]] std::vector<std::string> zip_names() const;

  /// The bytes of a file. Throws FileError (missing, outside the dataset, above `limit` bytes) or FormatError (damaged).
  [[nodiscard]] std::vector<std::byte> read(const std::string& name, std::size_t limit) const;

 private:
  struct CloseZip {
    void operator()(zip* archive) const;
  };
  void find_in_folder(const std::string& marker);
  void find_in_zip(const std::string& marker);
  void open_zip();
  [[nodiscard]] std::vector<std::byte> read_from_zip(const std::string& name, std::size_t limit) const;

  std::filesystem::path path_;
  std::string root_;                    // "", or a folder's name followed by '/'
  std::unique_ptr<zip, CloseZip> zip_;  // null for a folder
};

}  // namespace musicvae::data
