#include "listener.hpp"

#include <utility>

namespace musicvae::drummer {

bool Listener::enter(std::int64_t bar, int index) noexcept {
  if (inside_ && bar == bar_ && index == index_) return false;
  const bool handed_over = leave();
  inside_ = true;
  bar_ = bar;
  index_ = index;
  if (std::exchange(early_index_, -1) == index) {
    for (int d = 0; d < kDrums; ++d) {
      if (const HeardCell& hit = early_[static_cast<std::size_t>(d)]; hit.velocity > 0.0F) hear(0, d, hit);
    }
  }
  return handed_over;
}

bool Listener::leave() noexcept {
  const bool hands_over = inside_ && heard_;
  if (hands_over) {
    Mailbox<HeardBar>& box = (*out_)[static_cast<std::size_t>(index_)];
    box.back() = now_;
    box.publish();
  }
  inside_ = heard_ = false;
  now_ = {};
  return hands_over;
}

void Listener::forget() noexcept {
  inside_ = heard_ = false;
  now_ = {};
  early_index_ = -1;
}

void Listener::hear(int step, int drum, HeardCell hit) noexcept {
  HeardCell& cell = now_.cells[static_cast<std::size_t>(step) * kDrums + static_cast<std::size_t>(drum)];
  if (hit.velocity > cell.velocity) cell = hit;
  heard_ = true;
}

void Listener::hear_early(int index, int drum, HeardCell hit) noexcept {
  if (std::exchange(early_index_, index) != index) early_ = {};
  HeardCell& cell = early_[static_cast<std::size_t>(drum)];
  if (hit.velocity > cell.velocity) cell = hit;
}

}  // namespace musicvae::drummer
