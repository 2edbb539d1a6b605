// A host that counts in: plays four bars before the first, then four from it on.
#pragma once

#include <cmath>
#include <vector>

#include "drummer/transport_script.hpp"

namespace musicvae::test {

inline std::vector<PlayedEvent> played_with_count_in(const FakeHost::Process& process) {
  constexpr int bars = 4;
  constexpr int blocks_per_bar = 375;
  FakeHost host(kScriptRate);
  for (int block = -bars * blocks_per_bar; block < bars * blocks_per_bar; ++block) {
    const double quarter = block * kScriptBlock / 24'000.0;
    const double bar = std::floor(quarter / 4.0);
    host.block_of(
        kScriptBlock,
        {.playing = true, .has_position = true, .bar = static_cast<std::int64_t>(bar), .quarter = quarter - 4.0 * bar, .tempo = 120.0},
        process);
  }
  return host.events();
}

/// What the drummer's core plays then with the script's settings.
inline std::vector<PlayedEvent> count_in_events() {
  drummer::Drummer core(std::as_bytes(std::span(groove_bytes())));
  core.set(drummer::Parameter::seed, kScriptSeed);
  core.set(drummer::Parameter::fill_every, 4);
  core.activate(kScriptRate);
  return played_with_count_in(
      [&](int frames, const drummer::Transport& transport, drummer::MidiSink& sink) { core.process(frames, transport, sink); });
}

}  // namespace musicvae::test
