#include "musicvae/render/music_svg.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <clocale>
#include <limits>

#include "musicvae/error.hpp"
#include "musicvae/render/attribute_effects_svg.hpp"
#include "svg_reader.hpp"

namespace musicvae::render {
namespace {

using test::Element;
using test::SvgReader;
using testing::Contains;
using testing::HasSubstr;
using testing::StartsWith;

// A hit as drawn, parsed from its path "M x y h...".
struct Mark {
  double x = 0.0;
  double top = 0.0;
  double height = 0.0;
  std::string fill;
  std::string title;
};

std::vector<Mark> marks(const SvgReader& svg) {
  std::vector<Mark> result;
  for (const Element& e : svg.named("path")) {
    if (e.title.empty()) continue;
    const std::string& path = e.attributes.at("d");
    Mark mark{std::stod(path.substr(1)), std::stod(path.substr(path.find(' ') + 1)), 0.0, e.attributes.at("fill"), e.title};
    const double radius = std::stod(path.substr(path.find('q') + 1));
    mark.height = std::stod(path.substr(path.find('v') + 1)) + 2 * radius;
    result.push_back(mark);
  }
  return result;
}

DrumSequence four_on_the_floor(int bars = 1) {
  DrumSequence sequence(16 * bars);
  for (int step = 0; step < sequence.steps(); step += 4) sequence.set(step, Drum::kick, 0.9F);
  return sequence;
}

double luminance(const std::string& colour) {
  const auto level = [&](std::size_t at) { return std::stoi(colour.substr(at, 2), nullptr, 16); };
  return 0.2126 * level(1) + 0.7152 * level(3) + 0.0722 * level(5);
}

TEST(MusicSvg, EachHitIsAMarkAtItsPlace) {
  DrumSequence sequence(32);
  sequence.set(0, Drum::kick, 1.0F);
  sequence.set(8, Drum::kick, 1.0F);
  sequence.set(8, Drum::ride, 0.2F, -1.0F);
  sequence.set(16, Drum::kick, 0.5F, 1.0F);
  const std::vector<Mark> m = marks(SvgReader(music_svg(sequence)));
  ASSERT_EQ(m.size(), 4U);
  const double step = (m[1].x - m[0].x) / 8;
  EXPECT_GT(step, 10.0) << "32 steps fill the width";
  EXPECT_NEAR(m[2].x, m[1].x - step / 2, 0.02) << "half a step early";
  EXPECT_NEAR(m[3].x, m[0].x + 16.5 * step, 0.02) << "half a step late";
  EXPECT_NEAR(m[0].top, m[1].top, 0.01);
  EXPECT_LT(m[2].top, m[0].top) << "the ride is above the kick";
  EXPECT_GT(m[0].height, m[3].height);
  EXPECT_GT(m[3].height, m[2].height);
  EXPECT_LT(luminance(m[0].fill), luminance(m[3].fill));
  EXPECT_LT(luminance(m[3].fill), luminance(m[2].fill));
  EXPECT_EQ(m[0].title, "kick, bar 1 beat 1, velocity 127, on time");
  EXPECT_EQ(m[2].title, "ride, bar 1 beat 3, velocity 25, 0.5 steps early");
  EXPECT_EQ(m[3].title, "kick, bar 2 beat 1, velocity 64, 0.5 steps late");
}

TEST(MusicSvg, ATrioHasALaneForEachPart) {
  Melody melody(16);
  melody.set(0, 72);
  Melody bass(16);
  bass.set(0, 36);
  const SvgReader svg(music_svg(Trio(melody, bass, four_on_the_floor())));
  const std::vector<Mark> m = marks(svg);
  ASSERT_EQ(m.size(), 6U);
  EXPECT_THAT(m[0].title, StartsWith("C5, bar 1 beat 1"));
  EXPECT_THAT(m[1].title, StartsWith("C2, bar 1 beat 1"));
  EXPECT_THAT(m[2].title, HasSubstr("kick"));
  EXPECT_LT(m[0].top + 20, m[1].top) << "the melody is above the bass";
  EXPECT_LT(m[1].top + 20, m[2].top) << "and the drums are below";
  EXPECT_EQ(m[0].x, m[1].x);
  EXPECT_EQ(m[0].x, m[2].x);
}

TEST(MusicSvg, LinesAreBarsBeatsAndSteps) {
  const auto lines = [](const DrumSequence& sequence) {
    std::vector<std::ptrdiff_t> counts;
    for (const Element& e : SvgReader(music_svg(sequence)).named("path")) {
      if (!e.attributes.contains("stroke")) continue;
      counts.push_back(std::count(e.attributes.at("d").begin(), e.attributes.at("d").end(), 'M'));
    }
    return counts;
  };
  EXPECT_EQ(lines(DrumSequence(32)), (std::vector<std::ptrdiff_t>{24, 6, 3}));
  EXPECT_EQ(lines(DrumSequence(12, {4, 6, 8})), (std::vector<std::ptrdiff_t>{6, 5, 2})) << "6/8: a beat is two 16ths";
  EXPECT_EQ(lines(DrumSequence(20)), (std::vector<std::ptrdiff_t>{15, 3, 3})) << "a bar and a beat";
}

TEST(MusicSvg, NamesTheDrumsTheBarsAndItself) {
  const SvgReader svg(music_svg(four_on_the_floor(2), "Disco"));
  for (const std::string_view drum : kDrumNames) EXPECT_THAT(svg.words(), Contains(std::string(display_name(from_name<Drum>(drum)))));
  EXPECT_THAT(svg.words(), Contains("2"));
  EXPECT_THAT(svg.words(), Contains("Disco"));
  const Element& root = svg.elements().back();
  EXPECT_EQ(root.name, "svg");
  EXPECT_EQ(root.title, "Disco");
  EXPECT_EQ(root.attributes.at("role"), "img");
  EXPECT_EQ(svg.named("desc").at(0).text, "Disco: 2 bars of 4/4, 8 hits: kick 8");
}

TEST(MusicSvg, StandsAloneInAnyPage) {
  const std::string svg = music_svg(four_on_the_floor(), "x");
  for (const char* foreign : {" id=", "<style", "<script", "href", "url(", "@import"})
    EXPECT_EQ(svg.find(foreign), std::string::npos) << foreign;
  EXPECT_EQ(SvgReader(svg).named("rect").at(0).attributes.at("fill"), "#ffffff") << "a background of its own";
}

TEST(MusicSvg, AnyTitleIsValidXml) {
  const std::string title = "<b>\"R&B\"</b> \x01 \xff\xc0\x80 \xed\xa0\x80 \xf0\x9f\xa5\x81 \xef\xbf\xbf";
  const std::string expected =
      "<b>\"R&B\"</b> \xEF\xBF\xBD \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD \xf0\x9f\xa5\x81 "
      "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD";
  const SvgReader svg(music_svg(four_on_the_floor(), title));
  EXPECT_EQ(svg.elements().back().title, expected);
  EXPECT_THAT(svg.words(), Contains(expected));
  EXPECT_THAT(SvgReader(music_svg(four_on_the_floor(), std::string(100'000, 'x'))).words(), Contains(HasSubstr("x\u2026")));
}

TEST(MusicSvg, TheSameBytesEachTimeAndInEachLocale) {
  const std::string svg = music_svg(four_on_the_floor(4), "x");
  EXPECT_EQ(music_svg(four_on_the_floor(4), "x"), svg);
  const char* german = std::setlocale(LC_ALL, "de_DE.UTF-8");  // its decimal point is a comma; may not be installed
  EXPECT_EQ(music_svg(four_on_the_floor(4), "x"), svg);
  if (german != nullptr) std::setlocale(LC_ALL, "C");
}

TEST(MusicSvg, SeveralStandSideBySide) {
  std::vector<Panel> panels;
  for (const char* title : {"a", "b", "c"}) panels.push_back({four_on_the_floor(4), title});
  const SvgReader svg(music_svg(panels));
  std::map<std::string, std::pair<double, double>> at;
  for (const Element& e : svg.named("text")) at[e.text] = {e.number("x"), e.number("y")};
  EXPECT_EQ(at["a"].second, at["b"].second);
  EXPECT_LT(at["a"].first, at["b"].first);
  EXPECT_EQ(at["c"].first, at["a"].first) << "three of 64 steps would be too small to read";
  EXPECT_GT(at["c"].second, at["a"].second);
  EXPECT_EQ(marks(svg).size(), 48U);
  EXPECT_LE(svg.elements().back().number("width"), 960.0);
  EXPECT_EQ(svg.elements().back().title, "3 drum grooves");

  const SvgReader row(music_svg(panels, {.columns = 3}));
  for (const Element& e : row.named("text")) at[e.text] = {e.number("x"), e.number("y")};
  EXPECT_EQ(at["a"].second, at["c"].second);
}

TEST(MusicSvg, ALongOneGoesOnBelow) {
  const SvgReader svg(music_svg(four_on_the_floor(10)));
  EXPECT_EQ(marks(svg).size(), 40U);
  std::map<double, int> kicks_at;
  for (const Mark& mark : marks(svg)) ++kicks_at[mark.top];
  ASSERT_EQ(kicks_at.size(), 3U) << "lines of four bars";
  EXPECT_EQ(kicks_at.rbegin()->second, 8);
  EXPECT_EQ(std::ranges::count(svg.words(), "kick"), 3);
  const double height = svg.elements().back().number("height");
  for (const Mark& mark : marks(svg)) EXPECT_LT(mark.top + mark.height, height);
}

TEST(MusicSvg, EverythingLiesInside) {
  DrumSequence edges(64);
  for (int d = 0; d < kDrums; ++d) {
    edges.set(0, static_cast<Drum>(d), 1.0F, -1.0F);
    edges.set(63, static_cast<Drum>(d), 1.0F, 1.0F);
  }
  const SvgReader svg(music_svg(edges));
  double names_end = 0.0;
  for (const Element& e : svg.named("text")) {
    if (e.text == "kick") names_end = e.number("x");
  }
  for (const Mark& mark : marks(svg)) {
    EXPECT_GT(mark.x, names_end);
    EXPECT_LT(mark.x + 8, svg.elements().back().number("width"));
    EXPECT_GT(mark.top, 0.0);
  }
}

TEST(MusicSvg, OddSizes) {
  for (const int steps : {0, 1, 15, 17, 3000}) EXPECT_NO_THROW(SvgReader{music_svg(DrumSequence(steps))}) << steps;
  EXPECT_THAT(SvgReader(music_svg(DrumSequence(0))).words(), Contains("no steps"));
  EXPECT_NO_THROW(SvgReader{music_svg(DrumSequence(400, {96, 4, 4}))});
  EXPECT_NO_THROW(SvgReader{music_svg(DrumSequence(64), "narrow", {.width = 240.0})});
  const std::vector<Panel> mixed = {{DrumSequence(16), "long"}, {DrumSequence(12, {4, 3, 4}), ""}, {DrumSequence(0), "empty"}};
  EXPECT_NO_THROW(SvgReader{music_svg(mixed)});
  DrumSequence one(1);
  one.set(0, Drum::snare, 0.0F);
  EXPECT_EQ(marks(SvgReader(music_svg(one))).size(), 1U) << "a silent hit is drawn too";
  EXPECT_EQ(marks(SvgReader(music_svg(four_on_the_floor(), "", {.tooltips = false}))).size(), 0U);
}

TEST(MusicSvg, RefusesWhatCannotBeDrawn) {
  EXPECT_THROW((void)music_svg(std::span<const Panel>()), ArgumentError);
  EXPECT_THROW((void)music_svg(DrumSequence(kMaxPictureSteps + 1)), ArgumentError);
  const std::vector<Panel> many(static_cast<std::size_t>(kMaxPictureSteps) + 1);
  EXPECT_THROW((void)music_svg(many), ArgumentError);
  for (const double width : {0.0, 239.0, 1e9, std::numeric_limits<double>::quiet_NaN()})
    EXPECT_THROW((void)music_svg(DrumSequence(16), "", {.width = width}), ArgumentError);
  EXPECT_THROW((void)music_svg(DrumSequence(16), "", {.bars_per_line = 0}), ArgumentError);
  EXPECT_THROW((void)music_svg(DrumSequence(16), "", {.columns = -1}), ArgumentError);
}

Melody tune() {
  Melody melody(32);
  melody.set(0, 60);
  melody.set(4, 67);
  melody.set(10, Melody::kOff);
  melody.set(16, 72);
  return melody;
}

// The width of a mark: from its straight left edge to the end of its right corners.
double width_of(const Element& mark) {
  const std::string& path = mark.attributes.at("d");
  return std::stod(path.substr(path.find('h') + 1)) + std::stod(path.substr(path.find('q') + 1));
}

TEST(MusicSvg, ANoteIsAMarkFromItsBeginningToItsEnd) {
  const SvgReader svg(music_svg(tune(), "Tune"));
  const std::vector<Mark> m = marks(svg);
  ASSERT_EQ(m.size(), 3U);
  const double step = (m[1].x - m[0].x) / 4;
  EXPECT_NEAR(m[2].x, m[0].x + 16 * step, 0.05);
  EXPECT_LT(m[1].top, m[0].top) << "a higher pitch is above";
  EXPECT_NEAR(m[0].top - m[1].top, 7 * (m[1].top - m[2].top) / 5, 0.05) << "each semitone has a row";
  EXPECT_EQ(m[0].title, "C4, bar 1 beat 1, 1 beat long");
  EXPECT_EQ(m[1].title, "G4, bar 1 beat 2, 1.5 beats long");
  EXPECT_EQ(m[2].title, "C5, bar 2 beat 1, 4 beats long");
  std::vector<double> widths;
  for (const Element& e : svg.named("path")) {
    if (!e.title.empty()) widths.push_back(width_of(e));
  }
  EXPECT_NEAR(widths[1] + 1.0, 6 * step, 0.05) << "until the off";
  EXPECT_NEAR(widths[2] + 1.0, 16 * step, 0.05) << "until the end";
  EXPECT_THAT(svg.words(), Contains("C4"));
  EXPECT_THAT(svg.words(), Contains("C5"));
  EXPECT_EQ(svg.named("desc").at(0).text, "Tune: 2 bars of 4/4, 3 notes from C4 to C5");
  EXPECT_THAT(svg.words(), testing::Not(Contains("loud"))) << "a melody has no velocities";
}

// The words of a picture with the places where they stand; of equal words, the last.
std::map<std::string, std::pair<double, double>> places(const SvgReader& svg) {
  std::map<std::string, std::pair<double, double>> at;
  for (const Element& e : svg.named("text")) at[e.text] = {e.number("x"), e.number("y")};
  return at;
}

TEST(MusicSvg, AChordStandsAboveTheRollWhereItBegins) {
  const Melody melody = tune().with_chords(read_chords("C:2 F#m:2 C").chords);
  const SvgReader svg(music_svg(melody, "Tune"));
  const std::vector<Mark> m = marks(svg);
  const auto at = places(svg);
  const double step = (m[1].x - m[0].x) / 4;
  EXPECT_NEAR(at.at("F#m").first, m[0].x + 8 * step, 0.05);
  EXPECT_NEAR(at.at("C").first, m[0].x + 16 * step, 0.05);
  EXPECT_EQ(at.at("F#m").second, at.at("C").second);
  EXPECT_LT(at.at("C").second, at.at("1").second) << "above the numbers of the bars";
  EXPECT_GT(at.at("C").second, at.at("Tune").second) << "and below the title";
  EXPECT_EQ(std::ranges::count(svg.words(), "C"), 2) << "only where it begins";
  EXPECT_EQ(svg.named("desc").at(0).text, "Tune: 2 bars of 4/4, 3 notes from C4 to C5, on C, F#m, C");
  EXPECT_EQ(marks(SvgReader(music_svg(tune(), "Tune")))[0].x, m[0].x);
  EXPECT_EQ(music_svg(melody.with_chords({}), "Tune"), music_svg(tune(), "Tune"));
}

TEST(MusicSvg, ChordsLeaveRoomInEveryPanelAndLine) {
  const ChordSequence chords = read_chords("Am Bbdim").chords;
  const std::vector<Panel> panels = {{tune(), "without"}, {tune().with_chords(chords), "with"}};
  const std::vector<Mark> m = marks(SvgReader(music_svg(panels)));
  ASSERT_EQ(m.size(), 6U);
  EXPECT_EQ(m[0].top, m[3].top) << "side by side";
  const auto at = places(SvgReader(music_svg(tune().with_chords(chords), "", {.bars_per_line = 1})));
  EXPECT_EQ(at.at("Am").first, at.at("Bbdim").first) << "the second line";
  EXPECT_LT(at.at("1").second + 20, at.at("Bbdim").second);
  EXPECT_LT(at.at("Bbdim").second, at.at("2").second);
}

TEST(MusicSvg, AChordThatLastsAStepIsNoWiderThanIt) {
  ChordSequence chords(32);
  for (int step = 0; step < 32; ++step) chords.set(step, 1, Chord(step % 12, ChordQuality::diminished));
  const SvgReader svg(music_svg(tune().with_chords(chords)));
  const std::vector<Mark> m = marks(svg);
  const double step = (m[1].x - m[0].x) / 4;
  for (const Element& e : svg.named("text")) {
    const bool last = e.number("x") > m[0].x + 30.5 * step;  // it has more room
    if (e.text.find("dim") != std::string::npos && !last) {
      EXPECT_LE(e.number("font-size") * 0.6 * static_cast<double>(e.text.size()), step) << e.text;
    }
  }
}

TEST(MusicSvg, TriosAndTracksShowTheirChords) {
  const Melody melody = tune().with_chords(read_chords("Dm G").chords);
  const SvgReader trio(music_svg(Trio(melody, Melody(32), DrumSequence(32))));
  EXPECT_THAT(trio.words(), testing::IsSupersetOf({"Dm", "G", "kick"}));
  EXPECT_THAT(trio.named("desc").at(0).text, HasSubstr("on Dm, G"));
  Tracks tracks(96);
  tracks.add({.program = 4, .notes = {{.pitch = 60, .velocity = 90, .start = 0, .end = 24}}});
  const SvgReader svg(music_svg(tracks.with_chords(read_chords("Eaug", Tracks::kGrid).chords)));
  EXPECT_THAT(svg.words(), Contains("Eaug"));
  EXPECT_GT(marks(svg).at(0).top, places(svg).at("Eaug").second);
  EXPECT_THAT(SvgReader(music_svg(Melody(16).with_chords(ChordSequence(16)))).words(), Contains("N.C."));
}

TEST(MusicSvg, ANoteGoesOnOnTheNextLine) {
  Melody melody(32);
  melody.set(12, 64);
  melody.set(20, Melody::kOff);
  const std::vector<Mark> m = marks(SvgReader(music_svg(melody, "", {.bars_per_line = 1})));
  ASSERT_EQ(m.size(), 2U) << "four steps on the first line and four on the second";
  EXPECT_LT(m[1].x, m[0].x);
  EXPECT_GT(m[1].top, m[0].top);
  EXPECT_EQ(m[0].title, m[1].title);
}

TEST(MusicSvg, SeveralMelodiesShareTheirRows) {
  Melody low(16);
  low.set(0, 40);
  const std::vector<Panel> panels = {{tune(), "high"}, {low, "low"}};
  const SvgReader svg(music_svg(panels));
  const std::vector<Mark> m = marks(svg);
  ASSERT_EQ(m.size(), 4U);
  EXPECT_GT(m[3].x, m[2].x) << "side by side";
  EXPECT_GT(m[3].top, m[0].top) << "20 semitones lower";
  EXPECT_EQ(svg.elements().back().title, "2 melodies");
}

TEST(MusicSvg, GroovesAndMelodiesAreBelowEachOther) {
  const std::vector<Panel> panels = {{four_on_the_floor(), "drums"}, {tune(), "tune"}, {Melody(0), "none"}};
  const SvgReader svg(music_svg(panels));
  const std::vector<Mark> m = marks(svg);
  ASSERT_EQ(m.size(), 7U);
  EXPECT_NEAR(m[4].x, m[0].x, 0.01) << "one column, so that each has its own names";
  EXPECT_GT(m[4].top, m[0].top);
  EXPECT_THAT(svg.words(), Contains("kick"));
  EXPECT_THAT(svg.words(), Contains("C4"));
  EXPECT_THAT(svg.words(), Contains("no steps"));
  EXPECT_THAT(svg.words(), Contains("loud"));
  EXPECT_EQ(svg.elements().back().title, "3 pieces of music");
}

TEST(MusicSvg, EveryPitchCanBeDrawn) {
  for (const int pitch : {0, 1, 60, 126, 127}) {
    Melody melody(16);
    melody.set(0, pitch);
    EXPECT_EQ(marks(SvgReader(music_svg(melody))).size(), 1U) << pitch;
  }
  EXPECT_NO_THROW(SvgReader{music_svg(Melody(48, {4, 3, 4}))});
}

TEST(AttributeEffectsSvg, EachPairHasTwoHalves) {
  AttributeEffects effects;
  effects.names = {"density", "swing & <fill>"};
  effects.plain = {0.5, 0.0};
  effects.down = {0.25, 0.0, 0.5, -0.1};
  effects.up = {0.75, 0.05, 0.5, 0.1};
  effects.range = {0.25, 0.1};
  effects.samples = 9;
  const SvgReader svg(attribute_effects_svg(effects, "Tiny"));
  EXPECT_EQ(svg.named("rect").size(), 8U + 1U) << "and the paper";
  EXPECT_THAT(svg.words(), Contains("+1"));
  EXPECT_THAT(svg.words(), Contains("-1"));
  EXPECT_THAT(svg.words(), Contains("+0.5"));
  EXPECT_THAT(svg.words(), Contains("swing & <fill>"));
  EXPECT_THAT(svg.words(), Contains(HasSubstr("9 samples")));
  EXPECT_EQ(svg.elements().back().title, "Tiny");
  EXPECT_EQ(svg.named("rect").at(1).attributes.at("fill").substr(0, 1), "#");
  EXPECT_NE(svg.named("rect").at(1).attributes.at("fill"), svg.named("rect").at(2).attributes.at("fill")) << "less is not more";
  EXPECT_THROW((void)attribute_effects_svg({}), ArgumentError);
}

}  // namespace
}  // namespace musicvae::render
