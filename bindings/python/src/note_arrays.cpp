// NoteSequence from NumPy arrays and back.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "bindings.hpp"
#include "musicvae/error.hpp"
#include "musicvae/midi/timed_notes.hpp"
#include "notes.hpp"

namespace musicvae::python {
namespace {

using Numbers = py::array_t<double, py::array::c_style | py::array::forcecast>;

enum class Unit : std::uint8_t { seconds, ticks };

Unit unit_named(const std::string& name) {
  if (name == "seconds") return Unit::seconds;
  if (name == "ticks") return Unit::ticks;
  throw ArgumentError("no unit is called \"" + name + "\"; use seconds or ticks");
}

Numbers numbers_from(const py::object& object, const std::string& name) {
  const py::array array = py::array::ensure(object);
  if (!array) throw ArgumentError(name + " is not an array; give numbers");
  if (std::string("fiub").find(array.dtype().kind()) == std::string::npos) {
    throw ArgumentError(name + " has dtype " + py::str(array.dtype()).cast<std::string>() + "; give numbers");
  }
  return Numbers(array);
}

std::string text_of(double value) {
  return py::str(py::float_(value)).cast<std::string>();
}

std::int64_t whole(double value, const std::string& name) {
  constexpr double exact = 0x1p53;  // a double holds every integer up to 2^53 exactly
  if (!(std::abs(value) <= exact) || value != std::trunc(value))
    throw ArgumentError(name + " is " + text_of(value) + "; use a whole number");
  return static_cast<std::int64_t>(value);
}

int whole_int(double value, const std::string& name) {
  const std::int64_t number = whole(value, name);
  if (!std::in_range<int>(number)) throw ArgumentError(name + " is " + std::to_string(number) + "; use a smaller number");
  return static_cast<int>(number);
}

std::string name_of(std::size_t note, const char* value) {
  return "note " + std::to_string(note) + "'s " + value;
}

/// One value per note: from an array, or one number for all notes.
class Column {
 public:
  Column(const py::object& object, const char* name, std::size_t notes) : numbers_(numbers_from(object, name)), name_(name) {
    if (numbers_.ndim() == 0) return;
    if (numbers_.ndim() != 1) throw ArgumentError(std::string(name) + " has " + std::to_string(numbers_.ndim()) + " axes; give one");
    if (static_cast<std::size_t>(numbers_.size()) != notes) {
      throw ArgumentError(std::string(name) + " has " + std::to_string(numbers_.size()) + " values, but start has " +
                          std::to_string(notes) + "; give one for each note, or one number for all");
    }
  }

  [[nodiscard]] double operator[](std::size_t note) const { return numbers_.data()[numbers_.ndim() == 0 ? 0 : note]; }
  [[nodiscard]] int integer(std::size_t note) const { return whole_int((*this)[note], name_of(note, name_)); }

 private:
  Numbers numbers_;
  const char* name_;
};

std::optional<Column> column_if_any(const py::object& object, const char* name, std::size_t notes) {
  if (object.is_none()) return {};
  return Column(object, name, notes);
}

/// Events as rows of `width` numbers each.
std::vector<std::vector<double>> rows_from(const py::object& object, const char* name, py::ssize_t width, const char* meaning) {
  const Numbers numbers = numbers_from(object, name);
  std::vector<std::vector<double>> rows;
  if (numbers.ndim() > 0 && numbers.size() == 0) return rows;
  if (numbers.ndim() != 2 || numbers.shape(1) != width) {
    throw ArgumentError(std::string(name) + " is not [n, " + std::to_string(width) + "]; give " + meaning + " of each");
  }
  for (py::ssize_t row = 0; row < numbers.shape(0); ++row) {
    const double* first = numbers.data() + row * width;
    rows.emplace_back(first, first + width);
  }
  return rows;
}

/// (time, quarters per minute) for each tempo; a single number is the tempo of the whole sequence.
std::vector<std::vector<double>> tempos_from(const py::object& object) {
  if (const Numbers numbers = numbers_from(object, "tempos"); numbers.ndim() == 0) return {{0.0, *numbers.data()}};
  return rows_from(object, "tempos", 2, "the time and the quarter notes per minute");
}

/// Gives notes without an end a 16th's length, or less if their track, channel and pitch has a new note before that.
void make_short(NoteSequence& notes) {
  const Ticks sixteenth{std::max(1, notes.tempo_map.ticks_per_quarter() / 4)};
  std::vector<std::size_t> order(notes.notes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return notes.notes[a].start > notes.notes[b].start; });
  std::map<std::tuple<int, int, int>, Ticks> next;
  for (const std::size_t i : order) {
    Note& note = notes.notes[i];
    const auto [later, is_last] = next.emplace(std::tuple(note.track, note.channel, note.pitch), note.start);
    note.end = note.start + sixteenth;
    if (!is_last && later->second > note.start) note.end = std::min(note.end, later->second);
    later->second = note.start;
    notes.end = std::max(notes.end, note.end);
  }
}

/// The arguments of from_arrays, as Python passes them.
struct Arrays {
  const py::object &start, &end, &pitch, &velocity, &is_drum, &program, &track, &channel, &tempos, &time_signatures;
  int ticks_per_quarter;
  std::optional<double> length;
};

/// Notes with all their values except the times.
std::vector<Note> notes_without_times(const Arrays& arrays, std::size_t count) {
  const Column pitch(arrays.pitch, "pitch", count), velocity(arrays.velocity, "velocity", count), program(arrays.program, "program", count),
      track(arrays.track, "track", count);
  const std::optional<Column> is_drum = column_if_any(arrays.is_drum, "is_drum", count);
  const std::optional<Column> channel = column_if_any(arrays.channel, "channel", count);
  InstrumentPlaces places;
  std::vector<Note> notes;
  notes.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    Note note{.pitch = pitch.integer(i),
              .velocity = velocity.integer(i),
              .start = {},
              .end = {},
              .program = program.integer(i),
              .track = track.integer(i)};
    const bool drum = !is_drum || (*is_drum)[i] != 0.0;
    note.channel = channel ? channel->integer(i) : places.place(note.track, note.program, drum).channel;
    if (is_drum && drum != note.is_drum()) {
      throw ArgumentError(name_of(i, "channel") + " is " + std::to_string(note.channel) + " and its is_drum " + (drum ? "true" : "false") +
                          ", but drums are on channel 9; leave out channel or is_drum");
    }
    notes.push_back(note);
  }
  return notes;
}

NoteSequence from_seconds(const Arrays& arrays, const Column& start, const std::optional<Column>& end, const std::vector<Note>& notes) {
  TimedNotes timed{.ticks_per_quarter = arrays.ticks_per_quarter, .end = {arrays.length.value_or(0.0)}};
  for (const auto& row : tempos_from(arrays.tempos)) timed.tempos.push_back({{row[0]}, row[1]});
  for (const auto& row : rows_from(arrays.time_signatures, "time_signatures", 3, "the time, numerator and denominator")) {
    timed.time_signatures.push_back(
        {{row[0]}, whole_int(row[1], "a time signature's numerator"), whole_int(row[2], "a time signature's denominator")});
  }
  for (std::size_t i = 0; i < notes.size(); ++i) {
    const Note& note = notes[i];
    const double stop = end ? (*end)[i] : start[i];
    if (stop < start[i]) throw ArgumentError("note " + std::to_string(i) + " ends before it starts; let it end later");
    timed.notes.push_back({note.pitch, note.velocity, {start[i]}, {stop}, note.channel, note.program, note.track});
  }
  return to_ticks(timed);
}

NoteSequence from_ticks(const Arrays& arrays, const Column& start, const std::optional<Column>& end, std::vector<Note> notes) {
  NoteSequence result;
  std::vector<Tempo> tempos;
  for (const auto& row : tempos_from(arrays.tempos)) tempos.push_back(Tempo::from_qpm(row[1], {whole(row[0], "a tempo's tick")}));
  std::stable_sort(tempos.begin(), tempos.end(), [](const Tempo& a, const Tempo& b) { return a.at < b.at; });
  result.tempo_map = TempoMap(arrays.ticks_per_quarter, std::move(tempos));
  for (const auto& row : rows_from(arrays.time_signatures, "time_signatures", 3, "the tick, numerator and denominator")) {
    result.time_signatures.push_back({{whole(row[0], "a time signature's tick")},
                                      whole_int(row[1], "a time signature's numerator"),
                                      whole_int(row[2], "a time signature's denominator")});
  }
  std::stable_sort(result.time_signatures.begin(), result.time_signatures.end(),
                   [](const TimeSignature& a, const TimeSignature& b) { return a.at < b.at; });
  for (std::size_t i = 0; i < notes.size(); ++i) {
    notes[i].start = {whole(start[i], name_of(i, "start"))};
    notes[i].end = end ? Ticks{whole((*end)[i], name_of(i, "end"))} : notes[i].start;
    result.end = std::max(result.end, notes[i].end);
  }
  result.notes = std::move(notes);
  if (arrays.length) result.end = std::max(result.end, Ticks{whole(*arrays.length, "length")});
  check_values(result);
  return result;
}

NoteSequence from_arrays(const Arrays& arrays, Unit unit) {
  const Numbers starts = numbers_from(arrays.start, "start");
  if (starts.ndim() != 1)
    throw ArgumentError("start has " + std::to_string(starts.ndim()) + " axes; give one, with a number for each note");
  const auto count = static_cast<std::size_t>(starts.size());
  const Column start(arrays.start, "start", count);
  const std::optional<Column> end = column_if_any(arrays.end, "end", count);
  std::vector<Note> notes = notes_without_times(arrays, count);
  NoteSequence result = unit == Unit::seconds ? from_seconds(arrays, start, end, notes) : from_ticks(arrays, start, end, std::move(notes));
  if (!end) make_short(result);
  if (arrays.length) result.end = unit == Unit::seconds ? result.tempo_map.ticks({*arrays.length}) : Ticks{whole(*arrays.length, "length")};
  if (result.end < Ticks{}) throw ArgumentError("length is " + text_of(*arrays.length) + "; use 0 or more");
  return result;
}

template <class T, class Value>
py::array_t<T> column_of(const NoteSequence& notes, Value value) {
  py::array_t<T> column(static_cast<py::ssize_t>(notes.notes.size()));
  std::transform(notes.notes.begin(), notes.notes.end(), column.mutable_data(), value);
  return column;
}

py::array_t<double> table_of(const std::vector<double>& numbers, py::ssize_t width) {
  py::array_t<double> table({static_cast<py::ssize_t>(numbers.size()) / width, width});
  std::copy(numbers.begin(), numbers.end(), table.mutable_data());
  return table;
}

Record to_arrays(const NoteSequence& notes, const std::string& unit_name) {
  const Unit unit = unit_named(unit_name);
  const auto time = [&](Ticks at) { return unit == Unit::ticks ? static_cast<double>(at.value) : notes.tempo_map.seconds(at).value; };
  const auto times = [&](auto ticks) -> py::object {
    if (unit == Unit::ticks) return column_of<std::int64_t>(notes, [&](const Note& n) { return ticks(n).value; });
    return column_of<double>(notes, [&](const Note& n) { return time(ticks(n)); });
  };
  const auto integers = [&](auto value) { return column_of<std::int64_t>(notes, value); };
  std::vector<double> tempos;
  for (const Tempo& tempo : notes.tempo_map.tempos()) tempos.insert(tempos.end(), {time(tempo.at), tempo.qpm()});
  std::vector<double> meters;
  for (const TimeSignature& m : notes.time_signatures) {
    meters.insert(meters.end(), {time(m.at), static_cast<double>(m.numerator), static_cast<double>(m.denominator)});
  }
  Record arrays;
  arrays["start"] = times([](const Note& n) { return n.start; });
  arrays["end"] = times([](const Note& n) { return n.end; });
  arrays["pitch"] = integers([](const Note& n) { return n.pitch; });
  arrays["velocity"] = integers([](const Note& n) { return n.velocity; });
  arrays["is_drum"] = column_of<bool>(notes, [](const Note& n) { return n.is_drum(); });
  arrays["program"] = integers([](const Note& n) { return n.program; });
  arrays["track"] = integers([](const Note& n) { return n.track; });
  arrays["channel"] = integers([](const Note& n) { return n.channel; });
  arrays["tempos"] = table_of(tempos, 2);
  arrays["time_signatures"] = table_of(meters, 3);
  arrays["ticks_per_quarter"] = notes.tempo_map.ticks_per_quarter();
  arrays["length"] = time(notes.end);
  arrays["unit"] = unit_name;
  return arrays;
}

}  // namespace

void add_arrays(py::class_<NoteSequence>& notes) {
  notes.def_static(
      "from_arrays",
      [](const py::object& start, const py::object& end, const py::object& pitch, const py::object& velocity, const py::object& is_drum,
         const py::object& program, const py::object& track, const py::object& channel, const py::object& tempos,
         const py::object& time_signatures, int ticks_per_quarter, std::optional<double> length, const std::string& unit) {
        try {
          return from_arrays(
              {start, end, pitch, velocity, is_drum, program, track, channel, tempos, time_signatures, ticks_per_quarter, length},
              unit_named(unit));
        } catch (const ArgumentError& error) {
          throw ArgumentError(std::string("from_arrays: ") + error.what());
        }
      },
      py::arg("start"), py::arg("end"), py::arg("pitch"), py::arg("velocity") = 100, py::arg("is_drum") = py::none(), py::kw_only(),
      py::arg("program") = 0, py::arg("track") = 0, py::arg("channel") = py::none(), py::arg("tempos") = 120.0,
      py::arg("time_signatures") = py::tuple(), py::arg("ticks_per_quarter") = 480, py::arg("length") = py::none(),
      py::arg("unit") = "seconds",
      R"(Create notes from arrays with one number per note. A single number applies to every note.

start, end: the time at which each note starts and ends. If end is None, a note lasts a 16th, or until the next note of its pitch.
pitch, velocity: as in MIDI, integers from 0 to 127. is_drum: True by default; if channel is given, it follows from the channel.
program, track, channel: as in a MIDI file. Without channel, drums get channel 9 and every other instrument gets another channel.
tempos: quarter notes per minute, or [n, 2]: the time of each tempo and its quarter notes per minute.
time_signatures: [n, 3]: the time, numerator and denominator of each. length: the end of a loop; by default the end of the last note.
unit: "seconds" or "ticks", for start, end, length and the times of tempos and time signatures.

Times in seconds are rounded to the nearest tick; a quarter note has ticks_per_quarter ticks. Raises ArgumentError, which names the note
and the value.

>>> notes = NoteSequence.from_arrays([0.0, 0.5, 1.0, 1.5], None, [36, 38, 36, 38], velocity=[100, 90, 80, 110])
>>> notes
<NoteSequence: 4 notes, 1.62 s>
>>> notes.to_drums()
<DrumSequence: 1 bars, 16 steps, 4 hits>
)");
  notes.def("to_arrays", &to_arrays, py::arg("unit") = "seconds",
            R"(The arguments with which from_arrays() recreates exactly these notes: a dict of NumPy arrays and a few numbers.

start and end are float64 in seconds, or int64 in ticks with unit="ticks"; pitch, velocity, program, track and channel are int64.

>>> notes = DrumSequence(16).to_notes(qpm=100)
>>> NoteSequence.from_arrays(**notes.to_arrays()) == notes
True
)");
}

}  // namespace musicvae::python
