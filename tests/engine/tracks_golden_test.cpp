// The engine's model of tracks compared with Magenta's own values of golden/public/multiperf.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/golden.hpp"
#include "musicvae/engine/music_vae.hpp"
#include "musicvae/engine/sampler.hpp"
#include "tiny_tracks.hpp"
#include "tolerances.hpp"

namespace musicvae {
namespace {

using tests::Golden;
using tests::largest_difference;

constexpr std::size_t kDepth = TracksRepresentation::kTokens;
constexpr std::size_t kWindow = TracksRepresentation::kTracks * TracksRepresentation::kRows;

class TracksGolden : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const std::filesystem::path path =
        std::filesystem::path(test::shared_folder) / "golden" / "public" / "multiperf" / (std::string(GetParam()) + ".safetensors");
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "no reference numbers at " << test::shared_folder;
    golden_.emplace(path);
  }

  [[nodiscard]] bool has_chords() const { return golden_->has("in/control_tokens"); }
  [[nodiscard]] MusicVae model() const { return {test::tiny_tracks_config(has_chords()), golden_->weights()}; }

  /// Tokens as rows with a single 1; -1 is a row of zeros.
  [[nodiscard]] std::vector<float> one_hot(const char* name, std::size_t depth = kDepth) const {
    std::vector<float> rows;
    for (const int token : golden_->ints(name)) {
      rows.resize(rows.size() + depth);
      if (token >= 0) rows[rows.size() - depth + static_cast<std::size_t>(token)] = 1.0F;
    }
    return rows;
  }

  /// The control track of the windows; empty without chords.
  [[nodiscard]] std::vector<float> controls() const {
    return has_chords() ? one_hot("in/control_tokens", Chord::kClasses) : std::vector<float>();
  }

  /// Rows of all logits.
  static void append_row(std::vector<float>& to, const std::vector<float>& logits, std::size_t row) {
    const auto from = logits.begin() + static_cast<std::ptrdiff_t>(row * kDepth);
    to.insert(to.end(), from, from + kDepth);
  }

  std::optional<Golden> golden_;
};

TEST_P(TracksGolden, EncodesAndDecodesAsTheReference) {
  const std::vector<float> x = one_hot("in/x_tokens");
  const std::vector<float> control = controls();
  std::vector<float> seen;
  for (std::size_t row = 0; row < 3 * kWindow; ++row) {
    append_row(seen, x, row);
    if (!has_chords()) continue;
    const auto chord = control.begin() + static_cast<std::ptrdiff_t>(row * Chord::kClasses);
    seen.insert(seen.end(), chord, chord + Chord::kClasses);
  }
  const Latents latents = model().encode(seen);
  EXPECT_LT(largest_difference(latents.mu, golden_->floats("out/mu")), tolerance::latent);
  EXPECT_LT(largest_difference(latents.sigma, golden_->floats("out/sigma")), tolerance::latent);

  const std::vector<float> logits = model().decode_teacher_forced(golden_->floats("out/z"), x, control);
  const std::vector<int> lengths = golden_->ints("in/lengths");
  for (std::size_t track = 0; track < 8; ++track) {
    std::vector<float> within;
    for (std::size_t window = 0; window < 3; ++window) {
      for (std::size_t row = 0; row < static_cast<std::size_t>(lengths[window * 8 + track]); ++row)
        append_row(within, logits, window * kWindow + track * 64 + row);
    }
    EXPECT_LT(largest_difference(within, golden_->floats("out/core0/seg0" + std::to_string(track))), tolerance::logits) << track;
  }
}

TEST_P(TracksGolden, SamplesTheReferencesTokens) {
  Sampler sampler(model());
  std::vector<float> control;  // the same for all samples
  for (int sample = 0; sample < 3 && has_chords(); ++sample) {
    const std::vector<float> one = one_hot("sample/control_tokens", Chord::kClasses);
    control.insert(control.end(), one.begin(), one.end());
  }
  const DecodedTensors decoded = sampler.decode_tensors(golden_->floats("sample/z"), {.temperature = 0}, {.controls = control});
  EXPECT_EQ(decoded.tensors, one_hot("sample/tokens"));
  std::vector<float> logits;
  for (std::size_t window = 0; window < 3; ++window) {
    for (const int row : golden_->ints("sample/logits_steps"))
      append_row(logits, decoded.logits, window * kWindow + static_cast<std::size_t>(row));
  }
  EXPECT_LT(largest_difference(logits, golden_->floats("sample/logits")), tolerance::logits);
}

INSTANTIATE_TEST_SUITE_P(Models, TracksGolden, testing::Values("multiperf_tiny", "multiperf_chords_tiny"),
                         [](const auto& instance) { return std::string(instance.param); });

}  // namespace
}  // namespace musicvae
