// Distributes work on many items among threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "musicvae/error.hpp"
#include "musicvae/threads.hpp"

namespace musicvae::detail {

/// Threads that are joined at the end of their scope. First they are asked to stop. std::jthread does this, too, but libc++ before version
/// 18 lacks it.
class JoinedThreads {
 public:
  JoinedThreads() = default;
  JoinedThreads(const JoinedThreads&) = delete;
  JoinedThreads& operator=(const JoinedThreads&) = delete;
  ~JoinedThreads() {
    stop_ = true;
    join();
  }
  template <class Work>
  void add(Work work) {
    threads_.emplace_back(std::move(work));
  }
  [[nodiscard]] bool must_stop() const noexcept { return stop_; }
  void join() {
    for (std::thread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }

 private:
  std::atomic<bool> stop_ = false;
  std::vector<std::thread> threads_;
};

/// The number of threads that `threads` asks for (0: one per core). `what` begins the message of the ArgumentError for a negative number.
[[nodiscard]] inline std::size_t thread_count(const Threads& threads, const std::string& what) {
  const int count = threads.count();
  if (count < 0) throw ArgumentError(what + ": " + std::to_string(count) + " threads; use 0 (one per core) or more");
  return count == 0 ? std::max(1U, std::thread::hardware_concurrency()) : static_cast<std::size_t>(count);
}

/// Runs `work(next)` on up to `threads` threads, including the calling thread, or in as many tasks of threads.run(). `next()` returns the
/// first of the next `chunk` items (fewer at the end), or nothing when the thread should end. `chunk` is at least 1. There are no more
/// threads than chunks.
///
/// The calling thread reports to `progress` before each of its chunks, and once all items are done. An exception from the calling thread or
/// from `progress` stops the work. An exception from another thread is rethrown here at the end (of threads.run(), any exception stops the
/// work). `what` begins the message of the
/// ArgumentError for a negative number of threads.
template <class Work>
void run_on_threads(std::size_t items, std::size_t chunk, const Threads& threads, const std::string& what,
                    const std::function<void(std::size_t done, std::size_t items)>& progress, Work work) {
  const std::size_t chunks = items / chunk + (items % chunk == 0 ? 0 : 1);
  const std::size_t wanted = std::min(thread_count(threads, what), chunks);
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
  const auto guarded = [&](auto go_on) {
    try {
      take_while(go_on);
    } catch (...) {
      const std::scoped_lock lock(failure_mutex);
      if (!failure) failure = std::current_exception();
    }
  };
  const auto report = [&] {
    if (progress) progress(done, items);
    return true;
  };
  if (threads.run()) {
    const std::thread::id caller = std::this_thread::get_id();
    const auto failed = [&] {
      const std::scoped_lock lock(failure_mutex);
      return failure != nullptr;
    };
    threads.run()(static_cast<int>(wanted),
                  [&](int) { guarded([&] { return !failed() && (std::this_thread::get_id() != caller || report()); }); });
  } else {
    JoinedThreads helpers;
    for (std::size_t i = 1; i < wanted; ++i) {
      helpers.add([&] { guarded([&] { return !helpers.must_stop(); }); });
    }
    take_while(report);
    // An exception above asks the helpers to stop and joins them during unwinding. Without one, they finish the remaining items here.
    helpers.join();
  }
  if (failure) std::rethrow_exception(failure);
  if (progress) progress(items, items);
}

/// Calls `work(first, count)` for each `chunk` of items (the last one may be smaller), in any order, on up to `threads` threads. After an
/// exception no further chunk begins, and the first exception is rethrown here once the chunks at work have ended. `chunk`, `threads`,
/// `what` and `progress` are those of run_on_threads().
template <class Work>
void for_each_chunk(std::size_t items, std::size_t chunk, const Threads& threads, const std::string& what,
                    const std::function<void(std::size_t done, std::size_t items)>& progress, Work work) {
  std::exception_ptr failure;
  std::mutex failure_mutex;
  std::atomic<bool> failed = false;
  run_on_threads(items, chunk, threads, what, progress, [&](auto next) {
    while (!failed) {
      const std::optional<std::size_t> first = next();
      if (!first) return;
      try {
        work(*first, std::min(chunk, items - *first));
      } catch (...) {
        const std::scoped_lock lock(failure_mutex);
        if (!failure) failure = std::current_exception();
        failed = true;
      }
    }
  });
  if (failure) std::rethrow_exception(failure);
}

}  // namespace musicvae::detail
