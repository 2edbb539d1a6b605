// The C library's stream makes, step by step, what musicvae_sample makes at once.
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <tuple>
#include <vector>

#include "c_handles.hpp"

namespace musicvae {
namespace {

using test::CModel;
using test::CMusic;
using test::CStream;
using test::expect_error;
using test::expect_ok;
using test::options_of;
using test::tiny;

CStream stream_of(const CModel& model, const musicvae_decode_options* options = nullptr) {
  musicvae_stream* stream = nullptr;
  expect_ok(musicvae_stream_create(model.get(), options, &stream));
  return CStream(stream);
}

std::vector<musicvae_event> next_of(const CStream& stream) {
  std::vector<musicvae_event> events(MUSICVAE_STEP_EVENTS);
  std::size_t count = 0;
  expect_ok(musicvae_stream_next(stream.get(), events.data(), events.size(), &count));
  events.resize(count);
  return events;
}

// A note on the grid: instrument, drum, pitch, velocity, start and end in steps. A hit ends where it starts.
using GridNote = std::tuple<int, int, int, int, double, double>;

// What a stream plays in `steps` steps.
std::vector<GridNote> played(const CStream& stream, int steps) {
  std::vector<GridNote> notes;
  std::vector<GridNote> sounding;
  for (int step = 0; step <= steps; ++step) {
    const std::vector<musicvae_event> events = step < steps ? next_of(stream) : std::vector<musicvae_event>();
    const auto ends = [&](const GridNote& note) {
      return step == steps || std::any_of(events.begin(), events.end(), [&](const musicvae_event& event) {
               return event.on == 0 && event.instrument == std::get<0>(note) && event.pitch == std::get<2>(note);
             });
    };
    for (GridNote& note : sounding) {
      if (!ends(note)) continue;
      std::get<5>(note) = step;
      notes.push_back(note);
    }
    std::erase_if(sounding, ends);
    for (const musicvae_event& event : events) {
      const double at = step + static_cast<double>(event.offset);
      if (event.on == 1)
        (event.drum != 0 ? notes : sounding).emplace_back(event.instrument, event.drum, event.pitch, event.velocity, at, at);
    }
  }
  std::sort(notes.begin(), notes.end());
  return notes;
}

// The same from the notes of a sample. Hits are compared by cells, because a note is rounded to a tick.
std::vector<GridNote> expected(const CMusic& music, bool grooves) {
  std::vector<GridNote> notes;
  if (grooves) {
    const DrumMap map = DrumMap::roland();
    const std::vector<musicvae_cell> cells = test::cells_of(music);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (cells[i].hit == 0) continue;
      const double at = static_cast<double>(i / MUSICVAE_DRUMS) + static_cast<double>(0.5F * cells[i].offset);
      const int velocity = std::max(1, static_cast<int>(std::nearbyint(cells[i].velocity * 127.0)));
      notes.emplace_back(0, 1, map.pitch(static_cast<Drum>(i % MUSICVAE_DRUMS)), velocity, at, at);
    }
  } else {
    for (const musicvae_note& note : test::notes_of(music)) {
      const double start = note.start_beats * 4.0;
      notes.emplace_back(note.drum != 0 ? 2 : note.instrument, note.drum, note.pitch, note.velocity, start,
                         note.drum != 0 ? start : note.end_beats * 4.0);
    }
  }
  std::sort(notes.begin(), notes.end());
  return notes;
}

TEST(CStreams, PlayTheSamplesOfEveryKind) {
  for (const char* config : {"groovae_4bar", "groovae_4bar_lookback", "nade-drums_2bar_full", "cat-drums_2bar_small", "mel_2bar",
                             "cat-mel_2bar_med_chords", "trio_4bar", "hier-groove_4bar"}) {
    ModelFile file = tiny(config);
    const CModel model = test::load(file);
    const CStream stream = stream_of(model);
    const std::vector<CMusic> music = test::sampled(model, 3, 7);
    const bool grooves = file.config.representation->music() == DrumSequence::kPlural;
    std::size_t notes = 0;
    for (std::size_t index : {0U, 1U, 2U, 0U}) {
      if (index == 1) (void)next_of(stream);  // a piece may begin at any step
      expect_ok(musicvae_stream_start(stream.get(), 7, index));
      const std::vector<GridNote> found = played(stream, file.config.steps);
      EXPECT_EQ(found, expected(music[index], grooves)) << config << index;
      notes += found.size();
    }
    EXPECT_GT(notes, 0U) << config;
  }
}

TEST(CStreams, ANoteEndsWithTheNextPiece) {
  musicvae_model* loaded = nullptr;
  expect_ok(musicvae_model_load(MUSICVAE_SOURCE "/models/mel_2bar.safetensors", &loaded));  // many of its melodies begin with a rest
  const CModel model(loaded);
  const CStream stream = stream_of(model);
  int ended = 0;
  for (std::uint64_t index = 0; index < 60; ++index) {
    expect_ok(musicvae_stream_start(stream.get(), 7, index));
    int sounding = 0;
    for (int step = 0; step < 8; ++step) {
      for (const musicvae_event& event : next_of(stream)) sounding += event.on == 1 ? 1 : step == 0 ? 0 : -1;
    }
    expect_ok(musicvae_stream_start(stream.get(), 7, index));
    const std::vector<musicvae_event> first = next_of(stream);
    EXPECT_EQ(std::count_if(first.begin(), first.end(), [](const musicvae_event& event) { return event.on == 0; }), sounding) << index;
    ended += static_cast<int>(first.size() == 1 && first[0].on == 0);
  }
  EXPECT_GT(ended, 0);
}

TEST(CStreams, BeginAtALatentPoint) {
  const CModel model = test::load(tiny("groovae_4bar"));
  const musicvae_decode_options options = options_of(0, 0.0F);
  const CStream stream = stream_of(model, &options);
  std::vector<float> z(4, 0.3F);
  musicvae_decode_options decode = options_of(5, 0.0F);
  const CMusic music =
      test::made_one([&](musicvae_music** made) { return musicvae_decode(model.get(), z.data(), z.size(), 1, &decode, made); });
  expect_ok(musicvae_stream_start_at(stream.get(), z.data(), z.size(), 5, 0));
  EXPECT_EQ(played(stream, 64), expected(music, true));
}

TEST(CStreams, TemperaturesChangeWhileItPlays) {
  const CModel model = test::load(tiny("groovae_4bar"));
  const musicvae_decode_options cold = options_of(7, 0.0F);
  const CStream changed = stream_of(model, &cold);
  const CStream usual = stream_of(model);
  expect_ok(musicvae_stream_set_temperature(changed.get(), 1.0F, 1.0F));
  expect_ok(musicvae_stream_start(changed.get(), 7, 0));
  expect_ok(musicvae_stream_start(usual.get(), 7, 0));
  EXPECT_EQ(played(changed, 64), played(usual, 64));
}

TEST(CStreams, WrongArguments) {
  const CModel model = test::load(tiny("groovae_4bar"));
  musicvae_stream* made = nullptr;
  expect_error(musicvae_stream_create(nullptr, nullptr, &made), MUSICVAE_ERROR_ARGUMENT, "model is NULL");
  expect_error(musicvae_stream_create(model.get(), nullptr, nullptr), MUSICVAE_ERROR_ARGUMENT, "stream is NULL");
  musicvae_decode_options options = options_of(0, -3.0F);
  expect_error(musicvae_stream_create(model.get(), &options, &made), MUSICVAE_ERROR_ARGUMENT, "temperature -3");
  options.size = 4;
  expect_error(musicvae_stream_create(model.get(), &options, &made), MUSICVAE_ERROR_STRUCT, "musicvae_decode_options");
  expect_error(musicvae_stream_create(test::load(tiny("tracks")).get(), nullptr, &made), MUSICVAE_ERROR_ARGUMENT,
               "musicvae_stream_create: the rows of tracks");
  expect_error(musicvae_stream_create(test::load(tiny("groovae_4bar_hits_control")).get(), nullptr, &made), MUSICVAE_ERROR_ARGUMENT,
               "use humanize");
  EXPECT_EQ(made, nullptr);

  const std::string before = musicvae_error_message();
  const CStream stream = stream_of(model);
  musicvae_event events[MUSICVAE_STEP_EVENTS];
  std::size_t count = 0;
  std::vector<float> z(4);
  EXPECT_EQ(musicvae_stream_next(stream.get(), events, MUSICVAE_STEP_EVENTS, &count), MUSICVAE_ERROR_ARGUMENT);  // not started
  EXPECT_EQ(musicvae_stream_start(nullptr, 7, 0), MUSICVAE_ERROR_ARGUMENT);
  EXPECT_EQ(musicvae_stream_start_at(nullptr, z.data(), 4, 7, 0), MUSICVAE_ERROR_ARGUMENT);
  EXPECT_EQ(musicvae_stream_start_at(stream.get(), nullptr, 4, 7, 0), MUSICVAE_ERROR_ARGUMENT);
  EXPECT_EQ(musicvae_stream_start_at(stream.get(), z.data(), 3, 7, 0), MUSICVAE_ERROR_ARGUMENT);
  z[3] = std::numeric_limits<float>::infinity();
  EXPECT_EQ(musicvae_stream_start_at(stream.get(), z.data(), 4, 7, 0), MUSICVAE_ERROR_ARGUMENT);
  EXPECT_EQ(musicvae_stream_set_temperature(nullptr, 1.0F, 1.0F), MUSICVAE_ERROR_ARGUMENT);
  EXPECT_EQ(musicvae_stream_set_temperature(stream.get(), MUSICVAE_USUAL, 1.0F), MUSICVAE_ERROR_ARGUMENT);
  EXPECT_EQ(musicvae_stream_set_temperature(stream.get(), 1.0F, std::nanf("")), MUSICVAE_ERROR_ARGUMENT);
  expect_ok(musicvae_stream_start(stream.get(), 7, 0));
  EXPECT_EQ(musicvae_stream_next(nullptr, events, MUSICVAE_STEP_EVENTS, &count), MUSICVAE_ERROR_ARGUMENT);
  EXPECT_EQ(musicvae_stream_next(stream.get(), nullptr, MUSICVAE_STEP_EVENTS, &count), MUSICVAE_ERROR_ARGUMENT);
  EXPECT_EQ(musicvae_stream_next(stream.get(), events, MUSICVAE_STEP_EVENTS, nullptr), MUSICVAE_ERROR_ARGUMENT);
  EXPECT_EQ(musicvae_stream_next(stream.get(), events, MUSICVAE_STEP_EVENTS - 1, &count), MUSICVAE_ERROR_BUFFER);
  EXPECT_EQ(before, musicvae_error_message());  // real-time safe functions do not set it
}

}  // namespace
}  // namespace musicvae
