#include <fmt/core.h>

#include <memory>

#include "musicvae/engine/reconstruct.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "musicvae/model/find_model.hpp"
#include "musicvae/sequence/drum_notes.hpp"
#include "report.hpp"
#include "verbs.hpp"

namespace musicvae::app {
namespace {

struct Options {
  std::string in;
  std::string out;
  std::string model = "groovae_4bar";
  std::string map;
  float temperature = 0.0F;
  std::uint64_t seed = 0;
};

// The tempo events of `from`, at the ticks that they have with another resolution.
TempoMap rescaled(const TempoMap& from, int ticks_per_quarter) {
  std::vector<Tempo> tempos = from.tempos();
  for (Tempo& tempo : tempos) tempo.at.value = tempo.at.value * ticks_per_quarter / from.ticks_per_quarter();
  return TempoMap(ticks_per_quarter, tempos);
}

void run(const Options& options, const Output& output) {
  Sampler sampler(MusicVae::load(find_model(options.model)));
  const DrumMap map = options.map.empty() ? sampler.model().drum_map() : drum_map_from(options.map);
  const NoteSequence notes = read_midi(options.in);
  const Grid grid = sampler.model().grid();
  for (const TimeSignature& meter : notes.time_signatures) {
    if (grid.steps_per_quarter * 4 * meter.numerator != grid.steps_per_bar() * meter.denominator) {
      throw ArgumentError(fmt::format("{}: has bars of {}/{}, and the model knows 4/4 only; cut the 4/4 part out of it", options.in,
                                      meter.numerator, meter.denominator));
    }
  }
  const QuantizedDrums drums = from_notes(notes, map, grid);
  if (drums.sequence.hits() == 0)
    throw ArgumentError(options.in + ": has no drum notes that the map \"" + map.name() + "\" knows (left out: " + to_text(drums.left_out) +
                        "); choose another --map");

  const DrumSequence result = reconstruct(sampler, drums.sequence, {.temperature = options.temperature, .seed = options.seed});
  NoteSequence out = to_notes(result, map);
  out.tempo_map = rescaled(notes.tempo_map, out.tempo_map.ticks_per_quarter());
  write_midi(out, options.out);

  int kept = 0;
  for (int step = 0; step < result.steps(); ++step) {
    for (int d = 0; d < kDrums; ++d) {
      const auto drum = static_cast<Drum>(d);
      kept += static_cast<int>(result.at(step, drum).hit && drums.sequence.at(step, drum).hit);
    }
  }
  const double f1 = 2.0 * kept / (result.hits() + drums.sequence.hits());
  output.result(fmt::format("{}: {:g} bars, {} of {} hits kept, {} new (F1 {:.3f}); left out: {}", options.out, result.bars(), kept,
                            drums.sequence.hits(), result.hits() - kept, f1, to_text(drums.left_out)),
                {{"file", options.out},
                 {"bars", result.bars()},
                 {"hits_in", drums.sequence.hits()},
                 {"hits_out", result.hits()},
                 {"hits_kept", kept},
                 {"f1", f1},
                 {"left_out", to_json(drums.left_out)}});
}

}  // namespace

void add_reconstruct(CLI::App& command, const Output& output) {
  const auto options = std::make_shared<Options>();
  CLI::App* verb = command.add_subcommand("reconstruct", "Encode a groove and decode it again");
  verb->footer(
      "Example: musicvae reconstruct in.mid -o out.mid\nShows what the model keeps of a groove; a long one goes window by window.");
  verb->add_option("in", options->in, "A MIDI file in 4/4")->required();
  verb->add_option("-o,--out", options->out, "The MIDI file to write")->required();
  verb->add_option("--model", options->model, "A shipped model's name, or a model file")->capture_default_str();
  verb->add_option("--map", options->map, "Drum map: roland, reduced or a JSON file [default: the model's]");
  verb->add_option("--temperature", options->temperature, "0: the likeliest hits; 1: as the model's probabilities say")
      ->capture_default_str();
  verb->add_option("--seed", options->seed, "Decides the hits when the temperature is above 0")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  verb->callback([options, &output] { run(*options, output); });
}

}  // namespace musicvae::app
