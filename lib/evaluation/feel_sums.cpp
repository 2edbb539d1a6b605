#include "feel_sums.hpp"

#include <cmath>

namespace musicvae::evaluation {

void FeelSums::add(double velocity_error, double offset_error, double step_ms) {
  const double steps = offset_error / 2.0;
  velocity += std::abs(velocity_error);
  velocity_square += velocity_error * velocity_error;
  timing_ms += std::abs(steps) * step_ms;
  timing_square += steps * steps;
  ++hits;
}

void FeelSums::operator+=(const FeelSums& more) {
  velocity += more.velocity;
  velocity_square += more.velocity_square;
  timing_ms += more.timing_ms;
  timing_square += more.timing_square;
  hits += more.hits;
}

FeelErrors FeelSums::mean() const {
  if (hits == 0) return {};
  const auto n = static_cast<double>(hits);
  return {
      .velocity_mae = velocity / n, .velocity_mse = velocity_square / n, .timing_mae_ms = timing_ms / n, .timing_mse = timing_square / n};
}

}  // namespace musicvae::evaluation
