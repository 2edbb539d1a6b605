// Position: turns DPF's time positions into the drummer's transport, and undoes what DPF 1.6 gets wrong in some formats.
#pragma once

#include <cmath>
#include <cstdint>
#include <string_view>

#include "DistrhoPlugin.hpp"
#include "player.hpp"

namespace musicvae::drummer {

/// Belongs to the audio thread.
class Position {
 public:
  /// `format` is getPluginFormatName().
  explicit Position(std::string_view format) : is_lv2_(format == "LV2"), is_clap_(format == "CLAP"), is_vst3_(format == "VST3") {}

  /// The transport of a block of `frames` frames.
  [[nodiscard]] Transport of(const DISTRHO_NAMESPACE::TimePosition& time, double sample_rate, std::uint32_t frames) noexcept {
    const auto& bbt = time.bbt;
    Transport result{.playing = time.playing, .has_position = bbt.valid && bbt.ticksPerBeat > 0.0, .tempo = bbt.beatsPerMinute};
    if (!result.has_position) return result;
    result.beats_per_bar = static_cast<double>(bbt.beatsPerBar);
    result.beat_unit = static_cast<double>(bbt.beatType);
    const double quarters_per_bar = 4.0 * result.beats_per_bar / result.beat_unit;
    const double beat = bbt.beat - 1 + bbt.tick / bbt.ticksPerBeat;
    result.bar = bbt.bar - 1;
    result.quarter = beat * 4.0 / result.beat_unit;
    // LV2 and JACK count the meter's beats per minute; CLAP and VST3 count quarter notes.
    if (!is_clap_ && !is_vst3_) result.tempo *= 4.0 / result.beat_unit;
    if (is_clap_) {  // takes quarter notes for beats, and so many of them for a bar
      place(result, (bbt.bar - 1) * result.beats_per_bar + beat, quarters_per_bar);
    } else if (is_lv2_) {  // where the host does not say its position, the bar is counted up a block before it ends
      if (result.bar == bar_ + 1 && result.quarter > quarter_ && result.quarter + advance_ >= quarters_per_bar - 1e-6) --result.bar;
      bar_ = result.bar;
      quarter_ = result.quarter;
      advance_ = frames * result.tempo / 60.0 / sample_rate;
    }
    return result;
  }

 private:
  static void place(Transport& transport, double quarters, double quarters_per_bar) noexcept {
    if (!(quarters_per_bar > 0.0)) return;
    const double bar = std::floor(quarters / quarters_per_bar);
    transport.bar = static_cast<std::int64_t>(bar);
    transport.quarter = quarters - bar * quarters_per_bar;
  }

  bool is_lv2_;
  bool is_clap_;
  bool is_vst3_;
  std::int64_t bar_ = 0;  // of the last block
  double quarter_ = 0.0;
  double advance_ = 0.0;  // quarter notes that it lasted
};

}  // namespace musicvae::drummer
