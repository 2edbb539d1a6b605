// Listener: keeps the hits of the bar that the host plays, and hands each bar over when it ends. For the audio thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mailbox.hpp"
#include "parameters.hpp"
#include "pattern.hpp"

namespace musicvae::drummer {

/// A hit that was heard.
struct HeardCell {
  float velocity = 0.0F;  ///< 0..1; 0: no hit
  float offset = 0.0F;    ///< -1..1 in half steps; negative is early
};

/// One bar of hits, [step][drum].
struct HeardBar {
  std::array<HeardCell, static_cast<std::size_t>(kStepsPerBar) * kDrums> cells{};
};

/// The bars of the loop that is listened to. Each has a mailbox of its own, so that a bar is not lost to the next one.
using HeardBars = std::array<Mailbox<HeardBar>, static_cast<std::size_t>(kInputBars)>;

/// Belongs to the audio thread; allocates nothing, locks nothing and cannot fail. A bar in which there was no hit is not handed over: what
/// was heard in it before stays.
class Listener {
 public:
  /// `out` must outlive the listener.
  explicit Listener(HeardBars& out) noexcept : out_(&out) {}

  /// The host is in its bar `bar`, which is bar `index` of the loop. Returns whether the bar before was handed over.
  bool enter(std::int64_t bar, int index) noexcept;

  /// The host stopped or jumped: the bar ends here. Returns whether it was handed over.
  bool leave() noexcept;

  /// Forgets the bar.
  void forget() noexcept;

  /// A hit in the bar that was entered. Of two in one cell the louder one stays, or the first of two equally loud ones.
  void hear(int step, int drum, HeardCell hit) noexcept;

  /// A hit that is early for the first step of bar `index`, which comes next.
  void hear_early(int index, int drum, HeardCell hit) noexcept;

 private:
  HeardBars* out_;
  bool inside_ = false;
  std::int64_t bar_ = 0;
  int index_ = 0;
  bool heard_ = false;  // a hit in this bar
  HeardBar now_{};
  int early_index_ = -1;  // -1: no early hits
  std::array<HeardCell, kDrums> early_{};
};

}  // namespace musicvae::drummer
