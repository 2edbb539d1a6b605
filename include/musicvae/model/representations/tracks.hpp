// The representation of tracks: one bar of several instruments as tokens (Simon et al. 2018, "Learning a latent space of multitrack
// measures", section 3; Magenta's hier-multiperf configs).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "musicvae/model/representation.hpp"
#include "musicvae/sequence/tracks.hpp"

namespace musicvae {

/// What a model of tracks is given.
struct TracksSettings {
  bool chords = false;  ///< whether a control track has the chord of each row
};

/// In and out: one bar of 4/4 as kTracks segments of kRows rows, one segment per track. A row is a token, one-hot. A track is its program
/// or "drums", its events, and "end", and the rows of its segment after that are zeros; the segment of no track is "end" alone. Events are
/// note-on, note-off, time shift and velocity tokens, as in note_seq's MetricPerformance. A row of a dataset has one column: the token, or
/// kNoToken. To the tokens of drums, kDrumRow is added, so that each row can be transposed by itself.
///
/// With chords, the control track is the chord's class, one-hot (Chord::category): of an event, the chord at its time; of the program,
/// "N.C."; of the end, the chord of the last event. A row then has a second column, the chord's class, or -1 beside kNoToken.
class TracksRepresentation final : public RepresentationOf<Tracks> {
 public:
  static constexpr int kTracks = 8;
  static constexpr int kRows = 64;              ///< of one track
  static constexpr int kMaxEvents = kRows - 2;  ///< of one track
  static constexpr int kSteps = 96;             ///< of a bar
  static constexpr int kVelocityBins = 8;

  // Tokens: each kind begins at one of these numbers.
  static constexpr int kNoteOn = 0;       ///< + pitch
  static constexpr int kNoteOff = 128;    ///< + pitch
  static constexpr int kTimeShift = 256;  ///< + steps - 1
  static constexpr int kVelocity = 352;   ///< + bin, 0 to 7
  static constexpr int kProgram = 360;    ///< + program
  static constexpr int kDrums = 488;
  static constexpr int kEnd = 489;
  static constexpr int kTokens = 490;
  static constexpr int kNoToken = -1;  ///< a row of zeros
  static constexpr int kDrumRow = kTokens;

  /// A track of a bar as tokens: the program or drums, the events, and the end. Velocities become bins of 16. At each step, notes end and
  /// begin in the order of their starts and pitches.
  [[nodiscard]] static std::vector<int> tokens(const Track& track);
  /// The number of events of a track of a bar.
  [[nodiscard]] static int event_count(const Track& track) { return static_cast<int>(tokens(track).size()) - 2; }
  /// The track that tokens up to an end token mean, or nothing if there are none before it. The first program counts. A note-off ends the
  /// note of its pitch that began first; notes that nothing ends last until the end of the bar. Events after the end of the bar are
  /// ignored.
  [[nodiscard]] static std::optional<Track> track_of(std::span<const int> tokens);

  /// The step of each token before it moves it: 0 for the program, and for the end the step of the last event.
  [[nodiscard]] static std::vector<int> steps_of(std::span<const int> tokens);

  TracksRepresentation() = default;
  explicit TracksRepresentation(TracksSettings settings) : settings_(settings) {}

  [[nodiscard]] std::string_view name() const noexcept override { return "tracks"; }
  [[nodiscard]] std::unique_ptr<Representation> clone() const override;
  void take_depths(const GivenDepths& depths) override;
  void validate(const ModelConfig& config, const ConfigCheck& check) const override;
  [[nodiscard]] int row_count(int) const noexcept override { return kTracks * kRows; }
  [[nodiscard]] int step_count(int) const noexcept override { return kSteps; }
  [[nodiscard]] bool segments_end() const noexcept override { return true; }
  [[nodiscard]] int input_depth() const noexcept override { return kTokens; }
  [[nodiscard]] int output_depth(OutputFormat) const noexcept override { return kTokens; }
  [[nodiscard]] int control_depth() const noexcept override { return settings_.chords ? Chord::kClasses : 0; }
  [[nodiscard]] bool has_chords() const noexcept override { return settings_.chords; }
  /// False for a track's first row, its program.
  [[nodiscard]] bool row_has_chord(int row) const noexcept override { return row % kRows != 0; }
  [[nodiscard]] int cells() const noexcept override { return 1; }
  [[nodiscard]] bool takes_rows_of(int depth) const noexcept override { return depth == (settings_.chords ? 2 : 1); }
  /// Throws ArgumentError for a number that is not a token.
  void write_input(std::span<const float> row, std::span<const std::uint8_t> hidden, std::span<float> input) const override;
  void write_target(OutputFormat format, std::span<const float> row, std::span<float> target) const override;
  /// Throws ArgumentError for a number that is not a chord's class.
  void write_control(std::span<const float> row, std::span<const std::uint8_t> hidden, std::span<float> control) const override;
  [[nodiscard]] bool write_free_control(std::span<float> control) const override;
  [[nodiscard]] bool transposes() const noexcept override { return true; }
  /// A note that would leave the range of MIDI stays an octave inside it. Drums stay. The chord moves along.
  void transpose(std::span<float> row, int semitones) const override;
  void write_hits(OutputFormat format, std::span<const float> step, std::span<std::uint8_t> hits) const override;
  [[nodiscard]] NoteSequence notes(OutputFormat format, std::span<const float> output, int rows, Grid grid, const DrumMap& map,
                                   double qpm) const override;
  [[nodiscard]] bool target_is_input() const noexcept override { return true; }
  /// The tokens of up to one bar, one per row. Throws ArgumentError for more than a bar, more than kTracks tracks, or a track of more than
  /// kMaxEvents events.
  [[nodiscard]] std::vector<float> rows(const Tracks& bar) const override;
  /// The bar of such rows, [kTracks * kRows, depth], with its chords if the depth is 2. Throws ArgumentError for a wrong size or a number
  /// that is not a token or a chord.
  [[nodiscard]] static Tracks from_rows(std::span<const float> rows, int depth = 1);
  /// The bar of a decoder's output, [kTracks * kRows, kTokens]. A row of zeros counts as token 0.
  [[nodiscard]] Tracks value(OutputFormat format, std::span<const float> output, int rows, Grid grid) const override;
  /// With the chord of each event. Where tracks have different chords at a step, that with the last class counts.
  [[nodiscard]] Tracks with_control(Tracks bar, std::span<const float> output, std::span<const float> control) const override;
  /// Throws ArgumentError: a token has no fixed place in time, so steps of a bar cannot be kept.
  [[nodiscard]] KnownRows known_rows(const Head& head, const Tracks& window, const StepMask& mask, bool whole, int rows) const override;

 private:
  TracksSettings settings_;
};

}  // namespace musicvae
