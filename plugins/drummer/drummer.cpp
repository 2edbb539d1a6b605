#include "drummer.hpp"

#include <algorithm>
#include <cmath>
#include <exception>
#include <utility>

namespace musicvae::drummer {
namespace {

// Whether a parameter changes the groove itself, so that the worker has to make it anew.
bool makes_grooves(Parameter parameter) {
  switch (parameter) {
    case Parameter::x:
    case Parameter::y:
    case Parameter::style:
    case Parameter::temperature:
    case Parameter::density:
    case Parameter::seed:
    case Parameter::new_groove:
    case Parameter::lock:
    case Parameter::history:
      return true;
    default:
      return false;
  }
}

}  // namespace

Drummer::Drummer(std::span<const std::byte> built_in) : built_in_(built_in) {
  for (std::size_t i = 0; i < values_.size(); ++i) values_[i].store(kParameters[i].usual, std::memory_order_relaxed);
  player_.prepare(48'000.0);
  worker_ = std::thread([this] { run(); });
}

Drummer::~Drummer() {
  ends_ = true;
  wake();
  worker_.join();
}

void Drummer::set(Parameter parameter, float value) noexcept {
  if (!std::isfinite(value)) return;
  const ParameterInfo& about = info(parameter);
  value = std::clamp(value, about.low, about.high);
  if (about.kind != ParameterKind::number) value = std::round(value);
  const float before = values_[static_cast<std::size_t>(parameter)].exchange(value, std::memory_order_relaxed);
  if (value == before) return;
  if (about.kind == ParameterKind::trigger && value > before) presses_.fetch_add(1, std::memory_order_relaxed);
  if (makes_grooves(parameter)) wake();
}

void Drummer::wake() noexcept {
  asked_.fetch_add(1);
  asked_.notify_one();
}

void Drummer::activate(double sample_rate) {
  settle();
  player_.prepare(sample_rate);
}

void Drummer::process(int frames, const Transport& transport, MidiSink& sink) noexcept {
  constexpr float percent = 0.01F;
  Feel feel;
  feel.timing = get(Parameter::timing) * percent;
  feel.velocity = get(Parameter::velocity) * percent;
  feel.swing = get(Parameter::swing) * percent;
  feel.fill_every = static_cast<int>(get(Parameter::fill_every));
  feel.variation_every = static_cast<int>(get(Parameter::variation_every));
  for (std::size_t d = 0; d < kDrums; ++d) {
    feel.level[d] = values_[static_cast<std::size_t>(Parameter::level_kick) + d].load(std::memory_order_relaxed) * percent;
  }
  has_position_.store(!transport.playing || transport.has_position, std::memory_order_relaxed);
  Transport place = transport;
  if (!place.has_position) place.tempo = static_cast<double>(get(Parameter::tempo));
  player_.process(frames, place, feel, sink);
}

void Drummer::settle() const {
  const std::uint32_t asked = asked_;  // not what is asked meanwhile, or automation could keep this waiting
  const auto is_behind = [&](std::uint32_t done) { return static_cast<std::int32_t>(asked - done) > 0; };
  for (std::uint32_t done = done_; is_behind(done); done = done_) done_.wait(done);
}

Request Drummer::wanted() const {
  const auto whole = [&](Parameter parameter) { return static_cast<int>(get(parameter)); };
  const auto thousandths = [&](Parameter parameter) { return static_cast<int>(std::lround(get(parameter) * 1000.0F)); };
  return {.seed = static_cast<std::uint32_t>(whole(Parameter::seed)),
          .index = index_,
          .x = thousandths(Parameter::x),
          .y = thousandths(Parameter::y),
          .temperature = thousandths(Parameter::temperature),
          .density = thousandths(Parameter::density),
          .style = whole(Parameter::style)};
}

void Drummer::run() {
  for (;;) {
    const std::uint32_t asked = asked_;
    if (ends_) return;
    work();
    done_ = asked;
    done_.notify_all();
    asked_.wait(asked);
  }
}

void Drummer::load() {
  tried_ = true;
  maker_.reset();
  if (path_.empty() && built_in_.empty()) {
    set_status(Status::model_missing, std::string(kStatusLines[static_cast<std::size_t>(Status::model_missing)]));
    return;
  }
  try {
    maker_.emplace(path_.empty() ? DrummerModel::from(built_in_) : DrummerModel::read(path_));
  } catch (const std::exception& error) {  // std::bad_alloc too
    set_status(Status::model_missing, error.what());
    return;
  }
  if (made_ && maker_->model().checksum != model_checksum_) {
    set_status(Status::saved_pattern, "the project was saved with the model " + model_name_ + " (" + model_checksum_ + "), and this is " +
                                          maker_->model().name + " (" + maker_->model().checksum + "); press New groove for one of it");
  } else {
    set_status(Status::ready);
  }
}

void Drummer::work() {
  const std::lock_guard lock(mutex_);
  if (!tried_) load();
  const std::uint32_t presses = std::exchange(seen_presses_, presses_.load(std::memory_order_relaxed));
  const bool locked = get(Parameter::lock) > 0.0F;
  if (locked && made_) return;
  index_ += seen_presses_ - presses;
  if (const float seed = get(Parameter::seed); std::exchange(seed_, seed) != seed) index_ = 0;  // another series
  if (!maker_) return;
  Request request = wanted();
  const auto back = static_cast<std::size_t>(get(Parameter::history));
  if (back > 0 && !history_.empty()) request = history_[history_.size() - 1 - std::min(back, history_.size() - 1)];
  if (made_ && *made_ == request) return;
  try {
    publish(maker_->make(request));
  } catch (const std::exception& error) {
    set_status(Status::model_missing, error.what());
    return;
  }
  made_ = request;
  model_name_ = maker_->model().name;
  model_checksum_ = maker_->model().checksum;
  set_status(Status::ready);
  if (back > 0) return;
  // A knob that is turned leaves one groove in the history, not hundreds.
  const bool same_groove = !history_.empty() && history_.back().seed == request.seed && history_.back().index == request.index;
  if (same_groove) history_.pop_back();
  history_.push_back(request);
  if (history_.size() > static_cast<std::size_t>(kHistory)) history_.pop_front();
}

void Drummer::publish(const Bank& bank) {
  bank_ = bank;
  banks_.back() = bank;
  banks_.publish();
}

void Drummer::set_status(Status status, std::string message) {
  status_.store(static_cast<int>(status), std::memory_order_relaxed);
  message_ = std::move(message);
}

void Drummer::use_model(const std::filesystem::path& path) {
  {
    const std::lock_guard lock(mutex_);
    if (path == path_ && maker_) return;
    path_ = path;
    tried_ = false;
  }
  wake();
}

std::string Drummer::model_path() const {
  const std::lock_guard lock(mutex_);
  return path_.string();
}

std::string Drummer::state() {
  settle();
  const std::lock_guard lock(mutex_);
  SavedState saved;
  saved.model_name = model_name_;
  saved.model_checksum = model_checksum_;
  saved.model_path = path_.string();
  for (std::size_t i = 0; i < values_.size(); ++i) saved.parameters[i] = values_[i].load(std::memory_order_relaxed);
  saved.parameters[static_cast<std::size_t>(Parameter::new_groove)] = 0.0F;
  saved.index = index_;
  saved.made = made_.value_or(wanted());
  saved.bank = bank_;
  saved.history = history_;
  return saved.text();
}

bool Drummer::restore(const std::string& text) {
  {
    const std::lock_guard lock(mutex_);
    SavedState saved;
    try {
      saved = SavedState::from(text);
    } catch (const NewerStateError& error) {
      set_status(Status::state_newer, error.what());
      return false;
    } catch (const Error& error) {
      set_status(Status::state_corrupt, error.what());
      return false;
    }
    for (std::size_t i = 0; i < values_.size(); ++i) values_[i].store(saved.parameters[i], std::memory_order_relaxed);
    if (saved.model_path != path_.string() || !maker_) tried_ = false;
    path_ = saved.model_path;
    model_name_ = saved.model_name;
    model_checksum_ = saved.model_checksum;
    index_ = saved.index;
    seed_ = get(Parameter::seed);
    seen_presses_ = presses_;
    history_ = saved.history;
    made_.reset();
    if (!saved.model_checksum.empty()) {
      made_ = saved.made;
      publish(saved.bank);
    }
    if (tried_) tried_ = !made_ || maker_->model().checksum == model_checksum_;  // says so if it is another model
    if (tried_) set_status(Status::ready);
  }
  wake();
  return true;
}

Status Drummer::status() const noexcept {
  const auto status = static_cast<Status>(status_.load(std::memory_order_relaxed));
  return status == Status::ready && !has_position_.load(std::memory_order_relaxed) ? Status::no_position : status;
}

std::string Drummer::message() const {
  {
    const std::lock_guard lock(mutex_);
    if (!message_.empty()) return message_;
  }
  const Status now = status();
  return now == Status::ready ? std::string() : std::string(kStatusLines[static_cast<std::size_t>(now)]);
}

Bank Drummer::bank() const {
  const std::lock_guard lock(mutex_);
  return bank_;
}

}  // namespace musicvae::drummer
