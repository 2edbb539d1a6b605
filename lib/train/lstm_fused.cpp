// One LSTM layer over a whole sequence, forward and backward, close to the speed of its matrix products.
//
// A step is ONE product: [h | constant | x | 1 | 0...], with h of the previous step and x of this one, times the kernel with its rows in
// that order. Its left matrix XH is ready for every step, because the gates of each step write their h into the rows of the next step:
//
//                 K columns                                  4 * units columns: blocks of 16 units, 64 columns
//           ┌────┬──────────┬─────┬─┬─┐                     ┌──────────┬──────────┬─
//   XH[t]   │ h  │ constant │  x  │1│0│ row = a window   W  │ i c~ f o │ i c~ f o │ ...      a block of W is contiguous: [K, 64]
//           └────┴──────────┴─────┴─┴─┘                     └──────────┴──────────┴─
//             ▲                                                   │ products of 256 windows and one block: 64 KiB
//             └───────────── h of step t - 1 ◀── gates ◀──────────┘
//
//   G       [block][step][windows, 64]   activations; the backward pass turns them into gradients in place
//   C       [step][block][windows, 16]   cell states, always float32
//
// Optimisations, and how much longer an update of groovae_4bar took without each (batch 512 / batch 64, medians of one run on the machine
// of docs/performance.md; "-": not measured separately):
// - One product per step, one block of W at a time: the gates of 16 units are computed while their products are in the L2 cache. (-)
// - A thread runs the whole time loop for its direction or its windows. There is no barrier inside a sequence, and a thread with one
//   direction reads half the weights. With windows distributed instead: fp32 4 % / 7 %, bf16 2 % / 13 %.
// - Dropout is applied while x is copied into XH, from a hash. No mask is stored, and the backward pass recomputes it. (-)
// - The blocks of G are laid out as the right-hand matrix of a product, of bfloat16 with pairs of rows interleaved. The kernel's gradient,
//   XH^T G over all steps, then needs no packing and can use AMX at all: bf16 35 % / 57 %.
// - That product sums over 512 rows or more at once, which with few windows means several steps: fp32 3 % / 5 %, bf16 1 % / 19 %.
// - The column of ones makes the bias's gradient one row of the kernel's gradient. (-)
// - Strides that are not powers of two: bf16 0 % / 8 %.
// - bf16: the products read bfloat16 and sum in float32 (AMX): 3.2 times / 2.9 times as fast. C, sums, outputs and all gradients that leave
//   the layer are float32. Activations are stored as their distance from saturation (lstm_kernels.inl); otherwise gates that are nearly
//   open or shut would have no gradient. 100 steps of training did not show the difference.
#include "lstm_fused.hpp"

#include <ATen/Parallel.h>
#include <torch/custom_class.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "lstm_layout.hpp"
#include "product.hpp"

namespace musicvae::train {
namespace {

using namespace fused;  // the memory layout

constexpr std::int64_t kRows = 256;        // windows per product, so that its result stays in the L2 cache
constexpr std::int64_t kRowMultiple = 32;  // of products of bfloat16, and the kernel gradients sum over windows
constexpr std::int64_t kStridePad = 32;    // a power-of-two stride would map the rows of a product to the same few lines of the L1 cache
constexpr std::int64_t kRowsToAPiece = 512;
constexpr std::int64_t kPieces = 8;
constexpr std::int64_t kBlocksToAGradient = 4;

// Copies x and the constants of a step into XH, with dropout. Rows beyond the windows and columns beyond the ones are not changed.
template <class Number>
void fill_inputs(const Layer& layer, const LstmKernels& kernels, std::int64_t t, std::int64_t first, std::int64_t last) {
  const float* x = layer.x.const_data_ptr<float>() + t * layer.windows * layer.inputs;
  const float* constant = layer.constants > 0 ? layer.constant.const_data_ptr<float>() : nullptr;
  const std::int64_t before = layer.constant_at;
  for (std::int64_t row = first; row < std::min(last, layer.windows); ++row) {
    Number* to = data<Number>(layer.xh) + (t * layer.rows + row) * layer.columns;
    const std::uint64_t number = layer.numbers->row(t, row);
    const auto part = [&](const float* from, std::int64_t column, std::int64_t count, std::int64_t element) {
      if (count > 0) kernels.drop(from, to + column, count, layer.key, number + static_cast<std::uint64_t>(element));
    };
    if (constant != nullptr) part(constant + row * layer.constants, layer.first_constant(), layer.constants, before);
    part(x + row * layer.inputs, layer.first_x(), before, 0);
    part(x + row * layer.inputs + before, layer.first_x() + before, layer.inputs - before, before + layer.constants);
    to[layer.ones()] = static_cast<Number>(1.0F);
  }
}

template <class Number>
void forward_rows(const Layer& layer, std::int64_t first, std::int64_t last) {
  const LstmKernels& kernels = lstm_kernels(layer.storage);
  const std::int64_t k = layer.columns;
  const at::Tensor products = at::empty({kRows, block_width}, at::kFloat);
  for (std::int64_t t = 0; t < layer.steps; ++t) {
    fill_inputs<Number>(layer, kernels, t, first, last);
    const Number* xh = data<Number>(layer.xh) + t * layer.rows * k;
    for (std::int64_t block = 0; block < layer.blocks(); ++block) {
      Number* gates = data<Number>(layer.g) + layer.gate(t, block, 0);
      for (std::int64_t row = first; row < last; row += kRows) {
        const std::int64_t count = std::min(kRows, last - row);
        multiply(Product<Number>{.rows = count,
                                 .sums = k,
                                 .left = xh + row * k,
                                 .left_stride = k,
                                 .right = data<Number>(layer.packed) + block * k * block_width,
                                 .to = products.data_ptr<float>(),
                                 .to_stride = block_width});
        const std::int64_t cell = layer.cell(t, block, row);
        kernels.forward(
            {.products = products.const_data_ptr<float>(),
             .bias = data<float>(layer.packed_bias) + (layer.row_bias ? row * layer.gates() : 0) + block * block_width,
             .bias_stride = layer.row_bias ? layer.gates() : 0,
             .c_before = data<float>(layer.c) + cell,
             .c = data<float>(layer.c) + cell + layer.rows * layer.padded,
             .gates = gates + row * block_width,
             .h = data<Number>(layer.xh) + ((t + 1) * layer.rows + row) * k + block * block_units,
             .h_stride = k,
             .y = layer.y.defined() ? data<float>(layer.y) + (t * layer.rows + row) * layer.padded + block * block_units : nullptr,
             .y_stride = layer.padded,
             .rows = count});
      }
    }
  }
}

// Results of the backward pass of one layer.
struct Gradients {
  at::Tensor packed_transposed;
  at::Tensor dy;         // [T, rows, padded], or undefined
  at::Tensor dc;         // [blocks][rows, 16]: on entry, of the last state; on exit, of the first
  at::Tensor dxh;        // [rows, wanted columns rounded up, plus padding]: dh first; on entry, of the last state
  at::Tensor drow;       // [rows, 4 * padded], if biases differ by window
  at::Tensor dx;         // [T, windows, inputs]
  at::Tensor dconstant;  // [windows, constants]
};

template <class Number>
void backward_rows(const Layer& layer, Gradients& gradients, std::int64_t first, std::int64_t last) {
  const LstmKernels& kernels = lstm_kernels(layer.storage);
  const LstmKernels& plain = lstm_kernels(Storage::fp32);
  const std::int64_t gates = layer.gates(), padded = layer.padded;
  const std::int64_t wide = gradients.dxh.size(1);
  const at::Tensor by_row = at::empty({kRows, gates + kStridePad}, layer.xh.options());
  const std::int64_t before = layer.constant_at;
  std::vector<float> masked(static_cast<std::size_t>(layer.constants));
  for (std::int64_t t = layer.steps - 1; t >= 0; --t) {
    for (std::int64_t row = first; row < last; row += kRows) {
      const std::int64_t count = std::min(kRows, last - row);
      for (std::int64_t block = 0; block < layer.blocks(); ++block) {
        const std::int64_t cell = layer.cell(t, block, row);
        kernels.backward(
            {.dh = data<float>(gradients.dxh) + row * wide + block * block_units,
             .dh_stride = wide,
             .dy = gradients.dy.defined() ? data<float>(gradients.dy) + (t * layer.rows + row) * padded + block * block_units : nullptr,
             .dy_stride = padded,
             .c_before = data<float>(layer.c) + cell,
             .c = data<float>(layer.c) + cell + layer.rows * padded,
             .dc = data<float>(gradients.dc) + layer.cell(0, block, row),
             .gates = data<Number>(layer.g) + layer.gate(t, block, row),
             .row_gradients = data<Number>(by_row) + block * block_width,
             .row_stride = gates + kStridePad,
             .dbias = gradients.drow.defined() ? data<float>(gradients.drow) + row * gates + block * block_width : nullptr,
             .bias_stride = gates,
             .rows = count});
      }
      for (std::int64_t strip = 0; strip < wide / block_width; ++strip) {
        multiply(Product<Number>{.rows = count,
                                 .sums = gates,
                                 .left = data<Number>(by_row),
                                 .left_stride = gates + kStridePad,
                                 .right = data<Number>(gradients.packed_transposed) + strip * gates * block_width,
                                 .to = data<float>(gradients.dxh) + row * wide + strip * block_width,
                                 .to_stride = wide});
      }
    }
    for (std::int64_t row = first; row < std::min(last, layer.windows); ++row) {
      const float* from = data<float>(gradients.dxh) + row * wide;
      const std::uint64_t number = layer.numbers->row(t, row);
      if (gradients.dconstant.defined()) {
        plain.drop(from + layer.first_constant(), masked.data(), layer.constants, layer.key, number + static_cast<std::uint64_t>(before));
        float* to = data<float>(gradients.dconstant) + row * layer.constants;
        for (std::int64_t i = 0; i < layer.constants; ++i) to[i] += masked[static_cast<std::size_t>(i)];
      }
      if (gradients.dx.defined()) {
        float* to = data<float>(gradients.dx) + (t * layer.windows + row) * layer.inputs;
        plain.drop(from + layer.first_x(), to, before, layer.key, number);
        if (before < layer.inputs) {
          plain.drop(from + layer.first_x() + before, to + before, layer.inputs - before, layer.key,
                     number + static_cast<std::uint64_t>(before + layer.constants));
        }
      }
    }
  }
}

// XH^T G over all steps: [blocks][K, 64]. Each product sums over several steps (a piece), so that it is long enough to be fast with few
// windows. Several pieces and blocks are processed together, so that XH^T and the sums stay in cache. The order of the sums does not depend
// on the number of threads.
template <class Number>
at::Tensor kernel_gradient(const Layer& layer) {
  const LstmKernels& kernels = lstm_kernels(layer.storage);
  const std::int64_t k = layer.columns, rows = layer.rows;
  const std::int64_t piece = std::clamp<std::int64_t>(kRowsToAPiece / rows, 1, layer.steps);
  const std::int64_t stride = piece * rows + kStridePad;
  at::Tensor sums = at::empty({layer.blocks(), k, block_width}, at::kFloat);
  const at::Tensor transposed = at::empty({kPieces, k, stride}, layer.xh.options());
  const std::int64_t groups = (layer.blocks() + kBlocksToAGradient - 1) / kBlocksToAGradient;
  for (std::int64_t begin = 0; begin < layer.steps; begin += kPieces * piece) {
    const std::int64_t end = std::min(begin + kPieces * piece, layer.steps);
    at::parallel_for(begin, end, 1, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t t = first; t < last; ++t) {
        Number* to = data<Number>(transposed) + (t - begin) / piece * k * stride + (t - begin) % piece * rows;
        kernels.transpose(data<Number>(layer.xh) + t * rows * k, k, to, stride, rows, k);
      }
    });
    at::parallel_for(0, groups, 1, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t group = first; group < last; ++group) {
        for (std::int64_t t = begin; t < end; t += piece) {
          for (std::int64_t block = group * kBlocksToAGradient; block < std::min((group + 1) * kBlocksToAGradient, layer.blocks());
               ++block) {
            multiply(Product<Number>{.rows = k,
                                     .sums = std::min(piece, end - t) * rows,
                                     .left = data<Number>(transposed) + (t - begin) / piece * k * stride,
                                     .left_stride = stride,
                                     .right = data<Number>(layer.g) + layer.gate(t, block, 0),
                                     .to = data<float>(sums) + block * k * block_width,
                                     .to_stride = block_width,
                                     .add = t > 0});
          }
        }
      }
    });
  }
  return sums;
}

// Calls task(layer, first row, last row): layers run in parallel, and the windows of each layer are distributed over the remaining threads.
template <class Task>
void over_threads(const std::vector<Layer>& layers, const Task& task) {
  const auto count = static_cast<std::int64_t>(layers.size());
  const std::int64_t threads = at::get_num_threads();
  const std::int64_t parts = std::max<std::int64_t>(1, threads / count);
  at::parallel_for(0, count * parts, 1, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t i = first; i < last; ++i) {
      const auto layer = static_cast<std::size_t>(i / parts);
      const std::int64_t size = round_up((layers[layer].rows + parts - 1) / parts, kRowMultiple);
      const std::int64_t begin = i % parts * size;
      if (begin < layers[layer].rows) task(layer, begin, std::min(begin + size, layers[layer].rows));
    }
  });
}

template <class Task>
void with_number(Storage storage, const Task& task) {
  if (storage == Storage::fp32) {
    task(float{});
  } else {
    task(at::BFloat16{});
  }
}

struct Tape : torch::CustomClassHolder {
  std::vector<Layer> layers;
};

// The tensors of a call, in this order.
enum Input { kX, kConstant, kKernel, kBias, kC, kH, kInputs };
enum Output { kOutputs, kLastC, kLastH, kResults };

class FusedLstm : public torch::autograd::Function<FusedLstm> {
 public:
  static torch::autograd::variable_list forward(torch::autograd::AutogradContext* context, const std::shared_ptr<std::vector<Layer>>& made,
                                                at::TensorList inputs) {
    std::vector<Layer>& layers = *made;
    for (std::size_t i = 0; i < layers.size(); ++i) {
      const auto given = [&](Input input) {
        const at::Tensor& tensor = inputs[i * kInputs + input];
        return tensor.numel() > 0 ? tensor : at::Tensor();
      };
      begin(layers[i], given(kX), given(kConstant), given(kKernel), given(kBias), given(kC), given(kH));
    }
    over_threads(layers, [&](std::size_t i, std::int64_t first, std::int64_t last) {
      with_number(layers[i].storage, [&](auto number) { forward_rows<decltype(number)>(layers[i], first, last); });
    });
    torch::autograd::variable_list results;
    for (Layer& layer : layers) {
      const auto real = [&](const at::Tensor& padded) { return padded.narrow(-2, 0, layer.windows).narrow(-1, 0, layer.units); };
      results.push_back(layer.outputs ? real(layer.y) : at::empty({0}));
      results.push_back(real(from_blocks(layer, layer.c[layer.steps])).contiguous());
      results.push_back(real(layer.xh[layer.steps]).to(at::kFloat, /*non_blocking=*/false, /*copy=*/true));
      layer.y.reset();
      layer.packed.reset();
      layer.packed_bias.reset();
      if (!layer.need_x) layer.x.reset();
    }
    if (layers[0].learns) {
      auto tape = c10::make_intrusive<Tape>();
      tape->layers = std::move(layers);
      context->saved_data["tape"] = c10::IValue::make_capsule(std::move(tape));
      context->set_materialize_grads(false);
    }
    return results;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context, const torch::autograd::variable_list& outputs) {
    const auto tape = c10::static_intrusive_pointer_cast<Tape>(context->saved_data.at("tape").toCapsule());
    context->saved_data.clear();
    std::vector<Layer>& layers = tape->layers;
    TORCH_CHECK(!layers.empty(), "fused LSTM: a second backward pass through the same graph; run forward again");
    std::vector<Gradients> gradients(layers.size());
    for (std::size_t i = 0; i < layers.size(); ++i) {
      begin_backward(layers[i], gradients[i], outputs[i * kResults + kOutputs], outputs[i * kResults + kLastC],
                     outputs[i * kResults + kLastH]);
    }
    over_threads(layers, [&](std::size_t i, std::int64_t first, std::int64_t last) {
      with_number(layers[i].storage, [&](auto number) { backward_rows<decltype(number)>(layers[i], gradients[i], first, last); });
    });
    torch::autograd::variable_list results(1);  // no gradients for the layers' description
    for (std::size_t i = 0; i < layers.size(); ++i) {
      const auto [kernel, bias] = weight_gradients(layers[i], gradients[i]);
      const auto real = [&](const at::Tensor& padded) { return padded.narrow(0, 0, layers[i].windows).narrow(1, 0, layers[i].units); };
      results.push_back(gradients[i].dx);
      results.push_back(gradients[i].dconstant);
      results.push_back(kernel);
      results.push_back(bias);
      results.push_back(real(from_blocks(layers[i], gradients[i].dc)).contiguous());
      results.push_back(real(gradients[i].dxh).contiguous());
      layers[i] = {};
      gradients[i] = {};
    }
    layers.clear();
    return results;
  }

 private:
  static void begin(Layer& layer, const at::Tensor& x, const at::Tensor& constant, const at::Tensor& kernel, const at::Tensor& bias,
                    const at::Tensor& c, const at::Tensor& h) {
    layer.x = x.contiguous();
    layer.constant = constant.defined() ? constant.contiguous() : constant;
    layer.kernel = kernel;
    layer.bias = bias;
    const auto options = x.options().dtype(layer.storage == Storage::fp32 ? at::kFloat : at::kBFloat16);
    layer.xh = at::empty({layer.steps + 1, layer.rows, layer.columns}, options);
    layer.c = at::empty({layer.steps + 1, layer.blocks(), layer.rows, block_units}, x.options());
    layer.g = at::empty({layer.blocks(), layer.learns ? layer.steps : 1, layer.rows, block_width}, options);
    if (layer.outputs) layer.y = at::empty({layer.steps, layer.rows, layer.padded}, x.options());
    // Only products with zero read the padding of the inputs, but it must be finite; so must the padding of the initial state.
    if (layer.rows > layer.windows) layer.xh.narrow(1, layer.windows, layer.rows - layer.windows).zero_();
    if (layer.columns > layer.ones() + 1) layer.xh.narrow(2, layer.ones() + 1, layer.columns - layer.ones() - 1).zero_();
    const auto start = [&](at::Tensor to, const at::Tensor& from) {
      if (!from.defined() || layer.rows > layer.windows || layer.padded > layer.units) to.zero_();
      if (from.defined()) to.narrow(0, 0, layer.windows).narrow(1, 0, layer.units).copy_(from);
    };
    at::Tensor first_c = at::empty({layer.rows, layer.padded}, x.options());
    start(first_c, c);
    layer.c[0].copy_(to_blocks(layer, first_c));
    start(layer.xh[0].narrow(1, 0, layer.padded), h);
    with_number(layer.storage, [&](auto number) { pack_kernel<decltype(number)>(layer); });
    layer.packed_bias = pack_bias(layer);
  }

  static void begin_backward(const Layer& layer, Gradients& gradients, const at::Tensor& outputs, const at::Tensor& last_c,
                             const at::Tensor& last_h) {
    const auto options = layer.c.options();
    with_number(layer.storage, [&](auto number) { gradients.packed_transposed = pack_transposed_kernel<decltype(number)>(layer); });
    const auto padded = [&](at::Tensor to, const at::Tensor& from) {
      if (from.defined()) to.narrow(-2, 0, layer.windows).narrow(-1, 0, layer.units).copy_(from);
    };
    if (layer.outputs && outputs.defined()) {
      if (layer.rows == layer.windows && layer.padded == layer.units) {
        gradients.dy = outputs.contiguous();
      } else {
        gradients.dy = at::zeros({layer.steps, layer.rows, layer.padded}, options);
        padded(gradients.dy, outputs);
      }
    }
    at::Tensor dc = at::zeros({layer.rows, layer.padded}, options);
    padded(dc, last_c);
    gradients.dc = to_blocks(layer, dc);
    gradients.dxh = at::zeros({layer.rows, round_up(layer.wanted_columns(), block_width) + kStridePad}, options);
    padded(gradients.dxh, last_h);
    if (layer.row_bias) gradients.drow = at::zeros({layer.rows, layer.gates()}, options);
    if (layer.need_x) gradients.dx = at::empty({layer.steps, layer.windows, layer.inputs}, options);
    if (layer.need_constant) gradients.dconstant = at::zeros({layer.windows, layer.constants}, options);
  }

  static std::pair<at::Tensor, at::Tensor> weight_gradients(const Layer& layer, const Gradients& gradients) {
    at::Tensor sums;
    with_number(layer.storage, [&](auto number) { sums = kernel_gradient<decltype(number)>(layer); });
    const at::Tensor by_column = unpack_gates(layer, sums.transpose(0, 1).reshape({layer.columns, layer.gates()}));
    const auto columns = [&](std::int64_t first, std::int64_t count) { return by_column.narrow(0, first, count); };
    const std::int64_t before = layer.constant_at;
    const at::Tensor kernel = at::cat({columns(layer.first_x(), before), columns(layer.first_constant(), layer.constants),
                                       columns(layer.first_x() + before, layer.inputs - before), columns(0, layer.units)});
    at::Tensor bias = layer.row_bias ? unpack_gates(layer, gradients.drow).narrow(0, 0, layer.windows) : by_column[layer.ones()];
    return {kernel, bias};
  }
};

Layer describe(const LstmCall& call, const Dropout& dropout, Storage storage) {
  Layer layer;
  layer.steps = call.input.x.size(0);
  layer.windows = call.input.x.size(1);
  layer.inputs = call.input.x.size(2);
  layer.constants = call.input.constant.defined() ? call.input.constant.size(1) : 0;
  layer.constant_at = layer.constants > 0 ? call.input.constant_at : layer.inputs;
  layer.units = call.bias.size(-1) / 4;
  layer.rows = round_up(layer.windows, kRowMultiple);
  layer.padded = round_up(layer.units, block_units);
  layer.columns = round_up(layer.padded + layer.width() + 1, 32);
  layer.storage = storage;
  layer.learns = torch::GradMode::is_enabled();
  layer.row_bias = call.bias.dim() == 2;
  layer.outputs = call.outputs;
  layer.need_x = layer.learns && call.input.x.requires_grad();
  layer.need_constant = layer.learns && call.input.constant.defined() && call.input.constant.requires_grad();
  layer.key = dropout_key(dropout, call.site);
  layer.numbers = std::make_shared<ElementNumbers>(dropout, call.site, layer.steps, layer.windows, layer.width());
  return layer;
}

}  // namespace

std::vector<LstmResult> run_fused_lstm(const std::vector<LstmCall>& calls, const Dropout& dropout, Storage storage) {
  auto layers = std::make_shared<std::vector<Layer>>();
  std::vector<at::Tensor> inputs;
  for (const LstmCall& call : calls) {
    layers->push_back(describe(call, dropout, storage));
    for (const at::Tensor& input : {call.input.x, call.input.constant, call.kernel, call.bias, call.start.c, call.start.h}) {
      inputs.push_back(input.defined() ? input : at::empty({0}));  // autograd does not accept undefined tensors in a list
    }
  }
  const torch::autograd::variable_list results = FusedLstm::apply(layers, at::TensorList(inputs));
  std::vector<LstmResult> named;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    named.push_back({.outputs = calls[i].outputs ? results[i * kResults + kOutputs] : at::Tensor(),
                     .end = {.c = results[i * kResults + kLastC], .h = results[i * kResults + kLastH]}});
  }
  return named;
}

Storage storage_of(Precision precision) {
  return precision == Precision::bf16 ? Storage::bf16 : Storage::fp32;
}

}  // namespace musicvae::train
