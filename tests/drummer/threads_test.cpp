// The hand-over from the worker to the audio thread, with all threads at work. scripts/test.sh --all runs this under ThreadSanitizer.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

#include "drummer.hpp"
#include "drummer/fake_host.hpp"
#include "mailbox.hpp"

namespace musicvae::drummer {
namespace {

TEST(DrummerThreads, TheMailboxHandsOverWholeValuesAndTheNewestLast) {
  using Value = std::array<std::uint64_t, 64>;
  constexpr int enough = 1'000;
  Mailbox<Value> mailbox;
  std::atomic<bool> ends = false;
  std::uint64_t published = 0;
  // The writer goes on until the reader has taken enough, however the system schedules the two.
  std::thread writer([&] {
    for (bool last = false; !last;) {
      last = ends;
      mailbox.back().fill(++published);
      mailbox.publish();
    }
  });
  std::uint64_t newest = 0;
  bool whole = true;
  bool in_order = true;
  const auto check = [&](const Value& value) {
    const std::uint64_t first = value.front();
    whole = whole && std::all_of(value.begin(), value.end(), [&](std::uint64_t number) { return number == first; });
    in_order = in_order && first > newest;
    newest = std::max(newest, first);
  };
  for (int taken = 0; taken < enough;) {
    if (const Value* value = mailbox.take()) {
      check(*value);
      ++taken;
    } else {
      std::this_thread::yield();
    }
  }
  ends = true;
  writer.join();
  const Value* last = mailbox.take();
  ASSERT_NE(last, nullptr);
  check(*last);
  EXPECT_TRUE(whole);
  EXPECT_TRUE(in_order);
  EXPECT_EQ(newest, published);
  EXPECT_EQ(mailbox.take(), nullptr);
}

TEST(DrummerThreads, AudioKnobsAndProjectsAtTheSameTime) {
  Drummer drummer(std::as_bytes(std::span(test::groove_bytes())));
  drummer.activate(48'000.0);
  std::atomic<bool> ends = false;
  const auto until_the_end = [&](const auto& work) {
    return std::thread([&ends, work] {
      for (int i = 0; !ends; ++i) work(i);
    });
  };
  test::FakeHost host;
  const auto process = [&](int frames, const Transport& transport, MidiSink& sink) { drummer.process(frames, transport, sink); };
  std::thread audio = until_the_end([&](int) { host.play({{.frames = 48'000, .to_bar = 0}}, 64, process); });
  std::thread knobs = until_the_end([&](int i) {
    drummer.set(Parameter::seed, static_cast<float>(i % 100));
    drummer.set(Parameter::new_groove, static_cast<float>(i % 2));
    drummer.set(Parameter::swing, static_cast<float>(i % 100));
    EXPECT_GE(drummer.get(Parameter::seed), 0.0F);
    static_cast<void>(drummer.status());
    std::this_thread::yield();
  });
  std::thread face = until_the_end([&](int) {
    static_cast<void>(drummer.message());
    static_cast<void>(drummer.bank());
    std::this_thread::yield();
  });
  const std::string model = std::string(test::data_folder) + "/../../models/hier-groove_4bar_lookback.safetensors";
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(drummer.restore(drummer.state()));
    drummer.use_model(i % 2 == 0 ? model : "/no/such/model.safetensors");
    drummer.settle();
  }
  ends = true;
  audio.join();
  knobs.join();
  face.join();
  host.play({{.frames = 1, .playing = false}}, 64, process);
  EXPECT_EQ(host.hung(), 0);
  EXPECT_GT(host.events().size(), 0U);
}

}  // namespace
}  // namespace musicvae::drummer
