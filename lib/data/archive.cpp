#include "archive.hpp"

#include <zip.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "musicvae/error.hpp"
#include "musicvae/file.hpp"

namespace musicvae::data {
namespace {

/// Whether a name stays inside the dataset.
bool is_inside(const std::filesystem::path& name) {
  return !name.empty() && name.is_relative() && std::none_of(name.begin(), name.end(), [](const auto& part) { return part == ".."; });
}

}  // namespace

std::optional<std::string> root_of(const std::filesystem::path& folder, const std::string& marker) {
  std::error_code ec;
  if (std::filesystem::is_regular_file(folder / marker, ec)) return "";
  std::vector<std::string> roots;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ec)) {
    if (std::filesystem::is_regular_file(entry.path() / marker, ec)) roots.push_back(entry.path().filename().string());
  }
  if (roots.empty()) return {};
  return *std::min_element(roots.begin(), roots.end()) + "/";
}

void Archive::CloseZip::operator()(zip* archive) const {
  ::zip_discard(archive);
}

Archive::Archive(std::filesystem::path path, const std::string& marker) : Archive(std::move(path)) {
  if (zip_) {
    find_in_zip(marker);
  } else {
    find_in_folder(marker);
  }
}

Archive::Archive(std::filesystem::path path) : path_(std::move(path)) {
  std::error_code ec;
  const std::filesystem::file_status status = std::filesystem::status(path_, ec);
  if (status.type() == std::filesystem::file_type::not_found) throw FileError(path_.string() + ": no such file or folder; check the name");
  if (ec) throw FileError(path_.string() + ": cannot be accessed: " + ec.message() + "; check its permissions");
  if (!std::filesystem::is_directory(status)) open_zip();
}

void Archive::find_in_folder(const std::string& marker) {
  const std::optional<std::string> root = root_of(path_, marker);
  if (!root) throw FileError(path_.string() + ": has no " + marker + "; name the folder or the zip of the Groove MIDI Dataset");
  root_ = *root;
}

void Archive::open_zip() {
  int code = 0;
  zip_.reset(::zip_open(path_.c_str(), ZIP_RDONLY, &code));
  if (!zip_) {
    zip_error_t error;
    ::zip_error_init_with_code(&error, code);
    const std::string reason = ::zip_error_strerror(&error);
    ::zip_error_fini(&error);
    throw FormatError(path_.string() + ": cannot be read as a zip: " + reason +
                      "; name a folder or zip of MIDI files, such as the Groove MIDI Dataset");
  }
}

std::vector<std::string> Archive::zip_names() const {
  std::vector<std::string> names;
  const zip_int64_t entries = zip_ ? ::zip_get_num_entries(zip_.get(), 0) : 0;
  for (zip_int64_t i = 0; i < entries; ++i) {
    const char* text = ::zip_get_name(zip_.get(), static_cast<zip_uint64_t>(i), 0);
    if (text != nullptr) names.emplace_back(text);
  }
  return names;
}

void Archive::find_in_zip(const std::string& marker) {
  for (const std::string_view name : zip_names()) {
    if (!name.ends_with(marker)) continue;
    const std::string_view root = name.substr(0, name.size() - marker.size());
    if (root.empty() || root.find('/') == root.size() - 1) {
      root_ = root;
      return;
    }
  }
  throw FileError(path_.string() + ": has no " + marker + "; name the folder or the zip of the Groove MIDI Dataset");
}

std::vector<std::byte> Archive::read(const std::string& name, std::size_t limit) const {
  if (!is_inside(name)) throw FileError(path_.string() + ": \"" + name + "\" is not a name inside the dataset; correct the table");
  return zip_ ? read_from_zip(root_ + name, limit) : read_file(path_ / (root_ + name), limit);
}

std::vector<std::byte> Archive::read_from_zip(const std::string& name, std::size_t limit) const {
  const std::string where = path_.string() + ": " + name + ": ";
  zip_stat_t status;
  if (::zip_stat(zip_.get(), name.c_str(), 0, &status) != 0 || (status.valid & ZIP_STAT_SIZE) == 0) {
    throw FileError(where + "no such file in the zip; get the whole dataset again");
  }
  if (status.size > limit) {
    throw FileError(where + "has " + std::to_string(status.size) + " bytes, more than the " + std::to_string(limit) +
                    " allowed here; check that it is the right file");
  }
  struct CloseFile {
    void operator()(zip_file_t* file) const { ::zip_fclose(file); }
  };
  const std::unique_ptr<zip_file_t, CloseFile> file(::zip_fopen_index(zip_.get(), status.index, 0));
  if (!file) throw FormatError(where + ::zip_strerror(zip_.get()) + "; get the whole dataset again");
  std::vector<std::byte> bytes(status.size);
  // Reads one byte beyond the expected size: libzip compares the checksum only when a read reaches the end.
  std::byte spare{};
  if (::zip_fread(file.get(), bytes.data(), bytes.size()) != static_cast<zip_int64_t>(bytes.size()) ||
      ::zip_fread(file.get(), &spare, 1) != 0) {
    throw FormatError(where + "is damaged: " + ::zip_file_strerror(file.get()) + "; get the whole dataset again");
  }
  return bytes;
}

}  // namespace musicvae::data
