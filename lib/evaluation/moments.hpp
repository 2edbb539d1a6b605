// Moments: a running mean and standard deviation.
#pragma once

#include <cmath>
#include <limits>
#include <span>

namespace musicvae::evaluation {

/// Mean and standard deviation of numbers that arrive one by one (Welford 1962).
class Moments {
 public:
  Moments() = default;
  explicit Moments(std::span<const double> values) {
    for (const double value : values) add(value);
  }
  void add(double value) {
    ++n_;
    const double delta = value - mean_;
    mean_ += delta / n_;
    squares_ += delta * (value - mean_);
  }
  /// NaN if there are no numbers.
  [[nodiscard]] double mean() const { return n_ == 0 ? std::numeric_limits<double>::quiet_NaN() : mean_; }
  /// Of the whole population, not an estimate from a sample; NaN for fewer than two numbers.
  [[nodiscard]] double spread() const { return n_ < 2 ? std::numeric_limits<double>::quiet_NaN() : std::sqrt(squares_ / n_); }

 private:
  int n_ = 0;
  double mean_ = 0.0;
  double squares_ = 0.0;
};

}  // namespace musicvae::evaluation
