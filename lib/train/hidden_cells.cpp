#include "hidden_cells.hpp"

#include "data_order.hpp"

namespace musicvae::train {

std::vector<std::uint8_t> draw_hidden_cells(const ModelConfig& config, std::span<const float> window, std::uint64_t seed,
                                            std::uint64_t position) {
  if (!config.representation->hides_cells(/*training=*/true)) return {};
  std::uint32_t used = 0;
  numerics::PhiloxCounter words{};
  return config.representation->draw_hidden_cells(window, [&]() -> double {
    if (used % 4 == 0) words = hidden_words(seed, position, used / 4);
    return numerics::uniform(words[used++ % 4]);
  });
}

}  // namespace musicvae::train
