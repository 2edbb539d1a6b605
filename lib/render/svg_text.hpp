// What the pictures share: numbers, words and colours as SVG text, the same bytes in every locale.
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

/// Two decimals at most, no trailing zeros, no exponent: 3, 0.5, -1.25.
[[nodiscard]] std::string number(double value);

/// Words and numbers one after the other.
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

/// Text as XML character data or in a quoted attribute. What XML cannot hold (control characters, bytes that are no UTF-8) becomes
/// U+FFFD.
[[nodiscard]] std::string escaped(std::string_view text);

/// The first `length` characters, the last of them an ellipsis where something is left out.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t length);

/// The colour of a hit: pale for soft, dark for loud; 0..1.
[[nodiscard]] std::string velocity_colour(double velocity);

/// The document's head: size, <title>, <desc>, the background. `body` and "</svg>" follow.
[[nodiscard]] std::string svg_document(double width, double height, std::string_view title, std::string_view description,
                                       std::string_view body);

enum class Anchor { start, middle, end };

[[nodiscard]] std::string svg_words(double x, double y, std::string_view text, double size, std::string_view colour,
                                    Anchor anchor = Anchor::start, bool bold = false);

}  // namespace musicvae::render
