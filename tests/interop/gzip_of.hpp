// A gzip file as bytes. Its users link zlib.
#pragma once

#include <gtest/gtest.h>
#include <zlib.h>

#include <string>

namespace musicvae::interop {

/// The bytes of a gzip file.
inline std::string gzip_of(const std::string& contents) {
  z_stream stream{};
  constexpr int kGzip = MAX_WBITS + 16;
  EXPECT_EQ(deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string packed(deflateBound(&stream, contents.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(contents.data()));
  stream.avail_in = static_cast<uInt>(contents.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

}  // namespace musicvae::interop
