// The input is manifest.json and converter.json; each tensor's file has 64 bytes.
#include "fuzz.hpp"
#include "interop/foreign_model.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace musicvae;
  const std::vector<std::string> parts = fuzz::parts_of(fuzz::bytes_of(data, size), 2);
  std::vector<interop::TarEntry> entries = {{"manifest.json", parts[0]}, {"s", std::string(64, '\1')}};
  if (!parts[1].empty()) entries.push_back({"converter.json", parts[1]});
  const std::string tar = interop::tar_of(entries);
  return fuzz::run([&] {
    const auto files = interop::FileSet::of_tar({std::as_bytes(std::span(tar)), nullptr, "x"});
    for (const auto& [name, tensor] : interop::open_deeplearn_js(files).tensors) (void)tensor.values().floats();
  });
}
