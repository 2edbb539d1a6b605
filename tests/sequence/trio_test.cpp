#include "musicvae/sequence/trio.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <type_traits>

#include "musicvae/error.hpp"
#include "musicvae/model/representation.hpp"
#include "musicvae/sequence/trio_notes.hpp"

namespace musicvae {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

static_assert(MusicValue<Trio>);
static_assert(std::is_nothrow_move_constructible_v<Trio>);

/// A bar: a melody note on step 0, a bass note on step 4 that ends on step 8, and a kick on step 2, each higher by `up`.
Trio bar(int up = 0) {
  Melody melody(16);
  melody.set(0, 60 + up);
  Melody bass(16);
  bass.set(4, 36 + up);
  bass.set(8, Melody::kOff);
  DrumSequence drums(16);
  drums.set(2, Drum::kick, 0.5F, 0.25F);
  return {melody, bass, drums};
}

TEST(Trio, HasThreePartsOfOneLength) {
  EXPECT_EQ(Trio().steps(), 0);
  EXPECT_EQ(Trio(24).bars(), 1.5);
  EXPECT_EQ(bar().melody().at(0), 60);
  EXPECT_EQ(bar().bass().at(4), 36);
  EXPECT_TRUE(bar().drums().at(2, Drum::kick).hit);
  EXPECT_NE(bar(), Trio(16));
  EXPECT_THAT([] { (void)Trio(Melody(16), Melody(8), DrumSequence(16)); },
              ThrowsMessage<ArgumentError>(HasSubstr("the melody has 16 steps, the bass 8 and the drums 16; make them equal")));
  EXPECT_THROW((void)Trio(Melody(12, {.beats_per_bar = 3}), Melody(12), DrumSequence(12)), ArgumentError);
  EXPECT_THROW((void)Trio(-1), ArgumentError);
}

TEST(Trio, ChangesPartByPart) {
  EXPECT_EQ(Trio(16).with_melody(bar().melody()).with_bass(bar().bass()).with_drums(bar().drums()), bar());
  EXPECT_EQ(bar().with_bass(Melody(16)).melody(), bar().melody());
  EXPECT_THROW((void)bar().with_drums(DrumSequence(8)), ArgumentError);
}

TEST(Trio, IsSlicedJoinedAndRepeated) {
  const Trio two = bar().concat(bar(2));
  EXPECT_EQ(two.steps(), 32);
  EXPECT_EQ(two.slice(0, 16), bar());
  EXPECT_EQ(two.slice(16, 16), bar(2));
  EXPECT_EQ(bar().repeated(40), bar().concat(bar()).concat(bar().slice(0, 8)));
  EXPECT_THROW((void)two.slice(20, 16), ArgumentError);
  EXPECT_THROW((void)bar().concat(Trio(12, {.beats_per_bar = 3})), ArgumentError);
  EXPECT_THROW((void)Trio().repeated(16), ArgumentError);
}

TEST(Trio, KeepsItsStepsOnAnotherGrid) {
  const Grid three{.beats_per_bar = 3};
  EXPECT_EQ(bar().on_grid(three).grid(), three);
  EXPECT_EQ(bar().on_grid(three).on_grid({}), bar());
  EXPECT_THROW((void)bar().on_grid({.steps_per_quarter = 3}), ArgumentError);
}

TEST(Trio, TransposesAllButTheDrums) {
  EXPECT_EQ(bar().transposed(3), bar(3));
  EXPECT_EQ(bar().transposed(3).drums(), bar().drums());
  EXPECT_THROW((void)bar().transposed(-37), ArgumentError);
}

TEST(TrioMask, ChoosesStepsOfParts) {
  TrioMask mask(16);
  EXPECT_EQ(mask.count(), 0);
  mask.choose(TrioPart::bass, 4, 8);
  EXPECT_EQ(mask.count(), 8);
  EXPECT_TRUE(mask.at(4, TrioPart::bass));
  EXPECT_FALSE(mask.at(4, TrioPart::drums));
  mask.choose(15, 1);
  EXPECT_EQ(mask.count(), 11);
  EXPECT_EQ(mask.slice(12, 4).count(), 3);
  EXPECT_TRUE(mask.slice(12, 4).at(3, TrioPart::melody));
  EXPECT_THROW((void)mask.at(16, TrioPart::bass), ArgumentError);
  EXPECT_THROW(mask.choose(TrioPart::bass, 10, 7), ArgumentError);
}

TEST(TrioMask, CombinesTwoTrios) {
  TrioMask mask(16);
  mask.choose(TrioPart::melody, 0, 16);
  mask.choose(TrioPart::drums, 0, 2);
  const Trio mixed = mask.combine(bar(5), Trio(16).with_drums(bar().drums()));
  EXPECT_EQ(mixed, Trio(bar(5).melody(), Melody(16), bar().drums()));
  EXPECT_THROW((void)mask.combine(bar(), Trio(8)), ArgumentError);
}

TEST(TrioNotes, HaveTheChannelsAndProgramsOfTheReference) {
  const NoteSequence notes = to_notes(bar());
  EXPECT_THAT(notes.notes,
              ElementsAre(Note{.pitch = 60, .velocity = 80, .start = {0}, .end = {1920}, .channel = 0, .program = 0, .track = 0},
                          Note{.pitch = 36, .velocity = 80, .start = {480}, .end = {960}, .channel = 1, .program = 33, .track = 1},
                          Note{.pitch = 36, .velocity = 64, .start = {255}, .end = {375}, .channel = 9, .program = 0, .track = 2}));
  EXPECT_EQ(notes.end, Ticks{1920});
  const NoteSequence other = to_notes(bar(), DrumMap::reduced(), 90.0, {.velocity = 100, .melody_program = 11, .bass_program = 38});
  EXPECT_EQ(other.notes[0].velocity, 100);
  EXPECT_EQ(other.notes[0].program, 11);
  EXPECT_EQ(other.notes[1].program, 38);
  EXPECT_THROW((void)to_notes(bar(), DrumMap::reduced(), 90.0, {.bass_program = 128}), ArgumentError);
}

TEST(TrioNotes, ComeBackAsTheyWere) {
  Trio three = bar().concat(bar(7)).concat(Trio(16));
  const QuantizedTrio back = trio_from_notes(to_notes(three));
  EXPECT_EQ(back.trio.melody(), three.melody());
  EXPECT_EQ(back.trio.bass(), three.bass());
  EXPECT_EQ(back.trio.drums().hits(), 2);
  EXPECT_FLOAT_EQ(back.trio.drums().at(18, Drum::kick).offset, 0.25F);
  EXPECT_EQ(back.notes, (std::array<std::int64_t, 3>{2, 2, 2}));
  EXPECT_TRUE(back.left_out.empty());
  EXPECT_EQ(trio_from_notes(to_notes(three), DrumMap::standard(), {}, 1).trio.steps(), 16);
}

TEST(TrioNotes, ArePartsByTheirInstruments) {
  EXPECT_EQ(trio_part(0, false), TrioPart::melody);
  EXPECT_EQ(trio_part(31, false), TrioPart::melody);
  EXPECT_EQ(trio_part(32, false), TrioPart::bass);
  EXPECT_EQ(trio_part(39, false), TrioPart::bass);
  EXPECT_EQ(trio_part(40, false), std::nullopt);
  EXPECT_EQ(trio_part(40, true), TrioPart::drums);
  NoteSequence notes = to_notes(bar().repeated(32));
  notes.notes[0].program = 48;  // strings
  notes.unended = {{.pitch = 38, .velocity = 90, .start = {}, .end = {}, .channel = 9},
                   {.pitch = 62, .velocity = 90, .start = {}, .end = {}, .channel = 0}};  // a hit, and a stuck note
  const QuantizedTrio trio = trio_from_notes(notes);
  EXPECT_EQ(trio.left_out[LeftOut::other_program], 1);
  EXPECT_EQ(trio.left_out[LeftOut::unended], 1);
  EXPECT_EQ(trio.notes, (std::array<std::int64_t, 3>{1, 2, 3}));
  EXPECT_EQ(trio.trio.steps(), 32);
  EXPECT_TRUE(trio.trio.drums().at(0, Drum::snare).hit);
}

TEST(TrioNotes, NameTheMissingPart) {
  EXPECT_NO_THROW(demand_all_parts(trio_from_notes(to_notes(bar())), "song.mid"));
  EXPECT_THAT([] { demand_all_parts(trio_from_notes(to_notes(bar().with_bass(Melody(16)))), "song.mid"); },
              ThrowsMessage<ArgumentError>(HasSubstr("song.mid: has no bass for a trio; give it a bass: a program from 32 to 39")));
  EXPECT_THAT([] { demand_all_parts(trio_from_notes(to_notes(bar().with_drums(DrumSequence(16)))), "song.mid"); },
              ThrowsMessage<ArgumentError>(HasSubstr("has no drums")));
}

}  // namespace
}  // namespace musicvae
