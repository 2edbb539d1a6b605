// The effect of attributes on samples.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "for_each.hpp"
#include "measures.hpp"
#include "musicvae/engine/music_vae.hpp"
#include "musicvae/evaluation/evaluation.hpp"
#include "musicvae/latent/attributes.hpp"
#include "prior_samples.hpp"
#include "windows.hpp"

namespace musicvae::evaluation {

/// The value of an attribute for samples at amounts of -1, 0 and 1.
using AttributeValues = std::array<double, 3>;

/// The means of the values of an attribute, and how many moved in the right direction.
[[nodiscard]] AttributeReport attribute_report(const std::string& name, const std::vector<AttributeValues>& values);

/// One report per attribute of Options::attributes. `plain` is the result of prior_samples() without amounts.
template <class Value>
[[nodiscard]] std::vector<AttributeReport> attribute_effect(const MusicVae& model, const Windows<Value>& windows,
                                                            const typename Measures<Value>::Known& known, const Options& options,
                                                            const std::vector<Value>& plain) {
  // The function that measures an attribute: a feature, or whether the nearest training window has the style.
  const auto value_of = [&](const std::string& name) -> std::function<double(const Value&)> {
    for (const Feature<Value>& feature : kFeatures<Value>) {
      if (name == feature.name) return feature.value;
    }
    return [&, style = name.substr(name.find(':') + 1)](const Value& value) {
      return windows.train_styles[known.nearest(value).index] == style ? 1.0 : 0.0;
    };
  };
  std::vector<AttributeReport> reports;
  for (const auto& entry : options.attributes) {
    const std::string& name = entry.first;
    const std::vector<Value> low = prior_samples<Value>(model, options, "attribute " + name, {{name, -1.0F}});
    const std::vector<Value> high = prior_samples<Value>(model, options, "attribute " + name, {{name, 1.0F}});
    const auto value = value_of(name);
    std::vector<AttributeValues> values(plain.size());
    for_each(options, "attribute " + name, plain.size(), [&](std::size_t i) {
      values[i] = {value(low[i]), value(plain[i]), value(high[i])};
    });
    reports.push_back(attribute_report(name, values));
  }
  return reports;
}

}  // namespace musicvae::evaluation
