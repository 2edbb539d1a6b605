// Models: loading and facts.
#include <algorithm>
#include <cstring>
#include <filesystem>
#include <memory>

#include "call.hpp"
#include "handles.hpp"

using namespace musicvae;

namespace {

std::filesystem::path path_from(const char* utf8) {
  return {reinterpret_cast<const char8_t*>(utf8)};
}

}  // namespace

musicvae_model::musicvae_model(const ModelFile& file)
    : vae(file),
      kind(file.config.representation->music()),
      task(name(file.config.task())),
      licence(file.licence),
      lanes(with_music(file.config, []<class Value>() { return static_cast<int>(typename Value::Mask(1).cells().size()); })) {}

extern "C" {

musicvae_status musicvae_model_load(const char* path, musicvae_model** model) noexcept {
  return c::guarded([&] {
    c::demand(path, "musicvae_model_load: path");
    c::demand(model, "musicvae_model_load: model");
    *model = new musicvae_model(ModelFile::read(path_from(path)));
  });
}

musicvae_status musicvae_model_load_memory(const void* bytes, size_t size, musicvae_model** model) noexcept {
  return c::guarded([&] {
    c::demand(bytes, "musicvae_model_load_memory: bytes");
    c::demand(model, "musicvae_model_load_memory: model");
    const char* const source = "the model in memory";
    const std::span<const std::byte> file(static_cast<const std::byte*>(bytes), size);
    *model = new musicvae_model(ModelFile::from(parse_safetensors(file, source), source));
  });
}

void musicvae_model_free(musicvae_model* model) noexcept {
  delete model;
}

musicvae_status musicvae_model_get_info(const musicvae_model* model, musicvae_model_info* info) noexcept {
  return c::guarded([&] {
    c::demand(model, "musicvae_model_get_info: model");
    c::demand(info, "musicvae_model_get_info: info");
    c::demand_size(info->size, sizeof *info, "musicvae_model_info");
    const ModelConfig& config = model->vae.config();
    info->latent = config.latent;
    info->steps = config.window_steps();
    info->bars = std::max(1, info->steps / model->vae.grid().steps_per_bar());
    info->steps_per_quarter = config.steps_per_quarter;
    info->lanes = model->lanes;
    info->name = config.name.c_str();
    info->kind = model->kind.c_str();
    info->task = model->task.c_str();
    info->licence = model->licence.c_str();
  });
}

}  // extern "C"
