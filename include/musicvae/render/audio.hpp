// Sound: renders notes to stereo samples with FluidSynth and a soundfont.
//
// FluidSynth is loaded when sound is first requested. Nothing links to it, and everything else works without it. The environment variable
// MUSICVAE_FLUIDSYNTH can name the library's file if it is not in a usual place.
#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

#include "musicvae/sequence/drum_map.hpp"
#include "musicvae/sequence/drum_sequence.hpp"
#include "musicvae/sequence/melody.hpp"
#include "musicvae/sequence/melody_notes.hpp"
#include "musicvae/sequence/note_sequence.hpp"

namespace musicvae::render {

/// Stereo samples, left and right interleaved: [frames, 2], -1..1.
struct Audio {
  int sample_rate = 44'100;  ///< frames per second
  std::vector<float> samples;

  [[nodiscard]] std::size_t frames() const { return samples.size() / 2; }
  [[nodiscard]] double seconds() const { return static_cast<double>(frames()) / sample_rate; }
};

/// How to play.
struct AudioOptions {
  int sample_rate = 44'100;           ///< 8,000 to 96,000, the range of FluidSynth
  std::filesystem::path soundfont{};  ///< an .sf2 or .sf3 file; empty: find_soundfont()
  double tail = 4.0;                  ///< maximum time in seconds for which notes ring after the end, 0..60; ends earlier when all is
                                      ///< silent
};

/// The longest piece that is rendered, without its tail, in seconds: half an hour, about 600 MB of samples at 44,100 Hz.
inline constexpr double kMaxAudioSeconds = 1800.0;

/// Plays `notes` from tick 0 to their end and lets them ring out. Every channel plays (channel 10 as drums), and tempo changes are kept. A
/// note begins at the nearest of FluidSynth's blocks of 64 frames, which is within 0.73 ms of its time at 44,100 Hz. The sound is dry:
/// reverb and chorus are off because they would blur the timing of a groove. If the mix exceeds full scale, the whole piece is scaled to a
/// peak of 1; it is never clipped. The same notes, soundfont and FluidSynth give the same samples.
///
/// Throws DeviceError when FluidSynth is not installed, FileError when there is no soundfont, FormatError when the file is not a soundfont,
/// and ArgumentError when an option is out of range or the piece is longer than kMaxAudioSeconds. Any number of threads may call it.
/// FluidSynth's log is silenced for the whole process.
[[nodiscard]] Audio to_audio(const NoteSequence& notes, const AudioOptions& options = {});

/// Plays a groove at `qpm`, with the notes of to_notes, until the end of the last step. Throws as to_notes and the function above do.
[[nodiscard]] Audio to_audio(const DrumSequence& sequence, const DrumMap& map, double qpm = 120.0, const AudioOptions& options = {});
/// The same for a melody, played with `sound`.
[[nodiscard]] Audio to_audio(const Melody& melody, double qpm = 120.0, const MelodySound& sound = {}, const AudioOptions& options = {});

}  // namespace musicvae::render
