// Writes a model of grooves without its encoder, which the drummer does not use: pack_model MODEL OUT. The build runs it.
#include <cstddef>
#include <cstdio>
#include <exception>
#include <fstream>
#include <string>

#include "musicvae/error.hpp"
#include "musicvae/model/model_file.hpp"
#include "musicvae/model/weights.hpp"

int main(int argc, char** argv) {
  try {
    if (argc != 3) throw musicvae::ArgumentError("pack_model: name a model and a file to write");
    musicvae::ModelFile file = musicvae::ModelFile::read(argv[1]);
    std::erase_if(file.weights, [](const auto& tensor) { return tensor.first.starts_with("encoder/"); });
    file.lacks = musicvae::missing_encoder_tensors(file.weights, file.config, argv[1]);
    const std::string bytes = file.serialize(/*half=*/true);
    std::ofstream out(argv[2], std::ios::binary);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    out.close();
    if (!out) throw musicvae::FileError(std::string(argv[2]) + ": cannot be written; check the folder");
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
