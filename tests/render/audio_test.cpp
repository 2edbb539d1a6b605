#include "musicvae/render/audio.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <thread>

#include "environment.hpp"
#include "musicvae/error.hpp"
#include "musicvae/render/soundfont.hpp"
#include "musicvae/render/wav.hpp"
#include "musicvae/sequence/drum_notes.hpp"
#include "render/fluidsynth.hpp"
#include "temp_folder.hpp"
#include "wav_reader.hpp"

namespace musicvae::render {
namespace {

// If FluidSynth or a soundfont is missing, these tests are skipped with a message; scripts/setup.sh installs both.
class Sound : public testing::Test {
 protected:
  void SetUp() override {
    try {
      (void)load_fluidsynth();
      (void)find_soundfont();
    } catch (const Error& e) {
      GTEST_SKIP() << e.what();
    }
  }
  static test::Wav wav(const Audio& audio) { return test::parse_wav(serialize_wav(audio)); }
};

DrumSequence clicks() {
  DrumSequence sequence(32);
  sequence.set(0, Drum::closed_hihat, 0.9F);
  sequence.set(8, Drum::closed_hihat, 0.9F, -0.8F);
  sequence.set(16, Drum::closed_hihat, 0.9F, 0.5F);
  sequence.set(24, Drum::closed_hihat, 0.3F);
  return sequence;
}

TEST_F(Sound, BeginsWhereTheNotesAre) {
  for (const int rate : {22'050, 44'100, 96'000}) {
    const test::Wav w = wav(to_audio(clicks(), DrumMap::roland(), 100.0, {.sample_rate = rate}));
    EXPECT_EQ(w.sample_rate, rate);
    const std::vector<double> onsets = w.onsets(150);
    ASSERT_EQ(onsets.size(), 4U) << rate;
    const double step = 0.15;
    const double block = 64.0 / rate;
    const double attack = 0.002;  // of the soundfont's sample
    const std::array<double, 4> expected = {0.0, 7.6 * step, 16.25 * step, 24 * step};
    for (std::size_t i = 0; i < 4; ++i) {
      EXPECT_GE(onsets[i], expected[i] - block / 2 - 1e-3) << rate;  // one tick is 1.25 ms
      EXPECT_LE(onsets[i], expected[i] + block / 2 + 1e-3 + attack) << rate;
    }
    EXPECT_GT(w.peak(0.0, 0.5), 2 * w.peak(24 * step, 25 * step)) << "a soft hit is softer";
  }
}

TEST_F(Sound, LastsAsLongAsTheLoopAndItsDecay) {
  const Audio audio = to_audio(clicks(), DrumMap::roland(), 100.0);
  EXPECT_EQ(audio.frames(), 4.8 * 44'100) << "nothing rings any more";
  EXPECT_EQ(to_audio(clicks(), DrumMap::roland(), 100.0, {.sample_rate = 8'000}).frames(), 4.8 * 8'000);
  DrumSequence crash(16);
  crash.set(15, Drum::crash, 1.0F);
  EXPECT_EQ(to_audio(crash, DrumMap::roland(), 120.0, {.tail = 0.0}).frames(), 88'200U);
  const Audio rings = to_audio(crash, DrumMap::roland(), 120.0, {.tail = 0.5});
  EXPECT_NEAR(static_cast<double>(rings.frames()), 88'200 + 22'050, 10) << "but for what is silent at the end of the fade";
  EXPECT_LT(std::abs(rings.samples.back()), 1e-3F) << "faded out";
  const std::size_t decay = to_audio(crash, DrumMap::roland(), 120.0, {.tail = 30.0}).frames();
  EXPECT_GT(decay, rings.frames());
  EXPECT_LT(decay, 20U * 44'100U) << "silence ends the tail";
}

TEST_F(Sound, IsTheSameEachTimeAndOnEachThread) {
  const Audio once = to_audio(clicks(), DrumMap::roland());
  std::array<Audio, 3> again;
  std::vector<std::jthread> threads;
  for (Audio& audio : again) threads.emplace_back([&audio] { audio = to_audio(clicks(), DrumMap::roland()); });
  threads.clear();
  for (const Audio& audio : again) EXPECT_EQ(audio.samples, once.samples);
}

TEST_F(Sound, IsNeverClipped) {
  DrumSequence loud(16);
  for (int step = 0; step < 16; ++step) {
    for (int d = 0; d < kDrums; ++d) loud.set(step, static_cast<Drum>(d), 1.0F);
  }
  const Audio audio = to_audio(loud, DrumMap::roland(), 200.0);
  const auto full = std::count_if(audio.samples.begin(), audio.samples.end(), [](float s) { return std::abs(s) >= 1.0F; });
  EXPECT_EQ(full, 1) << "the peak itself";
}

TEST_F(Sound, EmptySequences) {
  EXPECT_EQ(to_audio(NoteSequence{}).frames(), 0U);
  EXPECT_EQ(to_audio(DrumSequence(0), DrumMap::roland()).frames(), 0U);
  const Audio silence = to_audio(DrumSequence(16), DrumMap::roland());
  EXPECT_EQ(silence.samples, std::vector<float>(2 * 88'200, 0.0F));
}

TEST_F(Sound, PlaysOtherChannelsWithTheirPrograms) {
  NoteSequence notes;
  notes.notes = {{.pitch = 60, .velocity = 100, .start = {0}, .end = {480}, .channel = 0, .program = 0}};
  notes.end = {960};
  const Audio piano = to_audio(notes);
  notes.notes[0].program = 19;
  const Audio organ = to_audio(notes);
  notes.notes[0].channel = 9;
  notes.notes[0].program = 0;
  const Audio drum = to_audio(notes);
  EXPECT_NE(piano.samples, organ.samples);
  EXPECT_NE(piano.samples, drum.samples);
  EXPECT_GT(wav(organ).peak(0.3, 0.45), 500) << "an organ's note lasts";
  notes.notes[0].velocity = 0;
  EXPECT_EQ(wav(to_audio(notes)).peak(0.0, 1.0), 0);
}

TEST_F(Sound, PlaysAMelody) {
  Melody melody(32);
  melody.set(4, 72);
  melody.set(8, Melody::kOff);
  melody.set(16, 60);
  const std::vector<double> onsets = wav(to_audio(melody, 60.0)).onsets(150);
  ASSERT_EQ(onsets.size(), 2U);
  EXPECT_NEAR(onsets[0], 1.0, 0.03);
  EXPECT_NEAR(onsets[1], 4.0, 0.03);
  EXPECT_EQ(to_audio(melody, 60.0).samples, to_audio(to_notes(melody, 60.0)).samples);
  EXPECT_NE(to_audio(melody, 60.0, {.program = 19}).samples, to_audio(melody, 60.0).samples) << "an organ is not a piano";
}

TEST_F(Sound, FollowsTheTempo) {
  NoteSequence notes;
  notes.tempo_map = TempoMap(480, {Tempo::from_qpm(60.0), Tempo::from_qpm(240.0, {960})});
  for (const std::int64_t tick : {0, 480, 960, 1440, 1920})
    notes.notes.push_back({.pitch = 42, .velocity = 110, .start = {tick}, .end = {tick + 120}});
  notes.end = {2400};
  const std::vector<double> onsets = wav(to_audio(notes)).onsets(150);
  ASSERT_EQ(onsets.size(), 5U);
  const std::array<double, 5> expected = {0.0, 1.0, 2.0, 2.25, 2.5};
  for (std::size_t i = 0; i < 5; ++i) EXPECT_NEAR(onsets[i], expected[i], 0.003);
}

TEST_F(Sound, RefusesArgumentsOutOfRange) {
  const auto refuses = [](AudioOptions options) { EXPECT_THROW((void)to_audio(NoteSequence{}, options), ArgumentError); };
  for (const int rate : {0, -1, 7'999, 96'001, 2'000'000'000}) refuses({.sample_rate = rate});
  for (const double tail : {-0.1, 61.0, std::numeric_limits<double>::quiet_NaN()}) refuses({.tail = tail});
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double qpm : {0.0, -120.0, nan, 1e300})
    EXPECT_THROW((void)to_audio(DrumSequence(16), DrumMap::roland(), qpm), ArgumentError) << qpm;
  NoteSequence endless;
  endless.end = {std::int64_t{1} << 60};
  EXPECT_THROW((void)to_audio(endless), ArgumentError);
  const std::array<void (*)(Note&), 5> spoil = {[](Note& n) { n.pitch = 128; }, [](Note& n) { n.pitch = -1; },
                                                [](Note& n) { n.velocity = 128; }, [](Note& n) { n.channel = 16; },
                                                [](Note& n) { n.program = -1; }};
  for (const auto& change : spoil) {
    NoteSequence notes;
    change(notes.notes.emplace_back());
    EXPECT_THROW((void)to_audio(notes), ArgumentError);
  }
}

TEST_F(Sound, RefusesBadSoundfonts) {
  const test::TempFolder folder;
  const auto with = [&](const std::filesystem::path& soundfont) {
    return to_audio(clicks(), DrumMap::roland(), 120.0, {.soundfont = soundfont});
  };
  EXPECT_THROW((void)with(folder / "no.sf2"), FileError);
  EXPECT_THROW((void)with(folder.path()), FileError);
  test::spill(folder / "empty.sf2", "");
  EXPECT_THROW((void)with(folder / "empty.sf2"), FormatError);
  test::spill(folder / "text.sf2", "some text that is no soundfont");
  EXPECT_THROW((void)with(folder / "text.sf2"), FormatError);
  const std::string good = test::slurp(find_soundfont());
  for (const std::size_t size : {std::size_t{12}, std::size_t{100}, good.size() / 2, good.size() - 100}) {
    test::spill(folder / "cut.sf2", good.substr(0, size));
    EXPECT_THROW((void)with(folder / "cut.sf2"), FormatError) << size;
  }
  std::string empty = good;
  const std::size_t presets = good.rfind("phdr");
  std::fill(empty.begin() + static_cast<std::ptrdiff_t>(presets), empty.begin() + static_cast<std::ptrdiff_t>(presets) + 8, '\0');
  test::spill(folder / "damaged.sf2", empty);
  EXPECT_THROW((void)with(folder / "damaged.sf2"), FormatError);
}

TEST_F(Sound, WritesNothingToStandardError) {
  NoteSequence notes;  // a kit that no soundfont has, which FluidSynth would report
  notes.notes = {{.pitch = 38, .velocity = 100, .start = {0}, .end = {480}, .channel = 9, .program = 99}};
  testing::internal::CaptureStderr();
  const Audio audio = to_audio(notes);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_GT(wav(audio).peak(0.0, 0.5), 1000) << "the usual kit plays instead";
}

TEST(FluidSynth, ThatIsMissingIsATypedError) {
  try {
    (void)load_fluidsynth({"libno-such-synth.so.3", "libno-such-synth.so.2"});
    FAIL();
  } catch (const DeviceError& e) {
    const std::string message = e.what();
    EXPECT_NE(message.find("FluidSynth is not installed; apt install libfluidsynth3, or brew install fluid-synth"), std::string::npos);
    EXPECT_NE(message.find("libno-such-synth.so.2"), std::string::npos);
  }
  EXPECT_THROW((void)load_fluidsynth({"libm.so.6"}), DeviceError) << "another library";
  EXPECT_THROW((void)load_fluidsynth({}), DeviceError);
  const test::Variable named("MUSICVAE_FLUIDSYNTH", "/nowhere/libfluidsynth.so.3");
  EXPECT_EQ(fluidsynth_names(), std::vector<std::string>{"/nowhere/libfluidsynth.so.3"});
  EXPECT_THROW((void)to_audio(clicks(), DrumMap::roland()), DeviceError);
}

}  // namespace
}  // namespace musicvae::render
