// The few functions of FluidSynth 2 that we call, looked up when needed. Their documented signatures are declared here, so the build needs
// neither its headers nor its library.
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
  /// FluidSynth computes in blocks of this many frames; a note begins with a block.
  static constexpr int block = 64;
};

/// File names for the dynamic linker: the file that MUSICVAE_FLUIDSYNTH names, or the names of FluidSynth 2.
[[nodiscard]] std::vector<std::string> fluidsynth_names();

/// Loads the first of `names` that can be loaded and is FluidSynth 2, and silences its log. Throws DeviceError when there is none. The
/// library is never unloaded, because it keeps state of its own.
[[nodiscard]] FluidSynth load_fluidsynth(const std::vector<std::string>& names = fluidsynth_names());

}  // namespace musicvae::render
