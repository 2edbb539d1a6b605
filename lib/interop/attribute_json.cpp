#include "musicvae/interop/attribute_json.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "js_json.hpp"
#include "musicvae/error.hpp"

namespace musicvae::interop {

std::string attributes_json(const Attributes& attributes) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (const auto& [name, attribute] : attributes) json[name] = attribute.direction;
  return json.dump() + "\n";
}

Attributes parse_attributes_json(std::string_view text, const std::filesystem::path& source, int latent) {
  const nlohmann::ordered_json json = read_json({.bytes = std::as_bytes(std::span(text)), .path = source});
  if (!json.is_object()) throw FormatError(source.string() + ": is not an object of attributes; write {\"NAME\": [numbers], ...}");
  Attributes attributes;
  for (const auto& [name, vector] : json.items()) {
    Attribute attribute{.direction = {}, .low = 0.0, .high = 1.0};
    for (const auto& number : vector) attribute.direction.push_back(number.is_number() ? number.get<float>() : std::nanf(""));
    bool sound = vector.is_array() && attribute.direction.size() == static_cast<std::size_t>(latent);
    for (const float value : attribute.direction) sound = sound && std::isfinite(value);
    if (!sound)
      throw FormatError(source.string() + ": attribute \"" + name + "\" is not a list of " + std::to_string(latent) +
                        " finite numbers; correct it");
    attributes.emplace(name, std::move(attribute));
  }
  return attributes;
}

Attributes read_attributes_json(const std::filesystem::path& path, int latent) {
  const FileBytes file = map_file(path, "a JSON file of attributes");
  return parse_attributes_json({reinterpret_cast<const char*>(file.bytes.data()), file.bytes.size()}, path, latent);
}

}  // namespace musicvae::interop
