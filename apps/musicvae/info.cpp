#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <system_error>
#include <vector>

#include "model/json.hpp"
#include "music_kind.hpp"
#include "musicvae/data/note_sequence_record.hpp"
#include "musicvae/data/tfrecord.hpp"
#include "musicvae/data/trio_converter.hpp"
#include "musicvae/data/window_set.hpp"
#include "musicvae/error.hpp"
#include "musicvae/file.hpp"
#include "musicvae/interop/note_sequence_json.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "musicvae/model/any_music.hpp"
#include "musicvae/model/find_model.hpp"
#include "musicvae/model/model_file.hpp"
#include "musicvae/sequence/drum_channel.hpp"
#include "report.hpp"
#include "verbs.hpp"

namespace musicvae::app {
namespace {

using nlohmann::ordered_json;

struct Info {
  std::string text;
  ordered_json json;
};

// `format` is "MIDI" or "NoteSequence", and `kind` its name in JSON.
Info notes_info(const NoteSequence& notes, const std::filesystem::path& path, const char* format, const char* kind) {
  const DrumMap map = DrumMap::standard();
  const DrumNotes chosen = DrumChannel().choose(notes, map);
  std::array<int, kDrums> hits{};
  int drums = 0;
  std::set<int> unknown;
  std::set<int> channels;
  for (const auto* part : {&notes.notes, &notes.unended}) {
    for (const Note& note : *part) {
      channels.insert(note.channel + 1);
      if (!chosen.contains(note)) continue;
      ++drums;
      if (const auto drum = map.drum(note.pitch)) {
        ++hits[static_cast<std::size_t>(*drum)];
      } else {
        unknown.insert(note.pitch);
      }
    }
  }
  const std::size_t count = notes.notes.size() + notes.unended.size();
  const double seconds = notes.tempo_map.seconds(notes.end).value;
  ordered_json tempos = ordered_json::array();
  for (const Tempo& tempo : notes.tempo_map.tempos()) tempos.push_back({{"tick", tempo.at.value}, {"qpm", tempo.qpm()}});
  ordered_json meters = ordered_json::array();
  for (const TimeSignature& meter : notes.time_signatures)
    meters.push_back({{"tick", meter.at.value}, {"meter", fmt::format("{}/{}", meter.numerator, meter.denominator)}});
  ordered_json classes;
  std::string text = fmt::format("{}: {}, {} ticks per quarter note, {:.2f} s, {} notes, {} of them drums", path.string(), format,
                                 notes.tempo_map.ticks_per_quarter(), seconds, count, drums);
  if (chosen.guessed)
    text += fmt::format("\n  no note is on the drum channel 10, so the notes of channel {} were read as drums", fmt::join(channels, ", "));
  if (!notes.unended.empty()) text += fmt::format("\n  {} notes have no length: no note-off ends them", notes.unended.size());
  for (const auto& tempo : tempos) text += fmt::format("\n  tick {}: {:.2f} qpm", tempo["tick"].dump(), tempo["qpm"].get<double>());
  for (const auto& meter : meters) text += fmt::format("\n  tick {}: {}", meter["tick"].dump(), meter["meter"].get<std::string>());
  for (std::size_t d = 0; d < hits.size(); ++d) {
    classes[std::string(kDrumNames[d])] = hits[d];
    if (hits[d] != 0) text += fmt::format("\n  {:14} {}", display_name(static_cast<Drum>(d)), hits[d]);
  }
  if (!unknown.empty()) text += fmt::format("\n  pitches that are not drums: {}", fmt::join(unknown, ", "));
  return {text,
          {{"file", path.string()},
           {"kind", kind},
           {"ticks_per_quarter", notes.tempo_map.ticks_per_quarter()},
           {"seconds", seconds},
           {"ticks", notes.end.value},
           {"notes", count},
           {"unended_notes", notes.unended.size()},
           {"drum_notes", drums},
           {"guessed_drums", chosen.guessed},
           {"channels", channels},
           {"tempos", tempos},
           {"meters", meters},
           {"drums", classes},
           {"unknown_pitches", unknown}}};
}

Info model_info(const SafetensorsView& view, const std::filesystem::path& path) {
  const ModelFile file = ModelFile::from(view, path);
  std::size_t parameters = 0;
  for (const auto& [name, tensor] : file.weights) parameters += tensor.values.size();
  const std::string music(file.config.representation->music());
  std::string text = fmt::format("{}: model of {}, config {}, {} parameters", path.string(), music, file.config.name, parameters);
  for_each_music([&]<class Value>() {
    if (Value::kPlural == music && MusicKind<Value>::kHasDrums) text += ", drum map " + file.drum_map.name();
  });
  if (!file.licence.empty()) text += "\n  licence: " + file.licence;
  const ordered_json training = ordered_json::parse(file.training);
  for (const auto& [key, value] : training.items())
    text += fmt::format("\n  {}: {}", key, value.is_string() ? value.get<std::string>() : value.dump());
  for (const std::string& name : file.lacks) text += "\n  lacks " + name + ", so it decodes but cannot encode";
  if (!file.prior.empty()) text += "\n  prior: learned, with the attributes";
  if (!file.attributes.empty()) text += "\n" + attribute_table(file.attributes);
  return {text,
          {{"file", path.string()},
           {"kind", "model"},
           {"music", music},
           {"parameters", parameters},
           {"config", to_json(file.config)},
           {"drum_map", to_json(file.drum_map)},
           {"training", training},
           {"licence", file.licence},
           {"lacks", file.lacks},
           {"prior", file.prior.empty() ? "standard normal" : "learned"},
           {"attributes", attributes_json(file.attributes)}}};
}

Info dataset_info(const std::filesystem::path& path) {
  using namespace musicvae::data;
  const WindowSet set = WindowSet::open(path);
  LeftOutCounts left_out;
  for (const SourceFile& file : set.files()) left_out += file.left_out;
  ordered_json splits;
  std::string rows;  // of music that the command knows
  for_each_music([&]<class Value>() {
    if (set.info().music == Value::kPlural) rows = MusicKind<Value>::rows_text(set.info()) + ", ";
  });
  std::string text = fmt::format("{}: prepared dataset of {}, cut {}, {}{} windows [{}, {}] from {} files", path.string(), set.info().music,
                                 name(set.info().cut), rows, set.size(), set.steps(), set.depth(), set.files().size());
  for (std::size_t s = 0; s < EnumNames<Split>::names.size(); ++s) {
    const std::size_t windows = set.windows(static_cast<Split>(s)).size();
    splits[std::string(EnumNames<Split>::names[s])] = windows;
    text += fmt::format("\n  {:10} {}", EnumNames<Split>::names[s], windows);
  }
  text += "\n  left out: " + to_text(left_out);
  return {text,
          {{"file", path.string()},
           {"kind", "dataset"},
           {"music", set.info().music},
           {"cut", stored_name(set.info().cut)},
           {"windows", set.size()},
           {"steps", set.steps()},
           {"depth", set.depth()},
           {"splits", splits},
           {"files", set.files().size()},
           {"left_out", to_json(left_out)}}};
}

// One record, as an entry in the list of records.
ordered_json record_json(const data::NoteSequenceRecord& record, std::size_t number) {
  const NoteSequence& notes = record.notes;
  const auto drums = std::count_if(notes.notes.begin(), notes.notes.end(), [](const Note& note) { return note.is_drum(); });
  ordered_json tempos = ordered_json::array();
  for (const TempoSegment& segment : notes.tempo_map.segments()) tempos.push_back({{"seconds", segment.time.value}, {"qpm", segment.qpm}});
  ordered_json meters = ordered_json::array();
  for (const TimeSignature& meter : notes.time_signatures) {
    meters.push_back(
        {{"seconds", notes.tempo_map.seconds(meter.at).value}, {"meter", fmt::format("{}/{}", meter.numerator, meter.denominator)}});
  }
  return {{"record", number},
          {"id", record.id},
          {"filename", record.filename},
          {"collection", record.collection_name},
          {"ticks_per_quarter", notes.tempo_map.ticks_per_quarter()},
          {"seconds", notes.tempo_map.seconds(notes.end).value},
          {"notes", notes.notes.size()},
          {"drum_notes", drums},
          {"tempos", tempos},
          {"meters", meters}};
}

// Damaged records are listed separately. A file without a single sound record is refused.
Info records_info(const std::filesystem::path& path) {
  data::TfrecordReader reader(path);
  ordered_json records = ordered_json::array();
  ordered_json damaged = ordered_json::array();
  const auto next = [&] {
    try {
      const auto bytes = reader.next();
      if (bytes) records.push_back(record_json(data::parse_note_sequence(*bytes, reader.where()), reader.count() - 1));
      return bytes.has_value();
    } catch (const FormatError& error) {
      damaged.push_back({{"record", reader.count() - 1}, {"error", error.what()}});
      return true;
    }
  };
  while (next()) continue;
  if (records.empty() && !damaged.empty()) throw FormatError(damaged[0]["error"].get<std::string>());

  std::size_t notes = 0;
  std::size_t drums = 0;
  double seconds = 0.0;
  std::vector<double> tempos;
  for (const ordered_json& record : records) {
    notes += record["notes"].get<std::size_t>();
    drums += record["drum_notes"].get<std::size_t>();
    seconds += record["seconds"].get<double>();
    for (const ordered_json& tempo : record["tempos"]) tempos.push_back(tempo["qpm"].get<double>());
  }
  const char* const compression = std::array{"none", "gzip", "zlib"}[static_cast<std::size_t>(reader.compression())];
  std::string text =
      fmt::format("{}: {}TFRecord, {} NoteSequences, {:.2f} s, {} notes, {} of them drums", path.string(),
                  reader.compression() == data::Compression::none ? "" : "compressed ", records.size(), seconds, notes, drums);
  if (!tempos.empty()) {
    const auto [slowest, fastest] = std::minmax_element(tempos.begin(), tempos.end());
    text += fmt::format("\n  tempos: {:.2f} to {:.2f} qpm", *slowest, *fastest);
  }
  constexpr std::size_t listed = 5;
  for (std::size_t i = 0; i < std::min(listed, records.size()); ++i) {
    const ordered_json& record = records[i];
    text += fmt::format("\n  record {}: {}, {:.2f} s, {} notes", record["record"].dump(), record["filename"].get<std::string>(),
                        record["seconds"].get<double>(), record["notes"].dump());
  }
  if (records.size() > listed) text += fmt::format("\n  and {} more; --json lists all of them", records.size() - listed);
  for (const ordered_json& record : damaged) text += "\n  " + record["error"].get<std::string>();
  return {text,
          {{"file", path.string()},
           {"kind", "tfrecord"},
           {"compression", compression},
           {"records", records.size()},
           {"notes", notes},
           {"drum_notes", drums},
           {"seconds", seconds},
           {"sequences", records},
           {"damaged", damaged}}};
}

// A checkpoint's metadata, without the tensors' values; musicvae-train reads the file in full.
Info checkpoint_info(const ordered_json& entry, const std::filesystem::path& path) {
  std::string text = path.string() + ": checkpoint";
  ordered_json json = {{"file", path.string()}};
  for (const auto& [key, value] : entry.items()) {
    json[key] = value;
    if (key != "kind" && key != "config")
      text += fmt::format("\n  {}: {}", key, value.is_string() ? value.get<std::string>() : value.dump());
    if (key == "config") text += "\n  config: " + value.value("name", std::string("?"));
  }
  return {text, json};
}

Info tensors_info(const SafetensorsView& view, const std::filesystem::path& path) {
  ordered_json tensors;
  ordered_json dtypes;
  std::string text = fmt::format("{}: {} tensors", path.string(), view.tensors.size());
  for (const auto& [key, tensor] : view.tensors) {
    tensors[key] = tensor.shape;
    dtypes[key] = name(tensor.dtype);
    text += fmt::format("\n  {} {} [{}]", key, name(tensor.dtype), fmt::join(tensor.shape, ", "));
  }
  return {text, {{"file", path.string()}, {"kind", "tensors"}, {"tensors", tensors}, {"dtypes", dtypes}}};
}

// Which instrument is melody, bass or drums, and why notes and windows are left out.
Info tracks_info(const std::filesystem::path& path, int bars) {
  const data::ConvertedTrios trios = data::TrioConverter({.bars = bars}).convert(interop::read_notes(path));
  ordered_json tracks = ordered_json::array();
  std::string text =
      fmt::format("{}: {} trios of {} bars from {} instruments", path.string(), trios.windows.windows.size(), bars, trios.tracks.size());
  std::array<int, kTrioParts> instruments{};
  for (const data::TrioTrack& track : trios.tracks) {
    const std::string part = track.part ? std::string(name(*track.part)) : "no part";
    if (track.part) ++instruments[static_cast<std::size_t>(*track.part)];
    text += fmt::format("\n  track {} channel {:2} program {:3}: {:7} {} notes, in {} windows; left out: {}", track.instrument.track,
                        track.instrument.channel + 1, track.instrument.program, part, track.notes, track.windows, to_text(track.left_out));
    tracks.push_back({{"track", track.instrument.track},
                      {"channel", track.instrument.channel + 1},
                      {"program", track.instrument.program},
                      {"part", track.part ? ordered_json(part) : ordered_json()},
                      {"notes", track.notes},
                      {"windows", track.windows},
                      {"left_out", to_json(track.left_out)}});
  }
  if (const int drums = instruments[static_cast<std::size_t>(TrioPart::drums)]; drums > 1)
    text += fmt::format("\n  the drums of {} instruments are one part", drums);
  text += "\n  left out in all: " + to_text(trios.left_out);
  return {text,
          {{"file", path.string()},
           {"kind", "trios"},
           {"bars", bars},
           {"windows", trios.windows.windows.size()},
           {"tracks", tracks},
           {"left_out", to_json(trios.left_out)}}};
}

// Whether the file is a prepared dataset. Only its header is read here; WindowSet reads the file.
bool is_dataset(const std::filesystem::path& path) {
  std::error_code ec;
  if (!std::filesystem::is_regular_file(path, ec)) return false;
  std::ifstream in(path, std::ios::binary);
  std::uint64_t size = 0;
  if (!in.read(reinterpret_cast<char*>(&size), sizeof size) || size > std::filesystem::file_size(path, ec)) return false;
  std::string head(size, '\0');
  // JSON escapes quotes inside a string, so this match is a key.
  return in.read(head.data(), static_cast<std::streamsize>(size)) && head.find("\"musicvae_windows\":") != std::string::npos;
}

Info info_of(const std::filesystem::path& path) {
  if (data::looks_like_tfrecord(path)) return records_info(path);
  if (is_dataset(path)) return dataset_info(path);
  constexpr std::uintmax_t limit = std::uintmax_t{4} << 30U;
  const std::vector<std::byte> bytes = read_file(path, limit);
  if (looks_like_midi(bytes)) return notes_info(parse_midi(bytes, path), path, "MIDI", "midi");
  if (interop::is_notes_json(path)) return notes_info(interop::parse_notes(bytes, path), path, "NoteSequence", "note_sequence");
  const bool could_be_safetensors = bytes.size() > 8 && bytes[8] == std::byte{'{'};
  if (!could_be_safetensors) {
    refuse_other_formats(bytes, path);
    throw FormatError(path, 0, "neither a MIDI file (MThd), a NoteSequence in JSON (.json), a safetensors file nor a TFRecord file",
                      "name a MIDI file, model, prepared dataset, checkpoint, tensor file or record file");
  }
  const SafetensorsView view = parse_safetensors(bytes, path);
  const auto entry = view.metadata.find("musicvae");
  if (entry == view.metadata.end()) return tensors_info(view, path);
  const ordered_json json = ordered_json::parse(entry->second, nullptr, /*allow_exceptions=*/false);
  if (json.is_object() && json.value("kind", ordered_json()) == "checkpoint") return checkpoint_info(json, path);
  return model_info(view, path);
}

}  // namespace

void add_info(CLI::App& command, const Output& output) {
  const auto path = std::make_shared<std::string>();
  const auto tracks = std::make_shared<bool>(false);
  const auto bars = std::make_shared<int>(16);
  CLI::App* verb = command.add_subcommand("info", "Describe a file");
  verb->footer(
      "Example: musicvae info out/groove_0.mid\n         musicvae info groove\n         musicvae info --tracks song.mid\nReads MIDI files, "
      "NoteSequences in JSON, models (also by name), prepared datasets, "
      "checkpoints, tensor files and "
      "TFRecord files of NoteSequences.");
  verb->add_option("file", *path, "The file")->required();
  CLI::Option* flag = verb->add_flag("--tracks", *tracks, "How a file is read as trios: the part of each instrument, and what is left out");
  verb->add_option("--bars", *bars, "With --tracks, bars per window")->needs(flag)->capture_default_str();
  verb->callback([path, tracks, bars, &output] {
    const Info info = *tracks ? tracks_info(*path, *bars) : info_of(find_model(*path));
    output.result(info.text, info.json);
  });
}

}  // namespace musicvae::app
