#include "musicvae/train/trainer.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>
#include <nlohmann/json.hpp>
#include <span>

#include "../crc32c.hpp"
#include "augmentation_json.hpp"
#include "batch_loader.hpp"
#include "data_order.hpp"
#include "device.hpp"
#include "flat_gradients.hpp"
#include "metrics_log.hpp"
#include "model/json.hpp"
#include "musicvae/data/window_music.hpp"
#include "musicvae/error.hpp"
#include "musicvae/file.hpp"
#include "musicvae/model/model_file.hpp"
#include "musicvae/model/representation.hpp"
#include "musicvae/sequence/drum_tensor.hpp"
#include "musicvae/train/adam.hpp"
#include "musicvae/train/loss.hpp"
#include "musicvae/train/music_vae.hpp"
#include "musicvae/train/schedule.hpp"
#include "ranks.hpp"
#include "window_batches.hpp"

namespace musicvae::train {
namespace {

// Identifies the windows of a run, so that it is not resumed on others by mistake.
std::string fingerprint(const data::WindowSet& windows, std::span<const std::size_t> indices) {
  std::uint32_t crc = 0;
  for (const std::size_t index : indices) crc = crc32c(std::as_bytes(windows.window(index)), crc);
  char text[16];
  std::snprintf(text, sizeof(text), "%08x", crc);
  return std::string(data::stored_name(windows.info().cut)) + ", " + std::to_string(indices.size()) + " windows, crc32c " + text;
}

// The window depths that a config accepts, in words.
std::string depths_for(const ModelConfig& config) {
  std::string text;
  for (int depth = 1; depth <= std::max(kDrumTensorDepth, config.input_depth()); ++depth) {
    if (config.representation->takes_rows_of(depth)) text += (text.empty() ? "" : " or ") + std::to_string(depth);
  }
  return text.empty() ? "one that this config takes" : text;
}

void check_fit(const ModelConfig& config, const data::WindowSet& windows) {
  const auto demand = [&](bool ok, const std::string& what) {
    if (!ok) throw ConfigError("config \"" + config.name + "\": " + what + "; prepare the data for this config or train another one");
  };
  data::check_music(windows.info(), config);
  demand(config.steps == windows.steps(),
         "windows have " + std::to_string(windows.steps()) + " steps, not " + std::to_string(config.steps));
  demand(config.representation->takes_rows_of(windows.depth()),
         "windows have depth " + std::to_string(windows.depth()) + ", not " + depths_for(config));
  demand(config.representation->music() != "tensors" || config.control_depth() == 0, "windows have no control track");
}

ModelConfig checked(ModelConfig config, const data::WindowSet& windows) {
  config.validate();
  check_fit(config, windows);
  return config;
}

TrainerOptions checked(TrainerOptions options, const ModelConfig& config) {
  const auto demand = [](bool ok, const char* what) {
    if (!ok) throw ArgumentError(std::string("trainer: ") + what);
  };
  demand(options.world >= 1 && options.rank >= 0 && options.rank < options.world, "rank is out of range; use 0 to world - 1");
  if (options.batch == 0) {
    demand(config.training.batch % options.world == 0, "the config's batch is not divisible by the number of processes; set batch");
    options.batch = config.training.batch / options.world;
  }
  demand(!options.out.empty(), "no folder to write to; set options.out");
  demand(options.steps >= 0, "steps is negative; use 0 or more");
  demand(options.batch >= 1 && options.batch <= std::numeric_limits<int>::max() / options.world, "batch is out of range; use 1 or more");
  demand(options.validate_every >= 0 && options.checkpoint_every >= 0, "an interval is negative; use 0 (never) or more");
  demand(options.keep_last >= 1, "keep_last is out of range; use 1 or more");
  demand(nlohmann::ordered_json::parse(options.summary, nullptr, /*allow_exceptions=*/false).is_object(),
         "summary is not a JSON object; use {}");
  demand(options.threads >= 0, "threads is negative; use 0 (LibTorch's choice) or more");
  options.augmentation.validate(config);
  return options;
}

MusicVae new_model(const ModelConfig& config, std::uint64_t seed, torch::Device device) {
  MusicVae model(config);
  model->initialize(seed);
  model->to(device);
  return model;
}

std::vector<torch::Tensor> values(const std::vector<NamedTensor>& tensors) {
  std::vector<torch::Tensor> result;
  for (const auto& [name, tensor] : tensors) result.push_back(tensor);
  return result;
}

// How many numbers travel with the gradients of a step when they are summed: the terms of the loss, with at most four parts, and whether a
// process wants to stop.
constexpr std::int64_t kFigures = 8;

bool due(std::int64_t step, std::int64_t every) {
  return every > 0 && step % every == 0;
}

}  // namespace

class Trainer::Run {
 public:
  Run(ModelConfig config, data::WindowSet windows, TrainerOptions options);

  [[nodiscard]] std::int64_t step() const { return step_; }
  [[nodiscard]] Precision precision() const { return model_->lstm.precision; }
  TrainingResult run(const std::atomic<bool>* stop, const TrainerCallbacks& callbacks);

 private:
  void resume();
  TrainingResult run(const std::atomic<bool>* stop, const TrainerCallbacks& callbacks, const Ranks& ranks);
  [[nodiscard]] StepMetrics update(BatchLoader& loader, const Ranks& ranks, bool& stop, const TrainerCallbacks& callbacks);
  [[nodiscard]] LossTerms learn(const Batch& batch, const Ranks& ranks, bool& stop);
  void all_reduce_sum(const Ranks& ranks, LossTerms& terms, bool& stop);
  [[nodiscard]] ValidationMetrics validate_now(const Ranks& ranks);
  void save(const Ranks& ranks);
  [[nodiscard]] Checkpoint checkpoint() const;
  std::filesystem::path export_model(const TrainingResult& result) const;
  void check_agreement(const Ranks& ranks) const;
  // Windows per update, over all processes.
  [[nodiscard]] int global_batch() const { return options_.batch * options_.world; }
  [[nodiscard]] std::filesystem::path best_path() const { return options_.out / "best.safetensors"; }
  [[nodiscard]] std::filesystem::path model_path() const { return options_.out / "model.safetensors"; }

  ModelConfig config_;
  data::WindowSet windows_;
  TrainerOptions options_;
  torch::Device device_;
  std::vector<std::size_t> train_;
  std::vector<std::size_t> validation_;
  std::string data_;
  MusicVae model_;
  std::vector<NamedTensor> tensors_;
  Adam adam_;
  std::int64_t steps_before_adam_ = 0;  // not 0 only after an imported checkpoint
  FlatGradients gradients_;
  std::int64_t step_ = 0;
  std::int64_t saved_step_ = -1;
  std::optional<Checkpoint::Best> best_;
  std::optional<ValidationMetrics> last_validation_;
};

Trainer::Run::Run(ModelConfig config, data::WindowSet windows, TrainerOptions options)
    : config_(checked(std::move(config), windows)),
      windows_(std::move(windows)),
      options_(checked(std::move(options), config_)),
      device_(find_device(options_.device)),
      train_(windows_.windows(options_.train_split)),
      validation_(windows_.windows(options_.validation_split)),
      data_(fingerprint(windows_, train_)),
      model_(new_model(config_, options_.seed, device_)),
      tensors_(model_->tensors()),
      adam_(values(tensors_)),
      gradients_(values(tensors_), kFigures) {
  if (train_.empty()) throw ArgumentError("trainer: the training split has 0 windows; name another split, or data that has some");
  if (options_.threads > 0) at::set_num_threads(options_.threads);
  model_->lstm = lstm_mode(options_.lstm, options_.precision, device_);
  if (options_.resume) {
    resume();
  } else if (const auto old = checkpoints_in(options_.out); !old.empty()) {
    throw ArgumentError(options_.out.string() + ": already holds a run (" + old.back().filename().string() +
                        "); resume it or name another folder");
  } else if (!options_.init.empty()) {
    model_->load(ModelFile::read(options_.init).weights, options_.init.string());
  }
  std::error_code error;
  std::filesystem::create_directories(options_.out, error);
  if (error) {
    throw FileError(options_.out.string() + ": cannot be created: " + error.message() + "; check the permissions or name another folder");
  }
}

void Trainer::Run::resume() {
  const auto paths = checkpoints_in(options_.out);
  if (paths.empty()) throw FileError(options_.out.string() + ": has no checkpoint to continue from; train without resume first");
  const Checkpoint old = Checkpoint::read(paths.back());
  const auto demand = [&](bool ok, const std::string& what, const std::string& theirs, const std::string& ours) {
    if (!ok) {
      throw ModelError(paths.back().string() + ": was made with " + what + " " + theirs + ", not " + ours +
                       "; resume with the same value, or start a new run in another folder");
    }
  };
  demand(old.config == config_, "config", to_json(old.config).dump(), to_json(config_).dump());
  if (!old.imported()) {
    demand(old.data == data_, "data", "(" + old.data + ")", "(" + data_ + ")");
    demand(old.seed == options_.seed, "seed", std::to_string(old.seed), std::to_string(options_.seed));
    demand(old.augmentation == options_.augmentation, "augmentation", to_json(old.augmentation).dump(),
           to_json(options_.augmentation).dump());
    demand(old.batch == global_batch(), "batch", std::to_string(old.batch), std::to_string(global_batch()));
  }
  model_->load(old.weights, paths.back().string());
  for (std::size_t i = 0; i < tensors_.size(); ++i) {
    copy_from_host(old.adam_m.at(tensors_[i].first), adam_.m[i]);
    copy_from_host(old.adam_v.at(tensors_[i].first), adam_.v[i]);
  }
  adam_.resume(old.adam_updates.value_or(old.step));
  steps_before_adam_ = old.step - old.adam_updates.value_or(old.step);
  // An imported training has no precision of its own yet.
  if (options_.precision == Precision::automatic && !old.imported())
    model_->lstm = lstm_mode(options_.lstm, from_name<Precision>(old.precision), device_);
  step_ = old.step;
  saved_step_ = old.step;
  best_ = old.best;
  if (options_.rank == 0) {  // left over from a run that was killed while it saved
    remove_abandoned_files(options_.out, [this](const std::string& name) {
      return checkpoint_step(name).has_value() || name == best_path().filename() || name == model_path().filename();
    });
  }
}

TrainingResult Trainer::Run::run(const std::atomic<bool>* stop, const TrainerCallbacks& callbacks) {
  const Ranks ranks(options_.rank, options_.world, device_, callbacks.all_reduce_sum);
  try {
    return run(stop, callbacks, ranks);
  } catch (const Unreachable& error) {
    const auto kept = checkpoints_in(options_.out);
    const std::string where = options_.out.string() + ": step " + std::to_string(step_);
    const std::string mend = kept.empty() ? "" : " with resume, to continue from " + kept.back().filename().string();
    throw DistributedError(where + ": another process is gone; start all of them again" + mend + " (" + error.what() + ")");
  }
}

TrainingResult Trainer::Run::run(const std::atomic<bool>* stop, const TrainerCallbacks& callbacks, const Ranks& ranks) {
  const FlushDenormals flush_denormals;
  const ScopedNoTrim no_trim;
  check_agreement(ranks);
  std::optional<MetricsLog> log;
  if (ranks.first()) log.emplace(options_.out, step_);
  BatchLoader loader({.config = config_,
                      .windows = windows_,
                      .indices = train_,
                      .seed = options_.seed,
                      .batch = options_.batch,
                      .rank = options_.rank,
                      .world = options_.world,
                      .augmentation = options_.augmentation},
                     step_, device_);
  TrainingResult result;
  bool all_stop = false;  // whether any process wanted to stop, as of the last update
  const auto asked_here = [&] { return stop != nullptr && stop->load(std::memory_order_relaxed); };
  const auto stop_asked = [&] { return ranks.alone() ? asked_here() : all_stop; };
  while (step_ < options_.steps && !stop_asked()) {
    all_stop = asked_here();
    result.last = update(loader, ranks, all_stop, callbacks);
    if (log) log->add(*result.last);
    if (callbacks.step) callbacks.step(*result.last);
    const bool last = step_ == options_.steps;
    if (options_.validate_every > 0 && !validation_.empty() && (last || due(step_, options_.validate_every)) && !stop_asked()) {
      const ValidationMetrics metrics = validate_now(ranks);
      if (log) log->add(metrics);
      if (callbacks.validation) callbacks.validation(metrics);
    }
    if (due(step_, options_.checkpoint_every)) save(ranks);
  }
  if (saved_step_ != step_) save(ranks);
  result.step = step_;
  result.stopped = step_ < options_.steps;
  result.best = best_;
  result.model = ranks.first() ? export_model(result) : model_path();
  ranks.wait();  // until the model is written
  return result;
}

StepMetrics Trainer::Run::update(BatchLoader& loader, const Ranks& ranks, bool& stop, const TrainerCallbacks& callbacks) {
  const auto start = std::chrono::steady_clock::now();
  const auto& [batch, waited] = loader.next();
  StepMetrics metrics;
  metrics.step = step_;
  metrics.data_wait = waited;
  metrics.beta = beta(config_.training, step_);
  metrics.learning_rate = learning_rate(config_.training, step_);
  metrics.terms = learn(batch, ranks, stop);
  const auto finite = [&] { return std::isfinite(metrics.terms.loss) && gradients_.all().isfinite().all().item<bool>(); };
  if (model_->lstm.precision == Precision::bf16 && !finite()) {
    model_->lstm.precision = Precision::fp32;
    if (callbacks.notice && ranks.first()) {
      callbacks.notice("step " + std::to_string(step_) + ": the loss or a gradient is not finite in bf16; continuing in fp32");
    }
    metrics.terms = learn(batch, ranks, stop);
  }
  if (!std::isfinite(metrics.terms.loss)) {
    const auto kept = checkpoints_in(options_.out);
    throw DivergenceError(
        options_.out.string() + ": the loss of step " + std::to_string(step_) + " is not finite; " +
        (kept.empty() ? "lower the learning rate" : "continue from " + kept.back().filename().string() + " with a lower learning rate"));
  }
  metrics.grad_norm = clip_gradients(values(tensors_), config_.training);
  adam_.step(metrics.learning_rate);
  ++step_;
  metrics.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return metrics;
}

// Computes the loss of a batch and its gradients, and sums both over the processes.
LossTerms Trainer::Run::learn(const Batch& batch, const Ranks& ranks, bool& stop) {
  const at::Generator generator = make_generator(device_, step_seed(options_.seed, step_));
  const torch::Tensor eps = torch::randn({global_batch(), config_.latent}, generator, torch::TensorOptions().device(device_))
                                .narrow(0, std::int64_t{ranks.rank()} * options_.batch, options_.batch);
  Dropout dropout{.keep = config_.training.dropout_keep,
                  .seed = step_seed(options_.seed, step_),
                  .first_window = std::int64_t{ranks.rank()} * options_.batch,
                  .all_windows = global_batch()};
  if (!device_.is_cpu()) {  // each process has its own masks; eps above is one draw for all
    dropout.generator = make_generator(device_, dropout.seed + (static_cast<std::uint64_t>(ranks.rank() + 1) << 32));
  }
  ScheduledSampling sampling{.probability = sampling_probability(config_.training, step_)};
  if (sampling.probability > 0.0) {
    const at::Generator choices = make_generator(device_, sampling_seed(options_.seed, step_));
    sampling.uniforms =
        torch::rand({config_.steps, global_batch(), 1 + head_of(config_).draws(config_)}, choices, torch::TensorOptions().device(device_))
            .narrow(1, std::int64_t{ranks.rank()} * options_.batch, options_.batch);
  }
  const Reconstruction result = model_(batch, eps, dropout, sampling);
  const Loss loss = compute_loss(config_, result, batch, step_);
  gradients_.zero();
  loss.total.backward();
  LossTerms terms;  // read after the backward pass: reading waits for the device
  terms.loss = loss.total.item<double>();
  for (const LossPart& part : loss.parts) terms.parts.emplace_back(part.name, part.steps.sum(0).mean().item<double>());
  terms.kl = loss.kl.mean().item<double>();
  terms.kl_cost = loss.kl_cost.mean().item<double>();
  all_reduce_sum(ranks, terms, stop);
  return terms;
}

// Turns gradients and metrics into those of the batch of all processes. Sets `stop` if any process wants to stop.
void Trainer::Run::all_reduce_sum(const Ranks& ranks, LossTerms& terms, bool& stop) {
  if (ranks.alone()) return;
  double stop_votes = stop ? 1.0 : 0.0;
  std::vector<double*> numbers = figures(terms);
  numbers.push_back(&stop_votes);
  torch::Tensor extra = torch::zeros({kFigures});
  for (std::size_t i = 0; i < numbers.size(); ++i) extra[static_cast<std::int64_t>(i)] = *numbers[i];
  gradients_.extra().copy_(extra);
  ranks.all_reduce_sum(gradients_.all());
  gradients_.all().div_(ranks.world());  // each process has the mean over the same number of windows
  extra.copy_(gradients_.extra());
  for (std::size_t i = 0; i < numbers.size(); ++i) *numbers[i] = extra[static_cast<std::int64_t>(i)].item<double>();
  stop = stop_votes > 0.0;
}

ValidationMetrics Trainer::Run::validate_now(const Ranks& ranks) {
  ValidationMetrics metrics = validate(model_, windows_, validation_, options_.batch, device_, ranks);
  metrics.step = step_;
  metrics.best = !best_ || metrics.sampled.loss < best_->loss;
  if (metrics.best) {
    best_ = Checkpoint::Best{.step = step_, .loss = metrics.sampled.loss};
    if (ranks.first()) write_file_atomically(best_path(), checkpoint().serialize());
  }
  last_validation_ = metrics;
  return metrics;
}

void Trainer::Run::save(const Ranks& ranks) {
  check_agreement(ranks);
  if (ranks.first()) write_file_atomically(checkpoint_path(options_.out, step_), checkpoint().serialize());
  saved_step_ = step_;
  if (!ranks.first()) return;
  const auto kept = checkpoints_in(options_.out);
  for (std::size_t i = 0; i + static_cast<std::size_t>(options_.keep_last) < kept.size(); ++i) std::filesystem::remove(kept[i]);
}

Checkpoint Trainer::Run::checkpoint() const {
  Checkpoint result;
  result.config = config_;
  result.drum_map = windows_.info().drum_map;
  result.step = step_;
  result.seed = options_.seed;
  result.batch = global_batch();
  result.data = data_;
  result.precision = name(model_->lstm.precision);
  result.augmentation = options_.augmentation;
  result.best = best_;
  if (steps_before_adam_ != 0) result.adam_updates = step_ - steps_before_adam_;
  for (std::size_t i = 0; i < tensors_.size(); ++i) {
    const auto& [name, tensor] = tensors_[i];
    result.weights.emplace(name, to_host(tensor));
    result.adam_m.emplace(name, to_host(adam_.m[i]));
    result.adam_v.emplace(name, to_host(adam_.v[i]));
  }
  return result;
}

std::filesystem::path Trainer::Run::export_model(const TrainingResult& result) const {
  ModelFile file;
  file.config = config_;
  file.drum_map = windows_.info().drum_map;
  file.licence = options_.licence;
  nlohmann::ordered_json summary = {{"data", data_},
                                    {"seed", options_.seed},
                                    {"batch", global_batch()},
                                    {"steps", step_},
                                    {"precision", name(model_->lstm.precision)},
                                    {"weights_of_step", step_}};
  if (!options_.init.empty()) summary["init"] = options_.init.filename().string();
  if (options_.augmentation.any()) summary["augmentation"] = to_json(options_.augmentation);
  if (result.last) summary["last_train"] = to_json(result.last->terms);
  if (best_ && std::filesystem::exists(best_path())) {
    Checkpoint best = Checkpoint::read(best_path());
    summary["weights_of_step"] = best.step;
    summary["validation_loss"] = best_->loss;
    file.weights = std::move(best.weights);
  } else {
    file.weights = model_->weights();
  }
  summary.update(nlohmann::ordered_json::parse(options_.summary));
  file.training = summary.dump();
  write_file_atomically(model_path(), file.serialize());
  return model_path();
}

// Processes that started with different settings would train side by side unnoticed.
void Trainer::Run::check_agreement(const Ranks& ranks) const {
  if (ranks.alone()) return;
  const nlohmann::ordered_json all = {{"config", to_json(config_)},
                                      {"data", data_},
                                      {"validation", validation_.size()},
                                      {"steps", options_.steps},
                                      {"batch", options_.batch},
                                      {"seed", options_.seed},
                                      {"precision", name(model_->lstm.precision)},
                                      {"augmentation", to_json(options_.augmentation)},
                                      {"validate_every", options_.validate_every},
                                      {"checkpoint_every", options_.checkpoint_every}};
  const std::string text = all.dump();
  ranks.agree(crc32c(std::as_bytes(std::span(text))), "arguments or data");
  ranks.agree(static_cast<std::uint32_t>(step_), "step");
  std::uint32_t crc = 0;
  for (const auto& [name, tensor] : tensors_) {
    const musicvae::Tensor host = to_host(tensor);
    crc = crc32c(host.values.bytes(), crc);
  }
  ranks.agree(crc, "weights");
}

Trainer::Trainer(ModelConfig config, data::WindowSet windows, TrainerOptions options)
    : run_(std::make_unique<Run>(std::move(config), std::move(windows), std::move(options))) {}

Trainer::~Trainer() = default;

std::int64_t Trainer::step() const {
  return run_->step();
}

Precision Trainer::precision() const {
  return run_->precision();
}

TrainingResult Trainer::run(const std::atomic<bool>* stop, const TrainerCallbacks& callbacks) {
  return run_->run(stop, callbacks);
}

}  // namespace musicvae::train
