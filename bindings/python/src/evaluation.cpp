// evaluate: measures how good a model is.
#include "musicvae/evaluation/music_evaluation.hpp"

#include <nlohmann/json.hpp>
#include <string>
#include <variant>

#include "dataset.hpp"
#include "model.hpp"
#include "musicvae/error.hpp"

namespace musicvae::python {
namespace {

Record evaluate(const Model& model, const Dataset& dataset, const std::string& split, int samples, float temperature, int pairs,
                const py::object& seed, int threads, std::optional<float> feel_temperature, const std::string& precision) {
  evaluation::Options options{.split = from_name<data::Split>(split),
                              .samples = samples,
                              .temperature = temperature,
                              .feel_temperature = feel_temperature,
                              .pairs = pairs,
                              .attributes = model.file().attributes,
                              .seed = seed_from(seed),
                              .threads = threads,
                              .precision = from_name<Precision>(precision),
                              .progress = [](const std::string&, std::size_t, std::size_t) { check_signals(); }};
  const data::WindowSet windows = dataset.all_splits();
  const auto report = [&] {
    const py::gil_scoped_release release;
    return evaluation::evaluate_any(model.engine(), windows, options);
  }();
  return std::visit([](const auto& of_kind) { return to_python(nlohmann::ordered_json::parse(evaluation::to_json(of_kind))); }, report);
}

}  // namespace

void add_evaluation(py::module_& module) {
  module.def("evaluate", &evaluate, py::arg("model"), py::arg("dataset"), py::arg("split") = "test", py::arg("samples") = 1000,
             py::arg("temperature") = 1.0F, py::arg("pairs") = 100, py::arg("seed") = py::int_(0), py::arg("threads") = 0,
             py::arg("feel_temperature") = py::none(), py::arg("precision") = "fp32",
             R"(Evaluate a model of any kind on music that it has never seen.

The result is a dict, as `musicvae evaluate` writes it (docs/evaluation.md).

reconstruction: of the split's windows, from z = mu and z ~ q: hits_nll, elbo, kl, precision, recall and f1 of hits, errors of velocity and
timing. Of melodies, trios and tracks: nll, and teacher_forced and free_running, the shares of right steps or tokens; under parts, the same
for melody, bass and drums, or for each kind of token.
samples: how similar the distributions of samples and real windows are, feature by feature, compared with training windows and independent
cells; shares, such as how often melody and bass of a trio are in one key; and how far samples are from the nearest training window.
attributes: the effect of the model's attributes on samples. interpolation: the music between two windows, compared with a cross-fade.
task: for a model of task humanize, tap, add_closed_hihat or infill, its results on that task, compared with baselines.

dataset: must have windows as long as the model's, both of the split and of train; all its splits are used. pairs: 0 leaves
interpolation out. seed: the same seed gives the same numbers with any number of threads. threads: 0 is one per core.
precision: that of the encoder, as in MusicVae.encode(). Raises ArgumentError for values out of range and for a dataset that does not
fit, and ConfigError for a model of 61 drums or of tensors.)");
}

}  // namespace musicvae::python
