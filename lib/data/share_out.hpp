// Distributes work on many items among threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "musicvae/error.hpp"

namespace musicvae::data {

/// Runs `work(next)` on each of `threads` threads (0: one per core), including the calling thread. `next()` returns the first of the next
/// `chunk` items (fewer at the end), or nothing when the thread should end. The calling thread reports to `progress` before each of its
/// chunks, and once all items are done. An exception from the calling thread or from `progress` stops the work; one from another thread is
/// rethrown here at the end. `what` begins the message of the ArgumentError for a negative number of threads.
template <class Work>
void share_out(std::size_t items, std::size_t chunk, int threads, const std::string& what,
               const std::function<void(std::size_t done, std::size_t items)>& progress, Work work) {
  if (threads < 0) throw ArgumentError(what + ": " + std::to_string(threads) + " threads; use 0 (one for each core) or more");
  const std::size_t asked = threads == 0 ? std::max(1U, std::thread::hardware_concurrency()) : static_cast<std::size_t>(threads);
  std::atomic<std::size_t> unclaimed = 0;
  std::atomic<std::size_t> done = 0;
  const auto take_while = [&](auto go_on) {
    std::size_t claimed = 0;
    work([&, claimed]() mutable -> std::optional<std::size_t> {
      done += claimed;
      const std::size_t first = unclaimed.fetch_add(chunk);
      if (first >= items || !go_on()) return std::nullopt;
      claimed = std::min(chunk, items - first);
      return first;
    });
  };
  std::exception_ptr failure;
  std::mutex failure_mutex;
  {
    std::vector<std::jthread> helpers;
    for (std::size_t i = 1; i < std::min(asked, items); ++i) {
      helpers.emplace_back([&](const std::stop_token& stop) {
        try {
          take_while([&] { return !stop.stop_requested(); });
        } catch (...) {
          const std::scoped_lock lock(failure_mutex);
          if (!failure) failure = std::current_exception();
        }
      });
    }
    take_while([&] {
      if (progress) progress(done, items);
      return true;
    });
    // An exception above asks the helpers to stop and joins them during unwinding. Without one, they finish the remaining items here.
    for (std::jthread& helper : helpers) helper.join();
  }
  if (failure) std::rethrow_exception(failure);
  if (progress) progress(items, items);
}

}  // namespace musicvae::data
