// What the tests of the C library share.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <musicvae.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "musicvae/core.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "musicvae/model/any_music.hpp"
#include "musicvae/model/named_configs.hpp"
#include "tiny_model.hpp"
#include "tiny_tracks.hpp"

namespace musicvae::test {

struct Free {
  void operator()(musicvae_model* model) const { musicvae_model_free(model); }
  void operator()(musicvae_music* music) const { musicvae_music_free(music); }
  void operator()(musicvae_stream* stream) const { musicvae_stream_free(stream); }
};
using CModel = std::unique_ptr<musicvae_model, Free>;
using CMusic = std::unique_ptr<musicvae_music, Free>;
using CStream = std::unique_ptr<musicvae_stream, Free>;

inline void expect_ok(musicvae_status status) {
  EXPECT_EQ(status, MUSICVAE_OK) << musicvae_error_message();
}

/// The call failed with this code, and its message is one line with this part.
inline void expect_error(musicvae_status status, musicvae_status code, const std::string& part) {
  EXPECT_EQ(status, code) << musicvae_error_message();
  const std::string message = musicvae_error_message();
  EXPECT_THAT(message, testing::HasSubstr(part));
  EXPECT_EQ(message.find('\n'), std::string::npos) << message;
}

inline CModel load(const std::string& bytes) {
  musicvae_model* model = nullptr;
  expect_ok(musicvae_model_load_memory(bytes.data(), bytes.size(), &model));
  return CModel(model);
}

/// A small model of a named config, or of tracks.
inline ModelFile tiny(const std::string& config) {
  ModelFile file = tiny_model(config == "tracks" ? tiny_tracks_config(false) : named_config(config));
  return file;
}

inline CModel load(const ModelFile& file) {
  return load(file.serialize());
}

/// Calls `function(..., array, capacity, &count)` for the count and then for the values.
template <class Value, class Function>
std::vector<Value> all_of(Function function) {
  std::size_t count = 0;
  expect_ok(function(nullptr, 0, &count));
  std::vector<Value> values(count);
  expect_ok(function(values.data(), values.size(), &count));
  EXPECT_EQ(count, values.size());
  return values;
}

inline std::string midi_of(const CMusic& music, double qpm = 120.0) {
  const std::vector<char> bytes = all_of<char>([&](char* array, std::size_t capacity, std::size_t* size) {
    return musicvae_music_to_midi(music.get(), qpm, array, capacity, size);
  });
  return {bytes.begin(), bytes.end()};
}

inline std::vector<musicvae_note> notes_of(const CMusic& music, double qpm = 120.0) {
  return all_of<musicvae_note>([&](musicvae_note* array, std::size_t capacity, std::size_t* count) {
    return musicvae_music_notes(music.get(), qpm, array, capacity, count);
  });
}

inline std::vector<musicvae_cell> cells_of(const CMusic& music) {
  return all_of<musicvae_cell>([&](musicvae_cell* array, std::size_t capacity, std::size_t* count) {
    return musicvae_music_cells(music.get(), array, capacity, count);
  });
}

/// The same in C++.
template <class Value>
std::string midi_of(const Value& value, const DrumMap& map, double qpm = 120.0) {
  if constexpr (requires { to_notes(value, map, qpm); }) {
    return serialize_midi(to_notes(value, map, qpm));
  } else {
    return serialize_midi(to_notes(value, qpm));
  }
}

/// `n` pieces from a function that writes their handles.
template <class Function>
std::vector<CMusic> made(std::size_t n, Function function) {
  std::vector<musicvae_music*> handles(n);
  expect_ok(function(handles.data()));
  std::vector<CMusic> music;
  for (musicvae_music* handle : handles) music.emplace_back(handle);
  return music;
}

/// One piece.
template <class Function>
CMusic made_one(Function function) {
  return std::move(made(1, function).front());
}

inline musicvae_decode_options options_of(std::uint64_t seed, float temperature = MUSICVAE_USUAL) {
  musicvae_decode_options options = MUSICVAE_DECODE_OPTIONS_INIT;
  options.seed = seed;
  options.temperature = temperature;
  return options;
}

inline std::vector<CMusic> sampled(const CModel& model, int n, std::uint64_t seed) {
  const musicvae_decode_options options = options_of(seed);
  return made(static_cast<std::size_t>(n), [&](musicvae_music** music) { return musicvae_sample(model.get(), &options, n, music); });
}

}  // namespace musicvae::test
