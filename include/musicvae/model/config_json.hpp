// ModelConfig as JSON: what a model file carries and what a user writes.
#pragma once

#include <algorithm>
#include <array>
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>

#include "musicvae/error.hpp"
#include "musicvae/model/config.hpp"

namespace musicvae {

/// Names in JSON, in the order of OutputHead's enumerators.
inline constexpr std::array<const char*, 4> kOutputHeadNames = {"groove", "categorical", "nade", "feel"};
/// Those of Converter.
inline constexpr std::array<const char*, 3> kConverterNames = {"groove", "drums", "tensors"};
/// Those of Task.
inline constexpr std::array<const char*, 6> kTaskNames = {"reconstruct", "humanize", "tap", "add_closed_hihat", "hits_control", "infill"};
/// Those of SamplingSchedule.
inline constexpr std::array<const char*, 3> kSamplingScheduleNames = {"constant", "exponential", "inverse_sigmoid"};

/// Its name in JSON and in messages, such as "categorical".
[[nodiscard]] inline std::string name(OutputHead head) {
  return kOutputHeadNames[static_cast<std::size_t>(head)];
}
/// Its name in JSON and in messages, such as "drums".
[[nodiscard]] inline std::string name(Converter converter) {
  return kConverterNames[static_cast<std::size_t>(converter)];
}
/// Its name in JSON and in messages, such as "humanize".
[[nodiscard]] inline std::string name(Task task) {
  return kTaskNames[static_cast<std::size_t>(task)];
}
/// Its name in JSON and in messages, such as "inverse_sigmoid".
[[nodiscard]] inline std::string name(SamplingSchedule schedule) {
  return kSamplingScheduleNames[static_cast<std::size_t>(schedule)];
}

/// Every field, in the order of docs/configs.md. Twin of model_config_from_json.
[[nodiscard]] nlohmann::ordered_json to_json(const ModelConfig& config);

/// A field that is absent keeps its default; an unknown one or one of the wrong kind is a ConfigError that names it.
/// `source` names the JSON in errors, which list `more_fields` among the allowed ones. The result is validated.
[[nodiscard]] ModelConfig model_config_from_json(const nlohmann::ordered_json& json, const std::string& source,
                                                 const std::set<std::string>& more_fields = {});

}  // namespace musicvae

#if !defined(MUSICVAE_IN_LIBRARY)
#include "musicvae/model/config_json.inl"
#endif
