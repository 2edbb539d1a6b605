// The drummer plays the notes that `musicvae sample` writes for its seed.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <tuple>
#include <vector>

#include "cli/process.hpp"
#include "drummer.hpp"
#include "drummer/fake_host.hpp"
#include "musicvae/midi/midi_file.hpp"

namespace musicvae::test {
namespace {

TEST(DrummerCommand, PlaysTheFileThatSampleWrites) {
  constexpr double rate = 48'000.0;
  constexpr double frames_per_step = 6'000.0;  // at 120 quarter notes per minute
  for (const int seed : {7, 79, 9999}) {
    const TempFolder folder;
    const TempFolder logs;
    const Ended ended = run(logs, MUSICVAE_COMMAND, {"sample", "-n", "1", "--seed", std::to_string(seed), "-o", folder / "out"});
    ASSERT_EQ(ended.code, 0) << ended.err;
    std::vector<std::tuple<int, int, double>> written;  // pitches, velocities, frames
    const NoteSequence file = read_midi(folder.path() / "out" / "groove_0.mid");
    for (const Note& note : file.notes) written.emplace_back(note.pitch, note.velocity, file.start_seconds(note).value * rate);

    drummer::Drummer drummer(std::as_bytes(std::span(groove_bytes())));
    drummer.set(drummer::Parameter::seed, static_cast<float>(seed));
    drummer.activate(rate);
    FakeHost host(rate);
    host.play({{.frames = static_cast<std::int64_t>(63.5 * frames_per_step)}}, 256,
              [&](int frames, const drummer::Transport& transport, drummer::MidiSink& sink) { drummer.process(frames, transport, sink); });
    std::vector<std::tuple<int, int, double>> played;
    for (const PlayedEvent& event : host.note_ons()) played.emplace_back(event.bytes[1], event.bytes[2], static_cast<double>(event.frame));

    std::sort(written.begin(), written.end());
    std::sort(played.begin(), played.end());
    ASSERT_GT(written.size(), 30U);
    ASSERT_EQ(played.size(), written.size());
    for (std::size_t i = 0; i < written.size(); ++i) {
      EXPECT_EQ(std::get<0>(played[i]), std::get<0>(written[i]));
      EXPECT_EQ(std::get<1>(played[i]), std::get<1>(written[i]));
      EXPECT_NEAR(std::get<2>(played[i]), std::get<2>(written[i]), rate * 0.5 / 480.0) << "of a quarter note's 480 ticks";
    }
  }
}

}  // namespace
}  // namespace musicvae::test
