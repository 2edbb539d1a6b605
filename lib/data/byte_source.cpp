#include "byte_source.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <new>
#include <utility>

#include "../file_streams.hpp"
#include "musicvae/error.hpp"

namespace musicvae::data {
namespace {

constexpr std::size_t buffer_size = std::size_t{256} << 10;
constexpr int window_bits = MAX_WBITS + 32;  // 32: gzip or zlib, by the header

Compression compression_of(std::span<const std::byte> bytes) {
  const auto at = [&](std::size_t i) { return std::to_integer<unsigned>(bytes[i]); };
  const bool gzip = bytes.size() >= 3 && at(0) == 0x1F && at(1) == 0x8B && at(2) == 8;
  // TensorFlow's ZLIB records: RFC 1950, section 2.2, with a window of 32 KiB and no dictionary.
  const bool zlib = bytes.size() >= 2 && at(0) == 0x78 && (at(0) * 256 + at(1)) % 31 == 0 && (at(1) & 0x20) == 0;
  return gzip ? Compression::gzip : zlib ? Compression::zlib : Compression::none;
}

}  // namespace

void ByteSource::EndInflate::operator()(z_stream* stream) const {
  ::inflateEnd(stream);
  delete stream;
}

ByteSource::ByteSource(std::filesystem::path path, bool (*is_plain)(std::span<const std::byte>))
    : path_(std::move(path)), file_(open_to_read(path_)), buffer_(buffer_size) {
  refill();
  if (is_plain(ready_.first(std::min<std::size_t>(ready_.size(), 12)))) return;
  compression_ = compression_of(ready_);
  if (compression_ == Compression::none) return;
  auto stream = std::make_unique<z_stream>();
  if (::inflateInit2(stream.get(), window_bits) != Z_OK) throw std::bad_alloc();
  inflate_.reset(stream.release());
}

/// Returns false at the end of the file.
bool ByteSource::refill() {
  file_.read(reinterpret_cast<char*>(buffer_.data()), static_cast<std::streamsize>(buffer_.size()));
  if (file_.bad()) throw FileError(path_.string() + ": reading failed: " + std::strerror(errno) + "; check the disk");
  ready_ = std::span<const std::byte>(buffer_).first(static_cast<std::size_t>(file_.gcount()));
  return !ready_.empty();
}

std::size_t ByteSource::read(std::span<std::byte> out) {
  return inflate_ ? read_packed(out) : read_plain(out);
}

std::size_t ByteSource::read_plain(std::span<std::byte> out) {
  std::size_t done = 0;
  while (done < out.size() && (!ready_.empty() || refill())) {
    const std::size_t now = std::min(ready_.size(), out.size() - done);
    std::memcpy(out.data() + done, ready_.data(), now);
    ready_ = ready_.subspan(now);
    done += now;
  }
  return done;
}

// gzread is not used: on damage it discards up to 16 KiB that are already decompressed, and whole records with them.
std::size_t ByteSource::read_packed(std::span<std::byte> out) {
  std::size_t done = 0;
  while (done < out.size() && damage_.empty()) {
    if (ready_.empty() && !refill()) {
      if (inside_member_) damage_ = "the compressed stream is cut short";
      break;
    }
    inside_member_ = true;
    const std::size_t room = std::min<std::size_t>(out.size() - done, std::numeric_limits<uInt>::max());
    inflate_->next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(ready_.data()));
    inflate_->avail_in = static_cast<uInt>(ready_.size());
    inflate_->next_out = reinterpret_cast<Bytef*>(out.data() + done);
    inflate_->avail_out = static_cast<uInt>(room);
    const int status = ::inflate(inflate_.get(), Z_NO_FLUSH);
    ready_ = ready_.last(inflate_->avail_in);
    done += room - inflate_->avail_out;
    if (status == Z_MEM_ERROR) throw std::bad_alloc();
    if (status == Z_STREAM_END) {
      ::inflateReset(inflate_.get());
      inside_member_ = false;
    } else if (status != Z_OK && status != Z_BUF_ERROR) {
      damage_ = std::string("the compressed stream is damaged: ") + (inflate_->msg == nullptr ? "it needs a dictionary" : inflate_->msg);
    }
  }
  return done;
}

}  // namespace musicvae::data
