// The device of a training run, and settings of its process and threads.
#pragma once

#include <string>

#include <torch/torch.h>

#include "musicvae/train/lstm.hpp"

namespace musicvae::train {

/// Finds "cpu", "cuda" or "cuda:N". Throws DeviceError when this LibTorch has no such device.
[[nodiscard]] torch::Device find_device(const std::string& name);

/// Resolves the names of TrainerOptions for a device. Throws ArgumentError for an unknown name, or for one that the device does not
/// support.
[[nodiscard]] LstmMode lstm_mode(const std::string& path, const std::string& precision, torch::Device device);

/// "fp32" or "bf16".
[[nodiscard]] const char* name(Precision precision);

/// While it exists, denormal numbers count as zero on this thread and on those that LibTorch starts from it, because they are slow.
class FlushDenormals {
 public:
  FlushDenormals();
  ~FlushDenormals();
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;
};

/// While it exists, freed memory stays with the process. A step frees and allocates several hundred MiB, and the kernel has to clear and
/// map every new page first. No effect if the C library is not glibc.
class KeepHeap {
 public:
  KeepHeap();
  ~KeepHeap();
  KeepHeap(const KeepHeap&) = delete;
  KeepHeap& operator=(const KeepHeap&) = delete;
};

}  // namespace musicvae::train
