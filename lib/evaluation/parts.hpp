// Code shared by the parts of an evaluation.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "musicvae/engine/attributes.hpp"
#include "musicvae/evaluation/evaluation.hpp"
#include "musicvae/sequence/drum_sequence.hpp"

namespace musicvae::evaluation {

/// The cells of a window, one bit each; [step][drum] unless stated otherwise.
using Bits = std::vector<std::uint64_t>;

[[nodiscard]] Bits no_bits(std::size_t count);
void set_bit(Bits& bits, std::size_t index);
[[nodiscard]] Bits hit_bits(const DrumSequence& window);
/// The number of bits that differ. Both must have the same size.
[[nodiscard]] int distance(const Bits& a, const Bits& b);

/// The indices of the `k` elements of `all` (or as many as there are) that differ least from `bits`, nearest first. Ties keep their order.
[[nodiscard]] std::vector<std::size_t> nearest_bits(const Bits& bits, const std::vector<Bits>& all, std::size_t k);

/// The windows to evaluate on and the training windows.
struct Windows {
  std::vector<DrumSequence> real;
  std::vector<double> step_ms;  ///< of each real window, at the tempo of its file
  std::vector<DrumSequence> train;
  std::vector<Bits> train_bits;
  std::vector<std::string> train_styles;
};

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

/// Calls work(index) for each item, in any order, on several threads, and reports progress as `what`.
void for_each(const Options& options, const std::string& what, std::size_t items, const std::function<void(std::size_t)>& work);

/// Does the same for chunks of items: work(first, count).
void for_each_chunk(const Options& options, const std::string& what, std::size_t items, std::size_t chunk,
                    const std::function<void(std::size_t first, std::size_t count)>& work);

/// Counts one cell.
void count(HitScores& scores, bool real, bool said);
void operator+=(HitScores& scores, const HitScores& more);

/// Sums of the errors of velocity and timing, for mean().
struct FeelSums {
  double velocity = 0.0, velocity_square = 0.0, timing_ms = 0.0, timing_square = 0.0;
  std::int64_t hits = 0;
  /// Offsets are in half steps.
  void add(double velocity_error, double offset_error, double step_ms);
  void operator+=(const FeelSums& more);
  [[nodiscard]] FeelErrors mean() const;
};

[[nodiscard]] ReconstructionReport reconstruction(const MusicVae& model, const Windows& windows, const Options& options);
/// Samples Options::samples grooves from the prior, with their latent points moved by `amounts`.
[[nodiscard]] std::vector<DrumSequence> sample(const MusicVae& model, const Options& options, const std::string& what,
                                               const Amounts& amounts = {});
/// `sampled` and `plain` are the results of sample() without amounts.
[[nodiscard]] SampleReport samples(const MusicVae& model, const Windows& windows, const Options& options,
                                   const std::vector<DrumSequence>& sampled);
[[nodiscard]] std::vector<AttributeReport> attributes(const MusicVae& model, const Windows& windows, const Options& options,
                                                      const std::vector<DrumSequence>& plain);
[[nodiscard]] InterpolationReport interpolation(const MusicVae& model, const Windows& windows, const Options& options);
[[nodiscard]] TaskReport task(const MusicVae& model, const Windows& windows, const Options& options);

}  // namespace musicvae::evaluation
