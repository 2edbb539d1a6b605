#include <zlib.h>

#include <array>
#include <cstring>
#include <limits>
#include <new>
#include <span>
#include <utility>

#include "../crc32c.hpp"
#include "../file_streams.hpp"
#include "musicvae/data/tfrecord.hpp"
#include "musicvae/error.hpp"

namespace musicvae::data {
namespace {

constexpr std::size_t piece = std::size_t{256} << 10;  // how much is written to disk at once

template <class T>
std::string little_endian(T value) {
  std::string bytes(sizeof value, '\0');
  std::memcpy(bytes.data(), &value, sizeof value);
  return bytes;
}

}  // namespace

struct TfrecordWriter::Impl {
  /// Compresses its input as one gzip or zlib stream. The same bytes give the same stream, because it contains no time and no name.
  class Deflater {
   public:
    explicit Deflater(Compression compression) {
      const int window_bits = compression == Compression::gzip ? MAX_WBITS + 16 : MAX_WBITS;
      constexpr int memory_level = 8;  // zlib's default
      if (::deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window_bits, memory_level, Z_DEFAULT_STRATEGY) != Z_OK) {
        throw std::bad_alloc();
      }
    }
    ~Deflater() { ::deflateEnd(&stream_); }
    Deflater(const Deflater&) = delete;
    Deflater& operator=(const Deflater&) = delete;

    /// At most 4 GiB per call. `last`: nothing follows.
    void pack(std::string_view bytes, bool last, std::string& out) {
      stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
      stream_.avail_in = static_cast<uInt>(bytes.size());
      do {
        const std::size_t old = out.size();
        out.resize(old + piece);
        stream_.next_out = reinterpret_cast<Bytef*>(out.data() + old);
        stream_.avail_out = static_cast<uInt>(piece);
        ::deflate(&stream_, last ? Z_FINISH : Z_NO_FLUSH);
        out.resize(out.size() - stream_.avail_out);
      } while (stream_.avail_out == 0);
    }

   private:
    z_stream stream_{};
  };

  AtomicFile file;
  std::unique_ptr<Deflater> deflater;  // null: not compressed
  std::string waiting{};               // bytes still to be written

  void put(std::string_view bytes) {
    if (deflater) {
      deflater->pack(bytes, false, waiting);
    } else {
      waiting += bytes;
    }
    if (waiting.size() >= piece) flush();
  }

  void flush() {
    file.append(waiting);
    waiting.clear();
  }
};

TfrecordWriter::TfrecordWriter(const std::filesystem::path& path, Compression compression)
    : impl_(new Impl{AtomicFile(path), compression == Compression::none ? nullptr : std::make_unique<Impl::Deflater>(compression)}) {}
TfrecordWriter::~TfrecordWriter() = default;
TfrecordWriter::TfrecordWriter(TfrecordWriter&&) noexcept = default;
TfrecordWriter& TfrecordWriter::operator=(TfrecordWriter&&) noexcept = default;

void TfrecordWriter::add(std::string_view record) {
  if (!impl_) throw ArgumentError("TFRecord: the file is already closed; open a new one to write more");
  if (record.size() > kMaxRecordSize) {
    throw ArgumentError("TFRecord: a record of " + std::to_string(record.size()) + " bytes is too large; use at most " +
                        std::to_string(kMaxRecordSize));
  }
  const std::string length = little_endian(std::uint64_t{record.size()});
  impl_->put(length + little_endian(masked_crc32c(std::as_bytes(std::span(length)))));
  impl_->put(record);
  impl_->put(little_endian(masked_crc32c(std::as_bytes(std::span(record)))));
}

void TfrecordWriter::close() {
  if (!impl_) throw ArgumentError("TFRecord: the file is already closed; open a new one to write more");
  if (impl_->deflater) impl_->deflater->pack({}, true, impl_->waiting);
  impl_->flush();
  impl_->file.commit();
  impl_.reset();
}

}  // namespace musicvae::data
