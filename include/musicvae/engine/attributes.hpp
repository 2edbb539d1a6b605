// Attribute vectors (Roberts et al. 2018, section 5.4): how to find the direction of "denser" or "funk", and how to go along it.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "musicvae/engine/sampler.hpp"
#include "musicvae/model/attribute.hpp"
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
  void add(const DrumSequence& groove, const std::string& style, std::span<const float> mu);

  /// How many windows were added.
  [[nodiscard]] std::size_t size() const { return values_[0].size(); }

  /// density, syncopation, velocity, swing, fill: mean mu of the quarter of the windows where the value is highest, minus that of the quarter
  /// where it is lowest; of equal values the window added first is the lower. One whose two quarters have the same mean value says
  /// nothing, and is left out.
  /// style:NAME, for each style: mean mu of its windows minus the mean of all. Its value is the share of windows of that style.
  /// Throws ArgumentError for fewer than `least` windows.
  [[nodiscard]] Attributes finish() const;

 private:
  using Windows = std::span<const std::size_t>;

  [[nodiscard]] std::vector<std::size_t> all() const;

  // [latent]
  [[nodiscard]] std::vector<double> mean_mu(Windows windows) const;

  [[nodiscard]] Attribute between(Windows low, double low_value, Windows high, double high_value) const;

  std::size_t latent_ = 0;
  std::vector<float> mu_;                                              // [windows, latent]
  std::array<std::vector<double>, kFeatureAttributes.size()> values_;  // [feature][window]
  std::map<std::string, std::vector<std::size_t>> styles_;             // ascending
};

/// How far to go along each attribute: 1 is as far as from the low group's mean to the high group's, -1 as far the other way.
using Amounts = std::map<std::string, float>;

/// z += the sum of amount * direction, for each point of `z` [n, latent]. Throws ArgumentError for an attribute that `attributes` lacks
/// (it lists those there are), an amount outside -4..4, and a `z` that is not of the attributes' latent space.
void apply_attributes(std::span<float> z, const Attributes& attributes, const Amounts& amounts);

/// What the model makes of `groove` with its attributes changed: as reconstruct, from mu + the sum of amount * direction. Throws as
/// reconstruct and apply_attributes do.
[[nodiscard]] DrumSequence move_groove(Sampler& sampler, const DrumSequence& groove, const Attributes& attributes, const Amounts& amounts,
                                       const DecodeOptions& options = {.temperature = 0.0F});

}  // namespace musicvae
