#include "musicvae/render/loss_curve.hpp"

#include <cmath>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <string_view>

#include "musicvae/error.hpp"
#include "musicvae/file.hpp"

namespace musicvae::render {
namespace {

using Json = nlohmann::json;

// Adds the point in a line. Returns false when the line is not a record.
bool add(LossCurve& curve, std::string_view line) {
  const Json json = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return false;
  const auto kind = json.find("kind");
  const auto step = json.find("step");
  if (kind == json.end() || !kind->is_string() || step == json.end() || !step->is_number_integer()) return false;
  const bool validation = *kind == "validation";
  if (!validation && *kind != "train") return true;  // a kind of record without a loss
  const Json holder = validation ? json.value("sampled", Json()) : json;
  if (!holder.is_object() || !holder.contains("loss")) return false;
  const Json& loss = holder["loss"];
  if (loss.is_null()) return true;  // JSON has no number for a loss that is not finite
  if (!loss.is_number()) return false;
  if (const double value = loss.get<double>(); std::isfinite(value))
    (validation ? curve.validation : curve.train).push_back({step->get<std::int64_t>(), value});
  return true;
}

}  // namespace

LossCurve read_loss_curve(const std::filesystem::path& run_or_file) {
  std::error_code ec;
  const std::filesystem::path path = std::filesystem::is_directory(run_or_file, ec) ? run_or_file / "metrics.jsonl" : run_or_file;
  const std::vector<std::byte> bytes = read_file(path);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  LossCurve curve;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    const bool whole = end != std::string_view::npos;
    const std::string_view line = text.substr(begin, whole ? end - begin : std::string_view::npos);
    if (!line.empty() && !add(curve, line) && whole)
      throw FormatError(path, begin, "the line is not a training record", "name a training run's folder, or its metrics.jsonl");
    if (!whole) break;
    begin = end + 1;
  }
  return curve;
}

}  // namespace musicvae::render
