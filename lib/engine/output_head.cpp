#include "musicvae/engine/output_head.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <functional>

#include "musicvae/engine/exact.hpp"
#include "musicvae/model/tensor_specs.hpp"
#include "musicvae/rounded.hpp"

namespace musicvae::engine {

int cell_depth(const ModelConfig& config) {
  if (config.head != OutputHead::categorical) return config.output_depth;
  return std::bit_width(static_cast<unsigned>(config.output_depth)) - 1;
}

NadeWeights::NadeWeights(const ModelConfig& config, const Weights& weights)
    : classes(config.output_depth), hidden(config.nade_hidden), encoder(classes, hidden), decoder(classes, hidden) {
  const std::vector<float>& from_hits = weights.at(tensor_names::nade_encoder(config)).values;
  const std::vector<float>& to_hits = weights.at(tensor_names::nade_decoder(config)).values;
  for (int i = 0; i < classes; ++i) {
    std::copy_n(from_hits.begin() + static_cast<std::ptrdiff_t>(i) * hidden, hidden, encoder.row(i));
    std::copy_n(to_hits.begin() + static_cast<std::ptrdiff_t>(i) * hidden, hidden, decoder.row(i));
  }
}

OutputChooser::OutputChooser(const Kernels& kernels, OutputHead head, int output_depth, const NadeWeights& nade, int feel_bins,
                             int feel_components)
    : kernels_(&kernels),
      head_(head),
      nade_(&nade),
      feel_bins_(feel_bins),
      feel_components_(feel_components),
      velocities_(1, output_depth),
      offsets_(1, output_depth),
      likelihoods_(static_cast<std::size_t>(head == OutputHead::categorical ? output_depth : feel_bins)),
      hidden_(1, nade.hidden),
      squashed_(1, nade.hidden) {}

void OutputChooser::choose(const float* logits, int depth, const HitChoice& choice, std::span<const float> random, const KnownCells& known,
                           float* chosen, float* cell_logits) noexcept {
  const float temperature = choice.temperature;
  switch (head_) {
    case OutputHead::groove:
      choose_groove(logits, depth, temperature, random, known, chosen);
      break;
    case OutputHead::categorical:
      choose_category(logits, depth, temperature, random.front(), known, chosen);
      break;
    case OutputHead::nade:
      choose_nade(logits, depth, temperature, random, known, chosen, cell_logits);
      return;
    case OutputHead::feel:
      choose_feel(logits, depth, choice, random, known, chosen, cell_logits);
      return;
  }
  if (cell_logits != nullptr) std::copy_n(logits, depth, cell_logits);
}

void OutputChooser::choose_groove(const float* logits, int depth, float temperature, std::span<const float> random, const KnownCells& known,
                                  float* chosen) noexcept {
  const int drums = depth / 3;
  float* velocities = velocities_.row(0);
  float* offsets = offsets_.row(0);
  std::copy_n(logits, velocities_.stride(), velocities);
  std::copy_n(logits, offsets_.stride(), offsets);
  if (temperature > 0.0F) {
    std::transform(logits, logits + drums, velocities, [&](float logit) { return logit / temperature; });
  }
  kernels_->sigmoid(velocities, velocities_.stride());
  kernels_->tanh(offsets, offsets_.stride());
  for (int d = 0; d < drums; ++d) {
    const bool hit = temperature > 0.0F ? velocities[d] > random[static_cast<std::size_t>(d)] : logits[d] > 0.0F;
    chosen[d] = hit ? 1.0F : 0.0F;
  }
  std::copy_n(velocities + drums, drums, chosen + drums);
  std::copy_n(offsets + 2 * drums, drums, chosen + 2 * drums);
  for (int i = 0; i < depth; ++i) {
    if (known.has(i)) chosen[i] = known.cells[i];
  }
}

void OutputChooser::choose_category(const float* logits, int depth, float temperature, float random, const KnownCells& known,
                                    float* chosen) noexcept {
  unsigned known_bits = 0;
  unsigned known_hits = 0;
  if (known.mask != nullptr) {
    for (int d = 0; 1 << d < depth; ++d) {
      if (!known.has(d)) continue;
      known_bits |= 1U << d;
      if (known.cells[d] > 0.5F) known_hits |= 1U << d;
    }
  }
  const auto allowed = [&](int c) { return (static_cast<unsigned>(c) & known_bits) == known_hits; };
  int best = -1;
  for (int c = 0; c < depth; ++c) {
    if (allowed(c) && (best < 0 || logits[c] > logits[best])) best = c;
  }
  if (temperature > 0.0F) {
    double sum = 0.0;  // of probabilities relative to the likeliest allowed combination
    for (int c = 0; c < depth; ++c) {
      const double exponent = (static_cast<double>(logits[c]) - static_cast<double>(logits[best])) / static_cast<double>(temperature);
      likelihoods_[static_cast<std::size_t>(c)] = allowed(c) && exponent > -700.0 ? exact::exp(exponent) : 0.0;
      sum += likelihoods_[static_cast<std::size_t>(c)];
    }
    double left = rounded(static_cast<double>(random) * sum);
    for (int c = 0; c < depth; ++c) {
      left -= likelihoods_[static_cast<std::size_t>(c)];
      if (left < 0.0) {
        best = c;
        break;
      }
    }
  }
  std::fill_n(chosen, depth, 0.0F);
  chosen[best] = 1.0F;
}

void OutputChooser::choose_nade(const float* logits, int depth, float temperature, std::span<const float> random, const KnownCells& known,
                                float* chosen, float* cell_logits) noexcept {
  float* hidden = hidden_.row(0);
  float* squashed = squashed_.row(0);
  std::copy_n(logits, nade_->hidden, hidden);
  for (int i = 0; i < depth; ++i) {
    std::copy_n(hidden, hidden_.stride(), squashed);
    kernels_->sigmoid(squashed, squashed_.stride());
    const float* weights = nade_->decoder.row(i);
    double sum = static_cast<double>(logits[nade_->hidden + i]);  // products of two floats are exact in double
    for (int h = 0; h < nade_->hidden; ++h) sum += static_cast<double>(squashed[h]) * static_cast<double>(weights[h]);
    const auto logit = static_cast<float>(sum);
    if (cell_logits != nullptr) cell_logits[i] = logit;
    bool hit = logit >= 0.0F;
    if (known.has(i)) {
      hit = known.cells[i] > 0.5F;
    } else if (temperature > 0.0F) {
      const double scaled = std::clamp(static_cast<double>(logit) / static_cast<double>(temperature), -700.0, 700.0);
      hit = 1.0 / (1.0 + exact::exp(-scaled)) > static_cast<double>(random[static_cast<std::size_t>(i)]);
    }
    chosen[i] = hit ? 1.0F : 0.0F;
    if (hit) std::transform(hidden, hidden + nade_->hidden, nade_->encoder.row(i), hidden, std::plus<>());
  }
}

void OutputChooser::choose_feel(const float* logits, int depth, const HitChoice& choice, std::span<const float> random,
                                const KnownCells& known, float* chosen, float* cell_logits) noexcept {
  const int drums = depth / 3;
  const float temperature = choice.temperature;
  float* hits = velocities_.row(0);
  std::fill_n(hits, velocities_.stride(), 0.0F);
  std::transform(logits, logits + drums, hits, [&](float logit) { return temperature > 0.0F ? logit / temperature : logit; });
  kernels_->sigmoid(hits, velocities_.stride());
  for (int d = 0; d < drums; ++d) {
    const bool likely = temperature > 0.0F ? hits[d] > random[static_cast<std::size_t>(d)] : logits[d] > 0.0F;
    chosen[d] = known.has(d) ? known.cells[d] : likely ? 1.0F : 0.0F;
    if (cell_logits != nullptr) cell_logits[d] = logits[d];
    for (const int part : {1, 2}) {
      const int i = part * drums + d;
      const float* mixture = logits + drums + (i - drums) * 3 * feel_components_;
      const double low = part == 1 ? 0.0 : -1.0;
      const double width = (1.0 - low) / feel_bins_;
      const bool sounds = chosen[d] > 0.5F && !known.has(i);
      const bool drawn = sounds && choice.feel_temperature > 0.0F;
      const double mean_place = cell_logits != nullptr || (sounds && !drawn) ? mean_bin(mixture, low) : 0.0;
      if (cell_logits != nullptr) {
        const double mean = std::clamp(low + rounded(width * mean_place), low + 1e-6, 1.0 - 1e-6);
        cell_logits[i] = static_cast<float>((part == 1 ? 1.0 : 0.5) * exact::log((mean - low) / (1.0 - mean)));
      }
      if (known.has(i)) {
        chosen[i] = known.cells[i];
      } else if (!sounds) {
        chosen[i] = 0.0F;
      } else {
        const double place = drawn ? drawn_bin(mixture, low, choice.feel_temperature, random[static_cast<std::size_t>(i)]) : mean_place;
        chosen[i] = static_cast<float>(low + rounded(width * place));
      }
    }
  }
}

double OutputChooser::weigh(const float* mixture, double low, float temperature) noexcept {
  constexpr double negligible = 40.0;  // exp(-40) is 4e-18; far smaller numbers would lead to denormals
  std::fill(likelihoods_.begin(), likelihoods_.end(), 0.0);
  const auto most = static_cast<double>(*std::max_element(mixture, mixture + feel_components_));
  for (int k = 0; k < feel_components_; ++k) {
    const double weight = exact::exp(std::max(static_cast<double>(mixture[k]) - most, -negligible));
    const double mean = feel_centre(low, k, feel_components_) + static_cast<double>(mixture[feel_components_ + k]);
    const double log_scale = std::clamp(static_cast<double>(mixture[2 * feel_components_ + k]), -feel_most_log_scale, feel_most_log_scale);
    const double sharpness = exact::exp(-log_scale) / feel_scale(low, feel_components_);
    double tail = 0.0;  // mass of the distribution beyond the previous edge, on the side away from the mean
    bool right = false;
    for (std::size_t b = 0; b < likelihoods_.size(); ++b) {
      double next_tail = 0.0;
      bool next_right = true;
      if (b + 1 < likelihoods_.size()) {
        const double edge = low + rounded((1.0 - low) * static_cast<double>(b + 1) / feel_bins_);
        const double away = (edge - mean) * sharpness;
        const double small = exact::exp(-std::min(std::abs(away), negligible));
        next_tail = small / (1.0 + small);
        next_right = away > 0.0;
      }
      const double mass = right ? tail - next_tail : next_right ? 1.0 - tail - next_tail : next_tail - tail;
      likelihoods_[b] += rounded(weight * std::max(mass, 0.0));
      tail = next_tail;
      right = next_right;
    }
  }
  if (temperature != 1.0F) {
    const double likeliest = exact::log(*std::max_element(likelihoods_.begin(), likelihoods_.end()));
    for (double& likelihood : likelihoods_) {
      if (likelihood == 0.0) continue;
      const double exponent = (exact::log(likelihood) - likeliest) / static_cast<double>(temperature);
      likelihood = exponent > -negligible ? exact::exp(exponent) : 0.0;
    }
  }
  double sum = 0.0;
  for (const double likelihood : likelihoods_) sum += likelihood;
  return sum;
}

double OutputChooser::mean_bin(const float* mixture, double low) noexcept {
  const double sum = weigh(mixture, low, 1.0F);
  double mean = 0.0;
  for (std::size_t b = 0; b < likelihoods_.size(); ++b) mean += rounded(likelihoods_[b] * (static_cast<double>(b) + 0.5));
  return mean / sum;
}

double OutputChooser::drawn_bin(const float* mixture, double low, float temperature, float random) noexcept {
  double left = rounded(static_cast<double>(random) * weigh(mixture, low, temperature));
  std::size_t b = 0;
  while (b + 1 < likelihoods_.size() && left >= likelihoods_[b]) left -= likelihoods_[b++];
  return static_cast<double>(b) + (likelihoods_[b] > 0.0 ? std::clamp(left / likelihoods_[b], 0.0, 1.0) : 0.5);
}

}  // namespace musicvae::engine
