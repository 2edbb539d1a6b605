#include "musicvae/latent/attribute_effects.hpp"

#include "musicvae/error.hpp"
#include "musicvae/latent/attributes.hpp"
#include "musicvae/model/any_music.hpp"

namespace musicvae {
namespace {

// The features of a kind of music along which a model can be shifted.
template <class Value>
std::vector<Feature<Value>> features_in(const Attributes& attributes) {
  std::vector<Feature<Value>> features;
  for (const Feature<Value>& feature : kFeatures<Value>) {
    if (attributes.contains(feature.name)) features.push_back(feature);
  }
  if (features.empty()) {
    throw ArgumentError("attribute effects: the model has no attributes of its " + std::string(Value::kPlural) +
                        "; compute them from a dataset first");
  }
  return features;
}

// The mean value of each feature.
template <class Value>
std::vector<double> means_of(const std::vector<Feature<Value>>& features, const std::vector<Value>& samples) {
  std::vector<double> means;
  for (const Feature<Value>& feature : features) {
    double sum = 0.0;
    for (const Value& sample : samples) sum += feature.value(sample);
    means.push_back(sum / static_cast<double>(samples.size()));
  }
  return means;
}

template <class Value>
AttributeEffects effects_on(Sampler& sampler, const Attributes& attributes, const AttributeEffectOptions& options) {
  const std::vector<Feature<Value>> features = features_in<Value>(attributes);
  AttributeEffects effects;
  effects.samples = options.samples;
  effects.amount = options.amount;
  const DecodeOptions decode = options.decode.with_default_temperature(1.0F);
  const std::vector<float> points = sampler.prior(decode.seed, options.samples, decode.first);
  const auto measured = [&](const Amounts& amounts) {
    std::vector<float> z = points;
    apply_attributes(z, attributes, amounts);
    return means_of(features, sampler.decode<Value>(z, decode));
  };
  effects.plain = measured({});
  for (const Feature<Value>& feature : features) {
    effects.names.emplace_back(feature.name);
    effects.range.push_back(attributes.at(feature.name).high - attributes.at(feature.name).low);
    for (auto [amount, row] : {std::pair(-options.amount, &effects.down), std::pair(options.amount, &effects.up)}) {
      const std::vector<double> values = measured({{feature.name, amount}});
      row->insert(row->end(), values.begin(), values.end());
    }
  }
  return effects;
}

}  // namespace

AttributeEffects attribute_effects(Sampler& sampler, const Attributes& attributes, const AttributeEffectOptions& options) {
  if (options.samples < 1) throw ArgumentError("attribute effects: " + std::to_string(options.samples) + " samples; ask for 1 or more");
  if (!(options.amount > 0.0F && options.amount <= kMostAmount))
    throw ArgumentError("attribute effects: amount " + std::to_string(options.amount) + " is out of range; use up to 4");
  return with_music(sampler.model().config(), [&]<class Value>() { return effects_on<Value>(sampler, attributes, options); });
}

}  // namespace musicvae
