// MusicVae's tasks: humanize, tap_to_drums, add_closed_hihat, infill and continue_groove.
#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "chords.hpp"
#include "model.hpp"
#include "musicvae/engine/tasks.hpp"
#include "musicvae/error.hpp"

namespace musicvae::python {
namespace {

using Does = DrumSequence (*)(Sampler&, const DrumSequence&, const DecodeOptions&);

DrumSequence run(const Model& model, const DrumSequence& groove, float temperature, const py::object& seed,
                 std::optional<float> feel_temperature, Does does) {
  const DecodeOptions options{.temperature = temperature, .seed = seed_from(seed), .feel_temperature = feel_temperature};
  const py::gil_scoped_release release;
  return model.with_sampler([&](Sampler& sampler) { return does(sampler, groove, options); });
}

/// Cells from an array [steps, 9] of booleans; NumPy converts other numbers.
CellMask mask_from(const py::object& mask, int steps) {
  const auto cells = py::array_t<std::uint8_t, py::array::c_style | py::array::forcecast>::ensure(
      py::module_::import("numpy").attr("asarray")(mask).attr("astype")("bool"));
  if (!cells || cells.ndim() != 2 || cells.shape(0) != steps || cells.shape(1) != kDrums) {
    throw ArgumentError("infill: the mask is not [" + std::to_string(steps) + ", 9]; give a boolean for each step and drum of the groove");
  }
  return {steps, std::span(cells.data(), static_cast<std::size_t>(cells.size()))};
}

/// The first step of the given bars (or all), and how many steps they have; bars count from 0, as in Python's ranges.
std::pair<int, int> steps_in(const std::optional<std::pair<int, int>>& bars, int steps, const Grid& grid) {
  if (!bars) return {0, steps};
  const int bar = grid.steps_per_bar();
  const int all = (steps + bar - 1) / bar;
  if (bars->first < 0 || bars->second <= bars->first || bars->second > all) {
    throw ArgumentError("infill: bars (" + std::to_string(bars->first) + ", " + std::to_string(bars->second) +
                        ") are not in the music; use (first, end) within (0, " + std::to_string(all) + ")");
  }
  const int first = bars->first * bar;
  return {first, std::min(steps, bars->second * bar) - first};
}

/// The given drums (or all) in the given bars (or all).
CellMask mask_from(const std::optional<std::vector<DrumArgument>>& drums, const std::optional<std::pair<int, int>>& bars,
                   const DrumSequence& groove) {
  CellMask mask(groove.steps());
  if (!bars && !drums) throw ArgumentError("infill: nothing to fill in; give mask, drums or bars");
  const auto [first, count] = steps_in(bars, groove.steps(), groove.grid());
  if (!drums) mask.choose(first, count);
  if (drums) {
    for (const DrumArgument& drum : *drums) mask.choose(drum_from(drum), first, count);
  }
  return mask;
}

DrumSequence fill(const Model& model, const DrumSequence& groove, const py::object& mask,
                  const std::optional<std::vector<DrumArgument>>& drums, const std::optional<std::pair<int, int>>& bars, float temperature,
                  const py::object& seed, std::optional<float> feel_temperature, const ChordsArgument& chords) {
  if (!mask.is_none() && (drums || bars)) throw ArgumentError("infill: give mask, or drums and bars, not both");
  const CellMask cells = mask.is_none() ? mask_from(drums, bars, groove) : mask_from(mask, groove.steps());
  const DecodeOptions options{.temperature = temperature,
                              .seed = seed_from(seed),
                              .feel_temperature = feel_temperature,
                              .chords = chords_from(chords, model.engine().grid())};
  const py::gil_scoped_release release;
  return model.with_sampler([&](Sampler& sampler) { return infill(sampler, groove, cells, options); });
}

Melody fill_melody(const Model& model, const Melody& melody, const std::vector<bool>& mask, float temperature, const py::object& seed,
                   const ChordsArgument& chords) {
  StepMask steps(static_cast<int>(mask.size()));
  for (std::size_t step = 0; step < mask.size(); ++step) {
    if (mask[step]) steps.choose(static_cast<int>(step), 1);
  }
  const DecodeOptions options{.temperature = temperature, .seed = seed_from(seed), .chords = chords_from(chords, model.engine().grid())};
  const py::gil_scoped_release release;
  return model.with_sampler([&](Sampler& sampler) { return infill(sampler, melody, steps, options); });
}

/// The given parts (or all) in the given bars (or all); bars count from 0, as in Python's ranges.
TrioMask mask_from(const std::optional<std::vector<std::string>>& parts, const std::optional<std::pair<int, int>>& bars, const Trio& trio) {
  TrioMask mask(trio.steps());
  if (!parts && !bars) throw ArgumentError("infill: nothing to fill in; give parts or bars");
  const auto [first, count] = steps_in(bars, trio.steps(), trio.grid());
  if (!parts) mask.choose(first, count);
  if (parts) {
    for (const std::string& part : *parts) mask.choose(from_name<TrioPart>(part), first, count);
  }
  return mask;
}

Trio fill_trio(const Model& model, const Trio& trio, const std::optional<std::vector<std::string>>& parts,
               const std::optional<std::pair<int, int>>& bars, float temperature, const py::object& seed, const ChordsArgument& chords) {
  const TrioMask mask = mask_from(parts, bars, trio);
  const DecodeOptions options{.temperature = temperature, .seed = seed_from(seed), .chords = chords_from(chords, model.engine().grid())};
  const py::gil_scoped_release release;
  return model.with_sampler([&](Sampler& sampler) { return infill(sampler, trio, mask, options); });
}

template <MusicValue Value>
Value go_on(const Model& model, const Value& groove, int bars, float temperature, const py::object& seed,
            std::optional<float> feel_temperature, const ChordsArgument& chords) {
  const DecodeOptions options{.temperature = temperature,
                              .seed = seed_from(seed),
                              .feel_temperature = feel_temperature,
                              .chords = chords_from(chords, model.engine().grid())};
  const py::gil_scoped_release release;
  return model.with_sampler([&](Sampler& sampler) { return continue_groove(sampler, groove, bars, options); });
}

}  // namespace

void add_tasks(ModelClass& model) {
  const auto task = [&](const char* name, Does does, float usual, const char* doc) {
    model.def(
        name,
        [does](const Model& m, const DrumSequence& groove, float temperature, const py::object& seed,
               std::optional<float> feel_temperature) { return run(m, groove, temperature, seed, feel_temperature, does); },
        py::arg("groove"), py::arg("temperature") = usual, py::arg("seed") = py::none(), py::arg("feel_temperature") = py::none(), doc);
  };
  task("humanize", humanize, 0.0F, R"(Give a groove a feel: keep its hits and predict their velocities and offsets.

feel_temperature: for a model with a feel head. 0 (the default at temperature 0) plays the means. 1 plays one of the many feels that
the model considers likely; another seed plays another one. For models of task "humanize" (configs groovae_*_humanize), and of task
"hits_control", which always play another feel with another seed. A long groove is processed window by window. Raises ArgumentError
for a model of another task, an empty groove, or a groove on another grid.)");
  task("tap_to_drums", tap_to_drums, 1.0F, R"(Make a drum groove with the rhythm of taps. It does not matter which drums the taps are on.

Many drum parts fit one rhythm. At temperature 1, the default, another seed plays another part. 0 plays the most likely part, which
has no toms or crashes. For models of task "tap" (configs groovae_*_tap_fixed_velocity*). Raises ArgumentError as humanize() does.)");
  task("add_closed_hihat", add_closed_hihat, 0.0F,
       R"(Replace the closed hi-hat of a groove with one that the model generates. The other drums stay.

For models of task "add_closed_hihat" (configs groovae_*_add_closed_hh). Raises ArgumentError as humanize() does.)");
  model.def("infill", &fill, py::arg("groove"), py::arg("mask") = py::none(), py::arg("drums") = py::none(), py::arg("bars") = py::none(),
            py::arg("temperature") = 1.0F, py::arg("seed") = py::none(), py::arg("feel_temperature") = py::none(),
            py::arg("chords") = py::none(), R"(Fill in some cells of a groove. All other cells stay.

mask: booleans [steps, 9]. Instead of a mask, give drums (names or indices), bars (first, end; counted from 0), or both. drums alone
means in all bars, and bars alone means all drums. A model of task "infill" (configs groovae_*_infill) is trained for this; a model
that reconstructs does it through its latent space. chords: what the music is played on instead of its own chords, for a model with
chords; they last as long as the music, or as long as a window, and are repeated. Raises ArgumentError for a model of another task, a mask
of the wrong size, nothing to fill in, and chords of another length or for a model without chords.)");
  model.def("infill", &fill_melody, py::arg("melody"), py::arg("mask"), py::arg("temperature") = 1.0F, py::arg("seed") = py::none(),
            py::arg("chords") = py::none(), "The same for a melody. mask: booleans [steps].");
  model.def("infill", &fill_trio, py::arg("trio"), py::arg("parts") = py::none(), py::arg("bars") = py::none(),
            py::arg("temperature") = 1.0F, py::arg("seed") = py::none(), py::arg("chords") = py::none(),
            R"(The same for a trio. parts: a list of "melody", "bass" and "drums"; None is all three.)");
  const auto add_continue = [&](auto go) {
    model.def("continue_groove", go, py::arg("groove"), py::arg("bars") = 4, py::arg("temperature") = 1.0F, py::arg("seed") = py::none(),
              py::arg("feel_temperature") = py::none(), py::arg("chords") = py::none(),
              R"(Generate the bars that follow a groove. The result does not contain the groove.

For models that reconstruct or infill, with a window of two bars or more. chords: those of the new bars, for a model with chords; they
last as long as the new bars, or as long as a window, and are repeated. Without them, such a model plays on "N.C.". Raises ArgumentError
for another model, a groove of less than one bar, and chords of another length or for a model without chords.)");
  };
  for_each_music([&]<class Value>() { add_continue(&go_on<Value>); });
}

}  // namespace musicvae::python
