// The representation of a Clave: one column per row, 1 for a hit.
#pragma once

#include <memory>
#include <musicvae/core.hpp>
#include <vector>

#include "clave.hpp"

class ClaveRepresentation final : public musicvae::RepresentationOf<Clave> {
 public:
  [[nodiscard]] std::string_view name() const noexcept override { return "clave"; }
  [[nodiscard]] std::unique_ptr<musicvae::Representation> clone() const override { return std::make_unique<ClaveRepresentation>(*this); }
  [[nodiscard]] int input_depth() const noexcept override { return 1; }
  [[nodiscard]] int output_depth(musicvae::OutputFormat) const noexcept override { return 1; }
  [[nodiscard]] int cells() const noexcept override { return 1; }
  void validate(const musicvae::ModelConfig& config, const musicvae::ConfigCheck& check) const override {
    check(config.head->output() == musicvae::OutputFormat::hits, "head must be bernoulli or nade for the clave converter");
  }

  [[nodiscard]] bool takes_rows_of(int depth) const noexcept override { return depth == 1; }
  void write_input(std::span<const float> row, std::span<const std::uint8_t> hidden, std::span<float> input) const override {
    input[0] = hidden.empty() || hidden[0] == 0 ? row[0] : 0.0F;
  }
  void write_target(musicvae::OutputFormat, std::span<const float> row, std::span<float> target) const override { target[0] = row[0]; }
  void write_hits(musicvae::OutputFormat, std::span<const float> step, std::span<std::uint8_t> hits) const override {
    hits[0] = static_cast<std::uint8_t>(step[0] > 0.5F);
  }

  [[nodiscard]] std::vector<float> rows(const Clave& clave) const override {
    std::vector<float> result;
    for (int step = 0; step < clave.steps(); ++step) result.push_back(clave.hit(step) ? 1.0F : 0.0F);
    return result;
  }
  [[nodiscard]] Clave value(musicvae::OutputFormat, std::span<const float> output, int steps, musicvae::Grid grid) const override {
    Clave clave(steps, grid);
    for (int step = 0; step < steps; ++step) clave.set(step, output[static_cast<std::size_t>(step)] > 0.5F);
    return clave;
  }
  /// As notes: General MIDI's claves. `musicvae sample` writes these.
  [[nodiscard]] musicvae::NoteSequence notes(musicvae::OutputFormat format, std::span<const float> output, int steps, musicvae::Grid grid,
                                             const musicvae::DrumMap&, double qpm) const override {
    musicvae::NoteSequence result = musicvae::to_notes(musicvae::DrumSequence(steps, grid), musicvae::DrumMap::reduced(), qpm);
    const Clave clave = value(format, output, steps, grid);
    const auto ticks_per_step = result.tempo_map.ticks_per_quarter() / grid.steps_per_quarter;
    for (int step = 0; step < steps; ++step) {
      if (!clave.hit(step)) continue;
      const auto start = static_cast<std::int64_t>(step) * ticks_per_step;
      result.notes.push_back({.pitch = 75, .velocity = 100, .start = {start}, .end = {start + ticks_per_step}});
    }
    return result;
  }
  [[nodiscard]] musicvae::KnownRows known_rows(const musicvae::Head&, const Clave& window, const StepMask& mask, bool,
                                               int steps) const override {
    musicvae::KnownRows known{std::vector<float>(static_cast<std::size_t>(steps)), std::vector<float>(static_cast<std::size_t>(steps))};
    for (int step = 0; step < window.steps(); ++step) {
      if (mask.at(step)) continue;
      known.cells[static_cast<std::size_t>(step)] = window.hit(step) ? 1.0F : 0.0F;
      known.mask[static_cast<std::size_t>(step)] = 1.0F;
    }
    return known;
  }
};
