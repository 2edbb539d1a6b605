#include "svg_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace musicvae::render {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// The number of bytes of the character at the start of `text` if XML allows it, otherwise 0 (RFC 3629, XML 1.0 section 2.2).
std::size_t character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(0);
  if (first < 0x80) return first >= 0x20 || first == '\t' || first == '\n' || first == '\r' ? (first == 0x7F ? 0U : 1U) : 0U;
  const std::size_t length = first >= 0xC2 && first <= 0xDF   ? 2
                             : first >= 0xE0 && first <= 0xEF ? 3
                             : first >= 0xF0 && first <= 0xF4 ? 4
                                                              : 0;
  if (length == 0 || text.size() < length) return 0;
  std::uint32_t code = first & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
    code = code << 6U | (byte(i) & 0x3FU);
  }
  constexpr std::array<std::uint32_t, 5> least = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  return code < least[length] || code > 0x10FFFF || surrogate || code == 0xFFFE || code == 0xFFFF ? 0 : length;
}

// Calls `take` with each character; characters that XML does not allow are replaced.
template <typename Take>
void for_each_character(std::string_view text, const Take& take) {
  while (!text.empty()) {
    const std::size_t length = character(text);
    take(length == 0 ? kReplacement : text.substr(0, length));
    text.remove_prefix(std::max<std::size_t>(1, length));
  }
}

}  // namespace

std::string number(double value) {
  const double rounded = std::round(value * 100.0) / 100.0;
  std::array<char, 400> buffer{};  // any double fits
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), rounded == 0.0 ? 0.0 : rounded, std::chars_format::fixed, 2);
  std::string text(buffer.data(), end.ptr);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string escaped(std::string_view text) {
  std::string result;
  for_each_character(text, [&](std::string_view c) {
    if (c == "&") {
      result += "&amp;";
    } else if (c == "<") {
      result += "&lt;";
    } else if (c == ">") {
      result += "&gt;";
    } else if (c == "\"") {
      result += "&quot;";
    } else {
      result += c;
    }
  });
  return result;
}

std::string shortened(std::string_view text, std::size_t length) {
  std::string result;
  std::size_t last_begin = 0;
  std::size_t count = 0;
  for_each_character(text, [&](std::string_view c) {
    if (++count > length) return;
    last_begin = result.size();
    result += c;
  });
  if (count > length) result = result.substr(0, last_begin) + "\u2026";
  return result;
}

std::string velocity_colour(double velocity) {
  struct Stop {
    double at;
    std::array<double, 3> rgb;
  };
  constexpr std::array<Stop, 4> stops = {{{0.0, {247, 196, 138}}, {0.4, {236, 122, 60}}, {0.7, {193, 52, 66}}, {1.0, {74, 14, 62}}}};
  const double v = std::clamp(velocity, 0.0, 1.0);
  std::size_t i = 1;
  while (i + 1 < stops.size() && v > stops[i].at) ++i;
  const double t = (v - stops[i - 1].at) / (stops[i].at - stops[i - 1].at);
  std::string colour = "#";
  for (std::size_t c = 0; c < 3; ++c) {
    constexpr std::string_view digits = "0123456789abcdef";
    const auto level = static_cast<unsigned>(std::lround(stops[i - 1].rgb[c] + t * (stops[i].rgb[c] - stops[i - 1].rgb[c])));
    colour += digits[level >> 4U];
    colour += digits[level & 15U];
  }
  return colour;
}

std::string svg_document(double width, double height, std::string_view title, std::string_view description, std::string_view body) {
  return joined("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ", width, " ", height, "\" width=\"", width, "\" height=\"",
                height, "\" style=\"max-width:100%;height:auto\" role=\"img\" font-family=\"", kFont, "\">\n<title>", escaped(title),
                "</title>\n<desc>", escaped(description), "</desc>\n<rect x=\"0.5\" y=\"0.5\" width=\"", width - 1, "\" height=\"",
                height - 1, "\" rx=\"8\" fill=\"", kPaper, "\" stroke=\"", kPaperEdge, "\"/>\n", body, "</svg>\n");
}

std::string svg_words(double x, double y, std::string_view text, double size, std::string_view colour, Anchor anchor, bool bold) {
  constexpr std::array<std::string_view, 3> anchors = {"", " text-anchor=\"middle\"", " text-anchor=\"end\""};
  return joined("<text x=\"", x, "\" y=\"", y, "\" font-size=\"", size, "\" fill=\"", colour, "\"",
                anchors[static_cast<std::size_t>(anchor)], bold ? " font-weight=\"600\"" : "", ">", escaped(text), "</text>\n");
}

}  // namespace musicvae::render
