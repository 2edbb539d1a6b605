// evaluate: measures how good a model is.
#include "musicvae/evaluation/evaluation.hpp"

#include <nlohmann/json.hpp>
#include <string>

#include "dataset.hpp"
#include "model.hpp"
#include "musicvae/error.hpp"

namespace musicvae::python {
namespace {

Record evaluate(const Model& model, const Dataset& dataset, const std::string& split, int samples, float temperature, int pairs,
                const py::object& seed, int threads, std::optional<float> feel_temperature) {
  evaluation::Options options{.split = data::split_named(split),
                              .samples = samples,
                              .temperature = temperature,
                              .feel_temperature = feel_temperature,
                              .pairs = pairs,
                              .attributes = model.file().attributes,
                              .seed = seed_from(seed),
                              .threads = threads,
                              .progress = [](const std::string&, std::size_t, std::size_t) { check_signals(); }};
  const data::WindowSet windows = dataset.all_splits();
  const evaluation::Report report = [&] {
    const py::gil_scoped_release release;
    return evaluation::evaluate(model.engine(), windows, options);
  }();
  return to_python(nlohmann::ordered_json::parse(evaluation::to_json(report)));
}

}  // namespace

void add_evaluation(py::module_& module) {
  module.def("evaluate", &evaluate, py::arg("model"), py::arg("dataset"), py::arg("split") = "test", py::arg("samples") = 1000,
             py::arg("temperature") = 1.0F, py::arg("pairs") = 100, py::arg("seed") = py::int_(0), py::arg("threads") = 0,
             py::arg("feel_temperature") = py::none(),
             R"(How good a model is on grooves that it never saw: a dict, as `musicvae evaluate` writes it (docs/evaluation.md).

reconstruction: of the split's windows, from z = mu and z ~ q: hits_nll, elbo, kl, precision, recall and f1 of hits, errors of velocity and
timing. samples: how alike samples and real windows are distributed, feature by feature, beside what the training windows and independent
cells reach; how far samples are from the nearest training window. attributes: what those of the model do to samples. interpolation: what lies between two windows, beside a cross-fade.
task: of a model of task humanize, tap or add_closed_hihat, how well it does it, beside baselines.

dataset: with windows as long as the model's, of the split and of train; all its splits count. pairs: 0 leaves interpolation out. seed: the
same one gives the same numbers, whatever the number of threads (0: one for each core). Raises ArgumentError for values out of range and a
dataset that does not fit, ConfigError for a model that knows no drums, or 61.)");
}

}  // namespace musicvae::python
