// `musicvae-train`: the program that `musicvae train` launches. The rest of the command does not load LibTorch.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>

#include "musicvae/data/groove_dataset.hpp"
#include "musicvae/model/config_file.hpp"
#include "musicvae/model/find_model.hpp"
#include "musicvae/model/named_configs.hpp"
#include "musicvae/train/trainer.hpp"
#include "output.hpp"

namespace musicvae::app {
namespace {

std::atomic<bool> stop{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler sets it");

struct Options {
  std::string config = "groovae_4bar";
  std::string config_file;
  std::string data;
  std::string init;
  std::string precision = "auto";
  std::string lstm = "auto";
  train::TrainerOptions trainer;
};

// Opens a prepared dataset as it is; prepares MIDI files and records in memory, as the config needs them.
data::WindowSet open_data(const Options& options, const ModelConfig& config, const Output& output) {
  Progress progress(output, "files");
  return data::open_windows(options.data, {.converter = data::converter_for(config),
                                           .threads = options.trainer.threads,
                                           .progress = [&](std::size_t done, std::size_t all) { progress(done, all); }});
}

int run(Options options, const Output& output) {
  if (!options.init.empty()) options.trainer.init = find_model(options.init);
  options.trainer.precision = from_name<train::Precision>(options.precision);
  options.trainer.lstm = from_name<train::LstmPath>(options.lstm);
  const ModelConfig config = options.config_file.empty() ? named_config(options.config) : read_config(options.config_file);
  const data::WindowSet windows = open_data(options, config, output);
  train::Trainer trainer(config, windows, options.trainer);

  // The first Ctrl-C ends the run after the current step; a second one ends it at once.
  std::signal(SIGINT, [](int) {
    stop = true;
    std::signal(SIGINT, SIG_DFL);
  });
  std::signal(SIGTERM, [](int) { stop = true; });

  Progress progress(output, "steps");
  const std::int64_t first = trainer.step();
  const auto total = static_cast<std::uint64_t>(options.trainer.steps - first);
  train::TrainerCallbacks callbacks;
  callbacks.step = [&](const train::StepMetrics& m) {
    progress(static_cast<std::uint64_t>(m.step + 1 - first), total, fmt::format("loss {:.2f}  kl {:.2f}", m.terms.loss, m.terms.kl));
  };
  callbacks.validation = [&](const train::ValidationMetrics& m) {
    if (output.json || output.quiet) return;
    fmt::print(stderr, "\r\033[Kstep {}: validation loss {:.2f} (z sampled), {:.2f} (z = mu){}\n", m.step, m.sampled.loss, m.mean.loss,
               m.best ? ", the best so far" : "");
  };
  callbacks.notice = [&](const std::string& text) { fmt::print(stderr, "\r\033[Kmusicvae: {}\n", text); };
  const train::TrainingResult result = trainer.run(&stop, callbacks);

  nlohmann::ordered_json json = {{"out", options.trainer.out.string()},
                                 {"step", result.step},
                                 {"stopped", result.stopped},
                                 {"model", result.model.string()},
                                 {"precision", name(trainer.precision())}};
  if (result.last) json["loss"] = result.last->terms.loss;
  if (result.best) json["best"] = {{"step", result.best->step}, {"loss", result.best->loss}};
  std::string text = fmt::format("{}: {} steps in {}", options.trainer.out.string(), result.step, name(trainer.precision()));
  if (result.last) text += fmt::format(", loss {:.2f}", result.last->terms.loss);
  if (result.best) text += fmt::format(", best validation {:.2f} at step {}", result.best->loss, result.best->step);
  text += result.stopped ? "; stopped, continue with --resume" : "; model: " + result.model.string();
  output.result(text, json);
  return result.stopped ? interrupted : ok;
}

// What to train, and with which numbers.
void add_run_options(CLI::App& command, Options& options) {
  train::TrainerOptions& trainer = options.trainer;
  trainer.out = "run";
  CLI::Option* named =
      command.add_option("--config", options.config, "A named config (musicvae configs lists them)")->capture_default_str();
  command.add_option("--config-file", options.config_file, "Your own config, a JSON file (musicvae configs NAME prints one)")
      ->excludes(named);
  command
      .add_option("--data", options.data,
                  "A prepared dataset, or any input of musicvae preprocess: the Groove release, MIDI files, records")
      ->required();
  command.add_option("--out", trainer.out, "The run's folder: metrics, checkpoints, model.safetensors")->capture_default_str();
  command.add_option("--steps", trainer.steps, "Total number of updates")->capture_default_str();
  command.add_option("--batch", trainer.batch, "Windows per update; 0: as in the config")->capture_default_str();
  command.add_option("--seed", trainer.seed, "The same seed gives the same weights on one machine")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command.add_option("--device", trainer.device, "cpu, cuda or cuda:N")->capture_default_str();
  command
      .add_option("--precision", options.precision,
                  "Precision of the inputs of the LSTMs' matrix products: fp32, bf16, or auto: bf16 where it is faster (a resumed run "
                  "keeps its own)")
      ->check(CLI::IsMember({"auto", "fp32", "bf16"}))
      ->capture_default_str();
  command
      .add_option("--lstm", options.lstm,
                  "How LSTM layers are computed: fused (CPU), library (oneDNN, cuDNN), unfused (step by step) or auto")
      ->check(CLI::IsMember({"auto", "fused", "unfused", "library"}))
      ->capture_default_str();
  command.add_option("--threads", trainer.threads, "Threads; 0: LibTorch's choice")->capture_default_str();
  command.add_option("--validate-every", trainer.validate_every, "Updates between validations; 0: never")->capture_default_str();
  command.add_option("--checkpoint-every", trainer.checkpoint_every, "Updates between checkpoints; 0: at the end only")
      ->capture_default_str();
  command.add_option("--keep-last", trainer.keep_last, "Checkpoints to keep, besides the best")->capture_default_str();
  command.add_option("--licence", trainer.licence, "Licence of the weights, to store in the model file");
  command.add_option(
      "--init", options.init,
      "Start from the weights of this model (a shipped model's name, or a file) to fine-tune it; its config must have the same layers");
  command.add_flag("--resume", trainer.resume, "Continue from the last checkpoint in --out");
}

void add_augmentation_options(CLI::App& command, train::Augmentation& augmentation) {
  command
      .add_option("--augment-velocity", augmentation.velocity_scale,
                  "Scale the velocities of each window by a random factor, up to this far from 1, each time that the window is used")
      ->capture_default_str();
  command.add_option("--augment-timing", augmentation.timing_scale, "The same for the window's offsets from the grid")
      ->capture_default_str();
  command
      .add_option("--augment-swing", augmentation.swing, "Delay the window's off-beat 16ths by a random amount of up to this many steps")
      ->capture_default_str();
  command
      .add_option("--augment-drums", augmentation.drum_swap,
                  "In this share of the windows, two drums swap their parts: hi-hat and ride, open hi-hat and crash, or two toms")
      ->capture_default_str();
  command
      .add_option("--augment-transpose", augmentation.transpose,
                  "Transpose each window of melodies, trios or tracks by a random number of semitones, up or down by up to this many")
      ->capture_default_str();
}

int parse_and_run(int argc, char** argv) {
  CLI::App command("Train a model on a prepared dataset.", "musicvae train");
  command.footer(
      "Example: musicvae train --config groovae_4bar --data groove.mvds --steps 50000 --batch 512 --out run\n"
      "Ctrl-C writes a checkpoint, and --resume continues from it, bit for bit. Metrics: run/metrics.jsonl and TensorBoard events.");
  Options options;
  Output output;
  add_run_options(command, options);
  add_augmentation_options(command, options.trainer.augmentation);
  command.add_flag("--json", output.json, "Print one JSON object instead of text");
  command.add_flag("--quiet", output.quiet, "Show no progress");
  try {
    command.parse(argc, argv);
  } catch (const CLI::Success& e) {
    return command.exit(e);
  } catch (const CLI::ParseError& e) {
    fmt::print(stderr, "musicvae: {}; see musicvae train --help\n", e.what());
    return usage;
  }
  std::string line = "musicvae train";
  for (int i = 1; i < argc; ++i) line += std::string(" ") + argv[i];
  options.trainer.summary =
      nlohmann::ordered_json{{"command", line}, {"data", std::filesystem::path(options.data).filename().string()}}.dump();
  return run(options, output);
}

}  // namespace
}  // namespace musicvae::app

int main(int argc, char** argv) {
  return musicvae::app::guarded([&] { return musicvae::app::parse_and_run(argc, argv); });
}
