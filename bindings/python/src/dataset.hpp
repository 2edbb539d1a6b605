// Dataset: windows of drum playing, as Python's GrooveDataset holds them.
#pragma once

#include <optional>
#include <utility>

#include "musicvae/data/window_set.hpp"
#include "musicvae/error.hpp"

namespace musicvae::python {

class Dataset {
 public:
  /// The dataset shows the `split` part of `all`, or everything if there is no split.
  Dataset(data::WindowSet all, std::optional<data::Split> split)
      : windows_(Windows{all, split ? all.where([&](const data::SourceFile& file) { return file.split == *split; }) : all, split}) {}

  /// The windows that the dataset shows. Throws ArgumentError once closed.
  [[nodiscard]] const data::WindowSet& windows() const { return checked().shown; }
  /// The windows of every split: a Trainer validates on another split than it trains on.
  [[nodiscard]] const data::WindowSet& all_splits() const { return checked().all; }
  [[nodiscard]] std::optional<data::Split> split() const { return checked().split; }

  [[nodiscard]] bool closed() const { return !windows_; }
  void close() { windows_.reset(); }

 private:
  struct Windows {
    data::WindowSet all;
    data::WindowSet shown;
    std::optional<data::Split> split;
  };
  [[nodiscard]] const Windows& checked() const {
    if (!windows_) throw ArgumentError("dataset: is closed; open it again");
    return *windows_;
  }
  std::optional<Windows> windows_;
};

}  // namespace musicvae::python
