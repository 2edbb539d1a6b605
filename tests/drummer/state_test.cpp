#include "state.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "drummer.hpp"
#include "drummer/fake_host.hpp"
#include "musicvae/model/model_file.hpp"

namespace musicvae::drummer {
namespace {

std::span<const std::byte> shipped() {
  return std::as_bytes(std::span(test::groove_bytes()));
}

std::vector<test::PlayedEvent> events_of(Drummer& drummer) {
  drummer.activate(48'000.0);
  test::FakeHost host;
  host.play({{.frames = 12 * 96'000}}, 512,
            [&](int frames, const Transport& transport, MidiSink& sink) { drummer.process(frames, transport, sink); });
  return host.events();
}

// A drummer with settings of all kinds, and its state.
struct Saved {
  Drummer drummer{shipped()};
  std::string text;
  Saved() {
    drummer.set(Parameter::seed, 11);
    drummer.set(Parameter::x, 0.123F);
    drummer.set(Parameter::swing, 33.0F);
    drummer.set(Parameter::fill_every, 4);
    drummer.set(Parameter::variation_every, 2);
    drummer.set(Parameter::level_snare, 50);
    drummer.set(Parameter::new_groove, 1);
    text = drummer.state();
  }
};

TEST(DrummerState, PlaysTheSameNotesWithTheModelAndWithoutIt) {
  Saved saved;
  const std::vector<test::PlayedEvent> expected = events_of(saved.drummer);
  EXPECT_GT(expected.size(), 100U);
  for (const bool with_model : {true, false}) {
    Drummer drummer(with_model ? shipped() : std::span<const std::byte>());
    ASSERT_TRUE(drummer.restore(saved.text));
    ASSERT_TRUE(drummer.restore(saved.text));  // twice is as once
    EXPECT_EQ(events_of(drummer), expected);
    EXPECT_EQ(drummer.status(), with_model ? Status::ready : Status::model_missing);
    EXPECT_EQ(drummer.get(Parameter::x), 0.123F);
    EXPECT_EQ(drummer.state(), saved.text);
  }
}

TEST(DrummerState, ADrummerGoesOnFromItsState) {
  Saved saved;
  Drummer drummer(shipped());
  ASSERT_TRUE(drummer.restore(saved.text));
  for (Drummer* each : {&saved.drummer, &drummer}) {
    each->set(Parameter::new_groove, 0);
    each->set(Parameter::new_groove, 1);
  }
  EXPECT_EQ(events_of(drummer), events_of(saved.drummer));
  drummer.set(Parameter::history, 1);
  Drummer before(shipped());
  ASSERT_TRUE(before.restore(saved.text));
  EXPECT_EQ(events_of(drummer), events_of(before));
}

TEST(DrummerState, AnotherModelKeepsThePatternUntilANewOneIsAskedFor) {
  Saved saved;
  nlohmann::json json = nlohmann::json::parse(saved.text);
  json["model"]["checksum"] = "00000000";
  Drummer drummer(shipped());
  drummer.settle();
  ASSERT_TRUE(drummer.restore(json.dump()));
  EXPECT_EQ(events_of(drummer), events_of(saved.drummer));
  EXPECT_EQ(drummer.status(), Status::saved_pattern);
  EXPECT_NE(drummer.message().find("press New groove"), std::string::npos);
  drummer.set(Parameter::new_groove, 1);
  drummer.settle();
  EXPECT_EQ(drummer.status(), Status::ready);
}

TEST(DrummerState, AMissingModelFileKeepsThePattern) {
  Saved saved;
  nlohmann::json json = nlohmann::json::parse(saved.text);
  json["model"]["path"] = "/no/such/model.safetensors";
  Drummer drummer(shipped());
  drummer.settle();
  ASSERT_TRUE(drummer.restore(json.dump()));
  EXPECT_EQ(events_of(drummer), events_of(saved.drummer));
  EXPECT_EQ(drummer.message(), "/no/such/model.safetensors: no such file; check the name");
}

TEST(DrummerState, DamagedAndNewerStatesChangeNothing) {
  Saved saved;
  const nlohmann::json good = nlohmann::json::parse(saved.text);
  std::vector<std::string> bad = {"", "{}", "[]", "null", "musicvae", "\xff\xfe", R"({"musicvae_drummer":"1"})", std::string(100'000, '[')};
  for (std::size_t length = 1; length < saved.text.size(); length += 997) bad.push_back(saved.text.substr(0, length));
  for (const char* key : {"model", "parameters", "index", "made", "history", "bank"}) {
    for (const nlohmann::json& value :
         {nlohmann::json(), nlohmann::json("x"), nlohmann::json({-1}), nlohmann::json::array({nlohmann::json::array({1})})}) {
      nlohmann::json changed = good;
      changed[key] = value;
      bad.push_back(changed.dump());
    }
  }
  const auto change = [&](const char* pointer, const nlohmann::json& value) {
    nlohmann::json changed = good;
    changed[nlohmann::json::json_pointer(pointer)] = value;
    bad.push_back(changed.dump());
  };
  change("/parameters/seed", -1);
  change("/parameters/swing", 1e300);
  change("/bank/steps", 65);
  change("/bank/steps", 1 << 30);
  change("/bank/pitches/0", 128);
  change("/bank/fill", {1, 2, 3});
  change("/bank/fill/0", 64);
  change("/bank/fill/1", 9);
  change("/bank/fill/2", 1.5);
  change("/bank/variations/3/3", -1.5);
  change("/made/6", 99);

  Drummer drummer(shipped());
  drummer.set(Parameter::seed, 3);
  const std::string before = drummer.state();
  for (const std::string& text : bad) {
    EXPECT_FALSE(drummer.restore(text)) << text.substr(0, 100);
    EXPECT_EQ(drummer.status(), Status::state_corrupt);
    EXPECT_NE(drummer.message().find("the drummer's state"), std::string::npos);
    EXPECT_EQ(drummer.message().find('\n'), std::string::npos);
  }
  nlohmann::json newer = good;
  newer["musicvae_drummer"] = 2;
  EXPECT_FALSE(drummer.restore(newer.dump()));
  EXPECT_EQ(drummer.status(), Status::state_newer);
  EXPECT_NE(drummer.message().find("update the plug-in"), std::string::npos);
  EXPECT_EQ(drummer.state(), before);
}

}  // namespace
}  // namespace musicvae::drummer
