// Performance: the notes of one instrument as events, as note_seq's MetricPerformance has them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "data/reference/quantized.hpp"

namespace musicvae::data::reference {

/// An event: a note begins or ends (its pitch), time passes (steps), or the velocity changes (its bin).
struct PerformanceEvent {
  enum class Type : std::uint8_t { note_on, note_off, time_shift, velocity };
  Type type{};
  int value = 0;
  friend bool operator==(const PerformanceEvent&, const PerformanceEvent&) = default;
};

/// How events are encoded.
struct PerformanceEncoding {
  int min_pitch = 0;
  int max_pitch = 127;
  int max_shift = 96;
  int velocity_bins = 0;

  [[nodiscard]] int pitches() const { return max_pitch - min_pitch + 1; }
  /// The number of tokens.
  [[nodiscard]] int size() const { return 2 * pitches() + max_shift + velocity_bins; }
  [[nodiscard]] int token(const PerformanceEvent& event) const;
  [[nodiscard]] PerformanceEvent event(int token) const;
};

/// A note in steps.
struct PerformanceNote {
  int pitch = 0;
  int velocity = 0;
  std::int64_t start = 0;
  std::int64_t end = 0;
};

/// The events of one instrument from step `start` on.
class Performance {
 public:
  Performance(const PerformanceEncoding& encoding, std::int64_t start, int program, bool drums)
      : encoding_(encoding), start_(start), program_(program), drums_(drums) {}

  /// The events of notes that are sorted by start and pitch.
  [[nodiscard]] static Performance of(const std::vector<PerformanceNote>& notes, const PerformanceEncoding& encoding, std::int64_t start,
                                      int program, bool drums);

  [[nodiscard]] int program() const { return program_; }
  [[nodiscard]] bool drums() const { return drums_; }
  [[nodiscard]] const std::vector<PerformanceEvent>& events() const { return events_; }

  void append(const PerformanceEvent& event) { events_.push_back(event); }
  void truncate(std::size_t events) {
    if (events < events_.size()) events_.resize(events);
  }
  /// Adds time at the end, or removes events from the end until no more time is left.
  void set_length(std::int64_t steps);

  /// The step at which each event is.
  [[nodiscard]] std::vector<std::int64_t> steps() const;
  /// The notes, from step `start` on, in the order in which they end. Notes that never end end with the performance.
  [[nodiscard]] std::vector<PerformanceNote> notes() const;
  /// The parts of `length` steps each. A note that goes on beyond a part ends with it.
  [[nodiscard]] std::vector<Performance> split(std::int64_t length) const;

 private:
  [[nodiscard]] std::int64_t num_steps() const;

  PerformanceEncoding encoding_;
  std::int64_t start_ = 0;
  int program_ = 0;
  bool drums_ = false;
  std::vector<PerformanceEvent> events_;
};

}  // namespace musicvae::data::reference
