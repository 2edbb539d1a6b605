#include "midi/groove_zip.hpp"
#include "paths.hpp"

#include <zip.h>

#include <algorithm>
#include <stdexcept>
#include <string_view>

namespace musicvae::test {
namespace {

std::map<std::string, std::vector<std::byte>> read_zip(const std::filesystem::path& path) {
  std::map<std::string, std::vector<std::byte>> files;
  if (!std::filesystem::exists(path)) return files;
  int error = 0;
  zip_t* zip = zip_open(path.c_str(), ZIP_RDONLY, &error);
  if (zip == nullptr) throw std::runtime_error("cannot open " + path.string());
  for (zip_int64_t i = 0; i < zip_get_num_entries(zip, 0); ++i) {
    zip_stat_t stat;
    zip_stat_index(zip, static_cast<zip_uint64_t>(i), 0, &stat);
    const std::string_view name = stat.name;
    constexpr std::string_view folder = "groove/";
    if (!name.starts_with(folder) || !(name.ends_with(".mid") || name.ends_with(".midi"))) continue;
    std::vector<std::byte> bytes(stat.size);
    zip_file_t* file = zip_fopen_index(zip, static_cast<zip_uint64_t>(i), 0);
    if (file == nullptr || zip_fread(file, bytes.data(), bytes.size()) != static_cast<zip_int64_t>(bytes.size())) {
      throw std::runtime_error("cannot read " + std::string(name));
    }
    zip_fclose(file);
    files.emplace(name.substr(folder.size()), std::move(bytes));
  }
  zip_discard(zip);
  return files;
}

}  // namespace

const std::map<std::string, std::vector<std::byte>>& groove_files() {
  static const auto files = read_zip(std::filesystem::path(test::shared_folder) / "groove" / "groove-v1.0.0-midionly.zip");
  return files;
}

std::vector<std::filesystem::path> midi_files(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  if (!std::filesystem::is_directory(folder)) return paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".mid") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace musicvae::test
