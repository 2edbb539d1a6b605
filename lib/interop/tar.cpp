#include "tar.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

#include "file_set.hpp"
#include "musicvae/error.hpp"

namespace musicvae::interop {
namespace {

constexpr std::size_t kRecord = 512;

// Where a header's fields are (POSIX.1-2017, pax, section "ustar Interchange Format").
struct Field {
  std::size_t at;
  std::size_t size;
};
constexpr Field kName{0, 100};
constexpr Field kSize{124, 12};
constexpr Field kChecksum{148, 8};
constexpr Field kType{156, 1};
constexpr Field kMagicField{257, 5};
constexpr Field kPrefix{345, 155};

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string_view field(std::span<const std::byte> header, Field where) {
  const std::string_view text = text_of(header.subspan(where.at, where.size));
  return text.substr(0, text.find('\0'));
}

template <class Number>
std::optional<Number> number_of(std::string_view text, int base) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Octal digits between spaces.
std::optional<std::uint64_t> octal(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return std::nullopt;
  text = text.substr(first);
  return number_of<std::uint64_t>(text.substr(0, text.find(' ')), 8);
}

// GNU stores sizes from 8 GiB in binary, with the first bit set.
std::optional<std::uint64_t> size_in(std::span<const std::byte> header) {
  const auto bytes = header.subspan(kSize.at, kSize.size);
  if ((bytes[0] & std::byte{0x80}) == std::byte{0}) return octal(field(header, kSize));
  std::uint64_t value = 0;
  for (const std::byte byte : bytes.last(8)) value = value << 8 | std::to_integer<std::uint64_t>(byte);
  return value;
}

bool checksum_matches(std::span<const std::byte> header) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < header.size(); ++i) {
    const bool own = i >= kChecksum.at && i < kChecksum.at + kChecksum.size;
    sum += own ? std::uint64_t{' '} : std::to_integer<std::uint64_t>(header[i]);
  }
  return octal(field(header, kChecksum)) == sum;
}

/// What the entries before a file say about it.
struct Extension {
  std::optional<std::string> name{};
  std::optional<std::uint64_t> size{};
};

// Records "LENGTH KEY=VALUE\n". False for a record that is not one.
bool read_pax(std::string_view text, Extension& extension) {
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    if (space == std::string_view::npos) return false;
    const auto length = number_of<std::size_t>(text.substr(0, space), 10);
    if (!length || *length <= space + 1 || *length > text.size() || text[*length - 1] != '\n') return false;
    const std::string_view record = text.substr(space + 1, *length - space - 2);
    const std::size_t equals = record.find('=');
    if (equals == std::string_view::npos) return false;
    if (record.substr(0, equals) == "path") extension.name = record.substr(equals + 1);
    if (record.substr(0, equals) == "size") {
      extension.size = number_of<std::uint64_t>(record.substr(equals + 1), 10);
      if (!extension.size) return false;
    }
    text = text.substr(*length);
  }
  return true;
}

std::string name_in(std::span<const std::byte> header) {
  const std::string prefix(field(header, kMagicField) == "ustar" ? field(header, kPrefix) : std::string_view());
  return (prefix.empty() ? "" : prefix + "/") + std::string(field(header, kName));
}

}  // namespace

bool looks_like_tar(std::span<const std::byte> bytes) {
  return bytes.size() >= kRecord && text_of(bytes.subspan(kMagicField.at, kMagicField.size)) == "ustar" &&
         checksum_matches(bytes.first(kRecord));
}

std::map<std::string, std::span<const std::byte>> read_tar(std::span<const std::byte> bytes, const std::filesystem::path& source) {
  std::map<std::string, std::span<const std::byte>> files;
  Extension extension;
  std::size_t at = 0;
  const auto fail = [&](const std::string& reason) { throw FormatError(source, at, reason, "get the archive again"); };
  while (at < bytes.size()) {
    if (bytes.size() - at < kRecord) fail("the tar is cut short inside a header");
    const auto header = bytes.subspan(at, kRecord);
    if (std::all_of(header.begin(), header.end(), [](std::byte byte) { return byte == std::byte{0}; })) break;  // the end
    if (!checksum_matches(header)) fail("a header of the tar is damaged: its checksum does not match");
    const char type = text_of(header)[kType.at];
    std::optional<std::uint64_t> size = size_in(header);
    if (type != 'x' && type != 'L' && extension.size) size = extension.size;
    const std::string name = extension.name.value_or(name_in(header));
    if (!size || *size > bytes.size() - at - kRecord) fail("\"" + name + "\" is larger than the tar; it is cut short or damaged");
    const auto contents = bytes.subspan(at + kRecord, static_cast<std::size_t>(*size));
    if (type == 'x') {
      if (!read_pax(text_of(contents), extension)) fail("a pax header of the tar is damaged");
    } else if (type == 'L') {
      extension.name = text_of(contents).substr(0, text_of(contents).find('\0'));
    } else if (type == '0' || type == '\0' || type == '5') {
      if (!is_inside(name)) fail("\"" + name + "\" is not a name inside the folder");
      if (type != '5' && !files.emplace(std::filesystem::path(name).lexically_normal().generic_string(), contents).second) {
        fail("\"" + name + "\" is there twice");
      }
      extension = {};
    } else if (type != 'g') {
      fail("\"" + name + "\" is a link or a device; only files and folders are read");
    }
    at += std::min(bytes.size() - at, kRecord + (contents.size() + kRecord - 1) / kRecord * kRecord);
  }
  return files;
}

}  // namespace musicvae::interop
