#include "musicvae/interop/magenta_js.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <system_error>
#include <utility>

#include "foreign_model.hpp"
#include "js_converter.hpp"
#include "js_json.hpp"
#include "model/json.hpp"
#include "musicvae/error.hpp"
#include "musicvae/file.hpp"

namespace musicvae::interop {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

constexpr const char* kConfig = "config.json";
constexpr const char* kManifest = "weights_manifest.json";
constexpr const char* kOurs = "musicvae";  // the field of config.json with our config; the client ignores it
constexpr std::string_view kShard = "group1-shard";
constexpr std::size_t kShardSize = std::size_t{4} << 20;

// ---- reading --------------------------------------------------------------------------------------------------------

/// How a tensor is stored.
struct Stored {
  std::vector<std::int64_t> shape;
  Dtype dtype = Dtype::f32;
  double scale = 1.0;
  double min = 0.0;
  bool coded = false;  ///< value = min + scale * code
};

Stored stored_from(const Json& entry, const std::string& where) {
  Stored stored{.shape = shape_from_json(entry.value("shape", Json()), where)};
  if (entry.value("dtype", Json()) != "float32") {
    throw FormatError(where + " has the type " + entry.value("dtype", Json()).dump() + "; only float32 is known");
  }
  if (!entry.contains("quantization")) return stored;
  const Json& quantization = entry["quantization"];
  if (!quantization.is_object()) throw FormatError(where + " has a quantization that is not an object; get the file again");
  const Json dtype = quantization.value("dtype", Json());
  if (dtype == "float16") {
    stored.dtype = Dtype::f16;
    return stored;
  }
  if (dtype != "uint8" && dtype != "uint16") {
    throw FormatError(where + " is quantised as " + dtype.dump() + "; only uint8, uint16 and float16 are known");
  }
  for (const char* field : {"scale", "min"}) {
    const Json value = quantization.value(field, Json());
    if (!value.is_number() || !std::isfinite(value.get<double>())) {
      throw FormatError(where + " has no " + field + " in its quantization; get the file again");
    }
  }
  stored.dtype = dtype == "uint8" ? Dtype::u8 : Dtype::u16;
  stored.scale = quantization["scale"].get<double>();
  stored.min = quantization["min"].get<double>();
  stored.coded = true;
  return stored;
}

TensorValues values_of(const Stored& stored, std::span<const std::byte> bytes, const std::shared_ptr<const void>& owner) {
  const TensorView view{stored.dtype, stored.shape, bytes};
  if (!stored.coded) return {view, owner};
  std::vector<float> values = view.floats();
  for (float& value : values) value = static_cast<float>(static_cast<double>(value) * stored.scale + stored.min);
  return values;
}

// The bytes of a group's files, one after another. They cannot be viewed where they lie, because a file may end inside a tensor.
std::shared_ptr<const std::vector<std::byte>> bytes_of(const FileSet& files, const Json& paths, const std::string& where) {
  if (!paths.is_array()) throw FormatError(where + ": a group lists no files (paths); get the file again");
  auto bytes = std::make_shared<std::vector<std::byte>>();
  std::set<std::string> names;
  for (const Json& path : paths) {
    if (!path.is_string() || !is_inside(path.get<std::string>())) {
      throw FormatError(where + ": " + path.dump() + " is not the name of a file inside the folder; get the file again");
    }
    if (!names.insert(path.get<std::string>()).second) throw FormatError(where + ": lists " + path.dump() + " twice; get the file again");
    const FileBytes file = files.at(path.get<std::string>());
    bytes->insert(bytes->end(), file.bytes.begin(), file.bytes.end());
  }
  return bytes;
}

void read_group(const FileSet& files, const Json& group, const std::string& where, ForeignTensors& tensors) {
  if (!group.is_object() || !group.value("weights", Json()).is_array()) {
    throw FormatError(where + ": a group lists no tensors (weights); get the file again");
  }
  const auto bytes = bytes_of(files, group.value("paths", Json()), where);
  std::size_t at = 0;
  for (const Json& entry : group["weights"]) {
    if (!entry.is_object() || !entry.value("name", Json()).is_string())
      throw FormatError(where + ": a tensor has no name; get the file again");
    const auto name = entry["name"].get<std::string>();
    const std::string tensor = where + ": tensor \"" + name + "\"";
    const Stored stored = stored_from(entry, tensor);
    const std::optional<std::int64_t> count = count_of(stored.shape);
    const std::size_t left = bytes->size() - at;
    if (!count || static_cast<std::uint64_t>(*count) > left / size_of(stored.dtype)) {
      throw FormatError(tensor + " lies beyond the end of its files, which have " + std::to_string(bytes->size()) +
                        " bytes; get them again");
    }
    const std::size_t size = static_cast<std::size_t>(*count) * size_of(stored.dtype);
    const auto part = std::span<const std::byte>(*bytes).subspan(at, size);
    if (!tensors.emplace(name, ForeignTensor{stored.shape, [=] { return values_of(stored, part, bytes); }}).second) {
      throw FormatError(tensor + " is there twice; get the file again");
    }
    at += size;
  }
  if (at != bytes->size()) {
    throw FormatError(where + ": the files have " + std::to_string(bytes->size()) + " bytes, but the tensors of their group " +
                      std::to_string(at) + "; get them again");
  }
}

void read_config(const FileBytes& file, ForeignModel& model) {
  const Json config = read_json(file);
  const std::string source = file.path.string();
  if (!config.is_object() || config.value("type", Json()) != "MusicVAE") {
    throw FormatError(source + ": is not the config of a MusicVAE, its type is " +
                      (config.is_object() ? config.value("type", Json()).dump() : "missing") + "; name the folder of a MusicVAE");
  }
  const JsConverter converter = js_converter_of_config(config, source);
  model.may_be = [converter](const ModelConfig& candidate) { return converter.fits(candidate); };
  model.description = converter.text();
  model.drum_map = converter.drum_map;
  if (!config.contains(kOurs)) return;
  const Json& ours = config[kOurs];
  if (!ours.is_object()) throw FormatError(source + ": \"" + kOurs + "\" is not an object; get the file again");
  model.config = model_config_from_json(ours.value("config", Json()), source);
  if (const Json licence = ours.value("licence", Json()); licence.is_string()) model.licence = licence.get<std::string>();
}

// ---- writing --------------------------------------------------------------------------------------------------------

template <class T>
void append(std::string& bytes, const std::vector<T>& values) {
  bytes.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
}

template <class Code>
Json append_codes(std::string& bytes, const std::vector<float>& values, const char* dtype) {
  const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
  const double min = values.empty() ? 0.0 : static_cast<double>(*least);
  const double range = values.empty() ? 0.0 : static_cast<double>(*greatest) - min;
  constexpr double kMost = std::numeric_limits<Code>::max();
  const double scale = range > 0.0 ? range / kMost : 1.0;
  std::vector<Code> codes;
  for (const float value : values)
    codes.push_back(static_cast<Code>(std::clamp(std::round((static_cast<double>(value) - min) / scale), 0.0, kMost)));
  append(bytes, codes);
  return {{"min", min}, {"scale", scale}, {"dtype", dtype}};
}

// Appends a tensor's numbers, and returns the entry "quantization" of the manifest; null for none.
Json append_values(std::string& bytes, const std::vector<float>& values, JsPrecision precision) {
  switch (precision) {
    case JsPrecision::float32:
      append(bytes, values);
      return nullptr;
    case JsPrecision::float16: {
      std::vector<std::uint16_t> halves;
      std::transform(values.begin(), values.end(), std::back_inserter(halves), to_half);
      append(bytes, halves);
      return {{"dtype", "float16"}, {"original_dtype", "float32"}};
    }
    case JsPrecision::uint16:
      return append_codes<std::uint16_t>(bytes, values, "uint16");
    case JsPrecision::uint8:
      return append_codes<std::uint8_t>(bytes, values, "uint8");
  }
  return nullptr;
}

// The files of a former export: the client reads by name, but a folder should have nothing that is not used.
void remove_former_shards(const fs::path& folder, const std::set<std::string>& current) {
  std::error_code ec;
  for (const auto& entry : fs::directory_iterator(folder, ec)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(kShard) && !current.contains(name)) fs::remove(entry.path(), ec);
  }
}

}  // namespace

ForeignModel open_magenta_js(const FileSet& files) {
  ForeignModel model{.format = "a magenta.js folder", .path = files.path(), .name = files.path().filename().string()};
  if (files.has(kConfig)) read_config(files.at(kConfig), model);
  const FileBytes manifest = files.at(kManifest);
  const Json groups = read_json(manifest);
  if (!groups.is_array()) throw FormatError(manifest.path.string() + ": is not a list of groups; get the file again");
  for (const Json& group : groups) read_group(files, group, manifest.path.string(), model.tensors);
  return model;
}

std::size_t write_magenta_js(const fs::path& folder, const ModelFile& model, JsPrecision precision) {
  const std::string source = "model \"" + model.config.name + "\"";
  Json config = js_config(model.config, model.drum_map);
  check_weights(model.weights, model.config, source);
  config[kOurs] = {{"config", to_json(model.config)}, {"licence", model.licence}};

  std::string bytes;
  Json weights = Json::array();
  for (const auto& [name, tensor] : model.weights) {
    Json entry = {{"name", name}, {"shape", tensor.shape}, {"dtype", "float32"}};
    if (const Json quantization = append_values(bytes, tensor.values.floats(), precision); !quantization.is_null()) {
      entry["quantization"] = quantization;
    }
    weights.push_back(std::move(entry));
  }
  std::error_code ec;
  fs::create_directories(folder, ec);
  if (ec) throw FileError(folder.string() + ": cannot be made: " + ec.message() + "; check its permissions or name another folder");
  const std::size_t shards = std::max<std::size_t>(1, (bytes.size() + kShardSize - 1) / kShardSize);
  std::set<std::string> names;
  Json paths = Json::array();
  for (std::size_t i = 0; i < shards; ++i) {
    paths.push_back(std::string(kShard) + std::to_string(i + 1) + "of" + std::to_string(shards));
    names.insert(paths.back().get<std::string>());
    write_file_atomically(folder / paths.back().get<std::string>(), std::string_view(bytes).substr(i * kShardSize, kShardSize));
  }
  write_file_atomically(folder / kManifest, Json::array({{{"paths", paths}, {"weights", weights}}}).dump(1) + "\n");
  write_file_atomically(folder / kConfig, config.dump(1) + "\n");
  remove_former_shards(folder, names);
  return bytes.size();
}

}  // namespace musicvae::interop
