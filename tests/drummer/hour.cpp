// A drummer in a session of many minutes: 64 frames at 48 kHz, grooves that change, loops. Measures the time of each block.
//   drummer_hour MINUTES
// Fails if a block of a thousand takes more than 20 % of its time, an event is out of order, or a note hangs.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

#include "drummer.hpp"
#include "drummer/fake_host.hpp"

namespace {

// The processor's time that this thread has used, in seconds. Other programs do not count.
double seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

}  // namespace

int main(int argc, char** argv) {
  using namespace musicvae;
  const int minutes = argc > 1 ? std::atoi(argv[1]) : 1;
  constexpr int block = 64;
  constexpr double rate = 48'000.0;
  constexpr double allowed = 0.2 * block / rate;  // seconds

  drummer::Drummer drummer(std::as_bytes(std::span(test::groove_bytes())));
  drummer.set(drummer::Parameter::fill_every, 4);
  drummer.set(drummer::Parameter::variation_every, 8);
  drummer.activate(rate);
  std::vector<float> times;
  times.reserve(static_cast<std::size_t>(minutes * 60 * rate / block) + 1000);
  test::FakeHost host(rate);
  const auto process = [&](int frames, const drummer::Transport& transport, drummer::MidiSink& sink) {
    const double begin = seconds();
    drummer.process(frames, transport, sink);
    times.push_back(static_cast<float>(seconds() - begin));
  };
  for (int minute = 0; minute < minutes; ++minute) {
    const double tempo = 60.0 + minute * 37 % 200;
    const auto new_groove = [&] { drummer.set(drummer::Parameter::seed, static_cast<float>(minute)); };
    host.play({{.frames = static_cast<std::int64_t>(30 * rate), .tempo = tempo, .before = new_groove},
               {.frames = static_cast<std::int64_t>(25 * rate), .tempo = tempo, .to_bar = 3},
               {.frames = static_cast<std::int64_t>(5 * rate), .playing = false, .tempo = tempo}},
              block, process);
  }
  const auto at = times.begin() + static_cast<std::ptrdiff_t>(0.999 * static_cast<double>(times.size()));
  std::nth_element(times.begin(), at, times.end());
  const double slow = static_cast<double>(*at);
  std::printf("%d minutes, %zu blocks, %zu events; p99.9 of a block: %.2f microseconds, %.2f %% of its time\n", minutes, times.size(),
              host.events().size(), 1e6 * slow, 100.0 * slow * rate / block);
  const bool good = host.in_order() && host.hung() == 0 && slow < allowed && host.events().size() > 100;
  if (!good) std::fprintf(stderr, "drummer_hour: late, out of order or hung notes: %d\n", host.hung());
  return good ? 0 : 1;
}
