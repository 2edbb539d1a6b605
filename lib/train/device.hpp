// Where a training runs.
#pragma once

#include <string>

#include <torch/torch.h>

#include "musicvae/train/lstm.hpp"

namespace musicvae::train {

/// "cpu", "cuda" or "cuda:N". Throws DeviceError when this LibTorch has no such device.
[[nodiscard]] torch::Device find_device(const std::string& name);

/// What the names of TrainerOptions stand for on a device. Throws ArgumentError for an unknown name, or what the device cannot do.
[[nodiscard]] LstmMode lstm_mode(const std::string& path, const std::string& precision, torch::Device device);

/// "fp32" or "bf16".
[[nodiscard]] const char* name(Precision precision);

/// While it lives, numbers too small for full speed count as zero on this thread and on those that LibTorch starts from it.
class FlushDenormals {
 public:
  FlushDenormals();
  ~FlushDenormals();
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;
};

/// While it lives, freed memory stays with the process. A step frees and allocates some hundreds of MiB, and every page that comes
/// fresh from the kernel is cleared and mapped first. No effect where the C library is not glibc.
class KeepHeap {
 public:
  KeepHeap();
  ~KeepHeap();
  KeepHeap(const KeepHeap&) = delete;
  KeepHeap& operator=(const KeepHeap&) = delete;
};

}  // namespace musicvae::train
