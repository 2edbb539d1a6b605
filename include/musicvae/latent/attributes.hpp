// Attribute vectors (Roberts et al. 2018, section 5.4): finds the direction of an attribute such as "denser" or "funk", and moves along it.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "musicvae/engine/sampler.hpp"
#include "musicvae/latent/through_latents.hpp"
#include "musicvae/model/attribute.hpp"
#include "musicvae/sequence/drum_sequence.hpp"
#include "musicvae/sequence/groove_features.hpp"

namespace musicvae {

/// An attribute that is computed from the groove itself.
struct FeatureAttribute {
  const char* name;
  double (*value)(const DrumSequence&);
};

/// The attributes that every set of grooves has, unless all its grooves have the same value. \hideinitializer
inline constexpr std::array kFeatureAttributes = {
    FeatureAttribute{"density", [](const DrumSequence& groove) { return groove.density(); }},
    FeatureAttribute{"syncopation", [](const DrumSequence& groove) { return syncopation(groove); }},
    FeatureAttribute{"velocity", [](const DrumSequence& groove) { return mean_velocity(groove); }},
    FeatureAttribute{"swing", [](const DrumSequence& groove) { return swing(groove); }},
    FeatureAttribute{"fill", [](const DrumSequence& groove) { return fill(groove); }},
};

/// The largest amount that apply_attributes accepts, in either direction.
inline constexpr float kMostAmount = 4.0F;

/// Finds attributes from windows and their points in the latent space. Keeps one mu per window in memory. Belongs to one thread at a time.
/// The same windows in the same order give the same bits.
class AttributeBuilder {
 public:
  static constexpr std::size_t kLeast = 8;  ///< fewest windows that finish() accepts: two per quarter

  /// Adds a window: its groove, its style (empty: none) and its mu [latent]. Throws ArgumentError for an empty mu, a mu of another size
  /// than the first one, or a mu with a number that is not finite.
  void add(const DrumSequence& groove, const std::string& style, std::span<const float> mu);

  /// The number of windows added.
  [[nodiscard]] std::size_t size() const { return values_[0].size(); }

  /// Computes these attributes:
  /// - density, syncopation, velocity, swing, fill: the mean mu of the quarter of the windows with the highest values, minus the mean mu of
  ///   the quarter with the lowest values. Of equal values, the window added first counts as lower. An attribute whose two quarters have
  ///   the same mean value has no direction and is left out.
  /// - style:NAME, for each style: the mean mu of its windows, minus the mean mu of all windows. Its value is the share of windows of that
  ///   style.
  ///
  /// Throws ArgumentError for fewer than `kLeast` windows.
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
  std::map<std::string, std::vector<std::size_t>> styles_;             // window indices, ascending
};

/// How far to move along each attribute: 1 is the distance from the mean of the low group to the mean of the high group, and -1 is the same
/// distance the other way.
using Amounts = std::map<std::string, float>;

/// Adds the sum of amount * direction to each point of `z` [n, latent]. Throws ArgumentError for an attribute that is not in `attributes`
/// (the message lists the known ones), an amount outside -4..4, or a `z` that does not belong to the attributes' latent space.
void apply_attributes(std::span<float> z, const Attributes& attributes, const Amounts& amounts);

/// Reconstructs a value, such as a groove, with changed attributes: as reconstruct does, but from mu + the sum of amount * direction.
/// Throws as reconstruct and apply_attributes do.
template <MusicValue Value>
[[nodiscard]] Value shift_attributes(Sampler& sampler, const Value& value, const Attributes& attributes, const Amounts& amounts,
                                     const DecodeOptions& options = {}) {
  return detail::through_latents(sampler, value, options, "shift_attributes",
                                 [&](std::span<float> z) { apply_attributes(z, attributes, amounts); });
}

}  // namespace musicvae
