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
  using std::runtime_error::runtime_error;
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
