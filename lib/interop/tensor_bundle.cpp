#include "musicvae/interop/tensor_bundle.hpp"

#include <cstdio>
#include <cstring>
#include <limits>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "../crc32c.hpp"
#include "../file_streams.hpp"
#include "bundle_wire.hpp"
#include "byte_reader.hpp"
#include "file_set.hpp"
#include "foreign_model.hpp"
#include "musicvae/error.hpp"
#include "open_bundle.hpp"
#include "sorted_table.hpp"

namespace musicvae::interop {
namespace {

namespace fs = std::filesystem;

constexpr std::int32_t kMostShards = 4096;

std::string shard_name(const std::string& name, std::int32_t shard, std::int32_t shards) {
  char text[32];
  std::snprintf(text, sizeof text, "%05d-of-%05d", static_cast<int>(shard), static_cast<int>(shards));
  return name + std::string(kData) + text;
}

}  // namespace

struct TensorBundle::Contents {
  explicit Contents(const BundlePlace& place) : name(place.name), index(index_of(place)) { read_index(place.files); }

  std::string name;
  FileBytes index;
  std::vector<FileBytes> shards;
  std::map<std::string, TensorView> tensors;
  std::map<std::string, std::pair<std::uint32_t, std::size_t>> checks;  // checksum and shard of each tensor
  std::vector<std::string> text;
  std::map<std::string, wire::BundleEntry> text_entries;

  // The bytes of a tensor, inside its file.
  [[nodiscard]] std::span<const std::byte> bytes_of(const std::string& tensor, const wire::BundleEntry& entry) const {
    const std::string where = "tensor \"" + tensor + "\" ";
    if (entry.shard < 0 || static_cast<std::size_t>(entry.shard) >= shards.size()) {
      fail(where + "is in file " + std::to_string(entry.shard) + " of " + std::to_string(shards.size()));
    }
    const FileBytes& shard = shards[static_cast<std::size_t>(entry.shard)];
    const auto length = static_cast<std::int64_t>(shard.bytes.size());
    if (entry.offset < 0 || entry.offset > length || entry.size < 0 || entry.size > length - entry.offset) {
      throw FormatError(shard.path.string() + ": " + where + "lies beyond its end; the file is cut short, get it again");
    }
    return shard.bytes.subspan(static_cast<std::size_t>(entry.offset), static_cast<std::size_t>(entry.size));
  }

 private:
  static FileBytes index_of(const BundlePlace& place) {
    if (place.v1.empty()) return place.files.at(place.name + std::string(kIndex));
    throw FormatError(place.files.path().string() + ": \"" + place.name + "\" has TensorFlow's format V1, which is no bundle; import it");
  }

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
      text_entries.emplace(tensor, entry);
      return;
    }
    const std::optional<Dtype> dtype = wire::dtype_of(entry.dtype);
    if (!dtype) fail(where + "has the unknown type " + std::to_string(entry.dtype), "save it as float32");
    if (entry.sliced) fail(where + "is stored in slices", "save the variables without a partitioner");
    if (const std::int64_t size = size_in_bytes(tensor, *dtype, entry.shape); size != entry.size) {
      fail(where + "has " + std::to_string(entry.size) + " bytes, but its shape needs " + std::to_string(size));
    }
    tensors.emplace(tensor, TensorView{*dtype, entry.shape, bytes_of(tensor, entry)});
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

// The bytes are the length as a varint, its masked checksum as 4 bytes, and the text. The checksum of the whole has the length as 4 bytes.
std::string TensorBundle::read_text(const std::string& name) const {
  const auto found = contents_->text_entries.find(name);
  if (found == contents_->text_entries.end()) {
    throw ModelError(contents_->index.path.string() + ": has no text \"" + name + "\"; name another checkpoint");
  }
  const wire::BundleEntry& entry = found->second;
  const std::span<const std::byte> bytes = contents_->bytes_of(name, entry);
  const FileBytes& shard = contents_->shards[static_cast<std::size_t>(entry.shard)];
  ByteReader reader(bytes, static_cast<std::uint64_t>(entry.offset), shard.path);
  if (count_of(entry.shape) != 1) reader.fail("the text \"" + name + "\" has several elements");
  const std::uint64_t length = reader.varint("the length of a text");
  std::string checked(sizeof(std::uint32_t), '\0');
  const auto stored = static_cast<std::uint32_t>(length);
  std::memcpy(checked.data(), &stored, sizeof stored);
  const auto rest = reader.take(reader.left(), "a text");
  checked.append(reinterpret_cast<const char*>(rest.data()), rest.size());
  const bool fits = rest.size() >= sizeof(std::uint32_t) && rest.size() - sizeof(std::uint32_t) == length;
  if (!fits || masked_crc32c(std::as_bytes(std::span(checked))) != entry.crc) {
    reader.fail("the text \"" + name + "\" was changed or damaged");
  }
  return checked.substr(2 * sizeof(std::uint32_t));
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
