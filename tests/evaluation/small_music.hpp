// A melody, a trio and a bar of several instruments for each key.
#pragma once

#include "musicvae/sequence/tracks.hpp"
#include "musicvae/sequence/trio.hpp"

namespace musicvae::test {

// A tune of four bars that depends on `key`.
inline Melody tune(int key) {
  Melody melody(64);
  for (int step = 0; step < 64; step += 2) {
    const int note = (step * (key % 5 + 2) + key) % 13;
    if (note < 11) melody.set(step, 60 + key + note);
  }
  return melody;
}

// A trio of four bars that depends on `key`.
inline Trio song(int key) {
  Melody bass(64);
  DrumSequence drums(64);
  for (int step = 0; step < 64; step += 4) {
    bass.set(step, 36 + key + (step / 4 * (key % 3 + 1)) % 7);
    drums.set(step, static_cast<Drum>((step / 4 + key) % 3));
  }
  return {tune(key), bass, drums};
}

// A bar of a bass and drums that depends on `key`.
inline Tracks band(int key) {
  Tracks tracks(96);
  tracks.add({.program = 33, .notes = {{40 + key, 90, 0, 24}, {43 + key, 80, 48, 96}}});
  tracks.add({.program = 48 + key, .notes = {{60 + key, 60, 0, 96}}});
  tracks.add({.drums = true, .notes = {{36, 100, 0, 6}, {42, 60, 12 * (key % 4), 12 * (key % 4) + 6}, {38, 100, 24, 30}}});
  return tracks;
}

}  // namespace musicvae::test
