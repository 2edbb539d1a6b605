// groovae_4bar at full size compared with Magenta: fresh ("init") and trained weights ("warm"). Needs the reference files.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

#include "golden.hpp"
#include "musicvae/model/named_configs.hpp"
#include "musicvae/train/adam.hpp"
#include "musicvae/train/loss.hpp"
#include "musicvae/train/schedule.hpp"
#include "paths.hpp"
#include "tolerances.hpp"

namespace musicvae::train {
namespace {

// Sequences [T, B, ...] in the order of the reference's flat losses: window after window, valid steps only.
torch::Tensor flat(const torch::Tensor& sequence, const torch::Tensor& lengths) {
  std::vector<torch::Tensor> windows;
  for (std::int64_t b = 0; b < sequence.size(1); ++b) {
    windows.push_back(sequence.select(1, b).narrow(0, 0, lengths.defined() ? lengths[b].item<std::int64_t>() : sequence.size(0)));
  }
  return torch::cat(windows);
}

class ReferenceModel : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (shared_golden("model_" + GetParam() + ".safetensors").empty()) {
      GTEST_SKIP() << "the reference numbers are not at " << test::shared_folder << "; tests/data/golden has the small public ones";
    }
    torch::set_num_threads(1);  // sums run in the same order on every machine
    config_.training.dropout_keep = 1.0;
    model_ = MusicVae(config_);
    golden_.emplace(shared_golden("model_" + GetParam() + ".safetensors"));
    model_->load(Golden(shared_golden("vars_" + GetParam() + ".safetensors")).weights(""), "vars_" + GetParam());
    batch_ = groove_batch(*golden_);
  }

  void compare(const std::string& prefix, std::int64_t step) {
    const Golden& golden = *golden_;
    const Reconstruction result = model_(batch_, golden.at("eps"));
    EXPECT_LT(max_difference(result.posterior.mu, golden.at(prefix + "mu")), tolerance::latent);
    EXPECT_LT(max_difference(result.posterior.sigma, golden.at(prefix + "sigma")), tolerance::latent);
    EXPECT_LT(max_difference(result.z, golden.at(prefix + "z")), tolerance::latent);
    EXPECT_LT(max_difference(flat(result.logits, batch_.lengths), golden.at(prefix + "flat_logits")), tolerance::logits);
    const Loss loss = compute_loss(config_, result, batch_, step);
    const char* names[] = {"hits", "vels", "offs"};
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_LT(max_difference(flat(loss.parts[i].steps, batch_.lengths), golden.at(prefix + names[i])), tolerance::loss_term) << names[i];
    }
    EXPECT_LT(max_difference(loss.reconstruction, golden.at(prefix + "r_loss")), tolerance::loss_term);
    EXPECT_LT(max_difference(loss.kl, golden.at(prefix + "kl_div")), tolerance::loss_term);
    EXPECT_LT(max_difference(loss.kl_cost, golden.at(prefix + "kl_cost")), tolerance::loss_term);
    EXPECT_NEAR(loss.beta, golden.number(prefix + "beta"), tolerance::schedule);
    EXPECT_NEAR(loss.total.item<double>(), golden.number(prefix + "loss"), tolerance::loss);

    std::vector<torch::Tensor> parameters;
    for (const auto& [name, tensor] : model_->tensors()) {
      parameters.push_back(tensor);
      parameters.back().mutable_grad().reset();
    }
    loss.total.backward();
    const double norm = golden.number(prefix + "global_norm");
    EXPECT_NEAR(clip_gradients(parameters, config_.training), norm, norm * tolerance::gradient_norm);
  }

  ModelConfig config_ = named_config("groovae_4bar");
  MusicVae model_{nullptr};
  std::optional<Golden> golden_;
  Batch batch_;
};

TEST_P(ReferenceModel, ForwardLossAndNormAtThreeSteps) {
  for (const std::int64_t step : {0, 1, 1000}) {
    SCOPED_TRACE(step);
    const std::string prefix = "gs" + std::to_string(step) + "/";
    compare(prefix, step);
    EXPECT_NEAR(learning_rate(config_.training, step), golden_->number(prefix + "lr"), tolerance::schedule);
  }
}

TEST_P(ReferenceModel, WindowsOfDifferentLengths) {
  batch_.lengths = golden_->at("varlen/lengths");
  compare("varlen/", 1);
}

INSTANTIATE_TEST_SUITE_P(Magenta, ReferenceModel, testing::Values("init", "warm"), [](const auto& instance) { return instance.param; });

using WarmModel = ReferenceModel;

TEST_P(WarmModel, GradientOfEveryVariable) {
  compute_loss(config_, model_(batch_, golden_->at("eps")), batch_, 1).total.backward();
  const Golden gradients(shared_golden("grads_warm_gs1.safetensors"));
  for (const auto& [name, tensor] : model_->tensors()) {
    EXPECT_LT(relative_difference(tensor.grad(), gradients.at(name)), tolerance::gradient) << name;
  }
}

// Dropout cannot be compared draw by draw, but its effect on every statistic can.
TEST_P(WarmModel, DropoutHasTheReferencesStatistics) {
  constexpr std::int64_t draws = 150;
  config_.training.dropout_keep = 0.3;
  const Golden golden(shared_golden("dropout_stats_warm.safetensors"));
  std::vector<torch::Tensor> parameters;
  for (const auto& [name, tensor] : model_->tensors()) parameters.push_back(tensor);
  std::vector<torch::Tensor> rows;
  std::vector<torch::Tensor> mus;
  for (std::int64_t i = 0; i < draws; ++i) {
    const Reconstruction result = model_(batch_, golden_->at("eps"), Dropout{.keep = 0.3, .seed = static_cast<std::uint64_t>(i)});
    const Loss loss = compute_loss(config_, result, batch_, 1);
    for (torch::Tensor& parameter : parameters) parameter.mutable_grad().reset();
    loss.total.backward();
    std::vector<torch::Tensor> row = {loss.total.detach().reshape({1})};
    for (const LossPart& part : loss.parts) row.push_back(part.steps.detach().mean().reshape({1}));
    row.push_back(torch::full({1}, clip_gradients(parameters, config_.training)));
    row.push_back(loss.reconstruction.detach());
    row.push_back(loss.kl.detach());
    rows.push_back(torch::cat(row));
    mus.push_back(result.posterior.mu.detach());
  }
  const torch::Tensor ours = torch::stack(rows).to(torch::kFloat64);
  const torch::Tensor theirs = golden.at("rows").to(torch::kFloat64);
  const torch::Tensor error = ((ours.var(0) + theirs.var(0)) / draws).sqrt();
  const torch::Tensor difference = ((ours.mean(0) - theirs.mean(0)) / error).abs();
  EXPECT_LT(difference.max().item<double>(), tolerance::standard_errors) << difference;
  // The standard deviations, too: the standard error of their logarithm is sqrt((kurtosis - 1) / 4n), and some of these have long tails.
  const auto kurtosis = [](const torch::Tensor& x) { return ((x - x.mean(0)) / x.std(0)).pow(4).mean(0); };
  const torch::Tensor spread_error = ((kurtosis(ours) + kurtosis(theirs) - 2) / (4.0 * draws)).sqrt();
  const torch::Tensor spread = (ours.std(0) / theirs.std(0)).log().abs() / spread_error;
  EXPECT_LT(spread.max().item<double>(), tolerance::standard_errors) << spread;
  const torch::Tensor mu_error = golden.at("mu_std") * std::sqrt(2.0 / draws);
  const torch::Tensor mu_difference = (torch::stack(mus).mean(0) - golden.at("mu_mean")) / mu_error;
  EXPECT_NEAR(mu_difference.square().mean().item<double>(), 1.0, tolerance::standard_errors * std::sqrt(2.0 / 2048.0));
}

INSTANTIATE_TEST_SUITE_P(Magenta, WarmModel, testing::Values("warm"), [](const auto& instance) { return instance.param; });

using FreshModel = ReferenceModel;

TEST_P(FreshModel, TwentyUpdates) {
  std::ifstream in(shared_golden("adam20_init.json"));
  const nlohmann::json golden = nlohmann::json::parse(in);
  const nlohmann::json& rows = golden.at("seq_loss_lr_gnorm_beta");
  std::vector<torch::Tensor> parameters;
  for (const auto& [name, tensor] : model_->tensors()) parameters.push_back(tensor);
  Adam adam(parameters);
  const auto loss_at = [&](std::int64_t step) { return compute_loss(config_, model_(batch_, golden_->at("eps")), batch_, step).total; };
  for (std::int64_t step = 0; step < 20; ++step) {
    const nlohmann::json& row = rows.at(static_cast<std::size_t>(step));
    const torch::Tensor loss = loss_at(step);
    EXPECT_NEAR(loss.item<double>(), row[0].get<double>(), tolerance::adam_loss) << "update " << step;
    EXPECT_NEAR(learning_rate(config_.training, step), row[1].get<double>(), tolerance::schedule);
    for (torch::Tensor& parameter : parameters) parameter.mutable_grad().reset();
    loss.backward();
    const double norm = row[2].get<double>();
    EXPECT_NEAR(clip_gradients(parameters, config_.training), norm, norm * tolerance::adam_gradient_norm) << "update " << step;
    adam.step(learning_rate(config_.training, step));
  }
  EXPECT_NEAR(loss_at(20).item<double>(), golden.at("final_loss").get<double>(), tolerance::adam_loss);
  const Golden after(shared_golden("vars_init_after20.safetensors"));
  for (const auto& [name, tensor] : model_->tensors()) EXPECT_LT(max_difference(tensor, after.at(name)), tolerance::adam_variable) << name;
}

INSTANTIATE_TEST_SUITE_P(Magenta, FreshModel, testing::Values("init"), [](const auto& instance) { return instance.param; });

}  // namespace
}  // namespace musicvae::train
