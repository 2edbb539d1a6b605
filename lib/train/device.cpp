#include "device.hpp"

#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include "musicvae/error.hpp"

namespace musicvae::train {

torch::Device find_device(const std::string& name) {
  if (name == "cpu") return torch::kCPU;
  const bool numbered = name.size() == 6 && name.starts_with("cuda:") && name[5] >= '0' && name[5] <= '9';
  if (name != "cuda" && !numbered) throw DeviceError("device \"" + name + "\" is not known; use cpu, cuda or cuda:0 to cuda:9");
  if (!torch::cuda::is_available()) {
    throw DeviceError("device \"" + name +
                      "\": this LibTorch finds no CUDA device; use cpu, or install torch with CUDA on a machine with a GPU");
  }
  const int index = numbered ? name[5] - '0' : 0;
  if (index >= static_cast<int>(torch::cuda::device_count())) {
    throw DeviceError("device \"" + name + "\": there are " + std::to_string(torch::cuda::device_count()) +
                      " CUDA devices; use a lower number");
  }
  return {torch::kCUDA, static_cast<c10::DeviceIndex>(index)};
}

FlushDenormals::FlushDenormals() {
  at::globalContext().setFlushDenormal(true);
}

FlushDenormals::~FlushDenormals() {
  at::globalContext().setFlushDenormal(false);
}

#if defined(__GLIBC__)
KeepHeap::KeepHeap() {
  mallopt(M_MMAP_MAX, 0);            // no allocation of its own mapping, which free() gives back at once
  mallopt(M_TRIM_THRESHOLD, -1);     // as a size: never
}

KeepHeap::~KeepHeap() {
  constexpr int default_mappings = 65536;
  constexpr int default_trim = 128 * 1024;
  mallopt(M_MMAP_MAX, default_mappings);
  mallopt(M_TRIM_THRESHOLD, default_trim);
  malloc_trim(0);
}
#else
KeepHeap::KeepHeap() = default;
KeepHeap::~KeepHeap() = default;
#endif

}  // namespace musicvae::train
