// Encoder: bidirectional LSTM layers from a window of steps to the mean and the standard deviation of its latent z (Roberts et al. 2018,
// section 3.1). An encoder is flat, or it has levels: the lowest level encodes segments, and each level above encodes the results of the
// level below.
#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "musicvae/engine/layers.hpp"
#include "musicvae/model/config.hpp"
#include "musicvae/model/weights.hpp"
#include "musicvae/precision.hpp"

namespace musicvae::engine {

class EncoderLevel;
struct Bf16EncoderWeights;

/// The encoder's weights, packed; immutable and shared by the encoders of all threads.
struct EncoderWeights {
  /// A stack of layers.
  struct Level {
    int steps = 0;                                 ///< steps of the sequences that it encodes; 0: any number (a flat encoder)
    std::vector<std::array<LstmLayer, 2>> layers;  ///< forward and backward in time
  };
  const Kernels* kernels;
  int input_depth;  ///< width of a step: the config's input and, after it, its control track
  int latent;
  int ending_columns;  ///< a segment of the lowest level ends with its last row that is not zero in this many columns; 0: all rows count
  std::vector<Level> levels;
  DenseLayer mu;
  DenseLayer sigma;  ///< before its softplus

  /// `weights` must be checked (check_weights).
  EncoderWeights(const ModelConfig& config, const Weights& weights, const Kernels& chosen);

  /// The number of steps of the windows that a hierarchical encoder accepts; 0: any number.
  [[nodiscard]] int fixed_steps() const;

  /// The layers with weights in bfloat16, which are made when they are first asked for.
  [[nodiscard]] const Bf16EncoderWeights& bf16() const;

 private:
  mutable std::once_flag bf16_once_;
  mutable std::shared_ptr<const Bf16EncoderWeights> bf16_;
};

/// Encodes batches of windows. Belongs to one thread at a time. Constructing and prepare() allocate; encode() does not.
class Encoder {
 public:
  /// `precision` is that of the levels' products. With fp32 the numbers of a window are the same in every batch and on every processor.
  /// With bf16 their last bits depend on the instruction set. mu and sigma always come from products of floats.
  explicit Encoder(std::shared_ptr<const EncoderWeights> weights, Precision precision = Precision::fp32);
  Encoder(Encoder&&) noexcept;
  Encoder& operator=(Encoder&&) noexcept;
  ~Encoder();

  /// Sizes the buffers for batches up to `max_batch` windows of up to `max_steps` steps. Throws ArgumentError for sizes below 1.
  void prepare(int max_batch, int max_steps);

  /// Encodes `x` [n, steps, input_depth] -> `mu` and `sigma` [n, latent], all row-major. `lengths` [n] has the number of steps of each
  /// window that count (1 to steps); empty: all. n and steps must be within the limits of prepare(). A hierarchical encoder accepts only
  /// whole windows of fixed_steps(), and finds the ends of their segments by itself. Allocates nothing, locks nothing, cannot fail.
  void encode(std::span<const float> x, std::span<const int> lengths, int n, int steps, std::span<float> mu,
              std::span<float> sigma) noexcept;

  [[nodiscard]] const EncoderWeights& weights() const noexcept { return *weights_; }

 private:
  std::shared_ptr<const EncoderWeights> weights_;
  bool bf16_;
  int max_batch_ = 0;
  int max_steps_ = 0;
  // The number of rows that count of each of `n` segments of `steps` rows.
  [[nodiscard]] std::span<const int> segment_ends(const float* x, int n, int steps) noexcept;

  std::vector<std::unique_ptr<EncoderLevel>> levels_;
  std::vector<int> ends_;
  Rows result_;
};

}  // namespace musicvae::engine
