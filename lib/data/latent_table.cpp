#include "musicvae/data/latent_table.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <span>
#include <stop_token>
#include <string>
#include <thread>

#include "musicvae/engine/attributes.hpp"
#include "musicvae/error.hpp"
#include "musicvae/model/representation.hpp"
#include "musicvae/sequence/drum_tensor.hpp"

namespace musicvae::data {
namespace {

/// Takes windows one after the other, from any number of threads; rows stand in the order of the windows.
class Encoding {
 public:
  Encoding(const MusicVae& model, const WindowSet& windows, const LatentTableOptions& options)
      : model_(model),
        windows_(windows),
        options_(options),
        latent_(static_cast<std::size_t>(model.config().latent)),
        table_(windows.size() * latent_) {}

  std::vector<float> run(std::size_t threads) {
    std::exception_ptr failure;
    {
      std::vector<std::jthread> helpers;
      for (std::size_t i = 1; i < threads; ++i) {
        helpers.emplace_back([this, &failure](const std::stop_token& stop) {
          try {
            work([&] { return !stop.stop_requested(); });
          } catch (...) {
            const std::scoped_lock lock(failure_mutex_);
            if (!failure) failure = std::current_exception();
          }
        });
      }
      work([this] {
        if (options_.progress) options_.progress(done_, windows_.size());
        return true;
      });
      // What throws above asks the helpers to stop and joins them on its way out; here they finish what is left.
      for (std::jthread& helper : helpers) helper.join();
    }
    if (failure) std::rethrow_exception(failure);
    if (options_.progress) options_.progress(windows_.size(), windows_.size());
    return std::move(table_);
  }

 private:
  template <class GoOn>
  void work(GoOn go_on) {
    for (std::size_t first = next_.fetch_add(MusicVae::chunk); first < windows_.size(); first = next_.fetch_add(MusicVae::chunk)) {
      if (!go_on()) return;
      std::vector<DrumSequence> grooves;
      for (std::size_t w = first; w < std::min(first + MusicVae::chunk, windows_.size()); ++w) grooves.push_back(groove_of(windows_, w));
      const Latents latents = model_.encode(grooves);
      std::copy(latents.mu.begin(), latents.mu.end(), table_.begin() + static_cast<std::ptrdiff_t>(first * latent_));
      done_ += grooves.size();
    }
  }

  const MusicVae& model_;
  const WindowSet& windows_;
  const LatentTableOptions& options_;
  std::size_t latent_;
  std::vector<float> table_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<std::size_t> done_ = 0;
  std::mutex failure_mutex_;
};

}  // namespace

DrumSequence groove_of(const WindowSet& windows, std::size_t index) {
  if (windows.depth() == kDrumTensorDepth) return from_tensor(windows.window(index), windows.steps());
  return groove_of_hits(windows.window(index), windows.steps());
}

std::vector<float> latent_table(const MusicVae& model, const WindowSet& windows, const LatentTableOptions& options) {
  if (windows.size() == 0) throw ArgumentError("latent table: the dataset has no windows; prepare one that has");
  if (options.threads < 0)
    throw ArgumentError("latent table: " + std::to_string(options.threads) + " threads; use 0 (one for each core) or more");
  const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
  const std::size_t threads = options.threads == 0 ? cores : static_cast<std::size_t>(options.threads);
  return Encoding(model, windows, options).run(std::min(threads, windows.size()));
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
