#include "file_set.hpp"

#include <algorithm>
#include <system_error>

#include "../mapped_file.hpp"
#include "musicvae/error.hpp"
#include "tar.hpp"

namespace musicvae::interop {

bool is_inside(const std::filesystem::path& name) {
  return !name.empty() && name.is_relative() && std::none_of(name.begin(), name.end(), [](const auto& part) { return part == ".."; });
}

std::optional<ShardName> parse_shard_name(const std::string& file, std::string_view joint) {
  constexpr std::string_view kNumbers = "00000-of-00000";
  if (file.size() <= joint.size() + kNumbers.size()) return std::nullopt;
  const std::size_t at = file.size() - kNumbers.size();
  if (std::string_view(file).substr(at - joint.size(), joint.size()) != joint) return std::nullopt;
  for (std::size_t i = 0; i < kNumbers.size(); ++i) {
    const char c = file[at + i];
    if (kNumbers[i] == '0' ? c < '0' || c > '9' : c != kNumbers[i]) return std::nullopt;
  }
  return ShardName{file.substr(0, at - joint.size()), std::stoi(file.substr(file.size() - 5))};
}

FileBytes map_file(const std::filesystem::path& path, const std::string& kind) {
  auto file = std::make_shared<const detail::MappedFile>(path, kind);
  const auto bytes = file->bytes();
  return {bytes, std::move(file), path};
}

FileSet FileSet::of_folder(const std::filesystem::path& folder) {
  FileSet files;
  files.path_ = folder.empty() ? "." : folder;
  return files;
}

FileSet FileSet::of_tar(const FileBytes& tar) {
  FileSet files;
  files.path_ = tar.path;
  files.is_tar_ = true;
  files.tar_files_ = read_tar(tar.bytes, tar.path);
  files.owner_ = tar.owner;
  return files;
}

std::vector<std::string> FileSet::names() const {
  std::vector<std::string> names;
  for (const auto& [name, bytes] : tar_files_) names.push_back(name);
  std::error_code ec;
  if (!is_tar_) {
    for (const auto& entry : std::filesystem::directory_iterator(path_, ec)) {
      if (entry.is_regular_file(ec)) names.push_back(entry.path().filename().string());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

bool FileSet::has(const std::string& name) const {
  std::error_code ec;
  return is_tar_ ? tar_files_.contains(name) : is_inside(name) && std::filesystem::is_regular_file(path_ / name, ec);
}

FileBytes FileSet::at(const std::string& name) const {
  if (!is_inside(name)) throw FileError(path_.string() + ": \"" + name + "\" is not a name inside the folder; get the folder again");
  if (!has(name)) throw FileError(path_.string() + ": has no file \"" + name + "\"; get all files of the checkpoint");
  if (!is_tar_) return map_file(path_ / name, "a file");
  return {tar_files_.at(name), owner_, path_.string() + ": " + name};
}

}  // namespace musicvae::interop
