#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <span>
#include <string_view>

#include "musicvae/error.hpp"
#include "musicvae/render/loss_curve.hpp"
#include "svg_text.hpp"

namespace musicvae::render {
namespace {

constexpr double kWidth = 760.0;
constexpr double kHeight = 390.0;
constexpr double kLeft = 64.0;
constexpr double kRight = kWidth - 24.0;
constexpr double kTop = 62.0;
constexpr double kBottom = kHeight - 52.0;
constexpr std::size_t kBuckets = 240;  // of the training curve: about three pixels each
constexpr std::string_view kTrain = "#4f74c8";
constexpr std::string_view kValidation = "#d9480f";

// The position of a value on an axis, 0..1; logarithmic if the values span a wide range.
struct Scale {
  double low = 0.0;
  double high = 1.0;
  bool logarithmic = false;

  [[nodiscard]] double operator()(double value) const {
    if (logarithmic) return (std::log(value) - std::log(low)) / (std::log(high) - std::log(low));
    return (value - low) / (high - low);
  }
};

// Six digits, with an exponent if that is shorter.
std::string label(double value) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::general, 6);
  return {buffer.data(), end.ptr};
}

// 1, 2 or 5 times a power of ten, at least `least`.
double round_up(double least) {
  const double power = std::pow(10.0, std::floor(std::log10(least)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= least * (1 - 1e-9)) return factor * power;
  }
  return 10.0 * power;
}

// All numbers in the scale that are one of `factors` times 10^(k * decades).
std::vector<double> logarithmic_ticks(const Scale& scale, std::span<const double> factors, int decades = 1) {
  std::vector<double> result;
  const int last = static_cast<int>(std::floor(std::log10(scale.high)));
  for (int power = static_cast<int>(std::floor(std::log10(scale.low))); power <= last; power += decades) {
    for (const double factor : factors) {
      const double value = factor * std::pow(10.0, power);
      if (value >= scale.low && value <= scale.high) result.push_back(value);
    }
  }
  return result;
}

std::vector<double> logarithmic_ticks(const Scale& scale) {
  constexpr std::array<double, 7> many = {1, 1.5, 2, 3, 4, 5, 7};
  constexpr std::array<double, 3> some = {1, 2, 5};
  constexpr std::array<double, 1> one = {1};
  const double decades = std::log10(scale.high) - std::log10(scale.low);
  if (decades < 1.2) return logarithmic_ticks(scale, many);
  if (decades < 3.0) return logarithmic_ticks(scale, some);
  return logarithmic_ticks(scale, one, static_cast<int>(std::ceil(decades / 8.0)));
}

std::vector<double> ticks(const Scale& scale, double at_most) {
  if (scale.logarithmic) return logarithmic_ticks(scale);
  std::vector<double> result;
  const double interval = round_up((scale.high - scale.low) / at_most);
  for (double k = std::ceil(scale.low / interval - 1e-9); k * interval <= scale.high + 1e-9 * interval; ++k)
    result.push_back(k * interval + 0.0);  // avoids -0
  return result;
}

Scale loss_scale(double low, double high) {
  if (low > 0.0 && high / 4.0 >= low) return {low / 1.06, high * 1.06, true};
  const double room = high > low ? 0.06 * (high - low) : std::max(0.5, std::abs(high) * 0.05);
  return {low - room, high + room, false};
}

// A range of steps: its position, and the losses in it.
struct Bucket {
  double step = 0.0;
  double mean = 0.0;
  double low = 0.0;
  double high = 0.0;
};

std::vector<Bucket> in_buckets(const std::vector<LossPoint>& points) {
  std::vector<Bucket> buckets;
  const std::size_t count = std::min(kBuckets, points.size());
  for (std::size_t b = 0; b < count; ++b) {
    const std::size_t begin = b * points.size() / count;
    const std::size_t end = (b + 1) * points.size() / count;
    Bucket bucket{0.0, 0.0, points[begin].loss, points[begin].loss};
    for (std::size_t i = begin; i < end; ++i) {
      bucket.step += static_cast<double>(points[i].step);
      bucket.mean += points[i].loss;
      bucket.low = std::min(bucket.low, points[i].loss);
      bucket.high = std::max(bucket.high, points[i].loss);
    }
    bucket.step /= static_cast<double>(end - begin);
    bucket.mean /= static_cast<double>(end - begin);
    buckets.push_back(bucket);
  }
  return buckets;
}

std::vector<LossPoint> finite_in_order(std::vector<LossPoint> points) {
  std::erase_if(points, [](const LossPoint& p) { return !std::isfinite(p.loss); });
  std::stable_sort(points.begin(), points.end(), [](const LossPoint& a, const LossPoint& b) { return a.step < b.step; });
  return points;
}

struct Axes {
  Scale steps;
  Scale loss;
  [[nodiscard]] double x(double step) const { return kLeft + (kRight - kLeft) * steps(step); }
  [[nodiscard]] double y(double value) const { return kBottom - (kBottom - kTop) * loss(value); }
};

// The next point of a path.
void add_point(std::string& path, double x, double y) {
  path += joined(path.empty() ? "M" : "L", x, " ", y);
}

std::string stroke(std::string_view path, std::string_view colour, double width) {
  return joined("<path d=\"", path, "\" stroke=\"", colour, "\" stroke-width=\"", width,
                "\" stroke-linejoin=\"round\" stroke-linecap=\"round\" fill=\"none\"/>\n");
}

std::string frame(const Axes& axes) {
  std::string words;
  std::string grid;
  for (const double value : ticks(axes.loss, 6)) {
    grid += joined("M", kLeft, " ", axes.y(value), "H", kRight);
    words += svg_words(kLeft - 8, axes.y(value) + 4, label(value), 11, kFaintInk, Anchor::end);
  }
  for (const double step : ticks(axes.steps, 8))
    words += svg_words(axes.x(step), kBottom + 18, joined(step), 11, kFaintInk, Anchor::middle);
  words += svg_words((kLeft + kRight) / 2, kBottom + 38, "step", 11.5, kFaintInk, Anchor::middle);
  return joined(stroke(grid, "#e4e8ec", 1.0), stroke(joined("M", kLeft, " ", kBottom, "H", kRight), "#8c959f", 1.0), words);
}

std::string train_curve(const std::vector<Bucket>& buckets, const Axes& axes) {
  if (buckets.empty()) return {};
  std::string band;
  std::string line;
  for (const Bucket& b : buckets) {
    add_point(band, axes.x(b.step), axes.y(b.high));
    add_point(line, axes.x(b.step), axes.y(b.mean));
  }
  for (auto b = buckets.rbegin(); b != buckets.rend(); ++b) add_point(band, axes.x(b->step), axes.y(b->low));
  if (buckets.size() == 1) line += "h0.01";  // a round cap turns this into a dot
  return joined("<path d=\"", band, "z\" fill=\"", kTrain, "\" fill-opacity=\"0.18\"/>\n",
                stroke(line, kTrain, buckets.size() == 1 ? 7.0 : 1.8));
}

std::string validation_curve(const std::vector<LossPoint>& points, const LossPoint* best, const Axes& axes) {
  if (points.empty()) return {};
  std::string line;
  std::string dots;
  for (const LossPoint& p : points) {
    const double x = axes.x(static_cast<double>(p.step));
    add_point(line, x, axes.y(p.loss));
    dots += joined("<circle cx=\"", x, "\" cy=\"", axes.y(p.loss), "\" r=\"", &p == best ? 4.5 : 2.6, "\" fill=\"", kValidation,
                   "\"><title>step ", std::to_string(p.step), ": validation loss ", label(p.loss), &p == best ? ", the best" : "",
                   "</title></circle>\n");
  }
  return joined(stroke(line, kValidation, 1.8), dots);
}

std::string key(double x, std::string_view colour, std::string_view words) {
  return joined(stroke(joined("M", x, " ", kTop - 14, "h18"), colour, 3.0), svg_words(x + 26, kTop - 10, words, 11.5, kFaintInk));
}

}  // namespace

std::string loss_svg(const LossCurve& curve, const std::string& title) {
  const std::vector<LossPoint> train = finite_in_order(curve.train);
  const std::vector<LossPoint> validation = finite_in_order(curve.validation);
  if (train.empty() && validation.empty()) throw ArgumentError("loss picture: the curve has no points; train a step first");
  const std::vector<Bucket> buckets = in_buckets(train);

  std::int64_t first = train.empty() ? validation.front().step : train.front().step;
  std::int64_t last = train.empty() ? validation.back().step : train.back().step;
  double low = train.empty() ? validation.front().loss : train.front().loss;
  double high = low;
  for (const std::vector<LossPoint>* points : {&train, &validation}) {
    for (const LossPoint& p : *points) {
      first = std::min(first, p.step);
      last = std::max(last, p.step);
      low = std::min(low, p.loss);
      high = std::max(high, p.loss);
    }
  }
  const Axes axes{{static_cast<double>(first), static_cast<double>(std::max(last, first + 1))}, loss_scale(low, high)};

  const auto lowest =
      std::min_element(validation.begin(), validation.end(), [](const LossPoint& a, const LossPoint& b) { return a.loss < b.loss; });
  const LossPoint* best = lowest == validation.end() ? nullptr : &*lowest;
  const std::string heading = title.empty() ? "Loss" : title;
  std::string body = svg_words(18, 26, shortened(heading, 60), 14, kInk, Anchor::start, /*bold=*/true);
  body += svg_words(kRight, 26, axes.loss.logarithmic ? "nats per window, logarithmic" : "nats per window", 11, kFaintInk, Anchor::end);
  body += joined(frame(axes), train_curve(buckets, axes), validation_curve(validation, best, axes));
  std::string description = joined(train.size(), " training losses");
  double key_x = kLeft;
  if (!train.empty()) {
    body += key(key_x, kTrain, "training: mean and range");
    key_x += 200;
    description += joined(", the last ", label(train.back().loss), " at step ", std::to_string(train.back().step));
  }
  description += joined("; ", validation.size(), " validation losses");
  if (best != nullptr) {
    const std::string words = joined("best ", label(best->loss), " at step ", std::to_string(best->step));
    body += key(key_x, kValidation, joined("validation: ", words));
    description += joined(", ", words);
  }
  return svg_document(kWidth, kHeight, heading, description, body);
}

}  // namespace musicvae::render
