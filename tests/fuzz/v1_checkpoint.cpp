// The input is the first entry of a V1 checkpoint, which lists its tensors, and two entries with their values.
#include "interop/v1_checkpoint.hpp"

#include "fuzz.hpp"
#include "interop/sorted_table.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace musicvae;
  const std::vector<std::string> parts = fuzz::parts_of(fuzz::bytes_of(data, size), 3);
  const std::string tar = interop::tar_of({{"x", interop::write_sorted_table({{"", parts[0]}, {"a", parts[1]}, {"b", parts[2]}})}});
  return fuzz::run([&] {
    const auto files = interop::FileSet::of_tar({std::as_bytes(std::span(tar)), nullptr, "x.tar"});
    interop::ForeignModel model{.format = "x", .path = "x", .name = "x"};
    interop::read_v1_checkpoint(files, interop::v1_files(files, "x"), model);
    for (const auto& [name, tensor] : model.tensors) (void)tensor.values().floats();
  });
}
