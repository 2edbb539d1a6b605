#include "musicvae/engine/music_vae.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <mutex>
#include <utility>

#include "engine/as_size.hpp"
#include "mapped_file.hpp"
#include "musicvae/error.hpp"
#include "musicvae/model/model_file.hpp"
#include "threads.hpp"

namespace musicvae {
namespace {

const ModelConfig& checked_config(const ModelConfig& config, const Weights& weights, const std::string& source,
                                  const std::vector<std::string>& lacks) {
  config.validate();
  check_weights(weights, config, source, lacks);
  return config;
}

}  // namespace

struct MusicVae::LazyEncoder {
  ModelConfig config;
  const engine::Kernels* kernels;
  std::vector<std::string> lacks;  // tensors of a partial model
  Weights weights;                 // empty once they are packed
  std::once_flag once{};
  std::shared_ptr<const engine::EncoderWeights> packed{};

  LazyEncoder(const ModelConfig& of, const Weights& all, const engine::Kernels& chosen, std::vector<std::string> missing)
      : config(of), kernels(&chosen), lacks(std::move(missing)) {
    std::copy_if(all.begin(), all.end(), std::inserter(weights, weights.end()),
                 [](const auto& tensor) { return tensor.first.starts_with("encoder/"); });
  }
};

engine::Encoder MusicVae::encoder(Precision precision) const {
  if (!encoder_->lacks.empty()) {
    std::string names;
    for (const std::string& name : encoder_->lacks) names += (names.empty() ? "\"" : ", \"") + name + "\"";
    throw ModelError("model \"" + config().name + "\": cannot encode, because it is partial and lacks " + names +
                     "; use a model that has its encoder, or points of the latent space");
  }
  std::call_once(encoder_->once, [this] {
    encoder_->packed = std::make_shared<const engine::EncoderWeights>(encoder_->config, encoder_->weights, *encoder_->kernels);
    encoder_->weights.clear();
  });
  return engine::Encoder(encoder_->packed, precision);
}

MusicVae::MusicVae(const ModelConfig& config, const Weights& weights, DrumMap drum_map, const std::string& source, numerics::Isa isa,
                   const std::vector<std::string>& lacks)
    : shared_(std::make_shared<const Shared>(
          Shared{checked_config(config, weights, source, lacks), std::move(drum_map), {{}, numerics::kernels(isa)}})),
      encoder_(std::make_shared<LazyEncoder>(config, weights, numerics::kernels(isa), lacks)),
      decoder_(std::make_shared<const engine::DecoderWeights>(config, weights, numerics::kernels(isa))) {}

MusicVae::MusicVae(const ModelFile& file)
    : MusicVae(file.config, file.weights, file.drum_map, "model \"" + file.config.name + "\"", numerics::best_isa(), file.lacks) {
  *this = with_prior(file.prior);
}

MusicVae MusicVae::with_prior(LatentPrior prior) const {
  check_prior(prior, config().latent, "model \"" + config().name + "\"");
  MusicVae result = *this;
  result.shared_ = std::make_shared<const Shared>(Shared{shared_->config, shared_->drum_map, {std::move(prior), *decoder_->kernels}});
  return result;
}

MusicVae MusicVae::load(const std::filesystem::path& path) {
  const SafetensorsFile file = SafetensorsFile::read(path);
  MusicVae model(ModelFile::from(file.view(), path, file.owner()));
  // All weights were read to check them. The decoder's are packed, and the encoder's are read again when they are.
  for (const auto& [name, tensor] : file.view().tensors) detail::give_back_pages(tensor.bytes);
  return model;
}

Latents MusicVae::encode(std::span<const float> x, std::span<const int> lengths, Precision precision) const {
  const std::size_t window = window_size();
  const std::size_t n = rows_of(x, window, "encode: x", "steps x depth");
  if (!lengths.empty() && lengths.size() != n) {
    throw ArgumentError("encode: " + std::to_string(lengths.size()) + " lengths for " + std::to_string(n) + " windows; give one for each");
  }
  for (int length : lengths) {
    const int least = config().encoder.levels.empty() ? 1 : config().steps;
    if (length < least || length > config().steps) {
      throw ArgumentError("encode: length " + std::to_string(length) + " is out of range; use " + std::to_string(least) + " to " +
                          std::to_string(config().steps));
    }
  }
  const std::size_t latent = as_size(config().latent);
  Latents result{std::vector<float>(n * latent), std::vector<float>(n * latent)};
  engine::Encoder encoder = this->encoder(precision);
  encoder.prepare(static_cast<int>(std::min(n, kEncoderChunk)), config().steps);
  for (std::size_t first = 0; first < n; first += kEncoderChunk) {
    const std::size_t count = std::min(kEncoderChunk, n - first);
    encoder.encode(x.subspan(first * window, count * window), lengths.empty() ? lengths : lengths.subspan(first, count),
                   static_cast<int>(count), config().steps, std::span(result.mu).subspan(first * latent, count * latent),
                   std::span(result.sigma).subspan(first * latent, count * latent));
  }
  return result;
}

Latents MusicVae::encode_each(std::size_t n, const std::function<int(std::size_t index, std::span<float> x)>& write,
                              const EncodeOptions& options) const {
  const std::size_t latent = as_size(config().latent);
  Latents all{std::vector<float>(n * latent), std::vector<float>(n * latent)};
  // Every thread gets the same number of chunks, if possible, but none of fewer than kChunk windows.
  const std::size_t threads = detail::thread_count(options.threads, "encode");
  const std::size_t rounds = (n + threads * kEncoderChunk - 1) / (threads * kEncoderChunk);
  const std::size_t even = (n + threads * rounds - 1) / std::max<std::size_t>(1, threads * rounds);
  const std::size_t chunk = std::clamp(even, kChunk, kEncoderChunk);
  detail::for_each_chunk(n, chunk, options.threads, "encode", options.progress, [&](std::size_t first, std::size_t count) {
    std::vector<float> x(count * window_size());
    std::vector<int> lengths;
    for (std::size_t i = 0; i < count; ++i) lengths.push_back(write(first + i, std::span(x).subspan(i * window_size(), window_size())));
    const Latents part = encode(x, lengths, options.precision);
    std::copy(part.mu.begin(), part.mu.end(), all.mu.begin() + static_cast<std::ptrdiff_t>(first * latent));
    std::copy(part.sigma.begin(), part.sigma.end(), all.sigma.begin() + static_cast<std::ptrdiff_t>(first * latent));
  });
  return all;
}

std::size_t MusicVae::at_least_one(std::size_t windows) {
  if (windows == 0) throw ArgumentError("encode: x has no windows; give at least one");
  return windows;
}

std::size_t MusicVae::window_size() const noexcept {
  return as_size(config().steps) * as_size(config().input_depth() + config().control_depth());
}

void MusicVae::check_window(const Grid& grid, int steps, const std::string& what) const {
  if (grid != this->grid())
    throw ArgumentError(what + ": the groove's grid is not the model's (4/4, " + std::to_string(config().steps_per_quarter) +
                        " steps per quarter note); quantise it to that grid");
  if (steps < 1 || steps > config().window_steps()) {
    throw ArgumentError(what + ": the groove has " + std::to_string(steps) + " steps; slice it to 1 to " +
                        std::to_string(config().window_steps()));
  }
}

void MusicVae::check_encoded(const Grid& grid, int steps, std::size_t hidden) const {
  check_window(grid, steps, "encode");
  const int cells = config().representation->cells();
  if (hidden != 0 && hidden != as_size(steps) * as_size(cells)) {
    throw ArgumentError("encode: " + std::to_string(hidden) + " hidden cells; give " + std::to_string(steps) + " steps x " +
                        std::to_string(cells));
  }
}

std::vector<float> MusicVae::decode_teacher_forced(std::span<const float> z, std::span<const float> targets,
                                                   std::span<const float> controls) const {
  const std::size_t n = rows_of(z, as_size(config().latent), "decode: z", "latent");
  const std::size_t window = as_size(config().steps) * as_size(config().output_depth());
  const std::size_t control = as_size(config().steps) * as_size(config().control_depth());
  expect(targets, n * window, "decode: targets");
  expect(controls, n * control, "decode: controls");
  std::vector<float> logits(n * window);
  engine::Decoder decoder = this->decoder();
  decoder.prepare(static_cast<int>(std::min(n, kChunk)));
  for (std::size_t first = 0; first < n; first += kChunk) {
    const std::size_t count = std::min(kChunk, n - first);
    decoder.decode_teacher_forced(z.subspan(first * as_size(config().latent), count * as_size(config().latent)), static_cast<int>(count),
                                  config().steps, targets.subspan(first * window, count * window),
                                  controls.subspan(first * control, count * control),
                                  std::span(logits).subspan(first * window, count * window));
  }
  return logits;
}

std::size_t MusicVae::rows_of(std::span<const float> values, std::size_t row, const std::string& what, const std::string& unit) {
  if (values.empty() || values.size() % row != 0) {
    throw ArgumentError(what + " has " + std::to_string(values.size()) + " numbers; give a multiple of " + std::to_string(row) + " (" +
                        unit + ")");
  }
  expect(values, values.size(), what);
  return values.size() / row;
}

void MusicVae::expect(std::span<const float> values, std::size_t count, const std::string& what) {
  if (values.size() != count) {
    throw ArgumentError(what + " has " + std::to_string(values.size()) + " numbers; give " + std::to_string(count));
  }
  const auto bad = std::find_if(values.begin(), values.end(), [](float value) { return !std::isfinite(value); });
  if (bad != values.end()) {
    throw ArgumentError(what + ": number " + std::to_string(bad - values.begin()) + " is not finite; check what made it");
  }
}

}  // namespace musicvae
