// Attribute vectors as JSON, for web pages: {"density": [0.1, ...], ...}, one number for each dimension of z.
#pragma once

#include <filesystem>
#include <string>

#include "musicvae/model/attribute.hpp"

namespace musicvae::interop {

/// The directions of the attributes, without the values of the groups that they were computed from. A page adds a multiple of one to z, an
/// array of the same length, before it decodes.
[[nodiscard]] std::string attributes_json(const Attributes& attributes);

/// Reads such a file. The attributes have no groups: their low and high are 0 and 1. Throws FileError, and FormatError for text that is not
/// such JSON, or a vector without `latent` finite numbers.
[[nodiscard]] Attributes read_attributes_json(const std::filesystem::path& path, int latent);

}  // namespace musicvae::interop
