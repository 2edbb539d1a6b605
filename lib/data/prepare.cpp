// Every file of a dataset to windows, on several threads.
#include <algorithm>
#include <atomic>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "musicvae/data/groove_dataset.hpp"
#include "musicvae/error.hpp"
#include "note_source.hpp"

namespace musicvae::data {
namespace {

struct PreparedFile {
  SourceFile file;
  FileWindows windows;
};

PreparedFile prepare_file(const GrooveDataset& dataset, NoteSource& source, const GrooveConverter& converter, std::size_t index) {
  ReadSource read = read_source(dataset, source, index);
  if (!read.record) return {std::move(read.file), {}};
  const bool asks_the_table = converter.options().cut == Cut::reference_tfds;
  ConvertedFile converted = converter.convert(read.record->notes, asks_the_table ? source.table() : std::nullopt);
  read.file.left_out = converted.left_out;
  return {std::move(read.file), std::move(converted.windows)};
}

/// Takes files one after the other, from any number of threads; results stand in the order of the files.
class Preparation {
 public:
  Preparation(const GrooveDataset& dataset, const PrepareOptions& options)
      : dataset_(dataset), options_(options), converter_(options.converter), results_(dataset.files().size()) {}

  WindowSetWriter run(std::size_t threads) {
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
        if (options_.progress) options_.progress(done_, results_.size());
        return true;
      });
      // What throws above asks the helpers to stop and joins them on its way out; here they finish what is left.
      for (std::jthread& helper : helpers) helper.join();
    }
    if (failure) std::rethrow_exception(failure);
    if (options_.progress) options_.progress(results_.size(), results_.size());
    WindowSetWriter writer(converter_.info());
    for (PreparedFile& result : results_) {
      writer.add(std::move(result.file), result.windows);
      result.windows = {};
    }
    return writer;
  }

 private:
  template <class GoOn>
  void work(GoOn go_on) {
    const std::unique_ptr<NoteSource> source = open_notes(dataset_);
    for (std::size_t i = next_++; i < results_.size(); i = next_++) {
      if (!go_on()) return;
      results_[i] = prepare_file(dataset_, *source, converter_, i);
      ++done_;
    }
  }

  const GrooveDataset& dataset_;
  const PrepareOptions& options_;
  GrooveConverter converter_;
  std::vector<PreparedFile> results_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<std::size_t> done_ = 0;
  std::mutex failure_mutex_;
};

}  // namespace

WindowSetWriter prepare(const GrooveDataset& dataset, const PrepareOptions& options) {
  if (options.threads < 0)
    throw ArgumentError("prepare: " + std::to_string(options.threads) + " threads; use 0 (one for each core) or more");
  const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
  const std::size_t threads = options.threads == 0 ? cores : static_cast<std::size_t>(options.threads);
  return Preparation(dataset, options).run(std::min(threads, std::max<std::size_t>(1, dataset.files().size())));
}

}  // namespace musicvae::data
