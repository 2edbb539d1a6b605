// StepModel: an n-gram model of steps. It computes how likely a sequence of steps is.
#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "musicvae/sequence/drum_sequence.hpp"

namespace musicvae::evaluation {

/// Learns from grooves which combination of hits follows which four. Smoothed after Witten and Bell (1991): a longer history counts in
/// proportion to how often it was seen, the remaining probability goes to the next shorter history, and at the end to all 512 combinations
/// equally. Reading is const and safe on any number of threads.
class StepModel {
 public:
  void learn(const DrumSequence& groove);
  /// log p of the hits of a groove, nats per step; 0 for a groove without steps.
  [[nodiscard]] double log_likelihood(const DrumSequence& groove) const;

 private:
  static constexpr int order = 5;  // a step and the four before it
  struct History {
    std::int64_t seen = 0;   // number of steps that followed it
    std::int64_t kinds = 0;  // number of different ones
  };
  // Keys are the combinations of a history, 9 bits each, after a leading 1 that encodes their number.
  std::unordered_map<std::uint64_t, History> histories_;
  std::unordered_map<std::uint64_t, std::int64_t> followed_;  // a history with the step after it
};

}  // namespace musicvae::evaluation
