// Written once and included by lstm_kernels.cpp in one namespace per instruction set. All loops process 16 numbers at a time, which is one
// register of AVX-512, two of AVX2, or four of SSE2 or NEON.

typedef float Floats __attribute__((vector_size(64)));
typedef std::int32_t Ints __attribute__((vector_size(64)));
typedef std::uint32_t Words __attribute__((vector_size(64)));
typedef std::uint16_t Halves __attribute__((vector_size(32)));

[[gnu::always_inline]] inline Floats load(const float* from) {
  Floats x;
  std::memcpy(&x, from, sizeof(x));
  return x;
}
[[gnu::always_inline]] inline void store(float* to, Floats x) {
  std::memcpy(to, &x, sizeof(x));
}
using Vector = Floats;
using Bits = Ints;
[[gnu::always_inline]] inline Floats all(float value) {
  return value - Floats{};
}
[[gnu::always_inline]] inline Floats multiply_add(Floats a, Floats b, Floats c) {
  return a * b + c;
}
#include "numerics/vector_math.inl"

[[gnu::always_inline]] inline Words to_bf16(Floats x) {  // in the low half of each word; to nearest, ties to even; NaN stays NaN
  const Words bits = (Words)x;
  const Words nearest = (bits + 0x7FFFU + ((bits >> 16) & 1U)) >> 16;
  const Words is_nan = (Words)(x != x);
  return (is_nan & 0x7FC0U) | (~is_nan & nearest);
}
[[gnu::always_inline]] inline void store_bf16(std::uint16_t* to, Floats x) {
  const Halves halves = __builtin_convertvector(to_bf16(x), Halves);
  std::memcpy(to, &halves, sizeof(halves));
}
[[gnu::always_inline]] inline Floats load_bf16(const std::uint16_t* from) {
  Halves halves;
  std::memcpy(&halves, from, sizeof(halves));
  return (Floats)(__builtin_convertvector(halves, Words) << 16);
}

// --- How each storage stores two rows of 16 numbers. ---

struct Fp32 {
  using Number = float;
  static constexpr bool rounds = false;
  [[gnu::always_inline]] static void put(float* to, Floats x) { store(to, x); }
  [[gnu::always_inline]] static void put_rows(float* block, int column, Floats a, Floats b) {
    store(block + column, a);
    store(block + block_width + column, b);
  }
  [[gnu::always_inline]] static void take_rows(const float* block, int column, Floats& a, Floats& b) {
    a = load(block + column);
    b = load(block + block_width + column);
  }
};

struct Bf16 {
  using Number = std::uint16_t;
  static constexpr bool rounds = true;
  [[gnu::always_inline]] static void put(std::uint16_t* to, Floats x) { store_bf16(to, x); }
  [[gnu::always_inline]] static void put_rows(std::uint16_t* block, int column, Floats a, Floats b) {
    const Words words = to_bf16(a) | (to_bf16(b) << 16);
    std::memcpy(block + 2 * column, &words, sizeof(words));
  }
  [[gnu::always_inline]] static void take_rows(const std::uint16_t* block, int column, Floats& a, Floats& b) {
    Words words;
    std::memcpy(&words, block + 2 * column, sizeof(words));
    a = (Floats)(words << 16);
    b = (Floats)(words & 0xFFFF0000U);
  }
};

// --- How activations are stored for the backward pass. ---
// The backward pass needs s and 1 - s of a sigmoid s, and u and 1 - u^2 of a tanh u. bfloat16 has 8 bits: 0.998 would become 1, and the
// gradient of a nearly open gate would be 0 for good. Therefore the distance to the nearer end of the range is stored, with its own
// exponent.

struct Sigmoid {
  Floats value;
  Floats rest;  // 1 - value
};
template <class Kept>
[[gnu::always_inline]] inline Floats keep_sigmoid(Sigmoid s) {
  if constexpr (!Kept::rounds) return s.value;
  return s.value <= s.rest ? s.value : -s.rest;
}
template <class Kept>
[[gnu::always_inline]] inline Sigmoid kept_sigmoid(Floats x) {
  if constexpr (!Kept::rounds) return {x, 1.0F - x};
  const Ints low = x > 0.0F;
  return {low ? x : 1.0F + x, low ? 1.0F - x : -x};
}

struct Tanh {
  Floats value;
  Floats rest;  // 1 - |value|
};
constexpr float kTail = 18446744073709551616.0F;  // 2^64 moves the stored value of a saturated tanh out of the range of the others
template <class Kept>
[[gnu::always_inline]] inline Floats keep_tanh(Tanh u) {
  if constexpr (!Kept::rounds) return u.value;
  const Floats tail = (u.value < 0.0F ? -u.rest : u.rest) * kTail;
  return u.rest < 0.5F ? tail : u.value;
}
template <class Kept>
[[gnu::always_inline]] inline Tanh kept_tanh(Floats x) {
  if constexpr (!Kept::rounds) return {x, 1.0F - magnitude(x)};
  const Floats size = magnitude(x);
  const Ints saturated = size > 1.0F;
  const Floats rest = saturated ? size * (1.0F / kTail) : 1.0F - size;
  const Floats value = saturated ? 1.0F - rest : size;
  return {x < 0.0F ? -value : value, rest};
}

// --- The cell. ---

template <class Kept>
void forward(const ForwardBlock& b) {
  using Number = typename Kept::Number;
  auto* gates = static_cast<Number*>(b.gates);
  auto* h = static_cast<Number*>(b.h);
  for (std::int64_t r = 0; r < b.rows; r += 2) {
    CellInput inputs[2];
    Cell cells[2];
    for (int k = 0; k < 2; ++k) {
      const float* products = b.products + (r + k) * block_width;
      const float* bias = b.bias + (r + k) * b.bias_stride;
      const auto input = [&](int gate) { return load(products + gate * block_units) + load(bias + gate * block_units); };
      inputs[k] = {input(0), input(1), input(2), input(3), load(b.c_before + (r + k) * block_units)};
    }
    cell_steps(inputs, cells);
    const auto& [first, second] = cells;
    Number* block = gates + r * block_width;
    const auto keep = [&](int gate, Sigmoid a, Sigmoid c) {
      Kept::put_rows(block, gate * block_units, keep_sigmoid<Kept>(a), keep_sigmoid<Kept>(c));
    };
    keep(0, {first.i, first.rest_i}, {second.i, second.rest_i});
    keep(2, {first.f, first.rest_f}, {second.f, second.rest_f});
    keep(3, {first.o, first.rest_o}, {second.o, second.rest_o});
    Kept::put_rows(block, block_units, keep_tanh<Kept>({first.u, first.rest_u}), keep_tanh<Kept>({second.u, second.rest_u}));
    const Pack<2> outputs = cell_outputs(Pack<2>{{first.c, second.c}});
    for (int k = 0; k < 2; ++k) {
      const Floats next = cells[k].o * outputs.of[k];
      store(b.c + (r + k) * block_units, cells[k].c);
      Kept::put(h + (r + k) * b.h_stride, next);
      if (b.y != nullptr) store(b.y + (r + k) * b.y_stride, next);
    }
  }
}

template <class Kept>
void backward(const BackwardBlock& b) {
  using Number = typename Kept::Number;
  auto* gates = static_cast<Number*>(b.gates);
  auto* by_row = static_cast<Number*>(b.row_gradients);
  for (std::int64_t r = 0; r < b.rows; r += 2) {
    Number* block = gates + r * block_width;
    Floats kept[4][2];
    for (int gate = 0; gate < 4; ++gate) Kept::take_rows(block, gate * block_units, kept[gate][0], kept[gate][1]);
    Floats gradient[4][2];
    Pack<2> exponents;
    for (int k = 0; k < 2; ++k) exponents.of[k] = -2.0F * limited(load(b.c + (r + k) * block_units), kTanhLimit);
    const Pack<2> powers = value_of(power(exponents));
    for (int k = 0; k < 2; ++k) {
      const std::int64_t row = r + k;
      const Sigmoid i = kept_sigmoid<Kept>(kept[0][k]), f = kept_sigmoid<Kept>(kept[2][k]), o = kept_sigmoid<Kept>(kept[3][k]);
      const Tanh u = kept_tanh<Kept>(kept[1][k]);
      const Floats ec = powers.of[k];
      const Floats rc = 1.0F / (1.0F + ec);
      Floats dh = load(b.dh + row * b.dh_stride);
      if (b.dy != nullptr) dh += load(b.dy + row * b.dy_stride);
      const Floats dc = load(b.dc + row * block_units) + dh * o.value * (4.0F * ec * rc * rc);
      gradient[0][k] = dc * u.value * (i.value * i.rest);
      gradient[1][k] = dc * i.value * (u.rest * (2.0F - u.rest));
      gradient[2][k] = dc * load(b.c_before + row * block_units) * (f.value * f.rest);
      gradient[3][k] = dh * ((1.0F - ec) * rc) * (o.value * o.rest);
      store(b.dc + row * block_units, dc * f.value);
      for (int gate = 0; gate < 4; ++gate) {
        Kept::put(by_row + row * b.row_stride + gate * block_units, gradient[gate][k]);
        if (b.dbias != nullptr) {
          float* to = b.dbias + row * b.bias_stride + gate * block_units;
          store(to, load(to) + gradient[gate][k]);
        }
      }
    }
    for (int gate = 0; gate < 4; ++gate) Kept::put_rows(block, gate * block_units, gradient[gate][0], gradient[gate][1]);
  }
}

// --- Dropout. ---

// Two rounds of a multiply-and-shift hash, with a key word before each. Neighbours, other keys and other steps are unrelated.
[[gnu::always_inline]] inline Words mixed(Words x) {
  x ^= x >> 16;
  x *= 0x7FEB352DU;
  x ^= x >> 15;
  x *= 0x846CA68BU;
  return x ^ (x >> 16);
}

template <class Kept>
void drop(const float* from, void* to, std::int64_t count, const DropoutKey& key, std::uint64_t first) {
  auto* out = static_cast<typename Kept::Number*>(to);
  const bool all = key.threshold > 0xFFFFFFFFU;
  const auto threshold = static_cast<std::uint32_t>(key.threshold);
  const auto masked = [&](Floats x, std::int64_t at) {
    if (all) return x * key.scale;
    const std::uint64_t number = first + static_cast<std::uint64_t>(at);
    const Words lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    // 2^32 elements later, another sequence begins; a carry inside these 16 does not matter.
    const std::uint32_t high = static_cast<std::uint32_t>(number >> 32) * 0x9E3779B9U;
    const Words hash = mixed(mixed((lane + static_cast<std::uint32_t>(number)) ^ key.words[0]) ^ (key.words[1] + high));
    return (Floats)((Ints)(x * key.scale) & (Ints)(hash < threshold));
  };
  std::int64_t i = 0;
  for (; i + block_units <= count; i += block_units) Kept::put(out + i, masked(load(from + i), i));
  if (i < count) {
    float in[block_units] = {};
    typename Kept::Number rest[block_units];
    std::memcpy(in, from + i, static_cast<std::size_t>(count - i) * sizeof(float));
    Kept::put(rest, masked(load(in), i));
    std::memcpy(out + i, rest, static_cast<std::size_t>(count - i) * sizeof(rest[0]));
  }
}

// --- Transposition, one 16 x 16 square at a time. ---

template <class Number>
void transpose(const void* from, std::int64_t stride, void* to, std::int64_t to_stride, std::int64_t rows, std::int64_t columns) {
  constexpr int side = 16;
  const auto* in = static_cast<const Number*>(from);
  auto* out = static_cast<Number*>(to);
  for (std::int64_t r = 0; r < rows; r += side) {
    for (std::int64_t c = 0; c < columns; c += side) {
      Number square[side][side];
      for (int i = 0; i < side; ++i) std::memcpy(square[i], in + (r + i) * stride + c, sizeof(square[i]));
      for (int j = 0; j < side; ++j) {
        Number line[side];
        for (int i = 0; i < side; ++i) line[i] = square[i][j];
        std::memcpy(out + (c + j) * to_stride + r, line, sizeof(line));
      }
    }
  }
}

inline const LstmKernels& table(Storage storage) {
  static constexpr LstmKernels fp32 = {forward<Fp32>, backward<Fp32>, drop<Fp32>, transpose<float>};
  static constexpr LstmKernels bf16 = {forward<Bf16>, backward<Bf16>, drop<Bf16>, transpose<std::uint16_t>};
  return storage == Storage::fp32 ? fp32 : bf16;
}
