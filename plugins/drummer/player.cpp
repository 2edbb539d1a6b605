#include "player.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace musicvae::drummer {
namespace {

constexpr double kSlowest = 1.0;  // quarter notes per minute
constexpr double kFastest = 999.0;
constexpr double kUsualTempo = 120.0;
constexpr double kSameStep = 0.02;   // steps: a position so little after a step is on it, since hosts round positions to ticks
constexpr double kSamePlace = 0.01;  // steps: the host's position and ours may differ by this much before ours is corrected
constexpr double kJump = 0.5;        // steps: beyond this it is a jump
constexpr int kLongestPart = 1024;   // frames that are computed at once

double within(double value, double low, double high, double otherwise) noexcept {
  return std::isfinite(value) && value > 0.0 ? std::clamp(value, low, high) : otherwise;
}

std::int64_t modulo(std::int64_t value, std::int64_t by) noexcept {
  const std::int64_t rest = value % by;
  return rest < 0 ? rest + by : rest;
}

std::uint8_t midi_velocity(float velocity) noexcept {
  return static_cast<std::uint8_t>(std::clamp(std::nearbyint(static_cast<double>(velocity) * 127.0), 1.0, 127.0));
}

}  // namespace

double offset_of(const PatternCell& cell, int step, const Feel& feel) noexcept {
  const double late = step % 2 == 1 ? static_cast<double>(feel.swing) / 3.0 : 0.0;
  return std::clamp(0.5 * static_cast<double>(cell.offset * feel.timing) + late, -0.5, 0.5);
}

void Player::prepare(double sample_rate) noexcept {
  sample_rate_ = within(sample_rate, 1.0, 1e7, 48'000.0);
  now_ = 0;
  playing_ = false;
  pending_count_ = 0;
  tempo_ = 0.0;
  off_at_.fill(kSilent);
  last_step_time_.fill(-1.0);
}

double Player::time_of(std::int64_t bar, double step) const noexcept {
  const double steps = static_cast<double>(bar - anchor_bar_) * steps_per_bar_ + step - anchor_step_;
  return static_cast<double>(anchor_frame_) + steps * frames_per_step_;
}

std::int64_t Player::frame_of(std::int64_t bar, double step) const noexcept {
  return static_cast<std::int64_t>(std::floor(time_of(bar, step) + 0.5));
}

void Player::anchor(std::int64_t bar, double step, double steps_per_bar, double tempo) noexcept {
  anchor_frame_ = now_;
  anchor_bar_ = bar;
  anchor_step_ = step;
  steps_per_bar_ = steps_per_bar;
  tempo_ = tempo;
  frames_per_step_ = sample_rate_ * 60.0 / tempo / kStepsPerQuarter;
}

void Player::start(std::int64_t bar, double step) noexcept {
  playing_ = first_ = true;
  take_bank();
  pending_count_ = 0;
  next_bar_ = bar;
  next_step_ = static_cast<int>(std::ceil(step - kSameStep));
  if (next_step_ >= steps_per_bar_) {
    ++next_bar_;
    next_step_ = 0;
  }
}

bool Player::begin(const Transport& transport, MidiSink& sink) noexcept {
  if (!transport.playing) {
    playing_ = false;
    silence(sink);
    return false;
  }
  const double tempo = within(transport.tempo, kSlowest, kFastest, kUsualTempo);
  constexpr double longest_bar = 64.0;
  const double beats = within(transport.beats_per_bar, 1.0, longest_bar, 4.0);
  const double unit = within(transport.beat_unit, 1.0, longest_bar, 4.0);
  const double steps_per_bar = transport.has_position ? kStepsPerQuarter * 4.0 * beats / unit : kStepsPerBar;
  constexpr std::int64_t most_bars = std::int64_t{1} << 40;
  std::int64_t bar = std::clamp(transport.bar, -most_bars, most_bars);
  double step = std::isfinite(transport.quarter) ? std::clamp(transport.quarter * kStepsPerQuarter, 0.0, steps_per_bar) : 0.0;
  if (!transport.has_position) {  // our own clock
    const double since = playing_ ? static_cast<double>(now_ - anchor_frame_) / frames_per_step_ + anchor_step_ : 0.0;
    const double bars = std::floor(since / kStepsPerBar);
    bar = playing_ ? anchor_bar_ + static_cast<std::int64_t>(bars) : 0;
    step = since - bars * kStepsPerBar;
  }

  if (!playing_) {
    played_early_ = 0;
    anchor(bar, step, steps_per_bar, tempo);
    start(bar, step);
    return true;
  }
  const double ahead = (time_of(bar, step) - static_cast<double>(now_)) / frames_per_step_;  // of our clock, in steps
  if (std::abs(ahead) > kJump) {
    played_early_ = 0;
    for (std::size_t d = 0; d < kDrums; ++d) {
      if (last_step_time_[d] >= static_cast<double>(now_) - kSameStep * frames_per_step_) played_early_ |= 1U << d;
    }
    anchor(bar, step, steps_per_bar, tempo);
    start(bar, step);
    return true;
  }
  if (std::abs(ahead) > kSamePlace || tempo != tempo_ || steps_per_bar != steps_per_bar_) {
    anchor(bar, step, steps_per_bar, tempo);
    if (next_step_ > steps_per_bar) start(bar, step);  // another meter in the middle of a bar
  }
  return false;
}

Place Player::place_of(int frame) const noexcept {
  const double since = static_cast<double>(now_ + frame - anchor_frame_) / frames_per_step_ + anchor_step_;
  const double bars = std::floor(since / steps_per_bar_);
  return {anchor_bar_ + static_cast<std::int64_t>(bars), since - bars * steps_per_bar_};
}

void Player::add(const Place& place, int drum, std::uint8_t velocity) noexcept {
  if (bank_ == nullptr || pending_count_ == pending_.size()) return;
  const auto step = static_cast<int>(std::floor(place.step + 0.5));
  pending_[pending_count_++] = {place.bar, step, drum, place.step - step, bank_->pitches[static_cast<std::size_t>(drum)], velocity};
}

void Player::take_bank() noexcept {
  if (const Bank* bank = banks_->take()) bank_ = bank;
}

Player::PatternBar Player::pattern_of_bar(std::int64_t bar, const Feel& feel) const noexcept {
  if (bank_ == nullptr) return {};
  const std::int64_t variation =
      feel.variation_every > 0 ? modulo(bar, std::int64_t{kVariations} * feel.variation_every) / feel.variation_every : 0;
  const bool fill = feel.fill_every > 0 && modulo(bar, feel.fill_every) == feel.fill_every - 1 && bank_->fill.steps > 0;
  const Pattern& pattern = fill ? bank_->fill : bank_->variations[static_cast<std::size_t>(variation)];
  if (pattern.steps == 0) return {};
  return {&pattern, static_cast<int>(fill ? kVariations : variation),
          static_cast<int>(fill ? pattern.bars() - 1 : modulo(bar, pattern.bars()))};
}

bool Player::has_hits(std::int64_t bar, const Feel& feel) const noexcept {
  const PatternBar at = pattern_of_bar(bar, feel);
  if (at.pattern == nullptr) return false;
  for (int cell = 0; cell < kStepsPerBar * kDrums; ++cell) {
    if (is_played(at.pattern->at(at.bar * kStepsPerBar + cell / kDrums, cell % kDrums), feel, cell % kDrums)) return true;
  }
  return false;
}

Head Player::head(const Feel& feel) const noexcept {
  if (!playing_) return {};
  const Place place = place_of(0);
  const PatternBar at = pattern_of_bar(place.bar, feel);
  return {true, at.index, at.bar * kStepsPerBar + std::fmod(place.step, kStepsPerBar)};
}

void Player::open_step(const Feel& feel) noexcept {
  if (next_step_ == 0 || first_) take_bank();
  const std::int64_t bar = next_bar_;
  const int step = next_step_;
  const bool begins_loop = first_ && time_of(bar, step) - static_cast<double>(now_) < 0.5 * frames_per_step_;
  const std::uint32_t left_out = begins_loop ? played_early_ : 0;
  first_ = false;
  if (++next_step_ >= steps_per_bar_) {
    ++next_bar_;
    next_step_ = 0;
  }
  const PatternBar at = pattern_of_bar(bar, feel);
  if (at.pattern == nullptr) return;
  for (int d = 0; d < kDrums; ++d) {
    const auto i = static_cast<std::size_t>(d);
    const PatternCell& cell = at.pattern->at(at.bar * kStepsPerBar + step % kStepsPerBar, d);
    if (!is_played(cell, feel, d) || (left_out >> d & 1U) != 0 || pending_count_ == pending_.size()) continue;
    const float velocity = velocity_of(cell, at.pattern->mean_velocity[i], feel);
    pending_[pending_count_++] = {bar, step, d, offset_of(cell, step, feel), bank_->pitches[i], midi_velocity(velocity)};
  }
}

bool Player::note_off(int drum, std::int64_t frame, MidiSink& sink) noexcept {
  const auto d = static_cast<std::size_t>(drum);
  if (off_at_[d] == kSilent) return true;
  if (!sink.write({static_cast<int>(frame - now_), {0x80 | kMidiChannel, pitch_[d], 0}})) return false;
  off_at_[d] = kSilent;
  return true;
}

void Player::note_on(const Pending& hit, std::int64_t frame, MidiSink& sink) noexcept {
  const auto d = static_cast<std::size_t>(hit.drum);
  last_step_time_[d] = time_of(hit.bar, hit.step);
  if (!note_off(hit.drum, frame, sink)) return;
  pitch_[d] = hit.pitch;
  if (!sink.write({static_cast<int>(frame - now_), {0x90 | kMidiChannel, pitch_[d], hit.velocity}})) return;
  off_at_[d] = frame + std::max<std::int64_t>(1, static_cast<std::int64_t>(frames_per_step_));
}

void Player::silence(MidiSink& sink) noexcept {
  pending_count_ = 0;
  for (int d = 0; d < kDrums; ++d) note_off(d, now_, sink);
}

void Player::play_until(std::int64_t begin, std::int64_t end, MidiSink& sink) noexcept {
  // What is due, in order of frames, then of drums.
  std::array<Due, 128> due{};
  std::size_t count = 0;
  for (std::size_t i = 0; i < pending_count_; ++i) {
    const std::int64_t frame = std::max(begin, frame_of(pending_[i].bar, pending_[i].step + pending_[i].offset));
    if (frame >= end) continue;
    std::size_t at = count++;
    for (; at > 0 && (due[at - 1].frame > frame || (due[at - 1].frame == frame && pending_[due[at - 1].pending].drum > pending_[i].drum));
         --at)
      due[at] = due[at - 1];
    due[at] = {frame, i};
  }
  for (std::size_t next = 0;;) {
    const std::int64_t until = next < count ? due[next].frame : end - 1;
    int ending = -1;
    for (int d = 0; d < kDrums; ++d) {
      const std::int64_t at = off_at_[static_cast<std::size_t>(d)];
      if (at != kSilent && at <= until && (ending < 0 || at < off_at_[static_cast<std::size_t>(ending)])) ending = d;
    }
    if (ending >= 0) {
      const std::int64_t at = std::max(begin, off_at_[static_cast<std::size_t>(ending)]);
      if (!note_off(ending, at, sink)) off_at_[static_cast<std::size_t>(ending)] = end;  // again in the next part
    } else if (next < count) {
      note_on(pending_[due[next].pending], due[next].frame, sink);
      pending_[due[next].pending].drum = -1;  // played
      ++next;
    } else {
      break;
    }
  }
  const auto* const kept =
      std::remove_if(pending_.data(), pending_.data() + pending_count_, [](const Pending& hit) { return hit.drum < 0; });
  pending_count_ = static_cast<std::size_t>(kept - pending_.data());
}

void Player::play(int frames, const Feel& feel, MidiSink& sink) noexcept {
  const std::int64_t end = now_ + std::max(0, frames);
  if (playing_) {
    const auto part = static_cast<std::int64_t>(std::clamp(frames_per_step_, 1.0, static_cast<double>(kLongestPart)));
    for (std::int64_t begin = now_; begin < end; begin += part) {
      const std::int64_t part_end = std::min(end, begin + part);
      while (frame_of(next_bar_, next_step_ - 0.5) < part_end) open_step(feel);
      play_until(begin, part_end, sink);
    }
  } else {
    take_bank();
  }
  now_ = end;
}

bool Player::sounding() const noexcept {
  return std::any_of(off_at_.begin(), off_at_.end(), [](std::int64_t at) { return at != kSilent; });
}

}  // namespace musicvae::drummer
