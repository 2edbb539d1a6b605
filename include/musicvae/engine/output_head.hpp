// OutputHead: what a decoder's output layer says becomes the next step: hits with velocities and offsets (means, or drawn), one of all
// combinations, or hits one after the other.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "musicvae/engine/exact.hpp"
#include "musicvae/engine/layout.hpp"
#include "musicvae/engine/philox.hpp"
#include "musicvae/model/config.hpp"
#include "musicvae/model/tensor_specs.hpp"
#include "musicvae/rounded.hpp"

namespace musicvae::engine {

/// How a model on its own chooses its steps. Hits: with temperature 0 the likelier of hit and no hit (of all combinations the likeliest), else by
/// the model's probabilities with its logits divided by the temperature, against uniform numbers of (seed, sample, step).
struct HitChoice {
  float temperature = 0.0F;
  std::uint64_t seed = 0;
  std::uint64_t first_sample = 0;  ///< the index of row 0's sample; row b is sample first_sample + b
  float feel_temperature = 0.0F;   ///< the same of a feel head's velocities and offsets; with 0 they are the means
};

/// A feel head says how far a component's mean is from here: the components begin evenly over [low, 1].
[[nodiscard]] constexpr double feel_centre(double low, int component, int components) {
  return low + (1.0 - low) * (component + 0.5) / components;
}
/// ... and the logarithm of its scale divided by this: the components begin as wide as they are apart, together nearly even over [low, 1].
[[nodiscard]] constexpr double feel_scale(double low, int components) {
  return (1.0 - low) / (2.0 * components);
}
/// That logarithm is at most this, and at least its negative.
inline constexpr double feel_most_log_scale = 5.0;

/// Cells that are known before a step is made, of one step: `mask` says which (above 0.5), `cells` says what. Both [cell_depth].
struct KnownCells {
  const float* cells = nullptr;
  const float* mask = nullptr;  ///< null: none is known
  [[nodiscard]] bool has(int i) const { return mask != nullptr && mask[i] > 0.5F; }
};

/// What a model's cells are: the head's outputs, or the hits that the categorical head's combinations are made of.
[[nodiscard]] inline int cell_depth(const ModelConfig& config) {
  if (config.head != OutputHead::categorical) return config.output_depth;
  return std::bit_width(static_cast<unsigned>(config.output_depth)) - 1;
}

/// The weights of the nade head (Larochelle and Murray 2011). Immutable and shared.
struct NadeWeights {
  int classes = 0;
  int hidden = 0;
  Rows encoder;  ///< [classes, hidden]: what a hit adds to the hidden units
  Rows decoder;  ///< [classes, hidden]: how hidden units make a class's logit

  NadeWeights() = default;
  NadeWeights(const ModelConfig& config, const Weights& weights)
      : classes(config.output_depth), hidden(config.nade_hidden), encoder(classes, hidden), decoder(classes, hidden) {
    const std::vector<float>& from_hits = weights.at(tensor_names::nade_encoder(config)).values;
    const std::vector<float>& to_hits = weights.at(tensor_names::nade_decoder(config)).values;
    for (int i = 0; i < classes; ++i) {
      std::copy_n(from_hits.begin() + static_cast<std::ptrdiff_t>(i) * hidden, hidden, encoder.row(i));
      std::copy_n(to_hits.begin() + static_cast<std::ptrdiff_t>(i) * hidden, hidden, decoder.row(i));
    }
  }
};

/// Chooses steps, a row at a time. Belongs to one thread at a time; constructing allocates, choosing does not.
class OutputChooser {
 public:
  OutputChooser(const Kernels& kernels, OutputHead head, int output_depth, const NadeWeights& nade, int feel_bins = 0,
                int feel_components = 0)
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

  /// From `logits`, a row of the output layer (padded and aligned), to `chosen` [depth], the known cells as they are known.
  /// `random` [depth] has uniform numbers: for groove one a drum, for nade and feel one a cell, for a combination the first. Where `cell_logits` is not
  /// null it gets [depth]: the logits, of nade each cell's given the cells before it, of feel what a groove head would say for the means.
  void choose(const float* logits, int depth, const HitChoice& choice, std::span<const float> random, const KnownCells& known,
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

 private:
  // [hits chosen | sigmoid of velocities | tanh of offsets] (Gillick et al. 2019, section 3.3).
  void choose_groove(const float* logits, int depth, float temperature, std::span<const float> random, const KnownCells& known,
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

  // One of `depth` combinations: combination c has class d's hit where bit d of c is set (Magenta's MultiDrumOneHotEncoding).
  void choose_category(const float* logits, int depth, float temperature, float random, const KnownCells& known, float* chosen) noexcept {
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
      double sum = 0.0;  // of probabilities, the likeliest's as 1
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

  // p(class i | classes before) = sigmoid(c_i + sigmoid(b + sum of w_enc_j of the hits before) w_dec_i); `logits` is [b | c].
  // Magenta's threshold is a probability of 0.5 or more.
  void choose_nade(const float* logits, int depth, float temperature, std::span<const float> random, const KnownCells& known, float* chosen,
                   float* cell_logits) noexcept {
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

  // Logits are [hits | velocities' mixtures | offsets' mixtures]. A hit's velocity and offset are drawn, a bin by its probability and evenly
  // within it, or with a feel temperature of 0 the means; a cell without a hit has neither.
  void choose_feel(const float* logits, int depth, const HitChoice& choice, std::span<const float> random, const KnownCells& known,
                   float* chosen, float* cell_logits) noexcept {
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

  // The bins' weights at a temperature into likelihoods_; returns their sum. The probability of a bin of [low, 1] is that of a mixture of
  // logistic distributions; the outermost bins have their tails, too.
  double weigh(const float* mixture, double low, float temperature) noexcept {
    constexpr double negligible = 40.0;  // exp(-40) is 4e-18; far smaller numbers would breed denormals
    std::fill(likelihoods_.begin(), likelihoods_.end(), 0.0);
    const auto most = static_cast<double>(*std::max_element(mixture, mixture + feel_components_));
    for (int k = 0; k < feel_components_; ++k) {
      const double weight = exact::exp(std::max(static_cast<double>(mixture[k]) - most, -negligible));
      const double mean = feel_centre(low, k, feel_components_) + static_cast<double>(mixture[feel_components_ + k]);
      const double log_scale =
          std::clamp(static_cast<double>(mixture[2 * feel_components_ + k]), -feel_most_log_scale, feel_most_log_scale);
      const double sharpness = exact::exp(-log_scale) / feel_scale(low, feel_components_);
      double tail = 0.0;  // of the distribution beyond the edge before, on the side where the mean is not
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

  // Where in the row of bins the mean lies, 0..bins; at temperature 1.
  double mean_bin(const float* mixture, double low) noexcept {
    const double sum = weigh(mixture, low, 1.0F);
    double mean = 0.0;
    for (std::size_t b = 0; b < likelihoods_.size(); ++b) mean += rounded(likelihoods_[b] * (static_cast<double>(b) + 0.5));
    return mean / sum;
  }

  // Where a uniform number falls, 0..bins: the inverse of the cumulative distribution.
  double drawn_bin(const float* mixture, double low, float temperature, float random) noexcept {
    double left = rounded(static_cast<double>(random) * weigh(mixture, low, temperature));
    std::size_t b = 0;
    while (b + 1 < likelihoods_.size() && left >= likelihoods_[b]) left -= likelihoods_[b++];
    return static_cast<double>(b) + (likelihoods_[b] > 0.0 ? std::clamp(left / likelihoods_[b], 0.0, 1.0) : 0.5);
  }

  const Kernels* kernels_;
  OutputHead head_;
  const NadeWeights* nade_;
  int feel_bins_;
  int feel_components_;
  Rows velocities_;  // squashed copies of the logits
  Rows offsets_;
  std::vector<double> likelihoods_;
  Rows hidden_;
  Rows squashed_;
};

}  // namespace musicvae::engine
