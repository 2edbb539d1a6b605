// The files that a training is watched by: metrics.jsonl and TensorBoard's events.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "event_writer.hpp"
#include "musicvae/train/metrics.hpp"

namespace musicvae::train {

/// "loss", the parts by name, "kl" and "kl_cost".
[[nodiscard]] nlohmann::ordered_json to_json(const LossTerms& terms);

/// Appends a line {"kind": "train" | "validation", "step": ...} and an event for all that it is told.
class MetricsLog {
 public:
  /// Goes on at `step`: what an earlier run wrote for later steps goes. Throws FileError.
  MetricsLog(const std::filesystem::path& folder, std::int64_t step);

  void add(const StepMetrics& metrics);
  void add(const ValidationMetrics& metrics);

 private:
  void write(const nlohmann::ordered_json& line);

  std::filesystem::path path_;
  std::ofstream file_;
  EventWriter events_;
};

}  // namespace musicvae::train
