// The input is weights_manifest.json and config.json; the weights are 64 bytes.
#include "fuzz.hpp"
#include "interop/foreign_model.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace musicvae;
  const std::vector<std::string> parts = fuzz::parts_of(fuzz::bytes_of(data, size), 2);
  std::vector<interop::TarEntry> entries = {{"weights_manifest.json", parts[0]}, {"s", std::string(64, '\1')}};
  if (!parts[1].empty()) entries.push_back({"config.json", parts[1]});
  const std::string tar = interop::tar_of(entries);
  return fuzz::run([&] {
    const auto files = interop::FileSet::of_tar({std::as_bytes(std::span(tar)), nullptr, "x"});
    for (const auto& [name, tensor] : interop::open_magenta_js(files).tensors) (void)tensor.values().floats();
  });
}
