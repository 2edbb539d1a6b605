// The input is the header of an index, two entries, and the file `checkpoint`; the data is 64 bytes.
#include "fuzz.hpp"
#include "interop/open_bundle.hpp"
#include "interop/sorted_table.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace musicvae;
  const std::vector<std::string> parts = fuzz::parts_of(fuzz::bytes_of(data, size), 4);
  std::vector<interop::TarEntry> entries = {{"x.index", interop::write_sorted_table({{"", parts[0]}, {"a", parts[1]}, {"b", parts[2]}})},
                                            {"x.data-00000-of-00001", std::string(64, '\1')}};
  if (!parts[3].empty()) entries.push_back({"checkpoint", parts[3]});
  const std::string tar = interop::tar_of(entries);
  return fuzz::run([&] {
    const interop::FileBytes file{std::as_bytes(std::span(tar)), nullptr, "x.tar"};
    const interop::TensorBundle bundle = interop::open_bundle(interop::find_bundle_in(interop::FileSet::of_tar(file)));
    for (const auto& [name, tensor] : bundle.tensors()) (void)bundle.read(name).floats();
    for (const std::string& name : bundle.text_tensors()) (void)bundle.read_text(name);
  });
}
