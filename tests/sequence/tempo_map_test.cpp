#include "musicvae/sequence/tempo_map.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "musicvae/error.hpp"

namespace musicvae {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

TEST(Units, AreOrderedAndAdded) {
  EXPECT_EQ(Ticks{3} + Ticks{4}, Ticks{7});
  EXPECT_EQ(Ticks{3} - Ticks{4}, Ticks{-1});
  EXPECT_LT(Ticks{3}, Ticks{4});
  EXPECT_EQ(Seconds{0.5} + Seconds{0.25}, Seconds{0.75});
  EXPECT_EQ(Seconds{0.5} - Seconds{0.25}, Seconds{0.25});
  EXPECT_GT(Seconds{0.5}, Seconds{0.25});
  EXPECT_EQ(Ticks{}, Ticks{0});
}

TEST(TempoMap, Is120Unless) {
  const TempoMap map;
  EXPECT_EQ(map.ticks_per_quarter(), 480);
  EXPECT_EQ(map.seconds({960}), Seconds{1.0});
  EXPECT_EQ(map.seconds({-960}), Seconds{-1.0}) << "before the start";
  EXPECT_EQ(map.ticks({1.0}), Ticks{960});
  ASSERT_EQ(map.segments().size(), 1U);
  EXPECT_EQ(map.segments()[0].qpm, 120.0);
}

TEST(TempoMap, GoesThroughChanges) {
  // 120 qpm for one quarter, 60 for two, then 240.
  const TempoMap map(480, {{{480}, 1'000'000}, {{1440}, 250'000}});
  EXPECT_DOUBLE_EQ(map.seconds({240}).value, 0.25);
  EXPECT_DOUBLE_EQ(map.seconds({480}).value, 0.5);
  EXPECT_DOUBLE_EQ(map.seconds({960}).value, 1.5);
  EXPECT_DOUBLE_EQ(map.seconds({1440}).value, 2.5);
  EXPECT_DOUBLE_EQ(map.seconds({1920}).value, 2.75);
  ASSERT_EQ(map.segments().size(), 3U);
  EXPECT_EQ(map.segments()[1].at, Ticks{480});
  EXPECT_DOUBLE_EQ(map.segments()[1].time.value, 0.5);
  EXPECT_DOUBLE_EQ(map.segments()[1].qpm, 60.0);
}

TEST(TempoMap, TicksAndSecondsAreEachOthersInverse) {
  const TempoMap map(96, {{{0}, 346'820}, {{100}, 1'000'000}, {{1000}, 250'001}, {{5000}, 16'777'215}});
  for (std::int64_t tick = -50; tick < 6000; ++tick) EXPECT_EQ(map.ticks(map.seconds({tick})), Ticks{tick});
  const double half = map.segments().front().seconds_per_tick / 2;
  EXPECT_EQ(map.ticks({map.seconds({10}).value + half * 0.99}), Ticks{10}) << "the nearest tick";
  EXPECT_EQ(map.ticks({map.seconds({10}).value + half * 1.01}), Ticks{11});
}

TEST(TempoMap, TheLastTempoOfATickHolds) {
  const TempoMap map(480, {{{0}, 250'000}, {{0}, 1'000'000}, {{480}, 250'000}, {{480}, 2'000'000}});
  EXPECT_DOUBLE_EQ(map.seconds({480}).value, 1.0);
  EXPECT_DOUBLE_EQ(map.seconds({960}).value, 3.0);
  EXPECT_EQ(map.segments().size(), 2U);
  EXPECT_EQ(map.tempos().size(), 4U) << "as the file had them";
}

TEST(TempoMap, RepetitionsBeginNoSegment) {
  const TempoMap map(480, {{{0}, 400'000}, {{480}, 400'000}, {{960}, 400'000}});
  EXPECT_EQ(map.segments().size(), 1U);
  EXPECT_EQ(map.tempos().size(), 3U);
}

TEST(TempoMap, IsARegularValue) {
  const TempoMap a(480, {{{0}, 400'000}});
  TempoMap b = a;
  EXPECT_EQ(a, b);
  b = TempoMap(480);
  EXPECT_NE(a, b);
  EXPECT_NE(TempoMap(480), TempoMap(96));
  EXPECT_NE(TempoMap(480), TempoMap(480, {{{0}, 500'000}})) << "a tempo that is said is not one that is understood";
}

TEST(TempoMap, WhatCannotBeIsAnError) {
  EXPECT_THROW(TempoMap(0), ArgumentError);
  EXPECT_THROW(TempoMap(480, {{{0}, 0}}), ArgumentError);
  EXPECT_THROW(TempoMap(480, {{{0}, 0x100'0000}}), ArgumentError);
  EXPECT_THROW(TempoMap(480, {{{-1}, 500'000}}), ArgumentError);
  EXPECT_THROW(TempoMap(480, {{{10}, 500'000}, {{9}, 500'000}}), ArgumentError);
  for (const double seconds : {infinity, -infinity, std::numeric_limits<double>::quiet_NaN(), 1e300}) {
    EXPECT_THROW(static_cast<void>(TempoMap().ticks({seconds})), ArgumentError) << seconds;
  }
}

TEST(Tempo, FromQuartersAMinute) {
  EXPECT_EQ(Tempo::from_qpm(120.0).microseconds_per_quarter, 500'000U);
  EXPECT_EQ(Tempo::from_qpm(173.0, {5}), (Tempo{{5}, 346'821}));
  EXPECT_EQ(Tempo::from_qpm(6e7).microseconds_per_quarter, 1U);
  EXPECT_DOUBLE_EQ(Tempo::from_qpm(90.0).qpm(), 6e7 / 666'667);
  for (const double qpm : {0.0, -120.0, 3.5, 2e8, infinity, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_THROW(static_cast<void>(Tempo::from_qpm(qpm)), ArgumentError) << qpm;
  }
}

}  // namespace
}  // namespace musicvae
