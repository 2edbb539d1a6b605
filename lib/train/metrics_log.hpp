// The logs of a training run: metrics.jsonl and TensorBoard's events.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "event_writer.hpp"
#include "musicvae/train/metrics.hpp"

namespace musicvae::train {

/// The keys are "loss", the names of the parts, "kl" and "kl_cost".
[[nodiscard]] nlohmann::ordered_json to_json(const LossTerms& terms);

/// Appends a line {"kind": "train" | "validation", "step": ...} and an event for each set of metrics.
class MetricsLog {
 public:
  /// Continues at `step`: lines that an earlier run wrote for later steps are removed. Throws FileError.
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
