#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <memory>
#include <span>

#include "musicvae/data/groove_dataset.hpp"
#include "musicvae/data/melody_converter.hpp"
#include "musicvae/error.hpp"
#include "musicvae/model/named_configs.hpp"
#include "musicvae/model/representations/melody.hpp"
#include "report.hpp"
#include "verbs.hpp"

namespace musicvae::app {
namespace {

using namespace musicvae::data;

struct PreprocessOptions {
  std::string dataset;
  std::string out;
  std::string format = "mvds";
  // for windows
  std::string config;
  std::string cut = "bar-aligned";
  std::string map;
  std::string channel = "auto";
  std::string classes = "nine";
  int bars = 4;
  int threads = 0;
  // for records
  bool gzip = false;
  bool all_instruments = false;
};

nlohmann::ordered_json per_split(const WindowSet& set) {
  nlohmann::ordered_json json;
  for (const std::string_view text : EnumNames<Split>::names) json[std::string(text)] = set.windows(from_name<Split>(text)).size();
  return json;
}

// What the dataset was taken for: a release whose table is missing is treated as a folder.
const char* name(GrooveDataset::Kind kind) {
  constexpr std::array<const char*, 4> names = {"release", "folder", "records file", "MIDI file"};
  return names[static_cast<std::size_t>(kind)];
}

// What was left out, in total and per file.
struct Loss {
  LeftOutCounts counts;
  nlohmann::ordered_json files = nlohmann::ordered_json::array();
};

Loss loss_of(const std::vector<SourceFile>& all) {
  Loss loss;
  for (const SourceFile& file : all) {
    loss.counts += file.left_out;
    if (file.left_out.empty() && file.error.empty()) continue;
    loss.files.push_back({{"path", file.path}, {"left_out", to_json(file.left_out)}});
    if (!file.error.empty()) loss.files.back()["error"] = file.error;
  }
  return loss;
}

// Why a dataset gives no windows or records: the counts, and the first file's error if files could not be read.
FormatError nothing_found(const std::string& dataset, const std::string& what, const std::vector<SourceFile>& files) {
  const Loss loss = loss_of(files);
  const auto unreadable = std::find_if(files.begin(), files.end(), [](const SourceFile& file) { return !file.error.empty(); });
  return FormatError(fmt::format("{}: {} in its {} files (left out: {}{}); see docs/data.md, or try fewer --bars or another --cut", dataset,
                                 what, files.size(), to_text(loss.counts),
                                 unreadable == files.end() ? "" : "; first unreadable: " + unreadable->error));
}

// The converter of the config or, without one, of grooves.
Immutable<FileConverter> converter_of(const PreprocessOptions& options) {
  GrooveConverterOptions grooves{.cut = from_name<Cut>(options.cut),
                                 .drum_map = drum_map_if_named(options.map),
                                 .bars = options.bars,
                                 .classes = from_name<DrumClasses>(options.classes),
                                 .drum_channel = DrumChannel::from_name(options.channel)};
  if (options.config.empty()) return GrooveConverter(grooves);
  const ModelConfig& config = named_config(options.config);
  const Immutable<FileConverter> usual = converter_for(config);
  grooves.bars = usual->info().steps / Grid{}.steps_per_bar();
  if (config.representation->music() == Melody::kPlural) return MelodyConverter({.cut = grooves.cut, .bars = grooves.bars});
  return usual->info().cut == Cut::bar_aligned ? Immutable<FileConverter>(GrooveConverter(grooves)) : usual;
}

// The mean number of `what` per window.
struct Density {
  const char* key;
  const char* what;
  double per_window;
};

// Of melodies, the notes. Of grooves, the hits on beat 1 of bar 1: a cut by seconds loses some of those that were played a little early.
Density density_of(const WindowSet& set) {
  const bool melodies = set.depth() == 1;
  const int columns = set.info().cut == Cut::reference_drums ? set.depth() : kDrums;
  std::ptrdiff_t sum = 0;
  for (std::size_t w = 0; w < set.size(); ++w) {
    const std::span<const float> window = set.window(w);
    sum += melodies ? std::count_if(window.begin(), window.end(), MelodyRepresentation::is_note)
                    : std::count(window.begin(), window.begin() + columns, 1.0F);
  }
  const double per_window = set.size() == 0 ? 0.0 : static_cast<double>(sum) / static_cast<double>(set.size());
  return melodies ? Density{"notes_per_window", "notes", per_window}
                  : Density{"downbeat_hits_per_window", "hits on the first downbeat", per_window};
}

void make_windows(const PreprocessOptions& options, const Output& output) {
  PrepareOptions prepare_options{.converter = converter_of(options), .threads = options.threads};
  const GrooveDataset dataset = GrooveDataset::open(options.dataset);
  const WindowSetWriter prepared = [&] {
    Progress progress(output, "files");
    prepare_options.progress = [&](std::size_t done, std::size_t all) { progress(done, all); };
    return prepare(dataset, prepare_options);
  }();
  const WindowSet set = prepared.finish();
  if (set.size() == 0) throw nothing_found(options.dataset, "no window", set.files());
  prepared.write(options.out);
  const Loss loss = loss_of(set.files());
  const auto guessed = std::count_if(set.files().begin(), set.files().end(), [](const SourceFile& file) { return file.guessed_drums; });
  const nlohmann::ordered_json splits = per_split(set);
  const Density density = density_of(set);
  output.result(
      fmt::format("{}: {} windows [{}, {}] from {} files of a {} (train {}, validation {}, test {}), {:.2f} {} per window\n"
                  "left out: {}{}",
                  options.out, set.size(), set.steps(), set.depth(), set.files().size(), name(dataset.kind()), splits["train"].dump(),
                  splits["validation"].dump(), splits["test"].dump(), density.per_window, density.what, to_text(loss.counts),
                  guessed == 0 ? ""
                               : fmt::format("\n{} files have no note on the drum channel 10, so all their notes were read as "
                                             "drums (--drum-channel 10 leaves them out)",
                                             guessed)),
      {{"file", options.out},
       {"from", name(dataset.kind())},
       {"files_with_guessed_drums", guessed},
       {"cut", stored_name(set.info().cut)},
       {"windows", set.size()},
       {"splits", splits},
       {"steps", set.steps()},
       {"depth", set.depth()},
       {"files", set.files().size()},
       {density.key, density.per_window},
       {"left_out", to_json(loss.counts)},
       {"files_with_left_out", loss.files}});
}

void make_records(const PreprocessOptions& options, const Output& output) {
  const GrooveDataset dataset = GrooveDataset::open(options.dataset);
  RecordOptions record_options{.notes = options.all_instruments ? RecordNotes::all : RecordNotes::drums,
                               .compression = options.gzip ? Compression::gzip : Compression::none};
  std::vector<SourceFile> files;
  {
    Progress progress(output, "files");
    record_options.progress = [&](std::size_t done, std::size_t all) { progress(done, all); };
    files = write_records(dataset, options.out, record_options);
  }
  const Loss loss = loss_of(files);
  std::int64_t notes = 0;
  std::size_t records = 0;
  for (const SourceFile& file : files) {
    const bool written = file.left_out[LeftOut::unreadable] == 0 && file.left_out[LeftOut::no_notes] == 0;
    records += written ? 1 : 0;
    notes += written ? file.notes - file.left_out[LeftOut::not_a_drum] : 0;
  }
  output.result(fmt::format("{}: {} records with {} notes from {} files of a {}\nleft out: {}", options.out, records, notes, files.size(),
                            name(dataset.kind()), to_text(loss.counts)),
                {{"file", options.out},
                 {"from", name(dataset.kind())},
                 {"records", records},
                 {"notes", notes},
                 {"files", files.size()},
                 {"left_out", to_json(loss.counts)},
                 {"files_with_left_out", loss.files}});
}

// An option that the chosen format does not have is a mistake of the user, so it must not be ignored.
void refuse_given(const std::vector<CLI::Option*>& options, const std::string& format) {
  for (const CLI::Option* option : options) {
    if (option->count() != 0) throw ArgumentError(option->get_name() + " is not for --format " + format + "; leave one of them out");
  }
}

}  // namespace

void add_preprocess(CLI::App& command, const Output& output) {
  const auto options = std::make_shared<PreprocessOptions>();
  CLI::App* verb = command.add_subcommand("preprocess", "Convert MIDI to a prepared dataset or to NoteSequence records");
  verb->footer(
      "Example: musicvae preprocess groove-v1.0.0-midionly.zip -o groove.mvds\n"
      "         musicvae preprocess my_tunes --config cat-mel_2bar_small -o tunes.mvds\n"
      "         musicvae preprocess my_midi --format tfrecord --gzip -o mine.tfrecord\n--json lists what was left out of each file, and "
      "why.");
  verb->add_option("dataset", options->dataset,
                   "The Groove release (zip or folder), a folder of MIDI files, or a TFRecord file of NoteSequences")
      ->required();
  verb->add_option("-o,--out", options->out, "The file to write; groove.mvds or groove.tfrecord if not given");
  verb->add_option("--format", options->format, "mvds: windows to train on; tfrecord: NoteSequence records, as in Magenta")
      ->check(CLI::IsMember({"mvds", "tfrecord"}))
      ->capture_default_str();
  CLI::Option* config =
      verb->add_option("--config", options->config,
                       "Make the windows that this config needs: of its kind of music, and as long (musicvae configs lists the configs)");
  std::vector<CLI::Option*> of_windows = {
      config,
      verb->add_option("--cut", options->cut, "How windows are cut: bar-aligned, reference, reference-tfds or reference-drums (hits only)")
          ->capture_default_str(),
      verb->add_option("--classes", options->classes, "Drum classes of reference-drums: nine (as in --map) or full (61 pitches)")
          ->excludes(config)
          ->capture_default_str(),
      verb->add_option("--bars", options->bars, "Bars per window")->excludes(config)->capture_default_str(),
      verb->add_option("--threads", options->threads, "Threads; 0 is one per core")->capture_default_str()};
  for (CLI::Option* option : add_cut_map_options(*verb, options->map, options->channel)) of_windows.push_back(option);
  const std::vector<CLI::Option*> of_records = {
      verb->add_flag("--gzip", options->gzip, "Compress the records"),
      verb->add_flag("--all-instruments", options->all_instruments, "Also keep the notes that are not on the drum channel")};
  verb->callback([options, of_windows, of_records, &output] {
    const bool to_records = options->format == "tfrecord";
    refuse_given(to_records ? of_windows : of_records, options->format);
    if (options->out.empty()) options->out = (options->config.empty() ? "groove" : options->config) + "." + options->format;
    to_records ? make_records(*options, output) : make_windows(*options, output);
  });
}

}  // namespace musicvae::app
