// Drummer: the plug-in without a plug-in format. A host's threads call it; a worker thread of its own makes the grooves.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>

#include "groove_maker.hpp"
#include "mailbox.hpp"
#include "parameters.hpp"
#include "pattern.hpp"
#include "player.hpp"
#include "state.hpp"

namespace musicvae::drummer {

/// Threads: set(), get(), status() may be called by any thread. process() belongs to the audio thread; it allocates nothing, locks nothing
/// and cannot fail. The others allocate and wait for the worker: they are for the threads of the user interface.
class Drummer {
 public:
  /// `built_in` is a model file in memory, which lives as long as the program. An empty one: there is no model until use_model(). The worker
  /// loads it, so this returns at once.
  explicit Drummer(std::span<const std::byte> built_in);
  Drummer(const Drummer&) = delete;
  Drummer& operator=(const Drummer&) = delete;
  ~Drummer();

  /// Sets a parameter. A value out of range is moved into it, and one that is not a number is left out. A trigger acts when its value rises
  /// above a half. Allocates nothing and takes no lock; wakes the worker.
  void set(Parameter parameter, float value) noexcept;
  [[nodiscard]] float get(Parameter parameter) const noexcept {
    return values_[static_cast<std::size_t>(parameter)].load(std::memory_order_relaxed);
  }

  /// Prepares to play, and waits for the groove that is being made: when a host starts to play, there is something to hear. Must not run
  /// during process().
  void activate(double sample_rate);

  void process(int frames, const Transport& transport, MidiSink& sink) noexcept;

  /// Waits until the worker has made what the parameters ask for now.
  void settle() const;

  /// Plays grooves of another model; an empty path: of the built-in one. If it cannot be used, status() and message() say so, and the
  /// pattern stays.
  void use_model(const std::filesystem::path& path);

  /// The path that use_model() or a state gave; empty: the built-in model.
  [[nodiscard]] std::string model_path() const;

  /// Everything, as text.
  [[nodiscard]] std::string state();

  /// Takes over what state() returned. Returns false for text that is no such state: then nothing changes but status() and message().
  bool restore(const std::string& text);

  [[nodiscard]] Status status() const noexcept;

  /// What is the matter, in one line; empty if nothing is.
  [[nodiscard]] std::string message() const;

  /// The patterns that were made last.
  [[nodiscard]] Bank bank() const;

 private:
  [[nodiscard]] Request wanted() const;
  void set_status(Status status, std::string message = {});
  void wake() noexcept;
  void run();
  void work();
  void load();
  void publish(const Bank& bank);

  std::span<const std::byte> built_in_;

  // Shared with the audio thread.
  std::array<std::atomic<float>, kParameters.size()> values_;
  std::atomic<std::uint32_t> presses_ = 0;  // of the trigger "new groove"
  std::atomic<int> status_ = static_cast<int>(Status::loading);
  std::atomic<bool> has_position_ = true;
  Mailbox<Bank> banks_;
  Player player_{banks_};

  // Between the worker and the threads of the user interface.
  mutable std::mutex mutex_;
  std::filesystem::path path_;
  bool tried_ = false;  // whether the model of path_ was loaded, or failed to load
  std::optional<GrooveMaker> maker_;
  std::string model_name_;
  std::string model_checksum_;
  float seed_ = 0.0F;        // of the series
  std::uint32_t index_ = 0;  // of the newest groove in it
  std::uint32_t seen_presses_ = 0;
  std::optional<Request> made_;
  Bank bank_{};
  std::deque<Request> history_;
  std::string message_;

  std::atomic<std::uint32_t> asked_ = 1;  // counts what the worker is asked for
  std::atomic<std::uint32_t> done_ = 0;   // the count that it has dealt with
  std::atomic<bool> ends_ = false;
  std::thread worker_;
};

}  // namespace musicvae::drummer
