#include "ranks.hpp"

#include <cmath>
#include <utility>
#include <vector>

#include "musicvae/error.hpp"

namespace musicvae::train {

Ranks::Ranks(int rank, int world, torch::Device device, std::function<void(const RankBuffer&)> all_reduce_sum)
    : rank_(rank), world_(world), device_(device), all_reduce_sum_(std::move(all_reduce_sum)) {
  if (world_ > 1 && !all_reduce_sum_) {
    throw ArgumentError("trainer: " + std::to_string(world_) +
                        " processes, but no function to sum over them; set callbacks.all_reduce_sum");
  }
}

void Ranks::all_reduce_sum(const torch::Tensor& buffer) const {
  if (alone()) return;
  const RankBuffer shared{.data = buffer.data_ptr<float>(),
                          .count = static_cast<std::size_t>(buffer.numel()),
                          .cuda_device = device_.is_cuda() ? static_cast<int>(device_.index()) : -1};
  try {
    all_reduce_sum_(shared);
  } catch (const std::exception& error) {
    const std::string reason = error.what();
    throw Unreachable(reason.substr(0, reason.find('\n')));
  }
}

void Ranks::all_reduce_sum(std::span<double* const> figures) const {
  if (alone()) return;
  torch::Tensor host = torch::empty({static_cast<std::int64_t>(figures.size())}, torch::kFloat32);
  float* values = host.data_ptr<float>();
  for (std::size_t i = 0; i < figures.size(); ++i) values[i] = static_cast<float>(*figures[i]);
  const torch::Tensor shared = host.to(device_);
  all_reduce_sum(shared);
  host.copy_(shared);
  for (std::size_t i = 0; i < figures.size(); ++i) *figures[i] = values[i];
}

void Ranks::wait() const {
  double nothing = 0.0;
  all_reduce_sum(std::vector{&nothing});
}

void Ranks::agree(std::uint32_t checksum, const std::string& what) const {
  if (alone()) return;
  // Each process has two elements of its own, for 16 bits each. float32 represents those exactly, and adding the zeros of the others does
  // not change them.
  std::vector<double> halves(2 * static_cast<std::size_t>(world_));
  halves[2 * static_cast<std::size_t>(rank_)] = checksum & 0xFFFFU;
  halves[2 * static_cast<std::size_t>(rank_) + 1] = checksum >> 16;
  std::vector<double*> figures;
  for (double& half : halves) figures.push_back(&half);
  all_reduce_sum(figures);
  for (std::size_t other = 1; other < static_cast<std::size_t>(world_); ++other) {
    if (halves[2 * other] == halves[0] && halves[2 * other + 1] == halves[1]) continue;
    throw DistributedError("trainer: rank " + std::to_string(other) + " has other " + what +
                           " than rank 0; start all processes with the same arguments and data, and with one folder that all of them see");
  }
}

}  // namespace musicvae::train
