// Helpers for all pictures: numbers, text and colours as SVG text, with the same bytes in every locale.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>

namespace musicvae::render {

inline constexpr std::string_view kFont = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";
inline constexpr std::string_view kInk = "#1f2328";       ///< titles
inline constexpr std::string_view kFaintInk = "#57606a";  ///< labels
inline constexpr std::string_view kPaper = "#ffffff";
inline constexpr std::string_view kPaperEdge = "#d0d7de";

/// At most two decimals, no trailing zeros, no exponent: 3, 0.5, -1.25.
[[nodiscard]] std::string number(double value);

/// Concatenates text and numbers.
template <typename... Parts>
[[nodiscard]] std::string joined(const Parts&... parts) {
  std::string text;
  const auto add = [&](const auto& part) {
    if constexpr (std::is_arithmetic_v<std::remove_cvref_t<decltype(part)>>) {
      text += number(static_cast<double>(part));
    } else {
      text += part;
    }
  };
  (add(parts), ...);
  return text;
}

/// Escapes text for XML character data or a quoted attribute. What XML does not allow (control characters, bytes that are not UTF-8)
/// becomes U+FFFD.
[[nodiscard]] std::string escaped(std::string_view text);

/// The first `length` characters; the last one is an ellipsis if the text was longer.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t length);

/// The colour of a hit with velocity 0..1: pale for soft, dark for loud.
[[nodiscard]] std::string velocity_colour(double velocity);

/// A complete document: size, <title>, <desc> and background, then `body` and "</svg>".
[[nodiscard]] std::string svg_document(double width, double height, std::string_view title, std::string_view description,
                                       std::string_view body);

enum class Anchor { start, middle, end };

[[nodiscard]] std::string svg_words(double x, double y, std::string_view text, double size, std::string_view colour,
                                    Anchor anchor = Anchor::start, bool bold = false);

}  // namespace musicvae::render
