#include "drums_cut.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "musicvae/sequence/drum_classes.hpp"
#include "reference_quantizer.hpp"
#include "tempo_parts.hpp"

namespace musicvae::data {
namespace {

constexpr std::int64_t bar_steps = Grid{}.steps_per_bar();
constexpr std::int64_t max_stretch = 100 * bar_steps;  // max_bars of Magenta's configs

/// A note that can become a hit.
struct DrumNote {
  Ticks start;
  int drum_class;
};

/// The drum notes with a known pitch. The other notes are counted in `left_out`.
std::vector<DrumNote> drum_notes(const NoteSequence& notes, const GrooveConverterOptions& options, LeftOutCounts& left_out) {
  const auto class_of = [&](int pitch) -> std::optional<int> {
    if (options.classes == DrumClasses::full) return full_drum_class(pitch);
    const std::optional<Drum> drum = options.drum_map->drum(pitch);
    return drum ? std::optional(static_cast<int>(*drum)) : std::nullopt;
  };
  left_out.add(LeftOut::unended, static_cast<std::int64_t>(notes.unended.size()));
  const Ticks end = end_of_parts(notes);
  std::vector<DrumNote> result;
  for (const Note& note : notes.notes) {
    const std::optional<int> drum_class = class_of(note.pitch);
    if (!note.is_drum()) {
      left_out.add(LeftOut::not_a_drum);
    } else if (!drum_class) {
      left_out.add(LeftOut::unknown_pitch);
    } else if (note.velocity == 0) {
      left_out.add(LeftOut::no_velocity);
    } else if (const auto reason = outside_parts(note, end)) {
      left_out.add(*reason);
    } else {
      result.push_back({note.start, *drum_class});
    }
  }
  return result;
}

/// A cell of a part that contains a hit.
struct Hit {
  std::int64_t step;
  int drum_class;
  friend auto operator<=>(const Hit&, const Hit&) = default;
};

/// The hits of a part in the order of their steps, each cell once.
std::vector<Hit> quantized(const NoteSequence& notes, const TempoPart& part, std::span<const DrumNote> drums, LeftOutCounts& left_out) {
  const ReferenceQuantizer quantizer(part.qpm);
  std::vector<Hit> hits;
  hits.reserve(drums.size());
  for (const DrumNote& note : drums) {
    const std::int64_t step = quantizer.step(notes.tempo_map.seconds(note.start).value - part.start_seconds);
    if (step < kMaxSteps) {
      hits.push_back({step, note.drum_class});
    } else {
      left_out.add(LeftOut::past_the_end);
    }
  }
  std::sort(hits.begin(), hits.end());
  const auto last = std::unique(hits.begin(), hits.end());
  left_out.add(LeftOut::collision, hits.end() - last);
  hits.erase(last, hits.end());
  return hits;
}

/// Collects the windows of a file's parts.
class Windows {
 public:
  Windows(const GrooveConverterOptions& options, ConvertedFile& file)
      : depth_(count(options.classes)), steps_(options.bars * bar_steps), file_(file) {}

  void add(const TempoPart& part, std::span<const Hit> hits) {
    const auto differ = [this](std::int64_t a, std::int64_t b) {
      const auto window = [this](std::int64_t row) {
        return std::span<const float>(file_.windows.rows)
            .subspan(static_cast<std::size_t>(row * depth_), static_cast<std::size_t>(steps_ * depth_));
      };
      return std::lexicographical_compare(window(a).begin(), window(a).end(), window(b).begin(), window(b).end());
    };
    std::set<std::int64_t, decltype(differ)> kept(differ);  // first rows of the kept windows
    while (!hits.empty()) {
      std::size_t size = 1;
      while (size < hits.size() && hits[size].step - (hits[size - 1].step + 1) < bar_steps) ++size;
      const std::int64_t start = hits.front().step / bar_steps * bar_steps;
      const std::int64_t first_row = add_rows(start, hits.first(size));
      for (std::int64_t row = first_row; row + steps_ <= rows(); row += bar_steps) {
        if (kept.insert(row).second) {
          file_.windows.windows.push_back({row, part.first_bar + (start + row - first_row) / bar_steps});
        } else {
          file_.left_out.add(LeftOut::duplicate_window);
        }
      }
      hits = hits.subspan(size);
    }
  }

 private:
  [[nodiscard]] std::int64_t rows() const { return static_cast<std::int64_t>(file_.windows.rows.size()) / depth_; }

  /// Adds the rows of a stretch, or none if the stretch is shorter than a window. Returns its first row.
  std::int64_t add_rows(std::int64_t start, std::span<const Hit> hits) {
    const std::int64_t first_row = rows();
    const std::int64_t whole = (hits.back().step - start) / bar_steps * bar_steps + bar_steps;
    const std::int64_t length = std::min({whole, max_stretch, kMaxSteps - first_row});  // also limits the rows of a file
    const bool used = length >= steps_;
    if (used) file_.windows.rows.resize(static_cast<std::size_t>((first_row + length) * depth_));
    for (const Hit& hit : hits) {
      if (hit.step - start >= length) {
        file_.left_out.add(LeftOut::past_the_end);
      } else if (!used) {
        file_.left_out.add(LeftOut::short_stretch);
      } else {
        file_.windows.rows[static_cast<std::size_t>((first_row + hit.step - start) * depth_ + hit.drum_class)] = 1.0F;
      }
    }
    return first_row;
  }

  std::int64_t depth_;
  std::int64_t steps_;
  ConvertedFile& file_;
};

}  // namespace

ConvertedFile convert_reference_drums(const NoteSequence& notes, const GrooveConverterOptions& options) {
  ConvertedFile result;
  const std::vector<DrumNote> drums = drum_notes(notes, options, result.left_out);
  Windows windows(options, result);
  bool any_fits = false;
  for_each_part(tempo_parts(notes), drums, [&](const TempoPart& part, std::span<const DrumNote> in_part) {
    if (!part.fits()) return result.left_out.add(LeftOut::other_meter, static_cast<std::int64_t>(in_part.size()));
    any_fits = true;
    windows.add(part, quantized(notes, part, in_part, result.left_out));
  });
  if (result.windows.windows.empty())
    result.left_out.add(drums.empty() ? LeftOut::no_notes : any_fits ? LeftOut::too_short : LeftOut::odd_meter);
  return result;
}

}  // namespace musicvae::data
