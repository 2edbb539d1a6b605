// musicvae.h in C++11 without exceptions.
#include <musicvae.h>

static_assert(noexcept(musicvae_stream_next(nullptr, nullptr, 0, nullptr)), "no exception leaves the library");
static_assert(noexcept(musicvae_sample(nullptr, nullptr, 1, nullptr)), "no exception leaves the library");
static_assert(sizeof(musicvae_note) == 56 && sizeof(musicvae_cell) == 12 && sizeof(musicvae_event) == 24,
              "structs of MUSICVAE_ABI_VERSION 1");

int musicvae_header_in_cpp();

int musicvae_header_in_cpp() {
  const musicvae_decode_options usual = MUSICVAE_DECODE_OPTIONS_INIT;
  return usual.temperature < 0.0F ? MUSICVAE_ABI_VERSION : 0;
}
