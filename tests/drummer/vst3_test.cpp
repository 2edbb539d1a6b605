// A small VST3 host: loads the built bundle and plays the transport script. Parameters go to the processor with a block, as in real hosts:
// DPF's controller hands none on.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "drummer/count_in.hpp"
#include "drummer/stopwatch.hpp"
#include "drummer/transport_script.hpp"
#include "travesty/audio_processor.h"
#include "travesty/component.h"
#include "travesty/edit_controller.h"
#include "travesty/factory.h"
#include "travesty/message.h"

namespace musicvae::test {
namespace {

// An object that a plug-in sees: its first member is the table of its functions.
template <class Table>
struct HostObject {
  const Table* table;
};

v3_result no_interface(void*, const v3_tuid, void** object) {
  *object = nullptr;
  return V3_NO_INTERFACE;
}
std::uint32_t one_owner(void*) {
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
constexpr std::size_t kPiece = 100;
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

std::string narrow(const std::int16_t* text) {
  std::string narrowed;
  for (; *text != 0; ++text) narrowed += static_cast<char>(*text);
  return narrowed;
}

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
    if (component_ == nullptr || v3_cpp_obj_initialize(component_, nullptr) != V3_OK) throw std::runtime_error("no component");
    v3_cpp_obj_query_interface(component_, v3_audio_processor_iid, &processor_);
    if (processor_ == nullptr) throw std::runtime_error("no processor");
    make_controller();
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

  void activate(bool is_active) {
    v3_cpp_obj(component_)->set_active(component_, is_active ? 1 : 0);
    v3_cpp_obj(processor_)->set_processing(processor_, is_active ? 1 : 0);
  }

  // Sets a parameter with the next block, as a host does for its automation and its knobs.
  void set(std::string_view title, double value) {
    const double normal = v3_cpp_obj(controller_)->plain_parameter_to_normalised(controller_, id(title), value);
    v3_cpp_obj(controller_)->set_parameter_normalised(controller_, id(title), normal);
    changes_.add(id(title)).points.emplace_back(0, normal);
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
    if (controller_ == nullptr || v3_cpp_obj_initialize(controller_, nullptr) != V3_OK) throw std::runtime_error("no controller");
  }

  void list_parameters() {
    for (int i = 0; i < v3_cpp_obj(controller_)->get_parameter_count(controller_); ++i) {
      v3_param_info about{};
      v3_cpp_obj(controller_)->get_parameter_info(controller_, i, &about);
      ids_.emplace(narrow(about.title), about.param_id);
    }
  }

  std::unique_ptr<void, int (*)(void*)> library_;
  v3_plugin_factory** factory_ = nullptr;
  v3_component** component_ = nullptr;
  v3_audio_processor** processor_ = nullptr;
  v3_edit_controller** controller_ = nullptr;
  bool is_separate_ = false;
  std::map<std::string, v3_param_id> ids_;
  std::map<v3_param_id, double> sent_;
  ParameterChanges changes_;
};

// A host with the script's settings.
std::unique_ptr<Vst3Host> ready_host() {
  auto host = std::make_unique<Vst3Host>();
  host->activate(true);
  host->set("Seed", kScriptSeed);
  host->set("Fill every", 4);
  host->settle();
  return host;
}

// The drummer's core with the same settings.
struct Core {
  drummer::Drummer drummer{std::as_bytes(std::span(groove_bytes()))};
  Core() {
    drummer.set(drummer::Parameter::seed, kScriptSeed);
    drummer.set(drummer::Parameter::fill_every, 4);
    drummer.activate(kScriptRate);
  }
  std::vector<PlayedEvent> play(const std::vector<ScriptEntry>& script) {
    FakeHost host(kScriptRate);
    host.play(script, kScriptBlock,
              [&](int frames, const drummer::Transport& transport, drummer::MidiSink& sink) { drummer.process(frames, transport, sink); });
    return host.events();
  }
};

TEST(DrummerVst3, PlaysWhatTheCorePlays) {
  const FakeHost host = ready_host()->play(transport_script());
  EXPECT_EQ(host.events(), script_events());
  EXPECT_EQ(host.hung(), 0);
  EXPECT_TRUE(host.in_order());
}

TEST(DrummerVst3, PlaysBarsOfAnyMeterAndThoseBeforeTheFirst) {
  const std::vector<ScriptEntry> meters = {{.frames = 300 * 256, .beats_per_bar = 1, .beat_unit = 8, .to_bar = 3},
                                           {.frames = 300 * 256, .beats_per_bar = 3, .beat_unit = 16, .to_bar = 2},
                                           {.frames = 600 * 256, .tempo = 171, .beats_per_bar = 11, .beat_unit = 8, .to_bar = 1}};
  const std::vector<PlayedEvent> expected = Core().play(meters);
  EXPECT_GT(expected.size(), 50U);
  EXPECT_EQ(ready_host()->play(meters).events(), expected);

  const std::unique_ptr<Vst3Host> host = ready_host();
  const std::vector<PlayedEvent> counted_in = count_in_events();
  EXPECT_GT(counted_in.size(), 100U);
  EXPECT_EQ(played_with_count_in(
                [&](int frames, const drummer::Transport& transport, drummer::MidiSink& sink) { host->process(frames, transport, sink); }),
            counted_in);
}

TEST(DrummerVst3, AProjectOpensAsItWasSaved) {
  const std::string state = ready_host()->save();
  Vst3Host second;
  EXPECT_EQ(second.restore(state), V3_OK);
  EXPECT_EQ(second.restore(state), V3_OK);
  const double seed = v3_cpp_obj(second.controller())->get_parameter_normalised(second.controller(), second.id("Seed"));
  EXPECT_EQ(v3_cpp_obj(second.controller())->normalised_parameter_to_plain(second.controller(), second.id("Seed"), seed), kScriptSeed);
  second.activate(true);
  EXPECT_EQ(second.play(transport_script()).events(), script_events());
  EXPECT_EQ(second.sent("Status"), 0.0);
}

TEST(DrummerVst3, ListsTheParameters) {
  const Vst3Host host;
  for (const drummer::ParameterInfo& info : drummer::kParameters) {
    const v3_param_id id = host.id(info.name);
    const double now = v3_cpp_obj(host.controller())->get_parameter_normalised(host.controller(), id);
    EXPECT_NEAR(now, (info.usual - info.low) / (info.high - info.low), 1e-6) << info.name;
    for (const float value : {info.low, info.usual, info.high}) {
      const double normal = v3_cpp_obj(host.controller())->plain_parameter_to_normalised(host.controller(), id, value);
      EXPECT_NEAR(normal, (value - info.low) / (info.high - info.low), 1e-6) << info.name;
      EXPECT_NEAR(v3_cpp_obj(host.controller())->normalised_parameter_to_plain(host.controller(), id, normal), value, 1e-3) << info.name;
    }
  }
  v3_str_128 text{};
  v3_cpp_obj(host.controller())->get_parameter_string_for_value(host.controller(), host.id("Style"), 6.0 / 17.0, text);
  EXPECT_EQ(narrow(text), "funk");
}

TEST(DrummerVst3, NewGrooveIsASwitchThatActsWhenItIsSwitchedOn) {
  Core core;
  core.drummer.set(drummer::Parameter::new_groove, 1);
  core.drummer.set(drummer::Parameter::new_groove, 0);
  core.drummer.set(drummer::Parameter::new_groove, 1);
  core.drummer.settle();
  const std::vector<ScriptEntry> script = {{.frames = 750 * 256}};
  const std::vector<PlayedEvent> expected = core.play(script);
  EXPECT_NE(expected, Core().play(script));

  const std::unique_ptr<Vst3Host> host = ready_host();
  for (const double value : {1.0, 0.0, 1.0}) {
    host->set("New groove", value);
    host->settle();
  }
  EXPECT_EQ(host->play(script).events(), expected);
  // It is off in the saved project, or opening that would make another groove.
  Vst3Host second;
  second.restore(host->save());
  second.activate(true);
  EXPECT_EQ(second.play(script).events(), expected);
}

TEST(DrummerVst3, SaysWhatIsWrongWithAStateAndPlaysOn) {
  const std::unique_ptr<Vst3Host> host = ready_host();
  std::string state = host->save();
  const std::string mark = "\"musicvae_drummer\":";
  const std::size_t version = state.find(mark);
  ASSERT_NE(version, std::string::npos);
  std::string newer = state;
  newer.replace(version + mark.size(), 1, "9");
  host->restore(newer);
  FakeHost nothing;
  host->process(64, {}, nothing);
  EXPECT_EQ(host->sent("Status"), static_cast<double>(drummer::Status::state_newer));
  state[state.find('{')] = '!';
  host->restore(state);
  host->process(64, {}, nothing);
  EXPECT_EQ(host->sent("Status"), static_cast<double>(drummer::Status::state_corrupt));
  for (const std::size_t size : {0U, 1U, 100U, 1000U}) host->restore(state.substr(0, size));
  EXPECT_EQ(host->play(transport_script()).events(), script_events());
}

TEST(DrummerVst3, PlaysAtItsOwnTempoWithoutAPositionAndIsSilentWithoutATransport) {
  const std::unique_ptr<Vst3Host> host = ready_host();
  for (const Tells tells : {Tells::nothing, Tells::no_position}) {
    FakeHost fake(kScriptRate);
    fake.play({{.frames = 375 * 256}}, kScriptBlock, [&](int frames, const drummer::Transport& transport, drummer::MidiSink& sink) {
      host->process(frames, transport, sink, {}, tells);
    });
    EXPECT_EQ(fake.events().empty(), tells == Tells::nothing);
  }
  EXPECT_EQ(host->sent("Status"), static_cast<double>(drummer::Status::no_position));
}

TEST(DrummerVst3, HearsWhatTheHostPlays) {
  for (const drummer::Mode mode : {drummer::Mode::humanize, drummer::Mode::follow}) {
    Vst3Host host;
    host.activate(true);
    host.set("Seed", kScriptSeed);
    host.set("Mode", static_cast<double>(mode));
    host.settle();
    const std::vector<PlayedEvent> answer =
        answer_to_hits([&](int frames, const drummer::Transport& transport, drummer::MidiSink& sink,
                           std::span<const drummer::MidiEvent> input) { host.process(frames, transport, sink, input); },
                       [&] { host.settle(); });
    EXPECT_EQ(answer, core_answer(mode));
  }
}

TEST(DrummerVst3, IsSmall) {
#ifndef NDEBUG
  GTEST_SKIP() << "only a Release build has the size that users get";
#endif
  EXPECT_LE(std::filesystem::file_size(MUSICVAE_PLUGIN_VST3), 15'000'000U);
}

TEST(DrummerVst3, OpensAndPlaysTheFirstNoteInAMoment) {
  const Stopwatch watch;
  Vst3Host host;
  host.activate(true);
  EXPECT_TRUE(plays_a_note(
      [&](int frames, const drummer::Transport& transport, drummer::MidiSink& sink) { host.process(frames, transport, sink); }));
  std::printf("from loading to the first note: %.0f ms, %.0f ms of the processors' time\n", watch.milliseconds(),
              watch.processor_milliseconds());
  EXPECT_LT(watch.processor_milliseconds(), 100.0);
}

TEST(DrummerVst3, ManyAreMadeAndDestroyed) {
  for (int i = 0; i < 100; ++i) {
    Vst3Host host;
    if (i % 20 == 0) host.activate(true);
  }
}

}  // namespace
}  // namespace musicvae::test
