// Runs a program and records its output and how it ended.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "temp_folder.hpp"

extern char** environ;

namespace musicvae::test {

/// The exit codes of a failed command, as docs/command.md lists them.
enum Code { usage = 2, file_error = 3, format_error = 4, model_error = 5, device_error = 6 };

struct Ended {
  int code = 0;     ///< exit code; 128 + N for signal N
  std::string out;  ///< standard output
  std::string err;  ///< standard error
};

/// Starts `program` with `arguments` and redirects its output to two files in `folder`; wait() waits for its end.
class Process {
 public:
  Process(const TempFolder& folder, const std::string& program, const std::vector<std::string>& arguments)
      : out_(folder / "stdout"), err_(folder / "stderr") {
    std::vector<char*> argv = {const_cast<char*>(program.c_str())};
    for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, out_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, err_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    const int error = ::posix_spawn(&pid_, program.c_str(), &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) throw std::runtime_error("cannot start " + program);
  }

  void signal(int number) const { ::kill(pid_, number); }

  Ended wait() {
    int status = 0;
    if (::waitpid(pid_, &status, 0) != pid_) throw std::runtime_error("the program is gone");
    Ended ended{WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status), slurp(out_), slurp(err_)};
    std::filesystem::remove(out_);
    std::filesystem::remove(err_);
    return ended;
  }

 private:
  std::filesystem::path out_;
  std::filesystem::path err_;
  pid_t pid_ = -1;
};

/// Runs a program to its end. `folder` receives output files, so it must not be one whose entries the test counts.
inline Ended run(const TempFolder& folder, const std::string& program, const std::vector<std::string>& arguments) {
  return Process(folder, program, arguments).wait();
}

/// A failed command prints one line on standard error, "musicvae: what: where; how to mend it", and nothing on standard output.
inline void expect_error(const Ended& ended, int code, const std::string& part) {
  EXPECT_EQ(ended.code, code) << ended.err;
  EXPECT_EQ(ended.out, "");
  EXPECT_NE(ended.err.find(part), std::string::npos) << ended.err << "\nlacks: " << part;
  EXPECT_EQ(std::count(ended.err.begin(), ended.err.end(), '\n'), 1) << ended.err;
  EXPECT_EQ(ended.err.rfind("musicvae: ", 0), 0U) << ended.err;
}

}  // namespace musicvae::test
