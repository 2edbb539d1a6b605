#include "musicvae/sequence/drum_classes.hpp"

#include <string>

#include "musicvae/error.hpp"

namespace musicvae {

DrumClasses drum_classes_from_name(std::string_view text) {
  for (std::size_t i = 0; i < kDrumClassesNames.size(); ++i) {
    if (kDrumClassesNames[i] == text) return static_cast<DrumClasses>(i);
  }
  throw ArgumentError("no drum classes are called \"" + std::string(text) + "\"; use nine or full");
}

namespace detail {

void refuse_full_drum_class(int drum_class) {
  throw ArgumentError("full drum classes: there is no class " + std::to_string(drum_class) + "; use 0 to 60");
}

}  // namespace detail

}  // namespace musicvae
