// Sound: notes to stereo samples through FluidSynth and a soundfont.
//
// FluidSynth is loaded when the first sound is asked for; nothing links it, and all else works without it. The environment variable
// MUSICVAE_FLUIDSYNTH names the library's file where it lies in no usual place.
#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

#include "musicvae/sequence/drum_map.hpp"
#include "musicvae/sequence/drum_sequence.hpp"
#include "musicvae/sequence/note_sequence.hpp"

namespace musicvae::render {

/// Stereo samples, left and right in turn: [frames, 2], -1..1.
struct Audio {
  int sample_rate = 44'100;  ///< frames a second
  std::vector<float> samples;

  [[nodiscard]] std::size_t frames() const { return samples.size() / 2; }
  [[nodiscard]] double seconds() const { return static_cast<double>(frames()) / sample_rate; }
};

/// How to play.
struct AudioOptions {
  int sample_rate = 44'100;           ///< 8,000 to 96,000, what FluidSynth can
  std::filesystem::path soundfont{};  ///< an .sf2 or .sf3 file; empty: find_soundfont()
  double tail = 4.0;                  ///< seconds that notes may ring on after the end, 0..60; silence ends it sooner
};

/// The longest piece that is rendered, its tail not counted: half an hour, some 600 MB of samples at 44,100.
inline constexpr double kMaxAudioSeconds = 1800.0;

/// Plays `notes` from tick 0 to their end and lets them ring out. Every channel plays (10 as drums); tempo changes are kept. A note
/// begins on the nearest of FluidSynth's own blocks of 64 frames, that is within 0.73 ms of its time at 44,100.
/// Dry: reverb and chorus are off, since they blur the very timing that a groove is about. Should the mix pass full scale, the whole is
/// turned down until its peak is 1, and never clipped. The same notes, soundfont and FluidSynth give the same samples.
///
/// Throws DeviceError when FluidSynth is not installed, FileError when there is no soundfont, FormatError when the soundfont is none,
/// ArgumentError when an option is out of its range or the piece is longer than kMaxAudioSeconds. Any thread, any number at once.
/// FluidSynth's log is silenced for the whole process.
[[nodiscard]] Audio to_audio(const NoteSequence& notes, const AudioOptions& options = {});

/// Plays a sequence at `qpm`, as to_notes writes it; the end is that of the last step. Throws as to_notes and the above do.
[[nodiscard]] Audio to_audio(const DrumSequence& sequence, const DrumMap& map, double qpm = 120.0, const AudioOptions& options = {});

}  // namespace musicvae::render
