// Attribute vectors (Roberts et al. 2018, section 5.4): finds the direction of an attribute such as "denser" or "funk", and moves along it.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "musicvae/engine/sampler.hpp"
#include "musicvae/latent/through_latents.hpp"
#include "musicvae/model/attribute.hpp"
#include "musicvae/sequence/groove_features.hpp"
#include "musicvae/sequence/melody_features.hpp"
#include "musicvae/sequence/tracks_features.hpp"
#include "musicvae/sequence/trio_features.hpp"

namespace musicvae {

/// The largest amount that apply_attributes accepts, in either direction.
inline constexpr float kMostAmount = 4.0F;

/// Finds attributes from windows and their points in the latent space. Keeps one mu per window in memory. Belongs to one thread at a time.
/// The same windows in the same order give the same bits.
class AttributeBuilder {
 public:
  static constexpr std::size_t kLeast = 8;  ///< fewest windows that finish() accepts: two per quarter

  /// Adds a window: its music, its style (empty: none) and its mu [latent]. Throws ArgumentError for another kind of music than in the
  /// first window, an empty mu, a mu of another size than the first one, or a mu with a number that is not finite.
  template <MusicValue Value>
  void add(const Value& music, const std::string& style, std::span<const float> mu) {
    std::vector<NamedValue> values;
    for (const Feature<Value>& feature : kFeatures<Value>) values.emplace_back(feature.name, feature.value(music));
    add_window(values, style, mu);
  }

  /// The number of windows added.
  [[nodiscard]] std::size_t size() const { return latent_ == 0 ? 0 : mu_.size() / latent_; }

  /// Computes these attributes:
  /// - each feature of the kind of music (kFeatures), such as density: the mean mu of the quarter of the windows with the highest values,
  ///   minus the mean mu of the quarter with the lowest values. Of equal values, the window added first counts as lower.
  ///   An attribute whose two quarters have the same mean value has no direction and is left out.
  /// - style:NAME, for each style: the mean mu of its windows, minus the mean mu of all windows. Its value is the share of windows of that
  ///   style.
  ///
  /// Throws ArgumentError for fewer than `kLeast` windows.
  [[nodiscard]] Attributes finish() const;

 private:
  using NamedValue = std::pair<std::string, double>;
  using Windows = std::span<const std::size_t>;

  void add_window(const std::vector<NamedValue>& values, const std::string& style, std::span<const float> mu);

  [[nodiscard]] std::vector<std::size_t> all() const;

  // [latent]
  [[nodiscard]] std::vector<double> mean_mu(Windows windows) const;

  [[nodiscard]] Attribute between(Windows low, double low_value, Windows high, double high_value) const;

  std::size_t latent_ = 0;
  std::vector<float> mu_;                                              // [windows, latent]
  std::vector<std::pair<std::string, std::vector<double>>> features_;  // name, and one value per window
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
