// Where the windows of a prepared dataset lie in a model's latent space: for neighbours, attributes and the prior.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "musicvae/data/window_set.hpp"
#include "musicvae/engine/music_vae.hpp"
#include "musicvae/model/attribute.hpp"
#include "musicvae/model/latent_prior.hpp"
#include "musicvae/model/representation.hpp"
#include "musicvae/sequence/drum_sequence.hpp"

namespace musicvae::data {

/// How to encode a set.
struct LatentTableOptions {
  int threads = 0;  ///< 0: one for each core
  /// Called on the calling thread with the windows done and all windows, ending with both equal. What it throws stops the work.
  std::function<void(std::size_t done, std::size_t windows)> progress{};
};

/// A window of the set as a groove, in 16ths; hits of a set without velocities are kPlainVelocity loud. Throws ArgumentError when
/// there is no such window.
[[nodiscard]] DrumSequence groove_of(const WindowSet& windows, std::size_t index);

/// The mu of every window, [windows, latent]; the bits do not depend on the number of threads. Throws ArgumentError for an empty set, a
/// negative number of threads, and windows that the model's encode(DrumSequence) does not take (longer than its own, another grid).
[[nodiscard]] std::vector<float> latent_table(const MusicVae& model, const WindowSet& windows, const LatentTableOptions& options = {});

/// What a set of grooves says of a model's latent space.
struct LatentSpace {
  /// density, syncopation, velocity, swing, fill, and style:NAME for the first part of each window's style ("funk" of "funk/groove1").
  Attributes attributes;
  /// q(z | groove) of all grooves taken together, as a mixture of up to 256 normal distributions, one for 16 grooves or more: shares and
  /// means of groups of grooves (k-means of their mu, in units of the whole's spread in each direction), and one covariance, that of the
  /// mu around the means of their groups and the mean sigma squared.
  LatentPrior prior;
};

/// The latent space of a model in a set. Throws ArgumentError as latent_table and AttributeBuilder::finish do.
[[nodiscard]] LatentSpace latent_space_of(const MusicVae& model, const WindowSet& windows, const LatentTableOptions& options = {});

}  // namespace musicvae::data
