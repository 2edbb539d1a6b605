// FeelSums: collects FeelErrors hit by hit.
#pragma once

#include <cstdint>

#include "musicvae/evaluation/evaluation.hpp"

namespace musicvae::evaluation {

/// Sums of the errors of velocity and timing, for mean().
struct FeelSums {
  double velocity = 0.0;         ///< absolute errors
  double velocity_square = 0.0;  ///< squared errors
  double timing_ms = 0.0;
  double timing_square = 0.0;  ///< in squared steps
  std::int64_t hits = 0;
  /// Adds one hit. Offsets are in half steps.
  void add(double velocity_error, double offset_error, double step_ms);
  void operator+=(const FeelSums& more);
  /// Zeros if there are no hits.
  [[nodiscard]] FeelErrors mean() const;
};

}  // namespace musicvae::evaluation
