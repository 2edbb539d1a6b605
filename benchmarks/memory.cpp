// The memory of a loaded model, beside the size of its file. Linux only.
//   memory_benchmark MODEL.safetensors
// "own" is what the process has allocated since its start. "mapped" is what it holds of the model's file: pages that all processes
// share and that the system takes back when it needs them. "peak" is the most of all resident memory so far, code included.
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <string>

#include "musicvae/core.hpp"

namespace {

// A field of a file in /proc/self, in kB.
double field(const char* file, const std::string& name, const std::string& mapping = {}) {
  std::ifstream in(std::string("/proc/self/") + file);
  double sum = 0.0;
  bool inside = mapping.empty();
  for (std::string line; std::getline(in, line);) {
    const bool heading = line.find('-') < line.find(' ');  // of a mapping: its addresses
    if (heading && !mapping.empty()) inside = line.ends_with(mapping);
    if (inside && line.starts_with(name + ":")) sum += std::stod(line.substr(name.size() + 1));
  }
  return sum;
}

void report(const char* what, double before, const std::string& model, double size) {
  const double own = (field("status", "RssAnon") - before) / 1024;
  const double mapped = field("smaps", "Rss", model) / 1024;
  std::printf("%-34s own %5.1f MB  mapped %5.1f MB  together %4.2f of the file  peak %5.1f MB\n", what, own, mapped, (own + mapped) / size,
              field("status", "VmHWM") / 1024);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: memory_benchmark MODEL.safetensors\n");
    return 2;
  }
  try {
    const std::string path = std::filesystem::canonical(argv[1]).string();
    const double size = static_cast<double>(std::filesystem::file_size(path)) / 1024 / 1024;
    const double before = field("status", "RssAnon");
    std::printf("%s: %.1f MB\n", argv[1], size);
    const musicvae::MusicVae model = musicvae::MusicVae::load(path);
    report("loaded", before, path, size);
    musicvae::engine::Decoder decoder = model.decoder();
    decoder.prepare(1);
    report("decoder prepared for one groove", before, path, size);
    musicvae::engine::Encoder encoder = model.encoder();
    encoder.prepare(1, model.config().steps);
    report("encoder prepared, too", before, path, size);
    return 0;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
  }
}
