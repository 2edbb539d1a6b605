// Whole grooves on the path from one groove to another.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "musicvae/error.hpp"
#include "musicvae/latent/interpolate.hpp"
#include "musicvae/latent/reconstruct.hpp"
#include "small_groove_release.hpp"
#include "tiny_model.hpp"

namespace musicvae {
namespace {

using testing::HasSubstr;

TEST(Morph, EndsAreReconstructions) {
  Sampler sampler{MusicVae(test::tiny_model())};
  for (const int bars : {1, 4}) {
    const DrumSequence a = test::beat(bars, 1);
    const DrumSequence b = test::beat(bars, 4);
    for (const Interpolation method : {Interpolation::slerp, Interpolation::lerp}) {
      const std::vector<DrumSequence> way = interpolate(sampler, a, b, 5, method);
      ASSERT_EQ(way.size(), 5U);
      EXPECT_EQ(way.front(), reconstruct(sampler, a));
      EXPECT_EQ(way.back(), reconstruct(sampler, b));
    }
  }
}

TEST(Morph, TheShorterLoopIsRepeated) {
  Sampler sampler{MusicVae(test::tiny_model())};
  const DrumSequence two = test::beat(2, 3);
  const std::vector<DrumSequence> grooves = interpolate(sampler, two, test::beat(4, 1), 3);
  EXPECT_EQ(grooves, interpolate(sampler, two.concat(two), test::beat(4, 1), 3));
  EXPECT_EQ(grooves.front().steps(), 64);
  EXPECT_EQ(two.repeated(48), two.concat(two).slice(0, 48));
}

TEST(Morph, EndsThatDoNotFitAreBothNamed) {
  Sampler sampler{MusicVae(test::tiny_model())};
  const auto error = [&](const DrumSequence& from, const DrumSequence& to, int steps = 5) {
    try {
      (void)interpolate(sampler, from, to, steps);
    } catch (const ArgumentError& e) {
      return std::string(e.what());
    }
    return std::string("no error");
  };
  const DrumSequence groove = test::beat(4, 1);
  EXPECT_THAT(error(groove, DrumSequence(0)), testing::AllOf(HasSubstr("has 64 steps"), HasSubstr("the other 0 steps")));
  EXPECT_THAT(error(DrumSequence(24, {4, 3, 4}), DrumSequence(24, {6, 4, 4})),
              testing::AllOf(HasSubstr("3/4, 4 per quarter note"), HasSubstr("4/4, 6 per quarter note")));
  EXPECT_THAT(error(test::beat(5, 1), test::beat(5, 2)), HasSubstr("slice it to 1 to 64"));
  EXPECT_THAT(error(groove, groove, 1), HasSubstr("use 2 or more"));
}

}  // namespace
}  // namespace musicvae
