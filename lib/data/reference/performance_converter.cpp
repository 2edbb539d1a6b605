#include "musicvae/data/reference/performance_converter.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "data/reference/conditions.hpp"
#include "data/reference/performance.hpp"
#include "data/reference/quantized.hpp"
#include "data/seconds_parts.hpp"
#include "musicvae/sequence/chord.hpp"

namespace musicvae::data::reference {
namespace {

constexpr const char* performance_name = "reference performance converter";
constexpr int programs = 128;
constexpr int silent_velocity = 100;  // of notes whose velocity is 0

/// What the numbers of a converter's rows mean.
struct Layout {
  explicit Layout(const PerformanceOptions& o)
      : encoding{o.min_pitch, o.max_pitch, 4 * o.steps_per_quarter, o.num_velocity_bins},
        grid{o.steps_per_quarter, o.quarters_per_bar},
        kinds{o.chord_encoding, false},
        chunks(static_cast<std::size_t>(o.hop_size_bars / o.chunk_size_bars)),
        tracks(static_cast<std::size_t>(o.max_num_instruments)),
        rows(static_cast<std::size_t>(o.max_events_per_instrument)),
        chunk_steps(o.chunk_size_bars * grid.per_bar()) {}

  [[nodiscard]] int drums() const { return encoding.size() + programs; }
  [[nodiscard]] int end() const { return drums() + 1; }
  [[nodiscard]] std::size_t all_rows() const { return chunks * tracks * rows; }

  PerformanceEncoding encoding;
  StepGrid grid;
  ConditionKinds kinds;
  std::size_t chunks;
  std::size_t tracks;
  std::size_t rows;
  std::int64_t chunk_steps;
};

/// The tracks of a window, by program, drums last.
std::vector<Performance> tracks_of(const Quantized& window, const Layout& layout) {
  std::map<std::tuple<bool, int, int>, std::vector<QuantizedNote>> instruments;
  std::map<int, int> numbers;
  for (const QuantizedNote& note : window.notes) ++numbers[note.note.instrument];
  // Python's hash table of small integers has 8 places for up to 4 of them, and 32 for up to 19.
  const int places = numbers.size() <= 4 ? 8 : 32;
  for (const QuantizedNote& note : window.notes) {
    const int program = note.note.drums ? 0 : note.note.program;
    const int place = note.note.instrument % places * programs + note.note.instrument / places;
    instruments[{note.note.drums, program, place}].push_back(note);
  }
  std::vector<Performance> tracks;
  for (auto& [key, notes] : instruments) {
    std::stable_sort(notes.begin(), notes.end(), [](const QuantizedNote& a, const QuantizedNote& b) {
      return std::pair(a.note.start, a.note.pitch) < std::pair(b.note.start, b.note.pitch);
    });
    std::vector<PerformanceNote> in_steps;
    for (const QuantizedNote& note : notes) {
      const int velocity = note.note.velocity == 0 ? silent_velocity : std::clamp(note.note.velocity, 1, 127);
      in_steps.push_back({note.note.pitch, velocity, note.start, note.end});
    }
    tracks.push_back(Performance::of(in_steps, layout.encoding, 0, std::get<1>(key), std::get<0>(key)));
  }
  return tracks;
}

/// The tokens of a track, with those of program and end.
std::vector<int> tokens_of(const Performance& track, const Layout& layout) {
  std::vector<int> tokens = {track.drums() ? layout.drums() : layout.encoding.size() + track.program()};
  for (const PerformanceEvent& event : track.events()) tokens.push_back(layout.encoding.token(event));
  tokens.push_back(layout.end());
  return tokens;
}

/// The example of a window, or nothing if it has no place in one.
std::optional<Example> example_of(const SecondsPiece& window, const Quantized& quantized_notes, const PerformanceOptions& options,
                                  NumpyRandom& random) {
  const Layout layout(options);
  const auto outside = [&](const SecondsNote& note) {
    return note.pitch < options.min_pitch || note.pitch > options.max_pitch || note.program < 0 || note.program >= programs;
  };
  if (std::any_of(window.notes.begin(), window.notes.end(), outside)) return {};
  std::vector<Performance> tracks = tracks_of(quantized_notes, layout);
  if (options.drop_tracks_and_truncate) sample(tracks, options.max_num_instruments, Mode::train, random);
  if (tracks.size() < static_cast<std::size_t>(options.min_num_instruments) || tracks.size() > layout.tracks) return {};
  const std::optional<Conditions> conditions = Conditions::of(window, quantized_notes, layout.grid, layout.kinds);
  if (!conditions) return {};

  Example example{.output = Tensor(layout.all_rows(), static_cast<std::size_t>(layout.end()) + 1)};
  const bool chords = layout.kinds.any();
  example.control = Tensor(chords ? layout.all_rows() : layout.chunks, layout.kinds.depth());
  example.lengths.assign(layout.chunks * layout.tracks, 1);
  for (std::size_t i = 0; i < example.lengths.size(); ++i) {
    example.output.at(i * layout.rows, static_cast<std::size_t>(layout.end())) = 1.0;
    if (chords) example.control.at(i * layout.rows, 0) = 1.0;
  }
  std::size_t events = 0;
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    tracks[i].set_length(static_cast<std::int64_t>(layout.chunks) * layout.chunk_steps);
    std::vector<Performance> parts = tracks[i].split(layout.chunk_steps);
    if (parts.size() != layout.chunks) return {};  // a chunk is shorter than a shift of time
    for (std::size_t chunk = 0; chunk < parts.size(); ++chunk) {
      Performance& part = parts[chunk];
      if (options.drop_tracks_and_truncate) part.truncate(layout.rows - 2);
      const std::vector<int> tokens = tokens_of(part, layout);
      if (tokens.size() > layout.rows) return {};
      events += part.events().size();
      const std::size_t track = chunk * layout.tracks + i;
      example.lengths[track] = static_cast<int>(tokens.size());
      example.output.at(track * layout.rows, static_cast<std::size_t>(layout.end())) = 0.0;
      for (std::size_t row = 0; row < tokens.size(); ++row)
        example.output.at(track * layout.rows + row, static_cast<std::size_t>(tokens[row])) = 1.0;
      if (!chords) continue;
      std::size_t row = track * layout.rows + 1;
      for (const std::int64_t step : part.steps()) {
        const std::optional<Tensor> chord = conditions->rows(step, 1, false);
        if (!chord) return {};
        std::copy(chord->values.begin(), chord->values.end(),
                  example.control.values.begin() + static_cast<std::ptrdiff_t>(row++ * chord->depth));
      }
      // The mark of the end has the chord of the last event.
      const auto end = example.control.values.begin() + static_cast<std::ptrdiff_t>(row * example.control.depth);
      std::copy(end - static_cast<std::ptrdiff_t>(example.control.depth), end, end);
    }
  }
  if (events < static_cast<std::size_t>(options.min_total_events)) return {};
  example.input = example.output;
  return example;
}

/// The windows of a part.
std::vector<SecondsPiece> windows_of(const SecondsPart& part, const PerformanceOptions& options) {
  const std::vector<double> lines = lines_every(60.0 * (options.quarters_per_bar * options.hop_size_bars) / part.qpm, part.end);
  std::vector<SecondsPiece> windows;
  for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
    SecondsPiece window{.tempos = {{0.0, part.qpm}},
                        .meters = {{0.0, part.meter.numerator, part.meter.denominator}},
                        .notes = notes_in(part.notes, lines[i], lines[i + 1]),
                        .chords = chords_in(part.chords, lines[i], lines[i + 1])};
    for (const SecondsNote& note : window.notes) window.end = std::max(window.end, note.end);
    windows.push_back(std::move(window));
  }
  return windows;
}

}  // namespace

MultiInstrumentPerformanceConverter::MultiInstrumentPerformanceConverter(PerformanceOptions options) : options_(options) {
  check_number("num_velocity_bins", options_.num_velocity_bins, 0, performance_name);
  check_number("max_tensors_per_notesequence", options_.max_tensors_per_notesequence, 0, performance_name);
  check_number("hop_size_bars", options_.hop_size_bars, 1, performance_name);
  check_number("chunk_size_bars", options_.chunk_size_bars, 1, performance_name);
  check_number("steps_per_quarter", options_.steps_per_quarter, 1, performance_name);
  check_number("quarters_per_bar", options_.quarters_per_bar, 1, performance_name);
  check_number("min_num_instruments", options_.min_num_instruments, 0, performance_name);
  check_number("max_num_instruments", options_.max_num_instruments, 1, performance_name);
  check_number("min_total_events", options_.min_total_events, 0, performance_name);
  check_number("max_events_per_instrument", options_.max_events_per_instrument, 2, performance_name);
  check_pitches(options_.min_pitch, options_.max_pitch, performance_name);
  if (options_.num_velocity_bins > 127)
    refuse(performance_name, "num_velocity_bins is " + std::to_string(options_.num_velocity_bins) + "; use at most 127");
  if (options_.hop_size_bars % options_.chunk_size_bars != 0) {
    refuse(performance_name, "hop_size_bars is " + std::to_string(options_.hop_size_bars) + ", which is no multiple of chunk_size_bars, " +
                                 std::to_string(options_.chunk_size_bars) + "; use whole chunks");
  }
}

Depths MultiInstrumentPerformanceConverter::depths() const {
  const Layout layout(options_);
  const int width = layout.end() + 1;
  return {.input = width, .output = width, .control = static_cast<int>(layout.kinds.depth()), .end_token = layout.end()};
}

std::vector<Example> MultiInstrumentPerformanceConverter::to_tensors(const SecondsPiece& piece, Mode mode, std::uint32_t seed) const {
  const Layout layout(options_);
  const int most = options_.max_tensors_per_notesequence;
  const auto examples_of = [&](SecondsPiece part_piece, NumpyRandom& random) -> std::vector<Example> {
    LeftOutCounts left_out;
    SecondsPart part = seconds_parts(std::move(part_piece)).front();
    apply_pedals(part, left_out);
    SecondsPiece whole = piece_of(part);
    const std::optional<Quantized> steps = quantized(whole, layout.grid, performance_name);
    if (!steps || !infer_missing(whole, *steps, layout.grid, layout.kinds)) return {};
    part.chords = whole.chords;
    const std::vector<SecondsPiece> windows = windows_of(part, options_);
    if (options_.first_subsequence_only && windows.size() > 1) return {};
    std::vector<Example> examples;
    for (const SecondsPiece& window : windows) {
      const std::optional<Quantized> notes = quantized(window, layout.grid, performance_name);
      if (!notes) return {};
      if (std::optional<Example> example = example_of(window, *notes, options_, random)) examples.push_back(*std::move(example));
    }
    sample(examples, most, mode, random);
    return examples;
  };
  return examples_of_parts(piece, true, most, mode, seed, examples_of);
}

SecondsPiece MultiInstrumentPerformanceConverter::from_tensor(const Tensor& sample, const Tensor& control, Mode) const {
  const Layout layout(options_);
  check_tensor(sample, depths().output, "sample", performance_name);
  const bool chords = layout.kinds.any() && control.rows != 0;
  if (chords) check_tensor(control, depths().control, "control", performance_name);
  if (sample.rows != layout.all_rows() || (chords && control.rows != sample.rows))
    refuse(performance_name, "the sample has " + std::to_string(sample.rows) + " rows; give " + std::to_string(layout.all_rows()));
  SecondsPiece piece{.tempos = {{0.0, 120.0}}};
  const double step_seconds = 60.0 / (options_.steps_per_quarter * 120.0);
  std::vector<std::pair<double, std::string>> changes;
  for (std::size_t track = 0; track < layout.tracks; ++track) {
    std::optional<Performance> whole;
    for (std::size_t chunk = 0; chunk < layout.chunks; ++chunk) {
      const std::size_t first = (chunk * layout.tracks + track) * layout.rows;
      std::optional<int> program;
      std::vector<std::pair<PerformanceEvent, std::size_t>> events;  // with their rows
      for (std::size_t row = first; row < first + layout.rows; ++row) {
        const auto token = static_cast<int>(largest(sample, row, 0, sample.depth));
        if (token == layout.end()) break;
        if (token < layout.encoding.size()) {
          events.emplace_back(layout.encoding.event(token), row);
        } else if (!program) {
          program = token - layout.encoding.size();
        }
      }
      const bool drums = program == programs;
      Performance part(layout.encoding, 0, drums ? 0 : program.value_or(0), drums);
      for (const auto& [event, row] : events) part.append(event);
      const std::vector<std::int64_t> steps = part.steps();
      for (std::size_t i = 0; chords && i < steps.size() && steps[i] < layout.chunk_steps; ++i) {
        const double at = static_cast<double>(static_cast<std::int64_t>(chunk) * layout.chunk_steps + steps[i]) * step_seconds;
        changes.emplace_back(at, Chord::of_class(static_cast<int>(largest(control, events[i].second, 0, control.depth))).name());
      }
      part.set_length(layout.chunk_steps);
      if (whole) {
        for (const PerformanceEvent& event : part.events()) whole->append(event);
      } else {
        whole = std::move(part);
      }
    }
    for (const PerformanceNote& note : whole->notes()) {
      piece.notes.push_back({.pitch = note.pitch,
                             .velocity = note.velocity,
                             .start = static_cast<double>(note.start) * step_seconds,
                             .end = static_cast<double>(note.end) * step_seconds,
                             .instrument = static_cast<int>(track),
                             .program = whole->program(),
                             .drums = whole->drums()});
      piece.end = std::max(piece.end, piece.notes.back().end);
    }
  }
  std::sort(changes.begin(), changes.end());
  for (auto& [at, symbol] : changes) {
    if (piece.chords.empty() || piece.chords.back().symbol != symbol) piece.chords.push_back({at, std::move(symbol)});
  }
  return piece;
}

}  // namespace musicvae::data::reference
