// musicvae_cpp._core: everything except training.
#include <algorithm>

#include "bindings.hpp"

namespace musicvae::python {
namespace {

/// Pickle protocols 0 and 1, the oldest, create objects in a way that ends the process inside pybind11. They use protocol 2's way instead.
void let_old_protocols_pickle(const py::module_& module) {
  using Reduced = py::typing::Tuple<py::object, py::ellipsis>;
  const auto reduce = [](const py::object& self, int protocol) {
    const py::object object = py::module_::import("builtins").attr("object");
    return object.attr("__reduce_ex__")(self, std::max(protocol, 2)).cast<Reduced>();
  };
  for (const auto& [name, value] : py::dict(module.attr("__dict__"))) {
    if (!py::isinstance<py::type>(value)) continue;
    value.attr("__reduce_ex__") = py::cpp_function(reduce, py::name("__reduce_ex__"), py::is_method(value), py::arg("protocol"));
  }
}

}  // namespace
}  // namespace musicvae::python

PYBIND11_MODULE(_core, module) {
  using namespace musicvae::python;
  module.doc() = "MusicVAE: grooves, melodies, trios, MIDI, data and trained models. Loads no PyTorch.";
  module.attr("__version__") = MUSICVAE_VERSION;
  translate_errors();
  add_sequence(module);
  add_notes(module);
  add_chords(module);
  add_melody(module);
  add_trio(module);
  add_tracks(module);
  add_data(module);
  add_attribute_effects(module);
  add_model(module);  // after the types that its signatures name
  add_records(module);
  add_seconds_piece(module);
  add_reference(module);
  add_interop(module);
  add_render(module);
  add_evaluation(module);
  let_old_protocols_pickle(module);
}
