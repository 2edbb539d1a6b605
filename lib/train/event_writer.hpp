// TensorBoard's event files: scalars that TensorBoard draws as curves.
//
// A file is a sequence of TFRecords: length (u64), masked CRC-32C of the length, the bytes, masked CRC-32C of the bytes; little-endian.
// Each record is an Event protobuf: wall_time = 1 (double), step = 2 (int64), and either file_version = 3 (string, in the first record) or
// summary = 5 { value = 1 { tag = 1 (string), simple_value = 2 (float) } }.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

namespace musicvae::train {

/// Appends events to a new file. The record of each call is flushed, so that a run can be watched while it trains.
class EventWriter {
 public:
  /// Creates "FOLDER/events.out.tfevents.SECONDS.STEP" for a run that starts at `step`. Throws FileError.
  EventWriter(const std::filesystem::path& folder, std::int64_t step);

  /// One event with all the scalars of a step. Throws FileError (disk full).
  void add(std::int64_t step, const std::vector<std::pair<std::string, double>>& scalars);

 private:
  void write_record(const std::string& event);

  std::filesystem::path path_;
  std::ofstream file_;
};

}  // namespace musicvae::train
