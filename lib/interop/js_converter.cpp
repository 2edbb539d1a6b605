#include "js_converter.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

#include "musicvae/error.hpp"
#include "musicvae/model/representations/drums.hpp"
#include "musicvae/model/representations/groove.hpp"
#include "musicvae/model/representations/melody.hpp"
#include "musicvae/model/representations/tracks.hpp"
#include "musicvae/model/representations/trio.hpp"
#include "musicvae/sequence/drum_classes.hpp"

namespace musicvae::interop {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kMostSteps = 1 << 16;

// What a kind of rows and a head are called. Other pairs are unknown to the client.
struct Kind {
  std::string_view representation;
  std::string_view head;
  const char* converter;
};
constexpr std::array kKinds = {Kind{"groove", "groove", "GrooveConverter"},  Kind{"drums", "categorical", "DrumsConverter"},
                               Kind{"drums", "nade", "DrumRollConverter"},   Kind{"melody", "categorical", "MelodyConverter"},
                               Kind{"trio", "categorical", "TrioConverter"}, Kind{"tracks", "categorical", "MultitrackConverter"}};

// One of 49 classes, as Chord::category has them.
constexpr const char* kChordEncoder = "TriadChordEncoder";
// The client's names of the control tracks that a page fills in itself. It knows none of its own, so that they are free to choose.
constexpr const char* kHitsControl = "hits";
constexpr const char* kCellsControl = "cells";

// What a page gives a model of this config besides notes and chords; empty: nothing.
std::string control_of(const ModelConfig& config) {
  if (config.control_depth() == 0 || config.representation->has_chords()) return "";
  return config.task() == Task::hits_control ? kHitsControl : kCellsControl;
}

const Kind* kind_of(const ModelConfig& config) {
  const auto found = std::find_if(kKinds.begin(), kKinds.end(), [&](const Kind& kind) {
    return kind.representation == config.representation->name() && kind.head == config.head->name();
  });
  return found == kKinds.end() ? nullptr : found;
}

bool all_equal(const std::vector<int>& units) {
  return std::adjacent_find(units.begin(), units.end(), std::not_equal_to<>()) == units.end();
}

// Why the client cannot run a model of this config; empty: it can.
std::string obstacle(const ModelConfig& config) {
  const DecoderConfig& decoder = config.decoder;
  if (kind_of(config) == nullptr) {
    return "it has no rows of " + std::string(config.representation->music()) + " with the head " + std::string(config.head->name());
  }
  if (config.encoder.units.size() != 1) return "it runs encoders of one layer only";
  if (config.encoder.residual || decoder.residual) return "it has no residual layers";
  if (!decoder.lookback.empty() || decoder.running_mean || decoder.running_spread || decoder.skip) return "its decoder cannot look back";
  if (!all_equal(decoder.units) || (config.conductor && !all_equal(config.conductor->units))) {
    return "it runs decoders only whose layers are equally wide";
  }
  if (config.conductor && (config.encoder.levels.size() != 2 || config.conductor->autoregressive)) {
    return "it runs a conductor only with an encoder of two levels, and without autoregression";
  }
  if (!config.conductor && !config.encoder.levels.empty()) return "it runs an encoder of levels only with a conductor";
  if (config.conductor && config.encoder.levels.back() != config.conductor->segments) {
    return "its encoder must have as many segments as its conductor";
  }
  const auto& parts = TrioRepresentation::kClasses;
  const bool is_trio = config.representation->name() == "trio";
  if (is_trio ? !std::equal(decoder.parts.begin(), decoder.parts.end(), parts.begin(), parts.end()) : !decoder.parts.empty()) {
    return is_trio ? "it runs trios only with a decoder for each part" : "it runs several decoders only for trios";
  }
  if (!config.representation->has_chords() && config.control_depth() > info(config.task()).marks) {
    return "its decoder cannot follow the input";
  }
  return "";
}

Json classes_of(const DrumMap& map) {
  Json classes = Json::array();
  for (int d = 0; d < kDrums; ++d) {
    const auto drum = static_cast<Drum>(d);
    Json pitches = Json::array({map.pitch(drum)});
    for (const int pitch : map.pitches(drum)) {
      if (pitch != map.pitch(drum)) pitches.push_back(pitch);
    }
    classes.push_back(std::move(pitches));
  }
  return classes;
}

Json pitch_classes(const ModelConfig& config, const DrumMap& map) {
  if (config.representation->name() == "groove" || config.input_depth() == kDrums + 1) return classes_of(map);
  Json classes = Json::array();
  for (const int pitch : kFullDrumPitches) classes.push_back(Json::array({pitch}));
  return classes;
}

// A known map with these pitches, or one of its own.
DrumMap named(const DrumMap& map) {
  for (DrumMap known : {DrumMap::roland(), DrumMap::reduced(), DrumMap::standard()}) {
    DrumMap same = map;
    same.rename(known.name());
    if (same == known) return known;
  }
  return map;
}

std::optional<DrumMap> map_of(const Json& classes, const std::string& source) {
  const auto refuse = [&] { throw FormatError(source + ": pitchClasses are not lists of MIDI pitches; correct them"); };
  if (!classes.is_array()) refuse();
  if (classes.size() != kDrums) return std::nullopt;  // 61 classes are pitches
  DrumMap map("magenta.js");
  for (std::size_t d = 0; d < kDrums; ++d) {
    if (!classes[d].is_array() || classes[d].empty()) refuse();
    for (const Json& pitch : classes[d]) {
      if (!pitch.is_number_integer() || pitch < 0 || pitch > 127) refuse();
      map.map(pitch.get<int>(), static_cast<Drum>(d));
    }
    map.write_as(static_cast<Drum>(d), classes[d][0].get<int>());
  }
  return named(map);
}

int count_in(const Json& args, const char* key, const std::string& source) {
  const Json value = args.value(key, Json());
  if (value.is_null()) return 0;
  if (!value.is_number_integer() || value < 0 || value > kMostSteps) {
    throw FormatError(source + ": " + key + " is " + value.dump() + "; use a whole number up to " + std::to_string(kMostSteps));
  }
  return value.get<int>();
}

// An argument that is the same in every config.
struct Fixed {
  const char* key;
  int value;
};
constexpr std::array kMelodyRange = {Fixed{"minPitch", MelodyRepresentation::kLowest}, Fixed{"maxPitch", MelodyRepresentation::kHighest}};
constexpr std::array kTrackSizes = {Fixed{"stepsPerQuarter", Tracks::kGrid.steps_per_quarter},
                                    Fixed{"totalSteps", TracksRepresentation::kSteps},
                                    Fixed{"numVelocityBins", TracksRepresentation::kVelocityBins}};

template <class Arguments>
Json json_of(const Arguments& fixed) {
  Json json = Json::object();
  for (const Fixed& argument : fixed) json[argument.key] = argument.value;
  return json;
}

// Those with another value than every config has, as "minPitch 0".
template <class Arguments>
std::string different(const Json& args, const Arguments& fixed, const std::string& source) {
  std::string text;
  for (const Fixed& argument : fixed) {
    if (!args.contains(argument.key)) continue;
    if (const int value = count_in(args, argument.key, source); value != argument.value)
      text += std::string(", ") + argument.key + " " + std::to_string(value);
  }
  return text;
}

Json object_in(const Json& args, const char* key, const std::string& source) {
  Json value = args.value(key, Json::object());
  if (!value.is_object()) throw FormatError(source + ": " + key + " is not an object; get the file again");
  return value;
}

bool flag_in(const Json& args, const char* key, const std::string& source) {
  const Json value = args.value(key, Json(false));
  if (!value.is_boolean()) throw FormatError(source + ": " + key + " is " + value.dump() + "; use true or false");
  return value.get<bool>();
}

}  // namespace

bool JsConverter::fits(const ModelConfig& config) const {
  const Kind* kind = kind_of(config);
  if (kind == nullptr || type != kind->converter || steps != config.steps || !others.empty()) return false;
  if (segments != (config.conductor ? config.conductor->segments : 0)) return false;
  if (chord_encoder != (config.representation->has_chords() ? kChordEncoder : "")) return false;
  const std::string control = control_of(config);
  if (extra_control.empty() != control.empty()) return false;
  const bool is_ours = extra_control == kHitsControl || extra_control == kCellsControl;
  if (is_ours && extra_control != control) return false;
  return type != "GrooveConverter" || (humanize == (config.task() == Task::humanize) && tapify == (config.task() == Task::tap));
}

std::string JsConverter::text() const {
  return type + ", " + std::to_string(steps) + " steps" + (humanize ? ", humanize" : "") + (tapify ? ", tapify" : "") +
         (chord_encoder.empty() ? "" : ", " + chord_encoder) + (extra_control.empty() ? "" : ", control " + extra_control) + others;
}

JsConverter js_converter_from_json(const Json& json, const std::string& source) {
  if (!json.is_object() || !json.value("type", Json()).is_string()) {
    throw FormatError(source + ": names no data converter (type); get the file again");
  }
  const Json args = object_in(json, "args", source);
  JsConverter converter;
  converter.type = json["type"].get<std::string>();
  converter.steps = count_in(args, "numSteps", source);
  converter.segments = count_in(args, "numSegments", source);
  converter.humanize = flag_in(args, "humanize", source);
  converter.tapify = flag_in(args, "tapify", source);
  const Json drums = converter.type == "TrioConverter" ? object_in(args, "drumsArgs", source) : args;
  if (drums.contains("pitchClasses")) converter.drum_map = map_of(drums["pitchClasses"], source);
  if (flag_in(args, "splitInstruments", source)) converter.others = ", splitInstruments";
  if (converter.type == "MelodyConverter") converter.others = different(args, kMelodyRange, source);
  if (converter.type == "TrioConverter") {
    for (const char* part : {"melArgs", "bassArgs"}) converter.others += different(object_in(args, part, source), kMelodyRange, source);
  }
  if (converter.type == "MultitrackConverter") converter.others = different(args, kTrackSizes, source);
  return converter;
}

JsConverter js_converter_of_config(const Json& config, const std::string& source) {
  JsConverter converter = js_converter_from_json(config.value("dataConverter", Json()), source);
  const Json chords = config.value("chordEncoder", Json());
  if (!chords.is_null() && !chords.is_string()) throw FormatError(source + ": chordEncoder is not a text; get the file again");
  if (chords.is_string()) converter.chord_encoder = chords.get<std::string>();
  if (flag_in(config, "conditionOnKey", source)) converter.others += ", conditionOnKey";
  const Json controls = config.value("extraControls", Json::array());
  if (!controls.is_array()) throw FormatError(source + ": extraControls is not a list; get the file again");
  for (const Json& control : controls) {
    if (!control.is_object() || !control.value("name", Json()).is_string()) {
      throw FormatError(source + ": an extraControl has no name; get the file again");
    }
    converter.extra_control += (converter.extra_control.empty() ? "" : " and ") + control["name"].get<std::string>();
  }
  return converter;
}

Json js_config(const ModelConfig& config, const DrumMap& drum_map) {
  if (const std::string why = obstacle(config); !why.empty()) {
    throw ConfigError("config \"" + config.name + "\": magenta.js cannot run a model of it, because " + why +
                      "; export it as a model file or for TensorFlow");
  }
  const Kind& kind = *kind_of(config);
  Json args = {{"numSteps", config.steps}};
  if (config.conductor) args["numSegments"] = config.conductor->segments;
  if (kind.representation == "melody") {
    args.update(json_of(kMelodyRange));
  } else if (kind.representation == "tracks") {
    args.update(json_of(kTrackSizes));
  } else if (kind.representation == "trio") {
    args["melArgs"] = args["bassArgs"] = json_of(kMelodyRange);
    args["drumsArgs"] = {{"pitchClasses", classes_of(drum_map)}};
  } else {
    args["pitchClasses"] = pitch_classes(config, drum_map);  // always: the client's default is not note_seq's
  }
  if (kind.representation == "groove") {
    args["stepsPerQuarter"] = config.steps_per_quarter;
    args["humanize"] = config.task() == Task::humanize;
    args["tapify"] = config.task() == Task::tap;
  }
  Json result = {{"type", "MusicVAE"}, {"dataConverter", {{"type", kind.converter}, {"args", std::move(args)}}}};
  if (config.representation->has_chords()) result["chordEncoder"] = kChordEncoder;
  if (const std::string control = control_of(config); !control.empty()) {
    result["extraControls"] = Json::array({{{"name", control}, {"depth", config.control_depth()}}});
  }
  return result;
}

}  // namespace musicvae::interop
