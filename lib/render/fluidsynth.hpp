// The few functions of FluidSynth 2 that we call, found when they are needed. Their documented signatures are declared here, so that
// neither its headers nor its library are needed to build.
#pragma once

#include <string>
#include <vector>

namespace musicvae::render {

struct FluidSynth {
  struct Settings;
  struct Synth;

  Settings* (*new_settings)();
  void (*delete_settings)(Settings*);
  int (*set_number)(Settings*, const char* name, double value);
  int (*set_integer)(Settings*, const char* name, int value);
  Synth* (*new_synth)(Settings*);
  void (*delete_synth)(Synth*);
  int (*load_soundfont)(Synth*, const char* path, int reset_presets);  ///< an id, or -1
  int (*change_program)(Synth*, int channel, int program);
  int (*note_on)(Synth*, int channel, int pitch, int velocity);
  int (*note_off)(Synth*, int channel, int pitch);
  int (*active_voices)(Synth*);
  int (*write)(Synth*, int frames, void* left, int left_offset, int left_stride, void* right, int right_offset, int right_stride);

  static constexpr int ok = 0;
  /// It computes in blocks of so many frames; a note begins with a block.
  static constexpr int block = 64;
};

/// What the dynamic linker is asked for: the file that MUSICVAE_FLUIDSYNTH names, or the names that FluidSynth 2 has.
[[nodiscard]] std::vector<std::string> fluidsynth_names();

/// The first of `names` that can be loaded and is FluidSynth 2, its log silenced. Throws DeviceError when there is none. It is loaded
/// for good: the library keeps state of its own.
[[nodiscard]] FluidSynth load_fluidsynth(const std::vector<std::string>& names = fluidsynth_names());

}  // namespace musicvae::render
