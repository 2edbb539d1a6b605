// The fused multiply-add of floats on instruction sets without it (SSE2, WebAssembly), by doubles, two at a time. A namespace of
// kernels.cpp includes this file before kernels.inl.
//
// As a double, the product of two floats is exact. The sum, though, is rounded to the 53 bits of a double before it is rounded to the 24 of
// a float. Two roundings to nearest give another result than one only if the first ends in the middle between two floats. Few sums do, so
// each is computed in this way, and again by sums_with_care() where it ends in a middle.
//
// All is scaled by 2^-896, which makes the least normal float the least normal double. So denormal sums are rounded where floats' are.

typedef double Doubles __attribute__((vector_size(16)));
typedef std::int64_t Longs __attribute__((vector_size(16)));
typedef float TwoFloats __attribute__((vector_size(8)));

inline constexpr double kScale = 0x1p-896;
inline constexpr double kTooLarge = 0x1p128 * kScale;  // for a float
inline constexpr std::int64_t kRest = 0x1FFFFFFF;      // the 29 bits that a double has and a float has not

[[gnu::always_inline]] inline Doubles low_doubles(Vector x) {
  return __builtin_convertvector(__builtin_shufflevector(x, x, 0, 1), Doubles);
}
[[gnu::always_inline]] inline Doubles high_doubles(Vector x) {
  return __builtin_convertvector(__builtin_shufflevector(x, x, 2, 3), Doubles);
}

/// Scaled doubles, each of which is a float, as floats.
[[gnu::always_inline]] inline Vector scaled_back(Doubles low, Doubles high) {
  low *= 1.0 / kScale;
  high *= 1.0 / kScale;
#if defined(__wasm_simd128__)
  return (Vector)wasm_i64x2_shuffle(wasm_f32x4_demote_f64x2_zero((v128_t)low), wasm_f32x4_demote_f64x2_zero((v128_t)high), 0, 2);
#else
  return __builtin_shufflevector(__builtin_convertvector(low, TwoFloats), __builtin_convertvector(high, TwoFloats), 0, 1, 2, 3);
#endif
}

[[gnu::always_inline]] inline bool any(Bits bits) {
#if defined(__wasm_simd128__)
  return wasm_v128_any_true((v128_t)bits);
#else
  const Longs both = (Longs)bits;
  return (both[0] | both[1]) != 0;
#endif
}

/// Scaled sums, rounded to 24 bits, to nearest and ties to even. Right if no sum was rounded, such as those of two floats.
[[gnu::always_inline]] inline Doubles rounded_to_even(Doubles sums) {
  const Longs bits = (Longs)sums;
  return (Doubles)((bits + kRest / 2 + (bits >> 29 & 1)) & ~kRest);
}

/// N times two scaled numbers.
template <int N>
struct Pairs {
  Doubles of[N];
};

/// Sums of products and addends, all scaled, rounded to 24 bits once: first to odd, as a float's bits need (Boldo and Melquiond 2008).
template <int N>
[[gnu::noinline]] Pairs<N> sums_with_care(Pairs<N> products, Pairs<N> sums) {
  for (int i = 0; i < N; ++i) {
    const Doubles product = products.of[i], addend = sums.of[i];
    const Doubles sum = product + addend;
    const Doubles of_addend = sum - product;
    const Doubles error = (product - (sum - of_addend)) + (addend - of_addend);
    const Longs bits = (Longs)sum;
    const Longs to_odd = (Longs)(error != 0.0) & ((bits & 1) - 1);  // of an inexact even sum: all ones
    const Longs up = 1 | (((Longs)error ^ bits) >> 63);             // away from 0 or, if the error has the other sign, towards it
    const Doubles rounded = rounded_to_even((Doubles)(bits + (to_odd & up)));
    const Longs sign = (Longs)rounded & INT64_MIN;
    const Doubles size = (Doubles)((Longs)rounded ^ sign);
    const Longs infinite = size >= kTooLarge;
    constexpr std::int64_t infinity = 0x7FF0'0000'0000'0000;
    sums.of[i] = (Doubles)((infinite & (infinity | sign)) | (~infinite & (Longs)rounded));
  }
  return sums;
}

/// Sums of products and addends. All are scaled; addends and sums have 24 bits. `floats`: the products have 24 bits,
/// too, as those by a power of 2. Many sums then end in a middle, but exactly, and the even neighbour is right.
template <bool floats, int N>
[[gnu::always_inline]] inline Pairs<N> sums_of(const Pairs<N>& products, Pairs<N> sums) {
  constexpr std::int64_t watched = 0x7FFFFFFF'1FFFFFFF;        // of the complement: the upper half of the size, and the rest
  constexpr Bits least_good = {1, 0x70100000, 1, 0x70100000};  // the rest is not all ones; the sum is below kTooLarge, and not NaN
  Longs up[N];
  Bits least = {INT32_MAX, INT32_MAX, INT32_MAX, INT32_MAX};
#pragma GCC unroll 16
  for (int i = 0; i < N; ++i) {
    const Longs bits = (Longs)(sums.of[i] + products.of[i]);
    up[i] = bits + kRest / 2;  // the rest of a middle becomes all ones
    if constexpr (floats) up[i] += bits >> 29 & 1;
    Bits seen = (Bits)(~up[i] & watched);
    if constexpr (floats) seen |= Bits{1, 0, 1, 0};
    least = seen < least ? seen : least;
  }
  if (any(least < least_good)) return sums_with_care(products, sums);
#pragma GCC unroll 16
  for (int i = 0; i < N; ++i) sums.of[i] = (Doubles)(up[i] & ~kRest);
  return sums;
}

/// a b + c with one rounding.
[[gnu::always_inline]] inline Vector multiply_add(Vector a, Vector b, Vector c) {
  const Pairs<2> products = {low_doubles(a) * kScale * low_doubles(b), high_doubles(a) * kScale * high_doubles(b)};
  const Pairs<2> sums = sums_of<false>(products, {low_doubles(c) * kScale, high_doubles(c) * kScale});
  return scaled_back(sums.of[0], sums.of[1]);
}
