// The loops that take most of the engine's time, written once. kernels.cpp includes this file in one namespace per instruction set, with
// the compiler's target switched to that set. A template cannot do that, because it is compiled for the target of the place where it is
// written. Before the include, the namespace defines lanes (floats per register), many_panels and many_rows (the tile that fits the
// registers). Sums run in one order and nothing is fused, so all instruction sets give the same bits.

typedef float Vector __attribute__((vector_size(lanes * 4), may_alias));
typedef std::int32_t Bits __attribute__((vector_size(lanes * 4)));

inline constexpr int vectors = kPanelWidth / lanes;  // per row of a panel

/// The vector version of `rounded` in rounded.hpp.
[[gnu::always_inline]] inline Vector rounded(Vector value) {
#if defined(__x86_64__)
  __asm__("" : "+v"(value));
#elif defined(__aarch64__)
  __asm__("" : "+w"(value));
#else
  __asm__("" : "+m"(value));
#endif
  return value;
}

[[gnu::always_inline]] inline Vector all(float value) {
  return value - Vector{};
}
[[gnu::always_inline]] inline Vector load(const float* from) {
  return *reinterpret_cast<const Vector*>(from);
}
[[gnu::always_inline]] inline void store(float* to, Vector value) {
  *reinterpret_cast<Vector*>(to) = value;
}
[[gnu::always_inline]] inline Vector multiply_add(Vector a, Vector b, Vector c) {
  return rounded(a * b) + c;
}
#include "numerics/vector_math.inl"

/// Sets values that are too small to matter to zero, so that no product in the engine is denormal (hundreds of times slower).
[[gnu::always_inline]] inline Vector flushed(Vector x) {
  return magnitude(x) < kSmallest ? Vector{} : x;
}

/// 1 / (1 + e^-x), with x clamped to +-40 so that no result is denormal. Absolute error below 1.2e-7.
[[gnu::always_inline]] inline Vector sigmoid(Vector x) {
  x = x < -40.0F ? all(-40.0F) : x;
  x = x > 40.0F ? all(40.0F) : x;
  return 1.0F / (1.0F + exp(flushed(-x)));
}

/// tanh x: Cephes' odd polynomial near 0, 1 - 2 / (e^2x + 1) beyond. Relative error below 4e-7.
[[gnu::always_inline]] inline Vector tanh(Vector x) {
  constexpr std::int32_t sign_bit = INT32_MIN;
  const Vector size = magnitude(x);
  const Vector held_off = size < 0x1p-30F ? Vector{} : x;  // below that tanh x is x, and the polynomial's products would be denormal
  const Vector square = rounded(held_off * held_off);
  Vector p = multiply_add(all(-5.70498872745e-3F), square, all(2.06390887954e-2F));
  p = multiply_add(p, square, all(-5.37397155531e-2F));
  p = multiply_add(p, square, all(1.33314422036e-1F));
  p = multiply_add(p, square, all(-3.33332819422e-1F));
  const Vector near = multiply_add(rounded(p * square), x, x);
  const Vector held = size > 20.0F ? all(20.0F) : size;
  const Vector positive = 1.0F - 2.0F / (exp(flushed(held + held)) + 1.0F);
  const Vector far = reinterpret_cast<Vector>(reinterpret_cast<Bits>(positive) | (reinterpret_cast<Bits>(x) & sign_bit));
  return size < 0.625F ? near : far;
}

/// Computes R rows by P panels of y = base + x W. All sums stay in registers, and each sum adds the inputs in order.
template <int R, int P>
[[gnu::always_inline]] inline void tile(const Product& m, const float* panel, std::ptrdiff_t row, std::ptrdiff_t column) {
  const std::ptrdiff_t panel_size = static_cast<std::ptrdiff_t>(m.inputs) * kPanelWidth;
  Vector sum[R][P * vectors];
#pragma GCC unroll 16
  for (int r = 0; r < R; ++r) {
#pragma GCC unroll 16
    for (int v = 0; v < P * vectors; ++v) sum[r][v] = load(m.base + (row + r) * m.base_stride + column + v * lanes);
  }
  const float* x = m.x + row * m.x_stride;
  for (int k = 0; k < m.inputs; ++k) {
    Vector w[P * vectors];
#pragma GCC unroll 16
    for (int v = 0; v < P * vectors; ++v) w[v] = load(panel + v / vectors * panel_size + k * kPanelWidth + v % vectors * lanes);
#pragma GCC unroll 16
    for (int r = 0; r < R; ++r) {
      const Vector value = all(x[r * m.x_stride + k]);
#pragma GCC unroll 16
      for (int v = 0; v < P * vectors; ++v) sum[r][v] = multiply_add(value, w[v], sum[r][v]);
    }
  }
#pragma GCC unroll 16
  for (int r = 0; r < R; ++r) {
#pragma GCC unroll 16
    for (int v = 0; v < P * vectors; ++v) store(m.y + (row + r) * m.y_stride + column + v * lanes, sum[r][v]);
  }
}

/// Computes the last `rows` <= R rows of P panels.
template <int R, int P>
inline void last_rows(const Product& m, const float* panel, std::ptrdiff_t row, std::ptrdiff_t column, int rows) {
  if (rows == R) {
    tile<R, P>(m, panel, row, column);
  } else if constexpr (R > 1) {
    last_rows<R - 1, P>(m, panel, row, column, rows);
  }
}

template <int R, int P>
inline void strips(const Product& m, int& panel) {
  for (; panel + P <= m.panels; panel += P) {
    const float* weights = m.weights + static_cast<std::ptrdiff_t>(panel) * m.inputs * kPanelWidth;
    const std::ptrdiff_t column = static_cast<std::ptrdiff_t>(panel) * kPanelWidth;
    int row = 0;
    for (; row + R <= m.rows; row += R) tile<R, P>(m, weights, row, column);
    if (row < m.rows) last_rows<R, P>(m, weights, row, column, m.rows - row);
  }
}

inline void multiply(const Product& m) noexcept {
  int panel = 0;
  if (m.rows == 1) strips<1, 4>(m, panel);  // one row has too few sums to hide the latency of an addition: take more panels
  strips<many_rows, many_panels>(m, panel);
  if constexpr (many_panels > 1) strips<many_rows, 1>(m, panel);
}

/// One row of an LSTM (Hochreiter and Schmidhuber 1997; TensorFlow's order i, c~, f, o and its forget bias of 1):
///   c' = sigmoid(f + 1) c + sigmoid(i) tanh(c~),  h' = sigmoid(o) tanh(c').
inline void lstm_gates(const float* gates, int units, float* c, float* h) noexcept {
  for (int u = 0; u < units; u += lanes) {
    const Vector i = sigmoid(load(gates + u));
    const Vector candidate = tanh(load(gates + units + u));
    const Vector f = sigmoid(load(gates + 2 * units + u) + 1.0F);
    const Vector o = sigmoid(load(gates + 3 * units + u));
    const Vector next = flushed(multiply_add(f, load(c + u), rounded(i * candidate)));
    store(c + u, next);
    store(h + u, flushed(o * tanh(next)));
  }
}

inline void sigmoid_all(float* values, int count) noexcept {
  for (int i = 0; i < count; i += lanes) store(values + i, sigmoid(load(values + i)));
}

inline void tanh_all(float* values, int count) noexcept {
  for (int i = 0; i < count; i += lanes) store(values + i, flushed(tanh(load(values + i))));
}

inline constexpr Kernels table = {multiply, lstm_gates, sigmoid_all, tanh_all};
