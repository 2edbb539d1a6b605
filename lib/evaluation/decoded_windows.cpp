#include "decoded_windows.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "for_each.hpp"
#include "musicvae/engine/sampler.hpp"
#include "musicvae/numerics/philox.hpp"
#include "musicvae/sequence/melody.hpp"

namespace musicvae::evaluation {
namespace {

constexpr double active_variance = 0.01;  // of the mu of an active latent unit (Burda et al. 2016)

// What the decoder takes beside z to reconstruct some windows.
struct DecoderInputs {
  std::vector<float> targets;   // [n, steps, output_depth]
  std::vector<float> controls;  // [n, steps, control_depth]
};

template <class Value>
DecoderInputs decoder_inputs(const ModelConfig& config, std::span<const Value> windows) {
  const auto steps = static_cast<std::size_t>(config.steps);
  const auto depth = static_cast<std::size_t>(config.output_depth());
  DecoderInputs inputs{.targets = std::vector<float>(windows.size() * steps * depth), .controls = {}};
  for (std::size_t w = 0; w < windows.size(); ++w) {
    const std::vector<float> rows = representation_of<Value>(config).rows(windows[w]);
    const std::size_t width = rows.size() / steps;
    for (std::size_t step = 0; step < steps; ++step) {
      config.representation->write_target(config.head->output(), std::span(rows).subspan(step * width, width),
                                          std::span(inputs.targets).subspan((w * steps + step) * depth, depth));
    }
    const std::vector<float> control = control_rows(config, windows[w]);
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

template <class Value>
PosteriorStatistics decode_each(const MusicVae& model, std::span<const Value> windows, const Options& options,
                                const std::function<void(const DecodedWindow<Value>&)>& take) {
  const ModelConfig& config = model.config();
  const std::size_t n = windows.size();
  const auto latent = static_cast<std::size_t>(config.latent);
  const std::size_t window_size = static_cast<std::size_t>(config.steps) * static_cast<std::size_t>(config.output_depth());
  std::vector<double> kl(n);
  std::vector<float> mus(n * latent);
  for_each_chunk(options, "reconstruction", n, MusicVae::kChunk, [&](std::size_t first, std::size_t many) {
    const std::span<const Value> chunk = windows.subspan(first, many);
    const Latents posteriors = model.encode(chunk, {.precision = options.precision});
    std::copy(posteriors.mu.begin(), posteriors.mu.end(), mus.begin() + static_cast<std::ptrdiff_t>(first * latent));
    for (std::size_t w = 0; w < many; ++w) {
      kl[first + w] =
          kl_to_prior(std::span(posteriors.mu).subspan(w * latent, latent), std::span(posteriors.sigma).subspan(w * latent, latent));
    }
    const DecoderInputs inputs = decoder_inputs(config, chunk);
    Sampler sampler(model);
    const auto decode = [&](const std::vector<float>& z, bool from_mean) {
      const std::vector<float> logits = model.decode_teacher_forced(z, inputs.targets, inputs.controls);
      const std::vector<Value> decoded =
          sampler.decode<Value>(z, {.temperature = 0.0F, .seed = options.seed}, {.controls = inputs.controls});
      for (std::size_t w = 0; w < many; ++w) {
        take({.index = first + w,
              .from_mean = from_mean,
              .logits = std::span(logits).subspan(w * window_size, window_size),
              .target = std::span(inputs.targets).subspan(w * window_size, window_size),
              .free_running = decoded[w]});
      }
    };
    decode(posteriors.mu, true);
    decode(draw_posteriors(posteriors, latent, options.seed, first), false);
  });
  PosteriorStatistics statistics{.active_units = count_active_units(mus, latent)};
  for (const double value : kl) statistics.kl += value / static_cast<double>(n);
  return statistics;
}

}  // namespace

template <MusicValue Value>
PosteriorStatistics decode_windows(const MusicVae& model, std::span<const Value> windows, const Options& options,
                                   const std::function<void(const DecodedWindow<Value>&)>& take) {
  return decode_each(model, windows, options, take);
}

template PosteriorStatistics decode_windows(const MusicVae&, std::span<const DrumSequence>, const Options&,
                                            const std::function<void(const DecodedWindow<DrumSequence>&)>&);
template PosteriorStatistics decode_windows(const MusicVae&, std::span<const Melody>, const Options&,
                                            const std::function<void(const DecodedWindow<Melody>&)>&);

}  // namespace musicvae::evaluation
