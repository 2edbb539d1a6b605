// Points and rectangles of the face, in its own units: pixels at 100 %.
#pragma once

namespace musicvae::drummer::face {

struct Point {
  double x = 0.0;
  double y = 0.0;
};

struct Rect {
  double x = 0.0;
  double y = 0.0;
  double width = 0.0;
  double height = 0.0;

  [[nodiscard]] double right() const { return x + width; }
  [[nodiscard]] double bottom() const { return y + height; }
  [[nodiscard]] Point middle() const { return {x + width / 2, y + height / 2}; }
  [[nodiscard]] bool contains(const Point& at) const { return at.x >= x && at.x < right() && at.y >= y && at.y < bottom(); }
};

}  // namespace musicvae::drummer::face
