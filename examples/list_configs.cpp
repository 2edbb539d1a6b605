// Lists the named configs, then makes one that is not among them (cat-drums_2bar_big over four bars) and writes it to a file to train from.
//   list_configs MINE.json
#include <cstdio>
#include <exception>

#include "musicvae/core.hpp"
#include "musicvae/file.hpp"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: list_configs MINE.json\n");
    return 2;
  }
  try {
    for (const musicvae::ModelConfig& config : musicvae::named_configs()) {
      std::printf("%-45s %3d steps %11lld parameters, from %s\n", config.name.c_str(), config.steps,
                  static_cast<long long>(musicvae::parameter_count(config)), musicvae::input_text(config).c_str());
    }
    musicvae::ModelConfig mine = musicvae::named_config("cat-drums_2bar_big");
    mine.name = "my-drums_4bar";
    mine.steps = 64;
    mine.validate();
    musicvae::write_file_atomically(argv[1], musicvae::config_text(mine));
    std::printf("%s: musicvae train --config-file %s --data groove.zip\n", argv[1], argv[1]);
    return 0;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
  }
}
