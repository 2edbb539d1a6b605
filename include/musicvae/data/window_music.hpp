// The music in a set of windows: which kind it is, and windows as values.
#pragma once

#include <cstddef>

#include "musicvae/data/window_set.hpp"
#include "musicvae/model/config.hpp"
#include "musicvae/model/representation.hpp"
#include "musicvae/sequence/drum_sequence.hpp"
#include "musicvae/sequence/melody.hpp"
#include "musicvae/sequence/tracks.hpp"
#include "musicvae/sequence/trio.hpp"

namespace musicvae {

/// A window of a set of grooves, in 16ths. In a set without velocities every hit gets the velocity kPlainVelocity. Throws ArgumentError
/// when `index` is out of range, and when the set has other music.
[[nodiscard]] DrumSequence groove_of(const data::WindowSet& windows, std::size_t index);

namespace data {

/// Throws ConfigError unless the windows are of the kind of music that a config's model is for. A model of tensors takes any.
void check_music(const WindowSetInfo& windows, const ModelConfig& config);

/// A window as a value, in 16ths. One specialisation per kind of music. Throws ArgumentError when `index` is out of range, and when the set
/// has other music.
template <MusicValue Value>
[[nodiscard]] Value value_of(const WindowSet& windows, std::size_t index);

/// A window of grooves or of drums without velocities; a hit then has the velocity kPlainVelocity.
template <>
[[nodiscard]] DrumSequence value_of<DrumSequence>(const WindowSet& windows, std::size_t index);
/// A window of melodies, with its chords if the set has them.
template <>
[[nodiscard]] Melody value_of<Melody>(const WindowSet& windows, std::size_t index);
/// A window of trios.
template <>
[[nodiscard]] Trio value_of<Trio>(const WindowSet& windows, std::size_t index);
/// A window of several instruments, with its chords if the set has them.
template <>
[[nodiscard]] Tracks value_of<Tracks>(const WindowSet& windows, std::size_t index);

}  // namespace data
}  // namespace musicvae
