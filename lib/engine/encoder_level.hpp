// One level of an encoder: a stack of bidirectional LSTM layers over sequences, in a precision.
#pragma once

#include <memory>
#include <span>

#include "musicvae/engine/encoder.hpp"

namespace musicvae::engine {

/// Sequences [n, steps] of rows of `depth` floats. The rows are `stride` floats apart.
struct Sequences {
  const float* values = nullptr;
  int depth = 0;
  int stride = 0;
};

/// The buffers of one level, and the encoding of a batch of sequences.
class EncoderLevel {
 public:
  EncoderLevel() = default;
  EncoderLevel(const EncoderLevel&) = delete;
  EncoderLevel& operator=(const EncoderLevel&) = delete;
  virtual ~EncoderLevel() = default;

  /// Writes to last(): [forward h | backward h] of the top layer after the last step, one row per sequence. `lengths` [n] has the number of
  /// steps of each sequence that count; empty: all.
  virtual void encode(const Sequences& source, std::span<const int> lengths, int n, int steps) noexcept = 0;

  [[nodiscard]] const Rows& last() const noexcept { return last_; }

 protected:
  Rows last_;
};

/// The sizes of a level's batches.
struct LevelSizes {
  int input_depth = 0;
  int max_batch = 0;
  int max_steps = 0;
};

/// Level `index` of the encoder, with products of floats. The weights must outlive it.
[[nodiscard]] std::unique_ptr<EncoderLevel> make_fp32_level(const EncoderWeights& weights, std::size_t index, const LevelSizes& sizes);

/// The same with products of bfloat16.
[[nodiscard]] std::unique_ptr<EncoderLevel> make_bf16_level(const EncoderWeights& weights, std::size_t index, const LevelSizes& sizes);

}  // namespace musicvae::engine
