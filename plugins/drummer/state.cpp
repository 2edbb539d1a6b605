#include "state.hpp"

#include <cmath>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <vector>

namespace musicvae::drummer {
namespace {

using Json = nlohmann::json;

constexpr const char* kSource = "the drummer's state";
constexpr const char* kMark = "musicvae_drummer";

// [step, drum, velocity, offset] for each hit, one after the other.
Json json_of(const DrumSequence& groove) {
  Json hits = Json::array();
  for (int step = 0; step < groove.steps(); ++step) {
    for (int d = 0; d < kDrums; ++d) {
      const Cell& cell = groove.at(step, static_cast<Drum>(d));
      if (!cell.hit) continue;
      hits.push_back(step);
      hits.push_back(d);
      hits.push_back(cell.velocity);
      hits.push_back(cell.offset);
    }
  }
  return hits;
}

DrumSequence groove_from(const Json& hits, int steps) {
  constexpr std::size_t numbers = 4;
  if (!hits.is_array() || hits.size() % numbers != 0) throw FormatError(kSource, 0, "its hits are incomplete", "save the project again");
  DrumSequence groove(steps);
  for (std::size_t i = 0; i < hits.size(); i += numbers) {
    const int drum = hits[i + 1].get<int>();
    if (drum < 0 || drum >= kDrums) throw FormatError(kSource, 0, "a hit is on no drum", "save the project again");
    groove.set(hits[i].get<int>(), static_cast<Drum>(drum), hits[i + 2].get<float>(), hits[i + 3].get<float>());
  }
  return groove;
}

Json json_of(const Request& request) {
  return {request.seed,    request.index, request.x,    request.y,   request.temperature,
          request.density, request.style, request.mode, request.bars};
}

Request request_from(const Json& json) {
  constexpr int far = 10'000;  // thousandths
  const auto number = [&](std::size_t i, int low, int high) {
    const int value = json.at(i).get<int>();
    if (value < low || value > high) throw FormatError(kSource, 0, "a groove's settings are out of range", "save the project again");
    return value;
  };
  const bool listens = json.size() > 7;  // older states know no modes
  return {.seed = json.at(0).get<std::uint32_t>(),
          .index = json.at(1).get<std::uint32_t>(),
          .x = number(2, -far, far),
          .y = number(3, -far, far),
          .temperature = number(4, 0, far),
          .density = number(5, -4'000, 4'000),
          .style = number(6, 0, static_cast<int>(kStyles.size())),
          .mode = listens ? static_cast<Mode>(number(7, 0, static_cast<int>(kModes.size()) - 1)) : Mode::groove,
          .bars = listens ? number(8, 0, static_cast<int>(kInputBars)) : 0};
}

SavedState state_from(const Json& json) {
  if (!json.is_object() || !json.contains(kMark))
    throw FormatError(kSource, 0, "it is not a state of this plug-in", "save the project again");
  if (const int version = json.at(kMark).get<int>(); version > SavedState::kVersion) {
    throw NewerStateError(kSource, 0, "it is of version " + std::to_string(version) + ", and this plug-in knows 1", "update the plug-in");
  }
  SavedState state;
  state.model_name = json.at("model").at("name").get<std::string>();
  state.model_checksum = json.at("model").at("checksum").get<std::string>();
  state.model_path = json.at("model").at("path").get<std::string>();
  const Json& parameters = json.at("parameters");
  for (std::size_t i = 0; i < kParameters.size(); ++i) {
    const ParameterInfo& parameter = kParameters[i];
    const float value = parameters.value(std::string(parameter.symbol), parameter.usual);
    if (!(value >= parameter.low && value <= parameter.high)) {
      throw FormatError(kSource, 0, std::string(parameter.symbol) + " is out of range", "save the project again");
    }
    state.parameters[i] = value;
  }
  state.index = json.at("index").get<std::uint32_t>();
  state.made = request_from(json.at("made"));
  if (!json.at("history").is_array()) throw FormatError(kSource, 0, "its history is no list", "save the project again");
  for (const Json& request : json.at("history")) state.history.push_back(request_from(request));
  if (state.history.size() > static_cast<std::size_t>(kHistory)) state.history.resize(static_cast<std::size_t>(kHistory));

  const Json& bank = json.at("bank");
  const int steps = bank.at("steps").get<int>();
  if (steps < 0 || steps > kMaxSteps || steps % kStepsPerBar != 0) {
    throw FormatError(kSource, 0, "its pattern has " + std::to_string(steps) + " steps", "save the project again");
  }
  for (std::size_t d = 0; d < kDrums; ++d) {
    const int pitch = bank.at("pitches").at(d).get<int>();
    if (pitch < 0 || pitch > 127) throw FormatError(kSource, 0, "a pitch is out of range", "save the project again");
    state.bank.pitches[d] = static_cast<std::uint8_t>(pitch);
  }
  for (std::size_t i = 0; i < kVariations; ++i) state.bank.variations[i] = pattern_of(groove_from(bank.at("variations").at(i), steps));
  state.bank.fill = pattern_of(groove_from(bank.at("fill"), state.made.mode == Mode::groove ? steps : 0));
  state.folder = json.value("folder", "");
  state.input = groove_from(json.value("input", Json::array()), kMaxSteps);
  return state;
}

}  // namespace

std::string SavedState::text() const {
  Json values = Json::object();
  for (std::size_t i = 0; i < kParameters.size(); ++i) values[std::string(kParameters[i].symbol)] = parameters[i];
  Json requests = Json::array();
  for (const Request& request : history) requests.push_back(json_of(request));
  Json variations = Json::array();
  for (const Pattern& pattern : bank.variations) variations.push_back(json_of(groove_of(pattern)));
  return Json{{kMark, kVersion},
              {"model", {{"name", model_name}, {"checksum", model_checksum}, {"path", model_path}}},
              {"parameters", values},
              {"index", index},
              {"made", json_of(made)},
              {"history", requests},
              {"folder", folder},
              {"input", json_of(input)},
              {"bank",
               {{"steps", bank.variations[0].steps},
                {"pitches", bank.pitches},
                {"variations", variations},
                {"fill", json_of(groove_of(bank.fill))}}}}
      .dump(-1, ' ', true, Json::error_handler_t::replace);
}

SavedState SavedState::from(const std::string& text) {
  try {
    return state_from(Json::parse(text));
  } catch (const Json::exception&) {
    throw FormatError(kSource, 0, "it is damaged", "save the project again");
  } catch (const ArgumentError&) {
    throw FormatError(kSource, 0, "a hit is out of range", "save the project again");
  }
}

}  // namespace musicvae::drummer
