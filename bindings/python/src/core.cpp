// musicvae_cpp._core: everything but training.
#include "bindings.hpp"

PYBIND11_MODULE(_core, module) {
  using namespace musicvae::python;
  module.doc() = "MusicVAE for drums: grooves, MIDI, data and trained models. Loads no PyTorch.";
  module.attr("__version__") = MUSICVAE_VERSION;
  translate_errors();
  add_sequence(module);
  add_notes(module);
  add_model(module);
  add_data(module);
  add_records(module);
  add_render(module);
}
