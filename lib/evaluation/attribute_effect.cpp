#include "attribute_effect.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <string>

#include "for_each.hpp"
#include "hit_bits.hpp"
#include "musicvae/latent/attributes.hpp"
#include "prior_samples.hpp"

namespace musicvae::evaluation {
namespace {

// The function that measures an attribute.
std::function<double(const DrumSequence&)> value_of(const std::string& name, const Windows& windows) {
  for (const Feature<DrumSequence>& feature : kFeatures<DrumSequence>) {
    if (name == feature.name) return feature.value;
  }
  const std::string style = name.substr(name.find(':') + 1);
  return [&windows, style](const DrumSequence& groove) {
    return windows.train_styles[nearest_bits(hit_bits(groove), windows.train_bits, 1).front()] == style ? 1.0 : 0.0;
  };
}

}  // namespace

std::vector<AttributeReport> attribute_effect(const MusicVae& model, const Windows& windows, const Options& options,
                                              const std::vector<DrumSequence>& plain) {
  const std::size_t n = plain.size();
  const auto each = static_cast<double>(options.samples);
  std::vector<AttributeReport> reports;
  for (const auto& [name, attribute] : options.attributes) {
    const std::vector<DrumSequence> low = prior_samples(model, options, "attribute " + name, {{name, -1.0F}});
    const std::vector<DrumSequence> high = prior_samples(model, options, "attribute " + name, {{name, 1.0F}});
    const auto value = value_of(name, windows);
    std::vector<std::array<double, 3>> values(n);
    for_each(options, "attribute " + name, n, [&](std::size_t i) { values[i] = {value(low[i]), value(plain[i]), value(high[i])}; });
    AttributeReport report{.name = name};
    for (const auto& [at_low, at_plain, at_high] : values) {
      report.low += at_low / each;
      report.plain += at_plain / each;
      report.high += at_high / each;
      report.right_way += (static_cast<int>(at_low < at_plain) + static_cast<int>(at_high > at_plain)) / (2.0 * each);
    }
    reports.push_back(report);
  }
  return reports;
}

}  // namespace musicvae::evaluation
