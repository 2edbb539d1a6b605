// Programs that a test starts, and a JACK server without hardware.
#pragma once

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace musicvae::test {

// A program that ends with this object, or with the test.
class Child {
 public:
  explicit Child(std::vector<std::string> arguments) {
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ < 0) throw std::runtime_error("cannot start " + arguments.front());
    if (pid_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      const int nowhere = ::open("/dev/null", O_WRONLY);  // the server reports each late block
      ::dup2(nowhere, STDOUT_FILENO);
      ::dup2(nowhere, STDERR_FILENO);
      ::execvp(argv[0], argv.data());
      ::_exit(127);
    }
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (!runs()) return;
    ::kill(pid_, SIGTERM);
    for (int i = 0; i < 500 && runs(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    if (!runs()) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

  bool runs() {
    if (pid_ > 0 && ::waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = -1;
    return pid_ > 0;
  }

 private:
  pid_t pid_ = -1;
};

// Gives the server a name of its own, by which clients and programs of this test find it.
inline void name_jack_server() {
  const std::string name = "musicvae-test-" + std::to_string(::getpid());
  ::setenv("JACK_DEFAULT_SERVER", name.c_str(), 1);
  ::setenv("JACK_NO_START_SERVER", "1", 1);
  ::setenv("JACK_NO_AUDIO_RESERVATION", "1", 1);
}

// The command of that server, with the dummy driver. It waits for its clients (--sync), so no block is lost.
inline std::vector<std::string> jack_server(int frames, int rate) {
  return {"jackd",
          "--name",
          ::getenv("JACK_DEFAULT_SERVER"),
          "--no-realtime",
          "--sync",
          "--timeout",
          "20000",
          "-d",
          "dummy",
          "--capture",
          "0",
          "--playback",
          "0",
          "--period",
          std::to_string(frames),
          "--rate",
          std::to_string(rate)};
}

}  // namespace musicvae::test
