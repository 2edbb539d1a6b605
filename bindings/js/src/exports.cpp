// The functions that JavaScript calls (musicvae.mjs). JavaScript writes its arguments into memory from musicvae_allocate, which the
// functions here take over, and reads the reply from the memory of `reply`, which stays valid until the next call.
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "call.hpp"
#include "musicvae/error.hpp"
#include "musicvae/model/safetensors.hpp"

#define MUSICVAE_EXPORT extern "C" __attribute__((visibility("default"), used))

namespace {

using namespace musicvae;

/// A reply as JavaScript reads it: four addresses and sizes.
struct Raw {
  const char* json = nullptr;
  std::size_t json_size = 0;
  const float* floats = nullptr;
  std::size_t floats_count = 0;
  const char* bytes = nullptr;
  std::size_t bytes_size = 0;
};

js::Reply last;
std::string json;
Raw raw;

const Raw* publish(js::Reply reply) {
  last = std::move(reply);
  json = last.json.dump();
  raw = {json.data(), json.size(), last.floats.data(), last.floats.size(), last.bytes.data(), last.bytes.size()};
  return &raw;
}

template <class Work>
const Raw* guarded(Work work) {
  const auto failed = [](const char* type, const std::string& message) {
    js::Reply reply;
    reply.json["error"] = {{"type", type}, {"message", message}};
    return publish(std::move(reply));
  };
  try {
    return publish(work());
  } catch (const FormatError& error) {
    return failed("FormatError", error.what());
  } catch (const ConfigError& error) {
    return failed("ConfigError", error.what());
  } catch (const ModelError& error) {
    return failed("ModelError", error.what());
  } catch (const ArgumentError& error) {
    return failed("ArgumentError", error.what());
  } catch (const std::bad_alloc&) {
    return failed("Error", "there is not enough memory for this; ask for less at once");
  } catch (const std::exception& error) {
    return failed("Error", error.what());
  }
}

std::shared_ptr<std::byte> owned(std::byte* memory) {
  return {memory, [](std::byte* bytes) { std::free(bytes); }};
}

}  // namespace

MUSICVAE_EXPORT void* musicvae_allocate(std::size_t size) {
  return std::malloc(size);
}

/// Loads a model from the bytes of a safetensors file. The reply's "model" is its address.
MUSICVAE_EXPORT const Raw* musicvae_load(std::byte* bytes, std::size_t size, std::byte* name, std::size_t name_size) {
  const std::shared_ptr<std::byte> owner = owned(bytes), name_owner = owned(name);
  return guarded([&] {
    const std::string source(reinterpret_cast<const char*>(name), name_size);
    const SafetensorsView view = parse_safetensors({bytes, size}, source);
    js::Reply reply;
    reply.json["model"] = reinterpret_cast<std::uintptr_t>(std::make_unique<js::Model>(ModelFile::from(view, source, owner)).release());
    return reply;
  });
}

MUSICVAE_EXPORT void musicvae_free(js::Model* model) {
  delete model;
}

/// Answers a request: JSON, floats and bytes. `model` is null for what needs none.
MUSICVAE_EXPORT const Raw* musicvae_call(js::Model* model, std::byte* options, std::size_t options_size, std::byte* floats,
                                         std::size_t floats_count, std::byte* bytes, std::size_t bytes_size) {
  const std::shared_ptr<std::byte> options_owner = owned(options), floats_owner = owned(floats), bytes_owner = owned(bytes);
  return guarded([&] {
    const js::Request request{
        nlohmann::json::parse(reinterpret_cast<const char*>(options), reinterpret_cast<const char*>(options) + options_size),
        {reinterpret_cast<const float*>(floats), floats_count},
        {bytes, bytes_size}};
    return model ? js::ask(*model, request) : js::ask(request);
  });
}
