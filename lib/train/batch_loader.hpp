// The batches of a training run, made ahead by a thread of their own, so that no update waits for its windows.
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <c10/core/Event.h>

#include "data_order.hpp"
#include "musicvae/data/window_set.hpp"
#include "musicvae/train/augmentation.hpp"
#include "musicvae/train/music_vae.hpp"
#include "window_batches.hpp"

namespace musicvae::train {

/// Which windows each update learns from: those at positions step * batch * world .. of the DataOrder of `seed`, of which a process has
/// its part. A batch is a function of this and its step alone.
struct BatchPlan {
  ModelConfig config;  ///< whose rows the windows become
  data::WindowSet windows;
  std::vector<std::size_t> indices;  ///< those of `windows` that are learned
  std::uint64_t seed = 1;
  int batch = 1;  ///< windows an update of this process
  int rank = 0;   ///< which of the processes this is
  int world = 1;  ///< how many there are
  Augmentation augmentation{};
};

/// Gives the batches of step `first_step` and all that follow, two of them ready at most, in memory that is used again and again.
///
/// On a GPU the windows go through pinned memory and over the bus on a stream of their own; neither the caller nor the stream that it
/// computes on waits for a copy unless it comes too late.
///
/// One thread at a time may call next(); the destructor stops the loader's thread.
class BatchLoader {
 public:
  /// Throws ArgumentError when the plan has no window.
  BatchLoader(BatchPlan plan, std::int64_t first_step, torch::Device device);
  ~BatchLoader();
  BatchLoader(const BatchLoader&) = delete;
  BatchLoader& operator=(const BatchLoader&) = delete;

  struct Loaded {
    Batch batch;          ///< on the device; its memory is the caller's until the next next()
    double waited = 0.0;  ///< seconds that next() waited for it
  };
  /// The next step's batch. Throws what stopped the loader's thread (ArgumentError: a window that the set does not have), again and again.
  [[nodiscard]] Loaded next();

 private:
  // One batch's memory. `copied` and `used` order the copy to a GPU and the computing there; they are empty on the CPU, where `batch`
  // and `host` are one.
  struct Slot {
    std::optional<BatchMemory> host;  // pinned for a GPU
    Batch batch;                      // on the device
    std::optional<c10::Event> copied;
    std::optional<c10::Event> used;
  };
  void work(std::int64_t first_step);
  void fill(Slot& slot, std::int64_t step);
  [[nodiscard]] Slot& slot(std::int64_t number) { return slots_[static_cast<std::size_t>(number) % slots_.size()]; }

  BatchPlan plan_;
  WindowWriter writer_;
  DataOrder order_;
  torch::Device device_;
  std::optional<c10::Stream> bus_;  // where copies to a GPU run
  std::array<Slot, 3> slots_;       // one in use, two ready

  std::mutex mutex_;  // of all that follows
  std::condition_variable changed_;
  std::int64_t made_ = 0;   // batches that were ever ready
  std::int64_t taken_ = 0;  // of those, how many next() gave out
  std::int64_t free_ = 0;   // of those, how many the caller is done with
  bool stop_ = false;
  std::exception_ptr failure_;
  std::thread thread_;
};

}  // namespace musicvae::train
