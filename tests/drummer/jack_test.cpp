// The drummer as a program, on a JACK server of the test's own with the dummy driver. A client of the test conducts the transport through
// the script and takes the MIDI. The server waits for its clients (--sync), so no block is lost however busy the machine is. It runs at
// four times the script's sample rate, and the script at four times its tempo: the same frames in a quarter of the time.
#include <gtest/gtest.h>
#include <jack/jack.h>
#include <jack/midiport.h>
#include <jack/transport.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <functional>
#include <iterator>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "cli/process.hpp"
#include "drummer/programs.hpp"
#include "drummer/transport_script.hpp"

namespace musicvae::test {
namespace {

using std::chrono::milliseconds;

constexpr int kFaster = 4;

// Waits for something, and says what did not come.
void await(const std::string& what, const std::function<bool()>& is_there) {
  for (int i = 0; i < 12'000; ++i) {
    if (is_there()) return;
    std::this_thread::sleep_for(milliseconds(10));
  }
  throw std::runtime_error("waited in vain for " + what);
}

// The transport of each block of a script.
std::vector<drummer::Transport> blocks_of(const std::vector<ScriptEntry>& script) {
  std::vector<drummer::Transport> blocks;
  FakeHost(kScriptRate).play(script, kScriptBlock, [&](int, const drummer::Transport& transport, drummer::MidiSink&) {
    blocks.push_back(transport);
    blocks.back().tempo *= kFaster;
  });
  return blocks;
}

class Conductor {
 public:
  explicit Conductor(std::vector<drummer::Transport> plan) : plan_(std::move(plan)) {
    await("the JACK server", [&] {
      client_ = jack_client_open("conductor", JackNoStartServer, nullptr);
      return client_ != nullptr;
    });
    in_ = jack_port_register(client_, "in", JACK_DEFAULT_MIDI_TYPE, JackPortIsInput, 0);
    out_ = jack_port_register(client_, "out", JACK_DEFAULT_MIDI_TYPE, JackPortIsOutput, 0);
    jack_set_process_callback(
        client_, [](jack_nframes_t frames, void* self) { return static_cast<Conductor*>(self)->process(static_cast<int>(frames)); }, this);
    jack_set_timebase_callback(
        client_, 0,
        [](jack_transport_state_t, jack_nframes_t, jack_position_t* at, int, void* self) { static_cast<Conductor*>(self)->tell(*at); },
        this);
    jack_activate(client_);
  }
  Conductor(const Conductor&) = delete;
  Conductor& operator=(const Conductor&) = delete;
  ~Conductor() { jack_client_close(client_); }

  // Sends MIDI controllers to the drummer, and waits until it has made the groove that they ask for: it does when the size of the blocks
  // changes.
  void control(const std::vector<std::pair<int, int>>& controllers) {
    connect("conductor:out", "MusicVAE Drummer:events-in");
    controllers_ = controllers;
    sends_ = true;
    await_blocks();
    jack_disconnect(client_, "conductor:out", "MusicVAE Drummer:events-in");  // or there would be a loop, which delays blocks
    if (jack_set_buffer_size(client_, kScriptBlock) != 0) throw std::runtime_error("JACK keeps its size of blocks");
  }

  // Plays the plan.
  void play() {
    connect("MusicVAE Drummer:midi-out", "conductor:in");
    plays_ = true;
    await("the end of the script", [&] { return !plays_.load(); });
  }

  struct Block {
    int frames;
    drummer::Transport transport;
  };
  [[nodiscard]] const std::vector<Block>& blocks() const { return blocks_; }    // as they came
  [[nodiscard]] const std::vector<std::size_t>& told() const { return told_; }  // the blocks of the plan that were played
  [[nodiscard]] const FakeHost& played() const { return played_; }

 private:
  // A port is there before its client can be connected, and a connection is there some blocks after it was made.
  void connect(const char* from, const char* to) {
    await(std::string("a connection of ") + from + " with " + to, [&] {
      const int error = jack_connect(client_, from, to);
      return error == 0 || error == EEXIST;
    });
    await_blocks();
  }

  void await_blocks() {
    blocks_to_wait_ = 5;
    await("some blocks", [&] { return blocks_to_wait_ == 0; });
  }

  int process(int frames) {
    void* const out = jack_port_get_buffer(out_, static_cast<jack_nframes_t>(frames));
    jack_midi_clear_buffer(out);
    if (sends_.exchange(false)) {
      for (const auto& [controller, value] : controllers_) {
        const std::array<jack_midi_data_t, 3> bytes = {0xB0, static_cast<jack_midi_data_t>(controller),
                                                       static_cast<jack_midi_data_t>(value)};
        jack_midi_event_write(out, 0, bytes.data(), bytes.size());
      }
    }
    if (blocks_to_wait_ > 0) --blocks_to_wait_;
    if (!plays_) return 0;

    jack_position_t at{};
    const bool rolls = jack_transport_query(client_, &at) == JackTransportRolling;
    Block block{frames, {}};
    if (rolls) {
      told_.push_back(static_cast<std::size_t>(at.bar_start_tick));  // where tell() put it
      block.transport = plan_[told_.back()];
    }
    blocks_.push_back(block);
    void* const in = jack_port_get_buffer(in_, static_cast<jack_nframes_t>(frames));
    played_.block_of(frames, block.transport, [&](int, const drummer::Transport&, drummer::MidiSink& sink) {
      for (std::uint32_t i = 0; i < jack_midi_get_event_count(in); ++i) {
        jack_midi_event_t event{};
        jack_midi_event_get(&event, in, i);
        if (event.size == 3) sink.write({static_cast<int>(event.time), {event.buffer[0], event.buffer[1], event.buffer[2]}});
      }
    });

    if (rolls == plan_[next_].playing) ++next_;
    if (next_ == plan_.size()) {
      --next_;
      plays_ = false;
      jack_transport_stop(client_);
    } else if (plan_[next_].playing != rolls) {
      plan_[next_].playing ? jack_transport_start(client_) : jack_transport_stop(client_);
    }
    return 0;
  }

  // Fills in the position of the next block. So many ticks make the positions of the script whole numbers.
  void tell(jack_position_t& at) const {
    constexpr double ticks_per_beat = 4'500'000.0;
    const drummer::Transport& transport = plan_[next_];
    const double beats = transport.quarter * transport.beat_unit / 4.0;
    const double beat = std::floor(beats + 0.5 / ticks_per_beat);
    at.valid = JackPositionBBT;
    at.bar = static_cast<std::int32_t>(transport.bar) + 1;
    at.beat = static_cast<std::int32_t>(beat) + 1;
    at.tick = static_cast<std::int32_t>(std::lround((beats - beat) * ticks_per_beat));
    at.bar_start_tick = static_cast<double>(next_);  // the drummer does not read it
    at.beats_per_bar = static_cast<float>(transport.beats_per_bar);
    at.beat_type = static_cast<float>(transport.beat_unit);
    at.ticks_per_beat = ticks_per_beat;
    at.beats_per_minute = transport.tempo * transport.beat_unit / 4.0;
  }

  std::vector<drummer::Transport> plan_;
  jack_client_t* client_ = nullptr;
  jack_port_t* in_ = nullptr;
  jack_port_t* out_ = nullptr;
  std::vector<std::pair<int, int>> controllers_;
  std::atomic<int> blocks_to_wait_ = 0;
  std::atomic<bool> sends_ = false;
  std::atomic<bool> plays_ = false;
  std::size_t next_ = 0;  // the block of the plan to play next
  std::vector<Block> blocks_;
  std::vector<std::size_t> told_;
  FakeHost played_{kScriptRate};
};

class DrummerJack : public testing::Test {
 protected:
  DrummerJack() {
    name_jack_server();
    const auto silence = [](const char*) {};
    jack_set_error_function(silence);
    jack_set_info_function(silence);
  }
  ~DrummerJack() override { ::unsetenv("JACK_DEFAULT_SERVER"); }

  // JACK's dummy driver at half the script's size of blocks, which control() doubles.
  static std::vector<std::string> server() { return jack_server(kScriptBlock / 2, kFaster * 48'000); }
};

TEST_F(DrummerJack, PlaysWhatTheCorePlays) {
  constexpr float seed = 79;  // the controller's value 1
  Child jackd(server());
  Conductor conductor(blocks_of(transport_script()));
  Child program({MUSICVAE_COMMAND, "jack"});
  conductor.control({{24, 1}, {22, 32}});  // the seed, and a fill every 4 bars
  conductor.play();
  EXPECT_TRUE(program.runs());

  // The script was played: all of its blocks but those that stand still, one after the other.
  std::vector<std::size_t> playing;
  const std::vector<drummer::Transport> plan = blocks_of(transport_script());
  for (std::size_t i = 0; i < plan.size(); ++i) {
    if (plan[i].playing) playing.push_back(i);
  }
  std::vector<std::size_t> told;
  std::copy_if(conductor.told().begin(), conductor.told().end(), std::back_inserter(told), [&](std::size_t i) { return plan[i].playing; });
  EXPECT_EQ(told, playing);

  // The same notes, at the same frames, as the core plays of the blocks as they came.
  drummer::Drummer core(std::as_bytes(std::span(groove_bytes())));
  core.set(drummer::Parameter::seed, seed);
  core.set(drummer::Parameter::fill_every, 4);
  core.activate(kFaster * kScriptRate);
  FakeHost expected(kScriptRate);
  for (const Conductor::Block& block : conductor.blocks()) {
    expected.block_of(block.frames, block.transport, [&](int frames, const drummer::Transport& transport, drummer::MidiSink& sink) {
      core.process(frames, transport, sink);
    });
  }
  EXPECT_GT(expected.events().size(), 100U);
  EXPECT_EQ(conductor.played().events(), expected.events());
  EXPECT_EQ(conductor.played().hung(), 0);
  EXPECT_TRUE(conductor.played().in_order());
}

TEST_F(DrummerJack, TheProgramEndsWithItsServer) {
  auto jackd = std::make_unique<Child>(server());
  auto conductor = std::make_unique<Conductor>(blocks_of(transport_script()));
  Child program({MUSICVAE_COMMAND, "jack"});
  conductor->control({{24, 1}});
  EXPECT_TRUE(program.runs());
  conductor.reset();
  jackd.reset();
  await("the end of the program", [&] { return !program.runs(); });
}

TEST_F(DrummerJack, TheCommandSaysThatNoServerRuns) {
  const TempFolder folder;
  expect_error(run(folder, MUSICVAE_COMMAND, {"jack"}), device_error, "no JACK server is running");
}

TEST_F(DrummerJack, TheCommandSaysThatJackIsNotInstalled) {
  const TempFolder folder;
  spill(folder / "libjack.so.0", "no library");
  ::setenv("LD_LIBRARY_PATH", folder.path().c_str(), 1);
  expect_error(run(folder, MUSICVAE_COMMAND, {"jack"}), device_error, "JACK is not installed");
  ::unsetenv("LD_LIBRARY_PATH");
}

}  // namespace
}  // namespace musicvae::test
