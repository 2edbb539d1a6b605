#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "model/json.hpp"
#include "musicvae/error.hpp"

namespace musicvae {
namespace {

using Json = nlohmann::ordered_json;

/// Also visits the parts of a config that are not plain fields.
class ConfigVisitor : public ConfigFields {
 public:
  virtual void depths(ModelConfig& config) = 0;
  virtual void conductor(ModelConfig& config) = 0;
  virtual void head_name(ModelConfig& config) = 0;
  virtual void representation(ModelConfig& config) = 0;
  virtual void head_settings(ModelConfig& config) = 0;
  virtual void training(TrainingConfig& training) = 0;
};

// The one list of a config's fields, in the order of docs/configs.md.
void visit(ModelConfig& config, ConfigVisitor& field) {
  field("name", config.name);
  field("steps", config.steps);
  field("steps_per_quarter", config.steps_per_quarter);
  field.depths(config);
  field("encoder_units", config.encoder.units);
  field("decoder_units", config.decoder.units);
  field("residual_encoder", config.encoder.residual);
  field("residual_decoder", config.decoder.residual);
  field("latent", config.latent);
  field.conductor(config);
  field.head_name(config);
  field.representation(config);
  field("encoder_levels", config.encoder.levels);
  field("output_parts", config.decoder.parts);
  field.head_settings(config);
  field("lookback", config.decoder.lookback);
  field("running_mean", config.decoder.running_mean);
  field("running_spread", config.decoder.running_spread);
  field("skip", config.decoder.skip);
  field.training(config.training);
}

void visit(ConductorConfig& conductor, ConfigFields& field) {
  field("units", conductor.units);
  field("segments", conductor.segments);
  field("autoregressive", conductor.autoregressive);
}

void visit(TrainingConfig& training, ConfigFields& field) {
  field("batch", training.batch);
  field("learning_rate", training.learning_rate);
  field("decay_rate", training.decay_rate);
  field("min_learning_rate", training.min_learning_rate);
  field("grad_clip", training.grad_clip);
  field("grad_norm_to_zero", training.grad_norm_to_zero);
  field("max_beta", training.max_beta);
  field("beta_rate", training.beta_rate);
  field("free_bits", training.free_bits);
  field("dropout_keep", training.dropout_keep);
  field.choice("sampling_schedule", training.sampling_schedule);
  field("sampling_rate", training.sampling_rate);
  field("sampling_feel", training.sampling_feel);
  field("feel_on_hits", training.feel_on_hits);
  field("feel_weight", training.feel_weight);
}

/// Calls `write(unit)` for each unit of a table: for the config's own, and for all others with their default settings.
template <class Unit, class Factory, class Write>
void for_each_unit(const std::vector<Factory>& table, const Unit& own, const Write& write) {
  for (const Factory make : table) {
    const auto unit = make();
    write(unit->name() == own.name() ? *own.clone() : *unit);
  }
}

/// Writes the fields of one JSON object.
class ConfigWriter final : public ConfigVisitor {
 public:
  explicit ConfigWriter(Json& json) : json_(json) {}

  void operator()(const char* name, bool& value) override { json_[name] = value; }
  void operator()(const char* name, int& value) override { json_[name] = value; }
  void operator()(const char* name, double& value) override { json_[name] = value; }
  void operator()(const char* name, std::string& value) override { json_[name] = value; }
  void operator()(const char* name, std::vector<int>& value) override { json_[name] = value; }

  void depths(ModelConfig& config) override {
    json_["input_depth"] = config.input_depth();
    json_["output_depth"] = config.output_depth();
    json_["control_depth"] = config.control_depth();
  }
  void conductor(ModelConfig& config) override {
    json_["conductor"] = nullptr;
    if (!config.conductor) return;
    Json inner = Json::object();
    ConfigWriter writer(inner);
    visit(*config.conductor, writer);
    json_["conductor"] = inner;
  }
  void head_name(ModelConfig& config) override { json_["head"] = config.head->name(); }
  void representation(ModelConfig& config) override {
    json_["converter"] = config.representation->name();
    for_each_unit(representations(), *config.representation, [&](auto& unit) { add_fields(unit, *config.representation); });
  }
  void head_settings(ModelConfig& config) override {
    for_each_unit(heads(), *config.head, [&](auto& unit) { add_fields(unit, *config.head); });
  }
  void training(TrainingConfig& training) override {
    Json inner = Json::object();
    ConfigWriter writer(inner);
    visit(training, writer);
    json_["training"] = inner;
  }

 protected:
  void choose(const char* name, std::size_t& index, std::span<const std::string_view> names) override { json_[name] = names[index]; }

 private:
  // The settings of a unit that is not the config's own are written only if no unit before it has fields of these names.
  template <class Unit>
  void add_fields(Unit& unit, const Unit& own) {
    Json inner = Json::object();
    ConfigWriter writer(inner);
    unit.fields(writer);
    for (const auto& [name, value] : inner.items()) {
      if (unit.name() == own.name() || !json_.contains(name)) json_[name] = value;
    }
  }

  Json& json_;
};

/// Reads the fields of one JSON object. Remembers which fields were read, so that unknown ones are found.
class ConfigReader : public ConfigVisitor {
 public:
  ConfigReader(const Json& json, std::string where) : json_(json), where_(std::move(where)) {
    if (!json_.is_object()) throw ConfigError(where_ + ": is not a JSON object; write {\"field\": value, ...}");
  }

  // Each leaves `value` as it is when the field is absent.
  void operator()(const char* name, bool& value) override { read(name, value); }
  void operator()(const char* name, int& value) override { read(name, value); }
  void operator()(const char* name, double& value) override { read(name, value); }
  void operator()(const char* name, std::string& value) override { read(name, value); }
  void operator()(const char* name, std::vector<int>& value) override { read(name, value); }

  void depths(ModelConfig&) override {
    const auto given = [&](const char* name, std::optional<int>& depth) {
      int value = 0;
      read(name, value);
      if (json_.contains(name)) depth = value;
    };
    given("input_depth", depths_.input);
    given("output_depth", depths_.output);
    given("control_depth", depths_.control);
  }

  void conductor(ModelConfig& config) override {
    const Json conductor = raw("conductor");
    if (conductor.is_null()) return;
    ConfigReader inner(conductor, where_ + ": conductor");
    visit(config.conductor.emplace(), inner);
    inner.reject_unknown();
  }

  void head_name(ModelConfig& config) override { config.head = Immutable<Head>(own_unit(heads(), "head", *config.head)); }
  void representation(ModelConfig& config) override {
    auto unit = own_unit(representations(), "converter", *config.representation);
    unit->take_depths(depths_);
    config.representation = Immutable<Representation>(std::move(unit));
  }
  void head_settings(ModelConfig&) override {}
  void training(TrainingConfig& training) override {
    const Json json = raw("training");
    if (json.is_null()) return;
    ConfigReader inner(json, where_ + ": training");
    visit(training, inner);
    inner.reject_unknown();
  }

  /// The depths that the JSON gives must be those that follow from the representation and the head.
  void check_depths(const ModelConfig& config) const {
    const auto check = [&](const char* name, const std::optional<int>& given, int depth) {
      if (!given || *given == depth) return;
      throw ConfigError("config \"" + config.name + "\": " + name + " is " + std::to_string(*given) + "; it must be " +
                        std::to_string(depth) + " for the " + std::string(config.representation->name()) + " converter" +
                        (config.task() == Task{} ? "" : ", the task " + std::string(musicvae::name(config.task()))) + " and the " +
                        std::string(config.head->name()) + " head");
    };
    check("input_depth", depths_.input, config.input_depth());
    check("output_depth", depths_.output, config.output_depth());
    check("control_depth", depths_.control, config.control_depth());
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

 protected:
  void choose(const char* name, std::size_t& index, std::span<const std::string_view> names) override {
    std::string text(names[index]);
    read(name, text);
    const auto found = std::find(names.begin(), names.end(), text);
    if (found == names.end()) {
      std::string allowed;
      for (const std::string_view one : names) allowed.append(allowed.empty() ? "" : ", ").append(one);
      throw ConfigError(where_ + ": " + name + " \"" + text + "\" is not known; use one of: " + allowed);
    }
    index = static_cast<std::size_t>(found - names.begin());
  }

 private:
  /// Reads the settings of the unit that the field `name` names. The settings of all other units must have their default values.
  template <class Unit, class Factory>
  std::unique_ptr<Unit> own_unit(const std::vector<Factory>& table, const char* name, const Unit& usual) {
    std::string own(usual.name());
    read(name, own);
    std::unique_ptr<Unit> result;
    std::string known;
    for (const Factory make : table) {
      auto unit = make();
      known.append(known.empty() ? "" : ", ").append(unit->name());
      if (unit->name() == own) result = std::move(unit);
    }
    if (!result) throw ConfigError(where_ + ": " + name + " \"" + own + "\" is not known; use one of: " + known);
    result->fields(*this);
    ConfigFieldText own_fields;
    result->fields(own_fields);
    for (const Factory make : table) {
      const auto unit = make();
      if (unit->name() == own) continue;
      ForeignFields foreign(*this, std::string(unit->name()) + " " + name, own_fields.text());
      unit->fields(foreign);
    }
    return result;
  }

  template <class T>
  void read(const char* name, T& value) {
    known_.insert(name);
    const auto found = json_.find(name);
    if (found == json_.end()) return;
    const auto is_int = [](const Json& number) {
      return number.is_number_integer() && number.get<std::int64_t>() == static_cast<int>(number.get<std::int64_t>());
    };
    try {
      if constexpr (std::is_same_v<T, int>) {
        if (!is_int(*found)) wrong(name, *found);
      }
      if constexpr (std::is_same_v<T, std::vector<int>>) {
        for (const Json& item : *found) {
          if (!is_int(item)) wrong(name, *found);
        }
      }
      value = found->template get<T>();
    } catch (const nlohmann::json::exception&) {
      wrong(name, *found);
    }
  }

  /// The field as JSON, or null.
  [[nodiscard]] Json raw(const char* name) {
    known_.insert(name);
    const auto found = json_.find(name);
    return found == json_.end() ? Json() : *found;
  }

  [[noreturn]] void wrong(const char* name, const Json& value) const {
    throw ConfigError(where_ + ": field \"" + name + "\" has a value of the wrong kind (" + value.dump().substr(0, 60) +
                      "); see docs/configs.md");
  }

  /// Demands that the settings of a unit which the config does not use have their default values.
  class ForeignFields final : public ConfigFields {
   public:
    ForeignFields(ConfigReader& reader, std::string unit, const std::string& own_fields)
        : reader_(reader), unit_(std::move(unit)), own_fields_(1, ';') {
      own_fields_.append(own_fields);
    }
    void operator()(const char* name, bool& value) override { demand_usual(name, value); }
    void operator()(const char* name, int& value) override { demand_usual(name, value); }
    void operator()(const char* name, double& value) override { demand_usual(name, value); }
    void operator()(const char* name, std::string& value) override { demand_usual(name, value); }
    void operator()(const char* name, std::vector<int>& value) override { demand_usual(name, value); }

   protected:
    void choose(const char* name, std::size_t& index, std::span<const std::string_view> names) override {
      const std::size_t usual = index;
      if (belongs_to_own(name)) return;
      reader_.choose(name, index, names);
      if (index != usual) refuse(name, std::string(names[usual]));
    }

   private:
    // Units may share a setting; then the config's own unit reads it.
    [[nodiscard]] bool belongs_to_own(const char* name) const {
      std::string key(1, ';');
      key.append(name).append(1, '=');
      return own_fields_.find(key) != std::string::npos;
    }
    template <class T>
    void demand_usual(const char* name, T& value) {
      if (belongs_to_own(name)) return;
      const T usual = value;
      reader_.read(name, value);
      if (value != usual) refuse(name, Json(usual).dump());
    }
    [[noreturn]] void refuse(const char* name, const std::string& usual) const {
      throw ConfigError(reader_.where_ + ": " + name + " is a setting of the " + unit_ +
                        ", which this config does not use; leave it out or set it to " + usual);
    }
    ConfigReader& reader_;
    std::string unit_;
    std::string own_fields_;
  };

  const Json& json_;
  std::string where_;
  std::set<std::string> known_;
  GivenDepths depths_;
};

}  // namespace

nlohmann::ordered_json to_json(const ModelConfig& config) {
  Json json = Json::object();
  ConfigWriter writer(json);
  ModelConfig copy = config;
  visit(copy, writer);
  return json;
}

ModelConfig model_config_from_json(const nlohmann::ordered_json& json, const std::string& source,
                                   const std::set<std::string>& more_fields) {
  ModelConfig config;
  ConfigReader reader(json, source + ": config");
  visit(config, reader);
  reader.reject_unknown(more_fields);
  config.validate();
  reader.check_depths(config);
  return config;
}

}  // namespace musicvae
