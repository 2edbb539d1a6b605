#include "musicvae/data/window_set.hpp"

#include <zlib.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <limits>
#include <map>
#include <utility>

#include <nlohmann/json.hpp>

#include "mapped_file.hpp"
#include "model/json.hpp"
#include "musicvae/error.hpp"
#include "musicvae/file.hpp"
#include "musicvae/model/safetensors.hpp"
#include "musicvae/sequence/melody.hpp"

namespace musicvae::data {
namespace {

constexpr const char* entry_name = "musicvae_windows";
constexpr int format_version = 1;
constexpr const char* prepare_again = "prepare the dataset again with musicvae preprocess";

// Locates the checksum in the file. JSON escapes every quote inside a string, so this key cannot occur anywhere else in the header.
constexpr std::string_view checksum_key = "\"crc32\":\"";
constexpr std::string_view checksum_zeros = "00000000";

std::uint32_t crc(std::uint32_t start, std::string_view bytes) {
  return static_cast<std::uint32_t>(::crc32_z(start, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

/// The checksum of all bytes, with zeros in place of the eight digits at `digits`.
std::uint32_t checksum(std::string_view bytes, std::size_t digits) {
  return crc(crc(crc(0, bytes.substr(0, digits)), checksum_zeros), bytes.substr(digits + checksum_zeros.size()));
}

std::string hex(std::uint32_t value) {
  std::string text(checksum_zeros);
  for (std::size_t i = text.size(); i-- > 0; value >>= 4) text[i] = "0123456789abcdef"[value & 0xFU];
  return text;
}

nlohmann::json to_json(const SourceFile& file) {
  nlohmann::json left_out = nlohmann::json::object();
  for (std::size_t i = 0; i < kLeftOutReasons; ++i) {
    const auto reason = static_cast<LeftOut>(i);
    if (file.left_out[reason] != 0) left_out[std::string(name(reason))] = file.left_out[reason];
  }
  nlohmann::json json = {{"path", file.path},           {"split", name(file.split)}, {"style", file.style},
                         {"beat_type", file.beat_type}, {"bpm", file.bpm},           {"meter", {file.beats_per_bar, file.beat_unit}},
                         {"notes", file.notes},         {"left_out", left_out},      {"error", file.error}};
  if (file.guessed_drums) json["guessed_drums"] = true;  // rare; older readers ignore it
  return json;
}

SourceFile source_file_from_json(const nlohmann::json& json, const std::filesystem::path& source) {
  SourceFile file;
  json.at("path").get_to(file.path);
  const auto split = try_from_name<Split>(json.at("split").get<std::string>());
  if (!split) throw FormatError(source.string() + ": split \"" + json.at("split").get<std::string>() + "\" is unknown; " + prepare_again);
  file.split = *split;
  json.at("style").get_to(file.style);
  json.at("beat_type").get_to(file.beat_type);
  json.at("bpm").get_to(file.bpm);
  json.at("meter").at(0).get_to(file.beats_per_bar);
  json.at("meter").at(1).get_to(file.beat_unit);
  json.at("notes").get_to(file.notes);
  json.at("error").get_to(file.error);
  file.guessed_drums = json.value("guessed_drums", false);
  for (const auto& [key, count] : json.at("left_out").items()) {
    const auto reason = try_from_name<LeftOut>(key);
    if (!reason) throw FormatError(source.string() + ": reason \"" + key + "\" is unknown; " + prepare_again);
    file.left_out.add(*reason, count.get<std::int64_t>());
  }
  return file;
}

/// A tensor's elements in place.
template <class T>
std::span<const T> in_place(const TensorView& tensor, Dtype dtype, std::size_t rank, const char* what,
                            const std::filesystem::path& source) {
  if (tensor.dtype != dtype || tensor.shape.size() != rank)
    throw FormatError(source.string() + ": tensor \"" + what + "\" has the wrong type or shape; " + prepare_again);
  if (std::bit_cast<std::uintptr_t>(tensor.bytes.data()) % alignof(T) != 0) {
    throw FormatError(source.string() + ": tensor \"" + what + "\" is not aligned to its element size; " + prepare_again);
  }
  return {reinterpret_cast<const T*>(tensor.bytes.data()), tensor.size()};
}

}  // namespace

struct WindowSet::Data {
  /// Contiguous rows. All rows of a file are in one part.
  struct Part {
    std::shared_ptr<const void> memory;  ///< owner of `rows`, a mapping or a string; shared by derived sets
    std::span<const float> rows;
    std::int64_t first_row;  ///< number of rows in the parts before this one
  };
  WindowSetInfo info;
  std::vector<SourceFile> files;
  std::vector<Part> parts;
  std::vector<std::int64_t> first_row, file, bar;

  [[nodiscard]] std::span<const float> rows(std::int64_t first, std::int64_t count) const {
    const auto after =
        std::upper_bound(parts.begin(), parts.end(), first, [](std::int64_t row, const Part& part) { return row < part.first_row; });
    const Part& part = *(after - 1);
    return part.rows.subspan(static_cast<std::size_t>((first - part.first_row) * info.depth), static_cast<std::size_t>(count * info.depth));
  }

  static void read_checksum(const std::filesystem::path& path, std::string_view text, std::size_t header_size) {
    const std::size_t key = text.substr(0, header_size).find(checksum_key);
    if (key == std::string_view::npos || key + checksum_key.size() + checksum_zeros.size() > header_size) {
      throw FormatError(path.string() + ": has no checksum, so it is not a prepared dataset; make one with musicvae preprocess");
    }
    const std::size_t digits = key + checksum_key.size();
    if (text.substr(digits, checksum_zeros.size()) != hex(checksum(text, digits))) {
      throw FormatError(path, digits, "the checksum does not match: the file was changed or damaged", prepare_again);
    }
  }

  void read_entry(const std::filesystem::path& path, const SafetensorsView& view) {
    const auto entry = view.metadata.find(entry_name);
    if (entry == view.metadata.end()) {
      throw FormatError(path.string() + ": metadata entry \"" + entry_name +
                        "\" is missing, so it is not a prepared dataset; make one with musicvae preprocess");
    }
    const nlohmann::json json = nlohmann::json::parse(entry->second);
    if (const int version = json.at("format_version").get<int>(); version != format_version) {
      throw FormatError(path.string() + ": is of format version " + std::to_string(version) + ", but this library reads version " +
                        std::to_string(format_version) + "; " + prepare_again);
    }
    info.cut = from_name<Cut>(json.at("cut").get<std::string>());
    json.at("steps").get_to(info.steps);
    json.at("depth").get_to(info.depth);
    info.drum_map = drum_map_from_json(json.at("drum_map"), path.string());
    info.music = json.value("music", std::string(info.depth == 1 ? Melody::kPlural : DrumSequence::kPlural));
    for (const nlohmann::json& item : json.at("files")) files.push_back(source_file_from_json(item, path));
  }

  void read_tensors(const std::filesystem::path& path, const SafetensorsView& view) {
    const TensorView& rows_tensor = view.at("rows", path.string());
    parts.front().rows = in_place<float>(rows_tensor, Dtype::f32, 2, "rows", path);
    const auto column = [&](const char* what) {
      const std::span<const std::int64_t> values = in_place<std::int64_t>(view.at(what, path.string()), Dtype::i64, 1, what, path);
      return std::vector<std::int64_t>(values.begin(), values.end());
    };
    first_row = column("first_row");
    file = column("file");
    bar = column("bar");
    if (info.steps < 1 || info.depth < 1 || rows_tensor.shape[1] != info.depth || file.size() != first_row.size() ||
        bar.size() != first_row.size()) {
      throw FormatError(path.string() + ": its tensors do not fit its steps and depth; " + prepare_again);
    }
    for (std::size_t w = 0; w < first_row.size(); ++w) {
      if (first_row[w] < 0 || first_row[w] > rows_tensor.shape[0] - info.steps || file[w] < 0 ||
          file[w] >= static_cast<std::int64_t>(files.size())) {
        throw FormatError(path.string() + ": window " + std::to_string(w) + " lies outside the rows or files; " + prepare_again);
      }
    }
  }
};

WindowSet WindowSet::read(std::string_view bytes, std::shared_ptr<const void> memory, const std::filesystem::path& path) {
  const auto data = std::make_shared<Data>();
  data->parts.push_back({.memory = std::move(memory), .rows = {}, .first_row = 0});
  try {
    const SafetensorsView view = parse_safetensors(std::as_bytes(std::span(bytes)), path);
    std::uint64_t json_size = 0;
    std::memcpy(&json_size, bytes.data(), sizeof json_size);
    Data::read_checksum(path, bytes, sizeof json_size + json_size);
    data->read_entry(path, view);
    data->read_tensors(path, view);
  } catch (const nlohmann::json::exception& error) {
    throw FormatError(path.string() + ": metadata entry \"" + entry_name + "\": " + error.what() + "; " + prepare_again);
  } catch (const FormatError&) {
    throw;
  } catch (const Error& error) {  // errors from the checks of the values themselves
    throw FormatError(path.string() + ": metadata entry \"" + entry_name + "\": " + error.what());
  }
  return WindowSet(data);
}

WindowSet WindowSet::open(const std::filesystem::path& path) {
  const auto mapped = std::make_shared<const detail::MappedFile>(path, "a prepared dataset (.mvds)");
  const std::span<const std::byte> bytes = mapped->bytes();
  return read({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, mapped, path);
}

WindowSet WindowSet::join(std::span<const WindowSet> sets) {
  if (sets.empty()) throw ArgumentError("window set: there is nothing to join; give one set or more");
  const auto data = std::make_shared<Data>();
  data->info = sets.front().info();
  std::int64_t rows = 0;
  for (const WindowSet& set : sets) {
    if (set.info() != data->info) {
      throw ArgumentError("window set: the sets to join differ in their kind of music, cut, steps, depth or drum map; " +
                          std::string(prepare_again));
    }
    for (const std::int64_t row : set.data_->first_row) data->first_row.push_back(rows + row);
    for (const std::int64_t file : set.data_->file) data->file.push_back(static_cast<std::int64_t>(data->files.size()) + file);
    data->bar.insert(data->bar.end(), set.data_->bar.begin(), set.data_->bar.end());
    data->files.insert(data->files.end(), set.files().begin(), set.files().end());
    for (const Data::Part& part : set.data_->parts) {
      data->parts.push_back({.memory = part.memory, .rows = part.rows, .first_row = rows});
      rows += static_cast<std::int64_t>(part.rows.size()) / data->info.depth;
    }
  }
  return WindowSet(data);
}

WindowSet WindowSet::where(const std::function<bool(const SourceFile&)>& keep) const {
  const auto data = std::make_shared<Data>();
  data->info = data_->info;
  data->parts = data_->parts;
  std::vector<std::int64_t> index_of(files().size(), -1);  // of a file, in the new table
  for (std::size_t f = 0; f < files().size(); ++f) {
    if (!keep(files()[f])) continue;
    index_of[f] = static_cast<std::int64_t>(data->files.size());
    data->files.push_back(files()[f]);
  }
  for (std::size_t w = 0; w < size(); ++w) {
    const std::int64_t file = index_of[static_cast<std::size_t>(data_->file[w])];
    if (file < 0) continue;
    data->first_row.push_back(data_->first_row[w]);
    data->file.push_back(file);
    data->bar.push_back(data_->bar[w]);
  }
  return WindowSet(data);
}

void WindowSet::write(const std::filesystem::path& path) const {
  struct Rows {
    std::int64_t first = std::numeric_limits<std::int64_t>::max();
    std::int64_t end = 0;
  };
  std::vector<Rows> rows(files().size());  // the rows spanned by the windows of each file
  for (std::size_t w = 0; w < size(); ++w) {
    Rows& span = rows[static_cast<std::size_t>(data_->file[w])];
    span.first = std::min(span.first, data_->first_row[w]);
    span.end = std::max(span.end, data_->first_row[w] + info().steps);
  }
  std::vector<FileWindows> parts(files().size());
  for (std::size_t w = 0; w < size(); ++w) {
    const auto file = static_cast<std::size_t>(data_->file[w]);
    parts[file].windows.push_back({data_->first_row[w] - rows[file].first, data_->bar[w]});
  }
  WindowSetWriter writer(info());
  for (std::size_t f = 0; f < parts.size(); ++f) {
    if (!parts[f].windows.empty()) {
      const std::span<const float> span = data_->rows(rows[f].first, rows[f].end - rows[f].first);
      parts[f].rows.assign(span.begin(), span.end());
    }
    writer.add(files()[f], parts[f]);
  }
  writer.write(path);
}

std::size_t WindowSet::size() const {
  return data_->first_row.size();
}
int WindowSet::steps() const {
  return data_->info.steps;
}
int WindowSet::depth() const {
  return data_->info.depth;
}
const WindowSetInfo& WindowSet::info() const {
  return data_->info;
}
const std::vector<SourceFile>& WindowSet::files() const {
  return data_->files;
}

std::size_t WindowSet::checked(std::size_t index) const {
  if (index >= size())
    throw ArgumentError("window set: there is no window " + std::to_string(index) + "; it has " + std::to_string(size()));
  return index;
}

std::span<const float> WindowSet::window(std::size_t index) const {
  return data_->rows(data_->first_row[checked(index)], data_->info.steps);
}

Split WindowSet::split(std::size_t index) const {
  return file(index).split;
}
std::int64_t WindowSet::bar(std::size_t index) const {
  return data_->bar[checked(index)];
}
const SourceFile& WindowSet::file(std::size_t index) const {
  return data_->files[static_cast<std::size_t>(data_->file[checked(index)])];
}

std::vector<std::size_t> WindowSet::windows(Split split) const {
  std::vector<std::size_t> result;
  for (std::size_t w = 0; w < size(); ++w) {
    if (this->split(w) == split) result.push_back(w);
  }
  return result;
}

WindowSetWriter::WindowSetWriter(WindowSetInfo info) : info_(std::move(info)) {
  if (info_.steps < 1 || info_.depth < 1) throw ArgumentError("window set: steps and depth must be positive");
}

void WindowSetWriter::add(SourceFile file, const FileWindows& windows) {
  const auto depth = static_cast<std::size_t>(info_.depth);
  const auto rows = static_cast<std::int64_t>(windows.rows.size() / depth);
  if (windows.rows.size() % depth != 0)
    throw ArgumentError("window set: " + file.path + ": the rows are not " + std::to_string(depth) + " wide");
  for (const FileWindows::Window& window : windows.windows) {
    if (window.first_row < 0 || window.first_row > rows - info_.steps) {
      throw ArgumentError("window set: " + file.path + ": a window begins at row " + std::to_string(window.first_row) + " of " +
                          std::to_string(rows) + " and needs " + std::to_string(info_.steps));
    }
  }
  const auto base = static_cast<std::int64_t>(rows_.size() / depth);
  for (const FileWindows::Window& window : windows.windows) {
    first_row_.push_back(base + window.first_row);
    file_.push_back(static_cast<std::int64_t>(files_.size()));
    bar_.push_back(window.bar);
  }
  if (!windows.windows.empty()) rows_.insert(rows_.end(), windows.rows.begin(), windows.rows.end());
  files_.push_back(std::move(file));
}

std::string WindowSetWriter::bytes() const {
  nlohmann::json files = nlohmann::json::array();
  for (const SourceFile& file : files_) files.push_back(to_json(file));
  nlohmann::json entry = {{"format_version", format_version},
                          {"cut", stored_name(info_.cut)},
                          {"steps", info_.steps},
                          {"depth", info_.depth},
                          {"drum_map", musicvae::to_json(info_.drum_map)},
                          {"files", files}};
  if (info_.music != DrumSequence::kPlural) entry["music"] = info_.music;  // a set of grooves has the same bytes as in version 0.1
  const auto windows = static_cast<std::int64_t>(first_row_.size());
  const std::map<std::string, TensorView> tensors = {
      {"rows", view_of(std::span<const float>(rows_), {static_cast<std::int64_t>(rows_.size()) / info_.depth, info_.depth})},
      {"first_row", view_of(std::span<const std::int64_t>(first_row_), {windows})},
      {"file", view_of(std::span<const std::int64_t>(file_), {windows})},
      {"bar", view_of(std::span<const std::int64_t>(bar_), {windows})}};
  // A path in the dataset may contain bytes that are not UTF-8. They are replaced rather than refused.
  std::string bytes = serialize_safetensors(tensors, {{entry_name, entry.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)},
                                                      {"crc32", std::string(checksum_zeros)}});
  const std::size_t digits = bytes.find(checksum_key) + checksum_key.size();
  bytes.replace(digits, checksum_zeros.size(), hex(checksum(bytes, digits)));
  return bytes;
}

WindowSet WindowSetWriter::finish() const {
  const auto memory = std::make_shared<const std::string>(bytes());
  return WindowSet::read(*memory, memory, "prepared in memory");
}

void WindowSetWriter::write(const std::filesystem::path& path) const {
  write_file_atomically(path, bytes());
}

}  // namespace musicvae::data
