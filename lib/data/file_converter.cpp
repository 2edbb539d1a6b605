// Which converter a config needs. One function per kind of music.
#include "musicvae/data/file_converter.hpp"

#include <algorithm>
#include <string>

#include "musicvae/data/groove_converter.hpp"
#include "musicvae/data/melody_converter.hpp"
#include "musicvae/data/tracks_converter.hpp"
#include "musicvae/data/trio_converter.hpp"
#include "musicvae/error.hpp"
#include "musicvae/model/any_music.hpp"
#include "musicvae/sequence/drum_classes.hpp"
#include "musicvae/sequence/trio.hpp"

namespace musicvae::data {
namespace {

int bars_in_window(const ModelConfig& config) {
  return std::max(1, config.steps / static_cast<int>(Grid{}.steps_per_bar()));
}

void refuse_choice(bool chosen, const ModelConfig& config, const std::string& what) {
  if (chosen) throw ArgumentError("config \"" + config.name + "\": " + what + "; leave it out");
}

template <class Value>
Immutable<FileConverter> converter_of(const ModelConfig& config, const ConverterChoice& choice);

template <>
Immutable<FileConverter> converter_of<DrumSequence>(const ModelConfig& config, const ConverterChoice& choice) {
  const bool full = config.representation->takes_rows_of(static_cast<int>(kFullDrumPitches.size()));
  refuse_choice(full && choice.cut.value_or(Cut::reference_drums) != Cut::reference_drums, config,
                "its 61 drum classes need the cut reference-drums");
  refuse_choice(full && choice.drum_map, config, "it has a class for each pitch, so a drum map has no effect");
  const Cut cut = full ? Cut::reference_drums : choice.cut.value_or(Cut::bar_aligned);
  refuse_choice(cut != Cut::bar_aligned && choice.drum_channel, config, "a drum channel can be chosen only for the cut bar-aligned");
  return GrooveConverter({.cut = cut,
                          .drum_map = choice.drum_map,
                          .bars = bars_in_window(config),
                          .classes = full ? DrumClasses::full : DrumClasses::nine,
                          .drum_channel = choice.drum_channel.value_or(DrumChannel())});
}

template <>
Immutable<FileConverter> converter_of<Melody>(const ModelConfig& config, const ConverterChoice& choice) {
  refuse_choice(choice.drum_map.has_value(), config, "it is for melodies, and a drum map is for grooves");
  refuse_choice(choice.drum_channel.has_value(), config, "it is for melodies, and a drum channel is for grooves");
  return MelodyConverter(
      {.cut = choice.cut.value_or(Cut::bar_aligned), .bars = bars_in_window(config), .chords = config.representation->has_chords()});
}

template <>
Immutable<FileConverter> converter_of<Trio>(const ModelConfig& config, const ConverterChoice& choice) {
  refuse_choice(choice.drum_channel.has_value(), config, "it is for trios, whose drums are on the drum channel 10");
  return TrioConverter({.cut = choice.cut.value_or(Cut::bar_aligned), .bars = bars_in_window(config), .drum_map = choice.drum_map});
}

template <>
Immutable<FileConverter> converter_of<Tracks>(const ModelConfig& config, const ConverterChoice& choice) {
  refuse_choice(choice.drum_map.has_value(), config, "it is for tracks, and a drum map is for grooves");
  refuse_choice(choice.drum_channel.has_value(), config, "it is for tracks, and a drum channel is for grooves");
  return TracksConverter({.cut = choice.cut.value_or(Cut::bar_aligned), .chords = config.representation->has_chords()});
}

}  // namespace

Immutable<FileConverter> converter_for(const ModelConfig& config, const ConverterChoice& choice) {
  return with_music(config, [&]<class Value>() { return converter_of<Value>(config, choice); });
}

}  // namespace musicvae::data
