// The built LV2 in a small host of ours plays the transport script, and hears notes.
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "drummer/lv2_host.hpp"
#include "drummer/stopwatch.hpp"

namespace musicvae::test {
namespace {

// A host with the script's settings. A host cannot see when the worker is done; activating waits for it.
std::unique_ptr<Lv2Host> ready_host() {
  auto host = std::make_unique<Lv2Host>();
  host->control("seed") = kScriptSeed;
  host->control("fill_every") = 4;
  FakeHost nothing;
  host->activate();
  host->process(0, {}, nothing);  // hands on the controls
  host->process(1, {}, nothing);
  host->deactivate();
  host->activate();
  return host;
}

TEST(DrummerLv2, PlaysWhatTheCorePlays) {
  const std::vector<PlayedEvent> expected = script_events();
  EXPECT_GT(expected.size(), 100U);
  EXPECT_EQ(ready_host()->play(), expected);
}

TEST(DrummerLv2, PlaysTheSameForAHostThatTellsOnlyJumps) {
  EXPECT_EQ(ready_host()->play(/*always=*/false), script_events());
}

TEST(DrummerLv2, NeedsLittleOfTheTime) {
  constexpr double minute = 60.0;
  const std::unique_ptr<Lv2Host> host = ready_host();
  FakeHost fake(kScriptRate);
  const Stopwatch watch;
  fake.play({{.frames = static_cast<std::int64_t>(minute * kScriptRate)}}, 64,
            [&](int frames, const drummer::Transport& transport, drummer::MidiSink& sink) { host->process(frames, transport, sink); });
  const double percent = 0.1 * watch.processor_milliseconds() / minute;
  std::printf("a minute in blocks of 64 frames, with the host: %.2f %% of the time\n", percent);
  EXPECT_GT(fake.events().size(), 100U);
  EXPECT_LT(percent, 2.0);
}

TEST(DrummerLv2, OpensAndPlaysTheFirstNoteInAMoment) {
  expect_first_note_in_a_moment<Lv2Host>([](Lv2Host& host) { host.activate(); });
}

TEST(DrummerLv2, AProjectOpensAsItWasSaved) {
  const std::unique_ptr<Lv2Host> first = ready_host();
  const auto state = first->save();
  ASSERT_NE(state, nullptr);
  Lv2Host second;
  second.restore(state.get());
  second.restore(state.get());
  EXPECT_EQ(second.control("seed"), kScriptSeed);
  second.activate();
  EXPECT_EQ(second.play(), script_events());
  EXPECT_EQ(second.control("status"), 0.0F);
}

TEST(DrummerLv2, HearsWhatTheHostPlays) {
  for (const drummer::Mode mode : {drummer::Mode::humanize, drummer::Mode::follow}) {
    const std::unique_ptr<Lv2Host> host = ready_host();
    host->control("fill_every") = 0;
    host->control("mode") = static_cast<float>(mode);
    FakeHost nothing;
    host->process(1, {}, nothing);
    const std::vector<PlayedEvent> expected = core_answer(mode);
    EXPECT_GT(expected.size(), 20U);
    const std::vector<PlayedEvent> answer =
        answer_to_hits([&](int frames, const drummer::Transport& transport, drummer::MidiSink& sink,
                           std::span<const drummer::MidiEvent> input) { host->process(frames, transport, sink, input); },
                       [&] {
                         host->deactivate();
                         host->activate();
                       });
    EXPECT_EQ(answer, expected);
  }
}

// Where the host has a worker, it may choose the folder for exported files.
TEST(DrummerLv2, AHostChoosesTheFolder) {
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "drummer-lv2";
  std::filesystem::remove_all(folder);
  Lv2Host host(/*has_worker=*/true);
  host.activate();
  FakeHost nothing;
  host.set_text("folder", folder.string());
  host.process(1, {}, nothing);
  host.control("export") = 1.0F;
  host.process(1, {}, nothing);
  host.deactivate();
  host.activate();  // waits for the export
  EXPECT_TRUE(std::filesystem::exists(folder / "groove-0-0.mid"));
}

}  // namespace
}  // namespace musicvae::test
