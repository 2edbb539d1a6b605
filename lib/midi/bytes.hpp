// Bytes of a Standard MIDI File that both reading and writing use.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>

namespace musicvae::midi {

inline constexpr int meta_text = 0x01;
inline constexpr int meta_lyric = 0x05;
inline constexpr int meta_end_of_track = 0x2F;
inline constexpr int meta_tempo = 0x51;
inline constexpr int meta_time_signature = 0x58;
inline constexpr int meta_key_signature = 0x59;
inline constexpr int sustain_pedal = 64;             // a controller
inline constexpr int pedal_is_down = 64;             // from this value of the controller on
inline constexpr int clocks_per_click = 24;          // of a time signature, as in nearly all files
inline constexpr int notated_32nds_per_quarter = 8;  // the same
inline constexpr int max_denominator_power = 30;     // so that 2^power is an int

inline void append_bytes(std::string& out, std::initializer_list<int> bytes) {
  for (const int b : bytes) out.push_back(static_cast<char>(b));
}

/// Writes the low `size` bytes of `value` at `at`, highest byte first.
inline void put_big_endian(char* at, std::size_t value, int size) {
  for (int i = size - 1; i >= 0; --i) *at++ = static_cast<char>(value >> 8 * i);
}

/// Appends a variable-length quantity: 7 bits per byte, highest first; `value` is below 2^28.
inline void append_quantity(std::string& out, std::uint32_t value) {
  for (int shift = 21; shift > 0; shift -= 7) {
    if (value >> shift != 0) out.push_back(static_cast<char>((value >> shift & 0x7F) | 0x80));
  }
  out.push_back(static_cast<char>(value & 0x7F));
}

inline void append_header(std::string& out, int format, int tracks, int ticks_per_quarter) {
  out += "MThd";
  append_bytes(out, {0, 0, 0, 6, 0, format, tracks >> 8, tracks, ticks_per_quarter >> 8, ticks_per_quarter});
}

/// Begins a track chunk; end_track writes its size. Returns the position of its events.
inline std::size_t begin_track(std::string& out) {
  out += "MTrk";
  append_bytes(out, {0, 0, 0, 0});
  return out.size();
}

inline void end_track(std::string& out, std::size_t start) {
  put_big_endian(out.data() + start - 4, out.size() - start, 4);
}

}  // namespace musicvae::midi
