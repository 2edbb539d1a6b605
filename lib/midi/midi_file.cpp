#include "musicvae/midi/midi_file.hpp"

#include "musicvae/file.hpp"

namespace musicvae {

NoteSequence read_midi(const std::filesystem::path& path) {
  return parse_midi(read_file(path, kMaxMidiFileSize), path);
}

void write_midi(const NoteSequence& sequence, const std::filesystem::path& path) {
  write_file_atomically(path, serialize_midi(sequence), Durable::no);
}

}  // namespace musicvae
