#include "musicvae/interop/attribute_json.hpp"

#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace musicvae;
  return fuzz::run([&] { (void)interop::parse_attributes_json(fuzz::text_of(fuzz::bytes_of(data, size)), "x.json", 2); });
}
