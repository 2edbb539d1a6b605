#include "musicvae/data/latent_table.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>

#include "musicvae/engine/attributes.hpp"
#include "musicvae/error.hpp"
#include "musicvae/model/representation.hpp"
#include "musicvae/sequence/drum_tensor.hpp"
#include "share_out.hpp"

namespace musicvae::data {

DrumSequence groove_of(const WindowSet& windows, std::size_t index) {
  if (windows.depth() == kDrumTensorDepth) return from_tensor(windows.window(index), windows.steps());
  return groove_of_hits(windows.window(index), windows.steps());
}

namespace {

Latents encode_all(const MusicVae& model, const WindowSet& windows, const LatentTableOptions& options) {
  if (windows.size() == 0) throw ArgumentError("latent table: the dataset has no windows; prepare one that has");
  const auto latent = static_cast<std::size_t>(model.config().latent);
  Latents table{std::vector<float>(windows.size() * latent), std::vector<float>(windows.size() * latent)};
  share_out(windows.size(), MusicVae::chunk, options.threads, "latent table", options.progress, [&](auto next) {
    while (const std::optional<std::size_t> first = next()) {
      std::vector<DrumSequence> grooves;
      for (std::size_t w = *first; w < std::min(*first + MusicVae::chunk, windows.size()); ++w) grooves.push_back(groove_of(windows, w));
      const Latents latents = model.encode(grooves);
      const auto at = static_cast<std::ptrdiff_t>(*first * latent);
      std::copy(latents.mu.begin(), latents.mu.end(), table.mu.begin() + at);
      std::copy(latents.sigma.begin(), latents.sigma.end(), table.sigma.begin() + at);
    }
  });
  return table;
}

// Of the mixture of all windows' N(mu, sigma^2).
LatentPrior prior_of(const Latents& table, Eigen::Index latent) {
  using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto rows = static_cast<Eigen::Index>(table.mu.size()) / latent;
  const Eigen::MatrixXd mu = Eigen::Map<const Matrix>(table.mu.data(), rows, latent).cast<double>();
  const Eigen::MatrixXd sigma = Eigen::Map<const Matrix>(table.sigma.data(), rows, latent).cast<double>();
  const Eigen::VectorXd mean = mu.colwise().mean();
  const Eigen::MatrixXd centred = mu.rowwise() - mean.transpose();
  Eigen::MatrixXd covariance = centred.transpose() * centred / static_cast<double>(rows);
  covariance.diagonal() += sigma.cwiseAbs2().colwise().mean().transpose();
  const Matrix factor = Eigen::MatrixXd(covariance.llt().matrixL()).cast<float>();
  const Eigen::VectorXf centre = mean.cast<float>();
  return {.mean = {centre.begin(), centre.end()}, .factor = {factor.data(), factor.data() + factor.size()}};
}

}  // namespace

std::vector<float> latent_table(const MusicVae& model, const WindowSet& windows, const LatentTableOptions& options) {
  return encode_all(model, windows, options).mu;
}

LatentSpace latent_space_of(const MusicVae& model, const WindowSet& windows, const LatentTableOptions& options) {
  const Latents table = encode_all(model, windows, options);
  const auto latent = static_cast<std::size_t>(model.config().latent);
  AttributeBuilder builder;
  for (std::size_t w = 0; w < windows.size(); ++w) {
    builder.add(groove_of(windows, w), primary_style(windows.file(w).style), std::span(table.mu).subspan(w * latent, latent));
  }
  return {.attributes = builder.finish(), .prior = prior_of(table, static_cast<Eigen::Index>(latent))};
}

}  // namespace musicvae::data
