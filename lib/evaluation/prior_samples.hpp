// Samples from the prior.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "for_each.hpp"
#include "musicvae/engine/sampler.hpp"
#include "musicvae/evaluation/evaluation.hpp"
#include "musicvae/latent/attributes.hpp"

namespace musicvae::evaluation {

/// Samples Options::samples windows from the prior. `amounts` moves their latent points along Options::attributes. The same seed draws the
/// same latent points. Progress is reported as `stage`.
template <MusicValue Value>
[[nodiscard]] std::vector<Value> prior_samples(const MusicVae& model, const Options& options, const std::string& stage,
                                               const Amounts& amounts = {}) {
  std::vector<Value> values(static_cast<std::size_t>(options.samples));
  for_each_chunk(options, stage, values.size(), MusicVae::kChunk, [&](std::size_t first, std::size_t many) {
    Sampler sampler(model);
    std::vector<float> z = sampler.prior(options.seed, static_cast<int>(many), first);
    apply_attributes(z, options.attributes, amounts);
    std::vector<Value> decoded = sampler.decode<Value>(z, {.temperature = options.temperature,
                                                           .seed = options.seed,
                                                           .first = first,
                                                           .feel_temperature = options.feel_temperature,
                                                           .threads = 1});
    std::move(decoded.begin(), decoded.end(), values.begin() + static_cast<std::ptrdiff_t>(first));
  });
  return values;
}

}  // namespace musicvae::evaluation
