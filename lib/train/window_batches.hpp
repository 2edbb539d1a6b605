// Converts windows of a prepared set to a batch of the model, and runs a whole split through the model.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "musicvae/data/window_set.hpp"
#include "musicvae/train/augmentation.hpp"
#include "musicvae/train/metrics.hpp"
#include "musicvae/train/music_vae.hpp"
#include "ranks.hpp"

namespace musicvae::train {

/// The tensors of a batch on the host, time-major. A WindowWriter fills them.
struct BatchMemory {
  torch::Tensor input;    ///< [steps, n, input_depth]
  torch::Tensor target;   ///< [steps, n, output_depth]; shares `input` if both are equal
  torch::Tensor control;  ///< [steps, n, control_depth]; undefined if the config has none

  /// Allocates memory for n windows of a config.
  BatchMemory(const ModelConfig& config, std::int64_t n, const torch::TensorOptions& options = {});
};

/// Converts windows to a config's inputs and targets (model/representation.hpp). One thread at a time, because it has memory for one
/// window.
class WindowWriter {
 public:
  /// The config must accept the windows' rows (Representation::takes_rows_of).
  WindowWriter(ModelConfig config, data::WindowSet windows);

  /// How a window is changed for training: first `augmentation`, then cells are hidden from the encoder. Both are functions of (seed,
  /// position). With `drop_notes` false, the config's note dropout is not applied, as in a validation.
  struct Change {
    Augmentation augmentation{};
    std::uint64_t seed = 0;
    std::uint64_t position = 0;
    bool drop_notes = true;
  };
  /// Writes window `index` to column `column` of a batch. Uses no tensor operations. Throws ArgumentError when there is no such window.
  void write(std::size_t index, const Change& change, const BatchMemory& to, std::int64_t column);

 private:
  ModelConfig config_;
  data::WindowSet windows_;
  std::vector<float> window_;
};

/// A batch of the windows on `device`, time-major, unchanged except for the cells that the config's task hides.
[[nodiscard]] Batch make_batch(const ModelConfig& config, const data::WindowSet& windows, std::span<const std::size_t> indices,
                               torch::Device device);

/// A pass without dropout over `indices`, `batch` windows at a time on each process: once with eps = 0 and once with eps drawn from a fixed
/// seed. Each process evaluates its part of every batch, and all get the same metrics.
[[nodiscard]] ValidationMetrics validate(MusicVae& model, const data::WindowSet& windows, std::span<const std::size_t> indices, int batch,
                                         torch::Device device, const Ranks& ranks);

/// Pointers to the loss and all its terms, for changing them in place.
[[nodiscard]] std::vector<double*> figures(LossTerms& terms);

}  // namespace musicvae::train
