#include "batch_loader.hpp"

#include <c10/core/StreamGuard.h>

#include <chrono>
#include <utility>

namespace musicvae::train {
namespace {

// The stream on which this thread computes.
c10::Stream current_stream(torch::Device device) {
  return c10::impl::VirtualGuardImpl(device.type()).getStream(device);
}

}  // namespace

BatchLoader::BatchLoader(BatchPlan plan, std::int64_t first_step, torch::Device device)
    : plan_(std::move(plan)), writer_(plan_.config, plan_.windows), order_(plan_.indices.size(), plan_.seed), device_(device) {
  const bool copies = !device_.is_cpu();
  if (copies) copy_stream_ = c10::impl::VirtualGuardImpl(device_.type()).getStreamFromGlobalPool(device_);
  for (Slot& slot : slots_) {
    slot.host.emplace(plan_.config, plan_.batch, torch::TensorOptions().pinned_memory(copies));
    const BatchMemory on_device = copies ? BatchMemory(plan_.config, plan_.batch, torch::TensorOptions().device(device_)) : *slot.host;
    slot.batch = {.input = on_device.input, .target = on_device.target, .control = on_device.control};
    if (!copies) continue;
    slot.copied.emplace(device_.type());
    slot.used.emplace(device_.type());
    slot.used->record(current_stream(device_));  // by the previous user of this memory
  }
  thread_ = std::thread([this, first_step] { work(first_step); });
}

BatchLoader::~BatchLoader() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
  for (const Slot& slot : slots_) {
    if (!slot.copied) continue;
    try {
      slot.copied->synchronize();  // otherwise the memory could be reused while the last copies still write to it
    } catch (const c10::Error&) {  // the GPU is gone, and the copy with it
    }
  }
}

BatchLoader::Loaded BatchLoader::next() {
  const auto start = std::chrono::steady_clock::now();
  std::unique_lock lock(mutex_);
  if (free_ < taken_) {
    if (copy_stream_) slot(free_).used->record(current_stream(device_));
    ++free_;
    changed_.notify_all();
  }
  changed_.wait(lock, [&] { return made_ > taken_ || failure_; });
  if (made_ == taken_) std::rethrow_exception(failure_);
  const Slot& ready = slot(taken_);
  ++taken_;
  if (copy_stream_) ready.copied->block(current_stream(device_));
  return {.batch = ready.batch, .waited = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count()};
}

void BatchLoader::work(std::int64_t first_step) {
  try {
    for (std::int64_t number = 0;; ++number) {
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return stop_ || number - free_ < static_cast<std::int64_t>(slots_.size()); });
        if (stop_) return;
      }
      fill(slot(number), first_step + number);
      {
        const std::lock_guard lock(mutex_);
        ++made_;
      }
      changed_.notify_all();
    }
  } catch (...) {
    {
      const std::lock_guard lock(mutex_);
      failure_ = std::current_exception();
    }
    changed_.notify_all();
  }
}

// Uses plain loops and no tensor operations on the host, because LibTorch would start a second set of threads for this thread.
void BatchLoader::fill(Slot& slot, std::int64_t step) {
  if (copy_stream_) slot.copied->synchronize();  // the copy of three batches ago still reads it; it finished long ago
  const auto batch = static_cast<std::size_t>(plan_.batch);
  const auto first = static_cast<std::uint64_t>(step * plan_.world + plan_.rank) * batch;
  for (std::size_t b = 0; b < batch; ++b) {
    writer_.write(plan_.indices[order_.at(first + b)], {.augmentation = plan_.augmentation, .seed = plan_.seed, .position = first + b},
                  *slot.host, static_cast<std::int64_t>(b));
  }
  if (!copy_stream_) return;
  slot.used->block(*copy_stream_);
  const c10::StreamGuard guard(*copy_stream_);
  slot.batch.input.copy_(slot.host->input, /*non_blocking=*/true);
  if (!slot.batch.target.is_same(slot.batch.input)) slot.batch.target.copy_(slot.host->target, /*non_blocking=*/true);
  if (slot.batch.control.defined()) slot.batch.control.copy_(slot.host->control, /*non_blocking=*/true);
  slot.copied->record(*copy_stream_);
}

}  // namespace musicvae::train
