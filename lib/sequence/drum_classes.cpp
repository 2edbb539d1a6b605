#include "musicvae/sequence/drum_classes.hpp"

#include <string>

#include "musicvae/error.hpp"

namespace musicvae {

namespace detail {

void refuse_full_drum_class(int drum_class) {
  throw ArgumentError("full drum classes: there is no class " + std::to_string(drum_class) + "; use 0 to 60");
}

}  // namespace detail

}  // namespace musicvae
