// Files and arguments as people really have them: one test per line of tests/cases/cases.txt.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "musicvae/midi/midi_file.hpp"
#include "process.hpp"
#include "temp_folder.hpp"

namespace musicvae {
namespace {

namespace fs = std::filesystem;

const fs::path cases = fs::path(MUSICVAE_SOURCE) / "tests" / "cases";

/// One line of the table.
struct Case {
  int line = 0;
  std::string command;
  int code = 0;
  std::vector<std::string> parts;
};

std::vector<std::string> split(const std::string& text, const std::string& by) {
  std::vector<std::string> result;
  std::size_t begin = 0;
  for (std::size_t end = text.find(by); end != std::string::npos; end = text.find(by, begin)) {
    result.push_back(text.substr(begin, end - begin));
    begin = end + by.size();
  }
  result.push_back(text.substr(begin));
  return result;
}

std::vector<Case> read_cases() {
  std::vector<Case> result;
  std::ifstream in(cases / "cases.txt");
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (line.empty() || line.front() == '#') continue;
    const std::vector<std::string> fields = split(line, " | ");
    if (fields.size() != 3) throw std::runtime_error("cases.txt:" + std::to_string(number) + ": has not three fields");
    result.push_back({number, fields[0], std::stoi(fields[1]), split(fields[2], " & ")});
  }
  return result;
}

class Cases : public testing::TestWithParam<Case> {};

TEST_P(Cases, DoesWhatTheTableSays) {
  const Case& expected = GetParam();
  SCOPED_TRACE("tests/cases/cases.txt:" + std::to_string(expected.line) + ": musicvae " + expected.command);
  const test::TempFolder out;
  const test::TempFolder output;
  const std::string midi = (cases / "midi").string();
  std::vector<std::string> arguments;
  for (std::string word : split(expected.command, " ")) {
    if (word == "midi" || word.starts_with("midi/")) word = midi + word.substr(4);
    if (word.starts_with("out/")) word = (out.path() / word.substr(4)).string();
    arguments.push_back(word);
  }
  const test::Ended ended = test::run(output, MUSICVAE_COMMAND, arguments);
  EXPECT_EQ(ended.code, expected.code) << ended.err;
  std::string printed = ended.out + ended.err;
  for (std::size_t at = printed.find(midi); at != std::string::npos; at = printed.find(midi)) printed.replace(at, midi.size(), "midi");
  for (const std::string& part : expected.parts) EXPECT_NE(printed.find(part), std::string::npos) << printed << "\nlacks: " << part;
  if (expected.code != 0) {
    EXPECT_TRUE(fs::is_empty(out.path())) << "a failed command writes nothing";
    return;
  }
  for (const auto& entry : fs::recursive_directory_iterator(out.path())) {
    if (entry.path().extension() != ".mid") continue;
    EXPECT_FALSE(read_midi(entry.path()).notes.empty()) << entry.path();
  }
}

INSTANTIATE_TEST_SUITE_P(Table, Cases, testing::ValuesIn(read_cases()), [](const testing::TestParamInfo<Case>& line) {
  std::string name = split(line.param.command, " ").front() + "_line_" + std::to_string(line.param.line);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace musicvae
