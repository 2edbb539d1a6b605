// The loss of a training run, read from its metrics.jsonl (without LibTorch) and drawn as SVG.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace musicvae::render {

/// A loss and the step at which it was measured.
struct LossPoint {
  std::int64_t step = 0;
  double loss = 0.0;
  friend bool operator==(const LossPoint&, const LossPoint&) = default;
};

/// The total loss that training minimises (nats per window), in the order of the steps.
struct LossCurve {
  std::vector<LossPoint> train;       ///< for each logged batch
  std::vector<LossPoint> validation;  ///< over the validation windows, with z sampled as in training; the best checkpoint is chosen by this
                                      ///< loss
};

/// Reads the folder of a run or its metrics.jsonl. Skips a last line that a crash truncated, and points whose loss is not finite. Throws
/// FileError (no such folder or file) or FormatError, which names the byte offset of the line that cannot be read.
[[nodiscard]] LossCurve read_loss_curve(const std::filesystem::path& run_or_file);

/// Draws both curves over the steps. The training loss is shown as its mean, with its range as a paler band; the best point of the
/// validation loss is marked. The result is a document like that of music_svg. Throws ArgumentError when the curve has no points.
[[nodiscard]] std::string loss_svg(const LossCurve& curve, const std::string& title = {});

}  // namespace musicvae::render
