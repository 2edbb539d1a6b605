// The shipped models: which one is used where none is named, their short names, and where their files are found.
#pragma once

#include <array>
#include <filesystem>
#include <string>

#include "musicvae/model/config.hpp"

namespace musicvae {

/// A short name of a shipped model.
struct ModelAlias {
  const char* name;
  const char* model;  ///< what its file is called, without .safetensors
};

/// All short names. The files keep theirs.
inline constexpr std::array kModelAliases = {ModelAlias{"groove", "hier-groove_4bar_lookback"}};

/// The name of the shipped model that is best for a task. Each verb of the command uses it where no --model is given. Of Task::reconstruct
/// it is "groove": for new grooves and for all that is done in the latent space.
[[nodiscard]] constexpr const char* default_model(Task task = Task::reconstruct) noexcept {
  switch (task) {
    case Task::humanize:
    case Task::hits_control:
      return "humanize";
    case Task::tap:
      return "tap2drum";
    case Task::add_closed_hihat:
      return "add-hats";
    case Task::infill:
      return "infill";
    case Task::reconstruct:
      break;
  }
  return "groove";
}

/// The file of a shipped model, by its name or short name; or a path as it is. A name is looked up in the folder that the environment
/// variable MUSICVAE_MODELS names, then in `folder` if one is given (a package's own), then in share/musicvae/models beside the folder of
/// the running program. What has a folder or an extension ("./groove", "groove.safetensors") is a path. A plain name that no shipped model
/// has is a path too, if such a file exists. Throws FileError that lists the models there are.
[[nodiscard]] std::filesystem::path find_model(const std::string& name_or_path = default_model(), const std::filesystem::path& folder = {});

}  // namespace musicvae
