#include "hit_scores.hpp"

#include <cstdint>

namespace musicvae::evaluation {
namespace {

double ratio(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

double HitScores::precision() const {
  return ratio(true_positives, true_positives + false_positives);
}

double HitScores::recall() const {
  return ratio(true_positives, true_positives + false_negatives);
}

double HitScores::f1() const {
  return ratio(2 * true_positives, 2 * true_positives + false_positives + false_negatives);
}

void count(HitScores& scores, bool real, bool predicted) {
  if (real && predicted) ++scores.true_positives;
  if (!real && predicted) ++scores.false_positives;
  if (real && !predicted) ++scores.false_negatives;
}

void operator+=(HitScores& scores, const HitScores& more) {
  scores.true_positives += more.true_positives;
  scores.false_positives += more.false_positives;
  scores.false_negatives += more.false_negatives;
}

}  // namespace musicvae::evaluation
