// The variables of a TensorFlow checkpoint under the names that Magenta's graph has today.
#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "foreign_model.hpp"
#include "musicvae/error.hpp"
#include "object_graph.hpp"
#include "open_bundle.hpp"
#include "v1_checkpoint.hpp"

namespace musicvae::interop {
namespace {

namespace fs = std::filesystem;

// How LSTM cells and their variables were called: BasicLSTMCell, and TensorFlow before 1.2.
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kFormerNames = {
    {{"basic_lstm_cell", "lstm_cell"}, {"weights", "kernel"}, {"biases", "bias"}}};

// A former name of a MusicVAE's variable as it is today, part by part, so that Adam's slots move along.
std::string todays_name(const std::string& name) {
  const bool is_ours = name.starts_with("encoder/") || name.starts_with("decoder/") || name.starts_with("core_decoder/");
  if (!is_ours) return name;
  std::string today;
  for (std::size_t at = 0; at <= name.size();) {
    const std::size_t end = std::min(name.find('/', at), name.size());
    std::string_view part = std::string_view(name).substr(at, end - at);
    for (const auto& [former, now] : kFormerNames) {
      if (part == former) part = now;
    }
    today.append(today.empty() ? "" : "/").append(part);
    at = end + 1;
  }
  return today;
}

// The tensors under their new names. A name that is not free stays as it was.
template <class Rename>
ForeignTensors renamed(const ForeignTensors& tensors, Rename rename) {
  ForeignTensors result;
  for (const auto& [name, tensor] : tensors) {
    const std::string now = rename(name);
    const bool is_free = now == name || !tensors.contains(now);
    if (!is_free || !result.emplace(now, tensor).second) result.emplace(name, tensor);
  }
  return result;
}

// Names by object become full names, if the checkpoint has the graph of its objects.
void take_full_names(const TensorBundle& bundle, ForeignModel& model) {
  const auto graph = std::find(model.left_out.begin(), model.left_out.end(), kObjectGraph);
  if (graph == model.left_out.end()) return;
  const std::string text = bundle.read_text(kObjectGraph);
  std::map<std::string, std::string> names;
  try {
    names = full_names(std::as_bytes(std::span(text)));
  } catch (const FormatError& error) {
    throw FormatError(model.path.string() + ": " + kObjectGraph + " " + error.what() + "; get the checkpoint again");
  }
  model.left_out.erase(graph);
  model.tensors = renamed(model.tensors, [&](const std::string& name) {
    const auto found = names.find(name);
    return found == names.end() ? name : found->second;
  });
}

}  // namespace

ForeignModel open_tensorflow(const fs::path& path) {
  const BundlePlace place = find_bundle(path);
  fs::path absolute = path;
  std::error_code ec;
  if (const fs::path full = fs::absolute(path, ec); !ec) absolute = full;
  // Magenta names the folder, the .tar or the folder inside after the config.
  const std::string name = absolute.parent_path().filename().string() + "/" + absolute.filename().string() + "/" + place.name;
  ForeignModel model{.format = "a TensorFlow checkpoint", .path = path, .name = name};
  if (place.v1.empty()) {
    const TensorBundle bundle = open_bundle(place);
    for (const auto& [tensor, view] : bundle.tensors()) {
      model.tensors.emplace(
          tensor, ForeignTensor{view.shape, [bundle, tensor = tensor] { return TensorValues(bundle.read(tensor), bundle.owner()); }});
    }
    model.left_out = bundle.text_tensors();
    take_full_names(bundle, model);
  } else {
    read_v1_checkpoint(place.files, place.v1, model);
  }
  model.tensors = renamed(model.tensors, todays_name);
  return model;
}

}  // namespace musicvae::interop
