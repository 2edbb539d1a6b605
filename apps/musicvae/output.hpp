// What the verbs share: how results, progress and errors reach the user.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

namespace musicvae::app {

/// Exit codes, as docs/command.md lists them.
enum ExitCode : int { ok = 0, unexpected = 1, usage = 2, file = 3, format = 4, model = 5, device = 6, interrupted = 130 };

/// Options that every verb has.
struct Output {
  bool json = false;   ///< one JSON object on standard output instead of text
  bool quiet = false;  ///< no progress

  /// A result: `text` for people, or `json` with --json.
  void result(const std::string& text, const nlohmann::ordered_json& object) const;
};

/// A line on standard error that is redrawn: done, rate and time left. Silent when standard error is not a terminal,
/// with --json or --quiet, and in the first second.
class Progress {
 public:
  Progress(const Output& output, std::string what);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void operator()(std::uint64_t done, std::uint64_t total, const std::string& note = "");

 private:
  std::string what_;
  bool visible_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point last_{};
};

/// Makes a folder for results, and those above it. Throws FileError.
void make_folder(const std::filesystem::path& folder);

/// Runs a program's body; an exception becomes one line on standard error and the exit code of its type.
int guarded(const std::function<int()>& body);

}  // namespace musicvae::app
