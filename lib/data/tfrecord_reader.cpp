#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "../crc32c.hpp"
#include "byte_source.hpp"
#include "musicvae/data/tfrecord.hpp"
#include "musicvae/error.hpp"

namespace musicvae::data {
namespace {

constexpr std::size_t checksum_size = sizeof(std::uint32_t);
constexpr std::size_t head_size = sizeof(std::uint64_t) + checksum_size;

template <class T>
T number_at(std::span<const std::byte> bytes) {
  T value;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

/// Whether the bytes are the header of a record: a length and the checksum of that length.
bool is_head(std::span<const std::byte> bytes) {
  return bytes.size() == head_size &&
         number_at<std::uint32_t>(bytes.last(checksum_size)) == masked_crc32c(bytes.first(sizeof(std::uint64_t)));
}

}  // namespace

struct TfrecordReader::Impl {
  explicit Impl(const std::filesystem::path& file) : path(file), source(file, is_head) {}

  std::filesystem::path path;
  ByteSource source;
  std::vector<std::byte> record;
  std::uint64_t offset = 0;  // of the next record
  std::size_t count = 0;
  std::size_t sound = 0;
  bool ended = false;

  std::optional<std::span<const std::byte>> next() {
    if (ended) return {};
    ended = true;  // unless the start of the following record becomes known
    std::array<std::byte, head_size> head;
    const std::size_t got = source.read(head);
    if (got == 0 && source.damage().empty()) return {};
    ++count;
    if (got < head_size) throw cut(got, head_size);
    if (!is_head(head))
      throw error(offset, count == 1 ? "has no valid length: this is not a TFRecord file, or it was changed"
                                     : "has no valid length: the file was changed");
    const auto length = number_at<std::uint64_t>(head);
    if (length > kMaxRecordSize) {
      throw error(offset, "has " + std::to_string(length) + " bytes, more than the " + std::to_string(kMaxRecordSize) + " allowed here");
    }
    const auto bytes = static_cast<std::size_t>(length);
    read_body(bytes + checksum_size);
    ended = false;
    const std::span<const std::byte> body(record);
    const std::uint64_t here = std::exchange(offset, offset + head_size + body.size());
    if (number_at<std::uint32_t>(body.last(checksum_size)) != masked_crc32c(body.first(bytes))) {
      throw error(here, "was changed or damaged: its checksum does not match");
    }
    ++sound;
    return body.first(bytes);
  }

 private:
  [[nodiscard]] FormatError error(std::uint64_t at, const std::string& reason) const {
    return {path, at,
            "record " + std::to_string(count - 1) + " " + reason +
                (source.compression() != Compression::none ? " (the byte is counted in the decompressed data)" : ""),
            "get the file again" + (sound == 0 ? "" : ", or use the records before it (intact: " + std::to_string(sound) + ")")};
  }

  [[nodiscard]] FormatError cut(std::size_t got, std::size_t wanted) const {
    return error(offset, "is cut short, with " + std::to_string(got) + " bytes of " + std::to_string(wanted) +
                             (source.damage().empty() ? "" : ": " + source.damage()));
  }

  /// Reads piece by piece, so that memory grows with the bytes that exist and not with the length that the file claims.
  void read_body(std::size_t size) {
    constexpr std::size_t piece = std::size_t{1} << 20;
    record.clear();
    while (record.size() < size) {
      const std::size_t old = record.size();
      record.resize(std::min(size, old + piece));
      const std::size_t got = source.read(std::span(record).subspan(old));
      if (old + got < record.size()) throw cut(head_size + old + got, head_size + size);
    }
  }
};

TfrecordReader::TfrecordReader(const std::filesystem::path& path) : impl_(std::make_unique<Impl>(path)) {}
TfrecordReader::~TfrecordReader() = default;
TfrecordReader::TfrecordReader(TfrecordReader&&) noexcept = default;
TfrecordReader& TfrecordReader::operator=(TfrecordReader&&) noexcept = default;

std::optional<std::span<const std::byte>> TfrecordReader::next() {
  return impl_->next();
}
std::size_t TfrecordReader::count() const {
  return impl_->count;
}
std::string TfrecordReader::where() const {
  return impl_->path.string() + ": record " + std::to_string(impl_->count - 1);
}
Compression TfrecordReader::compression() const {
  return impl_->source.compression();
}

bool looks_like_tfrecord(const std::filesystem::path& path) {
  if (std::error_code ec; std::filesystem::exists(path, ec) && !std::filesystem::is_regular_file(path, ec)) return false;
  ByteSource source(path, is_head);
  std::array<std::byte, head_size> head;
  return source.compression() != Compression::none || (source.read(head) == head.size() && is_head(head));
}

}  // namespace musicvae::data
