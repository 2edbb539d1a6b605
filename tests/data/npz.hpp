// Reads NumPy archives (.npz) of numeric arrays, which the reference files are.
#pragma once

#include <cstddef>
#include <cstring>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace musicvae::test {

struct NpyArray {
  std::string descr;  ///< "<f4", "<i4", "|u1"
  std::vector<std::size_t> shape;
  std::vector<std::byte> bytes;

  template <class T>
  [[nodiscard]] std::vector<T> as() const {
    std::vector<T> values(bytes.size() / sizeof(T));
    std::memcpy(values.data(), bytes.data(), values.size() * sizeof(T));
    return values;
  }
};

/// All arrays of the archive; they must be C-contiguous. Throws std::runtime_error.
[[nodiscard]] std::map<std::string, NpyArray> read_npz(const std::filesystem::path& path);

}  // namespace musicvae::test
