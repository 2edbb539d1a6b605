// A small VST3 host: loads the built bundle, plays blocks and shows its window. Parameters go to the processor with a block, as in real
// hosts: DPF's controller hands none on.
#pragma once

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "drummer/transport_script.hpp"
#include "travesty/audio_processor.h"
#include "travesty/component.h"
#include "travesty/edit_controller.h"
#include "travesty/factory.h"
#include "travesty/host.h"
#include "travesty/message.h"
#include "travesty/view.h"

namespace musicvae::test {

// An object that a plug-in sees: its first member is the table of its functions.
template <class Table>
struct HostObject {
  const Table* table;
};

inline v3_result no_interface(void*, const v3_tuid, void** object) {
  *object = nullptr;
  return V3_NO_INTERFACE;
}
inline std::uint32_t one_owner(void*) {
  return 1;
}

// A table of functions whose objects belong to the host, so that nobody counts their owners.
template <class Table>
Table host_table() {
  Table table{};
  table.query_interface = no_interface;
  table.ref = table.unref = one_owner;
  return table;
}

// What the plug-in takes for a `T**`.
template <class T, class Object>
T** as(Object& object) {
  void* const pointer = &object;
  return static_cast<T**>(pointer);
}

// Has the events of a block for the plug-in, or takes those that it sends.
struct EventList : HostObject<v3_event_list_cpp> {
  explicit EventList(drummer::MidiSink* to, std::span<const drummer::MidiEvent> from = {})
      : HostObject{&functions()}, sink(to), input(from) {}
  drummer::MidiSink* sink;
  std::span<const drummer::MidiEvent> input;

  static const v3_event_list_cpp& functions() {
    static const v3_event_list_cpp table = [] {
      auto made = host_table<v3_event_list_cpp>();
      made.list.get_event_count = [](void* self) { return static_cast<std::uint32_t>(static_cast<EventList*>(self)->input.size()); };
      made.list.get_event = [](void* self, std::int32_t i, v3_event* event) -> v3_result {
        const drummer::MidiEvent& midi = static_cast<EventList*>(self)->input[static_cast<std::size_t>(i)];
        const bool on = (midi.bytes[0] & 0xF0) == 0x90;
        *event = {};
        event->sample_offset = midi.frame;
        event->type = on ? V3_EVENT_NOTE_ON : V3_EVENT_NOTE_OFF;
        const auto fill = [&](auto& note) {
          note.channel = midi.bytes[0] & 0x0F;
          note.pitch = midi.bytes[1];
          note.velocity = static_cast<float>(midi.bytes[2]) / 127.0F;
        };
        on ? fill(event->note_on) : fill(event->note_off);
        return V3_OK;
      };
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

// The values of one parameter in a block.
struct ValueQueue : HostObject<v3_param_value_queue_cpp> {
  explicit ValueQueue(v3_param_id of) : HostObject{&functions()}, id(of) {}
  v3_param_id id;
  std::vector<std::pair<std::int32_t, double>> points;  // frames and values

  static const v3_param_value_queue_cpp& functions() {
    static const v3_param_value_queue_cpp table = [] {
      auto made = host_table<v3_param_value_queue_cpp>();
      made.queue.get_param_id = [](void* self) { return static_cast<ValueQueue*>(self)->id; };
      made.queue.get_point_count = [](void* self) { return static_cast<std::int32_t>(static_cast<ValueQueue*>(self)->points.size()); };
      made.queue.get_point = [](void* self, std::int32_t i, std::int32_t* frame, double* value) -> v3_result {
        const auto& all = static_cast<ValueQueue*>(self)->points;
        if (i < 0 || i >= static_cast<std::int32_t>(all.size())) return V3_INVALID_ARG;
        *frame = all[static_cast<std::size_t>(i)].first;
        *value = all[static_cast<std::size_t>(i)].second;
        return V3_OK;
      };
      made.queue.add_point = [](void* self, std::int32_t frame, double value, std::int32_t* i) -> v3_result {
        auto& all = static_cast<ValueQueue*>(self)->points;
        *i = static_cast<std::int32_t>(all.size());
        all.emplace_back(frame, value);
        return V3_OK;
      };
      return made;
    }();
    return table;
  }
};

// The parameters that change in a block.
struct ParameterChanges : HostObject<v3_param_changes_cpp> {
  ParameterChanges() : HostObject{&functions()} {}
  std::vector<std::unique_ptr<ValueQueue>> queues;

  ValueQueue& add(v3_param_id id) { return *queues.emplace_back(std::make_unique<ValueQueue>(id)); }

  static const v3_param_changes_cpp& functions() {
    static const v3_param_changes_cpp table = [] {
      auto made = host_table<v3_param_changes_cpp>();
      made.changes.get_param_count = [](void* self) {
        return static_cast<std::int32_t>(static_cast<ParameterChanges*>(self)->queues.size());
      };
      made.changes.get_param_data = [](void* self, std::int32_t i) {
        return as<v3_param_value_queue>(*static_cast<ParameterChanges*>(self)->queues.at(static_cast<std::size_t>(i)));
      };
      made.changes.add_param_data = [](void* self, v3_param_id* id, std::int32_t* i) {
        auto& changes = *static_cast<ParameterChanges*>(self);
        *i = static_cast<std::int32_t>(changes.queues.size());
        return as<v3_param_value_queue>(changes.add(*id));
      };
      return made;
    }();
    return table;
  }
};

// Bytes that a plug-in writes or reads, in pieces: a stream may hand over fewer bytes than it was asked for.
inline constexpr std::size_t kPiece = 100;
struct StreamTable : v3_funknown {
  v3_bstream stream;
};
struct Stream : HostObject<StreamTable> {
  explicit Stream(std::string content = {}) : HostObject{&functions()}, bytes(std::move(content)) {}
  std::string bytes;
  std::size_t at = 0;

  static const StreamTable& functions() {
    static const StreamTable table = [] {
      auto made = host_table<StreamTable>();
      made.stream.read = [](void* self, void* to, std::int32_t size, std::int32_t* done) -> v3_result {
        auto& stream = *static_cast<Stream*>(self);
        const std::size_t count = std::min({static_cast<std::size_t>(size), stream.bytes.size() - stream.at, kPiece});
        std::copy_n(stream.bytes.data() + stream.at, count, static_cast<char*>(to));
        stream.at += count;
        if (done != nullptr) *done = static_cast<std::int32_t>(count);
        return V3_OK;
      };
      made.stream.write = [](void* self, void* from, std::int32_t size, std::int32_t* done) -> v3_result {
        static_cast<Stream*>(self)->bytes.append(static_cast<const char*>(from), static_cast<std::size_t>(size));
        if (done != nullptr) *done = size;
        return V3_OK;
      };
      made.stream.seek = [](void*, std::int64_t, std::int32_t, std::int64_t*) -> v3_result { return V3_NOT_IMPLEMENTED; };
      made.stream.tell = [](void*, std::int64_t*) -> v3_result { return V3_NOT_IMPLEMENTED; };
      return made;
    }();
    return table;
  }
};

inline std::string narrow(const std::int16_t* text) {
  std::string narrowed;
  for (; *text != 0; ++text) narrowed += static_cast<char>(*text);
  return narrowed;
}

// What parts of the plug-in tell each other: a name and values by name. All that DPF calls of them is here.
struct Attributes : HostObject<v3_attribute_list_cpp> {
  Attributes() : HostObject{&functions()} {}
  std::map<std::string, std::int64_t> whole;
  std::map<std::string, double> numbers;
  std::map<std::string, std::vector<std::int16_t>> texts;

  template <class Value>
  static v3_result find(const std::map<std::string, Value>& values, const char* name, Value& value) {
    const auto at = values.find(name);
    if (at == values.end()) return V3_INVALID_ARG;
    value = at->second;
    return V3_OK;
  }
  static Attributes& of(void* self) { return *static_cast<Attributes*>(self); }

  static const v3_attribute_list_cpp& functions() {
    static const v3_attribute_list_cpp table = [] {
      auto made = host_table<v3_attribute_list_cpp>();
      made.attrlist.set_int = [](void* self, const char* name, std::int64_t value) -> v3_result {
        of(self).whole[name] = value;
        return V3_OK;
      };
      made.attrlist.get_int = [](void* self, const char* name, std::int64_t* value) { return find(of(self).whole, name, *value); };
      made.attrlist.set_float = [](void* self, const char* name, double value) -> v3_result {
        of(self).numbers[name] = value;
        return V3_OK;
      };
      made.attrlist.get_float = [](void* self, const char* name, double* value) { return find(of(self).numbers, name, *value); };
      made.attrlist.set_string = [](void* self, const char* name, const std::int16_t* text) -> v3_result {
        const std::int16_t* end = text;
        while (*end != 0) ++end;
        of(self).texts[name].assign(text, end + 1);
        return V3_OK;
      };
      made.attrlist.get_string = [](void* self, const char* name, std::int16_t* text, std::uint32_t size) {
        std::vector<std::int16_t> found;
        const v3_result result = find(of(self).texts, name, found);
        std::copy_n(found.begin(), std::min(found.size(), size / sizeof *text), text);
        return result;
      };
      return made;
    }();
    return table;
  }
};
struct Message : HostObject<v3_message_cpp> {
  Message() : HostObject{&functions()} {}
  std::string name;
  Attributes attributes;
  std::uint32_t owners = 1;

  static Message& of(void* self) { return *static_cast<Message*>(self); }

  static const v3_message_cpp& functions() {
    static const v3_message_cpp table = [] {
      auto made = host_table<v3_message_cpp>();
      made.ref = [](void* self) { return ++of(self).owners; };
      made.unref = [](void* self) {
        const std::uint32_t left = --of(self).owners;
        if (left == 0) delete static_cast<Message*>(self);
        return left;
      };
      made.msg.get_message_id = [](void* self) { return of(self).name.c_str(); };
      made.msg.set_message_id = [](void* self, const char* id) { of(self).name = id; };
      made.msg.get_attributes = [](void* self) { return as<v3_attribute_list>(of(self).attributes); };
      return made;
    }();
    return table;
  }
};

// What the host is for its plug-ins: a maker of messages.
struct HostApplication : HostObject<v3_host_application_cpp> {
  HostApplication() : HostObject{&functions()} {}

  static const v3_host_application_cpp& functions() {
    static const v3_host_application_cpp table = [] {
      auto made = host_table<v3_host_application_cpp>();
      made.query_interface = [](void* self, const v3_tuid id, void** object) -> v3_result {
        if (!v3_tuid_match(id, v3_host_application_iid)) return no_interface(self, id, object);
        *object = self;
        return V3_OK;
      };
      made.app.get_name = [](void*, v3_str_128) -> v3_result { return V3_NOT_IMPLEMENTED; };
      made.app.create_instance = [](void* self, v3_tuid id, v3_tuid, void** object) -> v3_result {
        if (!v3_tuid_match(id, v3_message_iid)) return no_interface(self, id, object);
        *object = new Message;
        return V3_OK;
      };
      return made;
    }();
    return table;
  }
};

// Hears what the user does in the face.
struct HandlerTable : v3_funknown {
  v3_component_handler handler;
};
struct ComponentHandler : HostObject<HandlerTable> {
  ComponentHandler() : HostObject{&functions()} {}
  int held = 0;
  std::vector<std::pair<v3_param_id, double>> edits;

  static ComponentHandler& of(void* self) { return *static_cast<ComponentHandler*>(self); }

  static const HandlerTable& functions() {
    static const HandlerTable table = [] {
      auto made = host_table<HandlerTable>();
      made.handler.begin_edit = [](void* self, v3_param_id) -> v3_result {
        ++of(self).held;
        return V3_OK;
      };
      made.handler.perform_edit = [](void* self, v3_param_id id, double normal) -> v3_result {
        of(self).edits.emplace_back(id, normal);
        return V3_OK;
      };
      made.handler.end_edit = [](void* self, v3_param_id) -> v3_result {
        --of(self).held;
        return V3_OK;
      };
      made.handler.restart_component = [](void*, std::int32_t) -> v3_result { return V3_OK; };
      return made;
    }();
    return table;
  }
};

// The host's loop, which calls timers.
struct RunLoop : HostObject<v3_run_loop_cpp> {
  RunLoop() : HostObject{&functions()} {}
  std::set<v3_timer_handler**> timers;

  static RunLoop& of(void* self) { return *static_cast<RunLoop*>(self); }

  static const v3_run_loop_cpp& functions() {
    static const v3_run_loop_cpp table = [] {
      auto made = host_table<v3_run_loop_cpp>();
      made.loop.register_event_handler = [](void*, v3_event_handler**, int) -> v3_result { return V3_NOT_IMPLEMENTED; };
      made.loop.unregister_event_handler = [](void*, v3_event_handler**) -> v3_result { return V3_NOT_IMPLEMENTED; };
      made.loop.register_timer = [](void* self, v3_timer_handler** timer, std::uint64_t) -> v3_result {
        v3_cpp_obj_ref(timer);
        of(self).timers.insert(timer);
        return V3_OK;
      };
      made.loop.unregister_timer = [](void* self, v3_timer_handler** timer) -> v3_result {
        if (of(self).timers.erase(timer) == 0) return V3_INVALID_ARG;
        v3_cpp_obj_unref(timer);
        return V3_OK;
      };
      return made;
    }();
    return table;
  }
};

// The window around a face.
struct PlugFrame : HostObject<v3_plugin_frame_cpp> {
  PlugFrame() : HostObject{&functions()} {}
  RunLoop loop;

  static const v3_plugin_frame_cpp& functions() {
    static const v3_plugin_frame_cpp table = [] {
      auto made = host_table<v3_plugin_frame_cpp>();
      made.query_interface = [](void* self, const v3_tuid id, void** object) -> v3_result {
        if (!v3_tuid_match(id, v3_run_loop_iid)) return no_interface(self, id, object);
        *object = &static_cast<PlugFrame*>(self)->loop;
        return V3_OK;
      };
      made.frame.resize_view = [](void*, v3_plugin_view** view, v3_view_rect* to) { return v3_cpp_obj(view)->on_size(view, to); };
      return made;
    }();
    return table;
  }
};

// What a host does not tell with a block.
enum class Tells { everything, no_position, nothing };

class Vst3Host {
 public:
  Vst3Host() : library_(dlopen(MUSICVAE_PLUGIN_VST3, RTLD_NOW | RTLD_LOCAL), dlclose) {
    if (library_ == nullptr) throw std::runtime_error(dlerror());
    function<bool (*)(void*)>("ModuleEntry")(library_.get());
    factory_ = function<v3_plugin_factory** (*)()>("GetPluginFactory")();
    v3_class_info about{};
    v3_cpp_obj(factory_)->get_class_info(factory_, 0, &about);
    void* made = nullptr;
    v3_cpp_obj(factory_)->create_instance(factory_, about.class_id, v3_component_iid, &made);
    component_ = static_cast<v3_component**>(made);
    if (component_ == nullptr || v3_cpp_obj_initialize(component_, as<v3_funknown>(application_)) != V3_OK)
      throw std::runtime_error("no component");
    v3_cpp_obj_query_interface(component_, v3_audio_processor_iid, &processor_);
    if (processor_ == nullptr) throw std::runtime_error("no processor");
    make_controller();
    v3_cpp_obj(controller_)->set_component_handler(controller_, as<v3_component_handler>(handler_));
    list_parameters();
    v3_process_setup setup{
        .process_mode = V3_REALTIME, .symbolic_sample_size = V3_SAMPLE_32, .max_block_size = 8192, .sample_rate = kScriptRate};
    v3_cpp_obj(processor_)->setup_processing(processor_, &setup);
    v3_cpp_obj(component_)->activate_bus(component_, V3_EVENT, V3_INPUT, 0, 1);
    v3_cpp_obj(component_)->activate_bus(component_, V3_EVENT, V3_OUTPUT, 0, 1);
  }
  Vst3Host(const Vst3Host&) = delete;
  Vst3Host& operator=(const Vst3Host&) = delete;
  ~Vst3Host() {
    if (view_ != nullptr) close();
    activate(false);
    v3_cpp_obj_unref(processor_);
    if (is_separate_) v3_cpp_obj_terminate(controller_);
    v3_cpp_obj_unref(controller_);
    v3_cpp_obj_terminate(component_);
    v3_cpp_obj_unref(component_);
    v3_cpp_obj_unref(factory_);
    function<bool (*)()>("ModuleExit")();
  }

  [[nodiscard]] v3_component** component() const { return component_; }
  [[nodiscard]] v3_edit_controller** controller() const { return controller_; }
  [[nodiscard]] v3_param_id id(std::string_view title) const { return ids_.at(std::string(title)); }

  void activate(bool is_active = true) {
    v3_cpp_obj(component_)->set_active(component_, is_active ? 1 : 0);
    v3_cpp_obj(processor_)->set_processing(processor_, is_active ? 1 : 0);
  }

  // Sets a parameter with the next block, as a host does for its automation and its knobs.
  void set(std::string_view title, double value) {
    const double normal = v3_cpp_obj(controller_)->plain_parameter_to_normalised(controller_, id(title), value);
    v3_cpp_obj(controller_)->set_parameter_normalised(controller_, id(title), normal);
    edit(id(title), normal);
  }
  void set(drummer::Parameter parameter, double value) { set(drummer::info(parameter).name, value); }

  // What the host shows of a parameter.
  [[nodiscard]] double value(drummer::Parameter parameter) const {
    const v3_param_id of = id(drummer::info(parameter).name);
    return v3_cpp_obj(controller_)->normalised_parameter_to_plain(controller_, of, shown_.at(of));
  }
  // How many parameters the user holds.
  [[nodiscard]] int held() const { return handler_.held; }

  // Opens the face in a window of X11.
  void open(unsigned long window) {
    view_ = v3_cpp_obj(controller_)->create_view(controller_, "editor");
    if (view_ == nullptr) throw std::runtime_error("the window cannot be made");
    v3_cpp_obj(view_)->set_frame(view_, as<v3_plugin_frame>(frame_));
    void* const parent = reinterpret_cast<void*>(window);  // NOLINT(performance-no-int-to-ptr): the interface wants it
    if (v3_cpp_obj(view_)->is_platform_type_supported(view_, V3_VIEW_PLATFORM_TYPE_X11) != V3_TRUE ||
        v3_cpp_obj(view_)->attached(view_, parent, V3_VIEW_PLATFORM_TYPE_X11) != V3_OK)
      throw std::runtime_error("the window cannot be shown");
  }
  void close() {
    v3_cpp_obj(view_)->removed(view_);
    v3_cpp_obj(view_)->set_frame(view_, nullptr);
    v3_cpp_obj_unref(view_);
    view_ = nullptr;
  }
  void idle() const {
    const std::set<v3_timer_handler**> timers = frame_.loop.timers;  // one may end itself
    for (v3_timer_handler** const timer : timers) v3_cpp_obj(timer)->on_timer(timer);
  }
  void resize(int width, int height) {
    v3_view_rect size{0, 0, width, height};
    v3_cpp_obj(view_)->on_size(view_, &size);
  }

  // The last value that the plug-in sent of an output.
  [[nodiscard]] double sent(std::string_view title) const {
    const auto at = sent_.find(id(title));
    return at == sent_.end() ? 0.0 : v3_cpp_obj(controller_)->normalised_parameter_to_plain(controller_, at->first, at->second);
  }

  void process(int frames, const drummer::Transport& at, drummer::MidiSink& sink, std::span<const drummer::MidiEvent> input = {},
               Tells tells = Tells::everything) {
    v3_process_context context{};
    context.state = V3_PROCESS_CTX_TEMPO_VALID;
    if (tells == Tells::everything) context.state |= V3_PROCESS_CTX_PROJECT_TIME_VALID | V3_PROCESS_CTX_TIME_SIG_VALID;
    if (at.playing) context.state |= V3_PROCESS_CTX_PLAYING;
    context.sample_rate = kScriptRate;
    context.project_time_quarters = static_cast<double>(at.bar) * 4.0 * at.beats_per_bar / at.beat_unit + at.quarter;
    context.bpm = at.tempo;
    context.time_sig_numerator = static_cast<int>(at.beats_per_bar);
    context.time_sig_denom = static_cast<int>(at.beat_unit);
    for (const auto& [of, normal] : handler_.edits) edit(of, normal);
    handler_.edits.clear();
    EventList heard(nullptr, input);
    EventList events(&sink);
    ParameterChanges out;
    v3_process_data data{};
    data.symbolic_sample_size = V3_SAMPLE_32;
    data.nframes = frames;
    data.input_params = as<v3_param_changes>(changes_);
    data.output_params = as<v3_param_changes>(out);
    data.input_events = as<v3_event_list>(heard);
    data.output_events = as<v3_event_list>(events);
    if (tells != Tells::nothing) data.ctx = &context;
    EXPECT_EQ(v3_cpp_obj(processor_)->process(processor_, &data), V3_OK);
    changes_.queues.clear();
    for (const auto& queue : out.queues) sent_[queue->id] = queue->points.back().second;
  }

  // Hands on the parameters, and waits for the groove that they ask for.
  void settle() {
    FakeHost nothing;
    process(64, {}, nothing);
    activate(false);
    activate(true);
  }

  FakeHost play(const std::vector<ScriptEntry>& script, int block = kScriptBlock) {
    FakeHost host(kScriptRate);
    host.play(script, block,
              [&](int frames, const drummer::Transport& transport, drummer::MidiSink& sink) { process(frames, transport, sink); });
    return host;
  }

  std::string save() {
    Stream stream;
    EXPECT_EQ(v3_cpp_obj(component_)->get_state(component_, as<v3_bstream>(stream)), V3_OK);
    return stream.bytes;
  }
  v3_result restore(const std::string& bytes) {
    Stream for_component(bytes);
    const v3_result result = v3_cpp_obj(component_)->set_state(component_, as<v3_bstream>(for_component));
    Stream for_controller(bytes);
    v3_cpp_obj(controller_)->set_component_state(controller_, as<v3_bstream>(for_controller));
    return result;
  }

 private:
  template <class Function>
  Function function(const char* name) const {
    void* const found = dlsym(library_.get(), name);
    if (found == nullptr) throw std::runtime_error(dlerror());
    return reinterpret_cast<Function>(found);
  }

  // The processor is told with the next block.
  void edit(v3_param_id of, double normal) {
    changes_.add(of).points.emplace_back(0, normal);
    shown_[of] = normal;
  }

  // The controller is part of the component, or an object of its own that is connected to it.
  void make_controller() {
    v3_cpp_obj_query_interface(component_, v3_edit_controller_iid, &controller_);
    is_separate_ = controller_ == nullptr;
    if (!is_separate_) return;
    v3_tuid id{};
    v3_cpp_obj(component_)->get_controller_class_id(component_, id);
    void* made = nullptr;
    v3_cpp_obj(factory_)->create_instance(factory_, id, v3_edit_controller_iid, &made);
    controller_ = static_cast<v3_edit_controller**>(made);
    if (controller_ == nullptr || v3_cpp_obj_initialize(controller_, as<v3_funknown>(application_)) != V3_OK)
      throw std::runtime_error("no controller");
  }

  void list_parameters() {
    for (int i = 0; i < v3_cpp_obj(controller_)->get_parameter_count(controller_); ++i) {
      v3_param_info about{};
      v3_cpp_obj(controller_)->get_parameter_info(controller_, i, &about);
      ids_.emplace(narrow(about.title), about.param_id);
      shown_.emplace(about.param_id, about.default_normalised_value);
    }
  }

  HostApplication application_;
  ComponentHandler handler_;
  PlugFrame frame_;
  std::unique_ptr<void, int (*)(void*)> library_;
  v3_plugin_factory** factory_ = nullptr;
  v3_component** component_ = nullptr;
  v3_audio_processor** processor_ = nullptr;
  v3_edit_controller** controller_ = nullptr;
  bool is_separate_ = false;
  std::map<std::string, v3_param_id> ids_;
  std::map<v3_param_id, double> sent_;
  std::map<v3_param_id, double> shown_;  // as numbers from 0 to 1
  v3_plugin_view** view_ = nullptr;
  ParameterChanges changes_;
};

}  // namespace musicvae::test
