// The processes that train one model together. Their only joint operation is to sum numbers.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <stdexcept>
#include <string>

#include <torch/torch.h>

#include "musicvae/train/trainer.hpp"

namespace musicvae::train {

/// A sum over the processes failed: the callback threw. The message is one line.
class Unreachable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// One process of `world`, numbered `rank`. All calls except the queries are collective: all processes make them, in the same order. A
/// single process calls no callback.
class Ranks {
 public:
  /// Throws ArgumentError when there are several processes and no callback.
  Ranks(int rank, int world, torch::Device device, std::function<void(const RankBuffer&)> all_reduce_sum);

  [[nodiscard]] bool alone() const { return world_ == 1; }
  /// Whether this is the process that writes files.
  [[nodiscard]] bool first() const { return rank_ == 0; }
  [[nodiscard]] int rank() const { return rank_; }
  [[nodiscard]] int world() const { return world_; }

  /// Replaces each element of a flat float32 tensor on the training device with its sum over all processes. Throws Unreachable.
  void all_reduce_sum(const torch::Tensor& buffer) const;
  /// Does the same for numbers on the host, rounded to float32. Throws Unreachable.
  void all_reduce_sum(std::span<double* const> figures) const;
  /// Returns when all processes have called it. Throws Unreachable.
  void wait() const;
  /// Throws DistributedError on every process if any process has a different checksum of `what` than rank 0. Throws Unreachable.
  void agree(std::uint32_t checksum, const std::string& what) const;

 private:
  int rank_;
  int world_;
  torch::Device device_;
  std::function<void(const RankBuffer&)> all_reduce_sum_;
};

}  // namespace musicvae::train
