#include "fluidsynth.hpp"

#include <dlfcn.h>

#include <cstdlib>

#include "musicvae/error.hpp"

namespace musicvae::render {
namespace {

constexpr int kLogLevels = 5;  // panic, error, warning, information, debugging

template <typename Function>
bool find(void* library, const char* name, Function*& function) {
  function = reinterpret_cast<Function*>(::dlsym(library, name));
  return function != nullptr;
}

bool find_all(void* library, FluidSynth& f) {
  void (*version)(int*, int*, int*) = nullptr;
  if (!find(library, "fluid_version", version)) return false;
  int major = 0;
  int minor = 0;
  int micro = 0;
  version(&major, &minor, &micro);
  return major == 2 && find(library, "new_fluid_settings", f.new_settings) && find(library, "delete_fluid_settings", f.delete_settings) &&
         find(library, "fluid_settings_setnum", f.set_number) && find(library, "fluid_settings_setint", f.set_integer) &&
         find(library, "new_fluid_synth", f.new_synth) && find(library, "delete_fluid_synth", f.delete_synth) &&
         find(library, "fluid_synth_sfload", f.load_soundfont) && find(library, "fluid_synth_program_change", f.change_program) &&
         find(library, "fluid_synth_noteon", f.note_on) && find(library, "fluid_synth_noteoff", f.note_off) &&
         find(library, "fluid_synth_get_active_voice_count", f.active_voices) && find(library, "fluid_synth_write_float", f.write);
}

void silence_log(void* library) {
  using Log = void(int level, const char* message, void* data);
  Log* (*set_log)(int level, Log* log, void* data) = nullptr;
  if (!find(library, "fluid_set_log_function", set_log)) return;
  for (int level = 0; level < kLogLevels; ++level) set_log(level, nullptr, nullptr);
}

}  // namespace

std::vector<std::string> fluidsynth_names() {
  if (const char* named = std::getenv("MUSICVAE_FLUIDSYNTH"); named != nullptr && *named != '\0') return {named};
  return {"libfluidsynth.so.3",
          "libfluidsynth.so.2",
          "libfluidsynth.3.dylib",
          "libfluidsynth.2.dylib",
          "/opt/homebrew/lib/libfluidsynth.3.dylib",
          "/usr/local/lib/libfluidsynth.3.dylib"};
}

FluidSynth load_fluidsynth(const std::vector<std::string>& names) {
  std::string tried;
  for (const std::string& name : names) {
    if (void* library = ::dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL); library != nullptr) {
      FluidSynth fluidsynth{};
      if (find_all(library, fluidsynth)) {
        silence_log(library);
        return fluidsynth;
      }
      ::dlclose(library);
    }
    tried += (tried.empty() ? "" : ", ") + name;
  }
  throw DeviceError("FluidSynth is not installed; apt install libfluidsynth3, or brew install fluid-synth (looked for " + tried + ")");
}

}  // namespace musicvae::render
