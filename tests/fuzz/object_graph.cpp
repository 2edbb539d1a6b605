#include "interop/object_graph.hpp"

#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return musicvae::fuzz::run([&] { (void)musicvae::interop::full_names(musicvae::fuzz::bytes_of(data, size)); });
}
