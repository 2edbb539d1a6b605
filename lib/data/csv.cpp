#include "csv.hpp"

#include <utility>

#include "musicvae/error.hpp"

namespace musicvae::data {
namespace {

/// Parses the text in one pass, one field at a time.
class CsvParser {
 public:
  CsvParser(std::string_view text, const std::filesystem::path& source) : text_(text), source_(source) {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
  }

  std::vector<CsvRecord> records() {
    std::vector<CsvRecord> result;
    while (at_ < text_.size()) {
      if (end_of_line()) continue;
      CsvRecord record{line_, {}};
      do {
        record.fields.push_back(text_.substr(at_).starts_with('"') ? quoted() : plain());
      } while (comma());
      if (at_ < text_.size() && !end_of_line()) fail("has text after a closing quote", "put a comma or a line end there");
      result.push_back(std::move(record));
    }
    return result;
  }

 private:
  std::string plain() {
    const std::size_t from = at_;
    while (at_ < text_.size() && text_[at_] != ',' && text_[at_] != '\n' && !text_.substr(at_).starts_with("\r\n")) ++at_;
    return std::string(text_.substr(from, at_ - from));
  }

  std::string quoted() {
    const std::size_t opened = at_++;
    const std::size_t opened_line = line_;
    std::string field;
    while (true) {
      if (at_ >= text_.size()) {
        at_ = opened;
        line_ = opened_line;
        fail("opens a quote that is never closed", "close it");
      }
      const char c = text_[at_++];
      if (c == '"') {
        if (!text_.substr(at_).starts_with('"')) return field;
        ++at_;
      }
      line_ += c == '\n' ? 1 : 0;
      field += c;
    }
  }

  bool comma() {
    const bool found = text_.substr(at_).starts_with(',');
    at_ += found ? 1 : 0;
    return found;
  }

  bool end_of_line() {
    const std::string_view rest = text_.substr(at_);
    const std::size_t length = rest.starts_with("\r\n") ? 2 : rest.starts_with('\n') ? 1 : 0;
    at_ += length;
    line_ += length != 0 ? 1 : 0;
    return length != 0;
  }

  [[noreturn]] void fail(const std::string& what, const std::string& mend) const {
    throw FormatError(source_, at_, "line " + std::to_string(line_) + " " + what, mend);
  }

  std::string_view text_;
  const std::filesystem::path& source_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

}  // namespace

std::vector<CsvRecord> parse_csv(std::string_view text, const std::filesystem::path& source) {
  return CsvParser(text, source).records();
}

}  // namespace musicvae::data
