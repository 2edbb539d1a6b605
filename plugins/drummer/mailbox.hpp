// Mailbox: hands the newest value of one thread to another, without a lock.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace musicvae::drummer {

/// A triple buffer. One thread at a time writes back() and calls publish(). Another one calls take(). Neither waits, allocates or fails. A
/// value that was not taken before the next one is published is lost, on purpose: only the newest counts.
template <class T>
class Mailbox {
 public:
  /// The writer's buffer. Its content is old or undefined.
  [[nodiscard]] T& back() noexcept { return buffers_[back_]; }

  /// Makes back() the newest value.
  void publish() noexcept { back_ = middle_.exchange(back_ | kFresh, std::memory_order_acq_rel) & kIndex; }

  /// The newest value, if there is one that was not taken yet; otherwise null. The reader may use it until its next take() that is not
  /// null.
  [[nodiscard]] const T* take() noexcept {
    if ((middle_.load(std::memory_order_relaxed) & kFresh) == 0) return nullptr;
    front_ = middle_.exchange(front_, std::memory_order_acq_rel) & kIndex;
    return &buffers_[front_];
  }

 private:
  static constexpr std::uint32_t kIndex = 3;
  static constexpr std::uint32_t kFresh = 4;

  std::array<T, 3> buffers_{};
  std::uint32_t back_ = 0;
  std::atomic<std::uint32_t> middle_ = 1;
  std::uint32_t front_ = 2;
  static_assert(std::atomic<std::uint32_t>::is_always_lock_free);
};

}  // namespace musicvae::drummer
