#include "musicvae/data/reference/trio_converter.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "data/reference/conditions.hpp"
#include "data/reference/quantized.hpp"

namespace musicvae::data::reference {
namespace {

constexpr const char* trio_name = "reference trio converter";
constexpr int last_instrument = 127;
constexpr int electric_bass = 33;

/// What an instrument is in a trio.
enum class Role : std::uint8_t { melody, bass, drums, other };
constexpr std::size_t trio_roles = 3;

Role role_of(const SecondsNote& note) {
  if (note.drums) return Role::drums;
  if (note.program >= 0 && note.program < 32) return Role::melody;
  return note.program >= 32 && note.program < 40 ? Role::bass : Role::other;
}

/// An instrument of a piece.
struct Player {
  Role role{};
  std::vector<bool> plays{};  ///< in each bar, later also in the bars close to it
  Example example{};          ///< its rows; none if it has no part
};

/// The instruments of a piece, and where they play.
std::map<int, Player> players_of(const Quantized& piece, std::int64_t bar, std::int64_t bars) {
  std::map<int, Player> players;
  for (const QuantizedNote& note : piece.notes) {
    const int instrument = note.note.instrument;
    if (instrument > last_instrument) continue;
    const Role role = role_of(note.note);
    const auto [found, added] = players.emplace(instrument, Player{role, std::vector<bool>(static_cast<std::size_t>(bars)), {}});
    Player& player = found->second;
    if (player.role != role) player.role = Role::other;
    const std::int64_t end = std::min((note.end + bar - 1) / bar, bars);
    for (std::int64_t i = note.start / bar; i < end; ++i) player.plays[static_cast<std::size_t>(i)] = true;
  }
  return players;
}

/// Whether any of the bars [first, last) is one; bars outside the piece are not.
bool any_in(const std::vector<bool>& bars, std::int64_t first, std::int64_t last) {
  const auto size = static_cast<std::int64_t>(bars.size());
  const auto begin = bars.begin() + static_cast<std::ptrdiff_t>(std::clamp<std::int64_t>(first, 0, size));
  return std::find(begin, bars.begin() + static_cast<std::ptrdiff_t>(std::clamp<std::int64_t>(last, 0, size)), true) !=
         bars.begin() + static_cast<std::ptrdiff_t>(std::clamp<std::int64_t>(last, 0, size));
}

/// The bars up to `gap` bars from those.
std::vector<bool> widened(const std::vector<bool>& bars, std::int64_t gap) {
  std::vector<bool> result(bars.size());
  for (std::size_t i = 0; i < bars.size(); ++i)
    result[i] = any_in(bars, static_cast<std::int64_t>(i) - gap, static_cast<std::int64_t>(i) + gap + 1);
  return result;
}

using Players = std::array<const Player*, trio_roles>;

/// The bars in which all three play or may rest. The first and the last `gap` bars count if anyone plays there.
std::vector<bool> covered_by(const Players& trio, std::int64_t gap) {
  const auto bars = static_cast<std::int64_t>(trio[0]->plays.size());
  const auto anyone = [&](std::int64_t first, std::int64_t last) {
    return std::any_of(trio.begin(), trio.end(), [&](const Player* player) { return any_in(player->plays, first, last); });
  };
  std::vector<bool> covered(static_cast<std::size_t>(bars));
  const bool at_start = anyone(0, gap);
  // NumPy reads a slice from -0 as the whole, so without a gap anyone's playing anywhere covers every bar.
  const std::int64_t tail = gap == 0 ? 0 : std::max<std::int64_t>(0, bars - gap);
  const bool at_end = anyone(tail, bars);
  for (std::int64_t i = 0; i < bars; ++i) {
    bool all = std::all_of(trio.begin(), trio.end(), [&](const Player* player) { return player->plays[static_cast<std::size_t>(i)]; });
    if (i < gap) all = at_start;
    if (i >= tail) all = at_end;
    covered[static_cast<std::size_t>(i)] = all;
  }
  return covered;
}

/// The rows [first, first + count) of tensors, side by side.
Tensor side_by_side(const std::vector<const Tensor*>& tensors, std::size_t first, std::size_t count) {
  std::size_t depth = 0;
  for (const Tensor* tensor : tensors) depth += tensor->depth;
  Tensor result(count, depth);
  auto to = result.values.begin();
  for (std::size_t row = first; row < first + count; ++row) {
    for (const Tensor* tensor : tensors)
      to = std::copy_n(tensor->values.begin() + static_cast<std::ptrdiff_t>(row * tensor->depth), tensor->depth, to);
  }
  return result;
}

/// Columns [first, first + count).
Tensor columns(const Tensor& tensor, std::size_t first, std::size_t count) {
  Tensor result(tensor.rows, count);
  for (std::size_t row = 0; row < tensor.rows; ++row) {
    std::copy_n(tensor.values.begin() + static_cast<std::ptrdiff_t>(row * tensor.depth + first), count,
                result.values.begin() + static_cast<std::ptrdiff_t>(row * count));
  }
  return result;
}

}  // namespace

TrioConverter::TrioConverter(TrioOptions options)
    : options_(options),
      melodies_({.gap_bars = 0.0,
                 .steps_per_quarter = options.steps_per_quarter,
                 .pad_to_total_time = true,
                 .max_tensors_per_notesequence = 0,
                 .presplit_on_time_changes = false,
                 .chord_encoding = options.chord_encoding,
                 .condition_on_key = options.condition_on_key}),
      drums_({.gap_bars = 0.0,
              .steps_per_quarter = options.steps_per_quarter,
              .pad_to_total_time = true,
              .max_tensors_per_notesequence = 0,
              .presplit_on_time_changes = false}) {
  check_number("slice_bars", options_.slice_bars, 1, trio_name);
  check_number("gap_bars", options_.gap_bars, 0, trio_name);
  check_number("max_bars", options_.max_bars, 1, trio_name);
  check_number("quarters_per_bar", options_.quarters_per_bar, 1, trio_name);
  check_number("max_tensors_per_notesequence", options_.max_tensors_per_notesequence, 0, trio_name);
}

Depths TrioConverter::depths() const {
  const int width = 2 * melodies_.depths().output + drums_.depths().output;
  return {.input = width, .output = width, .control = melodies_.depths().control};
}

std::vector<Example> TrioConverter::to_tensors(const SecondsPiece& piece, Mode mode, std::uint32_t seed) const {
  return examples_of_parts(piece, true, options_.max_tensors_per_notesequence, mode, seed,
                           [&](const SecondsPiece& part, NumpyRandom&) { return examples_of(part); });
}

std::vector<Example> TrioConverter::examples_of(SecondsPiece piece) const {
  const StepGrid grid{options_.steps_per_quarter, options_.quarters_per_bar};
  const ConditionKinds kinds{options_.chord_encoding, options_.condition_on_key};
  const std::optional<Quantized> steps = quantized(piece, grid, trio_name);
  if (!steps) return {};
  const std::vector<SecondsPiece::Key> own_keys = piece.keys;
  const bool had_chords = !piece.chords.empty();
  if (!infer_missing(piece, *steps, grid, kinds)) return {};
  if (!had_chords && !piece.chords.empty()) piece.keys.insert(piece.keys.begin(), own_keys.begin(), own_keys.end());

  const std::int64_t bar = grid.per_bar();
  const std::int64_t bars = std::min<std::int64_t>((steps->steps + bar - 1) / bar, options_.max_bars);
  std::map<int, Player> players = players_of(*steps, bar, bars);
  std::array<std::vector<const Player*>, trio_roles> by_role;
  piece.end = static_cast<double>(bars * bar) * 60.0 / steps->qpm / options_.steps_per_quarter;
  for (auto& [instrument, player] : players) {
    if (player.role == Role::other) continue;
    SecondsPiece own = piece;
    std::erase_if(own.notes, [number = instrument](const SecondsNote& note) { return note.instrument != number; });
    std::vector<Example> made = player.role == Role::drums ? drums_.to_tensors(own) : melodies_.to_tensors(own);
    if (made.empty()) {
      player.plays.assign(player.plays.size(), false);
    } else {
      player.example = std::move(made.front());
    }
    player.plays = widened(player.plays, options_.gap_bars);
    by_role[static_cast<std::size_t>(player.role)].push_back(&player);
  }
  const Tensor* control = nullptr;  // of the first line that has one
  for (const Role role : {Role::bass, Role::melody}) {
    for (auto player = by_role[static_cast<std::size_t>(role)].rbegin(); player != by_role[static_cast<std::size_t>(role)].rend();
         ++player) {
      if ((*player)->example.output.rows != 0) control = &(*player)->example.control;
    }
  }
  std::vector<Example> examples;
  for (const Player* melody : by_role[0]) {
    for (const Player* bass : by_role[1]) {
      for (const Player* drums : by_role[2]) {
        if (melody->example.output.rows == 0 || bass->example.output.rows == 0 || drums->example.output.rows == 0) continue;
        const std::vector<bool> covered = covered_by({melody, bass, drums}, options_.gap_bars);
        for (std::int64_t first = 0; first + options_.slice_bars <= bars; ++first) {
          const auto begin = covered.begin() + static_cast<std::ptrdiff_t>(first);
          if (std::find(begin, begin + options_.slice_bars, false) != begin + options_.slice_bars) continue;
          const auto row = static_cast<std::size_t>(first * bar);
          const auto count = static_cast<std::size_t>(options_.slice_bars * bar);
          Tensor rows = side_by_side({&melody->example.output, &bass->example.output, &drums->example.output}, row, count);
          examples.push_back({rows, rows, side_by_side({control}, row, count)});
        }
      }
    }
  }
  return examples;
}

SecondsPiece TrioConverter::from_tensor(const Tensor& sample, const Tensor& control, Mode mode) const {
  check_tensor(sample, depths().output, "sample", trio_name);
  const auto width = static_cast<std::size_t>(melodies_.depths().output);
  SecondsPiece piece = melodies_.from_tensor(columns(sample, 0, width), control, mode);
  SecondsPiece bass = melodies_.from_tensor(columns(sample, width, width));
  for (SecondsNote& note : bass.notes) {
    note.instrument = 1;
    note.program = electric_bass;
  }
  const SecondsPiece drums = drums_.from_tensor(columns(sample, 2 * width, sample.depth - 2 * width));
  for (const SecondsPiece* part : {&std::as_const(bass), &drums}) {
    piece.notes.insert(piece.notes.end(), part->notes.begin(), part->notes.end());
    piece.end = std::max(piece.end, part->end);
  }
  return piece;
}

}  // namespace musicvae::data::reference
