#include "musicvae/render/audio.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <tuple>
#include <utility>

#include "fluidsynth.hpp"
#include "musicvae/error.hpp"
#include "musicvae/render/soundfont.hpp"
#include "musicvae/sequence/drum_notes.hpp"
#include "soundfont_file.hpp"

namespace musicvae::render {
namespace {

// A single hard hit comes close to full scale with the usual General MIDI soundfonts, and a soft groove stays soft.
constexpr double kGain = 2.0;

// An event of a note and its time, counted in FluidSynth's blocks.
struct Event {
  std::int64_t block = 0;
  bool on = false;  // ends come before starts, so that a note can directly follow another of its pitch
  int channel = 0;
  int pitch = 0;
  int velocity = 0;
  int program = 0;
  [[nodiscard]] auto order() const { return std::tuple(block, on); }
};

void check(const AudioOptions& options) {
  const auto refuse = [](const std::string& what) { throw ArgumentError("audio: " + what); };
  if (options.sample_rate < 8'000 || options.sample_rate > 96'000)
    refuse("a sample rate of " + std::to_string(options.sample_rate) + "; use 8000 to 96000");
  if (!(options.tail >= 0.0 && options.tail <= 60.0)) refuse("a tail of " + std::to_string(options.tail) + " s; use 0 to 60");
}

void check(const Note& note) {
  const auto refuse = [](const char* what, int value, int most) {
    throw ArgumentError("audio: a note has " + std::string(what) + " " + std::to_string(value) + "; use 0 to " + std::to_string(most));
  };
  if (note.pitch < 0 || note.pitch > 127) refuse("pitch", note.pitch, 127);
  if (note.velocity < 0 || note.velocity > 127) refuse("velocity", note.velocity, 127);
  if (note.channel < 0 || note.channel > 15) refuse("channel", note.channel, 15);
  if (note.program < 0 || note.program > 127) refuse("program", note.program, 127);
}

double checked_length(const NoteSequence& notes) {
  Ticks end = std::max(Ticks{}, notes.end);
  for (const auto* part : {&notes.notes, &notes.unended}) {
    for (const Note& note : *part) {
      check(note);
      end = std::max(end, note.end);
    }
  }
  const double seconds = notes.tempo_map.seconds(end).value;
  if (!(seconds <= kMaxAudioSeconds)) {
    throw ArgumentError("audio: the piece is " + std::to_string(seconds) + " s long; render parts of up to " +
                        std::to_string(static_cast<int>(kMaxAudioSeconds)) + " s");
  }
  return seconds;
}

std::vector<Event> to_events(const NoteSequence& notes, int sample_rate) {
  const auto block = [&](Ticks at) -> std::int64_t {
    return std::llround(notes.tempo_map.seconds(std::max(Ticks{}, at)).value * sample_rate / FluidSynth::block);
  };
  std::vector<Event> events;
  events.reserve(2 * (notes.notes.size() + notes.unended.size()));
  for (const auto* part : {&notes.notes, &notes.unended}) {
    for (const Note& note : *part) {
      if (note.velocity == 0) continue;  // would be a note-off
      const std::int64_t start = block(note.start);
      events.push_back({start, true, note.channel, note.pitch, note.velocity, note.program});
      events.push_back({std::max(start + 1, block(note.end)), false, note.channel, note.pitch, 0, note.program});
    }
  }
  std::stable_sort(events.begin(), events.end(), [](const Event& a, const Event& b) { return a.order() < b.order(); });
  return events;
}

// A synthesiser with its soundfont.
class Player {
 public:
  Player(const FluidSynth& fluidsynth, int sample_rate, const std::filesystem::path& soundfont)
      : fluid_(fluidsynth), settings_(fluid_.new_settings(), fluid_.delete_settings), synth_(nullptr, fluid_.delete_synth) {
    programs_.fill(-1);
    if (settings_ == nullptr) throw std::bad_alloc();
    fluid_.set_number(settings_.get(), "synth.sample-rate", sample_rate);
    fluid_.set_number(settings_.get(), "synth.gain", kGain);
    fluid_.set_integer(settings_.get(), "synth.reverb.active", 0);
    fluid_.set_integer(settings_.get(), "synth.chorus.active", 0);
    fluid_.set_integer(settings_.get(), "synth.cpu-cores", 1);
    fluid_.set_integer(settings_.get(), "synth.lock-memory", 0);             // not needed for offline rendering
    fluid_.set_integer(settings_.get(), "synth.dynamic-sample-loading", 1);  // loads only the presets in use
    synth_.reset(fluid_.new_synth(settings_.get()));
    if (synth_ == nullptr) throw DeviceError("FluidSynth cannot make a synthesiser; check its installation");
    if (fluid_.load_soundfont(synth_.get(), soundfont.c_str(), 1) < 0)
      throw FormatError(soundfont, 0, "FluidSynth cannot read this soundfont", "name a whole .sf2 or .sf3 file");
  }

  void play(const Event& event) {
    if (!event.on) {
      fluid_.note_off(synth_.get(), event.channel, event.pitch);  // fails for a note that has already ended by itself
      return;
    }
    int& program = programs_[static_cast<std::size_t>(event.channel)];
    if (program != event.program) fluid_.change_program(synth_.get(), event.channel, program = event.program);
    fluid_.note_on(synth_.get(), event.channel, event.pitch, event.velocity);  // fails if the soundfont has no such sound
  }

  /// Appends `frames` frames.
  void write(std::vector<float>& samples, std::int64_t frames) {
    constexpr std::int64_t at_once = 1 << 20;
    while (frames > 0) {
      const auto count = static_cast<int>(std::min(frames, at_once));
      const std::size_t old = samples.size();
      samples.resize(old + 2 * static_cast<std::size_t>(count));
      float* begin = samples.data() + old;
      if (fluid_.write(synth_.get(), count, begin, 0, 2, begin, 1, 2) != FluidSynth::ok)
        throw DeviceError("FluidSynth cannot render; check its installation");
      frames -= count;
    }
  }

  [[nodiscard]] bool sounds() { return fluid_.active_voices(synth_.get()) > 0; }

 private:
  FluidSynth fluid_;
  std::unique_ptr<FluidSynth::Settings, void (*)(FluidSynth::Settings*)> settings_;
  std::unique_ptr<FluidSynth::Synth, void (*)(FluidSynth::Synth*)> synth_;
  std::array<int, 16> programs_{};
};

// Avoids a click if notes still ring at the end of the tail.
void fade_out(std::vector<float>& samples, std::size_t frames) {
  frames = std::min(frames, samples.size() / 2);
  float* begin = samples.data() + (samples.size() - 2 * frames);
  for (std::size_t i = 0; i < 2 * frames; ++i) begin[i] *= static_cast<float>(frames - 1 - i / 2) / static_cast<float>(frames);
}

// Removes silence from the end, down to `least` frames. Samples that would be zero in 16 bits are silent.
void drop_silence(std::vector<float>& samples, std::size_t least) {
  constexpr float silence = 0.5F / 32767.0F;
  const auto last = std::find_if(samples.rbegin(), samples.rend(), [](float s) { return std::abs(s) >= silence; });
  const auto frames = (static_cast<std::size_t>(samples.rend() - last) + 1) / 2;
  samples.resize(std::min(samples.size(), 2 * std::max(least, frames)));
}

void turn_down_to_full_scale(std::vector<float>& samples) {
  float peak = 0.0F;
  for (const float sample : samples) peak = std::max(peak, std::abs(sample));
  if (peak <= 1.0F) return;
  for (float& sample : samples) sample /= peak;
}

}  // namespace

Audio to_audio(const NoteSequence& notes, const AudioOptions& options) {
  check(options);
  const double seconds = checked_length(notes);
  const std::vector<Event> events = to_events(notes, options.sample_rate);
  const FluidSynth fluidsynth = load_fluidsynth();
  const std::filesystem::path soundfont = options.soundfont.empty() ? find_soundfont() : options.soundfont;
  check_soundfont(soundfont);
  Player player(fluidsynth, options.sample_rate, soundfont);

  Audio audio{options.sample_rate, {}};
  const std::int64_t end = std::llround(seconds * options.sample_rate);
  const std::int64_t tail = std::llround(options.tail * options.sample_rate);
  audio.samples.reserve(2 * static_cast<std::size_t>(end + tail));
  std::int64_t now = 0;
  const auto write_to = [&](std::int64_t frame) {
    player.write(audio.samples, frame - now);
    now = std::max(now, frame);
  };
  for (const Event& event : events) {
    write_to(event.block * FluidSynth::block);
    player.play(event);
  }
  write_to(end);
  while (now < end + tail && player.sounds()) write_to(std::min(now + FluidSynth::block, end + tail));
  if (player.sounds()) fade_out(audio.samples, static_cast<std::size_t>(options.sample_rate) / 100);
  drop_silence(audio.samples, static_cast<std::size_t>(end));
  turn_down_to_full_scale(audio.samples);
  return audio;
}

Audio to_audio(const DrumSequence& sequence, const DrumMap& map, double qpm, const AudioOptions& options) {
  return to_audio(to_notes(sequence, map, qpm), options);
}

Audio to_audio(const Melody& melody, double qpm, const MelodySound& sound, const AudioOptions& options) {
  return to_audio(to_notes(melody, qpm, sound), options);
}

}  // namespace musicvae::render
