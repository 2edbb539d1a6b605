#include "musicvae/train/music_vae.hpp"

#include <cmath>
#include <map>

#include "musicvae/error.hpp"

namespace musicvae::train {
namespace {

// "encoder.encoder/mu.kernel" -> "encoder/mu/kernel": layers are registered under their TensorFlow names, whichever module contains them.
std::string tensor_name(const std::string& path) {
  const std::size_t parameter = path.rfind('.');
  const std::size_t holder = path.rfind('.', parameter - 1);
  return path.substr(holder + 1, parameter - holder - 1) + "/" + path.substr(parameter + 1);
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
  demand("target", batch.target, {config_.steps, windows, config_.output_depth()});
  demand("input", batch.input, {config_.steps, windows, config_.input_depth()});
  demand("eps", eps, {windows, config_.latent});
  if (config_.control_depth() > 0 && !batch.control.defined()) throw ArgumentError("model pass: the config has a control track; give one");
  if (config_.control_depth() == 0 && batch.control.defined())
    throw ArgumentError("model pass: the config has no control track; give none");
  if (batch.control.defined()) demand("control", batch.control, {config_.steps, windows, config_.control_depth()});
  if (batch.lengths.defined()) {
    demand("lengths", batch.lengths, {windows});
    // Not on a GPU, where reading a value would wait for all the work before it.
    if (batch.lengths.is_cpu() &&
        (batch.lengths.min().item<std::int64_t>() < 1 || batch.lengths.max().item<std::int64_t>() > config_.steps)) {
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
  const std::int64_t segments = config_.conductor ? config_.conductor->segments : 1;
  const std::int64_t steps = target.size(0) / segments;
  const std::int64_t windows = target.size(1);
  const auto of_segment = [steps](const torch::Tensor& x, std::int64_t s) { return x.defined() ? x.narrow(0, s * steps, steps) : x; };
  const bool samples = sampling.probability > 0.0 && sampling.uniforms.defined();
  torch::Tensor made = samples ? target.clone() : target;  // the output that the decoder takes as input
  const auto sample_segment = [&](std::int64_t s, const torch::Tensor& embedding) {
    if (!samples) return;
    decoder_->apply_scheduled_sampling(
        made, {.previous = {}, .embedding = embedding, .control = of_segment(control_track, s), .dropout_site = {.first_step = s * steps}},
        {sampling.probability, of_segment(sampling.uniforms, s)}, pass);
  };

  if (config_.conductor && config_.conductor->autoregressive) {
    std::vector<torch::Tensor> logits;
    ConductorImpl::Progress progress = conductor_->begin(z);
    DecoderImpl::Input input;
    for (std::int64_t s = 0; s < segments; ++s) {
      const torch::Tensor embedding = conductor_->step(progress, pass);
      sample_segment(s, embedding);
      if (s == 0 || samples) input = decoder_->prepare_input(made, control_track);
      DecoderImpl::Result result = decoder_->forward({.previous = of_segment(input.previous, s),
                                                      .embedding = embedding,
                                                      .control = of_segment(input.control, s),
                                                      .dropout_site = {.first_step = s * steps}},
                                                     pass);
      logits.push_back(std::move(result.logits));
      progress.decoded = flatten(result.states);
    }
    return decoder_->cell_logits(torch::cat(logits), target);
  }

  // The subsequences do not depend on each other, so they form one batch, [steps, segments * windows, width].
  const torch::Tensor embeddings = config_.conductor ? conductor_->embeddings(z, pass) : z.unsqueeze(0);
  for (std::int64_t s = 0; s < segments; ++s) sample_segment(s, embeddings[s]);
  const auto side_by_side = [&](const torch::Tensor& x) {
    return x.defined() && segments > 1 ? x.view({segments, steps, windows, -1}).transpose(0, 1).reshape({steps, segments * windows, -1})
                                       : x;
  };
  const DecoderImpl::Input input = decoder_->prepare_input(made, control_track);
  const torch::Tensor logits = decoder_
                                   ->forward({.previous = side_by_side(input.previous),
                                              .embedding = embeddings.flatten(0, 1),
                                              .control = side_by_side(input.control),
                                              .dropout_site = {.segments = segments}},
                                             pass)
                                   .logits;
  if (segments == 1) return decoder_->cell_logits(logits, target);
  return decoder_->cell_logits(logits.view({steps, segments, windows, -1}).transpose(0, 1).reshape({segments * steps, windows, -1}),
                               target);
}

void MusicVaeImpl::initialize(std::uint64_t seed) {
  const torch::NoGradGuard no_grad;
  at::Generator generator = at::detail::createCPUGenerator(seed);
  for (auto& [name, tensor] : tensors()) {
    torch::Tensor fresh = torch::zeros(tensor.sizes());
    if (tensor.dim() == 3) {                        // of a NADE: normal with variance 1 / classes, truncated at two standard deviations
      constexpr double beyond = 0.022750131948179;  // probability of each tail of a normal distribution
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
  std::vector<float> values = from.values.floats();
  to.copy_(torch::from_blob(values.data(), from.shape, torch::kFloat32));
}

}  // namespace musicvae::train
