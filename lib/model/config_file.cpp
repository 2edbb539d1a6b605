#include "musicvae/model/config_file.hpp"

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <system_error>

#include "model/json.hpp"
#include "musicvae/error.hpp"
#include "musicvae/model/named_configs.hpp"

namespace musicvae {

ModelConfig read_config(const std::filesystem::path& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) throw FileError(path.string() + ": is a folder; name a JSON file");
  std::ifstream in(path, std::ios::binary);
  if (!in) throw FileError(path.string() + ": cannot be opened; check the name and its permissions");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  nlohmann::ordered_json json;
  try {
    json = nlohmann::ordered_json::parse(text);
  } catch (const nlohmann::ordered_json::parse_error& problem) {
    throw ConfigError(path.string() + ": is not JSON: syntax error at byte " + std::to_string(problem.byte) +
                      "; `musicvae configs groovae_4bar` prints a valid config");
  }
  if (const auto base = json.is_object() ? json.find("base") : json.end(); json.is_object() && base != json.end()) {
    if (!base->is_string())
      throw ConfigError(path.string() + ": config: field \"base\" is not a string; name a config, such as \"groovae_4bar\"");
    nlohmann::ordered_json whole = to_json(named_config(base->get<std::string>()));
    json.erase("base");
    const std::string name =
        json.value("name", nlohmann::ordered_json()).is_string() ? json["name"].get<std::string>() : path.stem().string();
    whole.merge_patch(json);
    json = whole;
    json["name"] = name;
  }
  ModelConfig config = model_config_from_json(json, path.string(), /*more_fields=*/{"base"});
  if (config.name.empty()) config.name = path.stem().string();
  return config;
}

std::string config_text(const ModelConfig& config) {
  return to_json(config).dump(2) + "\n";
}

}  // namespace musicvae
