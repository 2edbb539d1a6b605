#include "musicvae/evaluation/evaluation.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "musicvae/data/latent_table.hpp"
#include "musicvae/error.hpp"
#include "musicvae/model/enum_names.hpp"
#include "musicvae/model/representation.hpp"
#include "parts.hpp"

namespace musicvae::evaluation {
namespace {

using Json = nlohmann::ordered_json;

void check(const MusicVae& model, const data::WindowSet& set, const Options& options) {
  const ModelConfig& config = model.config();
  if (config.converter == Converter::tensors || drum_class_count(config) != kDrums) {
    throw ConfigError("evaluate: config \"" + config.name + "\" is no model of nine drums; evaluate one that is");
  }
  if (options.samples < 1) throw ArgumentError("evaluate: " + std::to_string(options.samples) + " samples; use 1 or more");
  if (options.pairs < 0) throw ArgumentError("evaluate: " + std::to_string(options.pairs) + " pairs; use 0 or more");
  if (!(options.temperature >= 0.0F) || !std::isfinite(options.temperature))
    throw ArgumentError("evaluate: temperature " + std::to_string(options.temperature) + " is out of range; use 0 or more");
  if (set.size() == 0) throw ArgumentError("evaluate: the dataset has no windows; prepare one that has");
  if (set.steps() != config.steps) {
    throw ArgumentError("evaluate: the dataset's windows have " + std::to_string(set.steps()) + " steps and the model's " +
                        std::to_string(config.steps) + "; prepare it with windows as long as the model's");
  }
}

Windows windows_of(const MusicVae& model, const data::WindowSet& set, data::Split split) {
  Windows windows;
  const auto of_split = [&](data::Split wanted) {
    const std::vector<std::size_t> found = set.windows(wanted);
    if (found.empty()) {
      throw ArgumentError("evaluate: the dataset has no windows of the split " + std::string(data::name(wanted)) +
                          "; give one with a split to judge by and the split train");
    }
    return found;
  };
  for (const std::size_t index : of_split(split)) {
    windows.real.push_back(data::groove_of(set, index));
    const double bpm = set.file(index).bpm > 0.0 ? set.file(index).bpm : 120.0;
    windows.step_ms.push_back(60000.0 / bpm / model.config().steps_per_quarter);
  }
  for (const std::size_t index : of_split(data::Split::train)) {
    windows.train.push_back(data::groove_of(set, index));
    windows.train_styles.push_back(data::primary_style(set.file(index).style));
  }
  for (const DrumSequence& window : windows.train) windows.train_bits.push_back(hit_bits(window));
  return windows;
}

Json to_json(const Likeness& likeness) {
  return {{"overlap", likeness.overlap}, {"kl", likeness.kl}};
}

Json to_json(const HitScores& scores) {
  return {{"precision", scores.precision()}, {"recall", scores.recall()}, {"f1", scores.f1()},
          {"right", scores.right},           {"wrong", scores.wrong},     {"missed", scores.missed}};
}

Json to_json(const FeelErrors& feel) {
  return {{"velocity_mae", feel.velocity_mae},
          {"velocity_mse", feel.velocity_mse},
          {"timing_mae_ms", feel.timing_mae_ms},
          {"timing_mse", feel.timing_mse}};
}

Json to_json(const Reconstruction& from) {
  return {{"hits_nll", from.hits_nll}, {"velocity_error", from.velocity_error},          {"offset_error", from.offset_error},
          {"elbo", from.elbo},         {"teacher_forced", to_json(from.teacher_forced)}, {"free_running", to_json(from.free_running)},
          {"feel", to_json(from.feel)}};
}

Json to_json(const Novelty& novelty) {
  return {{"mean", novelty.mean}, {"median", novelty.median}, {"near_copies", novelty.near_copies}};
}

Json to_json(const PathReport& path) {
  return {{"to_first", path.to_first}, {"to_second", path.to_second}, {"log_likelihood", path.log_likelihood}};
}

Json to_json(const SampleReport& samples) {
  Json features = Json::object();
  for (const FeatureReport& feature : samples.features) {
    features[feature.name] = {{"mean", feature.mean},
                              {"spread", feature.spread},
                              {"real_mean", feature.real_mean},
                              {"real_spread", feature.real_spread},
                              {"samples", to_json(feature.samples)},
                              {"train", to_json(feature.train)},
                              {"independent", to_json(feature.independent)}};
  }
  return {{"samples", samples.samples},
          {"temperature", samples.temperature},
          {"feel_temperature", samples.feel_temperature ? Json(*samples.feel_temperature) : Json()},
          {"features", features},
          {"novelty", to_json(samples.novelty)},
          {"real_novelty", to_json(samples.real_novelty)}};
}

Json to_json(const TaskReport& task) {
  Json ways = Json::object();
  for (const TaskScores& scores : task.ways) {
    Json& way = ways[scores.way] = Json::object();
    if (scores.feel) way["feel"] = to_json(*scores.feel);
    if (scores.timing) way["timing"] = to_json(*scores.timing);
    if (scores.velocity) way["velocity"] = to_json(*scores.velocity);
    if (scores.timing_spread) way["timing_spread"] = to_json(*scores.timing_spread);
    if (scores.velocity_spread) way["velocity_spread"] = to_json(*scores.velocity_spread);
    if (scores.hits) way["hits"] = to_json(*scores.hits);
    for (const auto& [drum, hits] : scores.drums) way["drums"][std::string(name(drum))] = to_json(hits);
  }
  return {{"task", name(task.task)}, {"windows", task.windows}, {"ways", ways}};
}

}  // namespace

Report evaluate(const MusicVae& model, const data::WindowSet& set, const Options& options) {
  check(model, set, options);
  const Windows windows = windows_of(model, set, options.split);
  Report report{.options = options};
  report.options.progress = nullptr;
  report.reconstruction = reconstruction(model, windows, options);
  if (model.config().control_depth == 0) {
    const std::vector<DrumSequence> sampled = sample(model, options, "samples");
    report.samples = samples(model, windows, options, sampled);
    report.attributes = attributes(model, windows, options, sampled);
    if (options.pairs > 0 && model.config().task == Task::reconstruct) report.interpolation = interpolation(model, windows, options);
  }
  if (model.config().task != Task::reconstruct && model.config().task != Task::hits_control) report.task = task(model, windows, options);
  return report;
}

std::string to_json(const Report& report) {
  const ReconstructionReport& reconstruction = report.reconstruction;
  Json json = {{"split", data::name(report.options.split)},
               {"seed", report.options.seed},
               {"windows", reconstruction.windows},
               {"reconstruction",
                {{"kl", reconstruction.kl},
                 {"active_units", reconstruction.active_units},
                 {"from_mean", to_json(reconstruction.from_mean)},
                 {"from_posterior", to_json(reconstruction.from_posterior)}}}};
  if (report.samples) json["samples"] = to_json(*report.samples);
  for (const AttributeReport& attribute : report.attributes) {
    json["attributes"][attribute.name] = {
        {"low", attribute.low}, {"plain", attribute.plain}, {"high", attribute.high}, {"right_way", attribute.right_way}};
  }
  if (report.interpolation) {
    json["interpolation"] = {{"pairs", report.interpolation->pairs},
                             {"position", report.interpolation->position},
                             {"slerp", to_json(report.interpolation->slerp)},
                             {"crossfade", to_json(report.interpolation->crossfade)}};
  }
  if (report.task) json["task"] = to_json(*report.task);
  return json.dump();
}

}  // namespace musicvae::evaluation
