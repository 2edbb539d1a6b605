// A host without sound: plays a script of its transport in blocks of any size, and keeps the events.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "paths.hpp"
#include "player.hpp"

namespace musicvae::test {

/// An event at its frame since the host began.
struct PlayedEvent {
  std::int64_t frame = 0;
  std::array<std::uint8_t, 3> bytes{};
  [[nodiscard]] bool on() const { return (bytes[0] & 0xF0) == 0x90 && bytes[2] > 0; }
  friend bool operator==(const PlayedEvent&, const PlayedEvent&) = default;
};

/// What the host does until the next entry of its script. The position moves on where nothing else is said.
struct ScriptEntry {
  std::int64_t frames = 0;  ///< how long it lasts
  bool playing = true;
  double tempo = 120.0;
  double beats_per_bar = 4.0;
  double beat_unit = 4.0;
  std::int64_t to_bar = -1;  ///< where the host jumps to, counted from 0; -1: nowhere
  double to_quarter = 0.0;   ///< of that bar
  std::function<void()> before = {};
};

class FakeHost : public drummer::MidiSink {
 public:
  using Process = std::function<void(int frames, const drummer::Transport&, drummer::MidiSink&)>;

  explicit FakeHost(double sample_rate = 48'000.0) : sample_rate_(sample_rate) {}

  bool write(const drummer::MidiEvent& event) noexcept override {
    if (room_ == 0) return false;
    --room_;
    in_order_ = in_order_ && event.frame >= last_ && event.frame < frames_;
    last_ = event.frame;
    events_.push_back({now_ + event.frame, event.bytes});
    return true;
  }

  /// Plays the script in blocks of up to `block` frames, which end where an entry ends.
  void play(const std::vector<ScriptEntry>& script, int block, const Process& process) {
    for (const ScriptEntry& entry : script) {
      if (entry.before) entry.before();
      const double quarters_per_bar = 4.0 * entry.beats_per_bar / entry.beat_unit;
      if (entry.to_bar >= 0) {
        bar_ = entry.to_bar;
        quarter_ = entry.to_quarter;
      }
      for (std::int64_t done = 0; done < entry.frames;) {
        const int frames = static_cast<int>(std::min<std::int64_t>(block, entry.frames - done));
        const double moved = entry.playing ? static_cast<double>(done) * entry.tempo / 60.0 / sample_rate_ : 0.0;
        const double bars = std::floor((quarter_ + moved) / quarters_per_bar);
        block_of(frames,
                 {.playing = entry.playing,
                  .has_position = true,
                  .bar = bar_ + static_cast<std::int64_t>(bars),
                  .quarter = quarter_ + moved - bars * quarters_per_bar,
                  .beats_per_bar = entry.beats_per_bar,
                  .beat_unit = entry.beat_unit,
                  .tempo = entry.tempo},
                 process);
        done += frames;
      }
      const double moved = entry.playing ? static_cast<double>(entry.frames) * entry.tempo / 60.0 / sample_rate_ : 0.0;
      const double bars = std::floor((quarter_ + moved) / quarters_per_bar);
      bar_ += static_cast<std::int64_t>(bars);
      quarter_ += moved - bars * quarters_per_bar;
    }
  }

  /// One block, whatever the transport says.
  void block_of(int frames, const drummer::Transport& transport, const Process& process) {
    last_ = 0;
    frames_ = std::max(1, frames);  // the end of a note may be at frame 0 of an empty block
    room_ = room_per_block;
    process(frames, transport, *this);
    now_ += frames;
  }

  [[nodiscard]] const std::vector<PlayedEvent>& events() const { return events_; }

  [[nodiscard]] std::vector<PlayedEvent> note_ons() const {
    std::vector<PlayedEvent> ons;
    std::copy_if(events_.begin(), events_.end(), std::back_inserter(ons), [](const PlayedEvent& event) { return event.on(); });
    return ons;
  }

  /// Whether the events of each block were in order and inside it.
  [[nodiscard]] bool in_order() const { return in_order_; }

  /// How many notes sound, by pitch: what began and did not end. A note that begins while it sounds, or ends while it does not, counts as
  /// a thousand.
  [[nodiscard]] int hung() const {
    std::map<int, int> sounding;
    int wrong = 0;
    for (const PlayedEvent& event : events_) {
      int& count = sounding[event.bytes[1]];
      count += event.on() ? 1 : -1;
      if (count < 0 || count > 1) wrong += 1000;
    }
    for (const auto& [pitch, count] : sounding) wrong += count;
    return wrong;
  }

  std::size_t room_per_block = 1'000'000;

 private:
  double sample_rate_;
  std::int64_t now_ = 0;
  std::int64_t bar_ = 0;
  double quarter_ = 0.0;
  int last_ = 0;
  int frames_ = 1;
  std::size_t room_ = 0;
  bool in_order_ = true;
  std::vector<PlayedEvent> events_;
};

/// The bytes of a shipped model, such as "humanize". They live as long as the program.
inline const std::vector<char>& model_bytes(const std::string& name) {
  static std::map<std::string, std::vector<char>> read;
  std::vector<char>& bytes = read[name];
  if (bytes.empty()) {
    std::ifstream in(std::string(data_folder) + "/../../models/" + name + ".safetensors", std::ios::binary | std::ios::ate);
    bytes.resize(static_cast<std::size_t>(in.tellg()));
    in.seekg(0).read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }
  return bytes;
}

inline std::span<const std::byte> shipped_model(const std::string& name) {
  return std::as_bytes(std::span(model_bytes(name)));
}

/// Those of the groove model.
inline const std::vector<char>& groove_bytes() {
  return model_bytes("hier-groove_4bar_lookback");
}

/// A hit that the host sends, at its frame since the host began.
struct SentHit {
  std::int64_t frame = 0;
  int pitch = 36;
  int velocity = 100;
};

/// The note-ons of the hits in the block of `frames` frames from `begin` on, and the note-offs at once after them.
inline std::vector<drummer::MidiEvent> events_in(const std::vector<SentHit>& hits, std::int64_t begin, int frames) {
  std::vector<drummer::MidiEvent> events;
  for (const SentHit& hit : hits) {
    if (hit.frame < begin || hit.frame >= begin + frames) continue;
    const auto pitch = static_cast<std::uint8_t>(hit.pitch);
    events.push_back({static_cast<int>(hit.frame - begin), {0x90, pitch, static_cast<std::uint8_t>(hit.velocity)}});
    events.push_back({static_cast<int>(hit.frame - begin), {0x80, pitch, 0}});
  }
  return events;
}

}  // namespace musicvae::test
