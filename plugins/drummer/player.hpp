// Player: plays the patterns of a Bank in time with a host, as MIDI events at exact frames.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mailbox.hpp"
#include "pattern.hpp"

namespace musicvae::drummer {

/// Where the host is at the first frame of a block. Numbers out of range are replaced: a plug-in must survive any host.
struct Transport {
  bool playing = false;
  bool has_position = false;   ///< whether the host gives bar, quarter and meter; without them, playing starts at the first bar
  std::int64_t bar = 0;        ///< counted from 0
  double quarter = 0.0;        ///< quarter notes since the bar began
  double beats_per_bar = 4.0;  ///< the meter's numerator
  double beat_unit = 4.0;      ///< the meter's denominator
  double tempo = 120.0;        ///< quarter notes per minute, 1 to 999
};

/// A MIDI message of three bytes, and its frame in the block.
struct MidiEvent {
  int frame = 0;
  std::array<std::uint8_t, 3> bytes{};
  friend bool operator==(const MidiEvent&, const MidiEvent&) = default;
};

/// Takes the events of a block, in order of their frames.
class MidiSink {
 public:
  virtual ~MidiSink() = default;
  /// Returns false if there is no room. Then the player drops a note and its end together, and repeats the end of a note that sounds.
  virtual bool write(const MidiEvent& event) noexcept = 0;
};

/// How a pattern is played. All of it may change in each block; a change takes effect with the next step.
struct Feel {
  float timing = 1.0F;    ///< 0 (on the grid) to 1.5 (exaggerated)
  float velocity = 1.0F;  ///< 0 (each drum's mean) to 1.5 (exaggerated)
  float swing = 0.0F;     ///< 0 to 1: how late every second 16th is; 1 is a third of a step, which is triplet swing
  std::array<float, kDrums> level{1, 1, 1, 1, 1, 1, 1, 1, 1};  ///< the share of each drum's hits that are played, loudest first
  int fill_every = 0;                                          ///< bars; 0: no fills
  int variation_every = 0;                                     ///< bars; 0: no variations
};

/// Whether a cell has a hit that is among its drum's share.
[[nodiscard]] inline bool is_played(const PatternCell& cell, const Feel& feel, int drum) noexcept {
  return cell.rank > 0.0F && cell.rank <= feel.level[static_cast<std::size_t>(drum)];
}

/// The velocity of a hit, about 0..1, given the mean of its drum.
[[nodiscard]] inline float velocity_of(const PatternCell& cell, float mean, const Feel& feel) noexcept {
  return cell.velocity + (feel.velocity - 1.0F) * (cell.velocity - mean);  // exact for 1
}

/// How late a hit of a step is, in steps, -0.5 to 0.5.
[[nodiscard]] double offset_of(const PatternCell& cell, int step, const Feel& feel) noexcept;

/// A place in the host's song.
struct Place {
  std::int64_t bar = 0;
  double step = 0.0;  ///< 16ths since the bar began
};

/// What the player plays at the end of a block, for pictures.
struct Head {
  bool playing = false;
  int pattern = 0;    ///< 0 to kVariations - 1: a variation; kVariations: the fill
  double step = 0.0;  ///< of the pattern
};

/// Belongs to the audio thread. process() allocates nothing, locks nothing and cannot fail. What it plays depends on the transport alone
/// and not on the sizes of the blocks.
///
/// Bar b of the host plays bar b modulo the pattern's bars, from its first step. A bar that is shorter than 4/4 leaves out the end of the
/// pattern's bar, and a longer one begins it again. Each hit sounds within half a step of its step. A step is looked at half a step before
/// its time, so that early hits are on time. A new Bank is used from the next bar on, or when playing starts.
class Player {
 public:
  /// `banks` must outlive the player.
  explicit Player(Mailbox<Bank>& banks) noexcept : banks_(&banks) {}

  /// Forgets what was played. Throws nothing; must not run during process().
  void prepare(double sample_rate) noexcept;

  void process(int frames, const Transport& transport, const Feel& feel, MidiSink& sink) noexcept {
    begin(transport, sink);
    play(frames, feel, sink);
  }

  /// process() in two parts; between them, add() may be called. Returns whether playing starts or jumps here.
  bool begin(const Transport& transport, MidiSink& sink) noexcept;
  void play(int frames, const Feel& feel, MidiSink& sink) noexcept;

  [[nodiscard]] bool playing() const noexcept { return playing_; }

  /// Where a frame of the block is, and how long a bar is, in steps; only while playing.
  [[nodiscard]] Place place_of(int frame) const noexcept;
  [[nodiscard]] double steps_per_bar() const noexcept { return steps_per_bar_; }

  /// Whether a bar of the host has a hit.
  [[nodiscard]] bool has_hits(std::int64_t bar, const Feel& feel) const noexcept;

  /// Plays a hit in this block, which is at a place of this block. Its note ends as all others do. There must be a bank.
  void add(const Place& place, int drum, std::uint8_t velocity) noexcept;

  /// After play().
  [[nodiscard]] Head head(const Feel& feel) const noexcept;

  /// Whether a note sounds.
  [[nodiscard]] bool sounding() const noexcept;

 private:
  // A hit that has been looked at and has not been played yet.
  struct Pending {
    std::int64_t bar;
    int step;
    int drum;
    double offset;  // in steps
    std::uint8_t pitch;
    std::uint8_t velocity;
  };
  struct Due {
    std::int64_t frame;
    std::size_t pending;
  };

  // The frame, counted from prepare(), of a position in steps of a bar.
  [[nodiscard]] double time_of(std::int64_t bar, double step) const noexcept;
  [[nodiscard]] std::int64_t frame_of(std::int64_t bar, double step) const noexcept;
  void anchor(std::int64_t bar, double step, double steps_per_bar, double tempo) noexcept;
  void start(std::int64_t bar, double step) noexcept;
  // What a bar of the host plays: a pattern, and one of its bars; silence: null.
  struct PatternBar {
    const Pattern* pattern;
    int index;  // of the variation; kVariations: the fill
    int bar;
  };
  [[nodiscard]] PatternBar pattern_of_bar(std::int64_t bar, const Feel& feel) const noexcept;
  void take_bank() noexcept;
  void open_step(const Feel& feel) noexcept;
  void play_until(std::int64_t begin, std::int64_t end, MidiSink& sink) noexcept;
  void note_on(const Pending& hit, std::int64_t frame, MidiSink& sink) noexcept;
  bool note_off(int drum, std::int64_t frame, MidiSink& sink) noexcept;
  void silence(MidiSink& sink) noexcept;

  Mailbox<Bank>* banks_;
  const Bank* bank_ = nullptr;
  double sample_rate_ = 48'000.0;
  std::int64_t now_ = 0;  // the first frame of the block

  // The host's clock: a position at a frame, and how fast it moves. All frames are computed from it, so that no error adds up.
  bool playing_ = false;
  std::int64_t anchor_frame_ = 0;
  std::int64_t anchor_bar_ = 0;
  double anchor_step_ = 0.0;
  double steps_per_bar_ = kStepsPerBar;
  double tempo_ = 0.0;
  double frames_per_step_ = 1.0;

  std::int64_t next_bar_ = 0;  // the step to look at next
  int next_step_ = 0;
  std::uint32_t played_early_ = 0;  // drums that have already been hit for the step at which a loop begins
  bool first_ = false;              // no step has been looked at since start()
  std::array<Pending, 128> pending_{};
  std::size_t pending_count_ = 0;

  static constexpr std::int64_t kSilent = -1;
  std::array<std::int64_t, kDrums> off_at_{};    // the frame at which a drum's note ends, or kSilent
  std::array<std::uint8_t, kDrums> pitch_{};     // of that note
  std::array<double, kDrums> last_step_time_{};  // of the step of a drum's last hit
};

}  // namespace musicvae::drummer
