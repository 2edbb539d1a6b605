#include "musicvae/data/groove_converter.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "drums_cut.hpp"
#include "meter_parts.hpp"
#include "musicvae/error.hpp"
#include "musicvae/sequence/drum_classes.hpp"
#include "musicvae/sequence/drum_notes.hpp"
#include "musicvae/sequence/drum_tensor.hpp"
#include "reference_cut.hpp"

namespace musicvae::data {
namespace {

constexpr Grid grid{};

/// Converts the parts of one file, one after another.
class OurCut {
 public:
  OurCut(const NoteSequence& notes, const GrooveConverterOptions& options)
      : notes_(notes), options_(options), drums_(options.drum_channel.choose(notes, *options.drum_map)) {
    result_.guessed_drums = drums_.guessed;
  }

  ConvertedFile convert() && {
    const std::vector<MeterPart> parts = meter_parts(notes_);
    is_one_part_ = parts.size() == 1;
    if (std::none_of(parts.begin(), parts.end(), [](const MeterPart& part) { return part.fits; })) {
      result_.left_out.add(is_one_part_ ? LeftOut::odd_meter : LeftOut::several_meters);
      return std::move(result_);
    }
    for (const MeterPart& part : parts) {
      if (part.fits) {
        add(part.notes, part.first_bar);
      } else {
        leave_out(part.notes);
      }
    }
    if (!has_hits_) result_.left_out.add(LeftOut::no_notes);
    return std::move(result_);
  }

 private:
  /// Counts the hits of a part as other_meter.
  void leave_out(const NoteSequence& part) {
    const std::size_t hits = to_onsets(part, *options_.drum_map, grid.steps_per_quarter, result_.left_out, drums_).size();
    has_hits_ = has_hits_ || hits > 0;
    result_.left_out.add(LeftOut::other_meter, static_cast<std::int64_t>(hits));
  }

  /// Adds the windows of a part if it is long enough.
  void add(const NoteSequence& part, std::int64_t first_bar) {
    std::vector<Onset> onsets = to_onsets(part, *options_.drum_map, grid.steps_per_quarter, result_.left_out, drums_);
    if (onsets.empty()) return;
    has_hits_ = true;
    const std::int64_t per_bar = grid.steps_per_bar();
    const std::int64_t last = detail::last_step(onsets);
    const std::int64_t clip = clip_steps(part, last);
    if (last == clip) detail::wrap_early_hits(onsets, clip);
    const std::int64_t bars = std::min(std::max({std::int64_t{1}, (last + per_bar - 1) / per_bar, clip / per_bar}), kMaxSteps / per_bar);
    if (bars < options_.bars) {
      if (is_one_part_) return result_.left_out.add(LeftOut::too_short);
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

  const NoteSequence& notes_;
  const GrooveConverterOptions& options_;
  DrumNotes drums_;
  ConvertedFile result_;
  bool is_one_part_ = true;
  bool has_hits_ = false;
};

}  // namespace

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

ConvertedFile GrooveConverter::to_windows(const NoteSequence& notes, const std::optional<TableTempo>& table) const {
  return convert(notes, table);
}

}  // namespace musicvae::data
