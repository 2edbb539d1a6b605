#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "musicvae/error.hpp"
#include "musicvae/render/loss_curve.hpp"
#include "svg_reader.hpp"
#include "temp_folder.hpp"

namespace musicvae::render {
namespace {

using test::SvgReader;
using test::TempFolder;
using testing::Contains;
using testing::HasSubstr;

const std::string lines =
    R"({"kind":"train","step":0,"loss":570.5,"hits":400.0,"kl":27.3,"beta":0.0,"seconds":1.2}
{"kind":"train","step":1,"loss":558.25,"hits":394.7,"kl":27.5,"beta":0.2,"seconds":1.1}
{"kind":"validation","step":2,"windows":10,"mean":{"loss":163.5,"hits":131.1},"sampled":{"loss":165.5},"best":true,"seconds":13.3}
{"kind":"train","step":2,"loss":null}
{"kind":"note","step":2,"text":"a later version's"}
)";

TEST(LossCurve, ReadsARunAndItsFile) {
  const TempFolder run;
  test::spill(run / "metrics.jsonl", lines);
  const LossCurve curve = read_loss_curve(run.path());
  EXPECT_EQ(curve.train, (std::vector<LossPoint>{{0, 570.5}, {1, 558.25}}));
  EXPECT_EQ(curve.validation, (std::vector<LossPoint>{{2, 165.5}}));
  EXPECT_EQ(read_loss_curve(run / "metrics.jsonl").train, curve.train);
}

TEST(LossCurve, ALineThatACrashCutIsPassedOver) {
  const TempFolder run;
  test::spill(run / "metrics.jsonl", lines + R"({"kind":"train","step":3,"lo)");
  EXPECT_EQ(read_loss_curve(run.path()).train.size(), 2U);
}

TEST(LossCurve, RefusesWhatIsNoRecord) {
  const TempFolder run;
  EXPECT_THROW((void)read_loss_curve(run.path()), FileError);
  EXPECT_THROW((void)read_loss_curve(run / "no"), FileError);
  for (const char* bad : {"words\n", "[1]\n", "{}\n", "{\"kind\":\"train\"}\n", "{\"kind\":\"train\",\"step\":0.5,\"loss\":1}\n",
                          "{\"kind\":\"train\",\"step\":0,\"loss\":\"1\"}\n", "{\"kind\":\"validation\",\"step\":0,\"sampled\":3}\n",
                          "{\"kind\":\"train\",\"step\":0}\n", "{\"kind\":1,\"step\":0}\n"}) {
    test::spill(run / "metrics.jsonl", lines + bad);
    try {
      (void)read_loss_curve(run.path());
      ADD_FAILURE() << bad;
    } catch (const FormatError& e) {
      EXPECT_THAT(e.what(), HasSubstr("metrics.jsonl: byte " + std::to_string(lines.size()))) << bad;
    }
  }
}

TEST(LossSvg, DrawsBothCurves) {
  LossCurve curve;
  for (int step = 0; step < 1000; ++step) curve.train.push_back({step, 100.0 + 400.0 * std::exp(-step / 100.0)});
  curve.validation = {{250, 160.0}, {500, 120.0}, {750, 130.0}};
  const SvgReader svg(loss_svg(curve, "Loss of <my run>"));
  EXPECT_EQ(svg.elements().back().title, "Loss of <my run>");
  EXPECT_THAT(svg.words(), Contains("validation: best 120 at step 500"));
  EXPECT_THAT(svg.words(), Contains("nats per window, logarithmic"));
  EXPECT_THAT(svg.words(), Contains("200"));
  const std::vector<test::Element> dots = svg.named("circle");
  ASSERT_EQ(dots.size(), 3U);
  EXPECT_GT(dots[1].number("r"), dots[0].number("r")) << "the best is larger";
  EXPECT_GT(dots[1].number("cy"), dots[2].number("cy"));
  EXPECT_GT(dots[2].number("cy"), dots[0].number("cy"));
  EXPECT_NEAR(dots[2].number("cx") - dots[1].number("cx"), dots[1].number("cx") - dots[0].number("cx"), 0.02);
  EXPECT_EQ(loss_svg(curve, "x"), loss_svg(curve, "x"));
}

TEST(LossSvg, FewPointsAndOddValues) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW((void)loss_svg({}), ArgumentError);
  EXPECT_THROW((void)loss_svg({{{0, nan}}, {}}), ArgumentError);
  for (const LossCurve& curve :
       {LossCurve{{{5, 3.0}}, {}}, LossCurve{{}, {{5, 3.0}}}, LossCurve{{{0, 0.0}, {1, 0.0}}, {}}, LossCurve{{{0, -5.0}, {1, 5.0}}, {}},
        LossCurve{{{0, 1e300}, {1, 1e-300}}, {}}, LossCurve{{{0, 2.0}, {1, nan}, {1'000'000'000'000, 1.0}}, {{1, nan}}}}) {
    const std::string svg = loss_svg(curve);
    EXPECT_NO_THROW(SvgReader{svg}) << svg;
    EXPECT_EQ(svg.find("nan"), std::string::npos);
    EXPECT_EQ(svg.find("inf"), std::string::npos);
    EXPECT_LT(svg.size(), 20'000U);
  }
}

}  // namespace
}  // namespace musicvae::render
