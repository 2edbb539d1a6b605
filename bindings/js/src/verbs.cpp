#include <array>
#include <string_view>

#include "call.hpp"
#include "midi/plain_midi.hpp"
#include "musicvae/engine/tasks.hpp"
#include "musicvae/latent/interpolate.hpp"
#include "musicvae/latent/reconstruct.hpp"
#include "musicvae/latent/similar.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "musicvae/sequence/cell_mask.hpp"
#include "musicvae/sequence/drum_notes.hpp"
#include "musicvae/sequence/groove_features.hpp"
#include "musicvae/sequence/melody_features.hpp"
#include "musicvae/sequence/melody_notes.hpp"
#include "musicvae/sequence/tracks_features.hpp"
#include "musicvae/sequence/tracks_notes.hpp"
#include "musicvae/sequence/trio_features.hpp"
#include "musicvae/sequence/trio_notes.hpp"

namespace musicvae::js {
namespace {

constexpr double usual_qpm = 120.0;

Reply describe(Model& model, const Request&) {
  const ModelConfig& config = model.sampler.model().config();
  Reply reply;
  reply.json = {
      {"config", config.name},    {"task", std::string(name(config.task()))}, {"music", std::string(config.representation->music())},
      {"latent", config.latent},  {"steps", config.window_steps()},           {"stepsPerQuarter", config.steps_per_quarter},
      {"licence", model.licence}, {"attributes", nlohmann::json::array()}};
  for (const auto& [name, attribute] : model.attributes) reply.json["attributes"].push_back(name);
  return reply;
}

/// Calls `use` with the kind of music of the model; what it returns is the reply's music.
template <class Use>
Reply with_music_of(const Model& model, Use use) {
  return with_music(model.sampler.model().config(), [&]<class Value>() {
    Reply reply;
    reply.add(use.template operator()<Value>());
    return reply;
  });
}

Reply sample(Model& model, const Request& request) {
  const DecodeOptions decode = request.decode(model);
  const int n = request.integer("n").value_or(1);
  if (n < 1 || n > 4096) throw ArgumentError("sample: n is " + std::to_string(n) + "; ask for 1 to 4096");
  std::vector<float> z = model.sampler.prior(decode.seed, n, decode.first);
  apply_attributes(z, model.attributes, request.amounts());
  return with_music_of(model, [&]<class Value>() { return model.sampler.decode<Value>(z, decode); });
}

Reply prior(Model& model, const Request& request) {
  Reply reply;
  reply.floats = model.sampler.prior(request.whole("seed"), request.integer("n").value_or(1), request.whole("first"));
  return reply;
}

Reply decode(Model& model, const Request& request) {
  std::vector<float> z(request.floats.begin(), request.floats.end());
  apply_attributes(z, model.attributes, request.amounts());
  const DecodeOptions options = request.decode(model).with_default_temperature(0.0F);
  return with_music_of(model, [&]<class Value>() { return model.sampler.decode<Value>(z, options); });
}

Reply encode(Model& model, const Request& request) {
  return with_music(model.sampler.model().config(), [&]<class Value>() {
    const Latents latents = model.sampler.model().encode(request.values<Value>(), {.threads = 1});
    Reply reply;
    reply.floats = latents.mu;
    reply.floats.insert(reply.floats.end(), latents.sigma.begin(), latents.sigma.end());
    return reply;
  });
}

Reply interpolate(Model& model, const Request& request) {
  const int count = request.integer("count").value_or(8);
  const auto method = from_name<Interpolation>(request.text("method").value_or("slerp"));
  return with_music_of(model, [&]<class Value>() {
    const std::vector<Value> ends = request.values<Value>();
    if (ends.size() != 2) throw ArgumentError("interpolate: needs two values; give both");
    return musicvae::interpolate(model.sampler, ends[0], ends[1], count, method, request.decode(model));
  });
}

Reply similar(Model& model, const Request& request) {
  SimilarOptions options{.n = request.integer("n").value_or(4), .decode = request.decode(model)};
  if (const auto noise = request.number("noise")) options.noise = static_cast<float>(*noise);
  return with_music_of(model, [&]<class Value>() { return musicvae::similar(model.sampler, request.value<Value>(), options); });
}

Reply shift(Model& model, const Request& request) {
  return with_music_of(model, [&]<class Value>() {
    return shift_attributes(model.sampler, request.value<Value>(), model.attributes, request.amounts(), request.decode(model));
  });
}

Reply reconstruct(Model& model, const Request& request) {
  return with_music_of(model,
                       [&]<class Value>() { return musicvae::reconstruct(model.sampler, request.value<Value>(), request.decode(model)); });
}

// The cells of a mask are numbered step by step: nine drums, three parts of a trio, or one.
void choose(CellMask& mask, int cell) {
  mask.choose(static_cast<Drum>(cell % kDrums), cell / kDrums, 1);
}
void choose(TrioMask& mask, int cell) {
  mask.choose(static_cast<TrioPart>(cell % kTrioParts), cell / kTrioParts, 1);
}
void choose(StepMask& mask, int cell) {
  mask.choose(cell, 1);
}

Reply infill(Model& model, const Request& request) {
  return with_music_of(model, [&]<class Value>() {
    const Value value = request.value<Value>();
    typename Value::Mask mask(value.steps());
    for (const int cell : request.integers("mask")) {
      if (cell < 0) throw ArgumentError("mask: has " + std::to_string(cell) + "; give numbers of cells");
      choose(mask, cell);
    }
    return musicvae::infill(model.sampler, value, mask, request.decode(model));
  });
}

Reply go_on(Model& model, const Request& request) {
  DecodeOptions options = request.decode(model);
  const int bars = options.bars.value_or(4);
  options.bars.reset();
  return with_music_of(model, [&]<class Value>() { return continue_groove(model.sampler, request.value<Value>(), bars, options); });
}

template <DrumSequence (*task)(Sampler&, const DrumSequence&, const DecodeOptions&)>
Reply with_task(Model& model, const Request& request) {
  Reply reply;
  reply.add(task(model.sampler, request.value<DrumSequence>(), request.decode(model)));
  return reply;
}

/// The kind of music of a request without a model. The default is grooves.
std::string music_of(const Request& request) {
  return request.text("music").value_or(std::string(DrumSequence::kPlural));
}

NoteSequence notes_of(const DrumSequence& groove, double qpm) {
  return to_notes(groove, DrumMap::roland(), qpm);
}
NoteSequence notes_of(const Trio& trio, double qpm) {
  return to_notes(trio, DrumMap::reduced(), qpm);
}
NoteSequence notes_of(const Melody& melody, double qpm) {
  return to_notes(melody, qpm);
}
NoteSequence notes_of(const Tracks& tracks, double qpm) {
  return to_notes(tracks, qpm);
}

Reply write_midi(const Request& request) {
  const double qpm = request.number("qpm").value_or(usual_qpm);
  return with_music(music_of(request), "writeMidi: music is", [&]<class Value>() {
    Reply reply;
    reply.bytes = serialize_midi(notes_of(request.value<Value>(), qpm));
    return reply;
  });
}

void quantize(const NoteSequence& notes, Reply& reply, LeftOutCounts& left_out, DrumSequence) {
  const QuantizedDrums read = from_notes(notes, DrumMap::standard());
  reply.add(read.sequence);
  left_out = read.left_out;
}
void quantize(const NoteSequence& notes, Reply& reply, LeftOutCounts& left_out, Melody) {
  const QuantizedMelody read = melody_from_notes(notes);
  reply.add(read.melody);
  left_out = read.left_out;
}
void quantize(const NoteSequence& notes, Reply& reply, LeftOutCounts& left_out, Trio) {
  const QuantizedTrio read = trio_from_notes(notes);
  reply.add(read.trio);
  left_out = read.left_out;
}
void quantize(const NoteSequence& notes, Reply& reply, LeftOutCounts& left_out, Tracks) {
  const QuantizedTracks read = tracks_from_notes(notes);
  reply.add(read.tracks);
  left_out = read.left_out;
}

Reply read_midi(const Request& request) {
  const NoteSequence notes = midi::parse_plain_midi(request.bytes, request.text("name").value_or("the MIDI file"));
  Reply reply;
  LeftOutCounts left_out;
  with_music(music_of(request), "readMidi: music is", [&]<class Value>() { quantize(notes, reply, left_out, Value{}); });
  reply.json["qpm"] = notes.tempo_map.segments().front().qpm;
  for (std::size_t i = 0; i < kLeftOutReasons; ++i) {
    const auto reason = static_cast<LeftOut>(i);
    if (left_out[reason] > 0) reply.json["leftOut"][std::string(name(reason))] = left_out[reason];
  }
  return reply;
}

Reply features(const Request& request) {
  return with_music(music_of(request), "features: music is", [&]<class Value>() {
    const Value value = request.value<Value>();
    Reply reply;
    for (const Feature<Value>& feature : kFeatures<Value>) reply.json[std::string(feature.name)] = feature.value(value);
    return reply;
  });
}

struct ModelVerb {
  std::string_view name;
  Reply (*does)(Model&, const Request&);
};
constexpr ModelVerb model_verbs[] = {{"describe", describe},
                                     {"sample", sample},
                                     {"prior", prior},
                                     {"decode", decode},
                                     {"encode", encode},
                                     {"interpolate", interpolate},
                                     {"similar", similar},
                                     {"shift", shift},
                                     {"infill", infill},
                                     {"continue", go_on},
                                     {"reconstruct", reconstruct},
                                     {"humanize", with_task<humanize>},
                                     {"tapToDrums", with_task<tap_to_drums>},
                                     {"addClosedHihat", with_task<add_closed_hihat>}};

struct Verb {
  std::string_view name;
  Reply (*does)(const Request&);
};
constexpr Verb verbs[] = {{"writeMidi", write_midi}, {"readMidi", read_midi}, {"features", features}};

template <class Verbs, class... Arguments>
Reply run(const Verbs& known, const Request& request, Arguments&... arguments) {
  const std::string asked = request.text("verb").value_or("");
  for (const auto& verb : known) {
    if (verb.name == asked) return verb.does(arguments..., request);
  }
  throw ArgumentError("no verb is called \"" + asked + "\"; use one of musicvae.mjs");
}

}  // namespace

Reply ask(Model& model, const Request& request) {
  return run(model_verbs, request, model);
}

Reply ask(const Request& request) {
  return run(verbs, request);
}

}  // namespace musicvae::js
