// What DPF asks about the plug-in. Its macros; nothing else includes this.
#pragma once

#define DISTRHO_PLUGIN_BRAND "libmusicvae"
#define DISTRHO_PLUGIN_NAME "MusicVAE Drummer"
#define DISTRHO_PLUGIN_URI "urn:libmusicvae:drummer"
#define DISTRHO_PLUGIN_CLAP_ID "libmusicvae.drummer"

#define DISTRHO_PLUGIN_NUM_INPUTS 0
#define DISTRHO_PLUGIN_NUM_OUTPUTS 0
#define DISTRHO_PLUGIN_WANT_MIDI_INPUT 1
#define DISTRHO_PLUGIN_WANT_MIDI_OUTPUT 1
#define DISTRHO_PLUGIN_WANT_TIMEPOS 1
#define DISTRHO_PLUGIN_WANT_STATE 1
#define DISTRHO_PLUGIN_WANT_FULL_STATE 1
#define DISTRHO_PLUGIN_WANT_DIRECT_ACCESS 1
#define DISTRHO_PLUGIN_HAS_UI 1
#define DISTRHO_UI_USE_CAIRO 1
#define DISTRHO_UI_USER_RESIZABLE 1
#define DISTRHO_UI_DEFAULT_WIDTH 960
#define DISTRHO_UI_DEFAULT_HEIGHT 640
#define DISTRHO_PLUGIN_IS_RT_SAFE 1
// Bytes: more than the events of 8192 frames at 999 quarter notes per minute
#define DISTRHO_PLUGIN_MINIMUM_BUFFER_SIZE 65536

#define DISTRHO_PLUGIN_LV2_CATEGORY "lv2:MIDIPlugin"
#define DISTRHO_PLUGIN_VST3_CATEGORIES "Fx|Generator"
#define DISTRHO_PLUGIN_CLAP_FEATURES "note-effect", "drum"
