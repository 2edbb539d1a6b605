// The safetensors container: 8 bytes of header length, a JSON header, then the tensors' bytes.
// Models, checkpoints, prepared datasets and the command's tensor files are all safetensors files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "musicvae/error.hpp"

namespace musicvae {

/// Element types that we read; all little-endian.
enum class Dtype { f16, f32, f64, u8, i32, i64 };

/// One tensor inside somebody else's bytes.
struct TensorView {
  Dtype dtype = Dtype::f32;
  std::vector<std::int64_t> shape;
  std::span<const std::byte> bytes;  ///< row-major, possibly unaligned

  [[nodiscard]] std::int64_t size() const;
  /// The elements as floats (f16, f32, f64, u8 and i32 widen or narrow). Works on any alignment.
  [[nodiscard]] std::vector<float> floats() const;
  /// The elements as integers. Throws ModelError for floating-point tensors.
  [[nodiscard]] std::vector<std::int64_t> integers() const;
};

/// A parsed header over bytes that the caller keeps alive.
struct SafetensorsView {
  std::map<std::string, TensorView> tensors;
  std::map<std::string, std::string> metadata;  ///< "__metadata__"

  /// The tensor of that name. Throws ModelError that names it and `source`.
  [[nodiscard]] const TensorView& at(const std::string& name, const std::string& source) const;
};

/// Checks everything before it trusts it: header length, JSON, dtypes, shapes against offsets, overlaps and gaps.
/// `source` names the bytes in errors. Throws FormatError.
[[nodiscard]] SafetensorsView parse_safetensors(std::span<const std::byte> bytes, const std::filesystem::path& source);

/// A whole file in memory with its view.
class SafetensorsFile {
 public:
  /// Throws FileError (missing, a directory, unreadable) or FormatError.
  [[nodiscard]] static SafetensorsFile read(const std::filesystem::path& path);
  [[nodiscard]] const SafetensorsView& view() const { return view_; }
  [[nodiscard]] const TensorView& at(const std::string& name) const { return view_.at(name, path_.string()); }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  std::vector<std::byte> bytes_;  // the heap block stays put when the object moves, so the view stays valid
  SafetensorsView view_;
};

/// A safetensors file as bytes: header padded to 8, tensors in name order, metadata as given.
[[nodiscard]] std::string serialize_safetensors(const std::map<std::string, TensorView>& tensors, const std::map<std::string, std::string>& metadata = {});

/// A view of floats (f32) or other elements that the caller keeps alive.
template <class T>
[[nodiscard]] TensorView view_of(std::span<const T> values, std::vector<std::int64_t> shape);

/// Half precision, round to nearest even.
[[nodiscard]] std::uint16_t to_half(float value);
[[nodiscard]] float from_half(std::uint16_t bits);

}  // namespace musicvae
