#include "musicvae/latent/attributes.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>

#include "musicvae/error.hpp"
#include "musicvae/numerics/rounded.hpp"

namespace musicvae {
namespace {

double mean_of_windows(const std::vector<double>& values, std::span<const std::size_t> windows) {
  double sum = 0.0;
  for (const std::size_t w : windows) sum += values[w];
  return sum / static_cast<double>(windows.size());
}

}  // namespace

void AttributeBuilder::add_window(const std::vector<NamedValue>& values, const std::string& style, std::span<const float> mu) {
  if (mu.empty() || (latent_ != 0 && mu.size() != latent_)) {
    throw ArgumentError("attributes: window " + std::to_string(size()) + " has a mu of " + std::to_string(mu.size()) + " numbers; give " +
                        (latent_ == 0 ? "1 or more" : std::to_string(latent_)));
  }
  if (!std::all_of(mu.begin(), mu.end(), [](float x) { return std::isfinite(x); }))
    throw ArgumentError("attributes: window " + std::to_string(size()) + " has a mu that is not finite; check what made it");
  if (latent_ == 0) {
    for (const auto& [name, value] : values) features_.emplace_back(name, std::vector<double>());
  }
  const auto same = [](const auto& feature, const NamedValue& value) { return feature.first == value.first; };
  if (!std::equal(features_.begin(), features_.end(), values.begin(), values.end(), same)) {
    throw ArgumentError("attributes: window " + std::to_string(size()) + " is another kind of music than the first; give one kind");
  }
  if (!style.empty()) styles_[style].push_back(size());
  for (std::size_t f = 0; f < values.size(); ++f) features_[f].second.push_back(values[f].second);
  latent_ = mu.size();
  mu_.insert(mu_.end(), mu.begin(), mu.end());
}

Attributes AttributeBuilder::finish() const {
  if (size() < kLeast) {
    throw ArgumentError("attributes: " + std::to_string(size()) + " windows are too few; give " + std::to_string(kLeast) + " or more");
  }
  Attributes attributes;
  for (const auto& feature : features_) {
    const std::vector<double>& values = feature.second;
    std::vector<std::size_t> order = all();
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
    const std::span<const std::size_t> low = std::span(order).first(size() / 4);
    const std::span<const std::size_t> high = std::span(order).last(size() / 4);
    if (values[low.front()] == values[high.back()]) continue;
    attributes[feature.first] = between(low, mean_of_windows(values, low), high, mean_of_windows(values, high));
  }
  const std::vector<std::size_t> everything = all();
  for (const auto& [style, windows] : styles_) {
    const double share = static_cast<double>(windows.size()) / static_cast<double>(size());
    attributes["style:" + style] = between(everything, share, windows, 1.0);
  }
  return attributes;
}

std::vector<std::size_t> AttributeBuilder::all() const {
  std::vector<std::size_t> windows(size());
  std::iota(windows.begin(), windows.end(), std::size_t{0});
  return windows;
}

std::vector<double> AttributeBuilder::mean_mu(Windows windows) const {
  std::vector<double> sum(latent_);
  for (const std::size_t w : windows) {
    for (std::size_t i = 0; i < latent_; ++i) sum[i] += static_cast<double>(mu_[w * latent_ + i]);
  }
  for (double& value : sum) value /= static_cast<double>(windows.size());
  return sum;
}

Attribute AttributeBuilder::between(Windows low, double low_value, Windows high, double high_value) const {
  const std::vector<double> from = mean_mu(low);
  const std::vector<double> to = mean_mu(high);
  Attribute attribute{{}, low_value, high_value, static_cast<std::int64_t>(low.size()), static_cast<std::int64_t>(high.size())};
  attribute.direction.reserve(latent_);
  for (std::size_t i = 0; i < latent_; ++i) attribute.direction.push_back(static_cast<float>(to[i] - from[i]));
  return attribute;
}

void apply_attributes(std::span<float> z, const Attributes& attributes, const Amounts& amounts) {
  for (const auto& [name, amount] : amounts) {
    const auto found = attributes.find(name);
    if (found == attributes.end()) {
      std::string known;
      for (const auto& [other, attribute] : attributes) known += (known.empty() ? "" : ", ") + other;
      throw ArgumentError("no attribute is called \"" + name + "\"; " +
                          (known.empty() ? "the model has none, so compute some from a dataset first" : "use one of: " + known));
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
  for (const auto& [name, amount] : amounts) {  // in the order of their names, and only after all were checked
    const std::vector<float>& direction = attributes.at(name).direction;
    for (std::size_t i = 0; i < z.size(); ++i) {
      const double step = static_cast<double>(amount) * static_cast<double>(direction[i % direction.size()]);
      z[i] = static_cast<float>(static_cast<double>(z[i]) + rounded(step));
    }
  }
}

}  // namespace musicvae
