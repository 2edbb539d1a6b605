#include "musicvae/render/wav.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string_view>

#include "musicvae/error.hpp"
#include "musicvae/file.hpp"

namespace musicvae::render {
namespace {

constexpr std::size_t kHeader = 44;
constexpr std::size_t kBytesPerFrame = 4;  // two channels of 16 bits

void put(std::string& bytes, std::uint32_t value, int count) {
  for (int i = 0; i < count; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xFFU);
}

}  // namespace

std::string serialize_wav(const Audio& audio) {
  if (audio.sample_rate < 1 || audio.sample_rate > 768'000)
    throw ArgumentError("wav: a sample rate of " + std::to_string(audio.sample_rate) + "; use 1 to 768000");
  if (audio.samples.size() % 2 != 0)
    throw ArgumentError("wav: " + std::to_string(audio.samples.size()) + " samples are not pairs of left and right; give two per frame");
  if (audio.frames() > (UINT32_MAX - kHeader) / kBytesPerFrame)
    throw ArgumentError("wav: " + std::to_string(audio.frames()) + " frames are more than a WAV file holds; write it in parts");

  const auto data_size = static_cast<std::uint32_t>(audio.frames() * kBytesPerFrame);
  const auto rate = static_cast<std::uint32_t>(audio.sample_rate);
  std::string bytes;
  bytes.reserve(kHeader + data_size);
  bytes += "RIFF";
  put(bytes, static_cast<std::uint32_t>(kHeader) - 8 + data_size, 4);
  bytes += "WAVEfmt ";
  put(bytes, 16, 4);  // size of the following fields, up to "data"
  put(bytes, 1, 2);   // PCM
  put(bytes, 2, 2);   // channels
  put(bytes, rate, 4);
  put(bytes, rate * kBytesPerFrame, 4);
  put(bytes, kBytesPerFrame, 2);
  put(bytes, 16, 2);  // bits per sample
  bytes += "data";
  put(bytes, data_size, 4);
  for (const float sample : audio.samples) {
    if (std::isnan(sample)) throw ArgumentError("wav: a sample is not a number; check where the samples come from");
    const auto level = static_cast<std::int32_t>(std::lround(std::clamp(sample, -1.0F, 1.0F) * 32767.0F));
    put(bytes, static_cast<std::uint32_t>(level), 2);
  }
  return bytes;
}

void write_wav(const Audio& audio, const std::filesystem::path& path) {
  write_file_atomically(path, serialize_wav(audio), Durable::no);
}

}  // namespace musicvae::render
