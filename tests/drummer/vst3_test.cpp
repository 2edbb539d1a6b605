// The built VST3 in a small host of ours plays the transport script, and hears notes.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "drummer/count_in.hpp"
#include "drummer/stopwatch.hpp"
#include "drummer/vst3_host.hpp"

namespace musicvae::test {
namespace {

// A host with the script's settings.
std::unique_ptr<Vst3Host> ready_host() {
  auto host = std::make_unique<Vst3Host>();
  host->activate(true);
  host->set("Seed", kScriptSeed);
  host->set("Fill every", 4);
  host->settle();
  return host;
}

// The drummer's core with the same settings.
struct Core {
  drummer::Drummer drummer{std::as_bytes(std::span(groove_bytes()))};
  Core() {
    drummer.set(drummer::Parameter::seed, kScriptSeed);
    drummer.set(drummer::Parameter::fill_every, 4);
    drummer.activate(kScriptRate);
  }
  std::vector<PlayedEvent> play(const std::vector<ScriptEntry>& script) {
    FakeHost host(kScriptRate);
    host.play(script, kScriptBlock,
              [&](int frames, const drummer::Transport& transport, drummer::MidiSink& sink) { drummer.process(frames, transport, sink); });
    return host.events();
  }
};

TEST(DrummerVst3, PlaysWhatTheCorePlays) {
  const FakeHost host = ready_host()->play(transport_script());
  EXPECT_EQ(host.events(), script_events());
  EXPECT_EQ(host.hung(), 0);
  EXPECT_TRUE(host.in_order());
}

TEST(DrummerVst3, PlaysBarsOfAnyMeterAndThoseBeforeTheFirst) {
  const std::vector<ScriptEntry> meters = {{.frames = 300 * 256, .beats_per_bar = 1, .beat_unit = 8, .to_bar = 3},
                                           {.frames = 300 * 256, .beats_per_bar = 3, .beat_unit = 16, .to_bar = 2},
                                           {.frames = 600 * 256, .tempo = 171, .beats_per_bar = 11, .beat_unit = 8, .to_bar = 1}};
  const std::vector<PlayedEvent> expected = Core().play(meters);
  EXPECT_GT(expected.size(), 50U);
  EXPECT_EQ(ready_host()->play(meters).events(), expected);

  const std::unique_ptr<Vst3Host> host = ready_host();
  const std::vector<PlayedEvent> counted_in = count_in_events();
  EXPECT_GT(counted_in.size(), 100U);
  EXPECT_EQ(played_with_count_in(
                [&](int frames, const drummer::Transport& transport, drummer::MidiSink& sink) { host->process(frames, transport, sink); }),
            counted_in);
}

TEST(DrummerVst3, AProjectOpensAsItWasSaved) {
  const std::string state = ready_host()->save();
  Vst3Host second;
  EXPECT_EQ(second.restore(state), V3_OK);
  EXPECT_EQ(second.restore(state), V3_OK);
  const double seed = v3_cpp_obj(second.controller())->get_parameter_normalised(second.controller(), second.id("Seed"));
  EXPECT_EQ(v3_cpp_obj(second.controller())->normalised_parameter_to_plain(second.controller(), second.id("Seed"), seed), kScriptSeed);
  second.activate(true);
  EXPECT_EQ(second.play(transport_script()).events(), script_events());
  EXPECT_EQ(second.sent("Status"), 0.0);
}

TEST(DrummerVst3, ListsTheParameters) {
  const Vst3Host host;
  for (const drummer::ParameterInfo& info : drummer::kParameters) {
    const v3_param_id id = host.id(info.name);
    const double now = v3_cpp_obj(host.controller())->get_parameter_normalised(host.controller(), id);
    EXPECT_NEAR(now, (info.usual - info.low) / (info.high - info.low), 1e-6) << info.name;
    for (const float value : {info.low, info.usual, info.high}) {
      const double normal = v3_cpp_obj(host.controller())->plain_parameter_to_normalised(host.controller(), id, value);
      EXPECT_NEAR(normal, (value - info.low) / (info.high - info.low), 1e-6) << info.name;
      EXPECT_NEAR(v3_cpp_obj(host.controller())->normalised_parameter_to_plain(host.controller(), id, normal), value, 1e-3) << info.name;
    }
  }
  v3_str_128 text{};
  v3_cpp_obj(host.controller())->get_parameter_string_for_value(host.controller(), host.id("Style"), 6.0 / 17.0, text);
  EXPECT_EQ(narrow(text), "funk");
}

TEST(DrummerVst3, NewGrooveIsASwitchThatActsWhenItIsSwitchedOn) {
  Core core;
  core.drummer.set(drummer::Parameter::new_groove, 1);
  core.drummer.set(drummer::Parameter::new_groove, 0);
  core.drummer.set(drummer::Parameter::new_groove, 1);
  core.drummer.settle();
  const std::vector<ScriptEntry> script = {{.frames = 750 * 256}};
  const std::vector<PlayedEvent> expected = core.play(script);
  EXPECT_NE(expected, Core().play(script));

  const std::unique_ptr<Vst3Host> host = ready_host();
  for (const double value : {1.0, 0.0, 1.0}) {
    host->set("New groove", value);
    host->settle();
  }
  EXPECT_EQ(host->play(script).events(), expected);
  // It is off in the saved project, or opening that would make another groove.
  Vst3Host second;
  second.restore(host->save());
  second.activate(true);
  EXPECT_EQ(second.play(script).events(), expected);
}

TEST(DrummerVst3, SaysWhatIsWrongWithAStateAndPlaysOn) {
  const std::unique_ptr<Vst3Host> host = ready_host();
  std::string state = host->save();
  const std::string mark = "\"musicvae_drummer\":";
  const std::size_t version = state.find(mark);
  ASSERT_NE(version, std::string::npos);
  std::string newer = state;
  newer.replace(version + mark.size(), 1, "9");
  host->restore(newer);
  FakeHost nothing;
  host->process(64, {}, nothing);
  EXPECT_EQ(host->sent("Status"), static_cast<double>(drummer::Status::state_newer));
  state[state.find('{')] = '!';
  host->restore(state);
  host->process(64, {}, nothing);
  EXPECT_EQ(host->sent("Status"), static_cast<double>(drummer::Status::state_corrupt));
  for (const std::size_t size : {0U, 1U, 100U, 1000U}) host->restore(state.substr(0, size));
  EXPECT_EQ(host->play(transport_script()).events(), script_events());
}

TEST(DrummerVst3, PlaysAtItsOwnTempoWithoutAPositionAndIsSilentWithoutATransport) {
  const std::unique_ptr<Vst3Host> host = ready_host();
  for (const Tells tells : {Tells::nothing, Tells::no_position}) {
    FakeHost fake(kScriptRate);
    fake.play({{.frames = 375 * 256}}, kScriptBlock, [&](int frames, const drummer::Transport& transport, drummer::MidiSink& sink) {
      host->process(frames, transport, sink, {}, tells);
    });
    EXPECT_EQ(fake.events().empty(), tells == Tells::nothing);
  }
  EXPECT_EQ(host->sent("Status"), static_cast<double>(drummer::Status::no_position));
}

TEST(DrummerVst3, HearsWhatTheHostPlays) {
  for (const drummer::Mode mode : {drummer::Mode::humanize, drummer::Mode::follow}) {
    Vst3Host host;
    host.activate(true);
    host.set("Seed", kScriptSeed);
    host.set("Mode", static_cast<double>(mode));
    host.settle();
    const std::vector<PlayedEvent> answer =
        answer_to_hits([&](int frames, const drummer::Transport& transport, drummer::MidiSink& sink,
                           std::span<const drummer::MidiEvent> input) { host.process(frames, transport, sink, input); },
                       [&] { host.settle(); });
    EXPECT_EQ(answer, core_answer(mode));
  }
}

TEST(DrummerVst3, OpensAndPlaysTheFirstNoteInAMoment) {
  expect_first_note_in_a_moment<Vst3Host>([](Vst3Host& host) { host.activate(true); });
}

TEST(DrummerVst3, ManyAreMadeAndDestroyed) {
  for (int i = 0; i < 100; ++i) {
    Vst3Host host;
    if (i % 20 == 0) host.activate(true);
  }
}

}  // namespace
}  // namespace musicvae::test
