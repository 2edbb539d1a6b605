#include "js_json.hpp"

#include <nlohmann/json.hpp>
#include <set>
#include <string_view>
#include <vector>

#include "musicvae/error.hpp"

namespace musicvae::interop {
namespace {

constexpr std::size_t kMostBytes = std::size_t{16} << 20;
constexpr int kMostLevels = 32;
constexpr std::size_t kMostExtents = 8;

}  // namespace

nlohmann::ordered_json read_json(const FileBytes& file) {
  if (file.bytes.size() > kMostBytes) {
    throw FormatError(file.path.string() + ": has " + std::to_string(file.bytes.size()) +
                      " bytes, too many for such a file; check its name");
  }
  const std::string_view text(reinterpret_cast<const char*>(file.bytes.data()), file.bytes.size());
  bool deep = false;
  std::vector<std::set<std::string>> fields;  // of the objects that are open
  std::string twice;
  using Event = nlohmann::ordered_json::parse_event_t;
  const auto json = nlohmann::ordered_json::parse(
      text,
      [&](int depth, Event event, const nlohmann::ordered_json& part) {
        deep = deep || depth > kMostLevels;
        if (deep) return false;
        if (event == Event::object_start) fields.emplace_back();
        if (event == Event::key && !fields.back().insert(part.get<std::string>()).second) twice = part.dump();
        if (event == Event::object_end) fields.pop_back();
        return true;
      },
      /*allow_exceptions=*/false);
  if (deep || json.is_discarded()) throw FormatError(file.path.string() + ": is not JSON of this kind; get the file again");
  if (!twice.empty()) throw FormatError(file.path.string() + ": has " + twice + " twice; correct it");
  return json;
}

std::vector<std::int64_t> shape_from_json(const nlohmann::ordered_json& json, const std::string& where) {
  const auto refuse = [&] { throw FormatError(where + " has no shape of whole numbers; get the file again"); };
  if (!json.is_array() || json.size() > kMostExtents) refuse();
  std::vector<std::int64_t> shape;
  for (const auto& extent : json) {
    if (!extent.is_number_integer() || extent < 0 || extent > (std::int64_t{1} << 40)) refuse();
    shape.push_back(extent.get<std::int64_t>());
  }
  return shape;
}

}  // namespace musicvae::interop
