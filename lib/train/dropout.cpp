#include "musicvae/train/dropout.hpp"

#include <ATen/Parallel.h>

#include <cmath>

#include "data_order.hpp"
#include "dropout_mask.hpp"

namespace musicvae::train {

DropoutKey dropout_key(const Dropout& dropout, const DropoutSite& site) {
  if (dropout.keep >= 1.0) return {};
  const auto words = dropout_words(dropout.seed, static_cast<std::uint32_t>(site.layer));
  return {.words = {words[0], words[1]},
          .threshold = static_cast<std::uint64_t>(std::llround(dropout.keep * 4294967296.0)),
          .scale = static_cast<float>(1.0 / dropout.keep)};
}

torch::Tensor Dropout::operator()(const torch::Tensor& x, const DropoutSite& site) const {
  if (keep >= 1.0) return x;
  torch::Tensor mask = torch::empty(x.sizes(), x.options().requires_grad(false));
  if (!x.is_cpu()) return x * mask.bernoulli_(keep, generator).div_(keep);

  const DropoutKey key = dropout_key(*this, site);
  const ElementNumbers numbers(*this, site, x.size(0), x.size(1), x.size(2));
  const LstmKernels& kernels = lstm_kernels(Storage::fp32);
  const std::vector<float> ones(static_cast<std::size_t>(x.size(2)), 1.0F);
  float* to = mask.data_ptr<float>();
  at::parallel_for(0, x.size(0), 1, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t t = first; t < last; ++t) {
      for (std::int64_t row = 0; row < x.size(1); ++row) {
        kernels.drop(ones.data(), to + (t * x.size(1) + row) * x.size(2), x.size(2), key, numbers.row(t, row));
      }
    }
  });
  return x * mask;
}

}  // namespace musicvae::train
