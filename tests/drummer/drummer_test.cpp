#include "drummer.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "drummer/fake_host.hpp"
#include "musicvae/latent/attributes.hpp"
#include "musicvae/model/model_file.hpp"
#include "musicvae/sequence/drum_notes.hpp"

namespace musicvae::drummer {
namespace {

std::span<const std::byte> built_in() {
  static const std::shared_ptr<const DrummerModel> kept = DrummerModel::from(std::as_bytes(std::span(test::groove_bytes())));
  return std::as_bytes(std::span(test::groove_bytes()));
}

Sampler groove_sampler() {
  return Sampler(DrummerModel::from(built_in())->model);
}

DrumSequence sampled(std::uint64_t seed, std::uint64_t index = 0) {
  return groove_sampler().sample({.n = 1, .decode = {.seed = seed, .first = index}}).front();
}

DrumSequence groove_now(Drummer& drummer) {
  drummer.settle();
  return groove_of(drummer.bank().variations[0]);
}

TEST(Drummer, PlaysTheNotesThatTheSamplerMakesOfTheSeed) {
  Drummer drummer(built_in());
  drummer.set(Parameter::seed, 7);
  drummer.activate(48'000.0);
  EXPECT_EQ(drummer.status(), Status::ready);
  test::FakeHost host;
  // The second round has the early hits of the first step in place.
  host.play({{.frames = 8 * 96'000}}, 512,
            [&](int frames, const Transport& transport, MidiSink& sink) { drummer.process(frames, transport, sink); });
  const DrumSequence groove = sampled(7);
  const DrumMap& map = DrummerModel::from(built_in())->model.drum_map();
  std::vector<std::tuple<std::int64_t, int, int>> expected;
  std::vector<std::tuple<std::int64_t, int, int>> played;
  for (int step = 0; step < 64; ++step) {
    for (int d = 0; d < kDrums; ++d) {
      const Cell& cell = groove.at(step, static_cast<Drum>(d));
      if (!cell.hit) continue;
      const double at = (64 + step + 0.5 * static_cast<double>(cell.offset)) * 6'000.0;
      expected.emplace_back(static_cast<std::int64_t>(std::floor(at + 0.5)), map.pitch(static_cast<Drum>(d)),
                            std::max(1, detail::midi_velocity(cell.velocity)));
    }
  }
  std::sort(expected.begin(), expected.end());
  for (const test::PlayedEvent& event : host.note_ons()) {
    if (event.frame >= std::get<0>(expected.front()) && event.frame <= std::get<0>(expected.back()))
      played.emplace_back(event.frame, event.bytes[1], event.bytes[2]);
  }
  std::sort(played.begin(), played.end());
  EXPECT_GT(expected.size(), 30U);
  EXPECT_EQ(played, expected);
}

TEST(Drummer, MovesAGrooveAsTheCommandDoes) {
  Drummer drummer(built_in());
  drummer.set(Parameter::seed, 3);
  drummer.set(Parameter::density, -1.5F);
  drummer.set(Parameter::style, 6);
  drummer.set(Parameter::temperature, 0.5F);
  Sampler sampler = groove_sampler();
  std::vector<float> z = sampler.prior(3, 1);
  apply_attributes(z, DrummerModel::from(built_in())->attributes, {{"density", -1.5F}, {"style:funk", 1.0F}});
  EXPECT_EQ(groove_now(drummer), sampler.decode(z, {.temperature = 0.5F, .seed = 3}).front());
}

TEST(Drummer, StylesAreThoseOfTheModelAndHavePlaces) {
  const std::shared_ptr<const DrummerModel> model = DrummerModel::from(built_in());
  std::vector<std::string> styles;
  for (const auto& [name, attribute] : model->attributes) {
    if (name.starts_with("style:")) styles.push_back(name.substr(6));
  }
  EXPECT_EQ(styles, std::vector<std::string>(kStyles.begin(), kStyles.end()));
  float furthest_x = 0.0F;
  for (const std::string& style : styles) {
    const auto [x, y] = model->place_of(style);
    furthest_x = std::max(furthest_x, std::abs(x));
    EXPECT_LT(std::hypot(x, y), 2.0F) << style;
  }
  EXPECT_NEAR(furthest_x, 1.0F, 0.3F);  // measured from the mean of all grooves, not from that of the styles
  EXPECT_EQ(model->place_of("polka"), (std::array{0.0F, 0.0F}));
}

TEST(Drummer, XAndYMoveTheGroove) {
  Drummer drummer(built_in());
  const DrumSequence middle = groove_now(drummer);
  drummer.set(Parameter::x, 1);
  const DrumSequence right = groove_now(drummer);
  drummer.set(Parameter::x, 0);
  drummer.set(Parameter::y, -1);
  EXPECT_NE(right, middle);
  EXPECT_NE(groove_now(drummer), middle);
  drummer.set(Parameter::y, 0);
  EXPECT_EQ(groove_now(drummer), middle);
}

TEST(Drummer, NewGrooveLockAndHistory) {
  Drummer drummer(built_in());
  drummer.settle();  // the groove of seed 0 is the oldest one
  drummer.set(Parameter::seed, 5);
  const auto press = [&] {
    drummer.set(Parameter::new_groove, 1);
    drummer.set(Parameter::new_groove, 0);
    drummer.settle();
  };
  EXPECT_EQ(groove_now(drummer), sampled(5));
  press();
  EXPECT_EQ(groove_now(drummer), sampled(5, 1));
  press();
  EXPECT_EQ(groove_now(drummer), sampled(5, 2));
  drummer.set(Parameter::history, 1);
  EXPECT_EQ(groove_now(drummer), sampled(5, 1));
  drummer.set(Parameter::history, 31);  // more than there are: the oldest
  EXPECT_EQ(groove_now(drummer), sampled(0));
  drummer.set(Parameter::history, 0);
  EXPECT_EQ(groove_now(drummer), sampled(5, 2));

  drummer.set(Parameter::lock, 1);
  press();
  drummer.set(Parameter::seed, 6);
  EXPECT_EQ(groove_now(drummer), sampled(5, 2));
  drummer.set(Parameter::lock, 0);
  EXPECT_EQ(groove_now(drummer), sampled(6));  // a press while it is locked counts for nothing; another seed begins its series
}

TEST(Drummer, AFillKeepsTheFirstBarsAndVariationsDiffer) {
  Drummer drummer(built_in());
  drummer.settle();
  const Bank bank = drummer.bank();
  const DrumSequence groove = groove_of(bank.variations[0]);
  EXPECT_EQ(groove_of(bank.fill).slice(0, 48), groove.slice(0, 48));
  EXPECT_NE(groove_of(bank.fill), groove);
  for (int i = 1; i < kVariations; ++i) EXPECT_NE(groove_of(bank.variations[static_cast<std::size_t>(i)]), groove);
}

TEST(Drummer, ParametersStayInTheirRange) {
  Drummer drummer({});
  drummer.set(Parameter::seed, 1e30F);
  EXPECT_EQ(drummer.get(Parameter::seed), 9999.0F);
  drummer.set(Parameter::seed, std::nanf(""));
  EXPECT_EQ(drummer.get(Parameter::seed), 9999.0F);
  drummer.set(Parameter::fill_every, 2.4F);
  EXPECT_EQ(drummer.get(Parameter::fill_every), 2.0F);
  drummer.set(Parameter::x, -5);
  EXPECT_EQ(drummer.get(Parameter::x), -1.0F);
}

TEST(Drummer, WithoutAModelItIsSilentAndSaysSo) {
  Drummer drummer({});
  drummer.activate(48'000.0);
  test::FakeHost host;
  host.play({{.frames = 96'000}}, 64,
            [&](int frames, const Transport& transport, MidiSink& sink) { drummer.process(frames, transport, sink); });
  EXPECT_TRUE(host.events().empty());
  EXPECT_EQ(drummer.status(), Status::model_missing);
  EXPECT_EQ(drummer.message(), "no model; playing the saved pattern: choose a model file");
  drummer.use_model("/no/such/groove.safetensors");
  drummer.settle();
  EXPECT_EQ(drummer.message(), "/no/such/groove.safetensors: no such file; check the name");
}

TEST(Drummer, AForeignModelIsRefusedAndThePatternStays) {
  Drummer drummer(built_in());
  const DrumSequence before = groove_now(drummer);
  for (const char* name : {"mel_2bar", "humanize"}) {
    drummer.use_model(std::string(test::data_folder) + "/../../models/" + name + ".safetensors");
    EXPECT_EQ(groove_now(drummer), before);
    EXPECT_EQ(drummer.status(), Status::model_missing);
    EXPECT_NE(drummer.message(), "");
    EXPECT_EQ(drummer.message().find('\n'), std::string::npos);
  }
  drummer.use_model("");
  EXPECT_EQ(groove_now(drummer), before);
  EXPECT_EQ(drummer.status(), Status::ready);
}

TEST(Drummer, TellsThatTheHostGivesNoPosition) {
  Drummer drummer(built_in());
  drummer.activate(48'000.0);
  test::FakeHost host;
  host.block_of(64, {.playing = true},
                [&](int frames, const Transport& transport, MidiSink& sink) { drummer.process(frames, transport, sink); });
  EXPECT_EQ(drummer.status(), Status::no_position);
  EXPECT_NE(drummer.message().find("the host sends no position"), std::string::npos);
}

TEST(Drummer, TheFirstGrooveIsThereInAMomentAndManyAreMadeAndDestroyed) {
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 1000; ++i) {
    Drummer drummer(built_in());
    if (i % 100 == 0) drummer.activate(44'100.0);
  }
  RecordProperty("milliseconds", static_cast<int>((std::chrono::steady_clock::now() - begin) / std::chrono::milliseconds(1)));
}

// For ThreadSanitizer too: all threads at once.
TEST(Drummer, ParametersStateAndAudioAtTheSameTime) {
  Drummer drummer(built_in());
  drummer.activate(48'000.0);
  std::atomic<bool> ends = false;
  std::thread audio([&] {
    test::FakeHost host;
    while (!ends) {
      host.play({{.frames = 48'000, .to_bar = 0}}, 64,
                [&](int frames, const Transport& transport, MidiSink& sink) { drummer.process(frames, transport, sink); });
    }
    host.play({{.frames = 1, .playing = false}}, 64,
              [&](int frames, const Transport& transport, MidiSink& sink) { drummer.process(frames, transport, sink); });
    EXPECT_EQ(host.hung(), 0);
  });
  for (int i = 0; i < 20; ++i) {
    drummer.set(Parameter::seed, static_cast<float>(i));
    drummer.set(Parameter::timing, static_cast<float>(i));
    if (i % 5 == 0) {
      EXPECT_TRUE(drummer.restore(drummer.state()));
    }
  }
  ends = true;
  audio.join();
}

}  // namespace
}  // namespace musicvae::drummer
