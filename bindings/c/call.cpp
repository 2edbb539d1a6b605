#include "call.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <exception>
#include <new>

namespace musicvae::c {
namespace {

// An array, because a thread that ends must run no destructor of a library that may be unloaded by then.
thread_local char message[1024];

musicvae_status report(musicvae_status status, const char* text) noexcept {
  std::size_t size = std::min(std::strlen(text), sizeof message - 1);
  while (size < std::strlen(text) && size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;  // whole characters
  std::memmove(message, text, size);
  message[size] = '\0';
  return status;
}

std::optional<float> temperature(float value) {
  if (value == MUSICVAE_USUAL) return {};
  return value;
}

}  // namespace

musicvae_status failed() noexcept {
  try {
    throw;
  } catch (const StructError& error) {
    return report(MUSICVAE_ERROR_STRUCT, error.what());
  } catch (const BufferError& error) {
    return report(MUSICVAE_ERROR_BUFFER, error.what());
  } catch (const ArgumentError& error) {
    return report(MUSICVAE_ERROR_ARGUMENT, error.what());
  } catch (const FileError& error) {
    return report(MUSICVAE_ERROR_FILE, error.what());
  } catch (const FormatError& error) {
    return report(MUSICVAE_ERROR_FORMAT, error.what());
  } catch (const ConfigError& error) {
    return report(MUSICVAE_ERROR_CONFIG, error.what());
  } catch (const ModelError& error) {
    return report(MUSICVAE_ERROR_MODEL, error.what());
  } catch (const std::bad_alloc&) {
    return report(MUSICVAE_ERROR_MEMORY, "memory: there is not enough; free some, or ask for less at once");
  } catch (const std::exception& error) {
    return report(MUSICVAE_ERROR_INTERNAL, error.what());
  } catch (...) {
    return report(MUSICVAE_ERROR_INTERNAL, "an unknown error inside libmusicvae_c; report it");
  }
}

void demand(const void* pointer, const char* what) {
  if (pointer == nullptr) throw ArgumentError(std::string(what) + " is NULL; give a pointer to it");
}

void demand_size(std::uint32_t size, std::size_t known, const char* what) {
  if (size == known) return;
  throw StructError(std::string(what) + ": its size is " + std::to_string(size) + ", but this library knows " + std::to_string(known) +
                    "; set it to sizeof(" + what + "), and use the musicvae.h of this library");
}

void demand_latent(const MusicVae& model, std::size_t latent, const char* function) {
  if (latent == static_cast<std::size_t>(model.config().latent)) return;
  throw ArgumentError(std::string(function) + ": latent is " + std::to_string(latent) + ", and the model's is " +
                      std::to_string(model.config().latent) + "; give as many numbers as musicvae_model_info.latent");
}

DecodeOptions options_from(const musicvae_decode_options* options) {
  if (options == nullptr) return {};
  demand_size(options->size, sizeof *options, "musicvae_decode_options");
  DecodeOptions result{.temperature = temperature(options->temperature),
                       .seed = options->seed,
                       .first = options->first,
                       .feel_temperature = temperature(options->feel_temperature),
                       .threads = options->threads};
  if (options->bars != 0) result.bars = options->bars;
  return result;
}

}  // namespace musicvae::c

extern "C" {

uint32_t musicvae_abi_version(void) noexcept {
  return MUSICVAE_ABI_VERSION;
}

const char* musicvae_version(void) noexcept {
  return MUSICVAE_VERSION;
}

const char* musicvae_error_message(void) noexcept {
  return musicvae::c::message;
}

}  // extern "C"
