// GrooveMaker: makes the patterns of a groove with a model. For worker threads: it allocates.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "musicvae/engine/sampler.hpp"
#include "musicvae/model/attribute.hpp"
#include "parameters.hpp"
#include "pattern.hpp"

namespace musicvae::drummer {

/// What determines a groove. Fractions are in thousandths, so that a host that stores parameters with other rounding asks for the same
/// groove.
struct Request {
  std::uint32_t seed = 0;
  std::uint32_t index = 0;  ///< of the groove in the seed's series, as in `musicvae sample`
  int x = 0;
  int y = 0;
  int temperature = 1000;
  int density = 0;
  int style = 0;  ///< 0: none; otherwise an index into kStyles, from 1
  Mode mode = Mode::groove;
  int bars = 0;  ///< of the input; 0 in the mode groove
  friend bool operator==(const Request&, const Request&) = default;
};

/// A model for a mode and what the drummer needs of it. Immutable and shared.
struct DrummerModel {
  std::string name;
  std::string checksum;  ///< CRC-32C of the file, in hexadecimal
  MusicVae model;
  Attributes attributes;
  /// Two directions [latent], along which the styles' means differ most: their first two principal components. The most distant mean is at
  /// 1 or -1. Empty for a model without styles.
  std::array<std::vector<float>, 2> plane;
  std::vector<std::array<float, 2>> data;  ///< where the data lie on the plane: the components of the learned prior

  /// Reads a model of grooves. Throws as ModelFile::read does, and ConfigError for a model of another task.
  [[nodiscard]] static std::shared_ptr<const DrummerModel> read(const std::filesystem::path& path);
  /// The same from a file in memory, which must live as long as the program, for any mode. Drummers share one model of the same bytes. It
  /// may be packed (pack_model).
  [[nodiscard]] static std::shared_ptr<const DrummerModel> from(std::span<const std::byte> bytes, Mode mode = Mode::groove);

  /// Where a style's mean is on the plane, x and y; 0, 0 if the model lacks the style.
  [[nodiscard]] std::array<float, 2> place_of(const std::string& style) const;
};

/// Belongs to one thread.
class GrooveMaker {
 public:
  explicit GrooveMaker(std::shared_ptr<const DrummerModel> model);

  [[nodiscard]] const DrummerModel& model() const { return *model_; }

  /// The groove with `seed` and `index` of the request is the one that `musicvae sample` makes: moved by x and y on the plane and by
  /// attributes, as `--density` and `--style` move it. The variations are decoded from points near its z. The fill keeps its first bars,
  /// and the last bar is made anew, further along the attribute `fill`.
  [[nodiscard]] Bank make(const Request& request);

  /// The same for a model of another mode: what humanize() or tap_to_drums() makes of the input, a groove of request.bars bars, with the
  /// request's seed and temperature. The variations, and the grooves with another index, are other feels or other drums for it. There is no
  /// fill. Input without hits makes silence.
  [[nodiscard]] Bank make(const Request& request, const DrumSequence& input);

 private:
  [[nodiscard]] Bank empty_bank() const;

  std::shared_ptr<const DrummerModel> model_;
  Sampler sampler_;
};

}  // namespace musicvae::drummer
