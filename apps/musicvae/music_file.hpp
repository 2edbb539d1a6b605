// How the verbs that change music read it from a file, MIDI or JSON, and write the result, for any kind of music.
#pragma once

#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "music_kind.hpp"
#include "musicvae/engine/music_vae.hpp"
#include "musicvae/error.hpp"
#include "musicvae/interop/note_sequence_json.hpp"
#include "musicvae/model/any_music.hpp"
#include "musicvae/sequence/meter.hpp"
#include "report.hpp"

namespace musicvae::app {

/// A stretch of one meter on a model's grid.
template <class Value>
struct MusicPart {
  Value music;
  Ticks start;                 ///< where it begins in the file
  std::int64_t first_bar = 0;  ///< in the file, from 0
  Grid meter;                  ///< the file's meter, with as many steps per quarter note as the music

  /// "bar 3", or "bars 2-5": counted from 1 as musicians do.
  [[nodiscard]] std::string bars() const {
    const std::int64_t last = first_bar + (music.steps() + meter.steps_per_bar() - 1) / meter.steps_per_bar();
    return first_bar + 1 >= last ? fmt::format("bar {}", first_bar + 1) : fmt::format("bars {}-{}", first_bar + 1, last);
  }
};

/// A file's music on a model's grid.
template <class Value>
struct MusicFile {
  std::string path;
  typename MusicKind<Value>::Reading reading;
  std::vector<MusicPart<Value>> parts{};  ///< none of them is empty
  LeftOutCounts left_out{};
  NoteSequence timing{};      ///< tempos and meters; no notes
  bool keeps_meters = false;  ///< the output is written in the file's own meters

  /// How many hits or notes it has.
  [[nodiscard]] int count() const {
    int sum = 0;
    for (const MusicPart<Value>& part : parts) sum += MusicKind<Value>::count(part.music);
    return sum;
  }

  /// Counted in the file's meters.
  [[nodiscard]] double bars() const {
    double sum = 0.0;
    for (const MusicPart<Value>& part : parts) sum += part.music.on_grid(part.meter).bars();
    return sum;
  }

  /// What the user should know about how the file was read, one remark per line.
  [[nodiscard]] std::string remarks() const {
    const std::string remark = reading.remark();
    return remark.empty() ? "" : "\n" + path + ": " + remark;
  }

  /// The same, and the bars of `part` if the file has more.
  [[nodiscard]] std::string remarks(const MusicPart<Value>& part) const {
    const bool is_whole = part.start == Ticks{} && parts.size() == 1 && part.music.steps() == parts.front().music.steps();
    const bool has_other_meters = meter_stretches(timing).size() > 1;
    return remarks() + (is_whole && !has_other_meters ? "" : "\n" + part.bars() + " of " + path);
  }
};

namespace detail {

/// Steps are 16ths in the stretch's meter; where a bar is not a whole number of 16ths, one step is a whole bar.
[[nodiscard]] Grid grid_of(const MeterStretch& stretch, int steps_per_quarter);

/// A stretch of a file, cut out: its notes on a grid of its meter, how many bars to read of them, and at most how many steps it has.
struct CutStretch {
  NoteSequence notes;
  Grid grid;
  std::optional<int> bars;
  std::int64_t steps = 0;
};
[[nodiscard]] CutStretch cut_stretch(const NoteSequence& notes, const MeterStretch& stretch, int steps_per_quarter);

/// The chords that a file's notes suggest. MIDI files have none of their own. None if they cannot be inferred.
[[nodiscard]] std::vector<ChordAnnotation> suggested_chords(const NoteSequence& notes);

/// A model's map, completed with General MIDI's pitches.
[[nodiscard]] DrumMap map_of(const MusicVae& model);

/// `notes` with the tempo of `timing` from `start` on, and its meters if `with_meters`.
[[nodiscard]] NoteSequence timed(NoteSequence notes, const NoteSequence& timing, Ticks start, bool with_meters);

[[noreturn]] void fail_in_other_meter(const std::string& path, const MeterStretch& stretch);

template <class Value>
[[noreturn]] void fail_without_music(const MusicFile<Value>& file) {
  throw ArgumentError(file.path + ": " + file.reading.nothing(file.left_out));
}

template <class Value>
class FileReader {
 public:
  FileReader(const std::string& path, const Grid& grid, const DrumMap& map, const DrumOptions& options, bool with_chords = false)
      : grid_(grid),
        notes_(interop::read_notes(path)),
        stretches_(meter_stretches(notes_)),
        file_{.path = path, .reading = typename MusicKind<Value>::Reading(path, notes_, options, map)} {
    file_.timing.tempo_map = notes_.tempo_map;
    file_.timing.time_signatures = notes_.time_signatures;
    file_.timing.end = notes_.end;
    if (with_chords && notes_.chords.empty()) notes_.chords = suggested_chords(notes_);
  }

  MusicFile<Value> any_meter() && {
    file_.keeps_meters = true;
    for (const MeterStretch& stretch : stretches_) {
      if (MusicPart<Value> made = part(stretch); made.music.steps() > 0) file_.parts.push_back(std::move(made));
    }
    return std::move(file_);
  }

  MusicFile<Value> model_meter() && {
    for (const MeterStretch& stretch : stretches_) {
      if (grid_of(stretch, grid_.steps_per_quarter).steps_per_bar() != grid_.steps_per_bar()) continue;
      file_.left_out = {};  // keep only the counts of the stretch that is used
      file_.parts = {part(stretch)};
      if (file_.count() > 0) return std::move(file_);
    }
    if (!file_.parts.empty()) fail_without_music(file_);
    fail_in_other_meter(file_.path, stretches_.front());
  }

 private:
  MusicPart<Value> part(const MeterStretch& stretch) {
    const CutStretch cut = cut_stretch(notes_, stretch, grid_.steps_per_quarter);
    const Value music = file_.reading.read(cut.notes, cut.grid, cut.bars, file_.left_out);
    const int count = static_cast<int>(std::min<std::int64_t>(cut.steps, music.steps()));
    return {music.slice(0, count).on_grid(grid_), stretch.start, stretch.first_bar, cut.grid};
  }

  Grid grid_;
  NoteSequence notes_;
  std::vector<MeterStretch> stretches_;
  MusicFile<Value> file_;
};

}  // namespace detail

/// Reads a whole file, in any meters, as stretches of `grid`'s steps. Uses `map` where the options name none. With `with_chords`, music
/// without chords of its own has those that its notes suggest. Throws what read_midi throws, and ArgumentError for options of another kind
/// of music.
template <class Value>
[[nodiscard]] MusicFile<Value> read_stretches(const std::string& path, const Grid& grid, const DrumMap& map, const DrumOptions& options,
                                              bool with_chords = false) {
  return detail::FileReader<Value>(path, grid, map, options, with_chords).any_meter();
}

/// The same on a model's grid, with chords for a model with chords. Throws as above, and ArgumentError for a file without such music.
template <class Value>
[[nodiscard]] MusicFile<Value> read_any_meter(const std::string& path, const MusicVae& model, const DrumOptions& options) {
  MusicFile<Value> file =
      read_stretches<Value>(path, model.grid(), detail::map_of(model), options, model.config().representation->has_chords());
  if (file.count() == 0) detail::fail_without_music(file);
  return file;
}

/// Reads the first stretch of a file that is in the model's meter and has such music; the result has this one part. For a model with chords
/// it has the file's chords, or those that the notes suggest. Throws as above, and ArgumentError for a file in other meters.
template <class Value>
[[nodiscard]] MusicFile<Value> read_music(const std::string& path, const MusicVae& model, const DrumOptions& options) {
  const bool with_chords = model.config().representation->has_chords();
  return detail::FileReader<Value>(path, model.grid(), detail::map_of(model), options, with_chords).model_meter();
}

/// The first window that is not silent: what the model encodes at once.
template <class Value>
[[nodiscard]] MusicPart<Value> first_window(const MusicFile<Value>& file, const MusicVae& model) {
  const MusicPart<Value>& all = file.parts.front();
  const int window = model.config().window_steps();
  MusicPart<Value> part = all;
  for (int first = 0; first < all.music.steps(); first += window) {
    part.music = all.music.slice(first, std::min(window, all.music.steps() - first));
    if (MusicKind<Value>::count(part.music) == 0) continue;
    part.start = all.start + Ticks{std::int64_t{first} * file.timing.tempo_map.ticks_per_quarter() / all.music.grid().steps_per_quarter};
    part.first_bar = all.first_bar + first / all.meter.steps_per_bar();
    break;
  }
  return part;
}

/// How many of the model's windows this many steps need.
[[nodiscard]] std::uint64_t windows_in(int steps, const MusicVae& model);

/// Writes music as `like`, the file it was made from, plays it, with its tempo where it begins at `start`. Throws FileError.
template <class Value>
void write_music(const Value& music, const MusicFile<Value>& like, Ticks start, const std::filesystem::path& path) {
  interop::write_notes(detail::timed(like.reading.notes(music), like.timing, start, like.keeps_meters), path);
}

/// Writes each value to FOLDER/NAME_i.FORMAT, "mid" or "json". Returns a line of text and an entry of JSON for each.
struct WrittenFiles {
  std::string text;
  nlohmann::ordered_json json = nlohmann::ordered_json::array();

  void add(const std::filesystem::path& path, double bars, std::size_t count, const char* counted);
};

template <class Value>
[[nodiscard]] WrittenFiles write_all(const std::vector<Value>& all, const MusicFile<Value>& like, Ticks start, const std::string& folder,
                                     const std::string& name, const std::string& format) {
  WrittenFiles written;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::filesystem::path path = std::filesystem::path(folder) / fmt::format("{}_{}.{}", name, i, format);
    write_music(all[i], like, start, path);
    written.add(path, all[i].bars(), static_cast<std::size_t>(MusicKind<Value>::count(all[i])), MusicKind<Value>::kCounted);
  }
  return written;
}

}  // namespace musicvae::app
