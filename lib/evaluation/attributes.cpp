// What attributes do to samples.
#include "musicvae/engine/attributes.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <utility>

#include "musicvae/engine/sampler.hpp"
#include "parts.hpp"

namespace musicvae::evaluation {
namespace {

// What an attribute is a value of.
std::function<double(const DrumSequence&)> value_of(const std::string& name, const Windows& windows) {
  for (const FeatureAttribute& feature : kFeatureAttributes) {
    if (name == feature.name) return feature.value;
  }
  const std::string style = name.substr(name.find(':') + 1);
  return [&windows, style](const DrumSequence& groove) {
    return windows.train_styles[nearest_bits(hit_bits(groove), windows.train_bits, 1).front()] == style ? 1.0 : 0.0;
  };
}

}  // namespace

std::vector<AttributeReport> attributes(const MusicVae& model, const Windows& windows, const Options& options) {
  const auto n = static_cast<std::size_t>(options.samples);
  const auto each = static_cast<double>(options.samples);
  // The samples' points moved by amounts, as grooves.
  const auto moved = [&](const std::string& what, const Amounts& amounts) {
    std::vector<DrumSequence> grooves(n);
    for_each_chunk(options, what, n, MusicVae::chunk, [&](std::size_t first, std::size_t many) {
      Sampler sampler(model);
      std::vector<float> z = sampler.prior(options.seed, static_cast<int>(many), first);
      apply_attributes(z, options.attributes, amounts);
      std::vector<DrumSequence> made = sampler.decode(z, {options.temperature, options.seed, {}, first});
      std::move(made.begin(), made.end(), grooves.begin() + static_cast<std::ptrdiff_t>(first));
    });
    return grooves;
  };
  std::vector<AttributeReport> reports;
  if (options.attributes.empty()) return reports;
  const std::vector<DrumSequence> plain = moved("attributes", {});
  for (const auto& [name, attribute] : options.attributes) {
    const std::vector<DrumSequence> low = moved("attribute " + name, {{name, -1.0F}});
    const std::vector<DrumSequence> high = moved("attribute " + name, {{name, 1.0F}});
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
