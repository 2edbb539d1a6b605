#include "music_file.hpp"

#include "musicvae/data/chord_inference.hpp"

namespace musicvae::app {
namespace {

// Events with their ticks converted from one resolution to another.
template <class Events>
Events rescaled(Events events, int from, int to) {
  for (auto& event : events) event.at.value = event.at.value * to / from;
  return events;
}

}  // namespace

namespace detail {

Grid grid_of(const MeterStretch& stretch, int steps_per_quarter) {
  const int sixteenths = 4 * steps_per_quarter * stretch.numerator;
  const bool fits = stretch.denominator >= 1 && sixteenths >= stretch.denominator && sixteenths % stretch.denominator == 0;
  return fits ? Grid{steps_per_quarter, stretch.numerator, stretch.denominator} : Grid{steps_per_quarter, 1, 4 * steps_per_quarter};
}

CutStretch cut_stretch(const NoteSequence& notes, const MeterStretch& stretch, int steps_per_quarter) {
  const Grid grid = grid_of(stretch, steps_per_quarter);
  const std::int64_t ticks_per_quarter = notes.tempo_map.ticks_per_quarter();
  const Ticks half_step{ticks_per_quarter / (2 * grid.steps_per_quarter)};
  const bool whole = stretch.start == Ticks{} && !stretch.end;
  CutStretch cut{
      .notes = whole ? notes : slice(notes, stretch.start, stretch.end, half_step), .grid = grid, .bars = {}, .steps = kMaxSteps};
  if (stretch.end) {
    cut.steps = std::min(kMaxSteps, (*stretch.end - stretch.start).value * grid.steps_per_quarter / ticks_per_quarter);
    cut.bars = static_cast<int>((cut.steps + grid.steps_per_bar() - 1) / grid.steps_per_bar());
  }
  return cut;
}

std::vector<ChordAnnotation> suggested_chords(const NoteSequence& notes) {
  try {
    return data::infer_chords(notes);
  } catch (const ArgumentError&) {
    return {};
  }
}

DrumMap map_of(const MusicVae& model) {
  DrumMap map = model.drum_map().completed_by(DrumMap::reduced());
  map.rename(model.drum_map().name() + " with General MIDI");
  return map;
}

NoteSequence timed(NoteSequence notes, const NoteSequence& timing, Ticks start, bool with_meters) {
  const NoteSequence from_start = slice(timing, start);
  const int from = from_start.tempo_map.ticks_per_quarter();
  const int to = notes.tempo_map.ticks_per_quarter();
  notes.tempo_map = TempoMap(to, rescaled(from_start.tempo_map.tempos(), from, to));
  if (with_meters && !from_start.time_signatures.empty()) notes.time_signatures = rescaled(from_start.time_signatures, from, to);
  return notes;
}

void fail_in_other_meter(const std::string& path, const MeterStretch& stretch) {
  throw ArgumentError(fmt::format("{}: has bars of {}/{}, but this verb handles only 4/4; cut out the 4/4 part", path, stretch.numerator,
                                  stretch.denominator));
}

}  // namespace detail

std::uint64_t windows_in(int steps, const MusicVae& model) {
  const int window = model.config().window_steps();
  return static_cast<std::uint64_t>((steps + window - 1) / window);
}

void WrittenFiles::add(const std::filesystem::path& path, double bars, std::size_t count, const char* counted) {
  text += fmt::format("{}: {:g} bars, {} {}\n", path.string(), bars, count, counted);
  json.push_back({{"file", path.string()}, {"bars", bars}, {counted, count}});
}

}  // namespace musicvae::app
