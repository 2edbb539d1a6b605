#include "musicvae/sequence/trio.hpp"

#include <string>
#include <utility>

#include "musicvae/error.hpp"
#include "sequence/step_checks.hpp"

namespace musicvae {

Trio::Trio(int steps, Grid grid) : melody_(steps, grid), bass_(steps, grid), drums_(steps, grid) {}

Trio::Trio(Melody melody, Melody bass, DrumSequence drums) : melody_(std::move(melody)), bass_(std::move(bass)), drums_(std::move(drums)) {
  if (melody_.steps() != drums_.steps() || bass_.steps() != drums_.steps()) {
    throw ArgumentError("trio: the melody has " + std::to_string(melody_.steps()) + " steps, the bass " + std::to_string(bass_.steps()) +
                        " and the drums " + std::to_string(drums_.steps()) + "; make them equal");
  }
  detail::check_same_grid("trio", melody_.grid(), drums_.grid());
  detail::check_same_grid("trio", bass_.grid(), drums_.grid());
}

Trio Trio::with_melody(Melody melody) const {
  return {std::move(melody), bass_, drums_};
}

Trio Trio::with_bass(Melody bass) const {
  return {melody_, std::move(bass), drums_};
}

Trio Trio::with_drums(DrumSequence drums) const {
  return {melody_, bass_, std::move(drums)};
}

Trio Trio::slice(int first, int count) const {
  detail::check_range("trio", first, count, steps());
  return {melody_.slice(first, count), bass_.slice(first, count), drums_.slice(first, count)};
}

Trio Trio::concat(const Trio& next) const {
  Trio result = *this;
  result.append(next);
  return result;
}

void Trio::append(const Trio& next) {
  detail::check_same_grid("trio", grid(), next.grid());
  melody_.append(next.melody_);
  bass_.append(next.bass_);
  drums_.append(next.drums_);
}

Trio Trio::repeated(int steps) const {
  return {melody_.repeated(steps), bass_.repeated(steps), drums_.repeated(steps)};
}

Trio Trio::transposed(int semitones) const {
  return {melody_.transposed(semitones), bass_.transposed(semitones), drums_};
}

Trio Trio::on_grid(const Grid& grid) const {
  return {melody_.on_grid(grid), bass_.on_grid(grid), drums_.on_grid(grid)};
}

}  // namespace musicvae
