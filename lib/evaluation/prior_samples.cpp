#include "prior_samples.hpp"

#include <algorithm>
#include <cstddef>

#include "for_each.hpp"
#include "musicvae/engine/sampler.hpp"
#include "musicvae/sequence/melody.hpp"

namespace musicvae::evaluation {

template <MusicValue Value>
std::vector<Value> prior_samples(const MusicVae& model, const Options& options, const std::string& stage, const Amounts& amounts) {
  std::vector<Value> values(static_cast<std::size_t>(options.samples));
  for_each_chunk(options, stage, values.size(), MusicVae::kChunk, [&](std::size_t first, std::size_t many) {
    Sampler sampler(model);
    std::vector<float> z = sampler.prior(options.seed, static_cast<int>(many), first);
    apply_attributes(z, options.attributes, amounts);
    std::vector<Value> decoded = sampler.decode<Value>(
        z, {.temperature = options.temperature, .seed = options.seed, .first = first, .feel_temperature = options.feel_temperature});
    std::move(decoded.begin(), decoded.end(), values.begin() + static_cast<std::ptrdiff_t>(first));
  });
  return values;
}

template std::vector<DrumSequence> prior_samples(const MusicVae&, const Options&, const std::string&, const Amounts&);
template std::vector<Melody> prior_samples(const MusicVae&, const Options&, const std::string&, const Amounts&);

}  // namespace musicvae::evaluation
