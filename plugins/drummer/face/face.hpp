// Face: the drummer's user interface without a window system. It knows what is where, and what the mouse and the keyboard do.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "drummer.hpp"
#include "geometry.hpp"
#include "parameters.hpp"

namespace musicvae::drummer::face {

/// What can be turned, pushed or pulled.
enum class ControlKind {
  knob,
  pad,     ///< the plane of X and Y
  share,   ///< how much of a drum is played; beside its row of the grid
  modes,   ///< the modes side by side
  button,  ///< a trigger, or a choice of a file
  toggle,
};

/// What a button without a parameter does.
enum class Action { none, choose_folder, choose_model };

struct Control {
  ControlKind kind;
  Parameter parameter;     ///< of a pad: X
  std::string_view label;  ///< may be shorter than the parameter's name
  Rect area;
  Action action = Action::none;
};

/// Keys that do something.
enum class Key { next, previous, left, right, up, down, page_up, page_down, home, end, activate, reset };

/// What the face asks of the plug-in and of the window.
class FaceHost {
 public:
  virtual ~FaceHost() = default;
  /// The user begins or ends to change a parameter, so that a host records it.
  virtual void touch(Parameter parameter, bool begins) = 0;
  virtual void set(Parameter parameter, float value) = 0;
  virtual void press(Parameter trigger) = 0;
  virtual void act(Action action) = 0;
};

inline constexpr double kWidth = 960.0;  ///< at 100 %; smaller windows scale it down
inline constexpr double kHeight = 640.0;

/// A value as the musician reads it: "rock", "4 bars", "off", "75 %".
[[nodiscard]] std::string value_text(Parameter parameter, float value);

/// Belongs to the thread of the user interface.
class Face {
 public:
  /// `host` must outlive the face.
  explicit Face(FaceHost& host);

  /// The window has this size, in pixels. All controls keep their proportions; what is left over widens the grid and the pad.
  void resize(double width, double height);
  /// Pixels per unit of the face.
  [[nodiscard]] double scale() const { return scale_; }
  [[nodiscard]] double width() const { return width_; }
  [[nodiscard]] double height() const { return height_; }

  /// The plug-in or the host changed a parameter.
  void changed(Parameter parameter, float value);
  [[nodiscard]] float value(Parameter parameter) const { return values_[static_cast<std::size_t>(parameter)]; }

  /// What is shown. The caller fills it with Drummer::look() and head().
  Look look;
  Head head;

  // The mouse, in pixels. Each returns whether something is to be drawn anew. `fine` (Shift) makes movements ten times finer.
  bool press(const Point& pixel, bool twice);
  bool drag(const Point& pixel, bool fine);
  bool release();
  bool scroll(const Point& pixel, double lines, bool fine);

  /// Returns whether the key did something.
  bool key(Key key, bool fine);

  [[nodiscard]] const std::vector<Control>& controls() const { return controls_; }
  /// The control that the keyboard works on; none until a key or the mouse chooses one.
  [[nodiscard]] const Control* focus() const { return focus_ ? &controls_[*focus_] : nullptr; }
  [[nodiscard]] const Control* pressed() const { return pressed_ ? &controls_[*pressed_] : nullptr; }
  /// Where the grid of hits is.
  [[nodiscard]] const Rect& grid() const { return grid_; }
  [[nodiscard]] const Rect& status() const { return status_; }

  /// Where a point of the plane is on the pad, within its borders.
  [[nodiscard]] static Point on_pad(const Rect& pad, float x, float y);

 private:
  void lay_out();
  [[nodiscard]] std::optional<std::size_t> at(const Point& place) const;
  void set(Parameter parameter, float value);
  void set_touched(Parameter parameter, float value);
  void move_to(const Control& control, const Point& place);
  void reset(const Control& control);
  void activate(const Control& control);
  bool turn(const Control& control, double steps, bool sideways);

  FaceHost* host_;
  std::array<float, kParameters.size()> values_{};
  std::vector<Control> controls_;
  Rect grid_;
  Rect status_;
  double scale_ = 1.0;
  double width_ = kWidth;
  double height_ = kHeight;
  std::optional<std::size_t> focus_;
  std::optional<std::size_t> pressed_;
  Point last_;
  double turned_ = 0.0;  // the value of a knob while it is dragged, before it is rounded
};

}  // namespace musicvae::drummer::face
