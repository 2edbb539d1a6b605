#include "step_scores.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "musicvae/model/tensor_specs.hpp"

namespace musicvae::evaluation {
namespace {

// How many categories or rows there are, and how many of them are right.
struct Right {
  std::int64_t all = 0;
  std::int64_t teacher_forced = 0;
  std::int64_t free_running = 0;

  void count(bool right_teacher_forced, bool right_free_running) {
    ++all;
    teacher_forced += static_cast<int>(right_teacher_forced);
    free_running += static_cast<int>(right_free_running);
  }
  Right& operator+=(const Right& other) {
    all += other.all;
    teacher_forced += other.teacher_forced;
    free_running += other.free_running;
    return *this;
  }
  [[nodiscard]] double share(std::int64_t right) const { return all == 0 ? 0.0 : static_cast<double>(right) / static_cast<double>(all); }
};

// The contribution of one window to a StepReconstruction.
struct CategoryScores {
  double nll = 0.0;
  Right rows;
  std::vector<Right> parts;
};

// One row of a window: the true one and the two predictions, [output_depth].
struct PredictedRow {
  std::span<const float> target;
  std::span<const float> teacher_forced;
  std::span<const float> free_running;
};

// Whether all categories of a row are right, counting each in its part.
void count_row(const std::vector<int>& groups, const MusicParts& parts, const PredictedRow& row, CategoryScores& scores) {
  bool teacher_forced = true;
  bool free_running = true;
  std::size_t first = 0;
  for (std::size_t group = 0; group < groups.size(); ++group) {
    const auto width = static_cast<std::size_t>(groups[group]);
    const std::span<const float> target = row.target.subspan(first, width);
    const auto same = [&](std::span<const float> predicted) {
      return std::equal(target.begin(), target.end(), predicted.begin() + static_cast<std::ptrdiff_t>(first));
    };
    const bool right_teacher_forced = same(row.teacher_forced);
    const bool right_free_running = same(row.free_running);
    if (!parts.names.empty()) {
      const auto category = static_cast<std::size_t>(std::max_element(target.begin(), target.end()) - target.begin());
      scores.parts[parts.of(group, category)].count(right_teacher_forced, right_free_running);
    }
    teacher_forced = teacher_forced && right_teacher_forced;
    free_running = free_running && right_free_running;
    first += width;
  }
  scores.rows.count(teacher_forced, free_running);
}

CategoryScores scores_of(const ModelConfig& config, const MusicParts& parts, const DecodedWindow& window) {
  const auto depth = static_cast<std::size_t>(config.output_depth());
  const std::vector<int> groups = one_hot_groups(config);
  CategoryScores scores;
  scores.parts.resize(parts.names.size());
  std::vector<float> predicted(depth);
  for (std::size_t at = 0; at < window.target.size(); at += depth) {
    const std::span<const float> target = window.target.subspan(at, depth);
    const std::span<const float> logits = window.logits.subspan(at, depth);
    if (std::all_of(target.begin(), target.end(), [](float x) { return x == 0.0F; })) continue;
    scores.nll += config.head->loss(config, logits, target).nll;
    config.head->likeliest(config, logits, predicted);
    count_row(groups, parts, {.target = target, .teacher_forced = predicted, .free_running = window.free_running.subspan(at, depth)},
              scores);
  }
  return scores;
}

StepReconstruction combine(std::span<const CategoryScores> windows, const MusicParts& parts, double kl) {
  StepReconstruction result;
  Right rows;
  std::vector<Right> of_parts(parts.names.size());
  for (const CategoryScores& scores : windows) {
    result.nll += scores.nll / static_cast<double>(windows.size());
    rows += scores.rows;
    for (std::size_t part = 0; part < of_parts.size(); ++part) of_parts[part] += scores.parts[part];
  }
  result.elbo = -(result.nll + kl);
  result.teacher_forced = rows.share(rows.teacher_forced);
  result.free_running = rows.share(rows.free_running);
  for (std::size_t part = 0; part < of_parts.size(); ++part) {
    const Right& right = of_parts[part];
    if (right.all == 0) continue;
    result.parts.push_back({parts.names[part], right.share(right.teacher_forced), right.share(right.free_running)});
  }
  return result;
}

}  // namespace

void score_steps(const MusicVae& model, std::size_t n, const RowsOfWindow& rows, const MusicParts& parts, const Options& options,
                 MusicReport& report) {
  std::vector<CategoryScores> from_mean(n);
  std::vector<CategoryScores> from_posterior(n);
  const PosteriorStatistics posteriors = decode_windows(model, n, rows, options, [&](const DecodedWindow& window) {
    (window.from_mean ? from_mean : from_posterior)[window.index] = scores_of(model.config(), parts, window);
  });
  report.windows = n;
  report.kl = posteriors.kl;
  report.active_units = posteriors.active_units;
  report.from_mean = combine(from_mean, parts, posteriors.kl);
  report.from_posterior = combine(from_posterior, parts, posteriors.kl);
}

}  // namespace musicvae::evaluation
