#include "product.hpp"

#include <torch/torch.h>

#if MUSICVAE_TORCH_HAS_BRGEMM
#include <ATen/native/CPUBlas.h>
#endif

namespace musicvae::train::fused {

#if MUSICVAE_TORCH_HAS_BRGEMM
template <class Number>
void multiply(const Product<Number>& product) {
  at::native::cpublas::brgemm(product.rows, block_width, product.sums, product.left_stride, block_width, product.to_stride, product.add,
                              product.left, product.right, product.to, product.pairs);
}

void end_products(bool pairs) {
  at::native::cpublas::brgemm_release(pairs);
}

bool takes_pairs() {
  return at::native::cpublas::could_pack(at::kBFloat16);
}
#else
template <class Number>
void multiply(const Product<Number>& product) {
  multiply_by_operators(product);
}

void end_products(bool) {}

bool takes_pairs() {
  return false;
}
#endif

template <class Number>
void multiply_by_operators(const Product<Number>& product) {
  TORCH_CHECK(!product.pairs, "multiply_by_operators takes no pairs");
  const auto numbers = at::TensorOptions(c10::CppTypeToScalarType<Number>::value);
  const auto matrix = [&](const Number* data, std::int64_t rows, std::int64_t columns, std::int64_t stride) {
    return at::from_blob(const_cast<Number*>(data), {rows, columns}, {stride, 1}, numbers).to(at::kFloat);
  };
  const at::Tensor left = matrix(product.left, product.rows, product.sums, product.left_stride);
  const at::Tensor right = matrix(product.right, product.sums, block_width, block_width);
  at::Tensor to = at::from_blob(product.to, {product.rows, block_width}, {product.to_stride, 1}, at::TensorOptions(at::kFloat));
  if (product.add) {
    to.addmm_(left, right);
  } else {
    at::mm_out(to, left, right);
  }
}

template void multiply(const Product<float>& product);
template void multiply(const Product<at::BFloat16>& product);
template void multiply_by_operators(const Product<float>& product);
template void multiply_by_operators(const Product<at::BFloat16>& product);

}  // namespace musicvae::train::fused
