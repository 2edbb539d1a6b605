// deeplearn.js: manifest.json {"TENSOR": {"filename": ..., "shape": [...]}, ...}, each file float32 and little-endian.
#include <nlohmann/json.hpp>

#include "foreign_model.hpp"
#include "js_converter.hpp"
#include "js_json.hpp"
#include "musicvae/error.hpp"

namespace musicvae::interop {
namespace {

using Json = nlohmann::ordered_json;

// The tensor of an entry. A file that is missing is a tensor that the folder lacks.
ForeignTensor tensor_from(const FileBytes& file, const Json& entry, const std::string& where) {
  const std::vector<std::int64_t> shape = shape_from_json(entry.value("shape", Json()), where);
  const std::optional<std::int64_t> count = count_of(shape);
  if (!count || static_cast<std::uint64_t>(*count) * sizeof(float) != file.bytes.size()) {
    throw FormatError(file.path.string() + ": has " + std::to_string(file.bytes.size()) + " bytes, but its shape " + shape_text(shape) +
                      " in manifest.json needs another number; get the file again");
  }
  return {shape, [file, shape] { return TensorValues(TensorView{Dtype::f32, shape, file.bytes}, file.owner); }};
}

}  // namespace

ForeignModel open_deeplearn_js(const FileSet& files) {
  const FileBytes manifest = files.at("manifest.json");
  const Json json = read_json(manifest);
  if (!json.is_object()) throw FormatError(manifest.path.string() + ": is not a list of tensors; get the file again");
  ForeignModel model{.format = "a deeplearn.js folder", .path = files.path(), .name = files.path().filename().string()};
  for (const auto& [name, entry] : json.items()) {
    const std::string where = manifest.path.string() + ": tensor \"" + name + "\"";
    if (!entry.is_object() || !entry.value("filename", Json()).is_string()) {
      throw FormatError(where + " names no file; get the file again");
    }
    const auto file = entry["filename"].get<std::string>();
    if (!is_inside(file)) throw FormatError(where + " names \"" + file + "\", which is not inside the folder; get the file again");
    if (files.has(file)) model.tensors.emplace(name, tensor_from(files.at(file), entry, where));
  }
  if (files.has("converter.json")) {
    const FileBytes file = files.at("converter.json");
    const JsConverter converter = js_converter_from_json(read_json(file), file.path.string());
    model.may_be = [converter](const ModelConfig& config) { return converter.fits(config); };
    model.description = converter.text();
    model.drum_map = converter.drum_map;
  }
  return model;
}

}  // namespace musicvae::interop
