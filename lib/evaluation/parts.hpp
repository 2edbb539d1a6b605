// What the parts of an evaluation share.
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

/// A window's cells, a bit each; [step][drum] unless said otherwise.
using Bits = std::vector<std::uint64_t>;

[[nodiscard]] Bits no_bits(std::size_t count);
void set_bit(Bits& bits, std::size_t index);
[[nodiscard]] Bits hit_bits(const DrumSequence& window);
/// How many bits differ. Both have the same size.
[[nodiscard]] int distance(const Bits& a, const Bits& b);

/// The indices of the `k` of `all` (or as many as there are) that differ least from `bits`, nearest first, of equals the first.
[[nodiscard]] std::vector<std::size_t> nearest_bits(const Bits& bits, const std::vector<Bits>& all, std::size_t k);

/// The windows that are judged by, and those of training.
struct Windows {
  std::vector<DrumSequence> real;
  std::vector<double> step_ms;  ///< of each real window, at its file's tempo
  std::vector<DrumSequence> train;
  std::vector<Bits> train_bits;
  std::vector<std::string> train_styles;
};

/// Mean and standard deviation of numbers that come one by one (Welford 1962).
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
  /// NaN of no numbers.
  [[nodiscard]] double mean() const { return n_ == 0 ? std::numeric_limits<double>::quiet_NaN() : mean_; }
  /// Of all numbers there are, not an estimate from a part of them; NaN of fewer than two.
  [[nodiscard]] double spread() const { return n_ < 2 ? std::numeric_limits<double>::quiet_NaN() : std::sqrt(squares_ / n_); }

 private:
  int n_ = 0;
  double mean_ = 0.0;
  double squares_ = 0.0;
};

/// Splits items among threads and reports as `what`: work(index) for each, in any order.
void for_each(const Options& options, const std::string& what, std::size_t items, const std::function<void(std::size_t)>& work);

/// The same for chunks of items: work(first, count).
void for_each_chunk(const Options& options, const std::string& what, std::size_t items, std::size_t chunk,
                    const std::function<void(std::size_t first, std::size_t count)>& work);

/// Counts one cell.
void count(HitScores& scores, bool real, bool said);
void operator+=(HitScores& scores, const HitScores& more);

/// Errors of velocity and timing, summed until mean() is asked for.
struct FeelSums {
  double velocity = 0.0, velocity_square = 0.0, timing_ms = 0.0, timing_square = 0.0;
  std::int64_t hits = 0;
  /// Offsets in half steps.
  void add(double velocity_error, double offset_error, double step_ms);
  void operator+=(const FeelSums& more);
  [[nodiscard]] FeelErrors mean() const;
};

[[nodiscard]] ReconstructionReport reconstruction(const MusicVae& model, const Windows& windows, const Options& options);
/// Options::samples grooves of the prior, their points moved by `amounts`.
[[nodiscard]] std::vector<DrumSequence> sample(const MusicVae& model, const Options& options, const std::string& what,
                                               const Amounts& amounts = {});
/// `sampled` and `plain` are what sample() makes without amounts.
[[nodiscard]] SampleReport samples(const MusicVae& model, const Windows& windows, const Options& options,
                                   const std::vector<DrumSequence>& sampled);
[[nodiscard]] std::vector<AttributeReport> attributes(const MusicVae& model, const Windows& windows, const Options& options,
                                                      const std::vector<DrumSequence>& plain);
[[nodiscard]] InterpolationReport interpolation(const MusicVae& model, const Windows& windows, const Options& options);
[[nodiscard]] TaskReport task(const MusicVae& model, const Windows& windows, const Options& options);

}  // namespace musicvae::evaluation
