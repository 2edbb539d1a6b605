#include <charconv>
#include <cmath>
#include <limits>

#include "call.hpp"
#include "musicvae/error.hpp"

namespace musicvae::js {
namespace {

[[noreturn]] void refuse(const char* name, const std::string& reason) {
  throw ArgumentError(std::string(name) + ": " + reason);
}

/// The value, or null if it is absent, null or undefined.
const nlohmann::json* find(const nlohmann::json& options, const char* name) {
  const auto found = options.find(name);
  return found == options.end() || found->is_null() ? nullptr : &*found;
}

}  // namespace

std::optional<double> Request::number(const char* name) const {
  const nlohmann::json* value = find(options, name);
  if (!value) return std::nullopt;
  if (!value->is_number()) refuse(name, "is " + value->dump() + "; give a number");
  return value->get<double>();
}

std::optional<std::string> Request::text(const char* name) const {
  const nlohmann::json* value = find(options, name);
  if (!value) return std::nullopt;
  if (!value->is_string()) refuse(name, "is " + value->dump() + "; give a text");
  return value->get<std::string>();
}

std::vector<int> Request::integers(const char* name) const {
  const nlohmann::json* value = find(options, name);
  if (!value) return {};
  std::vector<int> integers;
  if (!value->is_array()) refuse(name, "is " + value->dump() + "; give a list of whole numbers");
  for (const nlohmann::json& each : *value) {
    if (!each.is_number_integer()) refuse(name, "has " + each.dump() + "; give whole numbers");
    integers.push_back(each.get<int>());
  }
  return integers;
}

std::optional<int> Request::integer(const char* name) const {
  const std::optional<double> value = number(name);
  if (!value) return std::nullopt;
  if (std::floor(*value) != *value || std::abs(*value) > std::numeric_limits<int>::max()) {
    refuse(name, "is " + options[name].dump() + "; give a whole number");
  }
  return static_cast<int>(*value);
}

std::uint64_t Request::whole(const char* name) const {
  const std::string digits = text(name).value_or("0");
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size()) {
    refuse(name, "is " + digits + "; give a whole number from 0 to 2^64 - 1");
  }
  return value;
}

ChordSequence Request::chords(const Grid& grid) const {
  const nlohmann::json* value = find(options, "chords");
  if (!value) return {};
  if (value->is_string()) return read_chords(std::string_view(value->get_ref<const std::string&>()), grid).chords;
  if (!value->is_array()) refuse("chords", "are " + value->dump() + "; give symbols such as [\"C\", \"Am\"]");
  std::vector<std::string> symbols;
  for (const nlohmann::json& each : *value) {
    if (!each.is_string()) refuse("chords", "have " + each.dump() + "; give symbols such as [\"C\", \"Am\"]");
    symbols.push_back(each.get<std::string>());
  }
  return read_chords(symbols, grid).chords;
}

DecodeOptions Request::decode(const Model& model) const {
  DecodeOptions decode{.seed = whole("seed"),
                       .bars = integer("bars"),
                       .first = whole("first"),
                       .threads = 1,
                       .chords = chords(model.sampler.model().grid())};
  if (const auto value = number("temperature")) decode.temperature = static_cast<float>(*value);
  if (const auto value = number("feelTemperature")) decode.feel_temperature = static_cast<float>(*value);
  return decode;
}

Amounts Request::amounts() const {
  Amounts amounts;
  const nlohmann::json* given = find(options, "attributes");
  if (!given) return amounts;
  if (!given->is_object()) refuse("attributes", "is " + given->dump() + "; give an object such as {density: 1}");
  for (const auto& [name, amount] : given->items()) {
    if (!amount.is_number()) refuse("attributes", "\"" + name + "\" is " + amount.dump() + "; give a number");
    amounts.emplace(name, amount.get<float>());
  }
  return amounts;
}

}  // namespace musicvae::js
