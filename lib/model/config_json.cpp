#include "model/json.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "musicvae/error.hpp"
#include "musicvae/model/enum_names.hpp"

namespace musicvae {
namespace {

/// Reads the fields of one JSON object. Remembers which fields were read, so that unknown ones are found.
class ConfigFieldReader {
 public:
  ConfigFieldReader(const nlohmann::ordered_json& json, std::string where) : json_(json), where_(std::move(where)) {
    if (!json_.is_object()) throw ConfigError(where_ + ": is not a JSON object; write {\"field\": value, ...}");
  }

  /// Reads a field. Leaves `value` as it is when the field is absent.
  template <class T>
  void operator()(const char* field, T& value) {
    known_.insert(field);
    const auto found = json_.find(field);
    if (found == json_.end()) return;
    try {
      if constexpr (std::is_same_v<T, int>) {
        if (!found->is_number_integer() || found->template get<std::int64_t>() != static_cast<int>(found->template get<std::int64_t>()))
          wrong(field, *found);
      }
      if constexpr (std::is_same_v<T, std::vector<int>>) {
        for (const nlohmann::ordered_json& item : *found) {
          if (!item.is_number_integer() || item.template get<std::int64_t>() != static_cast<int>(item.template get<std::int64_t>()))
            wrong(field, *found);
        }
      }
      value = found->template get<T>();
    } catch (const nlohmann::json::exception&) {
      wrong(field, *found);
    }
  }

  /// Reads an enumerator by its name. Leaves `value` as it is when the field is absent.
  template <class Choice, std::size_t N>
  void choice(const char* field, Choice& value, const std::array<const char*, N>& names) {
    std::string text = names[static_cast<std::size_t>(value)];
    (*this)(field, text);
    const auto found = std::find(names.begin(), names.end(), text);
    if (found == names.end()) {
      std::string allowed;
      for (const char* name : names) allowed += (allowed.empty() ? "" : ", ") + std::string(name);
      throw ConfigError(where_ + ": " + field + " \"" + text + "\" is not known; use one of: " + allowed);
    }
    value = static_cast<Choice>(found - names.begin());
  }

  /// The field as JSON, or null.
  [[nodiscard]] nlohmann::ordered_json raw(const char* field) {
    known_.insert(field);
    const auto found = json_.find(field);
    return found == json_.end() ? nlohmann::ordered_json() : *found;
  }

  void reject_unknown(const std::set<std::string>& more = {}) const {
    std::set<std::string> known = known_;
    known.insert(more.begin(), more.end());
    for (const auto& [field, value] : json_.items()) {
      if (known.contains(field)) continue;
      std::string allowed;
      for (const std::string& name : known) allowed += (allowed.empty() ? "" : ", ") + name;
      throw ConfigError(where_ + ": unknown field \"" + field + "\"; allowed are: " + allowed);
    }
  }

 private:
  [[noreturn]] void wrong(const char* field, const nlohmann::ordered_json& value) const {
    throw ConfigError(where_ + ": field \"" + field + "\" has a value of the wrong kind (" + value.dump().substr(0, 60) +
                      "); see docs/configs.md");
  }
  const nlohmann::ordered_json& json_;
  std::string where_;
  std::set<std::string> known_;
};

}  // namespace

nlohmann::ordered_json to_json(const ModelConfig& config) {
  const TrainingConfig& training = config.training;
  nlohmann::ordered_json json = {
      {"name", config.name},
      {"steps", config.steps},
      {"steps_per_quarter", config.steps_per_quarter},
      {"input_depth", config.input_depth},
      {"output_depth", config.output_depth},
      {"control_depth", config.control_depth},
      {"encoder_units", config.encoder_units},
      {"decoder_units", config.decoder_units},
      {"residual_encoder", config.residual_encoder},
      {"residual_decoder", config.residual_decoder},
      {"latent", config.latent},
      {"conductor", nullptr},
      {"head", name(config.head)},
      {"converter", name(config.converter)},
      {"task", name(config.task)},
      {"note_dropout", config.note_dropout},
      {"encoder_levels", config.encoder_levels},
      {"output_parts", config.output_parts},
      {"nade_hidden", config.nade_hidden},
      {"feel_bins", config.feel_bins},
      {"feel_components", config.feel_components},
      {"lookback", config.lookback},
      {"running_mean", config.running_mean},
      {"running_spread", config.running_spread},
      {"skip", config.skip},
      {"training",
       {{"batch", training.batch},
        {"learning_rate", training.learning_rate},
        {"decay_rate", training.decay_rate},
        {"min_learning_rate", training.min_learning_rate},
        {"grad_clip", training.grad_clip},
        {"grad_norm_to_zero", training.grad_norm_to_zero},
        {"max_beta", training.max_beta},
        {"beta_rate", training.beta_rate},
        {"free_bits", training.free_bits},
        {"dropout_keep", training.dropout_keep},
        {"sampling_schedule", name(training.sampling_schedule)},
        {"sampling_rate", training.sampling_rate},
        {"sampling_feel", training.sampling_feel},
        {"feel_on_hits", training.feel_on_hits},
        {"feel_weight", training.feel_weight}}},
  };
  if (config.conductor) {
    json["conductor"] = {
        {"units", config.conductor->units}, {"segments", config.conductor->segments}, {"autoregressive", config.conductor->autoregressive}};
  }
  return json;
}

ModelConfig model_config_from_json(const nlohmann::ordered_json& json, const std::string& source,
                                   const std::set<std::string>& more_fields) {
  ModelConfig config;
  ConfigFieldReader field(json, source + ": config");
  field("name", config.name);
  field("steps", config.steps);
  field("steps_per_quarter", config.steps_per_quarter);
  field("input_depth", config.input_depth);
  field("output_depth", config.output_depth);
  field("control_depth", config.control_depth);
  field("encoder_units", config.encoder_units);
  field("decoder_units", config.decoder_units);
  field("residual_encoder", config.residual_encoder);
  field("residual_decoder", config.residual_decoder);
  field("latent", config.latent);
  field.choice("head", config.head, kOutputHeadNames);
  field.choice("converter", config.converter, kConverterNames);
  field.choice("task", config.task, kTaskNames);
  field("note_dropout", config.note_dropout);
  field("encoder_levels", config.encoder_levels);
  field("output_parts", config.output_parts);
  field("nade_hidden", config.nade_hidden);
  field("feel_bins", config.feel_bins);
  field("feel_components", config.feel_components);
  field("lookback", config.lookback);
  field("running_mean", config.running_mean);
  field("running_spread", config.running_spread);
  field("skip", config.skip);
  if (const nlohmann::ordered_json conductor = field.raw("conductor"); !conductor.is_null()) {
    ConductorConfig& c = config.conductor.emplace();
    ConfigFieldReader inner(conductor, source + ": config: conductor");
    inner("units", c.units);
    inner("segments", c.segments);
    inner("autoregressive", c.autoregressive);
    inner.reject_unknown();
  }
  if (const nlohmann::ordered_json training = field.raw("training"); !training.is_null()) {
    TrainingConfig& t = config.training;
    ConfigFieldReader inner(training, source + ": config: training");
    inner("batch", t.batch);
    inner("learning_rate", t.learning_rate);
    inner("decay_rate", t.decay_rate);
    inner("min_learning_rate", t.min_learning_rate);
    inner("grad_clip", t.grad_clip);
    inner("grad_norm_to_zero", t.grad_norm_to_zero);
    inner("max_beta", t.max_beta);
    inner("beta_rate", t.beta_rate);
    inner("free_bits", t.free_bits);
    inner("dropout_keep", t.dropout_keep);
    inner.choice("sampling_schedule", t.sampling_schedule, kSamplingScheduleNames);
    inner("sampling_rate", t.sampling_rate);
    inner("sampling_feel", t.sampling_feel);
    inner("feel_on_hits", t.feel_on_hits);
    inner("feel_weight", t.feel_weight);
    inner.reject_unknown();
  }
  field.reject_unknown(more_fields);
  config.validate();
  return config;
}

}  // namespace musicvae
