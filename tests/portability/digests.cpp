// Digests of every bit that each feature of musicvae::core produces, to compare compilers, options and processors:
//   digests MODELS             prints one line per feature
//   digests MODELS EXPECTED    compares them with such lines; on a difference, exit code 1 and a line for each that differs
// MODELS is the folder of the shipped models. Runs with every instruction set that the processor has.
#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <map>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "musicvae/core.hpp"
#include "tiny_model.hpp"

namespace musicvae {
namespace {

/// 64-bit FNV-1a over the bytes of values, lowest byte first.
class Digest {
 public:
  Digest& add(float value) { return bytes(std::bit_cast<std::uint32_t>(value), 4); }
  Digest& add(double value) { return bytes(std::bit_cast<std::uint64_t>(value), 8); }
  Digest& add(std::int64_t value) { return bytes(static_cast<std::uint64_t>(value), 8); }
  Digest& add(std::span<const float> values) {
    for (const float value : values) add(value);
    return *this;
  }
  Digest& add(const Latents& latents) { return add(latents.mu).add(latents.sigma); }
  Digest& add(const DecodedTensors& decoded) { return add(decoded.tensors).add(decoded.logits); }
  Digest& add(const DrumSequence& groove) {
    for (int step = 0; step < groove.steps(); ++step) {
      for (int d = 0; d < kDrums; ++d) {
        const Cell& cell = groove.at(step, static_cast<Drum>(d));
        add(std::int64_t{cell.hit}).add(cell.velocity).add(cell.offset);
      }
    }
    return *this;
  }
  Digest& add(const Melody& melody) {
    for (const int event : melody.events()) add(std::int64_t{event});
    return *this;
  }
  template <MusicValue Value>
  Digest& add(const std::vector<Value>& values) {
    for (const Value& value : values) add(value);
    return *this;
  }
  Digest& add(const NoteSequence& notes) {
    for (const Note& note : notes.notes) {
      add(std::int64_t{note.pitch}).add(std::int64_t{note.velocity}).add(note.start.value).add(note.end.value);
    }
    return add(notes.end.value);
  }
  [[nodiscard]] std::uint64_t value() const { return value_; }

 private:
  Digest& bytes(std::uint64_t value, int count) {
    for (int i = 0; i < count; ++i) value_ = (value_ ^ (value >> (8 * i) & 0xFFU)) * 0x100000001B3U;
    return *this;
  }
  std::uint64_t value_ = 0xCBF29CE484222325U;
};

/// The digest of each feature, by name.
using Digests = std::map<std::string, std::uint64_t>;

/// Uniform numbers in [0, 1).
std::vector<float> uniforms(std::size_t count, std::uint64_t seed) {
  std::vector<float> numbers(count);
  numerics::RandomStream{.seed = seed}.uniforms(0, numbers);
  return numbers;
}

/// A groove with velocities and offsets of many sizes.
DrumSequence played(int bars, std::uint64_t seed) {
  DrumSequence groove(16 * bars);
  for (int step = 0; step < groove.steps(); ++step) {
    const std::vector<float> random = uniforms(3 * kDrums, seed + static_cast<std::uint64_t>(step));
    for (int d = 0; d < kDrums; ++d) {
      const auto at = static_cast<std::size_t>(3 * d);
      if (random[at] < (step % 4 == 0 ? 0.4F : 0.15F)) groove.set(step, static_cast<Drum>(d), random[at + 1], 2.0F * random[at + 2] - 1.0F);
    }
  }
  return groove;
}

// The layers below the models: functions, random numbers, features and notes.
void add_numbers(Digests& digests) {
  Digest functions;
  const std::vector<float> x = uniforms(4096, 1);
  for (std::size_t i = 0; i + 1 < x.size(); i += 2) {
    // A product that uses all bits of a double: a function that adds to it must not be fused with it.
    const double product = static_cast<double>(x[i]) / 3.0 * (static_cast<double>(x[i + 1]) / 7.0);  // below 1/21
    functions.add(numerics::exact::log(product)).add(numerics::exact::exp(-80.0 * product)).add(numerics::exact::softplus(60.0 * product));
    functions.add(numerics::exact::sin_turns(20.0 * product)).add(numerics::exact::cos_turns(20.0 * product));
    functions.add(numerics::exact::acos_turns(20.0 * product));
  }
  digests["elementary functions"] = functions.value();
  std::vector<float> normals(4096);
  numerics::RandomStream{.seed = 2}.normals(0, normals);
  digests["normal numbers"] = Digest().add(normals).value();

  Digest features;
  Digest notes;
  for (std::uint64_t seed = 100; seed < 3000; seed += 100) {
    const DrumSequence groove = played(4, seed);
    features.add(groove.density()).add(mean_velocity(groove)).add(velocity_spread(groove)).add(offbeat_share(groove));
    features.add(swing(groove)).add(fill(groove)).add(syncopation(groove));
    const NoteSequence written = to_notes(groove, DrumMap::roland(), 97.3);
    notes.add(written).add(to_reference_notes(groove, DrumMap::roland())).add(from_notes(written, DrumMap::roland()).sequence);
    for (const Note& note : written.notes) notes.add(written.tempo_map.seconds(note.start).value);
  }
  digests["features of grooves"] = features.value();
  digests["notes"] = notes.value();
}

// Small models of all named configs, to cover heads and layers that no shipped model has.
void add_config(Digests& digests, const ModelConfig& named, numerics::Isa isa) {
  const ModelFile file = test::tiny_model(named);
  const ModelConfig& config = file.config;
  Sampler sampler(MusicVae(config, file.weights, file.drum_map, config.name, isa));
  const auto steps = static_cast<std::size_t>(config.steps);
  const auto hits = [](std::vector<float> numbers) {
    for (float& number : numbers) number = number < 0.3F ? 1.0F : 0.0F;
    return numbers;
  };
  const auto columns = [&](int depth) { return steps * static_cast<std::size_t>(depth); };
  const Latents latents = sampler.model().encode(uniforms(columns(config.input_depth() + config.control_depth()), 3));
  const std::vector<float> controls = hits(uniforms(columns(config.control_depth()), 4));
  Digest digest;
  digest.add(latents);
  digest.add(sampler.model().decode_teacher_forced(latents.mu, uniforms(columns(config.output_depth()), 5), controls));
  for (const float temperature : {0.0F, 0.7F}) {
    digest.add(sampler.decode_tensors(latents.mu, {.temperature = temperature, .seed = 6}, {.controls = controls}));
  }
  digests["config " + config.name] = digest.value();
}

// Music sampled from z alone.
template <MusicValue Value>
void add_samples(Digests& digests, const std::string& name, Sampler& sampler) {
  const ModelConfig& config = sampler.model().config();
  digests[name + ": prior"] = Digest().add(sampler.prior(7, 20)).value();
  for (const auto& [what, temperature, feel] : {std::tuple("0", 0.0F, 0.0F), {"0.5, feel 0.7", 0.5F, 0.7F}, {"1", 1.0F, 1.0F}}) {
    const SampleOptions options{.n = 2, .decode = {.temperature = temperature, .seed = 7, .feel_temperature = feel}};
    digests[name + ": sample at temperature " + what] = Digest().add(sampler.sample<Value>(options)).value();
  }
  engine::Decoder decoder = sampler.model().decoder();
  decoder.prepare(1);
  decoder.start(sampler.prior(8, 1), 1);
  std::vector<float> row(static_cast<std::size_t>(config.output_depth()));
  const std::vector<float> control(static_cast<std::size_t>(config.control_depth()));
  Digest stream;
  for (int step = 0; step < 2 * config.steps; ++step) {  // a stream does not end with the window
    decoder.next({.temperature = 1.0F, .seed = 8, .feel_temperature = 1.0F}, control, row);
    stream.add(row);
  }
  digests[name + ": stream"] = stream.value();
}

// A shift of the same amount along each attribute.
Amounts a_bit_of_each(const Attributes& attributes) {
  Amounts amounts;
  for (const auto& [attribute, direction] : attributes) amounts[attribute] = 0.37F;
  return amounts;
}

// The features of the latent space, for a model with the task reconstruct.
void add_latent_space(Digests& digests, const std::string& name, Sampler& sampler, const Attributes& attributes) {
  const DrumSequence one = played(4, 100);
  const DrumSequence two = played(4, 200);
  const std::vector<float> table = sampler.prior(9, 16);
  const std::size_t latent = table.size() / 16;
  const auto point = [&](std::size_t i) { return std::span(table).subspan(i * latent, latent); };
  digests[name + ": reconstruct"] = Digest().add(reconstruct(sampler, played(5, 300))).value();
  digests[name + ": slerp"] = Digest().add(interpolate(sampler, one, two, 3)).value();
  digests[name + ": lerp"] = Digest().add(interpolate(point(0), point(1), 7, Interpolation::lerp)).value();
  digests[name + ": similar"] =
      Digest().add(similar(sampler, one, {.n = 2, .noise = 0.7F, .decode = {.temperature = 0.8F, .seed = 9}})).value();
  digests[name + ": move"] = Digest().add(shift_attributes(sampler, one, attributes, a_bit_of_each(attributes))).value();

  AttributeBuilder builder;
  for (std::size_t i = 0; i < 16; ++i) builder.add(played(4, 100 * i), i % 2 == 0 ? "even" : "odd", point(i));
  Digest found;
  for (const auto& [attribute, direction] : builder.finish()) found.add(direction.direction).add(direction.low).add(direction.high);
  digests[name + ": attributes"] = found.value();
  Digest neighbours;
  for (const Neighbour& neighbour : nearest(table, point(0), 16)) {
    neighbours.add(static_cast<std::int64_t>(neighbour.row)).add(neighbour.distance);
  }
  digests[name + ": nearest"] = neighbours.value();
}

// The features of a model of melodies.
void add_melodies(Digests& digests, const std::string& name, Sampler& sampler, const Attributes& attributes) {
  add_samples<Melody>(digests, name, sampler);
  const std::vector<Melody> melodies = sampler.sample<Melody>({.n = 3, .decode = {.temperature = 0.5F, .seed = 11}});
  digests[name + ": encode"] = Digest().add(sampler.model().encode(melodies)).value();
  digests[name + ": reconstruct"] = Digest().add(reconstruct(sampler, melodies[0].concat(melodies[1]).slice(0, 48))).value();
  digests[name + ": slerp"] = Digest().add(interpolate(sampler, melodies[1], melodies[2], 3)).value();
  digests[name + ": move"] = Digest().add(shift_attributes(sampler, melodies[1], attributes, a_bit_of_each(attributes))).value();
}

// The tasks that the model has learned, at two temperatures.
void add_tasks(Digests& digests, const std::string& name, Sampler& sampler) {
  const DrumSequence groove = played(3, 400);
  CellMask mask(groove.steps());
  mask.choose(Drum::snare, 8, 30);
  mask.choose(20, 12);
  const Task task = sampler.model().config().task();
  std::map<std::string, Digest> made;
  for (const float temperature : {0.0F, 0.7F}) {
    const DecodeOptions options{.temperature = temperature, .seed = 10, .feel_temperature = temperature};
    if (task == Task::reconstruct || task == Task::infill) {
      made["infill"].add(infill(sampler, groove, mask, options));
      made["continue"].add(continue_groove(sampler, groove, 2, options));
    }
    if (task == Task::humanize) made["humanize"].add(humanize(sampler, groove, options));
    if (task == Task::tap) made["tap to drums"].add(tap_to_drums(sampler, groove, options));
    if (task == Task::add_closed_hihat) made["add hats"].add(add_closed_hihat(sampler, groove, options));
  }
  for (const auto& [what, digest] : made) digests[name + ": " + what] = digest.value();
}

Digests all_digests(const std::map<std::string, ModelFile>& models, numerics::Isa isa) {
  Digests digests;
  add_numbers(digests);
  for (const ModelConfig& config : named_configs()) add_config(digests, config, isa);
  for (const auto& [name, file] : models) {
    Sampler sampler(MusicVae(file.config, file.weights, file.drum_map, name, isa).with_prior(file.prior));
    if (file.config.representation->music() == Melody::kPlural) {
      add_melodies(digests, name, sampler, file.attributes);
      continue;
    }
    digests[name + ": encode"] = Digest().add(sampler.model().encode(played(2, 500))).value();
    if (file.config.task() == Task::reconstruct) {
      add_samples<DrumSequence>(digests, name, sampler);
      add_latent_space(digests, name, sampler, file.attributes);
    }
    add_tasks(digests, name, sampler);
  }
  return digests;
}

Digests read_digests(const std::filesystem::path& path) {
  std::ifstream file(path);
  Digests digests;
  std::string line;
  while (std::getline(file, line)) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.size() > 17) digests[line.substr(17)] = std::stoull(line.substr(0, 16), nullptr, 16);
  }
  if (digests.empty()) throw FileError(path.string() + ": no digests; make the file by: digests MODELS");
  return digests;
}

// Prints a line for each feature whose digest differs from the expected one or that only one side has. Returns their number.
int count_differences(const Digests& found, const Digests& expected, const char* isa) {
  int differences = 0;
  const auto report = [&](const std::string& feature, const char* what) {
    std::printf("%s, %s: %s\n", feature.c_str(), isa, what);
    ++differences;
  };
  for (const auto& [feature, digest] : expected) {
    const auto other = found.find(feature);
    if (other == found.end()) {
      report(feature, "expected, but not made");
    } else if (other->second != digest) {
      report(feature, "other bits than expected");
    }
  }
  for (const auto& [feature, digest] : found) {
    if (!expected.contains(feature)) report(feature, "made, but not expected");
  }
  return differences;
}

int run(const std::vector<std::string>& arguments) {
  if (arguments.size() < 1 || arguments.size() > 2) {
    std::fprintf(stderr, "usage: digests MODELS [EXPECTED]\n");
    return 2;
  }
  std::map<std::string, ModelFile> models;
  for (const auto& entry : std::filesystem::directory_iterator(arguments[0])) {
    if (entry.path().extension() == ".safetensors") models.emplace(entry.path().stem().string(), ModelFile::read(entry.path()));
  }
  if (models.empty()) throw FileError(arguments[0] + ": no models; give the folder of the shipped models");
  const bool compare = arguments.size() == 2;
  const Digests expected = compare ? read_digests(arguments[1]) : all_digests(models, numerics::Isa::baseline);
  int differences = 0;
  std::string instructions;
  for (const auto& [isa, name] :
       {std::pair(numerics::Isa::baseline, "baseline"), {numerics::Isa::avx2, "avx2"}, {numerics::Isa::avx512, "avx512"}}) {
    if (!numerics::supported(isa)) continue;
    differences += count_differences(all_digests(models, isa), expected, name);
    instructions += std::string(" ") + name;
  }
  if (!compare && differences == 0) {
    for (const auto& [feature, digest] : expected) std::printf("%016llx %s\n", static_cast<unsigned long long>(digest), feature.c_str());
  }
  if (compare) std::printf("%zu digests,%s: %d differ\n", expected.size(), instructions.c_str(), differences);
  return differences == 0 ? 0 : 1;
}

}  // namespace
}  // namespace musicvae

int main(int argc, char** argv) {
  try {
    return musicvae::run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "digests: %s\n", error.what());
    return 2;
  }
}
