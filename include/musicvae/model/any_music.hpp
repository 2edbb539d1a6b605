// AnyMusic: the kinds of music that the library knows. The command, the datasets and the binding choose a kind here and nowhere else.
#pragma once

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "musicvae/error.hpp"
#include "musicvae/model/config.hpp"
#include "musicvae/sequence/drum_sequence.hpp"
#include "musicvae/sequence/melody.hpp"
#include "musicvae/sequence/tracks.hpp"
#include "musicvae/sequence/trio.hpp"

namespace musicvae {

/// Music of any kind. A new kind is one more type here.
using AnyMusic = std::variant<DrumSequence, Melody, Trio, Tracks>;

namespace detail {

template <class Use, class... Values>
void for_each_kind(std::type_identity<std::variant<Values...>>, Use& use) {
  (use.template operator()<Values>(), ...);
}

}  // namespace detail

/// Calls `use.operator()<Value>()` for every kind of music.
template <class Use>
void for_each_music(Use use) {
  detail::for_each_kind(std::type_identity<AnyMusic>{}, use);
}

/// Calls `use.operator()<Value>()` with the kind that is called `music` ("melodies") and returns what it returns, of one type for all
/// kinds. Throws a ConfigError, whose message begins with `what`, for any other music, such as "tensors".
template <class Use>
auto with_music(std::string_view music, const std::string& what, Use use) {
  using Result = decltype(use.template operator()<std::variant_alternative_t<0, AnyMusic>>());
  Result (*chosen)(Use&) = nullptr;
  std::string known;
  for_each_music([&]<class Value>() {
    if (Value::kPlural == music) chosen = [](Use& u) -> Result { return u.template operator()<Value>(); };
    known.append(known.empty() ? "" : " or ").append(Value::kPlural);
  });
  if (!chosen) throw ConfigError(what + " for " + std::string(music) + ", not " + known + "; use one for " + known);
  return chosen(use);
}

/// The same with the kind that a config's model is for.
template <class Use>
auto with_music(const ModelConfig& config, Use use) {
  return with_music(config.representation->music(), "config \"" + config.name + "\": its model is", std::move(use));
}

}  // namespace musicvae
