// Files as other programs write them, and what the tests of this room share.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "interop/tar_of.hpp"
#include "musicvae/error.hpp"
#include "musicvae/model/model_file.hpp"
#include "temp_folder.hpp"

namespace musicvae::interop {

/// The message of the typed error that `call` throws, which must be one line; "" if it throws none.
template <class Call>
std::string error_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
    return error.what();
  }
  return "";
}

/// The name of a tensor's file in a deeplearn.js folder.
inline std::string file_of(std::string tensor) {
  std::replace(tensor.begin(), tensor.end(), '/', '_');
  return tensor;
}

/// Writes a model as deeplearn.js had it.
inline void write_deeplearn_js(const std::filesystem::path& folder, const ModelFile& model) {
  nlohmann::ordered_json manifest;
  for (const auto& [name, tensor] : model.weights) {
    manifest[name] = {{"filename", file_of(name)}, {"shape", tensor.shape}};
    const auto bytes = tensor.values.bytes();
    test::spill(folder / file_of(name), std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  }
  test::spill(folder / "manifest.json", manifest.dump());
  test::spill(folder / "converter.json", R"({"type": "MelodyConverter", "args": {"minPitch": 21, "maxPitch": 108, "numSteps": 32}})");
}

inline std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

}  // namespace musicvae::interop
