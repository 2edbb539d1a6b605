// LstmMode: how LSTM layers are computed in training, and in which precision. Needs no torch header.
#pragma once

#include <array>
#include <string_view>

#include "musicvae/enum_names.hpp"
#include "musicvae/precision.hpp"

namespace musicvae::train {

/// How LSTM layers are computed. All paths agree up to rounding.
enum class LstmPath {
  automatic,  ///< in TrainerOptions: fused on the CPU, library on CUDA. The Trainer replaces it; layers take only the other three.
  fused,      ///< our own implementation for the CPU; see lib/train/lstm_fused.cpp
  unfused,    ///< one step at a time with LibTorch's operators, on any device; the reference in tests of the other paths
  library,    ///< LibTorch's own layer: oneDNN on the CPU, cuDNN on CUDA
};

using musicvae::Precision;

/// A path and a precision.
struct LstmMode {
  LstmPath path = LstmPath::fused;
  Precision precision = Precision::fp32;
};

using musicvae::name;

}  // namespace musicvae::train

namespace musicvae {

/// The names of the paths on the command line.
template <>
struct EnumNames<train::LstmPath> {
  static constexpr std::array<std::string_view, 4> names = {"auto", "fused", "unfused", "library"};
  static constexpr std::string_view what = "LSTM path";
};

}  // namespace musicvae
