#include "musicvae/data/groove_converter.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "drums_cut.hpp"
#include "musicvae/error.hpp"
#include "musicvae/model/representation.hpp"
#include "musicvae/sequence/drum_notes.hpp"
#include "musicvae/sequence/drum_tensor.hpp"
#include "reference_cut.hpp"

namespace musicvae::data {
namespace {

constexpr Grid grid{};

/// Why bars of 16 steps do not fit the file's meters, if they do not. A file without a meter is in 4/4.
std::optional<LeftOut> refused_meter(const NoteSequence& notes) {
  const auto fits = [](const TimeSignature& meter) { return meter.numerator == meter.denominator; };
  const auto& meters = notes.time_signatures;
  if (std::all_of(meters.begin(), meters.end(), fits)) return {};
  const bool from_the_start = meters.front().at <= Ticks{};
  const bool one = std::all_of(meters.begin(), meters.end(), [&](const TimeSignature& meter) {
    return meter.numerator == meters.front().numerator && meter.denominator == meters.front().denominator;
  });
  return from_the_start && one ? LeftOut::odd_meter : LeftOut::several_meters;
}

/// How long a clip is, in steps: a file that ends right on a bar line, but not so far after the last hit that it is no clip. Else 0.
std::int64_t clip_steps(const NoteSequence& notes, std::int64_t last_hit) {
  const std::int64_t bar = std::int64_t{4} * notes.tempo_map.ticks_per_quarter();
  return notes.end.value % bar == 0 ? detail::end_step(notes, grid, last_hit) : 0;
}

ConvertedFile convert_ours(const NoteSequence& notes, const GrooveConverterOptions& options) {
  ConvertedFile result;
  if (const auto reason = refused_meter(notes)) {
    result.left_out.add(*reason);
    return result;
  }
  const DrumNotes drums = options.drum_channel.choose(notes, *options.drum_map);
  result.guessed_drums = drums.guessed;
  std::vector<Onset> onsets = to_onsets(notes, *options.drum_map, grid.steps_per_quarter, result.left_out, drums);
  if (onsets.empty()) {
    result.left_out.add(LeftOut::no_notes);
    return result;
  }
  const std::int64_t per_bar = grid.steps_per_bar();
  const std::int64_t last = detail::last_step(onsets);
  const std::int64_t clip = clip_steps(notes, last);
  if (last == clip) detail::wrap_early_hits(onsets, clip);
  const std::int64_t bars = std::min(std::max({std::int64_t{1}, (last + per_bar - 1) / per_bar, clip / per_bar}), kMaxSteps / per_bar);
  if (bars < options.bars) {
    result.left_out.add(LeftOut::too_short);
    return result;
  }
  DrumSequence sequence(static_cast<int>(bars * per_bar), grid);
  for (const Onset& onset : onsets) place(sequence, onset, result.left_out);

  result.windows.rows.resize(static_cast<std::size_t>(sequence.steps()) * kDrumTensorDepth);
  to_tensor(sequence, result.windows.rows);
  const int steps = options.bars * static_cast<int>(per_bar);
  for (std::int64_t bar = 0; bar + options.bars <= bars; ++bar) {
    if (sequence.slice(static_cast<int>(bar * per_bar), steps).hits() == 0) {
      result.left_out.add(LeftOut::silent_window);
    } else {
      result.windows.windows.push_back({bar * per_bar, bar});
    }
  }
  return result;
}

}  // namespace

GrooveConverterOptions converter_options_for(const ModelConfig& config) {
  GrooveConverterOptions options{.bars = std::max(1, config.steps / static_cast<int>(grid.steps_per_bar()))};
  if (config.converter == Converter::drums && drum_class_count(config) != kDrums) {
    options.cut = Cut::reference_drums;
    options.classes = DrumClasses::full;
  }
  return options;
}

GrooveConverter::GrooveConverter(GrooveConverterOptions options) : options_(std::move(options)) {
  if (!options_.drum_map) options_.drum_map = options_.cut == Cut::ours ? DrumMap::standard() : DrumMap::roland();
  if (options_.bars < 1 || options_.bars > 64)
    throw ArgumentError("groove converter: windows of " + std::to_string(options_.bars) + " bars; use 1 to 64");
  if (options_.classes == DrumClasses::full && options_.cut != Cut::reference_drums) {
    throw ArgumentError("groove converter: the cut " + std::string(name(options_.cut)) +
                        " has nine drum classes, not the full 61; use nine, or the cut reference-drums");
  }
}

int GrooveConverter::steps() const {
  return options_.bars * grid.steps_per_bar();
}

WindowSetInfo GrooveConverter::info() const {
  const int depth = options_.cut == Cut::reference_drums ? count(options_.classes) : kDrumTensorDepth;
  return {.cut = options_.cut, .steps = steps(), .depth = depth, .drum_map = *options_.drum_map};
}

ConvertedFile GrooveConverter::convert(const NoteSequence& notes, std::optional<TableTempo> table) const {
  switch (options_.cut) {
    case Cut::ours:
      return convert_ours(notes, options_);
    case Cut::reference:
      return convert_reference(notes, options_);
    case Cut::reference_tfds:
      return convert_reference_tfds(notes, options_, table);
    case Cut::reference_drums:
      return convert_reference_drums(notes, options_);
  }
  return {};
}

}  // namespace musicvae::data
