#include "musicvae/interop/tensor_bundle.hpp"

#include <algorithm>
#include <cstdio>
#include <limits>
#include <optional>
#include <regex>
#include <string_view>
#include <system_error>
#include <utility>

#include "../crc32c.hpp"
#include "../file_streams.hpp"
#include "bundle_wire.hpp"
#include "file_set.hpp"
#include "musicvae/error.hpp"
#include "open_bundle.hpp"
#include "sorted_table.hpp"
#include "tar.hpp"

namespace musicvae::interop {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kIndex = ".index";
constexpr const char* kState = "checkpoint";  // TensorFlow's file that names the latest checkpoint of its folder
constexpr std::int32_t kMostShards = 4096;

std::string shard_name(const std::string& name, std::int32_t shard, std::int32_t shards) {
  char text[32];
  std::snprintf(text, sizeof text, ".data-%05d-of-%05d", static_cast<int>(shard), static_cast<int>(shards));
  return name + text;
}

// "model.ckpt-7" of "model.ckpt-7.index", ".meta" or ".data-00000-of-00001"; nothing for another name.
std::optional<std::string> name_of_file(const std::string& file) {
  for (const std::string_view end : {kIndex, std::string_view(".meta")}) {
    if (file.size() > end.size() && file.ends_with(end)) return file.substr(0, file.size() - end.size());
  }
  static const std::regex data("(.+)\\.data-[0-9]{5}-of-[0-9]{5}");
  std::smatch match;
  return std::regex_match(file, match, data) ? std::optional(match[1].str()) : std::nullopt;
}

// The checkpoint that a `checkpoint` file names. Only its last part counts: on another machine the folder was another.
std::optional<std::string> latest_in_state(const FileBytes& state) {
  const std::string text(reinterpret_cast<const char*>(state.bytes.data()), std::min<std::size_t>(state.bytes.size(), 1 << 16));
  static const std::regex latest("(?:^|\n)\\s*model_checkpoint_path:\\s*\"([^\"\n]*)\"");
  std::smatch match;
  if (!std::regex_search(text, match, latest)) return std::nullopt;
  return fs::path(match[1].str()).filename().string();
}

BundlePlace in_folder(FileSet files) {
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
    const std::string name = parent.empty() ? *latest : parent + "/" + *latest;
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

BundlePlace of_file(const fs::path& path) {
  if (const auto name = name_of_file(path.filename().string())) return {FileSet::of_folder(path.parent_path()), *name};
  const FileBytes file = map_file(path, "a TensorFlow checkpoint");
  if (looks_like_tar(file.bytes)) return in_folder(FileSet::of_tar(file));
  if (looks_like_sorted_table(file.bytes)) {
    throw FormatError(path.string() +
                      ": is a checkpoint of TensorFlow's format V1; load and save it once with tf.train.Saver, which writes V2");
  }
  if (file.bytes.size() >= 2 && file.bytes[0] == std::byte{0x1F} && file.bytes[1] == std::byte{0x8B}) {
    throw FormatError(path.string() + ": is compressed; decompress it first (gunzip)");
  }
  throw FormatError(path.string() + ": is neither a TensorFlow checkpoint nor a .tar of one; name the checkpoint, its folder or its .tar");
}

}  // namespace

BundlePlace find_bundle(const fs::path& path) {
  std::error_code ec;
  if (fs::is_directory(path, ec)) return in_folder(FileSet::of_folder(path));
  if (fs::exists(path, ec)) return of_file(path);
  BundlePlace place{FileSet::of_folder(path.parent_path()), path.filename().string()};
  if (!place.files.has(place.name + std::string(kIndex))) {
    throw FileError(path.string() + ": no such file or folder, and no TensorFlow checkpoint of that name; check the name");
  }
  return place;
}

struct TensorBundle::Contents {
  explicit Contents(const BundlePlace& place) : name(place.name), index(place.files.at(place.name + std::string(kIndex))) {
    read_index(place.files);
  }

  std::string name;
  FileBytes index;
  std::vector<FileBytes> shards;
  std::map<std::string, TensorView> tensors;
  std::map<std::string, std::pair<std::uint32_t, std::size_t>> checks;  // checksum and shard of each tensor
  std::vector<std::string> text;

 private:
  [[noreturn]] void fail(const std::string& what, const std::string& mend = "get the checkpoint again") const {
    throw FormatError(index.path.string() + ": " + what + "; " + mend);
  }

  void read_index(const FileSet& files) {
    bool has_header = false;
    read_sorted_table(index.bytes, index.path, [&](std::string_view key, std::span<const std::byte> value) {
      try {
        if (key.empty()) {
          open_shards(wire::parse_header(value), files);
          has_header = true;
        } else {
          if (!has_header) fail("has no header");
          add(std::string(key), wire::parse_entry(value));
        }
      } catch (const FormatError& error) {
        if (std::string_view(error.what()).starts_with("is damaged")) fail("entry \"" + std::string(key) + "\" " + error.what());
        throw;
      }
    });
    if (!has_header) fail("has no header");
  }

  void open_shards(const wire::BundleHeader& header, const FileSet& files) {
    if (header.endianness != 0) fail("was written by a big-endian machine", "save it again on a little-endian one");
    if (header.num_shards < 1 || header.num_shards > kMostShards) fail("says that it has " + std::to_string(header.num_shards) + " files");
    for (std::int32_t shard = 0; shard < header.num_shards; ++shard) {
      shards.push_back(files.at(shard_name(name, shard, header.num_shards)));
    }
  }

  // The number of bytes of a tensor of this type and shape.
  std::int64_t size_in_bytes(const std::string& tensor, Dtype dtype, const std::vector<std::int64_t>& shape) const {
    std::int64_t size = static_cast<std::int64_t>(size_of(dtype));
    for (const std::int64_t extent : shape) {
      if (extent < 0 || (extent > 0 && size > std::numeric_limits<std::int64_t>::max() / extent)) {
        fail("tensor \"" + tensor + "\" has an impossible shape");
      }
      size *= extent;
    }
    return size;
  }

  void add(const std::string& tensor, const wire::BundleEntry& entry) {
    const std::string where = "tensor \"" + tensor + "\" ";
    if (entry.dtype == wire::kText) {
      text.push_back(tensor);
      return;
    }
    const std::optional<Dtype> dtype = wire::dtype_of(entry.dtype);
    if (!dtype) fail(where + "has the unknown type " + std::to_string(entry.dtype), "save it as float32");
    if (entry.sliced) fail(where + "is stored in slices", "save the variables without a partitioner");
    if (const std::int64_t size = size_in_bytes(tensor, *dtype, entry.shape); size != entry.size) {
      fail(where + "has " + std::to_string(entry.size) + " bytes, but its shape needs " + std::to_string(size));
    }
    if (entry.shard < 0 || static_cast<std::size_t>(entry.shard) >= shards.size()) {
      fail(where + "is in file " + std::to_string(entry.shard) + " of " + std::to_string(shards.size()));
    }
    const FileBytes& shard = shards[static_cast<std::size_t>(entry.shard)];
    const auto length = static_cast<std::int64_t>(shard.bytes.size());
    if (entry.offset < 0 || entry.offset > length || entry.size > length - entry.offset) {
      throw FormatError(shard.path.string() + ": " + where + "lies beyond its end; the file is cut short, get it again");
    }
    tensors.emplace(tensor, TensorView{*dtype, entry.shape,
                                       shard.bytes.subspan(static_cast<std::size_t>(entry.offset), static_cast<std::size_t>(entry.size))});
    checks.emplace(tensor, std::pair(entry.crc, static_cast<std::size_t>(entry.shard)));
  }
};

TensorBundle open_bundle(const BundlePlace& place) {
  return TensorBundle(std::make_shared<const TensorBundle::Contents>(place));
}

TensorBundle TensorBundle::open(const fs::path& path) {
  return open_bundle(find_bundle(path));
}

const std::string& TensorBundle::name() const {
  return contents_->name;
}
const std::map<std::string, TensorView>& TensorBundle::tensors() const {
  return contents_->tensors;
}
const std::vector<std::string>& TensorBundle::text_tensors() const {
  return contents_->text;
}

const TensorView& TensorBundle::read(const std::string& name) const {
  const auto found = contents_->tensors.find(name);
  if (found == contents_->tensors.end()) {
    throw ModelError(contents_->index.path.string() + ": has no tensor \"" + name + "\"; name another checkpoint");
  }
  const auto& [crc, shard] = contents_->checks.at(name);
  if (masked_crc32c(found->second.bytes) != crc) {
    throw FormatError(contents_->shards[shard].path.string() + ": tensor \"" + name +
                      "\" was changed or damaged: its checksum does not match; get the file again");
  }
  return found->second;
}

void write_tensor_bundle(const fs::path& prefix, const std::map<std::string, TensorView>& tensors) {
  std::map<std::string, std::string> index = {{"", wire::serialize(wire::BundleHeader{.num_shards = 1})}};
  const std::string name = prefix.filename().string();
  const fs::path folder = prefix.parent_path();
  std::error_code ec;
  if (!folder.empty()) fs::create_directories(folder, ec);  // if that fails, opening the file says why
  AtomicFile data(folder / shard_name(name, 0, 1));
  std::int64_t offset = 0;
  for (const auto& [tensor, view] : tensors) {
    data.append({reinterpret_cast<const char*>(view.bytes.data()), view.bytes.size()});
    const auto size = static_cast<std::int64_t>(view.bytes.size());
    index.emplace(
        tensor,
        wire::serialize(wire::BundleEntry{
            .dtype = wire::number_of(view.dtype), .shape = view.shape, .offset = offset, .size = size, .crc = masked_crc32c(view.bytes)}));
    offset += size;
  }
  data.commit();
  write_file_atomically(prefix.string() + std::string(kIndex), write_sorted_table(index));
  write_file_atomically(folder / kState, "model_checkpoint_path: \"" + name + "\"\nall_model_checkpoint_paths: \"" + name + "\"\n");
}

}  // namespace musicvae::interop
