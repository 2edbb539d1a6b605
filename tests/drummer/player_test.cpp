#include "player.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <thread>
#include <vector>

#include "drummer/fake_host.hpp"

namespace musicvae::drummer {
namespace {

using test::FakeHost;
using test::PlayedEvent;
using test::ScriptEntry;

constexpr int kKick = 36;
constexpr double kRate = 48'000.0;
constexpr std::int64_t kBar = 96'000;  // frames, at 120
constexpr std::int64_t kStep = 6'000;

// A player with a bank.
struct Played {
  Mailbox<Bank> banks;
  Player player{banks};
  Feel feel;

  explicit Played(const DrumSequence& groove) { give(groove); }
  void give(const DrumSequence& groove) {
    Bank& bank = banks.back();
    bank.variations.fill(pattern_of(groove));
    bank.fill = pattern_of(groove);
    for (int d = 0; d < kDrums; ++d) bank.pitches[static_cast<std::size_t>(d)] = static_cast<std::uint8_t>(kKick + d);
    banks.publish();
    player.prepare(kRate);
  }
  FakeHost::Process process() {
    return [this](int frames, const Transport& transport, MidiSink& sink) { player.process(frames, transport, feel, sink); };
  }
  FakeHost play(const std::vector<ScriptEntry>& script, int block = 256) {
    FakeHost host(kRate);
    host.play(script, block, process());
    return host;
  }
};

// A groove in which every cell of each second step has a hit, at any place in the cell.
DrumSequence busy_groove(int seed) {
  std::mt19937 random(static_cast<unsigned>(seed));
  DrumSequence groove(64);
  for (int step = 0; step < 64; ++step) {
    for (int d = 0; d < kDrums; ++d) {
      if (random() % 2 == 0) continue;
      groove.set(step, static_cast<Drum>(d), static_cast<float>(random() % 128) / 127.0F,
                 static_cast<float>(random() % 201) / 100.0F - 1.0F);
    }
  }
  return groove;
}

DrumSequence kicks(std::initializer_list<std::pair<int, float>> hits, int steps = 16) {
  DrumSequence groove(steps);
  for (const auto& [step, offset] : hits) groove.set(step, Drum::kick, 0.8F, offset);
  return groove;
}

std::vector<std::int64_t> frames_of(const std::vector<PlayedEvent>& events) {
  std::vector<std::int64_t> frames;
  for (const PlayedEvent& event : events) frames.push_back(event.frame);
  return frames;
}

using Frames = std::vector<std::int64_t>;

TEST(DrummerPlayer, HitsAreAtTheirFrames) {
  Played played(kicks({{1, 0.0F}, {2, -0.5F}, {4, 1.0F}, {15, 0.25F}}));
  const FakeHost host = played.play({{.frames = kBar}});
  EXPECT_EQ(frames_of(host.note_ons()), (Frames{kStep, 2 * kStep - kStep / 4, 4 * kStep + kStep / 2, 15 * kStep + kStep / 8}));
  EXPECT_EQ(host.note_ons()[0].bytes, (std::array<std::uint8_t, 3>{0x99, kKick, 102}));
}

TEST(DrummerPlayer, ANoteLastsOneStepAndEndsBeforeTheNext) {
  Played played(kicks({{0, 0.0F}, {1, -1.0F}}));
  const FakeHost host = played.play({{.frames = kBar / 2}});
  ASSERT_EQ(host.events().size(), 4U);
  EXPECT_EQ(frames_of(host.events()), (Frames{0, kStep / 2, kStep / 2, kStep / 2 + kStep}));
  EXPECT_FALSE(host.events()[1].on());
  EXPECT_TRUE(host.events()[2].on());
}

TEST(DrummerPlayer, AnEarlyHitIsEarlyAndOneAtTheStartIsAtOnce) {
  Played played(kicks({{0, -1.0F}}));
  const FakeHost host = played.play({{.frames = 2 * kBar}});
  EXPECT_EQ(frames_of(host.note_ons()), (Frames{0, kBar - kStep / 2, 2 * kBar - kStep / 2}));
}

TEST(DrummerPlayer, ALoopHitsItsEarlyDownbeatOnce) {
  Played played(kicks({{0, -0.5F}, {8, 0.0F}}));
  std::vector<ScriptEntry> loop(4, {.frames = kBar, .to_bar = 0});
  const FakeHost host = played.play(loop);
  EXPECT_EQ(frames_of(host.note_ons()), (Frames{0, kBar / 2, kBar - kStep / 4, kBar + kBar / 2, 2 * kBar - kStep / 4, 2 * kBar + kBar / 2,
                                                3 * kBar - kStep / 4, 3 * kBar + kBar / 2, 4 * kBar - kStep / 4}));
  EXPECT_EQ(host.hung(), 1);  // the last one still sounds
}

TEST(DrummerPlayer, AJumpSkipsWhatLiesBetween) {
  Played played(kicks({{0, 0.0F}, {4, 0.0F}, {8, 0.0F}}));
  const FakeHost host =
      played.play({{.frames = kStep * 2}, {.frames = kStep * 4, .to_bar = 5, .to_quarter = 1.75}, {.frames = kStep, .playing = false}});
  EXPECT_EQ(frames_of(host.note_ons()), (Frames{0, 2 * kStep + kStep}));
  EXPECT_EQ(host.hung(), 0);
}

TEST(DrummerPlayer, StoppingEndsAllNotesAtOnce) {
  Played played(busy_groove(1));
  const FakeHost host = played.play({{.frames = kBar + kStep / 2}, {.frames = 64, .playing = false}});
  EXPECT_EQ(host.hung(), 0);
  EXPECT_EQ(host.events().back().frame, kBar + kStep / 2);
  EXPECT_FALSE(played.player.sounding());
}

class DrummerBlocks : public testing::TestWithParam<int> {};

// A script with all that a host does; each entry begins a block.
std::vector<ScriptEntry> long_script() {
  std::vector<ScriptEntry> script = {{.frames = 3 * kBar + 17}, {.frames = 100, .playing = false}};
  for (const double tempo : {1.0, 33.3, 120.0, 174.5, 999.0}) script.push_back({.frames = 50'000, .tempo = tempo});
  for (int loop = 0; loop < 3; ++loop) script.push_back({.frames = kBar, .to_bar = 2});
  script.push_back({.frames = 70'001, .beats_per_bar = 3, .to_bar = 7, .to_quarter = 0.3});
  script.push_back({.frames = 90'000, .tempo = 140, .beats_per_bar = 7, .beat_unit = 8, .to_bar = 9});
  script.push_back({.frames = 30'000, .tempo = 999, .beats_per_bar = 1, .beat_unit = 64, .to_bar = 9});
  script.push_back({.frames = 1, .playing = false});
  return script;
}

TEST_P(DrummerBlocks, TheBytesDoNotDependOnTheBlocks) {
  Played in_one(busy_groove(2));
  Played in_parts(busy_groove(2));
  const FakeHost expected = in_one.play(long_script(), 1'000'000);
  const FakeHost host = in_parts.play(long_script(), GetParam());
  EXPECT_GT(expected.events().size(), 1000U);
  EXPECT_EQ(host.events(), expected.events());
  EXPECT_TRUE(host.in_order());
  EXPECT_EQ(host.hung(), 0);
}

INSTANTIATE_TEST_SUITE_P(Sizes, DrummerBlocks, testing::Values(1, 2, 31, 64, 441, 1024, 8192), testing::PrintToStringParamName());

class DrummerTempo : public testing::TestWithParam<double> {};

TEST_P(DrummerTempo, EveryHitIsPlayedOnceAndWhereItIs) {
  const DrumSequence groove = busy_groove(3);
  Played played(groove);
  const double frames_per_step = kRate * 15.0 / GetParam();
  // The early hits of the next round are played too, so the end is half a step before.
  const FakeHost host = played.play({{.frames = static_cast<std::int64_t>(63.5 * frames_per_step) - 1, .tempo = GetParam()}}, 8192);
  std::size_t next = 0;
  std::vector<std::pair<std::int64_t, int>> expected;
  for (int step = 0; step < 64; ++step) {
    for (int d = 0; d < kDrums; ++d) {
      const Cell& cell = groove.at(step, static_cast<Drum>(d));
      if (!cell.hit) continue;
      const double at = (step + 0.5 * static_cast<double>(cell.offset)) * frames_per_step;
      expected.emplace_back(std::max<std::int64_t>(0, static_cast<std::int64_t>(std::floor(at + 0.5))), kKick + d);
    }
  }
  std::sort(expected.begin(), expected.end());
  for (const PlayedEvent& event : host.note_ons()) {
    ASSERT_LT(next, expected.size());
    EXPECT_LE(std::abs(event.frame - expected[next].first), 1);  // a host's position has rounding errors
    ++next;
  }
  EXPECT_GE(next, expected.size() - kDrums);  // those of the last step may come later
}

INSTANTIATE_TEST_SUITE_P(Tempos, DrummerTempo, testing::Values(1.0, 60.0, 119.97, 300.0, 999.0),
                         [](const auto& test) { return std::to_string(static_cast<int>(test.param)); });

TEST(DrummerPlayer, ATempoThatChangesInEachBlockLosesNothing) {
  Played played(kicks({{0, -0.9F}, {3, 0.9F}, {6, 0.0F}, {11, -0.4F}}));
  std::vector<ScriptEntry> script;
  double quarters = 0.0;
  for (int i = 0; quarters < 40.0; ++i) {
    const double tempo = 120.0 + 60.0 * std::sin(0.05 * i);
    script.push_back({.frames = 441, .tempo = tempo});
    quarters += 441 * tempo / 60.0 / kRate;
  }
  const FakeHost host = played.play(script);
  EXPECT_EQ(host.note_ons().size(), 41U);  // ten bars, and the early hit of the next
}

TEST(DrummerPlayer, PositionsRoundedToTicksMoveNothing) {
  Played exact(busy_groove(4));
  Played rounded(busy_groove(4));
  const FakeHost expected = exact.play({{.frames = 4 * kBar}});
  FakeHost host(kRate);
  host.play({{.frames = 4 * kBar}}, 256, [&](int frames, Transport transport, MidiSink& sink) {
    transport.quarter = std::floor(transport.quarter * 480.0) / 480.0;
    rounded.process()(frames, transport, sink);
  });
  EXPECT_EQ(host.events(), expected.events());
}

TEST(DrummerPlayer, WithoutAPositionItPlaysFromTheFirstBar) {
  Played played(busy_groove(5));
  Played without(busy_groove(5));
  const FakeHost expected = played.play({{.frames = 6 * kBar}});
  FakeHost host(kRate);
  host.play({{.frames = 6 * kBar}}, 100,
            [&](int frames, const Transport&, MidiSink& sink) { without.process()(frames, {.playing = true, .tempo = 120.0}, sink); });
  EXPECT_EQ(host.events(), expected.events());
}

TEST(DrummerPlayer, ABarOfAnotherMeterBeginsWithTheBarOfThePattern) {
  Played played(kicks({{0, 0.0F}, {13, 0.0F}}));
  const FakeHost host = played.play({{.frames = kBar * 3 / 2, .beats_per_bar = 3}, {.frames = kBar * 5 / 4, .beats_per_bar = 5}});
  // Two bars of 3/4 leave out step 13; a bar of 5/4 begins the pattern's bar again for its last four steps.
  EXPECT_EQ(frames_of(host.note_ons()), (Frames{0, 12 * kStep, 24 * kStep, 37 * kStep, 40 * kStep}));
}

TEST(DrummerPlayer, ANewBankBeginsWithABar) {
  Played played(kicks({{4, 0.0F}}));
  FakeHost host(kRate);
  const auto give = [&] {
    Bank& bank = played.banks.back();
    bank.variations.fill(pattern_of(kicks({{8, 0.0F}})));
    bank.pitches.fill(50);
    played.banks.publish();
  };
  host.play({{.frames = kStep}, {.frames = 2 * kBar - kStep, .before = give}}, 64, played.process());
  EXPECT_EQ(frames_of(host.note_ons()), (Frames{4 * kStep, kBar + 8 * kStep}));
  EXPECT_EQ(host.note_ons()[1].bytes[1], 50);
  EXPECT_EQ(host.hung(), 0);
}

TEST(DrummerPlayer, FeelScalesTimingAndVelocity) {
  DrumSequence groove(16);
  groove.set(4, Drum::kick, 0.4F, 0.5F);
  groove.set(8, Drum::kick, 0.8F, -0.5F);
  const auto play = [&](float timing, float velocity) {
    Played played(groove);
    played.feel.timing = timing;
    played.feel.velocity = velocity;
    return played.play({{.frames = kBar}}).note_ons();
  };
  EXPECT_EQ(frames_of(play(0.0F, 1.0F)), (Frames{4 * kStep, 8 * kStep}));
  EXPECT_EQ(frames_of(play(1.5F, 1.0F)), (Frames{4 * kStep + kStep * 3 / 8, 8 * kStep - kStep * 3 / 8}));
  EXPECT_EQ(play(1.0F, 0.0F)[0].bytes[2], 76);  // both 0.6
  EXPECT_EQ(play(1.0F, 0.0F)[1].bytes[2], 76);
  EXPECT_EQ(play(1.0F, 1.0F)[0].bytes[2], 51);
  EXPECT_EQ(play(1.0F, 1.5F)[0].bytes[2], 38);
}

TEST(DrummerPlayer, SwingDelaysEverySecond16th) {
  Played played(kicks({{0, 0.0F}, {1, 0.0F}, {2, 0.0F}, {3, 0.9F}}));
  played.feel.swing = 1.0F;
  EXPECT_EQ(frames_of(played.play({{.frames = kBar / 2}}).note_ons()), (Frames{0, kStep + kStep / 3, 2 * kStep, 3 * kStep + kStep / 2}));
}

TEST(DrummerPlayer, ALevelKeepsTheLoudestHitsOfADrum) {
  DrumSequence groove(16);
  for (int i = 0; i < 4; ++i) groove.set(4 * i, Drum::kick, 0.2F * static_cast<float>(i + 1));
  groove.set(2, Drum::snare);
  for (const auto& [level, hits] : {std::pair(0.0F, 1U), std::pair(0.5F, 3U), std::pair(1.0F, 5U)}) {
    Played played(groove);
    played.feel.level[0] = level;
    EXPECT_EQ(played.play({{.frames = kBar - kStep}}).note_ons().size(), hits) << level;
  }
}

TEST(DrummerPlayer, FillsAndVariationsComeEveryNBars) {
  Played played(kicks({{0, 0.0F}}));
  Bank& bank = played.banks.back();
  bank.pitches.fill(60);
  for (int i = 0; i < kVariations; ++i) bank.variations[static_cast<std::size_t>(i)] = pattern_of(kicks({{i + 1, 0.0F}}));
  bank.fill = pattern_of(kicks({{16 + 8, 0.0F}}, 32));  // its last bar counts
  played.banks.publish();
  played.feel.fill_every = 4;
  played.feel.variation_every = 2;
  Frames steps;
  for (const PlayedEvent& event : played.play({{.frames = 10 * kBar}}).note_ons()) steps.push_back(event.frame % kBar / kStep);
  EXPECT_EQ(steps, (Frames{1, 1, 2, 8, 3, 3, 4, 8, 1, 1}));
}

// Whatever a host does, notes end, and events are inside their blocks and in order.
TEST(DrummerPlayer, NoHostLeavesANoteHanging) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::mt19937 random(seed);
    Played played(busy_groove(static_cast<int>(seed)));
    FakeHost host(kRate);
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    constexpr double inf = std::numeric_limits<double>::infinity();
    const std::array strange = {nan, inf, -inf, 0.0, -1.0, 1e300, 1e-300};
    const auto below = [&](unsigned long n) { return static_cast<double>(random() % n); };
    const auto one_of = [&](double usual) { return random() % 8 == 0 ? strange[random() % strange.size()] : usual; };
    if (seed % 4 == 3) host.room_per_block = random() % 5;  // the host's buffer is full
    for (int block = 0; block < 300; ++block) {
      const Transport transport{
          .playing = random() % 6 != 0,
          .has_position = random() % 9 != 0,
          .bar = random() % 50 == 0 ? std::numeric_limits<std::int64_t>::min() : static_cast<std::int64_t>(random() % 5),
          .quarter = one_of(below(400) / 100.0),
          .beats_per_bar = one_of(1.0 + below(7)),
          .beat_unit = one_of(1 << random() % 5),
          .tempo = one_of(1.0 + below(999))};
      host.block_of(static_cast<int>(random() % 5 == 0 ? random() % 8193 : random() % 129), transport, played.process());
      if (block % 40 == 0) played.banks.publish();
    }
    host.room_per_block = 100;
    host.block_of(1, {.playing = false}, played.process());
    ASSERT_EQ(host.hung(), 0) << seed;
    ASSERT_TRUE(host.in_order()) << seed;
  }
}

TEST(DrummerMailbox, TheReaderSeesWholeValuesAndTheNewestAtLast) {
  struct Value {
    std::array<int, 64> same{};
  };
  Mailbox<Value> mailbox;
  EXPECT_EQ(mailbox.take(), nullptr);
  constexpr int last = 200'000;
  std::thread writer([&] {
    for (int i = 1; i <= last; ++i) {
      mailbox.back().same.fill(i);
      mailbox.publish();
    }
  });
  int newest = 0;
  while (newest < last) {
    const Value* value = mailbox.take();
    if (value == nullptr) continue;
    for (const int each : value->same) ASSERT_EQ(each, value->same[0]);
    ASSERT_GT(value->same[0], newest);
    newest = value->same[0];
  }
  writer.join();
  EXPECT_EQ(mailbox.take(), nullptr);
}

}  // namespace
}  // namespace musicvae::drummer
