// StepModel: how likely a series of steps is, by what usually follows what. An n-gram model.
#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "musicvae/sequence/drum_sequence.hpp"

namespace musicvae::evaluation {

/// Learns from grooves which combination of hits follows which four. Smoothed after Witten and Bell (1991): a longer history is trusted as
/// far as it was seen, what is left over goes to the next shorter one, and at last to all 512 combinations alike. Reading is const and
/// for any number of threads.
class StepModel {
 public:
  void learn(const DrumSequence& groove);
  /// log p of a groove's hits, nats a step; 0 of one without steps.
  [[nodiscard]] double log_likelihood(const DrumSequence& groove) const;

 private:
  static constexpr int order = 5;  // a step and the four before it
  struct History {
    std::int64_t seen = 0;   // steps that followed it
    std::int64_t kinds = 0;  // different ones
  };
  // Keys are the combinations of a history, 9 bits each, after a 1 that says how many there are.
  std::unordered_map<std::uint64_t, History> histories_;
  std::unordered_map<std::uint64_t, std::int64_t> followed_;  // a history with the step after it
};

}  // namespace musicvae::evaluation
