// Windows of a prepared set to a batch of the model, and a whole split through it.
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

/// A batch's tensors on the host, time-major, to be written by a WindowWriter.
struct BatchMemory {
  torch::Tensor input;    ///< [steps, n, input_depth]
  torch::Tensor target;   ///< [steps, n, output_depth]; `input` itself where the two are the same
  torch::Tensor control;  ///< [steps, n, control_depth]; undefined where the config has none

  /// For n windows of a config.
  BatchMemory(const ModelConfig& config, std::int64_t n, const torch::TensorOptions& options = {});
};

/// Turns windows into what a config reads and learns (model/representation.hpp). One thread at a time; it has memory for a window.
class WindowWriter {
 public:
  /// The windows' rows are ones that the config takes (takes_rows_of).
  WindowWriter(ModelConfig config, data::WindowSet windows);

  /// How a window is changed while it is learned: `augmentation` first, then cells are hidden from the encoder; all a function of
  /// (seed, position). `drop_notes` false: the config's note dropout is left out, as in a validation.
  struct Change {
    Augmentation augmentation{};
    std::uint64_t seed = 0;
    std::uint64_t position = 0;
    bool drop_notes = true;
  };
  /// Puts window `index` into column `column` of a batch. Uses no tensor operation. Throws ArgumentError when there is no such window.
  void write(std::size_t index, const Change& change, const BatchMemory& to, std::int64_t column);

 private:
  ModelConfig config_;
  data::WindowSet windows_;
  std::vector<float> window_;
};

/// The windows side by side in time on `device`, without changes but the cells that the config's task hides.
[[nodiscard]] Batch make_batch(const ModelConfig& config, const data::WindowSet& windows, std::span<const std::size_t> indices,
                               torch::Device device);

/// A pass without dropout over `indices`, `batch` at a time on each process, with eps = 0 and with eps drawn from a seed that never
/// changes. Each process does its part of every batch; all get the same metrics.
[[nodiscard]] ValidationMetrics validate(MusicVae& model, const data::WindowSet& windows, std::span<const std::size_t> indices, int batch,
                                         torch::Device device, const Ranks& ranks);

/// The loss and all its terms, to be changed in place.
[[nodiscard]] std::vector<double*> figures(LossTerms& terms);

/// A generator of LibTorch on `device`.
[[nodiscard]] at::Generator make_generator(torch::Device device, std::uint64_t seed);

}  // namespace musicvae::train
