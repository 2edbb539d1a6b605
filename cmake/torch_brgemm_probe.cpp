// LibTorch's kernel for small products. It is internal: if a version lacks it, lib/train/product.cpp uses public operators instead.
#include <ATen/native/CPUBlas.h>

int main() {
  float sum = 0.0F;
  const float number = 1.0F;
  const at::BFloat16 half = 1.0F;
  at::native::cpublas::brgemm(std::int64_t{1}, std::int64_t{1}, std::int64_t{1}, std::int64_t{1}, std::int64_t{1}, std::int64_t{1}, true,
                              &number, &number, &sum, false);
  at::native::cpublas::brgemm(std::int64_t{1}, std::int64_t{1}, std::int64_t{1}, std::int64_t{1}, std::int64_t{1}, std::int64_t{1}, true,
                              &half, &half, &sum, true);
  at::native::cpublas::brgemm_release(at::native::cpublas::could_pack(at::kBFloat16));
  return sum > 0.0F ? 0 : 1;
}
