// A small VST3 host: loads the built plug-in and plays the transport script.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "drummer/transport_script.hpp"
#include "travesty/audio_processor.h"
#include "travesty/component.h"
#include "travesty/edit_controller.h"
#include "travesty/factory.h"

namespace musicvae::test {
namespace {

// An object that a plug-in sees: its first member is the table of its functions.
template <class Table>
struct HostObject {
  const Table* table;
};

v3_result no_interface(void*, const v3_tuid, void**) {
  return V3_NO_INTERFACE;
}
std::uint32_t one_owner(void*) {
  return 1;
}

// Takes the events of a block.
struct EventList : HostObject<v3_event_list_cpp> {
  explicit EventList(drummer::MidiSink& to) : HostObject{&functions()}, sink(&to) {}
  drummer::MidiSink* sink;

  static const v3_event_list_cpp& functions() {
    static const v3_event_list_cpp table = [] {
      v3_event_list_cpp made{};
      made.query_interface = no_interface;
      made.ref = made.unref = one_owner;
      made.list.get_event_count = [](void*) -> std::uint32_t { return 0; };
      made.list.get_event = [](void*, std::int32_t, v3_event*) -> v3_result { return V3_INVALID_ARG; };
      made.list.add_event = [](void* self, v3_event* event) -> v3_result {
        const bool on = event->type == V3_EVENT_NOTE_ON;
        if (!on && event->type != V3_EVENT_NOTE_OFF) return V3_OK;
        const int channel = on ? event->note_on.channel : event->note_off.channel;
        const int pitch = on ? event->note_on.pitch : event->note_off.pitch;
        const float velocity = on ? event->note_on.velocity : event->note_off.velocity;
        static_cast<EventList*>(self)->sink->write(
            {event->sample_offset,
             {static_cast<std::uint8_t>((on ? 0x90 : 0x80) | channel), static_cast<std::uint8_t>(pitch),
              static_cast<std::uint8_t>(std::lround(velocity * 127.0F))}});
        return V3_OK;
      };
      return made;
    }();
    return table;
  }
};

// Bytes that a plug-in writes or reads.
struct Stream : HostObject<std::pair<v3_funknown, v3_bstream>> {
  explicit Stream(std::string content = {}) : HostObject{&functions()}, bytes(std::move(content)) {}
  std::string bytes;
  std::size_t at = 0;

  static const std::pair<v3_funknown, v3_bstream>& functions() {
    static const std::pair<v3_funknown, v3_bstream> table = [] {
      std::pair<v3_funknown, v3_bstream> made{};
      made.first.query_interface = no_interface;
      made.first.ref = made.first.unref = one_owner;
      made.second.read = [](void* self, void* to, std::int32_t size, std::int32_t* done) -> v3_result {
        auto& stream = *static_cast<Stream*>(self);
        const std::size_t count = std::min(static_cast<std::size_t>(size), stream.bytes.size() - stream.at);
        std::copy_n(stream.bytes.data() + stream.at, count, static_cast<char*>(to));
        stream.at += count;
        if (done != nullptr) *done = static_cast<std::int32_t>(count);
        return V3_OK;
      };
      made.second.write = [](void* self, void* from, std::int32_t size, std::int32_t* done) -> v3_result {
        static_cast<Stream*>(self)->bytes.append(static_cast<const char*>(from), static_cast<std::size_t>(size));
        if (done != nullptr) *done = size;
        return V3_OK;
      };
      made.second.seek = [](void*, std::int64_t, std::int32_t, std::int64_t*) -> v3_result { return V3_NOT_IMPLEMENTED; };
      made.second.tell = [](void*, std::int64_t*) -> v3_result { return V3_NOT_IMPLEMENTED; };
      return made;
    }();
    return table;
  }
};

class Vst3Host {
 public:
  Vst3Host() : library_(dlopen(path().c_str(), RTLD_NOW | RTLD_LOCAL), dlclose) {
    if (library_ == nullptr) throw std::runtime_error(dlerror());
    reinterpret_cast<bool (*)(void*)>(dlsym(library_.get(), "ModuleEntry"))(library_.get());
    auto* const factory = reinterpret_cast<v3_plugin_factory** (*)()>(dlsym(library_.get(), "GetPluginFactory"))();
    v3_class_info info{};
    v3_cpp_obj(factory)->get_class_info(factory, 0, &info);
    void* made = nullptr;
    v3_cpp_obj(factory)->create_instance(factory, info.class_id, v3_component_iid, &made);
    component_ = static_cast<v3_component**>(made);
    if (component_ == nullptr || v3_cpp_obj_initialize(component_, nullptr) != V3_OK) throw std::runtime_error("no component");
    v3_cpp_obj_query_interface(component_, v3_audio_processor_iid, &processor_);
    v3_cpp_obj_query_interface(component_, v3_edit_controller_iid, &controller_);
    if (processor_ == nullptr || controller_ == nullptr) throw std::runtime_error("no processor or no controller");
    v3_process_setup setup{
        .process_mode = V3_REALTIME, .symbolic_sample_size = V3_SAMPLE_32, .max_block_size = 8192, .sample_rate = kScriptRate};
    v3_cpp_obj(processor_)->setup_processing(processor_, &setup);
    v3_cpp_obj(component_)->activate_bus(component_, V3_EVENT, V3_OUTPUT, 0, 1);
  }
  Vst3Host(const Vst3Host&) = delete;
  Vst3Host& operator=(const Vst3Host&) = delete;
  ~Vst3Host() {
    activate(false);
    v3_cpp_obj_unref(controller_);
    v3_cpp_obj_unref(processor_);
    v3_cpp_obj_terminate(component_);
    v3_cpp_obj_unref(component_);
  }

  void activate(bool is_active) {
    v3_cpp_obj(component_)->set_active(component_, is_active ? 1 : 0);
    v3_cpp_obj(processor_)->set_processing(processor_, is_active ? 1 : 0);
  }

  void set(std::string_view name, double value) {
    for (int i = 0; i < v3_cpp_obj(controller_)->get_parameter_count(controller_); ++i) {
      v3_param_info info{};
      v3_cpp_obj(controller_)->get_parameter_info(controller_, i, &info);
      const std::size_t length =
          static_cast<std::size_t>(std::find(std::begin(info.title), std::end(info.title), 0) - std::begin(info.title));
      if (!std::equal(name.begin(), name.end(), info.title, info.title + length)) continue;
      const double normal = v3_cpp_obj(controller_)->plain_parameter_to_normalised(controller_, info.param_id, value);
      v3_cpp_obj(controller_)->set_parameter_normalised(controller_, info.param_id, normal);
      return;
    }
    ADD_FAILURE() << "no parameter " << name;
  }

  void process(int frames, const drummer::Transport& at, drummer::MidiSink& sink) {
    v3_process_context context{};
    context.state = V3_PROCESS_CTX_PROJECT_TIME_VALID | V3_PROCESS_CTX_TEMPO_VALID | V3_PROCESS_CTX_TIME_SIG_VALID;
    if (at.playing) context.state |= V3_PROCESS_CTX_PLAYING;
    context.sample_rate = kScriptRate;
    context.project_time_quarters = static_cast<double>(at.bar) * 4.0 * at.beats_per_bar / at.beat_unit + at.quarter;
    context.bpm = at.tempo;
    context.time_sig_numerator = static_cast<int>(at.beats_per_bar);
    context.time_sig_denom = static_cast<int>(at.beat_unit);
    EventList events(sink);
    void* list = &events;
    v3_process_data data{};
    data.nframes = frames;
    data.output_events = static_cast<v3_event_list**>(list);
    data.ctx = &context;
    v3_cpp_obj(processor_)->process(processor_, &data);
  }

  std::vector<PlayedEvent> play() {
    FakeHost host(kScriptRate);
    host.play(transport_script(), kScriptBlock,
              [&](int frames, const drummer::Transport& transport, drummer::MidiSink& sink) { process(frames, transport, sink); });
    return host.events();
  }

  std::string save() {
    Stream stream;
    void* object = &stream;
    v3_cpp_obj(component_)->get_state(component_, static_cast<v3_bstream**>(object));
    return stream.bytes;
  }
  void restore(const std::string& bytes) {
    Stream stream(bytes);
    void* object = &stream;
    v3_cpp_obj(component_)->set_state(component_, static_cast<v3_bstream**>(object));
  }

 private:
  static std::string path() { return MUSICVAE_PLUGIN_VST3; }

  std::unique_ptr<void, int (*)(void*)> library_;
  v3_component** component_ = nullptr;
  v3_audio_processor** processor_ = nullptr;
  v3_edit_controller** controller_ = nullptr;
};

TEST(DrummerVst3, PlaysWhatTheCorePlaysAndOpensAsItWasSaved) {
  Vst3Host host;
  host.set("Seed", kScriptSeed);
  host.set("Fill every", 4);
  host.activate(true);  // waits for the groove
  const std::vector<PlayedEvent> expected = script_events();
  EXPECT_EQ(host.play(), expected);

  Vst3Host second;
  const std::string state = host.save();
  second.restore(state);
  second.restore(state);
  second.activate(true);
  EXPECT_EQ(second.play(), expected);
}

}  // namespace
}  // namespace musicvae::test
