// The positions of a prepared dataset's windows in a model's latent space, for nearest neighbours, attributes and the prior.
#pragma once

#include <cstddef>
#include <vector>

#include "musicvae/data/window_music.hpp"
#include "musicvae/data/window_set.hpp"
#include "musicvae/engine/music_vae.hpp"
#include "musicvae/model/attribute.hpp"
#include "musicvae/model/latent_prior.hpp"

namespace musicvae {

/// The mu of every window, [windows, latent]. The bits do not depend on the number of threads. Throws ArgumentError for an empty set, a
/// negative number of threads, and windows that the model's encode() does not accept (longer than the model's, or on another grid). Throws
/// ConfigError for another kind of music than the model's.
[[nodiscard]] std::vector<float> latent_table(const MusicVae& model, const data::WindowSet& windows, const EncodeOptions& options = {});

/// What a set of windows reveals about a model's latent space.
struct LatentSpace {
  /// The features of the kind of music (kFeatures), such as density, and style:NAME for the first part of each window's style ("funk" of
  /// "funk/groove1").
  Attributes attributes;
  /// The average of q(z | window) over all windows, as a mixture of up to 256 normal distributions, one per 16 or more windows. The shares
  /// and means are those of groups of windows. The groups come from k-means on mu, in units of the overall spread in each direction. All
  /// components share one covariance: the covariance of mu around the group means plus the mean of sigma squared.
  LatentPrior prior;
};

/// Computes the latent space of a model from a set of windows. Throws ArgumentError as latent_table and AttributeBuilder::finish do.
[[nodiscard]] LatentSpace latent_space_of(const MusicVae& model, const data::WindowSet& windows, const EncodeOptions& options = {});

}  // namespace musicvae
