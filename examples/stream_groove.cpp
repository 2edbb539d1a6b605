// A drum plug-in without the plug-in: it makes grooves on the audio thread, one 16th at a time, and outputs them as MIDI events.
//   stream_groove MODEL.safetensors OUT.mid [GROOVES]
// OUT.mid has exactly the hits that the musicvae command samples with the same seed, since a groove depends on (seed, index) alone.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "musicvae/core.hpp"
#include "musicvae/midi/midi_file.hpp"

namespace {

using namespace musicvae;

// [player]
// What the host plays: a drum, its velocity, and the frame of the current block at which it sounds.
struct DrumEvent {
  Drum drum;
  float velocity;
  int frame;
};

// Plays the grooves of a seed, one after the other. Construct and prepare it on the message thread; call process() on the audio thread
// only.
class GroovePlayer {
 public:
  explicit GroovePlayer(const MusicVae& model)
      : model_(model),
        steps_(model.config().steps),
        steps_per_quarter_(model.config().steps_per_quarter),
        z_(static_cast<std::size_t>(model.config().latent)),
        decoder_(model.decoder()) {}

  // Sizes all buffers. Must not be called on the audio thread.
  void prepare(double sample_rate, double qpm, std::uint64_t seed) {
    decoder_.prepare(1);
    choice_ = {.temperature = 1.0F, .seed = seed, .feel_temperature = 1.0F};
    frames_per_step_ = sample_rate * 60.0 / qpm / steps_per_quarter_;
    made_ = frame_ = 0;
    count_ = 0;
  }

  // Returns the events of the next `frames` frames, at most `events.size()`. It does not allocate, lock or fail.
  std::size_t process(int frames, std::span<DrumEvent> events) noexcept {
    // A hit may be up to half a step early, so each step is made half a step ahead: all output is delayed by half a step.
    std::size_t count = 0;
    const auto end = static_cast<double>(frame_ + frames);
    while (static_cast<double>(made_) * frames_per_step_ < end) make_step();
    for (std::size_t i = 0; i < count_;) {
      if (const Pending& hit = pending_[i]; hit.at < end && count < events.size()) {
        events[count++] = {hit.drum, hit.velocity, std::max(0, static_cast<int>(hit.at - static_cast<double>(frame_)))};
        pending_[i] = pending_[--count_];
      } else {
        ++i;
      }
    }
    frame_ += frames;
    return count;
  }

 private:
  struct Pending {
    Drum drum;
    float velocity;
    double at;  // frames from the start
  };

  void make_step() noexcept {
    if (made_ % steps_ == 0) {  // a new groove: its z is a function of (seed, index)
      choice_.first_sample = static_cast<std::uint64_t>(made_ / steps_);
      draw_prior(model_, choice_.seed, choice_.first_sample, z_);
      decoder_.start(z_, 1);
    }
    std::array<float, kDrumTensorDepth> row;  // [hits x9 | velocities x9 | offsets x9]
    decoder_.next(choice_, {}, row);
    for (std::size_t d = 0; d < kDrums && count_ < pending_.size(); ++d) {
      if (row[d] == 0.0F) continue;
      const double offset = -0.5 * static_cast<double>(row[2 * kDrums + d]);  // in the model's rows positive is early
      pending_[count_++] = {static_cast<Drum>(d), row[kDrums + d], (static_cast<double>(made_) + 0.5 + offset) * frames_per_step_};
    }
    ++made_;
  }

  MusicVae model_;  // shares the weights with the caller's model
  int steps_;
  int steps_per_quarter_;
  std::vector<float> z_;
  engine::Decoder decoder_;
  ChoiceOptions choice_;
  double frames_per_step_ = 0.0;
  std::int64_t made_ = 0;   // steps
  std::int64_t frame_ = 0;  // at which the next block begins
  std::array<Pending, 4 * kDrums> pending_{};
  std::size_t count_ = 0;
};
// [player]

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: stream_groove MODEL.safetensors OUT.mid [GROOVES]\n");
    return 2;
  }
  try {
    const MusicVae model = MusicVae::load(argv[1]);
    const int grooves = argc > 3 ? std::stoi(argv[3]) : 2;
    constexpr double sample_rate = 48'000.0;
    constexpr double qpm = 120.0;
    constexpr int block = 256;

    GroovePlayer player(model);
    player.prepare(sample_rate, qpm, /*seed=*/7);

    // The host's part: it asks for blocks of frames. Here the events go to a file.
    const int steps = grooves * model.config().steps;
    const double frames_per_step = sample_rate * 60.0 / qpm / model.config().steps_per_quarter;
    DrumSequence played(steps, model.grid());
    std::array<DrumEvent, 64> events{};
    for (std::int64_t frame = 0; frame < static_cast<std::int64_t>((steps + 1) * frames_per_step); frame += block) {
      const std::size_t count = player.process(block, events);
      for (const DrumEvent& event : std::span(events).first(count)) {
        const double at = static_cast<double>(frame + event.frame) / frames_per_step - 0.5;  // the player's latency is half a step
        const double step = std::floor(at + 0.5);
        if (step >= steps) continue;
        played.set(static_cast<int>(step), event.drum, event.velocity, static_cast<float>(2.0 * (at - step)));
      }
    }
    write_midi(to_notes(played, model.drum_map(), qpm), argv[2]);
    std::printf("%s: %g bars, %d hits\n", argv[2], played.bars(), played.hits());
    return 0;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
  }
}
