// MelodyConverter: the result for each kind of note and window, with both cuts.
#include "musicvae/data/melody_converter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "data/piece.hpp"
#include "musicvae/error.hpp"
#include "musicvae/model/named_configs.hpp"

namespace musicvae::data {
namespace {

using test::counts;
using test::kBar;
using test::kStep;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int hold = Melody::kHold;
constexpr int off = Melody::kOff;

constexpr MelodyConverterOptions aligned(int bars) {
  return {.bars = bars};
}
constexpr MelodyConverterOptions reference(int bars) {
  return {.cut = Cut::reference, .bars = bars};
}

Note note(std::int64_t start, std::int64_t end, int pitch = 60, int track = 0) {
  return {.pitch = pitch, .velocity = 90, .start = {start}, .end = {end}, .channel = 0, .track = track};
}

/// A file at 480 ticks per quarter that ends with its last note.
NoteSequence piece(std::initializer_list<Note> notes) {
  NoteSequence result;
  result.notes = notes;
  for (const Note& n : result.notes) result.end = std::max(result.end, n.end);
  return result;
}

ConvertedMelodies convert(const NoteSequence& notes, const MelodyConverterOptions& options) {
  return MelodyConverter(options).convert(notes);
}

std::vector<int> events(const MelodyWindow& window, int first = 0, int count = 16) {
  const Melody part = window.melody.slice(first, count);
  return {part.events().begin(), part.events().end()};
}

std::vector<std::int64_t> bars(const ConvertedMelodies& file) {
  std::vector<std::int64_t> result;
  for (const MelodyWindow& window : file.windows) result.push_back(window.first_bar);
  return result;
}

/// A scale: a note on the first beat of each bar, one semitone higher than in the bar before.
NoteSequence scale(int length) {
  NoteSequence result;
  for (int b = 0; b < length; ++b) result.notes.push_back(note(b * kBar, b * kBar + 4 * kStep, 40 + b));
  result.end = {length * kBar};
  return result;
}

TEST(MelodyConverter, CutsAWindowAtEveryBar) {
  for (const auto& options : {aligned(2), reference(2)}) {
    const ConvertedMelodies file = convert(scale(4), options);
    EXPECT_THAT(bars(file), ElementsAre(0, 1, 2));
    EXPECT_EQ(MelodyConverter(options).steps(), 32);
    EXPECT_EQ(file.windows[1].melody.steps(), 32);
    EXPECT_THAT(events(file.windows[1], 0, 6), ElementsAre(41, hold, hold, hold, off, hold));
    EXPECT_EQ(file.windows[1].melody.at(16), 42);
    EXPECT_TRUE(file.left_out.empty());
  }
}

TEST(MelodyConverter, EachInstrumentIsALine) {
  NoteSequence notes = piece({note(0, kBar, 60, 1), note(0, kBar, 72, 0)});
  notes.notes.push_back({.pitch = 50, .velocity = 1, .start = {}, .end = {kBar}, .channel = 1, .program = 33, .track = 1});
  for (const auto& options : {aligned(1), reference(1)}) {
    const ConvertedMelodies file = convert(notes, options);
    ASSERT_EQ(file.windows.size(), 3U);
    EXPECT_EQ(file.windows[0].instrument, (Instrument{.track = 1}));
    EXPECT_EQ(file.windows[1].instrument, (Instrument{.track = 0}));
    EXPECT_EQ(file.windows[2].instrument, (Instrument{.track = 1, .program = 33, .channel = 1}));
    EXPECT_EQ(file.windows[2].melody.at(0), 50);
  }
}

TEST(MelodyConverter, CountsEveryNoteThatIsLeftOut) {
  NoteSequence notes = piece({note(0, kBar), note(0, kBar, 55), note(kStep, kBar, 20), note(kStep, kBar, 109)});
  notes.notes.push_back({.pitch = 36, .velocity = 90, .start = {}, .end = {kStep}});
  notes.notes.push_back({.pitch = 60, .velocity = 90, .start = {}, .end = {kStep}, .channel = 0, .program = 32});
  notes.notes.push_back({.pitch = 60, .velocity = 0, .start = {2 * kStep}, .end = {3 * kStep}, .channel = 0});
  notes.notes.push_back(note(-kBar, 0));
  notes.unended = {note(0, 0)};
  for (MelodyConverterOptions options : {aligned(1), reference(1)}) {
    options.programs = kMelodyPrograms;
    const ConvertedMelodies file = convert(notes, options);
    ASSERT_EQ(file.windows.size(), 1U);
    EXPECT_EQ(file.windows[0].melody.num_notes(), 1);
    EXPECT_EQ(file.left_out, counts({{LeftOut::collision, 1},
                                     {LeftOut::outside_range, 2},
                                     {LeftOut::drum_note, 1},
                                     {LeftOut::other_program, 1},
                                     {LeftOut::no_velocity, 1},
                                     {LeftOut::before_the_start, 1},
                                     {LeftOut::unended, 1}}));
  }
}

TEST(MelodyConverter, AWindowInsideANoteBeginsWithSilence) {
  const NoteSequence notes = piece({note(0, kBar + 4 * kStep), note(kBar + 8 * kStep, kBar + 10 * kStep, 62)});
  for (const auto& options : {aligned(1), reference(1)}) {
    const ConvertedMelodies file = convert(notes, options);
    ASSERT_THAT(bars(file), ElementsAre(0, 1));
    EXPECT_THAT(events(file.windows[1]),
                ElementsAre(hold, hold, hold, hold, hold, hold, hold, hold, 62, hold, off, hold, hold, hold, hold, hold));
  }
}

TEST(MelodyConverter, ANoteThatEndsOnTheLastBarLineHasNoOff) {
  for (const auto& options : {aligned(1), reference(1)}) {
    EXPECT_EQ(convert(piece({note(14 * kStep, kBar)}), options).windows.at(0).melody.at(15), hold);
    EXPECT_EQ(convert(piece({note(14 * kStep, kBar - kStep)}), options).windows.at(0).melody.at(15), off);
  }
}

TEST(MelodyConverter, OnlyBarsOfSixteenStepsFit) {
  NoteSequence notes = piece({note(0, kStep), note(3 * kBar, 4 * kBar)});
  notes.time_signatures = {{{}, 3, 4}};
  EXPECT_EQ(convert(notes, aligned(1)).left_out, counts({{LeftOut::other_meter, 2}, {LeftOut::odd_meter, 1}}));
  EXPECT_EQ(convert(notes, reference(1)).left_out, counts({{LeftOut::other_meter, 2}, {LeftOut::odd_meter, 1}}));
  notes.time_signatures.push_back({{3 * kBar}, 2, 2});
  for (const auto& options : {aligned(1), reference(1)}) {
    const ConvertedMelodies file = convert(notes, options);
    EXPECT_THAT(bars(file), ElementsAre(4)) << "three bars of 4/4 are four of 3/4";
    EXPECT_EQ(file.left_out, counts({{LeftOut::other_meter, 1}}));
  }
}

TEST(MelodyConverter, ShortFilesGiveNoWindows) {
  for (const auto& options : {aligned(2), reference(2)}) {
    EXPECT_EQ(convert(piece({note(0, kBar), note(0, kBar, 64, 1)}), options).left_out,
              counts({{LeftOut::short_stretch, 2}, {LeftOut::too_short, 1}}));
    EXPECT_EQ(convert({}, options).left_out, counts({{LeftOut::no_notes, 1}}));
  }
}

TEST(MelodyConverter, RefusesOptionsThatCannotBe) {
  const auto refusal = [](const MelodyConverterOptions& options) {
    try {
      const MelodyConverter converter(options);
    } catch (const ArgumentError& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  EXPECT_EQ(refusal({.bars = 0}), "melody converter: windows of 0 bars; use 1 to 64");
  EXPECT_EQ(refusal({.bars = 65}), "melody converter: windows of 65 bars; use 1 to 64");
  EXPECT_EQ(refusal({.cut = Cut::reference_tfds}), "melody converter: the cut reference-tfds is for drums; use bar-aligned or reference");
  EXPECT_EQ(refusal({.lowest = 61, .highest = 60}), "melody converter: pitches from 61 to 60; use a range within 21 to 108");
  EXPECT_EQ(refusal({.highest = 128}), "melody converter: pitches from 21 to 128; use a range within 21 to 108");
  EXPECT_EQ(refusal({.programs = {-1, 3}}), "melody converter: programs from -1 to 3; use a range within 0 to 127");
  EXPECT_EQ(refusal({.bars = 64, .lowest = 40, .highest = 80}), "no error");
}

TEST(BarAlignedMelodies, KeepAnEarlyNoteOnItsDownbeat) {
  const ConvertedMelodies file = convert(piece({note(0, kBar - 50), note(kBar - 40, 2 * kBar, 62)}), aligned(1));
  ASSERT_THAT(bars(file), ElementsAre(0, 1));
  EXPECT_EQ(file.windows[0].melody.num_notes(), 1);
  EXPECT_EQ(file.windows[1].melody.at(0), 62);
}

TEST(BarAlignedMelodies, FollowMusicalTimeOverTempoChanges) {
  NoteSequence notes = scale(2);
  const ConvertedMelodies steady = convert(notes, aligned(2));
  notes.tempo_map = TempoMap(480, {{{}, 500'000}, {{700}, 300'000}, {{2000}, 900'000}});
  const ConvertedMelodies file = convert(notes, aligned(2));
  ASSERT_EQ(file.windows.size(), 1U);
  EXPECT_EQ(file.windows[0].melody, steady.windows.at(0).melody);
  EXPECT_THAT(bars(convert(notes, reference(2))), IsEmpty()) << "the reference cuts it into parts";
}

TEST(BarAlignedMelodies, LeaveOutSilentWindowsAndKeepEqualOnes) {
  const NoteSequence notes = piece({note(0, kStep), note(kBar, kBar + kStep), note(5 * kBar, 6 * kBar)});
  const ConvertedMelodies file = convert(notes, aligned(1));
  EXPECT_THAT(bars(file), ElementsAre(0, 1, 5));
  EXPECT_EQ(file.windows[0].melody, file.windows[1].melody);
  EXPECT_EQ(file.left_out, counts({{LeftOut::silent_window, 3}}));
}

TEST(BarAlignedMelodies, EndWithTheLastNoteOrWithTheFile) {
  NoteSequence notes = piece({note(0, kBar + kStep)});
  EXPECT_THAT(bars(convert(notes, aligned(2))), ElementsAre(0)) << "the note sounds in two bars";
  notes.end = {4 * kBar};
  EXPECT_THAT(bars(convert(notes, aligned(4))), ElementsAre(0));
  notes.end = {4 * kBar - 1};
  EXPECT_THAT(bars(convert(notes, aligned(4))), IsEmpty());
  notes.end = {1000 * kBar};
  EXPECT_THAT(bars(convert(notes, aligned(4))), IsEmpty()) << "far after the music";
}

TEST(BarAlignedMelodies, StopWhereTheMeterChanges) {
  NoteSequence notes = piece({note(0, 3 * kBar), note(2 * kBar + kStep, 3 * kBar, 62), note(4 * kBar, 5 * kBar, 64)});
  notes.time_signatures = {{{}, 4, 4}, {{2 * kBar}, 3, 4}, {{2 * kBar + 24 * kStep}, 4, 4}};
  const ConvertedMelodies file = convert(notes, aligned(1));
  EXPECT_THAT(bars(file), ElementsAre(0, 4)) << "bars 2 and 3 are in 3/4";
  EXPECT_EQ(file.left_out, counts({{LeftOut::other_meter, 1}, {LeftOut::silent_window, 2}})) << "in bars 1 and 5 notes only sound";
}

std::vector<std::string> chord_names(const MelodyWindow& window) {
  std::vector<std::string> names;
  for (int at = 0; at < window.melody.steps(); ++at) {
    const std::string name = window.melody.chords().at(at).name();
    if (names.empty() || names.back() != name) names.push_back(name);
  }
  return names;
}

TEST(BarAlignedMelodies, CarryTheirChords) {
  NoteSequence notes = scale(4);
  // The last chord is played a little before its bar line.
  notes.chords = {{{4 * kStep + 50}, "C7"}, {{kBar}, "Am"}, {{kBar + 30}, "F"}, {{2 * kBar}, "Gsus4"}, {{3 * kBar - 20}, "G/B"}};
  const ConvertedMelodies file = convert(notes, {.bars = 1, .chords = true});
  EXPECT_THAT(bars(file), ElementsAre(0, 1, 3));
  EXPECT_THAT(chord_names(file.windows.at(0)), ElementsAre("N.C.", "C"));
  EXPECT_EQ(file.windows.at(0).melody.chords().at(3), Chord());
  EXPECT_EQ(file.windows.at(0).melody.chords().at(4).name(), "C");
  EXPECT_THAT(chord_names(file.windows.at(1)), ElementsAre("F"));
  EXPECT_THAT(chord_names(file.windows.at(2)), ElementsAre("G"));
  EXPECT_EQ(file.left_out, counts({{LeftOut::unknown_chord, 1}, {LeftOut::coincident_chord, 1}}));
  EXPECT_TRUE(convert(notes, aligned(1)).windows.at(0).melody.chords().empty());
}

TEST(BarAlignedMelodies, InferChordsWhereThereAreNone) {
  NoteSequence notes;
  for (const int pitch : {60, 64, 67, 65, 69, 72}) {
    const std::int64_t begin = pitch == 60 || pitch == 64 || pitch == 67 ? 0 : 8 * kStep;
    notes.notes.push_back(note(begin, begin + 8 * kStep, pitch, pitch));
  }
  notes.end = {kBar};
  const ConvertedMelodies file = convert(notes, {.bars = 1, .chords = true});
  ASSERT_EQ(file.windows.size(), 6U);
  EXPECT_THAT(chord_names(file.windows.at(0)), ElementsAre("C", "F"));
  EXPECT_EQ(file.windows.at(0).melody.chords().at(7).name(), "C");
  notes.time_signatures = {{{}, 8, 8}};
  EXPECT_EQ(convert(notes, {.bars = 1, .chords = true}).windows.size(), 6U) << "in every meter of 16 steps";
  EXPECT_EQ(convert(notes, {.cut = Cut::reference, .bars = 1, .chords = true}).left_out, counts({{LeftOut::refused_chords, 6}}));
}

TEST(MelodyConverter, RowsHaveTheChordInTheSecondColumn) {
  NoteSequence notes = scale(3);
  notes.chords = {{{0}, "C"}, {{kBar}, "Dm"}};
  for (const Cut cut : {Cut::bar_aligned, Cut::reference}) {
    const MelodyConverter converter({.cut = cut, .bars = 1, .chords = true});
    EXPECT_EQ(converter.info().depth, 2);
    const ConvertedFile file = converter.to_windows(notes, {});
    ASSERT_EQ(file.windows.windows.size(), 3U);
    ASSERT_EQ(file.windows.rows.size(), 3U * 16U * 2U);
    EXPECT_EQ(file.windows.windows[1].first_row, 16);
    EXPECT_EQ(file.windows.rows[0], 40 - 19);
    EXPECT_EQ(file.windows.rows[1], 1.0F);
    EXPECT_EQ(file.windows.rows[33], static_cast<float>(Chord(2, ChordQuality::minor).category()));
  }
}

TEST(ReferenceMelodies, ABarOfSilenceEndsAMelody) {
  // The first note ends on step 4. The second one begins 15 steps later, and then 16.
  EXPECT_THAT(bars(convert(piece({note(0, 4 * kStep), note(19 * kStep, 32 * kStep)}), reference(2))), ElementsAre(0));
  const ConvertedMelodies file = convert(piece({note(0, 4 * kStep), note(20 * kStep, 32 * kStep)}), reference(2));
  EXPECT_THAT(bars(file), IsEmpty());
  EXPECT_EQ(file.left_out, counts({{LeftOut::short_stretch, 2}, {LeftOut::too_short, 1}}));
}

TEST(ReferenceMelodies, BeginOnTheBarLineBeforeTheFirstNote) {
  const ConvertedMelodies file = convert(piece({note(3 * kBar + 2 * kStep, 4 * kBar + kStep)}), reference(1));
  EXPECT_THAT(bars(file), ElementsAre(3, 4));
  EXPECT_THAT(events(file.windows[0], 0, 4), ElementsAre(hold, hold, 60, hold));
  EXPECT_EQ(file.windows[1].melody.num_notes(), 0) << "windows without notes are kept";
}

TEST(ReferenceMelodies, ANoteOfVelocityZeroStillDecidesWhereTheMelodyBegins) {
  NoteSequence notes = piece({note(2 * kBar + kStep, 3 * kBar)});
  EXPECT_THAT(bars(convert(notes, reference(2))), IsEmpty());
  notes.notes.push_back({.pitch = 60, .velocity = 0, .start = {kBar}, .end = {kBar + kStep}, .channel = 0});
  const ConvertedMelodies file = convert(notes, reference(2));
  EXPECT_THAT(bars(file), ElementsAre(1));
  EXPECT_EQ(file.left_out, counts({{LeftOut::no_velocity, 1}}));
}

TEST(ReferenceMelodies, AShortNoteEndsTheLongOneBelowIt) {
  // Without the long note's rest, there are 16 silent steps before the last note.
  const NoteSequence notes = piece({note(0, 2 * kBar), note(kStep, 2 * kStep, 50), note(18 * kStep, 19 * kStep)});
  EXPECT_THAT(bars(convert(notes, reference(1))), ElementsAre(0, 1));
  EXPECT_THAT(bars(convert(notes, reference(2))), IsEmpty());
}

TEST(ReferenceMelodies, HaveAtMostAHundredBars) {
  NoteSequence notes;
  for (int b = 0; b < 103; ++b) {
    notes.notes.push_back(note(b * kBar, (b + 1) * kBar, 21 + b % 80));
    notes.notes.push_back(note(b * kBar + 8 * kStep, (b + 1) * kBar, 22 + b / 80));
  }
  notes.end = {103 * kBar};
  const ConvertedMelodies file = convert(notes, reference(1));
  EXPECT_EQ(file.windows.size(), 100U);
  EXPECT_EQ(file.windows.back().first_bar, 99);
  EXPECT_EQ(file.left_out, counts({{LeftOut::past_the_end, 6}}));
}

TEST(ReferenceMelodies, EqualWindowsOfAPartAreKeptOnce) {
  NoteSequence notes = piece({note(0, kStep), note(kBar, kBar + kStep), note(0, kStep, 60, 1), note(2 * kBar, 2 * kBar + kStep)});
  EXPECT_THAT(bars(convert(notes, reference(1))), ElementsAre(0));
  EXPECT_EQ(convert(notes, reference(1)).left_out, counts({{LeftOut::duplicate_window, 3}}));
  notes.tempo_map = TempoMap(480, {{{2 * kBar}, 400'000}});
  EXPECT_THAT(bars(convert(notes, reference(1))), ElementsAre(0, 2));
}

TEST(ReferenceMelodies, ATempoChangeEndsANote) {
  NoteSequence notes = piece({note(0, 2 * kBar)});
  notes.tempo_map = TempoMap(480, {{{4 * kStep}, 400'000}});
  const ConvertedMelodies file = convert(notes, reference(1));
  ASSERT_EQ(file.windows.size(), 1U);
  EXPECT_THAT(events(file.windows[0], 0, 6), ElementsAre(60, hold, hold, hold, off, hold));
}

TEST(ReferenceMelodies, OfEquallyHighNotesOnAStepTheFirstInTheFileCounts) {
  // The second one begins earlier, but both round to step 0.
  const ConvertedMelodies file = convert(piece({note(10, 2 * kStep), note(0, 8 * kStep)}), reference(1));
  EXPECT_THAT(events(file.windows.at(0), 0, 4), ElementsAre(60, hold, off, hold));
  EXPECT_EQ(file.left_out, counts({{LeftOut::collision, 1}}));
}

TEST(ConverterFor, RefusesWhatTheConfigWouldIgnore) {
  const auto error = [](const char* config, const ConverterChoice& choice) -> std::string {
    try {
      (void)converter_for(named_config(config), choice);
    } catch (const ArgumentError& e) {
      return e.what();
    }
    return "no error";
  };
  using testing::HasSubstr;
  EXPECT_THAT(error("cat-mel_2bar_small", {.drum_map = DrumMap::roland()}), HasSubstr("it is for melodies, and a drum map is for grooves"));
  EXPECT_THAT(error("cat-mel_2bar_small", {.drum_channel = DrumChannel::any()}), HasSubstr("a drum channel is for grooves"));
  EXPECT_THAT(error("cat-mel_2bar_small", {.cut = Cut::reference_tfds}), HasSubstr("is for drums; use bar-aligned or reference"));
  EXPECT_THAT(error("nade-drums_2bar_full", {.cut = Cut::reference}), HasSubstr("its 61 drum classes need the cut reference-drums"));
  EXPECT_THAT(error("nade-drums_2bar_full", {.drum_map = DrumMap::roland()}), HasSubstr("a drum map has no effect"));
  EXPECT_THAT(error("groovae_4bar", {.cut = Cut::reference, .drum_channel = DrumChannel::any()}),
              HasSubstr("only for the cut bar-aligned"));
  EXPECT_EQ(error("nade-drums_2bar_full", {.cut = Cut::reference_drums}), "no error");
  EXPECT_EQ(error("groovae_4bar", {.cut = Cut::reference, .drum_map = DrumMap::reduced()}), "no error");
  EXPECT_EQ(converter_for(named_config("cat-mel_2bar_small"), {.cut = Cut::reference})->info().cut, Cut::reference);
  EXPECT_EQ(converter_for(named_config("cat-mel_2bar_small"))->info().music, "melodies");
}

}  // namespace
}  // namespace musicvae::data
