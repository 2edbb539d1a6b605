#include "musicvae/sequence/chord_sequence.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <system_error>

#include "musicvae/error.hpp"
#include "sequence/step_checks.hpp"

namespace musicvae {
namespace {

constexpr int kMostBeats = 4096;

/// How many beats a chord lasts, from the text after its colon.
int beats_from(std::string_view text, const std::string& symbol) {
  int beats = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), beats);
  if (error != std::errc() || end != text.data() + text.size() || beats < 1 || beats > kMostBeats) {
    throw ArgumentError("chords: \"" + symbol + "\" does not last a whole number of beats; write a number from 1 to " +
                        std::to_string(kMostBeats) + " after the colon, such as C:2");
  }
  return beats;
}

}  // namespace

ChordSequence::ChordSequence(int steps) {
  detail::check_steps("chords", steps);
  classes_.resize(static_cast<std::size_t>(steps));
}

Chord ChordSequence::at(int step) const {
  if (step < 0 || step >= steps()) detail::refuse_step("chords", step, steps());
  return Chord::of_class(classes_[static_cast<std::size_t>(step)]);
}

void ChordSequence::set(int first, int count, Chord chord) {
  detail::check_range("chords", first, count, steps());
  std::fill_n(classes_.begin() + first, count, static_cast<std::uint8_t>(chord.category()));
}

ChordSequence ChordSequence::slice(int first, int count) const {
  detail::check_range("chords", first, count, steps());
  ChordSequence result;
  result.classes_.assign(classes_.begin() + first, classes_.begin() + first + count);
  return result;
}

void ChordSequence::append(const ChordSequence& next) {
  const std::size_t old = classes_.size();
  const std::size_t added = next.classes_.size();  // `next` may be this sequence
  classes_.resize(old + added);
  std::copy_n(next.classes_.begin(), added, classes_.begin() + static_cast<std::ptrdiff_t>(old));
}

ChordSequence ChordSequence::repeated(int steps) const {
  if (steps > 0 && empty()) throw ArgumentError("chords: no chords cannot be repeated; give at least one");
  ChordSequence result(steps);
  for (std::size_t i = 0; i < result.classes_.size(); ++i) result.classes_[i] = classes_[i % classes_.size()];
  return result;
}

ChordSequence ChordSequence::transposed(int semitones) const {
  ChordSequence result = *this;
  for (std::uint8_t& category : result.classes_) {
    category = static_cast<std::uint8_t>(Chord::of_class(category).transposed(semitones).category());
  }
  return result;
}

ReadChords read_chords(std::span<const std::string> symbols, Grid grid) {
  detail::check_grid("chords", grid);
  if (symbols.empty()) throw ArgumentError("chords: no chord is given; give at least one, such as C");
  ReadChords result;
  for (const std::string& symbol : symbols) {
    const std::size_t colon = std::min(symbol.find(':'), symbol.size());
    const std::string text = symbol.substr(0, colon);
    const ChordSymbol read = read_chord(text);
    int steps = grid.steps_per_bar();
    if (colon < symbol.size()) {
      steps = beats_from(std::string_view(symbol).substr(colon + 1), symbol) * grid.steps_per_quarter * 4 / grid.beat_unit;
    }
    ChordSequence next(steps);
    next.set(0, steps, read.chord);
    result.chords.append(next);
    if (!read.reduced) continue;
    std::string remark = text;
    remark.append(" is read as ").append(read.chord.name());
    if (std::find(result.remarks.begin(), result.remarks.end(), remark) == result.remarks.end()) result.remarks.push_back(remark);
  }
  return result;
}

ReadChords read_chords(std::string_view text, Grid grid) {
  constexpr std::string_view spaces = " \t\n\v\f\r";
  std::vector<std::string> symbols;
  for (std::size_t first = text.find_first_not_of(spaces); first != std::string_view::npos; first = text.find_first_not_of(spaces, first)) {
    const std::size_t end = std::min(text.find_first_of(spaces, first), text.size());
    symbols.emplace_back(text.substr(first, end - first));
    first = end;
  }
  return read_chords(symbols, grid);
}

}  // namespace musicvae
