// The processes that train one model together. All they do together is to add up numbers.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <stdexcept>
#include <string>

#include <torch/torch.h>

#include "musicvae/train/trainer.hpp"

namespace musicvae::train {

/// What a sum over the processes ended with that did not come about; one line.
class Unreachable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// One process of `world`, numbered `rank`. Every call but the questions is collective: all processes make it, in the same order.
/// A process that is alone calls no hook.
class Ranks {
 public:
  /// Throws ArgumentError when there are several processes and no hook.
  Ranks(int rank, int world, torch::Device device, std::function<void(const RankBuffer&)> add_up);

  [[nodiscard]] bool alone() const { return world_ == 1; }
  /// The one that writes files.
  [[nodiscard]] bool first() const { return rank_ == 0; }
  [[nodiscard]] int rank() const { return rank_; }
  [[nodiscard]] int world() const { return world_; }

  /// Puts the sum over all processes into each element of a flat float32 tensor on the training's device. Throws Unreachable.
  void add_up(const torch::Tensor& buffer) const;
  /// The same for numbers here, rounded to float32. Throws Unreachable.
  void add_up(std::span<double* const> figures) const;
  /// Returns when all processes have called it. Throws Unreachable.
  void wait() const;
  /// Throws DistributedError, on every process, when one has another checksum of `what` than rank 0; or Unreachable.
  void agree(std::uint32_t checksum, const std::string& what) const;

 private:
  int rank_;
  int world_;
  torch::Device device_;
  std::function<void(const RankBuffer&)> add_up_;
};

}  // namespace musicvae::train
