#include "for_each.hpp"

#include <algorithm>
#include <optional>

#include "threads.hpp"

namespace musicvae::evaluation {

void for_each_chunk(const Options& options, const std::string& stage, std::size_t items, std::size_t chunk,
                    const std::function<void(std::size_t first, std::size_t count)>& work) {
  const auto report = [&](std::size_t done, std::size_t all) {
    if (options.progress) options.progress(stage, done, all);
  };
  detail::run_on_threads(items, chunk, options.threads, "evaluate", report, [&](auto next) {
    while (const std::optional<std::size_t> first = next()) work(*first, std::min(chunk, items - *first));
  });
}

void for_each(const Options& options, const std::string& stage, std::size_t items, const std::function<void(std::size_t)>& work) {
  for_each_chunk(options, stage, items, 1, [&](std::size_t index, std::size_t) { work(index); });
}

}  // namespace musicvae::evaluation
