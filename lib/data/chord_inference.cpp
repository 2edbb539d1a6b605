#include "musicvae/data/chord_inference.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>

#include "chord_path.hpp"
#include "musicvae/error.hpp"
#include "musicvae/sequence/meter.hpp"

namespace musicvae::data {

std::vector<ChordAnnotation> infer_chords(const NoteSequence& notes) {
  const std::vector<MeterStretch> stretches = meter_stretches(notes);
  const MeterStretch& meter = stretches.front();
  const std::optional<int> per_bar = chords_per_bar(meter.numerator, meter.denominator);
  if (stretches.size() > 1 || !per_bar) {
    throw ArgumentError(
        "infer chords: the piece is in " +
        (stretches.size() > 1 ? "several meters" : std::to_string(meter.numerator) + "/" + std::to_string(meter.denominator)) +
        "; use one of 4/4, 6/8, 2/2, 2/4 or 3/4");
  }
  Ticks end;
  std::vector<SoundingPitch> pitches;
  for (const Note& note : notes.notes) {
    end = std::max(end, note.end);
    const double start = std::max(0.0, static_cast<double>(note.start.value));
    const double stop = std::max(0.0, static_cast<double>(note.end.value));
    if (has_pitch(note)) pitches.push_back({note.pitch, start, stop});
  }
  const double bar = 4.0 * notes.tempo_map.ticks_per_quarter() * meter.numerator / meter.denominator;
  const double frame = bar / *per_bar;
  const auto frames = static_cast<std::int64_t>(std::ceil(static_cast<double>(end.value) / frame));
  if (frames == 0) throw ArgumentError("infer chords: the piece has no notes; give a piece with notes");
  if (frames > kMostChordFrames) {
    throw ArgumentError("infer chords: the piece needs " + std::to_string(frames) + " chords; cut it to " +
                        std::to_string(kMostChordFrames));
  }
  std::vector<ChordAnnotation> chords;
  const std::vector<std::string> symbols = likeliest_chords(pitches, frame, frames);
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    if (i > 0 && symbols[i] == symbols[i - 1]) continue;
    chords.push_back({{static_cast<std::int64_t>(std::llround(static_cast<double>(i) * frame))}, symbols[i]});
  }
  return chords;
}

}  // namespace musicvae::data
