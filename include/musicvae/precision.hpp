// Precision: what matrix products read, in training and in the encoder.
#pragma once

#include <array>
#include <string_view>

#include "musicvae/enum_names.hpp"

namespace musicvae {

/// The precision of the inputs of LSTMs' matrix products. Sums, cell states, weights and gradients are float32 in all cases.
enum class Precision {
  automatic,  ///< bf16 where it is faster, else fp32; LstmMode takes only the others
  fp32,
  bf16,  ///< products read weights and activations rounded to bfloat16
};

/// The names of the precisions on the command line, in Python and in checkpoints.
template <>
struct EnumNames<Precision> {
  static constexpr std::array<std::string_view, 3> names = {"auto", "fp32", "bf16"};
  static constexpr std::string_view what = "precision";
};

}  // namespace musicvae
