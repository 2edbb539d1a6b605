// Writes a model for the plug-in: pack_model MODEL OUT [--decoder]. With --decoder it leaves out the encoder. The build runs it.
#include <cstddef>
#include <cstdio>
#include <exception>
#include <fstream>
#include <span>
#include <string>
#include <string_view>

#include "crc32c.hpp"
#include "mapped_file.hpp"
#include "musicvae/error.hpp"
#include "musicvae/model/model_file.hpp"
#include "musicvae/model/weights.hpp"
#include "packed_model.hpp"

int main(int argc, char** argv) {
  using namespace musicvae;
  try {
    if (argc < 3) throw ArgumentError("pack_model: name a model and a file to write");
    const detail::MappedFile mapped(argv[1], "a model");
    ModelFile file = ModelFile::read(argv[1]);
    if (argc > 3 && std::string_view(argv[3]) == "--decoder") {
      std::erase_if(file.weights, [](const auto& tensor) { return tensor.first.starts_with("encoder/"); });
      file.lacks = missing_encoder_tensors(file.weights, file.config, argv[1]);
    }
    const std::string bytes = file.serialize(/*half=*/true);
    const std::string packed = drummer::pack_model(std::as_bytes(std::span(bytes)), crc32c(mapped.bytes()));
    std::ofstream out(argv[2], std::ios::binary);
    out.write(packed.data(), static_cast<std::streamsize>(packed.size()));
    out.close();
    if (!out) throw FileError(std::string(argv[2]) + ": cannot be written; check the folder");
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
