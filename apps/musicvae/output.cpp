#include "output.hpp"

#include <unistd.h>

#include <cstdio>
#include <exception>
#include <iostream>
#include <new>
#include <system_error>

#include "musicvae/error.hpp"

namespace musicvae::app {

void Output::result(const std::string& text, const nlohmann::ordered_json& object) const {
  // A file's name may contain bytes that are not UTF-8: these are replaced rather than refused.
  std::cout << (json ? object.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) : text) << '\n' << std::flush;
  if (!std::cout) throw FileError("standard output: cannot be written; check where it goes");
}

Progress::Progress(const Output& output, std::string what)
    : what_(std::move(what)), visible_(!output.json && !output.quiet && isatty(STDERR_FILENO) != 0) {}

Progress::~Progress() {
  if (drawn_) std::fputs("\r\033[K", stderr);
}

void Progress::operator()(std::uint64_t done, std::uint64_t total, const std::string& note) {
  using std::chrono::duration;
  const auto now = std::chrono::steady_clock::now();
  if (!visible_ || now - start_ < std::chrono::seconds(1) || now - last_ < std::chrono::milliseconds(100)) return;
  last_ = now;
  drawn_ = true;
  const double seconds = duration<double>(now - start_).count();
  const double rate = static_cast<double>(done) / seconds;
  const double left = rate > 0 ? static_cast<double>(total - done) / rate : 0;
  std::fprintf(stderr, "\r\033[K%s %llu/%llu  %.1f/s  %.0f s left  %s", what_.c_str(), static_cast<unsigned long long>(done),
               static_cast<unsigned long long>(total), rate, left, note.c_str());
  std::fflush(stderr);
}

void make_folder(const std::filesystem::path& folder) {
  std::error_code ec;
  std::filesystem::create_directories(folder, ec);
  if (ec) throw FileError(folder.string() + ": cannot be created: " + ec.message() + "; choose another folder with -o");
}

int guarded(const std::function<int()>& body) {
  const auto report = [](const char* message, int code) {
    std::fprintf(stderr, "musicvae: %s\n", message);
    return code;
  };
  try {
    return body();
  } catch (const ArgumentError& e) {
    return report(e.what(), usage);
  } catch (const FileError& e) {
    return report(e.what(), file);
  } catch (const FormatError& e) {
    return report(e.what(), format);
  } catch (const ConfigError& e) {
    return report(e.what(), model);
  } catch (const ModelError& e) {
    return report(e.what(), model);
  } catch (const DeviceError& e) {
    return report(e.what(), device);
  } catch (const std::bad_alloc&) {
    return report("out of memory; ask for less at once", unexpected);
  } catch (const std::exception& e) {
    return report(e.what(), unexpected);
  }
}

}  // namespace musicvae::app
