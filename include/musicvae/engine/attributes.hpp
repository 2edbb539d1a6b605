// Attribute vectors (Roberts et al. 2018, section 5.4): how to find the direction of "denser" or "funk", and how to go along it.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "musicvae/engine/reconstruct.hpp"
#include "musicvae/error.hpp"
#include "musicvae/model/attribute.hpp"
#include "musicvae/rounded.hpp"
#include "musicvae/sequence/drum_sequence.hpp"
#include "musicvae/sequence/groove_features.hpp"

namespace musicvae {

/// An attribute that is a number of the groove itself.
struct FeatureAttribute {
  const char* name;
  double (*value)(const DrumSequence&);
};

/// The attributes that every set of grooves gives, unless all its grooves have the same value. \hideinitializer
inline constexpr std::array kFeatureAttributes = {
    FeatureAttribute{"density", [](const DrumSequence& groove) { return groove.density(); }},
    FeatureAttribute{"syncopation", [](const DrumSequence& groove) { return syncopation(groove); }},
    FeatureAttribute{"velocity", [](const DrumSequence& groove) { return mean_velocity(groove); }},
    FeatureAttribute{"swing", [](const DrumSequence& groove) { return swing(groove); }},
    FeatureAttribute{"fill", [](const DrumSequence& groove) { return fill(groove); }},
};

/// How far apply_attributes goes at most, either way.
inline constexpr float kMostAmount = 4.0F;

/// Finds attributes from windows and where they lie. Keeps one mu for each window, in memory; one thread at a time. The same windows in
/// the same order give the same bits.
class AttributeBuilder {
 public:
  static constexpr std::size_t least = 8;  ///< windows that finish() needs: two for each quarter

  /// A window: its groove, its style (empty: none) and its mu [latent]. Throws ArgumentError for a mu of another size than the first's,
  /// or with a number that is not finite.
  void add(const DrumSequence& groove, const std::string& style, std::span<const float> mu) {
    if (mu.empty() || (latent_ != 0 && mu.size() != latent_)) {
      throw ArgumentError("attributes: window " + std::to_string(size()) + " has a mu of " + std::to_string(mu.size()) + " numbers; give " +
                          (latent_ == 0 ? "1 or more" : std::to_string(latent_)));
    }
    if (!std::all_of(mu.begin(), mu.end(), [](float x) { return std::isfinite(x); }))
      throw ArgumentError("attributes: window " + std::to_string(size()) + " has a mu that is not finite; check what made it");
    latent_ = mu.size();
    if (!style.empty()) styles_[style].push_back(size());
    for (std::size_t f = 0; f < kFeatureAttributes.size(); ++f) values_[f].push_back(kFeatureAttributes[f].value(groove));
    mu_.insert(mu_.end(), mu.begin(), mu.end());
  }

  /// How many windows were added.
  [[nodiscard]] std::size_t size() const { return values_[0].size(); }

  /// density, syncopation, velocity, swing, fill: mean mu of the quarter of the windows where the value is highest, minus that of the quarter
  /// where it is lowest; of equal values the window added first is the lower. One whose two quarters have the same mean value says
  /// nothing, and is left out.
  /// style:NAME, for each style: mean mu of its windows minus the mean of all. Its value is the share of windows of that style.
  /// Throws ArgumentError for fewer than `least` windows.
  [[nodiscard]] Attributes finish() const {
    if (size() < least) {
      throw ArgumentError("attributes: " + std::to_string(size()) + " windows are too few; give " + std::to_string(least) + " or more");
    }
    Attributes attributes;
    for (std::size_t f = 0; f < kFeatureAttributes.size(); ++f) {
      const std::vector<double>& values = values_[f];
      std::vector<std::size_t> order = all();
      std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
      const std::span<const std::size_t> low = std::span(order).first(size() / 4);
      const std::span<const std::size_t> high = std::span(order).last(size() / 4);
      if (values[low.front()] == values[high.back()]) continue;
      attributes[kFeatureAttributes[f].name] = between(low, mean(values, low), high, mean(values, high));
    }
    const std::vector<std::size_t> everything = all();
    for (const auto& [style, windows] : styles_) {
      const double share = static_cast<double>(windows.size()) / static_cast<double>(size());
      attributes["style:" + style] = between(everything, share, windows, 1.0);
    }
    return attributes;
  }

 private:
  using Windows = std::span<const std::size_t>;

  [[nodiscard]] std::vector<std::size_t> all() const {
    std::vector<std::size_t> windows(size());
    std::iota(windows.begin(), windows.end(), std::size_t{0});
    return windows;
  }

  static double mean(const std::vector<double>& values, Windows windows) {
    double sum = 0.0;
    for (const std::size_t w : windows) sum += values[w];
    return sum / static_cast<double>(windows.size());
  }

  // [latent]
  [[nodiscard]] std::vector<double> mean_mu(Windows windows) const {
    std::vector<double> sum(latent_);
    for (const std::size_t w : windows) {
      for (std::size_t i = 0; i < latent_; ++i) sum[i] += static_cast<double>(mu_[w * latent_ + i]);
    }
    for (double& value : sum) value /= static_cast<double>(windows.size());
    return sum;
  }

  [[nodiscard]] Attribute between(Windows low, double low_value, Windows high, double high_value) const {
    const std::vector<double> from = mean_mu(low);
    const std::vector<double> to = mean_mu(high);
    Attribute attribute{{}, low_value, high_value, static_cast<std::int64_t>(low.size()), static_cast<std::int64_t>(high.size())};
    attribute.direction.reserve(latent_);
    for (std::size_t i = 0; i < latent_; ++i) attribute.direction.push_back(static_cast<float>(to[i] - from[i]));
    return attribute;
  }

  std::size_t latent_ = 0;
  std::vector<float> mu_;                                              // [windows, latent]
  std::array<std::vector<double>, kFeatureAttributes.size()> values_;  // [feature][window]
  std::map<std::string, std::vector<std::size_t>> styles_;             // ascending
};

/// How far to go along each attribute: 1 is as far as from the low group's mean to the high group's, -1 as far the other way.
using Amounts = std::map<std::string, float>;

/// z += the sum of amount * direction, for each point of `z` [n, latent]. Throws ArgumentError for an attribute that `attributes` lacks
/// (it lists those there are), an amount outside -4..4, and a `z` that is not of the attributes' latent space.
inline void apply_attributes(std::span<float> z, const Attributes& attributes, const Amounts& amounts) {
  for (const auto& [name, amount] : amounts) {
    const auto found = attributes.find(name);
    if (found == attributes.end()) {
      std::string known;
      for (const auto& [other, attribute] : attributes) known += (known.empty() ? "" : ", ") + other;
      throw ArgumentError("no attribute is called \"" + name + "\"; " +
                          (known.empty() ? "the model has none, compute them from a dataset first" : "use one of: " + known));
    }
    if (!(amount >= -kMostAmount && amount <= kMostAmount)) {
      throw ArgumentError("attribute \"" + name + "\": amount " + std::to_string(amount) + " is out of range; use -4 to 4");
    }
    const std::size_t latent = found->second.direction.size();
    if (latent == 0 || z.size() % latent != 0) {
      throw ArgumentError("attribute \"" + name + "\": z has " + std::to_string(z.size()) + " numbers; give a multiple of " +
                          std::to_string(latent) + " (latent)");
    }
  }
  for (const auto& [name, amount] : amounts) {  // in the order of their names, and only once all are known to be right
    const std::vector<float>& direction = attributes.at(name).direction;
    for (std::size_t i = 0; i < z.size(); ++i) {
      const double step = static_cast<double>(amount) * static_cast<double>(direction[i % direction.size()]);
      z[i] = static_cast<float>(static_cast<double>(z[i]) + rounded(step));
    }
  }
}

/// What the model makes of `groove` with its attributes changed: as reconstruct, from mu + the sum of amount * direction. Throws as
/// reconstruct and apply_attributes do.
[[nodiscard]] inline DrumSequence move_groove(Sampler& sampler, const DrumSequence& groove, const Attributes& attributes,
                                              const Amounts& amounts, const DecodeOptions& options = {.temperature = 0.0F}) {
  return detail::through_latents(sampler, groove, options, "move", [&](std::span<float> z) { apply_attributes(z, attributes, amounts); });
}

}  // namespace musicvae
