#include "reconstruction_scores.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "feel_sums.hpp"
#include "for_each.hpp"
#include "hit_scores.hpp"
#include "musicvae/engine/sampler.hpp"
#include "musicvae/numerics/philox.hpp"

namespace musicvae::evaluation {
namespace {

constexpr double active_variance = 0.01;  // of the mu of an active latent unit (Burda et al. 2016)

// The contribution of one window to a Reconstruction.
struct WindowScores {
  double hits_nll = 0.0, velocity_error = 0.0, offset_error = 0.0;
  HitScores teacher_forced, free_running;
  FeelSums feel;
};

// The losses of one window, and the predictions with teacher forcing. Both spans are [steps, output_depth].
void score_teacher_forced(const ModelConfig& config, std::span<const float> logits, std::span<const float> target, double step_ms,
                          WindowScores& scores) {
  const auto depth = static_cast<std::size_t>(config.output_depth());
  const OutputFormat format = config.head->output();
  std::vector<float> predicted(depth);
  std::vector<std::uint8_t> predicted_hits(kDrums);
  std::vector<std::uint8_t> real_hits(kDrums);
  for (std::size_t at = 0; at < target.size(); at += depth) {
    const std::span<const float> real = target.subspan(at, depth);
    const StepLoss loss = config.head->loss(config, logits.subspan(at, depth), real);
    scores.hits_nll += loss.nll;
    scores.velocity_error += loss.velocity_error;
    scores.offset_error += loss.offset_error;
    config.head->likeliest(config, logits.subspan(at, depth), predicted);
    config.representation->write_hits(format, predicted, predicted_hits);
    config.representation->write_hits(format, real, real_hits);
    for (std::size_t d = 0; d < kDrums; ++d) {
      count(scores.teacher_forced, real_hits[d] != 0, predicted_hits[d] != 0);
      if (format != OutputFormat::hits_with_feel || real_hits[d] == 0) continue;
      const auto error = [&](std::size_t column) { return static_cast<double>(predicted[column]) - static_cast<double>(real[column]); };
      scores.feel.add(error(kDrums + d), error(2 * kDrums + d), step_ms);
    }
  }
}

void score_free_running(const DrumSequence& real, const DrumSequence& decoded, WindowScores& scores) {
  for (int step = 0; step < real.steps(); ++step) {
    for (int d = 0; d < kDrums; ++d) {
      const auto drum = static_cast<Drum>(d);
      count(scores.free_running, real.at(step, drum).hit, decoded.at(step, drum).hit);
    }
  }
}

// What the decoder takes beside z to reconstruct some windows.
struct DecoderInputs {
  std::vector<float> targets;   // [n, steps, output_depth]
  std::vector<float> controls;  // [n, steps, control_depth]
};

DecoderInputs decoder_inputs(const ModelConfig& config, std::span<const DrumSequence> grooves) {
  const auto steps = static_cast<std::size_t>(config.steps);
  const auto depth = static_cast<std::size_t>(config.output_depth());
  DecoderInputs inputs{.targets = std::vector<float>(grooves.size() * steps * depth), .controls = {}};
  for (std::size_t w = 0; w < grooves.size(); ++w) {
    const std::vector<float> rows = representation_of<DrumSequence>(config).rows(grooves[w]);
    const std::size_t width = rows.size() / steps;
    for (std::size_t step = 0; step < steps; ++step) {
      config.representation->write_target(config.head->output(), std::span(rows).subspan(step * width, width),
                                          std::span(inputs.targets).subspan((w * steps + step) * depth, depth));
    }
    const std::vector<float> control = control_rows(config, grooves[w]);
    inputs.controls.insert(inputs.controls.end(), control.begin(), control.end());
  }
  return inputs;
}

// One draw from the posterior of each window, z ~ N(mu, sigma^2), [n, latent]. `first` is the index of the first window.
std::vector<float> draw_posteriors(const Latents& posteriors, std::size_t latent, std::uint64_t seed, std::size_t first) {
  std::vector<float> z(posteriors.mu.size());
  std::vector<float> noise(latent);
  for (std::size_t w = 0; w < z.size() / latent; ++w) {
    numerics::RandomStream{seed, first + w, numerics::Purpose::evaluation}.normals(0, noise);
    for (std::size_t i = 0; i < latent; ++i) {
      const auto mu = static_cast<double>(posteriors.mu[w * latent + i]);
      const auto sigma = static_cast<double>(posteriors.sigma[w * latent + i]);
      z[w * latent + i] = static_cast<float>(mu + sigma * static_cast<double>(noise[i]));
    }
  }
  return z;
}

// KL(N(mu, sigma^2) || N(0, I)), in nats. Both spans are [latent].
double kl_to_prior(std::span<const float> mus, std::span<const float> sigmas) {
  double kl = 0.0;
  for (std::size_t i = 0; i < mus.size(); ++i) {
    const auto mu = static_cast<double>(mus[i]);
    const auto sigma = static_cast<double>(sigmas[i]);
    kl += 0.5 * (sigma * sigma + mu * mu) - std::log(sigma) - 0.5;
  }
  return kl;
}

// The number of latent units whose mu varies over the windows. `mus` is [n, latent].
int count_active_units(std::span<const float> mus, std::size_t latent) {
  const std::size_t n = mus.size() / latent;
  int active = 0;
  for (std::size_t i = 0; i < latent; ++i) {
    double mean = 0.0;
    for (std::size_t w = 0; w < n; ++w) mean += static_cast<double>(mus[w * latent + i]) / static_cast<double>(n);
    double variance = 0.0;
    for (std::size_t w = 0; w < n; ++w) {
      variance += std::pow(static_cast<double>(mus[w * latent + i]) - mean, 2.0) / static_cast<double>(n);
    }
    active += static_cast<int>(variance > active_variance);
  }
  return active;
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

ReconstructionReport reconstruction_scores(const MusicVae& model, const Windows& windows, const Options& options) {
  const ModelConfig& config = model.config();
  const std::size_t n = windows.real.size();
  const auto latent = static_cast<std::size_t>(config.latent);
  const std::size_t window_size = static_cast<std::size_t>(config.steps) * static_cast<std::size_t>(config.output_depth());
  std::vector<WindowScores> from_mean(n);
  std::vector<WindowScores> from_posterior(n);
  std::vector<double> kl(n);
  std::vector<float> mus(n * latent);
  for_each_chunk(options, "reconstruction", n, MusicVae::kChunk, [&](std::size_t first, std::size_t many) {
    const std::span<const DrumSequence> grooves = std::span(windows.real).subspan(first, many);
    const Latents posteriors = model.encode(grooves, {.precision = options.precision});
    std::copy(posteriors.mu.begin(), posteriors.mu.end(), mus.begin() + static_cast<std::ptrdiff_t>(first * latent));
    for (std::size_t w = 0; w < many; ++w) {
      kl[first + w] =
          kl_to_prior(std::span(posteriors.mu).subspan(w * latent, latent), std::span(posteriors.sigma).subspan(w * latent, latent));
    }
    const DecoderInputs inputs = decoder_inputs(config, grooves);
    Sampler sampler(model);
    const auto score = [&](const std::vector<float>& z, std::vector<WindowScores>& scores) {
      const std::vector<float> logits = model.decode_teacher_forced(z, inputs.targets, inputs.controls);
      const std::vector<DrumSequence> decoded =
          sampler.decode(z, {.temperature = 0.0F, .seed = options.seed}, {.controls = inputs.controls});
      for (std::size_t w = 0; w < many; ++w) {
        score_teacher_forced(config, std::span(logits).subspan(w * window_size, window_size),
                             std::span(inputs.targets).subspan(w * window_size, window_size), windows.step_ms[first + w],
                             scores[first + w]);
        score_free_running(grooves[w], decoded[w], scores[first + w]);
      }
    };
    score(posteriors.mu, from_mean);
    score(draw_posteriors(posteriors, latent, options.seed, first), from_posterior);
  });

  ReconstructionReport report;
  report.windows = n;
  for (const double value : kl) report.kl += value / static_cast<double>(n);
  report.active_units = count_active_units(mus, latent);
  report.from_mean = combine(from_mean, report.kl);
  report.from_posterior = combine(from_posterior, report.kl);
  return report;
}

}  // namespace musicvae::evaluation
