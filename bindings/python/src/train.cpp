// musicvae_cpp._train: the Trainer. Uses LibTorch, which `import torch` must have loaded before.
#include <ATen/DLConvertor.h>
#include <torch/version.h>

#include <atomic>
#include <exception>
#include <functional>
#include <optional>

#include <pybind11/functional.h>
#include "bindings.hpp"
#include "dataset.hpp"
#include "model/json.hpp"
#include "musicvae/model/named_configs.hpp"
#include "musicvae/train/trainer.hpp"
#include "train/augmentation_json.hpp"

namespace musicvae::python {
namespace {

ModelConfig config_from(const std::variant<std::string, Record>& config) {
  if (const std::string* name = std::get_if<std::string>(&config)) return named_config(*name);
  return model_config_from_json(to_json(std::get<Record>(config), "config"), "config");
}

Record record_of(const train::LossTerms& terms) {
  Record record;
  record["loss"] = terms.loss;
  for (const auto& [name, value] : terms.parts) record[py::str(name)] = value;
  record["kl"] = terms.kl;
  record["kl_cost"] = terms.kl_cost;
  return record;
}

Record record_of(const train::StepMetrics& metrics) {
  Record record = record_of(metrics.terms);
  record["step"] = metrics.step;
  record["beta"] = metrics.beta;
  record["grad_norm"] = metrics.grad_norm;
  record["learning_rate"] = metrics.learning_rate;
  record["seconds"] = metrics.seconds;
  record["data_wait"] = metrics.data_wait;
  return record;
}

Record record_of(const train::ValidationMetrics& metrics) {
  Record record;
  record["step"] = metrics.step;
  record["windows"] = metrics.windows;
  record["mean"] = record_of(metrics.mean);
  record["sampled"] = record_of(metrics.sampled);
  record["best"] = metrics.best;
  record["seconds"] = metrics.seconds;
  return record;
}

/// The buffer without a copy, as a DLPack capsule for torch.from_dlpack: the only way from LibTorch's tensors here to PyTorch's.
py::capsule capsule_of(const train::RankBuffer& buffer) {
  const auto options = buffer.cuda_device < 0 ? at::TensorOptions(at::kCPU)
                                              : at::TensorOptions(at::Device(at::kCUDA, static_cast<c10::DeviceIndex>(buffer.cuda_device)));
  const at::Tensor numbers = at::from_blob(buffer.data, {static_cast<std::int64_t>(buffer.count)}, options.dtype(at::kFloat));
  return py::capsule(at::toDLPack(numbers), "dltensor", [](PyObject* capsule) {
    if (PyCapsule_IsValid(capsule, "dltensor") == 0) return;  // already consumed
    auto* owned = static_cast<DLManagedTensor*>(PyCapsule_GetPointer(capsule, "dltensor"));
    owned->deleter(owned);
  });
}

template <class Metrics>
Record told(const Metrics& metrics) {
  return record_of(metrics);
}
std::string told(const std::string& text) {
  return text;
}

/// A run in its folder. What Python raises meanwhile (Ctrl-C, an error in a callback) stops the run as a signal does: after the current
/// step, with a checkpoint. Then it is rethrown.
class Run {
 public:
  Run(const std::variant<std::string, Record>& config, const Dataset& dataset, train::TrainerOptions options)
      : trainer_(config_from(config), dataset.all_splits(), std::move(options)) {}

  [[nodiscard]] std::int64_t step() const { return trainer_.step(); }
  [[nodiscard]] std::string precision() const { return std::string(name(trainer_.precision())); }

  Record go(const std::function<void(Record)>& on_step, const std::function<void(Record)>& on_validation,
            const std::function<void(py::capsule)>& all_reduce_sum, const std::function<void(std::string)>& notice) {
    std::atomic<bool> stop{false};
    std::exception_ptr failure;
    const auto tell = [&](const auto& callback, const auto& metrics) {
      const py::gil_scoped_acquire acquire;
      try {
        if (!failure && callback) callback(told(metrics));
        if (!failure && PyErr_CheckSignals() != 0) throw py::error_already_set();
      } catch (...) {
        failure = std::current_exception();
        stop = true;
      }
    };
    train::TrainerCallbacks callbacks;
    callbacks.step = [&](const train::StepMetrics& metrics) { tell(on_step, metrics); };
    callbacks.validation = [&](const train::ValidationMetrics& metrics) { tell(on_validation, metrics); };
    callbacks.notice = [&](const std::string& text) { tell(notice, text); };
    if (all_reduce_sum) {
      callbacks.all_reduce_sum = [&](const train::RankBuffer& buffer) {
        const py::gil_scoped_acquire acquire;
        try {
          all_reduce_sum(capsule_of(buffer));
        } catch (const py::error_already_set& error) {
          throw std::runtime_error(error.what());  // the Python exception must not outlive this scope
        }
      };
    }
    train::TrainingResult result;
    {
      const py::gil_scoped_release release;
      result = trainer_.run(&stop, callbacks);
    }
    if (failure) std::rethrow_exception(failure);
    Record record;
    record["step"] = result.step;
    record["stopped"] = result.stopped;
    record["model"] = result.model;
    return record;
  }

 private:
  train::Trainer trainer_;
};

}  // namespace
}  // namespace musicvae::python

PYBIND11_MODULE(_train, module) {
  using namespace musicvae::python;
  namespace py = pybind11;
  module.doc() = "The C++ half of the Trainer; use musicvae_cpp.Trainer.";
  module.attr("TORCH_VERSION") = TORCH_VERSION;
  translate_errors();
  py::register_local_exception_translator([](std::exception_ptr p) {
    try {
      if (p) std::rethrow_exception(p);
    } catch (const musicvae::train::DivergenceError& error) {
      raise("DivergenceError", error);
    } catch (const musicvae::train::DistributedError& error) {
      raise("DistributedError", error);
    }
  });
  py::module_::import("musicvae_cpp._core");  // Dataset is bound there
  py::class_<Run>(module, "Run", "A training run in its folder.")
      .def(py::init([](const std::variant<std::string, Record>& config, const Dataset& dataset, const std::filesystem::path& out,
                       std::int64_t steps, int batch, const py::object& seed, const std::string& device, const std::string& precision,
                       const std::string& lstm, std::int64_t validate_every, std::int64_t checkpoint_every, int keep_last, bool resume,
                       int threads, const std::string& licence, int rank, int world, const Record& augmentation,
                       const std::optional<std::filesystem::path>& init) {
             musicvae::train::TrainerOptions options{.out = out,
                                                     .steps = steps,
                                                     .batch = batch,
                                                     .seed = seed_from(seed),
                                                     .device = device,
                                                     .precision = musicvae::from_name<musicvae::train::Precision>(precision),
                                                     .lstm = musicvae::from_name<musicvae::train::LstmPath>(lstm),
                                                     .train_split = dataset.split().value_or(musicvae::data::Split::train),
                                                     .validate_every = validate_every,
                                                     .checkpoint_every = checkpoint_every,
                                                     .keep_last = keep_last,
                                                     .init = init ? model_path(*init) : std::filesystem::path(),
                                                     .resume = resume,
                                                     .threads = threads,
                                                     .rank = rank,
                                                     .world = world,
                                                     .licence = licence};
             options.augmentation = musicvae::train::augmentation_from_json(to_json(augmentation, "augmentation"), "trainer");
             return std::make_unique<Run>(config, dataset, std::move(options));
           }),
           py::arg("config"), py::arg("dataset"), py::kw_only(), py::arg("out"), py::arg("steps"), py::arg("batch"), py::arg("seed"),
           py::arg("device"), py::arg("precision"), py::arg("lstm"), py::arg("validate_every"), py::arg("checkpoint_every"),
           py::arg("keep_last"), py::arg("resume"), py::arg("threads"), py::arg("licence"), py::arg("rank"), py::arg("world"),
           py::arg("augmentation"), py::arg("init"))
      .def_property_readonly("step", &Run::step, "The number of updates done.")
      .def_property_readonly("precision", &Run::precision, "\"fp32\" or \"bf16\".")
      .def("go", &Run::go, py::arg("on_step"), py::arg("on_validation"), py::arg("all_reduce_sum"), py::arg("notice"),
           "Train up to `steps`. on_step and on_validation receive records, notice a line of text, and all_reduce_sum a DLPack capsule of "
           "numbers to sum over all processes in place.");
}
