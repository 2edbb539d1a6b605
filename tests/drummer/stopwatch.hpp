// How long something took: by the clock, and of the processors' time. The second is the same however busy the machine is.
#pragma once

#include <gtest/gtest.h>

#include <cstdio>
#include <ctime>
#include <functional>

#include "drummer/transport_script.hpp"

namespace musicvae::test {

class Stopwatch {
 public:
  [[nodiscard]] double milliseconds() const { return 1e3 * (now(CLOCK_MONOTONIC) - clock_); }
  /// All threads of this process together.
  [[nodiscard]] double processor_milliseconds() const { return 1e3 * (now(CLOCK_PROCESS_CPUTIME_ID) - processors_); }

 private:
  static double now(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
  }

  double clock_ = now(CLOCK_MONOTONIC);
  double processors_ = now(CLOCK_PROCESS_CPUTIME_ID);
};

/// Plays blocks from the first bar on until the first note. Returns whether one came within a bar.
template <class Process>
bool plays_a_note(const Process& process) {
  FakeHost host(kScriptRate);
  for (int block = 0; block < 375; ++block) {
    host.play({{.frames = kScriptBlock, .to_bar = 0, .to_quarter = block * kScriptBlock / 24'000.0}}, kScriptBlock, process);
    if (!host.events().empty()) return true;
  }
  return false;
}

/// Loads a plug-in as `Host` does, and plays until its first note, in at most 100 ms of the processors' time.
template <class Host>
void expect_first_note_in_a_moment(const std::function<void(Host&)>& activate) {
  const Stopwatch watch;
  Host host;
  activate(host);
  EXPECT_TRUE(plays_a_note(
      [&](int frames, const drummer::Transport& transport, drummer::MidiSink& sink) { host.process(frames, transport, sink); }));
  std::printf("from loading to the first note: %.0f ms, %.0f ms of the processors' time\n", watch.milliseconds(),
              watch.processor_milliseconds());
  EXPECT_LT(watch.processor_milliseconds(), 100.0);
}

}  // namespace musicvae::test
