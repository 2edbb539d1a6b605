// A small LV2 host: loads the built bundle with lilv, plays blocks and shows its window.
#pragma once

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <lilv/lilv.h>
#include <lv2/atom/forge.h>
#include <lv2/atom/util.h>
#include <lv2/buf-size/buf-size.h>
#include <lv2/data-access/data-access.h>
#include <lv2/instance-access/instance-access.h>
#include <lv2/midi/midi.h>
#include <lv2/options/options.h>
#include <lv2/parameters/parameters.h>
#include <lv2/patch/patch.h>
#include <lv2/state/state.h>
#include <lv2/time/time.h>
#include <lv2/ui/ui.h>
#include <lv2/urid/urid.h>
#include <lv2/worker/worker.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "drummer/transport_script.hpp"

namespace musicvae::test {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* what) const {
    Free(what);
  }
};

// URIs as numbers.
class Uris {
 public:
  LV2_URID map(const char* uri) {
    const auto [at, is_new] = ids_.try_emplace(uri, static_cast<LV2_URID>(ids_.size() + 1));
    if (is_new) uris_.push_back(at->first.c_str());
    return at->second;
  }
  const char* unmap(LV2_URID id) const { return id >= 1 && id <= uris_.size() ? uris_[id - 1] : nullptr; }

 private:
  std::map<std::string, LV2_URID> ids_;
  std::vector<const char*> uris_;
};

class Lv2Host {
 public:
  // Simple hosts have no worker.
  explicit Lv2Host(bool has_worker = false) : world_(lilv_world_new()) {
    const std::string bundle = std::string(MUSICVAE_PLUGIN_BIN) + "/musicvae-drummer.lv2/";
    const Node folder(lilv_new_file_uri(world_.get(), nullptr, bundle.c_str()));
    lilv_world_load_bundle(world_.get(), folder.get());
    lilv_world_load_specifications(world_.get());
    plugin_ = lilv_plugins_get_by_uri(lilv_world_get_all_plugins(world_.get()), node("urn:libmusicvae:drummer").get());
    if (plugin_ == nullptr) throw std::runtime_error("the bundle has no drummer");
    std::vector<const LV2_Feature*> features = {&map_feature_, &unmap_feature_, &options_feature_, &bounded_feature_};
    if (has_worker) features.push_back(&worker_feature_);
    features.push_back(nullptr);
    instance_.reset(lilv_plugin_instantiate(plugin_, kScriptRate, features.data()));
    if (instance_ == nullptr) throw std::runtime_error("the drummer cannot be instantiated");
    connect();
  }
  Lv2Host(const Lv2Host&) = delete;
  Lv2Host& operator=(const Lv2Host&) = delete;
  ~Lv2Host() {
    if (face_ != nullptr) close();
  }

  float& control(const std::string& symbol) { return controls_.at(symbol); }
  void activate() { lilv_instance_activate(instance_.get()); }
  void deactivate() { lilv_instance_deactivate(instance_.get()); }

  // Tells the position in each block, or only where it does not move on by itself.
  void process(int frames, const drummer::Transport& transport, drummer::MidiSink& sink, std::span<const drummer::MidiEvent> input = {},
               bool always = true) {
    LV2_Atom_Forge forge;
    lv2_atom_forge_init(&forge, &map_);
    lv2_atom_forge_set_buffer(&forge, in_.data(), in_.size());
    LV2_Atom_Forge_Frame sequence;
    lv2_atom_forge_sequence_head(&forge, &sequence, 0);
    if (always || jumps(transport)) {
      const double unit = transport.beat_unit / 4.0;  // beats in a quarter note
      LV2_Atom_Forge_Frame position;
      lv2_atom_forge_frame_time(&forge, 0);
      lv2_atom_forge_object(&forge, &position, 0, uri(LV2_TIME__Position));
      const auto number = [&](const char* key, double value) {
        lv2_atom_forge_key(&forge, uri(key));
        lv2_atom_forge_float(&forge, static_cast<float>(value));
      };
      number(LV2_TIME__speed, transport.playing ? 1.0 : 0.0);
      lv2_atom_forge_key(&forge, uri(LV2_TIME__bar));
      lv2_atom_forge_long(&forge, transport.bar);
      number(LV2_TIME__barBeat, transport.quarter * unit);
      lv2_atom_forge_key(&forge, uri(LV2_TIME__beatUnit));
      lv2_atom_forge_int(&forge, static_cast<int>(transport.beat_unit));
      number(LV2_TIME__beatsPerBar, transport.beats_per_bar);
      number(LV2_TIME__beatsPerMinute, transport.tempo * unit);
      lv2_atom_forge_pop(&forge, &position);
    }
    for (const Message& message : messages_) {
      lv2_atom_forge_frame_time(&forge, 0);
      lv2_atom_forge_write(&forge, message.data(), static_cast<std::uint32_t>(message.size()));
    }
    messages_.clear();
    for (const drummer::MidiEvent& event : input) {
      lv2_atom_forge_frame_time(&forge, event.frame);
      lv2_atom_forge_atom(&forge, 3, uri(LV2_MIDI__MidiEvent));
      lv2_atom_forge_write(&forge, event.bytes.data(), 3);
    }
    lv2_atom_forge_pop(&forge, &sequence);
    auto* const out = reinterpret_cast<LV2_Atom_Sequence*>(out_.data());
    out->atom.size = static_cast<std::uint32_t>(out_.size() - sizeof(LV2_Atom));
    out->atom.type = uri(LV2_ATOM__Chunk);
    lilv_instance_run(instance_.get(), static_cast<std::uint32_t>(frames));
    LV2_ATOM_SEQUENCE_FOREACH(out, event) {
      if (event->body.type == uri(LV2_MIDI__MidiEvent) && event->body.size == 3) {
        drummer::MidiEvent midi{static_cast<int>(event->time.frames), {}};
        std::memcpy(midi.bytes.data(), LV2_ATOM_BODY(&event->body), midi.bytes.size());
        sink.write(midi);
      } else if (face_ != nullptr) {
        about_face_->port_event(face_, events_out_, lv2_atom_total_size(&event->body), uri(LV2_ATOM__eventTransfer), &event->body);
      }
    }
    last_ = transport;
    last_frames_ = frames;
  }

  std::vector<PlayedEvent> play(bool always = true) {
    FakeHost host(kScriptRate);
    host.play(transport_script(), kScriptBlock, [&](int frames, const drummer::Transport& transport, drummer::MidiSink& sink) {
      process(frames, transport, sink, {}, always);
    });
    return host.events();
  }

  // Asks the plug-in, with the next block, to take another value of a setting that is not a number.
  void set_text(const char* setting, const std::string& value) {
    alignas(8) std::array<std::uint8_t, 1024> bytes{};
    LV2_Atom_Forge forge;
    lv2_atom_forge_init(&forge, &map_);
    lv2_atom_forge_set_buffer(&forge, bytes.data(), bytes.size());
    LV2_Atom_Forge_Frame frame;
    lv2_atom_forge_object(&forge, &frame, 0, uri(LV2_PATCH__Set));
    lv2_atom_forge_key(&forge, uri(LV2_PATCH__property));
    lv2_atom_forge_urid(&forge, uri((std::string("urn:libmusicvae:drummer#") + setting).c_str()));
    lv2_atom_forge_key(&forge, uri(LV2_PATCH__value));
    lv2_atom_forge_string(&forge, value.c_str(), static_cast<std::uint32_t>(value.size()));
    lv2_atom_forge_pop(&forge, &frame);
    messages_.emplace_back(bytes.begin(), bytes.begin() + forge.offset);
  }

  // Saves the plug-in's state; restores it into another host's plug-in.
  std::unique_ptr<LilvState, Freed<lilv_state_free>> save() {
    const auto value = [](const char* symbol, void* host, std::uint32_t* size, std::uint32_t* type) -> const void* {
      auto* const self = static_cast<Lv2Host*>(host);
      *size = sizeof(float);
      *type = self->uri(LV2_ATOM__Float);
      return &self->controls_.at(symbol);
    };
    return std::unique_ptr<LilvState, Freed<lilv_state_free>>(lilv_state_new_from_instance(
        plugin_, instance_.get(), &map_, nullptr, nullptr, nullptr, nullptr, value, this, LV2_STATE_IS_POD, nullptr));
  }
  void restore(const LilvState* state) {
    const auto set = [](const char* symbol, void* host, const void* value, std::uint32_t, std::uint32_t) {
      static_cast<Lv2Host*>(host)->controls_.at(symbol) = *static_cast<const float*>(value);
    };
    lilv_state_restore(state, instance_.get(), set, this, 0, nullptr);
  }

  // What the host shows of a parameter, and sets: a port of the plug-in, of which the face is told.
  double value(drummer::Parameter parameter) { return static_cast<double>(control(std::string(drummer::info(parameter).symbol))); }
  void set(drummer::Parameter parameter, double value) {
    control(std::string(drummer::info(parameter).symbol)) = static_cast<float>(value);
    if (face_ != nullptr) tell_face(first_control_ + static_cast<std::uint32_t>(parameter));
  }
  // How many parameters the user holds.
  [[nodiscard]] int held() const { return held_; }

  // Opens the face in a window of X11.
  void open(unsigned long window) {
    const std::unique_ptr<LilvUIs, Freed<lilv_uis_free>> all(lilv_plugin_get_uis(plugin_));
    const LilvUI* const ui = lilv_uis_get(all.get(), lilv_uis_begin(all.get()));
    if (ui == nullptr || !lilv_ui_is_a(ui, node(LV2_UI__X11UI).get())) throw std::runtime_error("the bundle has no face for X11");
    face_library_.reset(dlopen(path(lilv_ui_get_binary_uri(ui)).c_str(), RTLD_NOW | RTLD_LOCAL));
    if (face_library_ == nullptr) throw std::runtime_error(dlerror());
    const auto descriptor = reinterpret_cast<LV2UI_DescriptorFunction>(dlsym(face_library_.get(), "lv2ui_descriptor"));
    if (descriptor == nullptr) throw std::runtime_error(dlerror());
    const std::string name = lilv_node_as_uri(lilv_ui_get_uri(ui));
    std::uint32_t i = 0;
    do about_face_ = descriptor(i++);
    while (about_face_ != nullptr && about_face_->URI != name);
    if (about_face_ == nullptr) throw std::runtime_error("the binary has no face");

    LV2_Extension_Data_Feature data{lilv_instance_get_descriptor(instance_.get())->extension_data};
    void* const parent = reinterpret_cast<void*>(window);  // NOLINT(performance-no-int-to-ptr): the interface wants it
    const LV2_Feature parent_feature{LV2_UI__parent, parent};
    const LV2_Feature idle_feature{LV2_UI__idleInterface, nullptr};
    const LV2_Feature data_feature{LV2_DATA_ACCESS_URI, &data};
    const LV2_Feature instance_feature{LV2_INSTANCE_ACCESS_URI, lilv_instance_get_handle(instance_.get())};
    const LV2_Feature touch_feature{LV2_UI__touch, &touch_};
    const std::array<const LV2_Feature*, 9> features{&map_feature_, &unmap_feature_, &options_feature_, &parent_feature, &idle_feature,
                                                     &data_feature, &touch_feature,  &instance_feature, nullptr};
    face_ = about_face_->instantiate(about_face_, "urn:libmusicvae:drummer", path(lilv_ui_get_bundle_uri(ui)).c_str(), write, this,
                                     &widget_, features.data());
    if (face_ == nullptr) throw std::runtime_error("the window cannot be made");
    idle_ = static_cast<const LV2UI_Idle_Interface*>(about_face_->extension_data(LV2_UI__idleInterface));
    for (std::uint32_t port = 0; port < ports_.size(); ++port) {
      if (ports_[port] != nullptr) tell_face(port);
    }
  }
  void close() {
    about_face_->cleanup(face_);
    face_ = nullptr;
    face_library_.reset();
  }
  void idle() const { idle_->idle(face_); }
  // The face's own window of X11. Hosts resize it.
  [[nodiscard]] unsigned long widget() const { return reinterpret_cast<unsigned long>(widget_); }

 private:
  using Node = std::unique_ptr<LilvNode, Freed<lilv_node_free>>;
  using Message = std::vector<std::uint8_t>;  // an atom

  LV2_URID uri(const char* text) { return uris_.map(text); }
  Node node(const char* text) const { return Node(lilv_new_uri(world_.get(), text)); }
  static std::string path(const LilvNode* of) {
    const std::unique_ptr<char, Freed<lilv_free>> text(lilv_node_get_path(of, nullptr));
    return text.get();
  }

  bool jumps(const drummer::Transport& transport) const {
    if (transport.playing != last_.playing || transport.tempo != last_.tempo || transport.beats_per_bar != last_.beats_per_bar ||
        transport.beat_unit != last_.beat_unit)
      return true;
    const double bar = 4.0 * transport.beats_per_bar / transport.beat_unit;
    const double moved = transport.playing ? last_frames_ * last_.tempo / 60.0 / kScriptRate : 0.0;
    return std::abs(static_cast<double>(transport.bar - last_.bar) * bar + transport.quarter - last_.quarter - moved) > 1e-6;
  }

  void connect() {
    const auto is_a = [&](const LilvPort* port, const char* kind) { return lilv_port_is_a(plugin_, port, node(kind).get()); };
    ports_.resize(lilv_plugin_get_num_ports(plugin_));
    for (std::uint32_t i = 0; i < ports_.size(); ++i) {
      const LilvPort* const port = lilv_plugin_get_port_by_index(plugin_, i);
      const bool is_input = is_a(port, LILV_URI_INPUT_PORT);
      if (is_a(port, LILV_URI_CONTROL_PORT)) {
        LilvNode* usual = nullptr;
        lilv_port_get_range(plugin_, port, &usual, nullptr, nullptr);
        float& value = controls_[lilv_node_as_string(lilv_port_get_symbol(plugin_, port))];
        value = usual != nullptr ? lilv_node_as_float(usual) : 0.0F;
        lilv_node_free(usual);
        lilv_instance_connect_port(instance_.get(), i, &value);
        ports_[i] = &value;
      } else {
        lilv_instance_connect_port(instance_.get(), i, is_input ? in_.data() : out_.data());
        if (!is_input) events_out_ = i;
      }
    }
    while (ports_[first_control_] == nullptr) ++first_control_;
  }

  // What the face sends: a value of a control, or a message for the plug-in.
  static void write(LV2UI_Controller host, std::uint32_t port, std::uint32_t size, std::uint32_t protocol, const void* buffer) {
    auto& self = *static_cast<Lv2Host*>(host);
    if (protocol == 0) {
      std::memcpy(self.ports_.at(port), buffer, sizeof(float));
    } else if (protocol == self.uri(LV2_ATOM__eventTransfer)) {
      const auto* const bytes = static_cast<const std::uint8_t*>(buffer);
      self.messages_.emplace_back(bytes, bytes + size);
    }
  }
  void tell_face(std::uint32_t port) const { about_face_->port_event(face_, port, sizeof(float), 0, ports_[port]); }

  // Works at once, which a host that need not be on time may do.
  LV2_Worker_Status work(std::uint32_t size, const void* data) const {
    const auto* const worker =
        static_cast<const LV2_Worker_Interface*>(lilv_instance_get_extension_data(instance_.get(), LV2_WORKER__interface));
    return worker->work(lilv_instance_get_handle(instance_.get()), nullptr, nullptr, size, data);
  }

  Uris uris_;
  LV2_URID_Map map_{&uris_, [](LV2_URID_Map_Handle uris, const char* text) { return static_cast<Uris*>(uris)->map(text); }};
  LV2_URID_Unmap unmap_{&uris_, [](LV2_URID_Unmap_Handle uris, LV2_URID id) { return static_cast<Uris*>(uris)->unmap(id); }};
  std::int32_t block_ = kScriptBlock;
  float rate_ = static_cast<float>(kScriptRate);
  std::array<LV2_Options_Option, 4> options_{{
      {LV2_OPTIONS_INSTANCE, 0, uri(LV2_BUF_SIZE__maxBlockLength), sizeof block_, uri(LV2_ATOM__Int), &block_},
      {LV2_OPTIONS_INSTANCE, 0, uri(LV2_BUF_SIZE__nominalBlockLength), sizeof block_, uri(LV2_ATOM__Int), &block_},
      {LV2_OPTIONS_INSTANCE, 0, uri(LV2_PARAMETERS__sampleRate), sizeof rate_, uri(LV2_ATOM__Float), &rate_},
      {},
  }};
  LV2_Worker_Schedule worker_{this, [](LV2_Worker_Schedule_Handle host, std::uint32_t size, const void* data) {
                                return static_cast<const Lv2Host*>(host)->work(size, data);
                              }};
  LV2UI_Touch touch_{this,
                     [](LV2UI_Feature_Handle host, std::uint32_t, bool holds) { static_cast<Lv2Host*>(host)->held_ += holds ? 1 : -1; }};
  LV2_Feature worker_feature_{LV2_WORKER__schedule, &worker_};
  LV2_Feature map_feature_{LV2_URID__map, &map_};
  LV2_Feature unmap_feature_{LV2_URID__unmap, &unmap_};
  LV2_Feature options_feature_{LV2_OPTIONS__options, options_.data()};
  LV2_Feature bounded_feature_{LV2_BUF_SIZE__boundedBlockLength, nullptr};

  std::unique_ptr<LilvWorld, Freed<lilv_world_free>> world_;
  const LilvPlugin* plugin_ = nullptr;
  std::unique_ptr<LilvInstance, Freed<lilv_instance_free>> instance_;
  std::map<std::string, float> controls_;
  std::vector<float*> ports_;  // by index; null: no control
  std::uint32_t first_control_ = 0;
  std::uint32_t events_out_ = 0;
  std::vector<Message> messages_;  // for the next block
  alignas(8) std::array<std::uint8_t, 1 << 17> in_{};
  alignas(8) std::array<std::uint8_t, 1 << 17> out_{};
  drummer::Transport last_;
  int last_frames_ = 0;

  std::unique_ptr<void, Freed<dlclose>> face_library_;
  const LV2UI_Descriptor* about_face_ = nullptr;
  const LV2UI_Idle_Interface* idle_ = nullptr;
  LV2UI_Handle face_ = nullptr;
  LV2UI_Widget widget_ = nullptr;
  int held_ = 0;
};

}  // namespace musicvae::test
