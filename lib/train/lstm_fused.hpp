// The fused LSTM on the CPU.
#pragma once

#include "lstm_kernels.hpp"
#include "musicvae/train/lstm.hpp"

namespace musicvae::train {

[[nodiscard]] std::vector<LstmResult> run_fused_lstm(const std::vector<LstmCall>& calls, const Dropout& dropout, Storage storage);

/// What the products of a precision read on this machine.
[[nodiscard]] Storage storage_of(Precision precision);

}  // namespace musicvae::train
