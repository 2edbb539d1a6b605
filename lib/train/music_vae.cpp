#include "musicvae/train/music_vae.hpp"

#include <cmath>

#include "musicvae/error.hpp"

namespace musicvae::train {
namespace {

// "encoder.encoder/mu.kernel" -> "encoder/mu/kernel": layers are registered under their TensorFlow names, whatever holds them.
std::string tensor_name(const std::string& path) {
  const std::size_t parameter = path.rfind('.');
  const std::size_t holder = path.rfind('.', parameter - 1);
  return path.substr(holder + 1, parameter - holder - 1) + "/" + path.substr(parameter + 1);
}

// What stood `back` steps before each step of the target; zeros before the first.
torch::Tensor steps_before(const torch::Tensor& target, std::int64_t back) {
  return torch::cat({torch::zeros_like(target.narrow(0, 0, back)), target.narrow(0, 0, target.size(0) - back)});
}

// Of the steps before each step of the target: how often each drum was hit, and the mean velocity and offset of its hits.
torch::Tensor mean_before(const torch::Tensor& target) {
  const std::vector<torch::Tensor> parts = target.chunk(3, 2);
  const auto sum_before = [](const torch::Tensor& x) { return steps_before(x.cumsum(0), 1); };
  const torch::Tensor hits = sum_before(parts[0]);
  const torch::Tensor steps = torch::arange(target.size(0), target.options()).clamp_min(1).view({-1, 1, 1});
  const torch::Tensor counts = hits.clamp_min(1);
  return torch::cat({hits / steps, sum_before(parts[0] * parts[1]) / counts, sum_before(parts[0] * parts[2]) / counts}, 2);
}

std::string shape_text(const torch::Tensor& tensor) {
  std::string text = "[";
  for (std::int64_t i = 0; i < tensor.dim(); ++i) text += (i ? ", " : "") + std::to_string(tensor.size(i));
  return text + "]";
}

}  // namespace

MusicVaeImpl::MusicVaeImpl(ModelConfig config) : config_(std::move(config)) {
  config_.validate();
  encoder_ = register_module("encoder", Encoder(config_));
  if (config_.conductor) conductor_ = register_module("conductor", Conductor(config_));
  decoder_ = register_module("decoder", Decoder(config_));
}

void MusicVaeImpl::check(const Batch& batch, const torch::Tensor& eps) const {
  const auto demand = [](const char* what, const torch::Tensor& tensor, at::IntArrayRef shape) {
    if (tensor.sizes() != shape) {
      throw ArgumentError(std::string("model pass: ") + what + " has shape " + shape_text(tensor) + "; it must have " +
                          shape_text(torch::empty(shape)));
    }
  };
  const std::int64_t windows = batch.target.dim() == 3 ? batch.target.size(1) : 0;
  demand("target", batch.target, {config_.steps, windows, config_.output_depth});
  demand("input", batch.input, {config_.steps, windows, config_.input_depth});
  demand("eps", eps, {windows, config_.latent});
  if (config_.control_depth > 0 && !batch.control.defined()) throw ArgumentError("model pass: the config has a control track; give one");
  if (config_.control_depth == 0 && batch.control.defined()) throw ArgumentError("model pass: the config has no control track; give none");
  if (batch.control.defined()) demand("control", batch.control, {config_.steps, windows, config_.control_depth});
  if (batch.lengths.defined()) {
    demand("lengths", batch.lengths, {windows});
    if (batch.lengths.min().item<std::int64_t>() < 1 || batch.lengths.max().item<std::int64_t>() > config_.steps) {
      throw ArgumentError("model pass: a length is out of range; use 1 to " + std::to_string(config_.steps));
    }
  }
}

Reconstruction MusicVaeImpl::forward(const Batch& batch, const torch::Tensor& eps, const Dropout& dropout,
                                     const ScheduledSampling& sampling) {
  check(batch, eps);
  Posterior posterior = encode(batch.input, batch.control, batch.lengths, dropout);
  torch::Tensor z = posterior.mu + posterior.sigma * eps;
  torch::Tensor logits = decode(batch.target, z, batch.control, dropout, sampling);
  return {.logits = std::move(logits), .posterior = std::move(posterior), .z = std::move(z)};
}

Posterior MusicVaeImpl::encode(const torch::Tensor& input, const torch::Tensor& control, const torch::Tensor& lengths,
                               const Dropout& dropout) {
  return encoder_(control.defined() ? torch::cat({input, control}, 2) : input, lengths, Pass{dropout, lstm});
}

torch::Tensor MusicVaeImpl::decode(const torch::Tensor& target, const torch::Tensor& z, const torch::Tensor& control_track,
                                   const Dropout& dropout, const ScheduledSampling& sampling) {
  const Pass pass{dropout, lstm};
  const torch::Tensor previous = steps_before(target, 1);
  // Steps further back are known as a control track is: the truth, with scheduled sampling, too.
  std::vector<torch::Tensor> known;
  if (control_track.defined()) known.push_back(control_track);
  for (const int back : config_.lookback) known.push_back(steps_before(target, back));
  if (config_.running_mean) known.push_back(mean_before(target));
  const torch::Tensor control = known.empty() ? torch::Tensor() : torch::cat(known, 2);
  // One pass of the decoder, `uniforms` being those of its steps; before it, where asked for, one that finds out what it is fed.
  const auto run = [&](DecoderImpl::Fed fed, const torch::Tensor& uniforms) {
    if (uniforms.defined()) fed.previous = decoder_->scheduled(fed, {sampling.probability, uniforms}, pass);
    return decoder_->forward(fed, pass);
  };
  if (!config_.conductor) {
    return decoder_->cell_logits(run({.previous = previous, .embedding = z, .control = control, .place = {}}, sampling.uniforms).logits,
                                 target);
  }

  const std::int64_t segments = config_.conductor->segments;
  const std::int64_t steps = target.size(0) / segments;
  const std::int64_t windows = target.size(1);
  if (!config_.conductor->autoregressive) {
    // The subsequences do not depend on each other: one batch of all, [steps, segments * windows, width].
    const auto side_by_side = [&](const torch::Tensor& x) {
      return x.defined() ? x.view({segments, steps, windows, -1}).transpose(0, 1).reshape({steps, segments * windows, -1}) : x;
    };
    const torch::Tensor logits = run({.previous = side_by_side(previous),
                                      .embedding = conductor_->embeddings(z, pass).flatten(0, 1),
                                      .control = side_by_side(control),
                                      .place = {.segments = segments}},
                                     side_by_side(sampling.uniforms))
                                     .logits;
    return decoder_->cell_logits(logits.view({steps, segments, windows, -1}).transpose(0, 1).reshape({segments * steps, windows, -1}),
                                 target);
  }

  std::vector<torch::Tensor> logits;
  ConductorImpl::Progress progress = conductor_->begin(z);
  const auto of_segment = [&](const torch::Tensor& x, std::int64_t first) { return x.defined() ? x.narrow(0, first, steps) : x; };
  for (std::int64_t first = 0; first < target.size(0); first += steps) {
    DecoderImpl::Result result = run({.previous = of_segment(previous, first),
                                      .embedding = conductor_->step(progress, pass),
                                      .control = of_segment(control, first),
                                      .place = {.first_step = first}},
                                     of_segment(sampling.uniforms, first));
    logits.push_back(std::move(result.logits));
    progress.decoded = flatten(result.states);
  }
  return decoder_->cell_logits(torch::cat(logits), target);
}

void MusicVaeImpl::initialize(std::uint64_t seed) {
  const torch::NoGradGuard no_grad;
  at::Generator generator = at::detail::createCPUGenerator(seed);
  for (auto& [name, tensor] : tensors()) {
    torch::Tensor fresh = torch::zeros(tensor.sizes());
    if (tensor.dim() == 3) {                        // of a NADE: N(0, 1 / classes) within two deviations
      constexpr double beyond = 0.022750131948179;  // of a normal distribution, on either side
      fresh.uniform_(2 * beyond - 1, 1 - 2 * beyond, generator).erfinv_().mul_(std::sqrt(2.0 / static_cast<double>(tensor.size(0))));
    } else if (tensor.dim() == 2) {
      const bool near_zero = name.find("lstm_cell") == std::string::npos && name.find("_projection") == std::string::npos;
      const double limit = std::sqrt(6.0 / static_cast<double>(tensor.size(0) + tensor.size(1)));
      near_zero ? fresh.normal_(0.0, 1e-3, generator) : fresh.uniform_(-limit, limit, generator);
    }
    tensor.copy_(fresh);
  }
}

std::vector<NamedTensor> MusicVaeImpl::tensors() const {
  std::map<std::string, torch::Tensor> by_name;
  for (const auto& item : named_parameters()) by_name.emplace(tensor_name(item.key()), item.value());
  std::vector<NamedTensor> result;
  for (const TensorSpec& spec : tensor_specs(config_)) result.emplace_back(spec.name, by_name.at(spec.name));
  return result;
}

Weights MusicVaeImpl::weights() const {
  Weights result;
  for (const auto& [name, tensor] : tensors()) result.emplace(name, to_host(tensor));
  return result;
}

void MusicVaeImpl::load(const Weights& weights, const std::string& source) {
  check_weights(weights, config_, source);
  for (const auto& [name, tensor] : tensors()) copy_from_host(weights.at(name), tensor);
}

musicvae::Tensor to_host(const torch::Tensor& tensor) {
  const torch::Tensor host = tensor.detach().to(torch::kCPU, torch::kFloat32).contiguous();
  const float* data = host.const_data_ptr<float>();
  return {.shape = host.sizes().vec(), .values = std::vector<float>(data, data + host.numel())};
}

void copy_from_host(const musicvae::Tensor& from, torch::Tensor to) {
  const torch::NoGradGuard no_grad;
  to.copy_(torch::from_blob(const_cast<float*>(from.values.data()), from.shape, torch::kFloat32));
}

}  // namespace musicvae::train
