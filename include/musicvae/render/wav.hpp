// WAV files: 16-bit PCM.
#pragma once

#include <filesystem>
#include <string>

#include "musicvae/render/audio.hpp"

namespace musicvae::render {

/// The bytes of a RIFF/WAVE file: stereo, 16-bit PCM, little-endian. A sample s becomes the integer nearest to 32767 s. There is no dither,
/// so the bytes are always the same. Samples beyond -1..1 are clipped (to_audio returns no such samples). Throws ArgumentError when a
/// sample is not a number, the sample rate is not 1 to 768,000, the samples are not pairs, or there are more than a WAV file holds (4 GiB).
[[nodiscard]] std::string serialize_wav(const Audio& audio);

/// Writes these bytes. A reader of `path` sees either the old file or the whole new one. Throws as above, or FileError.
void write_wav(const Audio& audio, const std::filesystem::path& path);

}  // namespace musicvae::render
