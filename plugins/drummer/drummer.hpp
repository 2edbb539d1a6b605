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
#include <vector>

#include "groove_maker.hpp"
#include "listener.hpp"
#include "mailbox.hpp"
#include "parameters.hpp"
#include "pattern.hpp"
#include "player.hpp"
#include "state.hpp"

namespace musicvae::drummer {

/// Models in memory for the modes that listen; they live as long as the program. Without one, its mode says that there is no model.
struct ListeningModels {
  std::span<const std::byte> humanize = {};
  std::span<const std::byte> follow = {};
};

/// What a picture of the drummer shows.
struct Look {
  std::uint32_t version = 0;  ///< another one for each change of the rest, but for a message about the host
  Bank bank{};
  Mode mode = Mode::groove;                  ///< of the bank
  DrumSequence input{0};                     ///< what was heard, in the modes that listen
  std::string message;                       ///< Drummer::message()
  std::string model;                         ///< the checksum of the model of grooves
  std::vector<std::array<float, 2>> styles;  ///< where kStyles are on the plane; empty: the model has no plane
  std::vector<std::array<float, 2>> data;    ///< where the data lie there
};

/// Threads: set(), get(), status() may be called by any thread. process() belongs to the audio thread; it allocates nothing, locks nothing
/// and cannot fail. The others allocate and wait for the worker: they are for the threads of the user interface.
class Drummer {
 public:
  /// `built_in` is a model file in memory, which lives as long as the program. An empty one: there is no model until use_model(). The
  /// worker loads it, so this returns at once.
  explicit Drummer(std::span<const std::byte> built_in, const ListeningModels& listening = {});
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

  /// Plays a block, and listens to the `input` of the host, in order of frames, in the modes that listen: each bar that had a hit is used
  /// when it ends. While a bar has nothing to play yet, its input is heard at once.
  void process(int frames, const Transport& transport, MidiSink& sink, std::span<const MidiEvent> input = {}) noexcept;

  /// Waits until the worker has made what the parameters ask for now.
  void settle() const;

  /// Plays grooves of another model; an empty path: of the built-in one. If it cannot be used, status() and message() say so, and the
  /// pattern stays.
  void use_model(const std::filesystem::path& path);

  /// The path that use_model() or a state gave; empty: the built-in model.
  [[nodiscard]] std::string model_path() const;

  /// The folder for exported files; empty: the usual one (usual_export_folder). It is made when something is exported.
  void use_folder(const std::filesystem::path& folder);
  [[nodiscard]] std::string folder() const;

  /// Everything, as text.
  [[nodiscard]] std::string state();

  /// Takes over what state() returned. Returns false for text that is no such state: then nothing changes but status() and message().
  bool restore(const std::string& text);

  [[nodiscard]] Status status() const noexcept;

  /// What is the matter, in one line; empty if nothing is.
  [[nodiscard]] std::string message() const;

  /// The patterns that were made last.
  [[nodiscard]] Bank bank() const;

  /// The same and more, without waiting for the worker. Returns false, and changes nothing, while the worker is at work.
  [[nodiscard]] bool look(Look& look) const;

  /// What was played at the end of the last block. Any thread.
  [[nodiscard]] Head head() const noexcept;

 private:
  enum Trigger : std::size_t { kNewGroove, kExport, kClearInput, kTriggers };

  [[nodiscard]] Feel feel() const noexcept;
  void listen(std::span<const MidiEvent> input, const Feel& feel, bool jumped) noexcept;
  [[nodiscard]] Request wanted() const;
  [[nodiscard]] Status usual_status() const;
  [[nodiscard]] std::uint32_t new_presses(Trigger trigger);
  void set_status(Status status, std::string message = {});
  [[nodiscard]] std::string kept_message() const;  // under the mutex
  void wake() noexcept;
  void run();
  void work();
  void load();
  void make();
  void hear(bool keeps);
  GrooveMaker* maker_for(Mode mode);
  void export_pattern();
  void publish(const Bank& bank);

  std::span<const std::byte> built_in_;
  ListeningModels listening_models_;

  // Shared with the audio thread.
  std::array<std::atomic<float>, kParameters.size()> values_;
  std::array<std::atomic<std::uint32_t>, kTriggers> presses_{};
  std::atomic<int> status_ = static_cast<int>(Status::loading);
  std::atomic<bool> has_position_ = true;
  std::atomic<float> host_tempo_ = 0.0F;  // quarter notes per minute; 0: not known
  std::atomic<std::uint32_t> head_ = 0;   // a Head, packed
  Mailbox<Bank> banks_;
  Player player_{banks_};
  HeardBars heard_;
  Listener listener_{heard_};
  std::array<std::uint8_t, 128> drums_{};  // of MIDI pitches; never written again

  // Between the worker and the threads of the user interface.
  mutable std::mutex mutex_;
  std::filesystem::path path_;
  bool tried_ = false;  // whether the model of path_ was loaded, or failed to load
  std::optional<GrooveMaker> maker_;
  std::string model_name_;
  std::string model_checksum_;
  float seed_ = 0.0F;        // of the series
  std::uint32_t index_ = 0;  // of the newest groove in it
  std::array<std::uint32_t, kTriggers> seen_presses_{};
  std::array<std::optional<GrooveMaker>, kModes.size()> listening_makers_;  // that of the mode groove is maker_
  DrumSequence input_{kMaxSteps};                                           // what was heard
  std::optional<Request> made_;
  DrumSequence made_input_{0};  // what made_ was made of
  Bank bank_{};
  std::deque<Request> history_;
  std::string message_;
  std::filesystem::path folder_;
  std::atomic<int> notice_ = kNoNotice;  // a Status that tells what happened since set_status()
  std::string notice_message_;
  std::uint32_t looks_ = 0;  // Look::version
  static constexpr int kNoNotice = -1;

  std::atomic<std::uint32_t> asked_ = 1;  // counts what the worker is asked for
  std::atomic<std::uint32_t> done_ = 0;   // the count that it has dealt with
  std::atomic<bool> ends_ = false;
  std::thread worker_;
};

}  // namespace musicvae::drummer
