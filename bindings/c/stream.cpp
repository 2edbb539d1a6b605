// Streaming: a step at a time on an audio thread.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "call.hpp"
#include "handles.hpp"
#include "musicvae/engine/decoder.hpp"
#include "musicvae/engine/sampler.hpp"
#include "musicvae/model/representations/drums.hpp"
#include "musicvae/model/representations/melody.hpp"
#include "musicvae/model/representations/trio.hpp"
#include "musicvae/sequence/drum_notes.hpp"
#include "musicvae/sequence/melody_notes.hpp"

using namespace musicvae;

namespace musicvae::c {

/// The events of one step, in an array with room for all that a step can have.
struct StepEvents {
  std::span<musicvae_event> events;
  std::size_t count = 0;

  void add(const musicvae_event& event) noexcept { events[count++] = event; }
};

/// Reads the events of a stream's row. Allocates nothing.
using ReadStep = void (*)(musicvae_stream& stream, StepEvents& events) noexcept;

}  // namespace musicvae::c

struct musicvae_stream {
  musicvae_stream(const MusicVae& model, c::ReadStep reader, const DecodeOptions& options);

  void start(std::uint64_t seed, std::uint64_t index) noexcept {
    choice.seed = seed;
    choice.first_sample = index;
    decoder.start(z, 1);
    started = true;
    begins = true;
  }

  MusicVae vae;
  c::ReadStep read;
  engine::Decoder decoder;
  ChoiceOptions choice;
  std::vector<float> z;
  std::vector<float> control;
  std::vector<float> row;
  static constexpr int kSilent = -1;
  std::array<int, 2> sounding = {kSilent, kSilent};  // the pitch of each line
  bool started = false;
  bool begins = false;  // the next step is the first of a piece
};

namespace {

using c::ReadStep;
using c::StepEvents;

constexpr int kMelodyClasses = MelodyRepresentation::kClasses;
constexpr int kHold = 0;  // MelodyRepresentation's class

// ---- the events of a row of each kind of music; they allocate nothing ----

int largest(std::span<const float> columns) noexcept {
  return static_cast<int>(std::max_element(columns.begin(), columns.end()) - columns.begin());
}

void add_hit(const musicvae_stream& stream, int drum, float velocity, float offset, int instrument, StepEvents& events) noexcept {
  events.add({.on = 1,
              .pitch = stream.vae.drum_map().pitch(static_cast<Drum>(drum)),
              .velocity = std::max(1, detail::midi_velocity(velocity)),
              .instrument = instrument,
              .drum = 1,
              .offset = offset});
}

// Lines of one note at a time, each with the classes of a melody from one of `columns` on. Notes end before others begin.
void add_lines(musicvae_stream& stream, std::span<const std::size_t> columns, StepEvents& events) noexcept {
  std::array<int, 2> classes{};
  for (std::size_t line = 0; line < columns.size(); ++line) {
    classes[line] = largest(std::span(stream.row).subspan(columns[line], kMelodyClasses));
    int& pitch = stream.sounding[line];
    if (pitch == musicvae_stream::kSilent || (classes[line] == kHold && !stream.begins)) continue;
    events.add({.on = 0, .pitch = pitch, .velocity = 0, .instrument = static_cast<std::int32_t>(line), .drum = 0, .offset = 0.0F});
    pitch = musicvae_stream::kSilent;
  }
  for (std::size_t line = 0; line < columns.size(); ++line) {
    if (!MelodyRepresentation::is_note(static_cast<float>(classes[line]))) continue;
    stream.sounding[line] = MelodyRepresentation::kLowest + classes[line] - 2;
    events.add({.on = 1,
                .pitch = stream.sounding[line],
                .velocity = MelodySound{}.velocity,
                .instrument = static_cast<std::int32_t>(line),
                .drum = 0,
                .offset = 0.0F});
  }
}

void read_step(std::type_identity<DrumSequence>, musicvae_stream& stream, StepEvents& events) noexcept {
  const ModelConfig& config = stream.vae.config();
  const OutputFormat format = config.head->output();
  std::array<std::uint8_t, kDrums> hits;
  config.representation->write_hits(format, stream.row, hits);
  for (int d = 0; d < kDrums; ++d) {
    const auto at = static_cast<std::size_t>(d);
    if (hits[at] == 0) continue;
    if (format == OutputFormat::hits_with_feel) {  // in a model's row, a positive offset is early
      const float half_steps = -std::clamp(stream.row[2 * kDrums + at], -1.0F, 1.0F);
      add_hit(stream, d, std::clamp(stream.row[kDrums + at], 0.0F, 1.0F), 0.5F * half_steps, 0, events);
    } else {
      add_hit(stream, d, kPlainVelocity, 0.0F, 0, events);
    }
  }
}

void read_step(std::type_identity<Melody>, musicvae_stream& stream, StepEvents& events) noexcept {
  constexpr std::array<std::size_t, 1> columns = {0};
  add_lines(stream, columns, events);
}

void read_step(std::type_identity<Trio>, musicvae_stream& stream, StepEvents& events) noexcept {
  constexpr std::array<std::size_t, 2> columns = {0, kMelodyClasses};
  add_lines(stream, columns, events);
  const int combination = largest(std::span(stream.row).subspan(2 * kMelodyClasses));
  for (int d = 0; d < kDrums; ++d) {
    if ((combination >> d & 1) != 0) add_hit(stream, d, kPlainVelocity, 0.0F, 2, events);
  }
}

// Throws ArgumentError for a kind whose rows do not follow each other in time.
ReadStep reader_of(const ModelConfig& config) {
  return with_music(config, [&]<class Value>() -> ReadStep {
    if constexpr (requires(musicvae_stream & stream, StepEvents & events) { read_step(std::type_identity<Value>(), stream, events); }) {
      return [](musicvae_stream& stream, StepEvents& events) noexcept { read_step(std::type_identity<Value>(), stream, events); };
    } else {
      throw ArgumentError("musicvae_stream_create: the rows of " + std::string(Value::kPlural) +
                          " are no steps in time, so they cannot be streamed; use musicvae_sample");
    }
  });
}

bool is_temperature(float value) noexcept {
  return std::isfinite(value) && value >= 0.0F;
}

}  // namespace

musicvae_stream::musicvae_stream(const MusicVae& model, c::ReadStep reader, const DecodeOptions& options)
    : vae(model),
      read(reader),
      decoder(model.decoder()),
      z(static_cast<std::size_t>(model.config().latent)),
      control(static_cast<std::size_t>(model.config().control_depth())),
      row(static_cast<std::size_t>(model.config().output_depth()), 1.0F) {
  // A bar of a sample finds wrong options, and models that need music to begin with.
  Sampler sampler(model);
  DecodeOptions bar = options;
  bar.bars = 1;
  (void)sampler.decode_rows(sampler.prior(0, 1), bar);
  choice.temperature = options.temperature.value_or(1.0F);
  choice.feel_temperature = options.feel_temperature.value_or(choice.temperature > 0.0F ? 1.0F : 0.0F);
  (void)model.config().representation->write_free_control(control);
  decoder.prepare(1);
  // A step of everything makes the tables that are made when they are first used.
  std::array<musicvae_event, MUSICVAE_STEP_EVENTS> events;
  StepEvents step{events};
  read(*this, step);
  sounding.fill(kSilent);
}

extern "C" {

musicvae_status musicvae_stream_create(const musicvae_model* model, const musicvae_decode_options* options,
                                       musicvae_stream** stream) noexcept {
  return c::guarded([&] {
    c::demand(model, "musicvae_stream_create: model");
    c::demand(stream, "musicvae_stream_create: stream");
    *stream = new musicvae_stream(model->vae, reader_of(model->vae.config()), c::options_from(options));
  });
}

void musicvae_stream_free(musicvae_stream* stream) noexcept {
  delete stream;
}

musicvae_status musicvae_stream_start(musicvae_stream* stream, uint64_t seed, uint64_t index) noexcept {
  if (stream == nullptr) return MUSICVAE_ERROR_ARGUMENT;
  draw_prior(stream->vae, seed, index, stream->z);
  stream->start(seed, index);
  return MUSICVAE_OK;
}

musicvae_status musicvae_stream_start_at(musicvae_stream* stream, const float* z, size_t latent, uint64_t seed, uint64_t index) noexcept {
  if (stream == nullptr || z == nullptr || latent != stream->z.size()) return MUSICVAE_ERROR_ARGUMENT;
  if (!std::all_of(z, z + latent, [](float value) { return std::isfinite(value); })) return MUSICVAE_ERROR_ARGUMENT;
  std::copy(z, z + latent, stream->z.begin());
  stream->start(seed, index);
  return MUSICVAE_OK;
}

musicvae_status musicvae_stream_set_temperature(musicvae_stream* stream, float temperature, float feel_temperature) noexcept {
  if (stream == nullptr || !is_temperature(temperature) || !is_temperature(feel_temperature)) return MUSICVAE_ERROR_ARGUMENT;
  stream->choice.temperature = temperature;
  stream->choice.feel_temperature = feel_temperature;
  return MUSICVAE_OK;
}

musicvae_status musicvae_stream_next(musicvae_stream* stream, musicvae_event* events, size_t capacity, size_t* count) noexcept {
  if (stream == nullptr || events == nullptr || count == nullptr || !stream->started) return MUSICVAE_ERROR_ARGUMENT;
  if (capacity < MUSICVAE_STEP_EVENTS) return MUSICVAE_ERROR_BUFFER;
  stream->decoder.next(stream->choice, stream->control, stream->row);
  StepEvents step{{events, capacity}};
  stream->read(*stream, step);
  stream->begins = false;
  *count = step.count;
  return MUSICVAE_OK;
}

}  // extern "C"
