// MusicVae's latent tools: interpolate, similar, move, nearest, and the attributes that move and sample use.
#include <algorithm>
#include <optional>
#include <tuple>

#include "dataset.hpp"
#include "model.hpp"
#include "musicvae/data/latent_table.hpp"
#include "musicvae/engine/attributes.hpp"
#include "musicvae/engine/interpolate.hpp"
#include "musicvae/engine/nearest.hpp"
#include "musicvae/engine/similar.hpp"
#include "musicvae/error.hpp"
#include "musicvae/model/representation.hpp"

namespace musicvae::python {
namespace {

std::vector<DrumSequence> interpolate(const Model& model, const DrumSequence& from, const DrumSequence& to, int steps,
                                      const std::string& method, float temperature, const py::object& seed,
                                      std::optional<float> feel_temperature) {
  demand_room(model, steps, "interpolate", "");
  const Interpolation way = interpolation_from_name(method);
  const DecodeOptions options{.temperature = temperature, .seed = seed_from(seed), .feel_temperature = feel_temperature};
  const py::gil_scoped_release release;
  return model.with_sampler([&](Sampler& sampler) { return musicvae::interpolate(sampler, from, to, steps, way, options); });
}

std::vector<DrumSequence> similar(const Model& model, const DrumSequence& groove, std::int64_t n, float noise, const py::object& seed,
                                  float temperature, std::uint64_t first, std::optional<float> feel_temperature) {
  demand_room(model, n, "similar", "make them in parts with first=, or ");
  if (n < 1) throw ArgumentError("similar: n is " + std::to_string(n) + "; ask for 1 or more");
  const SimilarOptions options{static_cast<int>(n), noise, temperature, seed_from(seed), first, feel_temperature};
  const py::gil_scoped_release release;
  const std::vector<float> z = similar_points(model.engine().encode(groove).mu, options);
  const std::vector<float> control = control_rows(model.engine().config(), groove);  // for example the groove's hits
  std::vector<float> controls;
  for (std::int64_t i = 0; i < n; ++i) controls.insert(controls.end(), control.begin(), control.end());
  std::vector<DrumSequence> grooves = decode_points(model, z, options.decode(), controls);
  for (DrumSequence& made : grooves) made = made.slice(0, groove.steps());
  return grooves;
}

DrumSequence move(const Model& model, const DrumSequence& groove, const Amounts& attributes, float temperature, const py::object& seed,
                  std::optional<float> feel_temperature) {
  const DecodeOptions options{.temperature = temperature, .seed = seed_from(seed), .feel_temperature = feel_temperature};
  const py::gil_scoped_release release;
  return model.with_sampler([&](Sampler& sampler) { return move_groove(sampler, groove, model.file().attributes, attributes, options); });
}

std::vector<DrumSequence> move_points(const Model& model, const py::object& z, const Amounts& attributes, float temperature,
                                      const py::object& seed, std::optional<float> feel_temperature) {
  const DecodeOptions options{.temperature = temperature, .seed = seed_from(seed), .feel_temperature = feel_temperature};
  const FloatArray points = points_from(model, z, "move: z");
  std::vector<float> values(points.data(), points.data() + points.size());
  const py::gil_scoped_release release;
  apply_attributes(values, model.file().attributes, attributes);
  return decode_points(model, values, options);
}

std::shared_ptr<Model> with_attributes(const Model& model, const Dataset& dataset) {
  const data::WindowSet windows = dataset.windows();  // its own copy: another thread may close the dataset meanwhile
  const py::gil_scoped_release release;
  return std::make_shared<Model>(
      model, data::latent_space_of(model.engine(), windows, {.progress = [](std::size_t, std::size_t) { check_signals(); }}));
}

Records nearest(const Model& model, const DrumSequence& groove, const Dataset& dataset, int k) {
  const data::WindowSet windows = dataset.windows();
  std::vector<Neighbour> found;
  {
    const py::gil_scoped_release release;
    const std::vector<float> mu = model.engine().encode(groove).mu;
    const std::vector<float> table =
        data::latent_table(model.engine(), windows, {.progress = [](std::size_t, std::size_t) { check_signals(); }});
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

}  // namespace

void add_latent(ModelClass& model) {
  const auto zero = py::int_(0);
  model
      .def("interpolate", &interpolate, py::arg("a"), py::arg("b"), py::arg("steps") = 8, py::arg("method") = "slerp",
           py::arg("temperature") = 0.0F, py::arg("seed") = zero, py::arg("feel_temperature") = py::none(),
           R"(`steps` grooves on the way from a to b in the latent space; the first and last are a's and b's own reconstructions.

method: "slerp" (on the sphere) or "lerp" (straight). Raises ArgumentError for fewer than 2 steps, another method, and an a and b of
different grids or lengths, or longer than the model's window.)")
      .def("similar", &similar, py::arg("groove"), py::arg("n") = 4, py::arg("noise") = 0.5F, py::arg("seed") = py::none(),
           py::arg("temperature") = 0.0F, py::arg("first") = 0, py::arg("feel_temperature") = py::none(),
           R"(`n` variations of a groove: z = mu + noise * N(0, I), decoded.

noise: 0 (the reconstruction) to 3. seed: 0 to 2^64 - 1, or None for a new one; variation i of a seed is the same however many are asked
for. first: the index of the first one. Raises ArgumentError for values out of range, and a groove longer than the model's window.)")
      .def("move", &move, py::arg("groove"), py::arg("attributes"), py::arg("temperature") = 0.0F, py::arg("seed") = zero,
           py::arg("feel_temperature") = py::none(), R"(A groove, of any length, with its attributes changed.

attributes: {name: amount}, for example {"density": 1, "swing": -0.5, "style:funk": 1}; amount 1 goes as far as from the lowest quarter
of the data to the highest, or from the average to the style. Raises ArgumentError for an attribute that the model has not (the message
lists them) and an amount outside -4 to 4.)")
      .def("move", &move_points, py::arg("z"), py::arg("attributes"), py::arg("temperature") = 0.0F, py::arg("seed") = zero,
           py::arg("feel_temperature") = py::none(), "The same from points of the latent space, float32 [n, latent]: a list of n grooves.")
      .def("nearest", &nearest, py::arg("groove"), py::arg("dataset"), py::arg("k") = 5,
           R"(The `k` windows of a dataset that are most like a groove, by Euclidean distance between mu, nearest first.

A list of dicts: index (of the window in the dataset), distance, path, bar, style. Encodes the whole dataset, on every core. Raises
ArgumentError for a k outside 1 to the number of windows, and a groove or windows that the model does not take.)")
      .def(
          "with_attributes", &with_attributes, py::arg("dataset"),
          R"(This model with attributes found in a dataset, and a prior learned from it: it samples where those grooves lie. save() keeps both.

density, syncopation, velocity, swing, fill: the way from the mean z of the quarter of the windows where it is lowest to that of the quarter
where it is highest. style:NAME: the way from the mean z of all windows to that of the style's. One that is the same in all windows is
left out. Encodes the whole dataset, on every core. Raises ArgumentError for fewer than 8 windows, or windows that the model does not
take.)")
      .def_property_readonly(
          "attributes",
          [](const Model& m) {
            py::typing::Dict<py::str, py::array_t<float>> attributes;
            for (const auto& [name, attribute] : m.file().attributes) {
              attributes[py::str(name)] = to_array(attribute.direction, {static_cast<py::ssize_t>(attribute.direction.size())});
            }
            return attributes;
          },
          "The directions that the model's file has, by name: {\"density\": float32 [latent], ...}. Empty before with_attributes().")
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
          "What it samples from: (shares, means, factor), float32 [components], [components, latent] and [latent, latent], for "
          "z = means[k] + factor @ e with k ~ shares and e ~ N(0, I). None: N(0, I), before with_attributes().");
}

}  // namespace musicvae::python
