// The modes that listen: what the host plays comes back with a feel, or as drums.
#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "drummer.hpp"
#include "drummer/fake_host.hpp"
#include "musicvae/engine/tasks.hpp"
#include "musicvae/sequence/drum_notes.hpp"

namespace musicvae::drummer {
namespace {

using test::FakeHost;
using test::PlayedEvent;
using test::SentHit;

constexpr std::int64_t kBar = 96'000;  // frames, at 120 and 48 kHz
constexpr std::int64_t kStep = 6'000;
constexpr std::int64_t kFramesPerTick = 50;  // of 480 per quarter

ListeningModels both_models() {
  return {test::shipped_model("humanize"), test::shipped_model("tap2drum")};
}

// Two bars that no machine would play; one hit is on no drum.
std::vector<SentHit> two_bars() {
  std::vector<SentHit> hits;
  for (int step = 0; step < 32; step += 2) hits.push_back({step * kStep + (step % 3) * 500 - (step > 0 ? 400 : 0), 42, 60 + step});
  for (int beat = 0; beat < 8; ++beat) hits.push_back({beat * 4 * kStep + 300, beat % 2 == 0 ? 36 : 40, 110});
  hits.push_back({5 * kStep, 1, 90});
  std::stable_sort(hits.begin(), hits.end(), [](const SentHit& a, const SentHit& b) { return a.frame < b.frame; });
  return hits;
}

// The same hits, `rounds` times.
std::vector<SentHit> repeated(const std::vector<SentHit>& hits, int rounds, std::int64_t length) {
  std::vector<SentHit> all;
  for (int round = 0; round < rounds; ++round) {
    for (SentHit hit : hits) {
      hit.frame += round * length;
      all.push_back(hit);
    }
  }
  return all;
}

// How the library quantises them.
DrumSequence quantised(const std::vector<SentHit>& hits, int bars) {
  NoteSequence notes;
  notes.tempo_map = TempoMap(480, {Tempo::from_qpm(120.0)});
  for (const SentHit& hit : hits) {
    const Ticks at{hit.frame / kFramesPerTick};
    notes.notes.push_back({.pitch = hit.pitch, .velocity = hit.velocity, .start = at, .end = at + Ticks{10}});
  }
  notes.end = Ticks{bars * 1920};
  return from_notes(notes, DrumMap::standard(), {}, bars).sequence;
}

void expect_same_input(const DrumSequence& heard, const DrumSequence& expected) {
  ASSERT_EQ(heard.steps(), expected.steps());
  for (int step = 0; step < heard.steps(); ++step) {
    for (int d = 0; d < kDrums; ++d) {
      const Cell& a = heard.at(step, static_cast<Drum>(d));
      const Cell& b = expected.at(step, static_cast<Drum>(d));
      EXPECT_EQ(a.hit, b.hit) << step << " " << d;
      EXPECT_EQ(a.velocity, b.velocity) << step << " " << d;
      EXPECT_NEAR(a.offset, b.offset, 1e-6) << step << " " << d;
    }
  }
}

DrumSequence humanized(const DrumSequence& groove, std::uint64_t seed, std::uint64_t first = 0) {
  Sampler sampler(DrummerModel::from(test::shipped_model("humanize"), Mode::humanize)->model);
  return humanize(sampler, groove, {.temperature = 1.0F, .seed = seed, .first = first});
}

DrumSequence drums_of(const DrumSequence& taps, std::uint64_t seed) {
  Sampler sampler(DrummerModel::from(test::shipped_model("tap2drum"), Mode::follow)->model);
  return tap_to_drums(sampler, taps, {.temperature = 1.0F, .seed = seed});
}

// A drummer that listens, and its host.
struct Listening {
  Drummer drummer;
  FakeHost host;
  std::vector<SentHit> hits;
  std::int64_t now = 0;
  int block = 512;
  bool waits = false;  // for the worker after each block, as if blocks took their time

  explicit Listening(Mode mode, const ListeningModels& models = both_models())
      : drummer(test::shipped_model("hier-groove_4bar_lookback"), models) {
    drummer.set(Parameter::mode, static_cast<float>(mode));
    drummer.set(Parameter::seed, 7);
    drummer.activate(48'000.0);
  }

  // Plays on, or from a bar, and waits for what the worker makes of it.
  void play(std::int64_t frames, std::int64_t to_bar = -1, bool playing = true) {
    host.play({{.frames = frames, .playing = playing, .to_bar = to_bar}}, block,
              [&](int count, const Transport& transport, MidiSink& sink) {
                drummer.process(count, transport, sink, test::events_in(hits, now, count));
                now += count;
                if (waits) drummer.settle();
              });
    drummer.settle();
  }
  // A block of a stopped host ends the last bar.
  void stop() { play(1, -1, false); }

  Look look() {
    drummer.settle();
    Look result;
    while (!drummer.look(result)) {
    }
    return result;
  }
  DrumSequence groove() { return groove_of(look().bank.variations[0]); }
};

// The notes that a groove of two bars plays from `begin` on: frame, pitch and velocity.
std::vector<PlayedEvent> expected_notes(const DrumSequence& groove, std::int64_t begin) {
  std::vector<PlayedEvent> notes;
  const DrumMap map = DrumMap::roland();
  for (int step = 0; step < groove.steps(); ++step) {
    for (int d = 0; d < kDrums; ++d) {
      const Cell& cell = groove.at(step, static_cast<Drum>(d));
      if (!cell.hit) continue;
      const double at = static_cast<double>(begin) + (step + 0.5 * static_cast<double>(cell.offset)) * static_cast<double>(kStep);
      notes.push_back({static_cast<std::int64_t>(std::floor(at + 0.5)),
                       {0x99, static_cast<std::uint8_t>(map.pitch(static_cast<Drum>(d))),
                        static_cast<std::uint8_t>(std::max(1, detail::midi_velocity(cell.velocity)))}});
    }
  }
  return notes;
}

void sort(std::vector<PlayedEvent>& events) {
  std::sort(events.begin(), events.end(),
            [](const PlayedEvent& a, const PlayedEvent& b) { return std::pair(a.frame, a.bytes) < std::pair(b.frame, b.bytes); });
}

TEST(DrummerListens, HumanisesTheBarsThatWerePlayedAsTheLibraryDoes) {
  Listening listening(Mode::humanize);
  EXPECT_EQ(listening.drummer.status(), Status::listening);
  listening.hits = repeated(two_bars(), 3, 2 * kBar);
  for (int bar = 0; bar < 4; ++bar) listening.play(kBar);  // what is learned of a bar plays from the bar after the next on
  const DrumSequence input = quantised(two_bars(), 2);
  expect_same_input(listening.look().input, input);
  const DrumSequence expected = humanized(input, 7);
  EXPECT_EQ(listening.groove(), expected);
  EXPECT_EQ(listening.drummer.status(), Status::ready);
  for (int step = 0; step < 32; ++step) {
    for (int d = 0; d < kDrums; ++d) {
      EXPECT_EQ(expected.at(step, static_cast<Drum>(d)).hit, input.at(step, static_cast<Drum>(d)).hit);
    }
  }

  // It is what is played in the next round.
  const std::size_t before = listening.host.note_ons().size();
  listening.play(2 * kBar);
  std::vector<PlayedEvent> played = listening.host.note_ons();
  played.erase(played.begin(), played.begin() + static_cast<std::ptrdiff_t>(before));
  std::vector<PlayedEvent> notes = expected_notes(expected, 4 * kBar);
  // Hits that are early for the first step of a round are played in the round before.
  const auto outside = [](const PlayedEvent& note) { return note.frame < 4 * kBar || note.frame >= 6 * kBar - kStep / 2; };
  std::erase_if(notes, outside);
  std::erase_if(played, outside);
  sort(notes);
  sort(played);
  EXPECT_EQ(played, notes);
  listening.stop();
  EXPECT_EQ(listening.host.hung(), 0);
}

TEST(DrummerListens, MakesDrumsOfTapsOnAnyKeyAsTheLibraryDoes) {
  Listening listening(Mode::follow);
  std::vector<SentHit> taps;
  for (const int step : {0, 3, 6, 10, 12, 16, 19, 22, 26, 28, 30}) taps.push_back({step * kStep + 350, 100, 100});
  listening.hits = taps;
  listening.play(2 * kBar);
  listening.stop();
  EXPECT_EQ(listening.look().input.hits(), static_cast<int>(taps.size()));
  std::vector<SentHit> on_snare = taps;
  for (SentHit& tap : on_snare) tap.pitch = 38;
  expect_same_input(listening.look().input, quantised(on_snare, 2));
  const DrumSequence expected = drums_of(listening.look().input, 7);
  EXPECT_GT(expected.hits(), 0);
  EXPECT_EQ(listening.groove(), expected);
}

TEST(DrummerListens, NewGrooveAndVariationsAreOtherFeels) {
  Listening listening(Mode::humanize);
  listening.hits = two_bars();
  listening.play(2 * kBar);
  listening.stop();
  const DrumSequence input = listening.look().input;
  const Bank bank = listening.look().bank;
  for (std::size_t i = 0; i < kVariations; ++i) EXPECT_EQ(groove_of(bank.variations[i]), humanized(input, 7, i)) << i;
  EXPECT_NE(groove_of(bank.variations[1]), groove_of(bank.variations[0]));
  EXPECT_EQ(bank.fill.steps, 0);
  listening.drummer.set(Parameter::new_groove, 1);
  EXPECT_EQ(listening.groove(), humanized(input, 7, kVariations));
  listening.drummer.set(Parameter::seed, 8);
  EXPECT_EQ(listening.groove(), humanized(input, 8));
}

TEST(DrummerListens, TheFirstRoundIsHeardAtOnce) {
  Listening listening(Mode::humanize);
  listening.hits = {{1000, 36, 77}, {kStep, 40, 50}, {kStep + 1, 1, 99}, {kBar - 10, 36, 100}};
  listening.play(kBar);
  const std::vector<PlayedEvent> expected = {{1000, {0x99, 36, 77}}, {kStep, {0x99, 38, 50}}, {kBar - 10, {0x99, 36, 100}}};
  EXPECT_EQ(listening.host.note_ons(), expected);  // pitch 1 is on no drum
  listening.stop();
  EXPECT_EQ(listening.host.hung(), 0);
}

TEST(DrummerListens, AHitJustBeforeTheLoopsEndBelongsToItsFirstStep) {
  Listening listening(Mode::humanize);
  listening.hits = {{4 * kStep, 38, 100}, {2 * kBar - 1200, 36, 100}, {2 * kBar + 4 * kStep, 38, 100}};
  listening.play(2 * kBar, /*to_bar=*/4);
  listening.play(2 * kBar, /*to_bar=*/4);
  listening.stop();
  const DrumSequence input = listening.look().input;
  EXPECT_EQ(input.hits(), 2);
  ASSERT_TRUE(input.at(0, Drum::kick).hit);
  EXPECT_NEAR(input.at(0, Drum::kick).offset, -0.4F, 1e-5);
}

TEST(DrummerListens, ASilentBarKeepsWhatWasHeardAndAHitReplacesIt) {
  Listening listening(Mode::humanize);
  listening.hits = {{0, 36, 100}, {8 * kStep, 38, 100}, {kBar, 42, 100}};
  listening.play(4 * kBar);
  EXPECT_EQ(listening.look().input.hits(), 3);
  listening.hits = {{5 * kBar + 2 * kStep, 46, 90}};
  listening.play(2 * kBar);
  listening.stop();
  const DrumSequence input = listening.look().input;
  EXPECT_EQ(input.hits(), 3);
  EXPECT_TRUE(input.at(8, Drum::snare).hit);
  EXPECT_FALSE(input.at(16, Drum::closed_hihat).hit);
  EXPECT_TRUE(input.at(18, Drum::open_hihat).hit);

  listening.drummer.set(Parameter::clear_input, 1);
  EXPECT_EQ(listening.look().input.hits(), 0);
  EXPECT_EQ(listening.groove(), DrumSequence(32));
  EXPECT_EQ(listening.drummer.status(), Status::listening);
}

TEST(DrummerListens, LockKeepsThePatternAndNothingIsHeardMeanwhile) {
  Listening listening(Mode::humanize);
  listening.hits = two_bars();
  listening.play(2 * kBar);
  listening.stop();
  const DrumSequence before = listening.groove();
  listening.drummer.set(Parameter::lock, 1);
  listening.hits = {{2 * kBar + 1 + 3 * kStep, 49, 100}};
  listening.play(2 * kBar, 0);
  listening.stop();
  listening.drummer.set(Parameter::clear_input, 1);
  EXPECT_EQ(listening.groove(), before);
  listening.drummer.set(Parameter::lock, 0);
  EXPECT_EQ(listening.groove(), before);
}

TEST(DrummerListens, TheSameInputGivesTheSameNotesInBlocksOfAnySize) {
  std::vector<PlayedEvent> expected;
  for (const int block : {1024, 1, 37, 8192}) {
    Listening listening(Mode::humanize);
    listening.block = block;
    listening.waits = true;
    listening.hits = repeated(two_bars(), 2, 2 * kBar);
    listening.play(2 * kBar, 0);
    listening.stop();
    listening.hits.clear();
    listening.play(2 * kBar, 0);
    listening.stop();
    if (expected.empty()) expected = listening.host.events();
    EXPECT_GT(expected.size(), 80U);
    EXPECT_EQ(listening.host.events(), expected) << block;
    EXPECT_TRUE(listening.host.in_order());
    EXPECT_EQ(listening.host.hung(), 0);
  }
}

TEST(DrummerListens, AProjectPlaysTheSameAndListensOn) {
  Listening first(Mode::humanize);
  first.hits = two_bars();
  first.play(2 * kBar);
  first.stop();
  first.drummer.set(Parameter::new_groove, 1);
  const std::string state = first.drummer.state();
  for (const bool with_models : {true, false}) {
    Listening second(Mode::groove, with_models ? both_models() : ListeningModels{});
    ASSERT_TRUE(second.drummer.restore(state));
    EXPECT_EQ(second.groove(), first.groove());
    expect_same_input(second.look().input, first.look().input);
    EXPECT_EQ(second.drummer.state(), state);
  }
  Listening second(Mode::groove);
  ASSERT_TRUE(second.drummer.restore(state));
  second.hits = {{kBar + kStep, 49, 100}};  // the second bar anew; the first is as it was saved
  second.play(2 * kBar, 0);
  second.stop();
  EXPECT_TRUE(second.look().input.at(17, Drum::crash).hit);
  EXPECT_EQ(second.look().input.slice(0, 16), first.look().input.slice(0, 16));
  second.drummer.set(Parameter::mode, 0);
  Sampler sampler(DrummerModel::from(test::shipped_model("hier-groove_4bar_lookback"))->model);
  EXPECT_EQ(second.groove(), sampler.sample({.n = 1, .decode = {.seed = 7, .first = 1}}).front());
}

TEST(DrummerListens, WithoutItsModelAModeSaysSoAndThePatternStays) {
  Listening listening(Mode::groove, {});
  const DrumSequence before = listening.groove();
  listening.drummer.set(Parameter::mode, 2);
  EXPECT_EQ(listening.groove(), before);
  EXPECT_EQ(listening.drummer.status(), Status::model_missing);
  EXPECT_EQ(listening.drummer.message(), "no model for the mode \"follow taps\"; choose another mode");
  Listening foreign(Mode::humanize, {test::shipped_model("tap2drum"), {}});
  EXPECT_NE(foreign.drummer.message().find("choose humanize"), std::string::npos) << foreign.drummer.message();
}

TEST(DrummerListens, OneBarAndFourBarsAndOtherMeters) {
  Listening listening(Mode::humanize);
  listening.drummer.set(Parameter::input_bars, 1);
  listening.hits = {{4 * kStep, 38, 100}};
  listening.play(kBar);
  listening.stop();
  EXPECT_EQ(listening.look().input.steps(), 16);
  EXPECT_EQ(listening.groove(), humanized(listening.look().input, 7));
  listening.drummer.set(Parameter::input_bars, 4);
  EXPECT_EQ(listening.groove().steps(), 64);
  EXPECT_EQ(listening.look().input.hits(), 1);

  // 7/8: a hit late in the bar is early for the next one.
  Listening seven(Mode::humanize);
  seven.host.play({{.frames = 14 * kStep, .beats_per_bar = 7, .beat_unit = 8}, {.frames = 14 * kStep, .beats_per_bar = 7, .beat_unit = 8}},
                  500, [&](int count, const Transport& transport, MidiSink& sink) {
                    seven.drummer.process(count, transport, sink, test::events_in({{14 * kStep - 100, 36, 90}}, seven.now, count));
                    seven.now += count;
                  });
  seven.stop();
  EXPECT_TRUE(seven.look().input.at(16, Drum::kick).hit);
  EXPECT_EQ(seven.look().input.hits(), 1);
}

// For ThreadSanitizer too: the audio thread listens while the user interface looks, turns, exports and saves.
TEST(DrummerListens, WhileTheFaceLooksAndTheProjectIsSaved) {
  Listening listening(Mode::humanize);
  listening.drummer.use_folder(testing::TempDir() + "drummer-threads");
  std::atomic<bool> ends = false;
  std::thread audio([&] {
    std::int64_t now = 0;
    FakeHost host;
    const FakeHost::Process process = [&](int count, const Transport& transport, MidiSink& sink) {
      listening.drummer.process(count, transport, sink, test::events_in(two_bars(), now % (2 * kBar), count));
      now += count;
    };
    while (!ends) host.play({{.frames = 2 * kBar, .to_bar = 0}}, 500, process);
    host.play({{.frames = 1, .playing = false}}, 500, process);
    EXPECT_EQ(host.hung(), 0);
  });
  Look look;
  int looks = 0;
  for (int i = 0; i < 30; ++i) {
    listening.drummer.set(Parameter::mode, static_cast<float>(i % 3));
    if (i % 10 == 0) listening.drummer.set(Parameter::export_groove, static_cast<float>(i / 10 % 2));
    if (i % 7 == 0) {
      EXPECT_TRUE(listening.drummer.restore(listening.drummer.state()));
    }
    listening.drummer.settle();
    looks += listening.drummer.look(look) ? 1 : 0;
    static_cast<void>(listening.drummer.head());
  }
  ends = true;
  audio.join();
  EXPECT_GT(looks, 0);
  std::filesystem::remove_all(testing::TempDir() + "drummer-threads");
}

TEST(DrummerListens, HeadIsWhereItPlays) {
  Listening listening(Mode::groove);
  EXPECT_FALSE(listening.drummer.head().playing);
  listening.play(kBar + 4 * kStep, 0);
  const Head head = listening.drummer.head();
  EXPECT_TRUE(head.playing);
  EXPECT_NEAR(head.step, 20.0, 0.01);
  EXPECT_EQ(head.pattern, 0);
  listening.drummer.set(Parameter::fill_every, 2);
  listening.play(kStep);
  EXPECT_EQ(listening.drummer.head().pattern, kVariations);
  EXPECT_NEAR(listening.drummer.head().step, 48.0 + 5.0, 0.01);  // a fill is the last bar
  listening.stop();
  EXPECT_FALSE(listening.drummer.head().playing);
}

}  // namespace
}  // namespace musicvae::drummer
