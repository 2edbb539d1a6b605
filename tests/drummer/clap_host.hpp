// A small CLAP host: loads the built plug-in, plays blocks and shows its window.
#pragma once

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "clap/entry.h"
#include "clap/ext/gui.h"
#include "clap/ext/params.h"
#include "clap/ext/state.h"
#include "clap/ext/timer-support.h"
#include "clap/plugin-factory.h"
#include "drummer/transport_script.hpp"

namespace musicvae::test {

// The host's side. It offers what a window needs; its timer is ClapHost::idle().
inline const void* host_extension(const clap_host_t*, const char* id) {
  static const clap_host_gui_t gui{.resize_hints_changed = [](const clap_host_t*) {},
                                   .request_resize = [](const clap_host_t*, std::uint32_t, std::uint32_t) { return true; },
                                   .request_show = [](const clap_host_t*) { return true; },
                                   .request_hide = [](const clap_host_t*) { return true; },
                                   .closed = [](const clap_host_t*, bool) {}};
  static const clap_host_timer_support_t timer{.register_timer =
                                                   [](const clap_host_t*, std::uint32_t, clap_id* timer_id) {
                                                     *timer_id = 1;
                                                     return true;
                                                   },
                                               .unregister_timer = [](const clap_host_t*, clap_id) { return true; }};
  if (std::string_view(id) == CLAP_EXT_GUI) return &gui;
  if (std::string_view(id) == CLAP_EXT_TIMER_SUPPORT) return &timer;
  return nullptr;
}

inline const clap_host_t& host_side() {
  static const clap_host_t host{.clap_version = CLAP_VERSION,
                                .host_data = nullptr,
                                .name = "test",
                                .vendor = "libmusicvae",
                                .url = "",
                                .version = "1",
                                .get_extension = host_extension,
                                .request_restart = [](const clap_host_t*) {},
                                .request_process = [](const clap_host_t*) {},
                                .request_callback = [](const clap_host_t*) {}};
  return host;
}

class ClapHost {
 public:
  ClapHost() : library_(dlopen(path().c_str(), RTLD_NOW | RTLD_LOCAL), dlclose) {
    if (library_ == nullptr) throw std::runtime_error(dlerror());
    entry_ = static_cast<const clap_plugin_entry_t*>(dlsym(library_.get(), "clap_entry"));
    if (entry_ == nullptr || !entry_->init(path().c_str())) throw std::runtime_error("no CLAP entry");
    const auto* const factory = static_cast<const clap_plugin_factory_t*>(entry_->get_factory(CLAP_PLUGIN_FACTORY_ID));
    plugin_ = factory->create_plugin(factory, &host_side(), "libmusicvae.drummer");
    if (plugin_ == nullptr || !plugin_->init(plugin_)) throw std::runtime_error("the drummer cannot be instantiated");
  }
  ClapHost(const ClapHost&) = delete;
  ClapHost& operator=(const ClapHost&) = delete;
  ~ClapHost() {
    if (open_) close();
    if (active_) deactivate();
    plugin_->destroy(plugin_);
    entry_->deinit();
  }

  void activate() {
    active_ = plugin_->activate(plugin_, kScriptRate, 1, 8192);
    plugin_->start_processing(plugin_);
  }
  void deactivate() {
    plugin_->stop_processing(plugin_);
    plugin_->deactivate(plugin_);
    active_ = false;
  }

  // Sets a parameter with the next block.
  void set(drummer::Parameter parameter, double value) {
    clap_event_param_value_t event{};
    event.header = {sizeof event, 0, CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_PARAM_VALUE, 0};
    event.param_id = static_cast<clap_id>(parameter);
    event.note_id = event.port_index = event.channel = event.key = -1;
    event.value = value;
    changes_.push_back(event);
    shown_[static_cast<std::size_t>(parameter)] = value;
  }

  void process(int frames, const drummer::Transport& at, drummer::MidiSink& sink, std::span<const drummer::MidiEvent> input = {}) {
    clap_event_transport_t transport{};
    transport.header = {sizeof transport, 0, CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_TRANSPORT, 0};
    transport.flags = CLAP_TRANSPORT_HAS_TEMPO | CLAP_TRANSPORT_HAS_BEATS_TIMELINE | CLAP_TRANSPORT_HAS_TIME_SIGNATURE;
    if (at.playing) transport.flags |= CLAP_TRANSPORT_IS_PLAYING;
    const double quarters_per_bar = 4.0 * at.beats_per_bar / at.beat_unit;
    transport.song_pos_beats =
        std::llround((static_cast<double>(at.bar) * quarters_per_bar + at.quarter) * static_cast<double>(CLAP_BEATTIME_FACTOR));
    transport.tempo = at.tempo;
    transport.tsig_num = static_cast<std::uint16_t>(at.beats_per_bar);
    transport.tsig_denom = static_cast<std::uint16_t>(at.beat_unit);
    std::vector<clap_event_midi_t> notes;
    for (const drummer::MidiEvent& event : input) {
      notes.push_back({{sizeof(clap_event_midi_t), static_cast<std::uint32_t>(event.frame), CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_MIDI, 0},
                       0,
                       {event.bytes[0], event.bytes[1], event.bytes[2]}});
    }
    Events events;
    for (const clap_event_param_value_t& change : changes_) events.push_back(&change.header);
    for (const clap_event_midi_t& event : notes) events.push_back(&event.header);
    const clap_input_events_t in{
        &events, [](const clap_input_events_t* list) { return static_cast<std::uint32_t>(events_of(list).size()); },
        [](const clap_input_events_t* list, std::uint32_t i) -> const clap_event_header_t* { return events_of(list)[i]; }};
    sink_ = &sink;
    const clap_output_events_t out{this, [](const clap_output_events_t* list, const clap_event_header_t* header) {
                                     return static_cast<ClapHost*>(list->ctx)->take(header);
                                   }};
    clap_process_t process{};
    process.steady_time = -1;
    process.frames_count = static_cast<std::uint32_t>(frames);
    process.transport = &transport;
    process.in_events = &in;
    process.out_events = &out;
    plugin_->process(plugin_, &process);
    changes_.clear();
  }

  std::vector<PlayedEvent> play() {
    FakeHost host(kScriptRate);
    host.play(transport_script(), kScriptBlock,
              [&](int frames, const drummer::Transport& transport, drummer::MidiSink& sink) { process(frames, transport, sink); });
    return host.events();
  }

  // What the host shows of a parameter.
  [[nodiscard]] double value(drummer::Parameter parameter) const { return shown_[static_cast<std::size_t>(parameter)]; }
  // How many parameters the user holds.
  [[nodiscard]] int held() const { return held_; }

  // Opens the face in a window of X11.
  void open(unsigned long window) {
    clap_window_t parent{};
    parent.api = CLAP_WINDOW_API_X11;
    parent.x11 = window;
    if (!gui().create(plugin_, CLAP_WINDOW_API_X11, false)) throw std::runtime_error("the window cannot be made");
    if (!gui().set_parent(plugin_, &parent) || !gui().show(plugin_)) throw std::runtime_error("the window cannot be shown");
    open_ = true;
  }
  void close() {
    gui().destroy(plugin_);
    open_ = false;
  }
  // What the host's timer does.
  void idle() const {
    static_cast<const clap_plugin_timer_support_t*>(plugin_->get_extension(plugin_, CLAP_EXT_TIMER_SUPPORT))->on_timer(plugin_, 1);
  }
  void resize(int width, int height) {
    EXPECT_TRUE(gui().set_size(plugin_, static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height)));
  }

  std::string save() {
    std::string bytes;
    const clap_ostream_t stream{&bytes, [](const clap_ostream_t* to, const void* from, std::uint64_t size) {
                                  static_cast<std::string*>(to->ctx)->append(static_cast<const char*>(from), size);
                                  return static_cast<std::int64_t>(size);
                                }};
    EXPECT_TRUE(state()->save(plugin_, &stream));
    return bytes;
  }
  void restore(std::string bytes) {
    const clap_istream_t stream{&bytes, [](const clap_istream_t* from, void* to, std::uint64_t size) {
                                  auto& left = *static_cast<std::string*>(from->ctx);
                                  const std::size_t count = std::min<std::size_t>({left.size(), size, 100});
                                  std::copy_n(left.data(), count, static_cast<char*>(to));
                                  left.erase(0, count);
                                  return static_cast<std::int64_t>(count);
                                }};
    EXPECT_TRUE(state()->load(plugin_, &stream));
  }

 private:
  static std::string path() { return std::string(MUSICVAE_PLUGIN_BIN) + "/musicvae-drummer.clap"; }
  using Events = std::vector<const clap_event_header_t*>;
  static const Events& events_of(const clap_input_events_t* list) { return *static_cast<const Events*>(list->ctx); }
  // An event that the plug-in sends.
  bool take(const clap_event_header_t* header) {
    switch (header->type) {
      case CLAP_EVENT_MIDI: {
        const auto* const midi = reinterpret_cast<const clap_event_midi_t*>(header);
        return sink_->write({static_cast<int>(header->time), {midi->data[0], midi->data[1], midi->data[2]}});
      }
      case CLAP_EVENT_PARAM_VALUE: {
        const auto* const event = reinterpret_cast<const clap_event_param_value_t*>(header);
        if (event->param_id < shown_.size()) shown_[event->param_id] = event->value;  // the last one is the status
        return true;
      }
      case CLAP_EVENT_PARAM_GESTURE_BEGIN:
        ++held_;
        return true;
      case CLAP_EVENT_PARAM_GESTURE_END:
        --held_;
        return true;
      default:
        return true;
    }
  }
  const clap_plugin_gui_t& gui() const { return *static_cast<const clap_plugin_gui_t*>(plugin_->get_extension(plugin_, CLAP_EXT_GUI)); }
  const clap_plugin_state_t* state() const {
    return static_cast<const clap_plugin_state_t*>(plugin_->get_extension(plugin_, CLAP_EXT_STATE));
  }

  std::unique_ptr<void, int (*)(void*)> library_;
  const clap_plugin_entry_t* entry_ = nullptr;
  const clap_plugin_t* plugin_ = nullptr;
  bool active_ = false;
  bool open_ = false;
  std::vector<clap_event_param_value_t> changes_;
  drummer::MidiSink* sink_ = nullptr;  // of a block
  std::array<double, drummer::kParameters.size()> shown_ = [] {
    std::array<double, drummer::kParameters.size()> values{};
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(drummer::kParameters[i].usual);
    return values;
  }();
  int held_ = 0;
};

}  // namespace musicvae::test
