// Mathematics that the engine's kernels and the training kernels share. Like them, it is included once per instruction set. Before the
// include, the namespace defines Vector (floats), Bits (32-bit integers of the same size), all(float) -> Vector, and
// multiply_add(a, b, c) = a b + c: rounded twice in the engine, whose bits are the same everywhere, and fused in training.

[[gnu::always_inline]] inline Vector magnitude(Vector x) {
  return (Vector)((Bits)x & 0x7FFFFFFF);
}

/// e^x for -87 <= x <= 87: x = n ln 2 + r with |r| <= ln 2 / 2; polynomial of Cephes' expf. Relative error below 2e-7.
[[gnu::always_inline]] inline Vector exp(Vector x) {
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
  p = multiply_add(p, multiply_add(r, r, Vector{}), r) + 1.0F;
  return (Vector)((Bits)p + ((Bits)shifted << 23));  // the low bits of `shifted` are n; they are added to the exponent
}
