// The three ways to compute an LSTM layer give equal outputs, states and gradients, whatever the sizes, inputs and masks.
#include "musicvae/train/lstm.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <ostream>

#include "musicvae/error.hpp"
#include "tolerances.hpp"

namespace musicvae::train {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

struct Sizes {
  const char* name;
  std::int64_t steps, windows, inputs, units;
  std::int64_t constants = 0;
  std::int64_t constant_at = 0;
  double keep = 1.0;
  bool start = false;
  bool outputs = true;
  std::int64_t segments = 1;
};

void PrintTo(const Sizes& sizes, std::ostream* out) {
  *out << sizes.name;
}

// One layer and its inputs, with every tensor whose gradient may be needed.
struct Layer {
  explicit Layer(const Sizes& sizes) : sizes_(sizes) {
    const at::Generator random = at::detail::createCPUGenerator(17);
    const auto make = [&](const char* name, at::IntArrayRef shape, double scale) {
      leaves.emplace(name, (torch::randn(shape, random) * scale).requires_grad_());
    };
    make("kernel", {sizes.inputs + sizes.constants + sizes.units, 4 * sizes.units}, 0.25);
    make("bias", {4 * sizes.units}, 0.5);
    make("x", {sizes.steps, sizes.windows, sizes.inputs}, 1.0);
    if (sizes.constants > 0) make("constant", {sizes.windows, sizes.constants}, 1.0);
    if (sizes.start) {
      make("c", {sizes.windows, sizes.units}, 1.0);
      make("h", {sizes.windows, sizes.units}, 0.5);
    }
    weights = {torch::randn({sizes.steps, sizes.windows, sizes.units}, random), torch::randn({sizes.windows, sizes.units}, random),
               torch::randn({sizes.windows, sizes.units}, random)};
  }

  [[nodiscard]] torch::Tensor leaf(const char* name) const { return leaves.contains(name) ? leaves.at(name) : torch::Tensor(); }

  [[nodiscard]] LstmCall call(int layer = 3) const {
    return {.kernel = leaf("kernel"),
            .bias = leaf("bias"),
            .input = {.x = leaf("x"), .constant = leaf("constant"), .constant_at = sizes_.constant_at},
            .start = {.c = leaf("c"), .h = leaf("h")},
            .site = {.layer = layer, .first_step = 5, .segments = sizes_.segments},
            .outputs = sizes_.outputs};
  }

  [[nodiscard]] torch::Tensor score(const LstmResult& result) const {
    torch::Tensor sum = (result.end.c * weights[1]).sum() + (result.end.h * weights[2]).sum();
    return sizes_.outputs ? sum + (result.outputs * weights[0]).sum() : sum;
  }

  // The results of one path: the score, outputs and every gradient.
  [[nodiscard]] std::map<std::string, torch::Tensor> run(LstmMode mode) const {
    return gradients_of(run_lstm({call()}, Dropout{.keep = sizes_.keep, .seed = 9}, mode).front());
  }

  [[nodiscard]] std::map<std::string, torch::Tensor> gradients_of(const LstmResult& result) const {
    std::map<std::string, torch::Tensor> made = {{"last c", result.end.c.detach()}, {"last h", result.end.h.detach()}};
    if (sizes_.outputs) made.emplace("outputs", result.outputs.detach());
    std::vector<torch::Tensor> inputs;
    for (const auto& [name, tensor] : leaves) inputs.push_back(tensor);
    const auto gradients = torch::autograd::grad({score(result)}, inputs);
    std::size_t i = 0;
    for (const auto& [name, tensor] : leaves) made.emplace("gradient of " + name, gradients[i++]);
    return made;
  }

  Sizes sizes_;
  std::map<std::string, torch::Tensor> leaves;
  std::vector<torch::Tensor> weights;
};

double relative(const torch::Tensor& a, const torch::Tensor& b) {
  EXPECT_EQ(a.sizes(), b.sizes());
  return ((a - b).norm() / b.norm()).item<double>();
}

void expect_close(const std::map<std::string, torch::Tensor>& a, const std::map<std::string, torch::Tensor>& b, double tolerance) {
  ASSERT_EQ(a.size(), b.size());
  for (const auto& [name, tensor] : a) EXPECT_LT(relative(tensor, b.at(name)), tolerance) << name;
}

std::vector<Sizes> sizes() {
  return {
      {.name = "even", .steps = 6, .windows = 32, .inputs = 32, .units = 64},
      {.name = "odd", .steps = 5, .windows = 7, .inputs = 27, .units = 37},
      {.name = "one", .steps = 1, .windows = 1, .inputs = 1, .units = 1},
      {.name = "long", .steps = 21, .windows = 3, .inputs = 5, .units = 19, .start = true},
      {.name = "many", .steps = 3, .windows = 601, .inputs = 9, .units = 21, .start = true},
      {.name = "dropout", .steps = 5, .windows = 33, .inputs = 27, .units = 40, .keep = 0.3, .start = true},
      {.name = "last", .steps = 5, .windows = 10, .inputs = 27, .units = 40, .keep = 0.6, .outputs = false},
      {.name = "constant", .steps = 4, .windows = 9, .inputs = 11, .units = 18, .constants = 13, .constant_at = 11, .start = true},
      {.name = "between", .steps = 4, .windows = 9, .inputs = 11, .units = 18, .constants = 13, .constant_at = 4, .start = true},
      {.name = "constant_dropout",
       .steps = 4,
       .windows = 40,
       .inputs = 11,
       .units = 18,
       .constants = 13,
       .constant_at = 4,
       .keep = 0.5,
       .start = true},
      {.name = "segments", .steps = 4, .windows = 12, .inputs = 11, .units = 18, .keep = 0.5, .segments = 3},
  };
}

class LstmPaths : public testing::TestWithParam<Sizes> {
 protected:
  Layer layer_{GetParam()};
};

TEST_P(LstmPaths, AgreeInEveryOutputAndGradient) {
  const auto reference = layer_.run({LstmPath::unfused, Precision::fp32});
  expect_close(layer_.run({LstmPath::fused, Precision::fp32}), reference, tolerance::gradient);
  expect_close(layer_.run({LstmPath::library, Precision::fp32}), reference, tolerance::gradient);
}

TEST_P(LstmPaths, InBf16AreNearTheRoundedProducts) {
  const auto reference = layer_.run({LstmPath::unfused, Precision::bf16});
  expect_close(layer_.run({LstmPath::fused, Precision::bf16}), reference, tolerance::bf16);
}

TEST_P(LstmPaths, WithoutGradientsAreTheSame) {
  const auto reference = layer_.run({});
  const torch::NoGradGuard no_grad;
  const LstmResult result = run_lstm({layer_.call()}, Dropout{.keep = GetParam().keep, .seed = 9}, {}).front();
  EXPECT_TRUE(torch::equal(result.end.c, reference.at("last c")));
  EXPECT_TRUE(torch::equal(result.end.h, reference.at("last h")));
}

TEST_P(LstmPaths, DoNotDependOnTheNumberOfThreads) {
  const int threads = at::get_num_threads();
  at::set_num_threads(1);
  const auto one = layer_.run({});
  at::set_num_threads(3);
  const auto three = layer_.run({});
  at::set_num_threads(threads);
  for (const auto& [name, tensor] : one) EXPECT_TRUE(torch::equal(tensor, three.at(name))) << name;
}

INSTANTIATE_TEST_SUITE_P(Sizes, LstmPaths, testing::ValuesIn(sizes()), [](const auto& instance) { return instance.param.name; });

TEST(Lstm, LayersSideBySideAreLayersInTurn) {
  const Layer layer({.name = "", .steps = 5, .windows = 40, .inputs = 27, .units = 24, .keep = 0.5});
  const Dropout dropout{.keep = 0.5, .seed = 1};
  const auto both = run_lstm({layer.call(0), layer.call(1)}, dropout, {});
  for (int i = 0; i < 2; ++i) {
    const LstmResult alone = run_lstm({layer.call(i)}, dropout, {}).front();
    EXPECT_TRUE(torch::equal(both[static_cast<std::size_t>(i)].outputs, alone.outputs));
  }
  EXPECT_FALSE(torch::equal(both[0].outputs, both[1].outputs));  // each layer has its own masks
}

TEST(Lstm, SubsequencesInABatchGetTheMasksOfTheirSteps) {
  constexpr std::int64_t steps = 4, windows = 3, width = 50;
  const Dropout dropout{.keep = 0.5, .seed = 4};
  const torch::Tensor whole = dropout(torch::ones({2 * steps, windows, width}), {.layer = 1});
  const torch::Tensor side_by_side = dropout(torch::ones({steps, 2 * windows, width}), {.layer = 1, .segments = 2});
  const torch::Tensor second = dropout(torch::ones({steps, windows, width}), {.layer = 1, .first_step = steps});
  EXPECT_TRUE(torch::equal(side_by_side.narrow(1, 0, windows), whole.narrow(0, 0, steps)));
  EXPECT_TRUE(torch::equal(side_by_side.narrow(1, windows, windows), whole.narrow(0, steps, steps)));
  EXPECT_TRUE(torch::equal(second, whole.narrow(0, steps, steps)));
}

TEST(Lstm, APartOfAGlobalBatchGetsItsOwnMasks) {
  const torch::Tensor ones = torch::ones({6, 8, 20});
  const torch::Tensor whole = Dropout{.keep = 0.3, .seed = 4}(ones, {.layer = 1});
  const Dropout second{.keep = 0.3, .seed = 4, .first_window = 4, .all_windows = 8};
  EXPECT_TRUE(torch::equal(second(ones.narrow(1, 0, 4), {.layer = 1}), whole.narrow(1, 4, 4)));
}

// A gate that is nearly open still has a gradient: bfloat16 rounds 0.9985 to 1, and the factor 1 - 1 would stop it.
TEST(Lstm, SaturatedGatesLearnInBf16) {
  for (const double bias : {-12.0, -6.5, 6.5, 12.0}) {
    Layer layer({.name = "", .steps = 3, .windows = 32, .inputs = 8, .units = 32});
    layer.leaves["kernel"] = (layer.leaf("kernel").detach() * 0.1).requires_grad_();
    layer.leaves["bias"] = torch::full({4 * 32}, bias).requires_grad_();
    expect_close(layer.run({LstmPath::fused, Precision::bf16}), layer.run({LstmPath::unfused, Precision::bf16}), tolerance::bf16);
  }
}

TEST(Lstm, SaysWhatIsNoNumber) {
  Layer layer({.name = "", .steps = 3, .windows = 5, .inputs = 8, .units = 20});
  const torch::NoGradGuard no_grad;
  layer.leaves["x"][1][2][3] = std::numeric_limits<float>::quiet_NaN();
  for (const Precision precision : {Precision::fp32, Precision::bf16}) {
    const LstmResult result = run_lstm({layer.call()}, {}, {LstmPath::fused, precision}).front();
    EXPECT_TRUE(result.outputs.isnan().any().item<bool>());
    EXPECT_FALSE(result.outputs.narrow(1, 0, 2).isnan().any().item<bool>());  // other windows are not affected
  }
}

TEST(Lstm, ASecondWayBackIsRefused) {
  const Layer layer({.name = "", .steps = 2, .windows = 3, .inputs = 4, .units = 5});
  const torch::Tensor score = layer.score(run_lstm({layer.call()}, {}, {}).front());
  score.backward({}, /*retain_graph=*/true);
  EXPECT_ANY_THROW(score.backward());
}

}  // namespace
}  // namespace musicvae::train
