#include "sequence/sustain.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>

namespace musicvae::detail {
namespace {

struct Event {
  enum class Kind { pedal_down, pedal_up, note_on, note_off };
  double at;
  Kind kind;
  std::size_t index;  // of the note or of the move
};

std::vector<Event> sorted_events(const std::vector<PedalledNote>& notes, std::span<const PedalMove> moves) {
  std::vector<Event> events;
  for (std::size_t i = 0; i < notes.size(); ++i) {
    events.push_back({notes[i].start, Event::Kind::note_on, i});
    events.push_back({notes[i].end, Event::Kind::note_off, i});
  }
  for (std::size_t i = 0; i < moves.size(); ++i)
    events.push_back({moves[i].at, moves[i].down ? Event::Kind::pedal_down : Event::Kind::pedal_up, i});
  std::stable_sort(events.begin(), events.end(),
                   [](const Event& a, const Event& b) { return std::pair(a.at, a.kind) < std::pair(b.at, b.kind); });
  return events;
}

/// The pedal of an instrument, and its notes that have begun and not ended.
struct Held {
  bool down = false;
  std::vector<std::size_t> active;
};

}  // namespace

double apply_pedal(std::vector<PedalledNote>& notes, std::span<const PedalMove> moves, double end) {
  if (moves.empty()) return end;
  std::map<int, Held> instruments;
  double now = 0.0;
  for (const Event& event : sorted_events(notes, moves)) {
    now = event.at;
    const bool is_note = event.kind == Event::Kind::note_on || event.kind == Event::Kind::note_off;
    Held& held = instruments[is_note ? notes[event.index].instrument : moves[event.index].instrument];
    switch (event.kind) {
      case Event::Kind::pedal_down:
        held.down = true;
        break;
      case Event::Kind::pedal_up:
        held.down = false;
        std::erase_if(held.active, [&](std::size_t i) {
          if (!(notes[i].end < now)) return false;
          notes[i].end = now;
          end = std::max(end, now);
          return true;
        });
        break;
      case Event::Kind::note_on:
        if (held.down) {
          std::erase_if(held.active, [&](std::size_t i) {
            if (notes[i].pitch != notes[event.index].pitch) return false;
            notes[i].end = now;
            notes[i].removed = notes[i].start == now;
            return true;
          });
        }
        held.active.push_back(event.index);
        break;
      case Event::Kind::note_off:
        if (!held.down) std::erase(held.active, event.index);
        break;
    }
  }
  for (const auto& [instrument, held] : instruments) {
    for (const std::size_t i : held.active) end = notes[i].end = now;
  }
  return end;
}

}  // namespace musicvae::detail
