#include "musicvae/render/music_svg.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <clocale>
#include <limits>

#include "musicvae/error.hpp"
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

TEST(DrumSvg, EachHitIsAMarkAtItsPlace) {
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

TEST(DrumSvg, LinesAreBarsBeatsAndSteps) {
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

TEST(DrumSvg, NamesTheDrumsTheBarsAndItself) {
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

TEST(DrumSvg, StandsAloneInAnyPage) {
  const std::string svg = music_svg(four_on_the_floor(), "x");
  for (const char* foreign : {" id=", "<style", "<script", "href", "url(", "@import"})
    EXPECT_EQ(svg.find(foreign), std::string::npos) << foreign;
  EXPECT_EQ(SvgReader(svg).named("rect").at(0).attributes.at("fill"), "#ffffff") << "a background of its own";
}

TEST(DrumSvg, AnyTitleIsValidXml) {
  const std::string title = "<b>\"R&B\"</b> \x01 \xff\xc0\x80 \xed\xa0\x80 \xf0\x9f\xa5\x81 \xef\xbf\xbf";
  const std::string expected =
      "<b>\"R&B\"</b> \xEF\xBF\xBD \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD \xf0\x9f\xa5\x81 "
      "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD";
  const SvgReader svg(music_svg(four_on_the_floor(), title));
  EXPECT_EQ(svg.elements().back().title, expected);
  EXPECT_THAT(svg.words(), Contains(expected));
  EXPECT_THAT(SvgReader(music_svg(four_on_the_floor(), std::string(100'000, 'x'))).words(), Contains(HasSubstr("x\u2026")));
}

TEST(DrumSvg, TheSameBytesEachTimeAndInEachLocale) {
  const std::string svg = music_svg(four_on_the_floor(4), "x");
  EXPECT_EQ(music_svg(four_on_the_floor(4), "x"), svg);
  const char* german = std::setlocale(LC_ALL, "de_DE.UTF-8");  // its decimal point is a comma; may not be installed
  EXPECT_EQ(music_svg(four_on_the_floor(4), "x"), svg);
  if (german != nullptr) std::setlocale(LC_ALL, "C");
}

TEST(DrumSvg, SeveralStandSideBySide) {
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

TEST(DrumSvg, ALongOneGoesOnBelow) {
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

TEST(DrumSvg, EverythingLiesInside) {
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

TEST(DrumSvg, OddSizes) {
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

TEST(DrumSvg, RefusesWhatCannotBeDrawn) {
  EXPECT_THROW((void)music_svg(std::span<const Panel>()), ArgumentError);
  EXPECT_THROW((void)music_svg(DrumSequence(kMaxPictureSteps + 1)), ArgumentError);
  const std::vector<Panel> many(static_cast<std::size_t>(kMaxPictureSteps) + 1);
  EXPECT_THROW((void)music_svg(many), ArgumentError);
  for (const double width : {0.0, 239.0, 1e9, std::numeric_limits<double>::quiet_NaN()})
    EXPECT_THROW((void)music_svg(DrumSequence(16), "", {.width = width}), ArgumentError);
  EXPECT_THROW((void)music_svg(DrumSequence(16), "", {.bars_per_line = 0}), ArgumentError);
  EXPECT_THROW((void)music_svg(DrumSequence(16), "", {.columns = -1}), ArgumentError);
}

}  // namespace
}  // namespace musicvae::render
