// Making music: sampling, encoding, decoding, interpolation and the tasks.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "call.hpp"
#include "handles.hpp"
#include "musicvae/engine/sampler.hpp"
#include "musicvae/engine/tasks.hpp"
#include "musicvae/latent/interpolate.hpp"

using namespace musicvae;

namespace {

// Writes handles of `values` to `music`, all or none.
template <class Value>
void give_music(const musicvae_model& model, std::vector<Value> values, musicvae_music** music) {
  std::vector<std::unique_ptr<musicvae_music>> handles;
  handles.reserve(values.size());
  for (Value& value : values) handles.emplace_back(new musicvae_music{std::move(value), model.vae.drum_map()});
  for (std::unique_ptr<musicvae_music>& handle : handles) *music++ = handle.release();
}

// The options of a function whose result is as long as its input.
DecodeOptions options_without_bars(const musicvae_decode_options* options) {
  DecodeOptions result = c::options_from(options);
  result.bars.reset();
  return result;
}

using GrooveTask = DrumSequence (*)(Sampler&, const DrumSequence&, const DecodeOptions&);

// A task that makes one groove of another.
void run_task(GrooveTask task, const std::string& function, const musicvae_model* model, const musicvae_music* groove,
              const musicvae_decode_options* options, musicvae_music** music) {
  c::demand(model, (function + ": model").c_str());
  c::demand(groove, (function + ": the groove").c_str());
  c::demand(music, (function + ": music").c_str());
  Sampler sampler(model->vae);
  const auto& from = c::music_as<DrumSequence>(*groove, function.c_str());
  give_music(*model, std::vector{task(sampler, from, options_without_bars(options))}, music);
}

// Chooses one cell of a step.
void choose(CellMask& mask, int step, int lane) {
  mask.choose(static_cast<Drum>(lane), step, 1);
}
void choose(StepMask& mask, int step, int) {
  mask.choose(step, 1);
}
void choose(TrioMask& mask, int step, int lane) {
  mask.choose(static_cast<TrioPart>(lane), step, 1);
}

template <class Mask>
Mask mask_from(std::span<const std::uint8_t> cells, int steps, int lanes) {
  const std::size_t expected = static_cast<std::size_t>(steps) * static_cast<std::size_t>(lanes);
  if (cells.size() != expected) {
    throw ArgumentError("musicvae_infill: mask_size is " + std::to_string(cells.size()) + "; give " + std::to_string(steps) + " steps x " +
                        std::to_string(lanes) + " lanes, " + std::to_string(expected));
  }
  Mask mask(steps);
  for (int step = 0; step < steps; ++step) {
    for (int lane = 0; lane < lanes; ++lane) {
      if (cells[static_cast<std::size_t>(step * lanes + lane)] != 0) choose(mask, step, lane);
    }
  }
  return mask;
}

}  // namespace

extern "C" {

musicvae_status musicvae_sample(const musicvae_model* model, const musicvae_decode_options* options, int32_t n,
                                musicvae_music** music) noexcept {
  return c::guarded([&] {
    c::demand(model, "musicvae_sample: model");
    c::demand(music, "musicvae_sample: music");
    with_music(model->vae.config(), [&]<class Value>() {
      Sampler sampler(model->vae);
      give_music(*model, sampler.sample<Value>({.n = n, .decode = c::options_from(options)}), music);
    });
  });
}

musicvae_status musicvae_draw_prior(const musicvae_model* model, uint64_t seed, uint64_t index, float* z, size_t latent) noexcept {
  if (model == nullptr || z == nullptr || latent != static_cast<std::size_t>(model->vae.config().latent)) return MUSICVAE_ERROR_ARGUMENT;
  draw_prior(model->vae, seed, index, {z, latent});
  return MUSICVAE_OK;
}

musicvae_status musicvae_encode(const musicvae_model* model, const musicvae_music* music, float* mu, float* sigma, size_t latent) noexcept {
  return c::guarded([&] {
    c::demand(model, "musicvae_encode: model");
    c::demand(music, "musicvae_encode: music");
    c::demand(mu, "musicvae_encode: mu");
    c::demand_latent(model->vae, latent, "musicvae_encode");
    const Latents latents =
        with_music(model->vae.config(), [&]<class Value>() { return model->vae.encode(c::music_as<Value>(*music, "musicvae_encode")); });
    std::copy(latents.mu.begin(), latents.mu.end(), mu);
    if (sigma != nullptr) std::copy(latents.sigma.begin(), latents.sigma.end(), sigma);
  });
}

musicvae_status musicvae_decode(const musicvae_model* model, const float* z, size_t latent, int32_t n,
                                const musicvae_decode_options* options, musicvae_music** music) noexcept {
  return c::guarded([&] {
    c::demand(model, "musicvae_decode: model");
    c::demand(z, "musicvae_decode: z");
    c::demand(music, "musicvae_decode: music");
    c::demand_latent(model->vae, latent, "musicvae_decode");
    if (n < 1) throw ArgumentError("musicvae_decode: n is " + std::to_string(n) + "; use 1 or more");
    with_music(model->vae.config(), [&]<class Value>() {
      Sampler sampler(model->vae);
      give_music(*model, sampler.decode<Value>({z, static_cast<std::size_t>(n) * latent}, c::options_from(options)), music);
    });
  });
}

musicvae_status musicvae_interpolate(const musicvae_model* model, const musicvae_music* from, const musicvae_music* to, int32_t n,
                                     int32_t method, const musicvae_decode_options* options, musicvae_music** music) noexcept {
  return c::guarded([&] {
    c::demand(model, "musicvae_interpolate: model");
    c::demand(from, "musicvae_interpolate: from");
    c::demand(to, "musicvae_interpolate: to");
    c::demand(music, "musicvae_interpolate: music");
    if (method != MUSICVAE_SLERP && method != MUSICVAE_LERP) {
      throw ArgumentError("musicvae_interpolate: method is " + std::to_string(method) + "; use MUSICVAE_SLERP or MUSICVAE_LERP");
    }
    with_music(model->vae.config(), [&]<class Value>() {
      Sampler sampler(model->vae);
      give_music(*model,
                 interpolate(sampler, c::music_as<Value>(*from, "musicvae_interpolate"), c::music_as<Value>(*to, "musicvae_interpolate"), n,
                             method == MUSICVAE_SLERP ? Interpolation::slerp : Interpolation::lerp, options_without_bars(options)),
                 music);
    });
  });
}

musicvae_status musicvae_humanize(const musicvae_model* model, const musicvae_music* groove, const musicvae_decode_options* options,
                                  musicvae_music** music) noexcept {
  return c::guarded([&] { run_task(humanize, "musicvae_humanize", model, groove, options, music); });
}

musicvae_status musicvae_tap_to_drums(const musicvae_model* model, const musicvae_music* taps, const musicvae_decode_options* options,
                                      musicvae_music** music) noexcept {
  return c::guarded([&] { run_task(tap_to_drums, "musicvae_tap_to_drums", model, taps, options, music); });
}

musicvae_status musicvae_infill(const musicvae_model* model, const musicvae_music* from, const uint8_t* mask, size_t mask_size,
                                const musicvae_decode_options* options, musicvae_music** music) noexcept {
  return c::guarded([&] {
    c::demand(model, "musicvae_infill: model");
    c::demand(from, "musicvae_infill: from");
    c::demand(mask, "musicvae_infill: mask");
    c::demand(music, "musicvae_infill: music");
    with_music(model->vae.config(), [&]<class Value>() {
      const Value& value = c::music_as<Value>(*from, "musicvae_infill");
      const auto chosen = mask_from<typename Value::Mask>({mask, mask_size}, value.steps(), model->lanes);
      Sampler sampler(model->vae);
      give_music(*model, std::vector{infill(sampler, value, chosen, options_without_bars(options))}, music);
    });
  });
}

}  // extern "C"
