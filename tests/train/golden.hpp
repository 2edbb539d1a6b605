// The reference's values in the layout that the training tests need: golden tensors are [B, T, width]; this library's are time-major.
#pragma once

#include <gtest/gtest.h>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "musicvae/model/safetensors.hpp"
#include "musicvae/train/music_vae.hpp"

namespace musicvae::train {

/// A safetensors file of golden values.
class Golden {
 public:
  explicit Golden(const std::filesystem::path& path) : file_(SafetensorsFile::read(path)) {}

  [[nodiscard]] bool has(const std::string& name) const { return file_.view().tensors.contains(name); }
  [[nodiscard]] torch::Tensor at(const std::string& name) const {
    const TensorView& view = file_.at(name);
    if (view.dtype == Dtype::i32) return torch::tensor(view.integers(), torch::kInt64).reshape(view.shape);
    return torch::tensor(view.floats()).reshape(view.shape);
  }
  [[nodiscard]] double number(const std::string& name) const { return at(name).item<double>(); }
  /// [B, T, width] to [T, B, width].
  [[nodiscard]] torch::Tensor sequence(const std::string& name) const { return at(name).transpose(0, 1).contiguous(); }
  /// All tensors whose names begin with `prefix`, with the prefix removed.
  [[nodiscard]] Weights weights(const std::string& prefix) const {
    Weights result;
    for (const auto& [name, view] : file_.view().tensors) {
      if (name.starts_with(prefix)) result.emplace(name.substr(prefix.size()), Tensor{view.shape, view.floats()});
    }
    return result;
  }

 private:
  SafetensorsFile file_;
};

[[nodiscard]] inline double max_difference(const torch::Tensor& a, const torch::Tensor& b) {
  EXPECT_EQ(a.sizes(), b.sizes());
  return (a.detach() - b).abs().max().item<double>();
}

/// |a - b| / |b|, in the L2 norm.
[[nodiscard]] inline double relative_difference(const torch::Tensor& a, const torch::Tensor& b) {
  EXPECT_EQ(a.sizes(), b.sizes());
  return ((a.detach() - b).norm() / b.norm()).item<double>();
}

/// One of the models of tests/data/golden: its config, golden values and batch, with dropout off.
struct TinyModel {
  ModelConfig config;
  Golden golden;
  Batch batch;

  explicit TinyModel(const std::string& name);
};

/// The names of the public tiny models.
[[nodiscard]] std::vector<std::string> tiny_models();

/// The names of the models that are not part of the sources: TinyModel finds their files with shared_golden().
[[nodiscard]] std::vector<std::string> shared_tiny_models();

/// A reference file in tests/shared, or an empty path if the reference is not here (the caller then skips the test and prints why).
[[nodiscard]] std::filesystem::path shared_golden(const std::string& file);

/// The file of a tiny model, in tests/data/golden or tests/shared; an empty path if it is in neither.
[[nodiscard]] std::filesystem::path tiny_golden(const std::string& name);

/// A batch of groovae_4bar from model_{init,warm}.safetensors.
[[nodiscard]] Batch groove_batch(const Golden& golden);

}  // namespace musicvae::train
