#include "music_kind.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <span>
#include <tuple>

#include "musicvae/data/window_music.hpp"
#include "musicvae/error.hpp"
#include "musicvae/model/drum_map_file.hpp"
#include "musicvae/sequence/drum_classes.hpp"
#include "musicvae/sequence/drum_notes.hpp"
#include "report.hpp"

namespace musicvae::app {
namespace {

// The channels of a file's notes, counted from 1 as musicians do.
std::string channels_of(const NoteSequence& notes) {
  std::set<int> channels;
  for (const auto* part : {&notes.notes, &notes.unended}) {
    for (const Note& note : *part) channels.insert(note.channel + 1);
  }
  return fmt::format("channel{} {}", channels.size() == 1 ? "" : "s", fmt::join(channels, ", "));
}

// The mean over the windows of `count(index)`.
template <class Count>
double mean_of(const data::WindowSet& windows, Count count) {
  std::ptrdiff_t sum = 0;
  for (std::size_t w = 0; w < windows.size(); ++w) sum += count(w);
  return windows.size() == 0 ? 0.0 : static_cast<double>(sum) / static_cast<double>(windows.size());
}

template <class Value>
PerWindow notes_per_window(const data::WindowSet& windows) {
  return {"notes_per_window", "notes",
          mean_of(windows, [&](std::size_t w) { return MusicKind<Value>::count(data::value_of<Value>(windows, w)); })};
}

}  // namespace

void DrumOptions::add_to(CLI::App& verb, const std::string& map_default) {
  verb.add_option("--map", map, "Drum map of the file: standard, roland, reduced or a JSON file [default: " + map_default + "]");
  verb.add_option("--drum-channel", channel, "MIDI channel of the drums: 1 to 16, any, or auto (10, otherwise any that plays a drum kit)")
      ->capture_default_str();
}

MusicKind<DrumSequence>::Reading::Reading(const std::string&, const NoteSequence& notes, const DrumOptions& options, const DrumMap& usual)
    : map_(options.map.empty() ? usual : find_drum_map(options.map)) {
  if (options.hits == Hits::all) map_ = map_.completed_by(Drum::snare);
  const DrumChannel wanted = DrumChannel::from_name(options.channel);
  DrumNotes drums = wanted.choose(notes, map_);
  if (options.hits == Hits::all && wanted == DrumChannel{} && !has_drum_channel(notes)) drums = {DrumChannel::kAll, /*guessed=*/false};
  if (drums.guessed) channels_ = channels_of(notes);
  channel_ = drums.channel == DrumChannel::kAll ? DrumChannel::any() : DrumChannel::of(drums.channel);
}

DrumSequence MusicKind<DrumSequence>::Reading::read(const NoteSequence& stretch, const Grid& grid, std::optional<int> bars,
                                                    LeftOutCounts& left_out) const {
  QuantizedDrums drums = from_notes(stretch, map_, grid, bars, channel_);
  left_out += drums.left_out;
  return std::move(drums.sequence);
}

NoteSequence MusicKind<DrumSequence>::Reading::notes(const DrumSequence& groove) const {
  return to_notes(groove, map_);
}

std::string MusicKind<DrumSequence>::Reading::remark() const {
  if (channels_.empty()) return {};
  return fmt::format("no note is on the drum channel 10, so the notes of {} were read as drums (--drum-channel)", channels_);
}

std::string MusicKind<DrumSequence>::Reading::nothing(const LeftOutCounts& left_out) const {
  return fmt::format(
      "has no drum notes in the map \"{}\" (left out: {}); choose another --map, or their channel with --drum-channel 1 to 16, or any",
      map_.name(), to_text(left_out));
}

int MusicKind<DrumSequence>::kept(const DrumSequence& made, const DrumSequence& from) {
  int kept = 0;
  for (int step = 0; step < made.steps(); ++step) {
    for (int d = 0; d < kDrums; ++d) {
      const auto drum = static_cast<Drum>(d);
      kept += static_cast<int>(made.at(step, drum).hit && from.at(step, drum).hit);
    }
  }
  return kept;
}

void MusicKind<DrumSequence>::choose(CellMask& mask, const std::vector<std::string>& drums, int first, int count) {
  if (drums.empty()) mask.choose(first, count);
  for (const std::string& drum : drums) mask.choose(from_name<Drum>(drum), first, count);
}

PerWindow MusicKind<DrumSequence>::per_window(const data::WindowSet& windows) {
  const int columns = windows.info().cut == data::Cut::reference_drums ? windows.depth() : kDrums;
  const auto hits = [&](std::size_t w) {
    const std::span<const float> window = windows.window(w);
    return std::count(window.begin(), window.begin() + columns, 1.0F);
  };
  return {"downbeat_hits_per_window", "hits on the first downbeat", mean_of(windows, hits)};
}

std::string MusicKind<DrumSequence>::rows_text(const data::WindowSetInfo& info) {
  // With 61 classes each pitch is a class of its own, so the map does not apply.
  return info.depth == musicvae::count(DrumClasses::full) ? "one class per pitch" : "drum map " + info.drum_map.name();
}

MusicKind<Melody>::Reading::Reading(const std::string&, const NoteSequence& notes, const DrumOptions& options, const DrumMap&) {
  if (options.given()) throw ArgumentError("--map and --drum-channel are for grooves, and this reads melodies; leave them out");
  const auto first = std::find_if(notes.notes.begin(), notes.notes.end(), [](const Note& note) { return !note.is_drum(); });
  if (first == notes.notes.end()) return;
  sound_.program = first->program;
  sound_.channel = first->channel;
}

Melody MusicKind<Melody>::Reading::read(const NoteSequence& stretch, const Grid& grid, std::optional<int> bars,
                                        LeftOutCounts& left_out) const {
  QuantizedMelody melody = melody_from_notes(stretch, grid, bars);
  left_out += melody.left_out;
  return std::move(melody.melody);
}

std::string MusicKind<Melody>::Reading::nothing(const LeftOutCounts& left_out) {
  return fmt::format("has no notes of a melody (left out: {}); give a file with notes on channels other than 10, the drum channel",
                     to_text(left_out));
}

int MusicKind<Melody>::kept(const Melody& made, const Melody& from) {
  int kept = 0;
  for (int step = 0; step < made.steps(); ++step) kept += static_cast<int>(made.at(step) >= 0 && made.at(step) == from.at(step));
  return kept;
}

void MusicKind<Melody>::choose(StepMask& mask, const std::vector<std::string>& drums, int first, int count) {
  if (!drums.empty()) throw ArgumentError("--drum " + drums.front() + ": a melody has no drums; choose --bars or --steps");
  mask.choose(first, count);
}

PerWindow MusicKind<Melody>::per_window(const data::WindowSet& windows) {
  return notes_per_window<Melody>(windows);
}

MusicKind<Trio>::Reading::Reading(const std::string& path, const NoteSequence& notes, const DrumOptions& options, const DrumMap& usual)
    : map_(options.map.empty() ? usual : find_drum_map(options.map)) {
  if (options.channel != "auto") throw ArgumentError("--drum-channel is for grooves; the drums of a trio are on channel 10");
  if (options.all_parts) demand_all_parts(trio_from_notes(notes, map_), path);
  for (const Note& note : notes.notes) {
    const std::optional<TrioPart> part = trio_part(note.program, note.is_drum());
    if (part == TrioPart::melody) sound_.melody_program = note.program;
    if (part == TrioPart::bass) sound_.bass_program = note.program;
  }
}

Trio MusicKind<Trio>::Reading::read(const NoteSequence& stretch, const Grid& grid, std::optional<int> bars, LeftOutCounts& left_out) const {
  QuantizedTrio trio = trio_from_notes(stretch, map_, grid, bars);
  left_out += trio.left_out;
  return std::move(trio.trio);
}

std::string MusicKind<Trio>::Reading::nothing(const LeftOutCounts& left_out) {
  return fmt::format("has no notes of a trio (left out: {}); musicvae info --tracks shows how the file is read", to_text(left_out));
}

int MusicKind<Trio>::count(const Trio& trio) {
  return trio.melody().num_notes() + trio.bass().num_notes() + trio.drums().hits();
}

int MusicKind<Trio>::kept(const Trio& made, const Trio& from) {
  return MusicKind<Melody>::kept(made.melody(), from.melody()) + MusicKind<Melody>::kept(made.bass(), from.bass()) +
         MusicKind<DrumSequence>::kept(made.drums(), from.drums());
}

void MusicKind<Trio>::choose(TrioMask& mask, const std::vector<std::string>& parts, int first, int count) {
  if (parts.empty()) mask.choose(first, count);
  for (const std::string& part : parts) mask.choose(from_name<TrioPart>(part), first, count);
}

PerWindow MusicKind<Trio>::per_window(const data::WindowSet& windows) {
  return notes_per_window<Trio>(windows);
}

std::string MusicKind<Trio>::rows_text(const data::WindowSetInfo& info) {
  return "a class per part and step, drum map " + info.drum_map.name();
}

MusicKind<Tracks>::Reading::Reading(const std::string&, const NoteSequence&, const DrumOptions& options, const DrumMap&) {
  if (options.given()) throw ArgumentError("--map and --drum-channel are for grooves, and this reads tracks; leave them out");
}

Tracks MusicKind<Tracks>::Reading::read(const NoteSequence& stretch, const Grid& grid, std::optional<int> bars,
                                        LeftOutCounts& left_out) const {
  QuantizedTracks tracks = tracks_from_notes(stretch, grid, bars);
  left_out += tracks.left_out;
  return std::move(tracks.tracks);
}

std::string MusicKind<Tracks>::Reading::nothing(const LeftOutCounts& left_out) {
  return fmt::format("has no notes (left out: {}); give a file with notes that end", to_text(left_out));
}

int MusicKind<Tracks>::kept(const Tracks& made, const Tracks& from) {
  std::set<std::tuple<bool, int, int, int>> notes;  // drums, program, pitch, start
  for (const Track& track : made.tracks()) {
    for (const TrackNote& note : track.notes) notes.emplace(track.drums, track.program, note.pitch, note.start);
  }
  int kept = 0;
  for (const Track& track : from.tracks()) {
    for (const TrackNote& note : track.notes)
      kept += static_cast<int>(notes.contains({track.drums, track.program, note.pitch, note.start}));
  }
  return kept;
}

void MusicKind<Tracks>::choose(StepMask& mask, const std::vector<std::string>& drums, int first, int count) {
  if (!drums.empty()) throw ArgumentError("--drum " + drums.front() + ": tracks have no drum classes; choose --bars or --steps");
  mask.choose(first, count);
}

PerWindow MusicKind<Tracks>::per_window(const data::WindowSet& windows) {
  return notes_per_window<Tracks>(windows);
}

}  // namespace musicvae::app
