#include "trio_windows.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "musicvae/model/representations/melody.hpp"
#include "musicvae/model/representations/trio.hpp"
#include "musicvae/sequence/trio_notes.hpp"

namespace musicvae::data {
namespace {

constexpr std::size_t kMostTracks = 16;

/// Whether any note of the track could be in a window.
bool is_usable(const TrioTrack& track) {
  std::int64_t unusable = 0;
  for (const LeftOut reason :
       {LeftOut::outside_range, LeftOut::unknown_pitch, LeftOut::no_velocity, LeftOut::unended, LeftOut::surplus_instrument})
    unusable += track.left_out[reason];
  return track.part && track.notes > unusable;
}

}  // namespace

TrioWindows::TrioWindows(const NoteSequence& notes, const TrioConverterOptions& options) : options_(options) {
  const auto add = [&](const Note& note) {
    const Instrument instrument{note.track, note.program, note.channel};
    const auto [place, added] = places_.emplace(instrument, result_.tracks.size());
    if (added) result_.tracks.push_back({.instrument = instrument, .part = trio_part(note.program, note.is_drum())});
    ++result_.tracks[place->second].notes;
  };
  for (const Note& note : notes.notes) add(note);
  for (const Note& note : notes.unended) add(note);
}

bool TrioWindows::takes(std::size_t track) {
  const bool taken = track < kMostTracks && result_.tracks[track].part;
  if (!taken) leave_out(track, track < kMostTracks ? LeftOut::other_program : LeftOut::surplus_instrument);
  return taken;
}

void TrioWindows::add(std::int64_t first_bar, std::int64_t bars, std::span<const TrioNote> notes) {
  any_fits_ = true;
  bars = std::min(bars, kMaxBars);
  if (bars < options_.bars) {
    for (const TrioNote& note : notes) leave_out(note.track, note.silent ? LeftOut::no_velocity : LeftOut::short_stretch);
    return;
  }
  long_enough_ = true;
  std::vector<Voice> voices = voices_of(bars, notes);
  const auto each = [&](TrioPart part, const auto& use) {
    for (Voice& voice : voices) {
      if (voice.part == part && !voice.placed.empty()) use(&voice);
    }
  };
  each(TrioPart::melody, [&](Voice* melody) {
    each(TrioPart::bass, [&](Voice* bass) { each(TrioPart::drums, [&](Voice* drums) { add_windows(first_bar, {melody, bass, drums}); }); });
  });
  for (const Voice& voice : voices) {
    for (const Placed& note : voice.placed) {
      if (!voice.used[static_cast<std::size_t>(note.step / kPerBar)]) leave_out(note.track, LeftOut::incomplete_trio);
    }
  }
}

std::vector<TrioWindows::Voice> TrioWindows::voices_of(std::int64_t bars, std::span<const TrioNote> notes) {
  std::map<std::size_t, std::vector<TrioNote>> by_track;
  for (const TrioNote& note : notes) by_track[note.track].push_back(note);
  std::vector<Voice> voices;
  std::vector<std::size_t> drums;
  for (const auto& [track, own] : by_track) {
    if (result_.tracks[track].part != TrioPart::drums) {
      voices.push_back(line_of(track, bars, own));
    } else if (is_reference()) {
      voices.push_back(drums_of({track}, bars, own));
    } else {
      drums.push_back(track);
    }
  }
  if (!drums.empty()) voices.push_back(drums_of(std::move(drums), bars, notes));
  return voices;
}

TrioWindows::Voice TrioWindows::line_of(std::size_t track, std::int64_t bars, std::span<const TrioNote> notes) {
  Voice voice{.part = *result_.tracks[track].part, .tracks = {track}, .plays = std::vector<bool>(static_cast<std::size_t>(bars))};
  voice.used = voice.plays;
  std::vector<StepNote> line;
  for (const TrioNote& note : notes) {
    const bool in_range = note.note.pitch >= MelodyRepresentation::kLowest && note.note.pitch <= MelodyRepresentation::kHighest;
    if (!in_range || note.silent) leave_out(track, in_range ? LeftOut::no_velocity : LeftOut::outside_range);
    if (in_range && !note.silent) line.push_back(note.note);
    if ((in_range && !note.silent) || is_reference()) mark(voice, note.note);
  }
  const Melody melody = to_melody(std::move(line), static_cast<int>(bars * kPerBar), Grid{}, result_.tracks[track].left_out);
  voice.classes = MelodyRepresentation().rows(melody);
  for (int step = 0; step < melody.steps(); ++step) {
    if (melody.at(step) >= 0) voice.placed.push_back({step, track});
  }
  return voice;
}

TrioWindows::Voice TrioWindows::drums_of(std::vector<std::size_t> tracks, std::int64_t bars, std::span<const TrioNote> notes) {
  const std::int64_t steps = bars * kPerBar;
  Voice voice{.part = TrioPart::drums, .tracks = std::move(tracks), .plays = std::vector<bool>(static_cast<std::size_t>(bars))};
  voice.used = voice.plays;
  std::vector<unsigned> hits(static_cast<std::size_t>(steps));  // bit d: drum d
  for (const TrioNote& note : notes) {
    if (result_.tracks[note.track].part != TrioPart::drums) continue;
    const std::optional<Drum> drum = options_.drum_map->drum(note.note.pitch);
    const bool usable = drum && !note.silent;
    if (usable || is_reference()) mark(voice, note.note);
    if (!usable) {
      leave_out(note.track, drum ? LeftOut::no_velocity : LeftOut::unknown_pitch);
    } else if (note.note.start < 0 || note.note.start >= steps) {
      leave_out(note.track, note.note.start < 0 ? LeftOut::before_the_start : LeftOut::past_the_end);
    } else if (unsigned& cells = hits[static_cast<std::size_t>(note.note.start)]; (cells >> static_cast<unsigned>(*drum) & 1U) != 0) {
      leave_out(note.track, LeftOut::collision);
    } else {
      cells |= 1U << static_cast<unsigned>(*drum);
      voice.placed.push_back({note.note.start, note.track});
    }
  }
  voice.classes.assign(hits.begin(), hits.end());
  return voice;
}

void TrioWindows::mark(Voice& voice, const StepNote& note) {
  const std::int64_t end = std::min((note.end + kPerBar - 1) / kPerBar, static_cast<std::int64_t>(voice.plays.size()));
  for (std::int64_t bar = std::max<std::int64_t>(note.start, 0) / kPerBar; bar < end; ++bar)
    voice.plays[static_cast<std::size_t>(bar)] = true;
}

std::vector<bool> TrioWindows::covered(const Voices& trio) const {
  const auto bars = static_cast<std::int64_t>(trio.front()->plays.size());
  const auto close = [&](const Voice& voice, std::int64_t bar) {
    const std::int64_t first = std::max<std::int64_t>(0, bar - kTrioGapBars);
    const std::int64_t end = std::min(bars, bar + kTrioGapBars + 1);
    return std::find(voice.plays.begin() + first, voice.plays.begin() + end, true) != voice.plays.begin() + end;
  };
  std::vector<bool> result;
  for (std::int64_t bar = 0; bar < bars; ++bar)
    result.push_back(std::all_of(trio.begin(), trio.end(), [&](const Voice* voice) { return close(*voice, bar); }));
  if (!is_reference()) return result;
  // The reference is more lenient at both ends of a part.
  const std::int64_t ends = std::min<std::int64_t>(kTrioGapBars, bars);
  for (const std::int64_t first : {std::int64_t{0}, bars - ends}) {
    bool any = false;
    for (std::int64_t bar = first; bar < first + ends; ++bar)
      any = any || std::any_of(trio.begin(), trio.end(), [&](const Voice* voice) { return close(*voice, bar); });
    std::fill_n(result.begin() + first, ends, any);
  }
  return result;
}

bool TrioWindows::all_begin_notes(const Voices& trio, std::int64_t first, std::int64_t bars) {
  return std::all_of(trio.begin(), trio.end(), [&](const Voice* voice) {
    return std::any_of(voice->placed.begin(), voice->placed.end(),
                       [&](const Placed& note) { return note.step >= first * kPerBar && note.step < (first + bars) * kPerBar; });
  });
}

void TrioWindows::add_windows(std::int64_t first_bar, const Voices& trio) {
  const std::vector<bool> plays = covered(trio);
  const auto bars = static_cast<std::int64_t>(plays.size());
  std::vector<std::int64_t> starts;
  for (std::int64_t bar = 0; bar + options_.bars <= bars; ++bar) {
    const bool whole = std::all_of(plays.begin() + bar, plays.begin() + bar + options_.bars, [](bool covered) { return covered; });
    if (whole && (is_reference() || all_begin_notes(trio, bar, options_.bars))) {
      starts.push_back(bar);
    } else {
      result_.left_out.add(LeftOut::resting_part);
    }
  }
  if (starts.empty()) return;
  std::vector<float>& rows = result_.windows.rows;
  const auto first_row = static_cast<std::int64_t>(rows.size() / kTrioParts);
  const std::int64_t from = starts.front() * kPerBar;
  const std::int64_t to = (starts.back() + options_.bars) * kPerBar;
  for (std::int64_t step = from; step < to; ++step) {
    for (const Voice* voice : trio) rows.push_back(voice->classes[static_cast<std::size_t>(step)]);
  }
  for (const std::int64_t bar : starts) result_.windows.windows.push_back({first_row + bar * kPerBar - from, first_bar + bar});
  for (Voice* voice : trio) {
    for (const std::int64_t bar : starts) std::fill_n(voice->used.begin() + bar, options_.bars, true);
    for (const std::size_t track : voice->tracks) result_.tracks[track].windows += static_cast<std::int64_t>(starts.size());
  }
}

ConvertedTrios TrioWindows::finish(LeftOut bad_meter) && {
  const auto has = [&](std::optional<TrioPart> part) {
    return std::any_of(result_.tracks.begin(), result_.tracks.end(),
                       [&](const TrioTrack& track) { return is_usable(track) && (!part || track.part == part); });
  };
  const auto reason = [&]() -> std::optional<LeftOut> {
    if (!has({})) return LeftOut::no_notes;
    if (!any_fits_) return bad_meter;
    if (!has(TrioPart::melody)) return LeftOut::no_melody;
    if (!has(TrioPart::bass)) return LeftOut::no_bass;
    if (!has(TrioPart::drums)) return LeftOut::no_drums;
    if (!long_enough_) return LeftOut::too_short;
    return {};
  };
  if (result_.windows.windows.empty()) {
    if (const auto found = reason()) result_.left_out.add(*found);
  }
  for (const TrioTrack& track : result_.tracks) result_.left_out += track.left_out;
  return std::move(result_);
}

}  // namespace musicvae::data
