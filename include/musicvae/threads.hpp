// Threads: how many threads a call may use, and whose.
#pragma once

#include <functional>
#include <utility>

namespace musicvae {

/// Runs task(0) to task(tasks - 1), each once, in any order, on any threads or on the calling one, and returns when all of them have. A
/// program with threads of its own, such as a plug-in's host or a pool, passes one. The tasks share the work among themselves and do not
/// wait for each other, so they may also run one after the other. They do not throw.
using RunTasks = std::function<void(int tasks, const std::function<void(int index)>& task)>;

/// How many threads a call may use. It starts them itself and joins them before it returns, unless it is given `run`. The result of a call
/// never depends on this.
class Threads {
 public:
  /// 0: one per core. A number below 0 makes the call throw ArgumentError.
  Threads(int count = 0, RunTasks run = {}) : count_(count), run_(std::move(run)) {}  // NOLINT(google-explicit-constructor): a number

  [[nodiscard]] int count() const noexcept { return count_; }
  /// Empty: the call starts its own threads.
  [[nodiscard]] const RunTasks& run() const noexcept { return run_; }

 private:
  int count_;
  RunTasks run_;
};

}  // namespace musicvae
