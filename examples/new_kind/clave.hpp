// A new kind of music: a rhythm of one voice, such as a clave. This file has the value; clave_representation.hpp makes rows of it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <musicvae/error.hpp>
#include <musicvae/sequence/grid.hpp>
#include <span>
#include <string_view>
#include <vector>

/// A choice of steps, such as the steps to fill in.
class StepMask {
 public:
  explicit StepMask(int steps) : cells_(static_cast<std::size_t>(steps)) {}
  [[nodiscard]] int steps() const { return static_cast<int>(cells_.size()); }
  [[nodiscard]] int count() const { return static_cast<int>(std::count(cells_.begin(), cells_.end(), std::uint8_t{1})); }
  [[nodiscard]] bool at(int step) const { return cells_.at(static_cast<std::size_t>(step)) != 0; }
  [[nodiscard]] std::span<const std::uint8_t> cells() const { return cells_; }
  void choose(int first, int count) { std::fill_n(cells_.begin() + first, count, std::uint8_t{1}); }
  [[nodiscard]] StepMask slice(int first, int count) const {
    StepMask part(count);
    std::copy_n(cells_.begin() + first, count, part.cells_.begin());
    return part;
  }
  /// The chosen steps from `chosen`, the others from `others`.
  template <class Value>
  [[nodiscard]] Value combine(const Value& chosen, const Value& others) const {
    Value result = others;
    for (int step = 0; step < steps(); ++step) {
      if (at(step)) result.set(step, chosen.hit(step));
    }
    return result;
  }

 private:
  std::vector<std::uint8_t> cells_;
};

/// A step is hit or not. The members that the library needs are those of the concept musicvae::MusicValue.
class Clave {
 public:
  using Mask = StepMask;
  static constexpr std::string_view kPlural = "claves";

  explicit Clave(int steps = 0, musicvae::Grid grid = {}) : grid_(grid), hits_(static_cast<std::size_t>(steps)) {}
  [[nodiscard]] int steps() const { return static_cast<int>(hits_.size()); }
  [[nodiscard]] const musicvae::Grid& grid() const { return grid_; }
  [[nodiscard]] bool hit(int step) const { return hits_.at(static_cast<std::size_t>(step)) != 0; }
  void set(int step, bool hit) { hits_.at(static_cast<std::size_t>(step)) = static_cast<std::uint8_t>(hit); }

  [[nodiscard]] Clave slice(int first, int count) const {
    Clave part(count, grid_);
    std::copy_n(hits_.begin() + first, count, part.hits_.begin());
    return part;
  }
  void append(const Clave& next) { hits_.insert(hits_.end(), next.hits_.begin(), next.hits_.end()); }
  [[nodiscard]] Clave concat(const Clave& next) const {
    Clave both = *this;
    both.append(next);
    return both;
  }
  [[nodiscard]] Clave repeated(int count) const {
    Clave result(0, grid_);
    while (result.steps() < count) result.append(*this);
    return result.slice(0, count);
  }

 private:
  musicvae::Grid grid_;
  std::vector<std::uint8_t> hits_;
};
