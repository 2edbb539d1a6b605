// Music as numbers. A groove: hit, velocity and offset of each cell. A melody: the event of each step. A trio: a melody, a bass and the
// cells of its drums. Tracks: pitch, velocity, start and end of each note; the JSON has the instruments, and the names of chords.
#include <algorithm>
#include <cstddef>
#include <string>
#include <type_traits>

#include "call.hpp"
#include "musicvae/error.hpp"

namespace musicvae::js {
namespace {

constexpr int note_numbers = 4;

/// Takes numbers from the front of the floats.
class Numbers {
 public:
  explicit Numbers(std::span<const float> floats) : rest_(floats) {}
  std::span<const float> next(std::size_t count) {
    if (rest_.size() < count) throw ArgumentError("music: has " + std::to_string(count - rest_.size()) + " numbers too few for its steps");
    const std::span<const float> taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }

 private:
  std::span<const float> rest_;
};

int whole(float number, const char* what) {
  const auto result = static_cast<int>(std::clamp(number, -1e9F, 1e9F));  // NaN becomes -1e9 or 1e9
  if (static_cast<float>(result) != number)
    throw ArgumentError(std::string(what) + " is " + std::to_string(number) + "; give a whole number");
  return result;
}

std::size_t count_of(int steps) {
  if (steps < 0) throw ArgumentError("steps: has " + std::to_string(steps) + "; give numbers of steps");
  return static_cast<std::size_t>(steps);
}

void read(Numbers& numbers, DrumSequence& groove) {
  const std::span<const float> cells = numbers.next(count_of(groove.steps()) * kDrums * kCellNumbers);
  std::size_t at = 0;
  for (int step = 0; step < groove.steps(); ++step) {
    for (int d = 0; d < kDrums; ++d, at += kCellNumbers) {
      if (cells[at] != 0.0F) groove.set(step, static_cast<Drum>(d), cells[at + 1], cells[at + 2]);
    }
  }
}

void read(Numbers& numbers, Melody& melody) {
  int step = 0;
  for (const float event : numbers.next(count_of(melody.steps()))) melody.set(step++, whole(event, "events: one"));
}

void read(Numbers& numbers, Trio& trio) {
  Melody melody(trio.steps(), trio.grid()), bass(trio.steps(), trio.grid());
  DrumSequence drums(trio.steps(), trio.grid());
  read(numbers, melody);
  read(numbers, bass);
  read(numbers, drums);
  trio = Trio(melody, bass, drums);
}

/// `instruments` has program, drums and the number of notes of each track.
void read(Numbers& numbers, const nlohmann::json& instruments, Tracks& tracks) {
  for (const nlohmann::json& each : instruments) {
    Track track{.program = each.value("program", 0), .drums = each.value("drums", false)};
    const std::span<const float> notes = numbers.next(count_of(each.value("notes", 0)) * note_numbers);
    for (std::size_t i = 0; i < notes.size(); i += note_numbers) {
      track.notes.push_back({.pitch = whole(notes[i], "notes: a pitch"),
                             .velocity = whole(notes[i + 1], "notes: a velocity"),
                             .start = whole(notes[i + 2], "notes: a start"),
                             .end = whole(notes[i + 3], "notes: an end")});
    }
    tracks.add(std::move(track));
  }
}

void write(const DrumSequence& groove, Reply& reply) {
  for (int step = 0; step < groove.steps(); ++step) {
    for (int d = 0; d < kDrums; ++d) {
      const Cell& cell = groove.at(step, static_cast<Drum>(d));
      reply.floats.insert(reply.floats.end(), {cell.hit ? 1.0F : 0.0F, cell.velocity, cell.offset});
    }
  }
}

void write(const Melody& melody, Reply& reply) {
  reply.floats.insert(reply.floats.end(), melody.events().begin(), melody.events().end());
}

void write(const Trio& trio, Reply& reply) {
  write(trio.melody(), reply);
  write(trio.bass(), reply);
  write(trio.drums(), reply);
}

void write(const Tracks& tracks, Reply& reply) {
  nlohmann::json instruments = nlohmann::json::array();
  for (const Track& track : tracks.tracks()) {
    instruments.push_back({{"program", track.program}, {"drums", track.drums}, {"notes", track.notes.size()}});
    for (const TrackNote& note : track.notes) {
      for (const int number : {note.pitch, note.velocity, note.start, note.end}) reply.floats.push_back(static_cast<float>(number));
    }
  }
  reply.json["tracks"].push_back(std::move(instruments));
}

template <class Value>
concept CarriesChords = requires(const Value& value) {
  value.with_chords(value.chords());
};

/// The value on the chords of these names, one per step.
template <CarriesChords Value>
Value on_chords(const Value& value, const nlohmann::json& names) {
  ChordSequence chords(static_cast<int>(names.size()));
  int step = 0;
  for (const nlohmann::json& name : names) {
    if (!name.is_string()) throw ArgumentError("chords: have " + name.dump() + "; give the name of each step's chord");
    chords.set(step++, 1, read_chord(name.get_ref<const std::string&>()).chord);
  }
  return value.with_chords(chords);
}

nlohmann::json names_of(const ChordSequence& chords) {
  if (chords.empty()) return nullptr;
  nlohmann::json names = nlohmann::json::array();
  for (int step = 0; step < chords.steps(); ++step) names.push_back(chords.at(step).name());
  return names;
}

}  // namespace

template <MusicValue Value>
std::vector<Value> Request::values() const {
  const std::string music = text("music").value_or(std::string(Value::kPlural));
  if (music != Value::kPlural) throw ArgumentError("music: is " + music + "; give " + std::string(Value::kPlural));
  Grid grid = Value(0).grid();
  grid.steps_per_quarter = integer("stepsPerQuarter").value_or(grid.steps_per_quarter);
  std::vector<Value> values;
  Numbers numbers(floats);
  for (const int steps : integers("steps")) {
    Value value(steps, grid);
    if constexpr (std::is_same_v<Value, Tracks>) {
      const nlohmann::json& all = options["tracks"];
      if (!all.is_array() || all.size() <= values.size()) throw ArgumentError("tracks: are missing; give those of each value");
      read(numbers, all[values.size()], value);
    } else {
      read(numbers, value);
    }
    if constexpr (CarriesChords<Value>) {
      const auto all = options.find("valueChords");
      if (all != options.end() && all->size() > values.size() && !(*all)[values.size()].is_null()) {
        value = on_chords(value, (*all)[values.size()]);
      }
    }
    values.push_back(std::move(value));
  }
  return values;
}

template <MusicValue Value>
void Reply::add(const Value& value) {
  json["music"] = std::string(Value::kPlural);
  json["steps"].push_back(value.steps());
  json["stepsPerQuarter"] = value.grid().steps_per_quarter;
  if constexpr (CarriesChords<Value>) json["valueChords"].push_back(names_of(value.chords()));
  write(value, *this);
}

template std::vector<DrumSequence> Request::values() const;
template std::vector<Melody> Request::values() const;
template std::vector<Trio> Request::values() const;
template std::vector<Tracks> Request::values() const;
template void Reply::add(const DrumSequence&);
template void Reply::add(const Melody&);
template void Reply::add(const Trio&);
template void Reply::add(const Tracks&);

}  // namespace musicvae::js
