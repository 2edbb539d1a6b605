// The JSON files of a folder made for a browser.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "file_set.hpp"

namespace musicvae::interop {

/// Parses a file. Throws FileError if there is none, and FormatError if it is not JSON, has a field of an object twice, is nested too
/// deeply or is larger than 16 MiB.
[[nodiscard]] nlohmann::ordered_json read_json(const FileBytes& file);

/// A list of whole numbers of 0 or more, the shape of a tensor. Throws a FormatError that names `where` for anything else.
[[nodiscard]] std::vector<std::int64_t> shape_from_json(const nlohmann::ordered_json& json, const std::string& where);

}  // namespace musicvae::interop
