#include "lstm_kernels.hpp"

#include <cstring>

#include "musicvae/numerics/kernels.hpp"

namespace musicvae::train {

namespace baseline {
#include "lstm_kernels.inl"
}  // namespace baseline

#if defined(__x86_64__)
#include "numerics/target_avx2.inl"
namespace avx2 {
#include "lstm_kernels.inl"
}  // namespace avx2
#include "numerics/target_end.inl"

#include "numerics/target_avx512.inl"
namespace avx512 {
#include "lstm_kernels.inl"
}  // namespace avx512
#include "numerics/target_end.inl"
#endif

const LstmKernels& lstm_kernels(Storage storage) {
#if defined(__x86_64__)
  const numerics::Isa isa = numerics::best_isa();
  if (isa >= numerics::Isa::avx512) return avx512::table(storage);
  if (isa == numerics::Isa::avx2) return avx2::table(storage);
#endif
  return baseline::table(storage);
}

}  // namespace musicvae::train
