// Finds the files of a TensorFlow checkpoint: in a folder, in a .tar, or by its name.
#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <system_error>
#include <utility>

#include "../data/byte_source.hpp"
#include "musicvae/error.hpp"
#include "open_bundle.hpp"
#include "sorted_table.hpp"
#include "tar.hpp"
#include "v1_checkpoint.hpp"

namespace musicvae::interop {
namespace {

namespace fs = std::filesystem;

// "model.ckpt-7" of "model.ckpt-7.index", ".meta" or ".data-00000-of-00001"; nothing for another name.
std::optional<std::string> name_of_file(const std::string& file) {
  for (const std::string_view end : {kIndex, std::string_view(".meta")}) {
    if (file.size() > end.size() && file.ends_with(end)) return file.substr(0, file.size() - end.size());
  }
  const std::optional<ShardName> shard = parse_shard_name(file, kData);
  return shard ? std::optional(shard->name) : std::nullopt;
}

// The checkpoint that a `checkpoint` file names: the line model_checkpoint_path: "NAME". Only the last part of the name counts: on another
// machine the folder was another.
std::optional<std::string> latest_in_state(const FileBytes& state) {
  std::string_view text(reinterpret_cast<const char*>(state.bytes.data()), std::min<std::size_t>(state.bytes.size(), 1 << 16));
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    line.remove_prefix(std::min(line.size(), line.find_first_not_of(" \t")));
    if (!line.starts_with("model_checkpoint_path:")) continue;
    const std::size_t first = line.find('"') + 1;
    const std::size_t last = line.find('"', first);
    if (first == 0 || last == std::string_view::npos) return std::nullopt;
    return fs::path(line.substr(first, last - first)).filename().string();
  }
  return std::nullopt;
}

// The contents of a gzip file. Weights hardly shrink, so a file that grows more than this is none of a checkpoint.
FileBytes unpacked(const FileBytes& packed) {
  constexpr std::size_t kMostTimes = 32;
  constexpr std::size_t kAlwaysAllowed = std::size_t{64} << 20;
  constexpr std::size_t kPiece = std::size_t{1} << 20;
  const std::size_t most = std::max(kAlwaysAllowed, kMostTimes * packed.bytes.size());
  data::ByteSource source(packed.path, [](std::span<const std::byte>) { return false; });
  auto bytes = std::make_shared<std::vector<std::byte>>();
  for (std::size_t read = kPiece; read == kPiece && bytes->size() <= most;) {
    const std::size_t before = bytes->size();
    bytes->resize(before + kPiece);
    read = source.read(std::span(*bytes).subspan(before));
    bytes->resize(before + read);
  }
  if (!source.damage().empty()) throw FormatError(packed.path.string() + ": " + source.damage() + "; get the archive again");
  if (bytes->size() > most) {
    throw FormatError(packed.path.string() + ": unpacks to more than " + std::to_string(kMostTimes) +
                      " times its size, as no checkpoint does; get the archive again");
  }
  const std::span<const std::byte> view = *bytes;
  return {view, std::move(bytes), packed.path};
}

BundlePlace of_file(const fs::path& path) {
  FileBytes file = map_file(path, "a TensorFlow checkpoint");
  FileSet folder = FileSet::of_folder(path.parent_path());
  const std::string file_name = path.filename().string();
  if (const auto name = name_of_file(file_name)) return {std::move(folder), *name};
  if (looks_like_sorted_table(file.bytes)) {
    const std::optional<ShardName> shard = parse_shard_name(file_name, kV1Joint);
    const std::string name = shard ? shard->name : file_name;
    std::vector<std::string> v1 = v1_files(folder, name);
    return {std::move(folder), name, std::move(v1)};
  }
  if (file.bytes.size() >= 2 && file.bytes[0] == std::byte{0x1F} && file.bytes[1] == std::byte{0x8B}) file = unpacked(file);
  if (looks_like_tar(file.bytes)) return find_bundle_in(FileSet::of_tar(file));
  throw FormatError(path.string() + ": is neither a TensorFlow checkpoint nor a .tar of one; name the checkpoint, its folder or its .tar");
}

}  // namespace

BundlePlace find_bundle_in(FileSet files) {
  std::vector<std::string> found;
  std::optional<std::string> state;
  for (const std::string& file : files.names()) {
    if (file.ends_with(kIndex)) found.push_back(file.substr(0, file.size() - kIndex.size()));
    if (fs::path(file).filename() == kState) state = file;
  }
  if (state) {
    const std::string parent = fs::path(*state).parent_path().generic_string();
    const std::optional<std::string> latest = latest_in_state(files.at(*state));
    if (!latest) throw FormatError(files.path().string() + ": its file \"checkpoint\" names no checkpoint; name the checkpoint yourself");
    const std::string file = latest->substr(0, latest->find("-?\?\?\?\?-of-"));  // of several files of format V1
    const std::string name = parent.empty() ? file : parent + "/" + file;
    if (std::vector<std::string> v1 = v1_files(files, name); !v1.empty()) return {std::move(files), name, std::move(v1)};
    if (files.has(name + std::string(kIndex)) || found.size() != 1) return {std::move(files), name};
  }
  if (found.empty()) throw FileError(files.path().string() + ": has no TensorFlow checkpoint (NAME.index); name its folder or its files");
  if (found.size() > 1) {
    std::string list;
    for (const std::string& name : found) list += (list.empty() ? "" : ", ") + name;
    throw FileError(files.path().string() + ": has several checkpoints; name one of: " + list);
  }
  return {std::move(files), found.front()};
}

BundlePlace find_bundle(const fs::path& path) {
  std::error_code ec;
  if (fs::is_directory(path, ec)) return find_bundle_in(FileSet::of_folder(path));
  if (fs::exists(path, ec)) return of_file(path);
  BundlePlace place{FileSet::of_folder(path.parent_path()), path.filename().string()};
  place.v1 = v1_files(place.files, place.name);
  if (place.v1.empty() && !place.files.has(place.name + std::string(kIndex))) {
    throw FileError(path.string() + ": no such file or folder, and no TensorFlow checkpoint of that name; check the name");
  }
  return place;
}

}  // namespace musicvae::interop
