#include "musicvae/interop/note_sequence_json.hpp"

#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace musicvae;
  return fuzz::run([&] {
    const NoteSequence notes = interop::parse_note_sequence_json(fuzz::text_of(fuzz::bytes_of(data, size)), "x.json");
    (void)interop::parse_note_sequence_json(interop::note_sequence_json(notes), "y.json");
  });
}
