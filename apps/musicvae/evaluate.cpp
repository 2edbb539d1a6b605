// evaluate: measures how good a model is and prints one table.
#include "musicvae/evaluation/evaluation.hpp"

#include <fmt/core.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <variant>

#include "model_options.hpp"
#include "musicvae/data/file_converter.hpp"
#include "musicvae/data/groove_dataset.hpp"
#include "musicvae/evaluation/music_evaluation.hpp"
#include "musicvae/file.hpp"
#include "musicvae/model/find_model.hpp"
#include "musicvae/model/model_file.hpp"
#include "verbs.hpp"

namespace musicvae::app {
namespace {

struct EvaluateOptions {
  std::string model = default_model();
  std::string data;
  std::string cut = "bar-aligned";
  std::string split = "test";
  std::string out;
  evaluation::Options what;
};

// What a table of reconstruction begins with.
std::string reconstruction_heading(std::size_t windows, double kl, int active_units, int latent) {
  return fmt::format(
      "reconstruction of {} windows: KL {:.2f} nats per window, {} of {} latent units active\n"
      "  {:22} {:>9} {:>9}\n",
      windows, kl, active_units, latent, "", "z = mu", "z ~ q");
}

std::string reconstruction_row(const char* name, double from_mean, double from_posterior, int digits) {
  return fmt::format("  {:22} {:9.{}f} {:9.{}f}\n", name, from_mean, digits, from_posterior, digits);
}

std::string reconstruction_table(const evaluation::ReconstructionReport& report, int latent) {
  std::string text = reconstruction_heading(report.windows, report.kl, report.active_units, latent);
  const evaluation::Reconstruction& mean = report.from_mean;
  const evaluation::Reconstruction& drawn = report.from_posterior;
  const auto row = [&](const char* name, double a, double b, int digits) { text += reconstruction_row(name, a, b, digits); };
  row("hits NLL, nats", mean.hits_nll, drawn.hits_nll, 2);
  row("ELBO, nats", mean.elbo, drawn.elbo, 2);
  row("free-running precision", mean.free_running.precision(), drawn.free_running.precision(), 3);
  row("free-running recall", mean.free_running.recall(), drawn.free_running.recall(), 3);
  row("free-running F1", mean.free_running.f1(), drawn.free_running.f1(), 3);
  row("teacher-forced F1", mean.teacher_forced.f1(), drawn.teacher_forced.f1(), 3);
  row("velocity MAE", mean.feel.velocity_mae, drawn.feel.velocity_mae, 4);
  row("timing MAE, ms", mean.feel.timing_mae_ms, drawn.feel.timing_mae_ms, 2);
  return text;
}

std::string reconstruction_table(const evaluation::MusicReport& report, int latent) {
  const evaluation::StepReconstruction& mean = report.from_mean;
  const evaluation::StepReconstruction& drawn = report.from_posterior;
  std::string text = reconstruction_heading(report.windows, report.kl, report.active_units, latent) +
                     reconstruction_row("NLL, nats", mean.nll, drawn.nll, 2) + reconstruction_row("ELBO, nats", mean.elbo, drawn.elbo, 2) +
                     reconstruction_row("free-running accuracy", mean.free_running, drawn.free_running, 4) +
                     reconstruction_row("teacher-forced accuracy", mean.teacher_forced, drawn.teacher_forced, 4);
  for (std::size_t i = 0; i < mean.parts.size(); ++i) {
    const evaluation::PartAccuracy& part = mean.parts[i];
    text += reconstruction_row((part.name + ", free-running").c_str(), part.free_running, drawn.parts[i].free_running, 4);
    text += reconstruction_row((part.name + ", teacher-forced").c_str(), part.teacher_forced, drawn.parts[i].teacher_forced, 4);
  }
  return text;
}

std::string sample_table(const evaluation::SampleReport& report) {
  std::string text = fmt::format(
      "{} samples at temperature {:g} compared with real windows; the last columns are the overlap of train and of independent cells\n",
      report.samples, report.temperature);
  text += fmt::format("  {:28} {:>17} {:>17} {:>7} {:>7} {:>7} {:>7}\n", "", "samples", "real", "KL", "overlap", "train", "indep.");
  for (const evaluation::FeatureReport& feature : report.features) {
    text += fmt::format("  {:28} {:8.3f} ±{:7.3f} {:8.3f} ±{:7.3f} {:7.3f} {:7.2f} {:7.2f} {:7.2f}\n", feature.name, feature.mean,
                        feature.spread, feature.real_mean, feature.real_spread, feature.samples.kl, feature.samples.overlap,
                        feature.train.overlap, feature.independent.overlap);
  }
  if (!report.shares.empty()) {
    text += fmt::format("share of windows, in %, {:>18} {:>9} {:>9} {:>9}\n", "samples", "real", "train", "indep.");
  }
  for (const evaluation::ShareReport& share : report.shares) {
    text += fmt::format("  {:28} {:12.1f} {:9.1f} {:9.1f} {:9.1f}\n", share.name, 100.0 * share.samples, 100.0 * share.real,
                        100.0 * share.train, 100.0 * share.independent);
  }
  const auto novelty = [&](const char* what, const evaluation::Novelty& value) {
    text += fmt::format("  nearest training window of {}: {:.1f} cells away (median {:g}), near-copies {:.1f} %\n", what, value.mean,
                        value.median, 100.0 * value.near_copies);
  };
  novelty("samples", report.novelty);
  novelty("real windows", report.real_novelty);
  return text;
}

std::string attribute_report_table(const std::vector<evaluation::AttributeReport>& reports) {
  std::string text = "attributes: mean value of the samples at an amount of -1, 0 and 1, and the share that moves in the right direction\n";
  for (const evaluation::AttributeReport& report : reports) {
    text += fmt::format("  {:20} {:8.3f} {:8.3f} {:8.3f} {:7.2f}\n", report.name, report.low, report.plain, report.high, report.right_way);
  }
  return text;
}

std::string interpolation_table(const evaluation::InterpolationReport& report) {
  std::string text = fmt::format("interpolation of {} pairs: difference from both ends, log-likelihood in nats per step\n", report.pairs);
  text += fmt::format("  {:>8} {:>26} {:>26}\n", "position", "slerp", "cross-fade");
  for (std::size_t i = 0; i < report.position.size(); ++i) {
    text += fmt::format("  {:8.1f} {:8.3f} {:8.3f} {:8.3f} {:8.3f} {:8.3f} {:8.3f}\n", report.position[i], report.slerp.to_first[i],
                        report.slerp.to_second[i], report.slerp.log_likelihood[i], report.crossfade.to_first[i],
                        report.crossfade.to_second[i], report.crossfade.log_likelihood[i]);
  }
  return text;
}

std::string task_table(const evaluation::TaskReport& report) {
  std::string text = fmt::format("task {} on {} windows\n", name(report.task), report.windows);
  for (const evaluation::TaskScores& scores : report.methods) {
    text += fmt::format("  {:12}", scores.method);
    if (scores.feel) {
      text += fmt::format(" timing MAE {:.2f} ms, MSE {:.4f}; velocity MAE {:.4f}, MSE {:.4f}", scores.feel->timing_mae_ms,
                          scores.feel->timing_mse, scores.feel->velocity_mae, scores.feel->velocity_mse);
    }
    const auto likeness = [&](const char* what, const std::optional<evaluation::DistributionSimilarity>& value) {
      if (value) text += fmt::format("; {} KL {:.3f} overlap {:.2f}", what, value->kl, value->overlap);
    };
    likeness("timing", scores.timing);
    likeness("velocity", scores.velocity);
    likeness("spread of timing", scores.timing_spread);
    likeness("spread of velocity", scores.velocity_spread);
    if (scores.hits) text += fmt::format(" F1 {:.3f}", scores.hits->f1());
    if (scores.drums.size() > 1) {
      for (const auto& [drum, hits] : scores.drums) text += fmt::format(", {} {:.3f}", display_name(drum), hits.f1());
    }
    text += "\n";
  }
  return text;
}

std::string tables(const evaluation::Report& report, int latent) {
  std::string text = reconstruction_table(report.reconstruction, latent);
  if (report.samples) text += sample_table(*report.samples);
  if (!report.attributes.empty()) text += attribute_report_table(report.attributes);
  if (report.interpolation) text += interpolation_table(*report.interpolation);
  if (report.task) text += task_table(*report.task);
  return text;
}

std::string tables(const evaluation::MusicReport& report, int latent) {
  std::string text = reconstruction_table(report, latent) + sample_table(report.samples);
  if (!report.attributes.empty()) text += attribute_report_table(report.attributes);
  if (report.interpolation) text += interpolation_table(*report.interpolation);
  return text;
}

void run_evaluate(const EvaluateOptions& options, const Output& output) {
  const ModelFile file = ModelFile::read(find_model(options.model));
  const MusicVae model(file);
  evaluation::Options what = options.what;
  what.attributes = file.attributes;
  what.split = from_name<data::Split>(options.split);
  data::PrepareOptions prepare{.converter = data::converter_for(model.config(), {.cut = from_name<data::Cut>(options.cut)})};
  std::optional<Progress> progress(std::in_place, output, "files");
  prepare.progress = [&](std::size_t done, std::size_t all) { (*progress)(done, all); };
  const data::WindowSet windows = data::open_windows(options.data, prepare);
  std::string doing;
  what.progress = [&](const std::string& part, std::size_t done, std::size_t all) {
    if (part != doing) progress.emplace(output, part);
    doing = part;
    (*progress)(done, all);
  };
  const auto report = evaluation::evaluate_any(model, windows, what);
  progress.reset();

  nlohmann::ordered_json json = {{"model", options.model}, {"data", options.data}, {"cut", data::stored_name(windows.info().cut)}};
  std::string text = fmt::format("{}, split {} of {}, cut {}, seed {}\n", options.model, options.split, options.data,
                                 data::name(windows.info().cut), what.seed);
  std::visit(
      [&](const auto& of_kind) {
        json.update(nlohmann::ordered_json::parse(evaluation::to_json(of_kind)));
        text += tables(of_kind, model.config().latent);
      },
      report);
  if (!options.out.empty()) write_file_atomically(options.out, json.dump(2) + "\n");
  text.pop_back();
  output.result(text, json);
}

}  // namespace

void add_evaluate(CLI::App& command, const Output& output) {
  const auto options = std::make_shared<EvaluateOptions>();
  CLI::App* verb = command.add_subcommand("evaluate", "Evaluate a model of any kind on music that it has never seen");
  verb->footer(
      "Example: musicvae evaluate groove --data groove-v1.0.0-midionly.zip -o report.json\n"
      "Measures reconstruction, samples, interpolation and the model's task, each compared with a perfect and a simple model: "
      "docs/evaluation.md.");
  verb->add_option("model", options->model, "A shipped model's name, or a model file")->capture_default_str();
  verb->add_option("--data", options->data, "A prepared dataset with windows as long as the model's, or any input of musicvae preprocess")
      ->required();
  verb->add_option("--cut", options->cut,
                   "How files are cut into windows: bar-aligned, reference or (grooves) reference-tfds; a prepared dataset is cut already")
      ->capture_default_str();
  verb->add_option("--split", options->split, "The split to evaluate on: test, validation or train")->capture_default_str();
  verb->add_option("--samples", options->what.samples, "Number of windows to sample")->capture_default_str();
  add_temperature_options(*verb, options->what.temperature, options->what.feel_temperature);
  verb->add_option("--pairs", options->what.pairs, "Number of pairs of windows to interpolate between")->capture_default_str();
  add_seed_option(*verb, options->what.seed);
  add_precision_option(*verb, options->what.precision);
  verb->add_option("-o,--out", options->out, "A JSON file for all measurements");
  verb->callback([options, &output] { run_evaluate(*options, output); });
}

}  // namespace musicvae::app
