#include "model/json.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "musicvae/error.hpp"

namespace musicvae {

nlohmann::ordered_json to_json(const DrumMap& map) {
  nlohmann::ordered_json classes = nlohmann::ordered_json::object();
  for (int c = 0; c < kDrums; ++c) {
    const auto drum = static_cast<Drum>(c);
    nlohmann::ordered_json pitches = nlohmann::ordered_json::array({map.pitch(drum)});
    for (int pitch : map.pitches(drum)) {
      if (pitch != map.pitch(drum)) pitches.push_back(pitch);
    }
    classes[std::string(display_name(drum))] = pitches;  // the same bytes as version 0.1
  }
  return {{"name", map.name()}, {"classes", classes}};
}

DrumMap drum_map_from_json(const nlohmann::ordered_json& json, const std::string& source) {
  const auto demand = [&](bool ok, const std::string& what) {
    if (!ok) throw ConfigError(source + ": drum map: " + what);
  };
  demand(json.is_object() && json.contains("name") && json["name"].is_string(), "\"name\" is missing; give the map a name");
  demand(json.contains("classes") && json["classes"].is_object(),
         "\"classes\" is missing; map each of the nine drums to a list of pitches");
  const nlohmann::ordered_json& classes = json["classes"];
  DrumMap map(json["name"].get<std::string>());
  std::array<std::string, kDrums> keys;  // of each drum: its name or its alias, as the file has it
  for (const auto& [key, pitches] : classes.items()) {
    const std::optional<Drum> drum = try_from_name<Drum>(key);
    demand(drum.has_value(),
           "\"" + key + "\" is not a drum; use kick, snare, closed_hihat, open_hihat, low_tom, mid_tom, high_tom, crash, ride");
    std::string& known = keys[static_cast<std::size_t>(*drum)];
    demand(known.empty(), "\"" + known + "\" and \"" + key + "\" are one drum; keep one of them");
    known = key;
  }
  for (std::size_t c = 0; c < keys.size(); ++c) {
    const auto drum = static_cast<Drum>(c);
    const std::string key = keys[c].empty() ? std::string(name(drum)) : keys[c];
    demand(classes.contains(key) && classes[key].is_array() && !classes[key].empty(),
           "class \"" + key + "\" has no pitches; give it at least one");
    for (const nlohmann::ordered_json& pitch : classes[key]) {
      demand(pitch.is_number_integer() && pitch.get<std::int64_t>() >= 0 && pitch.get<std::int64_t>() <= 127,
             "class \"" + key + "\" has " + pitch.dump() + "; use pitches from 0 to 127");
      demand(!map.drum(pitch.get<int>()), "pitch " + pitch.dump() + " appears twice; keep it in one class");
      map.map(pitch.get<int>(), drum);
    }
    map.write_as(drum, classes[key][0].get<int>());
  }
  return map;
}

}  // namespace musicvae
