// The shipped models: the default model of each task, their short names, and where their files are found.
#pragma once

#include <array>
#include <filesystem>
#include <string>

#include "musicvae/model/task.hpp"

namespace musicvae {

/// A short name of a shipped model.
struct ModelAlias {
  const char* name;
  const char* model;  ///< the name of its file, without .safetensors
};

/// All short names. The files keep their own names.
inline constexpr std::array kModelAliases = {ModelAlias{"groove", "hier-groove_4bar_lookback"}};

/// The name of the shipped model that is best for a task (TaskInfo::model). The default task is reconstruct: new grooves, and everything in
/// the latent space. Each verb of the command uses it when no --model is given.
[[nodiscard]] constexpr const char* default_model(Task task = {}) noexcept {
  return info(task).model;
}

/// The file of a shipped model, from its name or short name. A path is returned as it is. A name is looked up in the folder that the
/// environment variable MUSICVAE_MODELS names, then in `folder` if given (such as a package's own), then in share/musicvae/models beside
/// the folder of the running program. A text with a folder or an extension ("./groove", "groove.safetensors") is a path. A plain name that
/// is not the name of a shipped model is also a path, if such a file exists. Throws a FileError that lists the available models.
[[nodiscard]] std::filesystem::path find_model(const std::string& name_or_path = default_model(), const std::filesystem::path& folder = {});

}  // namespace musicvae
