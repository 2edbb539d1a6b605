// A drummer in a session of many minutes: 64 frames at 48 kHz, grooves that change while they are played, loops, stops.
//   drummer_hour MINUTES
// Measures the time of each block, and counts what an audio thread must not do. Fails if a block of a thousand takes more than 20 % of its
// time, if anything asks for memory or takes a lock, if an event is out of order, late or early, or if a note hangs.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <mutex>
#include <vector>

#include "drummer.hpp"
#include "drummer/fake_host.hpp"
#include "drummer/forbidden_calls.hpp"

namespace {

using namespace musicvae;
using test::ForbiddenCalls;

constexpr double kRate = 48'000.0;
constexpr int kBlock = 64;

// The processor's time that this thread has used, in seconds. Other programs do not count.
double seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

// Keeps the events of a block without asking for memory.
class Buffer : public drummer::MidiSink {
 public:
  bool write(const drummer::MidiEvent& event) noexcept override {
    if (count == events.size()) return false;
    events[count++] = event;
    return true;
  }
  std::array<drummer::MidiEvent, 64> events{};
  std::size_t count = 0;
};

// Whether the counters count: they must see one allocation and one lock, each with its end.
bool counters_work() {
  std::mutex mutex;
  const ForbiddenCalls before = test::forbidden_calls;
  {
    const std::lock_guard lock(mutex);
    std::unique_ptr<int[]> memory(new int[100]);
    *static_cast<volatile int*>(memory.get()) = 1;  // so that it is not left out
  }
  return test::forbidden_calls.memory == before.memory + 2 && test::forbidden_calls.locks == before.locks + 1;
}

std::unique_ptr<drummer::Drummer> ready_drummer() {
  auto drummer = std::make_unique<drummer::Drummer>(std::as_bytes(std::span(test::groove_bytes())));
  drummer->set(drummer::Parameter::fill_every, 4);
  drummer->set(drummer::Parameter::variation_every, 8);
  drummer->activate(kRate);
  return drummer;
}

// A minute: plays, jumps back and loops, and stops.
std::vector<test::ScriptEntry> script_of(int minute, const std::function<void()>& before) {
  const double tempo = 60.0 + minute * 37 % 200;
  return {{.frames = static_cast<std::int64_t>(30 * kRate), .tempo = tempo, .before = before},
          {.frames = static_cast<std::int64_t>(25 * kRate), .tempo = tempo, .to_bar = 3},
          {.frames = static_cast<std::int64_t>(5 * kRate), .playing = false, .tempo = tempo}};
}

// The events of a drummer whose grooves are ready when a minute begins, in blocks of some size.
std::vector<test::PlayedEvent> events_of(int minutes, int block) {
  const std::unique_ptr<drummer::Drummer> drummer = ready_drummer();
  test::FakeHost host(kRate);
  for (int minute = 0; minute < minutes; ++minute) {
    const auto new_groove = [&] {
      drummer->set(drummer::Parameter::seed, static_cast<float>(minute));
      drummer->settle();
    };
    host.play(script_of(minute, new_groove), block,
              [&](int frames, const drummer::Transport& transport, drummer::MidiSink& sink) { drummer->process(frames, transport, sink); });
  }
  return host.events();
}

}  // namespace

int main(int argc, char** argv) {
  const int minutes = argc > 1 ? std::atoi(argv[1]) : 1;
  if (!counters_work()) {
    std::fprintf(stderr, "drummer_hour: the counters of allocations and locks do not count\n");
    return 1;
  }

  const std::unique_ptr<drummer::Drummer> drummer = ready_drummer();
  std::vector<float> times;
  times.reserve(static_cast<std::size_t>(minutes * 60 * kRate / kBlock) + 1000);
  test::FakeHost host(kRate);
  ForbiddenCalls forbidden;
  const auto watch = [&](const auto& call) {
    const ForbiddenCalls before = test::forbidden_calls;
    call();
    forbidden.memory += test::forbidden_calls.memory - before.memory;
    forbidden.locks += test::forbidden_calls.locks - before.locks;
  };
  for (int minute = 0; minute < minutes; ++minute) {
    // Hosts set parameters on the audio thread.
    const auto new_groove = [&] { watch([&] { drummer->set(drummer::Parameter::seed, static_cast<float>(minute)); }); };
    host.play(script_of(minute, new_groove), kBlock, [&](int frames, const drummer::Transport& transport, drummer::MidiSink& sink) {
      Buffer buffer;
      const double begin = seconds();
      watch([&] { drummer->process(frames, transport, buffer); });
      times.push_back(static_cast<float>(seconds() - begin));
      for (std::size_t i = 0; i < buffer.count; ++i) sink.write(buffer.events[i]);
    });
  }
  const auto at = times.begin() + static_cast<std::ptrdiff_t>(0.999 * static_cast<double>(times.size()));
  std::nth_element(times.begin(), at, times.end());
  const double slow = static_cast<double>(*at);
  const double slowest = static_cast<double>(*std::max_element(at, times.end()));
  // An event that waits for its block would be at another frame than in long blocks.
  const std::vector<test::PlayedEvent> events = events_of(minutes, kBlock);
  const bool on_time = events == events_of(minutes, 8192);

  constexpr double percent = 100.0 * kRate / kBlock;
  std::printf("%d minutes, %zu blocks, %zu events; p99.9 of a block: %.2f microseconds, %.2f %% of its time; the longest: %.2f %%\n",
              minutes, times.size(), host.events().size(), 1e6 * slow, percent * slow, percent * slowest);
  std::printf("calls for memory: %ld, locks: %ld, hung notes: %d, events late or early: %s\n", forbidden.memory, forbidden.locks,
              host.hung(), on_time ? "none" : "some");
  const bool good = forbidden.memory == 0 && forbidden.locks == 0 && host.in_order() && host.hung() == 0 && on_time &&
                    percent * slow < 20.0 && host.events().size() > 100 && events.size() > 100;
  if (!good) std::fprintf(stderr, "drummer_hour: one of these is not as it must be\n");
  return good ? 0 : 1;
}
