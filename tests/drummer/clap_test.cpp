// The built CLAP in a small host of ours plays the transport script, and hears notes.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "drummer/clap_host.hpp"
#include "drummer/count_in.hpp"
#include "drummer/stopwatch.hpp"

namespace musicvae::test {
namespace {

// Sets the parameters of the transport script, and waits for their groove.
void prepare_script(ClapHost& host) {
  host.activate();
  host.set(drummer::Parameter::seed, kScriptSeed);
  host.set(drummer::Parameter::fill_every, 4);
  FakeHost nothing;
  host.process(64, {}, nothing);
  host.deactivate();
  host.activate();
}

TEST(DrummerClap, PlaysWhatTheCorePlaysAndOpensAsItWasSaved) {
  ClapHost host;
  prepare_script(host);
  const std::vector<PlayedEvent> expected = script_events();
  EXPECT_EQ(host.play(), expected);

  ClapHost second;
  const std::string state = host.save();
  second.restore(state);
  second.restore(state);
  second.activate();
  EXPECT_EQ(second.play(), expected);
}

TEST(DrummerClap, PlaysTheBarsBeforeTheFirst) {
  ClapHost host;
  prepare_script(host);
  EXPECT_EQ(played_with_count_in(
                [&](int frames, const drummer::Transport& transport, drummer::MidiSink& sink) { host.process(frames, transport, sink); }),
            count_in_events());
}

TEST(DrummerClap, OpensAndPlaysTheFirstNoteInAMoment) {
  expect_first_note_in_a_moment<ClapHost>([](ClapHost& host) { host.activate(); });
}

TEST(DrummerClap, HearsWhatTheHostPlays) {
  for (const drummer::Mode mode : {drummer::Mode::humanize, drummer::Mode::follow}) {
    ClapHost host;
    host.activate();
    host.set(drummer::Parameter::seed, kScriptSeed);
    host.set(drummer::Parameter::mode, static_cast<double>(mode));
    FakeHost nothing;
    host.process(64, {}, nothing);
    const std::vector<PlayedEvent> answer =
        answer_to_hits([&](int frames, const drummer::Transport& transport, drummer::MidiSink& sink,
                           std::span<const drummer::MidiEvent> input) { host.process(frames, transport, sink, input); },
                       [&] {
                         host.deactivate();
                         host.activate();
                       });
    EXPECT_EQ(answer, core_answer(mode));
  }
}

}  // namespace
}  // namespace musicvae::test
