#include "window_options.hpp"

#include "musicvae/data/groove_converter.hpp"
#include "musicvae/model/drum_map_file.hpp"
#include "musicvae/model/named_configs.hpp"

namespace musicvae::app {

std::vector<CLI::Option*> WindowOptions::add_to(CLI::App& verb) {
  CLI::Option* config = verb.add_option(
      "--config", config_, "The windows that this config takes: its kind of music and its length (musicvae configs lists them)");
  return {config,
          verb.add_option("--cut", cut_,
                          "How windows are cut: bar-aligned, reference, reference-tfds or reference-drums (hits only) [default: "
                          "bar-aligned, or the only one that the config takes]"),
          verb.add_option("--classes", classes_, "Drum classes of reference-drums: nine (as in --map) or full (61 pitches)")
              ->excludes(config)
              ->capture_default_str(),
          verb.add_option("--bars", bars_, "Bars per window")->excludes(config)->capture_default_str(),
          verb.add_option("--map", map_,
                          "Drum map: standard (a drum kit's pitches, then General MIDI's), roland, reduced or a JSON file [default: "
                          "standard for the cut bar-aligned, otherwise roland]"),
          verb.add_option("--drum-channel", channel_,
                          "For the cut bar-aligned, the MIDI channel of the drums: 1 to 16, any, or auto (10, otherwise any that plays a "
                          "drum kit) [default: auto]")};
}

std::optional<ModelConfig> WindowOptions::config() const {
  if (config_.empty()) return std::nullopt;
  return named_config(config_);
}

Immutable<data::FileConverter> WindowOptions::converter() const {
  data::ConverterChoice choice;
  if (!cut_.empty()) choice.cut = from_name<data::Cut>(cut_);
  if (!map_.empty()) choice.drum_map = find_drum_map(map_);
  if (!channel_.empty()) choice.drum_channel = DrumChannel::from_name(channel_);
  if (!config_.empty()) return data::converter_for(named_config(config_), choice);
  return data::GrooveConverter({.cut = choice.cut.value_or(data::Cut::bar_aligned),
                                .drum_map = choice.drum_map,
                                .bars = bars_,
                                .classes = from_name<DrumClasses>(classes_),
                                .drum_channel = choice.drum_channel.value_or(DrumChannel())});
}

}  // namespace musicvae::app
