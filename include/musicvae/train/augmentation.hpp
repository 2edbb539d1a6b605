// Augmentation: windows that are played a little differently each time they are learned. Needs no torch header.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "musicvae/model/config.hpp"
#include "musicvae/sequence/drum_map.hpp"

namespace musicvae::train {

/// How differently; 0 changes nothing. Each time that a window is learned it gets four random numbers of its own, u_1 to u_4 in
/// [0, 1), a function of (seed, step, place in the batch of all processes). With them, in every cell with a hit,
///
///     velocity <- min(velocity * (1 + velocity_scale * (2 u_1 - 1)), 1)
///     offset   <- clip(offset * (1 + timing_scale * (2 u_2 - 1)) - late, -1, 1)
///     late      = 2 * swing * u_3 on every second step (the off-beat 16ths), 0 on the others
///
/// where offsets are the tensor's: in half steps, early is positive. Hits stay, and so does every cell without one, unless u_4 < drum_swap:
/// then, before that, two drums that do much the same play each other's part all through the window. Which two, u_4 / drum_swap says:
/// closed hi-hat and ride, low and mid tom, mid and high tom, or open hi-hat and crash, a quarter each.
struct Augmentation {
  double velocity_scale = 0.0;  ///< 0 to 1: the whole window is played softer or louder; its accents keep their proportions
  double swing = 0.0;           ///< 0 to 0.5, in steps: the off-beats come later by up to this; 1/3 is the swing of triplets
  double timing_scale = 0.0;    ///< 0 to 1: the drummer's own push and drag become smaller or larger; what is on the grid stays there
  double drum_swap = 0.0;       ///< 0 to 1: the share of windows in which two drums swap their parts
  friend bool operator==(const Augmentation&, const Augmentation&) = default;

  /// Does it change anything?
  [[nodiscard]] bool any() const { return *this != Augmentation{}; }
  /// Throws ArgumentError naming the first field that is out of its range.
  void validate() const;
  /// The same, and ConfigError when it changes something and the config's windows have no velocities and offsets (another head than
  /// groove) or, for swing, no off-beats (an odd number of steps in a quarter), or, for drum_swap, not the nine drums.
  void validate(const ModelConfig& config) const;
};

/// What happens to one window, once: what Augmentation's formulae say of its random numbers.
struct WindowChange {
  float velocity_factor = 1.0F;
  float offset_factor = 1.0F;
  float late = 0.0F;                               ///< on every second step, in half steps
  std::optional<std::pair<Drum, Drum>> swapped{};  ///< the drums that play each other's part

  /// That of the window at `position` of a run's order: step * windows an update + place in the update's batch.
  [[nodiscard]] static WindowChange draw(const Augmentation& augmentation, std::uint64_t seed, std::uint64_t position);
  /// Changes the window's step `step`, [hits | velocities | offsets].
  void apply(std::span<float> row, int step) const;
};

}  // namespace musicvae::train
