#include "musicvae/data/latent_table.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>

#include "musicvae/engine/attributes.hpp"
#include "musicvae/error.hpp"
#include "musicvae/model/representation.hpp"
#include "musicvae/sequence/drum_tensor.hpp"
#include "share_out.hpp"

namespace musicvae::data {
DrumSequence groove_of(const WindowSet& windows, std::size_t index) {
  if (windows.depth() == kDrumTensorDepth) return from_tensor(windows.window(index), windows.steps());
  return groove_of_hits(windows.window(index), windows.steps());
}

std::vector<float> latent_table(const MusicVae& model, const WindowSet& windows, const LatentTableOptions& options) {
  if (windows.size() == 0) throw ArgumentError("latent table: the dataset has no windows; prepare one that has");
  const auto latent = static_cast<std::size_t>(model.config().latent);
  std::vector<float> table(windows.size() * latent);
  share_out(windows.size(), MusicVae::chunk, options.threads, "latent table", options.progress, [&](auto next) {
    while (const std::optional<std::size_t> first = next()) {
      std::vector<DrumSequence> grooves;
      for (std::size_t w = *first; w < std::min(*first + MusicVae::chunk, windows.size()); ++w) grooves.push_back(groove_of(windows, w));
      const Latents latents = model.encode(grooves);
      std::copy(latents.mu.begin(), latents.mu.end(), table.begin() + static_cast<std::ptrdiff_t>(*first * latent));
    }
  });
  return table;
}

Attributes attributes_of(const MusicVae& model, const WindowSet& windows, const LatentTableOptions& options) {
  const std::vector<float> table = latent_table(model, windows, options);
  const auto latent = static_cast<std::size_t>(model.config().latent);
  AttributeBuilder builder;
  for (std::size_t w = 0; w < windows.size(); ++w) {
    builder.add(groove_of(windows, w), primary_style(windows.file(w).style), std::span(table).subspan(w * latent, latent));
  }
  return builder.finish();
}

}  // namespace musicvae::data
