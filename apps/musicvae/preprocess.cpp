#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <memory>

#include "music_kind.hpp"
#include "musicvae/data/groove_dataset.hpp"
#include "musicvae/error.hpp"
#include "musicvae/interop/note_sequence_json.hpp"
#include "musicvae/model/any_music.hpp"
#include "report.hpp"
#include "verbs.hpp"
#include "window_options.hpp"

namespace musicvae::app {
namespace {

using namespace musicvae::data;

struct PreprocessOptions {
  std::string dataset;
  std::string out;
  std::string format = "mvds";
  // for windows
  WindowOptions windows;
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
const char* kind_of(const GrooveDataset& dataset) {
  if (dataset.kind() == GrooveDataset::Kind::list && interop::is_notes_json(dataset.files().front().path)) return "NoteSequence";
  constexpr std::array<const char*, 4> names = {"release", "folder", "records file", "MIDI file"};
  return names[static_cast<std::size_t>(dataset.kind())];
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

void make_windows(const PreprocessOptions& options, const Output& output) {
  PrepareOptions prepare_options{.converter = options.windows.converter(), .threads = options.threads};
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
  const PerWindow density =
      with_music(set.info().music, "preprocess: the windows are", [&]<class Value>() { return MusicKind<Value>::per_window(set); });
  output.result(fmt::format("{}: {} windows [{}, {}] from {} files of a {} (train {}, validation {}, test {}), {:.2f} {} per window\n"
                            "left out: {}{}",
                            options.out, set.size(), set.steps(), set.depth(), set.files().size(), kind_of(dataset), splits["train"].dump(),
                            splits["validation"].dump(), splits["test"].dump(), density.mean, density.what, to_text(loss.counts),
                            guessed == 0 ? ""
                                         : fmt::format("\n{} files have no note on the drum channel 10, so all their notes were read as "
                                                       "drums (--drum-channel 10 leaves them out)",
                                                       guessed)),
                {{"file", options.out},
                 {"from", kind_of(dataset)},
                 {"files_with_guessed_drums", guessed},
                 {"music", set.info().music},
                 {"cut", stored_name(set.info().cut)},
                 {"windows", set.size()},
                 {"splits", splits},
                 {"steps", set.steps()},
                 {"depth", set.depth()},
                 {"files", set.files().size()},
                 {density.key, density.mean},
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
                            kind_of(dataset), to_text(loss.counts)),
                {{"file", options.out},
                 {"from", kind_of(dataset)},
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
      "         musicvae preprocess my_songs --config hierdec-trio_16bar -o trios.mvds\n"
      "         musicvae preprocess my_midi --format tfrecord --gzip -o mine.tfrecord\n--json lists what was left out of each file, and "
      "why.");
  verb->add_option("dataset", options->dataset,
                   "The Groove release (zip or folder), a folder of MIDI files or NoteSequences in JSON, one such file, or a TFRecord file")
      ->required();
  verb->add_option("-o,--out", options->out, "The file to write; groove.mvds or groove.tfrecord if not given");
  verb->add_option("--format", options->format, "mvds: windows to train on; tfrecord: NoteSequence records, as in Magenta")
      ->check(CLI::IsMember({"mvds", "tfrecord"}))
      ->capture_default_str();
  std::vector<CLI::Option*> of_windows = options->windows.add_to(*verb);
  of_windows.push_back(verb->add_option("--threads", options->threads, "Threads; 0 is one per core")->capture_default_str());
  const std::vector<CLI::Option*> of_records = {
      verb->add_flag("--gzip", options->gzip, "Compress the records"),
      verb->add_flag("--all-instruments", options->all_instruments, "Also keep the notes that are not on the drum channel")};
  verb->callback([options, of_windows, of_records, &output] {
    const bool to_records = options->format == "tfrecord";
    refuse_given(to_records ? of_windows : of_records, options->format);
    if (options->out.empty())
      options->out = (options->windows.config_name().empty() ? "groove" : options->windows.config_name()) + "." + options->format;
    to_records ? make_records(*options, output) : make_windows(*options, output);
  });
}

}  // namespace musicvae::app
