// The device of a training run, and settings of its process and threads.
#pragma once

#include <cstdint>
#include <string>

#include <torch/torch.h>

#include "musicvae/train/lstm.hpp"

namespace musicvae::train {

/// Finds "cpu", "cuda" or "cuda:N". Throws DeviceError when this LibTorch has no such device.
[[nodiscard]] torch::Device find_device(const std::string& name);

/// Creates a random number generator of LibTorch on `device`.
[[nodiscard]] at::Generator make_generator(torch::Device device, std::uint64_t seed);

/// Replaces `automatic` by what suits the device. Throws ArgumentError for a path that the device does not support.
[[nodiscard]] LstmMode lstm_mode(LstmPath path, Precision precision, torch::Device device);

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
class ScopedNoTrim {
 public:
  ScopedNoTrim();
  ~ScopedNoTrim();
  ScopedNoTrim(const ScopedNoTrim&) = delete;
  ScopedNoTrim& operator=(const ScopedNoTrim&) = delete;
};

}  // namespace musicvae::train
