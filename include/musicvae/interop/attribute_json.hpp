// Attribute vectors as JSON, for web pages: {"density": [0.1, ...], ...}, one number for each dimension of z.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "musicvae/model/attribute.hpp"

namespace musicvae::interop {

/// The directions of the attributes, without the values of the groups that they were computed from. A page adds a multiple of one to z, an
/// array of the same length, before it decodes.
[[nodiscard]] std::string attributes_json(const Attributes& attributes);

/// Parses such text. `source` names it in errors. The attributes have no groups: their low and high are 0 and 1. Throws FormatError for
/// text that is not such JSON, or a vector without `latent` finite numbers.
[[nodiscard]] Attributes parse_attributes_json(std::string_view text, const std::filesystem::path& source, int latent);

/// The same for a file. Throws FileError, too.
[[nodiscard]] Attributes read_attributes_json(const std::filesystem::path& path, int latent);

}  // namespace musicvae::interop
