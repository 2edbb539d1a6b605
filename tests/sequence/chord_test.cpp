// Chords: symbols as note_seq reads them, the 49 classes and their names, and chords along a grid.
#include "musicvae/sequence/chord.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "musicvae/error.hpp"
#include "musicvae/sequence/chord_sequence.hpp"
#include "paths.hpp"

namespace musicvae {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::ThrowsMessage;

nlohmann::json golden() {
  std::ifstream in(std::filesystem::path(test::data_folder) / "golden" / "chords" / "chord_symbols.json");
  return nlohmann::json::parse(in);
}

/// The class of a symbol, or the name of note_seq's error.
nlohmann::json class_of(const std::string& symbol) {
  try {
    return read_chord(symbol).chord.category();
  } catch (const ChordSymbolError&) {
    return "ChordSymbolError";
  } catch (const ChordClassError&) {
    return "ChordEncodingError";
  }
}

TEST(Chord, ReadsSymbolsAsNoteSeqDoes) {
  const nlohmann::json symbols = golden().at("encode");
  ASSERT_EQ(symbols.size(), 158U);
  for (const auto& symbol : symbols) EXPECT_EQ(class_of(symbol.at(0)), symbol.at(1)) << symbol;
}

TEST(Chord, HasTheNamesOfNoteSeq) {
  const nlohmann::json names = golden().at("decode");
  ASSERT_EQ(names.size(), static_cast<std::size_t>(Chord::kClasses));
  for (int category = 0; category < Chord::kClasses; ++category) {
    const Chord chord = Chord::of_class(category);
    EXPECT_EQ(chord.category(), category);
    EXPECT_EQ(chord.name(), names.at(static_cast<std::size_t>(category)));
    EXPECT_EQ(read_chord(chord.name()).chord, chord);
    EXPECT_FALSE(read_chord(chord.name()).reduced);
  }
}

TEST(Chord, TransposesToTheClassOfTheTransposedSymbol) {
  const nlohmann::json cases = golden().at("transpose");
  ASSERT_EQ(cases.size(), 77U);
  for (const auto& item : cases) {
    const Chord moved = read_chord(item.at(0).get<std::string>()).chord.transposed(item.at(1));
    EXPECT_EQ(moved, read_chord(item.at(2).get<std::string>()).chord) << item;
  }
  EXPECT_EQ(Chord(11, ChordQuality::minor).transposed(1), Chord(0, ChordQuality::minor));
  EXPECT_EQ(Chord(0, ChordQuality::diminished).transposed(-25), Chord(11, ChordQuality::diminished));
}

TEST(Chord, SaysWhenASymbolMeansMore) {
  for (const char* same : {"C", "Dbm", "Faug", "B-", "N.C.", "C7no7"}) EXPECT_FALSE(read_chord(same).reduced) << same;
  for (const char* more : {"Cmaj7", "C/E", "Am6", "Cadd9", "G7#5"}) EXPECT_TRUE(read_chord(more).reduced) << more;
}

TEST(Chord, AWrongSymbolIsATypedErrorWithItsName) {
  EXPECT_THAT([] { (void)read_chord("H7"); }, ThrowsMessage<ChordSymbolError>(HasSubstr("\"H7\": is not a chord symbol")));
  EXPECT_THAT([] { (void)read_chord("C7add7"); }, ThrowsMessage<ChordSymbolError>(HasSubstr("has already")));
  EXPECT_THAT([] { (void)read_chord("Gsus4"); }, ThrowsMessage<ChordClassError>(HasSubstr("\"Gsus4\": is not a major, minor")));
  EXPECT_THROW((void)read_chord(std::string(100'000, '(')), ChordSymbolError);
  EXPECT_THROW((void)read_chord("Cadd" + std::string(1000, '9') + "("), ChordSymbolError);
  EXPECT_THROW((void)Chord(12, ChordQuality::major), ArgumentError);
  EXPECT_THROW((void)Chord::of_class(49), ArgumentError);
  EXPECT_THROW((void)Chord::of_class(-1), ArgumentError);
  EXPECT_THROW((void)Chord().root(), ArgumentError);
  EXPECT_EQ(Chord::of_class(48).root(), 11);
  EXPECT_EQ(Chord::of_class(48).quality(), ChordQuality::diminished);
}

std::vector<std::string> names(const ChordSequence& chords) {
  std::vector<std::string> result;
  for (int step = 0; step < chords.steps(); ++step) result.push_back(chords.at(step).name());
  return result;
}

constexpr Grid kTwoStepsPerBar{.steps_per_quarter = 1, .beats_per_bar = 2};

TEST(ChordSequence, ReadsBarsAndBeats) {
  const ReadChords read = read_chords("C  Am7:1\tG:1 Am7", kTwoStepsPerBar);
  EXPECT_THAT(names(read.chords), ElementsAre("C", "C", "Am", "G", "Am", "Am"));
  EXPECT_THAT(read.remarks, ElementsAre("Am7 is read as Am"));
  EXPECT_EQ(read_chords("F").chords.steps(), 16);
  EXPECT_THAT(read_chords("F").remarks, IsEmpty());
}

TEST(ChordSequence, RefusesWhatIsNotChords) {
  EXPECT_THROW((void)read_chords(""), ArgumentError);
  for (const char* text : {"C:", "C:0", "C:-1", "C:1.5", "C:x", "C:4097", "C:99999999999", "C:1:1"}) {
    EXPECT_THAT([=] { (void)read_chords(text); }, ThrowsMessage<ArgumentError>(HasSubstr(text))) << text;
  }
  EXPECT_THROW((void)read_chords("C x"), ChordSymbolError);
  EXPECT_THROW((void)read_chords("C Gsus"), ChordClassError);
}

TEST(ChordSequence, IsARegularValue) {
  ChordSequence chords(4);
  EXPECT_THAT(names(chords), ElementsAre("N.C.", "N.C.", "N.C.", "N.C."));
  chords.set(1, 2, Chord(0, ChordQuality::major));
  EXPECT_THAT(names(chords.transposed(2)), ElementsAre("N.C.", "D", "D", "N.C."));
  EXPECT_THAT(names(chords.slice(2, 2)), ElementsAre("C", "N.C."));
  EXPECT_THAT(names(chords.slice(0, 2).repeated(5)), ElementsAre("N.C.", "C", "N.C.", "C", "N.C."));
  ChordSequence twice = chords;
  twice.append(twice);
  EXPECT_EQ(twice, chords.repeated(8));
  EXPECT_NE(twice, chords);
  EXPECT_TRUE(ChordSequence().empty());
  EXPECT_THROW((void)chords.at(4), ArgumentError);
  EXPECT_THROW(chords.set(3, 2, {}), ArgumentError);
  EXPECT_THROW((void)chords.slice(3, 2), ArgumentError);
  EXPECT_THROW((void)ChordSequence().repeated(1), ArgumentError);
  EXPECT_THROW((void)ChordSequence(-1), ArgumentError);
}

}  // namespace
}  // namespace musicvae
