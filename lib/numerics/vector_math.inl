// Mathematics that the engine's kernels and the training kernels share. Like them, it is included once per instruction set. Before the
// include, the namespace defines Vector (floats), Bits (32-bit integers of the same size), all(float) -> Vector, and
// multiply_add(a, b, c) = a b + c: with one rounding in the engine, whose bits are the same everywhere, and with one or two in training.

[[gnu::always_inline]] inline Vector magnitude(Vector x) {
  return (Vector)((Bits)x & 0x7FFFFFFF);
}

/// Limits x to -limit..limit. NaN stays NaN.
[[gnu::always_inline]] inline Vector limited(Vector x, float limit) {
#if defined(__wasm_simd128__)  // whose compilers make f32x4.min of the comparisons, which takes a browser eight instructions
  return (Vector)wasm_f32x4_pmax(wasm_f32x4_pmin((v128_t)x, (v128_t)all(limit)), (v128_t)all(-limit));
#else
  x = x > limit ? all(limit) : x;
  return x < -limit ? all(-limit) : x;
#endif
}

/// N values that are computed in step. An operation takes several cycles, in which the processor begins those of the other values; of
/// values computed one after the other, too few would be at hand.
template <int N>
struct Pack {
  Vector of[N];
};

/// The value of index i, or a number for all.
template <int N>
[[gnu::always_inline]] inline Vector at(const Pack<N>& x, int i) {
  return x.of[i];
}
[[gnu::always_inline]] inline Vector at(float x, int) {
  return all(x);
}
template <int N, class B, class C>
[[gnu::always_inline]] inline Pack<N> multiply_add(const Pack<N>& a, const B& b, const C& c) {
  Pack<N> result;
#pragma GCC unroll 16
  for (int i = 0; i < N; ++i) result.of[i] = multiply_add(a.of[i], at(b, i), at(c, i));
  return result;
}

/// e^x = scale + scale * excess, for -87 <= x <= 87: x = n ln 2 + r with |r| <= ln 2 / 2, scale = 2^n, excess = e^r - 1 by the polynomial
/// of Cephes' expf.
template <int N>
struct Power {
  Pack<N> scale;
  Pack<N> excess;
};
template <int N>
[[gnu::always_inline]] inline Power<N> power(const Pack<N>& x) {
  constexpr float log2e = 1.44269504F;
  constexpr float to_integer = 12582912.0F;  // 1.5 * 2^23: adding it leaves no bits for a fraction
  constexpr float ln2_high = 0.693359375F;
  constexpr float ln2_low = -2.12194440e-4F;
  const Pack<N> shifted = multiply_add(x, log2e, to_integer);
  Pack<N> n, scale, square;
#pragma GCC unroll 16
  for (int i = 0; i < N; ++i) n.of[i] = shifted.of[i] - to_integer;
  Pack<N> r = multiply_add(n, -ln2_high, x);
  r = multiply_add(n, -ln2_low, r);
  Pack<N> p = multiply_add(r, 1.9875691500e-4F, 1.3981999507e-3F);
  p = multiply_add(p, r, 8.3334519073e-3F);
  p = multiply_add(p, r, 4.1665795894e-2F);
  p = multiply_add(p, r, 1.6666665459e-1F);
  p = multiply_add(p, r, 5.0000001201e-1F);
#pragma GCC unroll 16
  for (int i = 0; i < N; ++i) {
    scale.of[i] = (Vector)((Bits)all(1.0F) + ((Bits)shifted.of[i] << 23));  // the low bits of `shifted` are n, added to the exponent of 1
    square.of[i] = r.of[i] * r.of[i];
  }
  return {scale, multiply_add(p, square, r)};
}

/// e^x. Relative error below 2e-7.
template <int N>
[[gnu::always_inline]] inline Pack<N> value_of(const Power<N>& e) {
  return multiply_add(e.scale, e.excess, e.scale);
}
/// Value i of e^x - 1, without the loss of digits near 0. Relative error below 4e-7.
template <int N>
[[gnu::always_inline]] inline Vector value_minus_1(const Power<N>& e, int i) {
  return multiply_add(e.scale.of[i], e.excess.of[i], e.scale.of[i] - 1.0F);
}

/// e^x for -87 <= x <= 87. Relative error below 2e-7.
[[gnu::always_inline]] inline Vector exp(Vector x) {
  return value_of(power(Pack<1>{{x}})).of[0];
}

constexpr float kSigmoidLimit = 20.0F;  // e^-20 = 2e-9; the product of four denominators of e^20 is 5e34, still a float
constexpr float kTanhLimit = 10.0F;

/// The activations of one step of an LSTM cell, and the new state of the cell. `rest_i` is 1 - i, and so on; `rest_u` is 1 - |u|. They keep
/// the digits that a difference from 1 would lose.
struct Cell {
  Vector i, u, f, o;
  Vector rest_i, rest_u, rest_f, rest_o;
  Vector c;
};

/// The sums from which a cell's activations are computed, and its state before the step. `f` has the forget bias.
struct CellInput {
  Vector i, u, f, o;
  Vector c;
};

/// Computes N cells, and for each the four activations with one division: the reciprocal of the product of their denominators.
template <int N>
[[gnu::always_inline]] inline void cell_steps(const CellInput (&inputs)[N], Cell (&cells)[N]) {
  Pack<4 * N> x;
#pragma GCC unroll 16
  for (int k = 0; k < N; ++k) {
    x.of[4 * k] = -limited(inputs[k].i, kSigmoidLimit);
    x.of[4 * k + 1] = -2.0F * limited(inputs[k].u, kTanhLimit);
    x.of[4 * k + 2] = -limited(inputs[k].f, kSigmoidLimit);
    x.of[4 * k + 3] = -limited(inputs[k].o, kSigmoidLimit);
  }
  const Power<4 * N> e = power(x);
  const Pack<4 * N> values = value_of(e);
#pragma GCC unroll 16
  for (int k = 0; k < N; ++k) {
    const Vector ei = values.of[4 * k], eu = values.of[4 * k + 1], ef = values.of[4 * k + 2], eo = values.of[4 * k + 3];
    const Vector eu_minus_1 = value_minus_1(e, 4 * k + 1);
    const Vector di = 1.0F + ei, du = 2.0F + eu_minus_1, df = 1.0F + ef, d_o = 1.0F + eo;
    const Vector di_df = di * df, do_du = d_o * du;
    const Vector r = 1.0F / (di_df * do_du);
    const Vector r_if = r * do_du, r_ou = r * di_df;
    Cell& cell = cells[k];
    cell.i = r_if * df;
    cell.f = r_if * di;
    cell.o = r_ou * du;
    const Vector ru = r_ou * d_o;
    cell.u = -eu_minus_1 * ru;
    cell.rest_i = ei * cell.i;
    cell.rest_f = ef * cell.f;
    cell.rest_o = eo * cell.o;
    cell.rest_u = 2.0F * (cell.u > 0.0F ? eu : all(1.0F)) * ru;
    cell.c = multiply_add(cell.f, inputs[k].c, cell.i * cell.u);
  }
}

/// tanh c for each. Relative error below 1e-6.
template <int N>
[[gnu::always_inline]] inline Pack<N> cell_outputs(const Pack<N>& c) {
  Pack<N> x, result;
#pragma GCC unroll 16
  for (int i = 0; i < N; ++i) x.of[i] = -2.0F * limited(c.of[i], kTanhLimit);
  const Power<N> e = power(x);
#pragma GCC unroll 16
  for (int i = 0; i < N; ++i) {
    const Vector ec_minus_1 = value_minus_1(e, i);
    result.of[i] = -ec_minus_1 / (2.0F + ec_minus_1);
  }
  return result;
}
