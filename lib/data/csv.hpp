// Tables as comma-separated values (RFC 4180).
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace musicvae::data {

/// One record and the line on which it begins, from 1.
struct CsvRecord {
  std::size_t line = 1;
  std::vector<std::string> fields;
};

/// Quoted fields may hold commas, quotes written twice, and line ends; lines end in LF or CR LF; a byte order mark and empty
/// lines are passed over. Throws FormatError (a quote left open, text after a closing quote), which calls the text `source`.
[[nodiscard]] std::vector<CsvRecord> parse_csv(std::string_view text, const std::filesystem::path& source);

}  // namespace musicvae::data
