// Augmentation: small random changes to the playing of each training window. Needs no torch header.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "musicvae/model/config.hpp"
#include "musicvae/sequence/drum_map.hpp"

namespace musicvae::train {

/// The amount of augmentation; 0 changes nothing. Each time a window is used in training it gets four random numbers, u_1 to u_4 in [0, 1),
/// which are a function of (seed, step, position in the batch of all processes). In every cell with a hit,
///
///     velocity <- min(velocity * (1 + velocity_scale * (2 u_1 - 1)), 1)
///     offset   <- clip(offset * (1 + timing_scale * (2 u_2 - 1)) - late, -1, 1)
///     late      = 2 * swing * u_3 on every second step (the off-beat 16ths), 0 on the others
///
/// with offsets as in the tensor: in half steps, early is positive. Hits do not change, and neither do cells without a hit, unless u_4 <
/// drum_swap. In that case two drums of similar function first swap their parts throughout the window. u_4 / drum_swap selects the pair:
/// closed hi-hat and ride, low and mid tom, mid and high tom, or open hi-hat and crash, a quarter each.
///
/// Melodies, trios and tracks are transposed, with their chords but without their drums, by floor((2 transpose + 1) u_4) - transpose
/// semitones. A note that would leave the range of the representation stays an octave inside it.
struct Augmentation {
  double velocity_scale = 0.0;  ///< 0 to 1: makes the whole window softer or louder; its accents keep their proportions
  double swing = 0.0;           ///< 0 to 0.5, in steps: delays the off-beats by up to this; 1/3 is triplet swing
  double timing_scale = 0.0;    ///< 0 to 1: reduces or exaggerates the drummer's own push and drag; hits on the grid stay there
  double drum_swap = 0.0;       ///< 0 to 1: share of windows in which two drums swap their parts
  double transpose = 0.0;       ///< 0 to 12, in whole semitones: the music moves up or down by up to this (Magenta: 5, with chords 3)
  friend bool operator==(const Augmentation&, const Augmentation&) = default;

  /// Whether it changes anything.
  [[nodiscard]] bool any() const { return *this != Augmentation{}; }
  /// Throws ArgumentError that names the first field out of range.
  void validate() const;
  /// Does the same for a config. Also throws ConfigError for velocity_scale, timing_scale, swing and drum_swap when the config's windows
  /// have no velocities and offsets (the head is neither groove nor feel), for swing when they have no off-beats (an odd number of steps
  /// per quarter), for drum_swap when they do not have the nine drums, and for transpose when their music has no pitches.
  void validate(const ModelConfig& config) const;
};

/// The change to one window, once: the formulae of Augmentation evaluated for its random numbers.
struct WindowChange {
  float velocity_factor = 1.0F;
  float offset_factor = 1.0F;
  float late = 0.0F;                               ///< on every second step, in half steps
  std::optional<std::pair<Drum, Drum>> swapped{};  ///< the drums that play each other's part
  int semitones = 0;                               ///< of music that can be transposed

  /// Draws the change for the window at `position` in the order of a run: step * windows per update + position in the batch of the update.
  [[nodiscard]] static WindowChange draw(const Augmentation& augmentation, std::uint64_t seed, std::uint64_t position);
  /// Changes one row, which is the window's step `step`: transposes it, or changes its [hits | velocities | offsets] if the music cannot be
  /// transposed.
  void apply(const Representation& representation, std::span<float> row, int step) const;
};

}  // namespace musicvae::train
