#include "checked_midi.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <string>
#include <string_view>

#include "bytes.hpp"
#include "musicvae/error.hpp"
#include "musicvae/midi/midi_file.hpp"

namespace musicvae::midi {
namespace {

constexpr std::string_view track_chunk = "MTrk";
constexpr const char* damaged = "the file is damaged, export it again";

std::string hex(std::uint32_t value) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  return {'0', 'x', digits[value >> 4 & 15], digits[value & 15]};
}

/// Reads forward through a part of the file. Reading beyond the part is an error at the part's end.
class Cursor {
 public:
  Cursor(std::span<const std::byte> bytes, const std::filesystem::path& source) : bytes_(bytes), source_(source), end_(bytes.size()) {}

  [[nodiscard]] std::size_t position() const { return position_; }
  [[nodiscard]] std::size_t left() const { return end_ - position_; }
  [[nodiscard]] bool at_end() const { return position_ == end_; }
  [[nodiscard]] bool next_is(std::string_view name) const {
    return left() >= name.size() && std::memcmp(bytes_.data() + position_, name.data(), name.size()) == 0;
  }
  void skip_rest() { position_ = end_; }
  void go_to(std::size_t position) { position_ = position; }

  [[noreturn]] void fail(std::size_t offset, const std::string& reason, const std::string& mend = damaged) const {
    throw FormatError(source_, offset, reason, mend);
  }

  /// The next `size` bytes; `what` names them in errors.
  std::span<const std::byte> take(std::size_t size, const char* what) {
    if (size > left()) fail(end_, std::string(whole_) + " ends inside " + what);
    position_ += size;
    return bytes_.subspan(position_ - size, size);
  }
  std::uint32_t byte(const char* what) { return std::to_integer<std::uint32_t>(take(1, what)[0]); }
  [[nodiscard]] std::uint32_t peek() const { return std::to_integer<std::uint32_t>(bytes_[position_]); }

  std::uint32_t big_endian(std::size_t size, const char* what) {
    std::uint32_t value = 0;
    for (const std::byte b : take(size, what)) value = value << 8 | std::to_integer<std::uint32_t>(b);
    return value;
  }

  /// A variable-length quantity: 7 bits per byte. The format allows four bytes; some programs write more, with leading zeros.
  std::uint32_t quantity(const char* what) {
    const std::size_t start = position_;
    std::uint32_t value = 0;
    while (value <= static_cast<std::uint32_t>(kMaxMidiTick.value) >> 7) {
      const std::uint32_t b = byte(what);
      value = value << 7 | (b & 0x7F);
      if (b < 0x80) return value;
    }
    fail(start, std::string(what) + " does not fit the four bytes that the format allows");
  }

  /// The next `size` bytes as a separate cursor called `name`.
  Cursor part(std::size_t size, const char* name) {
    Cursor inner = *this;
    take(size, name);
    inner.whole_ = name;
    inner.end_ = position_;
    return inner;
  }

 private:
  std::span<const std::byte> bytes_;
  const std::filesystem::path& source_;
  const char* whole_ = "the file";  // name of the part that is read
  std::size_t position_ = 0;
  std::size_t end_;
};

/// The number of data bytes after a status byte that is neither meta nor system exclusive; -1 if MIDI defines no such status.
int data_bytes(std::uint32_t status) {
  constexpr std::array<int, 7> channel = {2, 2, 2, 2, 1, 1, 2};                                   // 0x8n to 0xEn
  constexpr std::array<int, 16> system = {-1, 1, 2, 1, -1, -1, 0, -1, 0, 0, 0, 0, 0, -1, 0, -1};  // 0xF0 to 0xFF
  return status < 0xF0 ? channel[(status >> 4) - 8] : system[status & 15];
}

/// Checks the events of one track and keeps those that the reader needs.
class TrackChecker {
 public:
  TrackChecker(Cursor events, int ticks_per_quarter) : in_(events) {
    append_header(out_, 0, 1, ticks_per_quarter);
    start_ = begin_track(out_);
  }

  /// The tick of the latest controller, pitch bend, meter, key, lyric or text event so far.
  [[nodiscard]] Ticks last_control() const { return last_control_; }

  std::string check() {
    while (!in_.at_end() && !ended_) timed_event();
    const std::int64_t end = now_;
    try {  // after the end of the track there may be more music, the next track if the chunk's length is wrong, or garbage
      while (!in_.at_end() && !in_.next_is(track_chunk)) timed_event();
    } catch (const FormatError&) {
      in_.skip_rest();
    }
    now_ = std::max(end, kept_);
    keep({0xFF, meta_end_of_track, 0});
    end_track(out_, start_);
    return std::move(out_);
  }

  /// The position in the file at which the checker stopped.
  [[nodiscard]] std::size_t position() const { return in_.position(); }

 private:
  void timed_event() {
    const std::size_t start = in_.position();
    now_ += in_.quantity("a delta time");
    if (now_ > kMaxMidiTick.value) {
      in_.fail(start, "the track goes past tick " + std::to_string(kMaxMidiTick.value),
               "the delta time is damaged, or the file is too long; shorten or repair it");
    }
    event();
  }

  void event() {
    if (in_.at_end()) in_.fail(in_.position(), "a delta time has no event after it");
    const std::size_t start = in_.position();
    std::uint32_t status = in_.peek();
    if (status >= 0x80) {
      in_.byte("a status byte");
    } else if (running_status_ != 0) {
      status = running_status_;
    } else {
      in_.fail(start, "data byte " + hex(status) + " stands in place of a status byte, and there is no running status");
    }
    if (status == 0xFF) return meta();
    if (status == 0xF0 || status == 0xF7) {
      in_.take(in_.quantity("a system exclusive length"), "a system exclusive message");
      return;
    }
    message(status, start);
  }

  void message(std::uint32_t status, std::size_t start) {
    const int size = data_bytes(status);
    if (size < 0) in_.fail(start, "status byte " + hex(status) + " is not defined by MIDI");
    std::array<int, 2> data{};
    for (int i = 0; i < size; ++i) {
      const std::size_t at = in_.position();
      const std::uint32_t b = in_.byte("a message");
      if (b > 0x7F) in_.fail(at, "data byte " + hex(b) + " of message " + hex(status) + " is above 0x7F");
      data[static_cast<std::size_t>(i)] = static_cast<int>(b);
    }
    if (status >= 0xF0) return;
    running_status_ = status;
    if (const std::uint32_t kind = status & 0xF0; kind == 0x80 || kind == 0x90) {
      keep({static_cast<int>(status), data[0], data[1]});
    } else if (kind == 0xC0) {
      keep({static_cast<int>(status), data[0]});
    } else if (kind == 0xB0 || kind == 0xE0) {
      last_control_ = {now_};
      if (kind == 0xB0 && data[0] == sustain_pedal) keep({static_cast<int>(status), data[0], data[1]});
    }
  }

  void meta() {
    const std::uint32_t type = in_.byte("a meta event");
    const std::uint32_t size = in_.quantity("a meta event's length");
    const std::size_t start = in_.position();
    const auto data = in_.take(size, "a meta event");
    const auto at = [&](std::size_t i) { return std::to_integer<int>(data[i]); };
    if (type == meta_time_signature || type == meta_key_signature || type == meta_lyric || type == meta_text) last_control_ = {now_};
    if (type == meta_end_of_track) {
      ended_ = true;
    } else if (type == meta_tempo) {
      if (size < 3) in_.fail(start, "a tempo event has " + std::to_string(size) + " bytes, but needs 3");
      if ((at(0) | at(1) | at(2)) == 0)
        in_.fail(start, "a tempo event has 0 microseconds per quarter note", "set a tempo and export it again");
      keep({0xFF, meta_tempo, 3, at(0), at(1), at(2)});
    } else if (type == meta_time_signature) {
      if (size < 2) in_.fail(start, "a time signature has " + std::to_string(size) + " bytes, but needs 2");
      if (at(0) == 0) in_.fail(start, "a time signature has 0 beats per bar", "set a meter and export it again");
      if (at(1) > max_denominator_power) in_.fail(start + 1, "a time signature counts notes of 1/2^" + std::to_string(at(1)));
      keep({0xFF, meta_time_signature, 4, at(0), at(1), clocks_per_click, notated_32nds_per_quarter});
    }
  }

  void keep(std::initializer_list<int> event) {
    append_quantity(out_, static_cast<std::uint32_t>(now_ - kept_));
    append_bytes(out_, event);
    kept_ = now_;
  }

  Cursor in_;
  std::string out_;
  std::size_t start_ = 0;  // of the events in out_
  std::int64_t now_ = 0;
  std::int64_t kept_ = 0;  // the tick of the last event in out_
  Ticks last_control_;
  std::uint32_t running_status_ = 0;
  bool ended_ = false;
};

/// A RIFF file of MIDI (RMID) contains the MIDI file in its chunk "data". Its lengths are unreliable, so all bytes that exist are read.
Cursor unwrapped(Cursor in) {
  constexpr std::size_t riff_header = 12;
  if (!in.next_is("RIFF") || in.left() < riff_header) return in;
  Cursor riff = in;
  riff.take(8, "a RIFF header");
  if (!riff.next_is("RMID")) return in;
  riff.take(4, "a RIFF header");
  while (riff.left() >= 8) {
    const bool is_data = riff.next_is("data");
    riff.take(4, "a RIFF chunk");
    std::size_t size = 0;
    for (const int shift : {0, 8, 16, 24}) size |= std::size_t{riff.byte("a RIFF chunk")} << shift;
    const std::size_t there = std::min(size, riff.left());
    if (is_data) return riff.part(there, "the MIDI file in the RIFF file");
    riff.take(std::min(there + there % 2, riff.left()), "a RIFF chunk");
  }
  in.fail(riff.position(), "the RIFF file does not contain a MIDI file (no chunk \"data\")", "name a Standard MIDI File");
}

struct Header {
  std::size_t start;
  std::uint32_t format;
  std::uint32_t tracks;
  int ticks_per_quarter;
};

/// Reads the header chunk.
Header check_header(Cursor& in) {
  constexpr const char* what = "the MIDI header";
  if (in.at_end()) in.fail(0, "the file is empty", "name a MIDI file");
  const std::size_t start = in.position();
  if (!in.next_is("MThd")) in.fail(start, "does not begin with MThd, so it is not a MIDI file", "name a Standard MIDI File");
  in.take(4, what);
  const std::uint32_t size = in.big_endian(4, what);
  if (size < 6) in.fail(start + 4, "the header has " + std::to_string(size) + " bytes, but needs 6");
  Cursor header = in.part(size, what);
  const std::uint32_t format = header.big_endian(2, what);
  const std::uint32_t tracks = header.big_endian(2, what);
  const std::uint32_t division = header.big_endian(2, what);
  if (format > 2) in.fail(start + 8, "format " + std::to_string(format) + " does not exist", "export it as format 0 or 1");
  if (division == 0) in.fail(start + 12, "0 ticks per quarter note", "export it with 1 to 32767, for example 480");
  if (division >= 0x8000) in.fail(start + 12, "the time division counts SMPTE frames", "export it with ticks per quarter note");
  return {.start = start, .format = format, .tracks = tracks, .ticks_per_quarter = static_cast<int>(division)};
}

}  // namespace

CheckedMidi check_midi(std::span<const std::byte> bytes, const std::filesystem::path& source) {
  Cursor in = unwrapped(Cursor(bytes, source));
  const Header header = check_header(in);
  CheckedMidi checked{.ticks_per_quarter = header.ticks_per_quarter, .tracks = {}, .last_control = {}};
  // Programs miscount their tracks, or count other chunks as tracks, so every track that exists is read.
  while (!in.at_end()) {
    const bool is_track = in.next_is(track_chunk);
    const bool is_counted = checked.tracks.size() < header.tracks;
    if (!is_counted && in.left() < 8) break;
    in.take(4, "a chunk header");
    const std::uint32_t size = in.big_endian(4, "a chunk header");
    if (!is_track && !is_counted && size > in.left()) break;
    const Cursor chunk = in.part(size, "a track");
    if (!is_track) continue;
    TrackChecker track(chunk, header.ticks_per_quarter);
    checked.tracks.push_back(track.check());
    checked.last_control = std::max(checked.last_control, track.last_control());
    in.go_to(track.position());
  }
  if (checked.tracks.empty()) in.fail(in.position(), "the file has no track", "export it with one");
  if (header.format == 2 && checked.tracks.size() > 1)
    in.fail(header.start + 8, "format 2 holds independent patterns, which are not one piece", "export it as format 0 or 1");
  return checked;
}

}  // namespace musicvae::midi
