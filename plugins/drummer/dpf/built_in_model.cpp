#include "built_in_model.hpp"

// The assembler copies the files, so that no compiler reads ten million numbers. For ELF (Linux, BSD) and PE (Windows, by MinGW).
#if defined(_WIN32)
#define MUSICVAE_SECTION ".section .rdata\n"
#else
#define MUSICVAE_SECTION ".section .rodata\n"
#endif
#define MUSICVAE_EMBED(name, file)     \
  __asm__(MUSICVAE_SECTION             \
          ".balign 64\n"               \
          ".globl " name "\n" name     \
          ":\n"                        \
          ".incbin \"" file            \
          "\"\n"                       \
          ".globl " name "_end\n" name \
          "_end:\n"                    \
          ".byte 0\n"                  \
          ".text\n")

MUSICVAE_EMBED("musicvae_drummer_groove", MUSICVAE_DRUMMER_GROOVE);
MUSICVAE_EMBED("musicvae_drummer_humanize", MUSICVAE_DRUMMER_HUMANIZE);
MUSICVAE_EMBED("musicvae_drummer_follow", MUSICVAE_DRUMMER_FOLLOW);

extern "C" const std::byte musicvae_drummer_groove[];
extern "C" const std::byte musicvae_drummer_groove_end[];
extern "C" const std::byte musicvae_drummer_humanize[];
extern "C" const std::byte musicvae_drummer_humanize_end[];
extern "C" const std::byte musicvae_drummer_follow[];
extern "C" const std::byte musicvae_drummer_follow_end[];

namespace musicvae::drummer {
namespace {

std::span<const std::byte> between(const std::byte* begin, const std::byte* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace

std::span<const std::byte> built_in_model() {
  return between(musicvae_drummer_groove, musicvae_drummer_groove_end);
}

ListeningModels built_in_listening_models() {
  return {between(musicvae_drummer_humanize, musicvae_drummer_humanize_end), between(musicvae_drummer_follow, musicvae_drummer_follow_end)};
}

}  // namespace musicvae::drummer
