// EnumNames: the texts of an enumeration's values on the command line, in Python and in files.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "musicvae/error.hpp"

namespace musicvae {

/// Specialised beside each enumeration E that has names, with these members:
/// - `names`, a std::array<std::string_view, N>: a text for each enumerator, in their order;
/// - `what`, a std::string_view: what the names are for, in messages, such as "cut";
/// - `aliases`, a std::array<EnumAlias<E>, M>, only if there are any: other texts that from_name understands and name never returns.
template <class E>
struct EnumNames;

/// Another text for an enumerator.
template <class E>
struct EnumAlias {
  std::string_view text;
  E value;
};

/// An enumeration with a specialisation of EnumNames.
template <class E>
concept NamedEnum = requires {
  EnumNames<E>::names;
  EnumNames<E>::what;
};

namespace detail {
/// Throws ArgumentError: no cut is called "x"; use a, b or c.
[[noreturn]] inline void refuse_name(std::string_view what, std::span<const std::string_view> names, std::string_view text) {
  constexpr std::size_t few = 6;
  std::string list = names.size() > few ? "one of: " : "";
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) list += names.size() <= few && i + 1 == names.size() ? " or " : ", ";
    list += names[i];
  }
  throw ArgumentError("no " + std::string(what) + (what.ends_with('s') ? " are" : " is") + " called \"" + std::string(text) + "\"; use " +
                      list);
}
}  // namespace detail

/// The text of an enumerator.
template <NamedEnum E>
[[nodiscard]] constexpr std::string_view name(E value) {
  return EnumNames<E>::names[static_cast<std::size_t>(value)];
}

/// The enumerator of that name or alias, if there is one.
template <NamedEnum E>
[[nodiscard]] constexpr std::optional<E> try_from_name(std::string_view text) {
  for (std::size_t i = 0; i < EnumNames<E>::names.size(); ++i) {
    if (EnumNames<E>::names[i] == text) return static_cast<E>(i);
  }
  if constexpr (requires { EnumNames<E>::aliases; }) {
    for (const EnumAlias<E>& alias : EnumNames<E>::aliases) {
      if (alias.text == text) return alias.value;
    }
  }
  return std::nullopt;
}

/// The enumerator of that name or alias. Throws an ArgumentError that lists the names.
template <NamedEnum E>
[[nodiscard]] E from_name(std::string_view text) {
  if (const std::optional<E> value = try_from_name<E>(text)) return *value;
  detail::refuse_name(EnumNames<E>::what, EnumNames<E>::names, text);
}

}  // namespace musicvae
