#include "data/reference/performance.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace musicvae::data::reference {
namespace {

using Type = PerformanceEvent::Type;

constexpr int usual_velocity = 100;  // where there are no velocities

int bin_size(int bins) {
  return (127 + bins - 1) / bins;
}

}  // namespace

int PerformanceEncoding::token(const PerformanceEvent& event) const {
  switch (event.type) {
    case Type::note_on:
      return event.value - min_pitch;
    case Type::note_off:
      return pitches() + event.value - min_pitch;
    case Type::time_shift:
      return 2 * pitches() + event.value - 1;
    case Type::velocity:
      return 2 * pitches() + max_shift + event.value - 1;
  }
  return 0;
}

PerformanceEvent PerformanceEncoding::event(int token) const {
  if (token < pitches()) return {Type::note_on, token + min_pitch};
  if (token < 2 * pitches()) return {Type::note_off, token - pitches() + min_pitch};
  if (token < 2 * pitches() + max_shift) return {Type::time_shift, token - 2 * pitches() + 1};
  return {Type::velocity, token - 2 * pitches() - max_shift + 1};
}

Performance Performance::of(const std::vector<PerformanceNote>& notes, const PerformanceEncoding& encoding, std::int64_t start, int program,
                            bool drums) {
  Performance made(encoding, start, program, drums);
  std::vector<std::tuple<std::int64_t, std::size_t, bool>> events;  // step, note, whether it ends
  for (std::size_t i = 0; i < notes.size(); ++i) {
    events.emplace_back(notes[i].start, i, false);
    events.emplace_back(notes[i].end, i, true);
  }
  std::sort(events.begin(), events.end());
  std::int64_t now = start;
  int bin = 0;
  for (const auto& [step, index, ends] : events) {
    while (step > now) {
      const std::int64_t shift = std::min<std::int64_t>(step - now, encoding.max_shift);
      made.append({Type::time_shift, static_cast<int>(shift)});
      now += shift;
    }
    const PerformanceNote& note = notes[index];
    if (encoding.velocity_bins > 0 && !ends) {
      const int wanted = (note.velocity - 1) / bin_size(encoding.velocity_bins) + 1;
      if (wanted != bin) made.append({Type::velocity, wanted});
      bin = wanted;
    }
    made.append({ends ? Type::note_off : Type::note_on, note.pitch});
  }
  return made;
}

std::int64_t Performance::num_steps() const {
  std::int64_t steps = 0;
  for (const PerformanceEvent& event : events_) {
    if (event.type == Type::time_shift) steps += event.value;
  }
  return steps;
}

void Performance::set_length(std::int64_t steps) {
  std::int64_t missing = steps - num_steps();
  if (missing > 0 && !events_.empty() && events_.back().type == Type::time_shift) {
    const std::int64_t added = std::min<std::int64_t>(missing, encoding_.max_shift - events_.back().value);
    events_.back().value += static_cast<int>(added);
    missing -= added;
  }
  while (missing > 0) {
    const std::int64_t shift = std::min<std::int64_t>(missing, encoding_.max_shift);
    append({Type::time_shift, static_cast<int>(shift)});
    missing -= shift;
  }
  while (missing < 0) {
    PerformanceEvent& last = events_.back();
    if (last.type == Type::time_shift && last.value > -missing) {
      last.value += static_cast<int>(missing);
      return;
    }
    if (last.type == Type::time_shift) missing += last.value;
    events_.pop_back();
  }
}

std::vector<std::int64_t> Performance::steps() const {
  std::vector<std::int64_t> result;
  std::int64_t step = start_;
  for (const PerformanceEvent& event : events_) {
    result.push_back(step);
    if (event.type == Type::time_shift) step += event.value;
  }
  return result;
}

std::vector<PerformanceNote> Performance::notes() const {
  std::vector<PerformanceNote> sounding;  // in the order in which they began
  std::vector<PerformanceNote> result;
  int velocity = usual_velocity;
  std::int64_t step = start_;
  const auto finish = [&](PerformanceNote note) {
    note.end = step;
    if (note.end > note.start) result.push_back(note);
  };
  for (const PerformanceEvent& event : events_) {
    if (event.type == Type::time_shift) step += event.value;
    if (event.type == Type::velocity) velocity = 1 + (event.value - 1) * bin_size(encoding_.velocity_bins);
    if (event.type == Type::note_on) sounding.push_back({event.value, velocity, step, step});
    if (event.type != Type::note_off) continue;
    const auto first =
        std::find_if(sounding.begin(), sounding.end(), [&](const PerformanceNote& note) { return note.pitch == event.value; });
    if (first == sounding.end()) continue;
    finish(*first);
    sounding.erase(first);
  }
  for (const PerformanceNote& note : sounding) finish(note);
  return result;
}

std::vector<Performance> Performance::split(std::int64_t length) const {
  std::vector<Performance> parts = {Performance(encoding_, start_, program_, drums_)};
  std::int64_t now = 0;  // in the part
  const auto next_part = [&] {
    parts.emplace_back(encoding_, start_ + static_cast<std::int64_t>(parts.size()) * length, program_, drums_);
    now = 0;
  };
  for (const PerformanceEvent& event : events_) {
    if (event.type != Type::time_shift) {
      // On a border, notes end before it. Everything else comes after it.
      if (now == length && event.type != Type::note_off) next_part();
      parts.back().append(event);
      continue;
    }
    std::int64_t left = event.value;
    if (now + left > length) {
      if (length > now) parts.back().append({Type::time_shift, static_cast<int>(length - now)});
      left -= length - now;
      next_part();
    }
    if (left > 0) parts.back().append({Type::time_shift, static_cast<int>(left)});
    now += left;
  }
  if (parts.back().num_steps() == 0) parts.pop_back();
  for (Performance& part : parts) {
    std::vector<PerformanceNote> notes = part.notes();
    std::erase_if(notes, [&](const PerformanceNote& note) { return note.start < part.start_; });
    std::stable_sort(notes.begin(), notes.end(), [](const PerformanceNote& a, const PerformanceNote& b) {
      return std::pair(a.start, a.pitch) < std::pair(b.start, b.pitch);
    });
    // A part without notes becomes a part of drums.
    part = of(notes, encoding_, part.start_, notes.empty() ? 0 : program_, notes.empty() || drums_);
    part.set_length(length);
  }
  return parts;
}

}  // namespace musicvae::data::reference
