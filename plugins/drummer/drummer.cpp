#include "drummer.hpp"

#include <algorithm>
#include <cmath>
#include <exception>
#include <utility>

#include "export.hpp"
#include "musicvae/sequence/drum_notes.hpp"

namespace musicvae::drummer {
namespace {

constexpr std::uint8_t kNoDrum = 0xFF;

// Whether the worker has something to do when a parameter changes.
bool is_for_worker(Parameter parameter) {
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
    case Parameter::export_groove:
    case Parameter::mode:
    case Parameter::input_bars:
    case Parameter::clear_input:
      return true;
    default:
      return false;
  }
}

// What a status says; nothing where nothing is the matter.
std::string line_of(Status status) {
  return status == Status::ready ? std::string() : std::string(kStatusLines[static_cast<std::size_t>(status)]);
}

}  // namespace

Drummer::Drummer(std::span<const std::byte> built_in, const ListeningModels& listening)
    : built_in_(built_in), listening_models_(listening) {
  for (std::size_t i = 0; i < values_.size(); ++i) values_[i].store(kParameters[i].usual, std::memory_order_relaxed);
  const DrumMap map = DrumMap::standard();
  for (std::size_t pitch = 0; pitch < drums_.size(); ++pitch) {
    const std::optional<Drum> drum = map.drum(static_cast<int>(pitch));
    drums_[pitch] = drum ? static_cast<std::uint8_t>(*drum) : kNoDrum;
  }
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
  if (about.kind == ParameterKind::trigger && value > before) {
    const Trigger trigger = parameter == Parameter::export_groove ? kExport
                            : parameter == Parameter::clear_input ? kClearInput
                                                                  : kNewGroove;
    presses_[trigger].fetch_add(1, std::memory_order_relaxed);
  }
  if (is_for_worker(parameter)) wake();
}

void Drummer::wake() noexcept {
  asked_.fetch_add(1);
  asked_.notify_one();
}

void Drummer::activate(double sample_rate) {
  settle();
  player_.prepare(sample_rate);
}

Feel Drummer::feel() const noexcept {
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
  return feel;
}

void Drummer::process(int frames, const Transport& transport, MidiSink& sink, std::span<const MidiEvent> input) noexcept {
  const Feel now = feel();
  has_position_.store(!transport.playing || transport.has_position, std::memory_order_relaxed);
  Transport place = transport;
  if (!place.has_position) place.tempo = static_cast<double>(get(Parameter::tempo));
  host_tempo_.store(transport.has_position ? static_cast<float>(transport.tempo) : 0.0F, std::memory_order_relaxed);
  const bool jumped = player_.begin(place, sink);
  if (get(Parameter::mode) > 0.0F) {
    listen(input, now, jumped);
  } else {
    listener_.forget();
  }
  player_.play(frames, now, sink);
  const Head at = player_.head(now);
  head_.store(at.playing ? 1U << 31 | static_cast<std::uint32_t>(at.pattern) << 16 | static_cast<std::uint32_t>(at.step * 256.0) : 0U,
              std::memory_order_relaxed);
}

void Drummer::listen(std::span<const MidiEvent> input, const Feel& feel, bool jumped) noexcept {
  const bool keeps = get(Parameter::lock) <= 0.0F;
  if (!keeps) listener_.forget();
  if (!player_.playing()) {
    if (listener_.leave()) wake();
    return;
  }
  const auto bars = static_cast<std::int64_t>(get(Parameter::input_bars));
  const auto index_of = [bars](std::int64_t bar) { return static_cast<int>((bar % bars + bars) % bars); };
  if (jumped && listener_.leave()) wake();
  const Place begin = player_.place_of(0);
  if (keeps && listener_.enter(begin.bar, index_of(begin.bar))) wake();
  for (const MidiEvent& event : input) {
    if ((event.bytes[0] & 0xF0) != 0x90 || event.bytes[2] == 0) continue;
    const std::uint8_t known = drums_[event.bytes[1] & 0x7F];
    // Only the rhythm of taps counts, so any key will do.
    if (known == kNoDrum && static_cast<Mode>(get(Parameter::mode)) != Mode::follow) continue;
    const int drum = known == kNoDrum ? static_cast<int>(Drum::snare) : known;
    const Place at = player_.place_of(event.frame);
    if (keeps && listener_.enter(at.bar, index_of(at.bar))) wake();
    const auto step = static_cast<int>(std::floor(at.step + 0.5));
    const bool is_early = step >= player_.steps_per_bar();  // for the next bar
    const HeardCell hit{cell_velocity(event.bytes[2]), static_cast<float>(2.0 * (at.step - step))};
    if (keeps && is_early) {
      listener_.hear_early(index_of(at.bar + 1), drum, hit);
    } else if (keeps && step < kStepsPerBar) {
      listener_.hear(step, drum, hit);
    }
    if (!player_.has_hits(at.bar + (is_early ? 1 : 0), feel)) player_.add(at, drum, event.bytes[2]);
  }
}

Head Drummer::head() const noexcept {
  const std::uint32_t packed = head_.load(std::memory_order_relaxed);
  return {(packed >> 31) != 0, static_cast<int>(packed >> 16 & 0xFF), (packed & 0xFFFF) / 256.0};
}

void Drummer::settle() const {
  const std::uint32_t asked = asked_;  // not what is asked meanwhile, or automation could keep this waiting
  const auto is_behind = [&](std::uint32_t done) { return static_cast<std::int32_t>(asked - done) > 0; };
  for (std::uint32_t done = done_; is_behind(done); done = done_) done_.wait(done);
}

Request Drummer::wanted() const {
  const auto whole = [&](Parameter parameter) { return static_cast<int>(get(parameter)); };
  const auto thousandths = [&](Parameter parameter) { return static_cast<int>(std::lround(get(parameter) * 1000.0F)); };
  const auto mode = static_cast<Mode>(whole(Parameter::mode));
  if (mode != Mode::groove) {  // these depend on no more than this
    return {.seed = static_cast<std::uint32_t>(whole(Parameter::seed)),
            .index = index_,
            .temperature = thousandths(Parameter::temperature),
            .mode = mode,
            .bars = whole(Parameter::input_bars)};
  }
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
  if (made_ && made_->mode == Mode::groove && maker_->model().checksum != model_checksum_) {
    set_status(Status::saved_pattern, "the project was saved with the model " + model_name_ + " (" + model_checksum_ + "), and this is " +
                                          maker_->model().name + " (" + maker_->model().checksum + "); press New groove for one of it");
  } else {
    set_status(usual_status());
  }
}

Status Drummer::usual_status() const {
  return made_ && made_->mode != Mode::groove && made_input_.hits() == 0 ? Status::listening : Status::ready;
}

std::uint32_t Drummer::new_presses(Trigger trigger) {
  const std::uint32_t presses = presses_[trigger].load(std::memory_order_relaxed);
  return presses - std::exchange(seen_presses_[trigger], presses);
}

void Drummer::hear(bool keeps) {
  for (std::size_t bar = 0; bar < heard_.size(); ++bar) {
    const HeardBar* const heard = heard_[bar].take();
    if (heard == nullptr || !keeps) continue;
    for (int cell = 0; cell < kStepsPerBar * kDrums; ++cell) {
      const HeardCell& hit = heard->cells[static_cast<std::size_t>(cell)];
      const int step = static_cast<int>(bar) * kStepsPerBar + cell / kDrums;
      const auto drum = static_cast<Drum>(cell % kDrums);
      if (hit.velocity > 0.0F) {
        input_.set(step, drum, hit.velocity, hit.offset);
      } else {
        input_.erase(step, drum);
      }
    }
  }
}

GrooveMaker* Drummer::maker_for(Mode mode) {
  if (mode == Mode::groove) return maker_ ? &*maker_ : nullptr;
  std::optional<GrooveMaker>& maker = listening_makers_[static_cast<std::size_t>(mode)];
  if (maker) return &*maker;
  const std::span<const std::byte> bytes = mode == Mode::humanize ? listening_models_.humanize : listening_models_.follow;
  try {
    if (bytes.empty())
      throw ArgumentError("no model for the mode \"" + std::string(kModes[static_cast<std::size_t>(mode)]) + "\"; choose another mode");
    maker.emplace(DrummerModel::from(bytes, mode));
  } catch (const std::exception& error) {
    set_status(Status::model_missing, error.what());
    return nullptr;
  }
  return &*maker;
}

void Drummer::work() {
  const std::lock_guard lock(mutex_);
  if (!tried_) load();
  make();
  if (new_presses(kExport) > 0) export_pattern();
}

void Drummer::make() {
  const std::uint32_t presses = new_presses(kNewGroove);
  const bool clears = new_presses(kClearInput) > 0;
  const bool locked = get(Parameter::lock) > 0.0F;
  hear(/*keeps=*/!locked);
  if (locked && made_) return;
  if (clears) input_ = DrumSequence(kMaxSteps);
  index_ += presses;
  if (const float seed = get(Parameter::seed); std::exchange(seed_, seed) != seed) index_ = 0;  // another series
  Request request = wanted();
  const auto back = static_cast<std::size_t>(get(Parameter::history));
  const bool listens = request.mode != Mode::groove;
  if (back > 0 && !history_.empty() && !listens) request = history_[history_.size() - 1 - std::min(back, history_.size() - 1)];
  DrumSequence input = input_.slice(0, request.bars * kStepsPerBar);
  if (made_ && *made_ == request && made_input_ == input) return;
  GrooveMaker* const maker = maker_for(request.mode);
  if (maker == nullptr) return;
  try {
    publish(listens ? maker->make(request, input) : maker->make(request));
  } catch (const std::exception& error) {
    set_status(Status::model_missing, error.what());
    return;
  }
  made_ = request;
  made_input_ = std::move(input);
  model_name_ = maker->model().name;
  model_checksum_ = maker->model().checksum;
  set_status(usual_status());
  if (back > 0 || listens) return;
  // A knob that is turned leaves one groove in the history, not hundreds.
  const bool same_groove = !history_.empty() && history_.back().seed == request.seed && history_.back().index == request.index;
  if (same_groove) history_.pop_back();
  history_.push_back(request);
  if (history_.size() > static_cast<std::size_t>(kHistory)) history_.pop_front();
}

void Drummer::publish(const Bank& bank) {
  ++looks_;
  bank_ = bank;
  banks_.back() = bank;
  banks_.publish();
}

void Drummer::export_pattern() {
  ++looks_;
  try {
    if (!made_ || groove_of(bank_.variations[0]).hits() == 0) throw ArgumentError("export: there is no pattern yet; make one first");
    constexpr std::array<const char*, kModes.size()> names = {"groove", "humanised", "drums"};
    const std::string name =
        names[static_cast<std::size_t>(made_->mode)] + ("-" + std::to_string(made_->seed)) + "-" + std::to_string(made_->index);
    const auto host_tempo = static_cast<double>(host_tempo_.load(std::memory_order_relaxed));
    const double tempo = host_tempo > 0.0 ? host_tempo : static_cast<double>(get(Parameter::tempo));
    constexpr double slowest = 4.0;  // of a MIDI file
    notice_message_ =
        "exported as " +
        write_new_file(folder_.empty() ? usual_export_folder() : folder_, name, midi_of(bank_, feel(), std::max(slowest, tempo))).string();
    notice_.store(static_cast<int>(Status::exported), std::memory_order_relaxed);
  } catch (const std::exception& error) {
    notice_message_ = error.what();
    notice_.store(static_cast<int>(Status::export_failed), std::memory_order_relaxed);
  }
}

void Drummer::set_status(Status status, std::string message) {
  ++looks_;
  notice_.store(kNoNotice, std::memory_order_relaxed);
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

void Drummer::use_folder(const std::filesystem::path& folder) {
  const std::lock_guard lock(mutex_);
  folder_ = folder;
}

std::string Drummer::folder() const {
  const std::lock_guard lock(mutex_);
  return folder_.string();
}

std::string Drummer::state() {
  settle();
  const std::lock_guard lock(mutex_);
  SavedState saved;
  saved.model_name = model_name_;
  saved.model_checksum = model_checksum_;
  saved.model_path = path_.string();
  for (std::size_t i = 0; i < values_.size(); ++i) saved.parameters[i] = values_[i].load(std::memory_order_relaxed);
  for (std::size_t i = 0; i < values_.size(); ++i) {
    if (kParameters[i].kind == ParameterKind::trigger) saved.parameters[i] = 0.0F;
  }
  saved.index = index_;
  saved.made = made_.value_or(wanted());
  saved.bank = bank_;
  saved.history = history_;
  saved.folder = folder_.string();
  saved.input = input_;
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
    for (std::size_t i = 0; i < kTriggers; ++i) static_cast<void>(new_presses(static_cast<Trigger>(i)));
    history_ = saved.history;
    folder_ = saved.folder;
    hear(/*keeps=*/false);
    input_ = saved.input;
    made_.reset();
    if (!saved.model_checksum.empty()) {
      made_ = saved.made;
      made_input_ = input_.slice(0, made_->bars * kStepsPerBar);
      publish(saved.bank);
    }
    if (tried_) tried_ = !made_ || made_->mode != Mode::groove || maker_->model().checksum == model_checksum_;  // says so if it is another
    if (tried_) set_status(usual_status());
  }
  wake();
  return true;
}

Status Drummer::status() const noexcept {
  if (const int notice = notice_.load(std::memory_order_relaxed); notice != kNoNotice) return static_cast<Status>(notice);
  const auto status = static_cast<Status>(status_.load(std::memory_order_relaxed));
  return status == Status::ready && !has_position_.load(std::memory_order_relaxed) ? Status::no_position : status;
}

std::string Drummer::message() const {
  {
    const std::lock_guard lock(mutex_);
    if (std::string text = kept_message(); !text.empty()) return text;
  }
  return line_of(status());
}

std::string Drummer::kept_message() const {
  return notice_.load(std::memory_order_relaxed) != kNoNotice ? notice_message_ : message_;
}

bool Drummer::look(Look& look) const {
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock.owns_lock()) return false;
  look.version = looks_;
  look.bank = bank_;
  look.mode = made_ ? made_->mode : Mode::groove;
  look.input = made_input_;
  look.message = kept_message();
  if (look.message.empty()) look.message = line_of(status());
  if (const std::string& model = maker_ ? maker_->model().checksum : std::string(); model != look.model) {
    look.model = model;
    look.styles.clear();
    look.data.clear();
    if (maker_ && !maker_->model().plane[0].empty()) {
      for (const std::string_view style : kStyles) look.styles.push_back(maker_->model().place_of(std::string(style)));
      look.data = maker_->model().data;
    }
  }
  return true;
}

Bank Drummer::bank() const {
  const std::lock_guard lock(mutex_);
  return bank_;
}

}  // namespace musicvae::drummer
