#include "data_order.hpp"

#include <numeric>
#include <utility>

#include "musicvae/error.hpp"

namespace musicvae::train {
namespace {

// The purpose of a random number. It is part of the counter, so no two purposes share a number.
enum class Purpose : std::uint32_t { order = 1, noise = 2, dropout = 3, augmentation = 4, hidden = 5, sampling = 6 };

numerics::PhiloxCounter random_words(std::uint64_t seed, Purpose purpose, std::uint64_t number, std::uint32_t index) {
  const numerics::PhiloxKey key = {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)};
  return numerics::philox4x32(
      {index, static_cast<std::uint32_t>(number), static_cast<std::uint32_t>(number >> 32), static_cast<std::uint32_t>(purpose)}, key);
}

}  // namespace

DataOrder::DataOrder(std::size_t count, std::uint64_t seed) : seed_(seed), order_(count) {
  if (count == 0 || count > UINT32_MAX) throw ArgumentError("data order: " + std::to_string(count) + " windows; give 1 to 2^32 - 1");
  shuffle(0);
}

std::size_t DataOrder::at(std::uint64_t position) {
  if (const std::uint64_t epoch = position / order_.size(); epoch != epoch_) shuffle(epoch);
  return order_[position % order_.size()];
}

void DataOrder::shuffle(std::uint64_t epoch) {
  epoch_ = epoch;
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  for (std::size_t i = order_.size() - 1; i > 0; --i) {  // Fisher and Yates
    const std::uint64_t word = random_words(seed_, Purpose::order, epoch, static_cast<std::uint32_t>(i))[0];
    std::swap(order_[i], order_[word * (i + 1) >> 32]);
  }
}

std::uint64_t step_seed(std::uint64_t seed, std::int64_t step) {
  return static_cast<std::uint32_t>(random_words(seed, Purpose::noise, 0, 0)[0] + static_cast<std::uint32_t>(step));
}

numerics::PhiloxCounter dropout_words(std::uint64_t seed, std::uint32_t layer) {
  return random_words(seed, Purpose::dropout, 0, layer);
}

numerics::PhiloxCounter augmentation_words(std::uint64_t seed, std::uint64_t position) {
  return random_words(seed, Purpose::augmentation, position, 0);
}

numerics::PhiloxCounter hidden_words(std::uint64_t seed, std::uint64_t position, std::uint32_t index) {
  return random_words(seed, Purpose::hidden, position, index);
}

std::uint64_t sampling_seed(std::uint64_t seed, std::int64_t step) {
  return static_cast<std::uint32_t>(random_words(seed, Purpose::sampling, 0, 0)[0] + static_cast<std::uint32_t>(step));
}

}  // namespace musicvae::train
