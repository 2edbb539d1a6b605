#include "groove_file.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "musicvae/error.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "report.hpp"

namespace musicvae::app {
namespace {

// Events with their ticks converted from one resolution to another.
template <class Events>
Events rescaled(Events events, int from, int to) {
  for (auto& event : events) event.at.value = event.at.value * to / from;
  return events;
}

// Steps are 16ths in the stretch's meter; where a bar is not a whole number of 16ths, one step is a whole bar.
Grid grid_of(const MeterStretch& stretch, int steps_per_quarter) {
  const int sixteenths = 4 * steps_per_quarter * stretch.numerator;
  const bool fits = stretch.denominator >= 1 && sixteenths >= stretch.denominator && sixteenths % stretch.denominator == 0;
  return fits ? Grid{steps_per_quarter, stretch.numerator, stretch.denominator} : Grid{steps_per_quarter, 1, 4 * steps_per_quarter};
}

// The channels of a file's notes, counted from 1 as musicians do.
std::string channels_of(const NoteSequence& notes) {
  std::set<int> channels;
  for (const auto* part : {&notes.notes, &notes.unended}) {
    for (const Note& note : *part) channels.insert(note.channel + 1);
  }
  return fmt::format("channel{} {}", channels.size() == 1 ? "" : "s", fmt::join(channels, ", "));
}

[[noreturn]] void fail_without_hits(const GrooveFile& file) {
  throw ArgumentError(fmt::format(
      "{}: has no drum notes in the map \"{}\" (left out: {}); choose another --map, or their channel with --drum-channel 1 to 16, or any",
      file.path, file.map.name(), to_text(file.left_out)));
}

DrumMap map_of(const MusicVae& model) {
  DrumMap map = model.drum_map().completed_by(DrumMap::reduced());
  map.rename(model.drum_map().name() + " with General MIDI");
  return map;
}

class Reader {
 public:
  Reader(const std::string& path, const Grid& grid, const DrumMap& map, const DrumOptions& options, Hits hits)
      : grid_(grid), notes_(read_midi(path)), file_{.path = path, .map = options.map.empty() ? map : find_drum_map(options.map)} {
    if (hits == Hits::all) file_.map = file_.map.completed_by(Drum::snare);
    const DrumChannel wanted = DrumChannel::from_name(options.channel);
    DrumNotes drums = wanted.choose(notes_, file_.map);
    if (hits == Hits::all && wanted == DrumChannel{} && !has_drum_channel(notes_)) drums = {DrumChannel::kAll, /*guessed=*/false};
    if (drums.guessed) file_.channels = channels_of(notes_);
    channel_ = drums.channel == DrumChannel::kAll ? DrumChannel::any() : DrumChannel::of(drums.channel);
    stretches_ = meter_stretches(notes_);
    file_.timing = {.tempo_map = notes_.tempo_map, .time_signatures = notes_.time_signatures, .end = notes_.end};
  }

  GrooveFile any_meter() && {
    file_.keeps_meters = true;
    for (const MeterStretch& stretch : stretches_) {
      if (GroovePart made = part(stretch); made.groove.steps() > 0) file_.parts.push_back(std::move(made));
    }
    return std::move(file_);
  }

  GrooveFile model_meter() && {
    for (const MeterStretch& stretch : stretches_) {
      if (grid_of(stretch, grid_.steps_per_quarter).steps_per_bar() != grid_.steps_per_bar()) continue;
      file_.left_out = {};  // keep only the counts of the stretch that is used
      file_.parts = {part(stretch)};
      if (file_.hits() > 0) return std::move(file_);
    }
    if (!file_.parts.empty()) fail_without_hits(file_);
    const MeterStretch& first = stretches_.front();
    throw ArgumentError(fmt::format("{}: has bars of {}/{}, but this verb handles only 4/4; cut out the 4/4 part", file_.path,
                                    first.numerator, first.denominator));
  }

 private:
  GroovePart part(const MeterStretch& stretch) {
    const Grid grid = grid_of(stretch, grid_.steps_per_quarter);
    const std::int64_t ticks_per_quarter = notes_.tempo_map.ticks_per_quarter();
    const Ticks half_step{ticks_per_quarter / (2 * grid.steps_per_quarter)};
    const bool whole = stretch.start == Ticks{} && !stretch.end;
    std::optional<int> bars;
    std::int64_t steps = kMaxSteps;
    if (stretch.end) {
      steps = std::min(kMaxSteps, (*stretch.end - stretch.start).value * grid.steps_per_quarter / ticks_per_quarter);
      bars = static_cast<int>((steps + grid.steps_per_bar() - 1) / grid.steps_per_bar());
    }
    QuantizedDrums drums =
        from_notes(whole ? notes_ : slice(notes_, stretch.start, stretch.end, half_step), file_.map, grid, bars, channel_);
    file_.left_out += drums.left_out;
    const int count = static_cast<int>(std::min<std::int64_t>(steps, drums.sequence.steps()));
    return {drums.sequence.slice(0, count).on_grid(grid_), stretch.start, stretch.first_bar, grid};
  }

  Grid grid_;
  NoteSequence notes_;
  GrooveFile file_;
  DrumChannel channel_;
  std::vector<MeterStretch> stretches_;
};

}  // namespace

void DrumOptions::add_to(CLI::App& verb, const std::string& map_default) {
  verb.add_option("--map", map, "Drum map of the file: standard, roland, reduced or a JSON file [default: " + map_default + "]");
  verb.add_option("--drum-channel", channel, "MIDI channel of the drums: 1 to 16, any, or auto (10, otherwise any that plays a drum kit)")
      ->capture_default_str();
}

std::string GroovePart::bars() const {
  const std::int64_t last = first_bar + (groove.steps() + meter.steps_per_bar() - 1) / meter.steps_per_bar();
  return first_bar + 1 >= last ? fmt::format("bar {}", first_bar + 1) : fmt::format("bars {}-{}", first_bar + 1, last);
}

int GrooveFile::hits() const {
  int sum = 0;
  for (const GroovePart& part : parts) sum += part.groove.hits();
  return sum;
}

double GrooveFile::bars() const {
  double sum = 0.0;
  for (const GroovePart& part : parts) sum += part.groove.on_grid(part.meter).bars();
  return sum;
}

std::string GrooveFile::remarks(const GroovePart& part) const {
  std::string text = remarks();
  const bool is_whole = part.start == Ticks{} && parts.size() == 1 && part.groove.steps() == parts.front().groove.steps();
  const bool has_other_meters = meter_stretches(timing).size() > 1;
  if (!is_whole || has_other_meters) text += fmt::format("\n{1} of {0}", path, part.bars());
  return text;
}

std::string GrooveFile::remarks() const {
  if (channels.empty()) return {};
  return fmt::format("\n{}: no note is on the drum channel 10, so the notes of {} were read as drums (--drum-channel)", path, channels);
}

GrooveFile read_stretches(const std::string& path, const Grid& grid, const DrumMap& map, const DrumOptions& options, Hits hits) {
  return Reader(path, grid, map, options, hits).any_meter();
}

GrooveFile read_any_meter(const std::string& path, const MusicVae& model, const DrumOptions& options, Hits hits) {
  GrooveFile file = read_stretches(path, model.grid(), map_of(model), options, hits);
  if (file.hits() == 0) fail_without_hits(file);
  return file;
}

GrooveFile read_groove(const std::string& path, const MusicVae& model, const DrumOptions& options) {
  return Reader(path, model.grid(), map_of(model), options, Hits::drums).model_meter();
}

GroovePart first_window(const GrooveFile& file, const MusicVae& model) {
  const GroovePart& all = file.parts.front();
  const int window = model.config().steps;
  GroovePart part = all;
  for (int first = 0; first < all.groove.steps(); first += window) {
    part.groove = all.groove.slice(first, std::min(window, all.groove.steps() - first));
    if (part.groove.hits() == 0) continue;
    part.start = all.start + Ticks{std::int64_t{first} * file.timing.tempo_map.ticks_per_quarter() / all.groove.grid().steps_per_quarter};
    part.first_bar = all.first_bar + first / all.meter.steps_per_bar();
    break;
  }
  return part;
}

std::uint64_t windows_of(const DrumSequence& groove, const MusicVae& model) {
  const int window = model.config().steps;
  return static_cast<std::uint64_t>((groove.steps() + window - 1) / window);
}

void write_groove(const DrumSequence& groove, const GrooveFile& like, Ticks start, const std::filesystem::path& path) {
  NoteSequence notes = to_notes(groove, like.map);
  const NoteSequence timing = slice(like.timing, start);
  const int from = timing.tempo_map.ticks_per_quarter();
  const int to = notes.tempo_map.ticks_per_quarter();
  notes.tempo_map = TempoMap(to, rescaled(timing.tempo_map.tempos(), from, to));
  if (like.keeps_meters && !timing.time_signatures.empty()) notes.time_signatures = rescaled(timing.time_signatures, from, to);
  write_midi(notes, path);
}

}  // namespace musicvae::app
