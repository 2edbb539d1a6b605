#include "musicvae/sequence/chord.hpp"

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "musicvae/error.hpp"

namespace musicvae {
namespace {

constexpr std::array<std::string_view, Chord::kRoots> kRootNames = {"C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"};
constexpr std::array<std::string_view, 4> kSuffixes = {"", "m", "aug", "dim"};
constexpr std::string_view kNoChord = "N.C.";

/// The degrees of a chord above its root, each with how many semitones it is altered: {3, -1} is a minor third.
using Degrees = std::map<int, int>;

/// A kind of chord, its spellings and its degrees. 7 is the major seventh, {7, -1} the one of a dominant seventh chord.
struct ChordKind {
  std::vector<std::string_view> spellings;
  Degrees degrees;
};

/// The kind of each spelling, the longest spelling first.
const std::vector<std::pair<std::string_view, Degrees>>& chord_kinds() {
  static const auto all = [] {
    const std::vector<ChordKind> kinds = {
        {{"", "maj", "M"}, {{1, 0}, {3, 0}, {5, 0}}},
        {{"m", "min", "-"}, {{1, 0}, {3, -1}, {5, 0}}},
        {{"+", "aug"}, {{1, 0}, {3, 0}, {5, 1}}},
        {{"o", "dim"}, {{1, 0}, {3, -1}, {5, -1}}},
        {{"7"}, {{1, 0}, {3, 0}, {5, 0}, {7, -1}}},
        {{"maj7", "M7"}, {{1, 0}, {3, 0}, {5, 0}, {7, 0}}},
        {{"m7", "min7", "-7"}, {{1, 0}, {3, -1}, {5, 0}, {7, -1}}},
        {{"o7", "dim7"}, {{1, 0}, {3, -1}, {5, -1}, {7, -2}}},
        {{"+7", "aug7"}, {{1, 0}, {3, 0}, {5, 1}, {7, -1}}},
        {{"m7b5", "-7b5", "/o", "/o7"}, {{1, 0}, {3, -1}, {5, -1}, {7, -1}}},
        {{"mmaj7", "mM7", "minmaj7", "minM7", "-maj7", "-M7", "m(maj7)", "m(M7)", "min(maj7)", "min(M7)", "-(maj7)", "-(M7)"},
         {{1, 0}, {3, -1}, {5, 0}, {7, 0}}},
        {{"6"}, {{1, 0}, {3, 0}, {5, 0}, {6, 0}}},
        {{"m6", "min6", "-6"}, {{1, 0}, {3, -1}, {5, 0}, {6, 0}}},
        {{"9"}, {{1, 0}, {3, 0}, {5, 0}, {7, -1}, {9, 0}}},
        {{"maj9", "M9"}, {{1, 0}, {3, 0}, {5, 0}, {7, 0}, {9, 0}}},
        {{"m9", "min9", "-9"}, {{1, 0}, {3, -1}, {5, 0}, {7, -1}, {9, 0}}},
        {{"+9", "aug9"}, {{1, 0}, {3, 0}, {5, 1}, {7, -1}, {9, 0}}},
        {{"6/9"}, {{1, 0}, {3, 0}, {5, 0}, {6, 0}, {9, 0}}},
        {{"11"}, {{1, 0}, {3, 0}, {5, 0}, {7, -1}, {9, 0}, {11, 0}}},
        {{"maj11", "M11"}, {{1, 0}, {3, 0}, {5, 0}, {7, 0}, {9, 0}, {11, 0}}},
        {{"m11", "min11", "-11"}, {{1, 0}, {3, -1}, {5, 0}, {7, -1}, {9, 0}, {11, 0}}},
        {{"13"}, {{1, 0}, {3, 0}, {5, 0}, {7, -1}, {9, 0}, {11, 0}, {13, 0}}},
        {{"maj13", "M13"}, {{1, 0}, {3, 0}, {5, 0}, {7, 0}, {9, 0}, {11, 0}, {13, 0}}},
        {{"m13", "min13", "-13"}, {{1, 0}, {3, -1}, {5, 0}, {7, -1}, {9, 0}, {11, 0}, {13, 0}}},
        {{"sus2"}, {{1, 0}, {2, 0}, {5, 0}}},
        {{"sus", "sus4"}, {{1, 0}, {4, 0}, {5, 0}}},
        {{"sus7", "7sus"}, {{1, 0}, {4, 0}, {5, 0}, {7, -1}}},
        {{"ped"}, {{1, 0}}},
        {{"5"}, {{1, 0}, {5, 0}}},
    };
    std::vector<std::pair<std::string_view, Degrees>> result;
    for (const ChordKind& kind : kinds) {
      for (const std::string_view spelling : kind.spellings) result.emplace_back(spelling, kind.degrees);
    }
    std::stable_sort(result.begin(), result.end(), [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
    return result;
  }();
  return all;
}

/// A change of one degree: "add", "addb", "no", "#", ...
struct Modification {
  std::string_view action;
  int degree = 0;
};

/// Reads the parts of a symbol from the front of a text.
class ChordReader {
 public:
  explicit ChordReader(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool done() const { return rest_.empty(); }

  bool take(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  /// A letter with sharps or flats, as a pitch class. Empty if there is none, or if it has both.
  std::optional<int> take_root() {
    constexpr std::string_view letters = "CDEFGAB";
    constexpr std::array<int, 7> pitches = {0, 2, 4, 5, 7, 9, 11};
    const std::size_t letter = rest_.empty() ? std::string_view::npos : letters.find(rest_.front());
    if (letter == std::string_view::npos) return {};
    rest_.remove_prefix(1);
    int pitch = pitches[letter];
    const char accidental = rest_.empty() ? '\0' : rest_.front();
    if (accidental != '#' && accidental != 'b') return pitch;
    const std::size_t end = std::min(rest_.find_first_not_of(accidental), rest_.size());
    rest_.remove_prefix(end);
    if (rest_.starts_with('#') || rest_.starts_with('b')) return {};
    const int shift = static_cast<int>(end % Chord::kRoots);
    return (pitch + (accidental == '#' ? shift : Chord::kRoots - shift)) % Chord::kRoots;
  }

  std::optional<Modification> take_modification() {
    const std::string_view before = rest_;
    (void)take("(");
    for (const std::string_view action : {"add#", "addb", "add", "no", "#", "b"}) {
      if (!take(action)) continue;
      const std::size_t digits = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
      if (digits == 0) break;
      int degree = 0;
      for (const char digit : rest_.substr(0, digits)) degree = std::min(degree * 10 + (digit - '0'), 9999);
      rest_.remove_prefix(digits);
      (void)take(")");
      return Modification{action, degree};
    }
    rest_ = before;
    return {};
  }

 private:
  std::string_view rest_;
};

/// The symbol's parts after its root.
struct ReadKind {
  Degrees degrees;
  std::vector<Modification> modifications;
  bool bass = false;
};

/// Reads what follows the root with each kind that fits until one uses up the text.
std::optional<ReadKind> read_kind(const ChordReader& after_root) {
  for (const auto& [spelling, degrees] : chord_kinds()) {
    ChordReader reader = after_root;
    if (!reader.take(spelling)) continue;
    ReadKind result{degrees, {}, false};
    while (const std::optional<Modification> modification = reader.take_modification()) result.modifications.push_back(*modification);
    if (reader.take("/")) {
      if (!reader.take_root()) continue;
      result.bass = true;
    }
    if (reader.done()) return result;
  }
  return {};
}

/// Applies a modification. False: it removes a degree that is missing, or adds one that is there.
bool modify(Degrees& degrees, const Modification& modification) {
  const auto& [action, degree] = modification;
  const bool there = degrees.contains(degree);
  const int alteration = action.ends_with('#') ? 1 : action.ends_with('b') ? -1 : 0;
  if (action == "no") return degrees.erase(degree) != 0;
  if (action.starts_with("add")) {
    degrees[degree] = degree == 7 && alteration == 0 ? -1 : alteration;
    return !there;
  }
  degrees[degree] += alteration;
  return true;
}

std::optional<ChordQuality> quality_of(const Degrees& degrees) {
  constexpr std::array<std::array<int, 3>, 4> triads = {{{0, 0, 0}, {0, -1, 0}, {0, 0, 1}, {0, -1, -1}}};
  std::array<int, 3> found{};
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto degree = degrees.find(static_cast<int>(1 + 2 * i));
    if (degree == degrees.end()) return {};
    found[i] = degree->second;
  }
  const auto* triad = std::find(triads.begin(), triads.end(), found);
  if (triad == triads.end()) return {};
  return static_cast<ChordQuality>(triad - triads.begin());
}

[[noreturn]] void refuse_symbol(std::string_view text, const char* why) {
  throw ChordSymbolError("chord \"" + std::string(text) + "\": " + why + "; write a symbol such as C, Am, F#7, Bbmaj7 or N.C.");
}

}  // namespace

Chord::Chord(int root, ChordQuality quality) {
  if (root < 0 || root >= kRoots) throw ArgumentError("chord: root " + std::to_string(root) + " is out of range; use 0 (C) to 11 (B)");
  category_ = static_cast<std::uint8_t>(1 + root + kRoots * static_cast<int>(quality));
}

Chord Chord::of_class(int category) {
  if (category < 0 || category >= kClasses) {
    throw ArgumentError("chord: class " + std::to_string(category) + " is out of range; use 0 to " + std::to_string(kClasses - 1));
  }
  Chord chord;
  chord.category_ = static_cast<std::uint8_t>(category);
  return chord;
}

std::string Chord::name() const {
  if (none()) return std::string(kNoChord);
  std::string result(kRootNames[static_cast<std::size_t>(root())]);
  return result.append(kSuffixes[static_cast<std::size_t>(quality())]);
}

Chord Chord::transposed(int semitones) const {
  if (none()) return *this;
  return Chord((root() + semitones % kRoots + kRoots) % kRoots, quality());
}

int Chord::triad() const {
  if (none()) throw ArgumentError("chord: N.C. has no root; ask none() first");
  return category_ - 1;
}

ChordSymbol read_chord(std::string_view text) {
  if (text == kNoChord) return {};
  std::string_view symbol = text;
  if (symbol.ends_with('\n')) symbol.remove_suffix(1);
  ChordReader reader(symbol);
  const std::optional<int> root = reader.take_root();
  std::optional<ReadKind> kind;
  if (root) kind = read_kind(reader);
  if (!kind) refuse_symbol(symbol, "is not a chord symbol");
  for (const Modification& modification : kind->modifications) {
    if (!modify(kind->degrees, modification)) {
      refuse_symbol(symbol, modification.action == "no" ? "removes a degree that it does not have" : "adds a degree that it has already");
    }
  }
  const std::optional<ChordQuality> quality = quality_of(kind->degrees);
  if (!quality) {
    throw ChordClassError("chord \"" + std::string(symbol) +
                          "\": is not a major, minor, augmented or diminished chord; write one of these, or N.C.");
  }
  return {Chord(*root, *quality), kind->bass || kind->degrees.size() > 3};
}

}  // namespace musicvae
