// CPU dropout masks, shared by all paths of the LSTM.
#pragma once

#include <cstdint>

#include "lstm_kernels.hpp"
#include "musicvae/train/dropout.hpp"

namespace musicvae::train {

[[nodiscard]] DropoutKey dropout_key(const Dropout& dropout, const DropoutSite& site);

/// Numbers the elements of an input [T, B * segments, width] for its mask. row() returns the number of a row's first element.
class ElementNumbers {
 public:
  ElementNumbers(const Dropout& dropout, const DropoutSite& site, std::int64_t steps, std::int64_t rows, std::int64_t width)
      : windows_(rows / site.segments),
        first_window_(dropout.first_window),
        all_windows_(dropout.all_windows > 0 ? dropout.all_windows : windows_),
        first_step_(site.first_step),
        steps_(steps),
        width_(width) {}

  [[nodiscard]] std::uint64_t row(std::int64_t step, std::int64_t row) const {
    const std::int64_t window = first_window_ + row % windows_;
    return static_cast<std::uint64_t>(((first_step_ + row / windows_ * steps_ + step) * all_windows_ + window) * width_);
  }

 private:
  std::int64_t windows_, first_window_, all_windows_, first_step_, steps_, width_;
};

}  // namespace musicvae::train
