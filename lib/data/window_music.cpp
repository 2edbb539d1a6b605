#include "musicvae/data/window_music.hpp"

#include <string>

#include "musicvae/error.hpp"
#include "musicvae/model/representations/drums.hpp"
#include "musicvae/model/representations/melody.hpp"
#include "musicvae/model/representations/tensors.hpp"
#include "musicvae/model/representations/tracks.hpp"
#include "musicvae/model/representations/trio.hpp"
#include "musicvae/sequence/drum_tensor.hpp"

namespace musicvae {
namespace {

template <class Value>
void demand_music(const data::WindowSet& windows) {
  if (windows.info().music == Value::kPlural) return;
  throw ArgumentError("dataset: it has " + windows.info().music + ", not " + std::string(Value::kPlural) + "; prepare one of " +
                      std::string(Value::kPlural));
}

}  // namespace

DrumSequence groove_of(const data::WindowSet& windows, std::size_t index) {
  return data::value_of<DrumSequence>(windows, index);
}

namespace data {

void check_music(const WindowSetInfo& windows, const ModelConfig& config) {
  const std::string_view music = config.representation->music();
  if (music == windows.music || music == TensorsRepresentation().music()) return;
  throw ConfigError("config \"" + config.name + "\": its model is for " + std::string(music) + ", and the dataset has " + windows.music +
                    "; prepare the data for this config or use a model for " + windows.music);
}

template <>
DrumSequence value_of<DrumSequence>(const WindowSet& windows, std::size_t index) {
  demand_music<DrumSequence>(windows);
  if (windows.depth() == kDrumTensorDepth) return from_tensor(windows.window(index), windows.steps());
  return groove_of_hits(windows.window(index), windows.steps());
}

template <>
Melody value_of<Melody>(const WindowSet& windows, std::size_t index) {
  demand_music<Melody>(windows);
  return MelodyRepresentation::from_rows(windows.window(index), windows.depth());
}

template <>
Trio value_of<Trio>(const WindowSet& windows, std::size_t index) {
  demand_music<Trio>(windows);
  return TrioRepresentation::from_rows(windows.window(index));
}

template <>
Tracks value_of<Tracks>(const WindowSet& windows, std::size_t index) {
  demand_music<Tracks>(windows);
  return TracksRepresentation::from_rows(windows.window(index), windows.depth());
}

}  // namespace data
}  // namespace musicvae
