// The safetensors container: 8 bytes of header length, a JSON header, then the tensors' bytes.
// Models, checkpoints, prepared datasets and the command's tensor files are all safetensors files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "musicvae/error.hpp"

namespace musicvae {

/// The element types of the format. We write f16, f32, f64, u8, i32 and i64. floats() reads all types but u64 and the 8-bit floats.
enum class Dtype { f16, f32, f64, u8, i32, i64, bf16, boolean, i8, i16, u16, u32, u64, f8_e4m3, f8_e5m2 };

/// The size of one element in bytes.
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

/// The name of the type in the format, such as "F32".
[[nodiscard]] const char* name(Dtype dtype);

/// Converts a float to an IEEE half, rounded to nearest even. Beyond the range of a half, the result is infinite.
[[nodiscard]] std::uint16_t to_half(float value);

/// Converts an IEEE half to a float, exactly.
[[nodiscard]] float from_half(std::uint16_t bits);

/// A view of one tensor in bytes that the caller keeps alive.
struct TensorView {
  Dtype dtype = Dtype::f32;
  std::vector<std::int64_t> shape;
  std::span<const std::byte> bytes;  ///< row-major, possibly unaligned

  /// The number of elements.
  [[nodiscard]] std::size_t size() const { return bytes.size() / size_of(dtype); }

  /// The elements as floats. Throws ModelError for u64 and 8-bit floats.
  [[nodiscard]] std::vector<float> floats() const;

  /// The elements of a u8, i32 or i64 tensor. Throws ModelError for any other type.
  [[nodiscard]] std::vector<std::int64_t> integers() const;
};

/// A view of elements that the caller keeps alive. Throws ArgumentError when the shape holds another number of elements.
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
    throw ArgumentError("tensor: the shape holds " + std::to_string(count) + " elements, but " + std::to_string(values.size()) +
                        " were given; make them equal");
  }
  return {dtype, std::move(shape), std::as_bytes(values)};
}

/// A parsed header, with views of bytes that the caller keeps alive.
struct SafetensorsView {
  std::map<std::string, TensorView> tensors;
  std::map<std::string, std::string> metadata;  ///< the entry "__metadata__"

  /// The tensor of that name. Throws a ModelError that names it and `source`.
  [[nodiscard]] const TensorView& at(const std::string& name, const std::string& source) const;
};

/// Parses a safetensors file. Checks everything before using it: header length, JSON, dtypes, shapes against offsets, overlaps and gaps.
/// `source` names the bytes in errors. Throws FormatError.
[[nodiscard]] SafetensorsView parse_safetensors(std::span<const std::byte> bytes, const std::filesystem::path& source);

/// Throws a FormatError that names the format of `bytes` if they begin like a file that is often mistaken for this format: NumPy arrays, a
/// zip, HDF5, MIDI.
void refuse_other_formats(std::span<const std::byte> bytes, const std::filesystem::path& source);

/// A file in memory, and a view of it. Copies share the memory. Where the system can, the file is mapped: only what is used is read. It may
/// be replaced or deleted meanwhile, but its bytes must not be overwritten.
class SafetensorsFile {
 public:
  /// Opens and parses a file. Throws FileError (missing, a folder, unreadable) or FormatError.
  [[nodiscard]] static SafetensorsFile read(const std::filesystem::path& path);

  [[nodiscard]] const SafetensorsView& view() const { return view_; }
  [[nodiscard]] const TensorView& at(const std::string& name) const { return view_.at(name, path_.string()); }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// What keeps the viewed bytes alive.
  [[nodiscard]] const std::shared_ptr<const void>& owner() const { return owner_; }

 private:
  SafetensorsFile() = default;
  std::filesystem::path path_;
  std::shared_ptr<const void> owner_;
  SafetensorsView view_;
};

/// A safetensors file as bytes: the header is padded to 8 bytes, the tensors are in name order, and the metadata is as given.
[[nodiscard]] std::string serialize_safetensors(const std::map<std::string, TensorView>& tensors,
                                                const std::map<std::string, std::string>& metadata = {});

}  // namespace musicvae
