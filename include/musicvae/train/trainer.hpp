// Trainer: trains a model on a prepared set of windows and writes metrics, checkpoints and a model file to a folder. Needs no torch header.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "musicvae/data/window_set.hpp"
#include "musicvae/error.hpp"
#include "musicvae/model/config.hpp"
#include "musicvae/train/augmentation.hpp"
#include "musicvae/train/checkpoint.hpp"
#include "musicvae/train/lstm_mode.hpp"
#include "musicvae/train/metrics.hpp"

namespace musicvae::train {

/// The loss is no longer finite.
class DivergenceError : public Error {
 public:
  using Error::Error;
};

/// The processes of a run have lost contact or do not train the same thing.
class DistributedError : public Error {
 public:
  using Error::Error;
};

/// How to train.
struct TrainerOptions {
  std::filesystem::path out;  ///< created if missing
  std::int64_t steps = 50000;
  int batch = 0;  ///< windows per update of this process; 0: the config's batch, divided evenly among all processes
  std::uint64_t seed = 1;
  std::string device = "cpu";  ///< "cpu", "cuda" or "cuda:1". A string, because the number of GPUs is open.
  /// The precision of the inputs of matrix products in LSTM layers. fp32 is the reference. bf16 is several times as fast on processors with
  /// AMX and on GPUs that multiply bfloat16, and learns equally well (docs/performance.md). automatic is bf16 where it is faster and
  /// fp32 elsewhere; a resumed run keeps its precision. A bf16 step whose loss or gradient is not finite is repeated in fp32, and all later
  /// steps use fp32.
  Precision precision = Precision::automatic;
  /// How LSTM layers are computed.
  LstmPath lstm = LstmPath::automatic;
  data::Split train_split = data::Split::train;
  data::Split validation_split = data::Split::validation;
  Augmentation augmentation{};          ///< applied to the training windows; validation uses the original windows
  std::int64_t validate_every = 500;    ///< updates between passes over the validation split, if it has windows; 0: never
  std::int64_t checkpoint_every = 500;  ///< updates between checkpoints; 0: none. One is always written at the end and at a stop.
  int keep_last = 3;                    ///< number of checkpoints to keep, 1 or more; the best on validation is kept in addition
  std::filesystem::path init = {};      ///< a model file to continue training from; empty: random weights
  bool resume = false;                  ///< continue from the last checkpoint in `out`
  int threads = 0;                      ///< 0: LibTorch's choice
  int rank = 0;                         ///< index of this process among those that train together; only rank 0 writes files
  int world = 1;                        ///< number of processes; they communicate through TrainerCallbacks::all_reduce_sum
  std::string licence{};                ///< for the model file: licence of the weights and of the data behind them
  std::string summary = "{}";           ///< additions to the model file's summary (data file, command, ...): the text of a JSON object
};

/// Numbers that exist in all processes of a run, on the training device.
struct RankBuffer {
  float* data = nullptr;
  std::size_t count = 0;
  int cuda_device = -1;  ///< -1: `data` is host memory
};

/// Callbacks during a run, called on the thread that called run(). Any may be empty, except `all_reduce_sum` when there are several
/// processes.
struct TrainerCallbacks {
  std::function<void(const StepMetrics&)> step = {};
  std::function<void(const ValidationMetrics&)> validation = {};
  std::function<void(const std::string&)> notice = {};  ///< one line of information for the user; the run continues
  /// Replaces each number with its sum over all processes, as torch.distributed's all_reduce and MPI_Allreduce do. It must return on all
  /// processes, or throw if a process is gone; give it a time limit. On CUDA it works in order with LibTorch's current stream.
  std::function<void(const RankBuffer&)> all_reduce_sum = {};
};

/// How a run ended.
struct TrainingResult {
  std::int64_t step = 0;  ///< updates done, including those before resuming
  bool stopped = false;   ///< before the last step, because `stop` was true
  std::optional<StepMetrics> last;
  std::optional<Checkpoint::Best> best;
  std::filesystem::path model;  ///< the exported file
};

/// Trains a model and writes these files to `out`:
/// - metrics.jsonl, one line per update and per validation, and TensorBoard's events;
/// - checkpoint_NNNNNNNN.safetensors, and best.safetensors, the checkpoint with the lowest validation loss;
/// - at the end or at a stop, model.safetensors: the best model if there were validations, otherwise the last.
/// Every file except the logs is replaced completely or not at all.
///
/// The same config, windows, options and machine give the same weights, bit for bit, even with any number of stops and resumes in between.
///
/// Several processes (TrainerOptions::world) train as one process with world times the batch. Each takes its part of every batch, of the
/// noise and of the validation windows. All sum their gradients once per update, and all hold the same weights, which is checked at the
/// start and at every checkpoint. They need the same arguments except `rank` and `device`, and one `out` that all can read.
///
/// Not thread-safe. It sets LibTorch's thread count if `threads` is not 0.
class Trainer {
 public:
  /// Checks everything before the first step. Throws ConfigError (config and windows do not match), ArgumentError (an option, no windows in
  /// the training split, `out` already contains a run), DeviceError, FileError (nothing to resume, unwritable `out`) and ModelError (the
  /// checkpoint has another config, data, augmentation, seed or batch; the model file's tensors do not match the config).
  Trainer(ModelConfig config, data::WindowSet windows, TrainerOptions options);
  ~Trainer();
  Trainer(const Trainer&) = delete;
  Trainer& operator=(const Trainer&) = delete;

  /// Updates done so far; not 0 after resuming.
  [[nodiscard]] std::int64_t step() const;
  /// The precision in effect: fp32 or bf16, after TrainerOptions::precision is resolved.
  [[nodiscard]] Precision precision() const;

  /// Trains until options.steps, or until `stop` is true. `stop` is checked before every update; a signal handler may set it. With several
  /// processes, a stop of one stops all of them one update later, when they learn of it. Throws DivergenceError (the checkpoints stay),
  /// DistributedError (a process is gone, or differs) and FileError (disk full).
  TrainingResult run(const std::atomic<bool>* stop = nullptr, const TrainerCallbacks& callbacks = {});

 private:
  class Run;
  std::unique_ptr<Run> run_;
};

}  // namespace musicvae::train
