// One script of a host's transport, played in every plug-in format, and the events that the drummer's core makes of it.
#pragma once

#include <functional>
#include <memory>
#include <span>
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

/// A host's process with input.
using ProcessInput = std::function<void(int frames, const drummer::Transport&, drummer::MidiSink&, std::span<const drummer::MidiEvent>)>;

/// Plays two bars of hits and stops, restarts the drummer, which waits until it has made something of them, and plays two bars without
/// hits. Returns what the drummer plays of those.
inline std::vector<PlayedEvent> answer_to_hits(const ProcessInput& process, const std::function<void()>& restart) {
  std::vector<SentHit> hits;
  for (int step = 0; step < 32; step += 2) hits.push_back({step * 6000 + 700, step % 8 == 4 ? 38 : 42, 50 + step});
  FakeHost first(kScriptRate);
  std::int64_t now = 0;
  const FakeHost::Process with_hits = [&](int frames, const drummer::Transport& transport, drummer::MidiSink& sink) {
    process(frames, transport, sink, events_in(hits, now, frames));
    now += frames;
  };
  first.play({{.frames = 2 * 96'000, .to_bar = 0}, {.frames = 256, .playing = false}}, kScriptBlock, with_hits);
  restart();
  FakeHost second(kScriptRate);
  second.play({{.frames = 2 * 96'000, .to_bar = 0}, {.frames = 256, .playing = false}}, kScriptBlock,
              [&](int frames, const drummer::Transport& transport, drummer::MidiSink& sink) { process(frames, transport, sink, {}); });
  return second.events();
}

/// What the drummer's core plays then, in a mode.
inline std::vector<PlayedEvent> core_answer(drummer::Mode mode) {
  drummer::Drummer core(shipped_model("hier-groove_4bar_lookback"), {shipped_model("humanize"), shipped_model("tap2drum")});
  core.set(drummer::Parameter::seed, kScriptSeed);
  core.set(drummer::Parameter::mode, static_cast<float>(mode));
  core.activate(kScriptRate);
  return answer_to_hits([&](int frames, const drummer::Transport& transport, drummer::MidiSink& sink,
                            std::span<const drummer::MidiEvent> input) { core.process(frames, transport, sink, input); },
                        [&] { core.activate(kScriptRate); });
}

}  // namespace musicvae::test
