#include "soundfont_file.hpp"

#include <array>
#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>

#include "musicvae/error.hpp"

namespace musicvae::render {
namespace {

// The twelve bytes of a chunk header: its id, its size, and the form or list type.
struct Head {
  std::array<char, 12> bytes{};
  [[nodiscard]] std::string_view id() const { return {bytes.data(), 4}; }
  [[nodiscard]] std::string_view type() const { return {bytes.data() + 8, 4}; }
  [[nodiscard]] std::uint64_t size() const {
    std::uint64_t value = 0;
    for (std::size_t i = 8; i-- > 4;) value = value << 8U | static_cast<unsigned char>(bytes[i]);
    return value;
  }
};

Head read_head(std::ifstream& in, std::uint64_t at) {
  Head head;
  in.seekg(static_cast<std::streamoff>(at));
  in.read(head.bytes.data(), head.bytes.size());
  return head;
}

}  // namespace

void check_soundfont(const std::filesystem::path& path) {
  const std::string name = "soundfont " + path.string();
  std::error_code ec;
  if (!std::filesystem::exists(path, ec)) throw FileError(name + ": no such file; check the name");
  if (std::filesystem::is_directory(path, ec)) throw FileError(name + ": is a folder; name a file");
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  if (!in) throw FileError(name + ": cannot be opened; check its permissions");
  const auto file_size = static_cast<std::uint64_t>(in.tellg());

  const auto refuse = [&](std::uint64_t at, const char* why) { throw FormatError(path, at, why, "name a whole .sf2 or .sf3 file"); };
  const Head riff = read_head(in, 0);
  if (!in || riff.id() != "RIFF" || riff.type() != "sfbk") refuse(0, "is not a soundfont");
  const std::uint64_t end = riff.size() + 8;
  if (end > file_size) refuse(file_size, "the soundfont is cut short");
  bool samples = false;
  bool presets = false;
  for (std::uint64_t at = 12; at + 12 <= end;) {
    const Head list = read_head(in, at);
    if (!in || list.id() != "LIST" || at + 8 + list.size() > end) refuse(at, "the soundfont is damaged");
    samples = samples || list.type() == "sdta";
    presets = presets || list.type() == "pdta";
    at += 8 + list.size() + list.size() % 2;
  }
  if (!samples || !presets) refuse(end, "the soundfont has no sounds");
}

}  // namespace musicvae::render
