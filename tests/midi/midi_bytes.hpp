// Builds MIDI files byte by byte.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <span>
#include <string>

#include "musicvae/midi/midi_file.hpp"

namespace musicvae::test {

inline std::string bytes(std::initializer_list<int> values) {
  std::string result;
  for (const int v : values) result.push_back(static_cast<char>(v));
  return result;
}

inline std::string big_endian(std::size_t value, int size) {
  std::string result;
  for (int i = size - 1; i >= 0; --i) result.push_back(static_cast<char>(value >> 8 * i));
  return result;
}

inline std::string chunk(const std::string& id, const std::string& content) {
  return id + big_endian(content.size(), 4) + content;
}

inline std::string header(int format, int tracks, int division) {
  return chunk("MThd", big_endian(static_cast<std::size_t>(format), 2) + big_endian(static_cast<std::size_t>(tracks), 2) +
                           big_endian(static_cast<std::size_t>(division), 2));
}

inline const std::string end_of_track = bytes({0x00, 0xFF, 0x2F, 0x00});

/// A format-0 file at 480 ticks per quarter with one track of these events; the end-of-track event is added.
inline std::string file(const std::string& events) {
  return header(0, 1, 480) + chunk("MTrk", events + end_of_track);
}

inline std::span<const std::byte> as_bytes(const std::string& text) {
  return std::as_bytes(std::span(text));
}

inline NoteSequence parse(const std::string& text) {
  return parse_midi(as_bytes(text), "hand.mid");
}

}  // namespace musicvae::test
