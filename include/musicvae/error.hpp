// Typed errors. Every message is one line: what went wrong, where, and how to fix it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace musicvae {

/// Base of every exception that libmusicvae throws on purpose.
class Error : public std::runtime_error {
 public:
  /// Control characters of the message, which the name of a file or a name inside it may have, are written as "\n", "\r" or "\x07".
  explicit Error(const std::string& message) : std::runtime_error(one_line(message)) {}

 private:
  static std::string one_line(const std::string& message) {
    constexpr char hex[] = "0123456789abcdef";
    std::string line;
    line.reserve(message.size());
    for (const char c : message) {
      const auto byte = static_cast<unsigned char>(c);
      if (c == '\n') {
        line += "\\n";
      } else if (c == '\r') {
        line += "\\r";
      } else if (byte < 0x20 || byte == 0x7F) {
        line.append({'\\', 'x', hex[byte / 16], hex[byte % 16]});
      } else {
        line += c;
      }
    }
    return line;
  }
};

/// A file or folder is missing, unreadable, unwritable, or the disk is full.
class FileError : public Error {
 public:
  using Error::Error;
};

/// The bytes of a file do not follow its format.
class FormatError : public Error {
 public:
  using Error::Error;
  /// "PATH: byte OFFSET: REASON; MEND", where MEND is how to fix it.
  FormatError(const std::filesystem::path& path, std::uint64_t offset, const std::string& reason, const std::string& mend)
      : Error(path.string() + ": byte " + std::to_string(offset) + ": " + reason + "; " + mend) {}
};

/// A configuration has an unknown name, a wrong field or impossible sizes.
class ConfigError : public Error {
 public:
  using Error::Error;
};

/// A model or checkpoint does not fit: it has another version, or a tensor is missing, unexpected, misshapen or not finite.
class ModelError : public Error {
 public:
  using Error::Error;
};

/// An argument is out of range (a temperature below 0, a wrong buffer size, ...).
class ArgumentError : public Error {
 public:
  using Error::Error;
};

/// A text is not a chord symbol.
class ChordSymbolError : public ArgumentError {
 public:
  using ArgumentError::ArgumentError;
};

/// A chord symbol is none of the chords that a model distinguishes, such as a suspended chord.
class ChordClassError : public ArgumentError {
 public:
  using ArgumentError::ArgumentError;
};

/// The requested device (CUDA) is not available.
class DeviceError : public Error {
 public:
  using Error::Error;
};

}  // namespace musicvae
