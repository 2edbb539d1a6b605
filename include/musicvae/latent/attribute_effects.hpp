// The test of the MusicVAE paper for attribute vectors (Roberts et al. 2018, section 5.4): what a shift along each attribute does to each
// feature of the music.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "musicvae/engine/sampler.hpp"
#include "musicvae/model/attribute.hpp"

namespace musicvae {

/// What to sample.
struct AttributeEffectOptions {
  int samples = 256;
  float amount = 1.0F;  ///< how far to shift, up to kMostAmount; 1 is the distance from the lowest quarter of the data to the highest
  /// How the points are decoded; its seed and `first` also select the points. The usual temperature is 1.
  DecodeOptions decode{};
};

/// What shifts do to samples from the prior. The same points are decoded as they are, and shifted down and up by each attribute. n is the
/// number of attributes that are features of the model's kind of music; styles are left out.
struct AttributeEffects {
  std::vector<std::string> names;  ///< [n]: of the attributes that are shifted, and of those that are measured
  std::vector<double> plain;       ///< [n]: the mean value of the samples
  std::vector<double> down;        ///< [n, n]: the same for samples shifted down, a row for each attribute that is shifted
  std::vector<double> up;          ///< [n, n]: the same for samples shifted up
  std::vector<double> range;       ///< [n]: the distance in value from the lowest quarter of the data to the highest
  int samples = 0;
  float amount = 0.0F;

  /// The change of a feature, in units of its range: 1 is from the lowest quarter of the data to the highest. `values` is `down` or `up`;
  /// `shifted` and `measured` are indices of names.
  [[nodiscard]] double change(const std::vector<double>& values, std::size_t shifted, std::size_t measured) const {
    return (values[shifted * names.size() + measured] - plain[measured]) / range[measured];
  }
};

/// Measures the effects on samples of any kind of music. The numbers do not depend on the number of threads. Throws ArgumentError for fewer
/// than 1 sample, an amount that is not above 0 and up to kMostAmount, or attributes of which none is a feature of the model's music;
/// throws ConfigError as with_music() does, and as Sampler::decode does.
[[nodiscard]] AttributeEffects attribute_effects(Sampler& sampler, const Attributes& attributes,
                                                 const AttributeEffectOptions& options = {});

}  // namespace musicvae
