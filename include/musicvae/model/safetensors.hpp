// The safetensors container: 8 bytes of header length, a JSON header, then the tensors' bytes.
// Models, checkpoints, prepared datasets and the command's tensor files are all safetensors files.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "musicvae/error.hpp"

namespace musicvae {

static_assert(std::endian::native == std::endian::little, "safetensors bytes are little-endian, and are used in place");

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
[[nodiscard]] inline std::uint16_t to_half(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const auto sign = static_cast<std::uint16_t>((bits >> 16) & 0x8000U);
  const std::uint32_t magnitude = bits & 0x7FFFFFFFU;
  if (magnitude >= 0x7F800000U) return static_cast<std::uint16_t>(sign | (magnitude > 0x7F800000U ? 0x7E00U : 0x7C00U));
  if (magnitude < 0x38800000U) {  // subnormal half: adding 0.5 puts the rounded bits at the bottom of the float's mantissa
    const float shifted = std::bit_cast<float>(magnitude) + 0.5F;
    return static_cast<std::uint16_t>(sign | (std::bit_cast<std::uint32_t>(shifted) - 0x3F000000U));
  }
  const std::uint32_t rounded = magnitude + 0xFFFU + ((magnitude >> 13) & 1U);
  const std::uint32_t half = (rounded - 0x38000000U) >> 13;
  return static_cast<std::uint16_t>(sign | (half >= 0x7C00U ? 0x7C00U : half));
}

/// The float that an IEEE half means, exactly.
[[nodiscard]] inline float from_half(std::uint16_t bits) {
  const std::uint32_t sign = (bits & 0x8000U) << 16;
  const std::uint32_t exponent = (bits >> 10) & 0x1FU;
  const std::uint32_t mantissa = bits & 0x3FFU;
  if (exponent == 0x1FU) return std::bit_cast<float>(sign | 0x7F800000U | (mantissa << 13));
  if (exponent == 0) {
    const float magnitude = static_cast<float>(mantissa) * 0x1p-24F;
    return sign != 0U ? -magnitude : magnitude;
  }
  return std::bit_cast<float>(sign | ((exponent + 112U) << 23) | (mantissa << 13));
}

/// One tensor inside somebody else's bytes.
struct TensorView {
  Dtype dtype = Dtype::f32;
  std::vector<std::int64_t> shape;
  std::span<const std::byte> bytes;  ///< row-major, possibly unaligned

  /// The number of elements.
  [[nodiscard]] std::size_t size() const { return bytes.size() / size_of(dtype); }

  /// The elements as floats. Throws ModelError for u64 and 8-bit floats.
  [[nodiscard]] std::vector<float> floats() const {
    switch (dtype) {
      case Dtype::f16: {
        std::vector<float> result(size());
        const std::vector<std::uint16_t> halves = elements<std::uint16_t>();
        std::transform(halves.begin(), halves.end(), result.begin(), from_half);
        return result;
      }
      case Dtype::f32:
        return elements<float>();
      case Dtype::f64:
        return converted<double, float>();
      case Dtype::u8:
        return converted<std::uint8_t, float>();
      case Dtype::i32:
        return converted<std::int32_t, float>();
      case Dtype::i64:
        return converted<std::int64_t, float>();
      case Dtype::bf16: {
        std::vector<float> result(size());
        const std::vector<std::uint16_t> halves = elements<std::uint16_t>();
        std::transform(halves.begin(), halves.end(), result.begin(),
                       [](std::uint16_t bits) { return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16); });
        return result;
      }
      case Dtype::boolean:
        return converted<std::uint8_t, float>();
      case Dtype::i8:
        return converted<std::int8_t, float>();
      case Dtype::i16:
        return converted<std::int16_t, float>();
      case Dtype::u16:
        return converted<std::uint16_t, float>();
      case Dtype::u32:
        return converted<std::uint32_t, float>();
      case Dtype::u64:
      case Dtype::f8_e4m3:
      case Dtype::f8_e5m2:
        break;
    }
    throw ModelError(std::string("a tensor of dtype ") + name(dtype) + " cannot be used; convert it to F32");
  }

  /// The elements of an integer tensor. Throws ModelError for a floating-point one.
  [[nodiscard]] std::vector<std::int64_t> integers() const {
    switch (dtype) {
      case Dtype::u8:
        return converted<std::uint8_t, std::int64_t>();
      case Dtype::i32:
        return converted<std::int32_t, std::int64_t>();
      case Dtype::i64:
        return elements<std::int64_t>();
      default:
        throw ModelError("a tensor of integers was expected, and floating-point numbers were found; store it as I32 or I64");
    }
  }

 private:
  template <class T>
  [[nodiscard]] std::vector<T> elements() const {
    std::vector<T> result(size());
    if (!result.empty()) std::memcpy(result.data(), bytes.data(), bytes.size());
    return result;
  }
  template <class From, class To>
  [[nodiscard]] std::vector<To> converted() const {
    const std::vector<From> from = elements<From>();
    std::vector<To> result(from.size());
    std::transform(from.begin(), from.end(), result.begin(), [](From x) { return static_cast<To>(x); });
    return result;
  }
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
  [[nodiscard]] const TensorView& at(const std::string& name, const std::string& source) const {
    if (const auto found = tensors.find(name); found != tensors.end()) return found->second;
    std::string known;
    for (const auto& [other, tensor] : tensors) {
      if (known.size() > 120) {
        known += ", ...";
        break;
      }
      known += (known.empty() ? "" : ", ") + other;
    }
    throw ModelError(source + ": tensor \"" + name + "\" is missing; the file has: " + (known.empty() ? "none" : known));
  }
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
  [[nodiscard]] static SafetensorsFile read(const std::filesystem::path& path) {
    std::error_code ec;
    if (std::filesystem::is_directory(path, ec)) throw FileError(path.string() + ": is a folder; name a safetensors file");
    if (!std::filesystem::exists(path, ec)) throw FileError(path.string() + ": no such file; check the name");
    std::ifstream in(path, std::ios::binary);
    const std::uintmax_t size = std::filesystem::file_size(path, ec);
    if (!in || ec) throw FileError(path.string() + ": cannot be opened; check that it is a file and its permissions");
    SafetensorsFile file;
    file.path_ = path;
    file.bytes_.resize(size);
    in.read(reinterpret_cast<char*>(file.bytes_.data()), static_cast<std::streamsize>(size));
    if (static_cast<std::uintmax_t>(in.gcount()) != size)
      throw FileError(path.string() + ": reading stopped at byte " + std::to_string(in.gcount()) + "; check the disk");
    file.view_ = parse_safetensors(file.bytes_, path);
    return file;
  }

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

#if !defined(MUSICVAE_IN_LIBRARY)
#include "musicvae/model/safetensors.inl"
#endif
