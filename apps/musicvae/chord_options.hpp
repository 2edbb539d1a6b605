// The option --chords of the verbs that decode.
#pragma once

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "musicvae/sequence/chord_sequence.hpp"

namespace musicvae::app {

/// What was given for --chords.
struct ChordOptions {
  std::string text{};

  /// `length` says in the help how long the chords last.
  void add_to(CLI::App& verb, const std::string& length = "they last as long as a window") {
    verb.add_option(
        "--chords", text,
        "Chords to play on, for a model with chords: one per bar (\"C Am\"), or with the number of beats (\"C:2 F:2 G\"); " + length);
  }

  /// The chords; none if the option was not given. Throws as read_chords() does.
  [[nodiscard]] ReadChords read(const Grid& grid) const { return text.empty() ? ReadChords{} : read_chords(text, grid); }
};

/// The remarks as lines of a report: "\nCmaj7 is read as C".
[[nodiscard]] inline std::string remark_lines(const ReadChords& chords) {
  std::string lines;
  for (const std::string& remark : chords.remarks) lines.append("\n").append(remark);
  return lines;
}

/// Adds what was given and the remarks to a report, if chords were given.
inline void report_chords(const ChordOptions& options, const ReadChords& chords, nlohmann::ordered_json& report) {
  if (options.text.empty()) return;
  report["chords"] = options.text;
  report["chord_remarks"] = chords.remarks;
}

}  // namespace musicvae::app
