#include "musicvae/data/groove_dataset.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <fstream>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>

#include "archive.hpp"
#include "csv.hpp"
#include "groove_archive.hpp"
#include "musicvae/error.hpp"
#include "musicvae/interop/note_sequence_json.hpp"
#include "musicvae/midi/midi_file.hpp"

namespace musicvae::data {
namespace {

enum Column : std::size_t { style, bpm, beat_type, time_signature, midi_filename, split };
constexpr std::array<std::string_view, 6> column_names = {"style", "bpm", "beat_type", "time_signature", "midi_filename", "split"};

/// The rows of info.csv as files.
class Table {
 public:
  Table(std::vector<CsvRecord> records, std::filesystem::path source) : records_(std::move(records)), source_(std::move(source)) {
    if (records_.empty()) throw FormatError(source_.string() + ": is empty; get the dataset again");
    const std::vector<std::string>& header = records_.front().fields;
    for (std::size_t i = 0; i < column_names.size(); ++i) {
      const auto found = std::find(header.begin(), header.end(), column_names[i]);
      if (found == header.end())
        throw FormatError(source_.string() + ": column \"" + std::string(column_names[i]) + "\" is missing; get the dataset again");
      at_[i] = static_cast<std::size_t>(found - header.begin());
    }
  }

  [[nodiscard]] std::vector<SourceFile> files() const {
    std::vector<SourceFile> result;
    for (std::size_t r = 1; r < records_.size(); ++r) result.push_back(file(records_[r]));
    return result;
  }

 private:
  [[nodiscard]] SourceFile file(const CsvRecord& record) const {
    const std::size_t columns = records_.front().fields.size();
    if (record.fields.size() != columns) {
      fail(record, "has " + std::to_string(record.fields.size()) + " fields, but the header has " + std::to_string(columns));
    }
    const auto field = [&](Column column) -> const std::string& { return record.fields[at_[column]]; };
    SourceFile result;
    result.path = field(midi_filename);
    result.style = field(style);
    result.beat_type = field(beat_type);
    const auto known_split = try_from_name<Split>(field(split));
    if (!known_split) fail(record, "has the split \"" + field(split) + "\"; use train, validation or test");
    result.split = *known_split;
    if (!number(field(bpm), result.bpm) || !(result.bpm > 0.0 && result.bpm < 1e6))
      fail(record, "has the bpm \"" + field(bpm) + "\"; use a number above 0");
    const std::string_view meter = field(time_signature);
    const std::size_t dash = std::min(meter.find('-'), meter.size());
    if (!number(meter.substr(0, dash), result.beats_per_bar) || !number(meter.substr(std::min(dash + 1, meter.size())), result.beat_unit) ||
        result.beats_per_bar < 1 || result.beat_unit < 1) {
      fail(record, "has the time_signature \"" + std::string(meter) + "\"; use a value such as 4-4");
    }
    return result;
  }

  /// Parses a number; the whole text must be one.
  template <class T>
  [[nodiscard]] static bool number(std::string_view text, T& value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size();
  }

  [[noreturn]] void fail(const CsvRecord& record, std::string what) const {
    std::replace(what.begin(), what.end(), '\n', ' ');  // a quoted field may contain line ends, but a message has one line
    throw FormatError(source_.string() + ": line " + std::to_string(record.line) + " " + what +
                      (what.find(';') == std::string::npos ? "; correct that line" : ""));
  }

  std::vector<CsvRecord> records_;
  std::filesystem::path source_;
  std::array<std::size_t, column_names.size()> at_{};
};

/// Whether a folder or zip has the release's table. Any other info.csv has fewer than half of its columns.
bool has_groove_table(const std::filesystem::path& path) {
  try {
    const std::vector<std::byte> bytes = open_groove(path).read(groove_table, max_groove_table_size);
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    const std::vector<CsvRecord> records = parse_csv(text.substr(0, text.find('\n')), path);
    if (records.empty()) return true;  // reading it reports that it is empty
    const std::vector<std::string>& header = records.front().fields;
    const auto known = std::count_if(column_names.begin(), column_names.end(),
                                     [&](std::string_view name) { return std::find(header.begin(), header.end(), name) != header.end(); });
    return 2 * known >= static_cast<std::ptrdiff_t>(column_names.size());
  } catch (const FileError&) {
    return false;
  }
}

std::vector<SourceFile> table_of_release(const std::filesystem::path& path) {
  const Archive archive = open_groove(path);
  const std::vector<std::byte> bytes = archive.read(groove_table, max_groove_table_size);
  const std::filesystem::path source = path / groove_table;
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return Table(parse_csv(text, source), source).files();
}

/// Whether a file of a folder is music: MIDI, or a NoteSequence in JSON.
bool is_music_name(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return extension == ".mid" || extension == ".midi" || extension == ".rmi" || extension == ".json";
}

/// Recognises a MIDI file by its first bytes.
bool is_midi_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::array<char, 12> head{};
  in.read(head.data(), head.size());
  return looks_like_midi(std::as_bytes(std::span(head).first(static_cast<std::size_t>(in.gcount()))));
}

void list_folder(const std::filesystem::path& folder, std::vector<SourceFile>& files) {
  try {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      if (is_music_name(entry.path()) && !entry.is_directory()) {
        files.push_back({.path = entry.path().lexically_relative(folder).generic_string()});
      }
    }
  } catch (const std::filesystem::filesystem_error& error) {
    throw FileError(error.path1().string() + ": cannot be listed: " + error.code().message() + "; check its permissions");
  }
}

std::vector<SourceFile> midi_files_in(const std::filesystem::path& folder) {
  std::vector<SourceFile> files;
  for (const std::string& name : Archive(folder).zip_names()) {
    if (is_music_name(name)) files.push_back({.path = name});
  }
  std::error_code ec;
  if (std::filesystem::is_directory(folder, ec)) list_folder(folder, files);
  if (files.empty()) {
    throw FileError(
        folder.string() + ": has neither " + groove_table +
        " nor MIDI files (*.mid, *.midi, *.rmi) or NoteSequences (*.json); name the Groove MIDI Dataset, or a folder or zip of MIDI files");
  }
  std::sort(files.begin(), files.end(), [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
  for (SourceFile& file : files) file.split = try_from_name<Split>(file.path.substr(0, file.path.find('/'))).value_or(Split::train);
  return files;
}

/// Damaged records are listed too. If no record is intact, there is no dataset.
std::vector<SourceFile> records_in(const std::filesystem::path& path) {
  std::vector<SourceFile> files;
  TfrecordReader reader(path);
  std::optional<FormatError> damage;
  bool any_sound = false;
  for (bool more = true; more;) {
    try {
      more = reader.next().has_value();
      any_sound = any_sound || more;
    } catch (const FormatError& error) {
      if (!damage) damage = error;
    }
    if (more) files.push_back({.path = "record " + std::to_string(files.size())});
  }
  if (damage && !any_sound) throw FormatError(*damage);
  return files;
}

/// The kind of a file by its first bytes, or by its name if the bytes do not show it.
bool is_zip(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::array<char, 2> magic{};
  return in.read(magic.data(), magic.size()) && magic[0] == 'P' && magic[1] == 'K';
}

bool is_records(const std::filesystem::path& path) {
  return looks_like_tfrecord(path) || (path.filename().string().find(".tfrecord") != std::string::npos && !is_zip(path));
}

}  // namespace

GrooveDataset GrooveDataset::open(const std::filesystem::path& path) {
  std::error_code ec;
  if (std::filesystem::is_regular_file(path, ec)) {
    if (is_midi_file(path) || interop::is_notes_json(path)) {
      (void)interop::read_notes(path);  // an unreadable file is not a dataset
      return of({path});
    }
    if (is_records(path)) return {path, Kind::records, records_in(path)};
  }
  if (has_groove_table(path)) return {path, Kind::release, table_of_release(path)};
  return {path, Kind::folder, midi_files_in(path)};
}

GrooveDataset GrooveDataset::of(std::vector<Item> items) {
  if (items.empty()) throw ArgumentError("dataset: the list is empty; give MIDI files or notes");
  std::vector<SourceFile> files;
  files.reserve(items.size());
  for (const Item& item : items) {
    const auto* path = std::get_if<std::filesystem::path>(&item);
    std::error_code ec;
    if (path != nullptr && std::filesystem::is_directory(*path, ec)) {
      throw ArgumentError("dataset: " + path->string() + " is a folder; list its files, or give the folder instead of a list");
    }
    files.push_back({.path = path != nullptr ? path->generic_string() : "notes " + std::to_string(files.size())});
  }
  return {{}, Kind::list, std::move(files), std::move(items)};
}

namespace {

// The prepared datasets in a folder that contains nothing else; together they are one dataset.
std::vector<std::filesystem::path> shards_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> shards;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
    if (entry.path().extension() != ".mvds") return {};
    shards.push_back(entry.path());
  }
  std::sort(shards.begin(), shards.end());
  return shards;
}

WindowSet open_shards(const std::filesystem::path& folder, const std::vector<std::filesystem::path>& shards) {
  std::vector<WindowSet> sets;
  for (const std::filesystem::path& shard : shards) {
    sets.push_back(WindowSet::open(shard));
    if (sets.back().info() != sets.front().info()) {
      throw FormatError(folder.string() + ": " + shard.filename().string() + " was not prepared as " + shards.front().filename().string() +
                        " was (cut, bars, drum map); prepare all shards in the same way");
    }
  }
  return WindowSet::join(sets);
}

}  // namespace

WindowSet open_windows(const std::filesystem::path& path, const PrepareOptions& options) {
  if (const auto shards = shards_in(path); !shards.empty()) return open_shards(path, shards);
  std::error_code ec;
  const bool is_dataset = std::filesystem::is_directory(path, ec) ||
                          (std::filesystem::exists(path, ec) && (is_zip(path) || is_midi_file(path) || is_records(path)));
  return is_dataset ? prepare(GrooveDataset::open(path), options).finish() : WindowSet::open(path);
}

}  // namespace musicvae::data
