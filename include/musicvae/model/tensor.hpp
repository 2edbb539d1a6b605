// Tensors by name: what a model has (Weights) and what a config demands (TensorSpec).
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "musicvae/model/safetensors.hpp"

namespace musicvae {

/// The elements of a tensor as they are stored: float32 or IEEE halves. Immutable. Copies share the memory, which may be a mapped file.
class TensorValues {
 public:
  TensorValues() = default;
  TensorValues(std::vector<float> values);  // NOLINT(google-explicit-constructor): floats are values
  TensorValues(std::initializer_list<float> values) : TensorValues(std::vector<float>(values)) {}

  /// The elements of `view`. Floats and halves stay where they are, and `owner` keeps them alive; without an owner they are copied. Other
  /// types are converted to floats. Throws ModelError as TensorView::floats does.
  TensorValues(const TensorView& view, std::shared_ptr<const void> owner);

  [[nodiscard]] std::size_t size() const noexcept { return bytes_.size() / size_of(dtype_); }
  /// f32 or f16.
  [[nodiscard]] Dtype dtype() const noexcept { return dtype_; }
  /// The stored elements, possibly unaligned.
  [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return bytes_; }

  /// A copy of the elements as floats, exactly.
  [[nodiscard]] std::vector<float> floats() const;
  /// The index of the first element that is infinite or not a number; size() if there is none.
  [[nodiscard]] std::size_t first_not_finite() const noexcept { return first_not_finite_; }

  /// Whether both are the same numbers, however they are stored.
  friend bool operator==(const TensorValues& a, const TensorValues& b) { return a.floats() == b.floats(); }

 private:
  Dtype dtype_ = Dtype::f32;
  std::span<const std::byte> bytes_;
  std::shared_ptr<const void> owner_;
  std::size_t first_not_finite_ = 0;
};

/// A row-major tensor.
struct Tensor {
  std::vector<std::int64_t> shape;
  TensorValues values;
  friend bool operator==(const Tensor&, const Tensor&) = default;
};

/// The tensor as stored, for a file. The tensor must outlive it.
[[nodiscard]] inline TensorView view_of(const Tensor& tensor) {
  return {tensor.values.dtype(), tensor.shape, tensor.values.bytes()};
}

/// Every tensor of a model by its name (tensor_specs() lists them).
using Weights = std::map<std::string, Tensor>;

/// A tensor that a model must have.
struct TensorSpec {
  std::string name;
  std::vector<std::int64_t> shape;
  friend bool operator==(const TensorSpec&, const TensorSpec&) = default;
};

}  // namespace musicvae
