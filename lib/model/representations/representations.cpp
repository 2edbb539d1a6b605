// The table of representations, and what they have in common.
#include "musicvae/model/representation.hpp"

#include <algorithm>

#include "musicvae/model/representations/drums.hpp"
#include "musicvae/model/representations/groove.hpp"
#include "musicvae/model/representations/melody.hpp"
#include "musicvae/model/representations/tensors.hpp"
#include "musicvae/model/representations/tracks.hpp"
#include "musicvae/model/representations/trio.hpp"

namespace musicvae {
namespace {

template <class Unit>
std::unique_ptr<Representation> new_representation() {
  return std::make_unique<Unit>();
}

std::vector<RepresentationFactory>& representation_table() {
  static std::vector<RepresentationFactory> all = {new_representation<GrooveRepresentation>,  new_representation<DrumsRepresentation>,
                                                   new_representation<MelodyRepresentation>,  new_representation<TrioRepresentation>,
                                                   new_representation<TensorsRepresentation>, new_representation<TracksRepresentation>};
  return all;
}

}  // namespace

const std::vector<RepresentationFactory>& representations() {
  return representation_table();
}

void register_representation(RepresentationFactory make) {
  representation_table().push_back(make);
}

void Representation::fields(ConfigFields&) {}

void Representation::take_depths(const GivenDepths&) {}

void Representation::validate(const ModelConfig&, const ConfigCheck&) const {}

std::vector<int> Representation::categories() const {
  return {};
}

int Representation::row_count(int steps) const noexcept {
  return steps;
}

int Representation::step_count(int rows) const noexcept {
  return rows;
}

bool Representation::segments_end() const noexcept {
  return false;
}

int Representation::control_depth() const noexcept {
  return 0;
}

bool Representation::has_chords() const noexcept {
  return false;
}

bool Representation::row_has_chord(int) const noexcept {
  return true;
}

std::string Representation::input_name() const {
  return std::string(name());
}

Task Representation::task() const noexcept {
  return {};
}

void Representation::write_control(std::span<const float>, std::span<const std::uint8_t>, std::span<float> control) const {
  std::fill(control.begin(), control.end(), 0.0F);
}

bool Representation::write_free_control(std::span<float> control) const {
  std::fill(control.begin(), control.end(), 0.0F);
  return !info(task()).needs_control && control_depth() <= info(task()).marks;
}

bool Representation::target_is_input() const noexcept {
  return false;
}

bool Representation::hides_cells(bool) const noexcept {
  return false;
}

std::vector<std::uint8_t> Representation::draw_hidden_cells(std::span<const float>, const std::function<double()>&) const {
  return {};
}

bool Representation::transposes() const noexcept {
  return false;
}

void Representation::transpose(std::span<float>, int) const {}

bool Representation::equals(const Representation& other) const {
  const auto text = [](const Representation& representation) {
    ConfigFieldText fields;
    representation.clone()->fields(fields);
    return std::string(representation.name()) + " " + std::to_string(representation.input_depth()) + " " +
           std::to_string(representation.output_depth(OutputFormat::hits)) + " " + std::to_string(representation.control_depth()) + " " +
           fields.text();
  };
  return text(*this) == text(other);
}

}  // namespace musicvae
