// The batches of a training run. A separate thread prepares them in advance, so that no update waits for its windows.
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

/// The windows of each update: those at positions step * batch * world .. in the DataOrder of `seed`. Each process gets its part of them. A
/// batch depends only on this plan and on its step.
struct BatchPlan {
  ModelConfig config;  ///< the config whose rows the windows become
  data::WindowSet windows;
  std::vector<std::size_t> indices;  ///< indices of the training windows in `windows`
  std::uint64_t seed = 1;
  int batch = 1;  ///< windows per update of this process
  int rank = 0;   ///< index of this process
  int world = 1;  ///< number of processes
  Augmentation augmentation{};
};

/// Returns the batch of step `first_step` and then those of all following steps. At most two batches are ready in advance, in memory that
/// is reused.
///
/// On a GPU the windows go through pinned memory and are copied on a separate stream. Neither the caller nor its computing stream waits for
/// a copy unless it is late.
///
/// Only one thread may call next() at a time. The destructor stops the loader's thread.
class BatchLoader {
 public:
  /// Throws ArgumentError when the plan has no windows.
  BatchLoader(BatchPlan plan, std::int64_t first_step, torch::Device device);
  ~BatchLoader();
  BatchLoader(const BatchLoader&) = delete;
  BatchLoader& operator=(const BatchLoader&) = delete;

  struct Loaded {
    Batch batch;          ///< on the device; its memory belongs to the caller until the following call of next()
    double waited = 0.0;  ///< seconds for which next() waited for it
  };
  /// The batch of the next step. If the loader's thread has failed, every call throws its exception (ArgumentError: a window that is not in
  /// the set).
  [[nodiscard]] Loaded next();

 private:
  // The memory of one batch. `copied` and `used` synchronise the copy to a GPU with the computation there. On the CPU they are empty, and
  // `batch` and `host` share memory.
  struct Slot {
    std::optional<BatchMemory> host;  // pinned if the device is a GPU
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
  std::optional<c10::Stream> copy_stream_;  // the stream for copies to a GPU
  std::array<Slot, 3> slots_;               // one in use, two ready

  std::mutex mutex_;  // guards all members below
  std::condition_variable changed_;
  std::int64_t made_ = 0;   // number of batches made so far
  std::int64_t taken_ = 0;  // how many of those next() has returned
  std::int64_t free_ = 0;   // how many of those the caller has finished with
  bool stop_ = false;
  std::exception_ptr failure_;
  std::thread thread_;
};

}  // namespace musicvae::train
