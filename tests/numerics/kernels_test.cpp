#include "musicvae/numerics/kernels.hpp"

#include <gtest/gtest.h>

#include <Eigen/Core>
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "engine/pack.hpp"
#include "musicvae/engine/layers.hpp"
#include "musicvae/error.hpp"
#include "musicvae/model/safetensors.hpp"
#include "musicvae/numerics/philox.hpp"

namespace musicvae::numerics {
namespace {

using engine::LstmLayer;
using engine::Matrix;
using engine::MatrixRows;
using engine::pack;
using engine::pad_row;

std::vector<Isa> instruction_sets() {
  std::vector<Isa> result;
  for (const Isa isa : kIsas) {
    if (supported(isa)) result.push_back(isa);
  }
  return result;
}

Matrix random_matrix(int rows, int columns, std::uint64_t seed) {
  Matrix m(rows, columns);
  RandomStream{seed, 0, Purpose::latent}.normals(0, {m.data(), static_cast<std::size_t>(m.size())});
  return m;
}

// [rows, inputs] x [inputs, columns] + base by the kernel, with the matrices' own row strides.
Matrix product(Isa isa, const Matrix& x, const PackedMatrix& packed, const Matrix& base) {
  const int n = static_cast<int>(x.rows());
  Rows y(n, static_cast<int>(base.cols()));
  for (int b = 0; b < n; ++b) std::copy_n(base.row(b).data(), base.cols(), y.row(b));
  multiply(kernels(isa), packed, x.data(), x.cols(), y.row(0), y.stride(), y, n);
  Matrix result(n, base.cols());
  for (int b = 0; b < n; ++b) std::copy_n(y.row(b), base.cols(), result.row(b).data());
  return result;
}

Matrix product(Isa isa, const Matrix& x, const Matrix& w, const Matrix& base) {
  return product(isa, x, pack(w), base);
}

TEST(Kernels, ProductIsTheProduct) {
  for (const Isa isa : instruction_sets()) {
    for (const int rows : {1, 2, 3, 4, 5, 6, 7, 13, 64}) {
      for (const int inputs : {0, 1, 27, 100}) {
        for (const int columns : {1, 16, 27, 64, 96, 130}) {
          const Matrix x = random_matrix(rows, inputs, 1);
          const Matrix w = random_matrix(inputs, columns, 2);
          const Matrix base = random_matrix(rows, columns, 3);
          const Eigen::MatrixXd expected = base.cast<double>() + x.cast<double>() * w.cast<double>();
          // 100 products of normal numbers, each sum rounded: a few units in the last place of sums below 64
          EXPECT_LT((product(isa, x, w, base).cast<double>() - expected).cwiseAbs().maxCoeff(), 1e-4)
              << static_cast<int>(isa) << ": " << rows << " x " << inputs << " x " << columns;
        }
      }
    }
  }
}

TEST(Kernels, ARowIsTheSameInAnyBatchAndOnAnyInstructions) {
  const Matrix x = random_matrix(64, 283, 1);
  const Matrix w = random_matrix(283, 208, 2);
  const Matrix base = random_matrix(64, 208, 3);
  const Matrix expected = product(Isa::baseline, x, w, base);
  for (const Isa isa : instruction_sets()) {
    for (int n = 1; n <= 64; ++n) {
      EXPECT_EQ(product(isa, x.topRows(n), w, base.topRows(n)), expected.topRows(n)) << static_cast<int>(isa) << ", batch " << n;
    }
    EXPECT_EQ(product(isa, x.bottomRows(7), w, base.bottomRows(7)), expected.bottomRows(7)) << static_cast<int>(isa);
  }
}

// The values, rounded to halves, as a tensor of halves and as one of floats.
Weights halves_and_floats(const Matrix& m) {
  std::vector<std::uint16_t> halves;
  std::vector<float> floats;
  for (Eigen::Index i = 0; i < m.size(); ++i) {
    halves.push_back(to_half(m.data()[i]));
    floats.push_back(from_half(halves.back()));
  }
  const std::vector<std::int64_t> shape = {m.rows(), m.cols()};
  return {{"halves", {shape, TensorValues({Dtype::f16, shape, std::as_bytes(std::span(halves))}, nullptr)}}, {"floats", {shape, floats}}};
}

TEST(Kernels, HalvesGiveTheBitsOfTheirFloats) {
  const Matrix x = random_matrix(64, 283, 1);
  Matrix w = random_matrix(283, 208, 2);
  w.topRows(40) *= 1e-5F;  // subnormal halves
  const Weights both = halves_and_floats(w);
  const Matrix base = random_matrix(64, 208, 3);
  for (const Isa isa : instruction_sets()) {
    for (const int n : {1, 2, 3, 4, 5, 6, 7, 64}) {
      const auto of = [&](const char* name) { return product(isa, x.topRows(n), pack(MatrixRows(both, name)), base.topRows(n)); };
      EXPECT_EQ(of("halves"), of("floats")) << static_cast<int>(isa) << ", batch " << n;
    }
  }
}

TEST(Kernels, AProductIsRoundedOnceWithItsSum) {
  const float a = 1.0F + 0x1p-12F;  // a * a = 1 + 2^-11 + 2^-24, which a float rounds to 1 + 2^-11
  Matrix x(1, 1);
  Matrix w(1, 1);
  Matrix base(1, 1);
  x << a;
  w << a;
  base << -(1.0F + 0x1p-11F);
  for (const Isa isa : instruction_sets()) EXPECT_EQ(product(isa, x, w, base)(0, 0), 0x1p-24F) << static_cast<int>(isa);
  // The sum 1 + 2^-23 + 2^-24 - 2^-70 must not be rounded twice: first to the double 1 + 2^-23 + 2^-24, and then up to 1 + 2^-22.
  x << 0x1p-12F * (1.0F + 0x1p-23F);
  w << 0x1p-12F * (1.0F - 0x1p-23F);
  base << 1.0F + 0x1p-23F;
  for (const Isa isa : instruction_sets()) EXPECT_EQ(product(isa, x, w, base)(0, 0), 1.0F + 0x1p-23F) << static_cast<int>(isa);
}

// Sums as the standard library's fused multiply-add makes them. Some have a 24-bit middle between two floats as their value, exactly or
// nearly: there an emulation by doubles rounds twice.
TEST(Kernels, SumsAreThoseOfAFusedMultiplyAdd) {
  constexpr int rows = 5, inputs = 48, columns = 80;
  const auto number = [](std::uint32_t word, int kind) {
    const float sign = (word & 1U) != 0 ? -1.0F : 1.0F;
    const auto bits = static_cast<float>(word >> 8U);  // 24
    switch (kind) {
      case 0:
        return sign * std::ldexp(bits, -24);  // any number
      case 1:
        return sign * std::ldexp(1.0F, -static_cast<int>(word >> 28U));  // a power of 2
      case 2:
        return sign * static_cast<float>(word >> 29U) / 8.0F;  // three bits, often 0
      case 3:
        return sign * std::ldexp(1.0F + static_cast<float>(word >> 31U) * 0x1p-23F, -12);  // products such as 2^-24 (1 - 2^-46)
      default:
        return sign * std::ldexp(bits, -24 - static_cast<int>(word % 36U));  // any size
    }
  };
  const auto fill = [&](Matrix& m, std::uint32_t purpose, int kind) {
    for (int i = 0; i < m.size(); ++i) {
      m.data()[i] = number(philox4x32({static_cast<std::uint32_t>(i), purpose, 0, 0}, {7, 7})[0], kind);
    }
  };
  for (int kind_x = 0; kind_x < 5; ++kind_x) {
    for (int kind_w = 0; kind_w < 5; ++kind_w) {
      Matrix x(rows, inputs), w(inputs, columns), base(rows, columns);
      fill(x, 1, kind_x);
      fill(w, 2, kind_w);
      fill(base, 3, 0);
      Weights both = halves_and_floats(w);
      const MatrixRows halves(both, "halves");
      for (const bool half : {false, true}) {
        Matrix expected = base;
        for (int row = 0; row < rows; ++row) {
          for (int k = 0; k < inputs; ++k) {
            for (int c = 0; c < columns; ++c) {
              const float weight = half ? from_half(to_half(w(k, c))) : w(k, c);
              expected(row, c) = std::fma(x(row, k), weight, expected(row, c));
            }
          }
        }
        for (const Isa isa : instruction_sets()) {
          for (const int n : {1, 2, rows}) {
            EXPECT_EQ(product(isa, x.topRows(n), half ? pack(halves) : pack(w), base.topRows(n)), expected.topRows(n))
                << static_cast<int>(isa) << ", kinds " << kind_x << " and " << kind_w << ", halves " << half << ", batch " << n;
          }
        }
      }
    }
  }
}

TEST(Kernels, SumsAreRoundedAsFloatsAtTheEndsOfTheirRange) {
  constexpr float large = std::numeric_limits<float>::max(), infinite = std::numeric_limits<float>::infinity();
  struct Case {
    float base;
    std::vector<float> x;
    std::vector<float> w;
  };
  const std::vector<Case> cases = {{0x1p-126F, {-0x1p-60F}, {0x1.8p-61F}},              // beyond the base
                                   {0x1.000002p-126F, {-0x1p-62F}, {0x1.000002p-62F}},  // a denormal sum between two floats
                                   {0x1.8p-126F, {-0x1.fffffep-62F}, {0x1p-62F}},
                                   {large, {1.0F, -1.0F}, {large, large}},  // infinite, and so it stays
                                   {large, {0x1.2p0F, -1.0F}, {0x1p127F, large}},
                                   {-large, {1.0F}, {-0x1p102F}},  // just below half a unit beyond the largest float, and half a unit
                                   {-large, {1.0F}, {-0x1p103F}},
                                   {infinite, {0x1.2p0F}, {0.3F}},
                                   {0.0F, {infinite}, {0.5F}},
                                   {-0.0F, {0.0F}, {-1.0F}}};
  for (const Case& c : cases) {
    const int inputs = static_cast<int>(c.x.size());
    Matrix x(1, inputs), w(inputs, 1), base(1, 1);
    float expected = c.base;
    base << c.base;
    for (int k = 0; k < inputs; ++k) {
      x(0, k) = c.x[static_cast<std::size_t>(k)];
      w(k, 0) = c.w[static_cast<std::size_t>(k)];
      expected = std::fma(x(0, k), w(k, 0), expected);
    }
    for (const Isa isa : instruction_sets()) {
      EXPECT_EQ(std::bit_cast<std::uint32_t>(product(isa, x, w, base)(0, 0)), std::bit_cast<std::uint32_t>(expected))
          << static_cast<int>(isa) << ": " << c.base << " + " << c.x[0] << " * " << c.w[0];
    }
  }
}

// Integers, whose sums are exact in any order.
TEST(Kernels, ProductsOfBfloat16AreTheProduct) {
  constexpr int rows = 64, inputs = 96, x_stride = 104, y_stride = 80;
  const auto bits = [](int value) { return static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(static_cast<float>(value)) >> 16); };
  const auto left = [](int row, int k) { return (row * 31 + k) % 7 - 3; };
  const auto right = [](int k, int column) { return (k * 17 + column) % 5 - 2; };
  AlignedHalves x(std::size_t{rows} * x_stride);
  AlignedHalves w(std::size_t{inputs} * kBf16Columns);
  for (int row = 0; row < rows; ++row) {
    for (int k = 0; k < inputs; ++k) x[static_cast<std::size_t>(row * x_stride + k)] = bits(left(row, k));
  }
  for (int k = 0; k < inputs; ++k) {
    for (int c = 0; c < kBf16Columns; ++c) w[static_cast<std::size_t>((k / 2 * kBf16Columns + c) * 2 + k % 2)] = bits(right(k, c));
  }
  for (const Isa isa : instruction_sets()) {
    AlignedFloats y(std::size_t{rows} * y_stride, 1000.0F);
    for (const bool add : {false, true}) {
      kernels(isa).multiply_bf16({.x = x.data(),
                                  .x_stride = x_stride,
                                  .weights = w.data(),
                                  .y = y.data(),
                                  .y_stride = y_stride,
                                  .rows = rows,
                                  .inputs = inputs,
                                  .add = add});
      for (int row = 0; row < rows; ++row) {
        for (int c = 0; c < y_stride; ++c) {
          int expected = c < kBf16Columns ? 0 : 1000;  // the gap between two rows keeps its values
          for (int k = 0; k < inputs && c < kBf16Columns; ++k) expected += (add ? 2 : 1) * left(row, k) * right(k, c);
          ASSERT_EQ(y[static_cast<std::size_t>(row * y_stride + c)], static_cast<float>(expected))
              << static_cast<int>(isa) << ": " << row << ", " << c << ", add " << add;
        }
      }
    }
  }
}

// All floats of a grid from 2^-70 to 100, with both signs.
AlignedFloats arguments() {
  AlignedFloats x = {0.0F, -0.0F};
  for (float size = 0x1p-70F; size < 100.0F; size *= 1.00371F) x.insert(x.end(), {size, -size});
  x.resize(x.size() / kPanelWidth * kPanelWidth);
  return x;
}

TEST(Kernels, SigmoidAndTanhAreAccurate) {
  const AlignedFloats x = arguments();
  for (const Isa isa : instruction_sets()) {
    AlignedFloats sigmoid = x;
    AlignedFloats tanh = x;
    kernels(isa).sigmoid(sigmoid.data(), static_cast<int>(x.size()));
    kernels(isa).tanh(tanh.data(), static_cast<int>(x.size()));
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double value = static_cast<double>(x[i]);
      ASSERT_NEAR(sigmoid[i], 1.0 / (1.0 + std::exp(-value)), 1.2e-7) << x[i];
      ASSERT_GT(sigmoid[i], 0.0F);
      const double expected = std::abs(value) < 0x1p-62 ? 0.0 : std::tanh(value);
      ASSERT_NEAR(tanh[i], expected, 4e-7 * std::abs(expected)) << x[i];
    }
  }
}

TEST(Kernels, FunctionsGiveTheSameBitsOnAnyInstructions) {
  const AlignedFloats x = arguments();
  const int count = static_cast<int>(x.size());
  AlignedFloats sigmoid = x;
  AlignedFloats tanh = x;
  kernels(Isa::baseline).sigmoid(sigmoid.data(), count);
  kernels(Isa::baseline).tanh(tanh.data(), count);
  for (const Isa isa : instruction_sets()) {
    AlignedFloats values = x;
    kernels(isa).sigmoid(values.data(), count);
    EXPECT_EQ(values, sigmoid) << static_cast<int>(isa);
    values = x;
    kernels(isa).tanh(values.data(), count);
    EXPECT_EQ(values, tanh) << static_cast<int>(isa);
  }
}

TEST(Kernels, GatesFollowTheEquations) {
  constexpr int units = 32;
  for (const Isa isa : instruction_sets()) {
    Rows gates(1, 4 * units);
    Rows c(1, units);
    Rows h(1, units);
    RandomStream{5, 0, Purpose::latent}.normals(0, {gates.row(0), 4 * units});
    RandomStream{5, 1, Purpose::latent}.normals(0, {c.row(0), units});
    const std::vector<float> before(c.row(0), c.row(0) + units);
    kernels(isa).lstm_gates({.gates = gates.row(0), .c = c.row(0), .h = h.row(0), .units = units, .rows = 1});
    const auto sigmoid = [](double x) { return 1.0 / (1.0 + std::exp(-x)); };
    for (int u = 0; u < units; ++u) {
      const float* g = gates.row(0) + u / 16 * 64 + u % 16;
      const double next = sigmoid(g[32] + 1.0) * before[static_cast<std::size_t>(u)] + sigmoid(g[0]) * std::tanh(double{g[16]});
      EXPECT_NEAR(c.row(0)[u], next, 1e-6);
      EXPECT_NEAR(h.row(0)[u], sigmoid(g[48]) * std::tanh(next), 1e-6);
    }
  }
}

TEST(Kernels, GatesOfARowAreTheSameInAnyBatchAndOnAnyInstructions) {
  constexpr int rows = 11, units = 32, stride = 4 * units + kPanelWidth;
  AlignedFloats gates(std::size_t{rows} * stride);
  AlignedFloats c(std::size_t{rows} * units);
  RandomStream{5, 0, Purpose::latent}.normals(0, gates);
  RandomStream{5, 1, Purpose::latent}.normals(0, c);
  const auto after = [&](Isa isa, int together) {
    AlignedFloats states = c;
    AlignedFloats h(c.size());
    for (int row = 0; row < rows; row += together) {
      kernels(isa).lstm_gates({.gates = gates.data() + row * stride,
                               .gates_stride = stride,
                               .c = states.data() + row * units,
                               .c_stride = units,
                               .h = h.data() + row * units,
                               .h_stride = units,
                               .units = units,
                               .rows = std::min(together, rows - row)});
    }
    states.insert(states.end(), h.begin(), h.end());
    return states;
  };
  const AlignedFloats expected = after(Isa::baseline, 1);
  for (const Isa isa : instruction_sets()) {
    for (const int together : {1, 2, 3, 4, 5, 8, rows})
      EXPECT_EQ(after(isa, together), expected) << static_cast<int>(isa) << ", " << together;
  }
}

TEST(Kernels, RoundsToBfloat16) {
  // Ties go to the even neighbour: 1 + 2^-8 down to 1, 1 + 3 * 2^-8 up to 1 + 2^-6.
  const std::vector<std::pair<float, std::uint16_t>> cases = {
      {1.0F, 0x3F80}, {1.0F + 0x1p-8F, 0x3F80}, {1.0F + 0x3p-8F, 0x3F82}, {-1.0F, 0xBF80},    {1.0F + 0x1p-8F + 0x1p-20F, 0x3F81},
      {0.0F, 0x0000}, {-0.0F, 0x8000},          {3.0e38F, 0x7F62},        {0x1p-126F, 0x0080}};
  AlignedFloats from(2 * kPanelWidth);
  for (std::size_t i = 0; i < from.size(); ++i) from[i] = cases[i % cases.size()].first;
  for (const Isa isa : instruction_sets()) {
    std::vector<std::uint16_t> to(from.size() + 1, 7);
    kernels(isa).to_bf16(from.data(), to.data(), static_cast<int>(from.size()));
    for (std::size_t i = 0; i < from.size(); ++i)
      EXPECT_EQ(to[i], cases[i % cases.size()].second) << static_cast<int>(isa) << ", " << from[i];
    EXPECT_EQ(to.back(), 7);
  }
}

TEST(Kernels, AStateThatFadesBecomesZero) {
  for (const Isa isa : instruction_sets()) {
    Rows gates(1, 4 * kPanelWidth);
    Rows c(1, kPanelWidth);
    Rows h(1, kPanelWidth);
    std::fill_n(c.row(0), kPanelWidth, 0x1p-61F);
    const LstmGates step = {.gates = gates.row(0), .c = c.row(0), .h = h.row(0), .units = kPanelWidth, .rows = 1};
    kernels(isa).lstm_gates(step);  // gates of 0: c becomes 0.73 c, h 0.37 c
    EXPECT_GT(c.row(0)[0], 0.0F);
    EXPECT_EQ(h.row(0)[0], 0.0F);
    kernels(isa).lstm_gates(step);
    kernels(isa).lstm_gates(step);
    EXPECT_EQ(c.row(0)[0], 0.0F);
  }
}

TEST(Kernels, InstructionsThatTheProcessorLacksAreRefused) {
  EXPECT_TRUE(supported(best_isa()));
  EXPECT_TRUE(supported(Isa::baseline));
  for (const Isa isa : kIsas) {
    if (!supported(isa)) {
      EXPECT_THROW(static_cast<void>(kernels(isa)), ArgumentError);
    }
  }
}

TEST(Layout, PacksPanelsOfSixteenColumns) {
  const Matrix w = random_matrix(3, 20, 1);
  const PackedMatrix packed = pack(w);
  ASSERT_EQ(packed.inputs, 3);
  ASSERT_EQ(packed.panels, 2);
  ASSERT_EQ(packed.values.size(), 2U * 3 * 16);
  for (int k = 0; k < 3; ++k) {
    for (int j = 0; j < 32; ++j)
      EXPECT_EQ(packed.values[static_cast<std::size_t>((j / 16 * 3 + k) * 16 + j % 16)], j < 20 ? w(k, j) : 0.0F);
  }
}

TEST(Layout, PackingDropsWeightsTooSmallToMatter) {
  Matrix w(1, 2);
  w << 0x1p-63F, -0x1p-62F;
  const PackedMatrix packed = pack(w);
  EXPECT_EQ(packed.values[0], 0.0F);
  EXPECT_EQ(packed.values[1], -0x1p-62F);
}

TEST(Layout, HalvesStayHalves) {
  const Weights both = halves_and_floats(random_matrix(3, 20, 1));
  const PackedMatrix halves = pack(MatrixRows(both, "halves"));
  const PackedMatrix floats = pack(MatrixRows(both, "floats"));
  EXPECT_TRUE(halves.values.empty());
  EXPECT_TRUE(floats.halves.empty());
  ASSERT_EQ(halves.halves.size(), floats.values.size());
  for (std::size_t i = 0; i < floats.values.size(); ++i) EXPECT_EQ(from_half(halves.halves[i]), floats.values[i]);
}

Weights tensor_of(const std::string& name, const Matrix& m) {
  return {{name, {{m.rows(), m.cols()}, std::vector<float>(m.data(), m.data() + m.size())}}};
}

// Four gates, each padded to a multiple of 16 columns.
Matrix padded_gates(const Matrix& gates, int units) {
  Matrix result = Matrix::Zero(gates.rows(), 4 * padded(units));
  for (int gate = 0; gate < 4; ++gate) {
    for (int unit = 0; unit < units; ++unit) result.col(unit / 16 * 64 + gate * 16 + unit % 16) = gates.col(gate * units + unit);
  }
  return result;
}

TEST(Layout, PutsTheGatesOfSixteenUnitsSideBySide) {
  const Matrix gates = random_matrix(2, 4 * 20, 1);
  const Weights weights = tensor_of("gates", gates);
  const PackedMatrix packed = pack(MatrixRows(weights, "gates"), 4);
  ASSERT_EQ(packed.panels, 4 * 2);
  EXPECT_EQ(packed.values, pack(padded_gates(gates, 20)).values);
}

TEST(Layout, PadsARow) {
  const Matrix row = random_matrix(1, 20, 1);
  const Weights weights = tensor_of("row", row);
  const AlignedFloats result = pad_row(MatrixRows(weights, "row"));
  ASSERT_EQ(result.size(), 32U);
  for (int j = 0; j < 32; ++j) EXPECT_EQ(result[static_cast<std::size_t>(j)], j < 20 ? row(0, j) : 0.0F);
}

TEST(Layout, SplitsAKernelByItsInputs) {
  const Matrix kernel = random_matrix(3 + 5 + 2, 8, 1);
  const Matrix bias = random_matrix(1, 8, 2);
  Weights weights = tensor_of("cell/kernel", kernel);
  weights.merge(tensor_of("cell/bias", bias));
  const LstmLayer layer(weights, {.inputs = 8, .units = 2, .cell = "cell"}, {3, 5});
  EXPECT_EQ(layer.units, 2);
  ASSERT_EQ(layer.inputs.size(), 2U);
  EXPECT_EQ(layer.inputs[0].values, pack(padded_gates(kernel.topRows(3), 2)).values);
  EXPECT_EQ(layer.inputs[1].values, pack(padded_gates(kernel.middleRows(3, 5), 2)).values);
  EXPECT_EQ(layer.recurrent.values, pack(padded_gates(kernel.bottomRows(2), 2)).values);
  const Matrix gates = padded_gates(bias, 2);
  EXPECT_EQ(layer.input_bias, AlignedFloats(gates.data(), gates.data() + gates.size()));
}

}  // namespace
}  // namespace musicvae::numerics
