// The loss of a training run: read from its metrics.jsonl (no LibTorch needed) and drawn as SVG.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace musicvae::render {

/// A loss and the step that it was measured at.
struct LossPoint {
  std::int64_t step = 0;
  double loss = 0.0;
  friend bool operator==(const LossPoint&, const LossPoint&) = default;
};

/// The total loss that was minimised (nats a window), in the order of the steps.
struct LossCurve {
  std::vector<LossPoint> train;       ///< of each logged batch
  std::vector<LossPoint> validation;  ///< over the validation windows, z sampled as in training; what "best" goes by
};

/// Reads a run's folder or its metrics.jsonl itself. A last line that a crash cut short is passed over, and so are points whose loss
/// is not finite. Throws FileError (no such folder or file) or FormatError, which names the byte of the line that cannot be read.
[[nodiscard]] LossCurve read_loss_curve(const std::filesystem::path& run_or_file);

/// Draws both curves over the steps: the training loss as its mean and, in a paler band, its range; the validation loss with its
/// best point marked. A document as drum_svg makes it. Throws ArgumentError when the curve has no point.
[[nodiscard]] std::string loss_svg(const LossCurve& curve, const std::string& title = {});

}  // namespace musicvae::render
