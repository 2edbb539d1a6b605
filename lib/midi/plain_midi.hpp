// parse_midi() without libsmf, for programs that must not depend on it.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

#include "musicvae/sequence/note_sequence.hpp"

namespace musicvae::midi {

/// Returns what parse_midi() returns, and throws what it throws.
[[nodiscard]] NoteSequence parse_plain_midi(std::span<const std::byte> bytes, const std::filesystem::path& source);

}  // namespace musicvae::midi
