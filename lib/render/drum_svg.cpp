#include "musicvae/render/drum_svg.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <vector>

#include "musicvae/error.hpp"
#include "svg_text.hpp"

namespace musicvae::render {
namespace {

// Lengths in pixels.
constexpr double kMargin = 18.0;
constexpr double kLabels = 78.0;  // names of the drums
constexpr double kRow = 20.0;
constexpr double kGrid = kRow * kDrums;
constexpr double kTitle = 22.0;
constexpr double kBarNumbers = 15.0;
constexpr double kGap = 16.0;  // between lines and between panels
constexpr double kLegend = 24.0;
constexpr double kLegibleStep = 6.2;  // below this, marks overlap
constexpr double kWidestStep = 30.0;

struct Layout {
  int columns = 1;
  int bars_per_line = 1;
  double step = 0.0;   // width of a step
  double panel = 0.0;  // width of a panel without the names
  bool titles = false;

  [[nodiscard]] int steps_per_line(const Grid& grid) const { return bars_per_line * grid.steps_per_bar(); }
  [[nodiscard]] int lines(const DrumSequence& s) const {
    return std::max(1, (s.steps() + steps_per_line(s.grid()) - 1) / steps_per_line(s.grid()));
  }
  // Leaves room before the first step's line for hits that come half a step early, and after the last one for late hits.
  [[nodiscard]] double left() const { return kMargin + kLabels + step / 2; }
  [[nodiscard]] double height(const DrumSequence& s) const {
    return (titles ? kTitle : 0.0) + lines(s) * (kBarNumbers + kGrid + kGap) - kGap;
  }
};

void check(std::span<const Panel> panels, const DrumSvgOptions& options) {
  const auto refuse = [](const std::string& what) { throw ArgumentError("drum picture: " + what); };
  if (panels.empty()) refuse("there is no sequence to draw; give one or more");
  if (!(options.width >= 240.0 && options.width <= 10'000.0)) refuse("a width of " + std::to_string(options.width) + "; use 240 to 10000");
  if (options.bars_per_line < 1 || options.bars_per_line > 64)
    refuse(std::to_string(options.bars_per_line) + " bars per line; use 1 to 64");
  if (options.columns < 0 || options.columns > 64)
    refuse(std::to_string(options.columns) + " columns; use 1 to 64, or 0 for as many as fit");
  std::int64_t steps = 0;
  for (const Panel& panel : panels) steps += std::max(1, panel.sequence.steps());
  if (steps > kMaxPictureSteps) {
    refuse(std::to_string(steps) + " steps are too many for one picture; draw parts of up to " + std::to_string(kMaxPictureSteps) +
           " steps");
  }
}

Layout lay_out(std::span<const Panel> panels, const DrumSvgOptions& options) {
  int steps_per_bar = 1;
  int longest = 1;
  Layout layout;
  for (const Panel& panel : panels) {
    steps_per_bar = std::max(steps_per_bar, panel.sequence.grid().steps_per_bar());
    longest = std::max(longest, panel.sequence.steps());
    layout.titles = layout.titles || !panel.title.empty();
  }
  const int n = static_cast<int>(panels.size());
  const double room = options.width - 2 * kMargin - kLabels;
  const auto step_width = [&](int columns, int bars) {
    const int steps = std::min(longest, bars * steps_per_bar);
    return ((room + kGap) / columns - kGap) / (steps + 1);  // one more step, for early and late hits
  };
  layout.bars_per_line = options.bars_per_line;
  const int fewest = options.columns == 0 ? 1 : std::min(options.columns, n);
  while (layout.bars_per_line > 1 && step_width(fewest, layout.bars_per_line) < kLegibleStep) --layout.bars_per_line;
  layout.columns = fewest;
  if (options.columns == 0) {
    while (layout.columns < std::min(n, 4) && step_width(layout.columns + 1, layout.bars_per_line) >= kLegibleStep) ++layout.columns;
  }
  layout.step = std::clamp(step_width(layout.columns, layout.bars_per_line), 1.0, kWidestStep);
  layout.panel = layout.step * (std::min(longest, layout.bars_per_line * steps_per_bar) + 1);
  return layout;
}

std::string counted(int n, const char* one) {
  return joined(n, " ", one, n == 1 ? "" : "s");
}

// "4 bars of 4/4, 97 hits: kick 18, snare 21, ...".
std::string in_words(const DrumSequence& sequence) {
  std::array<int, kDrums> hits{};
  for (int step = 0; step < sequence.steps(); ++step) {
    for (std::size_t d = 0; d < kDrums; ++d) hits[d] += static_cast<int>(sequence.at(step, static_cast<Drum>(d)).hit);
  }
  const Grid& grid = sequence.grid();
  std::string text = joined(sequence.bars(), sequence.bars() == 1.0 ? " bar" : " bars", " of ", grid.beats_per_bar, "/", grid.beat_unit,
                            ", ", counted(sequence.hits(), "hit"));
  std::string_view before = ": ";
  for (std::size_t d = 0; d < kDrums; ++d) {
    if (hits[d] == 0) continue;
    text += joined(before, display_name(static_cast<Drum>(d)), " ", hits[d]);
    before = ", ";
  }
  return text;
}

double row_top(double top, int drum) {
  return top + kRow * (kDrums - 1 - drum);
}

std::string horizontal_bands(double left, double width, double top) {
  std::string path;
  for (int d = 0; d < kDrums; d += 2) path += joined("M", left, " ", row_top(top, d), "h", width, "v", kRow, "h", -width, "z");
  return joined("<path d=\"", path, "\" fill=\"#f4f6f8\"/>\n");
}

std::string vertical_lines(const std::vector<double>& xs, double top, std::string_view colour, double width) {
  if (xs.empty()) return {};
  std::string path;
  for (const double x : xs) path += joined("M", x, " ", top, "v", kGrid);
  return joined("<path d=\"", path, "\" stroke=\"", colour, "\" stroke-width=\"", width, "\" fill=\"none\"/>\n");
}

std::string tooltip(const Grid& grid, int step, Drum drum, const Cell& cell) {
  const int in_bar = step % grid.steps_per_bar();
  const double beat = 1.0 + static_cast<double>(in_bar) * grid.beats_per_bar / grid.steps_per_bar();
  const std::string text = joined(display_name(drum), ", bar ", step / grid.steps_per_bar() + 1, " beat ", beat, ", velocity ",
                                  std::lround(cell.velocity * 127.0F));
  const double steps_late = cell.offset / 2.0;
  if (std::abs(steps_late) < 0.005) return joined(text, ", on time");
  return joined(text, ", ", std::abs(steps_late), steps_late < 0 ? " steps early" : " steps late");
}

// A mark whose straight left edge is at `x` and whose right corners are rounded.
std::string mark_path(double x, double middle, double width, double height) {
  const double r = std::min({width / 2, height / 2, 3.0});
  return joined("M", x, " ", middle - height / 2, "h", width - r, "q", r, " 0 ", r, " ", r, "v", height - 2 * r, "q0 ", r, " ", -r, " ", r,
                "h", r - width, "z");
}

double mark_width(double step) {
  return std::clamp(0.62 * step, 1.0, 13.0);
}

double mark_height(double velocity) {
  return kRow * (0.4 + 0.48 * velocity);
}

std::string line_of_steps(const DrumSequence& sequence, int first, int count, double left, double top, const Layout& layout,
                          bool tooltips) {
  const Grid& grid = sequence.grid();
  const auto x_of = [&](double step) { return left + (step - first) * layout.step; };
  std::vector<double> steps;
  std::vector<double> beats;
  std::vector<double> bars;
  std::string text;
  for (int step = first; step <= first + count; ++step) {
    const int in_bar = step % grid.steps_per_bar();
    if (in_bar == 0 || step == first + count) {
      bars.push_back(x_of(step));
    } else if (in_bar * grid.beats_per_bar % grid.steps_per_bar() == 0) {
      beats.push_back(x_of(step));
    } else {
      steps.push_back(x_of(step));
    }
    if (in_bar == 0 && step < first + count)
      text += svg_words(x_of(step), top - 4, std::to_string(step / grid.steps_per_bar() + 1), 10, kFaintInk, Anchor::middle);
  }
  text += horizontal_bands(left - layout.step / 2, (count + 1) * layout.step, top);
  text +=
      vertical_lines(steps, top, "#e4e8ec", 0.75) + vertical_lines(beats, top, "#b4bcc6", 1.0) + vertical_lines(bars, top, "#57606a", 1.4);

  for (int step = first; step < first + count; ++step) {
    for (int d = 0; d < kDrums; ++d) {
      const auto drum = static_cast<Drum>(d);
      const Cell& cell = sequence.at(step, drum);
      if (!cell.hit) continue;
      const double x = x_of(step + cell.offset / 2.0);
      text += joined("<path d=\"", mark_path(x, row_top(top, d) + kRow / 2, mark_width(layout.step), mark_height(cell.velocity)),
                     "\" fill=\"", velocity_colour(cell.velocity), "\"");
      text += tooltips ? joined("><title>", tooltip(grid, step, drum, cell), "</title></path>\n") : "/>\n";
    }
  }
  return text;
}

std::string names(double right, double top) {
  std::string text;
  for (int d = 0; d < kDrums; ++d)
    text += svg_words(right, row_top(top, d) + kRow / 2 + 4, display_name(static_cast<Drum>(d)), 11.5, kFaintInk, Anchor::end);
  return text;
}

std::string legend(double right, double middle, double left, const Layout& layout) {
  std::string text = svg_words(right, middle + 4, "loud", 10, kFaintInk, Anchor::end);
  constexpr int marks = 7;
  const double width = 9.0;
  double x = right - 26 - marks * (width + 3);
  text += svg_words(x - 4, middle + 4, "soft", 10, kFaintInk, Anchor::end);
  for (int i = 0; i < marks; ++i, x += width + 3) {
    const double velocity = (i + 1.0) / marks;
    text += joined("<path d=\"", mark_path(x, middle, width, mark_height(velocity)), "\" fill=\"", velocity_colour(velocity), "\"/>\n");
  }
  if (layout.columns * layout.panel > 420)
    text += svg_words(left, middle + 4, "A mark begins when it is played; lines are steps, beats and bars.", 10, kFaintInk);
  return text;
}

}  // namespace

std::string drum_svg(const DrumSequence& sequence, const std::string& title, const DrumSvgOptions& options) {
  const Panel panel{sequence, title};
  return drum_svg(std::span(&panel, 1), options);
}

std::string drum_svg(std::span<const Panel> panels, const DrumSvgOptions& options) {
  check(panels, options);
  const Layout layout = lay_out(panels, options);
  std::string body;
  std::string description;
  double top = kMargin - 4;
  for (std::size_t first = 0; first < panels.size(); first += static_cast<std::size_t>(layout.columns)) {
    const std::span<const Panel> row = panels.subspan(first, std::min(panels.size() - first, static_cast<std::size_t>(layout.columns)));
    double height = 0.0;
    int most_lines = 0;
    for (std::size_t column = 0; column < row.size(); ++column) {
      const DrumSequence& sequence = row[column].sequence;
      const double left = layout.left() + static_cast<double>(column) * (layout.panel + kGap);
      double y = top;
      if (layout.titles) {
        const auto fits = static_cast<std::size_t>(std::max(4.0, layout.panel / 7.5));
        body += svg_words(left, y + 14, shortened(row[column].title, fits), 13, kInk, Anchor::start, /*bold=*/true);
        y += kTitle;
      }
      if (sequence.steps() == 0) body += svg_words(left, y + kBarNumbers + kGrid / 2, "no steps", 11.5, kFaintInk);
      const int per_line = layout.steps_per_line(sequence.grid());
      for (int step = 0; step < sequence.steps(); step += per_line) {
        body += line_of_steps(sequence, step, std::min(per_line, sequence.steps() - step), left, y + kBarNumbers, layout, options.tooltips);
        y += kBarNumbers + kGrid + kGap;
      }
      height = std::max(height, layout.height(sequence));
      most_lines = std::max(most_lines, layout.lines(sequence));
      if (!description.empty()) description += ". ";
      description += (row[column].title.empty() ? "" : row[column].title + ": ") + in_words(sequence);
    }
    for (int line = 0; line < most_lines; ++line)
      body += names(layout.left() - layout.step / 2 - 6,
                    top + (layout.titles ? kTitle : 0.0) + line * (kBarNumbers + kGrid + kGap) + kBarNumbers);
    top += height + kGap;
  }
  const double right = layout.left() - layout.step / 2 + layout.columns * (layout.panel + kGap) - kGap;
  body += legend(right, top + 2, layout.left(), layout);
  const std::string title = panels.size() > 1         ? counted(static_cast<int>(panels.size()), "drum groove")
                            : panels[0].title.empty() ? "Drum groove"
                                                      : panels[0].title;
  return svg_document(right + kMargin, top + kLegend, title, description, body);
}

}  // namespace musicvae::render
