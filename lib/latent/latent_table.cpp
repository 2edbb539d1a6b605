#include "musicvae/latent/latent_table.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "musicvae/error.hpp"
#include "musicvae/latent/attributes.hpp"
#include "musicvae/model/any_music.hpp"

namespace musicvae {

namespace {

Latents encode_all(const MusicVae& model, const data::WindowSet& windows, const EncodeOptions& options) {
  if (windows.size() == 0) throw ArgumentError("latent table: the dataset has no windows; prepare one that has some");
  data::check_music(windows.info(), model.config());
  if (windows.steps() > model.config().steps) {
    const int bar = model.grid().steps_per_bar();
    throw ArgumentError("latent table: the dataset has windows of " + std::to_string(windows.steps() / bar) + " bars, and config \"" +
                        model.config().name + "\" takes " + std::to_string(std::max(1, model.config().steps / bar)) +
                        "; prepare the dataset with that many --bars");
  }
  return with_music(model.config(), [&]<class Value>() {
    return model.encode_each(
        windows.size(), [&](std::size_t w, std::span<float> x) { return model.write_window(data::value_of<Value>(windows, w), {}, x); },
        options);
  });
}

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// Groups nearby rows of `points` by k-means (Lloyd 1982). The initial centres are evenly spaced rows, which come from different files.
// Returns the group of each row.
std::vector<Eigen::Index> groups_of(const Matrix& points, Eigen::Index groups) {
  constexpr int most_rounds = 20;
  const Eigen::Index rows = points.rows();
  Matrix centres(groups, points.cols());
  for (Eigen::Index g = 0; g < groups; ++g) centres.row(g) = points.row(g * rows / groups);
  std::vector<Eigen::Index> group(static_cast<std::size_t>(rows), -1);
  for (int round = 0; round < most_rounds; ++round) {
    const Matrix nearness = (points * centres.transpose()).rowwise() - 0.5F * centres.rowwise().squaredNorm().transpose();
    bool moved = false;
    Matrix sums = Matrix::Zero(groups, points.cols());
    Eigen::VectorXf counts = Eigen::VectorXf::Zero(groups);
    for (Eigen::Index row = 0; row < rows; ++row) {
      Eigen::Index nearest = 0;
      nearness.row(row).maxCoeff(&nearest);
      if (std::exchange(group[static_cast<std::size_t>(row)], nearest) != nearest) moved = true;
      sums.row(nearest) += points.row(row);
      counts(nearest) += 1.0F;
    }
    if (!moved) break;
    for (Eigen::Index g = 0; g < groups; ++g) {
      if (counts(g) > 0.0F) centres.row(g) = sums.row(g) / counts(g);
    }
  }
  return group;
}

// Approximates the mixture of N(mu, sigma^2) over all windows by one normal distribution per group of windows. Each is centred on the mean
// of its group, and all share the covariance of the windows around their group means plus the mean of sigma^2. Windows are grouped by
// distance after whitening.
LatentPrior prior_of(const Latents& table, Eigen::Index latent) {
  constexpr Eigen::Index most_groups = 256;
  constexpr Eigen::Index windows_in_group = 16;  // or more, on average
  const auto rows = static_cast<Eigen::Index>(table.mu.size()) / latent;
  const Eigen::MatrixXd mu = Eigen::Map<const Matrix>(table.mu.data(), rows, latent).cast<double>();
  const Eigen::VectorXd noise =
      Eigen::Map<const Matrix>(table.sigma.data(), rows, latent).cast<double>().cwiseAbs2().colwise().mean().transpose();
  const auto factor_of = [&](const Eigen::MatrixXd& centred) {
    Eigen::MatrixXd covariance = centred.transpose() * centred / static_cast<double>(rows);
    covariance.diagonal() += noise;
    return Eigen::MatrixXd(covariance.llt().matrixL());
  };
  const Eigen::MatrixXd centred = mu.rowwise() - mu.colwise().mean();
  const Eigen::Index groups = std::clamp<Eigen::Index>(rows / windows_in_group, 1, most_groups);
  const Eigen::MatrixXd whole = factor_of(centred);
  Eigen::MatrixXd white = centred.transpose();
  whole.triangularView<Eigen::Lower>().solveInPlace(white);
  const std::vector<Eigen::Index> group = groups_of(white.transpose().cast<float>(), groups);

  Eigen::MatrixXd means = Eigen::MatrixXd::Zero(groups, latent);
  Eigen::VectorXd counts = Eigen::VectorXd::Zero(groups);
  for (Eigen::Index row = 0; row < rows; ++row) {
    means.row(group[static_cast<std::size_t>(row)]) += mu.row(row);
    counts(group[static_cast<std::size_t>(row)]) += 1.0;
  }
  LatentPrior prior;
  for (Eigen::Index g = 0; g < groups; ++g) {
    if (counts(g) == 0.0) continue;
    means.row(g) /= counts(g);
    prior.shares.push_back(static_cast<float>(counts(g) / static_cast<double>(rows)));
    const Eigen::RowVectorXf mean = means.row(g).cast<float>();
    prior.means.insert(prior.means.end(), mean.begin(), mean.end());
  }
  Eigen::MatrixXd around = mu;
  for (Eigen::Index row = 0; row < rows; ++row) around.row(row) -= means.row(group[static_cast<std::size_t>(row)]);
  const Matrix factor = factor_of(around).cast<float>();
  prior.factor.assign(factor.data(), factor.data() + factor.size());
  return prior;
}

}  // namespace

std::vector<float> latent_table(const MusicVae& model, const data::WindowSet& windows, const EncodeOptions& options) {
  return encode_all(model, windows, options).mu;
}

LatentSpace latent_space_of(const MusicVae& model, const data::WindowSet& windows, const EncodeOptions& options) {
  const Latents table = encode_all(model, windows, options);
  const auto latent = static_cast<std::size_t>(model.config().latent);
  AttributeBuilder builder;
  with_music(model.config(), [&]<class Value>() {
    for (std::size_t w = 0; w < windows.size(); ++w) {
      builder.add(data::value_of<Value>(windows, w), data::primary_style(windows.file(w).style),
                  std::span(table.mu).subspan(w * latent, latent));
    }
  });
  return {.attributes = builder.finish(), .prior = prior_of(table, static_cast<Eigen::Index>(latent))};
}

}  // namespace musicvae
