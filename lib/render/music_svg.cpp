#include "musicvae/render/music_svg.hpp"

#include <algorithm>
#include <string_view>
#include <variant>
#include <vector>

#include "drawing.hpp"
#include "musicvae/error.hpp"
#include "svg_text.hpp"

namespace musicvae::render {
namespace {

// Lengths in pixels.
constexpr double kMargin = 18.0;
constexpr double kLabels = 78.0;  // names of the rows
constexpr double kTitle = 22.0;
constexpr double kBarNumbers = 15.0;
constexpr double kChords = 15.0;
constexpr double kChordSize = 11.0;  // of the text
constexpr double kGap = 16.0;        // between lines and between panels
constexpr double kLaneGap = 8.0;     // between the lanes of a line
constexpr double kLegend = 24.0;
constexpr double kLegibleStep = 6.2;  // below this, marks overlap
constexpr double kWidestStep = 30.0;

// A panel as it is drawn.
struct DrawnPanel {
  Drawing drawing;
  std::string_view title;
};

// The height of all lanes.
double height_of(const Drawing& drawing) {
  double height = -kLaneGap;
  for (const Lane& lane : drawing.lanes) height += lane.height() + kLaneGap;
  return height;
}

struct Layout {
  int columns = 1;
  int bars_per_line = 1;
  double step = 0.0;   // width of a step
  double panel = 0.0;  // width of a panel without the names
  bool titles = false;
  bool chords = false;  // whether a panel has any

  [[nodiscard]] int steps_per_line(const Grid& grid) const { return bars_per_line * grid.steps_per_bar(); }
  [[nodiscard]] int lines(const Drawing& d) const { return std::max(1, (d.steps + steps_per_line(d.grid) - 1) / steps_per_line(d.grid)); }
  // Leaves room before the first step's line for hits that come half a step early, and after the last one for late hits.
  [[nodiscard]] double left() const { return kMargin + kLabels + step / 2; }
  // What stands above the lanes of a line: chords and the numbers of bars.
  [[nodiscard]] double head() const { return (chords ? kChords : 0.0) + kBarNumbers; }
  [[nodiscard]] double height(const Drawing& d) const { return (titles ? kTitle : 0.0) + lines(d) * (head() + height_of(d) + kGap) - kGap; }
};

void check(std::span<const Panel> panels, const MusicSvgOptions& options) {
  const auto refuse = [](const std::string& what) { throw ArgumentError("picture: " + what); };
  if (panels.empty()) refuse("there is no music to draw; give one panel or more");
  if (!(options.width >= 240.0 && options.width <= 10'000.0)) refuse("a width of " + std::to_string(options.width) + "; use 240 to 10000");
  if (options.bars_per_line < 1 || options.bars_per_line > 64)
    refuse(std::to_string(options.bars_per_line) + " bars per line; use 1 to 64");
  if (options.columns < 0 || options.columns > 64)
    refuse(std::to_string(options.columns) + " columns; use 1 to 64, or 0 for as many as fit");
  std::int64_t steps = 0;
  for (const Panel& panel : panels) steps += std::max(1, std::visit([](const auto& music) { return music.steps(); }, panel.music));
  if (steps > kMaxPictureSteps) {
    refuse(std::to_string(steps) + " steps are too many for one picture; draw parts of up to " + std::to_string(kMaxPictureSteps) +
           " steps");
  }
}

// Whether all panels have the same kind of music, and as many lanes.
bool are_alike(std::span<const DrawnPanel> panels) {
  return std::all_of(panels.begin(), panels.end(), [&](const DrawnPanel& panel) {
    return panel.drawing.kind == panels[0].drawing.kind && panel.drawing.lanes.size() == panels[0].drawing.lanes.size();
  });
}

// Gives the lanes of music of one kind the same rows, so that they can share their names and be compared.
void share_rows(std::span<DrawnPanel> panels) {
  for (std::size_t l = 0; l < panels[0].drawing.lanes.size(); ++l) {
    Lane all = panels[0].drawing.lanes[l];
    for (const DrawnPanel& panel : panels) {
      all.lowest = std::min(all.lowest, panel.drawing.lanes[l].lowest);
      all.highest = std::max(all.highest, panel.drawing.lanes[l].highest);
    }
    for (DrawnPanel& panel : panels) {
      panel.drawing.lanes[l].lowest = all.lowest;
      panel.drawing.lanes[l].highest = all.highest;
    }
  }
}

std::vector<DrawnPanel> drawn(std::span<const Panel> panels) {
  std::vector<DrawnPanel> result;
  for (const Panel& panel : panels) {
    result.push_back({std::visit([](const auto& music) { return drawing_of(music); }, panel.music), panel.title});
  }
  if (are_alike(result)) share_rows(result);
  return result;
}

Layout lay_out(std::span<const DrawnPanel> panels, const MusicSvgOptions& options) {
  int steps_per_bar = 1;
  int longest = 1;
  Layout layout;
  for (const DrawnPanel& panel : panels) {
    steps_per_bar = std::max(steps_per_bar, panel.drawing.grid.steps_per_bar());
    longest = std::max(longest, panel.drawing.steps);
    layout.titles = layout.titles || !panel.title.empty();
    layout.chords = layout.chords || !panel.drawing.chords.empty();
  }
  const int n = static_cast<int>(panels.size());
  const int wanted = are_alike(panels) ? options.columns : 1;
  const double room = options.width - 2 * kMargin - kLabels;
  const auto step_width = [&](int columns, int bars) {
    const int steps = std::min(longest, bars * steps_per_bar);
    return ((room + kGap) / columns - kGap) / (steps + 1);  // one more step, for early and late hits
  };
  layout.bars_per_line = options.bars_per_line;
  const int fewest = wanted == 0 ? 1 : std::min(wanted, n);
  while (layout.bars_per_line > 1 && step_width(fewest, layout.bars_per_line) < kLegibleStep) --layout.bars_per_line;
  layout.columns = fewest;
  if (wanted == 0) {
    while (layout.columns < std::min(n, 4) && step_width(layout.columns + 1, layout.bars_per_line) >= kLegibleStep) ++layout.columns;
  }
  layout.step = std::clamp(step_width(layout.columns, layout.bars_per_line), 1.0, kWidestStep);
  layout.panel = layout.step * (std::min(longest, layout.bars_per_line * steps_per_bar) + 1);
  return layout;
}

double row_top(const Lane& lane, double top, int row) {
  return top + lane.style->height * (lane.highest - row);
}

std::string horizontal_bands(const Lane& lane, double left, double width, double top) {
  std::string path;
  for (int row = lane.lowest; row <= lane.highest; ++row) {
    if (!lane.style->shaded(row)) continue;
    path += joined("M", left, " ", row_top(lane, top, row), "h", width, "v", lane.style->height, "h", -width, "z");
  }
  return joined("<path d=\"", path, "\" fill=\"#f4f6f8\"/>\n");
}

std::string vertical_lines(const std::vector<double>& xs, double top, double height, std::string_view colour, double width) {
  if (xs.empty()) return {};
  std::string path;
  for (const double x : xs) path += joined("M", x, " ", top, "v", height);
  return joined("<path d=\"", path, "\" stroke=\"", colour, "\" stroke-width=\"", width, "\" fill=\"none\"/>\n");
}

// A mark whose straight left edge is at `x` and whose right corners are rounded.
std::string mark_path(double x, double middle, double width, double height) {
  const double r = std::min({width / 2, height / 2, 3.0});
  return joined("M", x, " ", middle - height / 2, "h", width - r, "q", r, " 0 ", r, " ", r, "v", height - 2 * r, "q0 ", r, " ", -r, " ", r,
                "h", r - width, "z");
}

// The width of a hit.
double hit_width(double step) {
  return std::clamp(0.62 * step, 1.0, 13.0);
}

// The part of a window on one line of the picture.
struct Line {
  int first = 0;  // step
  int count = 0;
  double left = 0.0;
  double step = 0.0;

  [[nodiscard]] double x_of(double at) const { return left + (at - first) * step; }
  // Whether a mark is on this line. A note is continued on the next line.
  [[nodiscard]] bool has(const Mark& mark) const {
    return mark.step < first + count && (mark.step >= first || mark.start + mark.length > first);
  }
};

std::string marks_of(const Lane& lane, const Line& line, double top, bool tooltips) {
  std::string text;
  for (const Mark& mark : lane.marks) {
    if (!line.has(mark)) continue;
    const double begin = mark.length == 0.0 ? mark.start : std::max<double>(mark.start, line.first);
    const double end = std::min<double>(mark.start + mark.length, line.first + line.count);
    const double width = mark.length == 0.0 ? hit_width(line.step) : std::max(1.0, (end - begin) * line.step - 1.0);
    text += joined("<path d=\"", mark_path(line.x_of(begin), row_top(lane, top, mark.row) + lane.style->height / 2, width, mark.height),
                   "\" fill=\"", velocity_colour(mark.velocity), "\"");
    text += tooltips ? joined("><title>", mark.tooltip, "</title></path>\n") : "/>\n";
  }
  return text;
}

// The chords that begin on a line, above the numbers of its bars. A symbol is drawn smaller where the next one follows soon.
std::string chords_of(const Drawing& drawing, const Line& line, double top) {
  constexpr double width = 0.65;  // of a letter, relative to the size of the text
  std::string text;
  for (std::size_t i = 0; i < drawing.chords.size(); ++i) {
    const ChordMark& chord = drawing.chords[i];
    if (chord.step < line.first || chord.step >= line.first + line.count) continue;
    const int end = line.first + line.count;
    const bool last = i + 1 == drawing.chords.size() || drawing.chords[i + 1].step >= end;
    const double room = last ? (end - chord.step) * line.step + kGap : (drawing.chords[i + 1].step - chord.step) * line.step;
    const double size = std::min(kChordSize, room / (width * static_cast<double>(chord.symbol.size())));
    text += svg_words(line.x_of(chord.step), top - kBarNumbers - 2, chord.symbol, size, kInk, Anchor::start, /*bold=*/true);
  }
  return text;
}

std::string line_of_steps(const Drawing& drawing, const Line& line, double top, bool tooltips) {
  const Grid& grid = drawing.grid;
  std::vector<double> steps;
  std::vector<double> beats;
  std::vector<double> bars;
  std::string text;
  const int last = line.first + line.count;
  for (int step = line.first; step <= last; ++step) {
    const int in_bar = step % grid.steps_per_bar();
    if (in_bar == 0 || step == last) {
      bars.push_back(line.x_of(step));
    } else if (in_bar * grid.beats_per_bar % grid.steps_per_bar() == 0) {
      beats.push_back(line.x_of(step));
    } else {
      steps.push_back(line.x_of(step));
    }
    if (in_bar == 0 && step < last)
      text += svg_words(line.x_of(step), top - 4, std::to_string(step / grid.steps_per_bar() + 1), 10, kFaintInk, Anchor::middle);
  }
  text += chords_of(drawing, line, top);
  for (const Lane& lane : drawing.lanes) {
    text += horizontal_bands(lane, line.left - line.step / 2, (line.count + 1) * line.step, top);
    text += vertical_lines(steps, top, lane.height(), "#e4e8ec", 0.75) + vertical_lines(beats, top, lane.height(), "#b4bcc6", 1.0) +
            vertical_lines(bars, top, lane.height(), "#57606a", 1.4);
    text += marks_of(lane, line, top, tooltips);
    top += lane.height() + kLaneGap;
  }
  return text;
}

std::string names(const Drawing& drawing, double right, double top) {
  std::string text;
  for (const Lane& lane : drawing.lanes) {
    for (int row = lane.lowest; row <= lane.highest; ++row) {
      const std::string name = lane.style->name(row);
      if (!name.empty()) text += svg_words(right, row_top(lane, top, row) + lane.style->height / 2 + 4, name, 11.5, kFaintInk, Anchor::end);
    }
    top += lane.height() + kLaneGap;
  }
  return text;
}

std::string legend(std::span<const DrawnPanel> panels, double right, double middle, const Layout& layout) {
  std::string text;
  if (std::any_of(panels.begin(), panels.end(), [](const DrawnPanel& panel) { return panel.drawing.kind->velocities; })) {
    text += svg_words(right, middle + 4, "loud", 10, kFaintInk, Anchor::end);
    constexpr int marks = 7;
    const double width = 9.0;
    double x = right - 26 - marks * (width + 3);
    text += svg_words(x - 4, middle + 4, "soft", 10, kFaintInk, Anchor::end);
    for (int i = 0; i < marks; ++i, x += width + 3) {
      const double velocity = (i + 1.0) / marks;
      text += joined("<path d=\"", mark_path(x, middle, width, hit_height(velocity)), "\" fill=\"", velocity_colour(velocity), "\"/>\n");
    }
  }
  if (layout.columns * layout.panel > 420) {
    const std::string_view words = are_alike(panels) ? panels[0].drawing.kind->legend : "Lines are steps, beats and bars.";
    text += svg_words(layout.left(), middle + 4, words, 10, kFaintInk);
  }
  return text;
}

std::string title_of(std::span<const DrawnPanel> panels) {
  const DrawingKind& kind = *panels[0].drawing.kind;
  if (panels.size() > 1) {
    const bool alike = are_alike(panels);
    return counted(static_cast<int>(panels.size()), alike ? kind.one : "piece of music", alike ? kind.many : "pieces of music");
  }
  if (!panels[0].title.empty()) return std::string(panels[0].title);
  std::string title(kind.one);
  title.front() = static_cast<char>(title.front() - 'a' + 'A');
  return title;
}

// One panel, from `top` on.
std::string panel_text(const DrawnPanel& panel, double left, double top, const Layout& layout, bool tooltips) {
  const Drawing& drawing = panel.drawing;
  std::string text;
  if (layout.titles) {
    const auto fits = static_cast<std::size_t>(std::max(4.0, layout.panel / 7.5));
    text += svg_words(left, top + 14, shortened(panel.title, fits), 13, kInk, Anchor::start, /*bold=*/true);
    top += kTitle;
  }
  if (drawing.steps == 0) text += svg_words(left, top + layout.head() + height_of(drawing) / 2, "no steps", 11.5, kFaintInk);
  const int per_line = layout.steps_per_line(drawing.grid);
  for (int step = 0; step < drawing.steps; step += per_line) {
    const Line line{.first = step, .count = std::min(per_line, drawing.steps - step), .left = left, .step = layout.step};
    text += line_of_steps(drawing, line, top + layout.head(), tooltips);
    top += layout.head() + height_of(drawing) + kGap;
  }
  return text;
}

}  // namespace

std::string music_svg(const AnyMusic& music, const std::string& title, const MusicSvgOptions& options) {
  const Panel panel{music, title};
  return music_svg(std::span(&panel, 1), options);
}

std::string music_svg(std::span<const Panel> panels, const MusicSvgOptions& options) {
  check(panels, options);
  const std::vector<DrawnPanel> all = drawn(panels);
  const Layout layout = lay_out(all, options);
  const auto columns = static_cast<std::size_t>(layout.columns);
  std::string body;
  std::string description;
  double top = kMargin - 4;
  for (std::size_t first = 0; first < all.size(); first += columns) {
    const std::span<const DrawnPanel> row = std::span(all).subspan(first, std::min(all.size() - first, columns));
    double height = 0.0;
    int most_lines = 0;
    for (std::size_t column = 0; column < row.size(); ++column) {
      const double left = layout.left() + static_cast<double>(column) * (layout.panel + kGap);
      body += panel_text(row[column], left, top, layout, options.tooltips);
      height = std::max(height, layout.height(row[column].drawing));
      most_lines = std::max(most_lines, layout.lines(row[column].drawing));
      if (!description.empty()) description += ". ";
      description += (row[column].title.empty() ? "" : std::string(row[column].title) + ": ") + row[column].drawing.words;
    }
    const double line_height = layout.head() + height_of(row[0].drawing) + kGap;
    for (int line = 0; line < most_lines; ++line) {
      body += names(row[0].drawing, layout.left() - layout.step / 2 - 6,
                    top + (layout.titles ? kTitle : 0.0) + line * line_height + layout.head());
    }
    top += height + kGap;
  }
  const double right = layout.left() - layout.step / 2 + layout.columns * (layout.panel + kGap) - kGap;
  body += legend(all, right, top + 2, layout);
  return svg_document(right + kMargin, top + kLegend, title_of(all), description, body);
}

}  // namespace musicvae::render
