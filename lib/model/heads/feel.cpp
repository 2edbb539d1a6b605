#include "musicvae/model/heads/feel.hpp"

#include <algorithm>
#include <cmath>

#include "model/heads/hits_with_feel.hpp"
#include "musicvae/model/config.hpp"
#include "musicvae/numerics/exact.hpp"
#include "musicvae/numerics/layout.hpp"

namespace musicvae {
namespace {

class FeelChooser final : public StepChooser {
 public:
  FeelChooser(const numerics::Kernels& kernels, int depth, const FeelSettings& settings)
      : kernels_(&kernels),
        components_(settings.components),
        hits_(1, depth),
        velocity_(FeelHead::kLowestVelocity, settings.bins),
        offset_(FeelHead::kLowestOffset, settings.bins),
        likelihoods_(static_cast<std::size_t>(settings.bins)) {}

  // The velocity and the offset of a hit are sampled: a bin by its probability, and a position in the bin uniformly. With a feel
  // temperature of 0 they are the means. The logits of the cells are those with which a groove head would predict the same means.
  void choose(const float* logits, int depth, const ChoiceOptions& choice, std::span<const float> random, const KnownCells& known,
              float* chosen, float* cell_logits) noexcept override {
    const int drums = depth / 3;
    const float temperature = choice.temperature;
    float* hits = hits_.row(0);
    std::fill_n(hits, hits_.stride(), 0.0F);
    std::transform(logits, logits + drums, hits, [&](float logit) { return temperature > 0.0F ? logit / temperature : logit; });
    kernels_->sigmoid(hits, hits_.stride());
    for (int d = 0; d < drums; ++d) {
      const bool likely = temperature > 0.0F ? hits[d] > random[static_cast<std::size_t>(d)] : logits[d] > 0.0F;
      chosen[d] = known.has(d) ? known.cells[d] : likely ? 1.0F : 0.0F;
      if (cell_logits != nullptr) cell_logits[d] = logits[d];
      for (const int part : {1, 2}) {
        const int i = part * drums + d;
        const float* mixture = logits + drums + (i - drums) * 3 * components_;
        const Range& range = part == 1 ? velocity_ : offset_;
        const bool sounds = chosen[d] > 0.5F && !known.has(i);
        const bool drawn = sounds && choice.feel_temperature > 0.0F;
        const double mean_place = cell_logits != nullptr || (sounds && !drawn) ? mean_bin(mixture, range) : 0.0;
        if (cell_logits != nullptr) {
          const double mean = std::clamp(range.low + rounded(range.width * mean_place), range.low + 1e-6, 1.0 - 1e-6);
          cell_logits[i] = static_cast<float>((part == 1 ? 1.0 : 0.5) * numerics::exact::log((mean - range.low) / (1.0 - mean)));
        }
        if (known.has(i)) {
          chosen[i] = known.cells[i];
        } else if (!sounds) {
          chosen[i] = 0.0F;
        } else {
          const double place = drawn ? drawn_bin(mixture, range, choice.feel_temperature, random[static_cast<std::size_t>(i)]) : mean_place;
          chosen[i] = static_cast<float>(range.low + rounded(range.width * place));
        }
      }
    }
  }

 private:
  // The values from `low` to 1 in bins of equal width.
  struct Range {
    Range(double lowest, int bins) : low(lowest), width((1.0 - lowest) / bins) {
      for (int b = 1; b < bins; ++b) edges.push_back(low + rounded((1.0 - low) * b / bins));
    }
    double low;
    double width;
    std::vector<double> edges;  // between the bins
  };

  // Writes the weights of the bins of a range at a temperature to likelihoods_, and returns their sum. The probability of a bin is that of
  // a mixture of logistic distributions. The outermost bins include the tails.
  double weigh(const float* mixture, const Range& range, float temperature) noexcept {
    constexpr double negligible = 40.0;  // far smaller numbers than exp(-40) would lead to denormals
    constexpr double negligible_tail = 4.2483542552915889e-18;
    std::fill(likelihoods_.begin(), likelihoods_.end(), 0.0);
    const auto most = static_cast<double>(*std::max_element(mixture, mixture + components_));
    for (int k = 0; k < components_; ++k) {
      const double weight = numerics::exact::exp(std::max(static_cast<double>(mixture[k]) - most, -negligible));
      const double mean = FeelHead::centre(range.low, k, components_) + static_cast<double>(mixture[components_ + k]);
      const double log_scale =
          std::clamp(static_cast<double>(mixture[2 * components_ + k]), -FeelHead::kMostLogScale, FeelHead::kMostLogScale);
      const double sharpness = numerics::exact::exp(-log_scale) / FeelHead::scale(range.low, components_);
      // exp(-|distance of an edge from the mean|) grows by this factor per bin towards the mean, and shrinks by its inverse beyond it.
      const double growth = numerics::exact::exp(std::min(range.width * sharpness, negligible));
      const double shrinkage = 1.0 / growth;
      double small = 0.0;  // 0: not known from the previous edge
      double tail = 0.0;   // mass of the distribution beyond the previous edge, on the side away from the mean
      bool right = false;
      for (std::size_t b = 0; b < likelihoods_.size(); ++b) {
        double next_tail = 0.0;
        bool next_right = true;
        if (b + 1 < likelihoods_.size()) {
          const double away = (range.edges[b] - mean) * sharpness;
          next_right = away > 0.0;
          if (std::abs(away) >= negligible) {
            next_tail = negligible_tail;
            small = 0.0;
          } else {
            small = small == 0.0 || next_right != right ? numerics::exact::exp(-std::abs(away))
                    : next_right                        ? rounded(small * shrinkage)
                                                        : rounded(small * growth);
            next_tail = small / (1.0 + small);
          }
        }
        const double mass = right ? tail - next_tail : next_right ? 1.0 - tail - next_tail : next_tail - tail;
        likelihoods_[b] += rounded(weight * std::max(mass, 0.0));
        tail = next_tail;
        right = next_right;
      }
    }
    if (temperature != 1.0F) {
      const double likeliest = numerics::exact::log(*std::max_element(likelihoods_.begin(), likelihoods_.end()));
      for (double& likelihood : likelihoods_) {
        if (likelihood == 0.0) continue;
        const double exponent = (numerics::exact::log(likelihood) - likeliest) / static_cast<double>(temperature);
        likelihood = exponent > -negligible ? numerics::exact::exp(exponent) : 0.0;
      }
    }
    double sum = 0.0;
    for (const double likelihood : likelihoods_) sum += likelihood;
    return sum;
  }

  // The position of the mean in the row of bins, 0..bins, at temperature 1.
  double mean_bin(const float* mixture, const Range& range) noexcept {
    const double sum = weigh(mixture, range, 1.0F);
    double mean = 0.0;
    for (std::size_t b = 0; b < likelihoods_.size(); ++b) mean += rounded(likelihoods_[b] * (static_cast<double>(b) + 0.5));
    return mean / sum;
  }

  // The position in the row of bins, 0..bins, for a uniform number: the inverse of the cumulative distribution.
  double drawn_bin(const float* mixture, const Range& range, float temperature, float random) noexcept {
    double left = rounded(static_cast<double>(random) * weigh(mixture, range, temperature));
    std::size_t b = 0;
    while (b + 1 < likelihoods_.size() && left >= likelihoods_[b]) left -= likelihoods_[b++];
    return static_cast<double>(b) + (likelihoods_[b] > 0.0 ? std::clamp(left / likelihoods_[b], 0.0, 1.0) : 0.5);
  }

  const numerics::Kernels* kernels_;
  int components_;
  numerics::Rows hits_;
  Range velocity_;
  Range offset_;
  std::vector<double> likelihoods_;
};

}  // namespace

std::unique_ptr<Head> FeelHead::clone() const {
  return std::make_unique<FeelHead>(*this);
}

void FeelHead::fields(ConfigFields& fields) {
  fields("feel_bins", settings_.bins);
  fields("feel_components", settings_.components);
}

void FeelHead::validate(const ModelConfig& config, const ConfigCheck& check) const {
  check(config.output_depth() % 3 == 0, kThreePartsProblem);
  check(bins() >= 2 && bins() <= 256, "feel_bins is wrong; use 2 to 256 for the feel head, 0 for others");
  check(components() >= 1 && components() <= 16, "feel_components is wrong; use 1 to 16 for the feel head, 0 for others");
}

int FeelHead::draws(const ModelConfig& config) const {
  return config.output_depth();
}

Head::ChooserFactory FeelHead::choosers(const ModelConfig& config, const Weights&, const numerics::Kernels& kernels) const {
  return [&kernels, depth = config.output_depth(), settings = settings_](int) {
    return std::make_unique<FeelChooser>(kernels, depth, settings);
  };
}

void FeelHead::likeliest(const ModelConfig&, std::span<const float> cell_logits, std::span<float> step) const {
  likeliest_hits_with_feel(cell_logits, step);
}

StepLoss FeelHead::loss(const ModelConfig&, std::span<const float> cell_logits, std::span<const float> target) const {
  return hits_with_feel_loss(cell_logits, target, /*on_hits_only=*/true);
}

}  // namespace musicvae
