// MusicVae: a trained model.
#include "model.hpp"

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>

#include "chords.hpp"
#include "dataset.hpp"
#include "model/json.hpp"
#include "musicvae/error.hpp"
#include "musicvae/file.hpp"
#include "musicvae/latent/attributes.hpp"
#include "musicvae/model/config_file.hpp"
#include "musicvae/model/find_model.hpp"
#include "musicvae/model/named_configs.hpp"

namespace musicvae::python {
namespace {

// The most grooves in one list. A list is kept in memory, and a million grooves of four bars take 7 GB.
constexpr std::int64_t most_at_once = 100'000;

}  // namespace

void demand_room(const Model& model, std::int64_t n, const std::string& what, const std::string& mend) {
  if (n <= most_at_once) return;
  const double gigabytes = static_cast<double>(n) * model.engine().config().steps * kDrums * sizeof(Cell) / 1e9;
  char text[32];
  std::snprintf(text, sizeof(text), "%.1f", gigabytes);
  throw ArgumentError(what + ": " + std::to_string(n) + " grooves take " + text + " GB in one list; " + mend + "ask for " +
                      std::to_string(most_at_once) + " at most");
}

FloatArray points_from(const Model& model, const py::object& z, const std::string& what) {
  const py::ssize_t latent = model.engine().config().latent;
  FloatArray points = floats_from(z, {-1, latent}, what);
  if (points.shape(0) == 0) throw ArgumentError(what + " holds no point; give at least one");
  MusicVae::expect(span_of(points), static_cast<std::size_t>(points.size()), what);
  return points;
}

MusicList decode_points(const Model& model, std::span<const float> z, const DecodeOptions& options, std::span<const float> controls) {
  return of_its_kind(model, [&]<class Value>() {
    return model.with_sampler([&](Sampler& sampler) { return sampler.decode<Value>(z, options, {.controls = controls}); });
  });
}

namespace {

std::shared_ptr<Model> load(const std::filesystem::path& name_or_path) {
  const std::filesystem::path path = model_path(name_or_path);
  const py::gil_scoped_release release;
  return std::make_shared<Model>(ModelFile::read(path));
}

/// The music of `n` points of the prior, moved along `attributes`.
MusicList sample_part(const Model& model, std::size_t n, const DecodeOptions& options, const Amounts& attributes) {
  return of_its_kind(model, [&]<class Value>() {
    return model.with_sampler([&](Sampler& sampler) {
      std::vector<float> z = sampler.prior(options.seed, static_cast<int>(n), options.first);
      apply_attributes(z, model.file().attributes, attributes);
      return sampler.decode<Value>(z, options);
    });
  });
}

MusicList sample(const Model& model, std::int64_t n, float temperature, const py::object& seed, std::optional<int> bars,
                 std::uint64_t first, const Amounts& attributes, std::optional<float> feel_temperature, const ChordsArgument& chords) {
  demand_room(model, n, "sample", "iterate over stream(n), which holds a few at a time, or ");
  if (n < 1) throw ArgumentError("sample: n is " + std::to_string(n) + "; ask for 1 or more");
  const std::uint64_t key = seed_from(seed);
  return sample_part(model, static_cast<std::size_t>(n),
                     {.temperature = temperature,
                      .seed = key,
                      .bars = bars,
                      .first = first,
                      .feel_temperature = feel_temperature,
                      .chords = chords_from(chords, model.engine().grid())},
                     attributes);
}

/// Returns music piece by piece, and makes a few pieces at a time. Threads may share a Stream: a mutex lets one in at a time.
class Stream {
 public:
  Stream(std::shared_ptr<Model> model, std::uint64_t n, const DecodeOptions& options, Amounts attributes)
      : model_(std::move(model)), left_(n), options_(options), attributes_(std::move(attributes)) {
    apply_attributes({}, model_->file().attributes, attributes_);  // so that an unknown attribute is an error at once
  }

  Music next() {
    std::unique_lock lock(mutex_, std::defer_lock);
    {
      const py::gil_scoped_release release;  // the thread that holds the mutex may wait for the GIL
      lock.lock();
    }
    if (at_ == made_.size()) {
      if (left_ == 0) throw py::stop_iteration();
      made_ = sample_part(*model_, std::min<std::uint64_t>(left_, MusicVae::kChunk), options_, attributes_);
      at_ = 0;
      left_ -= made_.size();
      options_.first += made_.size();
    }
    return Music(made_[at_++]);
  }

 private:
  std::shared_ptr<Model> model_;
  std::uint64_t left_;
  DecodeOptions options_;
  Amounts attributes_;
  MusicList made_{py::list()};
  std::size_t at_ = 0;
  std::mutex mutex_;
};

std::unique_ptr<Stream> stream(std::shared_ptr<Model> model, std::int64_t n, float temperature, const py::object& seed,
                               std::optional<int> bars, std::uint64_t first, const Amounts& attributes,
                               std::optional<float> feel_temperature, const ChordsArgument& chords) {
  if (n < 0) throw ArgumentError("stream: n is " + std::to_string(n) + "; ask for 0 or more");
  const DecodeOptions options{.temperature = temperature,
                              .seed = seed_from(seed),
                              .bars = bars,
                              .first = first,
                              .feel_temperature = feel_temperature,
                              .chords = chords_from(chords, model->engine().grid())};
  return std::make_unique<Stream>(std::move(model), static_cast<std::uint64_t>(n), options, attributes);
}

LatentsTuple latents(Latents&& values, py::ssize_t n, py::ssize_t latent) {
  const py::object type = py::module_::import("musicvae_cpp._types").attr("Latents");
  return LatentsTuple(type(to_array(std::move(values.mu), {n, latent}), to_array(std::move(values.sigma), {n, latent})));
}

/// Encodes values of one kind. They are copied, in case another thread changes the originals. Throws ArgumentError for another type.
template <class Value>
LatentsTuple encode_values(const Model& model, const py::tuple& items, Precision precision) {
  std::vector<Value> values;
  for (const py::handle item : items) {
    if (!py::isinstance<Value>(item)) {
      throw ArgumentError("encode: the list holds something other than " + std::string(Value::kPlural) + "; give only " +
                          py::str(py::type::of<Value>().attr("__name__")).cast<std::string>());
    }
    values.push_back(item.cast<Value>());
  }
  Latents all;
  {
    const py::gil_scoped_release release;
    all = model.engine().encode(values, {.precision = precision});
  }
  return latents(std::move(all), static_cast<py::ssize_t>(values.size()), model.engine().config().latent);
}

LatentsTuple encode_windows(const Model& model, const data::WindowSet& windows, Precision precision) {
  const ModelConfig& config = model.engine().config();
  Latents all;
  {
    const py::gil_scoped_release release;
    all = model.engine().encode_each(windows.size(),
                                     [&](std::size_t w, std::span<float> x) {
                                       write_encoder_rows(config, windows.window(w), static_cast<std::size_t>(windows.depth()), {}, x);
                                       return config.steps;
                                     },
                                     {.precision = precision});
  }
  return latents(std::move(all), static_cast<py::ssize_t>(windows.size()), config.latent);
}

void check_windows(const ModelConfig& config, const data::WindowSet& windows) {
  data::check_music(windows.info(), config);
  if (windows.steps() == config.steps && config.representation->takes_rows_of(windows.depth())) return;
  throw ArgumentError("encode: the dataset's windows are [" + std::to_string(windows.steps()) + ", " + std::to_string(windows.depth()) +
                      "], and config \"" + config.name + "\" takes " + std::to_string(config.steps) + " steps" +
                      (windows.steps() == config.steps ? " of other rows" : "") + "; prepare the data for it");
}

LatentsTuple encode(const Model& model, const py::object& x, const std::string& name_of_precision) {
  const Precision precision = from_name<Precision>(name_of_precision);
  if (py::isinstance<Dataset>(x)) {
    const data::WindowSet windows = x.cast<const Dataset&>().windows();
    check_windows(model.engine().config(), windows);
    return encode_windows(model, windows, precision);
  }
  const bool many = py::isinstance<py::list>(x) || py::isinstance<py::tuple>(x);
  const py::tuple items = many ? py::tuple(x) : py::make_tuple(x);
  if (items.empty()) throw ArgumentError("encode: the list is empty; give at least one groove");
  std::optional<LatentsTuple> encoded;
  for_each_music([&]<class Value>() {
    if (py::isinstance<Value>(items[0])) encoded = encode_values<Value>(model, items, precision);
  });
  if (encoded) return *encoded;
  if (many) return encode_values<DrumSequence>(model, items, precision);  // raises that the list holds something else
  const ModelConfig& config = model.engine().config();
  const FloatArray array = floats_from(x, {-1, config.steps, config.input_depth() + config.control_depth()}, "encode: x");
  if (array.shape(0) == 0) throw ArgumentError("encode: x holds no window; give at least one");
  MusicVae::expect(span_of(array), static_cast<std::size_t>(array.size()), "encode: x");
  const std::span<const float> rows = span_of(array);
  const std::size_t size = rows.size() / static_cast<std::size_t>(array.shape(0));
  Latents all;
  {
    const py::gil_scoped_release release;
    all = model.engine().encode_each(static_cast<std::size_t>(array.shape(0)),
                                     [&](std::size_t w, std::span<float> window) {
                                       std::copy_n(rows.begin() + static_cast<std::ptrdiff_t>(w * size), size, window.begin());
                                       return config.steps;
                                     },
                                     {.precision = precision});
  }
  return latents(std::move(all), array.shape(0), config.latent);
}

/// A control track for each point, [n, steps, control depth]; an empty array for None.
FloatArray controls_or_none(const Model& model, const FloatArray& points, const py::object& controls) {
  if (controls.is_none()) return FloatArray(std::vector<py::ssize_t>{0, 0, 0});
  const ModelConfig& config = model.engine().config();
  if (config.control_depth() == 0) throw ArgumentError("decode: config \"" + config.name + "\" has no control track; leave controls out");
  return floats_from(controls, {points.shape(0), config.steps, config.control_depth()}, "decode: controls");
}

std::pair<py::array_t<float>, py::array_t<float>> decode_arrays(const Model& model, const py::object& z, float temperature,
                                                                const py::object& seed, const py::object& controls,
                                                                std::optional<float> feel_temperature, const ChordsArgument& chords) {
  const FloatArray points = points_from(model, z, "decode: z");
  const DecodeOptions options{.temperature = temperature,
                              .seed = seed_from(seed),
                              .feel_temperature = feel_temperature,
                              .chords = chords_from(chords, model.engine().grid())};
  const FloatArray track = controls_or_none(model, points, controls);
  DecodedTensors decoded;
  {
    const std::span<const float> values = span_of(points);
    const std::span<const float> control = span_of(track);
    const py::gil_scoped_release release;
    decoded = model.with_sampler([&](Sampler& sampler) { return sampler.decode_tensors(values, options, {.controls = control}); });
  }
  const std::vector<py::ssize_t> shape = {points.shape(0), decoded.steps, model.engine().config().output_depth()};
  return {to_array(std::move(decoded.tensors), shape), to_array(std::move(decoded.logits), shape)};
}

MusicList decode(const Model& model, const py::object& z, float temperature, const py::object& seed, const py::object& controls,
                 std::optional<float> feel_temperature, const ChordsArgument& chords) {
  const FloatArray points = points_from(model, z, "decode: z");
  const DecodeOptions options{.temperature = temperature,
                              .seed = seed_from(seed),
                              .feel_temperature = feel_temperature,
                              .chords = chords_from(chords, model.engine().grid())};
  const FloatArray track = controls_or_none(model, points, controls);
  const std::span<const float> values = span_of(points);
  return decode_points(model, values, options, span_of(track));
}

}  // namespace

void add_model(py::module_& module) {
  py::class_<Stream>(module, "GrooveStream", "The iterator that MusicVae.stream() returns.")
      .def("__iter__", [](const py::object& self) { return self; })
      .def("__next__", &Stream::next);

  ModelClass type(module, "MusicVae", R"(A trained model. It is immutable, and any number of threads can use it at once.

The same seed gives the same grooves on every machine. Groove i of a seed does not depend on how many grooves are requested.

>>> model = load()
>>> loops = model.sample(2, seed=7)
>>> loops[0].bars
4.0
>>> model.encode(loops).mu.shape
(2, 256)
>>> len(model.interpolate(loops[0], loops[1], steps=8))
8
)");
  type.def("sample", &sample, py::arg("n") = 1, py::arg("temperature") = 1.0F, py::arg("seed") = py::none(), py::arg("bars") = py::none(),
           py::arg("first") = 0, py::arg("attributes") = Amounts{}, py::arg("feel_temperature") = py::none(),
           py::arg("chords") = py::none(),
           R"(Sample `n` new grooves, or melodies from a model of melodies.

z comes from the prior: N(0, I), or the distribution that the model has learned (`prior`).

temperature: 0 takes the more likely of hit and no hit, 1 samples from the model's probabilities, and higher values are more random.
feel_temperature: the same for velocities and offsets, for a model with a feel head; 0 takes their means. None is 1, or 0 if
temperature is 0.
seed: 0 to 2^64 - 1, or None for a new one. bars: the length of a groove, up to the model's window, which is the default.
first: the index of the first groove, to make a long series in parts. attributes: {name: amount} as in shift_attributes(), for
grooves that are denser or more funk than those of the prior. chords: what every melody is played on, for a model with chords:
["C", "Am"] (one per bar), "C:2 F:2 G" (with beats) or a ChordSequence, as long as the window; None is no chord. Raises ArgumentError
if n is below 1 or too large for one list, or if a value is out of range.)")
      .def("stream", &stream, py::arg("n"), py::arg("temperature") = 1.0F, py::arg("seed") = py::none(), py::arg("bars") = py::none(),
           py::arg("first") = 0, py::arg("attributes") = Amounts{}, py::arg("feel_temperature") = py::none(),
           py::arg("chords") = py::none(),
           "Like sample(), but as an iterator that holds only a few grooves at a time, even for a million of them.")
      .def("encode", &encode, py::arg("x"), py::arg("precision") = "fp32",
           R"(Encode grooves to the latent space: a named tuple (mu, sigma), each float32 [n, latent].

x: a DrumSequence, a Melody or a list of one kind, each with up to the model's number of steps; a GrooveDataset, which is read in
parts; or float32 [n, steps, input depth + control depth], which is not copied if it is in C order. precision: that of the encoder's
matrix products: "fp32", "bf16" (faster on some processors, such as those with AMX; mu differs by about 0.2 %), or "auto", which is
bf16 where it is faster. Raises ArgumentError for another type, shape, grid or precision, and for numbers that are not finite.)")
      .def("decode", &decode, py::arg("z"), py::arg("temperature") = 0.0F, py::arg("seed") = py::none(), py::arg("controls") = py::none(),
           py::arg("feel_temperature") = py::none(), py::arg("chords") = py::none(),
           R"(Decode latent points, float32 [n, latent], to grooves, melodies or trios.

controls: float32 [n, steps, control depth], for a model with a control track: the hits (task hits_control), or the cells to fill in
(task infill). chords: as in sample(), for a model with chords, so that a melody can be encoded with its chords and decoded on others.
Raises ArgumentError for a wrong shape, numbers that are not finite, and missing controls.)")
      .def("decode_arrays", &decode_arrays, py::arg("z"), py::arg("temperature") = 0.0F, py::arg("seed") = py::none(),
           py::arg("controls") = py::none(), py::arg("feel_temperature") = py::none(), py::arg("chords") = py::none(),
           R"(Decode latent points to (tensors, logits), each float32 [n, steps, output depth].

The tensors of a groove model are hits 0/1, velocities 0 to 1, and offsets -1 to 1 (positive is early). Those of a model without velocities
are one-hot over all combinations of hits (categorical), or the hits (nade).)")
      .def_property_readonly("name", [](const Model& m) { return m.file().config.name; })
      .def_property_readonly(
          "config", [](const Model& m) { return to_python(to_json(m.file().config)); }, "The architecture, as a dict.")
      .def_property_readonly("drum_map", [](const Model& m) { return m.file().drum_map; })
      .def_property_readonly(
          "training_info", [](const Model& m) { return to_python(nlohmann::ordered_json::parse(m.file().training)); },
          "How the model was trained, as a dict.")
      .def_property_readonly("licence", [](const Model& m) { return m.file().licence; })
      .def_property_readonly(
          "num_parameters",
          [](const Model& m) {
            std::size_t count = 0;
            for (const auto& [name, tensor] : m.file().weights) count += tensor.values.size();
            return count;
          },
          "The number of parameters.")
      .def(
          "save",
          [](const Model& m, const std::filesystem::path& path, bool half) {
            const py::gil_scoped_release release;
            write_file_atomically(path, m.file().serialize(half));
          },
          py::arg("path"), py::arg("half") = false, "Write a model file atomically. half: store 2 bytes per weight. Raises FileError.")
      .def("__repr__", [](const Model& m) {
        return "<MusicVae \"" + m.file().config.name + "\": " + std::to_string(m.file().config.steps) + " steps, latent " +
               std::to_string(m.file().config.latent) + ">";
      });
  add_latent(type);
  add_tasks(type);
  add_interop_functions(type);

  module.def("load", &load, py::arg("name_or_path") = default_model(),
             R"(Load a shipped model by its name, or a model or training checkpoint from a file.

"groove", the default, is the best model for new grooves and for all functions of the latent space. "humanize", "tap2drum", "add-hats" and
"infill" are trained for those tasks.

Raises FileError (the message lists the shipped models), FormatError, ConfigError or ModelError.)");
  module.def(
      "read_config", [](const std::filesystem::path& path) { return to_python(to_json(read_config(path))); }, py::arg("path"),
      R"(Read your own config from a JSON file, as a dict with every field. "base" in the file names the config that the file changes.

Raises FileError, or ConfigError, which names the field and the allowed values.)");
  module.def(
      "config", [](const std::string& name) { return to_python(to_json(named_config(name))); }, py::arg("name"),
      "A named config as a dict. Change it and pass it to Trainer. Raises ConfigError, which lists the names.");
  module.def(
      "configs",
      [] {
        Records records;
        for (const ModelConfig& config : named_configs()) records.append(to_python(config_summary(config)));
        return records;
      },
      "The named configs: a list of dicts (name, bars, parameters, task, input, output, ...), which pandas shows as a table.");
  module.def(
      "config_names",
      [] {
        std::vector<std::string> names;
        for (const ModelConfig& config : named_configs()) names.push_back(config.name);
        return names;
      },
      "The names that config() and Trainer accept.");
}

}  // namespace musicvae::python
