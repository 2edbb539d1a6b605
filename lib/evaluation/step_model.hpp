// StepModel: an n-gram model of steps. It computes how likely a sequence of steps is.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>

namespace musicvae::evaluation {

/// Learns from sequences of symbols, one per step, which symbol follows which four. Smoothed after Witten and Bell (1991): a longer history
/// counts in proportion to how often it was seen, the remaining probability goes to the next shorter history, and at the end to all symbols
/// equally. Reading is const and safe on any number of threads.
class StepModel {
 public:
  /// Symbols are 0 to `symbols` - 1, of 2 to 4096.
  explicit StepModel(std::uint32_t symbols);
  void learn(std::span<const std::uint32_t> steps);
  /// log p of the steps, nats per step; 0 for no steps.
  [[nodiscard]] double log_likelihood(std::span<const std::uint32_t> steps) const;

 private:
  static constexpr int order = 5;  // a step and the four before it
  struct History {
    std::int64_t seen = 0;   // number of steps that followed it
    std::int64_t kinds = 0;  // number of different ones
  };
  // The key of a history with one more symbol.
  [[nodiscard]] std::uint64_t extended(std::uint64_t key, std::uint32_t symbol) const { return key << bits_ | symbol; }
  // The key of the `length` symbols before step `at`.
  [[nodiscard]] std::uint64_t history(std::span<const std::uint32_t> steps, std::size_t at, std::size_t length) const;

  std::uint32_t symbols_;
  int bits_;  // of a symbol
  // Keys are the symbols of a history after a leading 1 that encodes their number.
  std::unordered_map<std::uint64_t, History> histories_;
  std::unordered_map<std::uint64_t, std::int64_t> followed_;  // a history with the step after it
};

}  // namespace musicvae::evaluation
