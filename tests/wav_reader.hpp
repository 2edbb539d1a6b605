// Reads the WAV files that this library writes, chunk by chunk as the format defines, and finds the hits in them.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace musicvae::test {

struct Wav {
  int sample_rate = 0;
  std::vector<int> samples;  ///< 16-bit, left and right alternate

  [[nodiscard]] std::size_t frames() const { return samples.size() / 2; }
  [[nodiscard]] double seconds() const { return static_cast<double>(frames()) / sample_rate; }
  /// The loudest sample from `begin` to `end` (seconds).
  [[nodiscard]] int peak(double begin, double end) const {
    int most = 0;
    for (std::size_t i = index(begin); i < index(end); ++i) most = std::max(most, std::abs(samples[i]));
    return most;
  }
  /// The times in seconds at which sound begins after at least 100 ms below `threshold`.
  [[nodiscard]] std::vector<double> onsets(int threshold) const {
    std::vector<double> result;
    const std::size_t gap = index(0.1);
    std::size_t quiet = gap;
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const bool loud = std::abs(samples[i]) >= threshold;
      if (loud && quiet >= gap) result.push_back(static_cast<double>(i / 2) / sample_rate);
      quiet = loud ? 0 : quiet + 1;
    }
    return result;
  }

 private:
  [[nodiscard]] std::size_t index(double time) const {
    return std::min(samples.size(), 2 * static_cast<std::size_t>(std::llround(time * sample_rate)));
  }
};

inline Wav parse_wav(std::string_view bytes) {
  const auto number = [&](std::size_t at, std::size_t count) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < count; ++i) value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes.at(at + i))) << (8 * i);
    return value;
  };
  if (bytes.substr(0, 4) != "RIFF" || bytes.substr(8, 4) != "WAVE" || number(4, 4) != bytes.size() - 8) throw std::runtime_error("no WAV");
  Wav wav;
  for (std::size_t at = 12; at < bytes.size();) {
    const std::string_view kind = bytes.substr(at, 4);
    const std::size_t size = number(at + 4, 4);
    at += 8;
    if (kind == "fmt ") {
      if (number(at, 2) != 1 || number(at + 2, 2) != 2 || number(at + 14, 2) != 16) throw std::runtime_error("no 16-bit stereo PCM");
      wav.sample_rate = static_cast<int>(number(at + 4, 4));
    } else if (kind == "data") {
      for (std::size_t i = 0; i < size; i += 2) wav.samples.push_back(static_cast<std::int16_t>(number(at + i, 2)));
    }
    at += size;
  }
  return wav;
}

}  // namespace musicvae::test
