// What the opaque handles of the C interface hold.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "musicvae.h"
#include "musicvae/engine/music_vae.hpp"
#include "musicvae/error.hpp"
#include "musicvae/model/any_music.hpp"
#include "musicvae/model/model_file.hpp"
#include "musicvae/sequence/drum_map.hpp"

struct musicvae_model {
  explicit musicvae_model(const musicvae::ModelFile& file);

  musicvae::MusicVae vae;
  std::string kind;
  std::string task;
  std::string licence;
  int lanes;
};

struct musicvae_music {
  musicvae::AnyMusic value;
  musicvae::DrumMap map;  ///< which pitch each drum is written as
};

namespace musicvae::c {

/// The music as one kind of value. Throws a ConfigError that `function` begins for music of another kind.
template <class Value>
[[nodiscard]] const Value& music_as(const musicvae_music& music, const char* function) {
  if (const Value* value = std::get_if<Value>(&music.value)) return *value;
  const std::string_view kind = std::visit([]<class Other>(const Other&) { return Other::kPlural; }, music.value);
  throw ConfigError(std::string(function) + ": the music is " + std::string(kind) + ", not " + std::string(Value::kPlural) +
                    "; give music of a model for " + std::string(Value::kPlural));
}

}  // namespace musicvae::c
