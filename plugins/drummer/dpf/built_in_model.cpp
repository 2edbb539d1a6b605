#include "built_in_model.hpp"

// The assembler copies the file, so that no compiler reads ten million numbers. For ELF (Linux, BSD) and PE (Windows, by MinGW).
__asm__(
#if defined(_WIN32)
    ".section .rdata\n"
#else
    ".section .rodata\n"
#endif
    ".balign 64\n"
    ".globl musicvae_drummer_model\n"
    "musicvae_drummer_model:\n"
    ".incbin \"" MUSICVAE_DRUMMER_MODEL
    "\"\n"
    ".globl musicvae_drummer_model_end\n"
    "musicvae_drummer_model_end:\n"
    ".byte 0\n"
    ".text\n");

extern "C" const std::byte musicvae_drummer_model[];
extern "C" const std::byte musicvae_drummer_model_end[];

namespace musicvae::drummer {

std::span<const std::byte> built_in_model() {
  return {musicvae_drummer_model, static_cast<std::size_t>(musicvae_drummer_model_end - musicvae_drummer_model)};
}

}  // namespace musicvae::drummer
