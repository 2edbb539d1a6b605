// Models of Magenta and magenta.js, in and out, and NoteSequences as JSON.
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "model.hpp"
#include "model/json.hpp"
#include "musicvae/error.hpp"
#include "musicvae/file.hpp"
#include "musicvae/interop/attribute_json.hpp"
#include "musicvae/interop/import_checkpoint.hpp"
#include "musicvae/interop/magenta_js.hpp"
#include "musicvae/interop/note_sequence_json.hpp"
#include "musicvae/model/named_configs.hpp"

namespace musicvae::python {
namespace {

using ConfigOrName = std::variant<std::string, Record>;

std::optional<ModelConfig> imported_config(const std::optional<ConfigOrName>& config) {
  if (!config) return std::nullopt;
  if (const std::string* name = std::get_if<std::string>(&*config)) return named_config(*name);
  return model_config_from_json(to_json(std::get<Record>(*config), "config"), "config");
}

std::shared_ptr<Model> import_checkpoint(const std::filesystem::path& path, const std::optional<ConfigOrName>& config,
                                         const std::optional<std::filesystem::path>& run) {
  const std::optional<ModelConfig> chosen = imported_config(config);
  const py::gil_scoped_release release;
  interop::ImportedCheckpoint imported = interop::import_checkpoint(path, chosen);
  if (run) interop::write_run(imported, *run);
  return std::make_shared<Model>(std::move(imported.model));
}

std::shared_ptr<Model> with_attributes_of(const Model& model, const std::filesystem::path& path) {
  Attributes attributes = interop::read_attributes_json(path, model.file().config.latent);
  return std::make_shared<Model>(model, LatentSpace{std::move(attributes), model.file().prior});
}

}  // namespace

void add_interop_functions(ModelClass& model) {
  model
      .def(
          "export_tensorflow",
          [](const Model& m, const std::filesystem::path& prefix) {
            const py::gil_scoped_release release;
            interop::export_tensorflow(prefix, m.file());
          },
          py::arg("prefix"),
          R"(Write the model as a TensorFlow checkpoint that Magenta loads: PREFIX.index, PREFIX.data-00000-of-00001 and `checkpoint`.

Raises FileError, and ModelError for a partial model.)")
      .def(
          "export_magenta_js",
          [](const Model& m, const std::filesystem::path& folder, const std::string& precision) {
            const auto stored = from_name<interop::JsPrecision>(precision);
            const py::gil_scoped_release release;
            interop::write_magenta_js(folder, m.file(), stored);
          },
          py::arg("folder"), py::arg("precision") = "float32",
          R"(Write the model as a folder for magenta.js, which runs it in a browser.

precision: "float32", "float16", "uint16" or "uint8". Raises ConfigError, which says why, for a model that magenta.js cannot run, ModelError
for a partial model, and FileError.)")
      .def(
          "save_attributes",
          [](const Model& m, const std::filesystem::path& path) {
            write_file_atomically(path, interop::attributes_json(m.file().attributes));
          },
          py::arg("path"), "Write the attribute vectors as JSON for a web page: {\"density\": [latent numbers], ...}. Raises FileError.")
      .def("with_attributes_of", &with_attributes_of, py::arg("path"),
           "This model with the attribute vectors of such a JSON file. Raises FileError or FormatError.")
      .def_property_readonly(
          "lacks", [](const Model& m) { return m.file().lacks; },
          "The encoder's tensors that a partial model lacks; empty for a whole model. A partial model samples and decodes, and encode() "
          "raises "
          "ModelError.");
}

void add_interop(py::module_& module) {
  module.def(
      "import_checkpoint", &import_checkpoint, py::arg("path"), py::arg("config") = py::none(), py::arg("run") = py::none(),
      R"(Read a model of Magenta: a TensorFlow checkpoint (its name, folder, .tar or .tar.gz), or a folder of magenta.js or deeplearn.js.

config: a name or a dict; None finds the config whose tensors have these shapes. run: also write the training state to this new run folder,
from which Trainer(..., out=run).fit(resume=True) goes on. A checkpoint without the kernels of its encoder gives a partial model, see
MusicVae.lacks. Raises FileError, FormatError (damaged files), ConfigError (several configs fit; the message lists them) or ModelError (none
fits; the message names the first tensor that does not).)");
  module.def(
      "read_notes", &interop::read_notes, py::arg("path"),
      "Read notes from a .json file (a NoteSequence of magenta.js or note_seq), or from a MIDI file. Raises FileError or FormatError.");
  module.def(
      "parse_notes_json",
      [](const std::string& text, const std::string& source) { return interop::parse_note_sequence_json(text, source); }, py::arg("text"),
      py::arg("source") = "text", "Parse a NoteSequence in JSON. Raises FormatError. `source` names the text in error messages.");
}

}  // namespace musicvae::python
