// The C library makes what the C++ library makes: samples, latent points, interpolations and tasks.
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "c_handles.hpp"

namespace musicvae {
namespace {

using test::CModel;
using test::CMusic;
using test::expect_error;
using test::expect_ok;
using test::options_of;
using test::tiny;

const char* const kEveryKind[] = {"groovae_4bar", "nade-drums_2bar_full", "mel_2bar", "trio_4bar", "tracks"};

// A model in C and in C++.
struct Both {
  explicit Both(const ModelFile& file) : c(test::load(file)), sampler(MusicVae(file)) {}

  template <class Value>
  void expect_same(const std::vector<CMusic>& made, const std::vector<Value>& expected) const {
    ASSERT_EQ(made.size(), expected.size());
    for (std::size_t i = 0; i < made.size(); ++i) {
      EXPECT_EQ(test::midi_of(made[i]), test::midi_of(expected[i], sampler.model().drum_map())) << sampler.model().config().name << i;
    }
  }

  CModel c;
  Sampler sampler;
};

std::size_t latent_of(const Both& both) {
  return static_cast<std::size_t>(both.sampler.model().config().latent);
}

template <class Use>
void for_every_kind(Use use) {
  for (const char* config : kEveryKind) {
    Both both(tiny(config));
    with_music(both.sampler.model().config(), [&]<class Value>() { use.template operator()<Value>(both); });
  }
}

TEST(CSample, IsThatOfTheSampler) {
  for_every_kind([]<class Value>(Both& both) {
    both.expect_same(test::sampled(both.c, 3, 7), both.sampler.sample<Value>({.n = 3, .decode = {.seed = 7}}));
    musicvae_decode_options options = options_of(8, 0.5F);
    options.first = 5;
    options.bars = 1;
    options.feel_temperature = 0.25F;
    options.threads = 1;
    const auto made = test::made(2, [&](musicvae_music** music) { return musicvae_sample(both.c.get(), &options, 2, music); });
    const DecodeOptions decode{.temperature = 0.5F, .seed = 8, .bars = 1, .first = 5, .feel_temperature = 0.25F};
    both.expect_same(made, both.sampler.sample<Value>({.n = 2, .decode = decode}));
  });
}

TEST(CSample, WithoutOptionsIsThatOfSeedZero) {
  Both both(tiny("groovae_4bar"));
  const auto made = test::made(1, [&](musicvae_music** music) { return musicvae_sample(both.c.get(), nullptr, 1, music); });
  both.expect_same(made, both.sampler.sample({}));
}

TEST(CSample, OfTheShippedModels) {
  for (const char* name : {"hier-groove_4bar_lookback", "mel_2bar"}) {
    const std::string path = std::string(MUSICVAE_SOURCE) + "/models/" + name + ".safetensors";
    musicvae_model* model = nullptr;
    expect_ok(musicvae_model_load(path.c_str(), &model));
    const CModel loaded(model);
    Sampler sampler(MusicVae::load(path));
    const std::vector<CMusic> made = test::sampled(loaded, 2, 7);
    with_music(sampler.model().config(), [&]<class Value>() {
      const std::vector<Value> expected = sampler.sample<Value>({.n = 2, .decode = {.seed = 7}});
      for (std::size_t i = 0; i < 2; ++i) EXPECT_EQ(test::midi_of(made[i]), test::midi_of(expected[i], sampler.model().drum_map())) << name;
    });
  }
}

TEST(CSample, OptionsOutOfRange) {
  const CModel model = test::load(tiny("groovae_4bar"));
  musicvae_music* music = nullptr;
  const auto refused = [&](const musicvae_decode_options& options, musicvae_status code, const char* part) {
    expect_error(musicvae_sample(model.get(), &options, 1, &music), code, part);
  };
  musicvae_decode_options options = options_of(7, -0.5F);
  refused(options, MUSICVAE_ERROR_ARGUMENT, "temperature -0.5");
  options = options_of(7, std::nanf(""));
  refused(options, MUSICVAE_ERROR_ARGUMENT, "temperature nan");
  options = options_of(7);
  options.feel_temperature = std::numeric_limits<float>::infinity();
  refused(options, MUSICVAE_ERROR_ARGUMENT, "feel temperature inf");
  options = options_of(7);
  options.bars = 5;
  refused(options, MUSICVAE_ERROR_ARGUMENT, "5 bars are out of range");
  options.bars = -1;
  refused(options, MUSICVAE_ERROR_ARGUMENT, "-1 bars are out of range");
  options = options_of(7);
  options.threads = -1;
  refused(options, MUSICVAE_ERROR_ARGUMENT, "-1");
  options.size = 0;
  refused(options, MUSICVAE_ERROR_STRUCT, "musicvae_decode_options: its size is 0");
  expect_error(musicvae_sample(model.get(), nullptr, 0, &music), MUSICVAE_ERROR_ARGUMENT, "n is 0");
  expect_error(musicvae_sample(nullptr, nullptr, 1, &music), MUSICVAE_ERROR_ARGUMENT, "musicvae_sample: model is NULL");
  expect_error(musicvae_sample(model.get(), nullptr, 1, nullptr), MUSICVAE_ERROR_ARGUMENT, "musicvae_sample: music is NULL");
  expect_error(musicvae_sample(test::load(tiny("groovae_4bar_hits_control")).get(), nullptr, 1, &music), MUSICVAE_ERROR_ARGUMENT,
               "use humanize");
  EXPECT_EQ(music, nullptr);
}

TEST(CEncode, AndDecodeAreThoseOfTheModel) {
  for_every_kind([]<class Value>(Both& both) {
    const std::size_t latent = latent_of(both);
    const std::vector<CMusic> music = test::sampled(both.c, 1, 7);
    const Latents expected = both.sampler.model().encode(both.sampler.sample<Value>({.decode = {.seed = 7}}).front());
    std::vector<float> mu(latent);
    std::vector<float> sigma(latent);
    expect_ok(musicvae_encode(both.c.get(), music[0].get(), mu.data(), sigma.data(), latent));
    EXPECT_EQ(mu, expected.mu);
    EXPECT_EQ(sigma, expected.sigma);
    std::fill(mu.begin(), mu.end(), 0.0F);
    expect_ok(musicvae_encode(both.c.get(), music[0].get(), mu.data(), nullptr, latent));
    EXPECT_EQ(mu, expected.mu);

    std::vector<float> z = both.sampler.prior(9, 1);
    std::vector<float> drawn(latent);
    expect_ok(musicvae_draw_prior(both.c.get(), 9, 0, drawn.data(), latent));
    EXPECT_EQ(drawn, z);
    z.insert(z.end(), mu.begin(), mu.end());
    const musicvae_decode_options options = options_of(4, 0.5F);
    const auto made =
        test::made(2, [&](musicvae_music** out) { return musicvae_decode(both.c.get(), z.data(), latent, 2, &options, out); });
    both.expect_same(made, both.sampler.decode<Value>(z, {.temperature = 0.5F, .seed = 4}));
  });
}

TEST(CEncode, WrongArguments) {
  const CModel model = test::load(tiny("groovae_4bar"));
  const CModel short_model = test::load(tiny("groovae_2bar_infill"));
  const CModel melodies = test::load(tiny("mel_2bar"));
  const std::vector<CMusic> music = test::sampled(model, 1, 1);
  std::vector<float> z(4);
  musicvae_music* made = nullptr;
  const auto encode = [&](const CModel& with, float* mu, std::size_t latent) {
    return musicvae_encode(with.get(), music[0].get(), mu, nullptr, latent);
  };
  expect_error(encode(model, z.data(), 3), MUSICVAE_ERROR_ARGUMENT, "latent is 3, and the model's is 4");
  expect_error(encode(model, nullptr, 4), MUSICVAE_ERROR_ARGUMENT, "mu is NULL");
  expect_error(encode(short_model, z.data(), 4), MUSICVAE_ERROR_ARGUMENT, "64 steps");
  expect_error(encode(melodies, z.data(), 4), MUSICVAE_ERROR_CONFIG, "musicvae_encode: the music is grooves, not melodies");
  expect_error(musicvae_encode(nullptr, music[0].get(), z.data(), nullptr, 4), MUSICVAE_ERROR_ARGUMENT, "model is NULL");
  expect_error(musicvae_encode(model.get(), nullptr, z.data(), nullptr, 4), MUSICVAE_ERROR_ARGUMENT, "music is NULL");
  expect_error(musicvae_decode(nullptr, z.data(), 4, 1, nullptr, &made), MUSICVAE_ERROR_ARGUMENT, "model is NULL");
  expect_error(musicvae_decode(model.get(), nullptr, 4, 1, nullptr, &made), MUSICVAE_ERROR_ARGUMENT, "z is NULL");
  expect_error(musicvae_decode(model.get(), z.data(), 5, 1, nullptr, &made), MUSICVAE_ERROR_ARGUMENT, "latent is 5");
  expect_error(musicvae_decode(model.get(), z.data(), 4, 0, nullptr, &made), MUSICVAE_ERROR_ARGUMENT, "n is 0");
  expect_error(musicvae_decode(model.get(), z.data(), 4, 1, nullptr, nullptr), MUSICVAE_ERROR_ARGUMENT, "music is NULL");
  z[2] = std::nanf("");
  expect_error(musicvae_decode(model.get(), z.data(), 4, 1, nullptr, &made), MUSICVAE_ERROR_ARGUMENT, "finite");
  EXPECT_EQ(made, nullptr);
  EXPECT_EQ(musicvae_draw_prior(nullptr, 1, 0, z.data(), 4), MUSICVAE_ERROR_ARGUMENT);
  EXPECT_EQ(musicvae_draw_prior(model.get(), 1, 0, nullptr, 4), MUSICVAE_ERROR_ARGUMENT);
  EXPECT_EQ(musicvae_draw_prior(model.get(), 1, 0, z.data(), 3), MUSICVAE_ERROR_ARGUMENT);
}

TEST(CInterpolate, IsThatOfTheLibrary) {
  for_every_kind([]<class Value>(Both& both) {
    const std::vector<CMusic> ends = test::sampled(both.c, 2, 7);
    const std::vector<Value> same = both.sampler.sample<Value>({.n = 2, .decode = {.seed = 7}});
    musicvae_decode_options options = options_of(4, 0.7F);
    options.bars = 1;  // is not used
    for (const auto& [code, method] : {std::pair(MUSICVAE_SLERP, Interpolation::slerp), {MUSICVAE_LERP, Interpolation::lerp}}) {
      const int chosen = code;
      const auto made = test::made(4, [&](musicvae_music** music) {
        return musicvae_interpolate(both.c.get(), ends[0].get(), ends[1].get(), 4, chosen, &options, music);
      });
      both.expect_same(made, interpolate(both.sampler, same[0], same[1], 4, method, {.temperature = 0.7F, .seed = 4}));
    }
  });
}

TEST(CInterpolate, WrongArguments) {
  const CModel model = test::load(tiny("groovae_4bar"));
  const std::vector<CMusic> ends = test::sampled(model, 2, 1);
  musicvae_music* made[2] = {};
  const auto call = [&](const musicvae_model* with, const musicvae_music* from, const musicvae_music* to, int n, int method) {
    return musicvae_interpolate(with, from, to, n, method, nullptr, made);
  };
  const musicvae_music* from = ends[0].get();
  const musicvae_music* to = ends[1].get();
  expect_error(call(nullptr, from, to, 2, MUSICVAE_SLERP), MUSICVAE_ERROR_ARGUMENT, "model is NULL");
  expect_error(call(model.get(), nullptr, to, 2, MUSICVAE_SLERP), MUSICVAE_ERROR_ARGUMENT, "from is NULL");
  expect_error(call(model.get(), from, nullptr, 2, MUSICVAE_SLERP), MUSICVAE_ERROR_ARGUMENT, "to is NULL");
  expect_error(call(model.get(), from, to, 1, MUSICVAE_SLERP), MUSICVAE_ERROR_ARGUMENT, "steps");
  expect_error(call(model.get(), from, to, 2, 2), MUSICVAE_ERROR_ARGUMENT, "method is 2");
  expect_error(musicvae_interpolate(model.get(), from, to, 2, 0, nullptr, nullptr), MUSICVAE_ERROR_ARGUMENT, "music is NULL");
  const CModel melodies = test::load(tiny("mel_2bar"));
  expect_error(call(melodies.get(), from, to, 2, MUSICVAE_SLERP), MUSICVAE_ERROR_CONFIG, "the music is grooves, not melodies");
  EXPECT_EQ(made[0], nullptr);
}

TEST(CTasks, AreThoseOfTheLibrary) {
  Both played(tiny("groovae_4bar"));
  const std::vector<CMusic> groove = test::sampled(played.c, 1, 3);
  const DrumSequence same = played.sampler.sample({.decode = {.seed = 3}}).front();
  musicvae_decode_options options = options_of(4, 0.8F);
  options.bars = 1;  // is not used
  const DecodeOptions decode{.temperature = 0.8F, .seed = 4};
  const auto run = [&](const Both& both, auto function) {
    return test::made(1, [&](musicvae_music** music) { return function(both.c.get(), groove[0].get(), &options, music); });
  };
  Both humanizes(tiny("groovae_2bar_humanize"));
  humanizes.expect_same(run(humanizes, musicvae_humanize), std::vector{humanize(humanizes.sampler, same, decode)});
  Both controlled(tiny("groovae_4bar_hits_control"));
  controlled.expect_same(run(controlled, musicvae_humanize), std::vector{humanize(controlled.sampler, same, decode)});
  Both taps(tiny("groovae_2bar_tap_fixed_velocity"));
  taps.expect_same(run(taps, musicvae_tap_to_drums), std::vector{tap_to_drums(taps.sampler, same, decode)});
}

TEST(CTasks, WrongArguments) {
  const CModel grooves = test::load(tiny("groovae_4bar"));
  const CModel melodies = test::load(tiny("mel_2bar"));
  const std::vector<CMusic> groove = test::sampled(grooves, 1, 3);
  const std::vector<CMusic> melody = test::sampled(melodies, 1, 3);
  musicvae_music* made = nullptr;
  const auto refuse = [&](const std::string& name, auto function) {
    expect_error(function(nullptr, groove[0].get(), nullptr, &made), MUSICVAE_ERROR_ARGUMENT, name + ": model is NULL");
    expect_error(function(grooves.get(), nullptr, nullptr, &made), MUSICVAE_ERROR_ARGUMENT, name + ": the groove is NULL");
    expect_error(function(grooves.get(), groove[0].get(), nullptr, nullptr), MUSICVAE_ERROR_ARGUMENT, name + ": music is NULL");
    expect_error(function(grooves.get(), groove[0].get(), nullptr, &made), MUSICVAE_ERROR_ARGUMENT, "task");
    expect_error(function(melodies.get(), melody[0].get(), nullptr, &made), MUSICVAE_ERROR_CONFIG, name + ": the music is melodies");
  };
  refuse("musicvae_humanize", musicvae_humanize);
  refuse("musicvae_tap_to_drums", musicvae_tap_to_drums);
  EXPECT_EQ(made, nullptr);
}

// Chooses every third cell, in C and in C++.
struct Chosen {
  explicit Chosen(std::size_t size) : cells(size) {
    for (std::size_t i = 0; i < size; i += 3) cells[i] = 1;
  }
  std::vector<std::uint8_t> cells;
};

CellMask mask_of(const DrumSequence& value, const Chosen& chosen) {
  return {value.steps(), chosen.cells};
}
StepMask mask_of(const Melody& value, const Chosen& chosen) {
  StepMask mask(value.steps());
  for (int step = 0; step < value.steps(); ++step) {
    if (chosen.cells[static_cast<std::size_t>(step)] != 0) mask.choose(step, 1);
  }
  return mask;
}
TrioMask mask_of(const Trio& value, const Chosen& chosen) {
  TrioMask mask(value.steps());
  for (int i = 0; i < kTrioParts * value.steps(); ++i) {
    if (chosen.cells[static_cast<std::size_t>(i)] != 0) mask.choose(static_cast<TrioPart>(i % kTrioParts), i / kTrioParts, 1);
  }
  return mask;
}

TEST(CInfill, IsThatOfTheLibrary) {
  for (const char* config : {"groovae_4bar", "groovae_2bar_infill", "mel_2bar", "trio_4bar"}) {
    Both both(tiny(config));
    const std::vector<CMusic> music = test::sampled(both.c, 1, 7);
    with_music(both.sampler.model().config(), [&]<class Value>() {
      if constexpr (requires(const Value& value, const Chosen& chosen) { mask_of(value, chosen); }) {
        const Value same = both.sampler.sample<Value>({.decode = {.seed = 7}}).front();
        const Chosen chosen(typename Value::Mask(same.steps()).cells().size());
        const musicvae_decode_options options = options_of(4, 0.8F);
        const auto made = test::made(1, [&](musicvae_music** out) {
          return musicvae_infill(both.c.get(), music[0].get(), chosen.cells.data(), chosen.cells.size(), &options, out);
        });
        both.expect_same(made, std::vector{infill(both.sampler, same, mask_of(same, chosen), {.temperature = 0.8F, .seed = 4})});
      } else {
        ADD_FAILURE() << config;
      }
    });
  }
}

TEST(CInfill, WrongArguments) {
  const CModel model = test::load(tiny("groovae_4bar"));
  const std::vector<CMusic> music = test::sampled(model, 1, 7);
  std::vector<std::uint8_t> mask(64 * MUSICVAE_DRUMS);
  musicvae_music* made = nullptr;
  const auto call = [&](const musicvae_model* with, const musicvae_music* from, const std::uint8_t* cells, std::size_t size) {
    return musicvae_infill(with, from, cells, size, nullptr, &made);
  };
  expect_error(call(nullptr, music[0].get(), mask.data(), mask.size()), MUSICVAE_ERROR_ARGUMENT, "model is NULL");
  expect_error(call(model.get(), nullptr, mask.data(), mask.size()), MUSICVAE_ERROR_ARGUMENT, "from is NULL");
  expect_error(call(model.get(), music[0].get(), nullptr, mask.size()), MUSICVAE_ERROR_ARGUMENT, "mask is NULL");
  expect_error(call(model.get(), music[0].get(), mask.data(), 64), MUSICVAE_ERROR_ARGUMENT,
               "mask_size is 64; give 64 steps x 9 lanes, 576");
  expect_error(call(model.get(), music[0].get(), mask.data(), mask.size()), MUSICVAE_ERROR_ARGUMENT, "the mask selects no cell");
  mask[0] = 1;
  expect_error(musicvae_infill(model.get(), music[0].get(), mask.data(), mask.size(), nullptr, nullptr), MUSICVAE_ERROR_ARGUMENT,
               "music is NULL");
  const CModel tracks = test::load(tiny("tracks"));
  const std::vector<CMusic> bar = test::sampled(tracks, 1, 7);
  expect_error(call(tracks.get(), bar[0].get(), mask.data(), 96), MUSICVAE_ERROR_ARGUMENT, "tracks");
  EXPECT_EQ(made, nullptr);
}

}  // namespace
}  // namespace musicvae
