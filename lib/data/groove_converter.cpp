#include "musicvae/data/groove_converter.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "drums_cut.hpp"
#include "musicvae/error.hpp"
#include "musicvae/sequence/drum_classes.hpp"
#include "musicvae/sequence/drum_notes.hpp"
#include "musicvae/sequence/drum_tensor.hpp"
#include "musicvae/sequence/meter.hpp"
#include "reference_cut.hpp"

namespace musicvae::data {
namespace {

constexpr Grid grid{};

/// Whether a bar of the meter has 16 steps.
bool fits(int numerator, int denominator) {
  return numerator == denominator;
}

/// The stretches of the piece with bars of the same length: 2/2 continues a stretch of 4/4. A file without a meter is in 4/4.
std::vector<MeterStretch> stretches_of(const NoteSequence& notes) {
  NoteSequence meters{.tempo_map = notes.tempo_map, .time_signatures = notes.time_signatures, .end = notes.end};
  for (TimeSignature& meter : meters.time_signatures) {
    if (fits(meter.numerator, meter.denominator)) meter.numerator = meter.denominator = 4;
  }
  return meter_stretches(meters);
}

/// Converts the stretches of one file, one after another.
class OurCut {
 public:
  OurCut(const NoteSequence& notes, const GrooveConverterOptions& options)
      : notes_(notes), options_(options), drums_(options.drum_channel.choose(notes, *options.drum_map)) {
    result_.guessed_drums = drums_.guessed;
  }

  ConvertedFile convert() && {
    const std::vector<MeterStretch> stretches = stretches_of(notes_);
    is_one_stretch_ = stretches.size() == 1;
    if (std::none_of(stretches.begin(), stretches.end(), [](const MeterStretch& s) { return fits(s.numerator, s.denominator); })) {
      result_.left_out.add(is_one_stretch_ ? LeftOut::odd_meter : LeftOut::several_meters);
      return std::move(result_);
    }
    for (const MeterStretch& stretch : stretches) add(stretch);
    if (!has_hits_) result_.left_out.add(LeftOut::no_notes);
    return std::move(result_);
  }

 private:
  void add(const MeterStretch& stretch) {
    if (!fits(stretch.numerator, stretch.denominator)) return leave_out(part(stretch.start, stretch.end));
    if (!stretch.end) return add(part(stretch.start, {}), stretch.first_bar);
    const Ticks bar{std::int64_t{4} * notes_.tempo_map.ticks_per_quarter()};
    const Ticks whole_bars{(*stretch.end - stretch.start).value / bar.value * bar.value};
    add(part(stretch.start, stretch.start + whole_bars), stretch.first_bar);
    if (stretch.start + whole_bars < *stretch.end) leave_out(part(stretch.start + whole_bars, stretch.end));  // an incomplete bar
  }

  /// The notes from `from` to `to`. A hit a little before a border belongs to the part after it.
  [[nodiscard]] NoteSequence part(Ticks from, std::optional<Ticks> to) const {
    if (from == Ticks{} && !to) return notes_;
    return slice(notes_, from, to, {notes_.tempo_map.ticks_per_quarter() / (2 * grid.steps_per_quarter)});
  }

  /// Counts the hits of a stretch as other_meter.
  void leave_out(const NoteSequence& stretch) {
    const std::size_t hits = to_onsets(stretch, *options_.drum_map, grid.steps_per_quarter, result_.left_out, drums_).size();
    has_hits_ = has_hits_ || hits > 0;
    result_.left_out.add(LeftOut::other_meter, static_cast<std::int64_t>(hits));
  }

  /// Adds the windows of a stretch if it is long enough.
  void add(const NoteSequence& stretch, std::int64_t first_bar) {
    std::vector<Onset> onsets = to_onsets(stretch, *options_.drum_map, grid.steps_per_quarter, result_.left_out, drums_);
    if (onsets.empty()) return;
    has_hits_ = true;
    const std::int64_t per_bar = grid.steps_per_bar();
    const std::int64_t last = detail::last_step(onsets);
    const std::int64_t clip = clip_steps(stretch, last);
    if (last == clip) detail::wrap_early_hits(onsets, clip);
    const std::int64_t bars = std::min(std::max({std::int64_t{1}, (last + per_bar - 1) / per_bar, clip / per_bar}), kMaxSteps / per_bar);
    if (bars < options_.bars) {
      if (is_one_stretch_) return result_.left_out.add(LeftOut::too_short);
      return result_.left_out.add(LeftOut::short_stretch, static_cast<std::int64_t>(onsets.size()));
    }
    DrumSequence sequence(static_cast<int>(bars * per_bar), grid);
    for (const Onset& onset : onsets) place(sequence, onset, result_.left_out);

    std::vector<float>& rows = result_.windows.rows;
    const auto first_row = static_cast<std::int64_t>(rows.size() / kDrumTensorDepth);
    rows.resize(rows.size() + static_cast<std::size_t>(sequence.steps()) * kDrumTensorDepth);
    to_tensor(sequence, std::span(rows).subspan(static_cast<std::size_t>(first_row) * kDrumTensorDepth));
    const int steps = options_.bars * static_cast<int>(per_bar);
    for (std::int64_t bar = 0; bar + options_.bars <= bars; ++bar) {
      if (sequence.slice(static_cast<int>(bar * per_bar), steps).hits() == 0) {
        result_.left_out.add(LeftOut::silent_window);
      } else {
        result_.windows.windows.push_back({first_row + bar * per_bar, first_bar + bar});
      }
    }
  }

  /// The length of a clip in steps, or 0 if the piece is not a clip. A clip ends exactly on a bar line that is not too far after the last
  /// hit.
  [[nodiscard]] static std::int64_t clip_steps(const NoteSequence& notes, std::int64_t last_hit) {
    const std::int64_t bar = std::int64_t{4} * notes.tempo_map.ticks_per_quarter();
    return notes.end.value % bar == 0 ? detail::end_step(notes, grid, last_hit) : 0;
  }

  const NoteSequence& notes_;
  const GrooveConverterOptions& options_;
  DrumNotes drums_;
  ConvertedFile result_;
  bool is_one_stretch_ = true;
  bool has_hits_ = false;
};

}  // namespace

GrooveConverterOptions converter_options_for(const ModelConfig& config) {
  GrooveConverterOptions options{.bars = std::max(1, config.steps / static_cast<int>(grid.steps_per_bar()))};
  if (config.representation->takes_rows_of(static_cast<int>(kFullDrumPitches.size()))) {
    options.cut = Cut::reference_drums;
    options.classes = DrumClasses::full;
  }
  return options;
}

GrooveConverter::GrooveConverter(GrooveConverterOptions options) : options_(std::move(options)) {
  if (!options_.drum_map) options_.drum_map = options_.cut == Cut::bar_aligned ? DrumMap::standard() : DrumMap::roland();
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
    case Cut::bar_aligned:
      return OurCut(notes, options_).convert();
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
