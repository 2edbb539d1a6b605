#include "task_scores.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "feel_sums.hpp"
#include "for_each.hpp"
#include "hit_bits.hpp"
#include "hit_scores.hpp"
#include "musicvae/engine/tasks.hpp"
#include "musicvae/evaluation/window_features.hpp"
#include "musicvae/model/representations/drums.hpp"
#include "musicvae/sequence/groove_features.hpp"

namespace musicvae::evaluation {
namespace {

constexpr std::array<std::size_t, 2> neighbours = {1, 20};

// One method for the task: generates a window from the part of the real window that the task shows.
struct Method {
  std::string name;
  std::function<DrumSequence(std::size_t window)> generate;
};

// The first step that a model of task infill fills in: the start of the window's second half.
int first_to_fill(const DrumSequence& groove) {
  return groove.steps() / 2;
}

// The hits that the task shows, which determine the nearest windows: all hits, the steps with any hit (taps), or the hits of the other
// drums or steps.
Bits shown_bits(Task task, const DrumSequence& groove) {
  if (task == Task::humanize) return hit_bits(groove);
  Bits bits = no_bits(static_cast<std::size_t>(groove.steps()) * kDrums);
  detail::for_each_hit(groove, [&](int step, Drum drum, const Cell&) {
    if (task == Task::tap) set_bit(bits, static_cast<std::size_t>(step * kDrums));
    const bool known = task == Task::infill ? step < first_to_fill(groove) : drum != Drum::closed_hihat;
    if (task != Task::tap && known) set_bit(bits, static_cast<std::size_t>(step * kDrums) + static_cast<std::size_t>(drum));
  });
  return bits;
}

// The drums that the task generates.
std::vector<Drum> generated_drums(Task task) {
  if (task == Task::add_closed_hihat) return {Drum::closed_hihat};
  std::vector<Drum> all;
  for (int d = 0; d < kDrums; ++d) all.push_back(static_cast<Drum>(d));
  return all;
}

// The mean feel of each drum in the training windows.
struct MeanFeel {
  std::array<double, kDrums> velocity{}, offset{};
};

MeanFeel mean_feel(const std::vector<DrumSequence>& train) {
  MeanFeel sum;
  std::array<double, kDrums> hits{};
  for (const DrumSequence& groove : train) {
    detail::for_each_hit(groove, [&](int, Drum drum, const Cell& cell) {
      const auto d = static_cast<std::size_t>(drum);
      sum.velocity[d] += static_cast<double>(cell.velocity);
      sum.offset[d] += static_cast<double>(cell.offset);
      hits[d] += 1.0;
    });
  }
  for (std::size_t d = 0; d < kDrums; ++d) {
    sum.velocity[d] = hits[d] == 0.0 ? static_cast<double>(kPlainVelocity) : sum.velocity[d] / hits[d];
    sum.offset[d] = hits[d] == 0.0 ? 0.0 : sum.offset[d] / hits[d];
  }
  return sum;
}

// The real hits, each with the mean feel of the near windows that have a hit in the same cell.
DrumSequence feel_of_near(const DrumSequence& real, std::span<const std::size_t> near, const std::vector<DrumSequence>& train,
                          const MeanFeel& usual) {
  DrumSequence result(real.steps(), real.grid());
  detail::for_each_hit(real, [&](int step, Drum drum, const Cell&) {
    double velocity = 0.0;
    double offset = 0.0;
    int hits = 0;
    for (const std::size_t index : near) {
      const Cell& cell = train[index].at(step, drum);
      if (!cell.hit) continue;
      velocity += static_cast<double>(cell.velocity);
      offset += static_cast<double>(cell.offset);
      ++hits;
    }
    const auto d = static_cast<std::size_t>(drum);
    result.set(step, drum, static_cast<float>(hits == 0 ? usual.velocity[d] : velocity / hits),
               static_cast<float>(hits == 0 ? usual.offset[d] : offset / hits));
  });
  return result;
}

// The cells that most of the near windows hit. A tie is no hit; with a single neighbour, that neighbour decides.
DrumSequence hits_of_near(const DrumSequence& real, std::span<const std::size_t> near, const std::vector<DrumSequence>& train) {
  DrumSequence result(real.steps(), real.grid());
  for (int step = 0; step < real.steps(); ++step) {
    for (int d = 0; d < kDrums; ++d) {
      const auto drum = static_cast<Drum>(d);
      const auto votes = std::count_if(near.begin(), near.end(), [&](std::size_t index) { return train[index].at(step, drum).hit; });
      if (2 * static_cast<std::size_t>(votes) > near.size()) result.set(step, drum);
    }
  }
  return result;
}

std::vector<double> of_all_hits(const std::vector<DrumSequence>& grooves, float Cell::*which) {
  std::vector<double> values;
  for (const DrumSequence& groove : grooves) {
    detail::for_each_hit(groove, [&](int, Drum, const Cell& cell) { values.push_back(static_cast<double>(cell.*which)); });
  }
  return values;
}

std::vector<double> of_all_windows(const std::vector<DrumSequence>& grooves, const std::string& feature) {
  const std::vector<std::string> names = feature_names();
  const auto at = static_cast<std::size_t>(std::find(names.begin(), names.end(), feature) - names.begin());
  std::vector<double> values;
  for (const DrumSequence& groove : grooves) {
    if (const double value = features_of(groove)[at]; !std::isnan(value)) values.push_back(value);
  }
  return values;
}

std::optional<DistributionSimilarity> compare_if_any(const std::vector<double>& real, const std::vector<double>& made) {
  if (real.empty() || made.empty()) return std::nullopt;
  return compare(real, made);
}

void score_feel(const Windows<DrumSequence>& windows, const std::vector<DrumSequence>& made, TaskScores& scores) {
  FeelSums feel;
  for (std::size_t w = 0; w < made.size(); ++w) {
    detail::for_each_hit(windows.real[w], [&](int step, Drum drum, const Cell& real) {
      const Cell& cell = made[w].at(step, drum);
      feel.add(static_cast<double>(cell.velocity) - static_cast<double>(real.velocity),
               static_cast<double>(cell.offset) - static_cast<double>(real.offset), windows.step_ms[w]);
    });
  }
  scores.feel = feel.mean();
  scores.timing = compare_if_any(of_all_hits(windows.real, &Cell::offset), of_all_hits(made, &Cell::offset));
  scores.velocity = compare_if_any(of_all_hits(windows.real, &Cell::velocity), of_all_hits(made, &Cell::velocity));
  scores.timing_spread = compare_if_any(of_all_windows(windows.real, "offset_spread"), of_all_windows(made, "offset_spread"));
  scores.velocity_spread = compare_if_any(of_all_windows(windows.real, "velocity_spread"), of_all_windows(made, "velocity_spread"));
}

void score_hits(Task task, const Windows<DrumSequence>& windows, const std::vector<DrumSequence>& made, TaskScores& scores) {
  HitScores all;
  for (const Drum drum : generated_drums(task)) {
    HitScores of_drum;
    for (std::size_t w = 0; w < made.size(); ++w) {
      for (int step = task == Task::infill ? first_to_fill(made[w]) : 0; step < made[w].steps(); ++step)
        count(of_drum, windows.real[w].at(step, drum).hit, made[w].at(step, drum).hit);
    }
    all += of_drum;
    scores.drums.emplace_back(drum, of_drum);
  }
  scores.hits = all;
}

DrumSequence performed_by(const MusicVae& model, const DrumSequence& real, const DecodeOptions& decode) {
  Sampler sampler(model);
  switch (model.config().task()) {
    case Task::humanize:
      return humanize(sampler, real, decode);
    case Task::tap:
      return tap_to_drums(sampler, real, decode);
    case Task::infill: {
      CellMask mask(real.steps());
      mask.choose(first_to_fill(real), mask.steps() - first_to_fill(real));
      return infill(sampler, real, mask, decode);
    }
    default:
      return add_closed_hihat(sampler, real, decode);
  }
}

// Every hit on the grid, with the mean velocity of its drum.
DrumSequence quantised(const DrumSequence& real, const MeanFeel& usual) {
  DrumSequence result = real;
  detail::for_each_hit(real, [&](int step, Drum drum, const Cell&) {
    result.set(step, drum, static_cast<float>(usual.velocity[static_cast<std::size_t>(drum)]), 0.0F);
  });
  return result;
}

}  // namespace

TaskReport task_scores(const MusicVae& model, const Windows<DrumSequence>& windows, const Options& options) {
  const Task task = model.config().task();
  const MeanFeel usual = mean_feel(windows.train);
  std::vector<Bits> train_bits;
  for (const DrumSequence& window : windows.train) train_bits.push_back(shown_bits(task, window));

  std::vector<Method> methods;
  methods.push_back({"model", [&](std::size_t w) {
                       return performed_by(model, windows.real[w], {.temperature = 0.0F, .seed = options.seed, .first = w});
                     }});
  if (task == Task::humanize && model.config().head->samples_feel()) {
    methods.push_back({"model, drawn", [&](std::size_t w) {
                         return performed_by(model, windows.real[w],
                                             {.temperature = 0.0F, .seed = options.seed, .first = w, .feel_temperature = 1.0F});
                       }});
  }
  if (task == Task::humanize) methods.push_back({"quantised", [&](std::size_t w) { return quantised(windows.real[w], usual); }});
  for (const std::size_t k : neighbours) {
    methods.push_back({"nearest " + std::to_string(k), [&, k](std::size_t w) {
                         const std::vector<std::size_t> near = nearest_bits(shown_bits(task, windows.real[w]), train_bits, k);
                         if (task == Task::humanize) return feel_of_near(windows.real[w], near, windows.train, usual);
                         return hits_of_near(windows.real[w], near, windows.train);
                       }});
  }

  TaskReport report{.task = task, .windows = windows.real.size()};
  for (const Method& method : methods) {
    std::vector<DrumSequence> made(windows.real.size());
    for_each(options, "task: " + method.name, made.size(), [&](std::size_t w) { made[w] = method.generate(w); });
    TaskScores scores{.method = method.name};
    if (task == Task::humanize) {
      score_feel(windows, made, scores);
    } else {
      score_hits(task, windows, made, scores);
    }
    report.methods.push_back(std::move(scores));
  }
  return report;
}

}  // namespace musicvae::evaluation
