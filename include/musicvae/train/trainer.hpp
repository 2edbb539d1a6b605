// Trainer: learns a model from a prepared set of windows, and leaves metrics, checkpoints and a model file in a folder. Needs no torch header.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "musicvae/data/window_set.hpp"
#include "musicvae/error.hpp"
#include "musicvae/model/config.hpp"
#include "musicvae/train/checkpoint.hpp"
#include "musicvae/train/metrics.hpp"

namespace musicvae::train {

/// The loss is no longer a number.
class DivergenceError : public Error {
 public:
  using Error::Error;
};

/// How to train.
struct TrainerOptions {
  std::filesystem::path out;  ///< made where it is missing
  std::int64_t steps = 50000;
  int batch = 0;  ///< windows an update; 0: the config's
  std::uint64_t seed = 1;
  std::string device = "cpu";  ///< "cpu", "cuda" or "cuda:1"
  data::Split train_split = data::Split::train;
  data::Split validation_split = data::Split::validation;
  std::int64_t validate_every = 500;    ///< updates between passes over the validation split, if it has windows; 0: never
  std::int64_t checkpoint_every = 500;  ///< updates between checkpoints; 0: at the end only. There is always one at the end and at a stop.
  int keep_last = 3;                    ///< checkpoints that stay, 1 or more; the best on validation stays besides
  bool resume = false;                  ///< go on from the last checkpoint in `out`
  int threads = 0;                      ///< 0: LibTorch's choice
  std::string licence;                  ///< for the model file: of the weights and the data behind them
  nlohmann::ordered_json summary = nlohmann::ordered_json::object();  ///< more for the model file's summary (data file, command, ...)
};

/// What a run tells while it goes; any may be empty. They are called from the thread that called run().
struct TrainerCallbacks {
  std::function<void(const StepMetrics&)> step = {};
  std::function<void(const ValidationMetrics&)> validation = {};
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
/// Not thread-safe; it sets LibTorch's thread count where asked to.
class Trainer {
 public:
  /// Checks everything before the first step. Throws ConfigError (config and windows do not fit), ArgumentError (an option, no window in the
  /// training split, `out` holds a run already), DeviceError, FileError (nothing to resume, unwritable `out`), ModelError (the checkpoint is
  /// of another config, data, seed or batch).
  Trainer(ModelConfig config, data::WindowSet windows, TrainerOptions options);
  ~Trainer();
  Trainer(const Trainer&) = delete;
  Trainer& operator=(const Trainer&) = delete;

  /// Updates done so far; not 0 after resuming.
  [[nodiscard]] std::int64_t step() const;

  /// Trains up to options.steps, or until `stop` is true (checked before every update; a signal handler may set it).
  /// Throws DivergenceError (the checkpoints stay) and FileError (disk full).
  TrainingResult run(const std::atomic<bool>* stop = nullptr, const TrainerCallbacks& callbacks = {});

 private:
  class Run;
  std::unique_ptr<Run> run_;
};

}  // namespace musicvae::train
