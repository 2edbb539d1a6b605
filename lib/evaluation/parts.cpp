#include "parts.hpp"

#include <algorithm>
#include <bit>
#include <optional>
#include <utility>

#include "../data/share_out.hpp"
#include "musicvae/sequence/groove_features.hpp"

namespace musicvae::evaluation {

Bits no_bits(std::size_t count) {
  return Bits((count + 63) / 64);
}

void set_bit(Bits& bits, std::size_t index) {
  bits[index / 64] |= std::uint64_t{1} << (index % 64);
}

Bits hit_bits(const DrumSequence& window) {
  Bits bits = no_bits(static_cast<std::size_t>(window.steps()) * kDrums);
  detail::for_each_hit(window, [&](int step, Drum drum, const Cell&) {
    set_bit(bits, static_cast<std::size_t>(step * kDrums) + static_cast<std::size_t>(drum));
  });
  return bits;
}

int distance(const Bits& a, const Bits& b) {
  int differ = 0;
  for (std::size_t i = 0; i < a.size(); ++i) differ += std::popcount(a[i] ^ b[i]);
  return differ;
}

std::vector<std::size_t> nearest_bits(const Bits& bits, const std::vector<Bits>& all, std::size_t k) {
  std::vector<std::pair<int, std::size_t>> found;
  found.reserve(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) found.emplace_back(distance(bits, all[i]), i);
  k = std::min(k, found.size());
  std::partial_sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(k), found.end());
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < k; ++i) result.push_back(found[i].second);
  return result;
}

void for_each_chunk(const Options& options, const std::string& what, std::size_t items, std::size_t chunk,
                    const std::function<void(std::size_t first, std::size_t count)>& work) {
  const auto report = [&](std::size_t done, std::size_t all) {
    if (options.progress) options.progress(what, done, all);
  };
  data::share_out(items, chunk, options.threads, "evaluate", report, [&](auto next) {
    while (const std::optional<std::size_t> first = next()) work(*first, std::min(chunk, items - *first));
  });
}

void for_each(const Options& options, const std::string& what, std::size_t items, const std::function<void(std::size_t)>& work) {
  for_each_chunk(options, what, items, 1, [&](std::size_t index, std::size_t) { work(index); });
}

double HitScores::precision() const {
  return right + wrong == 0 ? 0.0 : static_cast<double>(right) / static_cast<double>(right + wrong);
}

double HitScores::recall() const {
  return right + missed == 0 ? 0.0 : static_cast<double>(right) / static_cast<double>(right + missed);
}

double HitScores::f1() const {
  const std::int64_t all = 2 * right + wrong + missed;
  return all == 0 ? 0.0 : 2.0 * static_cast<double>(right) / static_cast<double>(all);
}

void count(HitScores& scores, bool real, bool said) {
  if (real && said) ++scores.right;
  if (!real && said) ++scores.wrong;
  if (real && !said) ++scores.missed;
}

void operator+=(HitScores& scores, const HitScores& more) {
  scores.right += more.right;
  scores.wrong += more.wrong;
  scores.missed += more.missed;
}

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
  return {velocity / n, velocity_square / n, timing_ms / n, timing_square / n};
}

}  // namespace musicvae::evaluation
