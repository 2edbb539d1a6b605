// A TensorBundle from files that are already found: what TensorBundle::open, the importer and the fuzz tests share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "file_set.hpp"
#include "musicvae/interop/tensor_bundle.hpp"

namespace musicvae::interop {

/// What the names of its files end with, or have before the numbers of a shard.
inline constexpr std::string_view kIndex = ".index";
inline constexpr std::string_view kData = ".data-";
/// TensorFlow's file that names the latest checkpoint of its folder.
inline constexpr const char* kState = "checkpoint";

/// Where a checkpoint is.
struct BundlePlace {
  FileSet files;
  std::string name;               ///< of its files, without ".index"
  std::vector<std::string> v1{};  ///< its files, if it has the format V1
};

/// Finds a checkpoint as TensorBundle::open does, of format V1 too. Throws as it does.
[[nodiscard]] BundlePlace find_bundle(const std::filesystem::path& path);

/// Finds the checkpoint among the files of a folder or a .tar. Throws as above.
[[nodiscard]] BundlePlace find_bundle_in(FileSet files);

/// Opens it. Throws as TensorBundle::open does.
[[nodiscard]] TensorBundle open_bundle(const BundlePlace& place);

}  // namespace musicvae::interop
