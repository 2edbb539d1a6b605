// What a config is, in a few words and numbers: a row of `musicvae configs`.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "musicvae/model/config.hpp"

namespace musicvae {

/// What a step of the encoder's input is, with its width: "groove 27", "hits 10", "humanize 27", "infill 27 + control 9".
[[nodiscard]] std::string input_text(const ModelConfig& config);

/// name, bars, steps, parameters, task, input, output, latent, encoder, conductor, decoder, batch.
[[nodiscard]] nlohmann::ordered_json config_summary(const ModelConfig& config);

}  // namespace musicvae

#if !defined(MUSICVAE_IN_LIBRARY)
#include "musicvae/model/config_summary.inl"
#endif
