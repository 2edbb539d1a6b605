// Reconstruction of windows by the model.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <mutex>

#include "musicvae/engine/philox.hpp"
#include "musicvae/engine/sampler.hpp"
#include "musicvae/model/representation.hpp"
#include "parts.hpp"

namespace musicvae::evaluation {
namespace {

constexpr double groove_epsilon = 1e-7;  // as in the training loss, lib/train/loss.cpp
constexpr double nade_epsilon = 1e-6;

// The contribution of one window to a Reconstruction.
struct Part {
  double hits_nll = 0.0, velocity_error = 0.0, offset_error = 0.0;
  HitScores teacher_forced, free_running;
  FeelSums feel;
};

double sigmoid(double x) {
  return 1.0 / (1.0 + std::exp(-x));
}

double log_loss(double logit, bool hit, double epsilon) {
  const double p = sigmoid(logit);
  return -std::log((hit ? p : 1.0 - p) + epsilon);
}

// Softmax cross-entropy of one step.
double cross_entropy(std::span<const float> logits, std::span<const float> target) {
  const double most = static_cast<double>(*std::max_element(logits.begin(), logits.end()));
  double sum = 0.0;
  for (const float logit : logits) sum += std::exp(static_cast<double>(logit) - most);
  const auto wanted = static_cast<std::size_t>(std::max_element(target.begin(), target.end()) - target.begin());
  return most + std::log(sum) - static_cast<double>(logits[wanted]);
}

// The losses of one window, and the predictions of its logits alone. All spans are [steps, output_depth].
void judge(const ModelConfig& config, std::span<const float> logits, std::span<const float> target, double step_ms, Part& part) {
  const auto depth = static_cast<std::size_t>(config.output_depth);
  for (std::size_t at = 0; at < target.size(); at += depth) {
    const std::span<const float> said = logits.subspan(at, depth);
    const std::span<const float> real = target.subspan(at, depth);
    switch (config.head) {
      case OutputHead::categorical: {
        part.hits_nll += cross_entropy(said, real);
        const auto said_drums = static_cast<unsigned>(std::max_element(said.begin(), said.end()) - said.begin());
        const auto real_drums = static_cast<unsigned>(std::max_element(real.begin(), real.end()) - real.begin());
        for (int d = 0; d < kDrums; ++d) count(part.teacher_forced, (real_drums >> d & 1U) != 0, (said_drums >> d & 1U) != 0);
        break;
      }
      case OutputHead::nade:
        for (std::size_t i = 0; i < depth; ++i) {
          part.hits_nll += log_loss(static_cast<double>(said[i]), real[i] > 0.5F, nade_epsilon);
          count(part.teacher_forced, real[i] > 0.5F, said[i] >= 0.0F);
        }
        break;
      case OutputHead::groove:
      case OutputHead::feel:  // logits are those of a groove head that predicts the means
        for (std::size_t d = 0; d < kDrums; ++d) {
          const bool hit = real[d] > 0.5F;
          part.hits_nll += log_loss(static_cast<double>(said[d]), hit, groove_epsilon);
          count(part.teacher_forced, hit, said[d] > 0.0F);
          const double velocity = sigmoid(static_cast<double>(said[kDrums + d])) - static_cast<double>(real[kDrums + d]);
          const double offset = std::tanh(static_cast<double>(said[2 * kDrums + d])) - static_cast<double>(real[2 * kDrums + d]);
          if (hit || config.head == OutputHead::groove) {  // a feel head predicts nothing for cells without a hit
            part.velocity_error += velocity * velocity;
            part.offset_error += offset * offset;
          }
          if (hit) part.feel.add(velocity, offset, step_ms);
        }
        break;
    }
  }
}

Reconstruction total(std::span<const Part> parts, double kl) {
  Reconstruction result;
  FeelSums feel;
  const auto n = static_cast<double>(parts.size());
  for (const Part& part : parts) {
    result.hits_nll += part.hits_nll / n;
    result.velocity_error += part.velocity_error / n;
    result.offset_error += part.offset_error / n;
    result.teacher_forced += part.teacher_forced;
    result.free_running += part.free_running;
    feel += part.feel;
  }
  result.elbo = -(result.hits_nll + result.velocity_error + result.offset_error + kl);
  result.feel = feel.mean();
  return result;
}

}  // namespace

ReconstructionReport reconstruction(const MusicVae& model, const Windows& windows, const Options& options) {
  const ModelConfig& config = model.config();
  const std::size_t n = windows.real.size();
  const auto latent = static_cast<std::size_t>(config.latent);
  const auto steps = static_cast<std::size_t>(config.steps);
  const auto depth = static_cast<std::size_t>(config.output_depth);
  std::vector<Part> from_mean(n);
  std::vector<Part> from_posterior(n);
  std::vector<double> kl(n);
  std::vector<float> means(n * latent);
  for_each_chunk(options, "reconstruction", n, MusicVae::chunk, [&](std::size_t first, std::size_t many) {
    const std::span<const DrumSequence> grooves = std::span(windows.real).subspan(first, many);
    const Latents latents = model.encode(grooves);
    std::vector<float> targets(many * steps * depth);
    std::vector<float> controls;
    for (std::size_t w = 0; w < many; ++w) {
      const std::vector<float> rows = window_rows(config, grooves[w]);
      const std::size_t width = rows.size() / steps;
      for (std::size_t step = 0; step < steps; ++step) {
        write_target(config, std::span(rows).subspan(step * width, width), std::span(targets).subspan((w * steps + step) * depth, depth));
      }
      const std::vector<float> control = control_rows(config, grooves[w]);
      controls.insert(controls.end(), control.begin(), control.end());
    }
    std::vector<float> drawn(latents.mu);
    for (std::size_t w = 0; w < many; ++w) {
      std::vector<float> noise(latent);
      engine::RandomStream{options.seed, first + w, engine::Purpose::evaluation}.normals(0, noise);
      for (std::size_t i = 0; i < latent; ++i) {
        const double mu = static_cast<double>(latents.mu[w * latent + i]);
        const double sigma = static_cast<double>(latents.sigma[w * latent + i]);
        kl[first + w] += 0.5 * (sigma * sigma + mu * mu) - std::log(sigma) - 0.5;
        drawn[w * latent + i] = static_cast<float>(mu + sigma * static_cast<double>(noise[i]));
      }
    }
    std::copy(latents.mu.begin(), latents.mu.end(), means.begin() + static_cast<std::ptrdiff_t>(first * latent));
    Sampler sampler(model);
    const auto judge_all = [&](const std::vector<float>& z, std::vector<Part>& parts) {
      const std::vector<float> logits = model.decode_teacher_forced(z, targets, controls);
      const std::vector<DrumSequence> free = sampler.decode(z, {.temperature = 0.0F, .seed = options.seed}, {.controls = controls});
      for (std::size_t w = 0; w < many; ++w) {
        Part& part = parts[first + w];
        judge(config, std::span(logits).subspan(w * steps * depth, steps * depth),
              std::span(targets).subspan(w * steps * depth, steps * depth), windows.step_ms[first + w], part);
        for (int step = 0; step < config.steps; ++step) {
          for (int d = 0; d < kDrums; ++d) {
            const auto drum = static_cast<Drum>(d);
            count(part.free_running, grooves[w].at(step, drum).hit, free[w].at(step, drum).hit);
          }
        }
      }
    };
    judge_all(latents.mu, from_mean);
    judge_all(drawn, from_posterior);
  });

  ReconstructionReport report;
  report.windows = n;
  for (const double value : kl) report.kl += value / static_cast<double>(n);
  for (std::size_t i = 0; i < latent; ++i) {
    double mean = 0.0;
    for (std::size_t w = 0; w < n; ++w) mean += static_cast<double>(means[w * latent + i]) / static_cast<double>(n);
    double variance = 0.0;
    for (std::size_t w = 0; w < n; ++w) {
      variance += std::pow(static_cast<double>(means[w * latent + i]) - mean, 2.0) / static_cast<double>(n);
    }
    report.active_units += static_cast<int>(variance > 0.01);
  }
  report.from_mean = total(from_mean, report.kl);
  report.from_posterior = total(from_posterior, report.kl);
  return report;
}

}  // namespace musicvae::evaluation
