// One script of a host's transport, played in every plug-in format, and the events that the drummer's core makes of it.
#pragma once

#include <memory>
#include <vector>

#include "drummer.hpp"
#include "drummer/fake_host.hpp"

namespace musicvae::test {

inline constexpr double kScriptRate = 48'000.0;
inline constexpr float kScriptSeed = 7;
inline constexpr int kScriptBlock = 256;

/// Plays, stops, jumps, loops and changes the tempo and the meter. Entries are whole blocks.
inline std::vector<ScriptEntry> transport_script() {
  std::vector<ScriptEntry> script = {{.frames = 512, .playing = false}, {.frames = 1600 * 256}, {.frames = 1024, .playing = false}};
  for (int loop = 0; loop < 3; ++loop) script.push_back({.frames = 375 * 256, .to_bar = 2});
  script.push_back({.frames = 200 * 256, .tempo = 174, .to_bar = 5, .to_quarter = 1.75});
  script.push_back({.frames = 700 * 256, .tempo = 96, .beats_per_bar = 7, .beat_unit = 8, .to_bar = 8});
  script.push_back({.frames = 400 * 256, .tempo = 140, .beats_per_bar = 3, .to_bar = 9});
  script.push_back({.frames = 256, .playing = false});
  return script;
}

/// What the drummer's core plays of the script with the shipped model.
inline std::vector<PlayedEvent> script_events() {
  drummer::Drummer core(std::as_bytes(std::span(groove_bytes())));
  core.set(drummer::Parameter::seed, kScriptSeed);
  core.set(drummer::Parameter::fill_every, 4);
  core.activate(kScriptRate);
  FakeHost host(kScriptRate);
  host.play(transport_script(), kScriptBlock,
            [&](int frames, const drummer::Transport& transport, drummer::MidiSink& sink) { core.process(frames, transport, sink); });
  return host.events();
}

}  // namespace musicvae::test
