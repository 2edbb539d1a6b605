// Parser for comma-separated values (RFC 4180).
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace musicvae::data {

/// One record and the line on which it begins, counted from 1.
struct CsvRecord {
  std::size_t line = 1;
  std::vector<std::string> fields;
};

/// Quoted fields may contain commas, doubled quotes and line ends. Lines end in LF or CR LF. A byte order mark and empty lines are skipped.
/// Throws FormatError (an unclosed quote, text after a closing quote), which names the text by `source`.
[[nodiscard]] std::vector<CsvRecord> parse_csv(std::string_view text, const std::filesystem::path& source);

}  // namespace musicvae::data
