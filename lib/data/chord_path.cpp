#include "chord_path.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string_view>
#include <utility>

namespace musicvae::data {
namespace {

constexpr std::size_t kPitchClasses = 12;
constexpr std::size_t kKeys = 12;
constexpr std::array<std::string_view, kPitchClasses> kRoots = {"C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"};

/// A kind of chord and its semitones above the root.
struct Kind {
  std::string_view suffix;
  std::array<std::size_t, 4> semitones;
  std::size_t size;
};
constexpr std::array kKinds = {Kind{"", {0, 4, 7}, 3},       Kind{"m", {0, 3, 7}, 3},       Kind{"+", {0, 4, 8}, 3},
                               Kind{"dim", {0, 3, 6}, 3},    Kind{"7", {0, 4, 7, 10}, 4},   Kind{"maj7", {0, 4, 7, 11}, 4},
                               Kind{"m7", {0, 3, 7, 10}, 4}, Kind{"m7b5", {0, 3, 6, 10}, 4}};
constexpr std::size_t kChords = 1 + kPitchClasses * kKinds.size();
constexpr std::size_t kStates = kKeys * kChords;

// The probabilities of the model: a chord's note is outside the key, the key changes, the chord changes.
constexpr double kOutsideKey = 0.01;
constexpr double kKeyChanges = 0.001;
constexpr double kChordChanges = 0.5;
// How much the pitches of a frame say about its chord.
constexpr double kConcentration = 100.0;

using PitchVector = std::array<double, kPitchClasses>;

/// The logarithms of the model's probabilities, and the chords. Chord 0 is none.
struct ChordModel {
  std::array<std::string, kChords> symbols;
  std::array<PitchVector, kChords> pitches{};                                       // of length 1
  std::array<std::array<double, kChords>, kKeys> in_key{};                          // log P(chord | key)
  std::array<std::array<double, kChords>, kKeys> to_other_key{};                    // log P(key, chord | another key)
  std::vector<double> within_key = std::vector<double>(kKeys * kChords * kChords);  // [key][to][from]

  ChordModel() {
    symbols[0] = "N.C.";
    for (std::size_t root = 0; root < kPitchClasses; ++root) {
      for (std::size_t kind = 0; kind < kKinds.size(); ++kind) {
        const std::size_t chord = 1 + root * kKinds.size() + kind;
        symbols[chord] = std::string(kRoots[root]).append(kKinds[kind].suffix);
        const double share = 1.0 / std::sqrt(static_cast<double>(kKinds[kind].size));
        for (std::size_t i = 0; i < kKinds[kind].size; ++i) pitches[chord][(root + kKinds[kind].semitones[i]) % kPitchClasses] = share;
      }
    }
    for (std::size_t key = 0; key < kKeys; ++key) add_key(key);
  }

 private:
  void add_key(std::size_t key) {
    constexpr std::array<bool, kPitchClasses> major = {true, false, true, false, true, true, false, true, false, true, false, true};
    std::array<double, kChords> probability{};
    double sum = 0.0;
    for (std::size_t chord = 0; chord < kChords; ++chord) {
      double weight = 1.0;
      for (std::size_t pitch = 0; pitch < kPitchClasses; ++pitch) {
        if (pitches[chord][pitch] == 0.0) continue;
        weight *= major[(pitch + kPitchClasses - key) % kPitchClasses] ? 1.0 - kOutsideKey : kOutsideKey;
      }
      probability[chord] = weight;
      sum += weight;
    }
    for (double& p : probability) p /= sum;
    for (std::size_t to = 0; to < kChords; ++to) {
      in_key[key][to] = std::log(probability[to]);
      to_other_key[key][to] = std::log(kKeyChanges / (kKeys - 1) * probability[to]);
      for (std::size_t from = 0; from < kChords; ++from) {
        const double change = from == to ? 1.0 - kChordChanges : kChordChanges * (probability[to] + probability[from] / (kChords - 1));
        within_key[(key * kChords + to) * kChords + from] = std::log((1.0 - kKeyChanges) * change);
      }
    }
  }
};

const ChordModel& chord_model() {
  static const ChordModel model;
  return model;
}

/// How long each pitch class sounds in each frame, at length 1 unless the frame is silent.
std::vector<PitchVector> pitch_vectors(std::span<const SoundingPitch> pitches, double frame, std::int64_t frames) {
  std::vector<PitchVector> result(static_cast<std::size_t>(frames));
  std::vector<double> borders;  // between frames
  for (std::int64_t i = 1; i < frames; ++i) borders.push_back(static_cast<double>(i) * frame);
  for (const SoundingPitch& note : pitches) {
    const auto first = static_cast<std::size_t>(std::upper_bound(borders.begin(), borders.end(), note.start) - borders.begin());
    const auto last = static_cast<std::size_t>(std::lower_bound(borders.begin(), borders.end(), note.end) - borders.begin());
    const auto pitch_class = static_cast<std::size_t>(note.pitch) % kPitchClasses;
    for (std::size_t i = first; i <= std::max(first, last); ++i) {
      const double from = i == first ? note.start : borders[i - 1];
      result[i][pitch_class] += (i < last ? borders[i] : note.end) - from;
    }
  }
  for (PitchVector& vector : result) {
    double squares = 0.0;
    for (const double time : vector) squares += time * time;
    if (squares <= 0.0) continue;
    for (double& time : vector) time /= std::sqrt(squares);
  }
  return result;
}

/// The log-likelihood of a frame given each chord.
std::array<double, kChords> likelihoods(const PitchVector& frame) {
  std::array<double, kChords> result{};
  for (std::size_t chord = 0; chord < kChords; ++chord) {
    double product = 0.0;
    for (std::size_t pitch = 0; pitch < kPitchClasses; ++pitch) product += frame[pitch] * chord_model().pitches[chord][pitch];
    result[chord] = kConcentration * product;
  }
  return result;
}

using Scores = std::array<double, kStates>;
using Parents = std::array<std::uint16_t, kStates>;

/// The best way to each state, given the scores of the frame before. Of equally good ones, the first state wins.
void advance(const Scores& before, const PitchVector& frame, Scores& after, Parents& parents) {
  const ChordModel& model = chord_model();
  const std::array<double, kChords> likelihood = likelihoods(frame);
  std::array<std::size_t, kKeys> best_of_key{};
  for (std::size_t key = 0; key < kKeys; ++key) {
    const auto first = before.begin() + static_cast<std::ptrdiff_t>(key * kChords);
    best_of_key[key] = static_cast<std::size_t>(std::max_element(first, first + kChords) - before.begin());
  }
  for (std::size_t state = 0; state < kStates; ++state) {
    const std::size_t key = state / kChords;
    const std::size_t chord = state % kChords;
    std::size_t parent = kStates;
    double best = 0.0;
    const auto consider = [&](std::size_t from, double transition) {
      const double score = before[from] + transition;
      if (parent != kStates && score <= best) return;
      parent = from;
      best = score;
    };
    for (std::size_t from_key = 0; from_key < kKeys; ++from_key) {
      if (from_key != key) {
        consider(best_of_key[from_key], model.to_other_key[key][chord]);
        continue;
      }
      const double* transitions = &model.within_key[state * kChords];
      for (std::size_t from = 0; from < kChords; ++from) consider(key * kChords + from, transitions[from]);
    }
    after[state] = best + likelihood[chord];
    parents[state] = static_cast<std::uint16_t>(parent);
  }
}

}  // namespace

bool has_pitch(const Note& note) {
  return !note.is_drum() && !(note.program >= 96 && note.program <= 103) && note.program < 112;
}

std::optional<int> chords_per_bar(int numerator, int denominator) {
  constexpr std::array<std::pair<std::pair<int, int>, int>, 5> table = {{{{4, 4}, 2}, {{6, 8}, 2}, {{2, 2}, 1}, {{2, 4}, 1}, {{3, 4}, 1}}};
  for (const auto& [meter, chords] : table) {
    if (meter == std::pair(numerator, denominator)) return chords;
  }
  return {};
}

std::vector<KeyAndChord> likeliest_path(std::span<const SoundingPitch> pitches, double frame, std::int64_t frames) {
  if (frames < 1) return {};
  const ChordModel& model = chord_model();
  const std::vector<PitchVector> vectors = pitch_vectors(pitches, frame, frames);
  Scores scores;
  const std::array<double, kChords> first = likelihoods(vectors.front());
  for (std::size_t state = 0; state < kStates; ++state) {
    scores[state] = -std::log(static_cast<double>(kKeys)) + model.in_key[state / kChords][state % kChords] + first[state % kChords];
  }
  std::vector<Parents> parents(vectors.size());
  for (std::size_t i = 1; i < vectors.size(); ++i) {
    Scores next;
    advance(scores, vectors[i], next, parents[i]);
    scores = next;
  }
  auto state = static_cast<std::size_t>(std::max_element(scores.begin(), scores.end()) - scores.begin());
  std::vector<KeyAndChord> path(vectors.size());
  for (std::size_t i = vectors.size(); i-- > 0;) {
    path[i] = {static_cast<int>(state / kChords), model.symbols[state % kChords]};
    state = parents[i][state];
  }
  return path;
}

std::vector<std::string> likeliest_chords(std::span<const SoundingPitch> pitches, double frame, std::int64_t frames) {
  std::vector<std::string> chords;
  for (KeyAndChord& both : likeliest_path(pitches, frame, frames)) chords.push_back(std::move(both.chord));
  return chords;
}

}  // namespace musicvae::data
