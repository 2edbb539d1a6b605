// Loops over the items of one stage of an evaluation: on several threads, with reports of progress.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "musicvae/evaluation/evaluation.hpp"

namespace musicvae::evaluation {

/// Calls work(index) for each item, in any order, on Options::threads threads. Reports the progress of `stage` to Options::progress.
void for_each(const Options& options, const std::string& stage, std::size_t items, const std::function<void(std::size_t)>& work);

/// Does the same for chunks of items: work(first, count).
void for_each_chunk(const Options& options, const std::string& stage, std::size_t items, std::size_t chunk,
                    const std::function<void(std::size_t first, std::size_t count)>& work);

}  // namespace musicvae::evaluation
