// The safetensors container: 8 bytes of header length, a JSON header, then the tensors' bytes.
// Models, checkpoints, prepared datasets and the command's tensor files are all safetensors files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "musicvae/error.hpp"

namespace musicvae {

/// Element types of the format. We write f16, f32, f64, u8, i32 and i64; floats() reads all but u64 and the 8-bit floats.
enum class Dtype { f16, f32, f64, u8, i32, i64, bf16, boolean, i8, i16, u16, u32, u64, f8_e4m3, f8_e5m2 };

/// Bytes of one element.
[[nodiscard]] constexpr std::size_t size_of(Dtype dtype) {
  switch (dtype) {
    case Dtype::u8:
    case Dtype::i8:
    case Dtype::boolean:
    case Dtype::f8_e4m3:
    case Dtype::f8_e5m2:
      return 1;
    case Dtype::f16:
    case Dtype::bf16:
    case Dtype::i16:
    case Dtype::u16:
      return 2;
    case Dtype::f32:
    case Dtype::i32:
    case Dtype::u32:
      return 4;
    case Dtype::f64:
    case Dtype::i64:
    case Dtype::u64:
      return 8;
  }
  return 0;
}

/// Its name in the format: "F32".
[[nodiscard]] const char* name(Dtype dtype);

/// An IEEE half from a float, rounded to nearest even; beyond half's range it is infinite.
[[nodiscard]] std::uint16_t to_half(float value);

/// The float that an IEEE half means, exactly.
[[nodiscard]] float from_half(std::uint16_t bits);

/// One tensor inside somebody else's bytes.
struct TensorView {
  Dtype dtype = Dtype::f32;
  std::vector<std::int64_t> shape;
  std::span<const std::byte> bytes;  ///< row-major, possibly unaligned

  /// The number of elements.
  [[nodiscard]] std::size_t size() const { return bytes.size() / size_of(dtype); }

  /// The elements as floats. Throws ModelError for u64 and 8-bit floats.
  [[nodiscard]] std::vector<float> floats() const;

  /// The elements of an integer tensor. Throws ModelError for a floating-point one.
  [[nodiscard]] std::vector<std::int64_t> integers() const;
};

/// A view of elements that the caller keeps alive. Throws ArgumentError when the shape does not hold as many.
template <class T>
[[nodiscard]] TensorView view_of(std::span<const T> values, std::vector<std::int64_t> shape) {
  constexpr Dtype dtype = std::is_same_v<T, float>          ? Dtype::f32
                          : std::is_same_v<T, double>       ? Dtype::f64
                          : std::is_same_v<T, std::uint8_t> ? Dtype::u8
                          : std::is_same_v<T, std::int32_t> ? Dtype::i32
                                                            : Dtype::i64;
  static_assert(sizeof(T) == size_of(dtype), "no safetensors element type for T");
  std::int64_t count = 1;
  for (std::int64_t extent : shape) count *= extent;
  if (count != static_cast<std::int64_t>(values.size())) {
    throw ArgumentError("tensor: the shape holds " + std::to_string(count) + " elements, and " + std::to_string(values.size()) +
                        " were given; make them equal");
  }
  return {dtype, std::move(shape), std::as_bytes(values)};
}

/// A parsed header over bytes that the caller keeps alive.
struct SafetensorsView {
  std::map<std::string, TensorView> tensors;
  std::map<std::string, std::string> metadata;  ///< the entry "__metadata__"

  /// The tensor of that name. Throws ModelError that names it and `source`.
  [[nodiscard]] const TensorView& at(const std::string& name, const std::string& source) const;
};

/// Checks everything before it trusts it: header length, JSON, dtypes, shapes against offsets, overlaps and gaps.
/// `source` names the bytes in errors. Throws FormatError.
[[nodiscard]] SafetensorsView parse_safetensors(std::span<const std::byte> bytes, const std::filesystem::path& source);

/// Throws FormatError that says what the bytes are where they begin as a file of another format that people take for this one: NumPy arrays,
/// a zip, HDF5, MIDI.
void refuse_other_formats(std::span<const std::byte> bytes, const std::filesystem::path& source);

/// A whole file in memory with its view.
class SafetensorsFile {
 public:
  /// Throws FileError (missing, a folder, unreadable) or FormatError.
  [[nodiscard]] static SafetensorsFile read(const std::filesystem::path& path);

  [[nodiscard]] const SafetensorsView& view() const { return view_; }
  [[nodiscard]] const TensorView& at(const std::string& name) const { return view_.at(name, path_.string()); }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  SafetensorsFile(SafetensorsFile&&) = default;
  SafetensorsFile& operator=(SafetensorsFile&&) = default;
  SafetensorsFile(const SafetensorsFile&) = delete;  // the view would point into the other's bytes
  SafetensorsFile& operator=(const SafetensorsFile&) = delete;
  ~SafetensorsFile() = default;

 private:
  SafetensorsFile() = default;
  std::filesystem::path path_;
  std::vector<std::byte> bytes_;  // its heap block stays put when the object moves, so the view stays valid
  SafetensorsView view_;
};

/// A safetensors file as bytes: header padded to 8 bytes, tensors in name order, metadata as given.
[[nodiscard]] std::string serialize_safetensors(const std::map<std::string, TensorView>& tensors,
                                                const std::map<std::string, std::string>& metadata = {});

}  // namespace musicvae
