// The loops that take most of the engine's time, written once. kernels.cpp includes this file in one namespace per instruction set, with
// the compiler's target switched to that set. A template cannot do that, because it is compiled for the target of the place where it is
// written. kernels.cpp lists what the namespace defines before the include. Sums run in one order, and each product is fused with its sum,
// so all instruction sets give the same bits.

inline constexpr int vectors = kPanelWidth / lanes;  // per row of a panel
typedef std::uint16_t Halves __attribute__((vector_size(lanes * 2)));

[[gnu::always_inline]] inline Vector all(float value) {
  return value - Vector{};
}
[[gnu::always_inline]] inline Vector load(const float* from) {
  return *reinterpret_cast<const Vector*>(from);
}
[[gnu::always_inline]] inline Vector load(const std::uint16_t* from) {
  return widen(from);
}
[[gnu::always_inline]] inline void store(float* to, Vector value) {
  *reinterpret_cast<Vector*>(to) = value;
}
#include "numerics/vector_math.inl"

/// Sets values that are too small to matter to zero, so that no product in the engine is denormal (hundreds of times slower).
[[gnu::always_inline]] inline Vector flushed(Vector x) {
  return magnitude(x) < kSmallest ? Vector{} : x;
}

/// 1 / (1 + e^-x), with x clamped to +-40 so that no result is denormal. Absolute error below 1.2e-7.
[[gnu::always_inline]] inline Vector sigmoid(Vector x) {
  return 1.0F / (1.0F + exp(flushed(-limited(x, 40.0F))));
}

/// tanh x: Cephes' odd polynomial near 0, 1 - 2 / (e^2x + 1) beyond. Relative error below 4e-7.
[[gnu::always_inline]] inline Vector tanh(Vector x) {
  constexpr std::int32_t sign_bit = INT32_MIN;
  const Vector size = magnitude(x);
  const Vector held_off = size < 0x1p-30F ? Vector{} : x;  // below that tanh x is x, and the polynomial's products would be denormal
  const Vector square = held_off * held_off;
  Vector p = multiply_add(all(-5.70498872745e-3F), square, all(2.06390887954e-2F));
  p = multiply_add(p, square, all(-5.37397155531e-2F));
  p = multiply_add(p, square, all(1.33314422036e-1F));
  p = multiply_add(p, square, all(-3.33332819422e-1F));
  const Vector near = multiply_add(p * square, x, x);
  const Vector held = size > 20.0F ? all(20.0F) : size;
  const Vector positive = 1.0F - 2.0F / (exp(flushed(held + held)) + 1.0F);
  const Vector far = (Vector)((Bits)positive | ((Bits)x & sign_bit));
  return size < 0.625F ? near : far;
}

/// A tile of a product: R rows by P panels, for inputs first .. first + count.
struct Tile {
  const Product* product;
  std::ptrdiff_t row;
  std::ptrdiff_t column;
  int first;
  int count;
};

#if defined(MUSICVAE_EMULATED_FMA)
#include "numerics/emulated_tile.inl"
#else
/// Adds the products of a tile to the base or, from the second block of inputs on, to y. `weights` are those of the first panel and input.
/// All sums stay in registers.
template <int R, int P, class Number>
[[gnu::always_inline]] inline void multiply_tile(const Tile& t, const Number* weights, std::ptrdiff_t panel_stride,
                                                 std::ptrdiff_t weight_stride) {
  const Product& m = *t.product;
  const float* from = t.first == 0 ? m.base + t.row * m.base_stride : m.y + t.row * m.y_stride;
  const std::ptrdiff_t from_stride = t.first == 0 ? m.base_stride : m.y_stride;
  Vector sum[R][P * vectors];
#pragma GCC unroll 16
  for (int r = 0; r < R; ++r) {
#pragma GCC unroll 16
    for (int v = 0; v < P * vectors; ++v) sum[r][v] = load(from + r * from_stride + t.column + v * lanes);
  }
  const float* x = m.x + t.row * m.x_stride + t.first;
  for (int k = 0; k < t.count; ++k) {
    Vector w[P * vectors];
#pragma GCC unroll 16
    for (int v = 0; v < P * vectors; ++v) {
      const Number* at = weights + v / vectors * panel_stride + v % vectors * lanes;
      if constexpr (R == 1 && prefetched != 0) __builtin_prefetch(reinterpret_cast<const char*>(at) + prefetched);
      w[v] = load(at);
    }
    weights += weight_stride;
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
    for (int v = 0; v < P * vectors; ++v) store(m.y + (t.row + r) * m.y_stride + t.column + v * lanes, sum[r][v]);
  }
}
#endif

/// All R rows and all inputs of a product with few rows, from `panel` on: groups of P panels, and the rest in smaller groups.
template <int R, int P, class Number>
inline void multiply_few(const Product& m, const Number* weights, int panel) {
  for (; panel + P <= m.panels; panel += P) {
    multiply_tile<R, P>({&m, 0, static_cast<std::ptrdiff_t>(panel) * kPanelWidth, 0, m.inputs}, weights + panel * m.panel_stride,
                        m.panel_stride, m.weight_stride);
  }
  if constexpr (P > 1) multiply_few<R, (P + 1) / 2>(m, weights, panel);
}

template <int R, class Number>
inline void multiply_up_to(const Product& m, const Number* weights) {
  if (m.rows == R) {
    multiply_few<R, panels_of(R)>(m, weights, 0);
  } else if constexpr (R > 1) {
    multiply_up_to<R - 1>(m, weights);
  }
}

/// Weights that will be needed soon: `inputs` rows of P panels. Each call of ask() asks for some of them. (WebAssembly cannot ask.)
template <int P, class Number>
struct Ahead {
  const Number* weights;
  std::ptrdiff_t panel_stride;
  std::ptrdiff_t weight_stride;
  int inputs;
  int at_once;
  [[gnu::always_inline]] inline void ask() {
#if !defined(__wasm__)
    for (int k = 0; k < at_once && inputs > 0; ++k, --inputs, weights += weight_stride) {
#pragma GCC unroll 16
      for (int p = 0; p < P; ++p) __builtin_prefetch(weights + p * panel_stride, 0, 2);
    }
#endif
  }
};

/// All rows of P panels, for a block of inputs.
template <int R, int P, class Number>
inline void multiply_rows(Tile t, const float* weights, std::ptrdiff_t panel_stride, std::ptrdiff_t weight_stride, Ahead<P, Number> ahead) {
  const int rows = t.product->rows;
  for (; t.row + R <= rows; t.row += R) {
    ahead.ask();
    multiply_tile<R, P>(t, weights, panel_stride, weight_stride);
  }
  if constexpr (R > 1) {
    if (t.row < rows) multiply_rows<R - 1, P>(t, weights, panel_stride, weight_stride, ahead);
  }
}

/// P panels of a product with many rows. The inputs are divided into blocks whose weights stay in the L1 cache while all rows use them.
/// Halves are widened once per block.
template <int P, class Number>
inline void multiply_many(const Product& m, const Number* weights, int panel) {
  constexpr int block = many_inputs;
  for (int first = 0; first == 0 || first < m.inputs; first += block) {
    const Tile tile{&m, 0, static_cast<std::ptrdiff_t>(panel) * kPanelWidth, first, std::min(block, m.inputs - first)};
    const Number* from = weights + panel * m.panel_stride + first * m.weight_stride;
    // The next block of these panels or, after the last, of the panels that follow in memory
    const bool last = first + block >= m.inputs && m.weight_stride == kPanelWidth;
    const Number* next = last ? weights + (panel + P) * m.panel_stride : from + block * m.weight_stride;
    const Ahead<P, Number> ahead{next, m.panel_stride, m.weight_stride, std::min(block, m.inputs), block * many_rows / m.rows + 1};
    if constexpr (sizeof(Number) == sizeof(float)) {
      multiply_rows<many_rows, P>(tile, from, m.panel_stride, m.weight_stride, ahead);
    } else {
      alignas(64) float widened[block * P * kPanelWidth];
      for (int k = 0; k < tile.count; ++k) {
        for (int v = 0; v < P * vectors; ++v)
          store(widened + (k * P * vectors + v) * lanes,
                load(from + v / vectors * m.panel_stride + k * m.weight_stride + v % vectors * lanes));
      }
      multiply_rows<many_rows, P>(tile, widened, kPanelWidth, P * kPanelWidth, ahead);
    }
  }
}

template <class Number>
inline void multiply(const Product& m, const Number* weights) {
  if (m.rows <= many_rows) return multiply_up_to<many_rows>(m, weights);
  int panel = 0;
  for (; panel + many_panels <= m.panels; panel += many_panels) multiply_many<many_panels>(m, weights, panel);
  for (; panel < m.panels; ++panel) multiply_many<1>(m, weights, panel);
}

inline void multiply_product(const Product& m) noexcept {
  if (m.weights != nullptr) {
    multiply(m, m.weights);
  } else {
    multiply(m, m.halves);
  }
}

/// R rows of a product of bfloat16: two inputs at a time, which are the halves of a word.
template <int R, int P>
[[gnu::always_inline]] inline void multiply_bf16_tile(const Bf16Product& m, int row, int column) {
  Vector sum[R][P * vectors] = {};
  float* y = m.y + row * m.y_stride + column;
  const auto* w = reinterpret_cast<const Bits*>(m.weights) + column / lanes;
  const std::uint16_t* x = m.x + row * m.x_stride;
  for (int k = 0; k < m.inputs; k += 2, w += kBf16Columns / lanes) {
    for (int half = 0; half < 2; ++half) {
      Vector weights[P * vectors];
#pragma GCC unroll 16
      for (int v = 0; v < P * vectors; ++v) weights[v] = half == 0 ? (Vector)(w[v] << 16) : (Vector)(w[v] & ~0xFFFF);
#pragma GCC unroll 16
      for (int r = 0; r < R; ++r) {
        const Vector value = all(std::bit_cast<float>(static_cast<std::uint32_t>(x[r * m.x_stride + k + half]) << 16));
#pragma GCC unroll 16
        for (int v = 0; v < P * vectors; ++v) sum[r][v] += value * weights[v];
      }
    }
  }
#pragma GCC unroll 16
  for (int r = 0; r < R; ++r) {
#pragma GCC unroll 16
    for (int v = 0; v < P * vectors; ++v) {
      float* to = y + r * m.y_stride + v * lanes;
      store(to, m.add ? load(to) + sum[r][v] : sum[r][v]);
    }
  }
}

inline void multiply_bf16(const Bf16Product& m) noexcept {
  constexpr int rows = many_panels == 1 && lanes == 4 ? 2 : 4;  // divides the 32 rows
  for (int row = 0; row < m.rows; row += rows) {
    for (int column = 0; column < kBf16Columns; column += many_panels * kPanelWidth) multiply_bf16_tile<rows, many_panels>(m, row, column);
  }
}

/// An LSTM (Hochreiter and Schmidhuber 1997; TensorFlow's order i, c~, f, o and its forget bias of 1):
///   c' = sigmoid(f + 1) c + sigmoid(i) tanh(c~),  h' = sigmoid(o) tanh(c').
template <int R>
[[gnu::always_inline]] inline void lstm_gates_of(const LstmGates& m, int row, int u) {
  constexpr int together = R < gate_rows ? R : gate_rows;
  Cell cells[R];
#pragma GCC unroll 16
  for (int r = 0; r < R; r += together) {
    CellInput inputs[together];
    Cell made[together];
#pragma GCC unroll 16
    for (int k = 0; k < together; ++k) {
      const float* gates = m.gates + (row + r + k) * m.gates_stride + u / kPanelWidth * (4 * kPanelWidth) + u % kPanelWidth;
      inputs[k] = {flushed(load(gates)), flushed(load(gates + kPanelWidth)), load(gates + 2 * kPanelWidth) + 1.0F,
                   flushed(load(gates + 3 * kPanelWidth)), load(m.c + (row + r + k) * m.c_stride + u)};
    }
    cell_steps(inputs, made);
#pragma GCC unroll 16
    for (int k = 0; k < together; ++k) cells[r + k] = made[k];
  }
  Pack<R> next;
#pragma GCC unroll 16
  for (int r = 0; r < R; ++r) next.of[r] = flushed(cells[r].c);
  const Pack<R> outputs = cell_outputs(next);
#pragma GCC unroll 16
  for (int r = 0; r < R; ++r) {
    store(m.c + (row + r) * m.c_stride + u, next.of[r]);
    store(m.h + (row + r) * m.h_stride + u, flushed(cells[r].o * outputs.of[r]));
  }
}

inline void lstm_gates(const LstmGates& m) noexcept {
  int row = 0;
  for (; row + 2 * gate_rows <= m.rows; row += 2 * gate_rows) {
    for (int u = 0; u < m.units; u += lanes) lstm_gates_of<2 * gate_rows>(m, row, u);
  }
  for (; row < m.rows; ++row) {
    for (int u = 0; u < m.units; u += lanes) lstm_gates_of<1>(m, row, u);
  }
}

inline void to_bf16_all(const float* from, std::uint16_t* to, int count) noexcept {
  for (int i = 0; i < count; i += lanes) {
    const Bits bits = (Bits)load(from + i);
    const Bits nearest = bits + 0x7FFF + ((bits >> 16) & 1);
    const Halves halves = __builtin_convertvector(nearest >> 16, Halves);
    std::memcpy(to + i, &halves, sizeof(halves));
  }
}

inline void sigmoid_all(float* values, int count) noexcept {
  for (int i = 0; i < count; i += lanes) store(values + i, sigmoid(load(values + i)));
}

inline void tanh_all(float* values, int count) noexcept {
  for (int i = 0; i < count; i += lanes) store(values + i, flushed(tanh(load(values + i))));
}

inline constexpr Kernels table = {multiply_product, multiply_bf16, to_bf16_all, lstm_gates, sigmoid_all, tanh_all};
