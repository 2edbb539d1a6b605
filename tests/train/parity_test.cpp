// Training compared with the reference: forward pass, every loss term, the gradient of every variable, and 20 updates. Uses small models of
// every kind with Magenta's own values (tests/data/golden), so that anybody can run it.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "golden.hpp"
#include "musicvae/interop/import_checkpoint.hpp"
#include "musicvae/interop/tensor_bundle.hpp"
#include "musicvae/model/tensor_specs.hpp"
#include "musicvae/train/adam.hpp"
#include "musicvae/train/loss.hpp"
#include "musicvae/train/schedule.hpp"
#include "paths.hpp"
#include "temp_folder.hpp"
#include "tolerances.hpp"

namespace musicvae::train {
namespace {

constexpr std::int64_t kGoldenStep = 100000;  // the goldens' global step: late in every schedule

class TinyParity : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (tiny_golden(GetParam()).empty()) GTEST_SKIP() << "no reference numbers at " << test::shared_folder;
    tiny_.emplace(GetParam());
    model_ = MusicVae(tiny_->config);
    model_->load(tiny_->golden.weights("vars/"), GetParam());
  }

  // The bar `i` of part `p` in the reference's file.
  static std::string segment(std::size_t p, std::int64_t i) {
    return "out/core" + std::to_string(p) + "/seg" + (i < 10 ? "0" : "") + std::to_string(i);
  }

  // The steps whose logits the reference has: all, or for trios some.
  [[nodiscard]] torch::Tensor golden_steps() const {
    const ModelConfig& config = tiny_->config;
    if (tiny_->golden.has("out/rnn_output_steps")) return tiny_->golden.at("out/rnn_output_steps");
    const torch::Tensor all = torch::arange(config.steps);
    if (!config.conductor) return all;
    std::vector<torch::Tensor> segments = all.chunk(config.conductor->segments);
    std::vector<torch::Tensor> known;
    for (std::size_t i = 0; i < segments.size(); ++i) {
      if (tiny_->golden.has(segment(0, static_cast<std::int64_t>(i)))) known.push_back(segments[i]);
    }
    EXPECT_EQ(known.size(), config.representation->name() == "trio" ? 4U : segments.size());
    return torch::cat(known);
  }

  // The reference's logits at these steps, time-major. Its hierarchical models store them per subsequence, and separately for each part of
  // the output.
  [[nodiscard]] torch::Tensor golden_logits() const {
    const ModelConfig& config = tiny_->config;
    if (tiny_->golden.has("out/rnn_output_flat"))
      return padded(tiny_->golden.at("out/rnn_output_flat"), tiny_->batch.lengths, config.steps);
    if (!config.conductor) return tiny_->golden.sequence("out/rnn_output");
    std::vector<torch::Tensor> parts;
    for (std::size_t p = 0; p < output_parts(config).size(); ++p) {
      std::vector<torch::Tensor> segments;
      for (int i = 0; i < config.conductor->segments; ++i) {
        if (!tiny_->golden.has(segment(0, i))) continue;
        const torch::Tensor rows = tiny_->golden.at(segment(p, i));
        const torch::Tensor lengths = tiny_->golden.at("in/lengths");
        segments.push_back(lengths.dim() == 1 ? rows.reshape({lengths.size(0), -1, rows.size(-1)}).transpose(0, 1)
                                              : padded(rows, lengths.select(1, i), config.steps / config.conductor->segments));
      }
      parts.push_back(torch::cat(segments));
    }
    return torch::cat(parts, 2);
  }

  // Rows of the valid steps, window after window -> [T, B, width], with zeros beyond the lengths.
  [[nodiscard]] static torch::Tensor padded(const torch::Tensor& rows, const torch::Tensor& lengths, std::int64_t steps) {
    torch::Tensor result = torch::zeros({steps, lengths.size(0), rows.size(1)});
    std::int64_t first = 0;
    for (std::int64_t b = 0; b < lengths.size(0); ++b) {
      const auto length = lengths[b].item<std::int64_t>();
      result.select(1, b).narrow(0, 0, length).copy_(rows.narrow(0, first, length));
      first += length;
    }
    return result;
  }

  // Whether a row is within the length of its window, or of its track, [T, B, 1].
  [[nodiscard]] torch::Tensor valid() const {
    const torch::Tensor lengths = tiny_->golden.at("in/lengths");  // [B], or [B, tracks]
    const std::int64_t segments = lengths.dim() == 1 ? 1 : lengths.size(1);
    const std::int64_t steps = tiny_->config.steps / segments;
    return (torch::arange(steps).view({1, steps, 1}) < lengths.view({-1, segments}).t().unsqueeze(1)).reshape({segments * steps, -1, 1});
  }

  std::optional<TinyModel> tiny_;
  MusicVae model_{nullptr};
};

TEST_P(TinyParity, ForwardAndLoss) {
  const torch::NoGradGuard no_grad;
  const Golden& golden = tiny_->golden;
  const Reconstruction result = model_(tiny_->batch, golden.at("in/eps"));
  EXPECT_LT(max_difference(result.posterior.mu, golden.at("out/mu")), tolerance::latent);
  EXPECT_LT(max_difference(result.posterior.sigma, golden.at("out/sigma")), tolerance::latent);
  EXPECT_LT(max_difference(result.z, golden.at("out/z")), tolerance::latent);
  // Beyond a window's length the reference's logits have no meaning.
  const torch::Tensor steps = golden_steps();
  const torch::Tensor inside = valid().index_select(0, steps);
  EXPECT_LT(max_difference(result.logits.index_select(0, steps) * inside, golden_logits() * inside), tolerance::logits);

  const Loss loss = compute_loss(tiny_->config, result, tiny_->batch, kGoldenStep);
  const double nats = golden.number("out/loss");
  EXPECT_LT(max_difference(loss.reconstruction, golden.at("out/r_loss")), std::max(tolerance::loss_term, nats * tolerance::float32_step));
  EXPECT_LT(max_difference(loss.kl, golden.at("out/kl_div")), tolerance::loss_term);
  EXPECT_LT(max_difference(loss.kl_cost, golden.at("out/kl_cost")), tolerance::loss_term);
  EXPECT_NEAR(loss.beta, golden.number("out/beta"), tolerance::schedule);
  EXPECT_NEAR(loss.total.item<double>(), nats, std::max(tolerance::loss, nats * tolerance::large_loss));
}

TEST_P(TinyParity, GradientOfEveryVariable) {
  const Golden& golden = tiny_->golden;
  compute_loss(tiny_->config, model_(tiny_->batch, golden.at("in/eps")), tiny_->batch, kGoldenStep).total.backward();
  std::vector<torch::Tensor> parameters;
  for (const auto& [name, tensor] : model_->tensors()) {
    EXPECT_LT(relative_difference(tensor.grad(), golden.at("grads/" + name)), tolerance::gradient) << name;
    parameters.push_back(tensor);
  }
  const double norm = golden.number("out/gnorm");
  EXPECT_NEAR(clip_gradients(parameters, tiny_->config.training), norm, norm * tolerance::gradient_norm);
}

INSTANTIATE_TEST_SUITE_P(Public, TinyParity, testing::ValuesIn(tiny_models()), [](const auto& instance) { return instance.param; });
INSTANTIATE_TEST_SUITE_P(Shared, TinyParity, testing::ValuesIn(shared_tiny_models()), [](const auto& instance) { return instance.param; });

class TwentyUpdates : public TinyParity {};

TEST_P(TwentyUpdates, FollowTheReference) {
  const Golden& golden = tiny_->golden;
  const torch::Tensor rows = golden.at("adam20/loss_norm_lr");
  std::vector<torch::Tensor> parameters;
  for (const auto& [name, tensor] : model_->tensors()) parameters.push_back(tensor);
  Adam adam(parameters);
  const auto loss_at = [&](std::int64_t step) {
    return compute_loss(tiny_->config, model_(tiny_->batch, golden.at("in/eps")), tiny_->batch, step).total;
  };
  for (std::int64_t i = 0; i < 20; ++i) {
    const std::int64_t step = i + 1;  // the goldens begin at global step 1
    const torch::Tensor loss = loss_at(step);
    const double nats = rows[i][0].item<double>();
    EXPECT_NEAR(loss.item<double>(), nats, std::max(tolerance::adam_loss, nats * tolerance::adam_large_loss)) << "update " << i;
    for (torch::Tensor& parameter : parameters) parameter.mutable_grad().reset();
    loss.backward();
    const double norm = rows[i][1].item<double>();
    EXPECT_NEAR(clip_gradients(parameters, tiny_->config.training), norm, norm * tolerance::adam_gradient_norm) << "update " << i;
    EXPECT_NEAR(learning_rate(tiny_->config.training, step), rows[i][2].item<double>(), tolerance::schedule);
    adam.step(learning_rate(tiny_->config.training, step));
  }
  const double final_loss = golden.number("adam20/final_loss");
  EXPECT_NEAR(loss_at(21).item<double>(), final_loss, std::max(tolerance::adam_loss, final_loss * tolerance::adam_large_loss));
  if (!golden.has("adam20/vars/" + model_->tensors().front().first)) return;  // of some, the reference has losses and norms alone
  for (const auto& [name, tensor] : model_->tensors()) {
    EXPECT_LT(max_difference(tensor, golden.at("adam20/vars/" + name)), tolerance::adam_variable) << name;
  }
}

// A training that Magenta began goes on here: its variables, Adam's slots and powers, and its step come from a TensorFlow checkpoint.
// Halfway the training goes to TensorFlow and back once more.
class ImportedTraining : public TinyParity {
 protected:
  // What Magenta saves at its global step 1 before the first update: slots of 0, and powers that no update has moved.
  void save_as_magenta(const std::filesystem::path& prefix) const {
    const Weights weights = tiny_->golden.weights("vars/");
    std::map<std::string, std::vector<float>> zeros;
    std::map<std::string, TensorView> variables;
    for (const auto& [name, tensor] : weights) {
      variables.emplace(name, view_of(tensor));
      const std::vector<float>& slot = zeros[name] = std::vector<float>(tensor.values.size());
      for (const char* end : {"/Adam", "/Adam_1"}) variables.emplace(name + end, view_of(std::span<const float>(slot), tensor.shape));
    }
    const std::int64_t step = 1;
    const float beta1_power = 0.9F;
    const float beta2_power = 0.999F;
    variables.emplace("global_step", view_of(std::span(&step, 1), {}));
    variables.emplace("beta1_power", view_of(std::span(&beta1_power, 1), {}));
    variables.emplace("beta2_power", view_of(std::span(&beta2_power, 1), {}));
    interop::write_tensor_bundle(prefix, variables);
  }

  // Reads the checkpoint, does `updates` updates, and returns the checkpoint after them.
  Checkpoint train(const std::filesystem::path& prefix, std::int64_t updates) {
    Checkpoint checkpoint = interop::import_checkpoint(prefix, tiny_->config).training.value();
    model_->load(checkpoint.weights, "imported");
    const auto tensors = model_->tensors();
    std::vector<torch::Tensor> parameters;
    for (const auto& [name, tensor] : tensors) parameters.push_back(tensor);
    Adam adam(parameters);
    adam.resume(checkpoint.adam_updates.value_or(checkpoint.step));
    for (std::size_t i = 0; i < tensors.size(); ++i) {
      const auto restored = [&](const Weights& moments) {
        const Tensor& tensor = moments.at(tensors[i].first);
        return torch::tensor(tensor.values.floats()).reshape(tensor.shape);
      };
      adam.m[i].copy_(restored(checkpoint.adam_m));
      adam.v[i].copy_(restored(checkpoint.adam_v));
    }
    for (std::int64_t i = 0; i < updates; ++i, ++checkpoint.step) {
      const Loss loss = compute_loss(tiny_->config, model_(tiny_->batch, tiny_->golden.at("in/eps")), tiny_->batch, checkpoint.step);
      const double nats = tiny_->golden.at("adam20/loss_norm_lr")[checkpoint.step - 1][0].item<double>();
      EXPECT_NEAR(loss.total.item<double>(), nats, std::max(tolerance::adam_loss, nats * tolerance::adam_large_loss)) << checkpoint.step;
      for (torch::Tensor& parameter : parameters) parameter.mutable_grad().reset();
      loss.total.backward();
      clip_gradients(parameters, tiny_->config.training);
      adam.step(learning_rate(tiny_->config.training, checkpoint.step));
    }
    checkpoint.adam_updates = checkpoint.adam_updates.value_or(0) + updates;
    for (std::size_t i = 0; i < tensors.size(); ++i) {
      const auto& [name, tensor] = tensors[i];
      const auto stored = [](const torch::Tensor& values) {
        const torch::Tensor flat = values.detach().contiguous();
        return Tensor{flat.sizes().vec(), std::vector<float>(flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel())};
      };
      checkpoint.weights[name] = stored(tensor);
      checkpoint.adam_m[name] = stored(adam.m[i]);
      checkpoint.adam_v[name] = stored(adam.v[i]);
    }
    return checkpoint;
  }
};

TEST_P(ImportedTraining, GoesOnAsInTheReference) {
  const test::TempFolder folder;
  save_as_magenta(folder / "model.ckpt-1");
  interop::export_tensorflow(folder / "model.ckpt-11", train(folder / "model.ckpt-1", 10));
  const Checkpoint last = train(folder / "model.ckpt-11", 10);
  EXPECT_EQ(last.step, 21);
  for (const auto& [name, tensor] : model_->tensors()) {
    EXPECT_LT(max_difference(tensor, tiny_->golden.at("adam20/vars/" + name)), tolerance::adam_variable) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(Public, ImportedTraining, testing::Values("groovae4_tiny", "hier_groove_tiny", "hier_groove_tiny_autoreg"),
                         [](const auto& instance) { return instance.param; });

INSTANTIATE_TEST_SUITE_P(Public, TwentyUpdates,
                         testing::Values("groovae4_tiny", "hier_groove_tiny", "hier_groove_tiny_autoreg", "cat_mel_2bar_small_tiny",
                                         "flat_mel_16bar_tiny", "hierdec_mel_16bar_tiny", "hier_mel_16bar_tiny",
                                         "cat_mel_2bar_med_chords_tiny", "multiperf_tiny", "multiperf_chords_tiny"),
                         [](const auto& instance) { return instance.param; });
INSTANTIATE_TEST_SUITE_P(Shared, TwentyUpdates, testing::Values("flat_trio_16bar_tiny", "hierdec_trio_16bar_tiny", "hier_trio_16bar_tiny"),
                         [](const auto& instance) { return instance.param; });

}  // namespace
}  // namespace musicvae::train
