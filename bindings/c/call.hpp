// What every function of the C interface shares: errors become codes and a message, and arguments are checked.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "musicvae.h"
#include "musicvae/engine/sampler.hpp"
#include "musicvae/error.hpp"

namespace musicvae::c {

/// The `size` of a struct is wrong.
class StructError : public Error {
 public:
  using Error::Error;
};

/// An array is too small.
class BufferError : public Error {
 public:
  using Error::Error;
};

/// The code of the exception that is being handled; its message becomes musicvae_error_message().
[[nodiscard]] musicvae_status failed() noexcept;

/// Calls `call()`. No exception leaves it.
template <class Call>
[[nodiscard]] musicvae_status guarded(Call call) noexcept {
  try {
    call();
    return MUSICVAE_OK;
  } catch (...) {
    return failed();
  }
}

/// Throws ArgumentError for NULL. `what` is "FUNCTION: ARGUMENT".
void demand(const void* pointer, const char* what);

/// Throws StructError unless `size` is `known`. `what` is the name of the struct.
void demand_size(std::uint32_t size, std::size_t known, const char* what);

/// Throws ArgumentError unless a model's latent points have `latent` numbers.
void demand_latent(const MusicVae& model, std::size_t latent, const char* function);

/// The options of C, or the usual ones for NULL. Throws StructError, and ArgumentError for numbers out of range.
[[nodiscard]] DecodeOptions options_from(const musicvae_decode_options* options);

/// Writes `values` to an array of the caller and their number to `count`. Throws BufferError if the array is too small.
template <class Value>
void give(std::span<const Value> values, Value* array, std::size_t capacity, std::size_t* count, const char* function) {
  *count = values.size();
  if (array == nullptr) return;
  if (capacity < values.size()) {
    throw BufferError(std::string(function) + ": the array has room for " + std::to_string(capacity) + ", but " +
                      std::to_string(values.size()) + " are needed; make it larger");
  }
  std::copy(values.begin(), values.end(), array);
}

}  // namespace musicvae::c
