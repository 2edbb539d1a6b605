// Spreads a long call's work over all cores: the engine gives the same bits however its work is split.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "musicvae/engine/music_vae.hpp"

namespace musicvae::python {

/// Calls work(first, count) for parts of [0, n), each of at most MusicVae::chunk, on every core if there are several parts. Rethrows the
/// first exception of a part. Call it without the GIL.
template <class Work>
void in_parallel(std::size_t n, Work work) {
  const std::size_t parts = (n + MusicVae::chunk - 1) / MusicVae::chunk;
  std::atomic<std::size_t> next{0};
  std::exception_ptr failure;
  std::mutex failure_mutex;
  const auto take = [&] {
    for (std::size_t part = next++; part < parts; part = next++) {
      const std::size_t first = part * MusicVae::chunk;
      try {
        work(first, std::min(MusicVae::chunk, n - first));
      } catch (...) {
        const std::scoped_lock lock(failure_mutex);
        if (!failure) failure = std::current_exception();
        next = parts;
      }
    }
  };
  {
    std::vector<std::jthread> helpers;
    const std::size_t threads = std::min<std::size_t>(std::max(1U, std::thread::hardware_concurrency()), parts);
    for (std::size_t i = 1; i < threads; ++i) helpers.emplace_back(take);
    take();
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace musicvae::python
