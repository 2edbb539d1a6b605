#include "musicvae/train/augmentation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "augmentation_json.hpp"
#include "data_order.hpp"
#include "musicvae/error.hpp"
#include "musicvae/numerics/philox.hpp"

namespace musicvae::train {
namespace {

struct Field {
  const char* name;
  double Augmentation::*value;
  double most;
};
constexpr std::array kFields{Field{"velocity_scale", &Augmentation::velocity_scale, 1.0}, Field{"swing", &Augmentation::swing, 0.5},
                             Field{"timing_scale", &Augmentation::timing_scale, 1.0}, Field{"drum_swap", &Augmentation::drum_swap, 1.0},
                             Field{"transpose", &Augmentation::transpose, 12.0}};

constexpr std::array kAlike{std::pair{Drum::closed_hihat, Drum::ride}, std::pair{Drum::low_tom, Drum::mid_tom},
                            std::pair{Drum::mid_tom, Drum::high_tom}, std::pair{Drum::open_hihat, Drum::crash}};

}  // namespace

void Augmentation::validate() const {
  for (const Field& field : kFields) {
    const double value = this->*field.value;
    if (value >= 0.0 && value <= field.most) continue;  // false for NaN
    char text[80];
    std::snprintf(text, sizeof(text), "augmentation: %s is %g; use 0 to %g", field.name, value, field.most);
    throw ArgumentError(text);
  }
  if (transpose != std::floor(transpose)) throw ArgumentError("augmentation: transpose is not a whole number of semitones; use 0 to 12");
}

void Augmentation::validate(const ModelConfig& config) const {
  validate();
  const auto demand = [&](bool ok, const char* what) {
    if (!ok) throw ConfigError("config \"" + config.name + "\": " + what);
  };
  Augmentation of_grooves = *this;
  of_grooves.transpose = 0.0;
  demand(transpose == 0.0 || config.representation->transposes(), "transpose is for melodies, trios and tracks; leave it out");
  demand(!of_grooves.any() || config.head->output() == OutputFormat::hits_with_feel,
         "augmentation needs velocities and offsets, which only the groove and feel heads have; leave it out");
  demand(swing == 0.0 || config.steps_per_quarter % 2 == 0,
         "swing needs an even steps_per_quarter, otherwise there are no off-beats; leave it out");
  demand(drum_swap == 0.0 || config.output_depth() == 3 * kDrums,
         "drum_swap needs hits, velocities and offsets of the nine drums; leave it out");
}

nlohmann::ordered_json to_json(const Augmentation& augmentation) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (const Field& field : kFields) json[field.name] = augmentation.*field.value;
  return json;
}

Augmentation augmentation_from_json(const nlohmann::ordered_json& json, const std::string& source) {
  if (!json.is_object()) throw ConfigError(source + ": augmentation is not a JSON object; write {\"velocity_scale\": 0.2}");
  Augmentation result;
  for (const auto& [name, value] : json.items()) {
    const auto* field = std::ranges::find_if(kFields, [&name = name](const Field& f) { return f.name == name; });
    if (field == kFields.end()) {
      throw ConfigError(source + ": augmentation \"" + name +
                        "\" is not known; use velocity_scale, swing, timing_scale, drum_swap or transpose");
    }
    if (!value.is_number()) throw ConfigError(source + ": augmentation \"" + name + "\" is not a number; give an amount such as 0.2");
    result.*field->value = value.get<double>();
  }
  return result;
}

WindowChange WindowChange::draw(const Augmentation& augmentation, std::uint64_t seed, std::uint64_t position) {
  const auto [velocity, timing, swing, drums] = augmentation_words(seed, position);
  const auto around_one = [](double amount, std::uint32_t word) {
    return static_cast<float>(1.0 + amount * (2.0 * numerics::uniform(word) - 1.0));
  };
  WindowChange change{.velocity_factor = around_one(augmentation.velocity_scale, velocity),
                      .offset_factor = around_one(augmentation.timing_scale, timing),
                      .late = static_cast<float>(2.0 * augmentation.swing * numerics::uniform(swing))};
  const double u = numerics::uniform(drums);
  change.semitones = static_cast<int>((2.0 * augmentation.transpose + 1.0) * u - augmentation.transpose + 12.0) - 12;  // rounded down
  if (u < augmentation.drum_swap)
    change.swapped = kAlike[static_cast<std::size_t>(u / augmentation.drum_swap * static_cast<double>(kAlike.size()))];
  return change;
}

void WindowChange::apply(const Representation& representation, std::span<float> row, int step) const {
  if (representation.transposes()) return representation.transpose(row, semitones);
  const std::size_t drums = row.size() / 3;
  if (swapped) {
    const auto [one, other] = *swapped;
    for (std::size_t part = 0; part < row.size(); part += drums) {
      std::swap(row[part + static_cast<std::size_t>(one)], row[part + static_cast<std::size_t>(other)]);
    }
  }
  const float shift = step % 2 == 1 ? late : 0.0F;
  for (std::size_t d = 0; d < drums; ++d) {
    if (!(row[d] > 0.5F)) continue;
    float& velocity = row[drums + d];
    float& offset = row[2 * drums + d];
    velocity = std::min(velocity * velocity_factor, 1.0F);
    offset = std::clamp(offset * offset_factor - shift, -1.0F, 1.0F);
  }
}

}  // namespace musicvae::train
