// A small LV2 host: loads the built bundle with lilv and plays the transport script.
#include <gtest/gtest.h>
#include <lilv/lilv.h>
#include <lv2/atom/forge.h>
#include <lv2/atom/util.h>
#include <lv2/buf-size/buf-size.h>
#include <lv2/midi/midi.h>
#include <lv2/options/options.h>
#include <lv2/parameters/parameters.h>
#include <lv2/state/state.h>
#include <lv2/time/time.h>
#include <lv2/urid/urid.h>
#include <lv2/worker/worker.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "drummer/stopwatch.hpp"
#include "drummer/transport_script.hpp"

namespace musicvae::test {
namespace {

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
  Lv2Host() : world_(lilv_world_new()) {
    const std::string bundle = std::string(MUSICVAE_PLUGIN_BIN) + "/musicvae-drummer.lv2/";
    const std::unique_ptr<LilvNode, Freed<lilv_node_free>> folder(lilv_new_file_uri(world_.get(), nullptr, bundle.c_str()));
    lilv_world_load_bundle(world_.get(), folder.get());
    lilv_world_load_specifications(world_.get());
    const std::unique_ptr<LilvNode, Freed<lilv_node_free>> name(lilv_new_uri(world_.get(), "urn:libmusicvae:drummer"));
    plugin_ = lilv_plugins_get_by_uri(lilv_world_get_all_plugins(world_.get()), name.get());
    if (plugin_ == nullptr) throw std::runtime_error("the bundle has no drummer");
    instance_.reset(lilv_plugin_instantiate(plugin_, kScriptRate, features_.data()));
    if (instance_ == nullptr) throw std::runtime_error("the drummer cannot be instantiated");
    connect();
  }

  float& control(const char* symbol) { return controls_.at(symbol); }
  void activate() { lilv_instance_activate(instance_.get()); }
  void deactivate() { lilv_instance_deactivate(instance_.get()); }

  // Tells the position in each block, or only where it does not move on by itself.
  void process(int frames, const drummer::Transport& transport, drummer::MidiSink& sink, bool always,
               std::span<const drummer::MidiEvent> input = {}) {
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
      if (event->body.type != uri(LV2_MIDI__MidiEvent) || event->body.size != 3) continue;
      drummer::MidiEvent midi{static_cast<int>(event->time.frames), {}};
      std::memcpy(midi.bytes.data(), LV2_ATOM_BODY(&event->body), midi.bytes.size());
      sink.write(midi);
    }
    last_ = transport;
    last_frames_ = frames;
  }

  std::vector<PlayedEvent> play(bool always = true) {
    FakeHost host(kScriptRate);
    host.play(transport_script(), kScriptBlock,
              [&](int frames, const drummer::Transport& transport, drummer::MidiSink& sink) { process(frames, transport, sink, always); });
    return host.events();
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
        plugin_, instance_.get(), &map_, nullptr, nullptr, nullptr, nullptr, value, this, LV2_STATE_IS_POD, features_.data()));
  }
  void restore(const LilvState* state) {
    const auto set = [](const char* symbol, void* host, const void* value, std::uint32_t, std::uint32_t) {
      static_cast<Lv2Host*>(host)->controls_.at(symbol) = *static_cast<const float*>(value);
    };
    lilv_state_restore(state, instance_.get(), set, this, 0, features_.data());
  }

 private:
  LV2_URID uri(const char* text) { return uris_.map(text); }

  bool jumps(const drummer::Transport& transport) const {
    if (transport.playing != last_.playing || transport.tempo != last_.tempo || transport.beats_per_bar != last_.beats_per_bar ||
        transport.beat_unit != last_.beat_unit)
      return true;
    const double bar = 4.0 * transport.beats_per_bar / transport.beat_unit;
    const double moved = transport.playing ? last_frames_ * last_.tempo / 60.0 / kScriptRate : 0.0;
    return std::abs(static_cast<double>(transport.bar - last_.bar) * bar + transport.quarter - last_.quarter - moved) > 1e-6;
  }

  void connect() {
    const auto is_a = [&](const LilvPort* port, const char* kind) {
      const std::unique_ptr<LilvNode, Freed<lilv_node_free>> node(lilv_new_uri(world_.get(), kind));
      return lilv_port_is_a(plugin_, port, node.get());
    };
    for (std::uint32_t i = 0; i < lilv_plugin_get_num_ports(plugin_); ++i) {
      const LilvPort* const port = lilv_plugin_get_port_by_index(plugin_, i);
      const bool is_input = is_a(port, LILV_URI_INPUT_PORT);
      if (is_a(port, LILV_URI_CONTROL_PORT)) {
        LilvNode* usual = nullptr;
        lilv_port_get_range(plugin_, port, &usual, nullptr, nullptr);
        float& value = controls_[lilv_node_as_string(lilv_port_get_symbol(plugin_, port))];
        value = usual != nullptr ? lilv_node_as_float(usual) : 0.0F;
        lilv_node_free(usual);
        lilv_instance_connect_port(instance_.get(), i, &value);
      } else {
        lilv_instance_connect_port(instance_.get(), i, is_input ? in_.data() : out_.data());
      }
    }
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
  // The tests send no work.
  LV2_Worker_Schedule worker_{nullptr, [](LV2_Worker_Schedule_Handle, std::uint32_t, const void*) { return LV2_WORKER_ERR_UNKNOWN; }};
  LV2_Feature worker_feature_{LV2_WORKER__schedule, &worker_};
  LV2_Feature map_feature_{LV2_URID__map, &map_};
  LV2_Feature unmap_feature_{LV2_URID__unmap, &unmap_};
  LV2_Feature options_feature_{LV2_OPTIONS__options, options_.data()};
  LV2_Feature bounded_feature_{LV2_BUF_SIZE__boundedBlockLength, nullptr};
  std::array<const LV2_Feature*, 6> features_{&map_feature_,     &unmap_feature_,  &options_feature_,
                                              &bounded_feature_, &worker_feature_, nullptr};

  std::unique_ptr<LilvWorld, Freed<lilv_world_free>> world_;
  const LilvPlugin* plugin_ = nullptr;
  std::unique_ptr<LilvInstance, Freed<lilv_instance_free>> instance_;
  std::map<std::string, float> controls_;
  alignas(8) std::array<std::uint8_t, 1 << 17> in_{};
  alignas(8) std::array<std::uint8_t, 1 << 17> out_{};
  drummer::Transport last_;
  int last_frames_ = 0;
};

// A host with the script's settings. A host cannot see when the worker is done; activating waits for it.
std::unique_ptr<Lv2Host> ready_host() {
  auto host = std::make_unique<Lv2Host>();
  host->control("seed") = kScriptSeed;
  host->control("fill_every") = 4;
  FakeHost nothing;
  host->activate();
  host->process(0, {}, nothing, true);  // hands on the controls
  host->process(1, {}, nothing, true);
  host->deactivate();
  host->activate();
  return host;
}

TEST(DrummerLv2, PlaysWhatTheCorePlays) {
  const std::vector<PlayedEvent> expected = script_events();
  EXPECT_GT(expected.size(), 100U);
  EXPECT_EQ(ready_host()->play(), expected);
}

TEST(DrummerLv2, PlaysTheSameForAHostThatTellsOnlyJumps) {
  EXPECT_EQ(ready_host()->play(/*always=*/false), script_events());
}

// What lv2bench measures. It has no worker, which DPF requires for the choice of a model, so it skips the drummer.
TEST(DrummerLv2, NeedsLittleOfTheTime) {
  constexpr double minute = 60.0;
  const std::unique_ptr<Lv2Host> host = ready_host();
  FakeHost fake(kScriptRate);
  const Stopwatch watch;
  fake.play(
      {{.frames = static_cast<std::int64_t>(minute * kScriptRate)}}, 64,
      [&](int frames, const drummer::Transport& transport, drummer::MidiSink& sink) { host->process(frames, transport, sink, true); });
  const double percent = 0.1 * watch.processor_milliseconds() / minute;
  std::printf("a minute in blocks of 64 frames, with the host: %.2f %% of the time\n", percent);
  EXPECT_GT(fake.events().size(), 100U);
  EXPECT_LT(percent, 2.0);
}

TEST(DrummerLv2, OpensAndPlaysTheFirstNoteInAMoment) {
  const Stopwatch watch;
  Lv2Host host;
  host.activate();
  EXPECT_TRUE(plays_a_note(
      [&](int frames, const drummer::Transport& transport, drummer::MidiSink& sink) { host.process(frames, transport, sink, true); }));
  std::printf("from loading to the first note: %.0f ms, %.0f ms of the processors' time\n", watch.milliseconds(),
              watch.processor_milliseconds());
  EXPECT_LT(watch.processor_milliseconds(), 100.0);
}

TEST(DrummerLv2, AProjectOpensAsItWasSaved) {
  const std::unique_ptr<Lv2Host> first = ready_host();
  const auto state = first->save();
  ASSERT_NE(state, nullptr);
  Lv2Host second;
  second.restore(state.get());
  second.restore(state.get());
  EXPECT_EQ(second.control("seed"), kScriptSeed);
  second.activate();
  EXPECT_EQ(second.play(), script_events());
  EXPECT_EQ(second.control("status"), 0.0F);
}

TEST(DrummerLv2, HearsWhatTheHostPlays) {
  for (const drummer::Mode mode : {drummer::Mode::humanize, drummer::Mode::follow}) {
    const std::unique_ptr<Lv2Host> host = ready_host();
    host->control("fill_every") = 0;
    host->control("mode") = static_cast<float>(mode);
    FakeHost nothing;
    host->process(1, {}, nothing, true);
    const std::vector<PlayedEvent> expected = core_answer(mode);
    EXPECT_GT(expected.size(), 20U);
    const std::vector<PlayedEvent> answer =
        answer_to_hits([&](int frames, const drummer::Transport& transport, drummer::MidiSink& sink,
                           std::span<const drummer::MidiEvent> input) { host->process(frames, transport, sink, true, input); },
                       [&] {
                         host->deactivate();
                         host->activate();
                       });
    EXPECT_EQ(answer, expected);
  }
}

}  // namespace
}  // namespace musicvae::test
