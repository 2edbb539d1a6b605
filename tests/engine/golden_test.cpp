// The engine compared with Magenta's own values: the public tiny models of every kind, and the large model if its file is available.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "engine/golden.hpp"
#include "musicvae/engine/music_vae.hpp"
#include "musicvae/engine/sampler.hpp"
#include "musicvae/model/named_configs.hpp"
#include "musicvae/model/tensor_specs.hpp"
#include "paths.hpp"
#include "tolerances.hpp"

namespace musicvae {
namespace {

using tests::Golden;
using tests::largest_difference;

// Keeps only valid rows: [n, steps, depth] -> the rows with step < length, as in the reference's loss.
std::vector<float> within_lengths(const std::vector<float>& rows, const std::vector<int>& lengths, int steps) {
  const std::size_t depth = rows.size() / (lengths.size() * static_cast<std::size_t>(steps));
  std::vector<float> result;
  for (std::size_t b = 0; b < lengths.size(); ++b) {
    const auto first = rows.begin() + static_cast<std::ptrdiff_t>(b * static_cast<std::size_t>(steps) * depth);
    result.insert(result.end(), first, first + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(lengths[b]) * depth));
  }
  return result;
}

// One decoder's logits of one subsequence, [n, steps, width], from all logits [n, segments * steps, depth].
std::vector<float> part_of(const std::vector<float>& logits, const ModelConfig& config, int segment, int first, int width) {
  const int steps = config.steps / config.conductor->segments;
  std::vector<float> result;
  for (std::size_t b = 0; b * static_cast<std::size_t>(config.steps * config.output_depth()) < logits.size(); ++b) {
    for (int t = 0; t < steps; ++t) {
      const auto row =
          logits.begin() + (static_cast<std::ptrdiff_t>(b) * config.steps + segment * steps + t) * config.output_depth() + first;
      result.insert(result.end(), row, row + width);
    }
  }
  return result;
}

// The logits of some steps of each window, [n, steps.size(), depth], from those of all steps.
std::vector<float> at_steps(const std::vector<float>& logits, const std::vector<int>& steps, const ModelConfig& config) {
  const std::ptrdiff_t depth = config.output_depth();
  std::vector<float> result;
  for (auto window = logits.begin(); window != logits.end(); window += config.steps * depth) {
    for (const int step : steps) result.insert(result.end(), window + step * depth, window + (step + 1) * depth);
  }
  return result;
}

void expect_encodes_and_decodes(const Golden& golden) {
  const MusicVae model = golden.model();
  const std::vector<int> lengths = golden.ints("in/lengths");
  const Latents latents = model.encode(golden.encoder_input(), lengths);
  EXPECT_LT(largest_difference(latents.mu, golden.floats("out/mu")), tolerance::latent);
  EXPECT_LT(largest_difference(latents.sigma, golden.floats("out/sigma")), tolerance::latent);

  const std::vector<float> logits = model.decode_teacher_forced(golden.floats("out/z"), golden.target(), golden.controls());
  const ModelConfig& config = model.config();
  if (golden.has("out/rnn_output_steps")) {
    EXPECT_LT(largest_difference(at_steps(logits, golden.ints("out/rnn_output_steps"), config), golden.floats("out/rnn_output")),
              tolerance::logits);
    return;
  }
  if (!config.conductor) {
    EXPECT_LT(
        largest_difference(within_lengths(logits, lengths, config.steps),
                           golden.has("out/rnn_output_flat") ? golden.floats("out/rnn_output_flat")
                                                             : within_lengths(golden.floats("out/rnn_output"), lengths, config.steps)),
        tolerance::logits);
    return;
  }
  const bool some_bars = golden.has("in/x_tokens") && output_parts(config).size() > 1;  // of trios: 0, 1, 8 and 15
  int first = 0;
  for (std::size_t p = 0; p < output_parts(config).size(); ++p) {
    const int width = output_parts(config)[p];
    for (int segment = 0; segment < config.conductor->segments; ++segment) {
      if (some_bars && segment != 0 && segment != 1 && segment != 8 && segment != 15) continue;
      const std::string name = "out/core" + std::to_string(p) + "/seg" + (segment < 10 ? "0" : "") + std::to_string(segment);
      EXPECT_LT(largest_difference(part_of(logits, config, segment, first, width), golden.floats(name)), tolerance::logits) << name;
    }
    first += width;
  }
}

class PublicGolden : public testing::TestWithParam<std::string> {};

TEST_P(PublicGolden, EncodesAndDecodesAsTheReference) {
  expect_encodes_and_decodes(Golden::named(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Models, PublicGolden,
                         testing::Values("groovae4_tiny", "groovae4_tiny_lengths", "groovae4_tiny_residual", "humanize_tiny",
                                         "hits_control_tiny", "cat_drums_tiny", "hier_groove_tiny", "hier_groove_tiny_autoreg",
                                         "cat_mel_2bar_small_tiny", "flat_mel_16bar_tiny", "hierdec_mel_16bar_tiny", "hier_mel_16bar_tiny",
                                         "cat_mel_2bar_med_chords_tiny"),
                         [](const auto& test) { return test.param; });

// Models that depend on the dataset or on other instruments; they are not part of the sources.
class SharedGolden : public testing::TestWithParam<std::string> {};

TEST_P(SharedGolden, EncodesAndDecodesAsTheReference) {
  const std::filesystem::path path = std::filesystem::path(test::shared_folder) / "golden" / (GetParam() + ".safetensors");
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no reference numbers at " << test::shared_folder;
  expect_encodes_and_decodes(Golden(path));
}

INSTANTIATE_TEST_SUITE_P(Models, SharedGolden,
                         testing::Values("other_groovae4_tiny_residual", "other_groovae_2bar_humanize_tiny",
                                         "other_groovae_2bar_tap_fixed_velocity_tiny", "other_groovae_2bar_hits_control_tfds_tiny",
                                         "other_hierdec_mel_tiny", "other_hierdec_trio_tiny", "other_hier_trio_tiny"),
                         [](const auto& test) { return test.param; });

class PublicSample : public testing::TestWithParam<std::string> {};

TEST_P(PublicSample, DecodesOnItsOwnAsTheReference) {
  const Golden golden = Golden::named(GetParam());
  Sampler sampler(golden.model());
  const std::vector<float> expected = golden.floats("sample/samples");
  const DecodedTensors decoded = sampler.decode_tensors(golden.floats("sample/z"), {.temperature = 0});
  EXPECT_LT(largest_difference(decoded.tensors, expected), tolerance::sample);
  EXPECT_LT(largest_difference(decoded.logits, golden.floats("sample/logits")), tolerance::logits);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (i % 27 < 9) {
      ASSERT_EQ(decoded.tensors[i], expected[i]) << i;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Models, PublicSample, testing::Values("groovae4_tiny", "hier_groove_tiny", "hier_groove_tiny_autoreg"),
                         [](const auto& test) { return test.param; });

void expect_samples_token_for_token(const Golden& golden) {
  Sampler sampler(golden.model());
  const DecodedTensors decoded =
      sampler.decode_tensors(golden.floats("sample/z"), {.temperature = 0, .chords = golden.chords("sample/control_tokens")});
  EXPECT_EQ(decoded.tensors, golden.one_hot("sample/tokens"));
  EXPECT_LT(largest_difference(at_steps(decoded.logits, golden.ints("sample/logits_steps"), sampler.model().config()),
                               golden.floats("sample/logits")),
            tolerance::logits);
}

class PublicMelodySample : public testing::TestWithParam<std::string> {};

TEST_P(PublicMelodySample, IsTheReferencesTokenForToken) {
  expect_samples_token_for_token(Golden::named(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Models, PublicMelodySample,
                         testing::Values("cat_mel_2bar_small_tiny", "flat_mel_16bar_tiny", "hierdec_mel_16bar_tiny", "hier_mel_16bar_tiny",
                                         "cat_mel_2bar_med_chords_tiny"),
                         [](const auto& test) { return test.param; });

// The reference's models of trios. Their files are too large to be part of the sources.
class SharedTrio : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(path())) GTEST_SKIP() << "no reference numbers at " << test::shared_folder;
  }
  static std::filesystem::path path() {
    return std::filesystem::path(test::shared_folder) / "golden" / "public" / "melody_trio" / (GetParam() + ".safetensors");
  }
};

TEST_P(SharedTrio, EncodesAndDecodesAsTheReference) {
  expect_encodes_and_decodes(Golden(path()));
}

TEST_P(SharedTrio, IsTheReferencesTokenForToken) {
  expect_samples_token_for_token(Golden(path()));
}

INSTANTIATE_TEST_SUITE_P(Models, SharedTrio, testing::Values("flat_trio_16bar_tiny", "hierdec_trio_16bar_tiny", "hier_trio_16bar_tiny"),
                         [](const auto& test) { return test.param; });

// Magenta's released decoder of cat-mel_2bar_small, one raw file per tensor. The kernels of its encoder are not part of the release.
TEST(ReleasedMelodyDecoder, IsTheReferencesTokenForToken) {
  const std::filesystem::path folder = std::filesystem::path(test::shared_folder) / "interop";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no released decoder at " << folder;
  const ModelConfig& config = named_config("cat-mel_2bar_small");
  Weights weights;
  for (const TensorSpec& spec : tensor_specs(config)) {
    std::int64_t count = 1;
    for (const std::int64_t extent : spec.shape) count *= extent;
    std::vector<float> values(static_cast<std::size_t>(count));
    std::string name = spec.name;
    std::replace(name.begin(), name.end(), '/', '_');
    if (std::ifstream file(folder / "mel_2bar_small_dljs" / name, std::ios::binary); file) {
      file.read(reinterpret_cast<char*>(values.data()), static_cast<std::streamsize>(values.size() * sizeof(float)));
      ASSERT_EQ(static_cast<std::size_t>(file.gcount()), values.size() * sizeof(float)) << name;
    } else {
      ASSERT_TRUE(spec.name.starts_with("encoder/") && spec.name.ends_with("/kernel")) << spec.name;
    }
    weights.emplace(spec.name, Tensor{spec.shape, std::move(values)});
  }
  const Golden golden(folder / "mel_2bar_small_greedy.safetensors");
  Sampler sampler(MusicVae(config, weights));
  const DecodedTensors decoded = sampler.decode_tensors(golden.floats("z"), {.temperature = 0});
  EXPECT_EQ(decoded.tensors, golden.one_hot("tokens"));
  EXPECT_LT(largest_difference(decoded.logits, golden.floats("logits")), tolerance::logits);
}

// The model of the Groove paper's size, trained for 218 steps. Its weights take 30 MB, so they are not part of the sources.
class WarmGolden : public testing::Test {
 protected:
  static std::filesystem::path path(const std::string& name) { return std::filesystem::path(test::shared_folder) / "golden" / name; }
  void SetUp() override {
    if (!std::filesystem::exists(path("vars_warm.safetensors"))) GTEST_SKIP() << "no reference numbers at " << test::shared_folder;
  }
  static MusicVae model(numerics::Isa isa = numerics::best_isa()) {
    return {named_config("groovae_4bar"), Golden(path("vars_warm.safetensors")).weights(""), DrumMap::roland(), "warm", isa};
  }
};

TEST_F(WarmGolden, EncodesAndDecodesAsTheReference) {
  const Golden golden(path("model_warm.safetensors"));
  const std::vector<float> x = golden.floats("x");
  const Latents latents = model().encode(x);
  EXPECT_LT(largest_difference(latents.mu, golden.floats("gs1/mu")), tolerance::latent);
  EXPECT_LT(largest_difference(latents.sigma, golden.floats("gs1/sigma")), tolerance::latent);
  EXPECT_LT(largest_difference(model().decode_teacher_forced(golden.floats("gs1/z"), x), golden.floats("gs1/flat_logits")),
            tolerance::logits);
}

TEST_F(WarmGolden, KeepsToTheLengthsOfWindows) {
  const Golden golden(path("model_warm.safetensors"));
  const std::vector<float> x = golden.floats("x");
  const std::vector<int> lengths = golden.ints("varlen/lengths");
  const Latents latents = model().encode(x, lengths);
  EXPECT_LT(largest_difference(latents.mu, golden.floats("varlen/mu")), tolerance::latent);
  EXPECT_LT(largest_difference(latents.sigma, golden.floats("varlen/sigma")), tolerance::latent);
  const std::vector<float> logits = model().decode_teacher_forced(golden.floats("varlen/z"), x);
  EXPECT_LT(largest_difference(within_lengths(logits, lengths, 64), golden.floats("varlen/flat_logits")), tolerance::logits);
}

// At temperature 1e-6 even the smallest hit logit, 0.0027, gives a probability of 0 or 1, so every seed gives the thresholded notes.
TEST_F(WarmGolden, SamplesAsTheReference) {
  const Golden golden(path("sample_warm.safetensors"));
  Sampler sampler(model());
  for (const auto& [run, temperature] : {std::pair{"thr", 0.0F}, std::pair{"T1e-06", 1e-6F}}) {
    const std::string prefix = std::string(run) + "/";
    const DecodedTensors decoded = sampler.decode_tensors(golden.floats("z"), {.temperature = temperature, .seed = 3});
    const std::vector<float> expected = golden.floats(prefix + "samples");
    EXPECT_LT(largest_difference(decoded.tensors, expected), tolerance::sample) << run;
    EXPECT_LT(largest_difference(decoded.logits, golden.floats(prefix + "logits")), tolerance::logits) << run;
    int hits = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      if (i % 27 >= 9) continue;
      ASSERT_EQ(decoded.tensors[i], expected[i]) << run << " " << i;
      hits += expected[i] > 0.5F;
    }
    EXPECT_GT(hits, 100) << run;
  }
}

// At temperature 1e-3 a few cells are random. With the reference's own inputs, the logits and the last state equal the reference's, and so
// do the hits that are certain.
TEST_F(WarmGolden, FollowsTheReferenceStepByStep) {
  const Golden golden(path("sample_warm.safetensors"));
  for (const std::string run : {"thr/", "T1e-06/", "T0.001/"}) {
    const std::vector<float> inputs = golden.floats(run + "rnn_input");
    const std::vector<float> expected = golden.floats(run + "logits");
    const std::vector<float> samples = golden.floats(run + "samples");
    engine::Decoder decoder = model().decoder();
    decoder.prepare(8);
    decoder.start(golden.floats("z"), 8);
    std::vector<float> previous(8 * 27);
    std::vector<float> logits(8 * 27);
    for (std::size_t t = 0; t < 64; ++t) {
      for (std::size_t b = 0; b < 8; ++b)
        std::copy_n(inputs.begin() + static_cast<std::ptrdiff_t>((b * 64 + t) * 27), 27,
                    previous.begin() + static_cast<std::ptrdiff_t>(b * 27));
      decoder.step(previous, {}, logits);
      for (std::size_t i = 0; i < logits.size(); ++i) {
        const std::size_t at = (i / 27 * 64 + t) * 27 + i % 27;
        ASSERT_NEAR(logits[i], expected[at], tolerance::logits) << run << at;
        if (i % 27 < 9 && std::abs(logits[i]) > 0.05F) {
          ASSERT_EQ(samples[at], logits[i] > 0.0F ? 1.0F : 0.0F) << run << at;
        }
      }
    }
    std::vector<float> state(8 * 1024);
    decoder.state(state);
    std::vector<float> reference;
    const std::vector<std::vector<float>> parts = {golden.floats(run + "state0_c"), golden.floats(run + "state0_h"),
                                                   golden.floats(run + "state1_c"), golden.floats(run + "state1_h")};
    for (std::ptrdiff_t b = 0; b < 8; ++b) {
      for (const std::vector<float>& part : parts) reference.insert(reference.end(), part.begin() + b * 256, part.begin() + (b + 1) * 256);
    }
    ASSERT_EQ(state.size(), reference.size());
    for (std::size_t i = 0; i < state.size(); ++i)
      ASSERT_NEAR(state[i], reference[i], tolerance::state * std::max(1.0, std::abs(double{reference[i]}))) << run << i;
  }
}

TEST_F(WarmGolden, EncodesTheSampledWindows) {
  const Golden golden(path("sample_warm.safetensors"));
  const Latents latents = model().encode(Golden(path("model_warm.safetensors")).floats("x"));
  EXPECT_LT(largest_difference(latents.mu, golden.floats("enc_mu")), tolerance::latent);
  EXPECT_LT(largest_difference(latents.sigma, golden.floats("enc_sigma")), tolerance::latent);
}

}  // namespace
}  // namespace musicvae
