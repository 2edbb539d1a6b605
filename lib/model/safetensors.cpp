#include "musicvae/model/safetensors.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>
#include <system_error>

#include "mapped_file.hpp"

namespace musicvae {

static_assert(std::endian::native == std::endian::little, "safetensors bytes are little-endian, and are used in place");

namespace {

constexpr std::pair<Dtype, const char*> kDtypeNames[] = {
    {Dtype::f16, "F16"}, {Dtype::f32, "F32"},      {Dtype::f64, "F64"}, {Dtype::u8, "U8"},           {Dtype::i32, "I32"},
    {Dtype::i64, "I64"}, {Dtype::bf16, "BF16"},    {Dtype::i8, "I8"},   {Dtype::i16, "I16"},         {Dtype::u16, "U16"},
    {Dtype::u32, "U32"}, {Dtype::boolean, "BOOL"}, {Dtype::u64, "U64"}, {Dtype::f8_e4m3, "F8_E4M3"}, {Dtype::f8_e5m2, "F8_E5M2"}};

/// Parses one entry of the header. `fail` throws.
template <class Fail>
TensorView parse_tensor_entry(const std::string& name, const nlohmann::json& entry, std::span<const std::byte> data, const Fail& fail) {
  const auto wrong = [&](const std::string& what) { fail(8, "tensor \"" + name + "\": " + what); };
  if (!entry.is_object() || !entry.contains("dtype") || !entry.contains("shape") || !entry.contains("data_offsets"))
    wrong("its entry lacks dtype, shape or data_offsets");
  TensorView tensor;
  const nlohmann::json& dtype = entry["dtype"];
  const auto known = std::find_if(std::begin(kDtypeNames), std::end(kDtypeNames), [&](const auto& d) { return dtype == d.second; });
  if (known == std::end(kDtypeNames)) wrong("its dtype " + dtype.dump() + " is not part of the format");
  tensor.dtype = known->first;

  const nlohmann::json& offsets = entry["data_offsets"];
  if (!offsets.is_array() || offsets.size() != 2 || !offsets[0].is_number_unsigned() || !offsets[1].is_number_unsigned())
    wrong("its data_offsets are not two counts");
  const auto begin = offsets[0].get<std::uint64_t>();
  const auto end = offsets[1].get<std::uint64_t>();
  if (begin > end || end > data.size())
    wrong("its data_offsets " + offsets.dump() + " run past the " + std::to_string(data.size()) +
          " bytes of data, so the file is cut short or damaged");
  tensor.bytes = data.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));

  if (!entry["shape"].is_array()) wrong("its shape is not a list");
  std::uint64_t bytes = size_of(tensor.dtype);
  for (const nlohmann::json& extent : entry["shape"]) {
    if (!extent.is_number_unsigned()) wrong("its shape has something other than counts");
    const auto n = extent.get<std::uint64_t>();
    if (n != 0 && bytes > UINT64_C(1) << 48U) wrong("its shape is too large");
    if (n > UINT64_C(1) << 48U || (n != 0 && bytes > (UINT64_C(1) << 60U) / n)) wrong("its shape is too large");
    bytes *= n;
    tensor.shape.push_back(static_cast<std::int64_t>(n));
  }
  if (bytes != tensor.bytes.size()) wrong("its shape " + entry["shape"].dump() + " does not fill its data_offsets " + offsets.dump());
  return tensor;
}

template <class T>
std::vector<T> tensor_elements(const TensorView& tensor) {
  std::vector<T> result(tensor.size());
  if (!result.empty()) std::memcpy(result.data(), tensor.bytes.data(), tensor.bytes.size());
  return result;
}

template <class From, class To>
std::vector<To> converted_elements(const TensorView& tensor) {
  const std::vector<From> from = tensor_elements<From>(tensor);
  std::vector<To> result(from.size());
  std::transform(from.begin(), from.end(), result.begin(), [](From x) { return static_cast<To>(x); });
  return result;
}

}  // namespace

std::uint16_t to_half(float value) {
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

float from_half(std::uint16_t bits) {
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

std::vector<float> TensorView::floats() const {
  switch (dtype) {
    case Dtype::f16: {
      std::vector<float> result(size());
      const std::vector<std::uint16_t> halves = tensor_elements<std::uint16_t>(*this);
      std::transform(halves.begin(), halves.end(), result.begin(), from_half);
      return result;
    }
    case Dtype::f32:
      return tensor_elements<float>(*this);
    case Dtype::f64:
      return converted_elements<double, float>(*this);
    case Dtype::u8:
      return converted_elements<std::uint8_t, float>(*this);
    case Dtype::i32:
      return converted_elements<std::int32_t, float>(*this);
    case Dtype::i64:
      return converted_elements<std::int64_t, float>(*this);
    case Dtype::bf16: {
      std::vector<float> result(size());
      const std::vector<std::uint16_t> halves = tensor_elements<std::uint16_t>(*this);
      std::transform(halves.begin(), halves.end(), result.begin(),
                     [](std::uint16_t bits) { return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16); });
      return result;
    }
    case Dtype::boolean:
      return converted_elements<std::uint8_t, float>(*this);
    case Dtype::i8:
      return converted_elements<std::int8_t, float>(*this);
    case Dtype::i16:
      return converted_elements<std::int16_t, float>(*this);
    case Dtype::u16:
      return converted_elements<std::uint16_t, float>(*this);
    case Dtype::u32:
      return converted_elements<std::uint32_t, float>(*this);
    case Dtype::u64:
    case Dtype::f8_e4m3:
    case Dtype::f8_e5m2:
      break;
  }
  throw ModelError(std::string("a tensor of dtype ") + name(dtype) + " cannot be used; convert it to F32");
}

std::vector<std::int64_t> TensorView::integers() const {
  switch (dtype) {
    case Dtype::u8:
      return converted_elements<std::uint8_t, std::int64_t>(*this);
    case Dtype::i32:
      return converted_elements<std::int32_t, std::int64_t>(*this);
    case Dtype::i64:
      return tensor_elements<std::int64_t>(*this);
    default:
      throw ModelError("a tensor of integers was expected, but floating-point numbers were found; store it as I32 or I64");
  }
}

const TensorView& SafetensorsView::at(const std::string& name, const std::string& source) const {
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

SafetensorsFile SafetensorsFile::read(const std::filesystem::path& path) {
  std::error_code ec;
  if (std::filesystem::is_directory(path, ec)) throw FileError(path.string() + ": is a folder; name a safetensors file");
  if (!std::filesystem::exists(path, ec)) throw FileError(path.string() + ": no such file; check the name");
  const auto mapped = std::make_shared<const detail::MappedFile>(path, "a safetensors file");
  SafetensorsFile file;
  file.path_ = path;
  file.owner_ = mapped;
  file.view_ = parse_safetensors(mapped->bytes(), path);
  return file;
}

const char* name(Dtype dtype) {
  return std::find_if(std::begin(kDtypeNames), std::end(kDtypeNames), [&](const auto& d) { return d.first == dtype; })->second;
}

void refuse_other_formats(std::span<const std::byte> bytes, const std::filesystem::path& source) {
  const auto begins = [&](std::string_view magic) {
    return bytes.size() >= magic.size() && std::memcmp(bytes.data(), magic.data(), magic.size()) == 0;
  };
  const auto refuse = [&](const char* what, const char* mend) { throw FormatError(source, 0, std::string("this is ") + what, mend); };
  if (begins("\x93NUMPY")) refuse("a NumPy array (.npy)", "save it with safetensors.numpy.save_file({\"tensors\": array}, path)");
  if (begins("PK\x03\x04"))
    refuse("a zip file, perhaps NumPy arrays (.npz) or a PyTorch file (.pt)",
           "save its tensors with safetensors.numpy or safetensors.torch");
  if (begins("\x89HDF")) refuse("an HDF5 file", "save its tensors with safetensors.numpy.save_file");
  if (begins("MThd")) refuse("a MIDI file", "convert it to tensors with musicvae convert");
}

SafetensorsView parse_safetensors(std::span<const std::byte> bytes, const std::filesystem::path& source) {
  const auto fail = [&](std::uint64_t offset, const std::string& what) -> void {
    throw FormatError(source, offset, what, "get the file again; it should be a safetensors file");
  };
  refuse_other_formats(bytes, source);
  if (bytes.size() < 8) fail(bytes.size(), "the file ends before the 8 bytes of a safetensors header length");
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), 8);
  if (length > bytes.size() - 8)
    fail(0, "the header says " + std::to_string(length) + " bytes, but " + std::to_string(bytes.size() - 8) + " follow");
  constexpr std::uint64_t limit = 100'000'000;  // as in the reference implementation
  if (length > limit) fail(0, "the header says " + std::to_string(length) + " bytes, above the format's limit of " + std::to_string(limit));

  const auto* text = reinterpret_cast<const char*>(bytes.data()) + 8;
  std::set<std::string> names;
  const auto twice = [&](int depth, nlohmann::json::parse_event_t event, const nlohmann::json& value) {
    if (depth == 1 && event == nlohmann::json::parse_event_t::key && !names.insert(value.get<std::string>()).second)
      fail(8, "the header names " + value.dump() + " twice");
    return true;
  };
  const nlohmann::json header = nlohmann::json::parse(text, text + length, twice, /*allow_exceptions=*/false);
  if (!header.is_object()) fail(8, "the header is not a JSON object");
  const std::span<const std::byte> data = bytes.subspan(static_cast<std::size_t>(8 + length));

  SafetensorsView view;
  std::vector<std::pair<std::size_t, std::size_t>> ranges;
  for (const auto& [name, entry] : header.items()) {
    if (name == "__metadata__") {
      if (!entry.is_object()) fail(8, "__metadata__ is not an object");
      for (const auto& [key, value] : entry.items()) {
        if (!value.is_string()) fail(8, "__metadata__ entry \"" + key + "\" is not a string");
        view.metadata[key] = value.get<std::string>();
      }
      continue;
    }
    const TensorView tensor = parse_tensor_entry(name, entry, data, fail);
    const auto begin = static_cast<std::size_t>(tensor.bytes.data() - data.data());
    ranges.emplace_back(begin, begin + tensor.bytes.size());
    view.tensors.emplace(name, tensor);
  }
  std::sort(ranges.begin(), ranges.end());
  std::size_t expected = 0;
  for (const auto& [begin, end] : ranges) {
    if (begin != expected)
      fail(8 + length + std::min(begin, expected), begin < expected ? "two tensors overlap" : "bytes between tensors belong to no tensor");
    expected = end;
  }
  if (expected != data.size())
    fail(8 + length + expected, std::to_string(data.size() - expected) + " bytes after the last tensor belong to no tensor");
  return view;
}

std::string serialize_safetensors(const std::map<std::string, TensorView>& tensors, const std::map<std::string, std::string>& metadata) {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  std::size_t offset = 0;
  for (const auto& [key, tensor] : tensors) {
    header[key] = {{"dtype", name(tensor.dtype)}, {"shape", tensor.shape}, {"data_offsets", {offset, offset + tensor.bytes.size()}}};
    offset += tensor.bytes.size();
  }
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');
  const std::uint64_t length = text.size();
  std::string bytes(8, '\0');
  std::memcpy(bytes.data(), &length, 8);
  bytes.reserve(8 + text.size() + offset);
  bytes += text;
  for (const auto& [key, tensor] : tensors) bytes.append(reinterpret_cast<const char*>(tensor.bytes.data()), tensor.bytes.size());
  return bytes;
}

}  // namespace musicvae
