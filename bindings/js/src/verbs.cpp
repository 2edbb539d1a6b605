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

Reply sample(Model& model, const Request& request) {
  const DecodeOptions decode = request.decode();
  const int n = request.integer("n").value_or(1);
  if (n < 1 || n > 4096) throw ArgumentError("sample: n is " + std::to_string(n) + "; ask for 1 to 4096");
  std::vector<float> z = model.sampler.prior(decode.seed, n, decode.first);
  apply_attributes(z, model.attributes, request.amounts());
  Reply reply;
  reply.add(model.sampler.decode(z, decode));
  return reply;
}

Reply prior(Model& model, const Request& request) {
  Reply reply;
  reply.floats = model.sampler.prior(request.whole("seed"), request.integer("n").value_or(1), request.whole("first"));
  return reply;
}

Reply decode(Model& model, const Request& request) {
  std::vector<float> z(request.floats.begin(), request.floats.end());
  apply_attributes(z, model.attributes, request.amounts());
  Reply reply;
  reply.add(model.sampler.decode(z, request.decode().with_default_temperature(0.0F)));
  return reply;
}

Reply encode(Model& model, const Request& request) {
  const Latents latents = model.sampler.model().encode(request.grooves(), {.threads = 1});
  Reply reply;
  reply.floats = latents.mu;
  reply.floats.insert(reply.floats.end(), latents.sigma.begin(), latents.sigma.end());
  return reply;
}

Reply interpolate(Model& model, const Request& request) {
  const std::vector<DrumSequence> ends = request.grooves();
  if (ends.size() != 2) throw ArgumentError("interpolate: needs two grooves; give both");
  Reply reply;
  reply.add(musicvae::interpolate(model.sampler, ends[0], ends[1], request.integer("count").value_or(8),
                                  from_name<Interpolation>(request.text("method").value_or("slerp")), request.decode()));
  return reply;
}

Reply similar(Model& model, const Request& request) {
  SimilarOptions options{.n = request.integer("n").value_or(4), .decode = request.decode()};
  if (const auto noise = request.number("noise")) options.noise = static_cast<float>(*noise);
  Reply reply;
  reply.add(musicvae::similar(model.sampler, request.groove(), options));
  return reply;
}

Reply shift(Model& model, const Request& request) {
  Reply reply;
  reply.add(shift_attributes(model.sampler, request.groove(), model.attributes, request.amounts(), request.decode()));
  return reply;
}

/// The option mask has the numbers step * 9 + drum of the chosen cells.
Reply infill(Model& model, const Request& request) {
  const DrumSequence groove = request.groove();
  CellMask mask(groove.steps());
  for (const int cell : request.integers("mask")) {
    if (cell < 0) throw ArgumentError("mask: has " + std::to_string(cell) + "; give numbers of cells, step * 9 + drum");
    mask.choose(static_cast<Drum>(cell % kDrums), cell / kDrums, 1);
  }
  Reply reply;
  reply.add(musicvae::infill(model.sampler, groove, mask, request.decode()));
  return reply;
}

Reply go_on(Model& model, const Request& request) {
  DecodeOptions options = request.decode();
  const int bars = options.bars.value_or(4);
  options.bars.reset();
  Reply reply;
  reply.add(continue_groove(model.sampler, request.groove(), bars, options));
  return reply;
}

template <DrumSequence (*task)(Sampler&, const DrumSequence&, const DecodeOptions&)>
Reply with_task(Model& model, const Request& request) {
  Reply reply;
  reply.add(task(model.sampler, request.groove(), request.decode()));
  return reply;
}

Reply write_midi(const Request& request) {
  Reply reply;
  reply.bytes = serialize_midi(to_notes(request.groove(), DrumMap::roland(), request.number("qpm").value_or(usual_qpm)));
  return reply;
}

Reply read_midi(const Request& request) {
  const NoteSequence notes = midi::parse_plain_midi(request.bytes, request.text("name").value_or("the MIDI file"));
  const QuantizedDrums read = from_notes(notes, DrumMap::standard());
  Reply reply;
  reply.add(read.sequence);
  reply.json["qpm"] = notes.tempo_map.segments().front().qpm;
  for (std::size_t i = 0; i < kLeftOutReasons; ++i) {
    const auto reason = static_cast<LeftOut>(i);
    if (read.left_out[reason] > 0) reply.json["leftOut"][std::string(name(reason))] = read.left_out[reason];
  }
  return reply;
}

Reply features(const Request& request) {
  const DrumSequence groove = request.groove();
  Reply reply;
  for (const Feature<DrumSequence>& feature : kFeatures<DrumSequence>) reply.json[std::string(feature.name)] = feature.value(groove);
  return reply;
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
                                     {"reconstruct", with_task<reconstruct<DrumSequence>>},
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
