#include "musicvae/render/audio.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "musicvae/error.hpp"
#include "musicvae/interop/note_sequence_json.hpp"
#include "musicvae/render/soundfont.hpp"
#include "musicvae/render/wav.hpp"
#include "report.hpp"
#include "verbs.hpp"

namespace musicvae::app {
namespace {

namespace fs = std::filesystem;

struct RenderOptions {
  std::vector<std::string> in;
  std::string out;
  std::string soundfont;
  int sample_rate = 44'100;
};

// Where each input's audio goes: the named .wav, or NAME.wav in a folder.
std::vector<fs::path> targets(const RenderOptions& options) {
  const fs::path out = options.out;
  if (out.extension() == ".wav") {
    if (options.in.size() > 1)
      throw ArgumentError(fmt::format("render: {} files cannot go into one; name a folder with -o", options.in.size()));
    return {out};
  }
  std::vector<fs::path> paths;
  std::set<fs::path> taken;
  for (const std::string& in : options.in) {
    paths.push_back(out / fs::path(in).filename().replace_extension(".wav"));
    if (!taken.insert(paths.back()).second)
      throw ArgumentError(fmt::format("render: two of the files would be written to {}; render them one by one", paths.back().string()));
  }
  return paths;
}

void run_render(const RenderOptions& options, const Output& output) {
  const std::vector<fs::path> paths = targets(options);
  const render::AudioOptions audio_options{.sample_rate = options.sample_rate, .soundfont = options.soundfont};
  nlohmann::ordered_json files = nlohmann::ordered_json::array();
  std::string text;
  Progress progress(output, "files");
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const NoteSequence notes = interop::read_notes(options.in[i]);
    const render::Audio audio = render::to_audio(notes, audio_options);
    if (fs::path(options.out) != paths[i]) make_folder(options.out);  // only now: a failed call leaves no folder behind
    render::write_wav(audio, paths[i]);
    float peak = 0.0F;
    for (const float sample : audio.samples) peak = std::max(peak, std::abs(sample));
    text +=
        fmt::format("{}: {:.2f} s, {} notes{}\n", paths[i].string(), audio.seconds(), notes.notes.size(), peak == 0.0F ? ", silent" : "");
    files.push_back({{"file", paths[i].string()},
                     {"from", options.in[i]},
                     {"seconds", audio.seconds()},
                     {"frames", audio.frames()},
                     {"notes", notes.notes.size()},
                     {"peak", peak}});
    progress(i + 1, paths.size());
  }
  const fs::path soundfont = options.soundfont.empty() ? render::find_soundfont() : fs::path(options.soundfont);
  text += fmt::format("soundfont {}, {} Hz", soundfont.string(), options.sample_rate);
  output.result(text, {{"soundfont", soundfont.string()}, {"sample_rate", options.sample_rate}, {"files", files}});
}

}  // namespace

void add_render(CLI::App& command, const Output& output) {
  const auto options = std::make_shared<RenderOptions>();
  CLI::App* verb = command.add_subcommand("render", "Render MIDI files to WAV files");
  verb->footer(
      "Example: musicvae render out/groove_0.mid -o groove.wav\n         musicvae render out/*.mid -o sounds\nNeeds FluidSynth and a "
      "soundfont: apt install libfluidsynth3 timgm6mb-soundfont.");
  verb->add_option("in", options->in, "MIDI files")->required();
  verb->add_option("-o,--out", options->out, "A .wav file, or a folder for one NAME.wav per input; created if it does not exist")
      ->required();
  verb->add_option("--soundfont", options->soundfont,
                   "An .sf2 or .sf3 file [default: MUSICVAE_SOUNDFONT, otherwise a General MIDI one in the system's folders]");
  verb->add_option("--sample-rate", options->sample_rate, "Frames per second, 8000 to 96000")->capture_default_str();
  verb->callback([options, &output] { run_render(*options, output); });
}

}  // namespace musicvae::app
