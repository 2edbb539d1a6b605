// MusicVae's latent tools: interpolate, similar, shift_attributes, nearest, and the attributes that sample uses, too.
#include <algorithm>
#include <optional>
#include <tuple>

#include "chords.hpp"
#include "dataset.hpp"
#include "model.hpp"
#include "musicvae/error.hpp"
#include "musicvae/latent/attribute_effects.hpp"
#include "musicvae/latent/attributes.hpp"
#include "musicvae/latent/interpolate.hpp"
#include "musicvae/latent/latent_table.hpp"
#include "musicvae/latent/nearest.hpp"
#include "musicvae/latent/reconstruct.hpp"
#include "musicvae/latent/similar.hpp"
#include "musicvae/render/attribute_effects_svg.hpp"

namespace musicvae::python {
namespace {

template <MusicValue Value>
std::vector<Value> interpolate(const Model& model, const Value& from, const Value& to, int steps, const std::string& method,
                               float temperature, const py::object& seed, std::optional<float> feel_temperature,
                               const ChordsArgument& chords) {
  demand_room(model, steps, "interpolate", "");
  const Interpolation way = from_name<Interpolation>(method);
  const DecodeOptions options{.temperature = temperature,
                              .seed = seed_from(seed),
                              .feel_temperature = feel_temperature,
                              .chords = chords_from(chords, model.engine().grid())};
  const py::gil_scoped_release release;
  return model.with_sampler([&](Sampler& sampler) { return musicvae::interpolate(sampler, from, to, steps, way, options); });
}

template <MusicValue Value>
std::vector<Value> similar(const Model& model, const Value& groove, std::int64_t n, float noise, const py::object& seed, float temperature,
                           std::uint64_t first, std::optional<float> feel_temperature, const ChordsArgument& chords) {
  demand_room(model, n, "similar", "make them in parts with first=, or ");
  if (n < 1) throw ArgumentError("similar: n is " + std::to_string(n) + "; ask for 1 or more");
  const SimilarOptions options{.n = static_cast<int>(n),
                               .noise = noise,
                               .decode = {.temperature = temperature,
                                          .seed = seed_from(seed),
                                          .first = first,
                                          .feel_temperature = feel_temperature,
                                          .chords = chords_from(chords, model.engine().grid())}};
  const py::gil_scoped_release release;
  return model.with_sampler([&](Sampler& sampler) { return musicvae::similar(sampler, groove, options); });
}

template <MusicValue Value>
Value shift(const Model& model, const Value& groove, const Amounts& attributes, float temperature, const py::object& seed,
            std::optional<float> feel_temperature) {
  const DecodeOptions options{.temperature = temperature, .seed = seed_from(seed), .feel_temperature = feel_temperature};
  const py::gil_scoped_release release;
  return model.with_sampler(
      [&](Sampler& sampler) { return shift_attributes(sampler, groove, model.file().attributes, attributes, options); });
}

MusicList shift_points(const Model& model, const py::object& z, const Amounts& attributes, float temperature, const py::object& seed,
                       std::optional<float> feel_temperature) {
  const DecodeOptions options{.temperature = temperature, .seed = seed_from(seed), .feel_temperature = feel_temperature};
  const FloatArray points = points_from(model, z, "shift_attributes: z");
  std::vector<float> values(points.data(), points.data() + points.size());
  apply_attributes(values, model.file().attributes, attributes);
  return decode_points(model, values, options);
}

MusicList interpolate_points(const Model& model, const py::array& from, const py::array& to, int steps, const std::string& method,
                             float temperature, const py::object& seed, std::optional<float> feel_temperature) {
  demand_room(model, steps, "interpolate", "");
  const auto latent = static_cast<py::ssize_t>(model.engine().config().latent);
  const FloatArray first = floats_from(from, {latent}, "interpolate: a");
  const FloatArray last = floats_from(to, {latent}, "interpolate: b");
  const std::vector<float> z = musicvae::interpolate(span_of(first), span_of(last), steps, from_name<Interpolation>(method));
  MusicVae::expect(z, z.size(), "interpolate: a and b");
  return decode_points(model, z, {.temperature = temperature, .seed = seed_from(seed), .feel_temperature = feel_temperature});
}

std::shared_ptr<Model> with_attributes(const Model& model, const Dataset& dataset) {
  const data::WindowSet windows = dataset.windows();  // its own copy: another thread may close the dataset meanwhile
  const py::gil_scoped_release release;
  return std::make_shared<Model>(model,
                                 latent_space_of(model.engine(), windows, {.progress = [](std::size_t, std::size_t) { check_signals(); }}));
}

AttributeEffects effects_of(const Model& model, int n, const py::object& seed, float amount, float temperature) {
  const AttributeEffectOptions options{.samples = n, .amount = amount, .decode = {.temperature = temperature, .seed = seed_from(seed)}};
  const py::gil_scoped_release release;
  return model.with_sampler([&](Sampler& sampler) { return attribute_effects(sampler, model.file().attributes, options); });
}

// One row per pair of attributes.
Records records_of(const AttributeEffects& effects) {
  Records records;
  const std::size_t n = effects.names.size();
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      Record record;
      record["shifted"] = effects.names[i];
      record["measured"] = effects.names[j];
      record["down"] = effects.down[i * n + j];
      record["plain"] = effects.plain[j];
      record["up"] = effects.up[i * n + j];
      record["change_down"] = effects.change(effects.down, i, j);
      record["change_up"] = effects.change(effects.up, i, j);
      records.append(record);
    }
  }
  return records;
}

template <MusicValue Value>
Value reconstruct(const Model& model, const Value& groove, float temperature, const py::object& seed, std::optional<float> feel_temperature,
                  const ChordsArgument& chords) {
  const DecodeOptions options{.temperature = temperature,
                              .seed = seed_from(seed),
                              .feel_temperature = feel_temperature,
                              .chords = chords_from(chords, model.engine().grid())};
  const py::gil_scoped_release release;
  return model.with_sampler([&](Sampler& sampler) { return musicvae::reconstruct(sampler, groove, options); });
}

template <MusicValue Value>
Records nearest(const Model& model, const Value& groove, const Dataset& dataset, int k, const std::string& name_of_precision) {
  const Precision precision = from_name<Precision>(name_of_precision);
  const data::WindowSet windows = dataset.windows();
  std::vector<Neighbour> found;
  {
    const py::gil_scoped_release release;
    const std::vector<float> mu = model.engine().encode(groove, {}, precision).mu;
    const EncodeOptions options{.precision = precision, .progress = [](std::size_t, std::size_t) { check_signals(); }};
    const std::vector<float> table = latent_table(model.engine(), windows, options);
    found = musicvae::nearest(table, mu, k);
  }
  Records records;
  for (const Neighbour& neighbour : found) {
    const data::SourceFile& file = windows.file(neighbour.row);
    Record record;
    record["index"] = neighbour.row;
    record["distance"] = neighbour.distance;
    record["path"] = file.path;
    record["bar"] = windows.bar(neighbour.row);
    record["style"] = data::primary_style(file.style);
    records.append(record);
  }
  return records;
}

// The tools that take a value. Python chooses the overload of the value's type.
template <MusicValue Value>
void add_latent_of(ModelClass& model) {
  model
      .def("reconstruct", &reconstruct<Value>, py::arg("groove"), py::arg("temperature") = 0.0F, py::arg("seed") = py::none(),
           py::arg("feel_temperature") = py::none(), py::arg("chords") = py::none(),
           R"(Encode a groove of any length to mu and decode it again, window by window.

chords: what every window is decoded on instead of its own chords, for a model with chords.)")
      .def("interpolate", &interpolate<Value>, py::arg("a"), py::arg("b"), py::arg("steps") = 8, py::arg("method") = "slerp",
           py::arg("temperature") = 0.0F, py::arg("seed") = py::none(), py::arg("feel_temperature") = py::none(),
           py::arg("chords") = py::none(),
           R"(Interpolate from a to b in the latent space. Of the `steps` grooves, the first and last are the reconstructions of a and b.

method: "slerp" (spherical) or "lerp" (linear). chords: what all are decoded on, for a model with chords. By default the first half has the
chords of a and the second those of b. Raises ArgumentError for fewer than 2 steps, for another method, and if a and b differ in
grid or length, or are longer than the model's window.)")
      .def("similar", &similar<Value>, py::arg("groove"), py::arg("n") = 4, py::arg("noise") = 0.5F, py::arg("seed") = py::none(),
           py::arg("temperature") = 0.0F, py::arg("first") = 0, py::arg("feel_temperature") = py::none(), py::arg("chords") = py::none(),
           R"(Make `n` variations of a groove: z = mu + noise * N(0, I), decoded.

noise: 0 (the reconstruction) to 3. seed: 0 to 2^64 - 1, or None for a new one. Variation i of a seed does not depend on how many are
requested. first: the index of the first variation. Raises ArgumentError for values out of range, and for a groove longer than the model's
window.)")
      .def("shift_attributes", &shift<Value>, py::arg("groove"), py::arg("attributes"), py::arg("temperature") = 0.0F,
           py::arg("seed") = py::none(), py::arg("feel_temperature") = py::none(), R"(Change the attributes of a groove of any length.

attributes: {name: amount}, for example {"density": 1, "swing": -0.5, "style:funk": 1}. An amount of 1 is the distance from the lowest
quarter of the data to the highest, or from the average to the style. Raises ArgumentError for an attribute that the model does not have
(the message lists those that it has), and for an amount outside -4 to 4.)")
      .def("nearest", &nearest<Value>, py::arg("groove"), py::arg("dataset"), py::arg("k") = 5, py::arg("precision") = "fp32",
           R"(Find the `k` windows of a dataset that are most similar to a groove or a melody, by Euclidean distance between mu, nearest
          first.

A list of dicts: index (of the window in the dataset), distance, path, bar, style. Encodes the whole dataset on all cores, with the
given precision, as encode() does. Raises
ArgumentError if k is outside 1 to the number of windows, or if the groove or the windows do not fit the model; raises
ConfigError if they are another kind of music.)");
}

}  // namespace

void add_attribute_effects(py::module_& module) {
  py::class_<AttributeEffects>(module, "AttributeEffects", R"(What a shift along each attribute of a model does to each of them.

A notebook shows it as a table of colours. MusicVae.attribute_effects() makes it.)")
      .def_readonly("names", &AttributeEffects::names, "The attributes, in the order of the table.")
      .def_readonly("samples", &AttributeEffects::samples, "How many samples were measured.")
      .def_readonly("amount", &AttributeEffects::amount, "How far they were shifted.")
      .def("records", &records_of,
           R"(A list of dicts, one per pair of attributes: shifted, measured, down, plain, up, change_down, change_up.

down, plain and up are mean values after a shift down, none, and up. A change is in units of the distance from the lowest quarter of the
data to the highest.)")
      .def(
          "svg", [](const AttributeEffects& effects, const std::string& title) { return render::attribute_effects_svg(effects, title); },
          py::arg("title") = "", "The table as SVG text.")
      .def("_repr_svg_", [](const AttributeEffects& effects) { return render::attribute_effects_svg(effects); })
      .def("__repr__", [](const AttributeEffects& effects) {
        return "<AttributeEffects: " + std::to_string(effects.names.size()) + " attributes, " + std::to_string(effects.samples) +
               " samples>";
      });
}

void add_latent(ModelClass& model) {
  for_each_music([&]<class Value>() { add_latent_of<Value>(model); });
  model
      .def("shift_attributes", &shift_points, py::arg("z"), py::arg("attributes"), py::arg("temperature") = 0.0F,
           py::arg("seed") = py::none(), py::arg("feel_temperature") = py::none(),
           "The same for points of the latent space, float32 [n, latent]: a list of n grooves.")
      .def("interpolate", &interpolate_points, py::arg("a"), py::arg("b"), py::arg("steps") = 8, py::arg("method") = "slerp",
           py::arg("temperature") = 0.0F, py::arg("seed") = py::none(), py::arg("feel_temperature") = py::none(),
           "The same between two points of the latent space, float32 [latent] each, which needs no encoder.")
      .def("with_attributes", &with_attributes, py::arg("dataset"),
           R"(This model with attributes and a prior learned from a dataset. It samples where that music lies, and save() stores both.

Grooves have density, syncopation, velocity, swing and fill; melodies have c_diatonic, density, interval, syncopation_16th and
syncopation_8th; trios have those of their melody, and drum_density; tracks have density and track_count. Each is the vector from the mean
z of the quarter of the windows with the lowest values to the mean z of the quarter with the highest. style:NAME: the vector from the mean z
of all windows to the mean z of that style. An attribute that is the same in all windows is left out. Encodes the whole dataset on all
cores. Raises ArgumentError for fewer than 8 windows, or for windows that do not fit the model.)")
      .def("attribute_effects", &effects_of, py::arg("n") = 256, py::arg("seed") = 0, py::arg("amount") = 1.0F,
           py::arg("temperature") = 1.0F, R"(Measure what a shift along each attribute changes: an AttributeEffects, which draws itself.

Samples `n` times, shifts the samples down and up by `amount` along each attribute, and measures all attributes. Raises ArgumentError if the
model has no attributes of its kind of music, or for values out of range.)")
      .def_property_readonly(
          "attributes",
          [](const Model& m) {
            py::typing::Dict<py::str, py::array_t<float>> attributes;
            for (const auto& [name, attribute] : m.file().attributes) {
              attributes[py::str(name)] = to_array(attribute.direction, {static_cast<py::ssize_t>(attribute.direction.size())});
            }
            return attributes;
          },
          "The attribute vectors in the model's file, by name: {\"density\": float32 [latent], ...}. Empty before with_attributes().")
      .def_property_readonly(
          "prior",
          [](const Model& m) -> std::optional<std::tuple<py::array_t<float>, py::array_t<float>, py::array_t<float>>> {
            const LatentPrior& prior = m.file().prior;
            if (prior.empty()) return std::nullopt;
            const auto components = static_cast<py::ssize_t>(prior.shares.size());
            const auto latent = static_cast<py::ssize_t>(m.file().config.latent);
            return std::tuple(to_array(prior.shares, {components}), to_array(prior.means, {components, latent}),
                              to_array(prior.factor, {latent, latent}));
          },
          "The prior that sample() uses: (shares, means, factor), float32 [components], [components, latent] and [latent, latent], for z = "
          "means[k] + factor @ e with k ~ shares and e ~ N(0, I). None before with_attributes(): the prior is N(0, I).");
}

}  // namespace musicvae::python
