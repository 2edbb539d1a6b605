// Mathematics that the engine's kernels and the training kernels share. Like them, it is included once per instruction set. Before the
// include, the namespace defines Vector (floats), Bits (32-bit integers of the same size), all(float) -> Vector, choose(mask, a, b), and
// multiply_add(a, b, c) = a b + c: with one rounding in the engine, whose bits are the same everywhere, and with one or two in training.

[[gnu::always_inline]] inline Vector magnitude(Vector x) {
  return (Vector)((Bits)x & 0x7FFFFFFF);
}

/// Limits x to -limit..limit. NaN stays NaN.
[[gnu::always_inline]] inline Vector limited(Vector x, float limit) {
  x = choose(x > limit, all(limit), x);
  return choose(x < -limit, all(-limit), x);
}

/// e^x = scale + scale * excess, for -87 <= x <= 87: x = n ln 2 + r with |r| <= ln 2 / 2, scale = 2^n, excess = e^r - 1 by the polynomial
/// of Cephes' expf.
struct Power {
  Vector scale;
  Vector excess;
};
[[gnu::always_inline]] inline Power power(Vector x) {
  constexpr float log2e = 1.44269504F;
  constexpr float to_integer = 12582912.0F;  // 1.5 * 2^23: adding it leaves no bits for a fraction
  constexpr float ln2_high = 0.693359375F;
  constexpr float ln2_low = -2.12194440e-4F;
  const Vector shifted = multiply_add(x, all(log2e), all(to_integer));
  const Vector n = shifted - to_integer;
  Vector r = multiply_add(n, all(-ln2_high), x);
  r = multiply_add(n, all(-ln2_low), r);
  Vector p = multiply_add(all(1.9875691500e-4F), r, all(1.3981999507e-3F));
  p = multiply_add(p, r, all(8.3334519073e-3F));
  p = multiply_add(p, r, all(4.1665795894e-2F));
  p = multiply_add(p, r, all(1.6666665459e-1F));
  p = multiply_add(p, r, all(5.0000001201e-1F));
  // The low bits of `shifted` are n; they are added to the exponent of 1.
  return {(Vector)((Bits)all(1.0F) + ((Bits)shifted << 23)), multiply_add(p, r * r, r)};
}

/// e^x. Relative error below 2e-7.
[[gnu::always_inline]] inline Vector value_of(const Power& e) {
  return multiply_add(e.scale, e.excess, e.scale);
}
/// e^x - 1, without the loss of digits near 0. Relative error below 4e-7.
[[gnu::always_inline]] inline Vector value_minus_1(const Power& e) {
  return multiply_add(e.scale, e.excess, e.scale - 1.0F);
}

/// e^x for -87 <= x <= 87. Relative error below 2e-7.
[[gnu::always_inline]] inline Vector exp(Vector x) {
  return value_of(power(x));
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

/// Computes the four activations with one division: the reciprocal of the product of their denominators. `f` has the forget bias.
[[gnu::always_inline]] inline Cell cell_step(Vector i, Vector u, Vector f, Vector o, Vector c_before) {
  const Vector ei = exp(-limited(i, kSigmoidLimit));
  const Power eu = power(-2.0F * limited(u, kTanhLimit));
  const Vector eu_minus_1 = value_minus_1(eu);
  const Vector ef = exp(-limited(f, kSigmoidLimit));
  const Vector eo = exp(-limited(o, kSigmoidLimit));
  const Vector di = 1.0F + ei, du = 2.0F + eu_minus_1, df = 1.0F + ef, d_o = 1.0F + eo;
  const Vector di_df = di * df, do_du = d_o * du;
  const Vector r = 1.0F / (di_df * do_du);
  const Vector r_if = r * do_du, r_ou = r * di_df;
  Cell cell;
  cell.i = r_if * df;
  cell.f = r_if * di;
  cell.o = r_ou * du;
  const Vector ru = r_ou * d_o;
  cell.u = -eu_minus_1 * ru;
  cell.rest_i = ei * cell.i;
  cell.rest_f = ef * cell.f;
  cell.rest_o = eo * cell.o;
  cell.rest_u = 2.0F * choose(cell.u > 0.0F, value_of(eu), all(1.0F)) * ru;
  cell.c = multiply_add(cell.f, c_before, cell.i * cell.u);
  return cell;
}

/// tanh c. Relative error below 1e-6.
[[gnu::always_inline]] inline Vector cell_output(Vector c) {
  const Vector ec_minus_1 = value_minus_1(power(-2.0F * limited(c, kTanhLimit)));
  return -ec_minus_1 / (2.0F + ec_minus_1);
}
