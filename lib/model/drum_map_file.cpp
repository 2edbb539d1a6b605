#include "musicvae/model/drum_map_file.hpp"

#include <fstream>
#include <nlohmann/json.hpp>

#include "model/json.hpp"
#include "musicvae/error.hpp"

namespace musicvae {

DrumMap load_drum_map(const std::filesystem::path& path) {
  std::ifstream in(path);
  if (!in || std::filesystem::is_directory(path)) throw FileError(path.string() + ": cannot be opened; name a JSON file with a drum map");
  const auto json = nlohmann::ordered_json::parse(in, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) throw ConfigError(path.string() + ": drum map: is not JSON; see docs/drum-maps.md");
  return drum_map_from_json(json, path.string());
}

std::string drum_map_text(const DrumMap& map) {
  return to_json(map).dump(2) + "\n";
}

DrumMap find_drum_map(const std::string& name_or_path) {
  if (name_or_path == "standard") return DrumMap::standard();
  if (name_or_path == "roland") return DrumMap::roland();
  if (name_or_path == "reduced") return DrumMap::reduced();
  if (name_or_path.find('.') == std::string::npos) {
    throw ArgumentError("no drum map is called \"" + name_or_path + "\"; use standard, roland, reduced or the path of a JSON file");
  }
  return load_drum_map(name_or_path);
}

}  // namespace musicvae
