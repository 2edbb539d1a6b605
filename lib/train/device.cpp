#include "device.hpp"

#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include <mutex>

#include "musicvae/error.hpp"
#include "musicvae/numerics/kernels.hpp"

namespace musicvae::train {

namespace {

// Whether LibTorch's LSTM accepts bfloat16 on a GPU. Older versions refuse it; without CUDA's headers, trying is the only way to find out.
bool multiplies_bf16(torch::Device device) {
  const torch::NoGradGuard no_grad;
  try {
    const auto options = torch::TensorOptions().device(device).dtype(torch::kBFloat16);
    const torch::Tensor x = torch::zeros({1, 1, 8}, options), h = torch::zeros({1, 1, 8}, options);
    const torch::Tensor w = torch::zeros({32, 8}, options), b = torch::zeros({32}, options);
    (void)at::lstm(x, {h, h}, {w, w, b, b}, true, 1, 0.0, false, false, false);
    return true;
  } catch (const c10::Error&) {
    return false;
  }
}

}  // namespace

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
    throw DeviceError("device \"" + name + "\" does not exist; the last one here is cuda:" +
                      std::to_string(torch::cuda::device_count() - 1) + ", so use that or a lower one");
  }
  return {torch::kCUDA, static_cast<c10::DeviceIndex>(index)};
}

at::Generator make_generator(torch::Device device, std::uint64_t seed) {
  if (device.is_cpu()) return at::detail::createCPUGenerator(seed);
  at::Generator shared = at::globalContext().defaultGenerator(device);
  const std::lock_guard lock(shared.mutex());
  at::Generator own = shared.clone();
  own.set_current_seed(seed);
  return own;
}

LstmMode lstm_mode(LstmPath path, Precision precision, torch::Device device) {
  if (path == LstmPath::automatic) path = device.is_cpu() ? LstmPath::fused : LstmPath::library;
  if (path == LstmPath::fused && !device.is_cpu()) throw ArgumentError("lstm \"fused\" is for the CPU; use auto, library or unfused");
  if (precision == Precision::automatic) {
    const bool fast = device.is_cpu() ? path == LstmPath::fused && numerics::has_fast_bf16() : multiplies_bf16(device);
    precision = fast ? Precision::bf16 : Precision::fp32;
  }
  return {.path = path, .precision = precision};
}

FlushDenormals::FlushDenormals() {
  at::globalContext().setFlushDenormal(true);
}

FlushDenormals::~FlushDenormals() {
  at::globalContext().setFlushDenormal(false);
}

#if defined(__GLIBC__)
ScopedNoTrim::ScopedNoTrim() {
  mallopt(M_MMAP_MAX, 0);         // no separate mappings for large allocations, which free() would return at once
  mallopt(M_TRIM_THRESHOLD, -1);  // -1 as a size: never trim
}

ScopedNoTrim::~ScopedNoTrim() {
  constexpr int default_mappings = 65536;
  constexpr int default_trim = 128 * 1024;
  mallopt(M_MMAP_MAX, default_mappings);
  mallopt(M_TRIM_THRESHOLD, default_trim);
  malloc_trim(0);
}
#else
ScopedNoTrim::ScopedNoTrim() = default;
ScopedNoTrim::~ScopedNoTrim() = default;
#endif

}  // namespace musicvae::train
