// Which converter a config needs. One branch per kind of music.
#include "musicvae/data/file_converter.hpp"

#include <algorithm>
#include <string>

#include "musicvae/data/groove_converter.hpp"
#include "musicvae/data/melody_converter.hpp"
#include "musicvae/error.hpp"
#include "musicvae/sequence/drum_classes.hpp"

namespace musicvae::data {

Immutable<FileConverter> converter_for(const ModelConfig& config) {
  const int bars = std::max(1, config.steps / static_cast<int>(Grid{}.steps_per_bar()));
  if (config.representation->music() == Melody::kPlural) return MelodyConverter({.bars = bars});
  if (config.representation->music() != DrumSequence::kPlural) {
    throw ConfigError("config \"" + config.name + "\": files are not converted to " + std::string(config.representation->music()) +
                      "; give a prepared dataset");
  }
  if (config.representation->takes_rows_of(static_cast<int>(kFullDrumPitches.size()))) {
    return GrooveConverter({.cut = Cut::reference_drums, .bars = bars, .classes = DrumClasses::full});
  }
  return GrooveConverter({.bars = bars});
}

}  // namespace musicvae::data
