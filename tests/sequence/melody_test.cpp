#include "musicvae/sequence/melody.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <type_traits>
#include <vector>

#include "musicvae/error.hpp"
#include "musicvae/model/representation.hpp"

namespace musicvae {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

static_assert(MusicValue<Melody>);
static_assert(std::is_nothrow_move_constructible_v<Melody>);
static_assert(std::is_nothrow_move_assignable_v<Melody>);

constexpr int hold = Melody::kHold;
constexpr int off = Melody::kOff;

Melody melody_of(std::initializer_list<int> events, Grid grid = {}) {
  Melody result(static_cast<int>(events.size()), grid);
  int step = 0;
  for (const int event : events) result.set(step++, event);
  return result;
}

/// The message of the ArgumentError that `call` throws.
template <class Call>
std::string refusal(Call call) {
  try {
    call();
  } catch (const ArgumentError& error) {
    return error.what();
  }
  return "no error";
}

TEST(Melody, IsSilentUnlessTold) {
  EXPECT_EQ(Melody().steps(), 0);
  EXPECT_EQ(Melody(), Melody(0));
  const Melody melody(24);
  EXPECT_EQ(melody.bars(), 1.5);
  EXPECT_EQ(melody.num_notes(), 0);
  EXPECT_EQ(melody.at(23), hold);
  EXPECT_EQ(Melody(18, {.beats_per_bar = 3}).bars(), 1.5);
}

TEST(Melody, KeepsTheEventsThatAreSet) {
  const Melody melody = melody_of({off, 0, hold, 127, off});
  EXPECT_EQ(melody.at(0), off);
  EXPECT_EQ(melody.at(1), 0);
  EXPECT_EQ(melody.at(2), hold);
  EXPECT_EQ(melody.at(3), 127);
  EXPECT_EQ(melody.num_notes(), 2);
  EXPECT_THAT(std::vector<int>(melody.events().begin(), melody.events().end()), ElementsAre(off, 0, hold, 127, off));
}

TEST(Melody, RefusesWhatIsOutOfRange) {
  Melody melody(4);
  EXPECT_EQ(refusal([&] { melody.set(0, 128); }), "melody: event 128 is out of range; use a pitch from 0 to 127, -1 (off) or -2 (hold)");
  EXPECT_THAT(refusal([&] { melody.set(0, -3); }), HasSubstr("event -3"));
  EXPECT_EQ(refusal([&] { melody.set(4, 60); }), "melody: step 4 is out of range; it has 4 steps");
  EXPECT_THAT(refusal([&] { static_cast<void>(melody.at(-1)); }), HasSubstr("step -1"));
  EXPECT_EQ(refusal([] { Melody(-1); }), "melody: -1 steps; use 0 or more");
  EXPECT_THAT(refusal([] { Melody(1, {.steps_per_quarter = 0}); }), HasSubstr("the grid has no steps per bar"));
  EXPECT_EQ(melody, Melody(4)) << "unchanged";
}

TEST(Melody, IsEqualOnlyWithEqualEventsAndGrid) {
  EXPECT_EQ(melody_of({60, hold}), melody_of({60, hold}));
  EXPECT_NE(melody_of({60, hold}), melody_of({60, off}));
  EXPECT_NE(Melody(12), Melody(12, {.beats_per_bar = 3}));
}

TEST(Melody, SlicesCopyEvents) {
  const Melody melody = melody_of({60, hold, hold, off, 64, hold});
  EXPECT_EQ(melody.slice(1, 4), melody_of({hold, hold, off, 64}));
  EXPECT_EQ(melody.slice(6, 0), Melody());
  EXPECT_EQ(melody.slice(0, 2).concat(melody.slice(2, 4)), melody) << "the hold continues the note before it";
  EXPECT_EQ(refusal([&] { static_cast<void>(melody.slice(3, 4)); }), "melody: 4 steps from step 3 on are out of range; it has 6 steps");
  EXPECT_THAT(refusal([&] { static_cast<void>(melody.slice(-1, 2)); }), HasSubstr("from step -1"));
  EXPECT_THAT(refusal([&] { static_cast<void>(melody.slice(0, -1)); }), HasSubstr("-1 steps"));
}

TEST(Melody, JoinsOnOneGrid) {
  const Melody first = melody_of({60, hold});
  EXPECT_EQ(first.concat(melody_of({off, 62})), melody_of({60, hold, off, 62}));
  EXPECT_EQ(first, melody_of({60, hold}));
  Melody twice = first;
  twice.append(twice);
  EXPECT_EQ(twice, melody_of({60, hold, 60, hold}));
  EXPECT_THAT(refusal([&] { static_cast<void>(first.concat(Melody(2, {.beats_per_bar = 3}))); }), HasSubstr("the two grids differ"));
}

TEST(Melody, RepeatsOrCuts) {
  const Melody melody = melody_of({60, hold, off}, {.beats_per_bar = 3});
  EXPECT_EQ(melody.repeated(7), melody_of({60, hold, off, 60, hold, off, 60}, {.beats_per_bar = 3}));
  EXPECT_EQ(melody.repeated(2), melody_of({60, hold}, {.beats_per_bar = 3}));
  EXPECT_EQ(Melody().repeated(0), Melody());
  EXPECT_THAT(refusal([] { static_cast<void>(Melody().repeated(1)); }), HasSubstr("an empty melody cannot be repeated"));
  EXPECT_THAT(refusal([&] { static_cast<void>(melody.repeated(-1)); }), HasSubstr("-1 steps"));
}

TEST(Melody, TransposesPitchesOnly) {
  const Melody melody = melody_of({off, 1, hold, 126});
  EXPECT_EQ(melody.transposed(1), melody_of({off, 2, hold, 127}));
  EXPECT_EQ(melody.transposed(-1), melody_of({off, 0, hold, 125}));
  EXPECT_EQ(melody.transposed(0), melody);
  EXPECT_EQ(refusal([&] { static_cast<void>(melody.transposed(2)); }),
            "melody: transposing by 2 semitones moves pitch 126 to 128; pitches are 0 to 127");
  EXPECT_THAT(refusal([&] { static_cast<void>(melody.transposed(-2)); }), HasSubstr("moves pitch 1 to -1"));
  EXPECT_THAT(refusal([&] { static_cast<void>(melody.transposed(2147483647)); }), HasSubstr("moves pitch 1 to 2147483648"));
  EXPECT_EQ(melody_of({off, hold}).transposed(1000), melody_of({off, hold}));
}

TEST(Melody, CarriesChords) {
  ChordSequence chords(4);
  chords.set(2, 2, Chord(7, ChordQuality::major));
  const Melody plain = melody_of({60, hold, 62, off});
  const Melody melody = plain.with_chords(chords);
  EXPECT_TRUE(plain.chords().empty());
  EXPECT_EQ(melody.chords(), chords);
  EXPECT_NE(melody, plain);
  EXPECT_EQ(melody.with_chords({}), plain);
  EXPECT_EQ(melody.slice(1, 2).chords(), chords.slice(1, 2));
  EXPECT_EQ(melody.repeated(6).chords(), chords.repeated(6));
  EXPECT_EQ(melody.transposed(2).chords(), chords.transposed(2));
  EXPECT_EQ(melody.slice(0, 3).concat(melody.slice(3, 1)), melody);
  EXPECT_EQ(Melody().concat(melody), melody);
  const ChordSequence after = melody.concat(plain).chords();
  EXPECT_EQ(after.steps(), 8);
  EXPECT_EQ(after.slice(0, 4), chords);
  EXPECT_EQ(after.slice(4, 4), ChordSequence(4));
  EXPECT_EQ(plain.concat(melody).chords().slice(4, 4), chords);
  EXPECT_TRUE(plain.concat(plain).chords().empty());
  StepMask mask(4);
  mask.choose(0, 4);
  EXPECT_EQ(mask.combine(plain, melody), melody);
  EXPECT_THAT(refusal([&] { static_cast<void>(plain.with_chords(ChordSequence(3))); }), HasSubstr("3 steps of chords for 4 steps"));
}

TEST(StepMask, ChoosesSteps) {
  StepMask mask(6);
  EXPECT_EQ(mask.count(), 0);
  mask.choose(1, 2);
  mask.choose(4, 1);
  EXPECT_THAT(std::vector<int>(mask.cells().begin(), mask.cells().end()), ElementsAre(0, 1, 1, 0, 1, 0));
  EXPECT_EQ(mask.count(), 3);
  EXPECT_TRUE(mask.at(2));
  EXPECT_FALSE(mask.at(3));
  StepMask part(2);
  part.choose(0, 1);
  EXPECT_EQ(mask.slice(2, 2), part);
  EXPECT_EQ(StepMask().steps(), 0);
}

TEST(StepMask, CombinesTwoMelodies) {
  StepMask mask(4);
  mask.choose(1, 2);
  EXPECT_EQ(mask.combine(melody_of({1, 2, hold, 4}), melody_of({5, 6, 7, off})), melody_of({5, 2, hold, off}));
  EXPECT_EQ(refusal([&] { static_cast<void>(mask.combine(Melody(4), Melody(5))); }),
            "step mask: it has 4 steps, and the values have 4 and 5; make them equal");
}

TEST(StepMask, RefusesWhatIsOutOfRange) {
  StepMask mask(4);
  EXPECT_THAT(refusal([] { StepMask(-1); }), HasSubstr("step mask: -1 steps"));
  EXPECT_THAT(refusal([&] { static_cast<void>(mask.at(4)); }), HasSubstr("step mask: step 4 is out of range"));
  EXPECT_THAT(refusal([&] { static_cast<void>(mask.slice(1, 4)); }), HasSubstr("step mask: 4 steps from step 1"));
  EXPECT_THAT(refusal([&] { mask.choose(-1, 1); }), HasSubstr("from step -1"));
}

}  // namespace
}  // namespace musicvae
