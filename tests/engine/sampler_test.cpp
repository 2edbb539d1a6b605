#include "musicvae/engine/sampler.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "engine/golden.hpp"
#include "musicvae/error.hpp"
#include "musicvae/latent/interpolate.hpp"
#include "musicvae/latent/reconstruct.hpp"
#include "musicvae/latent/similar.hpp"
#include "musicvae/model/named_configs.hpp"
#include "musicvae/model/representations/tracks.hpp"
#include "musicvae/sequence/drum_tensor.hpp"
#include "tiny_model.hpp"
#include "tiny_tracks.hpp"

namespace musicvae {
namespace {

using testing::HasSubstr;
using tests::Golden;

Sampler tiny_sampler(numerics::Isa isa = numerics::best_isa()) {
  return Sampler(Golden::named("groovae4_tiny").model(isa));
}

std::vector<DrumSequence> sample(int n, float temperature, std::uint64_t seed) {
  return tiny_sampler().sample({.n = n, .decode = {.temperature = temperature, .seed = seed}});
}

TEST(Sampler, MakesGroovesOfTheWindow) {
  const std::vector<DrumSequence> grooves = sample(3, 1.0F, 1);
  ASSERT_EQ(grooves.size(), 3U);
  for (const DrumSequence& groove : grooves) {
    EXPECT_EQ(groove.steps(), 64);
    EXPECT_GT(groove.hits(), 0);
  }
}

TEST(Sampler, OneSeedGivesOneResult) {
  EXPECT_EQ(sample(3, 1.0F, 1), sample(3, 1.0F, 1));
  EXPECT_NE(sample(3, 1.0F, 1), sample(3, 1.0F, 2));
}

TEST(Sampler, AGrooveIsTheSameHoweverManyAreAskedFor) {
  const std::vector<DrumSequence> many = sample(150, 1.0F, 5);  // more than one chunk of the model
  for (const int n : {1, 2, 7, 64, 65}) {
    const std::vector<DrumSequence> few = sample(n, 1.0F, 5);
    EXPECT_EQ(few, std::vector<DrumSequence>(many.begin(), many.begin() + n)) << n;
  }
}

TEST(Sampler, ALongSeriesCanBeMadeInParts) {
  const std::vector<DrumSequence> whole = sample(150, 1.0F, 5);  // in other chunks: 64, 64 and 22
  const std::vector<DrumSequence> part = tiny_sampler().sample({.n = 70, .decode = {.temperature = 1.0F, .seed = 5, .first = 60}});
  EXPECT_EQ(part, std::vector<DrumSequence>(whole.begin() + 60, whole.begin() + 130));
}

TEST(Sampler, DrawsFromTheLearnedPrior) {
  const MusicVae plain(test::tiny_model());
  const LatentPrior prior{.shares = {0.25F, 0.5F, 0.25F},
                          .means = {0.5F, -1.0F, 0.0F, 2.0F, 10.5F, -1.0F, 0.0F, 2.0F, 20.5F, 7.0F, 0.0F, 2.0F},
                          .factor = {2, 0, 0, 0, 1, 0.5F, 0, 0, 0, 0, 1, 0, -1, 0, 3, 0.25F}};
  const Sampler sampler(plain.with_prior(prior));
  constexpr std::size_t points = 4000;
  const std::vector<float> e = Sampler(plain).prior(3, points, 5);
  const std::vector<float> z = sampler.prior(3, points, 5);
  std::array<double, 3> drawn{};
  for (std::size_t point = 0; point < 4 * points; point += 4) {
    std::array<double, 4> mean{};
    for (std::size_t i = 0; i < 4; ++i) {
      mean[i] = z[point + i];
      for (std::size_t j = 0; j < 4; ++j) mean[i] -= static_cast<double>(prior.factor[4 * i + j]) * static_cast<double>(e[point + j]);
    }
    const auto component = static_cast<std::size_t>(std::lround((mean[0] - 0.5) / 10.0));
    ASSERT_LT(component, 3U);
    drawn[component] += 1.0 / points;
    for (std::size_t i = 0; i < 4; ++i) ASSERT_NEAR(mean[i], prior.means[4 * component + i], 1e-5);
  }
  for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(drawn[k], prior.shares[k], 5 * std::sqrt(0.25 / points)) << k;
  EXPECT_EQ(sampler.prior(3, 1, 6), std::vector(z.begin() + 4, z.begin() + 8)) << "a point is of its index alone";
  EXPECT_TRUE(plain.prior().empty()) << "the model it was made from keeps its own";
}

TEST(Sampler, GroovesDiffer) {
  const std::vector<DrumSequence> grooves = sample(3, 1.0F, 1);
  EXPECT_NE(grooves[0], grooves[1]);
  EXPECT_NE(grooves[1], grooves[2]);
}

// The hits differ too, not only z: the same point with another index uses other random numbers.
TEST(Sampler, EachSampleDrawsItsOwnHits) {
  Sampler sampler = tiny_sampler();
  std::vector<float> z = sampler.prior(1, 1);
  z.insert(z.end(), z.begin(), z.begin() + 16);
  const std::vector<DrumSequence> grooves = sampler.decode(z, {.temperature = 1.0F, .seed = 9});
  EXPECT_NE(grooves[0], grooves[1]);
}

TEST(Sampler, EveryInstructionSetGivesTheSameBits) {
  Sampler baseline = tiny_sampler(numerics::Isa::baseline);
  const std::vector<float> z = baseline.prior(3, 5);
  const DecodedTensors expected = baseline.decode_tensors(z, {.temperature = 1.0F, .seed = 3});
  for (const numerics::Isa isa : {numerics::Isa::avx2, numerics::Isa::avx512}) {
    if (!numerics::supported(isa)) continue;
    const DecodedTensors decoded = tiny_sampler(isa).decode_tensors(z, {.temperature = 1.0F, .seed = 3});
    EXPECT_EQ(decoded.tensors, expected.tensors);
    EXPECT_EQ(decoded.logits, expected.logits);
  }
}

TEST(Sampler, TwoThreadsShareOneModel) {
  const MusicVae model = Golden::named("hier_groove_tiny_autoreg").model();
  const std::vector<DrumSequence> expected = Sampler(model).sample({.n = 20, .decode = {.temperature = 1.0F, .seed = 4}});
  const std::vector<float> x(4 * 64 * 27, 0.5F);
  const Latents latents = model.encode(x);
  const auto work = [&](bool& equal) {
    Sampler sampler(model);
    equal = true;
    for (int i = 0; i < 10; ++i) {
      equal =
          equal && sampler.sample({.n = 20, .decode = {.temperature = 1.0F, .seed = 4}}) == expected && model.encode(x).mu == latents.mu;
    }
  };
  bool first = false;
  bool second = false;
  std::thread other(work, std::ref(first));
  work(second);
  other.join();
  EXPECT_TRUE(first);
  EXPECT_TRUE(second);
}

TEST(Sampler, FewerBarsAreTheFirstBars) {
  Sampler sampler = tiny_sampler();
  const std::vector<DrumSequence> whole = sampler.sample({.n = 3, .decode = {.temperature = 1.0F, .seed = 6}});
  for (const int bars : {1, 2, 3, 4}) {
    const std::vector<DrumSequence> part = sampler.sample({.n = 3, .decode = {.temperature = 1.0F, .seed = 6, .bars = bars}});
    ASSERT_EQ(part.size(), 3U);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(part[i], whole[i].slice(0, bars * 16));
  }
}

TEST(Sampler, RowsCostNoLogits) {
  Sampler sampler = tiny_sampler();
  const std::vector<float> z = sampler.prior(8, 3);
  const DecodedTensors rows = sampler.decode_rows(z, {.seed = 8});
  EXPECT_EQ(rows.tensors, sampler.decode_tensors(z, {.seed = 8}).tensors);
  EXPECT_TRUE(rows.logits.empty());
}

// At temperature T a cell is hit with probability sigmoid(logit / T). Given the logits, the number of hits is binomial.
TEST(Sampler, HitsAreAsLikelyAsTheModelSays) {
  Sampler sampler = tiny_sampler();
  const std::vector<float> z = sampler.prior(8, 500);
  for (const float temperature : {0.5F, 1.0F, 2.0F}) {
    const DecodedTensors decoded = sampler.decode_tensors(z, {.temperature = temperature, .seed = 8});
    double expected = 0;
    double variance = 0;
    double hits = 0;
    for (std::size_t i = 0; i < decoded.logits.size(); ++i) {
      if (i % 27 >= 9) continue;
      const double p = 1.0 / (1.0 + std::exp(-static_cast<double>(decoded.logits[i]) / static_cast<double>(temperature)));
      expected += p;
      variance += p * (1.0 - p);
      hits += static_cast<double>(decoded.tensors[i]);
    }
    EXPECT_NEAR(hits, expected, 5 * std::sqrt(variance)) << temperature;
  }
}

TEST(Sampler, ThresholdingNeedsNoSeed) {
  Sampler sampler = tiny_sampler();
  const std::vector<float> z = sampler.prior(1, 2);
  EXPECT_EQ(sampler.decode(z, {.temperature = 0, .seed = 1}), sampler.decode(z, {.temperature = 0, .seed = 2}));
  const DecodedTensors decoded = sampler.decode_tensors(z, {.temperature = 0});
  for (std::size_t i = 0; i < decoded.logits.size(); ++i) {
    if (i % 27 < 9) {
      ASSERT_EQ(decoded.tensors[i], decoded.logits[i] > 0.0F ? 1.0F : 0.0F);
    }
  }
}

TEST(Sampler, EncodesWhatItMade) {
  const MusicVae model = Golden::named("groovae4_tiny").model();
  const DrumSequence groove = Sampler(model).sample({.n = 1, .decode = {.temperature = 1.0F, .seed = 2}}).front();
  std::vector<float> x(64 * 27);
  to_tensor(groove, x);
  const Latents expected = model.encode(x);
  EXPECT_EQ(model.encode(groove).mu, expected.mu);
  EXPECT_EQ(model.encode(groove).sigma, expected.sigma);
  std::vector<float> padded = x;  // a shorter groove is a window with a length: the rows after it have no effect
  std::fill(padded.begin() + 32 * 27, padded.end(), 0.7F);
  const int length = 32;
  EXPECT_EQ(model.encode(groove.slice(0, 32)).mu, model.encode(padded, std::span(&length, 1)).mu);
  const Latents two = model.encode(std::vector<DrumSequence>{groove.slice(0, 32), groove});
  EXPECT_TRUE(std::equal(two.mu.begin() + 16, two.mu.end(), expected.mu.begin(), expected.mu.end()));
  EXPECT_TRUE(std::equal(two.mu.begin(), two.mu.begin() + 16, model.encode(groove.slice(0, 32)).mu.begin()));
}

TEST(Sampler, AWindowIsTheSameInAnyBatch) {
  const Golden golden = Golden::named("hier_groove_tiny_autoreg");
  const MusicVae model = golden.model();
  std::vector<float> x = golden.floats("in/x_in");
  const std::vector<float> four = x;
  while (x.size() < 96 * 64 * 27) x.insert(x.end(), four.begin(), four.end());  // more than one chunk of the decoder
  std::vector<int> lengths(96);
  for (std::size_t i = 0; i < lengths.size(); ++i) lengths[i] = 1 + static_cast<int>(i * 17 % 64);
  const Latents together = model.encode(x, lengths);
  const std::vector<float> logits = model.decode_teacher_forced(together.mu, x);
  for (const std::size_t i : {0U, 1U, 5U, 63U, 64U, 95U}) {
    const std::span<const float> window = std::span<const float>(x).subspan(i * 64 * 27, 64 * 27);
    const Latents alone = model.encode(window, std::span(lengths).subspan(i, 1));
    EXPECT_TRUE(std::equal(alone.mu.begin(), alone.mu.end(), together.mu.begin() + static_cast<std::ptrdiff_t>(i * 16))) << i;
    EXPECT_TRUE(std::equal(alone.sigma.begin(), alone.sigma.end(), together.sigma.begin() + static_cast<std::ptrdiff_t>(i * 16))) << i;
    const std::vector<float> own = model.decode_teacher_forced(alone.mu, window);
    EXPECT_TRUE(std::equal(own.begin(), own.end(), logits.begin() + static_cast<std::ptrdiff_t>(i * 64 * 27))) << i;
  }
}

template <class Exception, class Function>
void expect_error(const Function& function, const std::string& part) {
  try {
    function();
    ADD_FAILURE() << "nothing was thrown for: " << part;
  } catch (const Exception& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr(part));
    EXPECT_THAT(error.what(), testing::Not(testing::HasSubstr("\n")));
  }
}

TEST(SamplerErrors, WrongOptionsAreNamed) {
  Sampler sampler = tiny_sampler();
  expect_error<ArgumentError>([&] { static_cast<void>(sampler.sample({.n = 0})); }, "n is 0");
  expect_error<ArgumentError>([&] { static_cast<void>(sampler.sample({.n = -4})); }, "n is -4");
  for (const float temperature : {-0.1F, std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    expect_error<ArgumentError>([&] { static_cast<void>(sampler.sample({.decode = {.temperature = temperature}})); }, "temperature");
  }
  expect_error<ArgumentError>([&] { static_cast<void>(sampler.sample({.decode = {.bars = 0}})); }, "0 bars");
  expect_error<ArgumentError>([&] { static_cast<void>(sampler.sample({.decode = {.bars = 5}})); }, "1 to 4");
}

TEST(SamplerErrors, WrongBuffersAreNamed) {
  Sampler sampler = tiny_sampler();
  const MusicVae& model = sampler.model();
  expect_error<ArgumentError>([&] { static_cast<void>(sampler.decode({}, {})); }, "multiple of 16");
  std::vector<float> z(17);
  expect_error<ArgumentError>([&] { static_cast<void>(sampler.decode(z, {})); }, "multiple of 16");
  z.resize(32);
  z[20] = std::numeric_limits<float>::quiet_NaN();
  expect_error<ArgumentError>([&] { static_cast<void>(sampler.decode(z, {})); }, "number 20 is not finite");
  std::vector<float> x(64 * 27);
  expect_error<ArgumentError>([&] { static_cast<void>(model.encode(std::span(x).first(100))); }, "multiple of 1728");
  for (const int length : {0, 65, -1}) {
    expect_error<ArgumentError>([&] { static_cast<void>(model.encode(x, std::span(&length, 1))); }, "length " + std::to_string(length));
  }
  expect_error<ArgumentError>([&] { static_cast<void>(model.encode(std::vector<DrumSequence>{})); }, "encode: x");
  const std::vector<int> two(2, 64);
  expect_error<ArgumentError>([&] { static_cast<void>(model.encode(x, two)); }, "2 lengths for 1 windows");
  x[5] = std::numeric_limits<float>::infinity();
  expect_error<ArgumentError>([&] { static_cast<void>(model.encode(x)); }, "number 5 is not finite");
  z.assign(16, 0.0F);
  expect_error<ArgumentError>([&] { static_cast<void>(model.decode_teacher_forced(z, std::span(x).first(27))); },
                              "targets has 27 numbers; give 1728");
  x[5] = 0.0F;
  expect_error<ArgumentError>([&] { static_cast<void>(model.decode_teacher_forced(z, x, z)); }, "controls has 16 numbers; give 0");
  expect_error<ArgumentError>([&] { static_cast<void>(model.encode(DrumSequence(0))); }, "0 steps");
  expect_error<ArgumentError>([&] { static_cast<void>(model.encode(DrumSequence(80))); }, "80 steps");
  expect_error<ArgumentError>([&] { static_cast<void>(model.encode(DrumSequence(64, {.steps_per_quarter = 8}))); }, "grid");
}

// An autoregressive decoder takes its complete output as input: the previous step and the lookback steps.
TEST(Sampler, OnItsOwnIsTeacherForcingOnWhatItMade) {
  for (const char* name : {"groovae_4bar", "hier-groove_4bar", "groovae_4bar_lookback"}) {
    Sampler sampler{MusicVae(test::tiny_model(named_config(name)))};
    const std::vector<float> z = sampler.prior(5, 3);
    for (const float temperature : {0.0F, 1.0F}) {
      const DecodedTensors made = sampler.decode_tensors(z, {.temperature = temperature, .seed = 9});
      EXPECT_EQ(sampler.model().decode_teacher_forced(z, made.tensors), made.logits) << name;
    }
  }
}

TEST(Sampler, DrawsFeelAtATemperatureOfItsOwn) {
  Sampler sampler{MusicVae(test::tiny_model(named_config("groovae_4bar_lookback")))};
  const auto made = [&](float temperature, std::optional<float> feel, std::uint64_t seed) {
    return sampler.sample({.n = 2, .decode = {.temperature = temperature, .seed = seed, .feel_temperature = feel}});
  };
  EXPECT_EQ(made(1.0F, {}, 1), made(1.0F, 1.0F, 1));
  EXPECT_EQ(made(0.0F, {}, 1), made(0.0F, 0.0F, 1));
  EXPECT_NE(made(1.0F, 0.5F, 1), made(1.0F, 1.0F, 1));
  const std::vector<float> z = sampler.prior(1, 1);
  const auto decoded = [&](std::uint64_t seed) { return sampler.decode(z, {.temperature = 0.0F, .seed = seed, .feel_temperature = 1.0F}); };
  EXPECT_NE(decoded(1), decoded(2)) << "hits are the likeliest, their feel is drawn";
  expect_error<ArgumentError>([&] { (void)made(1.0F, -0.5F, 1); }, "feel temperature -0.5");
}

TEST(SamplerThreads, DoNotChangeWhatIsMade) {
  Sampler sampler(Golden::named("groovae4_tiny").model());
  const auto sampled = [&](const Threads& threads) { return sampler.sample({.n = 200, .decode = {.seed = 3, .threads = threads}}); };
  const std::vector<DrumSequence> alone = sampled(1);
  EXPECT_EQ(sampled(3), alone);
  EXPECT_EQ(sampled(0), alone);
  const auto one_by_one = [](int tasks, const std::function<void(int)>& task) {
    for (int i = 0; i < tasks; ++i) task(i);
  };
  EXPECT_EQ(sampled({3, one_by_one}), alone);
  int started = 0;
  const auto count_tasks = [&](int tasks, const std::function<void(int)>& task) {
    started = tasks;
    one_by_one(tasks, task);
  };
  const std::vector<float> z = sampler.prior(3, 5);
  EXPECT_EQ(sampler.decode(z, {.seed = 3, .threads = {4, count_tasks}}), std::vector(alone.begin(), alone.begin() + 5));
  EXPECT_EQ(started, 3) << "a thread decodes two points or more";
  const Latents latents = sampler.model().encode(alone, {.threads = 1});
  EXPECT_EQ(sampler.model().encode(alone, {.threads = 3}).mu, latents.mu);
  EXPECT_EQ(sampler.model().encode(alone.back()).mu,
            std::vector<float>(latents.mu.end() - sampler.model().config().latent, latents.mu.end()));
  expect_error<ArgumentError>([&] { (void)sampled(-1); }, "decode: -1 threads; use 0 (one per core) or more");
}

TEST(SamplerUsualTemperature, IsThatOfTheFunction) {
  Sampler sampler(Golden::named("groovae4_tiny").model());
  const DrumSequence groove = sampler.sample({.decode = {.seed = 5}}).front();
  EXPECT_EQ(groove, sampler.sample({.decode = {.temperature = 1.0F, .seed = 5}}).front());
  EXPECT_EQ(reconstruct(sampler, groove, {.seed = 5}), reconstruct(sampler, groove, {.temperature = 0.0F, .seed = 6}));
  EXPECT_EQ(similar(sampler, groove, {.n = 1, .decode = {.seed = 5}}),
            similar(sampler, groove, {.n = 1, .decode = {.temperature = 0.0F, .seed = 5}}));
}

TEST(SamplerErrors, AModelThatMakesNoGroovesFromZAloneIsRefused) {
  Sampler control(Golden::named("hits_control_tiny").model());
  expect_error<ArgumentError>([&] { static_cast<void>(control.sample({})); }, "from z and their hits (task hits_control); use humanize");
  const ModelConfig config{
      .name = "melody", .steps = 4, .representation = TensorsRepresentation({.input = 3, .output = 3}), .head = CategoricalHead()};
  Sampler melody{MusicVae(test::tiny_model(config))};
  expect_error<ConfigError>([&] { static_cast<void>(melody.sample({})); }, "its model is for tensors, not grooves");
  expect_error<ConfigError>([&] { static_cast<void>(melody.model().encode(DrumSequence(4))); }, "its model is for tensors, not grooves");
  EXPECT_EQ(melody.decode_tensors(melody.prior(1, 2), {}).tensors.size(), 2U * 4U * 3U);
}

TEST(SamplerErrors, ConditionsHaveTheModelsSizes) {
  Sampler sampler(Golden::named("groovae4_tiny").model());
  const std::vector<float> z = sampler.prior(1, 2);
  const std::vector<float> one(27 * 64);
  expect_error<ArgumentError>([&] { static_cast<void>(sampler.decode(z, {}, {.known_cells = one, .known_mask = one})); },
                              "mask of known cells has 1728 numbers; give 3456");
  expect_error<ArgumentError>([&] { static_cast<void>(sampler.decode(z, {}, {.controls = one})); },
                              "control track has 1728 numbers; give 0");
}

MusicVae chord_model() {
  return MusicVae(test::tiny_model(named_config("cat-mel_2bar_med_chords")));
}

TEST(SamplerChords, AreWhatIsPlayedOn) {
  Sampler sampler(chord_model());
  const ChordSequence chords = read_chords("C Am:2 G:2").chords;
  const std::vector<Melody> on_chords = sampler.sample<Melody>({.n = 70, .decode = {.seed = 3, .chords = chords}});
  const std::vector<Melody> on_none = sampler.sample<Melody>({.n = 70, .decode = {.seed = 3}});
  ASSERT_EQ(on_chords.size(), 70U);
  for (const Melody& melody : on_chords) EXPECT_EQ(melody.chords(), chords);
  for (const Melody& melody : on_none) EXPECT_EQ(melody.chords(), ChordSequence(32));
  EXPECT_NE(on_chords[0].with_chords({}), on_none[0].with_chords({})) << "the model hears them";
  EXPECT_EQ(sampler.sample<Melody>({.n = 2, .decode = {.seed = 3, .bars = 1, .chords = chords.slice(0, 16)}})[1].chords(),
            chords.slice(0, 16));
  const std::vector<Melody> in_parts = sampler.sample<Melody>({.n = 1, .decode = {.seed = 3, .first = 69, .chords = chords}});
  EXPECT_EQ(in_parts.front(), on_chords.back());
}

TEST(SamplerChords, AMelodyIsDecodedOnItsOwnOrOnOthers) {
  Sampler sampler(chord_model());
  const ChordSequence own = read_chords("C F").chords;
  const ChordSequence other = read_chords("Dm Bdim").chords;
  const Melody tune = sampler.sample<Melody>({.decode = {.seed = 5, .chords = own}}).front();
  const Melody same = reconstruct(sampler, tune);
  EXPECT_EQ(same.chords(), own);
  const Melody harmonised = reconstruct(sampler, tune, {.chords = other});
  EXPECT_EQ(harmonised.chords(), other);
  const std::vector<float> z = sampler.model().encode(tune).mu;
  EXPECT_EQ(sampler.decode<Melody>(z, {.temperature = 0.0F, .chords = other}).front(), harmonised);
  EXPECT_EQ(sampler.decode<Melody>(z, {.temperature = 0.0F, .chords = own}).front(), same);
  EXPECT_NE(sampler.model().encode(tune.with_chords(other)).mu, z) << "the encoder hears them, too";
  EXPECT_EQ(sampler.model().encode(tune.with_chords({})).mu, sampler.model().encode(tune.with_chords(ChordSequence(32))).mu);
  const std::vector<Melody> path = interpolate(sampler, tune, tune.with_chords(other), 3);
  EXPECT_EQ(path.front().chords(), own);
  EXPECT_EQ(path.back().chords(), other);
  EXPECT_EQ(interpolate(sampler, tune, tune, 3, Interpolation::slerp, {.chords = other})[1].chords(), other);
}

// As in training: the program, each track's first row, is not played on the chord.
TEST(SamplerChords, LeaveOutThePrograms) {
  Sampler sampler(MusicVae(test::tiny_model(test::tiny_tracks_config(/*chords=*/true))));
  const std::vector<float> z = sampler.prior(4, 2);
  const ChordSequence chords = read_chords("G", Tracks::kGrid).chords;
  std::vector<float> controls;
  for (int row = 0; row < 2 * TracksRepresentation::kTracks * TracksRepresentation::kRows; ++row) {
    std::vector<float> control(Chord::kClasses);
    control[row % TracksRepresentation::kRows == 0 ? 0 : static_cast<std::size_t>(chords.at(0).category())] = 1.0F;
    controls.insert(controls.end(), control.begin(), control.end());
  }
  EXPECT_EQ(sampler.decode_tensors(z, {.seed = 4, .chords = chords}).logits,
            sampler.decode_tensors(z, {.seed = 4}, {.controls = controls}).logits);
}

TEST(SamplerChords, ThatDoNotFitAreNamed) {
  Sampler sampler(chord_model());
  const auto error = [](Sampler& with, const DecodeOptions& options) {
    try {
      (void)with.sample<Melody>({.decode = options});
    } catch (const ArgumentError& refused) {
      return std::string(refused.what());
    }
    return std::string("no error");
  };
  const ChordSequence four_bars = read_chords("C Am F G").chords;
  EXPECT_THAT(error(sampler, {.chords = four_bars}),
              HasSubstr("they last 64 steps, and a window 32; give chords for 32 steps, 16 per bar"));
  EXPECT_THAT(error(sampler, {.bars = 1, .chords = four_bars}), HasSubstr("give chords for 16 steps"));
  Sampler plain(MusicVae(test::tiny_model(named_config("cat-mel_2bar_small"))));
  EXPECT_THAT(error(plain, {.chords = four_bars.slice(0, 32)}), HasSubstr("config \"cat-mel_2bar_small\" has no chords"));
}

TEST(SamplerErrors, WrongWeightsAreNamed) {
  const Golden golden = Golden::named("groovae4_tiny");
  const auto with = [&](const auto& change) {
    Weights weights = golden.weights();
    change(weights);
    MusicVae(golden.config(), weights, DrumMap::roland(), "file.safetensors");
  };
  expect_error<ModelError>([&] { with([](Weights& w) { w.erase("encoder/mu/bias"); }); }, "encoder/mu/bias");
  expect_error<ModelError>([&] { with([](Weights& w) { w["more"] = {{1}, {0.0F}}; }); }, "more");
  expect_error<ModelError>([&] { with([](Weights& w) { w["encoder/mu/bias"] = {{1}, {0.0F}}; }); }, "encoder/mu/bias");
  expect_error<ModelError>(
      [&] { with([](Weights& w) { w["encoder/mu/bias"].values = std::vector<float>(w["encoder/mu/bias"].values.size(), NAN); }); },
      "file.safetensors");
  ModelConfig config = golden.config();
  config.steps = 0;
  expect_error<ConfigError>([&] { MusicVae(config, golden.weights()); }, "steps");
}

TEST(SamplerErrors, EnginesArePreparedForSomething) {
  const MusicVae model = Golden::named("groovae4_tiny").model();
  engine::Encoder encoder = model.encoder();
  engine::Decoder decoder = model.decoder();
  expect_error<ArgumentError>([&] { encoder.prepare(0, 64); }, "prepare");
  expect_error<ArgumentError>([&] { encoder.prepare(1, 0); }, "prepare");
  expect_error<ArgumentError>([&] { decoder.prepare(0); }, "prepare");
}

}  // namespace
}  // namespace musicvae
