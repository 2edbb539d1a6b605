// As an application uses it: grooves to MIDI files and back.
#include <musicvae/musicvae.hpp>

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  musicvae::DrumSequence groove(64);
  for (int step = 0; step < 64; step += 4) groove.set(step, musicvae::Drum::kick);
  musicvae::write_midi(musicvae::to_notes(groove, musicvae::DrumMap::roland()), argv[1]);
  return musicvae::from_notes(musicvae::read_midi(argv[1]), musicvae::DrumMap::roland()).sequence.hits() == groove.hits() ? 0 : 1;
}
