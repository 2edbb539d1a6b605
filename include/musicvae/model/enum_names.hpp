// The names of a ModelConfig's enumerators in JSON and in messages.
#pragma once

#include <array>
#include <cstddef>
#include <string>

#include "musicvae/model/config.hpp"

namespace musicvae {

/// The names of the output heads, in the order of the enumerators.
inline constexpr std::array<const char*, 4> kOutputHeadNames = {"groove", "categorical", "nade", "feel"};
/// The names of the converters, in the order of the enumerators.
inline constexpr std::array<const char*, 3> kConverterNames = {"groove", "drums", "tensors"};
/// The names of the tasks, in the order of the enumerators.
inline constexpr std::array<const char*, 6> kTaskNames = {"reconstruct", "humanize", "tap", "add_closed_hihat", "hits_control", "infill"};
/// The names of the sampling schedules, in the order of the enumerators.
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

}  // namespace musicvae
