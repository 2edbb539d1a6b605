#include "draw.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string>

#include "render/svg_text.hpp"

namespace musicvae::drummer::face {
namespace {

// The colours of the library's pictures (render/svg_text.hpp, render/music_svg.cpp).
constexpr std::string_view kInk = render::kInk;
constexpr std::string_view kFaintInk = render::kFaintInk;
constexpr std::string_view kPaper = render::kPaper;
constexpr std::string_view kBand = "#f4f6f8";
constexpr std::string_view kStepLine = "#e4e8ec";
constexpr std::string_view kBeatLine = "#b4bcc6";
constexpr std::string_view kBarLine = "#57606a";
constexpr std::string_view kDesk = "#eaeef2";
constexpr std::string_view kEdge = render::kPaperEdge;
constexpr std::string_view kAccent = "#c13442";  // of a loud hit
constexpr std::string_view kData = "#c9d1d9";
constexpr std::string_view kFocus = "#0969da";
constexpr std::string_view kInput = "#0969da";

constexpr double kPi = std::numbers::pi;

// A context with the words of this file.
class Pen {
 public:
  explicit Pen(cairo_t* context) : to_(context) {}

  void colour(std::string_view hex, double opacity = 1.0) {
    const auto part = [&](std::size_t at) { return std::stoi(std::string(hex.substr(at, 2)), nullptr, 16) / 255.0; };
    cairo_set_source_rgba(to_, part(1), part(3), part(5), opacity);
  }
  void fill(const Rect& area, std::string_view hex, double opacity = 1.0) {
    colour(hex, opacity);
    cairo_rectangle(to_, area.x, area.y, area.width, area.height);
    cairo_fill(to_);
  }
  void round(const Rect& area, double radius) {
    cairo_new_sub_path(to_);
    cairo_arc(to_, area.right() - radius, area.y + radius, radius, -kPi / 2, 0);
    cairo_arc(to_, area.right() - radius, area.bottom() - radius, radius, 0, kPi / 2);
    cairo_arc(to_, area.x + radius, area.bottom() - radius, radius, kPi / 2, kPi);
    cairo_arc(to_, area.x + radius, area.y + radius, radius, kPi, 1.5 * kPi);
    cairo_close_path(to_);
  }
  void panel(const Rect& area, std::string_view inside, std::string_view edge, double radius = 5.0) {
    round(area, radius);
    colour(inside);
    cairo_fill_preserve(to_);
    stroke(edge, 1.0);
  }
  void stroke(std::string_view hex, double width, double opacity = 1.0) {
    colour(hex, opacity);
    cairo_set_line_width(to_, width);
    cairo_stroke(to_);
  }
  void line(const Point& from, const Point& to, std::string_view hex, double width) {
    cairo_move_to(to_, from.x, from.y);
    cairo_line_to(to_, to.x, to.y);
    stroke(hex, width);
  }
  void disc(const Point& middle, double radius, std::string_view hex, double opacity = 1.0) {
    cairo_new_sub_path(to_);
    cairo_arc(to_, middle.x, middle.y, radius, 0, 2 * kPi);
    colour(hex, opacity);
    cairo_fill(to_);
  }
  // Text beside, around or before `at`: align 0, 0.5 or 1. It is centred on the line of `at`.
  void words(const Point& at, const std::string& text, double size, std::string_view hex, double align = 0.0, bool bold = false) {
    cairo_select_font_face(to_, "sans-serif", CAIRO_FONT_SLANT_NORMAL, bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(to_, size);
    colour(hex);
    cairo_move_to(to_, at.x - align * width_of(text), at.y + 0.36 * size);
    cairo_show_text(to_, text.c_str());
  }
  [[nodiscard]] double width_of(const std::string& text, double size) {
    cairo_select_font_face(to_, "sans-serif", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(to_, size);
    return width_of(text);
  }
  // In the font that was used last.
  [[nodiscard]] double width_of(const std::string& text) const {
    cairo_text_extents_t extents;
    cairo_text_extents(to_, text.c_str(), &extents);
    return extents.x_advance;
  }
  // The same, cut to a width.
  void words_within(const Point& at, std::string text, double size, std::string_view hex, double most) {
    for (std::size_t length = text.size(); length > 1 && width_of(text, size) > most; --length) text = render::shortened(text, length - 1);
    words(at, text, size, hex);
  }

  [[nodiscard]] cairo_t* context() const { return to_; }

 private:
  cairo_t* to_;
};

// ---- the grid ----------------------------------------------------------------------------------------------------------

const Pattern& shown_pattern(const Face& face) {
  const int playing = face.head.playing ? face.head.pattern : 0;
  return playing < kVariations ? face.look.bank.variations[static_cast<std::size_t>(playing)] : face.look.bank.fill;
}

// A mark with a straight left edge, where the hit begins, and round right corners.
void mark(Pen& pen, const Point& left_middle, double width, double height, std::string_view hex, double opacity) {
  const double r = std::min({width / 2, height / 2, 3.0});
  cairo_t* const to = pen.context();
  cairo_move_to(to, left_middle.x, left_middle.y - height / 2);
  cairo_line_to(to, left_middle.x + width - r, left_middle.y - height / 2);
  cairo_arc(to, left_middle.x + width - r, left_middle.y - height / 2 + r, r, -kPi / 2, 0);
  cairo_arc(to, left_middle.x + width - r, left_middle.y + height / 2 - r, r, 0, kPi / 2);
  cairo_line_to(to, left_middle.x, left_middle.y + height / 2);
  cairo_close_path(to);
  pen.colour(hex, opacity);
  cairo_fill(to);
}

// Half a step is left free at both ends, for early and late hits.
double x_of(const Rect& grid, int steps, double step) {
  return grid.x + grid.width * (step + 0.5) / (steps + 1);
}

void draw_lines(Pen& pen, const Rect& grid, int steps) {
  for (int d = 0; d < kDrums; d += 2) {
    const double row = grid.height / kDrums;
    pen.fill({grid.x, grid.y + (kDrums - 1 - d) * row, grid.width, row}, kBand);
  }
  for (int step = 0; step <= steps; ++step) {
    const double x = x_of(grid, steps, step);
    const bool is_bar = step % kStepsPerBar == 0;
    const bool is_beat = step % kStepsPerQuarter == 0;
    pen.line({x, grid.y}, {x, grid.bottom()}, is_bar ? kBarLine : is_beat ? kBeatLine : kStepLine, is_bar ? 1.4 : is_beat ? 1.0 : 0.75);
    if (is_bar && step < steps) pen.words({x, grid.y - 9.0}, std::to_string(step / kStepsPerBar + 1), 11.0, kFaintInk, 0.5);
  }
}

// Where the hits of the shown pattern are.
class Hits {
 public:
  explicit Hits(const Face& face)
      : grid(face.grid()),
        pattern(shown_pattern(face)),
        steps(std::max(kStepsPerBar, pattern.steps)),
        row(grid.height / kDrums),
        width(std::clamp(0.62 * grid.width / (steps + 1), 1.0, 13.0)) {
    feel_.timing = face.value(Parameter::timing) / 100.0F;
    feel_.velocity = face.value(Parameter::velocity) / 100.0F;
    feel_.swing = face.value(Parameter::swing) / 100.0F;
    for (std::size_t d = 0; d < kDrums; ++d) {
      feel_.level[d] = face.value(static_cast<Parameter>(static_cast<std::size_t>(Parameter::level_kick) + d)) / 100.0F;
    }
  }

  [[nodiscard]] double middle_of(int drum) const { return grid.y + (kDrums - 0.5 - drum) * row; }

  // Draws a hit, which `grows` by some pixels.
  void draw(Pen& pen, int step, int drum, double grows) const {
    const PatternCell& cell = pattern.at(step, drum);
    const float loud = velocity_of(cell, pattern.mean_velocity[static_cast<std::size_t>(drum)], feel_);
    const double velocity = std::clamp(static_cast<double>(loud), 0.0, 1.0);
    mark(pen, {x_of(grid, steps, step + offset_of(cell, step, feel_)), middle_of(drum)}, width + grows,
         row * (0.4 + 0.48 * velocity) + grows, render::velocity_colour(velocity), plays(step, drum) ? 1.0 : 0.15);
  }
  [[nodiscard]] bool has(int step, int drum) const { return pattern.at(step, drum).rank > 0.0F; }
  [[nodiscard]] bool plays(int step, int drum) const { return is_played(pattern.at(step, drum), feel_, drum); }
  // How long ago it began, in steps.
  [[nodiscard]] double since(int step, int drum, double head) const { return head - step - offset_of(pattern.at(step, drum), step, feel_); }

  const Rect& grid;
  const Pattern& pattern;
  int steps;
  double row;
  double width;

 private:
  Feel feel_;
};

void draw_grid(Pen& pen, const Face& face) {
  const Hits hits(face);
  const Rect& grid = hits.grid;
  pen.fill(grid, kPaper);
  draw_lines(pen, grid, hits.steps);
  // What was heard, as open marks behind what is played.
  for (int step = 0; step < std::min(hits.steps, face.look.input.steps()); ++step) {
    for (int d = 0; d < kDrums; ++d) {
      const Cell& cell = face.look.input.at(step, static_cast<Drum>(d));
      if (!cell.hit) continue;
      const double x = x_of(grid, hits.steps, step + 0.5 * static_cast<double>(cell.offset));
      cairo_rectangle(pen.context(), x - 1.5, hits.middle_of(d) - hits.row * 0.44, hits.width + 3.0, hits.row * 0.88);
      pen.stroke(kInput, 1.0, 0.55);
    }
  }
  for (int step = 0; step < hits.pattern.steps; ++step) {
    for (int d = 0; d < kDrums; ++d) {
      if (hits.has(step, d)) hits.draw(pen, step, d, 0.0);
    }
  }
  cairo_rectangle(pen.context(), grid.x, grid.y, grid.width, grid.height);
  pen.stroke(kEdge, 1.0);
  if (!face.head.playing) return;
  if (face.head.pattern == kVariations) pen.words({grid.right(), grid.y - 9.0}, "fill", 11.0, kAccent, 1.0, true);
  if (face.head.pattern > 0 && face.head.pattern < kVariations) {
    pen.words({grid.right(), grid.y - 9.0}, "variation " + std::to_string(face.head.pattern), 11.0, kFaintInk, 1.0);
  }
}

// The hits that sound, and the play head.
void draw_head(Pen& pen, const Face& face) {
  if (!face.head.playing) return;
  const Hits hits(face);
  const auto now = static_cast<int>(face.head.step);
  for (int step = std::max(0, now - 2); step <= std::min(now + 1, hits.pattern.steps - 1); ++step) {
    for (int d = 0; d < kDrums; ++d) {
      const double since = hits.since(step, d, face.head.step);
      if (hits.has(step, d) && hits.plays(step, d) && since >= 0.0 && since < 1.0) hits.draw(pen, step, d, 3.0);
    }
  }
  const double x = x_of(hits.grid, hits.steps, std::min<double>(face.head.step, hits.steps));
  pen.line({x, hits.grid.y - 3.0}, {x, hits.grid.bottom() + 3.0}, kAccent, 2.0);
}

// ---- the pad -----------------------------------------------------------------------------------------------------------

bool overlap(const Rect& a, const Rect& b) {
  return a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom();
}

// Beside the dot, above or below it: the first place on the pad that no name and no dot has; otherwise to its right.
Rect place_of_name(const Rect& pad, const std::vector<Rect>& dots, const std::vector<Rect>& names, std::size_t dot, double width) {
  const Point at = dots[dot].middle();
  constexpr double high = 13.0;
  constexpr double gap = 6.0;
  const std::array<Point, 12> places = {{{at.x + gap, at.y - high / 2},
                                         {at.x - gap - width, at.y - high / 2},
                                         {at.x - width / 2, at.y - gap - high},
                                         {at.x - width / 2, at.y + gap},
                                         {at.x + gap - 2.0, at.y - high},
                                         {at.x + gap - 2.0, at.y},
                                         {at.x - gap + 2.0 - width, at.y - high},
                                         {at.x - gap + 2.0 - width, at.y},
                                         {at.x + gap, at.y - 2 * high},
                                         {at.x + gap, at.y + high},
                                         {at.x - width / 2, at.y - 2.4 * high},
                                         {at.x - width / 2, at.y + 1.4 * high}}};
  for (const Point& place : places) {
    const Rect box{place.x, place.y, width, high};
    if (box.x < pad.x + 4.0 || box.right() > pad.right() - 4.0 || box.y < pad.y || box.bottom() > pad.bottom()) continue;
    bool is_free = true;
    for (const Rect& name : names) is_free = is_free && !overlap(box, name);
    for (std::size_t i = 0; i < dots.size(); ++i) is_free = is_free && (i == dot || !overlap(box, dots[i]));
    if (is_free) return box;
  }
  return {places[0].x, places[0].y, width, high};
}

void draw_pad(Pen& pen, const Face& face, const Control& control) {
  const Rect& pad = control.area;
  pen.panel(pad, kPaper, kEdge);
  cairo_save(pen.context());
  pen.round(pad, 5.0);
  cairo_clip(pen.context());
  for (const auto& [x, y] : face.look.data) {
    if (std::abs(x) <= 1.0F && std::abs(y) <= 1.0F) pen.disc(Face::on_pad(pad, x, y), 2.2, kData, 0.8);
  }
  const Point middle = Face::on_pad(pad, 0.0F, 0.0F);
  pen.line({middle.x, pad.y}, {middle.x, pad.bottom()}, kStepLine, 1.0);
  pen.line({pad.x, middle.y}, {pad.right(), middle.y}, kStepLine, 1.0);
  const auto chosen = static_cast<std::size_t>(face.value(Parameter::style));
  std::vector<Rect> taken;  // by names
  std::vector<Rect> dots;
  for (const auto& [x, y] : face.look.styles) {
    const Point at = Face::on_pad(pad, x, y);
    dots.push_back({at.x - 3.0, at.y - 3.0, 6.0, 6.0});
  }
  for (std::size_t i = 0; i < dots.size(); ++i) {
    const bool is_chosen = chosen == i + 1;
    const std::string name(kStyles[i]);
    pen.disc(dots[i].middle(), is_chosen ? 4.0 : 3.0, is_chosen ? kAccent : kFaintInk);
    const Rect box = place_of_name(pad, dots, taken, i, pen.width_of(name, 11.0));
    taken.push_back(box);
    pen.words({box.x, box.middle().y}, name, 11.0, is_chosen ? kAccent : kInk, 0.0, is_chosen);
  }
  const Point here = Face::on_pad(pad, face.value(Parameter::x), face.value(Parameter::y));
  pen.line({here.x, pad.y}, {here.x, pad.bottom()}, kAccent, 0.6);
  pen.line({pad.x, here.y}, {pad.right(), here.y}, kAccent, 0.6);
  pen.disc(here, 8.0, kPaper);
  pen.disc(here, 6.0, kAccent);
  cairo_restore(pen.context());
  pen.words({pad.x + 8.0, pad.y + 12.0},
            "X " + value_text(Parameter::x, face.value(Parameter::x)) + "   Y " + value_text(Parameter::y, face.value(Parameter::y)), 11.0,
            kFaintInk);
  if (face.value(Parameter::mode) > 0.0F) {
    pen.words({pad.right() - 8.0, pad.bottom() - 11.0}, "for the mode groove", 11.0, kFaintInk, 1.0);
  }
}

// ---- the other controls ------------------------------------------------------------------------------------------------

void draw_knob(Pen& pen, const Face& face, const Control& control) {
  const ParameterInfo& about = info(control.parameter);
  const float value = face.value(control.parameter);
  const auto share_of = [&](float at) { return static_cast<double>((at - about.low) / (about.high - about.low)); };
  const Point middle{control.area.middle().x, control.area.middle().y - 1.0};
  const double radius = std::min(26.0, control.area.height / 2 - 22.0);
  const auto angle_of = [](double share) { return kPi * (0.75 + 1.5 * share); };
  cairo_t* const to = pen.context();
  cairo_set_line_cap(to, CAIRO_LINE_CAP_ROUND);
  cairo_new_sub_path(to);
  cairo_arc(to, middle.x, middle.y, radius, angle_of(0.0), angle_of(1.0));
  pen.stroke(kEdge, 4.0);
  // From zero where the range has one inside, such as that of the density.
  const double zero = about.low < 0.0F ? share_of(0.0F) : 0.0;
  const double now = share_of(value);
  if (now != zero) {
    cairo_new_sub_path(to);
    cairo_arc(to, middle.x, middle.y, radius, angle_of(std::min(zero, now)), angle_of(std::max(zero, now)));
    pen.stroke(kAccent, 4.0);
  }
  pen.disc(middle, radius - 6.0, kPaper);
  const double angle = angle_of(now);
  pen.line({middle.x + (radius - 15.0) * std::cos(angle), middle.y + (radius - 15.0) * std::sin(angle)},
           {middle.x + (radius - 6.0) * std::cos(angle), middle.y + (radius - 6.0) * std::sin(angle)}, kInk, 2.5);
  cairo_set_line_cap(to, CAIRO_LINE_CAP_BUTT);
  pen.words({middle.x, middle.y - radius - 11.0}, std::string(control.label), 11.5, kFaintInk, 0.5);
  pen.words({middle.x, middle.y + radius + 8.0}, value_text(control.parameter, value), 12.0, kInk, 0.5, true);
}

void draw_share(Pen& pen, const Face& face, const Control& control) {
  const Rect& area = control.area;
  const float value = face.value(control.parameter);
  pen.words({area.x, area.middle().y - 2.0}, std::string(control.label), 12.0, kInk);
  pen.words({area.right(), area.middle().y - 2.0}, value_text(control.parameter, value), 10.5, kFaintInk, 1.0);
  const Rect bar{area.x, area.bottom() - 5.0, area.width, 3.0};
  pen.fill(bar, kEdge);
  pen.fill({bar.x, bar.y, bar.width * static_cast<double>(value) / 100.0, bar.height}, kFaintInk);
}

void draw_button(Pen& pen, const Face& face, const Control& control) {
  const bool is_down = face.pressed() == &control && control.kind == ControlKind::button;
  const bool is_on = control.kind == ControlKind::toggle && face.value(control.parameter) > 0.0F;
  pen.panel(control.area, is_on || is_down ? kAccent : kPaper, is_on || is_down ? kAccent : kEdge);
  pen.words(control.area.middle(), std::string(control.label) + (control.action != Action::none ? "\u2026" : ""), 12.0,
            is_on || is_down ? kPaper : kInk, 0.5);
}

void draw_modes(Pen& pen, const Face& face, const Control& control) {
  const double width = control.area.width / static_cast<double>(kModes.size());
  pen.panel(control.area, kPaper, kEdge);
  for (std::size_t i = 0; i < kModes.size(); ++i) {
    const Rect part{control.area.x + static_cast<double>(i) * width, control.area.y, width, control.area.height};
    const bool is_on = static_cast<std::size_t>(face.value(Parameter::mode)) == i;
    if (is_on) pen.panel(part, kInk, kInk);
    pen.words(part.middle(), std::string(kModes[i]), 12.0, is_on ? kPaper : kInk, 0.5);
  }
}

void draw_focus(Pen& pen, const Control& control) {
  const double out = control.kind == ControlKind::knob ? -1.0 : 2.0;
  pen.round({control.area.x - out, control.area.y - out, control.area.width + 2 * out, control.area.height + 2 * out}, 6.0);
  pen.stroke(kFocus, 1.6);
}

}  // namespace

void draw(cairo_t* context, const Face& face) {
  draw_still(context, face);
  draw_moving(context, face);
}

void draw_moving(cairo_t* context, const Face& face) {
  cairo_save(context);
  cairo_scale(context, face.scale(), face.scale());
  Pen pen(context);
  draw_head(pen, face);
  cairo_restore(context);
}

void draw_still(cairo_t* context, const Face& face) {
  cairo_save(context);
  cairo_scale(context, face.scale(), face.scale());
  Pen pen(context);
  pen.fill({0.0, 0.0, face.width(), face.height()}, kDesk);
  pen.words({face.status().x, 27.0}, "MusicVAE Drummer", 13.0, kInk, 0.0, true);
  draw_grid(pen, face);
  for (const Control& control : face.controls()) {
    switch (control.kind) {
      case ControlKind::knob:
        draw_knob(pen, face, control);
        break;
      case ControlKind::pad:
        draw_pad(pen, face, control);
        break;
      case ControlKind::share:
        draw_share(pen, face, control);
        break;
      case ControlKind::modes:
        draw_modes(pen, face, control);
        break;
      case ControlKind::button:
      case ControlKind::toggle:
        draw_button(pen, face, control);
        break;
    }
  }
  if (face.focus() != nullptr) draw_focus(pen, *face.focus());
  const Rect& status = face.status();
  pen.panel(status, kPaper, kEdge);
  pen.words_within({status.x + 10.0, status.middle().y}, face.look.message.empty() ? "Ready" : face.look.message, 12.0,
                   face.look.message.empty() ? kFaintInk : kInk, status.width - 20.0);
  cairo_restore(context);
}

}  // namespace musicvae::drummer::face
