#include "musicvae/model/representations/groove.hpp"

#include <algorithm>
#include <array>

#include "musicvae/model/config.hpp"
#include "musicvae/sequence/drum_notes.hpp"
#include "musicvae/sequence/drum_tensor.hpp"

namespace musicvae {
namespace {

// Writes at most one tap: the hit and offset of the loudest drum, in the columns of the open hi-hat, without velocity. A hidden hit counts
// as silent in the search for the loudest. If all drums are silent, the first drum is taken, hidden or not, as in Magenta's converter.
void write_tap(std::span<const float> row, std::span<const std::uint8_t> hidden, std::span<float> input) {
  int loudest = 0;
  float most = -1.0F;
  for (int d = 0; d < kDrums; ++d) {
    const auto at = static_cast<std::size_t>(d);
    const float velocity = !hidden.empty() && hidden[at] != 0 ? 0.0F : row[kDrums + at];
    if (velocity > most) {
      most = velocity;
      loudest = d;
    }
  }
  constexpr auto tap = static_cast<std::size_t>(Drum::open_hihat);
  std::fill(input.begin(), input.end(), 0.0F);
  input[tap] = row[static_cast<std::size_t>(loudest)];
  input[2 * kDrums + tap] = row[static_cast<std::size_t>(2 * kDrums + loudest)];
}

// Note dropout: hides a random share of the hits, soft ones more often.
std::vector<std::uint8_t> drop_notes(std::span<const float> window, double most, const std::function<double()>& uniform) {
  std::vector<std::uint8_t> hidden(window.size() / kDrumTensorDepth * kDrums);
  const double share = most * uniform();
  for (std::size_t cell = 0; cell < hidden.size(); ++cell) {
    const float* row = window.data() + cell / kDrums * kDrumTensorDepth;
    const std::size_t drum = cell % kDrums;
    if (row[drum] <= 0.5F) continue;
    const double weight = std::max(0.2, 1.0 - static_cast<double>(row[kDrums + drum]));
    hidden[cell] = uniform() < share * weight ? 1 : 0;
  }
  return hidden;
}

// The cells to fill in: some drums, a stretch of steps, or scattered cells.
std::vector<std::uint8_t> choose_cells_to_fill(std::size_t steps, const std::function<double()>& uniform) {
  std::vector<std::uint8_t> hidden(steps * kDrums);
  const double kind = uniform();
  if (kind < 0.4) {
    std::array<bool, kDrums> chosen{};
    for (bool& drum : chosen) drum = uniform() < 0.5;
    chosen[static_cast<std::size_t>(uniform() * kDrums)] = true;  // at least one
    for (std::size_t cell = 0; cell < hidden.size(); ++cell) hidden[cell] = chosen[cell % kDrums] ? 1 : 0;
  } else if (kind < 0.8) {
    const double eighth = static_cast<double>(steps) / 8.0;
    const auto length = std::max<std::size_t>(1, static_cast<std::size_t>(eighth + uniform() * 3.0 * eighth + 0.5));
    const auto first = static_cast<std::size_t>(uniform() * static_cast<double>(steps - length + 1));
    std::fill_n(hidden.begin() + static_cast<std::ptrdiff_t>(first * kDrums), length * kDrums, std::uint8_t{1});
  } else {
    const double share = 0.1 + 0.8 * uniform();
    for (std::uint8_t& cell : hidden) cell = uniform() < share ? 1 : 0;
  }
  return hidden;
}

}  // namespace

std::unique_ptr<Representation> GrooveRepresentation::clone() const {
  return std::make_unique<GrooveRepresentation>(*this);
}

void GrooveRepresentation::fields(ConfigFields& fields) {
  fields.choice("task", settings_.task);
  fields("note_dropout", settings_.note_dropout);
}

void GrooveRepresentation::take_depths(const GivenDepths& depths) {
  if (depths.control) settings_.follows_input = *depths.control > info(task()).marks;
}

void GrooveRepresentation::validate(const ModelConfig& config, const ConfigCheck& check) const {
  check(settings_.note_dropout >= 0 && settings_.note_dropout <= 1, "note_dropout is out of range; use 0 to 1");
  check(settings_.note_dropout == 0 || info(task()).may_drop_notes,
        "note_dropout is for the tasks tap, humanize and add_closed_hihat; set it to 0");
  check(config.head->output() == OutputFormat::hits_with_feel, "head must be groove or feel for the groove converter");
  check(!settings_.follows_input || info(task()).decoder_may_follow,
        "control_depth must be 9 for the tasks hits_control and infill, 0 for others, or 27 more where the decoder follows what the "
        "encoder sees (humanize, tap, add_closed_hihat, infill)");
}

std::string GrooveRepresentation::input_name() const {
  return task() == Task::reconstruct ? "groove" : std::string(musicvae::name(task()));
}

void GrooveRepresentation::write_input(std::span<const float> row, std::span<const std::uint8_t> hidden, std::span<float> input) const {
  if (hidden.empty() && target_is_input()) {
    std::copy(row.begin(), row.end(), input.begin());
    return;
  }
  if (task() == Task::tap) {
    write_tap(row, hidden, input);
    return;
  }
  const bool hits_only = task() == Task::humanize;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const auto drum = static_cast<Drum>(i % kDrums);
    const bool seen = (hidden.empty() || hidden[i % kDrums] == 0) && (!hits_only || i < kDrums) &&
                      (task() != Task::add_closed_hihat || drum != Drum::closed_hihat);
    input[i] = seen ? row[i] : 0.0F;
  }
}

void GrooveRepresentation::write_target(OutputFormat, std::span<const float> row, std::span<float> target) const {
  std::copy(row.begin(), row.end(), target.begin());
}

void GrooveRepresentation::write_control(std::span<const float> row, std::span<const std::uint8_t> hidden, std::span<float> control) const {
  const auto marks = static_cast<std::size_t>(info(task()).marks);
  if (control.size() > marks) write_input(row, hidden, control.subspan(marks));
  for (std::size_t c = 0; c < marks; ++c) {
    control[c] = task() == Task::hits_control ? row[c] : !hidden.empty() && hidden[c] != 0 ? 1.0F : 0.0F;
  }
}

void GrooveRepresentation::write_hits(OutputFormat, std::span<const float> step, std::span<std::uint8_t> hits) const {
  for (std::size_t d = 0; d < kDrums; ++d) hits[d] = static_cast<std::uint8_t>(step[d] > 0.5F);
}

bool GrooveRepresentation::target_is_input() const noexcept {
  return task() == Task::reconstruct || task() == Task::hits_control;
}

bool GrooveRepresentation::hides_cells(bool training) const noexcept {
  return task() == Task::infill || (training && settings_.note_dropout > 0.0);
}

std::vector<std::uint8_t> GrooveRepresentation::draw_hidden_cells(std::span<const float> window,
                                                                  const std::function<double()>& uniform) const {
  if (task() == Task::infill) return choose_cells_to_fill(window.size() / kDrumTensorDepth, uniform);
  return drop_notes(window, settings_.note_dropout, uniform);
}

NoteSequence GrooveRepresentation::notes(OutputFormat format, std::span<const float> output, int steps, Grid grid, const DrumMap& map,
                                         double qpm) const {
  return to_notes(value(format, output, steps, grid), map, qpm);
}

std::vector<float> GrooveRepresentation::rows(const DrumSequence& groove) const {
  std::vector<float> rows(static_cast<std::size_t>(groove.steps()) * kDrumTensorDepth);
  to_tensor(groove, rows);
  return rows;
}

DrumSequence GrooveRepresentation::value(OutputFormat, std::span<const float> output, int steps, Grid grid) const {
  return from_tensor(output, steps, grid);
}

KnownRows GrooveRepresentation::known_rows(const Head&, const DrumSequence& window, const CellMask& mask, bool whole, int steps) const {
  const std::vector<float> rows = this->rows(window);
  const auto depth = static_cast<std::size_t>(kDrumTensorDepth);
  KnownRows known{std::vector<float>(static_cast<std::size_t>(steps) * depth), std::vector<float>(static_cast<std::size_t>(steps) * depth)};
  for (int step = 0; step < window.steps(); ++step) {
    for (std::size_t c = 0; c < (whole ? depth : kDrums); ++c) {
      if (mask.at(step, static_cast<Drum>(c % kDrums))) continue;
      const std::size_t at = static_cast<std::size_t>(step) * depth + c;
      known.cells[at] = rows[at];
      known.mask[at] = 1.0F;
    }
  }
  return known;
}

}  // namespace musicvae
