// musicvae jack: starts the drummer as a program for JACK.
#include <dlfcn.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>

#include "musicvae/error.hpp"
#include "verbs.hpp"

namespace musicvae::app {
namespace {

namespace fs = std::filesystem;

// The program says in many lines that there is no server, so the command looks first. JACK's library is not linked: most do without it.
void expect_server() {
  void* library = nullptr;
  for (const char* name : {"libjack.so.0", "libjack.0.dylib"}) {
    if (library == nullptr) library = ::dlopen(name, RTLD_NOW | RTLD_LOCAL);
  }
  const auto find = [&](const char* name) { return library != nullptr ? ::dlsym(library, name) : nullptr; };
  void* const open = find("jack_client_open");
  void* const close = find("jack_client_close");
  if (open == nullptr || close == nullptr) {
    throw DeviceError("JACK is not installed; apt install jackd2, or brew install jack");
  }
  const auto silence = [](const char*) {};
  for (const char* name : {"jack_set_error_function", "jack_set_info_function"}) {
    if (void* const set = find(name); set != nullptr) reinterpret_cast<void (*)(void (*)(const char*))>(set)(silence);
  }
  constexpr int no_start_server = 1;
  int status = 0;
  void* const client = reinterpret_cast<void* (*)(const char*, int, int*, ...)>(open)("musicvae", no_start_server, &status);
  if (client == nullptr) {
    throw DeviceError("no JACK server is running; start one, with QjackCtl or `jackd -d alsa`");
  }
  reinterpret_cast<int (*)(void*)>(close)(client);
}

void start_drummer() {
  std::error_code ec;
  const fs::path program = fs::read_symlink("/proc/self/exe", ec).parent_path() / "musicvae-drummer";
  if (!fs::exists(program, ec)) {
    throw DeviceError("this build has no drummer; run scripts/setup.sh --plugin and build again with -DMUSICVAE_PLUGIN=ON");
  }
  expect_server();
  std::string name = program.string();
  std::array<char*, 2> arguments = {name.data(), nullptr};
  ::execv(name.c_str(), arguments.data());
  throw FileError(name + ": cannot be started: " + std::strerror(errno) + "; build it again");
}

}  // namespace

void add_jack(CLI::App& command, const Output& /*output*/) {
  CLI::App* jack = command.add_subcommand("jack", "Play drums in JACK, in time with its transport, until Ctrl-C");
  jack->footer(
      "Example: musicvae jack\nConnect the port \"MusicVAE Drummer:midi-out\" to a drum instrument, and start JACK's transport.\n"
      "docs/guides/drummer.md lists the MIDI controllers that set its parameters.");
  jack->callback(start_drummer);
}

}  // namespace musicvae::app
