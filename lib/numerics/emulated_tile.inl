// multiply_tile() of kernels.inl for instruction sets without a fused multiply-add: in doubles, some columns at a time.

inline constexpr int kColumns = 8;
inline constexpr int kPairs = kColumns / 2;

/// Weights of one input, as doubles. A factor that is scaled by `kFactorScale` makes scaled products of them.
template <class Number>
struct PairsOfWeights {
  static constexpr double kFactorScale = kScale;
  Doubles of[kPairs];
  [[gnu::always_inline]] inline explicit PairsOfWeights(const Number* from) {
#pragma GCC unroll 16
    for (int i = 0; i < kPairs; i += 2) {
      const Vector four = load(from + 2 * i);
      of[i] = low_doubles(four);
      of[i + 1] = high_doubles(four);
    }
  }
};

#if defined(__wasm_simd128__)
/// Halves become the upper halves of doubles: sign, exponent and fraction are moved to their places there. The exponent's bias is not
/// corrected, so these numbers are 2^-1008 of the weights; denormal halves are denormal doubles. (On x86-64 that would not do, because a
/// program may have denormal numbers count as 0 there.)
template <>
struct PairsOfWeights<std::uint16_t> {
  static constexpr double kFactorScale = 0x1p1008 * kScale;
  Doubles of[kPairs];
  [[gnu::always_inline]] inline explicit PairsOfWeights(const std::uint16_t* from) {
    constexpr std::int32_t fields = ~0x7E000000;  // all but copies of the sign, which the shift makes
    const v128_t none = wasm_i32x4_const_splat(0);
#pragma GCC unroll 16
    for (int i = 0; i < kPairs; i += 4) {
      const v128_t halves = wasm_v128_load(from + 2 * i);
      const v128_t low = (v128_t)((Bits)wasm_i16x8_shuffle(none, halves, 0, 8, 1, 9, 2, 10, 3, 11) >> 6 & fields);
      const v128_t high = (v128_t)((Bits)wasm_i16x8_shuffle(none, halves, 4, 12, 5, 13, 6, 14, 7, 15) >> 6 & fields);
      of[i] = (Doubles)wasm_i32x4_shuffle(none, low, 0, 4, 1, 5);
      of[i + 1] = (Doubles)wasm_i32x4_shuffle(none, low, 2, 6, 3, 7);
      of[i + 2] = (Doubles)wasm_i32x4_shuffle(none, high, 0, 4, 1, 5);
      of[i + 3] = (Doubles)wasm_i32x4_shuffle(none, high, 2, 6, 3, 7);
    }
  }
};
#endif

/// Some columns of a product: R rows, from `from` to `to`. Those of an input are `first_weight` beyond its weights.
template <class Number>
struct Columns {
  const float* x;
  std::ptrdiff_t x_stride;
  const Number* weights;
  std::ptrdiff_t weight_stride;
  std::ptrdiff_t first_weight;
  const float* from;
  std::ptrdiff_t from_stride;
  float* to;
  std::ptrdiff_t to_stride;
  int inputs;
};

template <int R, class Number>
[[gnu::always_inline]] inline void multiply_columns(const Columns<Number>& m) {
  Pairs<kPairs> sums[R];
#pragma GCC unroll 16
  for (int r = 0; r < R; ++r) {
#pragma GCC unroll 16
    for (int i = 0; i < kPairs; i += 2) {
      const Vector from = load(m.from + r * m.from_stride + 2 * i);
      sums[r].of[i] = low_doubles(from) * kScale;
      sums[r].of[i + 1] = high_doubles(from) * kScale;
    }
  }
  const Number* weights = m.weights;
  for (int k = 0; k < m.inputs; ++k, weights += m.weight_stride) {
    const PairsOfWeights<Number> w(weights + m.first_weight);
#pragma GCC unroll 16
    for (int r = 0; r < R; ++r) {
      const float value = m.x[r * m.x_stride + k];
      const double factor = static_cast<double>(value) * PairsOfWeights<Number>::kFactorScale;
      Pairs<kPairs> products;
#pragma GCC unroll 16
      for (int i = 0; i < kPairs; ++i) products.of[i] = Doubles{factor, factor} * w.of[i];
      constexpr std::uint32_t fraction = 0x7FFFFF;
      if ((std::bit_cast<std::uint32_t>(value) & fraction) == 0) {  // 0 or a power of 2, such as a hit
        sums[r] = sums_of<true>(products, sums[r]);
      } else {
        sums[r] = sums_of<false>(products, sums[r]);
      }
    }
  }
#pragma GCC unroll 16
  for (int r = 0; r < R; ++r) {
#pragma GCC unroll 16
    for (int i = 0; i < kPairs; i += 2) store(m.to + r * m.to_stride + 2 * i, scaled_back(sums[r].of[i], sums[r].of[i + 1]));
  }
}

template <int R, int P, class Number>
inline void multiply_tile(const Tile& t, const Number* weights, std::ptrdiff_t panel_stride, std::ptrdiff_t weight_stride) {
  const Product& m = *t.product;
  const float* from = t.first == 0 ? m.base + t.row * m.base_stride : m.y + t.row * m.y_stride;
  const std::ptrdiff_t from_stride = t.first == 0 ? m.base_stride : m.y_stride;
  for (int column = 0; column < P * kPanelWidth; column += kColumns) {
    multiply_columns<R, Number>({m.x + t.row * m.x_stride + t.first, m.x_stride, weights, weight_stride,
                                 column / kPanelWidth * panel_stride + column % kPanelWidth, from + t.column + column, from_stride,
                                 m.y + t.row * m.y_stride + t.column + column, m.y_stride, t.count});
  }
}
