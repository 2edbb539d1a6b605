// The drummer as a plug-in of DPF: hands on what hosts say. All else is in Drummer.
#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "DistrhoPlugin.hpp"
#include "DistrhoPluginUtils.hpp"
#include "built_in_model.hpp"
#include "drummer.hpp"
#include "face_plugin.hpp"
#include "position.hpp"

START_NAMESPACE_DISTRHO

namespace {

using musicvae::drummer::kModes;
using musicvae::drummer::kParameters;
using musicvae::drummer::kStatusLines;
using musicvae::drummer::kStyles;
using musicvae::drummer::ParameterInfo;
using musicvae::drummer::ParameterKind;

constexpr uint32_t kStatus = kParameters.size();  // the output parameter after all others
enum States : uint32_t { kModelPath, kEverything, kFolder, kStates };

// The MIDI controller of a parameter in the program for JACK: those that MIDI leaves to general purposes or to nobody, in the order of the
// parameters. None has 0, which DPF would take for all that have none.
uint8_t controller(uint32_t index) {
  constexpr uint32_t first = 14;  // to 31
  constexpr uint32_t count = 18;
  constexpr uint32_t second = 102;  // to 119
  static_assert(kParameters.size() <= 2 * count);
  return static_cast<uint8_t>(index < count ? first + index : second + index - count);
}

// The names of an enumeration's values, counted from 0.
template <class Names>
void set_names(ParameterEnumerationValues& values, const char* first, const Names& names) {
  const std::size_t before = first != nullptr ? 1 : 0;
  values.count = static_cast<uint8_t>(names.size() + before);
  values.restrictedMode = true;
  values.values = new ParameterEnumerationValue[values.count];  // DPF deletes it
  if (first != nullptr) values.values[0].label = first;
  for (std::size_t i = 0; i < names.size(); ++i) values.values[i + before].label = std::string(names[i]).c_str();
  for (uint8_t i = 0; i < values.count; ++i) values.values[i].value = i;
}

class DrummerPlugin final : public FacePlugin, private musicvae::drummer::MidiSink {
 public:
  DrummerPlugin() : FacePlugin(kStatus + 1, 0, kStates) {}

  musicvae::drummer::Drummer& drummer() override { return drummer_; }

 protected:
  const char* getLabel() const override { return "musicvae_drummer"; }
  const char* getDescription() const override {
    return "Plays drum grooves of a MusicVAE in time with the host, as MIDI with a played feel.";
  }
  const char* getMaker() const override { return "libmusicvae"; }
  const char* getLicense() const override { return "https://spdx.org/licenses/Apache-2.0"; }
  uint32_t getVersion() const override { return d_version(0, 1, 0); }
  int64_t getUniqueId() const override { return d_cconst('M', 'V', 'd', 'r'); }

  void initParameter(uint32_t index, Parameter& parameter) override {
    if (index == kStatus) {
      parameter.hints = kParameterIsOutput | kParameterIsInteger;
      parameter.name = "Status";
      parameter.symbol = "status";
      parameter.ranges = ParameterRanges(0, 0, kStatusLines.size() - 1);
      set_names(parameter.enumValues, nullptr, kStatusLines);
      return;
    }
    const ParameterInfo& info = kParameters[index];
    // A host that loops over the automation of Export would fill the folder.
    if (index != static_cast<uint32_t>(musicvae::drummer::Parameter::export_groove)) parameter.hints = kParameterIsAutomatable;
    // In VST3, DPF 1.6 hands on no trigger, so it is a switch there, which acts when it is switched on.
    if (info.kind == ParameterKind::trigger) parameter.hints |= is_vst3_ ? kParameterIsBoolean : kParameterIsTrigger;
    if (info.kind == ParameterKind::on_off) parameter.hints |= kParameterIsBoolean;
    if (info.kind == ParameterKind::whole || info.kind == ParameterKind::style || info.kind == ParameterKind::mode) {
      parameter.hints |= kParameterIsInteger;
    }
    parameter.name = std::string(info.name).c_str();
    parameter.symbol = std::string(info.symbol).c_str();
    parameter.unit = std::string(info.unit).c_str();
    parameter.ranges = ParameterRanges(info.usual, info.low, info.high);
    if (info.kind == ParameterKind::style) set_names(parameter.enumValues, "any", kStyles);
    if (info.kind == ParameterKind::mode) set_names(parameter.enumValues, nullptr, kModes);
    if (is_jack_) parameter.midiCC = controller(index);
  }

  void initState(uint32_t index, State& state) override {
    if (index == kModelPath) {
      state.hints = kStateIsFilenamePath;
      state.key = "model";
      state.label = "Model";
      state.description = "A model file of grooves; empty: the built-in one";
    } else if (index == kFolder) {
      state.hints = kStateIsHostWritable;
      state.key = "folder";
      state.label = "Export folder";
      state.description = "The folder for exported MIDI files; empty: MusicVAE Drummer in the folder for music";
    } else {
      state.hints = kStateIsOnlyForDSP;
      state.key = "drummer";
      state.label = "Drummer";
      state.description = "The groove and all settings";
    }
  }

  float getParameterValue(uint32_t index) const override {
    if (index == kStatus) return static_cast<float>(drummer_.status());
    // A project that opens must not press it.
    if (is_vst3_ && kParameters[index].kind == ParameterKind::trigger) return 0.0F;
    return drummer_.get(static_cast<musicvae::drummer::Parameter>(index));
  }

  void setParameterValue(uint32_t index, float value) override {
    if (index < kStatus) drummer_.set(static_cast<musicvae::drummer::Parameter>(index), value);
  }

  String getState(const char* key) const override {
    const std::string name = key;
    return String((name == "model" ? drummer_.model_path() : name == "folder" ? drummer_.folder() : drummer_.state()).c_str());
  }

  void setState(const char* key, const char* value) override {
    if (key == std::string("model")) {
      drummer_.use_model(value);
    } else if (key == std::string("folder")) {
      drummer_.use_folder(value);
    } else if (*value != '\0' && !drummer_.restore(value)) {
      d_stderr("%s", drummer_.message().c_str());
    }
  }

  void activate() override { drummer_.activate(getSampleRate()); }

  void run(const float**, float**, uint32_t frames, const MidiEvent* events, uint32_t count) override {
    std::size_t heard = 0;
    for (uint32_t i = 0; i < count && heard < input_.size(); ++i) {
      if (events[i].size != 3) continue;
      input_[heard++] = {static_cast<int>(events[i].frame), {events[i].data[0], events[i].data[1], events[i].data[2]}};
    }
    drummer_.process(static_cast<int>(frames), position_.of(getTimePosition(), getSampleRate(), frames), *this,
                     std::span(input_).first(heard));
  }

 private:
  bool write(const musicvae::drummer::MidiEvent& event) noexcept override {
    MidiEvent out{};
    out.frame = static_cast<uint32_t>(event.frame);
    out.size = event.bytes.size();
    for (std::size_t i = 0; i < event.bytes.size(); ++i) out.data[i] = event.bytes[i];
    return writeMidiEvent(out);
  }

  const bool is_vst3_ = getPluginFormatName() == std::string_view("VST3");
  const bool is_jack_ = getPluginFormatName() == std::string_view("JACK/Standalone");
  // Hosts that scan for plug-ins ask an instance that never plays for its parameters; it needs no model.
  mutable musicvae::drummer::Drummer drummer_{isDummyInstance() ? std::span<const std::byte>() : musicvae::drummer::built_in_model(),
                                              musicvae::drummer::built_in_listening_models()};
  std::array<musicvae::drummer::MidiEvent, 512> input_{};  // of a block
  musicvae::drummer::Position position_{getPluginFormatName()};

  DISTRHO_DECLARE_NON_COPYABLE_WITH_LEAK_DETECTOR(DrummerPlugin)
};

}  // namespace

Plugin* createPlugin() {
  return new DrummerPlugin();
}

END_NAMESPACE_DISTRHO
