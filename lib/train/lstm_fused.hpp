// The fused LSTM on the CPU.
#pragma once

#include "lstm_kernels.hpp"
#include "musicvae/train/lstm.hpp"

namespace musicvae::train {

[[nodiscard]] std::vector<LstmResult> run_fused_lstm(const std::vector<LstmCall>& calls, const Dropout& dropout, Storage storage);

/// The storage of the operands of matrix products at a precision on this machine.
[[nodiscard]] Storage storage_of(Precision precision);

}  // namespace musicvae::train
