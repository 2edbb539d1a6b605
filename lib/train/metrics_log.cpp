#include "metrics_log.hpp"

#include <sstream>
#include <string>

#include "musicvae/error.hpp"
#include "musicvae/file.hpp"

namespace musicvae::train {
namespace {

using Json = nlohmann::ordered_json;

// Validation at step n follows update n - 1, whereas a training line with step n is update n itself.
bool is_before(const std::string& line, std::int64_t step) {
  const Json json = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("step") || !json["step"].is_number_integer()) return false;  // truncated by a crash
  return json["step"].get<std::int64_t>() < step + (json.value("kind", Json()) == "validation" ? 1 : 0);
}

std::string lines_before(const std::filesystem::path& path, std::int64_t step) {
  if (step == 0 || !std::filesystem::exists(path)) return {};
  const std::vector<std::byte> bytes = read_file(path);
  std::istringstream in(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  std::string kept;
  for (std::string line; std::getline(in, line);) {
    if (is_before(line, step)) kept += line + "\n";
  }
  return kept;
}

void add_terms(std::vector<std::pair<std::string, double>>& scalars, const std::string& prefix, const LossTerms& terms) {
  scalars.emplace_back(prefix + "loss", terms.loss);
  for (const auto& [name, value] : terms.parts) scalars.emplace_back(prefix + name, value);
  scalars.emplace_back(prefix + "kl", terms.kl);
  scalars.emplace_back(prefix + "kl_cost", terms.kl_cost);
}

}  // namespace

Json to_json(const LossTerms& terms) {
  Json json = {{"loss", terms.loss}};
  for (const auto& [name, value] : terms.parts) json[name] = value;
  json["kl"] = terms.kl;
  json["kl_cost"] = terms.kl_cost;
  return json;
}

MetricsLog::MetricsLog(const std::filesystem::path& folder, std::int64_t step) : path_(folder / "metrics.jsonl"), events_(folder, step) {
  write_file_atomically(path_, lines_before(path_, step));
  file_.open(path_, std::ios::binary | std::ios::app);
}

void MetricsLog::add(const StepMetrics& metrics) {
  Json line = {{"kind", "train"}, {"step", metrics.step}};
  line.update(to_json(metrics.terms));
  line["beta"] = metrics.beta;
  line["grad_norm"] = metrics.grad_norm;
  line["learning_rate"] = metrics.learning_rate;
  line["seconds"] = metrics.seconds;
  line["data_wait"] = metrics.data_wait;
  write(line);

  std::vector<std::pair<std::string, double>> scalars;
  add_terms(scalars, "train/", metrics.terms);
  scalars.emplace_back("train/beta", metrics.beta);
  scalars.emplace_back("train/grad_norm", metrics.grad_norm);
  scalars.emplace_back("train/learning_rate", metrics.learning_rate);
  scalars.emplace_back("train/seconds", metrics.seconds);
  scalars.emplace_back("train/data_wait", metrics.data_wait);
  events_.add(metrics.step, scalars);
}

void MetricsLog::add(const ValidationMetrics& metrics) {
  write({{"kind", "validation"},
         {"step", metrics.step},
         {"windows", metrics.windows},
         {"mean", to_json(metrics.mean)},
         {"sampled", to_json(metrics.sampled)},
         {"best", metrics.best},
         {"seconds", metrics.seconds}});
  std::vector<std::pair<std::string, double>> scalars;
  add_terms(scalars, "validation/mean/", metrics.mean);
  add_terms(scalars, "validation/sampled/", metrics.sampled);
  events_.add(metrics.step, scalars);
}

void MetricsLog::write(const Json& line) {
  file_ << line.dump() << '\n' << std::flush;
  if (!file_) throw FileError(path_.string() + ": writing failed; free some space or write elsewhere");
}

}  // namespace musicvae::train
