// Where the shipped models are found by name.
#pragma once

#include <filesystem>
#include <string>

namespace musicvae {

/// A path as it is, or a shipped model's file by its name ("groovae_4bar"). A name is looked up in the folder that the
/// environment variable MUSICVAE_MODELS names, then in `folder` if one is given (a package's own), then in share/musicvae/models
/// beside the folder of the running program. Throws FileError that lists the models there are.
[[nodiscard]] std::filesystem::path find_model(const std::string& name_or_path, const std::filesystem::path& folder = {});

}  // namespace musicvae
