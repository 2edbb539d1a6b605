// Pairs note-offs with note-ons by pretty_midi's rule, which midi_file.hpp states.
#pragma once

#include <array>
#include <utility>
#include <vector>

#include "musicvae/sequence/note_sequence.hpp"

namespace musicvae::midi {

/// Takes the events of one track after another, in file order, and returns the notes in the reference's order.
class NotePairing {
 public:
  void begin_track(int track) {
    track_ = track;
    program_.fill(0);
    instrument_.fill(-1);
  }

  /// Notes that are still open never end.
  void end_track() {
    for (std::size_t k = 0; k < open_.size(); ++k) {
      give_up(open_[k], static_cast<int>(k / values), static_cast<int>(k % values));
      open_[k].clear();
    }
  }

  void program(int channel, int program) { program_[static_cast<std::size_t>(channel)] = program; }

  void note_on(int channel, int pitch, int velocity, Ticks at) { open_[key(channel, pitch)].push_back({at, velocity}); }

  void note_off(int channel, int pitch, Ticks at) {
    std::vector<Open>& open = open_[key(channel, pitch)];
    // Ticks never decrease, so the notes that begin at `at` are last.
    auto begun_now = open.begin();
    while (begun_now != open.end() && begun_now->start != at) ++begun_now;
    const bool ended_any = begun_now != open.begin();
    if (ended_any) {
      std::vector<Note>& notes = instrument(channel);
      const int program = program_[static_cast<std::size_t>(channel)];
      for (auto note = open.begin(); note != begun_now; ++note) {
        notes.push_back({.pitch = pitch,
                         .velocity = note->velocity,
                         .start = note->start,
                         .end = at,
                         .channel = channel,
                         .program = program,
                         .track = track_});
      }
    }
    if (!ended_any) give_up(open, channel, pitch);
    open.erase(open.begin(), ended_any ? begun_now : open.end());
  }

  [[nodiscard]] std::vector<Note> notes() const {
    std::vector<Note> all;
    for (const auto& notes : instruments_) all.insert(all.end(), notes.begin(), notes.end());
    return all;
  }

  [[nodiscard]] const std::vector<Note>& unended() const { return unended_; }

 private:
  struct Open {
    Ticks start;
    int velocity;
  };
  static constexpr std::size_t channels = 16;
  static constexpr std::size_t values = 128;

  static std::size_t key(int channel, int value) { return static_cast<std::size_t>(channel) * values + static_cast<std::size_t>(value); }

  void give_up(const std::vector<Open>& open, int channel, int pitch) {
    for (const Open& note : open) {
      unended_.push_back({.pitch = pitch,
                          .velocity = note.velocity,
                          .start = note.start,
                          .end = note.start,
                          .channel = channel,
                          .program = program_[static_cast<std::size_t>(channel)],
                          .track = track_});
    }
  }

  /// The notes of this track with the channel and its current program.
  std::vector<Note>& instrument(int channel) {
    int& index = instrument_[key(channel, program_[static_cast<std::size_t>(channel)])];
    if (index < 0) {
      index = static_cast<int>(instruments_.size());
      instruments_.emplace_back();
    }
    return instruments_[static_cast<std::size_t>(index)];
  }

  int track_ = 0;
  std::array<int, channels> program_{};
  std::array<int, channels * values> instrument_{};        // by channel and program; -1: none yet
  std::array<std::vector<Open>, channels * values> open_;  // by channel and pitch
  std::vector<std::vector<Note>> instruments_;
  std::vector<Note> unended_;
};

}  // namespace musicvae::midi
