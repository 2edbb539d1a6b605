#include "interop/snappy.hpp"

#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace musicvae;
  return fuzz::run([&] { (void)interop::unpack_snappy(interop::ByteReader(fuzz::bytes_of(data, size), 0, "x.index")); });
}
