// Trainer: learns a model from a prepared set of windows, and leaves metrics, checkpoints and a model file in a folder. Needs no torch header.
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
#include "musicvae/train/metrics.hpp"

namespace musicvae::train {

/// The loss is no longer a number.
class DivergenceError : public Error {
 public:
  using Error::Error;
};

/// The processes of a run have lost each other, or do not train the same thing.
class DistributedError : public Error {
 public:
  using Error::Error;
};

/// How to train.
struct TrainerOptions {
  std::filesystem::path out;  ///< made where it is missing
  std::int64_t steps = 50000;
  int batch = 0;  ///< windows an update of this process; 0: the config's, shared out evenly to all processes
  std::uint64_t seed = 1;
  std::string device = "cpu";  ///< "cpu", "cuda" or "cuda:1"
  /// What the products of LSTM layers read: "fp32" is the reference; "bf16" is several times as fast where the processor has AMX or the
  /// GPU multiplies bfloat16, and learns as well (docs/performance.md); "auto" is bf16 there and fp32 elsewhere, or what a resumed run
  /// had. A bf16 step whose loss is not finite is done again in fp32, as are all after it.
  std::string precision = "auto";
  /// How LSTM layers are computed: "fused", "unfused", "library" (see LstmPath); "auto" is fused on the CPU and library on CUDA.
  std::string lstm = "auto";
  data::Split train_split = data::Split::train;
  data::Split validation_split = data::Split::validation;
  Augmentation augmentation{};          ///< of the windows that are learned; validation sees them as they are
  std::int64_t validate_every = 500;    ///< updates between passes over the validation split, if it has windows; 0: never
  std::int64_t checkpoint_every = 500;  ///< updates between checkpoints; 0: at the end only. There is always one at the end and at a stop.
  int keep_last = 3;                    ///< checkpoints that stay, 1 or more; the best on validation stays besides
  std::filesystem::path init = {};      ///< a model file that the run begins with, to learn it further; empty: random weights
  bool resume = false;                  ///< go on from the last checkpoint in `out`
  int threads = 0;                      ///< 0: LibTorch's choice
  int rank = 0;                         ///< which of the processes that train together this is; only rank 0 writes files
  int world = 1;                        ///< how many there are; TrainerCallbacks::add_up is how they meet
  std::string licence;                  ///< for the model file: of the weights and the data behind them
  std::string summary = "{}";           ///< more for the model file's summary (data file, command, ...): the text of a JSON object
};

/// Numbers that all processes of a run have, on the device that it trains on.
struct RankBuffer {
  float* data = nullptr;
  std::size_t count = 0;
  int cuda_device = -1;  ///< -1: `data` is host memory
};

/// What a run tells while it goes; any may be empty, but `add_up` where there are several processes. They are called from the thread
/// that called run().
struct TrainerCallbacks {
  std::function<void(const StepMetrics&)> step = {};
  std::function<void(const ValidationMetrics&)> validation = {};
  std::function<void(const std::string&)> notice = {};  ///< something that the user should know, in a line; the run goes on
  /// Puts the sum over all processes into each number: torch.distributed's all_reduce, MPI_Allreduce. It returns on all processes or
  /// throws where a process is gone; give it a time limit. On CUDA it works in order with LibTorch's current stream.
  std::function<void(const RankBuffer&)> add_up = {};
};

/// How a run ended.
struct TrainingResult {
  std::int64_t step = 0;  ///< updates done, those before resuming included
  bool stopped = false;   ///< before the last step, by `stop`
  std::optional<StepMetrics> last;
  std::optional<Checkpoint::Best> best;
  std::filesystem::path model;  ///< the exported file
};

/// In `out`: metrics.jsonl (a line an update and a validation), TensorBoard's events, checkpoint_NNNNNNNN.safetensors, best.safetensors (a
/// checkpoint, too: the lowest validation loss) and, at the end or at a stop, model.safetensors (the best where there were validations, or
/// else the last). Every file but the logs is replaced whole or not at all.
///
/// The same config, windows, options and machine give the same weights, bit for bit, also with any number of stops and resumes between.
///
/// Several processes (TrainerOptions::world) train as one with world times the batch: each takes its part of every batch, of the noise
/// and of the validation windows, all add up their gradients once an update, and all hold the same weights, which is checked at the
/// start and at every checkpoint. They need the same arguments but `rank` and `device`, and one `out` that all can read.
///
/// Not thread-safe; it sets LibTorch's thread count where asked to.
class Trainer {
 public:
  /// Checks everything before the first step. Throws ConfigError (config and windows do not fit), ArgumentError (an option, no window in the
  /// training split, `out` holds a run already), DeviceError, FileError (nothing to resume, unwritable `out`), ModelError (the checkpoint is
  /// of another config, data, augmentation, seed or batch; the model file's tensors are not the config's).
  Trainer(ModelConfig config, data::WindowSet windows, TrainerOptions options);
  ~Trainer();
  Trainer(const Trainer&) = delete;
  Trainer& operator=(const Trainer&) = delete;

  /// Updates done so far; not 0 after resuming.
  [[nodiscard]] std::int64_t step() const;
  /// "fp32" or "bf16": what TrainerOptions::precision came to.
  [[nodiscard]] std::string precision() const;

  /// Trains up to options.steps, or until `stop` is true (checked before every update; a signal handler may set it). With several
  /// processes the stop of one stops all, an update later, which is when they hear of it.
  /// Throws DivergenceError (the checkpoints stay), DistributedError (a process is gone, or differs) and FileError (disk full).
  TrainingResult run(const std::atomic<bool>* stop = nullptr, const TrainerCallbacks& callbacks = {});

 private:
  class Run;
  std::unique_ptr<Run> run_;
};

}  // namespace musicvae::train
