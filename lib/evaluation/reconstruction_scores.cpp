#include "reconstruction_scores.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "decoded_windows.hpp"
#include "feel_sums.hpp"
#include "hit_scores.hpp"

namespace musicvae::evaluation {
namespace {

// The contribution of one window to a Reconstruction.
struct WindowScores {
  double hits_nll = 0.0, velocity_error = 0.0, offset_error = 0.0;
  HitScores teacher_forced, free_running;
  FeelSums feel;
};

// The losses of one window, and its hits with teacher forcing and free running.
void score(const ModelConfig& config, const DecodedWindow& window, double step_ms, WindowScores& scores) {
  const auto depth = static_cast<std::size_t>(config.output_depth());
  const OutputFormat format = config.head->output();
  std::vector<float> predicted(depth);
  std::vector<std::uint8_t> predicted_hits(kDrums);
  std::vector<std::uint8_t> decoded_hits(kDrums);
  std::vector<std::uint8_t> real_hits(kDrums);
  for (std::size_t at = 0; at < window.target.size(); at += depth) {
    const std::span<const float> real = window.target.subspan(at, depth);
    const std::span<const float> logits = window.logits.subspan(at, depth);
    const StepLoss loss = config.head->loss(config, logits, real);
    scores.hits_nll += loss.nll;
    scores.velocity_error += loss.velocity_error;
    scores.offset_error += loss.offset_error;
    config.head->likeliest(config, logits, predicted);
    config.representation->write_hits(format, predicted, predicted_hits);
    config.representation->write_hits(format, window.free_running.subspan(at, depth), decoded_hits);
    config.representation->write_hits(format, real, real_hits);
    for (std::size_t d = 0; d < kDrums; ++d) {
      count(scores.teacher_forced, real_hits[d] != 0, predicted_hits[d] != 0);
      count(scores.free_running, real_hits[d] != 0, decoded_hits[d] != 0);
      if (format != OutputFormat::hits_with_feel || real_hits[d] == 0) continue;
      const auto error = [&](std::size_t column) { return static_cast<double>(predicted[column]) - static_cast<double>(real[column]); };
      scores.feel.add(error(kDrums + d), error(2 * kDrums + d), step_ms);
    }
  }
}

// The mean of the losses, and the sum of the counts. `kl` is the mean over the windows.
Reconstruction combine(std::span<const WindowScores> windows, double kl) {
  Reconstruction result;
  FeelSums feel;
  const auto n = static_cast<double>(windows.size());
  for (const WindowScores& scores : windows) {
    result.hits_nll += scores.hits_nll / n;
    result.velocity_error += scores.velocity_error / n;
    result.offset_error += scores.offset_error / n;
    result.teacher_forced += scores.teacher_forced;
    result.free_running += scores.free_running;
    feel += scores.feel;
  }
  result.elbo = -(result.hits_nll + result.velocity_error + result.offset_error + kl);
  result.feel = feel.mean();
  return result;
}

}  // namespace

ReconstructionReport reconstruction_scores(const MusicVae& model, const Windows<DrumSequence>& windows, const Options& options) {
  const std::size_t n = windows.real.size();
  const RepresentationOf<DrumSequence>& representation = representation_of<DrumSequence>(model.config());
  std::vector<WindowScores> from_mean(n);
  std::vector<WindowScores> from_posterior(n);
  const auto rows = [&](std::size_t index) { return representation.rows(windows.real[index]); };
  const PosteriorStatistics posteriors = decode_windows(model, n, rows, options, [&](const DecodedWindow& window) {
    score(model.config(), window, windows.step_ms[window.index], (window.from_mean ? from_mean : from_posterior)[window.index]);
  });
  return {.windows = n,
          .kl = posteriors.kl,
          .active_units = posteriors.active_units,
          .from_mean = combine(from_mean, posteriors.kl),
          .from_posterior = combine(from_posterior, posteriors.kl)};
}

}  // namespace musicvae::evaluation
