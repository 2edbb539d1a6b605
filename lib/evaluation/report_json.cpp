// The report as JSON text.
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "musicvae/data/split.hpp"
#include "musicvae/evaluation/evaluation.hpp"
#include "musicvae/evaluation/music_evaluation.hpp"

namespace musicvae::evaluation {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const DistributionSimilarity& similarity) {
  return {{"overlap", similarity.overlap}, {"kl", similarity.kl}};
}

Json to_json(const HitScores& scores) {
  return {{"precision", scores.precision()},
          {"recall", scores.recall()},
          {"f1", scores.f1()},
          {"true_positives", scores.true_positives},
          {"false_positives", scores.false_positives},
          {"false_negatives", scores.false_negatives}};
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
  Json json = {{"samples", samples.samples},
               {"temperature", samples.temperature},
               {"feel_temperature", samples.feel_temperature ? Json(*samples.feel_temperature) : Json()},
               {"features", features}};
  for (const ShareReport& share : samples.shares) {
    json["shares"][share.name] = {
        {"samples", share.samples}, {"real", share.real}, {"train", share.train}, {"independent", share.independent}};
  }
  json["novelty"] = to_json(samples.novelty);
  json["real_novelty"] = to_json(samples.real_novelty);
  return json;
}

Json to_json(const InterpolationReport& interpolation) {
  return {{"pairs", interpolation.pairs},
          {"position", interpolation.position},
          {"slerp", to_json(interpolation.slerp)},
          {"crossfade", to_json(interpolation.crossfade)}};
}

Json to_json(const StepReconstruction& from) {
  Json json = {{"nll", from.nll}, {"elbo", from.elbo}, {"teacher_forced", from.teacher_forced}, {"free_running", from.free_running}};
  for (const PartAccuracy& part : from.parts) {
    json["parts"][part.name] = {{"teacher_forced", part.teacher_forced}, {"free_running", part.free_running}};
  }
  return json;
}

Json to_json(const TaskReport& task) {
  Json methods = Json::object();
  for (const TaskScores& scores : task.methods) {
    Json& method = methods[scores.method] = Json::object();
    if (scores.feel) method["feel"] = to_json(*scores.feel);
    if (scores.timing) method["timing"] = to_json(*scores.timing);
    if (scores.velocity) method["velocity"] = to_json(*scores.velocity);
    if (scores.timing_spread) method["timing_spread"] = to_json(*scores.timing_spread);
    if (scores.velocity_spread) method["velocity_spread"] = to_json(*scores.velocity_spread);
    if (scores.hits) method["hits"] = to_json(*scores.hits);
    for (const auto& [drum, hits] : scores.drums) method["drums"][std::string(name(drum))] = to_json(hits);
  }
  return {{"task", std::string(name(task.task))}, {"windows", task.windows}, {"methods", methods}};
}

Json to_json(const std::vector<AttributeReport>& attributes) {
  Json json = Json::object();
  for (const AttributeReport& attribute : attributes) {
    json[attribute.name] = {
        {"low", attribute.low}, {"plain", attribute.plain}, {"high", attribute.high}, {"right_way", attribute.right_way}};
  }
  return json;
}

// What every report begins with.
Json heading(const Options& options, std::size_t windows) {
  return {{"split", data::name(options.split)}, {"seed", options.seed}, {"precision", name(options.precision)}, {"windows", windows}};
}

Json reconstruction_json(double kl, int active_units, const Json& from_mean, const Json& from_posterior) {
  return {{"kl", kl}, {"active_units", active_units}, {"from_mean", from_mean}, {"from_posterior", from_posterior}};
}

}  // namespace

std::string to_json(const Report& report) {
  const ReconstructionReport& reconstruction = report.reconstruction;
  Json json = heading(report.options, reconstruction.windows);
  json["reconstruction"] = reconstruction_json(reconstruction.kl, reconstruction.active_units, to_json(reconstruction.from_mean),
                                               to_json(reconstruction.from_posterior));
  if (report.samples) json["samples"] = to_json(*report.samples);
  if (!report.attributes.empty()) json["attributes"] = to_json(report.attributes);
  if (report.interpolation) json["interpolation"] = to_json(*report.interpolation);
  if (report.task) json["task"] = to_json(*report.task);
  return json.dump();
}

std::string to_json(const MusicReport& report) {
  Json json = heading(report.options, report.windows);
  json["music"] = report.music;
  json["reconstruction"] = reconstruction_json(report.kl, report.active_units, to_json(report.from_mean), to_json(report.from_posterior));
  json["samples"] = to_json(report.samples);
  if (!report.attributes.empty()) json["attributes"] = to_json(report.attributes);
  if (report.interpolation) json["interpolation"] = to_json(*report.interpolation);
  return json.dump();
}

}  // namespace musicvae::evaluation
