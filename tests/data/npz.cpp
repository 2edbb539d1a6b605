#include "data/npz.hpp"

#include <zip.h>

#include <memory>
#include <regex>
#include <stdexcept>
#include <string_view>

namespace musicvae::test {
namespace {

NpyArray parse_npy(std::vector<std::byte> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (!text.starts_with("\x93NUMPY\x01")) throw std::runtime_error("not a version 1 .npy file");
  const std::size_t start = 10 + std::to_integer<std::size_t>(bytes[8]) + 256 * std::to_integer<std::size_t>(bytes[9]);
  const std::string header(text.substr(10, start - 10));
  if (header.find("'fortran_order': False") == std::string::npos) throw std::runtime_error("not C-contiguous");
  NpyArray array;
  std::smatch match;
  if (!std::regex_search(header, match, std::regex("'descr': '([^']*)'"))) throw std::runtime_error("no descr");
  array.descr = match[1];
  if (!std::regex_search(header, match, std::regex("'shape': \\(([^)]*)\\)"))) throw std::runtime_error("no shape");
  const std::string shape = match[1];
  const std::regex number("[0-9]+");
  for (std::sregex_iterator i(shape.begin(), shape.end(), number), end; i != end; ++i) array.shape.push_back(std::stoul(i->str()));
  array.bytes.assign(bytes.begin() + static_cast<std::ptrdiff_t>(start), bytes.end());
  return array;
}

}  // namespace

std::map<std::string, NpyArray> read_npz(const std::filesystem::path& path) {
  const std::unique_ptr<zip_t, void (*)(zip_t*)> zip(zip_open(path.c_str(), ZIP_RDONLY, nullptr), zip_discard);
  if (!zip) throw std::runtime_error("cannot open " + path.string());
  std::map<std::string, NpyArray> arrays;
  for (zip_int64_t i = 0; i < zip_get_num_entries(zip.get(), 0); ++i) {
    zip_stat_t stat;
    zip_stat_index(zip.get(), static_cast<zip_uint64_t>(i), 0, &stat);
    std::vector<std::byte> bytes(stat.size);
    const std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> file(zip_fopen_index(zip.get(), static_cast<zip_uint64_t>(i), 0), zip_fclose);
    if (!file || zip_fread(file.get(), bytes.data(), bytes.size()) != static_cast<zip_int64_t>(bytes.size()))
      throw std::runtime_error("cannot read " + std::string(stat.name));
    const std::string name = stat.name;
    arrays[name.substr(0, name.rfind(".npy"))] = parse_npy(std::move(bytes));
  }
  return arrays;
}

}  // namespace musicvae::test
