// Pictures as SVG text, and the location of the soundfont.
#include "bindings.hpp"
#include "musicvae/error.hpp"
#include "musicvae/render/loss_curve.hpp"
#include "musicvae/render/music_svg.hpp"
#include "musicvae/render/soundfont.hpp"

#include <optional>

namespace musicvae::python {

void add_render(py::module_& module) {
  module.def(
      "grooves_svg",
      [](const std::vector<AnyMusic>& grooves, const std::optional<std::vector<std::string>>& titles, double width) {
        if (titles && titles->size() != grooves.size()) {
          throw ArgumentError("grooves svg: " + std::to_string(titles->size()) + " titles for " + std::to_string(grooves.size()) +
                              " grooves; give one for each");
        }
        std::vector<render::Panel> panels;
        for (std::size_t i = 0; i < grooves.size(); ++i) panels.push_back({grooves[i], titles ? (*titles)[i] : ""});
        return render::music_svg(panels, {.width = width});
      },
      py::arg("grooves"), py::arg("titles") = py::none(), py::arg("width") = 960.0,
      "Draw grooves or melodies side by side as SVG text. Raises ArgumentError.");
  module.def(
      "loss_svg",
      [](const std::filesystem::path& run, const std::string& title) { return render::loss_svg(render::read_loss_curve(run), title); },
      py::arg("run"), py::arg("title") = "",
      "Draw the loss curves of a training run's folder as SVG text. Raises FileError, FormatError, or ArgumentError before the first "
      "step.");
  module.def(
      "find_soundfont", [] { return render::find_soundfont(); },
      "The soundfont for rendering audio: the one that MUSICVAE_SOUNDFONT names, or a General MIDI soundfont of this system. Raises "
      "FileError.");
}

}  // namespace musicvae::python
