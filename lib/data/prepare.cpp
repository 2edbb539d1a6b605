// Every file of a dataset to windows, on several threads.
#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "groove_archive.hpp"
#include "musicvae/data/groove_dataset.hpp"
#include "musicvae/error.hpp"
#include "musicvae/midi/midi_file.hpp"

namespace musicvae::data {
namespace {

struct PreparedFile {
  SourceFile file;
  FileWindows windows;
};

PreparedFile prepare_file(const Archive& archive, const GrooveConverter& converter, SourceFile file) {
  NoteSequence notes;
  TableTempo table{.bpm = file.bpm, .beats_per_bar = file.beats_per_bar};
  try {
    const std::vector<std::byte> bytes = archive.read(file.path, max_midi_file_size);
    notes = parse_midi(bytes, file.path);
    if (converter.options().cut == Cut::reference_tfds) table.last_event = last_control_event(bytes, file.path);
  } catch (const Error& error) {
    file.error = error.what();
    file.left_out.add(LeftOut::unreadable);
    return {std::move(file), {}};
  }
  ConvertedFile converted = converter.convert(notes, table);
  file.notes = static_cast<std::int64_t>(notes.notes.size());
  file.left_out = converted.left_out;
  return {std::move(file), std::move(converted.windows)};
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
    const Archive archive = open_groove(dataset_.path());
    for (std::size_t i = next_++; i < results_.size(); i = next_++) {
      if (!go_on()) return;
      results_[i] = prepare_file(archive, converter_, dataset_.files()[i]);
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
