// What an audio thread relies on: no allocation, no exception, no denormal numbers.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

#include "counted_allocations.hpp"
#include "engine/golden.hpp"
#include "musicvae/engine/music_vae.hpp"
#include "musicvae/engine/sampler.hpp"
#include "musicvae/model/named_configs.hpp"
#include "musicvae/model/tensor_specs.hpp"
#include "tiny_model.hpp"

namespace musicvae {
namespace {

using test::allocations;
using tests::Golden;

// The model of a golden file, or of a named config with random weights.
MusicVae model_of(const std::string& name) {
  if (name.ends_with("_tiny") || name.ends_with("_tiny_autoreg") || name.ends_with("_tiny_residual")) return Golden::named(name).model();
  ModelConfig config = named_config(name);
  if (name == "hierdec-drums_16bar") config.encoder.levels = {16, 16};
  return MusicVae(test::tiny_model(config));
}

// Calls every hot function of encoder and decoder once, on buffers allocated before; `watch` runs the calls.
template <class Watch>
void run_all(const MusicVae& model, const Watch& watch) {
  constexpr int n = 4;
  const ModelConfig& config = model.config();
  const auto size = [](int a, int b) { return static_cast<std::size_t>(a) * static_cast<std::size_t>(b); };
  const std::vector<float> x(size(n * config.steps, config.input_depth() + config.control_depth()), 0.5F);
  const std::vector<float> targets(size(n * config.steps, config.output_depth()), 1.0F);
  const std::vector<float> controls(size(n * config.steps, config.control_depth()), 1.0F);
  const std::vector<float> control(size(n, config.control_depth()), 1.0F);
  const std::vector<int> lengths(n, config.encoder.levels.empty() ? config.steps / 2 + 1 : config.steps);
  std::vector<float> known(size(n * config.steps, config.output_depth()));
  for (std::size_t i = 0; i < known.size(); i += 3) known[i] = 1.0F;
  std::vector<float> mu(size(n, config.latent));
  std::vector<float> sigma(mu.size());
  std::vector<float> samples(targets.size());
  std::vector<float> logits(targets.size());
  std::vector<float> row(size(n, config.output_depth()));
  std::vector<float> step_logits(size(n, logit_depth(config)));
  std::vector<float> row_logits(row.size());
  std::vector<float> state(size(n, 2 * total(config.decoder.units)));
  constexpr int many = 40;  // the encoder computes so many in another way
  const std::vector<float> many_x(size(many * config.steps, config.input_depth() + config.control_depth()), 0.5F);
  std::vector<float> many_mu(size(many, config.latent));
  std::vector<float> many_sigma(many_mu.size());
  engine::Encoder encoder = model.encoder();
  engine::Encoder rounded = model.encoder(Precision::bf16);
  engine::Decoder decoder = model.decoder();
  encoder.prepare(many, config.steps);
  rounded.prepare(n, config.steps);
  decoder.prepare(n);
  watch([&] {
    encoder.encode(x, lengths, n, config.steps, mu, sigma);
    encoder.encode(x, {}, n, config.steps, mu, sigma);
    encoder.encode(many_x, {}, many, config.steps, many_mu, many_sigma);
    rounded.encode(x, lengths, n, config.steps, mu, sigma);
    decoder.decode_teacher_forced(mu, n, config.steps, targets, controls, logits);
    decoder.start(mu, n);
    for (int t = 0; t < 2 * config.steps; ++t) decoder.step(row, control, step_logits);  // a stream continues beyond a window
    decoder.state(state);
    decoder.decode(mu, n, config.steps, {.temperature = 1.0F, .seed = 1}, controls, samples, logits);
    decoder.decode(mu, n, config.steps, {.temperature = 1.0F, .seed = 1}, controls, samples, logits, {known, known});
    decoder.decode(mu, n, config.steps, {.temperature = 1.0F, .seed = 1, .feel_temperature = 1.0F}, controls, samples);
    decoder.decode(mu, n, config.steps, {.temperature = 1.0F, .seed = 1, .feel_temperature = 0.1F}, controls, samples);
    decoder.start(mu, n);
    for (int t = 0; t < 2 * config.steps; ++t) decoder.next({}, control, row, row_logits);
  });
}

class RealTime : public testing::TestWithParam<std::string> {};

TEST_P(RealTime, AllocatesNothing) {
  run_all(model_of(GetParam()), [](const auto& calls) {
    const int before = allocations;
    calls();
    EXPECT_EQ(allocations - before, 0);
  });
}

INSTANTIATE_TEST_SUITE_P(Models, RealTime,
                         testing::Values("groovae4_tiny", "groovae4_tiny_residual", "hits_control_tiny", "cat_drums_tiny",
                                         "hier_groove_tiny", "hier_groove_tiny_autoreg", "nade-drums_2bar_full", "hierdec-drums_16bar",
                                         "groovae_4bar_lookback", "groovae_2bar_infill_lookback"),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(RealTimeControl, AnAllocationIsSeen) {
  const auto use = [](const float* data) { __asm__ volatile("" : : "r"(data) : "memory"); };  // or Clang leaves the allocation out
  const int before = allocations;
  const std::vector<float> plain(10);
  use(plain.data());
  EXPECT_EQ(allocations - before, 1);
  const numerics::AlignedFloats aligned(10);
  use(aligned.data());
  EXPECT_EQ(allocations - before, 2);
  engine::Decoder decoder = Golden::named("groovae4_tiny").model().decoder();
  const int prepared = allocations;
  decoder.prepare(1);
  EXPECT_GT(allocations - prepared, 5);
}

TEST(RealTimeControl, HotFunctionsAreNoexcept) {
  using Floats = std::span<float>;
  using Given = std::span<const float>;
  static_assert(noexcept(std::declval<engine::Encoder&>().encode(Given(), std::span<const int>(), 1, 1, Floats(), Floats())));
  static_assert(noexcept(std::declval<engine::Decoder&>().start(Given(), 1)));
  static_assert(noexcept(draw_prior(std::declval<const MusicVae&>(), 1, 0, Floats())));
  static_assert(noexcept(std::declval<engine::Decoder&>().step(Given(), Given(), Floats())));
  static_assert(noexcept(std::declval<engine::Decoder&>().next({}, Given(), Floats(), Floats())));
  static_assert(noexcept(std::declval<engine::Decoder&>().decode(Given(), 1, 1, {}, Given(), Floats(), Floats())));
  static_assert(noexcept(std::declval<engine::Decoder&>().decode_teacher_forced(Given(), 1, 1, Given(), Given(), Floats())));
}

#if defined(__x86_64__)
// Whether a denormal number was read or produced, which the processor records in its status register.
bool denormals_in(const auto& calls) {
  constexpr unsigned denormal_read = 0x02;
  constexpr unsigned underflow = 0x10;
  _mm_setcsr(_mm_getcsr() & ~(denormal_read | underflow));
  calls();
  return (_mm_getcsr() & (denormal_read | underflow)) != 0;
}

TEST(RealTimeControl, ADenormalIsSeen) {
  volatile float tiny = 1e-38F;
  EXPECT_TRUE(denormals_in([&] { tiny = tiny * 0.1F; }));
  EXPECT_FALSE(denormals_in([&] { tiny = 1.0F; }));
}

TEST_P(RealTime, MeetsNoDenormals) {
  run_all(model_of(GetParam()), [](const auto& calls) { EXPECT_FALSE(denormals_in(calls)); });
}

// With weights of 0 the state decays for ever; weights of 1e-25 and z of 1e-30 would produce denormals at once; closed gates let almost
// nothing through.
TEST(RealTimeControl, FadingStatesMeetNoDenormals) {
  const Golden golden = Golden::named("groovae4_tiny");
  for (const float scale : {0.0F, 1e-25F, 1e-18F, 1e-9F, 50.0F}) {
    Weights weights = golden.weights();
    for (auto& [name, tensor] : weights) {
      std::vector<float> values = tensor.values.floats();
      for (float& value : values) value *= scale;
      tensor.values = std::move(values);
    }
    const MusicVae model(golden.config(), weights);
    engine::Decoder decoder = model.decoder();
    decoder.prepare(1);
    std::vector<float> z(16, 1e-30F);
    z[0] = 1.0F;
    std::vector<float> row(27);
    EXPECT_FALSE(denormals_in([&] {
      decoder.start(z, 1);
      for (int t = 0; t < 1000; ++t) decoder.next({.temperature = 1.0F}, {}, row);
    })) << scale;
  }
}
#endif

}  // namespace
}  // namespace musicvae
