#include "musicvae/render/attribute_effects_svg.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "musicvae/error.hpp"
#include "svg_text.hpp"

namespace musicvae::render {
namespace {

// Lengths in pixels.
constexpr double kTableMargin = 18.0;
constexpr double kTableNames = 130.0;  // names of the rows
constexpr double kTableHead = 62.0;    // title and names of the columns
constexpr double kCellWidth = 116.0;
constexpr double kCellHeight = 34.0;
constexpr double kTableFoot = 46.0;
constexpr double kInset = 2.0;

// Blue below 0, red above, white at 0; full from -1 and 1 on.
std::string change_colour(double change) {
  constexpr std::array<double, 3> less = {33.0, 102.0, 172.0};
  constexpr std::array<double, 3> more = {178.0, 24.0, 43.0};
  const double strength = std::min(1.0, std::abs(change)) * 0.85;
  std::string colour = "#";
  for (std::size_t channel = 0; channel < 3; ++channel) {
    const double full = change < 0 ? less[channel] : more[channel];
    char hex[3];
    std::snprintf(hex, sizeof hex, "%02x", static_cast<unsigned>(std::lround(255.0 + (full - 255.0) * strength)) & 0xFFU);
    colour += hex;
  }
  return colour;
}

std::string signed_number(double value) {
  const double rounded = std::round(value * 100.0) / 100.0;
  return joined(rounded > 0 ? "+" : "", rounded == 0.0 ? 0.0 : rounded);
}

// Half a cell: its colour, and the change as a number that can be read on it.
std::string half_cell(double x, double y, double change, bool on_diagonal) {
  const double width = kCellWidth / 2 - 1.5 * kInset;
  const double height = kCellHeight - 2 * kInset;
  std::string text = joined("<rect x=\"", x, "\" y=\"", y + kInset, "\" width=\"", width, "\" height=\"", height, "\" rx=\"2\" fill=\"",
                            change_colour(change), "\" stroke=\"", kPaperEdge, "\" stroke-width=\"0.75\"/>\n");
  const std::string_view ink = std::abs(change) > 0.55 ? std::string_view("#ffffff") : kInk;
  text += svg_words(x + width / 2, y + kCellHeight / 2 + 4, signed_number(change), 11.5, ink, Anchor::middle, on_diagonal);
  return text;
}

}  // namespace

std::string attribute_effects_svg(const AttributeEffects& effects, const std::string& title) {
  const std::size_t n = effects.names.size();
  if (n == 0) throw ArgumentError("attribute effects: there are no attributes to draw; compute them from a dataset first");
  const double left = kTableMargin + kTableNames;
  const double top = kTableMargin + kTableHead;
  const std::string heading = title.empty() ? "What a shift along each attribute changes" : title;
  std::string body = svg_words(kTableMargin, kTableMargin + 10, heading, 13, kInk, Anchor::start, /*bold=*/true);
  std::string words;
  for (std::size_t i = 0; i < n; ++i) {
    const double x = left + static_cast<double>(i) * kCellWidth;
    const double y = top + static_cast<double>(i) * kCellHeight;
    body += svg_words(x + kCellWidth / 2, top - 20, effects.names[i], 11.5, kInk, Anchor::middle);
    body += svg_words(x + kCellWidth / 4, top - 6, "down", 10, kFaintInk, Anchor::middle);
    body += svg_words(x + 3 * kCellWidth / 4, top - 6, "up", 10, kFaintInk, Anchor::middle);
    body += svg_words(left - 8, y + kCellHeight / 2 + 4, effects.names[i], 11.5, kInk, Anchor::end);
    for (std::size_t j = 0; j < n; ++j) {
      const double cell = left + static_cast<double>(j) * kCellWidth;
      const double down = effects.change(effects.down, i, j);
      const double up = effects.change(effects.up, i, j);
      body += half_cell(cell + kInset, y, down, i == j);
      body += half_cell(cell + kCellWidth / 2 + kInset / 2, y, up, i == j);
      if (i == j) words += joined(words.empty() ? "" : "; ", effects.names[i], " ", signed_number(down), " and ", signed_number(up));
    }
  }
  const double bottom = top + static_cast<double>(n) * kCellHeight;
  body += svg_words(kTableMargin, bottom + 20, "Row: the attribute that is shifted. Column: what is measured.", 10, kFaintInk);
  body += svg_words(kTableMargin, bottom + 34,
                    joined("1 is the distance from the lowest quarter of the data to the highest; ", effects.samples, " samples."), 10,
                    kFaintInk);
  const double right = std::max(left + static_cast<double>(n) * kCellWidth, 420.0);
  return svg_document(right + kTableMargin, bottom + kTableFoot, heading,
                      "Change of each attribute when it is shifted down and up: " + words, body);
}

}  // namespace musicvae::render
