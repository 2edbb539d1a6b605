#include "decoded_windows.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "for_each.hpp"
#include "musicvae/engine/sampler.hpp"
#include "musicvae/numerics/philox.hpp"

namespace musicvae::evaluation {
namespace {

constexpr double active_variance = 0.01;  // of the mu of an active latent unit (Burda et al. 2016)

// What encoder and decoder take beside z for some windows.
struct ModelInputs {
  std::vector<float> windows;   // [n, steps, input_depth + control_depth]
  std::vector<float> targets;   // [n, steps, output_depth]
  std::vector<float> controls;  // [n, steps, control_depth]
};

ModelInputs model_inputs(const ModelConfig& config, std::size_t first, std::size_t many, const RowsOfWindow& rows_of) {
  const auto steps = static_cast<std::size_t>(config.steps);
  const auto depth = static_cast<std::size_t>(config.output_depth());
  const std::size_t window = steps * static_cast<std::size_t>(config.input_depth() + config.control_depth());
  ModelInputs inputs{.windows = std::vector<float>(many * window), .targets = std::vector<float>(many * steps * depth), .controls = {}};
  for (std::size_t w = 0; w < many; ++w) {
    const std::vector<float> rows = rows_of(first + w);
    const std::size_t width = rows.size() / steps;
    write_encoder_rows(config, rows, width, {}, std::span(inputs.windows).subspan(w * window, window));
    for (std::size_t step = 0; step < steps; ++step) {
      config.representation->write_target(config.head->output(), std::span(rows).subspan(step * width, width),
                                          std::span(inputs.targets).subspan((w * steps + step) * depth, depth));
    }
    const std::vector<float> control = control_rows(config, rows, width);
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

}  // namespace

PosteriorStatistics decode_windows(const MusicVae& model, std::size_t n, const RowsOfWindow& rows, const Options& options,
                                   const std::function<void(const DecodedWindow&)>& take) {
  const ModelConfig& config = model.config();
  const auto latent = static_cast<std::size_t>(config.latent);
  const std::size_t window_size = static_cast<std::size_t>(config.steps) * static_cast<std::size_t>(config.output_depth());
  std::vector<double> kl(n);
  std::vector<float> mus(n * latent);
  for_each_chunk(options, "reconstruction", n, MusicVae::kChunk, [&](std::size_t first, std::size_t many) {
    const ModelInputs inputs = model_inputs(config, first, many, rows);
    const Latents posteriors = model.encode(inputs.windows, {}, options.precision);
    std::copy(posteriors.mu.begin(), posteriors.mu.end(), mus.begin() + static_cast<std::ptrdiff_t>(first * latent));
    for (std::size_t w = 0; w < many; ++w) {
      kl[first + w] =
          kl_to_prior(std::span(posteriors.mu).subspan(w * latent, latent), std::span(posteriors.sigma).subspan(w * latent, latent));
    }
    Sampler sampler(model);
    const auto decode = [&](const std::vector<float>& z, bool from_mean) {
      const std::vector<float> logits = model.decode_teacher_forced(z, inputs.targets, inputs.controls);
      const std::vector<float> decoded =
          sampler.decode_rows(z, {.temperature = 0.0F, .seed = options.seed, .threads = 1}, {.controls = inputs.controls}).tensors;
      for (std::size_t w = 0; w < many; ++w) {
        const auto window = [&](const std::vector<float>& all) { return std::span(all).subspan(w * window_size, window_size); };
        take({.index = first + w,
              .from_mean = from_mean,
              .logits = window(logits),
              .target = window(inputs.targets),
              .free_running = window(decoded)});
      }
    };
    decode(posteriors.mu, true);
    decode(draw_posteriors(posteriors, latent, options.seed, first), false);
  });
  PosteriorStatistics statistics{.active_units = count_active_units(mus, latent)};
  for (const double value : kl) statistics.kl += value / static_cast<double>(n);
  return statistics;
}

}  // namespace musicvae::evaluation
