#include "hidden_cells.hpp"

#include <algorithm>
#include <array>

#include "data_order.hpp"
#include "musicvae/sequence/drum_tensor.hpp"

namespace musicvae::train {
namespace {

// The uniform random numbers of one window, in sequence.
class Uniforms {
 public:
  Uniforms(std::uint64_t seed, std::uint64_t position) : seed_(seed), position_(position) {}

  [[nodiscard]] double next() {
    if (used_ % 4 == 0) words_ = hidden_words(seed_, position_, used_ / 4);
    return engine::uniform(words_[used_++ % 4]);
  }

 private:
  std::uint64_t seed_, position_;
  std::uint32_t used_ = 0;
  engine::PhiloxCounter words_{};
};

void drop_notes(std::span<const float> window, double most, Uniforms& uniforms, std::vector<std::uint8_t>& hidden) {
  const double share = most * uniforms.next();
  for (std::size_t cell = 0; cell < hidden.size(); ++cell) {
    const float* row = window.data() + cell / kDrums * kDrumTensorDepth;
    const std::size_t drum = cell % kDrums;
    if (row[drum] <= 0.5F) continue;
    const double weight = std::max(0.2, 1.0 - static_cast<double>(row[kDrums + drum]));
    hidden[cell] = uniforms.next() < share * weight ? 1 : 0;
  }
}

void choose_cells_to_fill(Uniforms& uniforms, std::vector<std::uint8_t>& hidden) {
  const std::size_t steps = hidden.size() / kDrums;
  const double kind = uniforms.next();
  if (kind < 0.4) {
    std::array<bool, kDrums> chosen{};
    for (bool& drum : chosen) drum = uniforms.next() < 0.5;
    chosen[static_cast<std::size_t>(uniforms.next() * kDrums)] = true;  // at least one
    for (std::size_t cell = 0; cell < hidden.size(); ++cell) hidden[cell] = chosen[cell % kDrums] ? 1 : 0;
  } else if (kind < 0.8) {
    const double eighth = static_cast<double>(steps) / 8.0;
    const auto length = std::max<std::size_t>(1, static_cast<std::size_t>(eighth + uniforms.next() * 3.0 * eighth + 0.5));
    const auto first = static_cast<std::size_t>(uniforms.next() * static_cast<double>(steps - length + 1));
    std::fill_n(hidden.begin() + static_cast<std::ptrdiff_t>(first * kDrums), length * kDrums, std::uint8_t{1});
  } else {
    const double share = 0.1 + 0.8 * uniforms.next();
    for (std::uint8_t& cell : hidden) cell = uniforms.next() < share ? 1 : 0;
  }
}

}  // namespace

bool hides_cells(const ModelConfig& config) {
  return config.task == Task::infill || config.note_dropout > 0.0;
}

std::vector<std::uint8_t> draw_hidden_cells(const ModelConfig& config, std::span<const float> window, std::uint64_t seed,
                                            std::uint64_t position) {
  if (!hides_cells(config)) return {};
  std::vector<std::uint8_t> hidden(window.size() / kDrumTensorDepth * kDrums);
  Uniforms uniforms(seed, position);
  if (config.task == Task::infill) {
    choose_cells_to_fill(uniforms, hidden);
  } else {
    drop_notes(window, config.note_dropout, uniforms, hidden);
  }
  return hidden;
}

}  // namespace musicvae::train
