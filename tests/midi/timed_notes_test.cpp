// Conversion of notes from seconds to ticks.
#include "musicvae/midi/timed_notes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "musicvae/error.hpp"

namespace musicvae {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

/// The same notes in seconds, as a file reader would give them.
TimedNotes in_seconds(const NoteSequence& notes) {
  const TempoMap& map = notes.tempo_map;
  TimedNotes timed{.ticks_per_quarter = map.ticks_per_quarter(), .end = map.seconds(notes.end)};
  for (const Tempo& tempo : map.tempos()) timed.tempos.push_back({map.seconds(tempo.at), tempo.qpm()});
  for (const TimeSignature& m : notes.time_signatures) timed.time_signatures.push_back({map.seconds(m.at), m.numerator, m.denominator});
  for (const Note& n : notes.notes) {
    timed.notes.push_back({n.pitch, n.velocity, map.seconds(n.start), map.seconds(n.end), n.channel, n.program, n.track});
  }
  return timed;
}

TEST(TimedNotes, GiveTheTicksThatTheyCameFrom) {
  for (const int ticks_per_quarter : {24, 220, 480, 960, 32767}) {
    NoteSequence notes;
    std::vector<Tempo> tempos;
    for (int i = 0; i < 40; ++i) tempos.push_back({{i * 977}, static_cast<std::uint32_t>(300'000 + i * 12'347)});
    tempos.push_back(tempos.back());  // a tempo that occurs twice
    notes.tempo_map = TempoMap(ticks_per_quarter, tempos);
    notes.time_signatures = {{{0}, 4, 4}, {{1920}, 7, 8}};
    for (int i = -5; i < 5000; ++i) {
      notes.notes.push_back(
          {.pitch = 36 + (i & 15), .velocity = 1 + (i & 63), .start = {i * 17}, .end = {i * 17 + i % 7 + 7}, .track = i & 3});
    }
    notes.end = {5000 * 17 + 100};
    EXPECT_EQ(to_ticks(in_seconds(notes)), notes) << ticks_per_quarter;
  }
}

TEST(TimedNotes, AreSortedAndMended) {
  const NoteSequence notes = to_ticks({.tempos = {{{1.0}, 60.0}, {{0.0}, 120.0}},
                                       .time_signatures = {{{2.0}, 3, 4}, {{-1.0}, 4, 4}},
                                       .notes = {{.pitch = 36, .velocity = 100, .start = {2.0}, .end = {1.5}}}});
  EXPECT_EQ(notes.tempo_map.tempos(), (std::vector<Tempo>{{{0}, 500'000}, {{960}, 1'000'000}}));
  EXPECT_EQ(notes.time_signatures, (std::vector<TimeSignature>{{{0}, 4, 4}, {{1440}, 3, 4}}));
  EXPECT_EQ(notes.notes.front().start, Ticks{1440});
  EXPECT_EQ(notes.notes.front().end, Ticks{1440}) << "a note that ends before it starts has no length";
  EXPECT_EQ(notes.end, Ticks{1440}) << "the end of the last note";
}

TEST(TimedNotes, AreRefusedByName) {
  const auto refused = [](const std::function<void(TimedNotes&, TimedNote&)>& change, const std::string& message) {
    TimedNotes timed{.notes = {{.pitch = 36, .velocity = 100, .start = {0.0}, .end = {1.0}}, {}}};
    change(timed, timed.notes[1]);
    EXPECT_THAT([&] { (void)to_ticks(timed); }, ThrowsMessage<ArgumentError>(HasSubstr(message)));
  };
  refused([](auto&, TimedNote& n) { n.pitch = 128; }, "note 1's pitch is 128; use 0 to 127");
  refused([](auto&, TimedNote& n) { n.channel = 16; }, "note 1's channel is 16; use 0 to 15");
  refused([](auto&, TimedNote& n) { n.track = -1; }, "note 1's track is -1; use 0 to 65534");
  refused([](auto&, TimedNote& n) { n.start = {std::nan("")}; }, "note 1's start is nan s, out of the range of a MIDI file");
  refused([](auto&, TimedNote& n) { n.end = {1e8}; }, "note 1's end is 100000000.000000 s");
  refused([](TimedNotes& t, auto&) { t.ticks_per_quarter = 0; }, "ticks_per_quarter is 0; use 1 to 32767");
  refused([](TimedNotes& t, auto&) { t.tempos = {{{0.0}, 1.0}}; }, "use 3.6 to 60000000");
  refused([](TimedNotes& t, auto&) { t.tempos = {{{-1.0}, 120.0}}; }, "a tempo's time is -1.000000 s; use 0 or more");
  refused([](TimedNotes& t, auto&) { t.time_signatures = {{{0.0}, 4, 5}}; }, "denominator is 5; use a power of two");
  refused([](TimedNotes& t, auto&) { t.end = {HUGE_VAL}; }, "the end is inf s");
}

TEST(TimedNotes, InstrumentsShareTheChannelsThatAreNotDrums) {
  InstrumentPlaces places;
  EXPECT_EQ(places.place(0, 0, true).channel, 9);
  for (int i = 0; i < 30; ++i) {
    const int channel = places.place(1, i, false).channel;
    EXPECT_NE(channel, 9);
    EXPECT_EQ(channel, i % 15 < 9 ? i % 15 : i % 15 + 1);
  }
  EXPECT_EQ(places.place(1, 3, false).track, 4) << "the same again";
}

}  // namespace
}  // namespace musicvae
