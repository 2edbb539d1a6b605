#include "musicvae/model/find_model.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <system_error>
#include <vector>

#include "musicvae/error.hpp"

namespace musicvae {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> model_folders(const fs::path& own) {
  std::vector<fs::path> folders;
  if (const char* folder = std::getenv("MUSICVAE_MODELS"); folder != nullptr && *folder != '\0') folders.emplace_back(folder);
  if (!own.empty()) folders.push_back(own);
  std::error_code ec;
  const fs::path program = fs::read_symlink("/proc/self/exe", ec);
  if (!ec) folders.push_back(program.parent_path().parent_path() / "share" / "musicvae" / "models");
  return folders;
}

std::string model_of_alias(const std::string& name) {
  for (const ModelAlias& alias : kModelAliases) {
    if (alias.name == name) return alias.model;
  }
  return name;
}

fs::path file_in(const fs::path& folder, const std::string& name) {
  return folder / (name + ".safetensors");
}

}  // namespace

fs::path find_model(const std::string& name_or_path, const fs::path& own) {
  std::error_code ec;
  const fs::path path = name_or_path;
  if (path.has_parent_path() || path.has_extension()) return path;  // reading it later reports what is wrong with it
  std::vector<std::string> known;
  for (const fs::path& folder : model_folders(own)) {
    for (const std::string& name : {name_or_path, model_of_alias(name_or_path)}) {
      const fs::path candidate = file_in(folder, name);
      if (fs::exists(candidate, ec)) return candidate;
    }
    for (const ModelAlias& alias : kModelAliases) {
      if (fs::exists(file_in(folder, alias.model), ec)) known.emplace_back(alias.name);
    }
    for (const auto& entry : fs::directory_iterator(folder, ec)) {
      if (entry.path().extension() == ".safetensors") known.push_back(entry.path().stem().string());
    }
  }
  if (fs::exists(path, ec)) return path;
  std::sort(known.begin(), known.end());
  known.erase(std::unique(known.begin(), known.end()), known.end());  // several folders may have the same model
  std::string list;
  for (const std::string& name : known) list += (list.empty() ? "" : ", ") + name;
  throw FileError("model \"" + name_or_path + "\": no shipped model has this name; " +
                  (list.empty() ? "give a path to a .safetensors file, or set MUSICVAE_MODELS to the folder of the models"
                                : "use one of: " + list + ", or a path to a .safetensors file"));
}

}  // namespace musicvae
