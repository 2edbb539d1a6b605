// TrioMask: a choice of steps of the parts of a trio, such as those to fill in.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "musicvae/enum_names.hpp"

namespace musicvae {

class Trio;

/// The three parts of a trio, in the order of a model's columns.
enum class TrioPart : std::uint8_t { melody, bass, drums };

/// The number of parts.
inline constexpr int kTrioParts = 3;

/// The names of the parts.
template <>
struct EnumNames<TrioPart> {
  static constexpr std::array<std::string_view, kTrioParts> names = {"melody", "bass", "drums"};
  static constexpr std::string_view what = "part of a trio";
};

/// A choice of cells, `steps` x three parts. A cell of the drums is all nine drums at one step. At first no cell is chosen. A regular
/// value.
class TrioMask {
 public:
  TrioMask() = default;
  /// Throws ArgumentError for fewer than 0 steps.
  explicit TrioMask(int steps);

  [[nodiscard]] int steps() const { return static_cast<int>(cells_.size()) / kTrioParts; }
  /// How many cells are chosen.
  [[nodiscard]] int count() const;
  /// Whether a cell is chosen. Throws ArgumentError when `step` is outside the mask.
  [[nodiscard]] bool at(int step, TrioPart part) const;
  /// All cells, [steps, 3]: 1 if chosen, otherwise 0.
  [[nodiscard]] std::span<const std::uint8_t> cells() const { return cells_; }

  /// Chooses steps [first, first + count) of a part. Throws ArgumentError unless all of these steps are inside the mask.
  void choose(TrioPart part, int first, int count);
  /// Chooses these steps of all three parts.
  void choose(int first, int count);

  /// Steps [first, first + count) as a new mask. Throws ArgumentError unless all of these steps are inside the mask.
  [[nodiscard]] TrioMask slice(int first, int count) const;

  /// The chosen cells from `chosen`, the others from `others`. Throws ArgumentError unless both have as many steps as the mask.
  [[nodiscard]] Trio combine(const Trio& chosen, const Trio& others) const;

  friend bool operator==(const TrioMask&, const TrioMask&) = default;

 private:
  std::vector<std::uint8_t> cells_;
};

}  // namespace musicvae
