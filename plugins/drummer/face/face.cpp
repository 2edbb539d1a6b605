#include "face.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace musicvae::drummer::face {
namespace {

// Lengths at 100 %.
constexpr double kMargin = 16.0;
constexpr double kHeader = 54.0;       // down to the numbers of the bars
constexpr double kNames = 150.0;       // the drums' names and shares, left of the grid
constexpr double kGridHeight = 207.0;  // nine rows
constexpr double kBarNumbers = 18.0;
constexpr double kKnobWidth = 104.0;
constexpr double kKnobColumns = 4;
constexpr double kStatusHeight = 26.0;

constexpr double kDragLength = 220.0;  // over which a knob goes from its lowest to its highest value
constexpr double kFine = 0.1;
constexpr double kKeySteps = 40.0;  // of a continuous parameter, from its lowest to its highest value
constexpr double kPage = 5.0;       // steps

struct Knob {
  Parameter parameter;
  std::string_view label;
};
constexpr std::array kKnobs = {
    Knob{Parameter::style, "Style"},
    Knob{Parameter::temperature, "Temperature"},
    Knob{Parameter::density, "Density"},
    Knob{Parameter::swing, "Swing"},
    Knob{Parameter::timing, "Timing feel"},
    Knob{Parameter::velocity, "Velocity feel"},
    Knob{Parameter::fill_every, "Fill every"},
    Knob{Parameter::variation_every, "Variation every"},
    Knob{Parameter::seed, "Seed"},
    Knob{Parameter::history, "History"},
    Knob{Parameter::input_bars, "Input bars"},
    Knob{Parameter::tempo, "Own tempo"},
};

bool is_whole(ParameterKind kind) {
  return kind != ParameterKind::number;
}

double step_of(const ParameterInfo& about) {
  return is_whole(about.kind) ? 1.0 : static_cast<double>(about.high - about.low) / kKeySteps;
}

Parameter level_of(int drum) {
  return static_cast<Parameter>(static_cast<std::size_t>(Parameter::level_kick) + static_cast<std::size_t>(drum));
}

}  // namespace

std::string value_text(Parameter parameter, float value) {
  const ParameterInfo& about = info(parameter);
  const auto whole = static_cast<std::size_t>(std::lround(std::max(0.0F, value)));
  switch (about.kind) {
    case ParameterKind::style:
      return whole == 0 ? "any" : std::string(kStyles.at(whole - 1));
    case ParameterKind::mode:
      return std::string(kModes.at(whole));
    case ParameterKind::on_off:
    case ParameterKind::trigger:
      return whole > 0 ? "on" : "off";
    default:
      break;
  }
  if (parameter == Parameter::history) return whole == 0 ? "newest" : std::to_string(whole) + " back";
  if (about.unit == "bars") {
    if (whole == 0) return "off";
    return std::to_string(whole) + (whole == 1 ? " bar" : " bars");
  }
  std::array<char, 32> text{};
  const char* const format = about.kind == ParameterKind::whole || about.high - about.low > 50.0F ? "%.0f" : "%.2f";
  std::snprintf(text.data(), text.size(), format, static_cast<double>(value) + 0.0);
  std::string result = text.data();
  if (!about.unit.empty()) result.append(" ").append(about.unit);
  return result;
}

Face::Face(FaceHost& host) : host_(&host) {
  for (std::size_t i = 0; i < values_.size(); ++i) values_[i] = kParameters[i].usual;
  lay_out();
}

void Face::resize(double width, double height) {
  scale_ = std::max(0.05, std::min(width / kWidth, height / kHeight));
  width_ = std::max(kWidth, width / scale_);
  height_ = std::max(kHeight, height / scale_);
  lay_out();
}

void Face::lay_out() {
  controls_.clear();
  double x = kMargin + 158.0;  // after the name
  const auto in_header = [&](ControlKind kind, Parameter parameter, std::string_view label, double width, Action action = Action::none) {
    controls_.push_back({kind, parameter, label, {x, 13.0, width, 28.0}, action});
    x += width + 6.0;
  };
  in_header(ControlKind::modes, Parameter::mode, "Mode", 306.0);
  constexpr double buttons = 440.0;
  x = width_ - kMargin - buttons;
  in_header(ControlKind::button, Parameter::new_groove, "New groove", 92.0);
  in_header(ControlKind::toggle, Parameter::lock, "Lock", 54.0);
  in_header(ControlKind::button, Parameter::clear_input, "Clear input", 88.0);
  in_header(ControlKind::button, Parameter::export_groove, "Export", 62.0);
  in_header(ControlKind::button, Parameter::export_groove, "Folder", 58.0, Action::choose_folder);
  in_header(ControlKind::button, Parameter::export_groove, "Model", 56.0, Action::choose_model);

  const double knobs = kKnobColumns * kKnobWidth;
  const double spare = height_ - kHeight;  // half of it for the grid, half for the rest
  grid_ = {kMargin + kNames, kHeader + kBarNumbers, width_ - 2 * kMargin - kNames, kGridHeight + spare / 2};
  const double row = grid_.height / kDrums;
  for (int d = kDrums - 1; d >= 0; --d) {  // the kick is the lowest, as in a score
    controls_.push_back(
        {ControlKind::share, level_of(d), info(level_of(d)).name, {kMargin, grid_.y + (kDrums - 1 - d) * row, kNames - 12.0, row}});
  }
  status_ = {kMargin, height_ - kStatusHeight - 8.0, width_ - 2 * kMargin, kStatusHeight};
  const double top = grid_.bottom() + 18.0;
  const double lower = status_.y - 12.0 - top;
  controls_.push_back({ControlKind::pad, Parameter::x, "X and Y", {kMargin, top, width_ - 2 * kMargin - knobs - 18.0, lower}});
  const double rows = std::ceil(static_cast<double>(kKnobs.size()) / kKnobColumns);
  for (std::size_t i = 0; i < kKnobs.size(); ++i) {
    const double column = static_cast<double>(i % static_cast<std::size_t>(kKnobColumns));
    const double line = std::floor(static_cast<double>(i) / kKnobColumns);
    controls_.push_back({ControlKind::knob,
                         kKnobs[i].parameter,
                         kKnobs[i].label,
                         {width_ - kMargin - knobs + column * kKnobWidth, top + line * lower / rows, kKnobWidth, lower / rows}});
  }
}

void Face::changed(Parameter parameter, float value) {
  values_[static_cast<std::size_t>(parameter)] = value;
}

std::optional<std::size_t> Face::at(const Point& place) const {
  for (std::size_t i = 0; i < controls_.size(); ++i) {
    if (controls_[i].area.contains(place)) return i;
  }
  return std::nullopt;
}

void Face::set(Parameter parameter, float value) {
  const ParameterInfo& about = info(parameter);
  value = std::clamp(is_whole(about.kind) ? std::round(value) : value, about.low, about.high);
  float& now = values_[static_cast<std::size_t>(parameter)];
  if (value == now) return;
  now = value;
  host_->set(parameter, value);
}

void Face::set_touched(Parameter parameter, float value) {
  host_->touch(parameter, true);
  set(parameter, value);
  host_->touch(parameter, false);
}

Point Face::on_pad(const Rect& pad, float x, float y) {
  constexpr double border = 14.0;
  return {pad.x + border + (std::clamp(x, -1.0F, 1.0F) + 1.0) / 2.0 * (pad.width - 2 * border),
          pad.y + border + (1.0 - std::clamp(y, -1.0F, 1.0F)) / 2.0 * (pad.height - 2 * border)};
}

void Face::move_to(const Control& control, const Point& place) {
  if (control.kind == ControlKind::pad) {
    const Point low = on_pad(control.area, -1.0F, -1.0F);
    const Point high = on_pad(control.area, 1.0F, 1.0F);
    set(Parameter::x, static_cast<float>(2.0 * (place.x - low.x) / (high.x - low.x) - 1.0));
    set(Parameter::y, static_cast<float>(2.0 * (place.y - low.y) / (high.y - low.y) - 1.0));
  } else if (control.kind == ControlKind::share) {
    set(control.parameter, static_cast<float>(100.0 * (place.x - control.area.x) / control.area.width));
  }
}

void Face::reset(const Control& control) {
  set_touched(control.parameter, info(control.parameter).usual);
  if (control.kind == ControlKind::pad) set_touched(Parameter::y, info(Parameter::y).usual);
}

void Face::activate(const Control& control) {
  if (control.action != Action::none) {
    host_->act(control.action);
  } else if (control.kind == ControlKind::button) {
    host_->press(control.parameter);
  } else if (control.kind == ControlKind::toggle) {
    set_touched(control.parameter, value(control.parameter) > 0.0F ? 0.0F : 1.0F);
  } else if (control.kind == ControlKind::modes) {
    const auto next = std::fmod(value(control.parameter) + 1.0F, static_cast<float>(kModes.size()));
    set_touched(control.parameter, next);
  }
}

bool Face::turn(const Control& control, double steps, bool sideways) {
  if (control.kind == ControlKind::button) return false;
  const Parameter parameter = control.kind == ControlKind::pad && !sideways ? Parameter::y : control.parameter;
  set_touched(parameter, static_cast<float>(static_cast<double>(value(parameter)) + steps * step_of(info(parameter))));
  return true;
}

bool Face::press(const Point& pixel, bool twice) {
  const Point place{pixel.x / scale_, pixel.y / scale_};
  const std::optional<std::size_t> found = at(place);
  if (!found) return false;
  focus_ = found;
  const Control& control = controls_[*found];
  switch (control.kind) {
    case ControlKind::button:
    case ControlKind::toggle:
      pressed_ = found;
      activate(control);
      return true;
    case ControlKind::modes: {
      const double part = (place.x - control.area.x) / control.area.width;
      set_touched(control.parameter, static_cast<float>(std::floor(part * static_cast<double>(kModes.size()))));
      return true;
    }
    default:
      break;
  }
  if (twice) {
    reset(control);
    return true;
  }
  pressed_ = found;
  last_ = place;
  turned_ = static_cast<double>(value(control.parameter));
  host_->touch(control.parameter, true);
  if (control.kind == ControlKind::pad) host_->touch(Parameter::y, true);
  move_to(control, place);
  return true;
}

bool Face::drag(const Point& pixel, bool fine) {
  if (!pressed_) return false;
  const Control& control = controls_[*pressed_];
  const Point place{pixel.x / scale_, pixel.y / scale_};
  if (control.kind == ControlKind::knob) {
    const ParameterInfo& about = info(control.parameter);
    const double moved = place.x - last_.x - (place.y - last_.y);  // to the right and up is more
    turned_ += moved * static_cast<double>(about.high - about.low) / kDragLength * (fine ? kFine : 1.0);
    turned_ = std::clamp(turned_, static_cast<double>(about.low), static_cast<double>(about.high));
    set(control.parameter, static_cast<float>(turned_));
  } else {
    move_to(control, place);
  }
  last_ = place;
  return true;
}

bool Face::release() {
  if (!pressed_) return false;
  const Control& control = controls_[*pressed_];
  pressed_.reset();
  if (control.kind == ControlKind::button || control.kind == ControlKind::toggle) return true;
  host_->touch(control.parameter, false);
  if (control.kind == ControlKind::pad) host_->touch(Parameter::y, false);
  return true;
}

bool Face::scroll(const Point& pixel, double lines, bool fine) {
  const std::optional<std::size_t> found = at({pixel.x / scale_, pixel.y / scale_});
  if (!found || lines == 0.0) return false;
  const Control& control = controls_[*found];
  const bool whole = is_whole(info(control.parameter).kind);
  const double steps = whole ? (lines > 0.0 ? 1.0 : -1.0) : lines * (fine ? kFine : 1.0);
  return turn(control, steps, /*sideways=*/false);
}

bool Face::key(Key key, bool fine) {
  const std::size_t count = controls_.size();
  if (key == Key::next || key == Key::previous) {
    const std::size_t before = key == Key::next ? 0 : count - 1;
    focus_ = focus_ ? (*focus_ + (key == Key::next ? 1 : count - 1)) % count : before;
    return true;
  }
  if (!focus_) return false;
  const Control& control = controls_[*focus_];
  const ParameterInfo& about = info(control.parameter);
  const double small = fine && !is_whole(about.kind) ? kFine : 1.0;
  const bool is_pad = control.kind == ControlKind::pad;
  switch (key) {
    case Key::left:
      return turn(control, -small, true);
    case Key::right:
      return turn(control, small, true);
    case Key::up:
      return turn(control, small, !is_pad);
    case Key::down:
      return turn(control, -small, !is_pad);
    case Key::page_up:
      return turn(control, kPage, !is_pad);
    case Key::page_down:
      return turn(control, -kPage, !is_pad);
    case Key::home:
    case Key::end:
      if (control.kind == ControlKind::button) return false;
      set_touched(control.parameter, key == Key::home ? about.low : about.high);
      return true;
    case Key::activate:
      activate(control);
      return control.kind == ControlKind::button || control.kind == ControlKind::toggle || control.kind == ControlKind::modes;
    case Key::reset:
      if (control.kind == ControlKind::button) return false;
      reset(control);
      return true;
    default:
      return false;
  }
}

}  // namespace musicvae::drummer::face
