// A TensorBundle from files that are already found: what TensorBundle::open, the importer and the fuzz tests share.
#pragma once

#include <string>

#include "file_set.hpp"
#include "musicvae/interop/tensor_bundle.hpp"

namespace musicvae::interop {

/// Where a checkpoint is.
struct BundlePlace {
  FileSet files;
  std::string name;  ///< of its files, without ".index"
};

/// Finds a checkpoint as TensorBundle::open does. Throws as it does.
[[nodiscard]] BundlePlace find_bundle(const std::filesystem::path& path);

/// Opens it. Throws as TensorBundle::open does.
[[nodiscard]] TensorBundle open_bundle(const BundlePlace& place);

}  // namespace musicvae::interop
