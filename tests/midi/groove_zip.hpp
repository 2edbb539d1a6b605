// The MIDI files of the Groove MIDI Dataset, read from the release's zip without unpacking it to disk.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace musicvae::test {

/// Path below "groove/" -> bytes, for all 1,150 files; empty if the zip is absent.
[[nodiscard]] const std::map<std::string, std::vector<std::byte>>& groove_files();

/// All *.mid files of a folder, sorted by path; empty if the folder is absent.
[[nodiscard]] std::vector<std::filesystem::path> midi_files(const std::filesystem::path& folder);

}  // namespace musicvae::test
