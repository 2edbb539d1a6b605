#include "musicvae/train/lstm.hpp"

#include "lstm_fused.hpp"
#include "musicvae/error.hpp"
#include "musicvae/numerics/rounded.hpp"

namespace musicvae::train {
namespace {

// Without dropout the constant's contribution to the gates is the same at every step. It is multiplied once and becomes a separate bias for
// each window.
LstmCall with_constant_in_bias(LstmCall call) {
  const std::int64_t at = call.input.constant_at;
  const std::int64_t count = call.input.constant.size(1);
  call.bias = torch::addmm(call.bias, call.input.constant, call.kernel.narrow(0, at, count));
  call.kernel = torch::cat({call.kernel.narrow(0, 0, at), call.kernel.narrow(0, at + count, call.kernel.size(0) - at - count)});
  call.input = {.x = call.input.x};
  return call;
}

LstmState start_of(const LstmCall& call) {
  if (call.start.c.defined()) return call.start;
  const torch::Tensor zeros = torch::zeros({call.input.x.size(1), call.bias.size(-1) / 4}, call.bias.options().requires_grad(false));
  return {.c = zeros, .h = zeros};
}

// The operand of a product at a precision: with bf16, rounded to bfloat16.
torch::Tensor rounded(const torch::Tensor& x, Precision precision) {
  return precision == Precision::bf16 ? x.to(torch::kBFloat16).to(torch::kFloat32) : x;
}

LstmResult run_unfused(const LstmCall& call, const Dropout& dropout, Precision precision) {
  const torch::Tensor x = rounded(whole_input(call.input, dropout, call.site), precision);
  const torch::Tensor kernel = rounded(call.kernel, precision);
  const torch::Tensor inputs = torch::matmul(x, kernel.narrow(0, 0, x.size(2))) + call.bias;
  const torch::Tensor recurrent = kernel.narrow(0, x.size(2), kernel.size(0) - x.size(2));
  auto [c, h] = start_of(call);
  std::vector<torch::Tensor> outputs;
  for (std::int64_t t = 0; t < x.size(0); ++t) {
    const std::vector<torch::Tensor> gates = torch::addmm(inputs[t], rounded(h, precision), recurrent).chunk(4, 1);
    c = torch::sigmoid(gates[2] + 1) * c + torch::sigmoid(gates[0]) * torch::tanh(gates[1]);
    h = torch::sigmoid(gates[3]) * torch::tanh(c);
    if (call.outputs) outputs.push_back(h);
  }
  return {.outputs = call.outputs ? torch::stack(outputs) : torch::Tensor(), .end = {.c = c, .h = h}};
}

LstmResult run_library(const LstmCall& call, const Dropout& dropout, Precision precision) {
  const TorchLstmWeights weights = to_torch_lstm(call.kernel, call.bias);
  const torch::ScalarType type = precision == Precision::bf16 ? torch::kBFloat16 : torch::kFloat32;
  const auto [c, h] = start_of(call);
  auto [outputs, last_h, last_c] =
      at::lstm(whole_input(call.input, dropout, call.site).to(type), {h.unsqueeze(0).to(type), c.unsqueeze(0).to(type)},
               {weights.input.to(type), weights.hidden.to(type), weights.bias.to(type), weights.hidden_bias.to(type)},
               /*has_biases=*/true, /*num_layers=*/1, /*dropout=*/0.0, torch::GradMode::is_enabled(), /*bidirectional=*/false,
               /*batch_first=*/false);
  return {.outputs = call.outputs ? outputs.to(torch::kFloat32) : torch::Tensor(),
          .end = {.c = last_c.squeeze(0).to(torch::kFloat32), .h = last_h.squeeze(0).to(torch::kFloat32)}};
}

}  // namespace

torch::Tensor whole_input(const LstmInput& input, const Dropout& dropout, const DropoutSite& site) {
  if (!input.constant.defined()) return dropout(input.x, site);
  const std::int64_t rest = input.x.size(2) - input.constant_at;
  return dropout(torch::cat({input.x.narrow(2, 0, input.constant_at), input.constant.unsqueeze(0).expand({input.x.size(0), -1, -1}),
                             input.x.narrow(2, input.constant_at, rest)},
                            2),
                 site);
}

std::vector<LstmResult> run_lstm(const std::vector<LstmCall>& calls, const Dropout& dropout, LstmMode mode) {
  std::vector<LstmCall> prepared;
  for (const LstmCall& call : calls) {
    const bool fold = call.input.constant.defined() && dropout.keep >= 1.0 && mode.path != LstmPath::library;
    prepared.push_back(fold ? with_constant_in_bias(call) : call);
  }
  if (mode.path == LstmPath::fused) {
    if (!calls.front().input.x.is_cpu()) throw ArgumentError("fused LSTM: it runs only on the CPU; use the library's or the unfused path");
    return run_fused_lstm(prepared, dropout, storage_of(mode.precision));
  }
  std::vector<LstmResult> results;
  for (const LstmCall& call : prepared) {
    results.push_back(mode.path == LstmPath::unfused ? run_unfused(call, dropout, mode.precision)
                                                     : run_library(call, dropout, mode.precision));
  }
  return results;
}

TorchLstmWeights to_torch_lstm(const torch::Tensor& kernel, const torch::Tensor& bias) {
  const std::int64_t units = bias.size(0) / 4;
  const std::int64_t inputs = kernel.size(0) - units;
  const std::vector<torch::Tensor> blocks = kernel.t().chunk(4, 0);  // i, c~, f, o; each [units, inputs + units]
  const torch::Tensor joint = torch::cat({blocks[0], blocks[2], blocks[1], blocks[3]});
  const std::vector<torch::Tensor> biases = bias.chunk(4);
  return {.input = joint.narrow(1, 0, inputs).contiguous(),
          .hidden = joint.narrow(1, inputs, units).contiguous(),
          .bias = torch::cat({biases[0], biases[2] + 1, biases[1], biases[3]}),
          .hidden_bias = torch::zeros({4 * units}, bias.options().requires_grad(false))};
}

}  // namespace musicvae::train
